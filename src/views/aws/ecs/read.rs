//! From ECS's own shapes to the item.

use std::sync::Arc;

use aws_sdk_ecs::types;
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use super::{Deployment, Event, History, Service, digest, history};
use crate::{
    model::{Tags, pool},
    store::Past,
};

/// Tags that name whose a thing is, the most telling first. Compared without regard to case.
const OWNER_TAGS: &[&str] = &["owner", "team", "squad", "service-owner", "contact", "maintainer"];

/// A moment as AWS gives it.
pub(in crate::views::aws) fn moment(at: Option<&DateTime>) -> Option<Timestamp> {
    let at = at?;
    Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).unwrap_or_default()).ok()
}

/// What follows the last `/` of an ARN, such as a name, an id or `family:revision`.
pub(in crate::views::aws) fn short(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The value of the first tag that names an owner.
pub(in crate::views::aws) fn owner(tags: &Tags) -> Option<String> {
    let named = |word: &&str| tags.iter().find(|(k, v)| k.eq_ignore_ascii_case(word) && !v.is_empty());
    OWNER_TAGS.iter().find_map(named).map(|(_, value)| value.to_owned())
}

fn text(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// Words that many rows repeat; empty for none.
pub(in crate::views::aws) fn shared(text: Option<&str>) -> Arc<str> {
    pool::shared(text.unwrap_or_default())
}

/// Tags in ECS's own shape.
pub(in crate::views::aws) fn tags(from: &[types::Tag]) -> Tags {
    from.iter().map(|t| (t.key().unwrap_or_default(), t.value().unwrap_or_default())).collect()
}

/// The item of a service that was read at `now`, with what is remembered of it.
pub(super) fn service(from: &types::Service, cluster_arn: &Arc<str>, past: &Past, now: Timestamp) -> Service {
    let events: Vec<Event> = from.events().iter().filter_map(event).collect();
    let tags = tags(from.tags());
    let deployments = deployments(from.deployments());
    let breaker = from.deployment_configuration().and_then(|c| c.deployment_circuit_breaker());
    let mut service = Service {
        name: text(from.service_name()),
        arn: text(from.service_arn()),
        cluster: pool::shared(short(cluster_arn)),
        cluster_arn: Arc::clone(cluster_arn),
        status: shared(from.status()),
        desired: from.desired_count().into(),
        running: from.running_count().into(),
        pending: from.pending_count().into(),
        launch: launch(from),
        scheduling: shared(from.scheduling_strategy().map(types::SchedulingStrategy::as_str)),
        definition: definition(from),
        breaker: breaker.is_some_and(types::DeploymentCircuitBreaker::enable),
        rollback: breaker.is_some_and(types::DeploymentCircuitBreaker::rollback),
        turnover: digest::turnover(&events, now),
        unplaced: digest::spell(&events, digest::unplaced),
        unhealthy: digest::spell(&events, digest::unhealthy),
        unstarted: digest::spell(&events, digest::unstarted),
        completed: None,
        gave_up: digest::gave_up(&events),
        balancers: from.load_balancers().iter().map(balancer).collect(),
        target_groups: target_groups(from),
        placement: placement(from),
        created: moment(from.created_at()),
        owner: owner(&tags),
        tags,
        deployments,
        events: Vec::new(),
        history: History::default(),
    };
    service.completed = service.primary().and_then(|d| digest::completed(&events, &d.id));
    // A list of its own: one that was only cut would keep room for all hundred.
    service.events = events.into_iter().take(Event::KEPT).collect::<Vec<_>>();
    service.events.shrink_to_fit();
    service.history = History::ask(past, &service, now);
    history::lengthen(past, &mut service, now);
    service
}

fn event(from: &types::ServiceEvent) -> Option<Event> {
    Some(Event { at: moment(from.created_at())?, text: pool::shared(digest::bare(from.message()?)) })
}

fn deployments(from: &[types::Deployment]) -> Vec<Deployment> {
    let mut all: Vec<Deployment> = from.iter().map(deployment).collect();
    all.sort_by_key(|d| (&*d.status != "PRIMARY", std::cmp::Reverse(d.created)));
    all
}

fn deployment(from: &types::Deployment) -> Deployment {
    Deployment {
        id: text(from.id()),
        status: shared(from.status()),
        rollout: from.rollout_state().map(|s| pool::shared(s.as_str())),
        reason: text(from.rollout_state_reason()),
        definition: short(from.task_definition().unwrap_or_default()).to_owned(),
        desired: from.desired_count().into(),
        running: from.running_count().into(),
        pending: from.pending_count().into(),
        failed: from.failed_tasks().into(),
        created: moment(from.created_at()),
        updated: moment(from.updated_at()),
    }
}

/// The task definition; that of the primary task set where another controller than ECS deploys the service.
fn definition(from: &types::Service) -> String {
    let set =
        || from.task_sets().iter().find(|t| t.status() == Some("PRIMARY")).and_then(types::TaskSet::task_definition);
    short(from.task_definition().or_else(set).unwrap_or_default()).to_owned()
}

/// The launch type, or the capacity providers where there is none.
fn launch(from: &types::Service) -> Arc<str> {
    if let Some(launch) = from.launch_type() {
        return pool::shared(launch.as_str());
    }
    let names: Vec<&str> =
        from.capacity_provider_strategy().iter().map(types::CapacityProviderStrategyItem::capacity_provider).collect();
    pool::shared(&names.join("+"))
}

fn balancer(from: &types::LoadBalancer) -> String {
    // arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID
    let group = from.target_group_arn().map(|arn| arn.split('/').nth(1).unwrap_or(arn));
    let name = group.map(|g| format!("target group {g}")).or_else(|| from.load_balancer_name().map(str::to_owned));
    let port = from.container_port().map(|p| format!(":{p}")).unwrap_or_default();
    format!("{} → {}{port}", name.unwrap_or_default(), from.container_name().unwrap_or_default())
}

/// The ARNs of its target groups, each once; a blue/green deployment has a second one to every first.
fn target_groups(from: &types::Service) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for balancer in from.load_balancers() {
        let other = balancer.advanced_configuration().and_then(|a| a.alternate_target_group_arn());
        for arn in [balancer.target_group_arn(), other].into_iter().flatten() {
            if !groups.iter().any(|known| known == arn) {
                groups.push(arn.to_owned());
            }
        }
    }
    groups
}

fn placement(from: &types::Service) -> String {
    let mut lines = Vec::new();
    for it in from.placement_strategy() {
        let kind = it.r#type().map_or("", types::PlacementStrategyType::as_str);
        lines.push(format!("strategy {kind} {}", it.field().unwrap_or_default()));
    }
    for it in from.placement_constraints() {
        let kind = it.r#type().map_or("", types::PlacementConstraintType::as_str);
        lines.push(format!("constraint {kind} {}", it.expression().unwrap_or_default()));
    }
    if let Some(network) = from.network_configuration().and_then(|n| n.awsvpc_configuration()) {
        lines.push(format!("subnets {}", network.subnets().join(" ")));
        lines.push(format!("security groups {}", network.security_groups().join(" ")));
        if let Some(public) = network.assign_public_ip() {
            lines.push(format!("public address {}", public.as_str()));
        }
    }
    if let Some(version) = from.platform_version() {
        lines.push(format!("platform {} {version}", from.platform_family().unwrap_or_default()));
    }
    if let Some(controller) = from.deployment_controller() {
        lines.push(format!("deployed by {}", controller.r#type().as_str()));
    }
    lines.push(format!("execute command {}", if from.enable_execute_command() { "enabled" } else { "disabled" }));
    lines.join("\n")
}
