//! The filter line: words that must all match.

use std::{fmt::Write as _, ops::Range};

use jiff::Timestamp;

use super::Slot;
use crate::model::text;

/// What of a row's place is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// All of it but the environment, in words.
    All,
    /// The account: id and name.
    Account,
    /// The names of the OUs above it.
    Ou,
    /// The region.
    Region,
    /// The environment: its words, a line for each.
    Environment,
}

impl Where {
    /// The words before a colon that mean a part of the place, in every view.
    const NAMES: [(&str, Self); 5] = [
        ("account", Self::Account),
        ("ou", Self::Ou),
        ("region", Self::Region),
        ("env", Self::Environment),
        ("environment", Self::Environment),
    ];
}

/// What a word of a filter looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    /// Every column, and the row's place, owner and tags.
    Any,
    /// A column, by its position.
    Column(usize),
    /// The verdict, which begins with the word.
    Health,
    /// A part of the row's place, and the view's own column of that name.
    Place(Where, Option<usize>),
}

impl Field {
    /// What a word before a colon means in a view with these columns.
    fn named(name: &str, columns: &[&str]) -> Option<Self> {
        let own = columns.iter().position(|c| c.eq_ignore_ascii_case(name));
        let part = Where::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        match (part, own) {
            _ if name.eq_ignore_ascii_case("health") => Some(Self::Health),
            (Some((_, part)), own) => Some(Self::Place(*part, own)),
            (None, own) => own.map(Self::Column),
        }
    }

    /// Whether what it looks at has to begin with the word, rather than hold it: of two verdicts or environments one
    /// may hold the other.
    fn begins(self) -> bool {
        matches!(self, Self::Health | Self::Place(Where::Environment, _))
    }
}

/// A value on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Of a column, by its position.
    Column(usize),
    /// Of the row's place.
    Place(Where),
}

/// Tells a part of a row's place in words.
pub type TellPlace<'a> = &'a dyn Fn(&Slot, Where, &mut String);

/// One word of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    /// What it looks at.
    field: Field,
    /// What to find, in lower case.
    word: String,
    /// Whether the row must not contain it.
    inverse: bool,
}

impl Term {
    fn fits(&self, text: &str) -> bool {
        if self.field.begins() {
            text.lines().any(|line| line.to_lowercase().starts_with(&self.word))
        } else {
            contains(text, &self.word)
        }
    }
}

/// A parsed filter. Words are parted by blanks and must all match, without regard to case; `!word` must not occur;
/// `column:word` looks at one column, `account:`, `ou:`, `region:` and `env:` at where the row lies, in every view, and
/// `health:word` at the verdict. Verdicts and environments begin with the word. Quotes keep blanks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
}

impl Filter {
    /// A word before a colon that is no column and is near to one: most likely a slip, and as letters it would be found
    /// nowhere. With the column that was meant.
    #[must_use]
    pub fn slip<'a>(line: &str, columns: &[&'a str]) -> Option<(String, &'a str)> {
        let known = || columns.iter().copied().chain(Where::NAMES.iter().map(|(name, _)| *name)).chain(["health"]);
        line.split_whitespace().find_map(|word| {
            let (name, _) = word.trim_start_matches('!').split_once(':')?;
            let plain = name.len() > 2 && name.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
            if !plain || Field::named(name, columns).is_some() {
                return None;
            }
            Some((name.to_owned(), text::nearest(name, known())?))
        })
    }

    /// Reads a filter line. `columns` are the ids of the view's columns; a word before a colon that names none of
    /// them is part of the word (an ARN holds colons).
    #[must_use]
    pub fn parse(line: &str, columns: &[&str]) -> Self {
        let terms = words(line).into_iter().filter_map(|word| {
            let (inverse, word) = match word.strip_prefix('!') {
                Some(rest) => (true, rest.to_owned()),
                None => (false, word),
            };
            let split = word.split_once(':').and_then(|(name, rest)| Some((Field::named(name, columns)?, rest)));
            let (field, word) = split.unwrap_or((Field::Any, &word));
            (!word.is_empty()).then(|| Term { field, word: word.to_lowercase(), inverse })
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
                let wider = if o.field.begins() { long.starts_with(short) } else { long.contains(short) };
                t.inverse == o.inverse && t.field == o.field && wider
            };
            self.terms.iter().any(narrower)
        })
    }

    /// Whether a row passes. `place` says in words where it lies, and `buffer` is scratch space that saves an
    /// allocation for each row.
    #[must_use]
    pub fn passes(
        &self,
        slot: &Slot,
        columns: usize,
        place: TellPlace<'_>,
        now: Timestamp,
        buffer: &mut String,
    ) -> bool {
        self.terms.iter().all(|term| {
            buffer.clear();
            match term.field {
                Field::Health => buffer.push_str(slot.level.word()),
                Field::Column(at) => slot.row.cell(at).write(now, buffer),
                Field::Place(part, own) => {
                    if let Some(at) = own {
                        slot.row.cell(at).write(now, buffer);
                        buffer.push('\n');
                    }
                    place(slot, part, buffer);
                }
                Field::Any => {
                    place(slot, Where::All, buffer);
                    haystack(slot, columns, now, buffer);
                }
            }
            term.fits(buffer) != term.inverse
        })
    }

    /// The words that a value had to hold so that its row passed: what is worth marking in it.
    pub fn words(&self, shown: Shown) -> impl Iterator<Item = &str> {
        let asked = move |field: Field| match (field, shown) {
            (Field::Any, _) => true,
            (Field::Column(at) | Field::Place(_, Some(at)), Shown::Column(column)) => at == column,
            (Field::Place(part, _), Shown::Place(place)) => part == place,
            _ => false,
        };
        self.terms.iter().filter(move |t| !t.inverse && asked(t.field)).map(|t| t.word.as_str())
    }

    /// Whether a line of text passes, for lists that are no tables.
    #[must_use]
    pub fn passes_text(&self, line: &str) -> bool {
        self.terms.iter().all(|term| contains(line, &term.word) != term.inverse)
    }
}

fn haystack(slot: &Slot, columns: usize, now: Timestamp, out: &mut String) {
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
    fn words_are_found_where_they_stand_whatever_their_case() {
        assert_eq!(occurrences("Check-out check", "check"), [0..5, 10..15]);
        assert_eq!(occurrences("aaa", "aa"), std::iter::once(0..2).collect::<Vec<_>>());
        assert_eq!(occurrences("ÄPFEL äpfel", "äp"), [0..3, 7..10]);
        assert_eq!(occurrences("日本", "本"), std::iter::once(3..6).collect::<Vec<_>>());
        assert!(occurrences("abc", "").is_empty());
        assert!(occurrences("ab", "abc").is_empty());
    }

    #[test]
    fn what_is_marked_is_what_was_asked_for() {
        let words =
            |line, shown| Filter::parse(line, &["name", "account"]).words(shown).map(str::to_owned).collect::<Vec<_>>();
        let line = "Web !db name:api account:prod health:bro";
        assert_eq!(words(line, Shown::Column(0)), ["web", "api"]);
        assert_eq!(words(line, Shown::Column(1)), ["web", "prod"]);
        assert_eq!(words(line, Shown::Place(Where::Account)), ["web", "prod"]);
        assert_eq!(words(line, Shown::Place(Where::Region)), ["web"]);
    }

    #[test]
    fn an_environment_is_narrowed_by_its_beginning_and_an_account_by_any_part() {
        let f = |line| Filter::parse(line, &["name"]);
        assert!(f("env:prod").narrows(&f("env:pro")));
        assert!(!f("env:non-production").narrows(&f("env:production")));
        assert!(f("account:checkout").narrows(&f("account:check")));
        assert!(!f("account:check").narrows(&f("ou:check")));
    }

    #[test]
    fn a_slip_in_the_name_of_a_column_is_told_from_letters() {
        let slip = |line: &str| Filter::slip(line, &["name", "running"]);
        assert_eq!(slip("x !helth:broken"), Some(("helth".to_owned(), "health")));
        assert_eq!(slip("runing:2"), Some(("runing".to_owned(), "running")));
        for fine in ["health:broken", "name:a", "arn:aws:ecs:x", "account:prod", "http://x", "zz"] {
            assert_eq!(slip(fine), None, "{fine}");
        }
    }

    #[test]
    fn a_colon_that_names_no_column_is_a_letter() {
        assert!(Filter::parse("arn:aws", &["name"]).passes_text("arn:aws:ecs"));
    }
}
