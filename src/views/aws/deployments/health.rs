//! How healthy a deployment is. Only the present one can be a problem: what another took the place of is history.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::{Deployment, State};
use crate::{
    model::{Health, Level, time},
    views::aws::ecs::LONG,
};

/// The verdict.
pub(super) fn judge(deployment: &Deployment, now: Timestamp) -> Health {
    if !deployment.is_primary() {
        let words = match deployment.state() {
            State::Failed | State::RollbackFailed => "failed",
            State::RolledBack => "rolled back",
            _ => "",
        };
        return Health::new(Level::None, words);
    }
    let ended = deployment.finished.or(deployment.updated);
    match deployment.state() {
        State::Failed => Health::new(Level::Broken, failed(deployment, "rollout failed")).since(ended),
        State::RollbackFailed => Health::new(Level::Broken, failed(deployment, "roll back failed")).since(ended),
        State::RollingBack => Health::new(Level::Degraded, failed(deployment, "rolling back")).since(ended),
        State::RolledBack => Health::new(Level::Attention, failed(deployment, "rolled back")).since(ended),
        State::Stopped => Health::new(Level::Attention, failed(deployment, "stopped")).since(ended),
        State::Pending | State::Running => running(deployment, now),
        State::Completed => Health::ok(),
        State::Unknown => Health::default(),
    }
}

fn failed(deployment: &Deployment, words: &str) -> String {
    let mut out = words.to_owned();
    if deployment.breaker.fired() {
        out.push_str(", circuit breaker fired");
    }
    let why = [&deployment.status_reason, &deployment.reason].into_iter().find(|text| !text.is_empty());
    if let Some(why) = why {
        let _ok = write!(out, ": {}", why.trim_end_matches('.'));
    }
    out
}

/// Degraded once it takes longer than a service's deployment may, or tasks of it fail.
fn running(deployment: &Deployment, now: Timestamp) -> Health {
    let mut words = String::new();
    if let Some(desired) = deployment.desired {
        let _ok = write!(words, "{} of {desired} running", deployment.running);
    }
    let age = deployment.created.map(|at| time::since(now, at));
    if let Some(age) = age {
        let _ok = write!(words, "{}for {}", if words.is_empty() { "" } else { ", " }, time::span(age));
    }
    if deployment.failed > 0 {
        let _ok = write!(words, ", {} failed tasks", deployment.failed);
    }
    let slow = age.is_some_and(|age| age > LONG);
    let level = if slow || deployment.failed > 0 { Level::Degraded } else { Level::Ok };
    let since = deployment.created.filter(|_| level.is_problem());
    Health::new(level, words).since(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn verdict(status: &str, rollout: &str, outcome: Option<&str>, age: i64, failed: i64) -> (Level, String) {
        let deployment = Deployment {
            status: status.into(),
            rollout: Some(rollout.into()),
            outcome: outcome.map(Into::into),
            running: 2,
            desired: Some(6),
            failed,
            created: Timestamp::from_second(NOW - age).ok(),
            ..Deployment::default()
        };
        let health = judge(&deployment, Timestamp::from_second(NOW).expect("a moment"));
        (health.level, health.why.into_owned())
    }

    #[test]
    fn the_present_deployment_is_judged_and_older_ones_are_history() {
        let says = |level, words: &str| (level, words.to_owned());
        for (status, rollout, outcome, age, failed, expect) in [
            ("PRIMARY", "COMPLETED", Some("SUCCESSFUL"), 9_000, 0, says(Level::Ok, "")),
            ("PRIMARY", "IN_PROGRESS", None, 60, 0, says(Level::Ok, "2 of 6 running, for 1m")),
            ("PRIMARY", "IN_PROGRESS", None, 901, 0, says(Level::Degraded, "2 of 6 running, for 15m")),
            ("PRIMARY", "IN_PROGRESS", None, 60, 3, says(Level::Degraded, "2 of 6 running, for 1m, 3 failed tasks")),
            ("PRIMARY", "FAILED", Some("STOPPED"), 60, 3, says(Level::Broken, "rollout failed")),
            ("PRIMARY", "FAILED", Some("ROLLBACK_FAILED"), 60, 3, says(Level::Broken, "roll back failed")),
            ("PRIMARY", "FAILED", Some("ROLLBACK_IN_PROGRESS"), 60, 3, says(Level::Degraded, "rolling back")),
            ("PRIMARY", "COMPLETED", Some("ROLLBACK_SUCCESSFUL"), 60, 3, says(Level::Attention, "rolled back")),
            ("PRIMARY", "", Some("SOMETHING_NEW"), 60, 0, says(Level::None, "")),
            ("INACTIVE", "FAILED", None, 60, 3, says(Level::None, "failed")),
            ("ACTIVE", "COMPLETED", None, 60, 0, says(Level::None, "")),
        ] {
            assert_eq!(verdict(status, rollout, outcome, age, failed), expect, "{status} {rollout} {outcome:?}");
        }
    }
}
