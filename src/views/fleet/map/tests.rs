//! The map over tables of services.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;

use super::*;
use crate::{
    model::{AccountId, Fault, FaultKind, Level, Org, Region, State, org},
    rows::{Delta, Row, Table, Touched, snapshot::Taken},
    views::aws::ecs::{self, Service},
};

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a moment")
}

fn service(name: &str, running: i64) -> Row {
    let arn = format!("arn:aws:ecs:eu-west-1:1:service/c/{name}");
    let mut service = Service { name: name.into(), arn, status: "ACTIVE".into(), ..Service::default() };
    (service.desired, service.running) = (2, running);
    service.history.short_since = Some(now() - SignedDuration::from_secs(720)).filter(|_| running < 2);
    crate::view::AnyView::revive(&ecs::VIEW, serde_json::to_value(service).expect("json")).expect("a row")
}

fn scope(account: &str, region: &str) -> Scope {
    Scope::region(AccountId::from(account), Region::from(region))
}

fn node(id: &str, name: &str, parent: Option<&str>, state: Option<State>) -> org::Node {
    let account = state.map(|state| org::Details { state, ..org::Details::default() });
    let (id, name, parent) = (id.into(), name.into(), parent.map(str::to_owned));
    org::Node {
        id,
        name,
        parent,
        account: account.map(Arc::new),
        origin: org::Origin::Organizations,
        management: false,
        unnamed: false,
        placed: false,
    }
}

fn read(table: &mut Table, scope: &Scope, rows: Vec<Row>, at: Timestamp) {
    let id = table.reading(scope);
    for delta in [Delta::Begin, Delta::Upsert(rows), Delta::Complete] {
        table.apply(id, delta, at, &|_, _, _| None, &mut Touched::default());
    }
}

/// The map over a table of services: three accounts, the third of them closed.
fn drawn(mut table: Table) -> Vec<Item> {
    table.judge(now(), &mut Touched::default());
    let coverage = table.scopes.coverage(now(), table.every(), |_| true);
    let tree = vec![
        node("r-1", "Root", None, None),
        node("ou-1", "workload", Some("r-1"), None),
        node("1", "prod", Some("ou-1"), Some(State::Active)),
        node("2", "dev", Some("ou-1"), Some(State::Active)),
        node("3", "gone", Some("r-1"), Some(State::Suspended)),
    ];
    let taken = Taken { view: ViewId("ecs"), table, coverage };
    let snapshot = Snapshot { tables: vec![taken], org: Arc::new(Org::new(tree)), ..Snapshot::default() };
    let mut items = Map::derive(&snapshot, now());
    items.sort_by(|a, b| a.id.cmp(&b.id));
    items
}

fn table() -> Table {
    Table::new(Some(Duration::from_secs(60)))
}

#[test]
fn each_account_has_its_worst_and_its_evidence() {
    let mut table = table();
    read(&mut table, &scope("1", "eu-west-1"), vec![service("web", 0), service("pay", 1), service("ok", 2)], now());
    read(&mut table, &scope("2", "eu-west-1"), vec![service("web", 2)], now());
    let items = drawn(table);
    let prod = &items[0];
    assert_eq!((prod.name.as_str(), prod.ou.as_str(), prod.level), ("prod", "workload", Level::Broken));
    assert_eq!((prod.broken + prod.degraded, prod.read, prod.wanted), (2, 1, 1));
    assert!(prod.why.starts_with("pay: 1 of 2 running") || prod.why.starts_with("web: "), "{}", prod.why);
    assert!(prod.why.ends_with("(and 1 more)"), "{}", prod.why);
    assert_eq!(prod.since, Some(now() - SignedDuration::from_secs(720)));
    assert_eq!((items[1].level, items[1].why.as_str()), (Level::Ok, ""));
    assert_eq!((items[2].level, items[2].why.as_str()), (Level::None, "SUSPENDED: it is not entered"));
    let target = Map::target(prod).expect("the board");
    assert_eq!((target.view.as_str(), target.key), ("watch", None));
}

#[test]
fn what_was_not_read_is_no_verdict_and_says_why() {
    let mut table = table();
    let denied = Fault::new(FaultKind::Denied, "not authorized").call("sts:AssumeRole").code("AccessDenied");
    read(&mut table, &scope("1", "eu-west-1"), vec![service("web", 2)], now());
    let id = table.reading(&scope("1", "us-east-1"));
    table.fault(id, denied);
    table.want(&scope("2", "eu-west-1"));
    let items = drawn(table);
    assert_eq!((items[0].level, items[0].read, items[0].answered, items[0].wanted), (Level::Unknown, 1, 2, 2));
    assert!(items[0].why.starts_with("denied: "), "{}", items[0].why);
    assert_eq!((items[1].level, items[1].why.as_str()), (Level::Unknown, "being read: 0 of 1 answered"));
}

#[test]
fn what_nobody_asked_for_and_what_is_old_is_no_verdict_either() {
    assert_eq!(drawn(table())[0].why, "not asked for yet");
    let mut table = table();
    read(&mut table, &scope("1", "eu-west-1"), vec![service("web", 2)], now() - SignedDuration::from_secs(181));
    let old = &drawn(table)[0];
    assert_eq!((old.level, old.why.as_str(), old.answered), (Level::Unknown, "last read 3m ago", 1));
}

#[test]
fn the_columns_that_the_picture_names_are_there() {
    let Picture::Map(mapped) = Map::PICTURE else { panic!("it is a map") };
    for id in [mapped.path, mapped.answered] {
        assert!(Map::COLUMNS.iter().any(|c| c.id == id), "{id}");
    }
}
