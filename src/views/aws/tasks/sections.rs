//! The parts of a task's detail pane.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::Task;
use crate::model::time;

/// Its containers, with image, state and how they ended.
pub(in crate::views::aws) fn containers(task: &Task, _now: Timestamp) -> String {
    let mut out = String::new();
    for c in &task.containers {
        // Writing to a String cannot fail.
        let _ok = write!(out, "{}  {}", c.name, c.status);
        if !c.health.is_empty() && &*c.health != "UNKNOWN" {
            let _ok = write!(out, "  {}", c.health);
        }
        if let Some(code) = c.exit {
            let _ok = write!(out, "  exit {code}");
        }
        let _ok = write!(out, "\n  {}\n", c.image);
        if !c.reason.is_empty() {
            let _ok = writeln!(out, "  {}", c.reason);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Why it stopped, in full, and its life in times.
pub(in crate::views::aws) fn stopped(task: &Task, now: Timestamp) -> String {
    let mut lines = Vec::new();
    if !task.stop_code.is_empty() {
        lines.push(task.stop_code.to_string());
    }
    if !task.stopped_reason.is_empty() {
        lines.push(task.stopped_reason.clone());
    }
    for (word, at) in [("created", task.created), ("started", task.started), ("stopped", task.stopped)] {
        lines.extend(at.map(|at| format!("{word} {} ago", time::age(now, at))));
    }
    if !task.started_by.is_empty() {
        lines.push(format!("started by {}", task.started_by));
    }
    lines.join("\n")
}

/// Its addresses and interfaces.
pub(in crate::views::aws) fn network(task: &Task, _now: Timestamp) -> String {
    if task.network.is_empty() { "no network of its own".to_owned() } else { task.network.join("\n") }
}
