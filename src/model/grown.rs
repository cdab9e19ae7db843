//! An organisation made from rows, with what follows from it: in a large fleet this is made off the loop.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;

use super::{AccountId, Org, org::Change};

/// The organisation as of some rows.
#[derive(Clone, Debug, Default)]
pub struct Grown {
    /// The tree.
    pub org: Arc<Org>,
    /// The accounts that count as production, those with an unknown environment among them.
    pub production: Arc<HashSet<AccountId>>,
    /// Since when the rows are whole; `None` in the middle of a pass.
    pub whole: Option<Timestamp>,
    /// What happened to the nodes since the last look; empty in the middle of a pass.
    pub changes: HashMap<String, Change>,
    /// The names of the accounts that have left since the last look.
    pub left: Vec<String>,
    /// Whether no more than what was filled into rows is new: which accounts there are, and how they are entered, is as
    /// it was.
    pub same_places: bool,
    /// The rows as the store keeps them, where they are worth keeping.
    pub kept: Option<String>,
}
