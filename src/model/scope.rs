//! Where rows come from and where they lie.

use serde::{Deserialize, Serialize};

use super::{AccountId, Key, Region};

/// The unit of reading: one request of a view is for one scope, and coverage is counted in scopes.
///
/// Which fields are set follows from the view's [`Span`](crate::view::Span): nothing for what the console itself
/// knows, account and region for most of AWS, and the parent's key where each row of another view is a scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    /// The account that is read, if one is.
    pub account: Option<AccountId>,
    /// The region that is read, if the view is regional.
    pub region: Option<Region>,
    /// The row of another view that this scope hangs on (the service whose tasks are read).
    pub parent: Option<Key>,
}

impl Scope {
    /// The scope of what belongs to no account: the organisation, or the console itself.
    #[must_use]
    pub fn fleet() -> Self {
        Self::default()
    }

    /// One account, no region.
    #[must_use]
    pub fn account(account: AccountId) -> Self {
        Self { account: Some(account), ..Self::default() }
    }

    /// One region of one account.
    #[must_use]
    pub fn region(account: AccountId, region: Region) -> Self {
        Self { account: Some(account), region: Some(region), parent: None }
    }

    /// The same place, narrowed to one row of it.
    #[must_use]
    pub fn under(&self, parent: Key) -> Self {
        Self { parent: Some(parent), ..self.clone() }
    }

    /// Where rows of this scope lie, unless they say otherwise.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { account: self.account.clone(), region: self.region.clone() }
    }
}

/// Where a row lies. Rows of derived views lie elsewhere than their scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The account it belongs to, if any.
    pub account: Option<AccountId>,
    /// The region it lies in, if any.
    pub region: Option<Region>,
}
