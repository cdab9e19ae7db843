//! What a row holds of a target, and how healthy it is.

use std::sync::Arc;

use aws_sdk_elasticloadbalancingv2::types;
use serde::{Deserialize, Serialize};

use crate::{
    model::{Health, Level},
    views::aws::ecs::shared,
};

/// A target in a target group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Its address, or the id of its instance.
    pub id: String,
    /// The port on which it is asked.
    pub port: Option<i64>,
    /// The availability zone; `all` for targets outside of the load balancer's network.
    pub zone: Arc<str>,
    /// `healthy`, `unhealthy`, `initial`, `draining`, `unused`, `unavailable` or `unhealthy.draining`.
    pub state: Arc<str>,
    /// The code of the reason, such as `Target.ResponseCodeMismatch`; empty for a healthy one.
    pub reason: Arc<str>,
    /// The load balancer's sentence about it.
    pub description: String,
    /// Whether it behaves unlike the others: `normal`, `anomalous`, or empty.
    pub anomaly: Arc<str>,
    /// The name of the target group.
    pub group: Arc<str>,
    /// Its ARN.
    pub group_arn: Arc<str>,
    /// Targets of that group that are healthy.
    pub healthy: i64,
    /// Targets of that group that shall answer: all but those that are being taken out.
    pub registered: i64,
    /// How the group asks its targets.
    pub checks: Arc<Checks>,
}

/// How a target group finds out whether a target is healthy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// What is asked, as `HTTP /healthz on 8080, 200-299 is well`; empty where it could not be read.
    pub asks: String,
    /// How often and how patiently.
    pub rhythm: String,
}

impl Checks {
    /// From the load balancer's own shape.
    pub(super) fn read(from: &types::TargetGroup) -> Self {
        if from.health_check_enabled() == Some(false) {
            return Self { asks: "health checks are switched off".to_owned(), rhythm: String::new() };
        }
        let protocol = from.health_check_protocol().map_or("", types::ProtocolEnum::as_str);
        let path = from.health_check_path().map(|p| format!(" {p}")).unwrap_or_default();
        let port = from.health_check_port().map(|p| format!(" on {p}")).unwrap_or_default();
        let codes = from.matcher().and_then(|m| m.http_code().or(m.grpc_code()));
        let codes = codes.map(|c| format!(", {c} is well")).unwrap_or_default();
        let seconds = |n: Option<i32>| n.unwrap_or_default();
        Self {
            asks: format!("{protocol}{path}{port}{codes}"),
            rhythm: format!(
                "every {} s, {} s to answer, healthy after {}, unhealthy after {}",
                seconds(from.health_check_interval_seconds()),
                seconds(from.health_check_timeout_seconds()),
                seconds(from.healthy_threshold_count()),
                seconds(from.unhealthy_threshold_count()),
            ),
        }
    }

    /// In lines.
    pub(super) fn lines(&self) -> String {
        if self.asks.is_empty() { "not read".to_owned() } else { format!("{}\n{}", self.asks, self.rhythm) }
    }
}

impl Target {
    /// All targets of a group, from the load balancer's own shape.
    pub(super) fn read(from: &[types::TargetHealthDescription], group: &Arc<str>, checks: &Arc<Checks>) -> Vec<Self> {
        let mut targets: Vec<Self> = from.iter().filter_map(|t| Self::one(t, group, checks)).collect();
        let count = |what: fn(&&Self) -> bool| i64::try_from(targets.iter().filter(what).count()).unwrap_or(i64::MAX);
        let (healthy, registered) = (count(|t| &*t.state == "healthy"), count(|t| !t.is_leaving()));
        for target in &mut targets {
            (target.healthy, target.registered) = (healthy, registered);
        }
        targets
    }

    fn one(from: &types::TargetHealthDescription, group: &Arc<str>, checks: &Arc<Checks>) -> Option<Self> {
        let target = from.target()?;
        let health = from.target_health();
        let anomaly = from.anomaly_detection().and_then(|a| a.result());
        Some(Self {
            id: target.id()?.to_owned(),
            port: target.port().map(i64::from),
            zone: shared(target.availability_zone()),
            state: shared(health.and_then(|h| h.state()).map(types::TargetHealthStateEnum::as_str)),
            reason: shared(health.and_then(|h| h.reason()).map(types::TargetHealthReasonEnum::as_str)),
            description: health.and_then(|h| h.description()).unwrap_or_default().to_owned(),
            anomaly: shared(anomaly.map(types::AnomalyResultEnum::as_str)),
            // arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID
            group: Arc::from(group.split('/').nth(1).unwrap_or(group)),
            group_arn: Arc::clone(group),
            healthy: 0,
            registered: 0,
            checks: Arc::clone(checks),
        })
    }

    /// Whether it is being taken out of its group.
    fn is_leaving(&self) -> bool {
        matches!(&*self.state, "draining" | "unhealthy.draining")
    }
}

/// The verdict: one target that does not answer is a service that works worse; none that does is one that does not.
pub(super) fn judge(target: &Target) -> Health {
    let why = match (target.reason.is_empty(), target.description.is_empty()) {
        (true, true) => target.state.to_string(),
        (_, false) => format!("{}: {}", target.state, target.description),
        (false, true) => format!("{}: {}", target.state, target.reason),
    };
    match &*target.state {
        "healthy" if &*target.anomaly == "anomalous" => {
            Health::new(Level::Attention, "healthy, and fails more requests than the others")
        }
        "healthy" => Health::ok(),
        "unhealthy" if target.healthy == 0 => {
            Health::new(Level::Broken, format!("no target of {} is healthy: {why}", target.group))
        }
        "unhealthy" => Health::new(Level::Degraded, why),
        "unused" | "unavailable" => Health::new(Level::Attention, why),
        "initial" => Health::new(Level::Ok, why),
        "draining" | "unhealthy.draining" => Health::new(Level::None, why),
        _ => Health::new(Level::Unknown, why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(id: &str, state: &str, reason: &str) -> types::TargetHealthDescription {
        let health = types::TargetHealth::builder().state(state.into());
        let health = if reason.is_empty() { health } else { health.reason(reason.into()).description("codes: [502]") };
        let target = types::TargetDescription::builder().id(id).port(8080).availability_zone("eu-west-1a").build();
        types::TargetHealthDescription::builder().target(target).target_health(health.build()).build()
    }

    fn read(states: &[(&str, &str)]) -> Vec<Target> {
        let group = Arc::from("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/0a");
        let from: Vec<_> = states.iter().map(|(state, reason)| described("10.0.0.1", state, reason)).collect();
        Target::read(&from, &group, &Arc::default())
    }

    #[test]
    fn an_unhealthy_target_is_as_bad_as_its_group() {
        let mismatch = "Target.ResponseCodeMismatch";
        let some = read(&[("healthy", ""), ("unhealthy", mismatch), ("draining", "Target.DeregistrationInProgress")]);
        assert_eq!((some[0].healthy, some[0].registered, &*some[0].group), (1, 2, "web"));
        let levels: Vec<Level> = some.iter().map(|t| judge(t).level).collect();
        assert_eq!(levels, [Level::Ok, Level::Degraded, Level::None]);
        assert_eq!(&*judge(&some[1]).why, "unhealthy: codes: [502]");
        let none = read(&[("unhealthy", mismatch), ("initial", "Elb.RegistrationInProgress")]);
        assert_eq!((judge(&none[0]).level, judge(&none[1]).level), (Level::Broken, Level::Ok));
        assert!(judge(&none[0]).why.starts_with("no target of web is healthy"));
    }

    #[test]
    fn other_states_are_told_as_they_are() {
        let all =
            read(&[("unused", "Target.NotInUse"), ("unavailable", "Target.HealthCheckDisabled"), ("new-word", "")]);
        let levels: Vec<Level> = all.iter().map(|t| judge(t).level).collect();
        assert_eq!(levels, [Level::Attention, Level::Attention, Level::Unknown]);
        let mut odd = read(&[("healthy", "")]);
        odd[0].anomaly = "anomalous".into();
        assert_eq!(judge(&odd[0]).level, Level::Attention);
    }

    #[test]
    fn the_check_of_a_group_reads_as_a_sentence() {
        let group = types::TargetGroup::builder()
            .health_check_protocol(types::ProtocolEnum::Http)
            .health_check_path("/healthz")
            .health_check_port("traffic-port")
            .health_check_interval_seconds(10)
            .matcher(types::Matcher::builder().http_code("200").build())
            .build();
        let lines = Checks::read(&group).lines();
        assert!(lines.starts_with("HTTP /healthz on traffic-port, 200 is well\nevery 10 s"), "{lines}");
        assert_eq!(Checks::default().lines(), "not read");
    }
}
