//! What a row holds of a task. What a run overrides (environment, command) is not read: it may hold secrets.

use std::sync::Arc;

use aws_sdk_ecs::types;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::views::aws::ecs::{moment, short};

/// A task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Its ARN.
    pub arn: String,
    /// ECS's word for where it is in its life, such as `RUNNING`.
    pub status: Arc<str>,
    /// Where it shall be: `RUNNING` or `STOPPED`.
    pub desired: Arc<str>,
    /// `HEALTHY`, `UNHEALTHY` or `UNKNOWN`, by its containers' own health checks.
    pub health: Arc<str>,
    /// Its containers.
    pub containers: Vec<Container>,
    /// ECS's code for why it stopped, such as `EssentialContainerExited`; empty while it runs.
    pub stop_code: Arc<str>,
    /// ECS's sentence about why it stopped; empty while it runs.
    pub stopped_reason: String,
    /// When it was asked for.
    pub created: Option<Timestamp>,
    /// When its containers ran.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub stopped: Option<Timestamp>,
    /// When its end began.
    #[serde(default)]
    pub stopping: Option<Timestamp>,
    /// CPU units, 1,024 to a virtual CPU.
    pub cpu: Arc<str>,
    /// Memory in MiB.
    pub memory: Arc<str>,
    /// The availability zone.
    pub zone: Arc<str>,
    /// The task definition as `family:revision`.
    pub definition: Arc<str>,
    /// The launch type, or the capacity provider.
    pub launch: Arc<str>,
    /// What started it, such as a deployment's id.
    pub started_by: Arc<str>,
    /// Whether commands can be run in it (ECS Exec).
    #[serde(default)]
    pub exec: bool,
    /// Its network, a fact a line.
    pub network: Vec<String>,
}

/// A container of a task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Container {
    /// Its name.
    pub name: Arc<str>,
    /// Its image.
    pub image: Arc<str>,
    /// ECS's word for where it is in its life.
    pub status: Arc<str>,
    /// By its own health check.
    pub health: Arc<str>,
    /// The exit code, once it has ended.
    pub exit: Option<i32>,
    /// Why it ended or could not start, where ECS tells.
    pub reason: String,
    /// The id that the container's runtime gave it.
    #[serde(default)]
    pub runtime: Arc<str>,
    /// ECS's word for where the agent is that runs commands in it; empty where there is none.
    #[serde(default)]
    pub agent: Arc<str>,
}

/// Letters of an id that stand for it: as many as tell the tasks of a row's neighbourhood apart.
const BRIEF: usize = 8;

/// The agent that runs commands in a container.
const AGENT: types::ManagedAgentName = types::ManagedAgentName::ExecuteCommandAgent;

fn shared(text: Option<&str>) -> Arc<str> {
    Arc::from(text.unwrap_or_default())
}

impl Task {
    /// From ECS's own shape.
    pub(in crate::views::aws) fn read(from: &types::Task) -> Self {
        let launch = from.launch_type().map(types::LaunchType::as_str);
        Self {
            arn: from.task_arn().unwrap_or_default().to_owned(),
            status: shared(from.last_status()),
            desired: shared(from.desired_status()),
            health: shared(from.health_status().map(types::HealthStatus::as_str)),
            containers: from.containers().iter().map(Container::read).collect(),
            stop_code: shared(from.stop_code().map(types::TaskStopCode::as_str)),
            stopped_reason: from.stopped_reason().unwrap_or_default().to_owned(),
            created: moment(from.created_at()),
            started: moment(from.started_at()),
            stopped: moment(from.stopped_at()),
            stopping: moment(from.stopping_at()),
            cpu: shared(from.cpu()),
            memory: shared(from.memory()),
            zone: shared(from.availability_zone()),
            definition: shared(from.task_definition_arn().map(short)),
            launch: shared(launch.or(from.capacity_provider_name())),
            started_by: shared(from.started_by()),
            exec: from.enable_execute_command(),
            network: network(from),
        }
    }

    /// The id: the last part of the ARN.
    #[must_use]
    pub fn id(&self) -> &str {
        short(&self.arn)
    }

    /// The first letters of the id: what is typed to confirm, since nobody types 32 by hand.
    #[must_use]
    pub fn brief(&self) -> &str {
        let id = self.id();
        id.get(..BRIEF).unwrap_or(id)
    }

    /// The name of its cluster, out of the ARN; empty in ARNs of the old form, which do not tell.
    #[must_use]
    pub fn cluster(&self) -> &str {
        let mut parts = self.arn.split('/').skip(1);
        parts.next().filter(|_| parts.next().is_some()).unwrap_or_default()
    }

    /// The exit code that tells most: the first that is not 0.
    #[must_use]
    pub fn exit(&self) -> Option<i32> {
        let codes = || self.containers.iter().filter_map(|c| c.exit);
        codes().find(|code| *code != 0).or_else(|| codes().next())
    }

    /// Why it stopped, in ECS's words: the container's reason where there is one, and the task's.
    #[must_use]
    pub fn reason(&self) -> String {
        let container = self.containers.iter().find(|c| !c.reason.is_empty());
        match container {
            Some(c) if self.stopped_reason.is_empty() => c.reason.clone(),
            Some(c) => format!("{} · {}", c.reason, self.stopped_reason),
            None => self.stopped_reason.clone(),
        }
    }

    /// CPU units and MiB, as `256/512`.
    #[must_use]
    pub fn size(&self) -> String {
        if self.cpu.is_empty() && self.memory.is_empty() {
            return String::new();
        }
        format!("{}/{}", self.cpu, self.memory)
    }
}

impl Container {
    fn read(from: &types::Container) -> Self {
        Self {
            name: shared(from.name()),
            image: shared(from.image()),
            status: shared(from.last_status()),
            health: shared(from.health_status().map(types::HealthStatus::as_str)),
            exit: from.exit_code(),
            reason: from.reason().unwrap_or_default().to_owned(),
            runtime: shared(from.runtime_id()),
            agent: shared(
                from.managed_agents().iter().find(|a| a.name() == Some(&AGENT)).and_then(|a| a.last_status()),
            ),
        }
    }
}

fn network(from: &types::Task) -> Vec<String> {
    let mut lines = Vec::new();
    for attachment in from.attachments() {
        let details = attachment.details().iter();
        lines.extend(details.filter_map(|d| Some(format!("{} {}", d.name()?, d.value()?))));
    }
    for container in from.containers() {
        for binding in container.network_bindings() {
            let (inside, outside) = (binding.container_port(), binding.host_port());
            if let (Some(inside), Some(outside)) = (inside, outside) {
                lines.push(format!("{} port {inside} on {outside}", container.name().unwrap_or_default()));
            }
        }
    }
    if let Some(instance) = from.container_instance_arn() {
        lines.push(format!("container instance {}", short(instance)));
    }
    lines
}
