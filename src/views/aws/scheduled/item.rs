//! What a row holds of a rule's target or a schedule. What a run is given as input is not read: it may hold secrets.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::views::aws::clusters::within;

/// Something that starts tasks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scheduled {
    /// The name of the rule or of the schedule.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// `rule` (`EventBridge`), `event` (a rule without a clock) or `schedule` (`EventBridge` Scheduler).
    pub kind: Arc<str>,
    /// The schedule's group, or the rule's event bus.
    pub group: Arc<str>,
    /// The id of the target within its rule; empty for schedules, which have one target.
    pub target: String,
    /// `cron(…)`, `rate(…)` or `at(…)`; empty for a rule that waits for events.
    pub expression: String,
    /// The time zone that the expression is meant in; empty for UTC.
    pub zone: String,
    /// Whether it may start anything.
    pub enabled: bool,
    /// When it starts tasks next, as far as the expression tells: a rate without a first moment does not.
    pub next: Option<Timestamp>,
    /// The first moment of its time, where one is set.
    pub begins: Option<Timestamp>,
    /// When its time is over: its end, or the one moment of `at(…)`.
    pub ends: Option<Timestamp>,
    /// Minutes by which a run may come later, as the schedule allows.
    pub window: Option<i64>,
    /// The name of the cluster.
    pub cluster: Arc<str>,
    /// The ARN of the cluster.
    pub cluster_arn: Arc<str>,
    /// Whether that is a cluster of this account and region that does not exist.
    pub astray: bool,
    /// The task definition as `family:revision`, or `family` where the newest is taken.
    pub definition: String,
    /// Tasks that are started at once.
    pub count: i64,
    /// The launch type, or the capacity providers.
    pub launch: String,
    /// The queue for what could not be delivered; empty for none.
    pub dead_letters: String,
    /// How often and for how many seconds it is tried again; `None` where it is left to AWS.
    pub retries: Option<(i64, i64)>,
    /// What its owner wrote about it.
    pub description: String,
    /// When it was made; rules do not tell.
    pub created: Option<Timestamp>,
}

impl Scheduled {
    /// The filter line that finds its tasks.
    pub(super) fn tasks(&self) -> String {
        format!("started-by:{} {}", self.name, within(&self.cluster_arn))
    }

    /// The family of its task definition.
    pub(super) fn family(&self) -> &str {
        self.definition.split(':').next().unwrap_or_default()
    }
}
