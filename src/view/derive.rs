//! Derived views: pure joins whose inputs are types, so that a wrong or undeclared one does not compile.

use jiff::Timestamp;

use super::{View, item};
use crate::{
    model::ViewId,
    rows::{Slot, Snapshot},
};

/// Which tables a derivation reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// All that are not derived from all: two such views would derive from one another for ever.
    All,
    /// These.
    Views(&'static [ViewId]),
}

/// A view whose rows are derived from those of others.
pub trait Derive: View {
    /// From which: a tuple of views, or [`All`].
    type From: Inputs;
    /// The join.
    fn derive(from: <Self::From as Inputs>::Rows<'_>, now: Timestamp) -> Vec<Self::Item>;
}

/// What a derivation reads, as a type.
pub trait Inputs {
    /// The same as a value.
    const NEED: Need;
    /// The rows, typed.
    type Rows<'a>;
    /// Takes them out of a snapshot.
    fn take(snapshot: &Snapshot) -> Self::Rows<'_>;
}

/// Every view that is not itself derived from all of them.
pub struct All;

impl Inputs for All {
    const NEED: Need = Need::All;
    type Rows<'a> = &'a Snapshot;

    fn take(snapshot: &Snapshot) -> Self::Rows<'_> {
        snapshot
    }
}

/// An item of an input, with what its table knows of it.
pub type Typed<'a, V> = Vec<(&'a <V as View>::Item, &'a Slot)>;

fn typed<V: View>(snapshot: &Snapshot) -> Typed<'_, V> {
    let slots = snapshot.table(V::ID).into_iter().flat_map(|table| table.iter().map(|(_, slot)| slot));
    slots.filter_map(|slot| item::<V>(&slot.row).map(|item| (item, slot))).collect()
}

impl<A: View> Inputs for (A,) {
    const NEED: Need = Need::Views(&[A::ID]);
    type Rows<'a> = Typed<'a, A>;

    fn take(snapshot: &Snapshot) -> Self::Rows<'_> {
        typed::<A>(snapshot)
    }
}

impl<A: View, B: View> Inputs for (A, B) {
    const NEED: Need = Need::Views(&[A::ID, B::ID]);
    type Rows<'a> = (Typed<'a, A>, Typed<'a, B>);

    fn take(snapshot: &Snapshot) -> Self::Rows<'_> {
        (typed::<A>(snapshot), typed::<B>(snapshot))
    }
}

/// The derivation of a view as a plain function, for [`super::Source::derived`].
pub(super) fn run<V: Derive>(snapshot: &Snapshot, now: Timestamp) -> Vec<V::Item> {
    V::derive(<V::From as Inputs>::take(snapshot), now)
}
