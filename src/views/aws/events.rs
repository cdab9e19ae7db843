//! The events of one service as rows, the newest first: when, what kind, and ECS's own sentence.

mod fetch;
mod kind;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use kind::Kind;

use crate::{
    model::{Cell, Facts, Health, Key, ViewId},
    view::{Column, Section, Source, Span, Text, View},
};

/// The view.
pub struct Events;

/// The entry in the catalogue.
pub static VIEW: Events = Events;

/// An event of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// ECS's id of it.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What kind, judged from the sentence.
    pub kind: Kind,
    /// How many tasks or targets, where the sentence counts them.
    pub count: Option<i64>,
    /// The sentence, without the name of the service.
    pub text: String,
}

impl View for Events {
    type Item = Event;

    const ID: ViewId = ViewId("events");
    const ALIASES: &'static [&'static str] = &["ev"];
    const ABOUT: &'static str = "events of an ECS service, the newest first, with what kind each is";
    const SPAN: Span = Span::One(ViewId("ecs"));
    const ORDER: &'static str = "at";
    const ACTIONS: &'static [&'static str] = &["ecs:DescribeServices"];
    const COLUMNS: &'static [Column<Event>] = &[
        Column::new("at", 6, |e| Cell::At(e.at)),
        Column::new("kind", 22, |e| Cell::text(e.kind.word())),
        Column::new("count", 5, |e| e.count.map_or(Cell::Missing, Cell::Number)),
        Column::new("text", 0, |e| Cell::text(&e.text)),
    ];
    const SECTIONS: &'static [Section<Event>] =
        &[Section { title: "sentence", text: Text::Now(|e, _| e.text.clone()) }];
    const SOURCE: Source<Event> =
        Source::Poll { every: Duration::from_secs(10), fetch: |cx, at, out| Box::pin(fetch::read(cx, at, out)) };

    fn key(item: &Event) -> Key {
        Key::from(item.id.as_str())
    }

    /// What an event tells of was so when it happened: the verdict is the event's, not the service's.
    fn judge(item: &Event, _now: Timestamp) -> Health {
        Health::new(item.kind.level(), "").since(Some(item.at))
    }

    fn facts(item: &Event) -> Facts<'_> {
        Facts { name: item.kind.word(), created: Some(item.at), ..Facts::default() }
    }
}
