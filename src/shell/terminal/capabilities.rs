//! What a terminal can do, as far as the environment tells. Nothing is asked of the terminal itself: an answer
//! takes a round trip, and over a slow line that is longer than the first frame.

use crate::ui::theme::Colours;

/// What stands between the program and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplexer {
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

/// What the environment says of the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// How many colours it shows.
    pub colours: Colours,
    /// What stands between.
    pub multiplexer: Option<Multiplexer>,
    /// Whether it cannot move its cursor at all (`TERM=dumb`, or no TERM).
    pub dumb: bool,
    /// Whether the screen is looked at from another machine.
    pub remote: bool,
}

impl Capabilities {
    /// Judges by the variables that terminals set. `var` gives the value of one, if it is set.
    ///
    /// `NO_COLOR` counts when it is not empty (no-color.org), as the library that writes the colours has it.
    #[must_use]
    pub fn guess<'a>(var: impl Fn(&str) -> Option<&'a str>) -> Self {
        let set = |name: &str| var(name).filter(|v| !v.is_empty());
        let term = set("TERM").unwrap_or("");
        let multiplexer = if set("TMUX").is_some() || term.starts_with("tmux") {
            Some(Multiplexer::Tmux)
        } else if set("STY").is_some() || term.starts_with("screen") {
            Some(Multiplexer::Screen)
        } else {
            None
        };
        Self {
            colours: colours(term, set("COLORTERM"), set("NO_COLOR").is_some(), set("WT_SESSION").is_some()),
            multiplexer,
            dumb: term.is_empty() || term == "dumb",
            remote: set("SSH_CONNECTION").or(set("SSH_TTY")).is_some(),
        }
    }
}

fn colours(term: &str, colorterm: Option<&str>, no_color: bool, windows: bool) -> Colours {
    let direct = ["direct", "kitty", "alacritty", "ghostty", "foot", "wezterm", "contour"];
    if no_color || matches!(term, "" | "dumb" | "vt100" | "vt220" | "xterm-mono") {
        Colours::None
    } else if matches!(colorterm, Some("truecolor" | "24bit")) || windows || direct.iter().any(|d| term.contains(d)) {
        Colours::True
    } else if term.contains("256color") {
        Colours::Indexed
    } else {
        Colours::Sixteen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(vars: &[(&str, &'static str)]) -> Capabilities {
        Capabilities::guess(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| *v))
    }

    #[test]
    fn colours_follow_the_variables() {
        for (vars, colours) in [
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")][..], Colours::True),
            (&[("TERM", "xterm-256color")], Colours::Indexed),
            (&[("TERM", "xterm-kitty")], Colours::True),
            (&[("TERM", "linux")], Colours::Sixteen),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "24bit"), ("NO_COLOR", "1")], Colours::None),
            (&[("TERM", "xterm-256color"), ("NO_COLOR", "")], Colours::Indexed),
            (&[("TERM", "vt100")], Colours::None),
        ] {
            assert_eq!(guess(vars).colours, colours, "{vars:?}");
        }
    }

    #[test]
    fn a_dumb_terminal_is_known() {
        assert!(guess(&[("TERM", "dumb")]).dumb && guess(&[]).dumb);
        assert!(!guess(&[("TERM", "xterm")]).dumb);
    }

    #[test]
    fn what_stands_between_is_known() {
        let between = |vars: &[(&str, &'static str)]| guess(vars).multiplexer;
        assert_eq!(between(&[("TERM", "tmux-256color")]), Some(Multiplexer::Tmux));
        assert_eq!(between(&[("TERM", "screen-256color"), ("TMUX", "/tmp/x")]), Some(Multiplexer::Tmux));
        assert_eq!(between(&[("TERM", "screen-256color")]), Some(Multiplexer::Screen));
        assert_eq!(between(&[("TERM", "xterm")]), None);
    }
}
