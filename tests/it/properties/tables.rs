//! Tables of rows: whatever came before, a relist leaves what a fresh list would; and a listing that is kept up to
//! date is the one that would be made anew.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;
use quarterdeck::{
    model::{Key, Level, Scope},
    rows::{Delta, Filter, Listing, Slot, Sort, SortBy, Table, Touched, listing::Wanted},
};

use super::doubles::{Thing, row};

/// A step over one of two scopes.
#[derive(Clone, Debug)]
enum Step {
    Begin(bool),
    Upsert(bool, Vec<Thing>),
    Remove(bool, Vec<u8>),
    Complete(bool),
    Later(i64),
}

pub fn thing() -> impl Strategy<Value = Thing> {
    let words = prop_oneof![4 => "[a-c]{0,3}", 1 => "\\PC{0,6}", 1 => Just("日本 \u{1b}[31m\u{202e}👩‍🔬".to_owned())];
    let level = (0..Level::ALL.len()).prop_map(|n| Level::ALL[n]);
    let at = prop_oneof![Just(None), (0..2_000_i64).prop_map(|s| Timestamp::from_second(s).ok())];
    let of = |n: u8| Some(("svc".to_owned(), Scope::default(), Key::from(n.to_string())));
    let target = prop_oneof![4 => Just(None), 1 => (0..4_u8).prop_map(of)];
    (0..12_u8, words, -3..4_i64, level, at, target).prop_map(|(id, words, count, level, at, of)| Thing {
        id: id.to_string(),
        words,
        count,
        level,
        at,
        of,
        place: None,
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => any::<bool>().prop_map(Step::Begin),
        6 => (any::<bool>(), prop::collection::vec(thing(), 0..6)).prop_map(|(s, t)| Step::Upsert(s, t)),
        2 => (any::<bool>(), prop::collection::vec(0..12_u8, 0..4)).prop_map(|(s, k)| Step::Remove(s, k)),
        2 => any::<bool>().prop_map(Step::Complete),
        1 => (0..700_i64).prop_map(Step::Later),
    ]
}

fn scope(first: bool) -> Scope {
    Scope::region("111122223333".into(), if first { "eu-central-1" } else { "eu-west-1" }.into())
}

fn content(table: &Table) -> BTreeMap<(Scope, String), serde_json::Value> {
    let of = |slot: &Slot| (table.scopes.get(slot.scope).expect("a scope").scope.clone(), slot.row.key().to_string());
    table.iter().map(|(_, slot)| (of(slot), slot.row.json())).collect()
}

struct Kept {
    table: Table,
    listing: Listing,
    now: Timestamp,
}

impl Kept {
    /// Applies a step as the console does, and brings the listing up to date by what it touched.
    fn apply(&mut self, scope: &Scope, delta: Delta, sort: Sort, filter: &Filter) {
        let mut touched = Touched::default();
        let id = self.table.scopes.id(scope);
        self.table.apply(id, delta, self.now, &|_, _, _| None, &mut touched);
        self.follow(&touched, sort, filter);
    }

    fn follow(&mut self, touched: &Touched, sort: Sort, filter: &Filter) {
        let (keep, place) = (|slot: &Slot| slot.level != Level::None, |_: &Slot, _, _: &mut String| {});
        let wanted = Wanted { keep: &keep, place: &place, filter, sort, columns: 5, now: self.now };
        self.listing.update(&self.table, &touched.slots, &wanted);
        let mut anew = Listing::default();
        anew.rebuild(&self.table, &wanted);
        assert_eq!(self.listing.iter().collect::<Vec<_>>(), anew.iter().collect::<Vec<_>>());
        for (position, id) in anew.iter().enumerate() {
            assert_eq!(anew.position(&self.table, sort, id), Some(position), "a row is found where it is");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_relist_leaves_what_a_fresh_list_would(
        steps in prop::collection::vec(step(), 0..30),
        list in prop::collection::vec(thing(), 0..10),
        column in 0..7_usize,
        descending in any::<bool>(),
        line in prop_oneof![2 => Just(String::new()), 1 => "[a-c]{1}", 1 => Just("!a".to_owned())],
    ) {
        let sort = Sort { by: if column < 5 { SortBy::Column(column) } else { SortBy::Trouble }, descending };
        let filter = Filter::parse(&line, &["name", "level", "at", "account", "count"]).expect("a filter");
        let now = Timestamp::from_second(1_000).expect("a moment");
        let mut kept = Kept { table: Table::new(None), listing: Listing::default(), now };
        for step in steps {
            match step {
                Step::Begin(s) => kept.apply(&scope(s), Delta::Begin, sort, &filter),
                Step::Upsert(s, things) => {
                    let rows = things.iter().map(|t| row("svc", t)).collect();
                    kept.apply(&scope(s), Delta::Upsert(rows), sort, &filter);
                }
                Step::Remove(s, keys) => {
                    let keys = keys.iter().map(|k| Key::from(k.to_string())).collect();
                    kept.apply(&scope(s), Delta::Remove(keys), sort, &filter);
                }
                Step::Complete(s) => kept.apply(&scope(s), Delta::Complete, sort, &filter),
                Step::Later(seconds) => {
                    kept.now = Timestamp::from_second(kept.now.as_second() + seconds).expect("a moment");
                    let mut touched = Touched::default();
                    kept.table.judge(kept.now, &mut touched);
                    kept.follow(&touched, sort, &filter);
                }
            }
            prop_assert_eq!(kept.table.len(), content(&kept.table).len(), "no row is there twice");
        }
        let mut fresh = Table::new(None);
        for s in [true, false] {
            let rows: Vec<_> = list.iter().map(|t| row("svc", t)).collect();
            for delta in [Delta::Begin, Delta::Upsert(rows), Delta::Complete] {
                kept.apply(&scope(s), delta.clone(), sort, &filter);
                let id = fresh.scopes.id(&scope(s));
                fresh.apply(id, delta, kept.now, &|_, _, _| None, &mut Touched::default());
            }
        }
        prop_assert_eq!(content(&kept.table), content(&fresh));
        let keys: BTreeSet<&str> = list.iter().map(|t| t.id.as_str()).collect();
        prop_assert_eq!(fresh.len(), 2 * keys.len());
    }
}
