//! Differences field by field, and that no value of the environment is in any of them.

use aws_sdk_ecs::types::{
    ContainerDefinition, KeyValuePair, LogConfiguration, LogDriver, MountPoint, PortMapping, Secret, TaskDefinition,
};

use super::*;

fn pair(name: &str, value: &str) -> KeyValuePair {
    KeyValuePair::builder().name(name).value(value).build()
}

fn secret(name: &str, from: &str) -> Secret {
    Secret::builder().name(name).value_from(from).build().expect("a secret")
}

/// A container of revision `web:N` before anything was changed.
fn container() -> aws_sdk_ecs::types::builders::ContainerDefinitionBuilder {
    let log = LogConfiguration::builder().log_driver(LogDriver::Splunk).options("splunk-token", "s3cr3t-token");
    ContainerDefinition::builder()
        .name("web")
        .image("registry/web:1")
        .command("serve")
        .environment(pair("MODE", "s3cr3t-one"))
        .environment(pair("KEY", "s3cr3t-two"))
        .secrets(secret("DB", "arn:aws:secretsmanager:…:secret:web/db"))
        .port_mappings(PortMapping::builder().container_port(8080).name("http").build())
        .log_configuration(log.build().expect("a log configuration"))
}

fn definition(revision: i32, container: ContainerDefinition) -> TaskDefinition {
    let arn = format!("arn:aws:ecs:eu-central-1:111122223333:task-definition/web:{revision}");
    let of = TaskDefinition::builder().task_definition_arn(arn).family("web").revision(revision);
    of.cpu("256").memory("512").container_definitions(container).build()
}

#[test]
fn equal_definitions_differ_in_nothing() {
    let (old, new) = (definition(1, container().build()), definition(2, container().build()));
    assert_eq!(difference::difference(&old, &new), Vec::<String>::new());
}

#[test]
fn every_kind_of_change_has_its_line_and_values_of_the_environment_have_none() {
    let old = definition(1, container().docker_labels("auth", "s3cr3t-label").build());
    let log = LogConfiguration::builder().log_driver(LogDriver::Splunk).options("splunk-token", "s3cr3t-other");
    let new = ContainerDefinition::builder()
        .name("web")
        .image("registry/web:2")
        .command("serve")
        .command("--fast")
        .environment(pair("MODE", "s3cr3t-changed"))
        .environment(pair("EXTRA", "s3cr3t-three"))
        .secrets(secret("DB", "arn:aws:secretsmanager:…:secret:web/db-2"))
        .port_mappings(PortMapping::builder().container_port(9090).host_port(80).build())
        .mount_points(MountPoint::builder().source_volume("cache").container_path("/cache").read_only(true).build())
        .log_configuration(log.build().expect("a log configuration"))
        .build();
    let new = TaskDefinition::builder().family("web").revision(2).memory("1024").container_definitions(new).build();
    let lines = difference::difference(&old, &new);
    assert_eq!(
        lines,
        [
            "~ memory: 512 → 1024",
            "~ web image: registry/web:1 → registry/web:2",
            "~ web command: serve → serve --fast",
            "~ web env MODE: value changed",
            "+ web env EXTRA",
            "~ web secret DB: arn:aws:secretsmanager:…:secret:web/db → arn:aws:secretsmanager:…:secret:web/db-2",
            "+ web port 9090/tcp on 80",
            "+ web mount /cache from cache read-only",
            "~ web log option splunk-token: value changed",
            "- cpu: 256",
            "- web env KEY",
            "- web port 8080/tcp: http",
            "- web label auth",
        ]
    );
    assert!(!lines.join("\n").contains("s3cr3t"));
}

#[test]
fn the_item_keeps_names_and_drops_values() {
    let item = Definition::read(&definition(7, container().build()));
    let json = serde_json::to_string(&item).expect("an item is JSON");
    assert!(json.contains("MODE") && json.contains("KEY") && !json.contains("s3cr3t"), "{json}");
    assert!(!format!("{item:?}").contains("s3cr3t"));
    assert_eq!((item.revision, item.name(), item.log_drivers()), (7, "web:7", "splunk".to_owned()));
    assert_eq!(item.containers[0].ports, ["8080/tcp"]);
    let text = sections::text(&item);
    assert!(text.contains("environment: MODE KEY") && !text.contains("s3cr3t"), "{text}");
}

#[test]
fn what_was_described_once_is_kept_when_a_pass_only_lists_it() {
    let old = Definition { used: vec!["PRIMARY".into()], ..Definition::read(&definition(7, container().build())) };
    let new = Definition::listed(&old.arn, "ACTIVE");
    assert_eq!((new.revision, new.described), (7, false));
    let kept = TaskDefinitions::absorb(&old, &new).expect("the poorer reading");
    assert_eq!((kept.cpu.as_ref(), kept.used.len()), ("256", 0), "what it is used for is of now");
    assert_eq!(TaskDefinitions::absorb(&new, &old), None, "a richer reading is taken as it is");
}
