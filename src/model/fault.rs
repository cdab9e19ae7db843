//! What went wrong with a request: the kind that the program acts on, the sentence and the next step for people.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the program does about a fault depends on its kind alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// There are no credentials at all.
    NoCredentials,
    /// The caller's credentials have ended and can be renewed by a person (SSO login, new environment).
    Expired,
    /// A person has to answer first (an MFA code).
    Prompt,
    /// The answer is no, and asking again will not change it.
    Denied,
    /// The API asked for fewer requests.
    Throttled,
    /// No answer: refused, reset, cut, or too late.
    Network,
    /// The service failed (5xx), or its answer could not be read.
    Service,
    /// The thing that was asked for does not exist (any more).
    Missing,
    /// The request itself is wrong: configuration or a bug.
    Invalid,
    /// It does not apply here (no organisation, a region that is not enabled).
    Unavailable,
}

impl FaultKind {
    /// The word for people and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NoCredentials => "no credentials",
            Self::Expired => "expired",
            Self::Prompt => "waiting",
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::Network => "unreachable",
            Self::Service => "failed",
            Self::Missing => "missing",
            Self::Invalid => "invalid",
            Self::Unavailable => "not available",
        }
    }

    /// Whether waiting and asking again can help without anybody doing anything.
    #[must_use]
    pub fn passes(self) -> bool {
        matches!(self, Self::Throttled | Self::Network | Self::Service)
    }
}

/// One failed request. Carries no type of any SDK, and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What the program acts on.
    pub kind: FaultKind,
    /// The operation, such as `sts:AssumeRole`; empty where no request was made.
    pub call: String,
    /// The provider's own code, such as `AccessDenied`; empty where there is none.
    pub code: String,
    /// The cause in a sentence, without terminal escapes, account numbers resolved where possible.
    pub message: String,
    /// The next step for a person; empty where there is none.
    pub hint: String,
    /// The provider's id of the request, for a support case.
    pub request_id: Option<String>,
    /// When, if known.
    pub at: Option<Timestamp>,
}

impl Fault {
    /// A fault of a kind, with its cause in a sentence.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            call: String::new(),
            code: String::new(),
            message: message.into(),
            hint: String::new(),
            request_id: None,
            at: None,
        }
    }

    /// The same, naming the operation that failed (`service:Operation`).
    #[must_use]
    pub fn call(mut self, call: impl Into<String>) -> Self {
        self.call = call.into();
        self
    }

    /// The same, with the provider's code.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = code.into();
        self
    }

    /// The same, with the next step for a person.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.call.is_empty() {
            write!(f, "{}: ", self.call)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
