//! `ExecuteCommand`: a session in a container, whose token leads nowhere.

use serde_json::json;

use super::lookup::{cluster, invalid, means};
use super::tasks;
use crate::sim::wire::{Answer, Ask, Refusal};
use crate::sim::world::ecs::{Service, Status};

/// Whether commands can be run in the tasks of a service.
pub fn enabled(service: &Service) -> bool {
    service.seed.word("exec").chance(40)
}

/// `ExecuteCommand`.
pub fn execute(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let cluster = cluster(ask)?;
    let name = ask.text("task").unwrap_or_default();
    let here = tasks::every(ask, &cluster);
    let found = here.iter().find(|(service, task)| means(name, &task.id, &service.arn_of("task", &task.id)));
    let (service, task) = found.ok_or_else(|| invalid("The referenced task was not found."))?;
    if ask.text("command").is_none_or(str::is_empty) {
        return Err(invalid("Command cannot be empty."));
    }
    if ask.input.get("interactive") != Some(&json!(true)) {
        return Err(invalid("Interactive is the only mode supported currently."));
    }
    if ask.text("container").is_some_and(|container| container != service.name) {
        return Err(invalid("The container name you specified does not exist in the task."));
    }
    if !enabled(service) || task.status(ask.now) != Status::Running {
        return Err(invalid(
            "The execute command failed because execute command was not enabled when the task was run or the execute \
             command agent isn’t running. Wait and try again or run a new task with execute command enabled and try \
             again.",
        ));
    }
    let draw = service.seed.word("session").word(&task.id).num(ask.now);
    let session = format!("ecs-execute-command-{}", draw.hex(17));
    let url =
        format!("wss://ssmmessages.{}.amazonaws.com/v1/data-channel/{session}?role=publish_subscribe", ask.region);
    Ok(Answer::json(&json!({
        "clusterArn": service.cluster_arn(),
        "containerArn": tasks::container_arn(service, task),
        "containerName": service.name,
        "interactive": true,
        "session": { "sessionId": session, "streamUrl": url, "tokenValue": format!("AAEA{}", draw.word("token").hex(64)) },
        "taskArn": service.arn_of("task", &task.id),
    })))
}
