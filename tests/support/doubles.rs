//! The catalogue of doubles: a poll in every account and region, a watch, rows that hang on one or on each row of
//! others, and four derived ones, one of them a map. Their sources do nothing: a test answers in their place.
//!
//! One file for the unit tests of the state, which include it by its path, and for the tests of the whole.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::Timestamp;

use quarterdeck::{
    cx::Cx,
    model::{
        AccountId, Cell, Facts, Health, Key, Level, Page, Place, Scope, ViewId,
        org::{Details, Node, Origin, State},
    },
    rows::Row,
    view::{
        All, AnyView, At, Column, Derive, Doing, Inputs, Link, Logs, Mapped, Out, Picture, Section, Source, Span,
        Target, Text, View,
    },
};
use serde::{Deserialize, Serialize};

/// What the doubles' rows hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Thing {
    /// Its key.
    pub id: String,
    /// What people call it, and its evidence; its key where it is empty.
    pub words: String,
    /// A number.
    pub count: i64,
    /// How it is.
    pub level: Level,
    /// Since when it is so by its own account; what is well turns bad ten minutes later.
    pub at: Option<Timestamp>,
    /// Where it lies, for those that lie elsewhere than their scope.
    pub place: Option<Place>,
    /// What it speaks of: view, scope and key.
    pub of: Option<(String, Scope, Key)>,
}

/// A thing.
pub fn thing(id: &str, level: Level) -> Thing {
    Thing { id: id.to_owned(), level, ..Thing::default() }
}

impl Thing {
    fn name(&self) -> &str {
        if self.words.is_empty() { &self.id } else { &self.words }
    }
}

fn judge(thing: &Thing, now: Timestamp) -> Health {
    let late = thing.at.is_some_and(|at| now.as_second() - at.as_second() > 600);
    let level = if late && thing.level == Level::Ok { Level::Degraded } else { thing.level };
    Health::new(level, thing.name().to_owned()).since(thing.at.filter(|_| level.is_problem() && thing.level == level))
}

const COLUMNS: &[Column<Thing>] = &[
    Column::new("name", 0, |t| Cell::text(t.name())),
    Column::new("level", 8, |t| Cell::Level(t.level)),
    Column::new("at", 8, |t| Cell::at(t.at)),
    Column::wide("account", 12, |t| {
        Cell::maybe(t.place.as_ref().and_then(|p| p.account.as_ref()).map(AccountId::as_str))
    }),
    Column::wide("count", 6, |t| Cell::Number(t.count)),
];

/// What is asked for on request only.
const PAID: Text<Thing> = Text::OnRequest {
    cost: |t| format!("{} costs 1 call", t.id),
    ask: |_, _, _| Box::pin(async { Ok(String::new()) }),
};

macro_rules! double {
    ($name:ident, $id:literal, $span:expr, $patrol:literal, $source:expr $(, $picture:expr)?) => {
        pub struct $name;
        impl View for $name {
            type Item = Thing;
            const ID: ViewId = ViewId($id);
            // Links of the AWS console lead to the view `ecs`.
            const ALIASES: &'static [&'static str] =
                if matches!($id.as_bytes(), b"svc") { &["svc-too", "ecs"] } else { &[concat!($id, "-too")] };
            const ABOUT: &'static str = concat!("the double ", $id);
            const SPAN: Span = $span;
            const PATROL: bool = $patrol;
            const COLUMNS: &'static [Column<Thing>] = COLUMNS;
            $(const PICTURE: Picture = $picture;)?
            const SECTIONS: &'static [Section<Thing>] = &[
                Section {
                    title: "known",
                    text: Text::Now(|t, _| t.name().repeat(if t.words.is_empty() { 1 } else { 3 })),
                },
                Section { title: "asked", text: Text::Later(|_, _, _| Box::pin(async { Ok(String::new()) })) },
                Section { title: "paid", text: PAID },
            ];
            const LINKS: &'static [Link<Thing>] = if $patrol && matches!($span, Span::AccountRegion) {
                &[Link { to: ViewId("parts"), key: "", filter: |_| String::new() }]
            } else if matches!($id.as_bytes(), b"bits") {
                &[Link { to: ViewId("parts"), key: "p", filter: |_| String::new() }]
            } else {
                &[]
            };
            const ORDER: &'static str = if matches!($id.as_bytes(), b"bits") { "-name" } else { "" };
            const LOGS: Option<Logs<Thing>> = if $patrol && matches!($span, Span::AccountRegion) {
                Some(Logs { actions: &[], read: |_, _, _, _, _| Box::pin(async { Ok(()) }) })
            } else {
                None
            };
            const SOURCE: Source<Thing> = $source;
            fn key(item: &Thing) -> Key {
                Key::from(item.id.as_str())
            }
            fn judge(item: &Thing, now: Timestamp) -> Health {
                judge(item, now)
            }
            fn facts(item: &Thing) -> Facts<'_> {
                Facts { name: item.name(), ..Facts::default() }
            }
            fn page(item: &Thing) -> Page {
                let own = $patrol && matches!($span, Span::AccountRegion);
                if own { Page::at(&["things", &item.id]) } else { Page::default() }
            }
            fn place(item: &Thing, scope: &Scope) -> Place {
                item.place.clone().unwrap_or_else(|| scope.place())
            }
            fn target(item: &Thing) -> Option<Target> {
                let (view, scope, key) = item.of.clone()?;
                Some(Target { view, scope, key: Some(key) })
            }
        }
    };
}

const MAP: Picture = Picture::Map(Mapped { each: "thing", path: "name", answered: "count" });
const POLL: Source<Thing> =
    Source::Poll { every: Duration::from_secs(60), fetch: |_, _, _| Box::pin(async { Ok(()) }) };
const LIVE: Source<Thing> = Source::Live {
    watch: |cx, at, out| match WATCH.get() {
        Some(watch) => watch(cx, at, out),
        None => Box::pin(async { Ok(()) }),
    },
};

/// What the watch does, where a test has it do something.
pub static WATCH: OnceLock<Watcher> = OnceLock::new();

/// What watches a place.
pub type Watcher = fn(Cx, At, Out<Thing>) -> Doing;

double!(Board, "watch", Span::Fleet, true, Source::derived::<Board>());
double!(Svc, "svc", Span::AccountRegion, true, POLL);
double!(Feed, "feed", Span::Fleet, false, LIVE);
double!(Parts, "parts", Span::One(ViewId("svc")), false, POLL);
double!(Bits, "bits", Span::One(ViewId("svc")), false, POLL);
double!(Pods, "pods", Span::Each(ViewId("svc")), false, POLL);
double!(Pairs, "pairs", Span::Fleet, false, Source::derived::<Pairs>());
double!(Chart, "chart", Span::Fleet, false, Source::derived::<Chart>(), MAP);
double!(Sums, "sums", Span::Fleet, false, Source::derived::<Sums>());

impl Derive for Board {
    type From = All;
    fn derive(from: <All as Inputs>::Rows<'_>, _: Timestamp) -> Vec<Thing> {
        let mut board = Vec::new();
        for taken in &from.tables {
            for (_, slot) in taken.table.iter().filter(|(_, slot)| slot.level.is_problem()) {
                let key = slot.row.key().clone();
                let scope = taken.table.scopes.get(slot.scope).map(|s| s.scope.clone()).unwrap_or_default();
                let account = slot.place.account.as_ref();
                let name = account.and_then(|id| from.org.account(id)).map_or("?", |a| a.name.as_str());
                board.push(Thing {
                    id: format!("{key}@{name}"),
                    level: slot.level,
                    at: Some(slot.since),
                    place: Some(slot.place.clone()),
                    of: Some((taken.view.0.to_owned(), scope, key)),
                    ..Thing::default()
                });
            }
            for gap in &taken.coverage.gaps {
                let id = format!("gap@{}", gap.scope.account.as_ref().map_or("?", |a| a.as_str()));
                board.push(Thing { place: Some(gap.scope.place()), ..thing(&id, Level::Unknown) });
            }
        }
        board
    }
}

impl Derive for Pairs {
    type From = (Svc, Feed);
    fn derive((svc, feed): <Self::From as Inputs>::Rows<'_>, _: Timestamp) -> Vec<Thing> {
        let pair = |t: &Thing| feed.iter().any(|(f, _)| f.id == t.id);
        svc.into_iter().filter(|(t, _)| pair(t)).map(|(t, _)| thing(&t.id, Level::None)).collect()
    }
}

/// The things of `svc`, whose words are taken for the path at which they lie.
impl Derive for Chart {
    type From = (Svc,);
    fn derive(svc: <Self::From as Inputs>::Rows<'_>, _: Timestamp) -> Vec<Thing> {
        let chart = svc.into_iter().map(|(thing, slot)| {
            let account = slot.account().unwrap_or_default();
            let id = format!("{}@{account}", thing.id);
            Thing {
                id,
                words: thing.words.clone(),
                level: thing.level,
                place: Some(slot.place.clone()),
                ..Thing::default()
            }
        });
        chart.collect()
    }
}

impl Derive for Sums {
    type From = (Pairs,);
    fn derive(pairs: <Self::From as Inputs>::Rows<'_>, _: Timestamp) -> Vec<Thing> {
        vec![thing(&format!("{} pairs", pairs.len()), Level::None)]
    }
}

/// The organisation of the doubles.
pub struct Tree;

/// A node of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leaf(pub Arc<Node>);

impl View for Tree {
    type Item = Leaf;
    const ID: ViewId = ViewId("accounts");
    const ABOUT: &'static str = "the double of the organisation";
    const SPAN: Span = Span::Fleet;
    const COLUMNS: &'static [Column<Leaf>] = &[Column::new("name", 0, |l| Cell::text(&l.0.name))];
    const SOURCE: Source<Leaf> =
        Source::Poll { every: Duration::from_secs(300), fetch: |_, _, _| Box::pin(async { Ok(()) }) };
    fn key(item: &Leaf) -> Key {
        Key::from(item.0.id.as_str())
    }
    fn node(item: &Leaf) -> Option<&Arc<Node>> {
        Some(&item.0)
    }
}

/// The catalogue.
pub static VIEWS: &[&dyn AnyView] = &[&Board, &Tree, &Svc, &Feed, &Parts, &Bits, &Pods, &Pairs, &Chart, &Sums];

/// A row of any of the doubles with things.
pub fn row(word: &str, thing: &Thing) -> Row {
    let view = VIEWS.iter().find(|v| v.id().0 == word).unwrap();
    view.revive(serde_json::to_value(thing).unwrap()).unwrap()
}

/// A node: an account where its id is twelve digits; `open` tells whether it can be entered.
pub fn node(id: &str, name: &str, parent: Option<&str>, open: bool) -> Row {
    let state = if open { State::Active } else { State::Suspended };
    let leaf = Leaf(Arc::new(Node {
        id: id.to_owned(),
        name: name.to_owned(),
        parent: parent.map(str::to_owned),
        account: AccountId::fits(id).then(|| Arc::new(Details { state, ..Details::default() })),
        origin: Origin::Organizations,
        management: false,
        unnamed: false,
        placed: true,
    }));
    AnyView::revive(&Tree, serde_json::to_value(leaf).unwrap()).unwrap()
}
