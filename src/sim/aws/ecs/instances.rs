//! `ListContainerInstances` and `DescribeContainerInstances`.

use serde_json::{Value, json};

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
    let active = ask.text("status").is_none_or(|status| status == "ACTIVE");
    let owner = owner(&cluster).filter(|_| active);
    let arns: Vec<Value> = owner
        .into_iter()
        .flat_map(|service| (0..INSTANCES).map(move |number| Value::String(arn(service, number))))
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
    let running = count(tasks.iter().filter(|(_, task)| task.status(ask.now) == Status::Running));
    let tags = if includes(ask, "TAGS") { tags(service.team, service.environment) } else { json!([]) };
    json!({
        "containerInstanceArn": service.arn_of("container-instance", &id),
        "ec2InstanceId": format!("i-{}", draw.hex(17)),
        "version": 41,
        "versionInfo": { "agentVersion": "1.98.0", "agentHash": draw.word("agent").hex(8),
            "dockerVersion": "DockerVersion: 25.0.8" },
        "remainingResources": resources((cpu - used.0).max(0), (memory - used.1).max(0)),
        "registeredResources": resources(cpu, memory),
        "status": "ACTIVE",
        "agentConnected": true,
        "runningTasksCount": running,
        "pendingTasksCount": count(&tasks) - running,
        "attributes": [
            { "name": "ecs.instance-type", "value": "m7g.xlarge" },
            { "name": "ecs.cpu-architecture", "value": "arm64" },
        ],
        "registeredAt": seconds(service.created() + 3_600_000),
        "attachments": [],
        "tags": tags,
    })
}
