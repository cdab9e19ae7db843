//! The parts of a deployment's detail pane.

use jiff::Timestamp;

use super::Deployment;
use crate::model::time;

/// What it aims at, and how far it has come.
pub(super) fn target(deployment: &Deployment, now: Timestamp) -> String {
    let mut lines = vec![format!("task definition {}", or(&deployment.definition, "not known"))];
    for (word, value) in [
        ("service revision", deployment.revision.as_str()),
        ("strategy", &deployment.strategy),
        ("stage", &deployment.stage),
        ("status of the service deployment", deployment.outcome.as_deref().unwrap_or_default()),
        ("rollout state", deployment.rollout.as_deref().unwrap_or_default()),
    ] {
        if !value.is_empty() {
            lines.push(format!("{word} {value}"));
        }
    }
    if deployment.pending > 0 {
        lines.push(format!("{} tasks are being started", deployment.pending));
    }
    let end = deployment.finished.unwrap_or(now);
    if let Some(seconds) = deployment.created.map(|at| time::since(end, at)) {
        let word = if deployment.finished.is_some() { "took" } else { "for" };
        lines.push(format!("{word} {}", time::span(seconds)));
    }
    lines.extend([&deployment.reason, &deployment.status_reason].into_iter().filter(|t| !t.is_empty()).cloned());
    lines.join("\n")
}

/// What watches it.
pub(super) fn breaker(deployment: &Deployment, _now: Timestamp) -> String {
    let breaker = &deployment.breaker;
    let mut lines = vec![match (breaker.enabled, breaker.rollback) {
        (None, _) => "not told".to_owned(),
        (Some(false), _) => "off".to_owned(),
        (Some(true), false) => "on, without roll back".to_owned(),
        (Some(true), true) => "on, with roll back".to_owned(),
    }];
    if !breaker.state.is_empty() {
        lines.push(breaker.state.to_lowercase().replace('_', " "));
    }
    if let Some((failed, threshold)) = breaker.count {
        lines.push(format!("{failed} tasks failed, fires at {threshold}"));
    }
    lines.extend(deployment.alarms.iter().map(|alarm| format!("alarm {alarm}")));
    lines.join("\n")
}

/// How it was rolled back, and what it is to a roll back of the service.
pub(super) fn roll_back(deployment: &Deployment, now: Timestamp) -> String {
    let mut lines = Vec::new();
    if let Some(rollback) = &deployment.rollback {
        let at = rollback.at.map(|at| format!(" {} ago", time::age(now, at))).unwrap_or_default();
        lines.push(format!("was rolled back to {}{at}", or(&rollback.definition, "an earlier revision")));
        lines.push(rollback.reason.clone());
    }
    if deployment.mark.last_completed {
        lines.push("the last deployment that completed".to_owned());
    }
    if deployment.mark.roll_back {
        lines.push(format!("a roll back of the service goes back to {}", deployment.definition));
    }
    lines.retain(|line| !line.is_empty());
    if lines.is_empty() { "not rolled back".to_owned() } else { lines.join("\n") }
}

/// Where all this is from.
pub(super) fn source(deployment: &Deployment, _now: Timestamp) -> String {
    match (deployment.note.is_empty(), deployment.arn.is_some()) {
        (false, _) => format!("{}: {}", deployment.source(), deployment.note),
        (true, true) => "from DescribeServiceDeployments and DescribeServices".to_owned(),
        (true, false) => "from DescribeServices: no service deployment fits it".to_owned(),
    }
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}
