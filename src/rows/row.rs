//! A row: a typed item of some view behind one uniform face.

use std::{any::Any, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;

use crate::model::{Cell, Facts, Health, Key, Place, Scope, ViewId, org};

/// What every row can be asked, whatever its view. Implemented once, for all views (`view::any`).
pub trait AnyRow: Any + Send + Sync {
    /// The view it belongs to.
    fn view(&self) -> ViewId;
    /// What tells it from its neighbours within its scope.
    fn key(&self) -> &Key;
    /// The value under a column; [`Cell::Missing`] beyond the last.
    fn cell(&self, column: usize) -> Cell<'_>;
    /// How healthy it is at `now`.
    fn judge(&self, now: Timestamp) -> Health;
    /// Whether waiting alone may turn that verdict.
    fn turns(&self) -> bool;
    /// How much it matters among others that are as bad: more goes first.
    fn weight(&self) -> u8;
    /// Facts for search, paste and rules.
    fn facts(&self) -> Facts<'_>;
    /// Where it lies, given the scope that it was read from.
    fn place(&self, scope: &Scope) -> Place;
    /// The node of the organisation that it stands for, if it is one.
    fn node(&self) -> Option<&Arc<org::Node>>;
    /// The row with what it keeps of an older reading of itself; `None` where it is as it should be.
    fn absorb(&self, old: &dyn AnyRow) -> Option<Row>;
    /// The row with what was filled into an earlier reading of it; `None` where rows of its view are not filled in.
    fn filled(&self, by: &dyn AnyRow) -> Option<Row>;
    /// Whether another row of the same view holds an equal item.
    fn same(&self, other: &dyn AnyRow) -> bool;
    /// The item itself, whole, as JSON.
    fn json(&self) -> Value;
    /// The item, for the program's one downcast.
    fn as_any(&self) -> &dyn Any;
}

/// A row, shared between table, snapshot and screen.
pub type Row = Arc<dyn AnyRow>;
