//! How healthy a container instance is: its agent, its registration, how its draining goes.

use jiff::Timestamp;

use super::Instance;
use crate::model::{Health, Level, time};

/// Seconds after which an agent without a connection is more than a reconnect: agents reconnect several times an hour
/// as a part of normal operation (API reference, `ContainerInstance`, `agentConnected`).
const CUT: i64 = 300;

/// Seconds that draining may take before somebody should look: tasks are given 30 seconds by default to stop, and
/// services start others elsewhere first.
const DRAINING: i64 = 3_600;

/// The verdict.
pub(super) fn judge(instance: &Instance, now: Timestamp) -> Health {
    if &*instance.status == "REGISTRATION_FAILED" {
        let why = if instance.reason.is_empty() { "no reason given" } else { &instance.reason };
        return Health::new(Level::Broken, format!("registration failed: {why}"));
    }
    if !instance.connected && &*instance.status != "DEREGISTERING" {
        return cut(instance, now);
    }
    if &*instance.runtime == "IMPAIRED" {
        return Health::new(Level::Degraded, "its container runtime is impaired");
    }
    match &*instance.status {
        "DRAINING" => draining(instance, now),
        "ACTIVE" if &*instance.update == "FAILED" => {
            Health::new(Level::Attention, format!("the update of its agent ({}) failed", instance.agent))
        }
        "ACTIVE" => Health::ok(),
        other => Health::new(Level::Ok, other.to_lowercase()),
    }
}

/// Its agent has no connection: ECS can neither start nor stop anything there.
fn cut(instance: &Instance, now: Timestamp) -> Health {
    let lasted = instance.cut_since.map_or(0, |at| time::since(now, at));
    let tasks = instance.running + instance.pending;
    let for_so_long = if lasted > 0 { format!(" for {}", time::span(lasted)) } else { String::new() };
    let level = match (tasks > 0, lasted >= CUT) {
        (true, true) => Level::Broken,
        (true, false) => Level::Degraded,
        (false, true) => Level::Attention,
        (false, false) => Level::Ok,
    };
    let with = match tasks {
        0 => "without tasks".to_owned(),
        1 => "with 1 task".to_owned(),
        n => format!("with {n} tasks"),
    };
    Health::new(level, format!("agent disconnected{for_so_long}, {with}")).since(instance.cut_since)
}

fn draining(instance: &Instance, now: Timestamp) -> Health {
    let lasted = instance.draining_since.map_or(0, |at| time::since(now, at));
    let tasks = instance.running + instance.pending;
    let mut words = if lasted > 0 { format!("draining for {}", time::span(lasted)) } else { "draining".to_owned() };
    match tasks {
        0 => words.push_str(", no task left"),
        n => words.push_str(&format!(", {n} left")),
    }
    if !instance.reason.is_empty() {
        words = format!("{words}: {}", instance.reason);
    }
    let level = if tasks > 0 && lasted >= DRAINING { Level::Degraded } else { Level::Ok };
    Health::new(level, words).since(instance.draining_since)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aws_sdk_ecs::types;

    use super::*;
    use crate::{store::Past, views::aws::instances::Room};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    fn instance(status: &str, connected: bool, running: i64) -> Instance {
        Instance { status: status.into(), connected, running, ..Instance::default() }
    }

    #[test]
    fn an_agent_without_a_connection_is_as_bad_as_it_lasts_and_as_what_runs_there() {
        let mut cut = instance("ACTIVE", false, 2);
        let says = |instance: &Instance, now| {
            let health = judge(instance, at(now));
            (health.level, health.why.into_owned())
        };
        assert_eq!(says(&cut, 1_000), (Level::Degraded, "agent disconnected, with 2 tasks".into()));
        cut.cut_since = Some(at(1_000));
        assert_eq!(says(&cut, 1_299).0, Level::Degraded);
        assert_eq!(says(&cut, 1_300), (Level::Broken, "agent disconnected for 5m, with 2 tasks".into()));
        cut.running = 0;
        assert_eq!(says(&cut, 1_299).0, Level::Ok);
        assert_eq!(says(&cut, 1_300), (Level::Attention, "agent disconnected for 5m, without tasks".into()));
        assert_eq!(judge(&cut, at(1_300)).since, Some(at(1_000)));
    }

    #[test]
    fn draining_is_well_until_it_takes_an_hour_with_tasks_left() {
        let mut draining = instance("DRAINING", true, 3);
        draining.reason = "instance refresh".into();
        draining.draining_since = Some(at(0));
        let health = judge(&draining, at(3_599));
        assert_eq!((health.level, &*health.why), (Level::Ok, "draining for 59m, 3 left: instance refresh"));
        assert_eq!(judge(&draining, at(3_600)).level, Level::Degraded);
        draining.running = 0;
        assert_eq!(judge(&draining, at(9_000)).level, Level::Ok);
    }

    #[test]
    fn other_states_speak_for_themselves() {
        let mut failed = instance("REGISTRATION_FAILED", false, 0);
        assert_eq!(judge(&failed, at(0)).level, Level::Broken);
        failed.reason = "trunk interface".into();
        assert_eq!(&*judge(&failed, at(0)).why, "registration failed: trunk interface");
        assert_eq!(judge(&instance("DEREGISTERING", false, 0), at(0)).level, Level::Ok);
        let mut old = instance("ACTIVE", true, 1);
        assert_eq!(judge(&old, at(0)), Health::ok());
        old.update = "FAILED".into();
        assert_eq!(judge(&old, at(0)).level, Level::Attention);
        old.runtime = "IMPAIRED".into();
        assert_eq!(judge(&old, at(0)).level, Level::Degraded);
    }

    #[test]
    fn what_ecs_tells_becomes_the_item_with_since_when() {
        let resource = |name: &str, value| types::Resource::builder().name(name).integer_value(value).build();
        let attribute = |name: &str, value: Option<&str>| {
            types::Attribute::builder().name(name).set_value(value.map(str::to_owned)).build().unwrap()
        };
        let from = types::ContainerInstance::builder()
            .container_instance_arn("arn:aws:ecs:eu-west-1:111111111111:container-instance/main/0a")
            .ec2_instance_id("i-1")
            .status("DRAINING")
            .agent_connected(false)
            .registered_resources(resource("CPU", 4_096))
            .remaining_resources(resource("CPU", 1_024))
            .attributes(attribute("ecs.availability-zone", Some("eu-west-1a")))
            .attributes(attribute("ecs.capability.exec", None))
            .build();
        let past = Past::new();
        let cluster = Arc::from("arn:aws:ecs:eu-west-1:111111111111:cluster/main");
        let first = Instance::read(&from, &cluster, &past, at(10));
        assert_eq!((first.name(), &*first.cluster, &*first.zone), ("i-1", "main", "eu-west-1a"));
        assert_eq!((first.cpu, first.cpu.taken()), (Room { left: 1_024, all: 4_096 }, Some(75)));
        assert_eq!(first.memory.taken(), None);
        assert_eq!(first.attributes[1].as_ref(), "ecs.capability.exec");
        let later = Instance::read(&from, &cluster, &past, at(70));
        assert_eq!((later.cut_since, later.draining_since), (Some(at(10)), Some(at(10))));
    }
}
