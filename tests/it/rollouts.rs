//! What hangs on a service: its deployments with their history, its events, its task definitions, read from the embedded
//! fleet by the real SDKs.

use std::sync::Arc;

use quarterdeck::{
    access::Raise,
    app::plan,
    model::{FaultKind, Level, Scope},
    sim,
    view::{At, Deed, item},
    views::aws::{
        deployments::{Deployment, Deployments, State},
        events::{Events, Kind},
        task_definitions::{Definition, TaskDefinitions},
    },
};

use crate::support::{
    Inside,
    inside::{Pass, named, quick, view},
};

/// A fleet with one service of one account found in it.
struct Found {
    inside: Inside,
    at: At,
}

impl Found {
    async fn new(account: &str, region: &str, service: &str, faults: &[&str]) -> Self {
        let faults = faults.iter().map(|f| f.parse().expect("a fault")).collect();
        let inside = Inside::new(sim::Options { faults, ..quick() }).await;
        let org = inside.org().await;
        let account = named(&org, account);
        let scope = Scope::region(account.id.clone(), region.into());
        let above = At { scope: scope.clone(), account: Some(Arc::clone(&account)), parent: None, role: None };
        let pass = inside.read("ecs", above).await;
        let row = pass.rows.values().find(|row| row.facts().name == service).expect("the service");
        let at = plan::under(row, &scope, Some(account));
        Self { inside, at }
    }

    async fn checkout(faults: &[&str]) -> Self {
        Self::new("prod", "eu-central-1", "checkout", faults).await
    }

    async fn read(&self, word: &str) -> Pass {
        self.inside.read(word, self.at.clone()).await
    }

    /// The text of a section of a row.
    async fn section(&self, word: &str, pass: &Pass, key: &str, section: usize) -> String {
        let row = &pass.rows[key];
        let asked = view(word).section(self.inside.cx.clone(), self.at.clone(), row, section);
        asked.expect("a section that is asked for").await.expect("a text")
    }
}

fn deployments(pass: &Pass) -> Vec<&Deployment> {
    let mut all: Vec<&Deployment> = pass.rows.values().filter_map(item::<Deployments>).collect();
    all.sort_by_key(|d| std::cmp::Reverse(d.created));
    all
}

fn number(definition: &str) -> i64 {
    definition.rsplit(':').next().and_then(|n| n.parse().ok()).expect("family:revision")
}

#[tokio::test]
async fn the_deployments_of_a_service_tell_what_failed_and_what_completed_last() {
    let found = Found::checkout(&[]).await;
    let before = found.inside.sim.count("ecs", "");
    let pass = found.read("deployments").await;
    assert!(pass.complete && pass.faults.is_empty(), "{:?}", pass.faults);
    assert_eq!(found.inside.sim.count("ecs", "") - before, 4, "four calls, however many deployments");
    let all = deployments(&pass);
    assert!(all.len() > 5, "the history reaches back: {}", all.len());
    let primary = all[0];
    assert_eq!((&*primary.status, primary.state(), primary.word()), ("PRIMARY", State::Failed, "FAILED"));
    assert_eq!((primary.running, primary.desired, primary.id.starts_with("ecs-svc/")), (0, Some(6), true));
    assert!(primary.breaker.fired() && primary.breaker.enabled == Some(true), "{:?}", primary.breaker);
    assert_eq!(&*primary.strategy, "ROLLING");
    assert!(primary.failed >= 3 && primary.why().contains("circuit breaker"), "{primary:?}");
    // The good one still has its third of the tasks; both marks are at it.
    let good = all.iter().find(|d| d.mark.last_completed).expect("one that completed");
    assert!(good.mark.roll_back && &*good.status == "ACTIVE" && good.running == 2, "{good:?}");
    assert!(number(&good.definition) < number(&primary.definition));
    assert_eq!(all.iter().filter(|d| d.mark.last_completed).count(), 1);
    assert!(all.iter().all(|d| d.definition.starts_with("checkout:") && d.note.is_empty()), "{all:?}");
    assert!(all[2..].iter().all(|d| &*d.status == "INACTIVE" && d.desired.is_none()), "{all:?}");
    let now = found.inside.now();
    let judged = |d: &Deployment| pass.rows[d.key().as_str()].judge(now).level;
    assert_eq!((judged(primary), judged(good)), (Level::Broken, Level::None));
    assert!(found.inside.sim.mutations().is_empty());
}

#[tokio::test]
async fn where_service_deployments_are_not_to_be_had_the_service_itself_is_enough() {
    for (fault, gap) in [
        ("5xx@ecs.ListServiceDeployments", None),
        ("5xx@ecs.DescribeServiceRevisions", None),
        ("denied@ecs.*ServiceDeployments", Some(FaultKind::Denied)),
    ] {
        let found = Found::checkout(&[fault]).await;
        let pass = found.read("deployments").await;
        let kinds: Vec<FaultKind> = pass.faults.iter().map(|f| f.kind).collect();
        assert_eq!(kinds, gap.into_iter().collect::<Vec<_>>(), "{fault}: {:?}", pass.faults);
        let all = deployments(&pass);
        let statuses: Vec<&str> = all.iter().map(|d| &*d.status).collect();
        assert_eq!(statuses, ["PRIMARY", "ACTIVE"], "{fault}");
        assert!(all.iter().all(|d| d.source() == "from DescribeServices" && !d.note.is_empty()), "{fault}: {all:?}");
        assert_eq!((all[0].state(), all[1].state()), (State::Failed, State::Completed));
        assert!(all[1].mark.roll_back && all[0].breaker.enabled == Some(true), "{all:?}");
    }
}

#[tokio::test]
async fn a_service_that_goes_away_leaves_no_deployments_and_says_so() {
    let found = Found::checkout(&[]).await;
    let mut at = found.at.clone();
    at.parent = None;
    let pass = found.inside.read("deployments", at).await;
    assert!(pass.rows.is_empty() && pass.faults[0].message.contains("of one service"), "{:?}", pass.faults);
}

#[tokio::test]
async fn events_are_rows_with_a_kind_and_none_is_lost() {
    let found = Found::new("prod", "eu-central-1", "invoice-worker", &[]).await;
    let pass = found.read("events").await;
    assert!(pass.complete && pass.faults.is_empty(), "{:?}", pass.faults);
    let events: Vec<_> = pass.rows.values().filter_map(item::<Events>).collect();
    assert!(events.len() >= 30, "{}", events.len());
    assert!(events.iter().any(|e| e.kind == Kind::Unplaced && e.text.contains("insufficient memory")));
    assert!(events.iter().all(|e| e.kind != Kind::Other && !e.text.starts_with("(service")), "{events:?}");
    let healthy = Found::new("prod", "eu-central-1", "web-frontend", &[]).await.read("events").await;
    let kinds: Vec<Kind> = healthy.rows.values().filter_map(item::<Events>).map(|e| e.kind).collect();
    assert!(kinds.contains(&Kind::Steady) && kinds.contains(&Kind::Completed), "{kinds:?}");
    assert!(!kinds.iter().any(|kind| kind.level().is_problem()), "{kinds:?}");
}

#[tokio::test]
async fn task_definitions_show_what_the_failing_revision_changed_and_no_value() {
    let found = Found::checkout(&[]).await;
    let pass = found.read("task-definitions").await;
    assert!(pass.complete && pass.faults.is_empty(), "{:?}", pass.faults);
    let mut all: Vec<&Definition> = pass.rows.values().filter_map(item::<TaskDefinitions>).collect();
    all.sort_by_key(|d| std::cmp::Reverse(d.revision));
    let newest = all[0];
    assert_eq!((newest.used.join(" ").as_str(), &*newest.status), ("PRIMARY", "ACTIVE"));
    let other = all.iter().find(|d| d.used.iter().any(|s| &**s == "ACTIVE")).expect("the one that still has tasks");
    assert!(other.described && other.revision < newest.revision);
    assert!(all.iter().filter(|d| d.described).count() <= 12, "others are described when they are looked at");
    let container = &newest.containers[0];
    assert_eq!((container.name.as_str(), container.log_driver.as_str()), ("checkout", "awslogs"));
    assert_eq!(container.log_group, "/ecs/prod-main/checkout");
    assert!(container.environment.iter().any(|name| name == "SIGNING_KEY"), "{:?}", container.environment);
    assert!(newest.registered > other.registered && newest.role() == "checkout-task", "{newest:?}");
    // The tasks of the failing revision complain of memory and of a refused password: here is why.
    let first_bad = all.iter().filter(|d| d.revision > other.revision).map(|d| d.revision).min().expect("a bad one");
    let bad = all.iter().find(|d| d.revision == first_bad).expect("a bad one");
    let text = found.section("task-definitions", &pass, &bad.arn, 0).await;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], format!("against revision {}", first_bad - 1), "{text}");
    for part in
        ["~ checkout image: ", "~ checkout env CACHE_EVICTION: value changed", "~ checkout secret DATABASE_PASSWORD: "]
    {
        assert!(lines.iter().any(|line| line.starts_with(part)), "{part} in\n{text}");
    }
    let containers = found.section("task-definitions", &pass, &bad.arn, 1).await;
    assert!(containers.contains("environment: ") && containers.contains("CACHE_EVICTION"), "{containers}");
    // One that no pass described is described when it is looked at.
    if let Some(old) = all.iter().find(|d| !d.described) {
        let text = found.section("task-definitions", &pass, &old.arn, 1).await;
        assert!(text.contains("awslogs"), "{text}");
    }
    let mut said = vec![text, containers];
    said.extend(pass.rows.values().map(|row| row.json().to_string()));
    assert!(said.iter().all(|text| !text.contains("canary-do-not-show")), "no value of the environment");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roll_back_names_the_last_completed_deployment_and_leads_there() {
    let found = Found::checkout(&[]).await;
    let pass = found.read("deployments").await;
    let all = deployments(&pass);
    let (failed, good) =
        (all[0].clone(), all.iter().find(|d| d.mark.roll_back).expect("a way back").definition.clone());
    let row = pass.rows[failed.key().as_str()].clone();
    let plan = view("deployments").plan("rollback", &row, "").expect("a plan");
    assert!(plan.parameters.contains(&("taskDefinition", good.clone())), "{plan:?}");
    assert!(plan.outcome.contains(&failed.definition) && plan.outcome.contains(&good), "{plan:?}");
    let deed = || Deed { verb: "rollback", at: found.at.clone(), row: row.clone(), typed: String::new() };
    let guard = &found.inside.cx.guard;
    let account = found.at.account.clone().expect("an account");
    let raise = Raise { account, reason: "it fails".to_owned(), span: std::time::Duration::from_mins(15) };
    view("deployments").act(found.inside.cx.clone(), deed()).await.expect_err("nobody is elevated");
    guard.elevate(raise).await.expect("an elevation");
    let answer = view("deployments").act(found.inside.cx.clone(), deed()).await.expect("it is done");
    assert!(answer.contains(&good), "{answer}");
    assert_eq!(found.inside.sim.mutations().len(), 1);
    let after = found.read("deployments").await;
    assert_eq!(deployments(&after)[0].definition, good);
    // The same question once more: another deployment is the present one by now.
    let again = view("deployments").act(found.inside.cx.clone(), deed()).await.expect_err("the row is from before");
    assert!(again.message.contains("nothing was done"), "{again}");
    assert_eq!(found.inside.sim.mutations().len(), 1);
    // And forward again: that the present one is older makes the newer ones no strangers.
    let session = found.inside.cx.session(found.at.account.as_deref(), None, &"eu-central-1".into()).await;
    let client = found.inside.cx.remote.ecs(&session.expect("a session"));
    let newest = client.describe_task_definition().task_definition("checkout").send().await.expect("the newest");
    let newest = newest.task_definition().expect("one").revision();
    assert!(i64::from(newest) >= number(&failed.definition), "the newest is no older than what failed");
}
