//! What a word of a filter demands of a value: that it holds letters, fits an expression, or compares as asked.

use std::ops::Range;

use jiff::Timestamp;
use regex::{Regex, RegexBuilder};

use super::find::{contains, occurrences, strewn};
use crate::model::{Cell, Level};

/// Bytes that a compiled expression may take, and its cache: what is typed must not cost memory without bound.
const SIZE: usize = 1 << 18;

/// What a value has to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// It holds this word, in lower case.
    Word(String),
    /// It holds these letters in this order, in lower case.
    Letters(String),
    /// It fits an expression.
    Expression(Expression),
    /// It compares so.
    Compare(Op, Operand),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// The same.
    Is,
    /// More.
    More,
    /// Less.
    Less,
    /// More, or the same.
    AtLeast,
    /// Less, or the same.
    AtMost,
}

impl Op {
    fn holds<T: PartialOrd>(self, have: &T, want: &T) -> bool {
        match self {
            Self::Is => have == want,
            Self::More => have > want,
            Self::Less => have < want,
            Self::AtLeast => have >= want,
            Self::AtMost => have <= want,
        }
    }
}

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operand {
    /// As typed, in lower case.
    pub(super) text: String,
    /// As a number; a length of time in seconds.
    pub(super) number: Option<f64>,
    /// As a verdict.
    pub(super) level: Option<Level>,
}

impl Operand {
    /// Reads what stands behind a comparison.
    pub(super) fn read(text: &str) -> Self {
        let text = text.to_lowercase();
        let level = Level::ALL.into_iter().find(|level| level.word() == text);
        Self { number: number(&text), level, text }
    }
}

/// A regular expression, without regard to case unless it says `(?-i)`; `^` and `$` are the ends of a value.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    source: String,
    regex: Regex,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it, in few words.
    pub(super) fn read(source: &str) -> Result<Self, String> {
        let mut builder = RegexBuilder::new(source);
        let built = builder.case_insensitive(true).multi_line(true).size_limit(SIZE).dfa_size_limit(SIZE).build();
        match built {
            Ok(regex) => Ok(Self { source: source.to_owned(), regex }),
            Err(regex::Error::CompiledTooBig(_)) => Err("it would take too much memory".to_owned()),
            Err(error) => {
                let said = error.to_string();
                let last = said.lines().last().unwrap_or_default();
                Err(last.trim_start_matches("error: ").to_owned())
            }
        }
    }
}

impl Test {
    /// Whether a text is as demanded; `begins` where it has to begin with a word, rather than hold it. Values stand on
    /// lines of their own.
    pub(super) fn text(&self, text: &str, begins: bool) -> bool {
        match self {
            Self::Word(word) if begins => text.lines().any(|line| line.to_lowercase().starts_with(word)),
            Self::Word(word) => contains(text, word),
            Self::Letters(letters) => text.lines().any(|line| strewn(letters, line).is_some()),
            Self::Expression(expression) => expression.regex.is_match(text),
            Self::Compare(op, want) => text.lines().any(|line| compare_text(*op, line, want)),
        }
    }

    /// Whether a cell is as demanded, where it need not be written to tell; `None` where it is its words that count.
    pub(super) fn cell(&self, cell: &Cell<'_>, now: Timestamp) -> Option<bool> {
        let Self::Compare(op, want) = self else { return None };
        let compared = |have: f64| want.number.is_some_and(|want| op.holds(&have, &want));
        Some(match cell {
            Cell::Missing => false,
            Cell::Text(text) => compare_text(*op, text, want),
            Cell::Number(n) | Cell::Seconds(n) => compared(*n as f64),
            Cell::Of(have, all) | Cell::Bar(have, all) => {
                compared(*have as f64) || *op == Op::Is && want.text == format!("{have}/{all}")
            }
            // By its age: that is what the column shows.
            Cell::At(at) => compared((now.as_second() - at.as_second()) as f64),
            Cell::Level(level) => self.level(*level),
            Cell::Flag(yes) => {
                let words: &[&str] = if *yes { &["yes", "true"] } else { &["no", "false"] };
                *op == Op::Is && words.contains(&want.text.as_str())
            }
        })
    }

    /// Whether a verdict is as demanded.
    pub(super) fn level(&self, level: Level) -> bool {
        match self {
            Self::Compare(op, want) => want.level.is_some_and(|want| op.holds(&level, &want)),
            test => test.text(level.word(), true),
        }
    }

    /// Where in a text it is what is looked for, in bytes.
    pub(super) fn hits(&self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::Word(word) => occurrences(text, word),
            Self::Letters(letters) => strewn(letters, text).unwrap_or_default(),
            Self::Expression(expression) => {
                expression.regex.find_iter(text).map(|found| found.range()).filter(|r| !r.is_empty()).collect()
            }
            Self::Compare(..) => Vec::new(),
        }
    }
}

fn compare_text(op: Op, text: &str, want: &Operand) -> bool {
    if op == Op::Is && text.to_lowercase() == want.text {
        return true;
    }
    number(text).zip(want.number).is_some_and(|(have, want)| op.holds(&have, &want))
}

/// A number as people write it, with a percent sign or not; lengths of time (`90s`, `2h`, `1h30m`, `3d`, `2w`) in
/// seconds.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Ok(plain) = text.trim_end_matches('%').trim_end().parse::<f64>() {
        // `inf` and `nan` are words here.
        return plain.is_finite().then_some(plain);
    }
    let (mut sum, mut rest) = (0.0, text);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let unit = match rest[digits..].chars().next()? {
            's' => 1.0,
            'm' => 60.0,
            'h' => 3_600.0,
            'd' => 86_400.0,
            'w' => 604_800.0,
            _ => return None,
        };
        sum += rest[..digits].parse::<f64>().ok()? * unit;
        rest = &rest[digits + 1..];
    }
    (!text.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lengths_of_time() {
        for (text, value) in [
            ("80", 80.0),
            ("12.5%", 12.5),
            ("12.5 %", 12.5),
            ("-3", -3.0),
            ("90s", 90.0),
            ("1h30m", 5_400.0),
            ("2d", 172_800.0),
            ("0.5h", 1_800.0),
        ] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for text in ["", "x", "h", "1x", "nan", "inf", "1h3", "é"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn cells_compare_by_what_they_are() {
        let now = Timestamp::from_second(10_000).unwrap();
        let holds = |op, want: &str, cell: Cell<'_>| Test::Compare(op, Operand::read(want)).cell(&cell, now);
        assert_eq!(holds(Op::More, "80", Cell::Number(81)), Some(true));
        assert_eq!(holds(Op::More, "80", Cell::text("80.5 %")), Some(true));
        assert_eq!(holds(Op::Less, "80", Cell::text("many")), Some(false));
        assert_eq!(holds(Op::Less, "1h", Cell::At(Timestamp::from_second(7_000).unwrap())), Some(true));
        assert_eq!(holds(Op::AtLeast, "1h", Cell::Seconds(3_600)), Some(true));
        assert_eq!(holds(Op::Is, "2", Cell::Of(2, 6)), Some(true));
        assert_eq!(holds(Op::Is, "2/6", Cell::Of(2, 6)), Some(true));
        assert_eq!(holds(Op::Is, "2/5", Cell::Of(2, 6)), Some(false));
        assert_eq!(holds(Op::AtLeast, "degraded", Cell::Level(Level::Broken)), Some(true));
        assert_eq!(holds(Op::Is, "Yes", Cell::Flag(true)), Some(true));
        assert_eq!(holds(Op::Is, "PROD", Cell::text("Prod")), Some(true));
        assert_eq!(holds(Op::Is, "prod", Cell::text("prod-2")), Some(false));
        assert_eq!(holds(Op::More, "1", Cell::Missing), Some(false), "what is not known is neither");
    }

    #[test]
    fn an_expression_says_what_is_wrong_with_it_and_takes_no_memory_without_bound() {
        let wrong = |source: &str| Expression::read(source).unwrap_err();
        assert_eq!(wrong("v1[0-"), "unclosed character class");
        assert_eq!(wrong("a(b"), "unclosed group");
        assert_eq!(wrong("(a{1000}){1000}"), "it would take too much memory");
    }
}
