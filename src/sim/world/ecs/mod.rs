//! What runs on ECS: which clusters and services there are, and how they stand at a moment.

mod changes;
mod events;
mod jobs;
mod lines;
mod members;
mod places;
mod plan;
mod revision;
mod service;
mod tasks;
mod usage;

pub use changes::{Changes, Ordered};
pub use events::{events, instance_id};
pub use jobs::{Trigger, started};
pub use lines::{Line, interval, line, lines};
pub use members::{Member, members};
pub use places::{Cluster, clusters};
pub use plan::{Fate, Plan, Rollout, earlier, plan};
pub use revision::{Revision, newest, revision};
pub use service::{Launch, Service};
pub use tasks::{End, INSTANCES, Status, Task, failures, tasks};
pub use usage::{Usage, usage};

/// A second in milliseconds, the unit of every moment here.
pub const SECOND: i64 = 1000;
/// A minute.
pub const MINUTE: i64 = 60 * SECOND;
/// An hour.
pub const HOUR: i64 = 60 * MINUTE;
/// A day.
pub const DAY: i64 = 24 * HOUR;
