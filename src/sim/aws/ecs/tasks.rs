//! `ListTasks` and `DescribeTasks`.

use serde_json::{Value, json};

use super::lookup::{absent, cluster, includes, invalid, means, page, short, standing, tags};
use crate::sim::wire::{Answer, Ask, Refusal, seconds};
use crate::sim::world::ecs::{Cluster, End, Launch, Service, Status, Task, instance_id};

/// `ListTasks`.
pub fn list(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let cluster = cluster(ask)?;
    let name = ask.text("serviceName").map(short);
    if name.is_some_and(|name| !cluster.services.iter().any(|service| service.name == name)) {
        return Err(Refusal::new("ServiceNotFoundException", "Service not found."));
    }
    let status = ask.text("desiredStatus").unwrap_or("RUNNING");
    if !["RUNNING", "PENDING", "STOPPED"].contains(&status) {
        return Err(invalid("desiredStatus should be one of [RUNNING, PENDING, STOPPED]"));
    }
    let (family, launch) = (ask.text("family"), ask.text("launchType"));
    let instance = ask.text("containerInstance").map(short);
    let chosen = |service: &&Service| {
        name.is_none_or(|name| name == service.name)
            && family.is_none_or(|family| family == service.name)
            && launch.is_none_or(|launch| launch == service.launch.word())
    };
    let mut arns = Vec::new();
    let jobs = cluster.jobs.iter().filter(|_| name.is_none());
    for service in cluster.services.iter().chain(jobs).filter(chosen) {
        for task in &standing(ask, service).tasks {
            let over = task.status(ask.now) == Status::Stopped;
            let home = task.instance(service).map(|number| instance_id(service, number));
            // PENDING is a status that no task is ever meant to have.
            let fits = status == if over { "STOPPED" } else { "RUNNING" };
            if fits && instance.is_none_or(|instance| home.as_deref() == Some(instance)) {
                arns.push(Value::String(service.arn_of("task", &task.id)));
            }
        }
    }
    let about = format!("{}|{name:?}|{status}", cluster.name);
    page(ask, "taskArns", &about, &arns, 100)
}

/// `DescribeTasks`.
pub fn describe(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let cluster = cluster(ask)?;
    let asked = ask.texts("tasks");
    if asked.is_empty() {
        return Err(invalid("Tasks cannot be empty."));
    }
    if asked.len() > 100 {
        return Err(invalid("Tasks cannot have more than 100 elements."));
    }
    let here = every(ask, &cluster);
    let (mut found, mut lost) = (Vec::new(), Vec::new());
    for name in asked {
        match here.iter().find(|(service, task)| means(name, &task.id, &service.arn_of("task", &task.id))) {
            Some((service, task)) => found.push(json(ask, service, task)),
            None => lost.push(absent(ask, "task", &cluster.name, name)),
        }
    }
    Ok(Answer::json(&json!({ "tasks": found, "failures": lost })))
}

/// All tasks of a cluster and the services or jobs that they belong to.
pub fn every<'a>(ask: &Ask<'_>, cluster: &'a Cluster) -> Vec<(&'a Service, Task)> {
    let services = cluster.services.iter().chain(&cluster.jobs);
    services.flat_map(|service| standing(ask, service).tasks.into_iter().map(move |task| (service, task))).collect()
}

/// `stopCode` and `stoppedReason`.
fn ending(service: &Service, task: &Task, end: &End) -> (&'static str, String) {
    let deployment = task.rollout.id(service);
    let group = service.target_group();
    match end {
        End::Deployment | End::Scaled => {
            ("ServiceSchedulerInitiated", format!("Scaling activity initiated by (deployment {deployment})"))
        }
        End::Exit(_) | End::OutOfMemory => {
            ("EssentialContainerExited", "Essential container in task exited".to_owned())
        }
        End::Balancer => {
            ("ServiceSchedulerInitiated", format!("Task failed ELB health checks in (target-group {group})"))
        }
        End::Health => ("ServiceSchedulerInitiated", "Task failed container health checks".to_owned()),
        End::Asked(reason) => ("UserInitiated", reason.clone()),
    }
}

/// A task as `DescribeTasks` and `StopTask` show it.
pub fn json(ask: &Ask<'_>, service: &Service, task: &Task) -> Value {
    let (status, revision) = (task.status(ask.now), task.rollout.revision);
    let (cpu, memory) = service.size();
    let mut json = json!({
        "taskArn": service.arn_of("task", &task.id),
        "clusterArn": service.cluster_arn(),
        "taskDefinitionArn": service.definition(revision),
        "group": service.group(),
        "startedBy": service.starter(task),
        "launchType": service.launch.word(),
        "lastStatus": status.word(),
        "desiredStatus": if status == Status::Stopped { "STOPPED" } else { "RUNNING" },
        "healthStatus": health(service, task, status),
        "availabilityZone": task.zone(service),
        "cpu": cpu.to_string(),
        "memory": memory.to_string(),
        "connectivity": "CONNECTED",
        "createdAt": seconds(task.created),
        "containers": [container(ask, service, task)],
        "attachments": [attachment(service, task)],
        "attributes": [{ "name": "ecs.cpu-architecture", "value": "arm64" }],
        "overrides": { "containerOverrides": [{ "name": service.name }], "inferenceAcceleratorOverrides": [] },
        "enableExecuteCommand": super::exec::enabled(service),
        "version": if status == Status::Stopped { 6 } else { 4 },
        "tags": [],
    });
    let started = task.stopped.as_ref().is_none_or(|(at, _)| *at > task.started);
    if ask.now >= task.started && started {
        json["pullStartedAt"] = seconds(task.created + 6000);
        json["pullStoppedAt"] = seconds(task.started - 1500);
        json["connectivityAt"] = seconds(task.created + 5000);
        json["startedAt"] = seconds(task.started);
    }
    if let Some((at, end)) = task.ended(ask.now) {
        let (code, reason) = ending(service, task, end);
        json["stopCode"] = json!(code);
        json["stoppedReason"] = json!(reason);
        json["stoppingAt"] = seconds(at - 2000);
        json["executionStoppedAt"] = seconds(at - 1000);
        json["stoppedAt"] = seconds(at);
    }
    if let Some(number) = task.instance(service) {
        let id = instance_id(service, number);
        json["containerInstanceArn"] = json!(service.arn_of("container-instance", &id));
    } else {
        json["platformVersion"] = json!("1.4.0");
        json["platformFamily"] = json!("Linux");
    }
    if includes(ask, "TAGS") {
        json["tags"] = tags(service.team, service.environment);
    }
    json
}

/// A task that is about to die of its health looks unhealthy for its last minute.
fn health(service: &Service, task: &Task, status: Status) -> &'static str {
    match (&task.stopped, status) {
        (_, Status::Provisioning | Status::Pending) => "UNKNOWN",
        (Some((_, End::Health)), _) => "UNHEALTHY",
        _ if service.balanced() => "HEALTHY",
        _ => "UNKNOWN",
    }
}

/// The ARN of the container of a task.
pub fn container_arn(service: &Service, task: &Task) -> String {
    let draw = service.seed.word("container").word(&task.id);
    service.arn_of("container", &format!("{}/{}", task.id, draw.uuid()))
}

fn container(ask: &Ask<'_>, service: &Service, task: &Task) -> Value {
    let (cpu, memory) = service.size();
    let draw = service.seed.word("container").word(&task.id);
    let revision = task.rollout.revision;
    let digest = service.seed.word("digest").num(revision).hex(64);
    let status = match task.status(ask.now) {
        Status::Provisioning => Status::Pending,
        status => status,
    };
    let mut json = json!({
        "containerArn": container_arn(service, task),
        "taskArn": service.arn_of("task", &task.id),
        "name": service.name,
        "image": service.image(revision),
        "imageDigest": format!("sha256:{digest}"),
        "runtimeId": format!("{}-{}", task.id, draw.digits(10)),
        "lastStatus": status.word(),
        "healthStatus": health(service, task, status),
        "networkBindings": [],
        "networkInterfaces": [{
            "attachmentId": draw.word("attachment").uuid(), "privateIpv4Address": task.address(service) }],
        "cpu": cpu.to_string(),
        "memory": memory.to_string(),
    });
    if super::exec::enabled(service) && status != Status::Stopped {
        let started = if status == Status::Running { "RUNNING" } else { "PENDING" };
        json["managedAgents"] = json!([{ "name": "ExecuteCommandAgent", "lastStatus": started }]);
    }
    match task.ended(ask.now) {
        Some((_, End::Exit(code))) => json["exitCode"] = json!(code),
        Some((_, End::OutOfMemory)) => {
            json["exitCode"] = json!(137);
            json["reason"] = json!("OutOfMemoryError: Container killed due to memory usage");
        }
        // SIGTERM, and the process left in good order.
        Some(_) => json["exitCode"] = json!(0),
        None => {}
    }
    json
}

fn attachment(service: &Service, task: &Task) -> Value {
    let draw = service.seed.word("container").word(&task.id);
    let network = service.seed.word("network").word(&service.cluster);
    let pair = |name: &str, value: String| json!({ "name": name, "value": value });
    json!({
        "id": draw.word("attachment").uuid(),
        "type": if service.launch == Launch::Fargate { "ElasticNetworkInterface" } else { "eni" },
        "status": "ATTACHED",
        "details": [
            pair("subnetId", format!("subnet-{}", network.num(task.slot.rem_euclid(3)).hex(17))),
            pair("networkInterfaceId", format!("eni-{}", draw.word("interface").hex(17))),
            pair("privateIPv4Address", task.address(service)),
        ],
    })
}
