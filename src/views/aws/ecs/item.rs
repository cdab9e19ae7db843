//! What a row holds of a service: what ECS tells, digested, and what the console remembers of it.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{History, Spell, Turnover};
use crate::model::Tags;

/// A service of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The name of its cluster.
    pub cluster: Arc<str>,
    /// The ARN of its cluster.
    pub cluster_arn: Arc<str>,
    /// `ACTIVE`, or `DRAINING` while it is being deleted.
    pub status: Arc<str>,
    /// Tasks that shall run.
    pub desired: i64,
    /// Tasks that run.
    pub running: i64,
    /// Tasks that are being started.
    pub pending: i64,
    /// `FARGATE`, `EC2`, `EXTERNAL`, or the names of the capacity providers.
    pub launch: Arc<str>,
    /// `REPLICA` or `DAEMON`.
    pub scheduling: Arc<str>,
    /// The task definition as `family:revision`.
    pub definition: String,
    /// Its deployments, the primary first. Empty where another controller than ECS deploys it.
    pub deployments: Vec<Deployment>,
    /// Whether the deployment circuit breaker is enabled.
    pub breaker: bool,
    /// Whether the circuit breaker rolls back.
    pub rollback: bool,
    /// The newest events, newest first, at most [`Event::KEPT`].
    pub events: Vec<Event>,
    /// Tasks that came and went in the ten minutes before it was read, newest first.
    pub turnover: Vec<Turnover>,
    /// The last spell of tasks that found no place.
    pub unplaced: Option<Spell>,
    /// The last spell of failed load balancer health checks.
    pub unhealthy: Option<Spell>,
    /// The last spell of tasks that could not be started consistently.
    pub unstarted: Option<Spell>,
    /// When the primary deployment completed, as far as the events tell.
    pub completed: Option<Timestamp>,
    /// When a deployment failed last, as far as the events tell.
    pub gave_up: Option<Timestamp>,
    /// Load balancers: target group or name, container and port.
    pub balancers: Vec<String>,
    /// The ARNs of its target groups.
    pub target_groups: Vec<String>,
    /// Where and how tasks are placed, a fact a line.
    pub placement: String,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// Its tags.
    pub tags: Tags,
    /// Whose it is, by its tags.
    pub owner: Option<String>,
    /// What the console remembers of it.
    pub history: History,
}

/// A deployment of a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    /// Such as `ecs-svc/1234567890123456789`.
    pub id: String,
    /// `PRIMARY`, `ACTIVE` or `INACTIVE`.
    pub status: Arc<str>,
    /// `COMPLETED`, `IN_PROGRESS` or `FAILED`; `None` where ECS does not tell (other controllers, other endpoints).
    pub rollout: Option<Arc<str>>,
    /// ECS's sentence about it.
    pub reason: String,
    /// The task definition as `family:revision`.
    pub definition: String,
    /// Tasks that shall run.
    pub desired: i64,
    /// Tasks that run.
    pub running: i64,
    /// Tasks that are being started.
    pub pending: i64,
    /// Tasks that failed in a row.
    pub failed: i64,
    /// When it began.
    pub created: Option<Timestamp>,
    /// When it changed last.
    pub updated: Option<Timestamp>,
}

/// An event of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What, without the name of the service.
    pub text: Arc<str>,
}

impl Event {
    /// Events kept of a service. ECS returns 100, which would be most of what a row weighs; the view of them
    /// reads them all.
    pub const KEPT: usize = 10;
}

impl Service {
    /// The deployment that shall be the only one in the end.
    #[must_use]
    pub fn primary(&self) -> Option<&Deployment> {
        self.deployments.iter().find(|d| &*d.status == "PRIMARY").or_else(|| self.deployments.first())
    }

    /// Whether fewer tasks run than shall.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.running < self.desired
    }

    /// Since when a deployment has been running, if one is. Where ECS does not tell the state of the rollout, the
    /// counts do: it runs while older deployments still have tasks, or the primary lacks some.
    #[must_use]
    pub fn deploying(&self) -> Option<&Deployment> {
        let primary = self.primary()?;
        let runs = match primary.rollout.as_deref() {
            Some(state) => state == "IN_PROGRESS",
            None => {
                let older = self.deployments.iter().any(|d| d.id != primary.id && d.running + d.pending > 0);
                older || primary.running < primary.desired
            }
        };
        runs.then_some(primary)
    }
}
