//! Policies that were put in the place of those that the world gives: of a role in every account, of a user in one.
//!
//! They are in force at once, for sessions too that were given out before, as IAM's are.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

use super::callers::{Caller, Principal};
use super::policy::Policy;

/// A text that is no policy of its kind.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum LawError {
    /// It is no policy of an identity.
    #[error("the permissions are no policy of an identity that this fleet can weigh")]
    Permissions,
    /// It is no policy of trust.
    #[error("the trust is no policy of a role's trust that this fleet can weigh")]
    Trust,
}

/// What is in force for one role or user.
#[derive(Clone, Debug)]
struct Law {
    permissions: Vec<Policy>,
    trust: Option<Policy>,
}

/// All of them, by the end of the ARN: `role/cicd/delegated-role`, or `111111111111:user/officer`.
#[derive(Debug, Default)]
pub struct Laws(Mutex<HashMap<String, Law>>);

fn role(path: &str, name: &str) -> String {
    format!("role{path}{name}")
}

fn user(account: &str, name: &str) -> String {
    format!("{account}:user/{name}")
}

impl Laws {
    /// For a role, named by `role/PATH/NAME`.
    pub fn of_role(&self, name: &str, permissions: &str, trust: &str) -> Result<(), LawError> {
        let trust = Policy::trust(trust).ok_or(LawError::Trust)?;
        let permissions = vec![Policy::parse(permissions).ok_or(LawError::Permissions)?];
        self.set(name.to_owned(), Law { permissions, trust: Some(trust) });
        Ok(())
    }

    /// For a user.
    pub fn of_user(&self, account: &str, name: &str, permissions: &[&str]) -> Result<(), LawError> {
        let all = permissions.iter().map(|text| Policy::parse(text)).collect::<Option<Vec<_>>>();
        let permissions = all.ok_or(LawError::Permissions)?;
        self.set(user(account, name), Law { permissions, trust: None });
        Ok(())
    }

    fn set(&self, key: String, law: Law) {
        self.with(|laws| laws.insert(key, law));
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<String, Law>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What a caller may do; `None` where its own grants are in force.
    pub fn of(&self, caller: &Caller) -> Option<Vec<Policy>> {
        let key = match &caller.principal {
            Principal::Session { path, role: name, .. } => role(path, name),
            Principal::User { name } => user(&caller.account, name),
            Principal::Portal | Principal::Nobody => return None,
        };
        self.with(|laws| laws.get(&key).map(|law| law.permissions.clone()))
    }

    /// Whom a role trusts; `None` where its own trust is in force.
    pub fn trust(&self, path: &str, name: &str) -> Option<Policy> {
        self.with(|laws| laws.get(&role(path, name)).and_then(|law| law.trust.clone()))
    }
}
