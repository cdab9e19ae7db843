//! `ListContainerInstances` and `DescribeContainerInstances`.

use serde_json::{Value, json};

use super::capacity::provider;
use super::lookup::{absent, cluster, count, includes, invalid, means, page, tags};
use super::tasks::every;
use crate::sim::wire::{Answer, Ask, Refusal, seconds};
use crate::sim::world::ecs::{Cluster, INSTANCES, Launch, Service, Status, Task, instance_id};

/// CPU units and MiB that an m7g.xlarge registers.
const REGISTERED: (i64, i64) = (4096, 15_731);

/// The first service stands for its cluster: ids follow from the cluster alone.
fn owner(cluster: &Cluster) -> Option<&Service> {
    cluster.services.first().filter(|_| cluster.launch == Launch::Ec2)
}

/// `ListContainerInstances`.
pub fn list(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let cluster = cluster(ask)?;
    let arn = |service: &Service, number| service.arn_of("container-instance", &instance_id(service, number));
    let wanted = ask.text("status");
    let arns: Vec<Value> = owner(&cluster)
        .into_iter()
        .flat_map(|service| (0..INSTANCES).map(move |number| (service, number)))
        .filter(|(service, number)| wanted.is_none_or(|wanted| wanted == status(service, *number)))
        .map(|(service, number)| Value::String(arn(service, number)))
        .collect();
    page(ask, "containerInstanceArns", &cluster.name, &arns, 100)
}

/// `DescribeContainerInstances`.
pub fn describe(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let cluster = cluster(ask)?;
    let asked = ask.texts("containerInstances");
    if asked.is_empty() {
        return Err(invalid("Container instances cannot be empty."));
    }
    if asked.len() > 100 {
        return Err(invalid("Container instances cannot have more than 100 elements."));
    }
    let here = every(ask, &cluster);
    let (mut found, mut lost) = (Vec::new(), Vec::new());
    for name in asked {
        let number = owner(&cluster).and_then(|service| {
            let matches = |number: &i64| {
                let id = instance_id(service, *number);
                means(name, &id, &service.arn_of("container-instance", &id))
            };
            Some((service, (0..INSTANCES).find(matches)?))
        });
        match number {
            Some((service, number)) => found.push(json(ask, service, number, &here)),
            None => lost.push(absent(ask, "container-instance", &cluster.name, name)),
        }
    }
    Ok(Answer::json(&json!({ "containerInstances": found, "failures": lost })))
}

/// One machine of the infrastructure that comes before production is being replaced.
fn status(service: &Service, number: i64) -> &'static str {
    let replaced = service.cluster == "infrastructure" && service.environment == "preprod" && number == 2;
    if replaced { "DRAINING" } else { "ACTIVE" }
}

/// The agent of one machine of the test infrastructure has lost its connection, and a task runs on it.
fn connected(service: &Service, number: i64) -> bool {
    !(service.cluster == "infrastructure" && service.environment == "test" && number == 0)
}

fn resources(cpu: i64, memory: i64) -> Value {
    let row = |name: &str, value: i64| {
        json!({ "name": name, "type": "INTEGER", "integerValue": value,
            "longValue": 0, "doubleValue": 0.0 })
    };
    json!([row("CPU", cpu), row("MEMORY", memory)])
}

fn json(ask: &Ask<'_>, service: &Service, number: i64, here: &[(&Service, Task)]) -> Value {
    let id = instance_id(service, number);
    let draw = service.seed.word("ec2").num(number);
    let alive = |(service, task): &&(&Service, Task)| {
        task.instance(service) == Some(number) && task.status(ask.now) != Status::Stopped
    };
    let tasks: Vec<&(&Service, Task)> = here.iter().filter(alive).collect();
    let used = tasks.iter().fold((0, 0), |used, (service, _)| {
        let size = service.size();
        (used.0 + size.0, used.1 + size.1)
    });
    let (cpu, memory) = REGISTERED;
    // The zone of the tasks that land here.
    let letter = ["a", "b", "c"].get(usize::try_from(number.rem_euclid(3)).unwrap_or(0)).unwrap_or(&"a");
    let running = count(tasks.iter().filter(|(_, task)| task.status(ask.now) == Status::Running));
    let tags = if includes(ask, "TAGS") { tags(service.team, service.environment) } else { json!([]) };
    let mut json = json!({
        "containerInstanceArn": service.arn_of("container-instance", &id),
        "ec2InstanceId": format!("i-{}", draw.hex(17)),
        "version": 41,
        "versionInfo": { "agentVersion": "1.98.0", "agentHash": draw.word("agent").hex(8),
            "dockerVersion": "DockerVersion: 25.0.8" },
        "remainingResources": resources((cpu - used.0).max(0), (memory - used.1).max(0)),
        "registeredResources": resources(cpu, memory),
        "status": status(service, number),
        "agentConnected": connected(service, number),
        "capacityProviderName": provider(&service.cluster),
        "runningTasksCount": running,
        "pendingTasksCount": count(&tasks) - running,
        "attributes": [
            { "name": "ecs.availability-zone", "value": format!("{}{letter}", service.region) },
            { "name": "ecs.instance-type", "value": "m7g.xlarge" },
            { "name": "ecs.cpu-architecture", "value": "arm64" },
        ],
        "registeredAt": seconds(service.created() + 3_600_000),
        "attachments": [],
        "tags": tags,
    });
    if status(service, number) == "DRAINING" {
        json["statusReason"] = json!("Instance is being replaced by an instance refresh of its Auto Scaling group.");
    }
    if includes(ask, "CONTAINER_INSTANCE_HEALTH") {
        let state = if connected(service, number) { "OK" } else { "INSUFFICIENT_DATA" };
        json["healthStatus"] = json!({ "overallStatus": state, "details": [] });
    }
    json
}
