//! What runs on ECS: which clusters and services there are, and how they stand at a moment.

mod changes;
mod events;
mod lines;
mod places;
mod plan;
mod revision;
mod service;
mod tasks;

pub use changes::{Changes, Ordered};
pub use events::{events, instance_id};
pub use lines::{Line, interval, line, lines};
pub use places::{Cluster, clusters};
pub use plan::{Fate, Plan, Rollout, earlier, plan};
pub use revision::{Revision, newest, revision};
pub use service::{Launch, Service};
pub use tasks::{End, INSTANCES, Status, Task, failures, tasks};

/// A second in milliseconds, the unit of every moment here.
pub const SECOND: i64 = 1000;
/// A minute.
pub const MINUTE: i64 = 60 * SECOND;
/// An hour.
pub const HOUR: i64 = 60 * MINUTE;
/// A day.
pub const DAY: i64 = 24 * HOUR;
