//! `DescribeCapacityProviders`.

use serde_json::{Value, json};

use super::lookup::{all, cluster, includes, invalid, means, missing, short, tags};
use crate::sim::wire::{Answer, Ask, Refusal};
use crate::sim::world::ecs::{Cluster, Launch, Service};

/// The capacity providers that a cluster names.
pub fn names(cluster: &Cluster) -> Vec<String> {
    match cluster.launch {
        Launch::Ec2 => vec![provider(&cluster.name)],
        Launch::Fargate => vec!["FARGATE".to_owned(), "FARGATE_SPOT".to_owned()],
    }
}

/// What a cluster starts without a word about where.
pub fn strategy(cluster: &Cluster) -> Value {
    let part = |name: &str, weight: i64, base: i64| json!({ "capacityProvider": name, "weight": weight, "base": base });
    let production = cluster.services.iter().any(|service| service.environment == "prod");
    match cluster.launch {
        Launch::Ec2 => json!([part(&provider(&cluster.name), 1, 0)]),
        Launch::Fargate if production => json!([part("FARGATE", 1, 2)]),
        Launch::Fargate => json!([part("FARGATE", 1, 1), part("FARGATE_SPOT", 3, 0)]),
    }
}

/// The provider of a cluster's own machines.
pub fn provider(cluster: &str) -> String {
    format!("{cluster}-machines")
}

/// `DescribeCapacityProviders`: all of the account, those of one cluster, or those that are named.
pub fn describe(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let mut rows = everything(ask);
    if ask.text("cluster").is_some() {
        let named = names(&cluster(ask)?);
        rows.retain(|row| row["name"].as_str().is_some_and(|name| named.iter().any(|it| it == name)));
    }
    let asked = ask.texts("capacityProviders");
    let word = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let meant = |name: &str, row: &Value| means(name, &word(row, "name"), &word(row, "capacityProviderArn"));
    let lost: Vec<Value> = asked
        .iter()
        .filter(|name| !rows.iter().any(|row| meant(name, row)))
        .map(|name| missing(&arn(ask, short(name))))
        .collect();
    if !asked.is_empty() {
        rows.retain(|row| asked.iter().any(|name| meant(name, row)));
    }
    let size = ask.number("maxResults").unwrap_or(10);
    let size = usize::try_from(size).ok().filter(|size| (1..=10).contains(size));
    let size = size.ok_or_else(|| invalid("maxResults must be between 1 and 10."))?;
    let about = format!("{:?}{asked:?}", ask.text("cluster"));
    let page = ask.page(&about, &rows, ask.text("nextToken"), size).map_err(|_| invalid("Invalid token."))?;
    Ok(Answer::json(&json!({ "capacityProviders": page.items, "failures": lost, "nextToken": page.next })))
}

fn arn(ask: &Ask<'_>, name: &str) -> String {
    format!("arn:aws:ecs:{}:{}:capacity-provider/{name}", ask.region, ask.caller.account)
}

/// Those of AWS, those of the clusters on machines, and one in `prod` that nobody uses any more.
fn everything(ask: &Ask<'_>) -> Vec<Value> {
    let of_aws = |name: &str| json!({ "capacityProviderArn": arn(ask, name), "name": name, "status": "ACTIVE", "type": name, "tags": [] });
    let mut rows = vec![of_aws("FARGATE"), of_aws("FARGATE_SPOT")];
    for cluster in all(ask).iter().filter(|cluster| cluster.launch == Launch::Ec2) {
        let Some(service) = cluster.services.first() else { continue };
        rows.push(machines(ask, service, &provider(&cluster.name)));
        if service.environment == "prod" && cluster.name == "prod-batch" {
            rows.push(machines(ask, service, "old-gpu-machines"));
        }
    }
    rows
}

fn machines(ask: &Ask<'_>, service: &Service, name: &str) -> Value {
    let (region, account) = (ask.region, &ask.caller.account);
    let id = service.seed.word("group").word(name).uuid();
    let group = format!("arn:aws:autoscaling:{region}:{account}:autoScalingGroup:{id}:autoScalingGroupName/ecs-{name}");
    let production = service.environment == "prod";
    let mut row = json!({
        "capacityProviderArn": arn(ask, name),
        "name": name,
        "status": "ACTIVE",
        "type": "EC2_AUTOSCALING",
        "autoScalingGroupProvider": {
            "autoScalingGroupArn": group,
            "managedScaling": {
                "status": "ENABLED", "targetCapacity": if production { 90 } else { 100 },
                "minimumScalingStepSize": 1, "maximumScalingStepSize": 4, "instanceWarmupPeriod": 300 },
            "managedTerminationProtection": if production { "ENABLED" } else { "DISABLED" },
            "managedDraining": "ENABLED",
        },
        "updateStatus": "UPDATE_COMPLETE",
        "tags": if includes(ask, "TAGS") { tags(service.team, service.environment) } else { json!([]) },
    });
    if service.cluster == "infrastructure" && service.environment == "dev" {
        row["updateStatus"] = json!("UPDATE_FAILED");
        row["updateStatusReason"] = json!("The Auto Scaling group has no instance protection from scale in.");
    }
    row
}
