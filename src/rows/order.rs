//! How rows are ordered: always totally, by a number first, so that most comparisons never look at a row.

use std::cmp::Ordering;

use super::Slot;
use crate::model::Cell;

/// What rows are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// The worst first, then the oldest problem, then by place and key.
    #[default]
    Trouble,
    /// A column by its position.
    Column(usize),
}

/// An order: by what, and which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// From the largest to the smallest.
    pub descending: bool,
}

impl Sort {
    /// By a column of these ids, with a leading `-` from the largest; by trouble where there is no such column.
    #[must_use]
    pub fn named<'a>(order: &str, mut columns: impl Iterator<Item = &'a str>) -> Self {
        let name = order.trim_start_matches('-');
        match columns.position(|id| id == name) {
            Some(at) => Self { by: SortBy::Column(at), descending: order.starts_with('-') },
            None => Self { descending: order == "-trouble", ..Self::default() },
        }
    }

    /// The leading part of a row's place in the order, as a number. Equal numbers are settled by [`Sort::compare`].
    #[must_use]
    pub fn prefix(self, slot: &Slot) -> u128 {
        let ascending = match self.by {
            SortBy::Trouble => trouble(slot),
            // Missing comes last both ways.
            SortBy::Column(at) => match slot.row.cell(at) {
                Cell::Missing => return u128::MAX,
                cell => number(&cell) >> 1,
            },
        };
        if self.descending { (u128::MAX >> 1) - ascending } else { ascending }
    }

    /// The full order of two rows whose prefixes are equal: by the whole cell, within equal cells by trouble (rows that
    /// are grouped by a column), then by place, then by key.
    #[must_use]
    pub fn compare(self, a: &Slot, b: &Slot) -> Ordering {
        let cells = match self.by {
            SortBy::Trouble => Ordering::Equal,
            SortBy::Column(at) => whole(&a.row.cell(at), &b.row.cell(at)),
        };
        let cells = if self.descending { cells.reverse() } else { cells };
        let trouble = || match self.by {
            SortBy::Trouble => Ordering::Equal,
            SortBy::Column(_) => trouble(a).cmp(&trouble(b)),
        };
        cells
            .then_with(trouble)
            .then_with(|| a.place.cmp(&b.place))
            .then_with(|| a.row.key().cmp(b.row.key()))
            .then_with(|| a.scope.cmp(&b.scope))
    }
}

/// Problems by severity, weight, and then by age; everything else together at the end.
fn trouble(slot: &Slot) -> u128 {
    let worst = 255 - slot.level as u128;
    let light = 255 - u128::from(slot.row.weight());
    let since = if slot.level.is_problem() { bias(slot.since.as_second()) } else { 0 };
    worst << 72 | light << 64 | u128::from(since)
}

fn bias(n: i64) -> u64 {
    n.cast_unsigned() ^ (1 << 63)
}

fn number(cell: &Cell<'_>) -> u128 {
    match cell {
        Cell::Missing => u128::MAX,
        Cell::Text(text) => head(text),
        Cell::Number(n) | Cell::Seconds(n) => u128::from(bias(*n)) << 64,
        Cell::Of(have, want) | Cell::Bar(have, want) => u128::from(bias(*have - *want)) << 64 | u128::from(bias(*have)),
        // The youngest first: what people look for in a column of ages is what happened last.
        Cell::At(at) => u128::from(u64::MAX - bias(at.as_second())) << 64,
        Cell::Level(level) => (255 - *level as u128) << 64,
        Cell::Flag(yes) => u128::from(!*yes) << 64,
    }
}

/// The first sixteen bytes in lower case.
fn head(text: &str) -> u128 {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(text.bytes()) {
        *to = from.to_ascii_lowercase();
    }
    u128::from_be_bytes(bytes)
}

fn whole(a: &Cell<'_>, b: &Cell<'_>) -> Ordering {
    match (a, b) {
        (Cell::Text(a), Cell::Text(b)) => {
            let lower = |s: &str| s.bytes().map(|b| b.to_ascii_lowercase()).collect::<Vec<u8>>();
            lower(a).cmp(&lower(b)).then_with(|| a.cmp(b))
        }
        _ => number(a).cmp(&number(b)),
    }
}
