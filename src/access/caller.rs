//! Who calls: the verified identity, and which sources were asked for it and what each said.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::arn::{self, Arn};
use crate::model::{AccountId, Ask, Fault, FaultKind, Region};

/// The caller, as `sts:GetCallerIdentity` gave it. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The ARN of the user or session.
    pub arn: String,
    /// The caller's own account.
    pub account: AccountId,
    /// IAM's unique id of the user or session.
    pub user_id: String,
    /// `aws`, `aws-cn`, `aws-us-gov` …
    pub partition: String,
    /// The region that the configuration names; where it names none, the partition's first.
    pub region: Region,
    /// Whether the region was named by nobody.
    pub region_guessed: bool,
    /// The `RoleSessionName` of every role that is assumed, made of the verified identity.
    pub session_name: String,
    /// Whether the caller is the session of a role, so that each role assumed is chained and lasts an hour at most.
    pub is_role_session: bool,
    /// Where the credentials came from, in words: `environment`, `profile ops (SSO session corp)` …
    pub source: String,
    /// The profile they came from, where they did.
    pub profile: Option<String>,
    /// When they end, where that is known.
    pub expires: Option<Timestamp>,
    /// Whether they are renewed without anybody's help.
    pub renewable: bool,
    /// The start URLs of the portals of Identity Center that the AWS configuration names, by `sso-session`; under the empty
    /// name the one that these credentials came from.
    pub portals: BTreeMap<String, String>,
}

/// What a source of credentials said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It gave credentials.
    Found,
    /// It has nothing to do with this machine: not set, not there.
    Absent,
    /// It is set up and failed.
    Failed,
    /// It was not asked, since one before it answered.
    NotAsked,
}

/// One source of the chain and what it said, for the start page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The source's name: `environment`, `profile`, `SSO session` …
    pub source: &'static str,
    /// The outcome.
    pub said: Said,
    /// The outcome in a sentence: which variable, which file, which profile.
    pub words: String,
}

impl Tried {
    pub(super) fn new(source: &'static str, said: Said, words: impl Into<String>) -> Self {
        Self { source, said, words: words.into() }
    }
}

/// Where credentials came from: what is needed to renew them, or to say who could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// In words, for [`Caller::source`].
    pub words: String,
    /// The profile, where one gave them.
    pub profile: Option<String>,
    /// Whether asking the source again brings new ones.
    pub renewable: bool,
    /// What a person has to do when they have ended.
    pub ask: Ask,
}

impl Caller {
    /// From the answer of `sts:GetCallerIdentity`.
    ///
    /// # Errors
    /// An answer whose ARN or account cannot be read ([`FaultKind::Service`]).
    pub fn identified(
        (arn, account, user_id): (&str, &str, &str),
        (region, region_guessed): (&Region, bool),
        origin: &Origin,
        expires: Option<Timestamp>,
    ) -> Result<Self, Fault> {
        let Some(parts) = Arn::parse(arn).filter(|_| AccountId::fits(account)) else {
            let message = format!("STS answered with an identity that cannot be read: {arn:?} in account {account:?}");
            return Err(Fault::new(FaultKind::Service, message).call("sts:GetCallerIdentity"));
        };
        Ok(Self {
            arn: arn.to_owned(),
            account: AccountId::from(account),
            user_id: user_id.to_owned(),
            partition: parts.partition.to_owned(),
            region: region.clone(),
            region_guessed,
            session_name: arn::session_name(arn),
            is_role_session: parts.is_role_session(),
            source: origin.words.clone(),
            profile: origin.profile.clone(),
            expires,
            renewable: origin.renewable,
            portals: BTreeMap::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_session_is_known_to_chain() {
        let origin = Origin {
            words: "environment".into(),
            profile: None,
            renewable: false,
            ask: Ask::Renew { origin: "environment".into() },
        };
        let region = Region::from("eu-central-1");
        let who = |arn: &str| Caller::identified((arn, "111111111111", "AIDA"), (&region, false), &origin, None);
        let user = who("arn:aws:iam::111111111111:user/alice").unwrap();
        assert!(!user.is_role_session);
        assert_eq!((user.session_name.as_str(), user.partition.as_str()), ("alice", "aws"));
        assert!(who("arn:aws-cn:sts::111111111111:assumed-role/Ops/al").unwrap().is_role_session);
        assert_eq!(who("<html>").unwrap_err().kind, FaultKind::Service);
    }
}
