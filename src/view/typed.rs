//! A typed item behind the uniform face of a row, and the one way back to it.

use std::{any::Any, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;

use super::View;
use crate::{
    model::{Cell, Facts, Health, Key, Place, Scope, ViewId, org},
    rows::{AnyRow, Row},
};

struct Typed<V: View> {
    key: Key,
    item: V::Item,
}

/// Wraps an item into a row.
pub(super) fn wrap<V: View>(item: V::Item) -> Row {
    Arc::new(Typed::<V> { key: V::key(&item), item })
}

/// The item of a row, if the row is one of view `V`: the program's one downcast.
#[must_use]
pub fn item<V: View>(row: &Row) -> Option<&V::Item> {
    row.as_any().downcast_ref::<Typed<V>>().map(|typed| &typed.item)
}

impl<V: View> AnyRow for Typed<V> {
    fn view(&self) -> ViewId {
        V::ID
    }

    fn key(&self) -> &Key {
        &self.key
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        V::COLUMNS.get(column).map_or(Cell::Missing, |c| (c.cell)(&self.item))
    }

    fn judge(&self, now: Timestamp) -> Health {
        V::judge(&self.item, now)
    }

    fn turns(&self) -> bool {
        V::turns(&self.item)
    }

    fn weight(&self) -> u8 {
        V::weight(&self.item)
    }

    fn facts(&self) -> Facts<'_> {
        V::facts(&self.item)
    }

    fn place(&self, scope: &Scope) -> Place {
        V::place(&self.item, scope)
    }

    fn node(&self) -> Option<&Arc<org::Node>> {
        V::node(&self.item)
    }

    fn absorb(&self, old: &dyn AnyRow) -> Option<Row> {
        let old = old.as_any().downcast_ref::<Self>()?;
        V::absorb(&old.item, &self.item).map(wrap::<V>)
    }

    fn filled(&self, by: &dyn AnyRow) -> Option<Row> {
        let by = by.as_any().downcast_ref::<Self>()?;
        Some(wrap::<V>((V::FILL?.merge)(&self.item, &by.item)))
    }

    fn same(&self, other: &dyn AnyRow) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|other| other.item == self.item)
    }

    fn json(&self) -> Value {
        // Items are plain data with string keys; what could not be written would show as null.
        serde_json::to_value(&self.item).unwrap_or(Value::Null)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
