//! Where a container's lines go: what the log configuration of its definition says.
//!
//! Options are shown by an allow-list: drivers take tokens as plain options, and `secretOptions` are never looked at.

use std::collections::HashMap;

use aws_sdk_ecs::types::{ContainerDefinition, LogDriver};

/// Options whose values tell where lines go and are no secrets (ECS, "Task definition parameters", and the options of
/// the `CloudWatch`, Firehose, Kinesis and S3 plugins of Fluent Bit). Of others only the names are shown.
const OPEN: &[&str] = &[
    "Name",
    "region",
    "log_group_name",
    "log_stream_prefix",
    "log_stream_name",
    "delivery_stream",
    "stream",
    "bucket",
    "tag",
    "index",
    "mode",
];

/// Where the lines of a container go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// To `CloudWatch` Logs, by the `awslogs` driver.
    CloudWatch {
        /// The log group.
        group: String,
        /// The region; the task's own where none is named.
        region: Option<String>,
        /// What the names of its streams begin with; without one they are the ids of the runtime.
        prefix: Option<String>,
    },
    /// Somewhere that is not read here: what is known of it, in words.
    Elsewhere(String),
}

impl Output {
    /// What a definition says of a container.
    #[must_use]
    pub fn of(container: &ContainerDefinition) -> Self {
        let name = container.name().unwrap_or_default();
        let Some(log) = container.log_configuration() else {
            return Self::Elsewhere(format!(
                "container {name}: no log driver is set in its definition; on an instance its lines stay with Docker \
                 there, on Fargate nobody keeps them"
            ));
        };
        let none = HashMap::new();
        let options = log.options().unwrap_or(&none);
        let get = |name: &str| options.get(name).filter(|v| !v.is_empty()).cloned();
        if *log.log_driver() != LogDriver::Awslogs {
            return Self::Elsewhere(elsewhere(name, log.log_driver(), options));
        }
        match get("awslogs-group") {
            Some(group) => {
                Self::CloudWatch { group, region: get("awslogs-region"), prefix: get("awslogs-stream-prefix") }
            }
            None => Self::Elsewhere(format!(
                "container {name}: its driver is awslogs, but its definition names no awslogs-group: nothing to read"
            )),
        }
    }
}

fn elsewhere(name: &str, driver: &LogDriver, options: &HashMap<String, String>) -> String {
    let mut names: Vec<&String> = options.keys().collect();
    names.sort();
    let shown = |name: &&String| match options.get(*name).filter(|_| OPEN.contains(&name.as_str())) {
        Some(value) => format!("{name} {value}"),
        None => (*name).clone(),
    };
    let known = names.iter().map(shown).collect::<Vec<_>>().join(", ");
    let options = if known.is_empty() { "no options".to_owned() } else { known };
    match driver {
        LogDriver::Awsfirelens => format!(
            "container {name}: logs through FireLens ({options}); its log router sends the lines on, and ECS does not \
             tell where they arrived: they are not read here"
        ),
        driver => format!("container {name}: its log driver is {} ({options}): not read here", driver.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{LogConfiguration, Secret};

    use super::*;

    fn output(driver: LogDriver, options: &[(&str, &str)]) -> Output {
        let mut log = LogConfiguration::builder().log_driver(driver);
        for (name, value) in options {
            log = log.options(*name, *value);
        }
        let secret = Secret::builder().name("splunk-token").value_from("arn:canary").build().unwrap();
        let log = log.secret_options(secret).build().unwrap();
        Output::of(&ContainerDefinition::builder().name("app").log_configuration(log).build())
    }

    #[test]
    fn awslogs_is_read_and_others_are_told_without_their_secrets() {
        let options = [("awslogs-group", "/ecs/a"), ("awslogs-region", "eu-west-1"), ("awslogs-stream-prefix", "ecs")];
        let full =
            Output::CloudWatch { group: "/ecs/a".into(), region: Some("eu-west-1".into()), prefix: Some("ecs".into()) };
        assert_eq!(output(LogDriver::Awslogs, &options), full);
        let bare = Output::CloudWatch { group: "/ecs/a".into(), region: None, prefix: None };
        assert_eq!(output(LogDriver::Awslogs, &options[..1]), bare);
        let words = |driver, options: &[(&str, &str)]| match output(driver, options) {
            Output::Elsewhere(words) => words,
            read @ Output::CloudWatch { .. } => panic!("{read:?}"),
        };
        let lens = words(LogDriver::Awsfirelens, &[("Name", "datadog"), ("apikey", "canary"), ("tag", "x")]);
        assert!(lens.contains("FireLens (Name datadog, apikey, tag x)") && !lens.contains("canary"), "{lens}");
        let splunk = words(LogDriver::Splunk, &[("splunk-url", "https://u:canary@x")]);
        assert!(splunk.contains("splunk (splunk-url)") && !splunk.contains("canary"), "{splunk}");
        assert!(words(LogDriver::Awslogs, &[]).contains("names no awslogs-group"));
        let none = Output::of(&ContainerDefinition::builder().name("app").build());
        assert!(matches!(none, Output::Elsewhere(words) if words.contains("no log driver")));
    }
}
