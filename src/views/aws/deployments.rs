//! The deployments of one service: rollout, circuit breaker, progress, and which of them completed last.

mod completed;
mod fetch;
mod health;
mod history;
mod item;
mod merge;
mod read;
mod sections;
mod verbs;

use std::time::Duration;

use jiff::Timestamp;

pub use completed::{last_completed, roll_back_to};
pub use item::{Breaker, Deployment, Mark, Rollback, State, WayBack};

use crate::{
    model::{Cell, Facts, Health, Key, Page, ViewId},
    view::{Column, Link, Section, Source, Span, Text, Verb, View},
    views::aws::ecs::short,
};

/// The view.
pub struct Deployments;

/// The entry in the catalogue.
pub static VIEW: Deployments = Deployments;

impl View for Deployments {
    type Item = Deployment;

    const ID: ViewId = ViewId("deployments");
    const ALIASES: &'static [&'static str] = &["deploys"];
    const ABOUT: &'static str =
        "deployments of an ECS service: rollout, circuit breaker, progress, the last completed one";
    const SPAN: Span = Span::One(ViewId("ecs"));
    const ORDER: &'static str = "created";
    const ACTIONS: &'static [&'static str] = &[
        "ecs:DescribeServices",
        "ecs:ListServiceDeployments",
        "ecs:DescribeServiceDeployments",
        "ecs:DescribeServiceRevisions",
    ];
    const COLUMNS: &'static [Column<Deployment>] = &[
        Column::new("created", 9, |d| Cell::at(d.created)),
        Column::new("status", 8, |d| Cell::text(&d.status)),
        Column::new("rollout", 20, |d| Cell::text(d.word())),
        Column::new("progress", 16, |d| d.desired.map_or(Cell::Missing, |desired| Cell::Bar(d.running, desired))),
        Column::new("failed", 6, |d| Cell::Number(d.failed)),
        Column::new("definition", 20, |d| Cell::text(&d.definition)),
        Column::new("mark", 14, |d| Cell::text(d.mark.word())),
        Column::new("why", 0, |d| Cell::text(d.why())),
        Column::wide("breaker", 22, |d| Cell::owned(d.breaker.words())),
        Column::wide("strategy", 10, |d| Cell::text(&d.strategy)),
        Column::wide("updated", 7, |d| Cell::at(d.updated)),
        Column::wide("finished", 8, |d| Cell::at(d.finished)),
        Column::wide("revision", 20, |d| Cell::text(&d.revision)),
        Column::wide("source", 20, |d| Cell::text(d.source())),
    ];
    const SECTIONS: &'static [Section<Deployment>] = &[
        Section { title: "target", text: Text::Now(sections::target) },
        Section { title: "circuit breaker", text: Text::Now(sections::breaker) },
        Section { title: "roll back", text: Text::Now(sections::roll_back) },
        Section { title: "source", text: Text::Now(sections::source) },
    ];
    const LINKS: &'static [Link<Deployment>] = &[
        Link { to: ViewId("task-definitions"), key: "t", filter: |d| format!("definition:{}", d.definition) },
        Link { to: ViewId("events"), key: "e", filter: |_| String::new() },
    ];
    const VERBS: &'static [Verb<Deployment>] = verbs::ALL;
    const SOURCE: Source<Deployment> =
        Source::Poll { every: Duration::from_secs(10), fetch: |cx, at, out| Box::pin(fetch::read(cx, at, out)) };

    fn key(item: &Deployment) -> Key {
        item.key()
    }

    fn judge(item: &Deployment, now: Timestamp) -> Health {
        health::judge(item, now)
    }

    fn page(item: &Deployment) -> Page {
        Page::at(&["ecs", "v2", "clusters", short(&item.cluster_arn), "services", &item.service, "deployments"])
    }

    fn facts(item: &Deployment) -> Facts<'_> {
        Facts { name: item.name(), arn: item.arn.as_deref(), created: item.created, ..Facts::default() }
    }
}
