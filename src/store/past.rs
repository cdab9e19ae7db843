//! Since when does it hold? The first moment of each unbroken run of a condition, over restarts.

use std::{
    collections::{HashMap, HashSet},
    hash::BuildHasher as _,
    sync::{Arc, Mutex, PoisonError},
};

use foldhash::fast::FixedState;
use jiff::Timestamp;

use super::Notebook;
use crate::model::{Fault, memo::Memo};

/// The book in which the past is kept.
pub const BOOK: &str = "since";

/// A run that nobody asked about for so long is dropped: the thing is gone.
const FORGOTTEN: i64 = 90 * DAY;

/// The moment of the last question is written at most once a day, so that a steady fleet writes almost nothing.
const DAY: i64 = 86_400;

/// Of runs that a time without a look ends, it is written after so many seconds.
const QUARTER: i64 = 15 * 60;

/// Seconds without a look after which a condition that comes and goes, such as missing tasks, counts as begun anew:
/// longer than a job of a schedule pauses, shorter than a night.
const UNSEEN: i64 = 60 * 60;

/// Runs kept at most (about 15 MB). Beyond it those least lately asked about are dropped, a tenth at once.
const MOST: usize = 50_000;

/// Between the parts of a key. It occurs in no name: it is a control character.
const SEPARATOR: char = '\u{1f}';

/// Remembers since when conditions hold. Clones share one memory; nothing is read or written but through
/// [`Past::read`] and [`Past::drain_changes`], so asking costs no I/O.
#[derive(Clone, Debug, Default)]
pub struct Past {
    runs: Arc<Mutex<Runs>>,
}

/// What a notebook remembers of conditions.
#[derive(Debug)]
pub struct KeptPast(Vec<(String, Option<Run>)>);

#[derive(Debug, Default)]
struct Runs {
    known: HashMap<String, Run>,
    /// Hashes of what was asked about in this run of the program.
    met: HashSet<u64>,
    /// Keys whose run is not on disk as it is here.
    changed: HashSet<String>,
}

/// One unbroken run, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    since: i64,
    asked: i64,
    written: i64,
}

impl Past {
    /// A past that knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the notebook remembers, added to what is known here; where both know a run, the earlier start counts.
    /// Runs that were not asked about for 90 days are left out, and forgotten with the next changes.
    ///
    /// # Errors
    /// A fault where the store cannot be read; what is known here stays.
    pub fn read(&self, notebook: &Notebook, now: Timestamp) -> Result<(), Fault> {
        self.take(Self::kept(notebook)?, now);
        Ok(())
    }

    /// What the notebook remembers, to be taken by [`Past::take`]: the part of [`Past::read`] that waits for the disk.
    ///
    /// # Errors
    /// A fault where the store cannot be read.
    pub fn kept(notebook: &Notebook) -> Result<KeptPast, Fault> {
        let kept = notebook.all(BOOK)?;
        Ok(KeptPast(kept.into_iter().map(|(key, value, _)| (key, parse(&value))).collect()))
    }

    /// Adds what a notebook remembers, as [`Past::read`] does.
    pub fn take(&self, kept: KeptPast, now: Timestamp) {
        self.with(|runs| {
            for (key, run) in kept.0 {
                match run {
                    Some(run) if now.as_second() - run.asked <= FORGOTTEN => runs.merge(key, run),
                    _ => runs.forget_stored(key),
                }
            }
        });
    }

    /// The first moment of the unbroken run in which the condition `what` holds for the row `key` of `view`, now that
    /// it was looked at and does hold, or not. A run that ends is forgotten. Times in which nobody looked do not
    /// break a run.
    #[allow(clippy::must_use_candidate, reason = "that a condition ended is told for the record alone")]
    pub fn since(&self, view: &str, key: &str, what: &str, holds: bool, now: Timestamp) -> Option<Timestamp> {
        self.ask(view, key, what, holds, now, None)
    }

    /// The same of a condition that comes and goes: a time of an hour and more in which nobody looked ends a run, since
    /// nobody can say that it held all the time. Over a restart the last look is known to a quarter of an hour, and what
    /// is not known counts as not looked at.
    #[allow(clippy::must_use_candidate, reason = "that a condition ended is told for the record alone")]
    pub fn lately(&self, view: &str, key: &str, what: &str, holds: bool, now: Timestamp) -> Option<Timestamp> {
        self.ask(view, key, what, holds, now, Some(UNSEEN))
    }

    fn ask(
        &self,
        view: &str,
        key: &str,
        what: &str,
        holds: bool,
        now: Timestamp,
        unseen: Option<i64>,
    ) -> Option<Timestamp> {
        let key = format!("{view}{SEPARATOR}{key}{SEPARATOR}{what}");
        let since =
            self.with(|runs| if holds { Some(runs.go_on(key, now.as_second(), unseen)) } else { runs.end(key) })?;
        Timestamp::from_second(since).ok()
    }

    /// Whether a run of this condition is known, without asking on.
    #[must_use]
    pub fn is_known(&self, view: &str, key: &str, what: &str) -> bool {
        self.with(|runs| runs.known.contains_key(&format!("{view}{SEPARATOR}{key}{SEPARATOR}{what}")))
    }

    /// Notes that this run of the program has met a row, and tells whether it is for the first time: of what the row was
    /// before nothing is known then.
    #[must_use]
    pub fn meet(&self, view: &str, key: &str) -> bool {
        self.with(|runs| runs.met.insert(FixedState::default().hash_one((view, key))))
    }

    /// What has to be written, for [`Notebook::write`]; each change is handed out once.
    #[must_use]
    pub fn drain_changes(&self) -> Vec<Memo> {
        self.with(Runs::drain)
    }

    /// How many runs are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.with(|runs| runs.known.len())
    }

    /// Whether no condition is known to hold.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn with<T>(&self, ask: impl FnOnce(&mut Runs) -> T) -> T {
        ask(&mut self.runs.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Runs {
    fn go_on(&mut self, key: String, now: i64, unseen: Option<i64>) -> i64 {
        let lost = |run: &Run| unseen.is_some_and(|longest| now - run.asked > longest);
        if let Some(run) = self.known.get_mut(&key).filter(|run| !lost(run)) {
            // A clock that was set back must not make a start that lies ahead.
            let moved = run.since > now;
            run.since = run.since.min(now);
            run.asked = now;
            let since = run.since;
            if moved || now - run.written >= unseen.map_or(DAY, |_| QUARTER) {
                self.changed.insert(key);
            }
            return since;
        }
        if self.known.len() >= MOST {
            self.drop_oldest();
        }
        self.known.insert(key.clone(), Run { since: now, asked: now, written: now });
        self.changed.insert(key);
        now
    }

    fn end(&mut self, key: String) -> Option<i64> {
        if self.known.remove(&key).is_some() {
            self.changed.insert(key);
        }
        None
    }

    fn merge(&mut self, key: String, stored: Run) {
        match self.known.get_mut(&key) {
            None if self.changed.contains(&key) => {}
            None => {
                if self.known.len() < MOST {
                    self.known.insert(key, stored);
                } else {
                    self.forget_stored(key);
                }
            }
            Some(run) => {
                run.since = run.since.min(stored.since);
                self.changed.insert(key);
            }
        }
    }

    fn forget_stored(&mut self, key: String) {
        if !self.known.contains_key(&key) {
            self.changed.insert(key);
        }
    }

    fn drop_oldest(&mut self) {
        let mut by_age: Vec<(i64, String)> = self.known.iter().map(|(k, r)| (r.asked, k.clone())).collect();
        by_age.sort_unstable();
        by_age.truncate(MOST / 10);
        for (_, key) in by_age {
            self.end(key);
        }
    }

    fn drain(&mut self) -> Vec<Memo> {
        let mut keys: Vec<String> = std::mem::take(&mut self.changed).into_iter().collect();
        keys.sort_unstable();
        keys.into_iter()
            .map(|key| match self.known.get_mut(&key) {
                Some(run) => {
                    run.written = run.asked;
                    let value = format!("{} {}", run.since, run.asked);
                    Memo::keep(BOOK, key, value)
                }
                None => Memo::forget(BOOK, key),
            })
            .collect()
    }
}

/// Reads `since asked`, in seconds.
fn parse(value: &str) -> Option<Run> {
    let (since, asked) = value.split_once(' ')?;
    let (since, asked) = (since.parse().ok()?, asked.parse().ok()?);
    Some(Run { since, asked, written: asked })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    #[test]
    fn a_run_begins_once_and_is_forgotten_when_it_ends() {
        let past = Past::new();
        assert_eq!(past.since("ecs", "a", "short", true, at(10)), Some(at(10)));
        assert_eq!(past.since("ecs", "a", "short", true, at(70)), Some(at(10)));
        assert_eq!(past.since("ecs", "a", "zero", true, at(70)), Some(at(70)));
        assert_eq!(past.since("ecs", "a", "short", false, at(80)), None);
        assert_eq!(past.since("ecs", "a", "short", true, at(90)), Some(at(90)));
        assert_eq!(past.since("tasks", "a", "short", false, at(90)), None);
        assert_eq!(past.len(), 2);
    }

    #[test]
    fn runs_survive_a_restart_and_ended_ones_do_not() {
        let books = Store::memory().fleet("f");
        let past = Past::new();
        past.since("ecs", "a", "short", true, at(10));
        past.since("ecs", "b", "short", true, at(10));
        books.write(past.drain_changes(), at(10)).expect("write");
        past.since("ecs", "b", "short", false, at(20));
        let changes = past.drain_changes();
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].value, None);
        books.write(changes, at(20)).expect("write");
        assert!(past.drain_changes().is_empty());

        let again = Past::new();
        again.read(&books, at(500)).expect("read");
        assert_eq!(again.since("ecs", "a", "short", true, at(500)), Some(at(10)));
        assert_eq!(again.since("ecs", "b", "short", true, at(500)), Some(at(500)));
    }

    #[test]
    fn a_late_reading_of_the_store_neither_hides_an_early_start_nor_wakes_an_ended_run() {
        let books = Store::memory().fleet("f");
        let before = Past::new();
        before.since("v", "a", "x", true, at(10));
        before.since("v", "b", "x", true, at(10));
        books.write(before.drain_changes(), at(10)).expect("write");
        let past = Past::new();
        past.since("v", "a", "x", true, at(100));
        past.since("v", "b", "x", true, at(100));
        past.since("v", "b", "x", false, at(110));
        past.read(&books, at(120)).expect("read");
        assert_eq!(past.since("v", "a", "x", true, at(130)), Some(at(10)));
        assert_eq!(past.since("v", "b", "x", true, at(130)), Some(at(130)));
    }

    #[test]
    fn a_steady_run_is_written_once_a_day_and_dropped_after_ninety_unasked() {
        let books = Store::memory().fleet("f");
        let past = Past::new();
        past.since("v", "a", "x", true, at(0));
        books.write(past.drain_changes(), at(0)).expect("write");
        past.since("v", "a", "x", true, at(DAY - 1));
        assert!(past.drain_changes().is_empty());
        past.since("v", "a", "x", true, at(DAY));
        books.write(past.drain_changes(), at(DAY)).expect("write");

        let kept = Past::new();
        kept.read(&books, at(91 * DAY)).expect("read");
        assert_eq!((kept.len(), kept.drain_changes().len()), (1, 0));
        let gone = Past::new();
        gone.read(&books, at(91 * DAY + 1)).expect("read");
        assert_eq!(gone.len(), 0);
        books.write(gone.drain_changes(), at(91 * DAY + 1)).expect("write");
        assert_eq!(books.all(BOOK), Ok(Vec::new()));
    }

    #[test]
    fn a_night_in_which_nobody_looked_ends_a_run_that_comes_and_goes() {
        let books = Store::memory().fleet("f");
        let past = Past::new();
        let ask = |past: &Past, second| past.lately("v", "a", "short", true, at(second));
        assert_eq!(ask(&past, 0), Some(at(0)));
        assert_eq!(ask(&past, UNSEEN), Some(at(0)), "an hour is what a schedule may pause");
        books.write(past.drain_changes(), at(UNSEEN)).expect("write");
        let next = Past::new();
        next.read(&books, at(UNSEEN + 60)).expect("read");
        assert_eq!(ask(&next, UNSEEN + 60), Some(at(0)), "over a restart");
        assert_eq!(ask(&next, 15 * UNSEEN), Some(at(15 * UNSEEN)), "a dip in the evening and one in the morning");
        assert_eq!(next.since("v", "b", "zero", true, at(0)), Some(at(0)));
        assert_eq!(next.since("v", "b", "zero", true, at(DAY * 14)), Some(at(0)), "what stays is unbroken");
    }

    #[test]
    fn what_is_met_for_the_first_time_is_known_as_such() {
        let past = Past::new();
        assert!(past.meet("v", "a") && past.meet("v", "b") && past.meet("w", "a"));
        assert!(!past.meet("v", "a"));
        assert!(!past.is_known("v", "a", "short"));
        past.since("v", "a", "short", true, at(1));
        assert!(past.is_known("v", "a", "short"));
    }

    #[test]
    fn it_is_bounded() {
        let past = Past::new();
        for n in 0..=i64::try_from(MOST).expect("small") {
            past.since("v", &n.to_string(), "x", true, at(n));
        }
        assert_eq!(past.len(), MOST - MOST / 10 + 1);
        assert_eq!(past.since("v", "0", "x", false, at(0)), None);
        assert_eq!(past.since("v", &MOST.to_string(), "x", true, at(90_000)), Some(at(50_000)));
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_start_in_the_future() {
        let past = Past::new();
        past.since("v", "a", "x", true, at(1_000));
        assert_eq!(past.since("v", "a", "x", true, at(500)), Some(at(500)));
    }
}
