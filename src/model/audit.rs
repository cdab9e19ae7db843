//! The words of the audit log: what was done, to what, as whom, with which answer; and how much care a deed needs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fault, FaultKind};

/// How much care a deed needs, before the environment of its account is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Danger {
    /// It mends itself, or is undone by the opposite: a yes is enough, wherever it is.
    Mild,
    /// It takes something away that people may notice: a yes, and in production the thing's name.
    Serious,
    /// It may take everything away: the thing's name is always typed.
    Grave,
}

impl Danger {
    /// The word for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Mild => "mild",
            Self::Serious => "serious",
            Self::Grave => "grave",
        }
    }

    /// Whether a name has to be typed, given whether the account counts as production.
    #[must_use]
    pub fn wants_name(self, production: bool) -> bool {
        self == Self::Grave || self == Self::Serious && production
    }
}

/// What a line of the audit log is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// The rights in one account were raised.
    Elevate,
    /// They were given back, or ended.
    GiveBack,
    /// Something was done to something.
    Verb,
    /// A command was run with an account's credentials in its environment.
    Command,
}

impl Deed {
    /// The word in the log.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Elevate => "elevate",
            Self::GiveBack => "give-back",
            Self::Verb => "verb",
            Self::Command => "command",
        }
    }
}

/// What became of a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is about to be done: the line before. Where no line follows, what became of it is not known.
    Begun,
    /// It was done.
    Done,
    /// It was refused by the service, or failed in a way that proves that nothing was done.
    Failed,
    /// No answer came: it may have been done.
    Unknown,
    /// The console itself did not do it: the target had changed, or the rights had ended.
    Refused,
}

impl Outcome {
    /// What a failed call proves: without an answer, or with a service that broke off, it may have been done.
    #[must_use]
    pub fn of(fault: &Fault) -> Self {
        match fault.kind {
            FaultKind::Network | FaultKind::Service => Self::Unknown,
            _ => Self::Failed,
        }
    }

    /// The word in the log.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
        }
    }
}

/// A line of the audit log. Holds no secret and no text of logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it was written.
    pub at: Timestamp,
    /// What joins the line before and the line after: the time of the first in microseconds, and a number.
    pub id: String,
    /// What it is about.
    pub deed: Deed,
    /// What became of it.
    pub outcome: Outcome,
    /// The ARN of the session that does it; the caller's before there is one.
    pub who: String,
    /// The account's twelve digits.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// The environment in words.
    pub environment: String,
    /// The role's name.
    pub role: String,
    /// The region; empty where it is none's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// The view of the target, such as `ecs`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub view: String,
    /// The word of the verb.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub verb: String,
    /// The operation, such as `ecs:UpdateService`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub api: String,
    /// The target: its ARN, or its name where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    /// The parameters of the call, each as `name=value`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<String>,
    /// The reason given with the elevation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What the service said, or why it was not done.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
}
