//! What of a question was answered. Coverage is part of every answer.

use jiff::Timestamp;
use serde::Serialize;

use super::{Fault, FaultKind, Scope};

/// How far the reading of one scope has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Progress {
    /// Wanted, not yet begun.
    #[default]
    Waiting,
    /// Being read for the first time.
    Reading,
    /// Read in full.
    Read,
    /// The last pass broke; what it did not reach is old, or was never read.
    Broken(Fault),
}

/// One scope that was not (fully) read, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// Which scope.
    pub scope: Scope,
    /// Why.
    pub fault: Fault,
    /// When it was last read in full, if ever.
    pub read_at: Option<Timestamp>,
}

/// The sum over the scopes of a view or a selection of it. A scope is counted once, under its present state.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Coverage {
    /// Scopes that were wanted.
    pub wanted: usize,
    /// Read in full, and fresh.
    pub read: usize,
    /// Not yet answered.
    pub waiting: usize,
    /// Refused.
    pub denied: usize,
    /// Held back by the API's limits.
    pub throttled: usize,
    /// Failed in another way.
    pub failed: usize,
    /// Once read in full, but longer ago than three intervals.
    pub stale: usize,
    /// The oldest complete reading among those that were read.
    pub oldest: Option<Timestamp>,
    /// Which scopes are missing and why, in the order of the scopes.
    pub gaps: Vec<Gap>,
}

impl Coverage {
    /// Whether every wanted scope was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.read == self.wanted
    }

    /// Counts one scope. `fresh` tells whether its last complete reading is recent enough.
    pub fn count(&mut self, scope: &Scope, progress: &Progress, read_at: Option<Timestamp>, fresh: bool) {
        self.wanted += 1;
        match progress {
            Progress::Read if fresh => {
                self.read += 1;
                self.oldest = match (self.oldest, read_at) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
            }
            Progress::Read => self.stale += 1,
            Progress::Waiting | Progress::Reading => self.waiting += 1,
            Progress::Broken(fault) => {
                match fault.kind {
                    FaultKind::Denied => self.denied += 1,
                    FaultKind::Throttled => self.throttled += 1,
                    _ => self.failed += 1,
                }
                self.gaps.push(Gap { scope: scope.clone(), fault: fault.clone(), read_at });
            }
        }
    }

    /// The sum in words, such as `47 read · 2 denied · 1 throttled`. Says nothing of what is zero, but always of
    /// what was read.
    #[must_use]
    pub fn words(&self) -> String {
        let parts = [
            (self.waiting, "waiting"),
            (self.denied, "denied"),
            (self.throttled, "throttled"),
            (self.failed, "failed"),
            (self.stale, "out of date"),
        ];
        let mut out = format!("{} read", self.read);
        for (n, word) in parts.into_iter().filter(|(n, _)| *n > 0) {
            out.push_str(&format!(" · {n} {word}"));
        }
        out
    }
}
