//! One value of a row, typed, so that sorting, output and drawing need not guess.

use std::{borrow::Cow, fmt::Write as _};

use jiff::Timestamp;
use serde_json::Value;

use super::{Level, time};

/// A value under a column. Borrows from the item where it can: cells are made on demand, and never kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Not known, or not applicable; sorts last.
    Missing,
    /// Words.
    Text(Cow<'a, str>),
    /// A count.
    Number(i64),
    /// So many of so many, such as running tasks of desired ones.
    Of(i64, i64),
    /// So many of so many on the way to all of them; drawn as a bar with both numbers beside it, written as
    /// [`Cell::Of`] is.
    Bar(i64, i64),
    /// A moment; drawn as an age, written as RFC 3339.
    At(Timestamp),
    /// A length of time in seconds.
    Seconds(i64),
    /// A verdict; drawn as glyph and word.
    Level(Level),
    /// True or false; drawn as yes and no.
    Flag(bool),
}

impl<'a> Cell<'a> {
    /// Words, or [`Cell::Missing`] for an empty string.
    #[must_use]
    pub fn text(text: &'a str) -> Self {
        if text.is_empty() { Self::Missing } else { Self::Text(Cow::Borrowed(text)) }
    }

    /// Words of its own.
    #[must_use]
    pub fn owned(text: String) -> Self {
        if text.is_empty() { Self::Missing } else { Self::Text(Cow::Owned(text)) }
    }

    /// Words that may be absent.
    #[must_use]
    pub fn maybe(text: Option<&'a str>) -> Self {
        text.map_or(Self::Missing, Self::text)
    }

    /// A moment that may be absent.
    #[must_use]
    pub fn at(moment: Option<Timestamp>) -> Self {
        moment.map_or(Self::Missing, Self::At)
    }

    /// How it reads on the screen at `now`, appended to `out`. Text from outside is not yet made safe here.
    pub fn write(&self, now: Timestamp, out: &mut String) {
        // Writing to a String cannot fail.
        let _ok = match self {
            Self::Missing => out.write_str("–"),
            Self::Text(text) => out.write_str(text),
            Self::Number(n) => write!(out, "{n}"),
            Self::Of(have, want) | Self::Bar(have, want) => write!(out, "{have}/{want}"),
            Self::At(at) => out.write_str(&time::age(now, *at)),
            Self::Seconds(s) => out.write_str(&time::span(*s)),
            Self::Level(level) => write!(out, "{} {}", level.glyph(), level.word()),
            Self::Flag(yes) => out.write_str(if *yes { "yes" } else { "no" }),
        };
    }

    /// How it reads in files: moments as RFC 3339, missing as nothing.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::At(at) => at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            Self::Seconds(s) => s.to_string(),
            Self::Level(level) => level.word().to_owned(),
            Self::Flag(yes) => yes.to_string(),
            other => {
                let mut out = String::new();
                other.write(Timestamp::UNIX_EPOCH, &mut out);
                out
            }
        }
    }

    /// The typed value for JSON: `{"have":2,"want":6}` for [`Cell::Of`] and [`Cell::Bar`], null for missing.
    #[must_use]
    pub fn json(&self) -> Value {
        match self {
            Self::Missing => Value::Null,
            Self::Number(n) | Self::Seconds(n) => Value::from(*n),
            Self::Of(have, want) | Self::Bar(have, want) => serde_json::json!({ "have": have, "want": want }),
            Self::Flag(yes) => Value::from(*yes),
            other => Value::from(other.plain()),
        }
    }

    /// Whether it is drawn flush right.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Of(..) | Self::Bar(..) | Self::At(_) | Self::Seconds(_))
    }
}
