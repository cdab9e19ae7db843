//! `ListServiceDeployments` and `DescribeServiceDeployments`.

use serde_json::{Value, json};

use super::lookup::{Standing, all, cluster, count, invalid, means, missing, of_arn, page, standing};
use super::services::configuration;
use crate::sim::wire::{Answer, Ask, Refusal, seconds};
use crate::sim::world::ecs::{Fate, Plan, Rollout, Service, Status, earlier, failures};

/// How many deployments before those of the plan are still told of. ECS tells of those of 90 days.
const EARLIER: usize = 16;

/// The deployments that are told of, oldest first.
pub fn history(service: &Service, plan: &Plan) -> Vec<Rollout> {
    let mut all = earlier(service, plan, EARLIER);
    all.extend(&plan.rollouts);
    all
}

/// The id of a service deployment: 21 letters and digits.
fn arn(service: &Service, rollout: &Rollout) -> String {
    let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    let id = service.seed.word("service-deployment").num(rollout.start).text(letters, 21);
    service.arn_of("service-deployment", &format!("{}/{id}", service.name))
}

/// The ARN of the service revision that a deployment aims at.
pub fn revision_arn(service: &Service, rollout: &Rollout) -> String {
    let id = service.seed.word("service-revision").num(rollout.revision).digits(19);
    service.arn_of("service-revision", &format!("{}/{id}", service.name))
}

fn status(rollout: &Rollout, now: i64) -> &'static str {
    match (now < rollout.end(), rollout.fate) {
        (true, _) => "IN_PROGRESS",
        (false, Fate::Fails) => "STOPPED",
        (false, _) => "SUCCESSFUL",
    }
}

/// Why a deployment ended as it did.
fn reason(rollout: &Rollout, now: i64) -> Option<&'static str> {
    let fired = rollout.fate == Fate::Fails && now >= rollout.end();
    fired.then_some("Service deployment circuit breaker threshold was breached: tasks failed to start.")
}

/// `ListServiceDeployments`, newest first.
pub fn list(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let cluster = cluster(ask)?;
    let name = ask.text("service").unwrap_or_default();
    let service = cluster.services.iter().find(|it| means(name, &it.name, &it.arn()));
    let service = service.ok_or_else(|| Refusal::new("ServiceNotFoundException", "Service not found."))?;
    let wanted = ask.texts("status");
    let history = history(service, &standing(ask, service).plan);
    let newest_first = history.iter().rev();
    let rows: Vec<Value> = newest_first
        .filter(|rollout| wanted.is_empty() || wanted.contains(&status(rollout, ask.now)))
        .map(|rollout| brief(ask, service, rollout))
        .collect();
    page(ask, "serviceDeployments", &service.arn(), &rows, 20)
}

fn brief(ask: &Ask<'_>, service: &Service, rollout: &Rollout) -> Value {
    let mut json = json!({
        "serviceDeploymentArn": arn(service, rollout),
        "serviceArn": service.arn(),
        "clusterArn": service.cluster_arn(),
        "createdAt": seconds(rollout.start),
        "startedAt": seconds(rollout.start + 900),
        "targetServiceRevisionArn": revision_arn(service, rollout),
        "status": status(rollout, ask.now),
    });
    if ask.now >= rollout.end() {
        json["finishedAt"] = seconds(rollout.end());
    }
    if let Some(reason) = reason(rollout, ask.now) {
        json["statusReason"] = json!(reason);
    }
    json
}

/// `DescribeServiceDeployments`.
pub fn describe(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let asked = ask.texts("serviceDeploymentArns");
    if asked.is_empty() || asked.len() > 20 {
        return Err(invalid("serviceDeploymentArns must have 1 to 20 elements."));
    }
    let clusters = all(ask);
    let (mut found, mut lost) = (Vec::new(), Vec::new());
    for name in asked {
        let service = of_arn(&clusters, name);
        let full = service.and_then(|service| {
            let standing = standing(ask, service);
            let history = history(service, &standing.plan);
            let place = history.iter().position(|rollout| arn(service, rollout) == name)?;
            full(ask, service, &standing, (&history, place))
        });
        match full {
            Some(json) => found.push(json),
            None => lost.push(missing(name)),
        }
    }
    Ok(Answer::json(&json!({ "serviceDeployments": found, "failures": lost })))
}

fn summary(ask: &Ask<'_>, service: &Service, standing: &Standing, rollout: &Rollout) -> Value {
    let mine = || standing.tasks.iter().filter(|task| task.rollout.start == rollout.start);
    let of = |wanted: Status| count(mine().filter(|task| task.status(ask.now) == wanted));
    json!({
        "arn": revision_arn(service, rollout),
        "requestedTaskCount": standing.plan.desired,
        "runningTaskCount": of(Status::Running),
        "pendingTaskCount": of(Status::Pending) + of(Status::Provisioning),
    })
}

fn full(
    ask: &Ask<'_>,
    service: &Service,
    standing: &Standing,
    (rollouts, place): (&[Rollout], usize),
) -> Option<Value> {
    let rollout = rollouts.get(place)?;
    let before = place.checked_sub(1).and_then(|place| rollouts.get(place));
    let sources: Vec<Value> = before.iter().map(|before| summary(ask, service, standing, before)).collect();
    let failed = failures(service, &standing.plan, rollout, ask.now);
    // Half of the desired tasks, at least 3 and at most 200 (Developer Guide, "deployment circuit breaker").
    let threshold = ((standing.plan.desired + 1) / 2).clamp(3, 200);
    let over = ask.now >= rollout.end();
    let breaker = match (service.breaker(), over, rollout.fate) {
        (false, _, _) => "DISABLED",
        (true, true, Fate::Fails) => "TRIGGERED",
        (true, true, _) => "MONITORING_COMPLETE",
        (true, false, _) => "MONITORING",
    };
    let mut json = brief(ask, service, rollout);
    if let Some(object) = json.as_object_mut() {
        object.remove("targetServiceRevisionArn");
    }
    json["updatedAt"] = seconds(rollout.end().min(ask.now));
    json["sourceServiceRevisions"] = Value::Array(sources);
    json["targetServiceRevision"] = summary(ask, service, standing, rollout);
    json["deploymentConfiguration"] = configuration(service);
    json["deploymentCircuitBreaker"] = json!({ "status": breaker, "failureCount": failed, "threshold": threshold });
    Some(json)
}
