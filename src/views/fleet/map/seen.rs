//! What was read of each account, over all the views that the console patrols.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{
    model::{AccountId, Fault, Progress},
    rows::{ScopeState, Slot, Snapshot, scopes::is_fresh},
};

/// What is known of one account.
#[derive(Default)]
pub(super) struct Seen<'a> {
    /// The worst of its things that are not well, the production view's weight not counted.
    pub worst: Option<&'a Slot>,
    /// How many things are broken, degraded, in need of attention.
    pub problems: [u32; 3],
    /// How many scopes are wanted.
    pub wanted: u32,
    /// How many of them were read in full, lately.
    pub read: u32,
    /// How many of them were answered at all: read, refused, or read too long ago.
    pub answered: u32,
    /// Why one of them was not read.
    pub fault: Option<&'a Fault>,
    /// When the oldest of those was read that were read too long ago.
    pub old: Option<Timestamp>,
}

impl<'a> Seen<'a> {
    fn thing(&mut self, slot: &'a Slot) {
        use crate::model::Level::{Attention, Broken, Degraded};
        match slot.level {
            Broken => self.problems[0] += 1,
            Degraded => self.problems[1] += 1,
            Attention => self.problems[2] += 1,
            _ => return,
        }
        // Of those that are as bad, the one that has been so for longest; by key, so that equals do not take turns.
        let order = |s: &Slot| (s.level, std::cmp::Reverse(s.since), std::cmp::Reverse(s.row.key().clone()));
        if self.worst.is_none_or(|worst| order(slot) > order(worst)) {
            self.worst = Some(slot);
        }
    }

    fn scope(&mut self, state: &'a ScopeState, fresh: bool) {
        self.wanted += 1;
        match &state.progress {
            Progress::Waiting | Progress::Reading => return,
            Progress::Read if fresh => self.read += 1,
            Progress::Read => self.old = [self.old, state.read_at].into_iter().flatten().min(),
            Progress::Broken(fault) => self.fault = self.fault.or(Some(fault)),
        }
        self.answered += 1;
    }
}

/// What is known of each account of the organisation, in its order.
pub(super) fn by_account(from: &Snapshot, now: Timestamp) -> Vec<Seen<'_>> {
    let accounts = from.org.accounts();
    let at: HashMap<&AccountId, usize> = accounts.iter().enumerate().map(|(i, a)| (&a.id, i)).collect();
    let mut seen: Vec<Seen<'_>> = accounts.iter().map(|_| Seen::default()).collect();
    for taken in &from.tables {
        // Few rows of many are problems: only those are looked up.
        for slot in taken.table.iter().map(|(_, slot)| slot).filter(|slot| slot.level.is_problem()) {
            if let Some(&i) = slot.place.account.as_ref().and_then(|id| at.get(id)) {
                seen[i].thing(slot);
            }
        }
        for state in taken.table.scopes.iter().filter(|s| s.wanted) {
            if let Some(&i) = state.scope.account.as_ref().and_then(|id| at.get(id)) {
                seen[i].scope(state, is_fresh(state.read_at, now, taken.table.every()));
            }
        }
    }
    seen
}
