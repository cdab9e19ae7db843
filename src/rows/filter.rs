//! The filter line: words that must all match.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::Slot;
use crate::model::text;

/// The name under which every view has its verdict, in place of a column's position.
const HEALTH: usize = usize::MAX;

/// One word of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    /// The column it looks at, by its position; `None` for all of them and the row's place, owner and tags.
    column: Option<usize>,
    /// What to find, in lower case.
    word: String,
    /// Whether the row must not contain it.
    inverse: bool,
}

/// A parsed filter. Words are parted by blanks and must all match, without regard to case; `!word` must not occur;
/// `column:word` looks at one column, and `health:word` at the verdict, which begins with the word; quotes keep blanks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
}

impl Filter {
    /// Reads a filter line. `columns` are the ids of the view's columns; a word before a colon that names none of
    /// them is part of the word (an ARN holds colons).
    #[must_use]
    pub fn parse(line: &str, columns: &[&str]) -> Self {
        let terms = words(line).into_iter().filter_map(|word| {
            let (inverse, word) = match word.strip_prefix('!') {
                Some(rest) => (true, rest.to_owned()),
                None => (false, word),
            };
            let split = word.split_once(':').and_then(|(name, rest)| {
                let health = || name.eq_ignore_ascii_case("health").then_some(HEALTH);
                let at = health().or_else(|| columns.iter().position(|c| c.eq_ignore_ascii_case(name)));
                at.map(|at| (at, rest.to_owned()))
            });
            let (column, word) = split.map_or((None, word), |(at, rest)| (Some(at), rest));
            (!word.is_empty()).then(|| Term { column, word: word.to_lowercase(), inverse })
        });
        Self { terms: terms.collect() }
    }

    /// Whether everything passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether whatever passes this filter also passed `other`: a longer line only narrows.
    #[must_use]
    pub fn narrows(&self, other: &Self) -> bool {
        other.terms.iter().all(|o| {
            let narrower = |t: &Term| {
                let (long, short) = if o.inverse { (&o.word, &t.word) } else { (&t.word, &o.word) };
                let wider = if o.column == Some(HEALTH) { long.starts_with(short) } else { long.contains(short) };
                t.inverse == o.inverse && t.column == o.column && wider
            };
            self.terms.iter().any(narrower)
        })
    }

    /// Whether a row passes. `place` says in words where it lies (account name, id, region), and `buffer` is scratch
    /// space that saves an allocation for each row.
    #[must_use]
    pub fn passes(&self, slot: &Slot, columns: usize, place: &str, now: Timestamp, buffer: &mut String) -> bool {
        self.terms.iter().all(|term| {
            buffer.clear();
            match term.column {
                Some(HEALTH) => return slot.level.word().starts_with(&term.word) != term.inverse,
                Some(at) => slot.row.cell(at).write(now, buffer),
                None => haystack(slot, columns, place, now, buffer),
            }
            contains(buffer, &term.word) != term.inverse
        })
    }

    /// Whether a line of text passes, for lists that are no tables.
    #[must_use]
    pub fn passes_text(&self, line: &str) -> bool {
        self.terms.iter().all(|term| contains(line, &term.word) != term.inverse)
    }
}

fn haystack(slot: &Slot, columns: usize, place: &str, now: Timestamp, out: &mut String) {
    out.push_str(place);
    for at in 0..columns {
        out.push(' ');
        slot.row.cell(at).write(now, out);
    }
    let facts = slot.row.facts();
    for word in [facts.arn, facts.owner].into_iter().flatten() {
        out.push(' ');
        out.push_str(word);
    }
    for (key, value) in facts.tags.into_iter().flatten() {
        // Writing to a String cannot fail.
        let _ok = write!(out, " {key}={value}");
    }
}

/// Whether `hay` contains `needle` (already in lower case) without regard to case.
#[must_use]
pub fn contains(hay: &str, needle: &str) -> bool {
    if needle.is_ascii() {
        let (hay, needle) = (hay.as_bytes(), needle.as_bytes());
        return needle.is_empty() || hay.windows(needle.len()).any(|w| w.eq_ignore_ascii_case(needle));
    }
    text::clean(hay).to_lowercase().contains(needle)
}

fn words(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    out.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_words_that_must_all_match() {
        let f = Filter::parse("prod !dev \"two words\"", &[]);
        assert!(f.passes_text("PROD two words"));
        assert!(!f.passes_text("prod two words dev"));
        assert!(!f.passes_text("prod words"));
    }

    #[test]
    fn a_longer_line_narrows() {
        let f = |line| Filter::parse(line, &["name"]);
        assert!(f("prod che").narrows(&f("pro")));
        assert!(f("name:check").narrows(&f("name:che")));
        assert!(!f("name:check").narrows(&f("che")));
        assert!(!f("!abc").narrows(&f("!ab")));
        assert!(f("!ab").narrows(&f("!abc")));
    }

    #[test]
    fn a_verdict_is_narrowed_by_its_beginning() {
        let f = |line| Filter::parse(line, &["name", "health"]);
        assert!(f("health:bro").narrows(&f("health:b")));
        assert!(!f("health:degraded").narrows(&f("health:rad")));
        assert!(f("!health:o").narrows(&f("!health:ok")));
    }

    #[test]
    fn a_colon_that_names_no_column_is_a_letter() {
        assert!(Filter::parse("arn:aws", &["name"]).passes_text("arn:aws:ecs"));
    }
}
