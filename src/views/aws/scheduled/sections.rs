//! The parts of a detail pane that were read already.

use jiff::Timestamp;

use super::Scheduled;
use crate::model::time;

/// When it starts tasks.
pub(super) fn when(item: &Scheduled, now: Timestamp) -> String {
    let mut lines = Vec::new();
    if item.expression.is_empty() {
        lines.push("on an event that its pattern describes".to_owned());
    } else {
        lines.push(item.expression.clone());
        lines.push(format!("in {}", if item.zone.is_empty() { "UTC" } else { &item.zone }));
    }
    let rate = item.expression.starts_with("rate");
    lines.push(match item.next {
        Some(at) if at > now => format!("next in {}", time::age(at, now)),
        Some(at) => format!("was due {} ago", time::age(now, at)),
        None if item.expression.is_empty() || !item.enabled => String::new(),
        None if rate => "next: AWS counts from a moment that it does not tell".to_owned(),
        None if item.ends.is_some_and(|end| end <= now) => "its time has passed".to_owned(),
        None => "next: not known by this expression".to_owned(),
    });
    for (word, at) in [("from", item.begins), ("until", item.ends)] {
        lines.extend(at.map(|at| format!("{word} {at}")));
    }
    lines.extend(item.window.map(|minutes| format!("up to {minutes} minutes later")));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// What it starts, and what becomes of what it cannot start.
pub(super) fn what(item: &Scheduled, _now: Timestamp) -> String {
    let mut lines = vec![format!("{} × {} in {}", item.count, item.definition, item.cluster)];
    if !item.launch.is_empty() {
        lines.push(format!("launched on {}", item.launch));
    }
    if let Some((attempts, seconds)) = item.retries {
        lines.push(format!("tried again {attempts} times within {}", time::span(seconds)));
    }
    lines.push(match item.dead_letters.as_str() {
        "" => "no dead-letter queue: what cannot be delivered is dropped".to_owned(),
        arn => format!("dead letters to {arn}"),
    });
    if !item.description.is_empty() {
        lines.push(item.description.clone());
    }
    lines.join("\n")
}
