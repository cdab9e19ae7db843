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

/// How many more may run of what somebody looks at: it does not wait for a sweep that hangs.
const SPARE: usize = 32;

/// The back-off after the first failed pass in a row, in seconds; it doubles up to [`LONGEST`].
const FIRST: i64 = 5;

/// The longest back-off, in seconds.
const LONGEST: i64 = 300;

/// A watch that lasted so many seconds worked: what went wrong before it is forgotten.
const STEADY: i64 = 60;

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

/// What a ticket stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Errand {
    /// Rows of one scope.
    Rows(ViewId, Scope),
    /// A derivation.
    Derive(ViewId),
    /// What rows of one scope lack.
    Fill(ViewId, Scope),
    /// The text of a section: its number.
    Section(usize),
    /// The lines of a log.
    Log,
    /// Something is being changed: the view and the place of the row.
    Deed(ViewId, Scope),
    /// The organisation.
    Tree,
    /// A file is being written.
    Save,
}

struct Running {
    errand: Errand,
    /// Its place in [`Jobs::known`], for rows.
    known: Option<usize>,
    polls: bool,
    fault: Option<FaultKind>,
    brought: bool,
    /// Whether news came while it ran for which it would have waited.
    overtaken: bool,
    since: Timestamp,
}

/// What is known of one thing to be read.
struct Known {
    key: JobKey,
    running: Option<Ticket>,
    failures: u32,
    next: Option<Timestamp>,
    waits: bool,
    every: SignedDuration,
    /// The round of wishes that named it last.
    round: u64,
}

/// The requests of the console.
///
/// Tens of thousands of things may be wanted, and each is looked at with every tick: so each has a number, and only a new
/// round of wishes looks anything up by its name.
#[derive(Default)]
pub struct Jobs {
    last: u64,
    running: BTreeMap<Ticket, Running>,
    numbers: HashMap<JobKey, usize>,
    known: Vec<Known>,
    wants: Vec<(usize, Want)>,
    round: u64,
    queue: VecDeque<usize>,
    polls: usize,
    /// Until when nothing is due, unless something happens before.
    rest: Option<Timestamp>,
}

impl Jobs {
    /// How often it was said which requests are wanted.
    #[cfg(test)]
    pub fn count_rounds(&self) -> u64 {
        self.round
    }

    /// Begins to say which requests are wanted from now on.
    pub fn want_anew(&mut self) {
        self.round += 1;
        self.rest = None;
        self.wants.clear();
        self.queue.clear();
    }

    /// Says that these are wanted. Names the ones that were not wanted until now: of tens of thousands few are.
    pub fn want(&mut self, wants: impl Iterator<Item = Want>) -> Vec<JobKey> {
        let mut new = Vec::new();
        for want in wants {
            let at = self.number(&want);
            // A view may be wanted for its own sake and for that of another.
            let last = std::mem::replace(&mut self.known[at].round, self.round);
            if last != self.round {
                if last == 0 || last + 1 != self.round {
                    new.push(self.known[at].key.clone());
                }
                self.known[at].every = want.every;
                self.wants.push((at, want));
                self.rest = None;
            }
        }
        new
    }

    /// All that is wanted was said: what was not is stopped, and named.
    pub fn want_no_more(&mut self, effects: &mut Effects) -> Vec<JobKey> {
        self.stop_where(effects, |known, round| known.round != round)
    }

    fn number(&mut self, want: &Want) -> usize {
        let key = (want.view.id(), want.at.scope.clone());
        if let Some(&at) = self.numbers.get(&key) {
            return at;
        }
        let at = self.known.len();
        self.numbers.insert(key.clone(), at);
        let every = want.every;
        self.known.push(Known { key, running: None, failures: 0, next: None, waits: false, every, round: 0 });
        at
    }

    fn stop_where(&mut self, effects: &mut Effects, which: impl Fn(&Known, u64) -> bool) -> Vec<JobKey> {
        let reads = |r: &Running| r.known.is_some_and(|at| which(&self.known[at], self.round));
        let stop: Vec<Ticket> = self.running.iter().filter(|(_, r)| reads(r)).map(|(t, _)| *t).collect();
        let key = |r: &Running| r.known.map(|at| self.known[at].key.clone());
        let keys = stop.iter().filter_map(|t| self.running.get(t).and_then(key)).collect();
        for ticket in stop {
            self.stop(ticket, effects);
        }
        keys
    }

    /// Starts what is due, the urgent first, as far as the number of requests in flight allows.
    pub fn plan(&mut self, now: Timestamp, effects: &mut Effects) -> Vec<JobKey> {
        if self.rest.is_some_and(|until| now < until) {
            return Vec::new();
        }
        // A watch holds no place among the polls; then what somebody looks at; then the rest.
        let mut due: [Vec<usize>; 3] = Default::default();
        for (i, (at, want)) in self.wants.iter().enumerate() {
            if self.is_due(*at, now) {
                let live = !matches!(want.view.run(), Run::Poll(_));
                due[if live { 0 } else { 2 - usize::from(want.urgent) }].push(i);
            }
        }
        self.queue = due.into_iter().flatten().collect();
        let started = self.start_queued(now, effects);
        self.rest = self.soonest().filter(|_| self.queue.is_empty());
        started
    }

    /// When the next thing is due of those that do not run.
    fn soonest(&self) -> Option<Timestamp> {
        let known = self.wants.iter().map(|(at, _)| &self.known[*at]);
        known.filter(|known| known.running.is_none()).filter_map(|known| known.next).min()
    }

    fn start_queued(&mut self, now: Timestamp, effects: &mut Effects) -> Vec<JobKey> {
        let mut started = Vec::new();
        while let Some(&next) = self.queue.front() {
            let (at, want) = (self.wants[next].0, self.wants[next].1.clone());
            let polls = matches!(want.view.run(), Run::Poll(_));
            if polls && self.polls >= FLIGHT + if want.urgent { SPARE } else { 0 } {
                break;
            }
            self.queue.pop_front();
            if !self.is_due(at, now) {
                continue;
            }
            let key = self.known[at].key.clone();
            let ticket = self.enter(Errand::Rows(key.0, key.1.clone()), Some(at), polls, now);
            self.known[at].running = Some(ticket);
            effects.push(Effect::Start(ticket, Job::Rows { view: want.view, at: want.at, urgent: want.urgent }));
            started.push(key);
        }
        started
    }

    fn is_due(&self, at: usize, now: Timestamp) -> bool {
        let known = &self.known[at];
        known.running.is_none() && known.next.is_none_or(|next| next <= now)
    }

    /// Gives a ticket for work that is not a repeated reading.
    pub fn issue(&mut self, errand: Errand, now: Timestamp) -> Ticket {
        self.enter(errand, None, false, now)
    }

    fn enter(&mut self, errand: Errand, known: Option<usize>, polls: bool, since: Timestamp) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        self.polls += usize::from(polls);
        self.running
            .insert(ticket, Running { errand, known, polls, fault: None, brought: false, overtaken: false, since });
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

    /// Whether the organisation is being made.
    #[must_use]
    pub fn is_growing(&self) -> bool {
        self.running.values().any(|r| r.errand == Errand::Tree)
    }

    /// Whether something is being changed.
    #[must_use]
    pub fn is_doing(&self) -> bool {
        self.running.values().any(|r| matches!(&r.errand, Errand::Deed(..)))
    }

    /// Whether anything of this view is being read.
    #[must_use]
    pub fn is_reading(&self, view: ViewId) -> bool {
        self.running.values().any(|r| matches!(&r.errand, Errand::Rows(v, _) if *v == view))
    }

    /// Whether this place is being read for this view.
    #[must_use]
    pub fn is_reading_at(&self, view: ViewId, scope: &Scope) -> bool {
        self.running.values().any(|r| matches!(&r.errand, Errand::Rows(v, s) if *v == view && s == scope))
    }

    /// How many requests are under way that have an end: a watch has none, and means no work.
    #[must_use]
    pub fn len(&self) -> usize {
        let ends = |running: &&Running| running.polls || !matches!(running.errand, Errand::Rows(..));
        self.running.values().filter(ends).count()
    }

    /// Notes that rows came: what failed of this pass is then a part of it.
    pub fn brought(&mut self, ticket: Ticket) {
        if let Some(running) = self.running.get_mut(&ticket) {
            running.brought = true;
        }
    }

    /// Notes that a part of the work failed: the whole pass then counts as failed. What waits for a person stays the
    /// reason, whatever else fails.
    pub fn failed(&mut self, ticket: Ticket, kind: FaultKind) {
        if let Some(running) = self.running.get_mut(&ticket)
            && !running.fault.is_some_and(waits)
        {
            running.fault = Some(kind);
        }
    }

    /// Notes that a request is over, and starts the next that waits.
    pub fn end(&mut self, ticket: Ticket, now: Timestamp, effects: &mut Effects) -> Vec<JobKey> {
        let Some(running) = self.running.remove(&ticket) else { return Vec::new() };
        self.polls -= usize::from(running.polls);
        self.rest = None;
        if let Some(at) = running.known {
            let known = &mut self.known[at];
            let steady = !running.polls && now.as_second() - running.since.as_second() >= STEADY;
            known.failures = match running.fault {
                _ if steady => 1,
                None if running.polls => 0,
                _ => known.failures.saturating_add(1),
            };
            known.running = None;
            known.next = now.checked_add(wait(known.every, &running, known.failures)).ok();
            known.waits = running.fault.is_some_and(waits);
            if known.waits && running.overtaken {
                // What it waits for has come already: the credentials that failed it are not those of now.
                known.forget();
            }
        }
        self.start_queued(now, effects)
    }

    /// Stops a request. Its answers die from now on.
    pub fn stop(&mut self, ticket: Ticket, effects: &mut Effects) {
        let Some(running) = self.running.remove(&ticket) else { return };
        self.polls -= usize::from(running.polls);
        self.rest = None;
        if let Some(at) = running.known {
            self.known[at].running = None;
        }
        effects.push(Effect::Stop(ticket));
    }

    /// Stops what is being read for these, and makes it due at once: it is to be read in another way.
    pub fn restart(&mut self, which: impl Fn(ViewId, &Scope) -> bool, effects: &mut Effects) -> Vec<JobKey> {
        let stopped = self.stop_where(effects, |known, _| which(known.key.0, &known.key.1));
        self.hurry(which);
        stopped
    }

    /// Makes requests due at once that failed for want of an answer or a login: of one account, or of all. Those under
    /// way that will fail so are due at their end.
    pub fn go_on(&mut self, account: Option<&AccountId>) {
        self.rest = None;
        let meant = |key: &JobKey| account.is_none() || key.1.account.as_ref() == account;
        for known in self.known.iter_mut().filter(|k| k.waits && meant(&k.key)) {
            known.forget();
        }
        for running in self.running.values_mut() {
            running.overtaken |= running.known.is_some_and(|at| meant(&self.known[at].key));
        }
    }

    /// Makes requests due at once: those that `which` names.
    pub fn hurry(&mut self, which: impl Fn(ViewId, &Scope) -> bool) {
        self.rest = None;
        self.known.iter_mut().filter(|k| which(k.key.0, &k.key.1)).for_each(Known::forget);
    }
}

impl Known {
    /// Forgets when it was read, and what went wrong.
    fn forget(&mut self) {
        (self.failures, self.next, self.waits) = (0, None, false);
    }
}

/// Whether a person has to do something first.
pub(super) fn waits(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::Prompt | FaultKind::Expired | FaultKind::NoCredentials)
}

/// How long until what failed may be tried again, the `failures`th time in a row.
pub(super) fn pause(kind: FaultKind, failures: u32) -> SignedDuration {
    SignedDuration::from_secs(match kind {
        FaultKind::Denied | FaultKind::Unavailable | FaultKind::Invalid => LONGEST,
        // Everything is made due at once when the person has answered.
        kind if waits(kind) => 30,
        _ => doubled(FIRST, failures).min(LONGEST),
    })
}

fn doubled(first: i64, failures: u32) -> i64 {
    first.saturating_mul(1 << failures.saturating_sub(1).min(10))
}

/// How long until a request may be made again.
fn wait(every: SignedDuration, ended: &Running, failures: u32) -> SignedDuration {
    let Some(kind) = ended.fault else {
        // A watch that ended without a fault is begun again, but not in a circle without a pause.
        return if ended.polls { every } else { SignedDuration::from_secs(doubled(1, failures).min(STEADY)) };
    };
    let pause = pause(kind, failures);
    // Where a part failed, the rest must not grow old for it.
    if ended.brought && ended.polls { pause.min(every.max(SignedDuration::from_secs(FIRST))) } else { pause }
}
