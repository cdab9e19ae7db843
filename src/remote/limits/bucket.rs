//! A token bucket with a line in front of it: first come, first served, visible rows before the rest.

#![allow(clippy::disallowed_methods, reason = "waiting for a turn is measured in time")]

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use super::table::Limit;

/// After so many urgent ones in a row an ordinary one goes, so that a busy screen never starves the sweep.
const URGENT_IN_A_ROW: u32 = 4;

/// How often the rate changes at most, in either direction: answers that were under way when the rate was cut say
/// nothing about the new one.
const STEADY: Duration = Duration::from_secs(1);

/// How much of its full rate a bucket regains per [`STEADY`] of undisturbed work (additive increase).
const GROWTH: f64 = 0.1;

/// The least that is left of the full rate after throttling: a sixteenth.
const FLOOR: f64 = 1.0 / 16.0;

/// The bucket of one group of operations in one account and region.
#[derive(Debug)]
pub struct Bucket(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Requests per second now, at most `full`.
    rate: f64,
    full: f64,
    burst: f64,
    tokens: f64,
    filled: Instant,
    changed: Option<Instant>,
    urgent: VecDeque<Waiter>,
    ordinary: VecDeque<Waiter>,
    urgent_run: u32,
    next: u64,
}

#[derive(Debug)]
struct Waiter {
    id: u64,
    since: Instant,
    wake: Arc<Notify>,
}

/// What a bucket looks like now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Requests per second that are allowed.
    pub rate: f64,
    /// How many are waiting.
    pub waiting: usize,
    /// How long the longest of them has waited.
    pub longest: Duration,
}

enum Step {
    Go,
    Sleep(Duration),
    Wait,
}

impl Bucket {
    /// A full bucket with this share of a limit.
    #[must_use]
    pub fn new(limit: &Limit, share: f64) -> Self {
        let full = limit.rate * share;
        let burst = (limit.burst * share).floor().max(1.0);
        Self(Mutex::new(State {
            rate: full,
            full,
            burst,
            tokens: burst,
            filled: Instant::now(),
            changed: None,
            urgent: VecDeque::new(),
            ordinary: VecDeque::new(),
            urgent_run: 0,
            next: 0,
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a token and takes it. Dropping the future leaves the line.
    pub async fn take(&self, urgent: bool) {
        let place = self.join(urgent);
        loop {
            match self.step(&place) {
                Step::Go => return,
                Step::Wait => place.wake.notified().await,
                Step::Sleep(time) => {
                    // The end of the time and a call from the line mean the same: look again.
                    let _either = tokio::time::timeout(time, place.wake.notified()).await;
                }
            }
        }
    }

    fn join(&self, urgent: bool) -> Place<'_> {
        let wake = Arc::new(Notify::new());
        let mut state = self.state();
        state.next += 1;
        let id = state.next;
        let waiter = Waiter { id, since: Instant::now(), wake: Arc::clone(&wake) };
        state.line(urgent).push_back(waiter);
        Place { bucket: self, id, urgent, wake }
    }

    fn step(&self, place: &Place<'_>) -> Step {
        let mut state = self.state();
        state.fill(Instant::now());
        if state.head().is_none_or(|h| h.id != place.id) {
            return Step::Wait;
        }
        // A hair below one is one: the sleep is rounded to the timer's milliseconds.
        if state.tokens < 1.0 - 1e-6 {
            return Step::Sleep(Duration::from_secs_f64(((1.0 - state.tokens) / state.rate).clamp(0.001, 60.0)));
        }
        state.tokens -= 1.0;
        state.urgent_run = if place.urgent { state.urgent_run + 1 } else { 0 };
        state.leave(place.urgent, place.id);
        Step::Go
    }

    /// The provider asked for fewer requests: half the rate, and no burst for now.
    pub fn throttled(&self) {
        self.state().shrink(Instant::now());
    }

    /// The provider answered: the rate grows back.
    pub fn answered(&self) {
        self.state().grow(Instant::now());
    }

    /// Rate, line and longest wait.
    #[must_use]
    pub fn look(&self) -> Look {
        let state = self.state();
        let since = state.urgent.iter().chain(&state.ordinary).map(|w| w.since).min();
        Look {
            rate: state.rate,
            waiting: state.urgent.len() + state.ordinary.len(),
            longest: since.map(|s| s.elapsed()).unwrap_or_default(),
        }
    }
}

impl State {
    fn line(&mut self, urgent: bool) -> &mut VecDeque<Waiter> {
        if urgent { &mut self.urgent } else { &mut self.ordinary }
    }

    fn fill(&mut self, now: Instant) {
        let gone = now.saturating_duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + gone * self.rate).min(self.burst);
        self.filled = self.filled.max(now);
    }

    fn shrink(&mut self, now: Instant) {
        self.fill(now);
        self.tokens = self.tokens.min(0.0);
        if self.is_steady(now) {
            self.rate = (self.rate / 2.0).max(self.full * FLOOR);
            self.changed = Some(now);
        }
    }

    fn grow(&mut self, now: Instant) {
        if self.rate < self.full && self.is_steady(now) {
            self.fill(now);
            self.rate = (self.rate + self.full * GROWTH).min(self.full);
            self.changed = Some(now);
        }
    }

    fn is_steady(&self, now: Instant) -> bool {
        self.changed.is_none_or(|at| now.saturating_duration_since(at) >= STEADY)
    }

    fn head(&self) -> Option<&Waiter> {
        let ordinary_turn = self.urgent_run >= URGENT_IN_A_ROW && !self.ordinary.is_empty();
        if ordinary_turn { self.ordinary.front() } else { self.urgent.front().or_else(|| self.ordinary.front()) }
    }

    fn leave(&mut self, urgent: bool, id: u64) {
        let line = self.line(urgent);
        let Some(at) = line.iter().position(|w| w.id == id) else { return };
        line.remove(at);
        if let Some(head) = self.head() {
            head.wake.notify_one();
        }
    }
}

/// A place in the line; leaves it when dropped.
struct Place<'a> {
    bucket: &'a Bucket,
    id: u64,
    urgent: bool,
    wake: Arc<Notify>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.bucket.state().leave(self.urgent, self.id);
    }
}

#[cfg(test)]
mod tests {
    use futures::{StreamExt as _, future::FutureExt as _, stream::FuturesUnordered};

    use super::*;

    fn bucket(rate: f64, burst: f64) -> Bucket {
        Bucket::new(&Limit { rate, burst, ..super::super::table::UNKNOWN }, 1.0)
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn throttling_halves_once_a_second_and_the_rate_grows_back() {
        let bucket = bucket(8.0, 12.0);
        let start = bucket.state().filled;
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut state = bucket.state();
        state.shrink(at(0));
        state.shrink(at(500));
        assert!(close(state.rate, 4.0) && state.tokens <= 0.0, "{state:?}");
        for second in 1..10 {
            state.shrink(at(second * 1000));
        }
        assert!(close(state.rate, 0.5), "a sixteenth stays: {}", state.rate);
        state.grow(at(9_500));
        assert!(close(state.rate, 0.5), "too soon");
        state.grow(at(10_000));
        assert!(close(state.rate, 1.3));
        for second in 11..30 {
            state.grow(at(second * 1000));
        }
        assert!(close(state.rate, 8.0));
    }

    #[test]
    fn tokens_come_at_the_rate_and_never_exceed_the_burst() {
        let bucket = bucket(10.0, 5.0);
        let mut state = bucket.state();
        state.tokens = 0.0;
        let start = state.filled;
        state.fill(start + Duration::from_millis(250));
        assert!(close(state.tokens, 2.5));
        state.fill(start + Duration::from_mins(1));
        assert!(close(state.tokens, 5.0));
    }

    #[tokio::test]
    async fn the_rate_holds_over_time() {
        let bucket = bucket(200.0, 1.0);
        let start = Instant::now();
        for _ in 0..41 {
            bucket.take(false).await;
        }
        let took = start.elapsed();
        assert!(took >= Duration::from_millis(195), "{took:?}");
        assert!(took < Duration::from_millis(900), "{took:?}");
    }

    /// Takes `line`'s places in order, lets them go one by one and says which went when.
    async fn order(bucket: &Bucket, line: &[(&'static str, bool)]) -> Vec<&'static str> {
        bucket.take(true).await;
        bucket.state().urgent_run = 0;
        let mut waiting = FuturesUnordered::new();
        for &(name, urgent) in line {
            let mut place = Box::pin(bucket.take(urgent).map(move |()| name));
            assert!(place.as_mut().now_or_never().is_none(), "{name} had to wait");
            waiting.push(place);
        }
        let mut gone = Vec::new();
        while let Some(name) = waiting.next().await {
            gone.push(name);
        }
        gone
    }

    #[tokio::test]
    async fn visible_rows_go_first_and_the_rest_in_order() {
        let line = [("a", false), ("b", false), ("U", true), ("c", false), ("V", true)];
        assert_eq!(order(&bucket(50.0, 1.0), &line).await, ["U", "V", "a", "b", "c"]);
    }

    #[tokio::test]
    async fn a_busy_screen_does_not_starve_the_sweep() {
        let line = [("a", false), ("1", true), ("2", true), ("3", true), ("4", true), ("5", true), ("6", true)];
        assert_eq!(order(&bucket(50.0, 1.0), &line).await, ["1", "2", "3", "4", "a", "5", "6"]);
    }

    #[tokio::test]
    async fn who_gives_up_frees_the_place() {
        let bucket = bucket(20.0, 1.0);
        bucket.take(false).await;
        let mut first = Box::pin(bucket.take(false));
        assert!(first.as_mut().now_or_never().is_none());
        let mut second = Box::pin(bucket.take(false));
        assert!(second.as_mut().now_or_never().is_none());
        assert_eq!(bucket.look().waiting, 2);
        drop(first);
        assert_eq!(bucket.look().waiting, 1);
        tokio::time::timeout(Duration::from_secs(2), second).await.unwrap();
        assert_eq!(bucket.look().waiting, 0);
    }
}
