//! `UpdateService` and `StopTask`: what changes the fleet.

use serde_json::json;

use super::lookup::{cluster, invalid, means, short, standing};
use super::{services, tasks};
use crate::sim::wire::{Answer, Ask, Refusal};
use crate::sim::world::ecs::{Ordered, Status, newest};

/// `UpdateService`: another desired count, another revision, or the same one anew.
pub fn update(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let cluster = cluster(ask)?;
    let name = ask.text("service").unwrap_or_default();
    let service = cluster.services.iter().find(|it| means(name, &it.name, &it.arn()));
    let service = service.ok_or_else(|| Refusal::new("ServiceNotFoundException", "Service not found."))?;
    let desired = ask.number("desiredCount");
    if desired.is_some_and(|desired| !(0..=5000).contains(&desired)) {
        return Err(invalid("desiredCount must be between 0 and 5000."));
    }
    let plan = standing(ask, service).plan;
    // After a way back the present revision is not the newest one, which may be deployed again.
    let (present, newest) = (plan.primary().map_or(1, |rollout| rollout.revision), newest(&plan));
    let revision = match ask.text("taskDefinition").map(short) {
        None => None,
        Some(asked) => {
            let (family, revision) = asked.split_once(':').unwrap_or((asked, ""));
            let revision = if revision.is_empty() { Some(newest) } else { revision.parse().ok() };
            let known = revision.filter(|rev| family == service.name && (1..=newest).contains(rev));
            let lost = || Refusal::new("ClientException", "Unable to describe task definition.");
            Some(known.ok_or_else(lost)?)
        }
    };
    let force = ask.input.get("forceNewDeployment").and_then(serde_json::Value::as_bool).unwrap_or(false);
    ask.fleet.changes.change(&service.arn(), |change| {
        if let Some(desired) = desired {
            change.desired = Some((desired, ask.now));
        }
        if force || revision.is_some_and(|revision| revision != present) {
            change.ordered.push(Ordered { at: ask.now, revision });
        }
    });
    Ok(Answer::json(&json!({ "service": services::json(ask, service) })))
}

/// `StopTask`.
pub fn stop(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let cluster = cluster(ask)?;
    let name = ask.text("task").unwrap_or_default();
    let here = tasks::every(ask, &cluster);
    let found = here.iter().find(|(service, task)| means(name, &task.id, &service.arn_of("task", &task.id)));
    let (service, task) = found.ok_or_else(|| invalid("The referenced task was not found."))?;
    if task.status(ask.now) != Status::Stopped {
        let reason = ask.text("reason").unwrap_or("Task stopped by user");
        ask.fleet.changes.stop(&task.id, ask.now, reason);
    }
    let after = tasks::every(ask, &cluster);
    let task = after.iter().find(|(_, after)| after.id == task.id).map_or(task, |(_, task)| task);
    Ok(Answer::json(&json!({ "task": tasks::json(ask, service, task) })))
}
