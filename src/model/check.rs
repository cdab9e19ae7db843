//! A check of `qd doctor`: what was looked at, how it is, and the next step.

use serde::Serialize;

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, and something is missing or odd.
    Doubtful,
    /// It does not work.
    Wrong,
}

impl Verdict {
    /// The sign before the line.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Ok => "✔",
            Self::Doubtful => "▲",
            Self::Wrong => "✖",
        }
    }
}

/// One line of `qd doctor`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The part of the world: `credentials`, `rights`, `endpoints`, `clock`, `terminal`, `files` or `programs`.
    pub area: &'static str,
    /// What was looked at.
    pub name: String,
    /// How it is.
    pub verdict: Verdict,
    /// What was found, in a sentence. No secret.
    pub said: String,
    /// The next step; empty where there is none.
    pub next: String,
}

impl Check {
    /// Something that is as it should be.
    pub fn ok(area: &'static str, name: impl Into<String>, said: impl Into<String>) -> Self {
        Self { area, name: name.into(), verdict: Verdict::Ok, said: said.into(), next: String::new() }
    }

    /// The same, but in doubt, with the next step.
    #[must_use]
    pub fn doubtful(self, next: impl Into<String>) -> Self {
        Self { verdict: Verdict::Doubtful, next: next.into(), ..self }
    }

    /// The same, but wrong, with the next step.
    #[must_use]
    pub fn wrong(self, next: impl Into<String>) -> Self {
        Self { verdict: Verdict::Wrong, next: next.into(), ..self }
    }
}
