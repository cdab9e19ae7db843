//! How a thing is, and the evidence for saying so.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How bad it is. The order is the order of a roll-up: an unread part keeps the whole from being [`Level::Ok`],
/// and a known problem outweighs an unread part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing to judge: the thing has no health of its own (an OU without accounts, a suspended account).
    #[default]
    None,
    /// Read, and well.
    Ok,
    /// Not read, or read too long ago: no verdict.
    Unknown,
    /// Works, but somebody should look at it in working hours.
    Attention,
    /// Works worse than it should.
    Degraded,
    /// Does not do what it is for.
    Broken,
}

impl Level {
    /// Every level, from nothing to the worst.
    pub const ALL: [Self; 6] = [Self::None, Self::Ok, Self::Unknown, Self::Attention, Self::Degraded, Self::Broken];

    /// The word for people and for JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Attention => "attention",
            Self::Degraded => "degraded",
            Self::Broken => "broken",
        }
    }

    /// One cell wide, and different in shape as well as in colour.
    #[must_use]
    pub fn glyph(self) -> &'static str {
        match self {
            Self::None => "·",
            Self::Ok => "●",
            Self::Unknown => "?",
            Self::Attention => "!",
            Self::Degraded => "▲",
            Self::Broken => "✖",
        }
    }

    /// Whether it belongs on the watch board: something is known to be wrong.
    #[must_use]
    pub fn is_problem(self) -> bool {
        self >= Self::Attention
    }
}

/// A verdict with its evidence, in words that a reader can check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// How bad.
    pub level: Level,
    /// The evidence, such as `2 of 6 running, circuit breaker`. Empty where there is nothing to say.
    pub why: Cow<'static, str>,
    /// Since when by the thing's own account; without one, the console's first sight of it counts.
    pub since: Option<Timestamp>,
}

impl Health {
    /// A verdict without a start of its own.
    pub fn new(level: Level, why: impl Into<Cow<'static, str>>) -> Self {
        Self { level, why: why.into(), since: None }
    }

    /// The same verdict, known to hold since `since`.
    #[must_use]
    pub fn since(mut self, since: Option<Timestamp>) -> Self {
        self.since = since;
        self
    }

    /// Read and well.
    #[must_use]
    pub fn ok() -> Self {
        Self::new(Level::Ok, "")
    }
}
