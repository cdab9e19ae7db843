//! What a row holds of a task without a service, and how healthy that is.

use std::sync::Arc;

use aws_sdk_ecs::types;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    model::{Health, Level, time},
    views::aws::{
        ecs::{shared, short},
        tasks::{self, Task},
    },
};

/// Seconds that a task may wait for its network, its image or a machine before somebody should look.
const WAITS: i64 = 600;

/// A task without a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standalone {
    /// The task.
    pub task: Task,
    /// The name of its cluster.
    pub cluster: Arc<str>,
    /// The ARN of its cluster.
    pub cluster_arn: Arc<str>,
    /// Its group, such as `family:nightly-report`.
    pub group: Arc<str>,
}

/// The groups that ECS gives to the tasks of services begin so (API reference, `Task`, `group`).
const OF_SERVICE: &str = "service:";

impl Standalone {
    /// From ECS's own shape; `None` for the task of a service.
    pub(super) fn read(from: &types::Task, cluster: &Arc<str>) -> Option<Self> {
        let group = from.group().unwrap_or_default();
        (!group.starts_with(OF_SERVICE)).then(|| Self {
            task: Task::read(from),
            cluster: Arc::from(short(cluster)),
            cluster_arn: Arc::clone(cluster),
            group: shared(Some(group)),
        })
    }
}

/// The verdict. Unlike the task of a service, one of these is meant to end: with code 0 it has done what it is for.
pub(super) fn judge(item: &Standalone, now: Timestamp) -> Health {
    let task = &item.task;
    let waits = || task.created.map_or(0, |at| time::since(now, at));
    match &*task.status {
        "STOPPED" if finished(task) => Health::new(Level::None, "finished with exit code 0").since(task.stopped),
        "PROVISIONING" | "PENDING" if waits() >= WAITS => {
            let words = format!("{} for {}", task.status.to_lowercase(), time::span(waits()));
            Health::new(Level::Degraded, words).since(task.created)
        }
        _ => tasks::judge(task, now),
    }
}

/// Whether it ended by itself and every container that told a code told 0.
fn finished(task: &Task) -> bool {
    let mut codes = task.containers.iter().filter_map(|c| c.exit).peekable();
    &*task.stop_code == "EssentialContainerExited" && codes.peek().is_some() && codes.all(|code| code == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::aws::tasks::Container;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    fn task(status: &str, code: &str, exit: Option<i32>) -> Standalone {
        let container = Container { name: "main".into(), exit, ..Container::default() };
        let task = Task {
            status: status.into(),
            stop_code: code.into(),
            containers: vec![container],
            created: Some(at(0)),
            ..Task::default()
        };
        Standalone { task, ..Standalone::default() }
    }

    #[test]
    fn a_task_that_is_meant_to_end_is_judged_by_how_it_ended() {
        let level = |item: &Standalone, now| judge(item, at(now)).level;
        assert_eq!(level(&task("STOPPED", "EssentialContainerExited", Some(0)), 9), Level::None);
        let failed = judge(&task("STOPPED", "EssentialContainerExited", Some(3)), at(9));
        assert_eq!((failed.level, &*failed.why), (Level::Degraded, "main exited with code 3"));
        assert_eq!(level(&task("STOPPED", "TaskFailedToStart", None), 9), Level::Degraded);
        assert_eq!(level(&task("RUNNING", "", None), 999_999), Level::Ok);
    }

    #[test]
    fn a_task_that_waits_too_long_is_told() {
        let waiting = task("PENDING", "", None);
        assert_eq!(judge(&waiting, at(599)).level, Level::Ok);
        let health = judge(&waiting, at(600));
        assert_eq!((health.level, &*health.why, health.since), (Level::Degraded, "pending for 10m", Some(at(0))));
    }

    #[test]
    fn the_tasks_of_services_are_left_out() {
        let cluster = Arc::from("arn:aws:ecs:eu-west-1:1:cluster/main");
        let of = |group: &str| types::Task::builder().group(group).started_by("anna").build();
        assert_eq!(Standalone::read(&of("service:web"), &cluster), None);
        let own = Standalone::read(&of("family:report"), &cluster).expect("a row");
        assert_eq!((&*own.cluster, &*own.group, &*own.task.started_by), ("main", "family:report", "anna"));
    }
}
