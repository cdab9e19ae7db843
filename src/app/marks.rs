//! Rows that were marked, and what is taken of them. Marks stick to rows, not to lines: what streams in moves none.

use std::collections::{BTreeMap, HashSet};

use super::{App, action::Mark, screen::Screen};
use crate::{
    model::{Key, text::counted},
    rows::{Line, ScopeId, Slot, SlotId, Table},
};

/// Rows that can be marked in one screen: what counts them goes over all of them.
const MOST: usize = 10_000;

/// Marks up to which they are counted anew with each page that arrives.
const AT_ONCE: usize = 500;

/// The marks of a screen.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    rows: BTreeMap<ScopeId, HashSet<Key>>,
    len: usize,
    /// The one that was made last, from which a range goes.
    last: Option<(ScopeId, Key)>,
    /// Of those whose rows are still there: how many are on the screen, and how many the filter leaves out.
    counts: (usize, usize),
    stale: bool,
}

impl Marks {
    /// Whether a row is marked.
    #[must_use]
    pub fn has(&self, slot: &Slot) -> bool {
        self.rows.get(&slot.scope).is_some_and(|keys| keys.contains(slot.row.key()))
    }

    /// Whether no row is, of those that are there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts == (0, 0)
    }

    /// How many of the rows that are there are marked and on the screen, and how many are left out of it by the filter.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        self.counts
    }

    /// Marks a row. Gives whether there was room for it.
    fn add(&mut self, slot: &Slot) -> bool {
        if self.len >= MOST && !self.has(slot) {
            return false;
        }
        let new = self.rows.entry(slot.scope).or_default().insert(slot.row.key().clone());
        self.len += usize::from(new);
        self.stale = true;
        true
    }

    fn take(&mut self, slot: &Slot) {
        let had = self.rows.get_mut(&slot.scope).is_some_and(|keys| keys.remove(slot.row.key()));
        self.len -= usize::from(had);
        self.stale = true;
    }
}

impl Screen {
    /// The rows in the order in which they stand, those of folded groups too; the marked ones alone where any is.
    pub fn chosen(&self, table: &Table) -> Vec<SlotId> {
        let all = self.rows();
        if self.marks.is_empty() {
            return all;
        }
        all.into_iter().filter(|id| table.get(*id).is_some_and(|slot| self.marks.has(slot))).collect()
    }

    /// Notes that other rows are on the screen, or the same ones no more.
    pub fn recount(&mut self) {
        self.marks.stale = true;
    }

    /// Counts the marks, where that is due; many of them not while pages arrive. A row that is gone loses its mark: one
    /// that nobody sees could not be taken away, and would come back unnoticed with a row of that name.
    pub fn count_marks(&mut self, table: &Table, streams: bool) {
        if !self.marks.stale || streams && self.marks.len > AT_ONCE {
            return;
        }
        for (scope, keys) in &mut self.marks.rows {
            keys.retain(|key| table.find(*scope, key).is_some());
        }
        self.marks.rows.retain(|_, keys| !keys.is_empty());
        self.marks.len = self.marks.rows.values().map(HashSet::len).sum();
        self.marks.last.take_if(|(scope, key)| table.find(*scope, key).is_none());
        let (mut shown, mut there) = (0, 0);
        for (scope, keys) in &self.marks.rows {
            for id in keys.iter().filter_map(|key| table.find(*scope, key)) {
                there += 1;
                shown += usize::from(self.listing.position(table, self.sort, id).is_some());
            }
        }
        self.marks.counts = (shown, there - shown);
        self.marks.stale = false;
    }
}

impl App {
    /// Marks rows, or takes marks away.
    pub(super) fn mark(&mut self, mark: Mark) {
        let at = self.table_index(self.screen.view.id());
        match mark {
            Mark::Clear => self.screen.marks = Marks::default(),
            Mark::Toggle => {
                let Some(slot) = self.screen.current(&self.tables[at]).cloned() else { return };
                if self.screen.marks.has(&slot) {
                    self.screen.marks.take(&slot);
                } else if self.screen.marks.add(&slot) {
                    self.screen.marks.last = Some((slot.scope, slot.row.key().clone()));
                } else {
                    self.say_full();
                }
            }
            Mark::Range => self.mark_range(at),
        }
    }

    /// Marks all rows between the one that was marked last and the cursor.
    fn mark_range(&mut self, at: usize) {
        let table = &self.tables[at];
        let from = self.screen.marks.last.as_ref().and_then(|(scope, key)| table.find(*scope, key));
        let Some(from) = from.and_then(|id| self.screen.line_of(table, id)) else {
            self.say("a range begins at the row that was marked last: mark one first");
            return;
        };
        let here = self.screen.position;
        let lines = from.min(here)..=from.max(here);
        let rows: Vec<Slot> = lines
            .filter_map(|line| match self.screen.line(line)? {
                Line::Row(id) => table.get(id).cloned(),
                Line::Group(_) => None,
            })
            .collect();
        let fits = rows.iter().all(|slot| self.screen.marks.add(slot));
        if let Some(slot) = self.screen.current(&self.tables[at]) {
            self.screen.marks.last = Some((slot.scope, slot.row.key().clone()));
        }
        if !fits {
            self.say_full();
        }
    }

    fn say_full(&mut self) {
        self.say(format!("{} can be marked at most", counted(MOST, "row")));
    }

    /// What is said of a verb while rows are marked: it is done to one row, and which one must not be a guess.
    pub(super) fn refuses_marks(&self, verb: &str) -> Option<String> {
        if self.screen.marks.is_empty() {
            return None;
        }
        let (shown, hidden) = self.screen.marks.counts();
        let key = self.setup.keymap.chord_in(self.keys(), &super::Action::Mark(Mark::Clear));
        let clear = key.map(|key| format!("; {key} takes the marks away")).unwrap_or_default();
        let (are, marked) = (if shown + hidden == 1 { "is" } else { "are" }, counted(shown + hidden, "row"));
        Some(format!("{marked} {are} marked, and {verb} is done to one row, the one under the cursor{clear}"))
    }
}
