//! What can be done to a task: stop it (its service starts another), or open a shell in it. Both are the same for the
//! tasks of services and for those without one.

use super::Task;
use crate::{
    access::Permit,
    cx::Cx,
    model::{Danger, Fault, FaultKind},
    remote,
    view::{At, Dry, Plan, Verb, item},
    views::aws::{
        ecs::{Ecs, NO_DRY_RUN, Service},
        standalone::Standalone,
    },
};

/// The verbs of the tasks of a service.
pub(super) const ALL: &[Verb<Task>] = &[stop::<Task>(), super::exec::exec::<Task>()];

/// The verbs of the tasks without one.
pub(in crate::views::aws) const OF_STANDALONE: &[Verb<Standalone>] =
    &[stop::<Standalone>(), super::exec::exec::<Standalone>()];

/// A row that is a task, whichever view it is in.
pub(super) trait IsTask: Clone + Send + 'static {
    /// What becomes of it once it is stopped, after what ECS does to its processes.
    const AFTER: &'static str;

    /// The task.
    fn task(&self) -> &Task;

    /// The same row with the task as it is now.
    fn with(self, task: Task) -> Self;

    /// The cluster, as calls take it.
    ///
    /// # Errors
    /// A fault where it is not known.
    fn cluster_at(&self, at: &At) -> Result<String, Fault>;
}

impl IsTask for Task {
    const AFTER: &'static str = "its service starts another";

    fn task(&self) -> &Task {
        self
    }

    fn with(self, task: Task) -> Self {
        task
    }

    fn cluster_at(&self, at: &At) -> Result<String, Fault> {
        let service: Option<&Service> = at.parent.as_ref().and_then(item::<Ecs>);
        let none = || Fault::new(FaultKind::Invalid, "the task's service is not known");
        service.map(|s| s.cluster_arn.to_string()).ok_or_else(none)
    }
}

impl IsTask for Standalone {
    const AFTER: &'static str = "no service starts another";

    fn task(&self) -> &Task {
        &self.task
    }

    fn with(self, task: Task) -> Self {
        Self { task, ..self }
    }

    fn cluster_at(&self, _: &At) -> Result<String, Fault> {
        let none = || Fault::new(FaultKind::Invalid, "the task's cluster is not known");
        Some(self.cluster_arn.to_string()).filter(|arn| !arn.is_empty()).ok_or_else(none)
    }
}

const fn stop<T: IsTask>() -> Verb<T> {
    Verb {
        id: "stop",
        key: STOP_KEY,
        about: "stop the task",
        actions: &["ecs:StopTask"],
        input: None,
        fits: |t| if ends(t.task()) { Err(format!("it is {} already", t.task().status)) } else { Ok(()) },
        plan: |t, _| Plan {
            api: "ecs:StopTask",
            parameters: vec![
                ("cluster", t.task().cluster().to_owned()),
                ("task", t.task().id().to_owned()),
                ("reason", REASON.to_owned()),
            ],
            outcome: format!("it gets SIGTERM, and SIGKILL after its stop time-out; {}", T::AFTER),
            danger: Danger::Serious,
            name: t.task().brief().to_owned(),
        },
        dry: Dry::Never(NO_DRY_RUN),
        read: |cx, at, t| Box::pin(again(cx, at, t)),
        same: |shown, fresh| shown.task().arn == fresh.task().arn && ends(shown.task()) == ends(fresh.task()),
        act: |permit, at, t, _| Box::pin(ask_to_stop(permit, at, t)),
    }
}

/// The key of stopping, in both views.
const STOP_KEY: &str = "T";

/// What ECS keeps as the reason of a task that was stopped from here.
const REASON: &str = "stopped by hand with Quarterdeck";

fn ends(task: &Task) -> bool {
    matches!(&*task.desired, "STOPPED") || matches!(&*task.status, "STOPPED" | "DEPROVISIONING" | "DELETED")
}

/// The task as it is now.
pub(super) async fn again<T: IsTask>(cx: Cx, at: At, shown: T) -> Result<Option<T>, Fault> {
    let client = cx.remote.ecs(&at.session(&cx).await?);
    let call = client.describe_tasks().cluster(shown.cluster_at(&at)?).tasks(&shown.task().arn);
    let answer = call.send().await.map_err(|e| remote::fault("ecs", "DescribeTasks", &e))?;
    Ok(answer.tasks().first().map(|task| shown.with(Task::read(task))))
}

async fn ask_to_stop<T: IsTask>(permit: Permit, at: At, row: T) -> Result<String, Fault> {
    let (region, task) = (at.region()?, row.task());
    let call = permit.ecs(&region).stop_task().cluster(row.cluster_at(&at)?).task(&task.arn).reason(REASON);
    let answer = call.send().await.map_err(|e| remote::fault("ecs", "StopTask", &e))?;
    let status = answer.task().and_then(|t| t.desired_status()).unwrap_or("STOPPED");
    Ok(format!("{}: ECS took it: desired {status}", task.id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_confirmed_with_the_first_letters_of_its_id() {
        let arn = "arn:aws:ecs:eu-west-1:1:task/main/0123456789abcdef0123456789abcdef".to_owned();
        let task = Task { arn, ..Task::default() };
        for verb in ALL {
            assert_eq!((verb.plan)(&task, "").name, "01234567", "{}", verb.id);
        }
        // An id that is shorter is typed as it is.
        assert_eq!(Task { arn: "task/main/77".into(), ..Task::default() }.brief(), "77");
    }

    #[test]
    fn a_task_without_a_service_has_its_cluster_in_its_row() {
        let row = Standalone { cluster_arn: "arn:aws:ecs:eu-west-1:1:cluster/main".into(), ..Standalone::default() };
        assert_eq!(row.cluster_at(&At::fleet()).unwrap(), "arn:aws:ecs:eu-west-1:1:cluster/main");
        assert!(
            Standalone::default().cluster_at(&At::fleet()).is_err()
                && Task::default().cluster_at(&At::fleet()).is_err()
        );
        let ids = |heads: Vec<(&'static str, &'static str)>| heads;
        let own = ids(ALL.iter().map(|v| (v.id, v.key)).collect());
        assert_eq!(own, ids(OF_STANDALONE.iter().map(|v| (v.id, v.key)).collect()), "the same verbs on the same keys");
    }
}
