//! Which rows of a table are on a screen, in which order.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{Filter, Slot, SlotId, Sort, Table, filter::TellPlace};

/// What a listing keeps of a table.
pub struct Wanted<'a> {
    /// Which rows belong to it at all: the account, OU or parent that is looked at, and problems alone if so wished.
    pub keep: &'a dyn Fn(&Slot) -> bool,
    /// Where a row lies, in words, for the filter.
    pub place: TellPlace<'a>,
    /// The filter line.
    pub filter: &'a Filter,
    /// The order.
    pub sort: Sort,
    /// How many columns the filter looks at.
    pub columns: usize,
    /// Now.
    pub now: Timestamp,
}

/// The order of the rows on a screen. Kept up to date by what changes touched.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    entries: Vec<(u128, SlotId)>,
}

impl Listing {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The row at a position.
    #[must_use]
    pub fn at(&self, position: usize) -> Option<SlotId> {
        self.entries.get(position).map(|e| e.1)
    }

    /// All rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SlotId> {
        self.entries.iter().map(|e| e.1)
    }

    /// The position of a row.
    #[must_use]
    pub fn position(&self, table: &Table, sort: Sort, id: SlotId) -> Option<usize> {
        let slot = table.get(id)?;
        let prefix = sort.prefix(slot);
        let found = self.entries.binary_search_by(|&(p, other)| {
            p.cmp(&prefix).then_with(|| table.get(other).map_or(std::cmp::Ordering::Less, |o| sort.compare(o, slot)))
        });
        found.ok().filter(|&at| self.entries[at].1 == id)
    }

    /// Makes the listing anew from the whole table.
    pub fn rebuild(&mut self, table: &Table, wanted: &Wanted<'_>) {
        let mut buffer = String::new();
        self.entries.clear();
        let kept = table.iter().filter(|(_, slot)| passes(slot, wanted, &mut buffer));
        self.entries.extend(kept.map(|(id, slot)| (wanted.sort.prefix(slot), id)));
        sort_entries(&mut self.entries, table, wanted.sort);
    }

    /// Narrows the listing: only rows that were on it are looked at. For a filter that grew by a letter.
    pub fn narrow(&mut self, table: &Table, wanted: &Wanted<'_>) {
        let mut buffer = String::new();
        self.entries.retain(|&(_, id)| table.get(id).is_some_and(|slot| passes(slot, wanted, &mut buffer)));
    }

    /// Brings the listing up to date after `touched` slots were added, changed or taken out.
    pub fn update(&mut self, table: &Table, touched: &[SlotId], wanted: &Wanted<'_>) {
        if touched.is_empty() {
            return;
        }
        // The old sort key of a changed row is gone, so it is taken out by its number.
        let out: HashSet<SlotId> = touched.iter().copied().collect();
        self.entries.retain(|e| !out.contains(&e.1));
        let mut buffer = String::new();
        let mut back: Vec<(u128, SlotId)> = out
            .into_iter()
            .filter_map(|id| table.get(id).map(|slot| (id, slot)))
            .filter(|(_, slot)| passes(slot, wanted, &mut buffer))
            .map(|(id, slot)| (wanted.sort.prefix(slot), id))
            .collect();
        sort_entries(&mut back, table, wanted.sort);
        self.merge(back, table, wanted.sort);
    }

    fn merge(&mut self, back: Vec<(u128, SlotId)>, table: &Table, sort: Sort) {
        if back.is_empty() {
            return;
        }
        let old = std::mem::take(&mut self.entries);
        let mut merged = Vec::with_capacity(old.len() + back.len());
        let (mut a, mut b) = (old.into_iter().peekable(), back.into_iter().peekable());
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            let first = if before(*x, *y, table, sort) { a.next() } else { b.next() };
            merged.extend(first);
        }
        merged.extend(a);
        merged.extend(b);
        self.entries = merged;
    }
}

fn passes(slot: &Slot, wanted: &Wanted<'_>, buffer: &mut String) -> bool {
    if !(wanted.keep)(slot) {
        return false;
    }
    wanted.filter.is_empty() || wanted.filter.passes(slot, wanted.columns, wanted.place, wanted.now, buffer)
}

fn before(a: (u128, SlotId), b: (u128, SlotId), table: &Table, sort: Sort) -> bool {
    match (a.0.cmp(&b.0), table.get(a.1), table.get(b.1)) {
        (std::cmp::Ordering::Equal, Some(a), Some(b)) => sort.compare(a, b).is_lt(),
        (order, ..) => order.is_lt(),
    }
}

fn sort_entries(entries: &mut [(u128, SlotId)], table: &Table, sort: Sort) {
    entries.sort_unstable_by(|a, b| {
        a.0.cmp(&b.0).then_with(|| match (table.get(a.1), table.get(b.1)) {
            (Some(a), Some(b)) => sort.compare(a, b),
            _ => a.1.cmp(&b.1),
        })
    });
}
