//! Amazon ECS (AWS JSON 1.1).

mod capacity;
mod change;
mod clusters;
mod definitions;
mod deployments;
mod exec;
mod instances;
mod lookup;
mod revisions;
mod services;
mod tasks;

use super::{Dialect, signed};
use crate::sim::wire::{Answer, Ask, Incoming, Protocol, Refusal};

/// The service.
pub const DIALECT: Dialect = Dialect {
    service: "ecs",
    protocol: Protocol::Json,
    operations: &[
        "DescribeCapacityProviders",
        "DescribeClusters",
        "DescribeContainerInstances",
        "DescribeServiceDeployments",
        "DescribeServiceRevisions",
        "DescribeServices",
        "DescribeTaskDefinition",
        "DescribeTasks",
        "ExecuteCommand",
        "ListClusters",
        "ListContainerInstances",
        "ListServiceDeployments",
        "ListServices",
        "ListTaskDefinitions",
        "ListTasks",
        "StopTask",
        "UpdateService",
    ],
    claims,
    who: signed::caller,
    resource,
    answer,
};

fn claims(incoming: &Incoming) -> Option<String> {
    incoming.target("AmazonEC2ContainerServiceV20141113")
}

/// The ARN of the service or cluster, for the operations that know one.
fn resource(ask: &Ask<'_>) -> String {
    let (region, account) = (ask.region, &ask.caller.account);
    let wide = ["DescribeTaskDefinition", "ListTaskDefinitions", "DescribeCapacityProviders"];
    if ask.operation.starts_with("ListC") || wide.contains(&ask.operation) {
        return "*".to_owned();
    }
    let cluster = lookup::short(ask.text("cluster").unwrap_or("default"));
    match ask.operation {
        "UpdateService" => {
            let service = lookup::short(ask.text("service").unwrap_or_default());
            format!("arn:aws:ecs:{region}:{account}:service/{cluster}/{service}")
        }
        "StopTask" | "ExecuteCommand" => {
            let task = lookup::short(ask.text("task").unwrap_or_default());
            format!("arn:aws:ecs:{region}:{account}:task/{cluster}/{task}")
        }
        _ => format!("arn:aws:ecs:{region}:{account}:cluster/{cluster}"),
    }
}

fn answer(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    match ask.operation {
        "ListClusters" => clusters::list(ask),
        "DescribeCapacityProviders" => capacity::describe(ask),
        "DescribeClusters" => Ok(clusters::describe(ask)),
        "ListServices" => services::list(ask),
        "DescribeServices" => services::describe(ask),
        "ListTasks" => tasks::list(ask),
        "DescribeTasks" => tasks::describe(ask),
        "ListTaskDefinitions" => definitions::list(ask),
        "DescribeTaskDefinition" => definitions::describe(ask),
        "ListServiceDeployments" => deployments::list(ask),
        "DescribeServiceDeployments" => deployments::describe(ask),
        "DescribeServiceRevisions" => revisions::describe(ask),
        "ListContainerInstances" => instances::list(ask),
        "DescribeContainerInstances" => instances::describe(ask),
        "ExecuteCommand" => exec::execute(ask),
        "UpdateService" => change::update(ask),
        _ => change::stop(ask),
    }
}
