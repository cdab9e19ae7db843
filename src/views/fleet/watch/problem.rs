//! A line of the watch board.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{AccountId, Key, Level, Org, Place, Scope};

/// Between the parts of a key. It occurs in no name: it is a control character.
const SEPARATOR: char = '\u{1f}';

/// Something that is wrong, or that could not be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// How bad; [`Level::Unknown`] for what could not be read.
    pub level: Level,
    /// Whether its account counts as production: among equals that goes first.
    pub production: bool,
    /// The name of its account, or its id where the organisation does not know it.
    pub account: Arc<str>,
    /// The OUs above its account.
    pub ou: Arc<str>,
    /// Where it lies.
    pub place: Place,
    /// The view that says so; empty where several could not be read for one cause.
    pub view: Arc<str>,
    /// What people call the thing; empty for a place that could not be read.
    pub name: String,
    /// The evidence.
    pub why: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Whose it is, as far as the thing itself says so.
    pub owner: Option<String>,
    /// The view that Enter leads to.
    pub target: Arc<str>,
    /// The scope of the row there.
    pub scope: Scope,
    /// The key of the row there; `None` where the place itself is the target.
    pub key: Option<Key>,
    /// What kept a place from being read, in a word that stays the same; empty for things.
    pub cause: String,
}

impl Problem {
    /// What tells it from the others: the row that it speaks of, or the place with the cause.
    #[must_use]
    pub fn key(&self) -> Key {
        let s = &self.scope;
        let parts = [
            Some(&*self.target),
            s.account.as_ref().map(AccountId::as_str),
            s.region.as_ref().map(crate::model::Region::as_str),
            s.parent.as_ref().map(Key::as_str),
            self.key.as_ref().map(Key::as_str),
            Some(self.cause.as_str()),
        ];
        let mut out = String::with_capacity(160);
        for part in parts {
            out.push_str(part.unwrap_or_default());
            out.push(SEPARATOR);
        }
        Key::from(out)
    }
}

/// The name of an account, and the OUs above it. The id where the account is not known, nothing without one.
pub(super) fn words(org: &Org, id: Option<&AccountId>) -> (Arc<str>, Arc<str>) {
    let Some(id) = id else { return (Arc::from(""), Arc::from("")) };
    match org.account(id) {
        Some(account) => (Arc::from(account.name.as_str()), Arc::clone(&account.path)),
        None => (Arc::from(id.as_str()), Arc::from("")),
    }
}
