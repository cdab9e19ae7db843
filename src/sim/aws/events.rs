//! Amazon `EventBridge` (AWS JSON 1.1): rules of the default bus and what they start.

use serde_json::{Value, json};

use super::{Dialect, anything, signed};
use crate::sim::wire::{Answer, Ask, Incoming, Protocol, Refusal};
use crate::sim::world::ecs::{Service, Trigger, started};

/// The service.
pub const DIALECT: Dialect = Dialect {
    service: "events",
    protocol: Protocol::Json,
    operations: &["ListRuleNamesByTarget", "ListRules", "ListTargetsByRule"],
    claims,
    who: signed::caller,
    resource: anything,
    answer,
};

/// Rules that every account with clusters has, and that start no task.
const OTHERS: &[&str] = &["cost-anomaly-to-chat", "guardduty-findings", "spot-interruptions"];

fn claims(incoming: &Incoming) -> Option<String> {
    incoming.target("AWSEvents")
}

fn answer(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let bus = ask.text("EventBusName").unwrap_or("default");
    if bus.rsplit('/').next() != Some("default") {
        return Err(missing(&format!("Event bus {bus} does not exist.")));
    }
    match ask.operation {
        "ListRules" => rules(ask),
        "ListRuleNamesByTarget" => names(ask),
        _ => targets(ask),
    }
}

fn missing(message: &str) -> Refusal {
    Refusal::new("ResourceNotFoundException", message)
}

/// The jobs of the caller in the region that a rule starts.
fn jobs(ask: &Ask<'_>) -> Vec<Service> {
    let by_rule = |job: &Service| matches!(job.trigger(), Some(Trigger::Rule(_) | Trigger::Event));
    let account = ask.fleet.world.account(&ask.caller.account);
    let all = account.map(|account| started(&ask.fleet.world, account, ask.region)).unwrap_or_default();
    let mut jobs: Vec<Service> = all.into_iter().filter(by_rule).collect();
    jobs.sort_by(|a, b| a.name.cmp(&b.name));
    jobs
}

fn arn(ask: &Ask<'_>, name: &str) -> String {
    format!("arn:aws:events:{}:{}:rule/{name}", ask.region, ask.caller.account)
}

fn page(ask: &Ask<'_>, about: &str, field: &str, rows: &[Value]) -> Result<Answer, Refusal> {
    let size = ask.number("Limit").unwrap_or(100);
    let size = usize::try_from(size).ok().filter(|size| (1..=100).contains(size));
    let invalid = |what: &str| Refusal::new("ValidationException", what);
    let size = size.ok_or_else(|| invalid("Limit must be between 1 and 100"))?;
    let page = ask.page(about, rows, ask.text("NextToken"), size).map_err(|_| invalid("Token is invalid."))?;
    Ok(Answer::json(&json!({ field: page.items, "NextToken": page.next })))
}

fn rules(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let prefix = ask.text("NamePrefix").unwrap_or_default();
    let jobs = jobs(ask);
    let mut rows: Vec<Value> = jobs.iter().map(|job| rule(ask, job)).collect();
    rows.extend(OTHERS.iter().map(|name| {
        json!({ "Name": name, "Arn": arn(ask, name), "State": "ENABLED", "EventBusName": "default",
            "EventPattern": "{\"source\":[\"aws.health\"]}" })
    }));
    rows.retain(|row| row["Name"].as_str().is_some_and(|name| name.starts_with(prefix)));
    rows.sort_by_key(|row| row["Name"].as_str().map(str::to_owned));
    page(ask, prefix, "Rules", &rows)
}

fn rule(ask: &Ask<'_>, job: &Service) -> Value {
    let mut row = json!({
        "Name": job.name,
        "Arn": arn(ask, &job.name),
        "State": if job.is_enabled() { "ENABLED" } else { "DISABLED" },
        "Description": format!("starts {} of team {}", job.name, job.team),
        "EventBusName": "default",
    });
    match job.trigger() {
        Some(Trigger::Rule(expression)) => row["ScheduleExpression"] = json!(expression),
        _ => row["EventPattern"] = json!("{\"source\":[\"aws.ecr\"],\"detail-type\":[\"ECR Image Action\"]}"),
    }
    row
}

fn names(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let target = ask.text("TargetArn").unwrap_or_default();
    let jobs = jobs(ask);
    let ours = jobs.iter().filter(|job| job.cluster_arn() == target);
    let names: Vec<Value> = ours.map(|job| json!(job.name)).collect();
    page(ask, target, "RuleNames", &names)
}

fn targets(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let name = ask.text("Rule").unwrap_or_default();
    if OTHERS.contains(&name) {
        let function = format!("arn:aws:lambda:{}:{}:function:{name}", ask.region, ask.caller.account);
        return page(ask, name, "Targets", &[json!({ "Id": "1", "Arn": function })]);
    }
    let jobs = jobs(ask);
    let job = jobs.iter().find(|job| job.name == name);
    let job = job.ok_or_else(|| missing(&format!("Rule {name} does not exist on EventBus default.")))?;
    let input = json!({ "containerOverrides": [{ "name": job.name, "environment": [
        // A value that a console must never show.
        { "name": "TOKEN", "value": "canary-do-not-show" }] }] });
    let target = json!({
        "Id": "task",
        "Arn": job.cluster_arn(),
        "RoleArn": format!("arn:aws:iam::{}:role/ecs/events", job.account),
        "Input": input.to_string(),
        "EcsParameters": {
            "TaskDefinitionArn": job.family_arn(),
            "TaskCount": 1,
            "LaunchType": job.launch.word(),
        },
        "RetryPolicy": { "MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 600 },
    });
    page(ask, name, "Targets", &[target])
}
