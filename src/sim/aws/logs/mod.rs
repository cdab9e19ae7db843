//! `CloudWatch` Logs (AWS JSON 1.1): what the tasks of ECS wrote.

mod filter;
mod get;
mod groups;
mod pattern;

use super::{Dialect, signed};
use crate::sim::wire::{Answer, Ask, Incoming, Protocol, Refusal};
use crate::sim::world::ecs::{Service, Task, clusters, plan, tasks};

/// The service.
pub const DIALECT: Dialect = Dialect {
    service: "logs",
    protocol: Protocol::Json,
    operations: &["DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents"],
    claims,
    who: signed::caller,
    resource,
    answer,
};

fn claims(incoming: &Incoming) -> Option<String> {
    incoming.target("Logs_20140328")
}

/// The group's ARN, or all groups.
fn resource(ask: &Ask<'_>) -> String {
    let (region, account) = (ask.region, &ask.caller.account);
    let group = group_name(ask).unwrap_or_default();
    format!("arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:")
}

fn answer(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    match ask.operation {
        "DescribeLogGroups" => groups::groups(ask),
        "DescribeLogStreams" => groups::streams(ask),
        "FilterLogEvents" => filter::events(ask),
        _ => get::events(ask),
    }
}

fn invalid(message: &str) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}

/// The name of the group, given as a name or an ARN.
fn group_name<'a>(ask: &'a Ask<'_>) -> Option<&'a str> {
    let named = ask.text("logGroupName").or_else(|| ask.text("logGroupIdentifier"))?;
    Some(named.split_once(":log-group:").map_or(named, |(_, name)| name.trim_end_matches(":*")))
}

/// The services of the caller in the region that have a group.
fn services(ask: &Ask<'_>) -> Vec<Service> {
    let account = ask.fleet.world.account(&ask.caller.account);
    let clusters = account.map(|account| clusters(&ask.fleet.world, account, ask.region));
    let all = clusters.into_iter().flatten().flat_map(|cluster| cluster.services.into_iter().chain(cluster.jobs));
    let mut services: Vec<Service> = all.filter(|service| !service.routes_lines()).collect();
    services.sort_by_key(Service::log_group);
    services
}

/// The service of the group that the request names.
fn group(ask: &Ask<'_>) -> Result<Service, Refusal> {
    let name = group_name(ask).ok_or_else(|| invalid("Either logGroupName or logGroupIdentifier is required"))?;
    let found = services(ask).into_iter().find(|service| service.log_group() == name);
    let lost = || Refusal::new("ResourceNotFoundException", "The specified log group does not exist.");
    found.ok_or_else(lost)
}

/// The tasks of a service that have written, each a stream; oldest first.
fn streams(ask: &Ask<'_>, service: &Service) -> Vec<Task> {
    let changes = &ask.fleet.changes;
    let plan = plan(service, &changes.of(&service.arn()), ask.fleet.world.epoch, ask.now);
    let mut tasks = tasks(service, &plan, changes, ask.now);
    tasks.retain(|task| task.started <= ask.now);
    tasks
}

/// `ecs/CONTAINER/TASK`, as the `awslogs` driver names streams.
fn stream_name(service: &Service, task: &Task) -> String {
    format!("ecs/{}/{}", service.name, task.id)
}

/// A limit between 1 and `most`.
fn limit(ask: &Ask<'_>, usual: i64, most: i64) -> Result<usize, Refusal> {
    let limit = ask.number("limit").unwrap_or(usual);
    let size = usize::try_from(limit).ok().filter(|_| (1..=most).contains(&limit));
    size.ok_or_else(|| invalid(&format!("limit must be between 1 and {most}")))
}
