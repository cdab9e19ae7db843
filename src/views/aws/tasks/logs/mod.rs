//! The lines of ECS tasks in `CloudWatch` Logs, of one task or of all tasks of a service.
//!
//! The task definition says where a container's lines go. Up to [`FEW`] streams are read one by one, more of them
//! together by their group; both are asked again and again while the log is followed, and both wait their turn under
//! the limits of the API. What goes elsewhere than to `CloudWatch` is said, and nothing is made up for it.

mod all;
mod drivers;
mod each;
mod find;
mod read;

use crate::{
    cx::Cx,
    model::Fault,
    view::{At, Doing, Lines, LogAsk, Logs},
    views::aws::ecs::Service,
};

use super::Task;
use crate::views::aws::standalone::Standalone;
use find::Target;

/// Streams up to which each is read by itself: as many calls as one look at all of them would cost, and no line twice.
const FEW: usize = 3;

/// What reading the lines calls.
const ACTIONS: &[&str] =
    &["ecs:DescribeTaskDefinition", "ecs:ListTasks", "ecs:DescribeTasks", "logs:GetLogEvents", "logs:FilterLogEvents"];

/// The log of a task.
pub(in crate::views::aws) const OF_TASK: Logs<Task> = Logs { actions: ACTIONS, read: of_task };

/// The log of a service: of all its tasks.
pub(in crate::views::aws) const OF_SERVICE: Logs<Service> = Logs { actions: ACTIONS, read: of_service };

/// The log of a task that belongs to no service.
pub(in crate::views::aws) const OF_STANDALONE: Logs<Standalone> = Logs { actions: ACTIONS, read: of_standalone };

fn of_task(cx: Cx, at: At, task: Task, ask: LogAsk, lines: Lines) -> Doing {
    let cluster = super::verbs::IsTask::cluster_at(&task, &at).unwrap_or_else(|_| task.cluster().to_owned());
    Box::pin(read::read(cx, at, Target::Task(Box::new(task), cluster), ask, lines))
}

fn of_standalone(cx: Cx, at: At, of: Standalone, ask: LogAsk, lines: Lines) -> Doing {
    let target = Target::Task(Box::new(of.task), of.cluster_arn.to_string());
    Box::pin(read::read(cx, at, target, ask, lines))
}

fn of_service(cx: Cx, at: At, service: Service, ask: LogAsk, lines: Lines) -> Doing {
    Box::pin(read::read(cx, at, Target::Service(Box::new(service)), ask, lines))
}

/// Whether a fault says that a stream does not exist, its group being there.
fn is_stream_missing(fault: &Fault) -> bool {
    fault.code == "ResourceNotFoundException" && fault.message.contains("log stream")
}
