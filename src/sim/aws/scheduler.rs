//! `EventBridge` Scheduler (REST JSON): schedules and what they start.

use serde_json::{Value, json};

use super::{Dialect, anything, signed};
use crate::sim::wire::{Answer, Ask, Incoming, Protocol, Refusal, seconds};
use crate::sim::world::ecs::{Service, Trigger, started};

/// The service.
pub const DIALECT: Dialect = Dialect {
    service: "scheduler",
    protocol: Protocol::Rest,
    operations: &["GetSchedule", "ListSchedules"],
    claims,
    who: signed::caller,
    resource: anything,
    answer,
};

fn claims(incoming: &Incoming) -> Option<String> {
    let (first, name) = incoming.path.trim_start_matches('/').split_once('/').unwrap_or((&incoming.path, ""));
    if incoming.method != "GET" || first.trim_start_matches('/') != "schedules" {
        return None;
    }
    Some(if name.is_empty() { "ListSchedules" } else { "GetSchedule" }.to_owned())
}

fn answer(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    if ask.operation == "ListSchedules" { list(ask) } else { get(ask) }
}

/// The jobs of the caller in the region that a schedule starts.
fn jobs(ask: &Ask<'_>) -> Vec<Service> {
    let scheduled = |job: &Service| matches!(job.trigger(), Some(Trigger::Schedule { .. }));
    let account = ask.fleet.world.account(&ask.caller.account);
    let all = account.map(|account| started(&ask.fleet.world, account, ask.region)).unwrap_or_default();
    all.into_iter().filter(scheduled).collect()
}

fn arn(ask: &Ask<'_>, name: &str) -> String {
    format!("arn:aws:scheduler:{}:{}:schedule/default/{name}", ask.region, ask.caller.account)
}

const fn state(job: &Service) -> &'static str {
    if job.is_enabled() { "ENABLED" } else { "DISABLED" }
}

/// The schedules, and one that calls a function.
fn list(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let invalid = |what: &str| Refusal::new("ValidationException", what);
    let size = ask.text("MaxResults").map_or(Ok(100), str::parse);
    let size = size.ok().filter(|size| (1..=100).contains(size));
    let size = size.ok_or_else(|| invalid("MaxResults must be between 1 and 100"))?;
    let (group, prefix) = (ask.text("ScheduleGroup"), ask.text("NamePrefix").unwrap_or_default());
    let jobs = jobs(ask);
    let mut rows: Vec<Value> = jobs.iter().map(|job| row(ask, &job.name, state(job), &target_arn(job))).collect();
    if !jobs.is_empty() {
        let function = format!("arn:aws:lambda:{}:{}:function:rotate", ask.region, ask.caller.account);
        rows.push(row(ask, "rotate-keys", "ENABLED", &function));
    }
    rows.retain(|row| {
        row["Name"].as_str().is_some_and(|name| name.starts_with(prefix))
            && group.is_none_or(|group| group == "default")
            && ask.text("State").is_none_or(|state| row["State"] == state)
    });
    rows.sort_by_key(|row| row["Name"].as_str().map(str::to_owned));
    let page = ask.page(&format!("{group:?}{prefix}"), &rows, ask.text("NextToken"), size);
    let page = page.map_err(|_| invalid("Invalid NextToken"))?;
    Ok(Answer::rest(&json!({ "Schedules": page.items, "NextToken": page.next })))
}

fn row(ask: &Ask<'_>, name: &str, state: &str, target: &str) -> Value {
    json!({ "Arn": arn(ask, name), "Name": name, "GroupName": "default", "State": state, "Target": { "Arn": target } })
}

/// A template of the service's own, or the universal target that calls the API.
fn target_arn(job: &Service) -> String {
    match job.trigger() {
        Some(Trigger::Schedule { universal: true, .. }) => "arn:aws:scheduler:::aws-sdk:ecs:runTask".to_owned(),
        _ => job.cluster_arn(),
    }
}

fn get(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let name = ask.text("$path").and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let lost = || Refusal::new("ResourceNotFoundException", format!("Schedule {name} does not exist.")).status(404);
    let jobs = jobs(ask);
    let default = ask.text("groupName").is_none_or(|group| group == "default");
    let job = jobs.iter().find(|job| job.name == name && default).ok_or_else(lost)?;
    let Some(Trigger::Schedule { expression, zone, universal }) = job.trigger() else { return Err(lost()) };
    let mut target = json!({
        "Arn": target_arn(job),
        "RoleArn": format!("arn:aws:iam::{}:role/ecs/scheduler", job.account),
        "RetryPolicy": { "MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 3600 },
    });
    // A value that a console must never show.
    let overrides = json!({ "ContainerOverrides": [{ "Name": job.name, "Environment": [
        { "Name": "TOKEN", "Value": "canary-do-not-show" }] }] });
    if universal {
        let call = json!({ "Cluster": job.cluster, "TaskDefinition": job.name, "Count": 1, "Overrides": overrides });
        target["Input"] = json!(call.to_string());
    } else {
        target["Input"] = json!(overrides.to_string());
        target["EcsParameters"] = json!({
            "TaskDefinitionArn": job.family_arn(), "TaskCount": 1, "LaunchType": job.launch.word() });
    }
    let made = job.created();
    Ok(Answer::rest(&json!({
        "Arn": arn(ask, name),
        "Name": name,
        "GroupName": "default",
        "State": state(job),
        "ScheduleExpression": expression,
        "ScheduleExpressionTimezone": zone,
        "FlexibleTimeWindow": { "Mode": "OFF" },
        "Target": target,
        "CreationDate": seconds(made),
        "LastModificationDate": seconds(made),
    })))
}
