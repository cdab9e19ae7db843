//! What the console knows of access: who, which role, in which mode, until when. Never a secret.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AccountId, Fault};

/// What keeps a session from changing anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The session carries a policy that allows reading only.
    ReadOnly,
    /// No session policy could be set: only the console's own keys keep it from changing anything.
    #[default]
    ReadOnlyByKeys,
    /// Elevated: one target, for a short time.
    Elevated,
}

impl Mode {
    /// As the header says it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ReadOnly => "READ-ONLY",
            Self::ReadOnlyByKeys => "READ-ONLY BY KEYS",
            Self::Elevated => "ELEVATED",
        }
    }
}

/// Which way credentials for an account came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The caller's own credentials, in the caller's own account.
    #[default]
    Caller,
    /// `sts:AssumeRole`.
    AssumeRole,
    /// Identity Center's `GetRoleCredentials`.
    IdentityCenter,
    /// A profile of the AWS configuration.
    Profile,
}

/// Access that exists: the console's knowledge of one set of credentials in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The account it opens.
    pub account: AccountId,
    /// The role's name as configured, such as `delegated-role`; empty for the caller's own credentials.
    pub role: String,
    /// The ARN of the session, as `sts:GetCallerIdentity` gave it.
    pub arn: String,
    /// What keeps it from changing anything.
    pub mode: Mode,
    /// Which way it came.
    pub source: Source,
    /// When it ends; `None` for credentials without an end.
    pub until: Option<Timestamp>,
    /// Whether it is renewed without anybody's help.
    pub renews: bool,
    /// Whether the role was assumed from a role, which caps it to an hour (STS: role chaining).
    pub chained: bool,
}

/// A question that access has for the person at the screen. Answered or left; it freezes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// A six-digit code of the MFA device with this serial number.
    Mfa {
        /// The serial number or ARN of the device.
        serial: String,
        /// Why the code before was refused, in the words of who refused it; `None` for the first one.
        refused: Option<String>,
    },
    /// A login of Identity Center: `aws sso login` for this session or profile.
    SsoLogin {
        /// The `sso-session` name, or the profile where there is no session.
        session: String,
        /// Whether `session` names a profile.
        profile: bool,
    },
    /// The caller's credentials ended and nothing can renew them from here (environment, static keys).
    Renew {
        /// Where they came from, in words.
        origin: String,
    },
    /// Credentials that no session policy limits to reading are about to be lent to a shell.
    Lend {
        /// The account: its name and id.
        account: String,
        /// Whose they are, in words.
        whose: String,
        /// What is typed to confirm, the account's name, where it counts as production.
        name: Option<String>,
    },
}

impl Ask {
    /// The same question without what was said of the last answer: what is asked once at a time, and not again after
    /// it was left.
    #[must_use]
    pub fn cause(&self) -> Self {
        match self {
            Self::Mfa { serial, .. } => Self::Mfa { serial: serial.clone(), refused: None },
            other => other.clone(),
        }
    }

    /// The command that answers it, word by word as it is run; `None` where no command does.
    #[must_use]
    pub fn command(&self) -> Option<Vec<String>> {
        let Self::SsoLogin { session, profile } = self else { return None };
        let flag = if *profile { "--profile" } else { "--sso-session" };
        Some(["aws", "sso", "login", flag, session].map(ToOwned::to_owned).to_vec())
    }

    /// The same as a person would type it; empty where no command answers.
    #[must_use]
    pub fn line(&self) -> String {
        self.command().unwrap_or_default().join(" ")
    }
}

/// Who the console itself is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The ARN that `sts:GetCallerIdentity` gave.
    pub arn: String,
    /// The account that it belongs to.
    pub account: AccountId,
    /// The partition, such as `aws`.
    pub partition: String,
    /// The region of its configuration.
    pub region: super::Region,
    /// Whether nobody names a region, so that one of the partition stands in.
    #[serde(default)]
    pub region_guessed: bool,
    /// Where its credentials came from, in words, such as `profile prod (sso)`.
    pub source: String,
    /// When its credentials end, if they do and it is known.
    pub until: Option<Timestamp>,
    /// Whether they are renewed without anybody's help.
    pub renews: bool,
    /// Whether it is itself the session of a role, so that roles assumed from it last an hour at most.
    pub role_session: bool,
    /// The start URLs of Identity Center's portals by the name of their `sso-session`; under the empty name the one that
    /// the credentials came from.
    #[serde(default)]
    pub portals: BTreeMap<String, String>,
}

/// What access tells the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum News {
    /// What is waited for before the caller is known, in few words: `sts.eu-central-1`.
    Waiting(String),
    /// The caller is known.
    Caller(Caller),
    /// There is no caller, and why.
    NoCaller(Fault),
    /// An account is open.
    Lease(Lease),
    /// A role of an account does not open it, and why.
    Lost {
        /// The account.
        account: AccountId,
        /// The role's name as configured; empty where AWS's usual ones were tried.
        role: String,
        /// Why.
        fault: Fault,
    },
    /// An account's rights are raised.
    Elevated(Lease),
    /// They are not, and why.
    NotElevated(AccountId, Fault),
    /// Nothing is elevated any more.
    GivenBack,
    /// A question with its number.
    Ask(u64, Ask),
    /// The question with this number needs no answer any more.
    Answered(u64),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_a_command_and_a_code_is_none() {
        assert_eq!(Ask::Mfa { serial: "x".into(), refused: None }.command(), None);
        let ask = |profile| Ask::SsoLogin { session: "corp".into(), profile };
        assert_eq!(ask(false).line(), "aws sso login --sso-session corp");
        assert_eq!(ask(true).line(), "aws sso login --profile corp");
    }
}
