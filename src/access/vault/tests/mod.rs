//! The vault against a small STS on loopback, and what the room's other tests share.

mod fake;
mod leases;
mod profiles;
mod prompts;
mod silence;
mod sweeps;

use std::sync::Arc;

use crate::{
    access::caller::Caller,
    model::{Account, AccountId, Region, org::Origin},
};

/// An active account.
pub fn account(id: &str) -> Account {
    Account {
        id: AccountId::from(id),
        name: format!("account-{}", &id[..1]),
        path: Arc::default(),
        above: Arc::default(),
        details: Arc::default(),
        management: false,
        origin: Origin::Organizations,
    }
}

/// An IAM user of an account.
pub fn caller(account: &str) -> Caller {
    Caller {
        arn: format!("arn:aws:iam::{account}:user/alice"),
        account: AccountId::from(account),
        user_id: "AIDA".into(),
        partition: "aws".into(),
        region: Region::from("eu-central-1"),
        region_guessed: false,
        session_name: "alice".into(),
        is_role_session: false,
        portals: std::collections::BTreeMap::new(),
        source: "environment".into(),
        profile: None,
        expires: None,
        renewable: true,
    }
}
