//! `ListServices` and `DescribeServices`.

use serde_json::{Value, json};

use super::lookup::{Standing, absent, cluster, count, includes, invalid, means, page, standing, tags};
use crate::sim::wire::{Answer, Ask, Refusal, seconds};
use crate::sim::world::ecs::{Fate, Launch, Rollout, Service, Status, Task, events, failures};

/// `ListServices`.
pub fn list(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let cluster = cluster(ask)?;
    let launch = ask.text("launchType");
    let wanted = |service: &&Service| launch.is_none_or(|launch| launch == service.launch.word());
    let arns: Vec<Value> = cluster.services.iter().filter(wanted).map(|service| Value::String(service.arn())).collect();
    page(ask, "serviceArns", &cluster.name, &arns, 10)
}

/// `DescribeServices`.
pub fn describe(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let cluster = cluster(ask)?;
    let asked = ask.texts("services");
    if asked.is_empty() {
        return Err(invalid("services can not be empty."));
    }
    if asked.len() > 10 {
        return Err(invalid("services should be less than or equal to 10."));
    }
    let (mut found, mut lost) = (Vec::new(), Vec::new());
    for name in asked {
        match cluster.services.iter().find(|it| means(name, &it.name, &it.arn())) {
            Some(service) => found.push(json(ask, service)),
            None => lost.push(absent(ask, "service", &cluster.name, name)),
        }
    }
    Ok(Answer::json(&json!({ "services": found, "failures": lost })))
}

fn running(tasks: &[Task], now: i64, of: impl Fn(&Task) -> bool) -> (i64, i64) {
    let status = |task: &&Task| of(task).then(|| task.status(now));
    let all = || tasks.iter().filter_map(|task| status(&task));
    let running = count(all().filter(|status| *status == Status::Running));
    (running, count(all().filter(|status| *status != Status::Stopped)) - running)
}

/// A service as `DescribeServices` and `UpdateService` show it.
pub fn json(ask: &Ask<'_>, service: &Service) -> Value {
    let standing = standing(ask, service);
    let (running, pending) = running(&standing.tasks, ask.now, |_| true);
    let primary = standing.plan.primary();
    let revision = primary.map_or(1, |rollout| rollout.revision);
    let group = service.target_group();
    let balancers = if service.balanced() {
        json!([{ "targetGroupArn": group, "containerName": service.name, "containerPort": service.port() }])
    } else {
        json!([])
    };
    let mut json = json!({
        "serviceArn": service.arn(),
        "serviceName": service.name,
        "clusterArn": service.cluster_arn(),
        "loadBalancers": balancers,
        "serviceRegistries": [],
        "status": "ACTIVE",
        "desiredCount": standing.plan.desired,
        "runningCount": running,
        "pendingCount": pending,
        "launchType": service.launch.word(),
        "taskDefinition": service.definition(revision),
        "deploymentConfiguration": configuration(service),
        "deployments": deployments(ask, service, &standing),
        "events": happened(ask, service, &standing),
        "createdAt": seconds(service.created()),
        "createdBy": format!("arn:aws:iam::{}:role/delegated-role", service.account),
        "placementConstraints": [],
        "placementStrategy": [],
        "networkConfiguration": network(service),
        "schedulingStrategy": "REPLICA",
        "deploymentController": { "type": "ECS" },
        "enableECSManagedTags": true,
        "propagateTags": "SERVICE",
        "enableExecuteCommand": super::exec::enabled(service),
        "availabilityZoneRebalancing": "ENABLED",
    });
    if service.balanced() {
        json["healthCheckGracePeriodSeconds"] = json!(60);
    }
    if service.launch == Launch::Fargate {
        json["platformVersion"] = json!("1.4.0");
        json["platformFamily"] = json!("Linux");
    }
    if includes(ask, "TAGS") {
        json["tags"] = tags(service.team, service.environment);
    }
    json
}

/// The deployment configuration of a service.
pub fn configuration(service: &Service) -> Value {
    json!({
        "deploymentCircuitBreaker": { "enable": service.breaker(), "rollback": service.rolls_back() },
        "maximumPercent": 200,
        "minimumHealthyPercent": if service.environment == "prod" { 100 } else { 50 },
        "strategy": "ROLLING",
        "bakeTimeInMinutes": 0,
    })
}

/// The network of a service's tasks.
pub fn network(service: &Service) -> Value {
    let draw = service.seed.word("network").word(&service.cluster);
    let subnets: Vec<String> = (0..3).map(|n| format!("subnet-{}", draw.num(n).hex(17))).collect();
    let group = format!("sg-{}", draw.word("group").hex(17));
    json!({ "awsvpcConfiguration": {
        "subnets": subnets, "securityGroups": [group], "assignPublicIp": "DISABLED" } })
}

/// The newest deployment, and the older ones that still have tasks.
fn deployments(ask: &Ask<'_>, service: &Service, standing: &Standing) -> Vec<Value> {
    let mut shown = Vec::new();
    for (place, rollout) in standing.plan.rollouts.iter().rev().enumerate() {
        let (running, pending) = running(&standing.tasks, ask.now, |task| task.rollout.start == rollout.start);
        if place == 0 || running + pending > 0 {
            shown.push(deployment(ask, service, standing, rollout, (running, pending), place == 0));
        }
    }
    shown
}

fn deployment(
    ask: &Ask<'_>,
    service: &Service,
    standing: &Standing,
    rollout: &Rollout,
    (running, pending): (i64, i64),
    primary: bool,
) -> Value {
    let id = rollout.id(service);
    let (state, reason) = match (ask.now < rollout.end(), rollout.fate) {
        // An older one is not in progress any more: the newer has taken its place.
        (true, _) if primary => ("IN_PROGRESS", format!("ECS deployment {id} in progress.")),
        (_, Fate::Fails) => ("FAILED", "ECS deployment circuit breaker: tasks failed to start.".to_owned()),
        _ => ("COMPLETED", format!("ECS deployment {id} completed.")),
    };
    let updated = rollout.end().min(ask.now);
    let mut json = json!({
        "id": id,
        "status": if primary { "PRIMARY" } else { "ACTIVE" },
        "taskDefinition": service.definition(rollout.revision),
        "desiredCount": if primary { standing.plan.desired } else { running },
        "pendingCount": pending,
        "runningCount": running,
        "failedTasks": failures(service, &standing.plan, rollout, ask.now),
        "createdAt": seconds(rollout.start),
        "updatedAt": seconds(updated),
        "launchType": service.launch.word(),
        "networkConfiguration": network(service),
        "rolloutState": state,
        "rolloutStateReason": reason,
    });
    if service.launch == Launch::Fargate {
        json["platformVersion"] = json!("1.4.0");
        json["platformFamily"] = json!("Linux");
    }
    json
}

fn happened(ask: &Ask<'_>, service: &Service, standing: &Standing) -> Vec<Value> {
    events(service, &standing.plan, &standing.tasks, ask.now)
        .into_iter()
        .map(|event| json!({ "id": event.id, "createdAt": seconds(event.at), "message": event.message }))
        .collect()
}
