//! Lines that were written for a terminal: their colours are kept as data, and whatever else could act on a terminal is
//! taken out.

use super::text::{Chars, is_unsafe, skip_escape};

/// Cells that a tab moves on to a multiple of.
const TAB: usize = 4;

/// A colour as a program asked its terminal for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tint {
    /// One of the sixteen that the terminal defines (0 to 7, and bright 8 to 15).
    Basic(u8),
    /// One of xterm's 256.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// How letters shall look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ink {
    /// The colour of the letters; `None` for the usual one.
    pub fore: Option<Tint>,
    /// The colour behind them.
    pub back: Option<Tint>,
    /// Bold.
    pub bold: bool,
    /// Faint.
    pub dim: bool,
    /// Slanted.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// Letters and ground exchanged.
    pub reverse: bool,
}

/// A stretch of a text that looks alike, from the end of the one before to `end`, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where it ends.
    pub end: usize,
    /// How it looks.
    pub ink: Ink,
}

/// Reads a line: the safe text, and its runs where any of it is coloured (they then cover all of it).
#[must_use]
pub fn read(raw: &str) -> (String, Vec<Run>) {
    if !raw.chars().any(is_unsafe) {
        return (raw.to_owned(), Vec::new());
    }
    let mut text = String::with_capacity(raw.len());
    let mut runs: Vec<Run> = Vec::new();
    let mut ink = Ink::default();
    let mut rest = raw.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' if rest.peek() == Some(&'[') => {
                rest.next();
                let before = ink;
                change(&mut rest, &mut ink);
                if ink != before {
                    close(&mut runs, text.len(), before);
                }
            }
            '\u{9b}' => {
                let before = ink;
                change(&mut rest, &mut ink);
                if ink != before {
                    close(&mut runs, text.len(), before);
                }
            }
            '\u{1b}' => skip_escape(&mut rest),
            '\t' => {
                let column = text.chars().count();
                text.extend(std::iter::repeat_n(' ', TAB - column % TAB));
            }
            '\u{2028}' | '\u{2029}' => text.push(' '),
            c if is_unsafe(c) => {}
            c => text.push(c),
        }
    }
    if ink != Ink::default() || !runs.is_empty() {
        close(&mut runs, text.len(), ink);
    }
    (text, runs)
}

fn close(runs: &mut Vec<Run>, end: usize, ink: Ink) {
    if runs.last().map_or(0, |r| r.end) < end {
        runs.push(Run { end, ink });
    }
}

/// Takes in a CSI sequence, of which all but the last was not yet read. Only those that end in `m` change anything.
fn change(rest: &mut Chars<'_>, ink: &mut Ink) {
    let mut words = String::new();
    while let Some(c) = rest.next_if(|c| ('\u{20}'..='\u{3f}').contains(c)) {
        // No colour needs more; a longer one is noise.
        if words.len() < 64 {
            words.push(c);
        }
    }
    if rest.next_if(|c| ('\u{40}'..='\u{7e}').contains(c)) == Some('m') {
        select(&words, ink);
    }
}

/// Applies the numbers of an SGR sequence (ECMA-48 §8.3.117, and xterm's 38 and 48).
fn select(words: &str, ink: &mut Ink) {
    // A private sequence (`>4;1m`) is about the keyboard.
    if words.starts_with(['<', '=', '>', '?']) {
        return;
    }
    let mut numbers = words.split([';', ':']).map(|n| n.parse::<u16>().unwrap_or(0));
    while let Some(n) = numbers.next() {
        match n {
            0 => *ink = Ink::default(),
            1 => ink.bold = true,
            2 => ink.dim = true,
            3 => ink.italic = true,
            4 => ink.underline = true,
            7 => ink.reverse = true,
            22 => (ink.bold, ink.dim) = (false, false),
            23 => ink.italic = false,
            24 => ink.underline = false,
            27 => ink.reverse = false,
            30..=37 => ink.fore = basic(n - 30),
            38 => ink.fore = extended(&mut numbers).or(ink.fore),
            39 => ink.fore = None,
            40..=47 => ink.back = basic(n - 40),
            48 => ink.back = extended(&mut numbers).or(ink.back),
            49 => ink.back = None,
            90..=97 => ink.fore = basic(n - 90 + 8),
            100..=107 => ink.back = basic(n - 100 + 8),
            _ => {}
        }
    }
}

fn basic(n: u16) -> Option<Tint> {
    u8::try_from(n).ok().map(Tint::Basic)
}

fn extended(numbers: &mut impl Iterator<Item = u16>) -> Option<Tint> {
    let mut byte = || u8::try_from(numbers.next()?).ok();
    match byte()? {
        5 => Some(Tint::Indexed(byte()?)),
        2 => Some(Tint::Rgb(byte()?, byte()?, byte()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink(fore: Option<Tint>) -> Ink {
        Ink { fore, ..Ink::default() }
    }

    #[test]
    fn colours_are_kept_and_nothing_else_acts() {
        let (text, runs) = read("a \u{1b}[31mred\u{1b}[0m b\u{1b}[2J\u{1b}]0;owned\u{7}\u{1b}[10;10Hc\r\u{8}");
        assert_eq!(text, "a red bc");
        let red = ink(Some(Tint::Basic(1)));
        let run = |end, ink| Run { end, ink };
        assert_eq!(runs, [run(2, Ink::default()), run(5, red), run(8, Ink::default())]);
    }

    #[test]
    fn every_form_of_colour_is_understood() {
        for (sgr, tint) in [
            ("38;5;208", Tint::Indexed(208)),
            ("38;2;1;2;3", Tint::Rgb(1, 2, 3)),
            ("38:2:1:2:3", Tint::Rgb(1, 2, 3)),
            ("94", Tint::Basic(12)),
        ] {
            let (text, runs) = read(&format!("\u{1b}[{sgr}mx"));
            assert_eq!((text.as_str(), runs[0].ink.fore), ("x", Some(tint)), "{sgr}");
        }
        let (_, runs) = read("\u{1b}[1;4;33mx\u{1b}[22;24my");
        assert!(runs[0].ink.bold && runs[0].ink.underline && !runs[1].ink.bold && !runs[1].ink.underline);
        assert_eq!(runs[1].ink.fore, Some(Tint::Basic(3)), "only what was taken back is gone");
    }

    #[test]
    fn a_broken_sequence_ends_with_the_line() {
        for raw in ["\u{1b}[38;5", "\u{1b}[38;2;1m", "\u{1b}", "\u{1b}]8;;http://x", "\u{9b}999999m", "\u{1b}[m"] {
            assert_eq!(read(raw).0, "", "{raw:?}");
        }
    }

    #[test]
    fn tabs_move_to_a_stop_and_the_direction_of_text_stays() {
        assert_eq!(read("\tat x").0, "    at x");
        assert_eq!(read("ab\tc").0, "ab  c");
        assert_eq!(read("a\u{202e}b").0, "ab");
        assert_eq!(read("plain").1, Vec::new());
    }
}
