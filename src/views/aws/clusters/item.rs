//! What a row holds of a cluster.

use std::sync::Arc;

use aws_sdk_ecs::types;
use serde::{Deserialize, Serialize};

use crate::{
    model::Tags,
    views::aws::ecs::{owner, shared, tags},
};

/// A cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// `ACTIVE`, `PROVISIONING`, `DEPROVISIONING` or `FAILED`.
    pub status: Arc<str>,
    /// Services that are active.
    pub services: i64,
    /// Tasks that run, of services and others.
    pub running: i64,
    /// Tasks that are being started.
    pub pending: i64,
    /// Container instances that are active or draining.
    pub instances: i64,
    /// Its capacity providers, by name.
    pub providers: Vec<Arc<str>>,
    /// What is started without a word about where: a provider, its weight and its base each, as `FARGATE:1 base 2`.
    pub strategy: Vec<String>,
    /// How far the attachment of its capacity providers is, such as `UPDATE_COMPLETE`.
    pub attachments: Arc<str>,
    /// Container Insights: `enhanced`, `enabled` or `disabled`.
    pub insights: Arc<str>,
    /// What becomes of the output of execute command: `NONE`, `DEFAULT` or `OVERRIDE`; empty where it is not set.
    pub exec_log: Arc<str>,
    /// Where that goes and by which key it is encrypted, a fact a line.
    pub exec: Vec<String>,
    /// Counts by launch type, as `runningFargateTasksCount 4`.
    pub statistics: Vec<String>,
    /// The namespace of Service Connect that its services use by default.
    pub namespace: String,
    /// Its tags.
    pub tags: Tags,
    /// Whose it is, by its tags.
    pub owner: Option<String>,
}

impl Cluster {
    /// From ECS's own shape.
    pub(super) fn read(from: &types::Cluster) -> Self {
        let insights = from.settings().iter().find(|s| s.name() == Some(&types::ClusterSettingName::ContainerInsights));
        let exec = from.configuration().and_then(|c| c.execute_command_configuration());
        let tags = tags(from.tags());
        let connect = from.service_connect_defaults().and_then(|c| c.namespace());
        Self {
            name: from.cluster_name().unwrap_or_default().to_owned(),
            arn: from.cluster_arn().unwrap_or_default().to_owned(),
            status: shared(from.status()),
            services: from.active_services_count().into(),
            running: from.running_tasks_count().into(),
            pending: from.pending_tasks_count().into(),
            instances: from.registered_container_instances_count().into(),
            providers: from.capacity_providers().iter().map(|name| Arc::from(name.as_str())).collect(),
            strategy: from.default_capacity_provider_strategy().iter().map(share).collect(),
            attachments: shared(from.attachments_status()),
            insights: shared(insights.and_then(types::ClusterSetting::value)),
            exec_log: shared(exec.and_then(|e| e.logging()).map(types::ExecuteCommandLogging::as_str)),
            exec: exec.map(whither).unwrap_or_default(),
            statistics: from
                .statistics()
                .iter()
                .filter_map(|s| Some(format!("{} {}", s.name()?, s.value()?)))
                .collect(),
            namespace: connect.unwrap_or_default().to_owned(),
            owner: owner(&tags),
            tags,
        }
    }

    /// Whether nothing at all is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.services + self.running + self.pending + self.instances == 0
    }
}

/// One part of a strategy: the provider, its weight, and its base where it has one.
fn share(from: &types::CapacityProviderStrategyItem) -> String {
    let base = if from.base() > 0 { format!(" base {}", from.base()) } else { String::new() };
    format!("{}:{}{base}", from.capacity_provider(), from.weight())
}

/// Where the output of execute command goes.
fn whither(from: &types::ExecuteCommandConfiguration) -> Vec<String> {
    let mut lines = Vec::new();
    let log = from.log_configuration();
    let facts = [
        ("encrypted by key", from.kms_key_id()),
        ("log group", log.and_then(|l| l.cloud_watch_log_group_name())),
        ("bucket", log.and_then(|l| l.s3_bucket_name())),
        ("under", log.and_then(|l| l.s3_key_prefix())),
    ];
    for (name, value) in facts {
        lines.extend(value.filter(|v| !v.is_empty()).map(|value| format!("{name} {value}")));
    }
    lines
}
