//! How healthy a service is: a pure function of the item and the time, with its evidence.
//!
//! Broken: the rollout failed, the circuit breaker fired, fewer tasks run than shall for two minutes (whatever a
//! deployment does), or tasks found no place or failed the load balancer's health checks in the last ten minutes.
//! Degraded: a deployment has been running for more than a quarter of an hour, or failed tasks rise. Attention: a
//! steady service replaced three tasks in ten minutes, or nothing has been wanted of it for two weeks.
//!
//! Of a service of which no task is wanted the rollout alone counts. One that failed is Broken as everywhere: whoever sets
//! the number up again starts what failed. After two weeks nobody is about to, and it is worth a look as others are.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::{Deployment, Service, Spell, What, digest::RECENT};
use crate::model::{Health, Level, time};

/// Seconds that fewer tasks than desired may run: tasks are replaced all the time.
const SHORT: i64 = 120;

/// Seconds after which a deployment takes too long.
pub(in crate::views::aws) const LONG: i64 = 15 * 60;

/// Seconds after which a service of which no task is wanted is worth a look.
const PARKED: i64 = 14 * 86_400;

/// Tasks that a steady service replaces in ten minutes before it is worth a look.
const RESTLESS: i64 = 3;

/// The verdict.
pub(super) fn judge(service: &Service, now: Timestamp) -> Health {
    if &*service.status == "DRAINING" {
        return Health::new(Level::None, "being deleted");
    }
    if service.desired == 0 {
        return parked(service, now);
    }
    let verdict = broken(service, now).or_else(|| degraded(service, now)).or_else(|| restless(service, now));
    verdict.unwrap_or_else(|| settled(service, now))
}

/// Whether waiting alone may turn the verdict: something is young or under way, or was a short while ago. Of a service that
/// has what it wants nothing is, and of a large fleet nearly all are so.
pub(super) fn turns(service: &Service) -> bool {
    let spells = [&service.unplaced, &service.unhealthy, &service.unstarted];
    let moves = service.is_short() || service.deploying().is_some() || service.primary().is_some_and(|d| d.failed > 0);
    &*service.status != "DRAINING"
        && (service.desired == 0 || moves || !service.turnover.is_empty() || spells.iter().any(|s| s.is_some()))
}

/// Pieces of evidence for one verdict, and the earliest moment among them.
#[derive(Default)]
struct Evidence {
    words: String,
    since: Option<Timestamp>,
}

impl Evidence {
    fn add(&mut self, words: &str, since: Option<Timestamp>) {
        if !self.words.is_empty() {
            self.words.push_str(", ");
        }
        self.words.push_str(words);
        self.since = self.since.into_iter().chain(since).min();
    }

    /// The verdict, if there is any evidence; that tasks are missing is said first.
    fn verdict(self, level: Level, service: &Service) -> Option<Health> {
        if self.words.is_empty() {
            return None;
        }
        let words = if service.is_short() { format!("{}, {}", counts(service), self.words) } else { self.words };
        Some(Health::new(level, words).since(self.since))
    }
}

fn counts(service: &Service) -> String {
    format!("{} of {} running", service.running, service.desired)
}

fn parked(service: &Service, now: Timestamp) -> Health {
    let since = service.history.zero_since;
    let seconds = since.map_or(0, |at| time::since(now, at));
    let level = if seconds >= PARKED { Level::Attention } else { Level::None };
    // ECS does not tell since when, and the console knows only since it first looked.
    let words =
        if seconds < 60 { "desired 0".to_owned() } else { format!("desired 0 for at least {}", time::span(seconds)) };
    if level == Level::None
        && let Some((cause, failed)) = failed(service)
    {
        return Health::new(Level::Broken, format!("{cause}, {words}")).since(failed);
    }
    Health::new(level, words).since(since)
}

fn broken(service: &Service, now: Timestamp) -> Option<Health> {
    let mut found = Evidence::default();
    if let Some((words, since)) = failed(service) {
        found.add(&words, since);
    }
    for (spell, words) in
        [(&service.unplaced, "unable to place a task"), (&service.unhealthy, "load balancer health checks failed")]
    {
        if let Some(spell) = recent(spell.as_ref(), now) {
            found.add(&say(words, spell), Some(spell.first));
        }
    }
    let short = service.history.short_since.filter(|at| service.is_short() && time::since(now, *at) >= SHORT);
    match short {
        Some(at) if found.words.is_empty() => {
            let words = format!("{} for {}", counts(service), time::span(time::since(now, at)));
            Some(Health::new(Level::Broken, words).since(Some(at)))
        }
        other => {
            found.since = found.since.into_iter().chain(other.filter(|_| !found.words.is_empty())).min();
            found.verdict(Level::Broken, service)
        }
    }
}

/// The rollout that failed, or the circuit breaker that fired: of the primary, or of one that is being rolled back.
fn failed(service: &Service) -> Option<(String, Option<Timestamp>)> {
    let primary = service.primary()?;
    let is_failed = |d: &Deployment| d.rollout.as_deref() == Some("FAILED");
    let fired = |d: &&Deployment| d.reason.contains("circuit breaker");
    let broke = service.deployments.iter().find(|d| is_failed(d) && fired(d)).or(Some(primary).filter(fired));
    let since = |d: &Deployment| service.gave_up.filter(|at| Some(*at) >= d.created).or(d.updated);
    if let Some(deployment) = broke {
        let cause = deployment.reason.split_once("circuit breaker").map_or("", |(_, rest)| rest);
        let cause = cause.trim_start_matches([':', ' ']).trim_end_matches('.');
        let mut words = "circuit breaker fired".to_owned();
        if !cause.is_empty() {
            let _ok = write!(words, ": {cause}");
        }
        return Some((words, since(deployment)));
    }
    let failed = Some(primary).filter(|d| is_failed(d))?;
    let cause = failed.reason.trim_end_matches('.');
    let words = if cause.is_empty() { "rollout failed".to_owned() } else { format!("rollout failed: {cause}") };
    Some((words, since(failed)))
}

fn recent(spell: Option<&Spell>, now: Timestamp) -> Option<&Spell> {
    spell.filter(|s| time::since(now, s.last) <= RECENT)
}

fn say(words: &str, spell: &Spell) -> String {
    let mut out = words.to_owned();
    if !spell.text.is_empty() {
        let _ok = write!(out, ": {}", spell.text);
    }
    if spell.times > 1 {
        let _ok = write!(out, " ({} times)", spell.times);
    }
    out
}

fn degraded(service: &Service, now: Timestamp) -> Option<Health> {
    let mut found = Evidence::default();
    let slow = service.deploying().and_then(|d| d.created).filter(|at| time::since(now, *at) > LONG);
    if let Some(at) = slow {
        found.add(&format!("deployment running for {}", time::span(time::since(now, at))), Some(at));
    }
    let failed = service.primary().filter(|d| d.failed > 0);
    if let Some(primary) = failed {
        let lately = |at: Option<Timestamp>| at.is_some_and(|at| time::since(now, at) <= RECENT);
        // A count of a deployment that is younger than ten minutes has risen in them.
        let rises = lately(service.history.rose_at) || lately(primary.created);
        if rises {
            let since = service.history.failing_since.into_iter().chain(primary.created).max();
            found.add(&format!("failed tasks rise: {}", primary.failed), since);
        } else if slow.is_some() {
            found.add(&format!("{} failed tasks", primary.failed), None);
        }
    }
    if let Some(spell) = recent(service.unstarted.as_ref(), now) {
        found.add("unable to start tasks consistently", Some(spell.first));
    }
    found.verdict(Level::Degraded, service)
}

/// Whether a steady service replaced many tasks lately. A start is a replacement unless the service grew: as many
/// were replaced as were seen to go, or as were started since the wanted number is known to stand still, or as were
/// started beyond that number, whichever proves more.
fn restless(service: &Service, now: Timestamp) -> Option<Health> {
    if service.deploying().is_some() {
        return None;
    }
    let steady = service.completed.or_else(|| service.primary().and_then(|d| d.created));
    let counted = |what: What, from: Option<Timestamp>| -> i64 {
        let of = service.turnover.iter().filter(|t| t.what == what && time::since(now, t.at) <= RECENT);
        of.filter(|t| Some(t.at) > from).map(|t| t.tasks).sum()
    };
    let started = counted(What::Started, steady);
    let groups = i64::try_from(service.balancers.len()).unwrap_or(1).max(1);
    let gone = counted(What::Stopped, steady)
        .max(counted(What::Drained, steady))
        .max(counted(What::Deregistered, steady) / groups);
    let still = service.history.desired_since.map_or(0, |at| counted(What::Started, steady.max(Some(at))));
    let replaced = gone.min(started).max(still).max(started - service.desired);
    // It holds since the first of them: a count that wavers around the limit must not begin anew with each task.
    let first = service.turnover.iter().map(|t| t.at).filter(|at| time::since(now, *at) <= RECENT).min();
    let health = || Health::new(Level::Attention, format!("replaced {replaced} tasks in 10m")).since(first);
    (replaced >= RESTLESS).then(health)
}

fn settled(service: &Service, now: Timestamp) -> Health {
    let mut words = String::new();
    if service.is_short() {
        words.push_str(&counts(service));
    }
    if let Some(at) = service.deploying().and_then(|d| d.created) {
        let comma = if words.is_empty() { "" } else { ", " };
        let _ok = write!(words, "{comma}deployment running for {}", time::span(time::since(now, at)));
    }
    // Who sees it for the first time cannot tell a task that is just being replaced from a service that lies down.
    let level = if service.is_short() && service.history.short_unseen && service.deploying().is_none() {
        words.push_str(", first seen less than 2m ago");
        Level::Unknown
    } else {
        Level::Ok
    };
    Health::new(level, words)
}
