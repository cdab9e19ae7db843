//! The parts of a cluster's detail pane.

use jiff::Timestamp;

use super::Cluster;
use crate::views::aws::ecs::tag_lines;

/// Its capacity providers and what is started where.
pub(super) fn capacity(cluster: &Cluster, _now: Timestamp) -> String {
    let mut lines = Vec::new();
    if cluster.providers.is_empty() {
        lines.push("no capacity provider: services name a launch type".to_owned());
    } else {
        lines.push(format!("providers {}", cluster.providers.join(" ")));
    }
    if cluster.strategy.is_empty() {
        lines.push("no default strategy".to_owned());
    } else {
        lines.push(format!("default {}", cluster.strategy.join(" ")));
    }
    if !cluster.attachments.is_empty() {
        lines.push(format!("attachments {}", cluster.attachments));
    }
    lines.join("\n")
}

/// Its tasks by launch type, as ECS counts them.
pub(super) fn tasks(cluster: &Cluster, _now: Timestamp) -> String {
    let mut lines = cluster.statistics.clone();
    if !cluster.namespace.is_empty() {
        lines.push(format!("service connect {}", cluster.namespace));
    }
    lines.join("\n")
}

/// What becomes of execute command's output.
pub(super) fn exec(cluster: &Cluster, _now: Timestamp) -> String {
    let mut lines = vec![match &*cluster.exec_log {
        "" => "not set: the output goes where the container's own logs go".to_owned(),
        "NONE" => "logging NONE: what is done leaves no trace of its output".to_owned(),
        word => format!("logging {word}"),
    }];
    lines.extend(cluster.exec.iter().cloned());
    lines.join("\n")
}

/// Its tags.
pub(super) fn tags(cluster: &Cluster, _now: Timestamp) -> String {
    tag_lines(&cluster.tags)
}
