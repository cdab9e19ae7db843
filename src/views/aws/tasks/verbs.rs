//! What can be done to a task: stop it (its service starts another), or open a shell in it.

use super::Task;
use crate::{
    access::Permit,
    cx::Cx,
    model::{Danger, Fault, FaultKind, Region},
    remote,
    view::{At, Dry, Plan, Verb, item},
    views::aws::ecs::{Ecs, NO_DRY_RUN, Service},
};

/// The verbs of the view.
pub(super) const ALL: &[Verb<Task>] = &[STOP, super::exec::EXEC];

const STOP: Verb<Task> = Verb {
    id: "stop",
    key: "S",
    about: "stop the task",
    actions: &["ecs:StopTask"],
    input: None,
    fits: |t| if ends(t) { Err(format!("it is {} already", t.status)) } else { Ok(()) },
    plan: |t, _| Plan {
        api: "ecs:StopTask",
        parameters: vec![
            ("cluster", t.cluster().to_owned()),
            ("task", t.id().to_owned()),
            ("reason", REASON.to_owned()),
        ],
        outcome: "it gets SIGTERM, and SIGKILL after its stop time-out; its service starts another".to_owned(),
        danger: Danger::Serious,
        name: t.id().to_owned(),
    },
    dry: Dry::Never(NO_DRY_RUN),
    read: |cx, at, t| Box::pin(again(cx, at, t)),
    same: |shown, fresh| shown.arn == fresh.arn && ends(shown) == ends(fresh),
    act: |permit, at, t, _| Box::pin(stop(permit, at, t)),
};

/// What ECS keeps as the reason of a task that was stopped from here.
const REASON: &str = "stopped by hand with Quarterdeck";

fn ends(task: &Task) -> bool {
    matches!(&*task.desired, "STOPPED") || matches!(&*task.status, "STOPPED" | "DEPROVISIONING" | "DELETED")
}

/// The cluster of a task, by its service.
pub(super) fn cluster(at: &At) -> Result<String, Fault> {
    let service: Option<&Service> = at.parent.as_ref().and_then(item::<Ecs>);
    let none = || Fault::new(FaultKind::Invalid, "the task's service is not known");
    service.map(|s| s.cluster_arn.to_string()).ok_or_else(none)
}

/// The task as it is now.
pub(super) async fn again(cx: Cx, at: At, shown: Task) -> Result<Option<Task>, Fault> {
    let client = cx.remote.ecs(&at.session(&cx).await?);
    let call = client.describe_tasks().cluster(cluster(&at)?).tasks(&shown.arn);
    let answer = call.send().await.map_err(|e| remote::fault("ecs", "DescribeTasks", &e))?;
    Ok(answer.tasks().first().map(Task::read))
}

async fn stop(permit: Permit, at: At, task: Task) -> Result<String, Fault> {
    let region = at.scope.region.clone().unwrap_or_else(|| Region::from("us-east-1"));
    let call = permit.ecs(&region).stop_task().cluster(cluster(&at)?).task(&task.arn).reason(REASON);
    let answer = call.send().await.map_err(|e| remote::fault("ecs", "StopTask", &e))?;
    let status = answer.task().and_then(|t| t.desired_status()).unwrap_or("STOPPED");
    Ok(format!("{}: ECS took it: desired {status}", task.id()))
}
