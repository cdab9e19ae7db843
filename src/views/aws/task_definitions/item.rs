//! What a row holds of a task definition. Of environment variables it holds the names alone: values are dropped here,
//! where the answer of ECS arrives, since they are secrets as often as not.

use std::sync::Arc;

use aws_sdk_ecs::types;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::views::aws::ecs::{moment, short};

/// A revision of a task definition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// Its ARN.
    pub arn: String,
    /// Its number within the family.
    pub revision: i64,
    /// `ACTIVE`, `INACTIVE`, or `DELETE_IN_PROGRESS`.
    pub status: Arc<str>,
    /// The statuses of the service's deployments that use it, such as `PRIMARY`.
    pub used: Vec<Arc<str>>,
    /// Whether what follows was read; listing tells the ARN alone.
    pub described: bool,
    /// CPU units of a task, 1,024 to a virtual CPU; empty where only its containers have a limit.
    pub cpu: Arc<str>,
    /// Memory of a task in MiB; empty where only its containers have a limit.
    pub memory: Arc<str>,
    /// `awsvpc`, `bridge`, `host` or `none`.
    pub network: Arc<str>,
    /// Operating system and processor.
    pub platform: Arc<str>,
    /// The ARN of the role of its containers.
    pub task_role: Arc<str>,
    /// The ARN of the role that pulls images and reads secrets.
    pub execution_role: Arc<str>,
    /// Its containers.
    pub containers: Vec<Container>,
    /// When it was registered.
    pub registered: Option<Timestamp>,
    /// The ARN of who registered it.
    pub registered_by: Arc<str>,
}

/// A container of a task definition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// Whether the task ends with it.
    pub essential: bool,
    /// The log driver; empty for none.
    pub log_driver: String,
    /// Where its log goes: the log group of `awslogs`; empty where the driver has none.
    pub log_group: String,
    /// Ports, such as `8080/tcp`.
    pub ports: Vec<String>,
    /// The names of its environment variables. Never a value.
    pub environment: Vec<String>,
    /// The names of variables that come from secrets, with the ARNs of these.
    pub secrets: Vec<(String, String)>,
    /// Mounts: volume and path.
    pub mounts: Vec<String>,
}

fn shared(text: Option<&str>) -> Arc<str> {
    Arc::from(text.unwrap_or_default())
}

impl Definition {
    /// What the list tells: the ARN, and whether it is active.
    pub(super) fn listed(arn: &str, status: &str) -> Self {
        let revision = arn.rsplit(':').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        Self { arn: arn.to_owned(), revision, status: Arc::from(status), ..Self::default() }
    }

    /// From ECS's own shape.
    pub(super) fn read(from: &types::TaskDefinition) -> Self {
        let platform = from.runtime_platform();
        let system = platform.and_then(|p| p.operating_system_family()).map(types::OsFamily::as_str);
        let processor = platform.and_then(|p| p.cpu_architecture()).map(types::CpuArchitecture::as_str);
        let platform: Vec<&str> = system.into_iter().chain(processor).collect();
        Self {
            arn: from.task_definition_arn().unwrap_or_default().to_owned(),
            revision: from.revision().into(),
            status: shared(from.status().map(types::TaskDefinitionStatus::as_str)),
            used: Vec::new(),
            described: true,
            cpu: shared(from.cpu()),
            memory: shared(from.memory()),
            network: shared(from.network_mode().map(types::NetworkMode::as_str)),
            platform: Arc::from(platform.join("/")),
            task_role: shared(from.task_role_arn()),
            execution_role: shared(from.execution_role_arn()),
            containers: from.container_definitions().iter().map(Container::read).collect(),
            registered: moment(from.registered_at()),
            registered_by: shared(from.registered_by()),
        }
    }

    /// `family:revision`.
    #[must_use]
    pub fn name(&self) -> &str {
        short(&self.arn)
    }

    /// The names of its containers.
    #[must_use]
    pub fn names(&self) -> String {
        self.containers.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Its images without their registries.
    #[must_use]
    pub fn images(&self) -> String {
        self.containers.iter().map(|c| short(&c.image)).collect::<Vec<_>>().join(" ")
    }

    /// The log drivers of its containers, each once.
    #[must_use]
    pub fn log_drivers(&self) -> String {
        let mut drivers: Vec<&str> = Vec::new();
        for container in self.containers.iter().filter(|c| !c.log_driver.is_empty()) {
            if !drivers.contains(&container.log_driver.as_str()) {
                drivers.push(&container.log_driver);
            }
        }
        drivers.join(" ")
    }

    /// Who registered it, in short.
    #[must_use]
    pub fn by(&self) -> &str {
        short(&self.registered_by)
    }

    /// The name of the role of its containers.
    #[must_use]
    pub fn role(&self) -> &str {
        short(&self.task_role)
    }

    /// The name of the role that pulls images and reads secrets.
    #[must_use]
    pub fn execution(&self) -> &str {
        short(&self.execution_role)
    }
}

impl Container {
    fn read(from: &types::ContainerDefinition) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let log = from.log_configuration();
        let group = log.and_then(|l| l.options()).and_then(|o| o.get("awslogs-group"));
        Self {
            name: text(from.name()),
            image: text(from.image()),
            essential: from.essential().unwrap_or(true),
            log_driver: log.map(|l| l.log_driver().as_str().to_owned()).unwrap_or_default(),
            log_group: group.cloned().unwrap_or_default(),
            ports: from.port_mappings().iter().map(port).collect(),
            environment: from.environment().iter().filter_map(|pair| pair.name().map(str::to_owned)).collect(),
            secrets: from.secrets().iter().map(|s| (s.name().to_owned(), s.value_from().to_owned())).collect(),
            mounts: from.mount_points().iter().map(mount).collect(),
        }
    }
}

/// A port, such as `8080/tcp`; with the host's where it is another.
pub(super) fn port(from: &types::PortMapping) -> String {
    let protocol = from.protocol().map_or("tcp", types::TransportProtocol::as_str);
    let inside = match (from.container_port_range(), from.container_port()) {
        (Some(range), _) => range.to_owned(),
        (None, port) => port.unwrap_or_default().to_string(),
    };
    match from.host_port().filter(|host| *host != 0 && Some(*host) != from.container_port()) {
        Some(host) => format!("{inside}/{protocol} on {host}"),
        None => format!("{inside}/{protocol}"),
    }
}

/// A mount: path, volume, and whether it is read alone.
pub(super) fn mount(from: &types::MountPoint) -> String {
    let (path, volume) = (from.container_path().unwrap_or_default(), from.source_volume().unwrap_or_default());
    let only = if from.read_only().unwrap_or(false) { " read-only" } else { "" };
    format!("{path} from {volume}{only}")
}
