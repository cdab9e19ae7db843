//! What lies around the services of ECS: clusters, machines, capacity, tasks without a service, schedules, targets, usage.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use quarterdeck::{
    app::plan,
    model::{FaultKind, Level, Org, Region, Scope},
    rows::Row,
    sim,
    view::{At, item},
    views::aws::{
        capacity::Capacity, clusters::Clusters, ecs::Ecs, instances::Instances, scheduled::ScheduledTasks,
        standalone::StandaloneTasks, targets::Targets,
    },
};

use crate::support::{
    Inside,
    inside::{Pass, named, quick, view},
};

const CENTRAL: &str = "eu-central-1";
const WEST: &str = "eu-west-1";

/// A moment of an ordinary Friday at which nothing that is looked at here is being deployed.
const MORNING: &str = "2026-11-20T09:10:00Z";

/// A fleet whose clock stands, and its organisation.
async fn still() -> (Inside, Org) {
    let start = MORNING.parse().unwrap();
    let inside = Inside::new(sim::Options { start: Some(start), ..quick() }).await;
    inside.sim.clock().freeze();
    inside.sim.clock().set(start);
    let org = inside.org().await;
    inside.sim.forget_calls();
    (inside, org)
}

fn at(org: &Org, account: &str, region: &str) -> At {
    let account = named(org, account);
    let scope = Scope::region(account.id.clone(), Region::from(region));
    At { scope, account: Some(account), parent: None, role: None }
}

async fn read(inside: &Inside, word: &str, at: At) -> Pass {
    let pass = inside.read(word, at).await;
    assert!(pass.complete && pass.faults.is_empty(), "{word}: {:?}", pass.faults);
    pass
}

/// The row whose facts bear this name.
fn row<'a>(pass: &'a Pass, name: &str) -> &'a Row {
    let found = pass.rows.values().find(|row| row.facts().name == name);
    found.unwrap_or_else(|| panic!("no {name} among {:?}", pass.rows.keys()))
}

fn health(row: &Row, now: Timestamp) -> (Level, String) {
    let health = row.judge(now);
    (health.level, health.why.into_owned())
}

#[tokio::test]
async fn a_cluster_counts_what_runs_in_it() {
    let (inside, org) = still().await;
    let here = || at(&org, "prod", CENTRAL);
    let clusters = read(&inside, "clusters", here()).await;
    assert_eq!(inside.sim.count("ecs", ""), 2, "two calls for all clusters of a region");
    let services = read(&inside, "ecs", here()).await;
    let others = read(&inside, "standalone-tasks", here()).await;
    assert_eq!(clusters.rows.len(), 2);
    for row in clusters.rows.values() {
        let cluster = item::<Clusters>(row).unwrap();
        let of = services.rows.values().filter_map(item::<Ecs>).filter(|s| *s.cluster == *cluster.name);
        let (count, running) = of.fold((0, 0), |(count, running), s| (count + 1, running + s.running));
        let alone = others.rows.values().filter_map(item::<StandaloneTasks>);
        let alone = alone.filter(|s| *s.cluster == *cluster.name && &*s.task.status == "RUNNING").count();
        assert_eq!(
            (cluster.services, cluster.running),
            (count, running + i64::try_from(alone).unwrap()),
            "{}",
            cluster.name
        );
    }
    let main = item::<Clusters>(row(&clusters, "prod-main")).unwrap();
    assert_eq!((main.instances, &*main.insights, &*main.exec_log), (0, "enhanced", "OVERRIDE"));
    assert_eq!(main.strategy, ["FARGATE:1 base 2"]);
    let batch = item::<Clusters>(row(&clusters, "prod-batch")).unwrap();
    assert_eq!((batch.instances, batch.providers.join(" ")), (3, "prod-batch-machines".to_owned()));
    assert!(read(&inside, "clusters", at(&org, "audit", CENTRAL)).await.rows.is_empty());
}

#[tokio::test]
async fn machines_are_asked_for_only_where_there_are_some() {
    let (inside, org) = still().await;
    assert!(read(&inside, "instances", at(&org, "cicd", CENTRAL)).await.rows.is_empty());
    assert_eq!((inside.sim.count("ecs", "ListContainerInstances"), inside.sim.count("ecs", "")), (0, 2));
    let batch = read(&inside, "instances", at(&org, "prod", CENTRAL)).await;
    assert_eq!((batch.rows.len(), inside.sim.count("ecs", "ListContainerInstances")), (3, 1));
    let services = read(&inside, "ecs", at(&org, "prod", CENTRAL)).await;
    let largest = item::<Ecs>(row(&services, "invoice-worker")).unwrap();
    assert!(largest.unplaced.is_some(), "its last task finds no room");
    for instance in batch.rows.values().filter_map(item::<Instances>) {
        assert!(
            instance.connected && instance.memory.left < 8_192 && instance.memory.taken().is_some(),
            "{instance:?}"
        );
        assert_eq!((&*instance.kind, &*instance.provider), ("m7g.xlarge", "prod-batch-machines"));
        assert!(instance.zone.starts_with(CENTRAL));
    }
}

#[tokio::test]
async fn an_agent_that_is_cut_off_breaks_what_runs_there_once_it_lasts() {
    let (inside, org) = still().await;
    let here = || at(&org, "stackhawk-test-infrastructure", CENTRAL);
    let sick = |pass: &Pass, now| {
        let mut found = pass.rows.values().map(|row| health(row, now)).filter(|(level, _)| level.is_problem());
        (found.next(), found.count())
    };
    let first = read(&inside, "instances", here()).await;
    assert_eq!(sick(&first, inside.now()), (Some((Level::Degraded, "agent disconnected, with 1 task".into())), 0));
    inside.sim.clock().advance(Duration::from_secs(301));
    let later = read(&inside, "instances", here()).await;
    assert_eq!(sick(&later, inside.now()), (Some((Level::Broken, "agent disconnected for 5m, with 1 task".into())), 0));
    let draining = read(&inside, "instances", at(&org, "stackhawk-preprod-infrastructure", CENTRAL)).await;
    let draining =
        draining.rows.values().map(|row| health(row, inside.now())).find(|(_, why)| why.contains("draining"));
    let (level, why) = draining.expect("one is being replaced");
    assert!(level == Level::Ok && why.contains("no task left") && why.contains("instance refresh"), "{why}");
}

#[tokio::test]
async fn a_provider_says_who_uses_it_and_how_its_last_change_went() {
    let (inside, org) = still().await;
    let prod = read(&inside, "capacity", at(&org, "prod", CENTRAL)).await;
    assert_eq!(inside.sim.count("ecs", ""), 3);
    let of = |name: &str| item::<Capacity>(row(&prod, name)).unwrap();
    let machines = of("prod-batch-machines");
    assert_eq!((machines.clusters.join(" "), &*machines.kind), ("prod-batch".to_owned(), "ec2-autoscaling"));
    assert_eq!((machines.scaling.as_ref().unwrap().target, &*machines.protection), (90, "ENABLED"));
    assert_eq!(machines.group, "ecs-prod-batch-machines");
    assert_eq!(of("FARGATE_SPOT").clusters.join(" "), "prod-main");
    assert_eq!(health(row(&prod, "old-gpu-machines"), inside.now()), (Level::None, "no cluster uses it".into()));
    let dev = read(&inside, "capacity", at(&org, "stackhawk-dev-infrastructure", CENTRAL)).await;
    assert_eq!(dev.rows.len(), 1, "the two of AWS are rows only where a cluster uses them: {:?}", dev.rows.keys());
    let (level, why) = health(row(&dev, "infrastructure-machines"), inside.now());
    assert!(level == Level::Degraded && why.contains("instance protection"), "{why}");
}

#[tokio::test]
async fn tasks_without_a_service_tell_who_started_them_and_how_they_ended() {
    let (inside, org) = still().await;
    let prod = read(&inside, "standalone-tasks", at(&org, "prod", CENTRAL)).await;
    let all: Vec<_> = prod.rows.values().map(|row| (row, item::<StandaloneTasks>(row).unwrap())).collect();
    assert!(all.iter().all(|(_, s)| s.group.starts_with("family:")), "{all:?}", all = prod.rows.keys());
    let (shell, forgotten) = all.iter().find(|(_, s)| &*s.task.started_by == "anna.keller").expect("a shell");
    let age = inside.now().as_second() - forgotten.task.created.unwrap().as_second();
    assert_eq!((&*forgotten.task.status, age / 3_600), ("RUNNING", 26));
    assert_eq!(health(shell, inside.now()).0, Level::Ok);
    let imports: Vec<_> = all
        .iter()
        .filter(|(_, s)| &*s.task.started_by == "chronos-schedule/price-import" && s.task.stopped.is_some())
        .collect();
    assert!(imports.len() >= 2, "three an hour");
    for (row, _) in imports {
        assert_eq!(health(row, inside.now()), (Level::Degraded, "price-import exited with code 1".into()));
    }
    let warm =
        all.iter().filter(|(_, s)| &*s.task.started_by == "events-rule/cache-warmer" && s.task.stopped.is_some());
    assert!(warm.clone().count() >= 3);
    for (row, _) in warm {
        assert_eq!(health(row, inside.now()), (Level::None, "finished with exit code 0".into()));
    }
    let dev = read(&inside, "standalone-tasks", at(&org, "dev", CENTRAL)).await;
    assert_eq!(dev.rows.len(), 1, "{:?}", dev.rows.keys());
}

#[tokio::test]
async fn schedules_are_found_by_the_fewest_calls() {
    let (inside, org) = still().await;
    let prod = read(&inside, "scheduled-tasks", at(&org, "prod", CENTRAL)).await;
    let names: Vec<&str> = prod.rows.values().map(|row| row.facts().name).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    let counts = |pairs: &[(&str, &str)]| pairs.iter().map(|(s, o)| inside.sim.count(s, o)).collect::<Vec<_>>();
    let asked = [
        ("ecs", ""),
        ("events", "ListRuleNamesByTarget"),
        ("events", "ListRules"),
        ("events", "ListTargetsByRule"),
        ("scheduler", "ListSchedules"),
        ("scheduler", "GetSchedule"),
    ];
    assert_eq!(counts(&asked), [1, 2, 1, 2, 1, 1], "two clusters, five rules of which two start tasks, one schedule");
    inside.sim.forget_calls();
    assert!(read(&inside, "scheduled-tasks", at(&org, "audit", CENTRAL)).await.rows.is_empty());
    assert_eq!(counts(&asked), [1, 0, 0, 0, 1, 0], "without a cluster no rule can start a task");
}

#[tokio::test]
async fn a_schedule_starts_its_task_when_the_view_says_so() {
    let (inside, org) = still().await;
    let prod = || at(&org, "prod", CENTRAL);
    let pass = read(&inside, "scheduled-tasks", prod()).await;
    for (name, starter) in [("price-import", "chronos-schedule"), ("cache-warmer", "events-rule")] {
        let next = item::<ScheduledTasks>(row(&pass, name)).unwrap().next.expect("a moment");
        assert!(next > inside.now());
        let now = inside.now();
        let ahead = Duration::from_secs(u64::try_from(next.as_second() - now.as_second()).unwrap() + 5);
        let begun = |tasks: &Pass| {
            let all = tasks.rows.values().filter_map(item::<StandaloneTasks>);
            let own = all.filter(|s| *s.task.started_by == format!("{starter}/{name}"));
            own.filter_map(|s| s.task.created).max()
        };
        assert!(begun(&read(&inside, "standalone-tasks", prod()).await) < Some(next));
        inside.sim.clock().advance(ahead);
        assert_eq!(begun(&read(&inside, "standalone-tasks", prod()).await), Some(next), "{name}");
        inside.sim.clock().set(now);
    }
}

#[tokio::test]
async fn a_schedule_whose_cluster_is_gone_starts_nothing() {
    let (inside, org) = still().await;
    let dev = read(&inside, "scheduled-tasks", at(&org, "dev", CENTRAL)).await;
    let (level, why) = health(row(&dev, "old-sync"), inside.now());
    assert!(level == Level::Broken && why.contains("dev-legacy does not exist"), "{why}");
    let off = read(&inside, "scheduled-tasks", at(&org, "data-prod", WEST)).await;
    assert_eq!(health(row(&off, "reindex"), inside.now()), (Level::None, "disabled".into()));
    let call = read(&inside, "scheduled-tasks", at(&org, "stackhawk-prod-runtime", CENTRAL)).await;
    let call = item::<ScheduledTasks>(row(&call, "licence-sweep")).unwrap();
    assert_eq!((&*call.cluster, call.definition.as_str(), call.astray), ("runtime", "licence-sweep", false));
    let event = read(&inside, "scheduled-tasks", at(&org, "cicd", CENTRAL)).await;
    let event = item::<ScheduledTasks>(row(&event, "scan-on-push")).unwrap();
    assert_eq!((&*event.kind, event.next, event.expression.as_str()), ("event", None, ""));
}

#[tokio::test]
async fn what_a_run_is_given_is_not_kept() {
    let (inside, org) = still().await;
    for (account, region) in [("prod", CENTRAL), ("stackhawk-prod-runtime", CENTRAL), ("data-prod", CENTRAL)] {
        for word in ["scheduled-tasks", "standalone-tasks", "clusters", "instances", "capacity"] {
            for row in read(&inside, word, at(&org, account, region)).await.rows.values() {
                let sections = view(word).sections(row, inside.now());
                let text = format!("{} {sections:?}", row.json());
                assert!(!text.contains("canary-do-not-show"), "{word}: {text}");
            }
        }
    }
}

/// The text of a section, asked for.
async fn section(inside: &Inside, word: &str, at: At, row: &Row, title: &str) -> String {
    let titles = view(word).sections(row, inside.now());
    let number = titles.iter().position(|(t, _)| *t == title).unwrap_or_else(|| panic!("no section {title}"));
    view(word).section(inside.cx.clone(), at, row, number).expect("a question").await.expect("an answer")
}

#[tokio::test]
async fn the_last_runs_of_a_schedule_are_what_ecs_remembers() {
    let (inside, org) = still().await;
    let prod = || at(&org, "prod", CENTRAL);
    let pass = read(&inside, "scheduled-tasks", prod()).await;
    inside.sim.forget_calls();
    let failing = section(&inside, "scheduled-tasks", prod(), row(&pass, "price-import"), "last runs").await;
    assert!(failing.starts_with("last failure ") && failing.contains("exit 1"), "{failing}");
    assert_eq!(inside.sim.count("", ""), 3);
    let well = section(&inside, "scheduled-tasks", prod(), row(&pass, "cache-warmer"), "last runs").await;
    assert!(well.starts_with("no failure") && well.contains("exit 0"), "{well}");
    let dev = read(&inside, "scheduled-tasks", at(&org, "dev", CENTRAL)).await;
    let gone = section(&inside, "scheduled-tasks", at(&org, "dev", CENTRAL), row(&dev, "old-sync"), "last runs").await;
    assert_eq!(gone, "its cluster does not exist");
}

#[tokio::test]
async fn one_of_two_sources_that_refuses_leaves_the_other() {
    let inside = Inside::new(quick()).await;
    let org = inside.org().await;
    inside.sim.set_faults(vec!["denied@scheduler".parse().unwrap()]);
    let pass = inside.read("scheduled-tasks", at(&org, "prod", CENTRAL)).await;
    assert_eq!((pass.rows.len(), pass.complete, pass.faults.len()), (2, false, 1), "{:?}", pass.faults);
    assert_eq!((pass.faults[0].kind, pass.faults[0].call.as_str()), (FaultKind::Denied, "scheduler:ListSchedules"));
    inside.sim.set_faults(vec!["denied@events.ListTargetsByRule".parse().unwrap()]);
    let pass = inside.read("scheduled-tasks", at(&org, "prod", CENTRAL)).await;
    assert_eq!((pass.rows.len(), pass.complete, pass.faults.len()), (1, false, 2), "{:?}", pass.faults);
}

#[tokio::test]
async fn empty_pages_end_no_list() {
    let (inside, org) = still().await;
    let words = ["clusters", "instances", "capacity", "standalone-tasks", "scheduled-tasks"];
    let mut before = BTreeMap::new();
    for word in words {
        before.insert(word, read(&inside, word, at(&org, "prod", CENTRAL)).await.rows.len());
    }
    inside.sim.set_faults(vec!["emptypage".parse().unwrap()]);
    for word in words {
        let hollow = read(&inside, word, at(&org, "prod", CENTRAL)).await.rows.len();
        assert_eq!(Some(&hollow), before.get(word), "{word}");
    }
}

/// The targets of a service, read below its row.
async fn targets(inside: &Inside, org: &Org, account: &str, service: &str) -> Pass {
    let here = at(org, account, CENTRAL);
    let services = read(inside, "ecs", here.clone()).await;
    let under = plan::under(row(&services, service), &here.scope, here.account.clone());
    read(inside, "targets", under).await
}

#[tokio::test]
async fn targets_are_as_healthy_as_the_load_balancer_says() {
    let (inside, org) = still().await;
    let pass = targets(&inside, &org, "stackhawk-prod-runtime", "findings-api").await;
    let all: Vec<_> =
        pass.rows.values().map(|row| (health(row, inside.now()), item::<Targets>(row).unwrap())).collect();
    assert!(all.len() >= 3, "{:?}", pass.rows.keys());
    assert_eq!(inside.sim.count("elasticloadbalancing", ""), 2);
    assert!(all.iter().all(|(_, t)| t.healthy >= 3 && t.checks.asks.starts_with("HTTP /healthz")), "{all:?}");
    assert!(all.iter().filter(|((level, _), _)| *level == Level::Ok).count() >= 3);
    // The sick one is replaced every few minutes, and looks new for a while.
    let mut sick = None;
    for _ in 0..12 {
        let pass = targets(&inside, &org, "stackhawk-prod-runtime", "findings-api").await;
        sick = pass.rows.values().find(|row| health(row, inside.now()).0 == Level::Degraded).cloned();
        if sick.is_some() {
            break;
        }
        inside.sim.clock().advance(Duration::from_secs(20));
    }
    let sick = sick.expect("a target that fails");
    assert_eq!(health(&sick, inside.now()).1, "unhealthy: Health checks failed with these codes: [502]");
    let inner = targets(&inside, &org, "stackhawk-prod-runtime", "scan-engine").await;
    assert!(inner.rows.is_empty(), "no load balancer stands before it");
}

#[tokio::test]
async fn usage_is_asked_for_by_one_call_that_is_told_before() {
    let (inside, org) = still().await;
    let here = || at(&org, "prod", CENTRAL);
    let services = read(&inside, "ecs", here()).await;
    let checkout = row(&services, "checkout");
    let number = view("ecs").sections(checkout, inside.now()).iter().position(|(t, _)| *t == "usage").unwrap();
    let cost = view("ecs").cost(checkout, number).expect("it costs something");
    assert!(cost.contains("1 call"), "{cost}");
    assert_eq!(inside.sim.count("cloudwatch", ""), 0);
    let said = section(&inside, "ecs", here(), checkout, "usage").await;
    assert_eq!(inside.sim.count("cloudwatch", "GetMetricData"), 1);
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("cpu ") && lines[2].starts_with("memory "), "{said}");
    assert!(lines[1].contains("min") && lines[1].contains("avg") && lines[1].contains("max"), "{said}");
    let bars = |line: &str| line.chars().filter(|c| ('▁'..='█').contains(c)).count();
    assert_eq!((bars(lines[0]), bars(lines[2])), (36, 36), "{said}");
    let parked = section(&inside, "ecs", here(), row(&services, "report-builder"), "usage").await;
    assert!(parked.contains("holds no point"), "{parked}");
    inside.sim.set_faults(vec!["throttle:1x@cloudwatch".parse().unwrap(), "denied@cloudwatch/dev".parse().unwrap()]);
    let again = section(&inside, "ecs", here(), checkout, "usage").await;
    assert_eq!(again, said, "throttled once, asked again");
    let dev = read(&inside, "ecs", at(&org, "dev", CENTRAL)).await;
    let refused = view("ecs").section(inside.cx.clone(), at(&org, "dev", CENTRAL), row(&dev, "orders"), number);
    let fault = refused.expect("a question").await.expect_err("no right");
    assert_eq!((fault.kind, fault.call.as_str()), (FaultKind::Denied, "cloudwatch:GetMetricData"));
}
