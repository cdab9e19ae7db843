//! The parts of a container instance's detail pane.

use jiff::Timestamp;

use super::{Instance, Room};
use crate::{model::time, views::aws::ecs::tag_lines};

/// How much of it is taken.
pub(super) fn room(instance: &Instance, _now: Timestamp) -> String {
    let line = |name: &str, room: Room, unit: &str| match room.taken() {
        Some(taken) => format!("{name} {taken} % taken, {} of {} {unit} left", room.left, room.all),
        None => format!("{name} not registered"),
    };
    [line("cpu", instance.cpu, "units"), line("memory", instance.memory, "MiB")].join("\n")
}

/// Its agent and its container runtime.
pub(super) fn agent(instance: &Instance, now: Timestamp) -> String {
    let cut = instance.cut_since.map(|at| format!(", seen so for {}", time::age(now, at))).unwrap_or_default();
    let state = if instance.connected { "connected".to_owned() } else { format!("disconnected{cut}") };
    let mut lines = vec![format!("agent {} {state}", instance.agent)];
    let facts = [("update", &instance.update), ("docker", &instance.docker), ("runtime", &instance.runtime)];
    lines.extend(facts.iter().filter(|(_, v)| !v.is_empty()).map(|(name, value)| format!("{name} {value}")));
    if !instance.reason.is_empty() {
        lines.push(instance.reason.clone());
    }
    lines.join("\n")
}

/// What tasks may ask of it.
pub(super) fn attributes(instance: &Instance, _now: Timestamp) -> String {
    instance.attributes.join("\n")
}

/// Its tags.
pub(super) fn tags(instance: &Instance, _now: Timestamp) -> String {
    tag_lines(&instance.tags)
}
