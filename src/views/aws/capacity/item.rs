//! What a row holds of a capacity provider.

use std::sync::Arc;

use aws_sdk_ecs::types;
use serde::{Deserialize, Serialize};

use crate::{
    model::Tags,
    views::aws::ecs::{shared, short, tags},
};

/// A capacity provider.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Provider {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// `ec2-autoscaling`, `managed-instances`, `fargate` or `fargate-spot`.
    pub kind: Arc<str>,
    /// The name of its Auto Scaling group, where it has one.
    pub group: String,
    /// The ARN of that group.
    pub group_arn: String,
    /// How ECS scales that group; `None` where it does not say.
    pub scaling: Option<Scaling>,
    /// Managed termination protection: `ENABLED`, `DISABLED`, or empty.
    pub protection: Arc<str>,
    /// Managed draining: `ENABLED`, `DISABLED`, or empty.
    pub draining: Arc<str>,
    /// `PROVISIONING`, `ACTIVE` or `DEPROVISIONING`.
    pub status: Arc<str>,
    /// How its last change went, such as `UPDATE_COMPLETE`; empty where there was none.
    pub update: Arc<str>,
    /// ECS's sentence about that.
    pub reason: String,
    /// The clusters of this account and region that name it, in order.
    pub clusters: Vec<Arc<str>>,
    /// Its tags.
    pub tags: Tags,
}

/// Managed scaling.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scaling {
    /// `ENABLED` or `DISABLED`.
    pub status: Arc<str>,
    /// How much of the group shall be in use, in percent.
    pub target: i64,
    /// Instances that are added or removed at once, at least.
    pub least: Option<i64>,
    /// The same, at most.
    pub most: Option<i64>,
    /// Seconds until a new instance counts.
    pub warmup: Option<i64>,
}

impl Provider {
    /// From ECS's own shape, with the clusters that name it.
    pub(super) fn read(from: &types::CapacityProvider, clusters: Vec<Arc<str>>) -> Self {
        let name = from.name().unwrap_or_default();
        let group = from.auto_scaling_group_provider();
        let arn = group.map(types::AutoScalingGroupProvider::auto_scaling_group_arn).unwrap_or_default();
        Self {
            name: name.to_owned(),
            arn: from.capacity_provider_arn().unwrap_or_default().to_owned(),
            kind: Arc::from(kind(from)),
            group: short(arn).to_owned(),
            group_arn: arn.to_owned(),
            scaling: group.and_then(|g| g.managed_scaling()).map(Scaling::read),
            protection: shared(
                group.and_then(|g| g.managed_termination_protection()).map(types::ManagedTerminationProtection::as_str),
            ),
            draining: shared(group.and_then(|g| g.managed_draining()).map(types::ManagedDraining::as_str)),
            status: shared(from.status().map(types::CapacityProviderStatus::as_str)),
            update: shared(from.update_status().map(types::CapacityProviderUpdateStatus::as_str)),
            reason: from.update_status_reason().unwrap_or_default().to_owned(),
            clusters,
            tags: tags(from.tags()),
        }
    }
}

/// What it is made of: by what it holds, since older endpoints tell no type.
fn kind(from: &types::CapacityProvider) -> &'static str {
    if from.auto_scaling_group_provider().is_some() {
        return "ec2-autoscaling";
    }
    if from.managed_instances_provider().is_some() {
        return "managed-instances";
    }
    match from.name() {
        Some("FARGATE") => "fargate",
        Some("FARGATE_SPOT") => "fargate-spot",
        _ => "",
    }
}

impl Scaling {
    fn read(from: &types::ManagedScaling) -> Self {
        Self {
            status: shared(from.status().map(types::ManagedScalingStatus::as_str)),
            target: from.target_capacity().unwrap_or(100).into(),
            least: from.minimum_scaling_step_size().map(i64::from),
            most: from.maximum_scaling_step_size().map(i64::from),
            warmup: from.instance_warmup_period().map(i64::from),
        }
    }
}
