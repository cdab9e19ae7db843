//! The clock of the fleet: real time by default, moved or stopped by tests.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// A handle on the clock. Clones show and move the same clock.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Mutex<Hands>>);

/// What the clock showed at a moment of the machine, and whether it runs from there.
#[derive(Debug)]
struct Hands {
    shown: Timestamp,
    at: Instant,
    runs: bool,
}

impl Hands {
    fn now(&self) -> Timestamp {
        if self.runs { later(self.shown, self.at.elapsed()) } else { self.shown }
    }
}

/// Saturates at the ends of time, where no test goes.
fn later(from: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::ZERO);
    from.checked_add(by).unwrap_or(from)
}

impl Clock {
    /// A running clock that shows `start` now; real time where `start` is `None`.
    #[must_use]
    pub fn new(start: Option<Timestamp>) -> Self {
        let shown = start.unwrap_or_else(Timestamp::now);
        Self(Arc::new(Mutex::new(Hands { shown, at: Instant::now(), runs: true })))
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.with(|hands| hands.now())
    }

    /// Moves the clock to a moment; it runs or stands on from there. Clients check signatures and expiry against their
    /// own clock, so a clock far from real time makes fresh credentials look expired.
    pub fn set(&self, to: Timestamp) {
        self.with(|hands| {
            hands.shown = to;
            hands.at = Instant::now();
        });
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.with(|hands| {
            hands.shown = later(hands.now(), by);
            hands.at = Instant::now();
        });
    }

    /// Stops the clock: every answer then shows the same world, until [`Clock::advance`], [`Clock::set`] or
    /// [`Clock::run`].
    pub fn freeze(&self) {
        self.with(|hands| {
            hands.shown = hands.now();
            hands.runs = false;
        });
    }

    /// Lets a stopped clock run again.
    pub fn run(&self) {
        self.with(|hands| {
            hands.shown = hands.now();
            hands.at = Instant::now();
            hands.runs = true;
        });
    }

    /// A thread that panicked leaves the hands whole: each change is a plain store.
    fn with<T>(&self, act: impl FnOnce(&mut Hands) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_clock_moves_by_hand_only() -> Result<(), jiff::Error> {
        let start: Timestamp = "2026-11-22T10:00:00Z".parse()?;
        let clock = Clock::new(Some(start));
        clock.freeze();
        clock.set(start);
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now(), "2026-11-22T10:01:30Z".parse()?);
        clock.run();
        assert!(clock.now() >= "2026-11-22T10:01:30Z".parse()?);
        Ok(())
    }
}
