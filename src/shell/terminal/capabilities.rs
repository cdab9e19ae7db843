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
    /// Whether it is known to take hyperlinks (OSC 8).
    pub hyperlinks: bool,
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
            // tmux and screen pass links on only where they are told to, which cannot be asked; and the variables of the
            // terminal around them say nothing of the one that is attached now.
            hyperlinks: multiplexer.is_none() && hyperlinks(term, set),
        }
    }
}

/// Terminals that are known to take hyperlinks, by what they set: VTE since 0.50, Konsole since 20.12, and those that had
/// them from the beginning or for years.
fn hyperlinks<'a>(term: &str, set: impl Fn(&str) -> Option<&'a str>) -> bool {
    let at_least = |name: &str, version: u32| set(name).and_then(|v| v.parse().ok()).is_some_and(|v: u32| v >= version);
    let programs = ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio"];
    let terms = ["kitty", "foot", "alacritty", "ghostty", "wezterm", "contour", "rio"];
    set("TERM_PROGRAM").is_some_and(|program| programs.contains(&program))
        || terms.iter().any(|name| term.contains(name))
        || set("KITTY_WINDOW_ID").or(set("WT_SESSION")).is_some()
        || at_least("VTE_VERSION", 5000)
        || at_least("KONSOLE_VERSION", 201_200)
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
    fn hyperlinks_are_for_terminals_that_are_known_to_take_them() {
        for (vars, takes) in [
            (&[("TERM", "xterm-256color")][..], false),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7200")], true),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "4601")], false),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "Apple_Terminal")], false),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")], true),
            (&[("TERM", "xterm-kitty")], true),
            (&[("TERM", "tmux-256color"), ("VTE_VERSION", "7200")], false),
            (&[("TERM", "xterm-kitty"), ("TMUX", "x")], false),
        ] {
            assert_eq!(guess(vars).hyperlinks, takes, "{vars:?}");
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
