//! Tables of rows, pure: how rows arrive, how they are kept, ordered and filtered, and what of them was read.

pub mod delta;
pub mod filter;
pub mod groups;
pub mod listing;
pub mod order;
pub mod row;
pub mod scopes;
pub mod snapshot;
pub mod table;

#[cfg(test)]
mod tests;

pub use delta::Delta;
pub use filter::Filter;
pub use groups::{Group, Groups, Line};
pub use listing::Listing;
pub use order::{Sort, SortBy};
pub use row::{AnyRow, Row};
pub use scopes::{ScopeId, ScopeState};
pub use snapshot::Snapshot;
pub use table::{Slot, SlotId, Table, Touched};
