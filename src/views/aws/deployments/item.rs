//! What a row holds of a deployment: what the service deployment tells, and what the service itself tells of it.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::Key;

/// A deployment of a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    /// The ARN of the service deployment; `None` where ECS tells of it as a part of the service alone.
    pub arn: Option<String>,
    /// Its id within the service, such as `ecs-svc/1234567890123456789`; empty once the service lists it no more.
    pub id: String,
    /// The name of its service.
    pub service: Arc<str>,
    /// The ARN of its service.
    pub service_arn: Arc<str>,
    /// The ARN of its cluster.
    pub cluster_arn: Arc<str>,
    /// `PRIMARY`, `ACTIVE` (it still has tasks), or `INACTIVE` (another took its place).
    pub status: Arc<str>,
    /// `COMPLETED`, `IN_PROGRESS` or `FAILED`, by the service; `None` where the service does not tell.
    pub rollout: Option<Arc<str>>,
    /// The status of the service deployment, such as `SUCCESSFUL` or `ROLLBACK_IN_PROGRESS`; `None` without one.
    pub outcome: Option<Arc<str>>,
    /// Where a service deployment is in its life, such as `BAKE_TIME`; empty where it does not tell.
    pub stage: Arc<str>,
    /// The service's sentence about the rollout.
    pub reason: String,
    /// The service deployment's sentence about its status.
    pub status_reason: String,
    /// The task definition as `family:revision`; empty where it could not be found out.
    pub definition: String,
    /// The ARN of the task definition; empty where it could not be found out.
    pub definition_arn: String,
    /// The id of the service revision that it aims at; empty where ECS does not tell.
    pub revision: String,
    /// Tasks that shall run on it; `None` where none are wanted of it any more.
    pub desired: Option<i64>,
    /// Tasks that run on it.
    pub running: i64,
    /// Tasks that are being started.
    pub pending: i64,
    /// Tasks that failed.
    pub failed: i64,
    /// `ROLLING`, `BLUE_GREEN`, `LINEAR` or `CANARY`.
    pub strategy: Arc<str>,
    /// Its circuit breaker.
    pub breaker: Breaker,
    /// The alarms that stop it, with a mark at those that went off.
    pub alarms: Vec<String>,
    /// How it was rolled back, if it was.
    pub rollback: Option<Rollback>,
    /// When it was asked for.
    pub created: Option<Timestamp>,
    /// When it changed last.
    pub updated: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// What it is among the deployments of its service.
    pub mark: Mark,
    /// Where a roll back of the service leads; `None` where nothing else is known to have worked, or another controller
    /// than ECS deploys the service.
    #[serde(default)]
    pub way_back: Option<WayBack>,
    /// Why no service deployment is told of; empty where all is known.
    pub note: String,
}

/// Where a roll back of a service leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayBack {
    /// The key of the deployment that is the present one.
    pub present: String,
    /// The task definition that is left, as `family:revision`.
    pub from: String,
    /// The deployment that completed last with another one, by its name.
    pub deployment: String,
    /// Its task definition, as `family:revision`.
    pub to: String,
}

/// The circuit breaker of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Breaker {
    /// Whether it watches; `None` where ECS does not tell.
    pub enabled: Option<bool>,
    /// Whether it rolls back what failed.
    pub rollback: bool,
    /// `MONITORING`, `MONITORING_COMPLETE`, `TRIGGERED` or `DISABLED`; empty where ECS does not tell.
    pub state: Arc<str>,
    /// Failed tasks that it counted, and at how many it fires.
    pub count: Option<(i64, i64)>,
}

/// How a deployment was rolled back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rollback {
    /// Why.
    pub reason: String,
    /// To which task definition, as `family:revision`; empty where it could not be found out.
    pub definition: String,
    /// Since when.
    pub at: Option<Timestamp>,
}

/// What a deployment is among those of its service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// It is the last one that completed.
    pub last_completed: bool,
    /// It is the one that a roll back goes back to.
    pub roll_back: bool,
}

impl Mark {
    /// In words; empty for any other.
    #[must_use]
    pub fn word(self) -> &'static str {
        match (self.last_completed, self.roll_back) {
            (true, _) => "last completed",
            (false, true) => "completed before",
            (false, false) => "",
        }
    }
}

/// How a deployment stands, whichever of the two APIs told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Asked for, not begun.
    Pending,
    /// Under way.
    Running,
    /// All its tasks ran, and it was accepted.
    Completed,
    /// It failed, and nothing was rolled back.
    Failed,
    /// Somebody stopped it.
    Stopped,
    /// It failed or was stopped, and is being rolled back.
    RollingBack,
    /// It was rolled back.
    RolledBack,
    /// Rolling it back failed too.
    RollbackFailed,
    /// ECS does not tell.
    Unknown,
}

impl Breaker {
    /// Whether it fired.
    #[must_use]
    pub fn fired(&self) -> bool {
        &*self.state == "TRIGGERED"
    }

    /// In few words: `off`, `on`, `on, rolls back`, `fired at 4 of 3`; empty where ECS does not tell.
    #[must_use]
    pub fn words(&self) -> String {
        let rolls = if self.rollback { ", rolls back" } else { "" };
        match (self.enabled, self.fired(), self.count) {
            (_, true, Some((failed, at))) => format!("fired at {failed} of {at}{rolls}"),
            (_, true, None) => format!("fired{rolls}"),
            (Some(true), false, Some((failed, at))) if failed > 0 => format!("on, {failed} of {at}{rolls}"),
            (Some(true), false, _) => format!("on{rolls}"),
            (Some(false), ..) => "off".to_owned(),
            (None, ..) => String::new(),
        }
    }
}

impl Deployment {
    /// What tells it from the others: the service deployment's ARN, or the id within the service.
    #[must_use]
    pub fn key(&self) -> Key {
        Key::from(self.arn.as_deref().unwrap_or(&self.id))
    }

    /// What people call it: its id.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.id.is_empty() { self.arn.as_deref().map_or("", super::super::ecs::short) } else { &self.id }
    }

    /// ECS's own word for how it stands: of the service deployment where it knows more than the service does.
    #[must_use]
    pub fn word(&self) -> &str {
        let rolls = self.outcome.as_deref().filter(|word| word.starts_with("ROLLBACK") || word.starts_with("STOP_"));
        rolls.or(self.rollout.as_deref()).or(self.outcome.as_deref()).unwrap_or_default()
    }

    /// How it stands. The service deployment's word counts: a rollout is `COMPLETED` before its bake time is over.
    #[must_use]
    pub fn state(&self) -> State {
        match (self.outcome.as_deref(), self.rollout.as_deref()) {
            (Some("PENDING"), _) => State::Pending,
            (Some("SUCCESSFUL"), _) | (None, Some("COMPLETED")) => State::Completed,
            (Some("STOPPED"), rollout) if rollout == Some("FAILED") || self.breaker.fired() => State::Failed,
            (Some("STOPPED" | "STOP_REQUESTED"), _) => State::Stopped,
            (Some("ROLLBACK_REQUESTED" | "ROLLBACK_IN_PROGRESS"), _) => State::RollingBack,
            (Some("ROLLBACK_SUCCESSFUL"), _) => State::RolledBack,
            (Some("ROLLBACK_FAILED"), _) => State::RollbackFailed,
            (_, Some("FAILED")) => State::Failed,
            (Some("IN_PROGRESS"), _) | (_, Some("IN_PROGRESS")) => State::Running,
            _ => State::Unknown,
        }
    }

    /// The one sentence that tells most; where nothing is to be said, where it is from, if that is not the usual place.
    #[must_use]
    pub fn why(&self) -> &str {
        let rollback = self.rollback.as_ref().map_or("", |r| r.reason.as_str());
        let told = [self.reason.as_str(), self.status_reason.as_str(), rollback];
        told.into_iter().find(|text| !text.is_empty()).unwrap_or_else(|| self.source())
    }

    /// Where it is from, if not from the service deployments.
    #[must_use]
    pub fn source(&self) -> &'static str {
        if self.note.is_empty() { "" } else { "from DescribeServices" }
    }

    /// Whether it is the one that the service shall end with.
    #[must_use]
    pub fn is_primary(&self) -> bool {
        &*self.status == "PRIMARY"
    }
}
