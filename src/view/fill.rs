//! What a row lacks at first, and gets once it is on the screen: what costs a call a row is too much for a whole fleet, and
//! little for what somebody looks at.

use std::time::Duration;

use super::{At, Doing, Out};
use crate::cx::Cx;

/// How the rows of a view are filled in. What is read here calls nothing but what the view declares among its actions.
///
/// The state asks for the rows on the screen alone, a while after they came there and never while their scope is being
/// read; what comes back goes into the row as it is known by then.
pub struct Fill<I: 'static> {
    /// The columns that show what is filled in.
    pub columns: &'static [&'static str],
    /// Whether there is anything to fill in.
    pub fits: fn(&I) -> bool,
    /// How long it stays good: after that a row on the screen is filled in again.
    pub every: Duration,
    /// Reads for items of one scope, and pushes each as soon as it is known: the item with what was filled in. An item
    /// that is not pushed counts as filled in, unless there is a fault.
    pub read: fn(Cx, At, Vec<I>, Out<I>) -> Doing,
    /// An item as it is known now, with what was filled into an earlier reading of it.
    pub merge: fn(&I, &I) -> I,
}
