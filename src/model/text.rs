//! Text from outside, made safe for a terminal, and cut to a width in cells; the nearest right word for a wrong one.

mod nearest;

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

pub use nearest::{nearest, suggest};

/// Whether a character can change anything but its own cell: control characters (escapes among them), the marks
/// that turn the direction of the text after them (Unicode bidi controls), and line separators.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{061C}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// The text without whole escape sequences and without any other character that could act on the terminal.
/// Tabs and line breaks become a space.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => skip_escape(&mut rest),
            '\u{9b}' => skip_csi(&mut rest),
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c if is_unsafe(c) => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

pub(super) type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// Skips what follows an ESC: a CSI sequence, a string sequence (OSC, DCS, APC, PM, SOS) up to its end, or the
/// one or two characters of the short ones (ECMA-48 §5.3–5.6).
pub(super) fn skip_escape(rest: &mut Chars<'_>) {
    match rest.peek() {
        Some('[') => {
            rest.next();
            skip_csi(rest);
        }
        Some(']' | 'P' | '_' | '^' | 'X') => {
            while let Some(c) = rest.next() {
                if c == '\u{7}' || c == '\u{9c}' {
                    break;
                }
                if c == '\u{1b}' {
                    rest.next_if_eq(&'\\');
                    break;
                }
            }
        }
        Some('\u{20}'..='\u{2f}') => {
            while rest.next_if(|c| ('\u{20}'..='\u{2f}').contains(c)).is_some() {}
            rest.next();
        }
        Some('\u{30}'..='\u{7e}') => {
            rest.next();
        }
        _ => {}
    }
}

fn skip_csi(rest: &mut Chars<'_>) {
    while rest.next_if(|c| ('\u{20}'..='\u{3f}').contains(c)).is_some() {}
    rest.next_if(|c| ('\u{40}'..='\u{7e}').contains(c));
}

/// How many cells the text takes. Measured over the whole text as ratatui does, after [`clean`].
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text cut to at most `cells` cells at a grapheme's edge, with `…` where something was cut.
#[must_use]
pub fn clip(text: &str, cells: usize) -> Cow<'_, str> {
    if text.len() <= cells || width(text) <= cells {
        return Cow::Borrowed(text);
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    let mut used = 0;
    let mut end = 0;
    for (at, g) in text.grapheme_indices(true) {
        let w = g.width();
        if used + w > cells - 1 {
            break;
        }
        used += w;
        end = at + g.len();
    }
    Cow::Owned(format!("{}…", &text[..end]))
}

/// A count with its thousands set apart: `12,345`.
#[must_use]
pub fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun, which takes an `s` unless it is one: `1 account`, `31 accounts`.
#[must_use]
pub fn counted(n: usize, noun: &str) -> String {
    let end = if n == 1 { "" } else { "s" };
    format!("{} {noun}{end}", count(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_removed_whole() {
        for (dirty, safe) in [
            ("plain", "plain"),
            ("a\u{1b}[31mred\u{1b}[0m", "ared"),
            ("t\u{1b}]0;owned\u{7}x", "tx"),
            ("t\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "tlink"),
            ("\u{9b}2Jgone", "gone"),
            ("a\u{202e}b", "ab"),
            ("two\r\nlines", "two lines"),
            ("\u{1b}", ""),
            ("\u{1b}P1$r\u{1b}", ""),
        ] {
            assert_eq!(clean(dirty), safe, "{dirty:?}");
        }
    }

    #[test]
    fn a_cut_never_splits_a_grapheme() {
        assert_eq!(clip("checkout", 20), "checkout");
        assert_eq!(clip("checkout", 5), "chec…");
        assert_eq!(clip("日本語", 5), "日本…");
        assert_eq!(clip("日本語", 4), "日…");
        assert_eq!(clip("👩‍👩‍👧‍👦x👩‍👩‍👧‍👦", 4), "👩‍👩‍👧‍👦x…");
        assert_eq!(clip("abc", 0), "");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1_000, 12_345, 1_234_567].map(count), ["0", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn one_is_singular() {
        assert_eq!([0, 1, 2_000].map(|n| counted(n, "row")), ["0 rows", "1 row", "2,000 rows"]);
    }
}
