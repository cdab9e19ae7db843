//! How rows arrive: one protocol for a poll, for the relist of a watch, and for what a derivation gives.

use std::fmt;

use super::Row;
use crate::model::Key;

/// A step of a pass over one scope. What a complete pass did not bring back is gone; what a broken pass did not
/// reach is old, not gone.
#[derive(Clone)]
pub enum Delta {
    /// A pass begins: everything in the scope is now to be confirmed.
    Begin,
    /// Rows that exist, new or changed or as before.
    Upsert(Vec<Row>),
    /// Rows that are known to be gone.
    Remove(Vec<Key>),
    /// The pass reached everything.
    Complete,
}

impl fmt::Debug for Delta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begin => f.write_str("Begin"),
            Self::Upsert(rows) => write!(f, "Upsert({})", rows.len()),
            Self::Remove(keys) => write!(f, "Remove({})", keys.len()),
            Self::Complete => f.write_str("Complete"),
        }
    }
}
