//! What a row holds of a container instance.

use std::sync::Arc;

use aws_sdk_ecs::types;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    model::Tags,
    store::Past,
    views::aws::ecs::{moment, shared, short, tags},
};

/// A container instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// Its ARN.
    pub arn: String,
    /// The name of its cluster.
    pub cluster: Arc<str>,
    /// The ARN of its cluster.
    pub cluster_arn: Arc<str>,
    /// The id of the EC2 instance, or of the external one.
    pub ec2: String,
    /// `ACTIVE`, `DRAINING`, `REGISTERING`, `DEREGISTERING` or `REGISTRATION_FAILED`.
    pub status: Arc<str>,
    /// Why it is in that state, where ECS tells.
    pub reason: String,
    /// Whether its agent has a connection to ECS.
    pub connected: bool,
    /// The version of the agent.
    pub agent: Arc<str>,
    /// How the last update of the agent went, such as `UPDATED` or `FAILED`; empty where there was none.
    pub update: Arc<str>,
    /// The version of Docker.
    pub docker: Arc<str>,
    /// The state of its container runtime by ECS's own health checks: `OK`, `IMPAIRED`, `INSUFFICIENT_DATA` or empty.
    pub runtime: Arc<str>,
    /// The availability zone.
    pub zone: Arc<str>,
    /// The type of machine, such as `m7g.xlarge`.
    pub kind: Arc<str>,
    /// CPU units, 1,024 to a virtual CPU.
    pub cpu: Room,
    /// Memory in MiB.
    pub memory: Room,
    /// Tasks that run on it.
    pub running: i64,
    /// Tasks that are being started on it.
    pub pending: i64,
    /// The capacity provider that it belongs to; empty for none.
    pub provider: Arc<str>,
    /// When it was registered.
    pub registered: Option<Timestamp>,
    /// Its attributes, as `name=value` or `name`.
    pub attributes: Vec<Arc<str>>,
    /// Its tags.
    pub tags: Tags,
    /// Since when its agent has been without a connection, as the console saw it.
    pub cut_since: Option<Timestamp>,
    /// Since when it has been draining, as the console saw it.
    pub draining_since: Option<Timestamp>,
}

/// So much is left of so much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// What tasks have not taken.
    pub left: i64,
    /// What there is.
    pub all: i64,
}

impl Room {
    fn read(from: &types::ContainerInstance, name: &str) -> Self {
        let of = |all: &[types::Resource]| {
            all.iter().find(|r| r.name() == Some(name)).map_or(0, |r| i64::from(r.integer_value()))
        };
        Self { left: of(from.remaining_resources()), all: of(from.registered_resources()) }
    }

    /// How much is taken, in percent; `None` where nothing is registered.
    #[must_use]
    pub fn taken(self) -> Option<i64> {
        (self.all > 0).then(|| (self.all - self.left) * 100 / self.all)
    }
}

impl Instance {
    /// The id of the machine, or of the registration where none is told.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.ec2.is_empty() { short(&self.arn) } else { &self.ec2 }
    }

    /// From ECS's own shape, with what is remembered of it.
    pub(super) fn read(from: &types::ContainerInstance, cluster_arn: &Arc<str>, past: &Past, now: Timestamp) -> Self {
        let attributes = from.attributes();
        let attribute = |name: &str| shared(attributes.iter().find(|a| a.name() == name).and_then(|a| a.value()));
        let version = from.version_info();
        let docker = version.and_then(|v| v.docker_version()).map(|v| v.trim_start_matches("DockerVersion:").trim());
        let written = |a: &types::Attribute| match a.value() {
            Some(value) => Arc::from(format!("{}={value}", a.name())),
            None => Arc::from(a.name()),
        };
        let mut instance = Self {
            arn: from.container_instance_arn().unwrap_or_default().to_owned(),
            cluster: Arc::from(short(cluster_arn)),
            cluster_arn: Arc::clone(cluster_arn),
            ec2: from.ec2_instance_id().unwrap_or_default().to_owned(),
            status: shared(from.status()),
            reason: from.status_reason().unwrap_or_default().to_owned(),
            connected: from.agent_connected(),
            agent: shared(version.and_then(|v| v.agent_version())),
            update: shared(from.agent_update_status().map(types::AgentUpdateStatus::as_str)),
            docker: shared(docker),
            runtime: shared(
                from.health_status().and_then(|h| h.overall_status()).map(types::InstanceHealthCheckState::as_str),
            ),
            zone: attribute("ecs.availability-zone"),
            kind: attribute("ecs.instance-type"),
            cpu: Room::read(from, "CPU"),
            memory: Room::read(from, "MEMORY"),
            running: from.running_tasks_count().into(),
            pending: from.pending_tasks_count().into(),
            provider: shared(from.capacity_provider_name()),
            registered: moment(from.registered_at()),
            attributes: attributes.iter().map(written).collect(),
            tags: tags(from.tags()),
            cut_since: None,
            draining_since: None,
        };
        let since = |what: &str, holds: bool| past.since("instances", &instance.arn, what, holds, now);
        let cut_since = since("cut", !instance.connected);
        let draining_since = since("draining", &*instance.status == "DRAINING");
        (instance.cut_since, instance.draining_since) = (cut_since, draining_since);
        instance
    }
}
