//! The table and its listing, through a double with one row type.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    AnyRow, Delta, Filter, Listing, Row, ScopeId, Slot, Sort, SortBy, Table, Touched, listing::Wanted, table::Turn,
};
use crate::model::{Cell, Facts, Fault, FaultKind, Health, Key, Level, Place, Progress, Scope, ViewId, org};

/// A row that is as bad as it says, and says when it became so.
#[derive(Clone, Debug, PartialEq)]
struct Thing {
    key: Key,
    level: Level,
    name: String,
    count: i64,
    turns: Option<i64>,
}

fn thing(key: &str, level: Level) -> Thing {
    Thing { key: key.into(), level, name: key.to_owned(), count: 0, turns: None }
}

impl AnyRow for Thing {
    fn view(&self) -> ViewId {
        ViewId("things")
    }
    fn key(&self) -> &Key {
        &self.key
    }
    fn cell(&self, column: usize) -> Cell<'_> {
        match column {
            0 => Cell::text(&self.name),
            1 if self.count != 0 => Cell::Number(self.count),
            _ => Cell::Missing,
        }
    }
    fn judge(&self, now: Timestamp) -> Health {
        let turned = self.turns.is_some_and(|at| now.as_second() >= at);
        Health::new(if turned { Level::Broken } else { self.level }, "so it is")
    }
    fn turns(&self) -> bool {
        self.turns.is_some()
    }
    fn weight(&self) -> u8 {
        u8::from(self.name.starts_with("prod"))
    }
    fn facts(&self) -> Facts<'_> {
        Facts { name: &self.name, arn: Some("arn:aws:x"), owner: Some("pay"), ..Facts::default() }
    }
    fn place(&self, scope: &Scope) -> Place {
        scope.place()
    }
    fn node(&self) -> Option<&Arc<org::Node>> {
        None
    }
    fn absorb(&self, _: &dyn AnyRow) -> Option<Row> {
        None
    }
    fn filled(&self, _: &dyn AnyRow) -> Option<Row> {
        None
    }
    fn same(&self, other: &dyn AnyRow) -> bool {
        other.as_any().downcast_ref::<Self>() == Some(self)
    }
    fn json(&self) -> Value {
        Value::Null
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn scope(account: &str) -> Scope {
    Scope::account(account.into())
}

/// A table with the listing that is kept up to date beside it.
struct Kept {
    table: Table,
    listing: Listing,
    sort: Sort,
    filter: Filter,
    now: i64,
}

impl Kept {
    fn new() -> Self {
        let table = Table::new(Some(Duration::from_secs(60)));
        Self { table, listing: Listing::default(), sort: Sort::default(), filter: Filter::default(), now: 0 }
    }

    fn follow(&mut self, touched: &Touched) {
        let (keep, place) =
            (|_: &Slot| true, |slot: &Slot, _, out: &mut String| out.push_str(&format!("{:?}", slot.place.account)));
        let now = at(self.now);
        let wanted = Wanted { keep: &keep, place: &place, filter: &self.filter, sort: self.sort, columns: 2, now };
        self.listing.update(&self.table, &touched.slots, &wanted);
        let mut anew = Listing::default();
        anew.rebuild(&self.table, &wanted);
        assert!(self.listing.iter().eq(anew.iter()), "kept up to date it is as if made anew");
    }

    fn apply(&mut self, account: &str, delta: Delta) -> Vec<Turn> {
        let mut touched = Touched::default();
        let id = self.table.reading(&scope(account));
        self.table.apply(id, delta, at(self.now), &|_, _, _| None, &mut touched);
        self.follow(&touched);
        touched.turns
    }

    fn pass(&mut self, account: &str, things: &[Thing]) {
        self.apply(account, Delta::Begin);
        self.apply(account, upsert(things));
        self.apply(account, Delta::Complete);
    }

    fn judge(&mut self) -> Vec<Turn> {
        let mut touched = Touched::default();
        self.table.judge(at(self.now), &mut touched);
        self.follow(&touched);
        touched.turns
    }

    fn keys(&self) -> Vec<String> {
        let slots = self.listing.iter().filter_map(|id| self.table.get(id));
        slots.map(|slot| slot.row.key().to_string()).collect()
    }

    fn slot(&self, account: &str, key: &str) -> &Slot {
        let scope = self.table.scopes.find(&scope(account)).unwrap();
        self.table.get(self.table.find(scope, &key.into()).unwrap()).unwrap()
    }
}

fn upsert(things: &[Thing]) -> Delta {
    Delta::Upsert(things.iter().map(|thing| Arc::new(thing.clone()) as Row).collect())
}

#[test]
fn rows_are_told_apart_by_scope_and_key_and_numbers_are_used_again() {
    let mut kept = Kept::new();
    kept.pass("1", &[thing("a", Level::Ok), thing("b", Level::Ok)]);
    kept.pass("2", &[thing("a", Level::Broken)]);
    assert_eq!((kept.table.len(), kept.keys().join(" ")), (3, "a a b".to_owned()));
    kept.pass("1", &[thing("c", Level::Ok)]);
    kept.pass("2", &[thing("a", Level::Broken), thing("d", Level::Ok)]);
    assert_eq!(kept.keys(), ["a", "c", "d"]);
    assert!(kept.table.iter().all(|(id, _)| id.0 < 4), "numbers of rows that are gone");
}

#[test]
fn a_turn_is_told_once_with_what_it_was_before() {
    let mut kept = Kept::new();
    let turns = kept.apply("1", upsert(&[thing("a", Level::Ok)]));
    assert_eq!((turns[0].from, turns[0].to), (None, Some(Level::Ok)));
    assert!(kept.apply("1", upsert(&[thing("a", Level::Ok)])).is_empty());
    kept.now = 9;
    let turns = kept.apply("1", upsert(&[thing("a", Level::Broken)]));
    assert_eq!((turns[0].from, turns[0].to, turns[0].since), (Some(Level::Ok), Some(Level::Broken), at(9)));
    kept.now = 20;
    let other = Thing { count: 7, ..thing("a", Level::Broken) };
    assert!(kept.apply("1", upsert(&[other])).is_empty());
    assert_eq!(kept.slot("1", "a").since, at(9), "another count is no other verdict");
    let turns = kept.apply("1", Delta::Remove(vec!["a".into(), "nobody".into()]));
    assert_eq!((turns.len(), turns[0].from, turns[0].to), (1, Some(Level::Broken), None));
}

#[test]
fn growing_old_takes_the_verdict_and_being_read_again_gives_it_back() {
    let mut kept = Kept::new();
    kept.pass("1", &[thing("bad", Level::Broken), thing("none", Level::None), thing("blank", Level::Unknown)]);
    kept.now = 180;
    assert!(kept.judge().is_empty(), "three intervals are fresh");
    kept.now = 181;
    let turns = kept.judge();
    assert_eq!((turns.len(), turns[0].to), (1, Some(Level::Unknown)));
    assert_eq!(kept.slot("1", "none").level, Level::None);
    assert!(kept.slot("1", "bad").health(at(181)).why.contains("last read 3m ago"));
    assert!(kept.judge().is_empty(), "told once");
    kept.now = 200;
    let turns = kept.apply("1", upsert(&[thing("bad", Level::Broken)]));
    assert_eq!((turns[0].from, turns[0].to, turns[0].since), (Some(Level::Unknown), Some(Level::Broken), at(0)));
    kept.now = 400;
    kept.judge();
    let turns = kept.apply("1", upsert(&[thing("bad", Level::Degraded)]));
    assert_eq!(turns[0].since, at(400), "another verdict begins now");
}

#[test]
fn a_verdict_without_a_verdict_is_not_touched_by_each_pass() {
    let mut kept = Kept::new();
    kept.pass("1", &[thing("blank", Level::Unknown)]);
    let mut touched = Touched::default();
    kept.table.apply(ScopeId(0), upsert(&[thing("blank", Level::Unknown)]), at(1), &|_, _, _| None, &mut touched);
    assert!(touched.slots.is_empty() && touched.turns.is_empty());
}

#[test]
fn verdicts_that_wait_for_the_time_turn_without_being_read() {
    let mut kept = Kept::new();
    kept.pass("1", &[Thing { turns: Some(30), ..thing("a", Level::Ok) }, thing("b", Level::Degraded)]);
    assert_eq!(kept.keys(), ["b", "a"]);
    kept.now = 30;
    let before = kept.table.revision();
    assert_eq!(kept.judge().len(), 1);
    assert_eq!((kept.keys(), kept.slot("1", "a").since), (vec!["a".to_owned(), "b".to_owned()], at(30)));
    assert!(kept.table.revision() > before);
}

#[test]
fn what_is_known_from_before_gives_the_start() {
    let mut table = Table::new(None);
    let id = table.reading(&scope("1"));
    let earlier = |_: &Scope, key: &Key, level| (key.as_str() == "a" && level == Level::Broken).then(|| at(3));
    let rows = upsert(&[thing("a", Level::Broken), thing("b", Level::Broken)]);
    table.apply(id, rows, at(50), &earlier, &mut Touched::default());
    let since = |key: &str| table.get(table.find(id, &key.into()).unwrap()).unwrap().since;
    assert_eq!((since("a"), since("b")), (at(3), at(50)));
}

#[test]
fn a_snapshot_keeps_what_was_while_the_table_goes_on() {
    let mut kept = Kept::new();
    kept.pass("1", &[thing("a", Level::Ok), thing("b", Level::Ok)]);
    let then = kept.table.clone();
    kept.now = 60;
    kept.pass("1", &[thing("b", Level::Broken)]);
    kept.table.fault(ScopeId(0), Fault::new(FaultKind::Denied, "no"));
    kept.apply("2", Delta::Begin);
    assert_eq!((then.len(), kept.table.len()), (2, 1));
    assert!(then.iter().all(|(_, slot)| slot.level == Level::Ok && slot.read_at == at(0)));
    assert_eq!(then.scopes.get(ScopeId(0)).unwrap().progress, Progress::Read);
    assert_eq!((then.scopes.iter().count(), then.find(ScopeId(0), &"a".into()).is_some()), (1, true));
}

#[test]
fn a_scope_that_is_dropped_counts_no_more_until_it_is_wanted_again() {
    let mut kept = Kept::new();
    kept.pass("1", &[thing("a", Level::Ok)]);
    kept.pass("2", &[thing("a", Level::Ok)]);
    let mut touched = Touched::default();
    kept.table.drop_scope(ScopeId(0), at(1), &mut touched);
    kept.follow(&touched);
    let wanted = |kept: &Kept| kept.table.scopes.coverage(at(1), None, |_| true).wanted;
    assert_eq!((kept.table.len(), wanted(&kept), touched.turns.len()), (1, 1, 1));
    kept.table.want(&scope("1"));
    let coverage = kept.table.scopes.coverage(at(1), None, |_| true);
    assert_eq!((coverage.wanted, coverage.waiting, coverage.read), (2, 1, 1));
}

#[test]
fn coverage_counts_each_scope_once_under_what_it_is_now() {
    let mut table = Table::new(Some(Duration::from_secs(60)));
    for (account, kind) in [("1", FaultKind::Denied), ("2", FaultKind::Throttled), ("3", FaultKind::Network)] {
        let id = table.reading(&scope(account));
        table.fault(id, Fault::new(kind, "no"));
    }
    for (account, second) in [("4", 0), ("5", 100)] {
        let id = table.reading(&scope(account));
        table.apply(id, Delta::Complete, at(second), &|_, _, _| None, &mut Touched::default());
    }
    table.reading(&scope("6"));
    let sum = table.scopes.coverage(at(200), table.every(), |_| true);
    assert_eq!(sum.words(), "1 read · 1 waiting · 1 denied · 1 throttled · 1 failed · 1 out of date");
    assert_eq!((sum.wanted, sum.oldest, sum.gaps.len()), (6, Some(at(100)), 3));
    assert!(!sum.is_complete());
}

#[test]
fn orders_by_words_numbers_and_with_what_is_missing_last_both_ways() {
    let mut kept = Kept::new();
    let named = |key: &str, name: &str, count| Thing { name: name.into(), count, ..thing(key, Level::Ok) };
    let long = "the same first sixteen letters and more";
    let rows = [
        named("a", &format!("{long} B"), 3),
        named("b", &format!("{long} a"), 0),
        named("c", "Beta", -5),
        named("d", "alpha", 40),
    ];
    kept.sort = Sort { by: SortBy::Column(0), descending: false };
    kept.pass("1", &rows);
    assert_eq!(kept.keys(), ["d", "c", "b", "a"]);
    for (descending, keys) in [(false, ["c", "a", "d", "b"]), (true, ["d", "a", "c", "b"])] {
        kept.sort = Sort { by: SortBy::Column(1), descending };
        kept.listing = Listing::default();
        let all = Touched { slots: kept.table.iter().map(|(id, _)| id).collect(), turns: Vec::new() };
        kept.follow(&all);
        assert_eq!(kept.keys(), keys);
    }
}

#[test]
fn among_equals_production_goes_first_and_then_what_is_bad_for_longest() {
    let mut kept = Kept::new();
    kept.apply("1", upsert(&[thing("old", Level::Broken)]));
    kept.now = 10;
    kept.apply(
        "1",
        upsert(&[thing("new", Level::Broken), thing("prod", Level::Broken), thing("mild", Level::Attention)]),
    );
    assert_eq!(kept.keys(), ["prod", "old", "new", "mild"]);
}

#[test]
fn a_filter_looks_at_cells_place_owner_and_arn() {
    for (line, keys) in [
        ("PAY", vec!["Straße", "web"]),
        ("arn:aws", vec!["Straße", "web"]),
        ("name:we", vec!["web"]),
        ("!we", vec!["Straße"]),
        ("STRASSE", vec![]),
        ("straße", vec!["Straße"]),
        ("count:7", vec!["web"]),
        ("12 web", vec!["web"]),
        ("\"web 7\"", vec!["web"]),
    ] {
        let mut kept = Kept::new();
        kept.filter = Filter::parse(line, &["name", "count"]).unwrap();
        kept.pass("12", &[Thing { count: 7, ..thing("web", Level::Ok) }, thing("Straße", Level::Ok)]);
        assert_eq!(kept.keys(), keys, "{line}");
    }
}
