//! What is otherwise in some accounts: a `[[where]]` block, which accounts it is for, and what counts as production.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::Spot;
use crate::model::{Account, AccountId, Region};

/// A `[[where]]` block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Which accounts it is for.
    pub selector: Selector,
    /// The names of the roles to choose from there, the default first.
    pub roles: Option<Vec<String>>,
    /// The regions to read there.
    pub regions: Option<Vec<Region>>,
    /// `ExternalId` for every role that is assumed there.
    #[serde(serialize_with = "super::role::withheld")]
    pub external_id: Option<String>,
    /// Session duration of every role that is assumed there.
    pub duration: Option<Duration>,
    /// The name of the role that an elevation uses there.
    pub elevated: Option<String>,
    /// Whether the accounts can never be elevated.
    pub read_only: Option<bool>,
    /// Whether the accounts are production.
    pub production: Option<bool>,
    /// What the environment is called on the screen.
    pub label: Option<String>,
    /// Where it is written, for a message.
    #[serde(skip)]
    pub spot: Spot,
}

/// Which accounts a `[[where]]` block is for. Patterns may hold `*`, which stands for any characters but `/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Selector {
    /// These accounts.
    Accounts(Vec<AccountId>),
    /// Accounts with all of these tags: key and pattern of the value.
    Tags(BTreeMap<String, String>),
    /// Accounts anywhere below one of these OUs: a pattern of the path from the root down, or the OU's id.
    Ous(Vec<String>),
}

/// What an account is for, as far as the configuration establishes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Environment {
    /// People depend on it.
    Production,
    /// They do not.
    NonProduction,
    /// Not established.
    #[default]
    Unknown,
}

impl Environment {
    /// Whether care is due as for production: anything that is not known to be less counts as such.
    #[must_use]
    pub fn counts_as_production(self) -> bool {
        self != Self::NonProduction
    }

    /// The word for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::NonProduction => "non-production",
            Self::Unknown => "unknown, counts as production",
        }
    }
}

impl Selector {
    /// How closely this describes the account, or `None` where it does not: the kind of the selector first, then the
    /// number of tags or the depth of the OU, a path without `*` before one with it.
    pub(super) fn rank(&self, account: &Account) -> Option<(u8, usize, bool)> {
        match self {
            Self::Accounts(ids) => ids.contains(&account.id).then_some((3, 0, true)),
            Self::Tags(wanted) => {
                let tags = account.details.tags.as_ref()?;
                let fits = wanted.iter().all(|(key, pattern)| tags.get(key).is_some_and(|v| fits(pattern, v)));
                fits.then(|| (2, wanted.len(), wanted.values().all(|p| !p.contains('*'))))
            }
            Self::Ous(ous) => ous.iter().filter_map(|ou| ou_rank(ou, account)).max().map(|(n, exact)| (1, n, exact)),
        }
    }

    /// As the file has it.
    #[must_use]
    pub fn show(&self) -> String {
        match self {
            Self::Accounts(ids) => {
                format!("account {}", ids.iter().map(AccountId::as_str).collect::<Vec<_>>().join(", "))
            }
            Self::Tags(tags) => {
                format!("tag {}", tags.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(", "))
            }
            Self::Ous(ous) => format!("ou {}", ous.join(", ")),
        }
    }
}

/// How deep the OU of the pattern lies above the account, and whether the pattern is exact.
fn ou_rank(pattern: &str, account: &Account) -> Option<(usize, bool)> {
    if let Some(depth) = account.above.iter().position(|id| id == pattern) {
        return Some((depth, true));
    }
    let pattern = pattern.trim_matches('/');
    let wanted: Vec<&str> = pattern.split('/').filter(|s| !s.is_empty()).collect();
    let path: Vec<&str> = account.path.split('/').filter(|s| !s.is_empty()).collect();
    let below = wanted.len() <= path.len() && wanted.iter().zip(&path).all(|(pattern, name)| fits(pattern, name));
    below.then(|| (wanted.len(), !pattern.contains('*')))
}

/// Whether the text fits a pattern in which `*` stands for any number of characters.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_characters() {
        for (pattern, text, yes) in [
            ("prod", "prod", true),
            ("prod", "production", false),
            ("prod*", "production", true),
            ("*prod", "non-prod", true),
            ("*", "", true),
            ("a*b*c", "a-x-b-y-c", true),
            ("a*b*c", "a-c-b", false),
            ("a*a", "a", false),
            ("", "", true),
        ] {
            assert_eq!(fits(pattern, text), yes, "{pattern} {text}");
        }
    }
}
