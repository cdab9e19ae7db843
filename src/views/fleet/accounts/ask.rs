//! The questions that the walk asks of AWS Organizations, each one call, and their answers.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::org::State;

/// An operation of Organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// `ListRoots`.
    Roots,
    /// `ListAccounts`.
    Accounts,
    /// `ListOrganizationalUnitsForParent`.
    Units,
    /// `ListAccountsForParent`.
    Held,
    /// `ListTagsForResource`.
    Tags,
}

impl Op {
    /// Every operation of the walk.
    pub const ALL: [Self; 5] = [Self::Roots, Self::Accounts, Self::Units, Self::Held, Self::Tags];

    /// The API's own word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Roots => "ListRoots",
            Self::Accounts => "ListAccounts",
            Self::Units => "ListOrganizationalUnitsForParent",
            Self::Held => "ListAccountsForParent",
            Self::Tags => "ListTagsForResource",
        }
    }

    /// What stays unknown without it.
    #[must_use]
    pub fn lacks(self) -> &'static str {
        match self {
            Self::Roots => "the name of the root",
            Self::Accounts => "the list of accounts",
            Self::Units => "the names of OUs, and OUs without accounts",
            Self::Held => "in which OU accounts lie",
            Self::Tags => "the tags that the configuration chooses by",
        }
    }
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ask {
    /// Which operation.
    pub op: Op,
    /// The node or account that is asked about; empty for the operations about none.
    pub about: String,
    /// The token of the page; `None` for the first.
    pub token: Option<String>,
}

impl Ask {
    /// The first page of an operation about a node; `about` is empty where the operation is about none.
    #[must_use]
    pub fn new(op: Op, about: &str) -> Self {
        Self { op, about: about.to_owned(), token: None }
    }

    /// The page after this one.
    #[must_use]
    pub fn next(&self, token: String) -> Self {
        Self { token: Some(token), ..self.clone() }
    }
}

/// An account as the lists give it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The twelve digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The root user's address.
    pub email: String,
    /// Its ARN in the organisation: `arn:aws:organizations::MANAGEMENT:account/o-…/ID`.
    pub arn: String,
    /// `State`, or the older `Status`.
    pub state: State,
    /// When it joined.
    pub joined: Option<Timestamp>,
    /// Where it lies; empty in answers of older partitions.
    pub paths: Vec<String>,
}

/// The answer to a call. Any page may be empty and still be followed by another: only `next` counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Roots or OUs: id and name.
    pub groups: Vec<(String, String)>,
    /// Accounts.
    pub accounts: Vec<Seen>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The token of the next page.
    pub next: Option<String>,
}
