//! The parts of a service's detail pane.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::Service;
use crate::model::{Tags, time};

/// Its deployments, two lines each: counts and age, and ECS's sentence.
pub(super) fn deployments(service: &Service, now: Timestamp) -> String {
    let mut out = String::new();
    for d in &service.deployments {
        let age = d.created.map(|at| time::age(now, at)).unwrap_or_default();
        let state = d.rollout.as_deref().unwrap_or("–");
        // Writing to a String cannot fail.
        let _ok = writeln!(out, "{:<8} {state:<11} {}/{} {:<24} {age}", d.status, d.running, d.desired, d.definition);
        if d.failed > 0 {
            let _ok = writeln!(out, "  {} failed tasks", d.failed);
        }
        if !d.reason.is_empty() {
            let _ok = writeln!(out, "  {}", d.reason);
        }
    }
    let breaker = match (service.breaker, service.rollback) {
        (false, _) => "circuit breaker: off",
        (true, false) => "circuit breaker: on, without rollback",
        (true, true) => "circuit breaker: on, with rollback",
    };
    out.push_str(breaker);
    out
}

/// Its newest events, newest first.
pub(super) fn events(service: &Service, now: Timestamp) -> String {
    if service.events.is_empty() {
        return "no events".to_owned();
    }
    let line = |e: &super::Event| format!("{:>6}  {}", time::age(now, e.at), e.text);
    service.events.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Where its tasks run, and what stands before them.
pub(super) fn placement(service: &Service, _now: Timestamp) -> String {
    let mut lines = vec![format!("{} {}", service.launch, service.scheduling.to_lowercase())];
    lines.extend(service.balancers.iter().cloned());
    lines.push(service.placement.clone());
    lines.join("\n")
}

/// Its tags.
pub(super) fn tags(service: &Service, _now: Timestamp) -> String {
    tag_lines(&service.tags)
}

/// Tags, one a line.
pub(in crate::views::aws) fn tag_lines(tags: &Tags) -> String {
    if tags.is_empty() {
        return "no tags".to_owned();
    }
    tags.iter().map(|(k, v)| format!("{k} = {v}")).collect::<Vec<_>>().join("\n")
}
