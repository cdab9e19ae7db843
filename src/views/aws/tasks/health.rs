//! How healthy a task is: what runs by its health checks, what stopped by why it stopped, what is on its way by how long
//! it takes: more than a quarter of an hour without running is Degraded.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::Task;
use crate::{
    model::{Health, Level, time},
    views::aws::ecs::LONG,
};

/// The verdict. Stopped tasks keep theirs as long as ECS tells of them, which is an hour.
pub(in crate::views::aws) fn judge(task: &Task, now: Timestamp) -> Health {
    if &*task.status == "STOPPED" {
        return stopped(task).since(task.stopped);
    }
    if &*task.health == "UNHEALTHY" {
        let sick = task.containers.iter().find(|c| &*c.health == "UNHEALTHY");
        let who = sick.map(|c| format!(" of {}", c.name)).unwrap_or_default();
        return Health::new(Level::Degraded, format!("health checks{who} fail"));
    }
    if &*task.status == "RUNNING" {
        return Health::ok();
    }
    underway(task, now)
}

/// On its way up or down. What shall run and does not within a quarter of an hour finds no place, no address or no image:
/// it takes as long as a deployment may, and ECS tells no more of it than its status.
fn underway(task: &Task, now: Timestamp) -> Health {
    let down = &*task.desired == "STOPPED";
    let since = if down { task.stopping } else { task.created };
    let mut words = task.status.to_lowercase();
    if let Some(at) = since {
        let _ok = write!(words, " for {}", time::age(now, at));
    }
    let late = since.filter(|at| !down && time::since(now, *at) > LONG);
    let Some(at) = late else { return Health::new(Level::Ok, words) };
    if let Some(why) = task.containers.iter().map(|c| c.reason.as_str()).find(|why| !why.is_empty()) {
        let _ok = write!(words, ": {why}");
    }
    Health::new(Level::Degraded, words).since(Some(at))
}

fn stopped(task: &Task) -> Health {
    if let Some(container) = task.containers.iter().find(|c| c.reason.contains("OutOfMemory")) {
        return Health::new(Level::Degraded, format!("{}: {}", container.name, container.reason));
    }
    let reason = task.stopped_reason.trim_end_matches('.');
    let level = match &*task.stop_code {
        "TaskFailedToStart" => Level::Degraded,
        "SpotInterruption" | "TerminationNotice" | "InfrastructureHealth" => Level::Attention,
        // The scheduler stops tasks for deployments and scaling, and those that fail health checks.
        "ServiceSchedulerInitiated" if reason.contains("health checks") => Level::Degraded,
        "ServiceSchedulerInitiated" | "UserInitiated" => Level::None,
        _ => return exited(task, reason),
    };
    let why = task.containers.iter().map(|c| c.reason.as_str()).find(|r| !r.is_empty());
    let words = match why.filter(|_| level > Level::None) {
        Some(why) if !reason.contains(why) => format!("{reason}: {why}"),
        _ => reason.to_owned(),
    };
    Health::new(level, words)
}

/// A container ended by itself.
fn exited(task: &Task, reason: &str) -> Health {
    let by_itself = &*task.stop_code == "EssentialContainerExited";
    let failed = task.containers.iter().find(|c| c.exit.is_some_and(|code| code != 0));
    if let Some((container, code)) = failed.and_then(|c| c.exit.map(|code| (c, code))) {
        let name = &container.name;
        return Health::new(Level::Degraded, format!("{name} exited with code {code}{}", signal(code)));
    }
    if by_itself {
        return Health::new(Level::Attention, "an essential container exited with code 0");
    }
    Health::new(Level::None, reason.to_owned())
}

/// Exit codes above 128 tell the signal that ended the process (POSIX shells and container runtimes alike).
fn signal(code: i32) -> &'static str {
    match code {
        134 => " (SIGABRT)",
        137 => " (SIGKILL)",
        139 => " (SIGSEGV)",
        143 => " (SIGTERM)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::aws::tasks::Container;

    fn now() -> Timestamp {
        Timestamp::from_second(1_000).expect("a moment")
    }

    fn task(status: &str, code: &str, reason: &str, exit: Option<i32>, why: &str) -> Task {
        let container = Container { name: "web".into(), exit, reason: why.into(), ..Container::default() };
        Task {
            status: status.into(),
            stop_code: code.into(),
            stopped_reason: reason.into(),
            containers: vec![container],
            created: Timestamp::from_second(980).ok(),
            stopped: Timestamp::from_second(990).ok().filter(|_| status == "STOPPED"),
            ..Task::default()
        }
    }

    #[test]
    fn stopped_tasks_are_judged_by_why_they_stopped() {
        let essential = "EssentialContainerExited";
        let scheduler = "ServiceSchedulerInitiated";
        let exited = "Essential container in task exited";
        let memory = "OutOfMemoryError: Container killed due to memory usage";
        let scaling = "Scaling activity initiated by (deployment ecs-svc/1)";
        let pull = "CannotPullContainerError: pull image manifest has been retried 1 time(s): not found";
        for (code, reason, exit, why, level, words) in [
            (essential, exited, Some(1), "", Level::Degraded, "web exited with code 1"),
            (essential, exited, Some(139), "", Level::Degraded, "web exited with code 139 (SIGSEGV)"),
            (essential, exited, Some(137), memory, Level::Degraded, &*format!("web: {memory}")),
            (essential, exited, Some(0), "", Level::Attention, "an essential container exited with code 0"),
            (scheduler, scaling, Some(143), "", Level::None, scaling),
            (
                scheduler,
                "Task failed ELB health checks in (target-group x)",
                Some(0),
                "",
                Level::Degraded,
                "Task failed ELB health checks in (target-group x)",
            ),
            ("TaskFailedToStart", pull, None, "", Level::Degraded, pull),
            (
                "SpotInterruption",
                "Your Spot Task was interrupted.",
                None,
                "",
                Level::Attention,
                "Your Spot Task was interrupted",
            ),
            ("UserInitiated", "drill", Some(143), "", Level::None, "drill"),
            ("", "", None, "", Level::None, ""),
        ] {
            let health = judge(&task("STOPPED", code, reason, exit, why), now());
            assert_eq!((health.level, &*health.why), (level, words));
            assert_eq!(health.since, Timestamp::from_second(990).ok());
        }
    }

    #[test]
    fn running_tasks_are_judged_by_their_health_checks() {
        let mut running = task("RUNNING", "", "", None, "");
        assert_eq!(judge(&running, now()), Health::ok());
        running.health = "UNHEALTHY".into();
        running.containers[0].health = "UNHEALTHY".into();
        assert_eq!(judge(&running, now()), Health::new(Level::Degraded, "health checks of web fail"));
        let pending = judge(&task("PROVISIONING", "", "", None, ""), now());
        assert_eq!(pending, Health::new(Level::Ok, "provisioning for 20s"));
    }

    #[test]
    fn what_does_not_come_up_within_a_quarter_of_an_hour_is_degraded() {
        let at = |seconds: i64| Timestamp::from_second(980 + seconds).expect("a moment");
        let mut task = task("PENDING", "", "", None, "");
        assert_eq!(judge(&task, at(LONG)), Health::new(Level::Ok, "pending for 15m"));
        let late = Health::new(Level::Degraded, "pending for 2h").since(task.created);
        assert_eq!(judge(&task, at(7_200)), late, "since it was asked for");
        task.containers[0].reason = "CannotPullContainerError".into();
        assert_eq!(judge(&task, at(7_200)).why, "pending for 2h: CannotPullContainerError");
        task.created = None;
        assert_eq!(judge(&task, at(7_200)), Health::new(Level::Ok, "pending"), "nobody knows since when");
        let down = Task {
            status: "DEPROVISIONING".into(),
            desired: "STOPPED".into(),
            stopping: Timestamp::from_second(980 + 7_190).ok(),
            ..task
        };
        assert_eq!(judge(&down, at(7_200)), Health::new(Level::Ok, "deprovisioning for 10s"), "not since it began");
    }
}
