//! A catalogue of doubles: a tree, a poll in every account and region, a watch, rows that hang on others, and a
//! derived board. Their sources do nothing: a test answers in their place.

use jiff::Timestamp;
use quarterdeck::{
    model::{Cell, Facts, Health, Key, Level, ViewId, org::Node},
    rows::Row,
    view::{All, AnyView, Column, Derive, Inputs, Link, Section, Source, Span, Target, Text, View},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// What the doubles' rows hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Thing {
    pub id: String,
    pub words: String,
    pub count: i64,
    pub level: Level,
    pub at: Option<Timestamp>,
    pub target: Option<(String, String)>,
}

fn judge(thing: &Thing, now: Timestamp) -> Health {
    // By waiting alone it gets worse, as a deployment does that does not end.
    let late = thing.at.is_some_and(|at| now.duration_since(at).as_secs() > 600);
    let level = if late && thing.level == Level::Ok { Level::Degraded } else { thing.level };
    Health::new(level, thing.words.clone()).since(thing.at.filter(|_| level.is_problem()))
}

const COLUMNS: &[Column<Thing>] = &[
    Column::new("name", 0, |t| Cell::text(&t.words)),
    Column::new("count", 6, |t| Cell::Number(t.count)),
    Column::new("at", 8, |t| Cell::at(t.at)),
    Column::wide("id", 12, |t| Cell::text(&t.id)),
    Column::wide("level", 10, |t| Cell::Level(t.level)),
];

const SECTIONS: &[Section<Thing>] = &[
    Section { title: "words", text: Text::Now(|t, _| t.words.repeat(3)) },
    Section { title: "asked", text: Text::Later(|_, _, _| Box::pin(async { Ok(String::new()) })) },
];

macro_rules! double {
    ($name:ident, $id:literal, $span:expr, $source:expr, $links:expr) => {
        pub struct $name;
        impl View for $name {
            type Item = Thing;
            const ID: ViewId = ViewId($id);
            const ABOUT: &'static str = concat!("the double ", $id);
            const SPAN: Span = $span;
            const PATROL: bool = true;
            const COLUMNS: &'static [Column<Thing>] = COLUMNS;
            const SECTIONS: &'static [Section<Thing>] = SECTIONS;
            const LINKS: &'static [Link<Thing>] = $links;
            const SOURCE: Source<Thing> = $source;
            fn key(item: &Thing) -> Key {
                Key::from(item.id.as_str())
            }
            fn judge(item: &Thing, now: Timestamp) -> Health {
                judge(item, now)
            }
            fn facts(item: &Thing) -> Facts<'_> {
                Facts { name: &item.words, ..Facts::default() }
            }
            fn target(item: &Thing) -> Option<Target> {
                let (view, key) = item.target.clone()?;
                Some(Target { view, scope: Default::default(), key: Some(Key::from(key)) })
            }
        }
    };
}

const POLL: Source<Thing> =
    Source::Poll { every: Duration::from_secs(30), fetch: |_, _, _| Box::pin(async { Ok(()) }) };

double!(
    Polled,
    "polled",
    Span::AccountRegion,
    POLL,
    &[
        Link { to: ViewId("parts"), key: "", filter: |_| String::new() },
        Link { to: ViewId("watched"), key: "", filter: |t| t.words.clone() }
    ]
);
double!(Watched, "watched", Span::Fleet, Source::Live { watch: super::live::watch }, &[]);
double!(Parts, "parts", Span::One(ViewId("polled")), POLL, &[]);
double!(Board, "watch", Span::Fleet, Source::derived::<Board>(), &[]);
double!(Both, "both", Span::Fleet, Source::derived::<Both>(), &[]);

impl Derive for Board {
    type From = All;
    fn derive(from: <All as Inputs>::Rows<'_>, _: Timestamp) -> Vec<Thing> {
        let mut all = Vec::new();
        for taken in &from.tables {
            for (_, slot) in taken.table.iter().filter(|(_, slot)| slot.level.is_problem()) {
                let key = slot.row.key().to_string();
                let id = format!("{} {key} {:?}", taken.view, slot.place);
                let target = Some((taken.view.to_string(), key));
                all.push(Thing { id, words: taken.view.to_string(), level: slot.level, target, ..Thing::default() });
            }
        }
        all
    }
}

impl Derive for Both {
    type From = (Polled, Watched);
    fn derive((polled, watched): <Self::From as Inputs>::Rows<'_>, _: Timestamp) -> Vec<Thing> {
        let known: Vec<&str> = watched.iter().map(|(thing, _)| thing.id.as_str()).collect();
        let mut both: Vec<Thing> =
            polled.into_iter().filter(|(t, _)| known.contains(&t.id.as_str())).map(|(t, _)| t.clone()).collect();
        both.sort_by(|a, b| a.id.cmp(&b.id));
        both.dedup_by(|a, b| a.id == b.id);
        both
    }
}

/// The organisation of the doubles.
pub struct Tree;

/// A node of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leaf(pub Node);

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
    fn node(item: &Leaf) -> Option<&Node> {
        Some(&item.0)
    }
}

/// The catalogue.
pub static VIEWS: &[&dyn AnyView] = &[&Board, &Tree, &Polled, &Watched, &Parts, &Both];

/// A double by its word.
pub fn view(word: &str) -> &'static dyn AnyView {
    VIEWS.iter().copied().find(|v| v.id().0 == word).expect("a double")
}

/// A row of any of the doubles with things.
pub fn row(word: &str, thing: &Thing) -> Row {
    view(word).revive(serde_json::to_value(thing).expect("JSON")).expect("a thing")
}

/// A node: the root, an OU or an account, by its number. What lies above may be missing, or itself.
pub fn node(number: u8, parent: u8, name: &str, state: &str) -> Row {
    let id = |n: u8| match n {
        0 => "r-root".to_owned(),
        n if n < 6 => format!("ou-root-{n}"),
        n => format!("{:012}", u64::from(n)),
    };
    let details =
        json!({ "email": "a@b.example", "state": state, "joined": null, "tags": null, "roles": [], "profile": null });
    let json = json!({
        "id": id(number), "name": name, "parent": (number > 0).then(|| id(parent)),
        "account": (number >= 6).then_some(details), "origin": "organizations", "management": number == 6, "unnamed": false,
    });
    view("accounts").revive(json).expect("a node")
}
