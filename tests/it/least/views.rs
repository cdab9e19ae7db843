//! Every view under the printed policies, and under those policies less an action.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures::{StreamExt as _, stream};
use jiff::Timestamp;
use quarterdeck::{
    app::plan,
    model::{Account, Fault, FaultKind},
    rows::Row,
    view::{AnyView, At, LogAsk, Reply, Run, Since, Span},
    views::{self, VIEWS},
};
use tokio::sync::mpsc;

use super::{CONFIG, at, governed};
use crate::support::{
    Inside,
    inside::{named, view},
};

/// Accounts in which there is something of every kind, the caller's own among them.
const ACCOUNTS: [&str; 4] =
    ["senncloud-management", "prod", "stackhawk-prod-runtime", "stackhawk-preprod-infrastructure"];

/// Services of an account that are looked into.
const SERVICES: usize = 4;

/// The service that has the most tasks, and so the log that is read by its group: it is looked into first.
const BUSY: &str = "checkout";

/// A view, a place where it is read, and the rows that it has there where nothing is denied.
struct Spot {
    view: &'static dyn AnyView,
    at: At,
    rows: Vec<Row>,
}

async fn accounts(inside: &Inside) -> Vec<Arc<Account>> {
    let org = inside.org().await;
    ACCOUNTS.iter().map(|name| named(&org, name)).collect()
}

/// Every place in which views are read that need a role, found with all rights.
async fn spots(inside: &Inside) -> Vec<Spot> {
    let accounts = accounts(inside).await;
    let mut spots = Vec::new();
    for view in VIEWS.iter().copied().filter(|view| !matches!(view.run(), Run::Derived(_))) {
        for at in inside.places(view.id().0, &accounts).await {
            let pass = inside.read(view.id().0, at.clone()).await;
            assert!(pass.complete && pass.faults.is_empty(), "{}: {:?}", view.id(), pass.faults);
            let rows: Vec<Row> = pass.rows.into_values().collect();
            if view.id().0 == "ecs" {
                spots.extend(below(inside, &at, &rows).await);
            }
            spots.push(Spot { view, at, rows });
        }
    }
    spots
}

/// What hangs on services.
async fn below(inside: &Inside, above: &At, services: &[Row]) -> Vec<Spot> {
    let mut spots = Vec::new();
    for view in VIEWS.iter().copied().filter(|view| matches!(view.span(), Span::One(of) if of.0 == "ecs")) {
        for service in services.iter().take(SERVICES) {
            let at = plan::under(service, &above.scope, above.account.clone());
            let pass = inside.read(view.id().0, at.clone()).await;
            assert!(pass.faults.is_empty(), "{}: {:?}", view.id(), pass.faults);
            spots.push(Spot { view, at, rows: pass.rows.into_values().collect() });
        }
    }
    spots
}

impl Spot {
    /// Reads the rows, what the sections of one of them ask for, and its log; gives what failed.
    async fn read(&self, inside: &Inside) -> Vec<Fault> {
        let mut faults = inside.read(self.view.id().0, self.at.clone()).await.faults;
        let busy = self.rows.iter().find(|row| row.facts().name == BUSY);
        if let Some(row) = busy.or(self.rows.first()) {
            for section in 0..self.view.sections(row, inside.now()).len() {
                if let Some(asked) = self.view.section(inside.cx.clone(), self.at.clone(), row, section) {
                    faults.extend(asked.await.err());
                }
            }
            faults.extend(self.log(inside, row).await);
        }
        faults
    }

    async fn log(&self, inside: &Inside, row: &Row) -> Vec<Fault> {
        let (sink, mut replies) = mpsc::channel(64);
        let ask = LogAsk { since: Since::Tail, follow: false };
        let Some(reading) = self.view.read_log(inside.cx.clone(), self.at.clone(), row, ask, sink) else {
            return Vec::new();
        };
        let reading = tokio::spawn(tokio::time::timeout(Duration::from_secs(20), reading));
        let mut faults = Vec::new();
        while let Some(reply) = replies.recv().await {
            if let Reply::Fault(fault) = reply {
                faults.push(fault);
            }
        }
        reading.await.expect("no panic").expect("an end");
        faults
    }
}

/// The actions that IAM refused, by the sentences of the answers.
fn refused(faults: &[Fault]) -> BTreeSet<String> {
    let denied = faults.iter().filter(|fault| fault.kind == FaultKind::Denied);
    let action = |fault: &Fault| {
        let words = fault.message.split("policy allows the ").nth(1)?;
        Some(words.split(" action").next()?.to_owned())
    };
    denied.map(|fault| action(fault).unwrap_or_else(|| panic!("no action in {fault:?}"))).collect()
}

/// The two places of each view that have the most rows.
fn richest(mut spots: Vec<Spot>) -> Vec<Spot> {
    spots.sort_by_key(|spot| std::cmp::Reverse(spot.rows.len()));
    let mut taken = BTreeMap::new();
    spots.retain(|spot| {
        let count: &mut usize = taken.entry(spot.view.id().0).or_default();
        *count += 1;
        *count <= 2
    });
    spots
}

/// The views that miss an action where it is left out of the printed policies.
async fn missing(action: &'static str, spots: Arc<Vec<Spot>>) -> (&'static str, BTreeSet<&'static str>) {
    let inside = governed(now(), action).await;
    let mut missed = BTreeSet::new();
    for spot in spots.iter() {
        let refused = refused(&spot.read(&inside).await);
        let only = BTreeSet::from([action.to_owned()]);
        assert!(refused.is_subset(&only), "{} misses {refused:?} and not {action}", spot.view.id());
        if !refused.is_empty() {
            missed.insert(spot.view.id().0);
        }
    }
    (action, missed)
}

fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("a moment")
}

async fn everything() -> (Inside, Vec<Spot>) {
    let open = Inside::with(at(now()), CONFIG).await;
    let spots = spots(&open).await;
    (open, spots)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_view_reads_everything_under_the_printed_policies() {
    let (_open, spots) = everything().await;
    let read: BTreeSet<&str> = spots.iter().map(|spot| spot.view.id().0).collect();
    let all = VIEWS.iter().filter(|view| !view.actions().is_empty());
    for view in all.filter(|view| !matches!(view.run(), Run::Derived(_))) {
        assert!(read.contains(view.id().0), "{} was not read", view.id());
    }
    let inside = governed(now(), "").await;
    for spot in &spots {
        let faults = spot.read(&inside).await;
        assert!(faults.is_empty(), "{} in {:?}: {faults:?}", spot.view.id(), spot.at.scope);
    }
    // The matrix of access tries the role in the caller's own account too, where there is none.
    let failures = inside.cx.remote.failures().into_iter().map(|failure| failure.fault);
    let refused: Vec<_> = failures.filter(|f| f.kind == FaultKind::Denied && f.call != "sts:AssumeRole").collect();
    assert!(refused.is_empty(), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_that_is_left_out_is_missed_by_the_views_that_declare_it_and_by_no_other() {
    let (_open, spots) = everything().await;
    let spots = Arc::new(richest(spots));
    let actions = stream::iter(views::actions());
    let read = actions.map(|action| missing(action, Arc::clone(&spots))).buffer_unordered(4);
    for (action, missed) in read.collect::<Vec<_>>().await {
        let declare = |word: &&str| [view(word).actions(), view(word).log_actions()].concat().contains(&action);
        assert!(missed.iter().all(declare), "{action} is missed by {missed:?}, and not all of them declare it");
        assert!(!missed.is_empty(), "no view misses {action}: it is declared for nothing, or its refusal is not told");
    }
}
