//! `ListClusters` and `DescribeClusters`.

use serde_json::{Value, json};

use super::capacity;
use super::lookup::{Standing, all, cluster_arn, count, includes, means, missing, page, short, standing, tags};
use crate::sim::wire::{Answer, Ask, Refusal};
use crate::sim::world::ecs::{Cluster, INSTANCES, Launch, Status};

/// `ListClusters`.
pub fn list(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let arns: Vec<Value> = all(ask).iter().map(|it| Value::String(cluster_arn(ask, &it.name))).collect();
    page(ask, "clusterArns", "", &arns, 100)
}

/// `DescribeClusters`.
pub fn describe(ask: &Ask<'_>) -> Answer {
    let mut asked = ask.texts("clusters");
    if asked.is_empty() {
        asked.push("default");
    }
    let here = all(ask);
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for name in asked {
        match here.iter().find(|it| means(name, &it.name, &cluster_arn(ask, &it.name))) {
            Some(cluster) => found.push(json(ask, cluster)),
            None => failures.push(missing(&cluster_arn(ask, short(name)))),
        }
    }
    Answer::json(&json!({ "clusters": found, "failures": failures }))
}

fn json(ask: &Ask<'_>, cluster: &Cluster) -> Value {
    let all = cluster.services.iter().chain(&cluster.jobs);
    let read: Vec<Standing> = all.map(|service| standing(ask, service)).collect();
    let tasks = || read.iter().flat_map(|standing| &standing.tasks).map(|task| task.status(ask.now));
    let running = count(tasks().filter(|status| *status == Status::Running));
    let pending = count(tasks().filter(|status| matches!(status, Status::Pending | Status::Provisioning)));
    let ec2 = cluster.launch == Launch::Ec2;
    let instances = if ec2 { INSTANCES } else { 0 };
    let mut json = json!({
        "clusterArn": cluster_arn(ask, &cluster.name),
        "clusterName": cluster.name,
        "status": "ACTIVE",
        "registeredContainerInstancesCount": instances,
        "runningTasksCount": running,
        "pendingTasksCount": pending,
        "activeServicesCount": count(&cluster.services),
        "statistics": [],
        "tags": [],
        "settings": [],
        "capacityProviders": capacity::names(cluster),
        "defaultCapacityProviderStrategy": capacity::strategy(cluster),
    });
    if includes(ask, "TAGS") {
        let first = cluster.services.first();
        json["tags"] = first.map_or_else(|| json!([]), |service| tags(service.team, service.environment));
    }
    if includes(ask, "SETTINGS") {
        let value = if production(cluster) { "enhanced" } else { "disabled" };
        json["settings"] = json!([{ "name": "containerInsights", "value": value }]);
    }
    if includes(ask, "CONFIGURATIONS") && production(cluster) {
        json["configuration"] = json!({ "executeCommandConfiguration": {
            "logging": "OVERRIDE",
            "logConfiguration": { "cloudWatchLogGroupName": format!("/ecs/exec/{}", cluster.name),
                "cloudWatchEncryptionEnabled": true, "s3EncryptionEnabled": false },
        } });
    }
    if includes(ask, "ATTACHMENTS") && ec2 {
        json["attachmentsStatus"] = json!("UPDATE_COMPLETE");
        json["attachments"] = json!([]);
    }
    if includes(ask, "STATISTICS") {
        let kind = if ec2 { "EC2" } else { "Fargate" };
        let pair =
            |name: &str, value: i64| json!({ "name": format!("{name}{kind}TasksCount"), "value": value.to_string() });
        json["statistics"] = json!([pair("running", running), pair("pending", pending)]);
    }
    json
}

fn production(cluster: &Cluster) -> bool {
    cluster.services.iter().any(|service| service.environment == "prod")
}
