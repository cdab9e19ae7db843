//! Which requests run, which are wanted, and when one may be made again. Pure, and so tested without a clock.

use std::collections::{BTreeMap, HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::effect::{Effect, Effects, Job, Ticket};
use crate::{
    model::{AccountId, FaultKind, Scope, ViewId},
    view::{AnyView, At, Run},
};

/// How many polls run at once over the whole fleet. The runner holds each account to fewer; what is above this number
/// would only wait there, and could not be reordered when somebody looks elsewhere.
const FLIGHT: usize = 96;

/// The back-off after the first failed pass in a row, in seconds; it doubles up to [`LONGEST`].
const FIRST: i64 = 5;

/// The longest back-off, in seconds.
const LONGEST: i64 = 300;

/// What is read: single-flight is by this.
pub type JobKey = (ViewId, Scope);

/// A request that should be running, or be repeated while it is wanted.
#[derive(Clone)]
pub struct Want {
    /// Which view.
    pub view: &'static dyn AnyView,
    /// Where.
    pub at: At,
    /// Whether somebody looks at it.
    pub urgent: bool,
    /// How long a pass stays fresh, for a poll.
    pub every: SignedDuration,
}

impl Want {
    fn key(&self) -> JobKey {
        (self.view.id(), self.at.scope.clone())
    }
}

/// What a ticket stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Errand {
    /// Rows of one scope.
    Rows(ViewId, Scope),
    /// A derivation.
    Derive(ViewId),
    /// The text of a section: its number.
    Section(usize),
}

struct Running {
    errand: Errand,
    polls: bool,
    fault: Option<FaultKind>,
}

#[derive(Clone, Copy, Default)]
struct Past {
    failures: u32,
    next: Option<Timestamp>,
    waits: bool,
}

/// The requests of the console.
#[derive(Default)]
pub struct Jobs {
    last: u64,
    running: BTreeMap<Ticket, Running>,
    by_key: HashMap<JobKey, Ticket>,
    past: HashMap<JobKey, Past>,
    wants: Vec<Want>,
    every: HashMap<JobKey, SignedDuration>,
    queue: VecDeque<usize>,
    polls: usize,
}

impl Jobs {
    /// Says which requests are wanted from now on. Those that are not any more are stopped.
    pub fn want(&mut self, wants: Vec<Want>, effects: &mut Effects) {
        self.every = wants.iter().map(|want| (want.key(), want.every)).collect();
        let keep = &self.every;
        let stop: Vec<Ticket> = self
            .running
            .iter()
            .filter(|(_, r)| matches!(&r.errand, Errand::Rows(v, s) if !keep.contains_key(&(*v, s.clone()))))
            .map(|(t, _)| *t)
            .collect();
        for ticket in stop {
            self.stop(ticket, effects);
        }
        self.wants = wants;
        self.queue.clear();
    }

    /// Starts what is due, the urgent first, as far as the number of requests in flight allows.
    pub fn plan(&mut self, now: Timestamp, effects: &mut Effects) -> Vec<JobKey> {
        let due: Vec<usize> = (0..self.wants.len()).filter(|&i| self.is_due(&self.wants[i], now)).collect();
        let (urgent, rest): (Vec<usize>, Vec<usize>) = due.into_iter().partition(|&i| self.wants[i].urgent);
        self.queue = urgent.into_iter().chain(rest).collect();
        self.start_queued(now, effects)
    }

    fn start_queued(&mut self, now: Timestamp, effects: &mut Effects) -> Vec<JobKey> {
        let mut started = Vec::new();
        while self.polls < FLIGHT {
            let Some(next) = self.queue.pop_front() else { break };
            let want = self.wants[next].clone();
            if !self.is_due(&want, now) {
                continue;
            }
            let polls = matches!(want.view.run(), Run::Poll(_));
            let key = want.key();
            let ticket = self.issue(Errand::Rows(key.0, key.1.clone()), polls);
            self.by_key.insert(key.clone(), ticket);
            let job = Job::Rows { view: want.view, at: want.at, urgent: want.urgent };
            effects.push(Effect::Start(ticket, job));
            started.push(key);
        }
        started
    }

    fn is_due(&self, want: &Want, now: Timestamp) -> bool {
        let key = want.key();
        !self.by_key.contains_key(&key) && self.past.get(&key).and_then(|p| p.next).is_none_or(|next| next <= now)
    }

    /// Gives a ticket for work that is not a repeated reading.
    pub fn issue(&mut self, errand: Errand, polls: bool) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        self.polls += usize::from(polls);
        self.running.insert(ticket, Running { errand, polls, fault: None });
        ticket
    }

    /// What a ticket stands for; `None` once it is over or stopped.
    #[must_use]
    pub fn errand(&self, ticket: Ticket) -> Option<&Errand> {
        self.running.get(&ticket).map(|r| &r.errand)
    }

    /// Whether a derivation of this view is under way.
    #[must_use]
    pub fn is_deriving(&self, view: ViewId) -> bool {
        self.running.values().any(|r| r.errand == Errand::Derive(view))
    }

    /// Whether anything of this view is being read.
    #[must_use]
    pub fn is_reading(&self, view: ViewId) -> bool {
        self.running.values().any(|r| matches!(&r.errand, Errand::Rows(v, _) if *v == view))
    }

    /// How many requests are under way.
    #[must_use]
    pub fn len(&self) -> usize {
        self.running.len()
    }

    /// Notes that a part of the work failed: the whole pass then counts as failed.
    pub fn failed(&mut self, ticket: Ticket, kind: FaultKind) {
        if let Some(running) = self.running.get_mut(&ticket) {
            running.fault = Some(kind);
        }
    }

    /// Notes that a request is over, and starts the next that waits.
    pub fn end(&mut self, ticket: Ticket, now: Timestamp, effects: &mut Effects) -> Vec<JobKey> {
        let Some(running) = self.running.remove(&ticket) else { return Vec::new() };
        self.polls -= usize::from(running.polls);
        if let Errand::Rows(view, scope) = running.errand {
            let key = (view, scope);
            self.by_key.remove(&key);
            let every = self.every.get(&key).copied();
            let past = self.past.entry(key).or_default();
            past.failures = if running.fault.is_some() { past.failures.saturating_add(1) } else { 0 };
            let wait =
                wait(every.unwrap_or(SignedDuration::from_secs(60)), running.fault, past.failures, running.polls);
            past.next = now.checked_add(wait).ok();
            past.waits =
                matches!(running.fault, Some(FaultKind::Prompt | FaultKind::Expired | FaultKind::NoCredentials));
        }
        self.start_queued(now, effects)
    }

    /// Stops a request. Its answers die from now on.
    pub fn stop(&mut self, ticket: Ticket, effects: &mut Effects) {
        let Some(running) = self.running.remove(&ticket) else { return };
        self.polls -= usize::from(running.polls);
        if let Errand::Rows(view, scope) = running.errand {
            self.by_key.remove(&(view, scope));
        }
        effects.push(Effect::Stop(ticket));
    }

    /// Makes requests due at once that failed for want of an answer or a login: of one account, or of all.
    pub fn go_on(&mut self, account: Option<&AccountId>) {
        self.past.retain(|(_, scope), past| !(past.waits && (account.is_none() || scope.account.as_ref() == account)));
    }

    /// Makes requests due at once: those that `which` names.
    pub fn hurry(&mut self, which: impl Fn(ViewId, &Scope) -> bool) {
        self.past.retain(|(view, scope), _| !which(*view, scope));
    }
}

/// How long until a request may be made again.
fn wait(every: SignedDuration, fault: Option<FaultKind>, failures: u32, polls: bool) -> SignedDuration {
    let Some(kind) = fault else {
        // A watch that ended without a fault is begun again, but not in a circle without a pause.
        return if polls { every } else { SignedDuration::from_secs(1) };
    };
    let backoff = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(LONGEST);
    match kind {
        FaultKind::Denied | FaultKind::Unavailable | FaultKind::Invalid => SignedDuration::from_secs(LONGEST),
        // A person has to do something first; then everything is made due at once.
        FaultKind::Expired | FaultKind::Prompt | FaultKind::NoCredentials => SignedDuration::from_secs(30),
        _ => SignedDuration::from_secs(backoff),
    }
}
