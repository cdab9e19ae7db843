//! Verdicts at each of their boundaries.

use jiff::Timestamp;

use super::*;
use crate::model::{Health, Level};

const NOW: i64 = 1_800_000_000;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).expect("a moment")
}

fn ago(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(NOW - seconds).ok()
}

/// A service in its steady state: 6 of 6 tasks, deployed an hour ago.
fn service() -> Service {
    let primary = Deployment {
        id: "ecs-svc/1".into(),
        status: "PRIMARY".into(),
        rollout: Some("COMPLETED".into()),
        desired: 6,
        running: 6,
        created: ago(3_600),
        updated: ago(3_000),
        ..Deployment::default()
    };
    Service { status: "ACTIVE".into(), desired: 6, running: 6, deployments: vec![primary], ..Service::default() }
}

fn verdict(change: impl FnOnce(&mut Service)) -> Health {
    let mut service = service();
    change(&mut service);
    let verdict = Ecs::judge(&service, now());
    // What says that waiting alone does not turn it must not turn, however long one waits.
    for seconds in [1, 121, 601, 901, 30 * 86_400] {
        let later = Timestamp::from_second(NOW + seconds).expect("a moment");
        assert!(Ecs::turns(&service) || Ecs::judge(&service, later).level == verdict.level, "{service:?}");
    }
    verdict
}

fn says(health: &Health) -> (Level, &str) {
    (health.level, &health.why)
}

fn spell(first: i64, last: i64, times: u32, text: &str) -> Option<Spell> {
    Some(Spell { first: ago(first)?, last: ago(last)?, times, text: text.into() })
}

fn started(seconds: i64, tasks: i64) -> Turnover {
    Turnover { at: ago(seconds).expect("a moment"), what: What::Started, tasks }
}

#[test]
fn a_steady_service_is_ok_and_one_that_is_being_deleted_has_no_verdict() {
    assert_eq!(verdict(|_| {}), Health::ok());
    assert!(!Ecs::turns(&service()), "most of a fleet is so, and is not judged anew by the clock");
    assert_eq!(says(&verdict(|s| s.status = "DRAINING".into())), (Level::None, "being deleted"));
}

#[test]
fn fewer_than_desired_is_broken_after_two_minutes_whatever_a_deployment_does() {
    let short = |s: &mut Service, seconds| {
        s.running = 2;
        s.history.short_since = ago(seconds);
    };
    assert_eq!(says(&verdict(|s| short(s, 119))), (Level::Ok, "2 of 6 running"));
    let unseen = verdict(|s| {
        short(s, 119);
        s.history.short_unseen = true;
    });
    assert_eq!(says(&unseen), (Level::Unknown, "2 of 6 running, first seen less than 2m ago"));
    let health = verdict(|s| short(s, 120));
    assert_eq!(says(&health), (Level::Broken, "2 of 6 running for 2m"));
    assert_eq!(health.since, ago(120));
    let health = verdict(|s| {
        short(s, 300);
        s.deployments[0].rollout = Some("IN_PROGRESS".into());
        s.deployments[0].created = ago(400);
    });
    assert_eq!(says(&health), (Level::Broken, "2 of 6 running for 5m"));
}

#[test]
fn a_failed_rollout_and_a_circuit_breaker_are_broken_at_once() {
    let health = verdict(|s| {
        s.running = 2;
        s.deployments[0].rollout = Some("FAILED".into());
        s.deployments[0].reason = "ECS deployment circuit breaker: tasks failed to start.".into();
        s.gave_up = ago(720);
    });
    assert_eq!(says(&health), (Level::Broken, "2 of 6 running, circuit breaker fired: tasks failed to start"));
    assert_eq!(health.since, ago(720));
    let health = verdict(|s| {
        s.deployments[0].rollout = Some("FAILED".into());
        s.deployments[0].reason = "ECS deployment failed: alarm detected.".into();
    });
    assert_eq!(says(&health), (Level::Broken, "rollout failed: ECS deployment failed: alarm detected"));
    assert_eq!(health.since, ago(3_000));
}

#[test]
fn a_rollback_tells_that_the_circuit_breaker_fired() {
    let reason = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/0.";
    let health = verdict(|s| {
        s.deployments[0].rollout = Some("IN_PROGRESS".into());
        s.deployments[0].created = ago(60);
        s.deployments[0].reason = reason.into();
    });
    let words = "circuit breaker fired: rolling back to deploymentId ecs-svc/0";
    assert_eq!(says(&health), (Level::Broken, words));
    let failed = Deployment {
        id: "ecs-svc/0".into(),
        status: "ACTIVE".into(),
        rollout: Some("FAILED".into()),
        reason: "ECS deployment circuit breaker: tasks failed to start.".into(),
        ..Deployment::default()
    };
    let health = verdict(|s| s.deployments.push(failed));
    assert_eq!(says(&health), (Level::Broken, "circuit breaker fired: tasks failed to start"));
}

#[test]
fn tasks_without_a_place_and_failed_health_checks_count_for_ten_minutes() {
    let health = verdict(|s| s.unplaced = spell(2_000, 600, 9, "insufficient memory"));
    assert_eq!(says(&health), (Level::Broken, "unable to place a task: insufficient memory (9 times)"));
    assert_eq!(health.since, ago(2_000));
    assert_eq!(verdict(|s| s.unplaced = spell(2_000, 601, 9, "insufficient memory")), Health::ok());
    let health = verdict(|s| s.unhealthy = spell(60, 60, 1, "Health checks failed with these codes: [502]"));
    let words = "load balancer health checks failed: Health checks failed with these codes: [502]";
    assert_eq!(says(&health), (Level::Broken, words));
    assert_eq!(verdict(|s| s.unhealthy = spell(700, 601, 2, "")), Health::ok());
}

#[test]
fn evidence_adds_up_and_the_earliest_start_counts() {
    let health = verdict(|s| {
        s.running = 5;
        s.history.short_since = ago(900);
        s.unplaced = spell(500, 20, 2, "");
    });
    assert_eq!(says(&health), (Level::Broken, "5 of 6 running, unable to place a task (2 times)"));
    assert_eq!(health.since, ago(900));
}

#[test]
fn a_deployment_is_too_slow_after_a_quarter_of_an_hour() {
    let deploying = |s: &mut Service, seconds| {
        s.deployments[0].rollout = Some("IN_PROGRESS".into());
        s.deployments[0].created = ago(seconds);
    };
    assert_eq!(says(&verdict(|s| deploying(s, 900))), (Level::Ok, "deployment running for 15m"));
    let health = verdict(|s| deploying(s, 901));
    assert_eq!((health.level, health.since), (Level::Degraded, ago(901)));
    let health = verdict(|s| {
        deploying(s, 1_860);
        s.deployments[0].failed = 4;
        s.history.failing_since = ago(1_700);
        s.history.rose_at = ago(601);
    });
    assert_eq!(says(&health), (Level::Degraded, "deployment running for 31m, 4 failed tasks"));
}

#[test]
fn failed_tasks_that_rise_degrade_and_old_ones_do_not() {
    let failing = |s: &mut Service, rose: Option<i64>| {
        s.deployments[0].failed = 3;
        s.history.failing_since = ago(5_000);
        s.history.rose_at = rose.and_then(ago);
    };
    assert_eq!(verdict(|s| failing(s, None)), Health::ok());
    assert_eq!(verdict(|s| failing(s, Some(601))), Health::ok());
    assert_eq!(says(&verdict(|s| failing(s, Some(600)))), (Level::Degraded, "failed tasks rise: 3"));
    let young = verdict(|s| {
        s.deployments[0].failed = 1;
        s.deployments[0].created = ago(600);
    });
    assert_eq!((says(&young), young.since), ((Level::Degraded, "failed tasks rise: 1"), ago(600)));
    let health = verdict(|s| s.unstarted = spell(300, 100, 1, ""));
    assert_eq!(says(&health), (Level::Degraded, "unable to start tasks consistently"));
}

#[test]
fn without_a_rollout_state_the_counts_tell() {
    let old = Deployment { id: "old".into(), status: "ACTIVE".into(), running: 3, ..Deployment::default() };
    let untold = |s: &mut Service, seconds| {
        s.deployments[0].rollout = None;
        s.deployments[0].created = ago(seconds);
    };
    assert_eq!(verdict(|s| untold(s, 5_000)), Health::ok());
    let health = verdict(|s| {
        untold(s, 5_000);
        s.deployments.push(old.clone());
    });
    assert_eq!(says(&health), (Level::Degraded, "deployment running for 1h23m"));
    let health = verdict(|s| {
        untold(s, 100);
        s.deployments.push(old.clone());
    });
    assert_eq!(says(&health), (Level::Ok, "deployment running for 1m"));
    let health = verdict(|s| {
        s.deployments.clear();
        s.running = 1;
        s.history.short_since = ago(200);
    });
    assert_eq!(says(&health), (Level::Broken, "1 of 6 running for 3m"));
}

#[test]
fn three_replaced_tasks_in_ten_minutes_deserve_a_look() {
    let steady = |s: &mut Service, starts: &[Turnover]| {
        s.turnover = starts.to_vec();
        s.history.desired_since = ago(5_000);
    };
    let three = [started(60, 1), started(300, 1), started(600, 1)];
    assert_eq!(says(&verdict(|s| steady(s, &three))), (Level::Attention, "replaced 3 tasks in 10m"));
    assert_eq!(verdict(|s| steady(s, &three[..2])), Health::ok());
    assert_eq!(verdict(|s| steady(s, &[started(60, 2), started(601, 1)])), Health::ok());
    let deploying = verdict(|s| {
        steady(s, &three);
        s.deployments[0].rollout = Some("IN_PROGRESS".into());
        s.deployments[0].created = ago(700);
    });
    assert_eq!(deploying.level, Level::Ok);
    let done = verdict(|s| {
        steady(s, &three);
        s.completed = ago(200);
    });
    assert_eq!(done, Health::ok(), "what a deployment started is no replacement");
}

#[test]
fn growth_is_no_replacement() {
    let grown = [started(60, 4)];
    let unknown = |s: &mut Service| s.turnover = grown.to_vec();
    assert_eq!(verdict(unknown), Health::ok());
    let since_growth = verdict(|s| {
        unknown(s);
        s.history.desired_since = ago(30);
    });
    assert_eq!(since_growth, Health::ok());
    let more_than_wanted = verdict(|s| s.turnover = vec![started(60, 5), started(400, 4)]);
    assert_eq!(says(&more_than_wanted), (Level::Attention, "replaced 3 tasks in 10m"));
    let gone = |s: &mut Service, groups: usize| {
        unknown(s);
        s.balancers = vec![String::new(); groups];
        let at = ago(50).expect("a moment");
        s.turnover.push(Turnover { at, what: What::Deregistered, tasks: 4 });
    };
    assert_eq!(says(&verdict(|s| gone(s, 1))), (Level::Attention, "replaced 4 tasks in 10m"));
    assert_eq!(verdict(|s| gone(s, 2)), Health::ok(), "each task is deregistered from both groups");
}

#[test]
fn a_service_that_nobody_wants_deserves_a_look_after_two_weeks() {
    let parked = |s: &mut Service, seconds: Option<i64>| {
        (s.desired, s.running) = (0, 0);
        s.history.zero_since = seconds.and_then(ago);
    };
    assert_eq!(says(&verdict(|s| parked(s, Some(259_200)))), (Level::None, "desired 0 for at least 3d"));
    assert_eq!(verdict(|s| parked(s, Some(14 * 86_400 - 1))).level, Level::None);
    let health = verdict(|s| parked(s, Some(14 * 86_400)));
    assert_eq!((says(&health), health.since), ((Level::Attention, "desired 0 for at least 14d"), ago(14 * 86_400)));
    assert_eq!(says(&verdict(|s| parked(s, None))), (Level::None, "desired 0"));
}

#[test]
fn a_failed_rollout_is_broken_even_where_no_task_is_wanted_until_nobody_has_wanted_one_for_two_weeks() {
    let failed = |s: &mut Service, seconds: i64| {
        (s.desired, s.running) = (0, 0);
        s.history.zero_since = ago(seconds);
        s.deployments[0].rollout = Some("FAILED".into());
        s.deployments[0].reason = "tasks failed to start.".into();
    };
    let health = verdict(|s| failed(s, 7_200));
    let words = "rollout failed: tasks failed to start, desired 0 for at least 2h";
    assert_eq!((says(&health), health.since), ((Level::Broken, words), ago(3_000)));
    let long = verdict(|s| failed(s, 14 * 86_400));
    assert_eq!(says(&long), (Level::Attention, "desired 0 for at least 14d"));
}
