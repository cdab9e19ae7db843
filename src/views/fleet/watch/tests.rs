//! The board over tables of services.

use std::time::Duration;

use jiff::SignedDuration;

use super::*;
use crate::{
    model::{AccountId, Fault, FaultKind, Level, Org, Region, State, org},
    rows::{Delta, Row, Table, Touched},
    views::aws::ecs::{self, Service},
};

const NOW: i64 = 1_800_000_000;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).expect("a moment")
}

fn row(name: &str, running: i64) -> Row {
    let arn = format!("arn:aws:ecs:eu-west-1:1:service/c/{name}");
    let mut service = Service { name: name.into(), arn, status: "ACTIVE".into(), ..Service::default() };
    (service.desired, service.running, service.owner) = (2, running, Some("pay".into()));
    service.history.short_since = Some(now() - SignedDuration::from_secs(720)).filter(|_| running < 2);
    crate::view::AnyView::revive(&ecs::VIEW, serde_json::to_value(service).expect("json")).expect("a row")
}

fn scope(account: &str, region: &str) -> Scope {
    Scope::region(AccountId::from(account), Region::from(region))
}

fn node(id: &str, name: &str, parent: Option<&str>) -> org::Node {
    let account = parent.is_some_and(|p| p.starts_with("ou-"));
    org::Node {
        id: id.into(),
        name: name.into(),
        parent: parent.map(str::to_owned),
        account: account.then(|| Arc::new(org::Details { state: State::Active, ..org::Details::default() })),
        origin: org::Origin::Organizations,
        management: false,
        unnamed: false,
        placed: false,
    }
}

struct Fleet(Table);

impl Fleet {
    fn new() -> Self {
        Self(Table::new(Some(Duration::from_secs(60))))
    }

    fn read(mut self, scope: &Scope, rows: Vec<Row>, at: Timestamp) -> Self {
        let id = self.0.reading(scope);
        for delta in [Delta::Begin, Delta::Upsert(rows), Delta::Complete] {
            self.0.apply(id, delta, at, &|_, _, _| None, &mut Touched::default());
        }
        self
    }

    fn refused(mut self, scope: &Scope, message: &str) -> Self {
        let id = self.0.reading(scope);
        let fault = Fault::new(FaultKind::Denied, message).call("sts:AssumeRole").code("AccessDenied");
        self.0.fault(id, fault);
        self
    }

    fn board(mut self) -> Vec<Problem> {
        self.0.judge(now(), &mut Touched::default());
        let coverage = self.0.scopes.coverage(now(), self.0.every(), |_| true);
        let tree =
            vec![node("r-1", "Root", None), node("ou-1", "workload", Some("r-1")), node("1", "prod", Some("ou-1"))];
        let taken = Taken { view: ViewId("ecs"), table: self.0, coverage };
        let snapshot = Snapshot { tables: vec![taken], org: Arc::new(Org::new(tree)), ..Snapshot::default() };
        let mut board = Watch::derive(&snapshot, now());
        board.sort_by_key(Problem::key);
        board
    }
}

#[test]
fn a_problem_says_what_where_why_since_when_and_whose() {
    let here = scope("1", "eu-west-1");
    let board = Fleet::new().read(&here, vec![row("web", 2), row("pay", 1)], now()).board();
    assert_eq!(board.len(), 1);
    let it = &board[0];
    assert_eq!((it.level, &*it.account, &*it.ou, &*it.view), (Level::Broken, "prod", "workload", "ecs"));
    assert_eq!((it.name.as_str(), it.why.as_str()), ("pay", "1 of 2 running for 12m"));
    assert_eq!((it.since, it.owner.as_deref()), (Some(now() - SignedDuration::from_secs(720)), Some("pay")));
    assert_eq!(Watch::place(it, &Scope::fleet()), here.place());
    let target = Watch::target(it).expect("a target");
    let key = Key::from("arn:aws:ecs:eu-west-1:1:service/c/pay");
    assert_eq!(target, Target { view: "ecs".into(), scope: here, key: Some(key) });
    assert_eq!(Watch::judge(it, now()).level, Level::Broken);
}

#[test]
fn equal_keys_in_two_places_are_two_problems() {
    let (a, b) = (scope("1", "eu-west-1"), scope("2", "eu-west-1"));
    let board = Fleet::new().read(&a, vec![row("pay", 1)], now()).read(&b, vec![row("pay", 1)], now()).board();
    assert_eq!(board.len(), 2);
    assert_ne!(board[0].key(), board[1].key());
    assert_eq!(&*board[1].account, "2", "an account that the organisation does not know shows its id");
}

#[test]
fn a_refused_account_is_one_line_whatever_its_regions() {
    let board = Fleet::new()
        .refused(&scope("1", "eu-west-1"), "not authorized")
        .refused(&scope("1", "eu-central-1"), "not authorized")
        .refused(&scope("2", "eu-west-1"), "not authorized")
        .board();
    let lines: Vec<_> = board.iter().map(|p| (&*p.account, p.place.region.is_some(), p.why.as_str())).collect();
    let why = "denied: sts:AssumeRole: not authorized";
    assert_eq!(lines, [("prod", false, &*format!("{why} (2 regions)")), ("2", true, why)]);
    assert!(board.iter().all(|p| p.level == Level::Unknown && p.since.is_none()));
    let target = Watch::target(&board[0]).expect("a target");
    assert_eq!(target, Target { view: "access".into(), scope: Scope::account(AccountId::from("1")), key: None });
}

#[test]
fn an_old_reading_is_one_line_and_its_rows_are_no_problems_any_more() {
    let then = now() - SignedDuration::from_secs(181);
    let fresh = now() - SignedDuration::from_secs(180);
    let board = Fleet::new()
        .read(&scope("1", "eu-west-1"), vec![row("pay", 1), row("web", 1)], then)
        .read(&scope("2", "eu-west-1"), vec![row("web", 2)], fresh)
        .board();
    assert_eq!(board.len(), 1);
    let it = &board[0];
    assert_eq!((it.level, it.why.as_str(), it.since), (Level::Unknown, "last read 3m ago", Some(then)));
    assert_eq!((&*it.view, it.name.as_str()), ("ecs", ""));
}
