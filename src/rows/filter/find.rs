//! Where words stand in a text, whatever their case.

use std::ops::Range;

use crate::model::text;

/// Whether `hay` contains `needle` (already in lower case) without regard to case.
#[must_use]
pub fn contains(hay: &str, needle: &str) -> bool {
    if needle.is_ascii() {
        let (hay, needle) = (hay.as_bytes(), needle.as_bytes());
        return needle.is_empty() || hay.windows(needle.len()).any(|w| w.eq_ignore_ascii_case(needle));
    }
    text::clean(hay).to_lowercase().contains(needle)
}

/// Where in `hay` a `needle` (already in lower case) occurs without regard to case, in bytes of `hay`.
#[must_use]
pub fn occurrences(hay: &str, needle: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some((at, len)) =
        hay[from..].char_indices().find_map(|(at, _)| Some((at, begins(&hay[from + at..], needle)?)))
    {
        out.push(from + at..from + at + len);
        from += at + len;
    }
    out
}

/// How many bytes of `hay` a `needle` takes that it begins with; `None` where it does not, or where there is nothing to
/// look for.
fn begins(hay: &str, needle: &str) -> Option<usize> {
    let mut wanted = needle.chars().peekable();
    wanted.peek()?;
    for (at, c) in hay.char_indices() {
        for small in c.to_lowercase() {
            if wanted.next_if_eq(&small).is_none() {
                return wanted.peek().is_none().then_some(at);
            }
        }
        if wanted.peek().is_none() {
            return Some(at + c.len_utf8());
        }
    }
    None
}

/// The letters of a `needle` (already in lower case) in `hay`, each behind the one before, in bytes of `hay`; `None`
/// where one is missing.
#[must_use]
pub fn strewn(needle: &str, hay: &str) -> Option<Vec<Range<usize>>> {
    let mut rest = hay.char_indices();
    let letter = |wanted: char| {
        let (at, c) = rest.find(|(_, c)| c.to_lowercase().eq(std::iter::once(wanted)))?;
        Some(at..at + c.len_utf8())
    };
    needle.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_where_they_stand_whatever_their_case() {
        assert_eq!(occurrences("Check-out check", "check"), [0..5, 10..15]);
        assert_eq!(occurrences("aaa", "aa"), std::iter::once(0..2).collect::<Vec<_>>());
        assert_eq!(occurrences("ÄPFEL äpfel", "äp"), [0..3, 7..10]);
        assert_eq!(occurrences("日本", "本"), std::iter::once(3..6).collect::<Vec<_>>());
        assert!(occurrences("abc", "").is_empty());
        assert!(occurrences("ab", "abc").is_empty());
    }

    #[test]
    fn strewn_letters_keep_their_order() {
        assert_eq!(strewn("pd", "ProD"), Some(vec![0..1, 3..4]));
        assert_eq!(strewn("dp", "prod"), None);
        assert_eq!(strewn("", "prod"), Some(Vec::new()));
    }
}
