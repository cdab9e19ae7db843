//! A role as it is configured: which way into an account, and with what.

use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};

use crate::model::AccountId;

/// A way into an account. In [`Config::role`](super::Config::role) its ARNs are templates; from
/// [`Config::roles_for`](super::Config::roles_for) they are filled in for one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleSpec {
    /// The name by which people choose it.
    pub name: String,
    /// Which way credentials come.
    pub how: How,
    /// `ExternalId`, 2 to 1,224 characters. No secret to AWS, but nothing to show around.
    #[serde(serialize_with = "withheld")]
    pub external_id: Option<String>,
    /// `DurationSeconds`, 900 s to 12 h; `None` for AWS's own default of an hour.
    pub duration: Option<Duration>,
    /// ARNs of roles to assume one after the other before this one.
    pub chain: Vec<String>,
    /// The MFA device that the first hop has to show.
    pub mfa_serial: Option<String>,
    /// What a session may do at most.
    pub policy: SessionPolicy,
    /// The profile to assume from, instead of the caller's own credentials.
    pub source_profile: Option<String>,
}

/// Which way credentials come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// `sts:AssumeRole`.
    Assume {
        /// The role's ARN.
        arn: String,
    },
    /// Identity Center's `GetRoleCredentials`.
    PermissionSet {
        /// The permission set's name.
        name: String,
        /// The `sso-session` of the AWS configuration; `None` for the caller's own.
        session: Option<String>,
    },
    /// A profile of the AWS configuration, as it is.
    Profile {
        /// Its name.
        name: String,
    },
}

/// What a session may do at most: it is the intersection of the role's rights and this (STS `AssumeRole`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionPolicy {
    /// Only what the registered views read, as generated from what they declare.
    #[default]
    Views,
    /// A managed policy, by its ARN.
    Managed(String),
    /// Everything that the role may.
    None,
}

/// That there is an `ExternalId`, and not which: what is written out may be passed around.
#[allow(clippy::ref_option, reason = "serde hands over the field as it is")]
pub(super) fn withheld<S: Serializer>(id: &Option<String>, to: S) -> Result<S::Ok, S::Error> {
    id.as_ref().map(|_| "(withheld)").serialize(to)
}

impl RoleSpec {
    /// The role behind `template`, with nothing special.
    #[must_use]
    pub fn assume(name: impl Into<String>, template: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            how: How::Assume { arn: template.into() },
            external_id: None,
            duration: None,
            chain: Vec::new(),
            mfa_serial: None,
            policy: SessionPolicy::Views,
            source_profile: None,
        }
    }

    /// The same with `{account}` and `{partition}` filled in.
    #[must_use]
    pub fn fill(&self, account: &AccountId, partition: &str) -> Self {
        let fill = |template: &str| template.replace("{account}", account.as_str()).replace("{partition}", partition);
        let mut filled = self.clone();
        if let How::Assume { arn } = &mut filled.how {
            *arn = fill(arn);
        }
        for hop in &mut filled.chain {
            *hop = fill(hop);
        }
        if let SessionPolicy::Managed(arn) = &mut filled.policy {
            *arn = fill(arn);
        }
        filled
    }
}

impl SessionPolicy {
    /// The managed policy `ReadOnlyAccess` of AWS, as a template.
    pub const READ_ONLY: &'static str = "arn:{partition}:iam::aws:policy/ReadOnlyAccess";
    /// The managed policy `ViewOnlyAccess` of AWS, as a template: a job function, without the data behind.
    pub const VIEW_ONLY: &'static str = "arn:{partition}:iam::aws:policy/job-function/ViewOnlyAccess";

    /// Whether a session under it can do nothing but read, as far as that is known: of other managed policies than AWS's
    /// own for reading nobody here knows.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        match self {
            Self::Views => true,
            Self::Managed(arn) => {
                arn.ends_with("::aws:policy/ReadOnlyAccess")
                    || arn.ends_with("::aws:policy/job-function/ViewOnlyAccess")
            }
            Self::None => false,
        }
    }

    /// As the file has it.
    #[must_use]
    pub fn show(&self) -> &str {
        match self {
            Self::Views => "views",
            Self::None => "none",
            Self::Managed(arn) if arn == Self::READ_ONLY => "ReadOnlyAccess",
            Self::Managed(arn) if arn == Self::VIEW_ONLY => "ViewOnlyAccess",
            Self::Managed(arn) => arn,
        }
    }
}

impl How {
    /// In a few words, for lists.
    #[must_use]
    pub fn show(&self) -> String {
        match self {
            Self::Assume { arn } => arn.clone(),
            Self::PermissionSet { name, session: None } => format!("permission set {name}"),
            Self::PermissionSet { name, session: Some(session) } => format!("permission set {name} of {session}"),
            Self::Profile { name } => format!("profile {name}"),
        }
    }
}
