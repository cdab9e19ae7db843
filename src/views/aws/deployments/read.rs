//! From ECS's own shapes to the item.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_ecs::types;

use super::{Breaker, Deployment, Rollback};
use crate::views::aws::ecs::{Service, moment, short};

/// The task definitions of service revisions, by the revisions' ARNs.
pub(super) type Definitions = HashMap<String, String>;

fn text(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn shared(text: Option<&str>) -> Arc<str> {
    Arc::from(text.unwrap_or_default())
}

/// What every deployment of a service knows of it.
fn of(service: &Service) -> Deployment {
    Deployment {
        service: Arc::from(service.name.as_str()),
        service_arn: Arc::from(service.arn.as_str()),
        cluster_arn: Arc::clone(&service.cluster_arn),
        ..Deployment::default()
    }
}

/// The deployments that a service itself tells of; its task sets where another controller than ECS deploys it.
pub(super) fn shown(service: &Service, now: &types::Service) -> Vec<Deployment> {
    let configuration = now.deployment_configuration();
    let breaker = configuration.and_then(types::DeploymentConfiguration::deployment_circuit_breaker);
    let breaker = Breaker {
        enabled: configuration.map(|_| breaker.is_some_and(types::DeploymentCircuitBreaker::enable)),
        rollback: breaker.is_some_and(types::DeploymentCircuitBreaker::rollback),
        ..Breaker::default()
    };
    let strategy = shared(configuration.and_then(|c| c.strategy()).map(types::DeploymentStrategy::as_str));
    let own = now.deployments().iter().map(|from| Deployment {
        strategy: Arc::clone(&strategy),
        breaker: breaker.clone(),
        ..deployment(service, from)
    });
    own.chain(now.task_sets().iter().map(|from| task_set(service, from))).collect()
}

fn deployment(service: &Service, from: &types::Deployment) -> Deployment {
    let definition = from.task_definition().unwrap_or_default();
    Deployment {
        id: text(from.id()),
        status: shared(from.status()),
        rollout: from.rollout_state().map(|s| Arc::from(s.as_str())),
        reason: text(from.rollout_state_reason()),
        definition: short(definition).to_owned(),
        definition_arn: definition.to_owned(),
        desired: Some(from.desired_count().into()),
        running: from.running_count().into(),
        pending: from.pending_count().into(),
        failed: from.failed_tasks().into(),
        created: moment(from.created_at()),
        updated: moment(from.updated_at()),
        ..of(service)
    }
}

/// A task set stands for a deployment of `CodeDeploy` or of a controller of one's own.
fn task_set(service: &Service, from: &types::TaskSet) -> Deployment {
    let definition = from.task_definition().unwrap_or_default();
    Deployment {
        id: text(from.id()),
        status: shared(from.status()),
        reason: text(from.stability_status().map(types::StabilityStatus::as_str)),
        definition: short(definition).to_owned(),
        definition_arn: definition.to_owned(),
        desired: Some(from.computed_desired_count().into()),
        running: from.running_count().into(),
        pending: from.pending_count().into(),
        created: moment(from.created_at()),
        updated: moment(from.updated_at()),
        ..of(service)
    }
}

/// A service deployment.
pub(super) fn full(service: &Service, from: &types::ServiceDeployment, definitions: &Definitions) -> Deployment {
    let target = from.target_service_revision();
    let arn = target.and_then(types::ServiceRevisionSummary::arn).unwrap_or_default();
    let definition = definitions.get(arn).map(String::as_str).unwrap_or_default();
    let wanted = target.map(types::ServiceRevisionSummary::requested_task_count).filter(|count| *count > 0);
    let configuration = from.deployment_configuration();
    let breaker = breaker(configuration, from.deployment_circuit_breaker());
    Deployment {
        arn: from.service_deployment_arn().map(str::to_owned),
        // The service's word for what it does not list any more.
        status: Arc::from("INACTIVE"),
        outcome: from.status().map(|s| Arc::from(s.as_str())),
        stage: shared(from.lifecycle_stage().map(types::ServiceDeploymentLifecycleStage::as_str)),
        status_reason: text(from.status_reason()),
        definition: short(definition).to_owned(),
        definition_arn: definition.to_owned(),
        revision: short(arn).to_owned(),
        // Of one that is over, what was asked for is no measure of what runs.
        desired: wanted.map(i64::from).filter(|_| from.finished_at().is_none()),
        running: target.map_or(0, types::ServiceRevisionSummary::running_task_count).into(),
        pending: target.map_or(0, types::ServiceRevisionSummary::pending_task_count).into(),
        failed: breaker.count.map_or(0, |(failed, _)| failed),
        strategy: shared(configuration.and_then(|c| c.strategy()).map(types::DeploymentStrategy::as_str)),
        breaker,
        alarms: from.alarms().map(alarms).unwrap_or_default(),
        rollback: from.rollback().map(|r| rollback(r, definitions)),
        created: moment(from.created_at()),
        updated: moment(from.updated_at()),
        finished: moment(from.finished_at().or(from.stopped_at())),
        ..of(service)
    }
}

fn breaker(
    configuration: Option<&types::DeploymentConfiguration>,
    state: Option<&types::ServiceDeploymentCircuitBreaker>,
) -> Breaker {
    let wished = configuration.and_then(types::DeploymentConfiguration::deployment_circuit_breaker);
    let word = state.and_then(|s| s.status()).map(types::ServiceDeploymentRollbackMonitorsStatus::as_str);
    let watches = || word.map(|word| word != "DISABLED");
    Breaker {
        enabled: wished.map(types::DeploymentCircuitBreaker::enable).or_else(watches),
        rollback: wished.is_some_and(types::DeploymentCircuitBreaker::rollback),
        state: shared(word),
        count: state.filter(|s| s.threshold() > 0).map(|s| (s.failure_count().into(), s.threshold().into())),
    }
}

fn alarms(from: &types::ServiceDeploymentAlarms) -> Vec<String> {
    let fired = from.triggered_alarm_names();
    let word = |name: &String| if fired.contains(name) { format!("{name} (went off)") } else { name.clone() };
    from.alarm_names().iter().map(word).collect()
}

fn rollback(from: &types::Rollback, definitions: &Definitions) -> Rollback {
    let definition = from.service_revision_arn().and_then(|arn| definitions.get(arn));
    Rollback {
        reason: text(from.reason()),
        definition: definition.map(|d| short(d).to_owned()).unwrap_or_default(),
        at: moment(from.started_at()),
    }
}
