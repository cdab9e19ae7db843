//! The terminal as `qd doctor` looks at it: by the environment, and where it is one, by asking it how wide signs are.

use std::io::{self, IsTerminal as _, Write as _};

use super::terminal::{Capabilities, Multiplexer};
use crate::{config::Env, model::check::Check, ui::theme::Colours};

/// The area of the terminal.
const TERMINAL: &str = "terminal";

/// The screen that everything fits on.
const SMALL: (u16, u16) = (80, 24);

/// Signs whose width terminals disagree about, and how many cells they take.
const SIGNS: (&str, u16) = ("✖▲日", 4);

/// Looks at it.
#[must_use]
pub fn survey(env: &Env) -> Vec<Check> {
    let capabilities = Capabilities::guess(|name| env.get(name));
    let mut out = vec![kind(env, capabilities), colours(env, capabilities)];
    if io::stdout().is_terminal() {
        out.extend(size());
        out.extend(width());
    } else {
        out.push(Check::ok(TERMINAL, "screen", "stdout is no terminal here: size and width were not looked at"));
    }
    out.push(letters(env));
    out.push(clipboard(capabilities));
    out.push(Check::ok(
        TERMINAL,
        "mouse",
        "off unless the configuration says mouse = true; needs a terminal with SGR mouse",
    ));
    out
}

fn kind(env: &Env, capabilities: Capabilities) -> Check {
    let term = env.get("TERM").unwrap_or_default();
    let far = if capabilities.remote { ", looked at over ssh" } else { "" };
    let check =
        Check::ok(TERMINAL, "TERM", if term.is_empty() { "not set".to_owned() } else { format!("{term}{far}") });
    if capabilities.dumb { check.wrong("set it as your terminal says, such as xterm-256color") } else { check }
}

fn colours(env: &Env, capabilities: Capabilities) -> Check {
    let words = match capabilities.colours {
        Colours::True => "16 million",
        Colours::Indexed => "256",
        Colours::Sixteen => "16",
        Colours::None => "none",
    };
    let check = Check::ok(TERMINAL, "colours", words);
    match capabilities.colours {
        Colours::None if env.get("NO_COLOR").is_some() => Check { said: "none, by NO_COLOR".into(), ..check },
        Colours::None | Colours::Sixteen => {
            check.doubtful("a TERM with 256color, or COLORTERM=truecolor, shows the themes as they are")
        }
        Colours::Indexed | Colours::True => check,
    }
}

fn size() -> Option<Check> {
    let (columns, rows) = crossterm::terminal::size().ok()?;
    let check = Check::ok(TERMINAL, "size", format!("{columns} × {rows}"));
    let small = columns < SMALL.0 || rows < SMALL.1;
    Some(if small { check.doubtful("80 × 24 and above show everything") } else { check })
}

/// Writes signs and asks where the cursor is then: the one thing that no variable tells.
fn width() -> Option<Check> {
    if !io::stdin().is_terminal() {
        return None;
    }
    crossterm::terminal::enable_raw_mode().ok()?;
    let measured = measure();
    let _kept = crossterm::terminal::disable_raw_mode();
    let check = Check::ok(TERMINAL, "width of signs", format!("{} cells for {}, as reckoned", SIGNS.1, SIGNS.0));
    Some(match measured {
        Ok(cells) if cells == SIGNS.1 => check,
        Ok(cells) => Check { said: format!("{cells} cells for {}, where {} are reckoned", SIGNS.0, SIGNS.1), ..check }
            .doubtful("let the terminal treat ambiguous signs as narrow, or columns will not stand in line"),
        Err(_) => Check { said: "the terminal does not say where its cursor is".into(), ..check }.doubtful(""),
    })
}

fn measure() -> io::Result<u16> {
    let mut out = io::stdout().lock();
    write!(out, "\r{}", SIGNS.0)?;
    out.flush()?;
    let (column, _) = crossterm::cursor::position()?;
    write!(out, "\r\x1b[K")?;
    out.flush()?;
    Ok(column)
}

fn letters(env: &Env) -> Check {
    let said = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| Some((name, env.get(name)?)));
    let Some((name, value)) = said else {
        return Check::ok(TERMINAL, "letters", "no locale is set")
            .doubtful("set LANG to one with UTF-8, such as C.UTF-8");
    };
    let check = Check::ok(TERMINAL, "letters", format!("{name}={value}"));
    let wide = value.to_lowercase().replace('-', "").contains("utf8");
    if wide { check } else { check.doubtful("set LANG to one with UTF-8, such as C.UTF-8") }
}

fn clipboard(capabilities: Capabilities) -> Check {
    let check = Check::ok(TERMINAL, "clipboard", "by OSC 52, which a terminal takes or leaves without a word");
    match capabilities.multiplexer {
        Some(Multiplexer::Tmux) => {
            check.doubtful("tmux passes it on with `set -g set-clipboard on` and `allow-passthrough on`")
        }
        Some(Multiplexer::Screen) => check.doubtful("screen passes on short texts only"),
        None => check,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::check::Verdict;

    fn look(pairs: &[(&str, &str)], name: &str) -> Check {
        let env: Env = pairs.iter().copied().collect();
        survey(&env).into_iter().find(|check| check.name == name).unwrap()
    }

    #[test]
    fn what_the_environment_says_is_judged() {
        assert_eq!(look(&[], "TERM").verdict, Verdict::Wrong);
        assert_eq!(look(&[("TERM", "xterm-256color")], "colours").said, "256");
        assert_eq!(look(&[("TERM", "xterm"), ("NO_COLOR", "1")], "colours").verdict, Verdict::Ok);
        assert_eq!(look(&[("LANG", "C")], "letters").verdict, Verdict::Doubtful);
        assert_eq!(look(&[("LC_ALL", "de_DE.utf8")], "letters").verdict, Verdict::Ok);
        assert_eq!(look(&[("TMUX", "x")], "clipboard").verdict, Verdict::Doubtful);
    }
}
