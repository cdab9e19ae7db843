//! What a derivation reads: the tables as they were at one moment.

use std::{collections::HashSet, sync::Arc};

use crate::model::{AccountId, Coverage, Org, ViewId};

use super::Table;

/// One table as it was, with its coverage.
#[derive(Clone)]
pub struct Taken {
    /// Whose.
    pub view: ViewId,
    /// The rows. Shares its chunks with the living table until either changes.
    pub table: Table,
    /// What of it was read.
    pub coverage: Coverage,
}

/// Tables at one moment, and the organisation that they lie in.
#[derive(Clone, Default)]
pub struct Snapshot {
    /// The tables, in the order of the catalogue.
    pub tables: Vec<Taken>,
    /// The organisation.
    pub org: Arc<Org>,
    /// The accounts that count as production.
    pub production: Arc<HashSet<AccountId>>,
}

impl Snapshot {
    /// One table.
    #[must_use]
    pub fn table(&self, view: ViewId) -> Option<&Table> {
        self.tables.iter().find(|t| t.view == view).map(|t| &t.table)
    }
}
