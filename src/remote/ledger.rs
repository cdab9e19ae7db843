//! What was asked and what failed: requests per second over the last minute, and the last failures.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;

use super::Clock;
use crate::model::{AccountId, Fault, Region, call::Failure};

/// How many failures are kept.
pub const KEPT: usize = 1_000;

/// A count per second over the last 60 seconds.
#[derive(Clone, Debug)]
pub struct Minute {
    slots: [u16; 60],
    /// The second of the newest slot.
    newest: i64,
}

impl Default for Minute {
    fn default() -> Self {
        Self { slots: [0; 60], newest: i64::MIN }
    }
}

impl Minute {
    /// Counts one at `now`.
    pub fn add(&mut self, now: Timestamp) {
        let second = now.as_second();
        self.forget(second);
        // A clock that was set back counts into its newest second.
        let slot = &mut self.slots[index(second.max(self.newest))];
        *slot = slot.saturating_add(1);
    }

    /// Empties the slots of the seconds between the newest and `second`.
    fn forget(&mut self, second: i64) {
        if second <= self.newest {
            return;
        }
        let from = self.newest.saturating_add(1).max(second - 59);
        for passed in from..=second {
            self.slots[index(passed)] = 0;
        }
        self.newest = second;
    }

    /// The last 60 seconds at `now`, the oldest first.
    #[must_use]
    pub fn series(&self, now: Timestamp) -> Vec<u16> {
        let mut copy = self.clone();
        copy.forget(now.as_second());
        let newest = copy.newest;
        (newest - 59..=newest).map(|second| copy.slots[index(second)]).collect()
    }

    /// The sum over the last 60 seconds at `now`.
    #[must_use]
    pub fn sum(&self, now: Timestamp) -> u32 {
        self.series(now).into_iter().map(u32::from).sum()
    }
}

/// The slot of a second.
fn index(second: i64) -> usize {
    usize::try_from(second.rem_euclid(60)).unwrap_or(0)
}

/// A failure before it has its number and its moment.
#[derive(Clone, Debug)]
pub struct Failed {
    /// The account asked.
    pub account: Option<AccountId>,
    /// The region asked.
    pub region: Option<Region>,
    /// What went wrong.
    pub fault: Fault,
    /// HTTP status, where an answer came.
    pub status: Option<u16>,
    /// Which attempt it was, from 1.
    pub attempt: u32,
}

/// Counts and failures of the whole process.
pub struct Ledger {
    clock: Clock,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    minute: Minute,
    failures: VecDeque<Failure>,
    number: u64,
}

impl Ledger {
    /// An empty ledger.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, book: Mutex::default() }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request.
    pub fn count(&self, now: Timestamp) {
        self.book().minute.add(now);
    }

    /// Keeps a failure; the oldest one goes.
    pub fn fail(&self, failed: Failed) {
        let now = (self.clock)();
        let Failed { account, region, mut fault, status, attempt } = failed;
        let at = *fault.at.get_or_insert(now);
        let mut book = self.book();
        book.number += 1;
        let number = book.number;
        if book.failures.len() == KEPT {
            book.failures.pop_front();
        }
        book.failures.push_back(Failure { number, at, account, region, fault, status, attempt });
    }

    /// The failures kept, the newest first.
    #[must_use]
    pub fn failures(&self) -> Vec<Failure> {
        self.book().failures.iter().rev().cloned().collect()
    }

    /// Requests in each of the last 60 seconds, the oldest first.
    #[must_use]
    pub fn per_second(&self) -> Vec<u16> {
        let now = (self.clock)();
        self.book().minute.series(now)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::FaultKind;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_minute_forgets() {
        let mut minute = Minute::default();
        minute.add(at(1_000));
        minute.add(at(1_000));
        minute.add(at(1_030));
        assert_eq!(minute.sum(at(1_030)), 3);
        assert_eq!(minute.series(at(1_059))[0], 2);
        assert_eq!(minute.sum(at(1_060)), 1);
        assert_eq!(minute.sum(at(9_999)), 0);
        assert_eq!(minute.series(at(1_031)).len(), 60);
    }

    #[test]
    fn a_clock_that_goes_back_breaks_nothing() {
        let mut minute = Minute::default();
        minute.add(at(1_000));
        minute.add(at(10));
        assert_eq!(minute.sum(at(1_000)), 2);
    }

    #[test]
    fn the_newest_failures_stay() {
        let ledger = Ledger::new(Arc::new(|| at(5)));
        for _ in 0..=KEPT {
            let fault = Fault::new(FaultKind::Network, "reset");
            ledger.fail(Failed { account: None, region: None, fault, status: None, attempt: 1 });
        }
        let kept = ledger.failures();
        assert_eq!(kept.len(), KEPT);
        assert_eq!((kept[0].number, kept[KEPT - 1].number), (KEPT as u64 + 1, 2));
        assert_eq!(kept[0].fault.at, Some(at(5)));
    }
}
