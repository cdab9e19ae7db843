//! A task definition as a flat list of fields, so that two of them can be compared.
//!
//! What may hold a secret by its nature (values of environment variables, labels, options of drivers) is wrapped: it is
//! compared and never shown.

use std::collections::HashMap;

use aws_sdk_ecs::types;
use secrecy::{ExposeSecret as _, SecretString};

use super::item::{mount, port};

/// A field's value.
pub(super) enum Value {
    /// May be shown.
    Shown(String),
    /// May be compared, and not be shown.
    Hidden(SecretString),
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Shown(a), Self::Shown(b)) => a == b,
            (Self::Hidden(a), Self::Hidden(b)) => a.expose_secret() == b.expose_secret(),
            _ => false,
        }
    }
}

/// Names and values in the order in which they are shown. A name occurs once.
pub(super) type Fields = Vec<(String, Value)>;

/// Options of log drivers that name a place and no more; others may be tokens (`splunk-token`).
const PLAIN_OPTIONS: &[&str] =
    &["awslogs-group", "awslogs-region", "awslogs-stream-prefix", "awslogs-create-group", "mode", "max-buffer-size"];

/// Collects fields; what is empty is no field.
#[derive(Default)]
struct Sheet {
    fields: Fields,
}

impl Sheet {
    fn show(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.put(&name.into(), Value::Shown(value.into()));
    }

    fn maybe(&mut self, name: impl Into<String>, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.show(name, value.to_string());
        }
    }

    fn hide(&mut self, name: impl Into<String>, value: Option<&str>) {
        self.put(&name.into(), Value::Hidden(SecretString::from(value.unwrap_or_default())));
    }

    /// Options by their names, sorted: a map has no order.
    fn options(&mut self, name: &str, options: Option<&HashMap<String, String>>) {
        let mut all: Vec<(&String, &String)> = options.into_iter().flatten().collect();
        all.sort_unstable();
        for (key, value) in all {
            let name = format!("{name} {key}");
            if PLAIN_OPTIONS.contains(&key.as_str()) { self.show(name, value) } else { self.hide(name, Some(value)) }
        }
    }

    /// A second value under the same name is told apart by a number.
    fn put(&mut self, name: &str, value: Value) {
        let taken = |name: &str| self.fields.iter().any(|(other, _)| other == name);
        let mut own = name.to_owned();
        let mut number = 2;
        while taken(&own) {
            own = format!("{name} #{number}");
            number += 1;
        }
        self.fields.push((own, value));
    }
}

/// The fields of a task definition: its own, its volumes', and each container's under the container's name.
pub(super) fn fields(of: &types::TaskDefinition) -> Fields {
    let mut sheet = Sheet::default();
    sheet.maybe("cpu", of.cpu());
    sheet.maybe("memory", of.memory());
    sheet.maybe("task role", of.task_role_arn());
    sheet.maybe("execution role", of.execution_role_arn());
    sheet.maybe("network mode", of.network_mode().map(types::NetworkMode::as_str));
    sheet.maybe("pid mode", of.pid_mode().map(types::PidMode::as_str));
    sheet.maybe("ipc mode", of.ipc_mode().map(types::IpcMode::as_str));
    let requires: Vec<&str> = of.requires_compatibilities().iter().map(types::Compatibility::as_str).collect();
    sheet.maybe("requires", (!requires.is_empty()).then(|| requires.join(" ")));
    if let Some(platform) = of.runtime_platform() {
        sheet.maybe("operating system", platform.operating_system_family().map(types::OsFamily::as_str));
        sheet.maybe("processor", platform.cpu_architecture().map(types::CpuArchitecture::as_str));
    }
    sheet.maybe("ephemeral storage", of.ephemeral_storage().map(|s| format!("{} GiB", s.size_in_gib())));
    for constraint in of.placement_constraints() {
        sheet.show(format!("placement {}", constraint.expression().unwrap_or_default()), "");
    }
    for volume in of.volumes() {
        self::volume(&mut sheet, volume);
    }
    for container in of.container_definitions() {
        self::container(&mut sheet, container);
    }
    sheet.fields
}

fn volume(sheet: &mut Sheet, of: &types::Volume) {
    let name = format!("volume {}", of.name().unwrap_or_default());
    if let Some(efs) = of.efs_volume_configuration() {
        sheet.show(name, format!("EFS {}{}", efs.file_system_id(), efs.root_directory().unwrap_or_default()));
    } else if let Some(docker) = of.docker_volume_configuration() {
        sheet.show(name.clone(), format!("Docker {}", docker.driver().unwrap_or("local")));
        sheet.options(&format!("{name} option"), docker.driver_opts());
    } else if let Some(path) = of.host().and_then(types::HostVolumeProperties::source_path) {
        sheet.show(name, format!("host {path}"));
    } else {
        sheet.show(name, if of.configured_at_launch() == Some(true) { "configured at launch" } else { "of the task" });
    }
}

fn container(sheet: &mut Sheet, of: &types::ContainerDefinition) {
    let own = of.name().unwrap_or_default();
    let name = |what: &str| format!("{own} {what}");
    sheet.maybe(name("image"), of.image());
    sheet.maybe(name("cpu"), Some(of.cpu()).filter(|cpu| *cpu != 0));
    sheet.maybe(name("memory"), of.memory());
    sheet.maybe(name("memory reservation"), of.memory_reservation());
    sheet.show(name("essential"), if of.essential().unwrap_or(true) { "yes" } else { "no" });
    sheet.maybe(name("entry point"), line(of.entry_point()));
    sheet.maybe(name("command"), line(of.command()));
    sheet.maybe(name("working directory"), of.working_directory());
    sheet.maybe(name("user"), of.user());
    sheet.maybe(name("privileged"), of.privileged());
    sheet.maybe(name("read-only root"), of.readonly_root_filesystem());
    sheet.maybe(name("start timeout"), of.start_timeout());
    sheet.maybe(name("stop timeout"), of.stop_timeout());
    given(sheet, of, &name);
    watched(sheet, of, &name);
}

/// Words of a command line; nothing for none.
fn line(words: &[String]) -> Option<String> {
    (!words.is_empty()).then(|| words.join(" "))
}

/// What a container is given: variables, secrets, ports, mounts, other containers, limits.
fn given(sheet: &mut Sheet, of: &types::ContainerDefinition, name: &dyn Fn(&str) -> String) {
    for pair in of.environment() {
        sheet.hide(name(&format!("env {}", pair.name().unwrap_or_default())), pair.value());
    }
    for file in of.environment_files() {
        sheet.show(name(&format!("env file {}", file.value())), "");
    }
    for secret in of.secrets() {
        sheet.show(name(&format!("secret {}", secret.name())), secret.value_from());
    }
    for mapping in of.port_mappings() {
        sheet.show(name(&format!("port {}", port(mapping))), mapping.name().unwrap_or_default());
    }
    for point in of.mount_points() {
        sheet.show(name(&format!("mount {}", mount(point))), "");
    }
    for dependency in of.depends_on() {
        sheet.show(name(&format!("depends on {}", dependency.container_name())), dependency.condition().as_str());
    }
    for need in of.resource_requirements() {
        sheet.show(name(&need.r#type().as_str().to_lowercase()), need.value());
    }
    for limit in of.ulimits() {
        let value = format!("{}:{}", limit.soft_limit(), limit.hard_limit());
        sheet.show(name(&format!("ulimit {}", limit.name().as_str())), value);
    }
}

/// How a container is watched: health check, log, labels.
fn watched(sheet: &mut Sheet, of: &types::ContainerDefinition, name: &dyn Fn(&str) -> String) {
    if let Some(check) = of.health_check() {
        sheet.maybe(name("health check"), line(check.command()));
        sheet.maybe(name("health check interval"), check.interval());
        sheet.maybe(name("health check timeout"), check.timeout());
        sheet.maybe(name("health check retries"), check.retries());
        sheet.maybe(name("health check start period"), check.start_period());
    }
    if let Some(log) = of.log_configuration() {
        sheet.show(name("log driver"), log.log_driver().as_str());
        sheet.options(&name("log option"), log.options());
        for secret in log.secret_options() {
            sheet.show(name(&format!("log secret {}", secret.name())), secret.value_from());
        }
    }
    if let Some(fire) = of.firelens_configuration() {
        sheet.show(name("FireLens"), fire.r#type().as_str());
        sheet.options(&name("FireLens option"), fire.options());
    }
    sheet.options(&name("label"), of.docker_labels());
}
