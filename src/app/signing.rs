//! Before the caller is known: what is waited for and since when, and when it is tried again.

use jiff::{SignedDuration, Timestamp};

use super::{App, Effect, Effects, Wish};
use crate::model::Fault;

/// The pause after the first attempt that no answer came to, in seconds; it doubles up to [`LONGEST`].
const FIRST: i64 = 5;

/// The longest pause, in seconds.
const LONGEST: i64 = 300;

/// What is waited for, and what becomes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// What is waited for, such as `sts.eu-central-1`, and since when.
    pub now: Option<(String, Timestamp)>,
    /// When it is tried again by itself.
    pub again: Option<Timestamp>,
    /// The end of the credentials that was warned about.
    pub(super) warned: Option<Timestamp>,
    /// Attempts in a row that no answer came to.
    failures: u32,
}

impl App {
    /// What is waited for before the caller is known, and for how many seconds; `None` where nothing is.
    #[must_use]
    pub fn waits(&self) -> Option<(&str, i64)> {
        let (what, since) = self.waiting.now.as_ref().filter(|_| self.caller.is_none())?;
        Some((what, (self.now.as_second() - since.as_second()).max(0)))
    }

    pub(super) fn waits_for(&mut self, what: String) {
        if self.caller.is_some() {
            // A renewal, behind credentials that serve.
            return;
        }
        self.waiting.again = None;
        self.waiting.now = Some((what, self.now));
    }

    /// No caller came. What may pass by itself is tried again, after ever longer pauses.
    pub(super) fn try_later(&mut self, fault: &Fault) {
        self.waiting.now = None;
        if !fault.kind.passes() {
            self.waiting = Waiting::default();
            return;
        }
        let pause = FIRST.saturating_mul(1 << self.waiting.failures.min(16)).min(LONGEST);
        self.waiting.failures = self.waiting.failures.saturating_add(1);
        self.waiting.again = self.now.checked_add(SignedDuration::from_secs(pause)).ok();
    }

    /// Tries again where it is time.
    pub(super) fn try_again(&mut self, effects: &mut Effects) {
        if self.waiting.again.is_some_and(|at| at <= self.now) {
            self.waiting.again = None;
            effects.push(Effect::Access(Wish::Retry));
        }
    }
}
