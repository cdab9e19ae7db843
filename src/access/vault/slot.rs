//! One thing that the vault holds, and what goes on about it: nothing, a fetch, a question, a refusal.
//!
//! Pure but for the wake-up of those who wait: `now` is always given.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::{
    access::{
        caller::Caller,
        secret::{Current, Keys},
        span,
    },
    model::{Fault, FaultKind, Lease},
};

/// What a set of credentials is good for.
#[derive(Clone, Debug)]
pub enum What {
    /// The caller's own, or those of a profile that is a source.
    Caller(Box<Caller>),
    /// A lease of an account.
    Lease(Lease),
    /// The caller with an MFA code shown.
    Mfa,
}

/// Credentials just fetched.
#[derive(Debug)]
pub struct Fresh {
    /// The credentials.
    pub keys: Keys,
    /// What they are good for.
    pub what: What,
}

/// Credentials as they are held.
#[derive(Debug)]
pub struct Held {
    /// Who has this provider sees each renewal.
    pub current: Current,
    /// What they are good for.
    pub what: What,
    since: Timestamp,
    until: Option<Timestamp>,
    renew: Option<Timestamp>,
}

/// What to do for one who asks.
#[derive(Debug)]
pub enum Step {
    /// It is there.
    Serve(Arc<Held>),
    /// It is there; who got this answer starts the renewal.
    ServeAndFetch(Arc<Held>),
    /// Who got this answer starts the fetch, and waits for it.
    Fetch,
    /// Another one fetches.
    Wait,
    /// No, and why.
    Refuse(Fault),
}

#[derive(Debug, Default)]
enum Busy {
    #[default]
    No,
    Fetching,
    Asking(Fault),
}

#[derive(Debug, Default)]
struct State {
    held: Option<Arc<Held>>,
    busy: Busy,
    fault: Option<Fault>,
    retry: Timestamp,
    done: u64,
}

/// A place in the vault.
#[derive(Debug)]
pub struct Slot(watch::Sender<State>);

/// Held by a fetch: whatever becomes of it, the slot does not wait for it for ever.
pub struct Fetching(Arc<Slot>);

impl Drop for Fetching {
    fn drop(&mut self) {
        self.0.0.send_if_modified(|state| {
            let left = !matches!(state.busy, Busy::No);
            if left {
                state.busy = Busy::No;
                state.done += 1;
                state.fault = Some(Fault::new(FaultKind::Service, "fetching the credentials was broken off"));
            }
            left
        });
    }
}

impl Held {
    fn new(fresh: Fresh, old: Option<&Arc<Self>>, now: Timestamp, seed: &str) -> Self {
        let until = fresh.keys.until();
        let current = old.map_or_else(|| Current::new(fresh.keys.clone()), |old| old.current.clone());
        current.set(fresh.keys);
        Self {
            current,
            what: fresh.what,
            since: now,
            until,
            renew: until.map(|until| span::renew_at(now, until, &seed)),
        }
    }

    /// The caller behind it, where it is one.
    pub fn caller(&self) -> Option<&Caller> {
        if let What::Caller(caller) = &self.what { Some(caller) } else { None }
    }

    /// The lease, where it is one.
    pub fn lease(&self) -> Option<&Lease> {
        if let What::Lease(lease) = &self.what { Some(lease) } else { None }
    }
}

impl Slot {
    /// An empty place.
    pub fn new() -> Self {
        Self(watch::Sender::new(State::default()))
    }

    /// To wait for a change.
    pub fn watch(&self) -> SlotWatch {
        SlotWatch(self.0.subscribe())
    }

    /// How many fetches have ended so far.
    pub fn done(&self) -> u64 {
        self.0.borrow().done
    }

    /// What to do for one who asks at `now` and came when `entered` fetches had ended.
    pub fn step(&self, now: Timestamp, entered: u64) -> Step {
        let mut step = Step::Wait;
        self.0.send_if_modified(|state| {
            step = state.step(now, entered);
            false
        });
        step
    }

    /// Marks the fetch as begun; the guard ends it.
    pub fn begin(self: &Arc<Self>) -> Fetching {
        Fetching(Arc::clone(self))
    }

    /// The fetch waits for a person from now on: who asks meanwhile gets this fault.
    pub fn asking(&self, fault: Fault) {
        self.0.send_modify(|state| state.busy = Busy::Asking(fault));
    }

    /// The person has answered.
    pub fn answered(&self) {
        self.0.send_modify(|state| state.busy = Busy::Fetching);
    }

    /// Ends the fetch. `seed` spreads the renewals. What is still good stays when a renewal failed.
    pub fn finish(&self, result: Result<Fresh, Fault>, now: Timestamp, seed: &str) -> Result<Arc<Held>, Fault> {
        let mut out = None;
        self.0.send_modify(|state| {
            state.busy = Busy::No;
            state.done += 1;
            out = Some(match result {
                Ok(fresh) => {
                    let held = Arc::new(Held::new(fresh, state.held.as_ref(), now, seed));
                    state.fault = None;
                    state.held = Some(Arc::clone(&held));
                    Ok(held)
                }
                Err(fault) => {
                    state.retry = now + pause(fault.kind);
                    state.fault = Some(fault.clone());
                    Err(fault)
                }
            });
        });
        out.unwrap_or_else(|| Err(Fault::new(FaultKind::Service, "the credentials were lost")))
    }

    /// Whether a fetch is under way, waiting for no person, and nothing serves meanwhile.
    pub fn is_hoped_for(&self, now: Timestamp) -> bool {
        let state = self.0.borrow();
        matches!(state.busy, Busy::Fetching) && state.serving(now).is_none()
    }

    /// Turns away all who wait. Whatever the fetch under way brings comes too late for them.
    pub fn give_up(&self, fault: Fault) {
        self.0.send_modify(|state| {
            state.busy = Busy::No;
            state.done += 1;
            state.fault = Some(fault);
        });
    }

    /// Forgets a refusal.
    pub fn forget(&self) {
        self.0.send_modify(|state| state.retry = Timestamp::MIN);
    }

    /// Throws the credentials away, unless they were fetched within the last three seconds: the complaint is then
    /// about the ones before, by a request that was under way.
    pub fn complain(&self, now: Timestamp) {
        const JUST_NOW: SignedDuration = SignedDuration::from_secs(3);
        self.0.send_modify(|state| {
            let old = |held: &Arc<Held>| now.duration_since(held.since) > JUST_NOW;
            state.held = state.held.take().filter(|held| !old(held));
        });
    }

    /// Throws the credentials away.
    pub fn discard(&self) {
        self.0.send_modify(|state| state.held = None);
    }

    /// What is held, if it serves at `now`, and the last fault.
    pub fn now(&self, now: Timestamp) -> (Option<Arc<Held>>, Option<Fault>) {
        let state = self.0.borrow();
        let asking = if let Busy::Asking(fault) = &state.busy { Some(fault.clone()) } else { None };
        (state.serving(now), asking.or_else(|| state.fault.clone()))
    }
}

/// Waits for a slot to change.
pub struct SlotWatch(watch::Receiver<State>);

impl SlotWatch {
    /// Waits for the next change.
    pub async fn changed(&mut self) {
        // The sender lives as long as the slot, which the one who waits holds.
        let _gone = self.0.changed().await.is_err();
    }
}

impl State {
    fn serving(&self, now: Timestamp) -> Option<Arc<Held>> {
        self.held.clone().filter(|held| span::serves(held.until, now))
    }

    fn step(&mut self, now: Timestamp, entered: u64) -> Step {
        let idle = matches!(self.busy, Busy::No);
        let cooling = self.fault.is_some() && now < self.retry;
        if let Some(held) = self.serving(now) {
            if idle && !cooling && held.renew.is_some_and(|at| at <= now) {
                self.busy = Busy::Fetching;
                return Step::ServeAndFetch(held);
            }
            return Step::Serve(held);
        }
        match (&self.busy, &self.fault, &self.held) {
            (Busy::Fetching, ..) => Step::Wait,
            (Busy::Asking(fault), ..) => Step::Refuse(fault.clone()),
            (Busy::No, Some(fault), _) if cooling || self.done > entered => Step::Refuse(fault.clone()),
            // Fetched a moment ago and already at its end: this machine's clock is ahead. AWS decides.
            (Busy::No, None, Some(held)) if self.done > entered => Step::Serve(Arc::clone(held)),
            (Busy::No, ..) => {
                self.busy = Busy::Fetching;
                Step::Fetch
            }
        }
    }
}

/// How long a refusal holds before the next one who asks may try again. A denial changes when somebody changes a
/// policy; the others keep a burst of requests from becoming a burst of attempts.
fn pause(kind: FaultKind) -> SignedDuration {
    match kind {
        FaultKind::Denied | FaultKind::Invalid | FaultKind::Missing | FaultKind::Unavailable => {
            SignedDuration::from_mins(5)
        }
        FaultKind::NoCredentials | FaultKind::Expired => SignedDuration::from_secs(15),
        FaultKind::Prompt => SignedDuration::ZERO,
        FaultKind::Throttled | FaultKind::Network | FaultKind::Service => SignedDuration::from_secs(3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
    }

    fn fresh(id: &str, from: Timestamp) -> Fresh {
        Fresh { keys: Keys::new(id, "s", Some("t"), Some(from + HOUR)), what: What::Mfa }
    }

    fn denied() -> Fault {
        Fault::new(FaultKind::Denied, "no")
    }

    #[test]
    fn one_fetches_and_the_others_wait() {
        let slot = Arc::new(Slot::new());
        assert!(matches!(slot.step(at(0), 0), Step::Fetch));
        assert!(matches!(slot.step(at(0), 0), Step::Wait));
        slot.finish(Ok(fresh("A", at(0))), at(0), "").unwrap();
        assert!(matches!(slot.step(at(1), 0), Step::Serve(_)));
    }

    #[test]
    fn renewal_happens_behind_the_old_one_which_survives_a_failure() {
        let slot = Arc::new(Slot::new());
        assert!(matches!(slot.step(at(0), 0), Step::Fetch));
        let first = slot.finish(Ok(fresh("A", at(0))), at(0), "").unwrap();
        assert!(matches!(slot.step(at(40), 1), Step::Serve(_)));
        assert!(matches!(slot.step(at(52), 1), Step::ServeAndFetch(_)));
        assert!(matches!(slot.step(at(52), 1), Step::Serve(_)), "one renewal at a time");
        assert!(slot.finish(Err(denied()), at(52), "").is_err());
        assert!(matches!(slot.step(at(53), 2), Step::Serve(_)), "denied a minute ago: not asked again yet");
        assert!(matches!(slot.step(at(58), 2), Step::ServeAndFetch(_)));
        slot.finish(Ok(fresh("B", at(58))), at(58), "").unwrap();
        assert_eq!(first.current.keys().id(), "B", "who holds the provider sees the renewal");
    }

    #[test]
    fn a_denial_is_remembered_and_forgotten_on_demand() {
        let slot = Arc::new(Slot::new());
        assert!(matches!(slot.step(at(0), 0), Step::Fetch));
        assert!(slot.finish(Err(denied()), at(0), "").is_err());
        assert!(matches!(slot.step(at(0), 0), Step::Refuse(_)), "who waited gets the answer");
        assert!(matches!(slot.step(at(4), 1), Step::Refuse(_)));
        slot.forget();
        assert!(matches!(slot.step(at(4), 1), Step::Fetch));
    }

    #[test]
    fn a_burst_of_complaints_throws_away_the_old_ones_only() {
        let slot = Arc::new(Slot::new());
        assert!(matches!(slot.step(at(0), 0), Step::Fetch));
        slot.finish(Ok(fresh("A", at(0))), at(0), "").unwrap();
        slot.complain(at(5));
        assert!(matches!(slot.step(at(5), 1), Step::Fetch));
        slot.finish(Ok(fresh("B", at(5))), at(5), "").unwrap();
        slot.complain(at(5));
        assert!(matches!(slot.step(at(5), 2), Step::Serve(_)));
    }

    #[test]
    fn nobody_waits_for_a_person_or_for_a_fetch_that_died() {
        let slot = Arc::new(Slot::new());
        assert!(matches!(slot.step(at(0), 0), Step::Fetch));
        let fetching = slot.begin();
        slot.asking(Fault::new(FaultKind::Prompt, "code"));
        assert!(matches!(slot.step(at(0), 0), Step::Refuse(f) if f.kind == FaultKind::Prompt));
        slot.answered();
        assert!(matches!(slot.step(at(0), 0), Step::Wait));
        drop(fetching);
        assert!(matches!(slot.step(at(0), 0), Step::Refuse(f) if f.kind == FaultKind::Service));
        assert!(matches!(slot.step(at(1), 1), Step::Fetch));
    }
}
