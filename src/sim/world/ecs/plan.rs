//! The deployments of a service up to a moment.

use super::changes::Change;
use super::jobs;
use super::service::{Service, Story};
use super::{DAY, HOUR, MINUTE, SECOND};

/// How a deployment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// All tasks run on it.
    Completes,
    /// The circuit breaker fires.
    Fails,
    /// It completes, but only after hours in which no new task becomes healthy.
    Drags,
}

/// A deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollout {
    /// The revision of the task definition.
    pub revision: i64,
    /// When it started.
    pub start: i64,
    /// How long it takes, in milliseconds.
    pub takes: i64,
    /// How it ends.
    pub fate: Fate,
}

impl Rollout {
    /// When it ends.
    pub const fn end(&self) -> i64 {
        self.start + self.takes
    }

    /// Its id among all deployments of the service.
    pub fn id(&self, service: &Service) -> String {
        format!("ecs-svc/{}", service.seed.word("deployment").num(self.start).digits(19))
    }
}

/// What a service was told to do, up to a moment.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The deployments, oldest first, never none: all that began in the last 70 minutes, those that still had tasks
    /// then, and the one before.
    pub rollouts: Vec<Rollout>,
    /// How many tasks there should be.
    pub desired: i64,
    /// Another count from before, and until when it held.
    pub before: Option<(i64, i64)>,
}

impl Plan {
    /// The newest deployment: `PRIMARY`.
    pub fn primary(&self) -> Option<&Rollout> {
        self.rollouts.last()
    }
}

/// How long stopped tasks are shown, and a little more.
const LOOK_BACK: i64 = 70 * MINUTE;

/// The plan of a service at a moment. `epoch` is the moment that the stories are told from.
pub fn plan(service: &Service, change: &Change, epoch: i64, now: i64) -> Plan {
    let mut rollouts = natural(service, epoch, now);
    for ordered in change.ordered.iter().filter(|ordered| ordered.at <= now) {
        let last = rollouts.iter().rfind(|rollout| rollout.start <= ordered.at).copied();
        let good = rollouts.iter().find(|rollout| rollout.fate == Fate::Completes).copied();
        let revision = ordered.revision.or(last.map(|last| last.revision)).unwrap_or(1);
        let back = good.is_some_and(|good| revision <= good.revision);
        let fate = match last.map(|last| last.fate) {
            // Whoever goes back to the revision that worked has healed the service for good.
            Some(Fate::Fails | Fate::Drags) if back => {
                rollouts.retain(|rollout| rollout.start <= ordered.at);
                Fate::Completes
            }
            Some(fate) => fate,
            None => Fate::Completes,
        };
        let takes = match fate {
            Fate::Completes => 150 * SECOND,
            _ => last.map_or(MINUTE, |last| last.takes),
        };
        rollouts.push(Rollout { revision, start: ordered.at, takes, fate });
        rollouts.sort_by_key(|rollout| rollout.start);
    }
    let (desired, before) = match change.desired {
        Some((count, at)) if at <= now => (count, Some((service.desired, at))),
        _ => (service.desired, None),
    };
    Plan { rollouts, desired, before }
}

/// The deployments that come by themselves.
fn natural(service: &Service, epoch: i64, now: i64) -> Vec<Rollout> {
    match service.story {
        // It failed twelve minutes before the stories begin, and is tried again every 48 minutes.
        Story::CircuitBroken => repeated(service, epoch - 19 * MINUTE, 48 * MINUTE, 7 * MINUTE, Fate::Fails, now),
        // It runs for 31 minutes when the stories begin, and for three hours more.
        Story::Stuck => repeated(service, epoch - 31 * MINUTE, 5 * HOUR, 211 * MINUTE, Fate::Drags, now),
        Story::Parked => vec![regular(service, epoch - 190 * DAY)],
        Story::Job(job) => vec![jobs::rollout(service, job, epoch)],
        Story::Healthy | Story::NoRoom | Story::LbFailing | Story::Flapping => scheduled(service, now),
    }
}

/// The schedule of a service: the time between deployments, where it begins, and the number of the first of them.
fn schedule(service: &Service) -> (i64, i64, i64) {
    let period = service.period();
    let phase = service.seed.word("phase").between(0, period);
    (period, phase, (service.created() - phase).div_euclid(period))
}

/// When the schedule deploys a revision.
pub fn regular_start(service: &Service, revision: i64) -> i64 {
    let (period, phase, first) = schedule(service);
    phase + (first + revision - 1) * period
}

/// Deployments of the schedule before those of the plan, oldest first, at most so many.
pub fn earlier(service: &Service, plan: &Plan, most: usize) -> Vec<Rollout> {
    let mut rollouts: Vec<Rollout> = Vec::new();
    while let Some(next) = rollouts.last().or(plan.rollouts.first()).filter(|next| next.revision > 1) {
        if rollouts.len() == most {
            break;
        }
        rollouts.push(regular(service, next.start - 1));
    }
    rollouts.reverse();
    rollouts
}

/// A deployment of a good revision, as the schedule has it before a moment.
fn regular(service: &Service, before: i64) -> Rollout {
    let (period, phase, first) = schedule(service);
    let number = (before - phase).div_euclid(period);
    Rollout {
        revision: (number - first).max(0) + 1,
        start: phase + number * period,
        takes: service.seed.word("takes").num(number).between(100, 260) * SECOND,
        fate: Fate::Completes,
    }
}

/// Deployments one period apart.
fn scheduled(service: &Service, now: i64) -> Vec<Rollout> {
    let mut rollouts = vec![regular(service, now)];
    while let Some(oldest) = rollouts.last() {
        let enough = oldest.end() < now - LOOK_BACK && rollouts.len() > 1;
        if enough || rollouts.len() > 8 {
            break;
        }
        rollouts.push(regular(service, oldest.start - 1));
    }
    rollouts.reverse();
    rollouts
}

/// A good deployment, then the same bad one again and again.
fn repeated(service: &Service, first: i64, every: i64, takes: i64, fate: Fate, now: i64) -> Vec<Rollout> {
    let good = regular(service, first - HOUR);
    let tries = (now - first).div_euclid(every);
    let mut rollouts = vec![good];
    for number in (tries - 3).max(0)..=tries {
        let (revision, start) = (good.revision + 1 + number, first + number * every);
        rollouts.push(Rollout { revision, start, takes, fate });
    }
    rollouts
}
