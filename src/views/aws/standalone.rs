//! Tasks that belong to no service: what a schedule, a pipeline or a person started, running and just ended.

mod fetch;
mod item;

use std::time::Duration;

use jiff::Timestamp;

pub use item::Standalone;

use crate::{
    model::{Cell, Facts, Health, Key, Page, ViewId},
    view::{Column, Link, Logs, Section, Source, Span, Text, Verb, View},
    views::aws::{
        clusters::within,
        tasks::{self, logs, sections, verbs},
    },
};

/// The view.
pub struct StandaloneTasks;

/// The entry in the catalogue.
pub static VIEW: StandaloneTasks = StandaloneTasks;

impl View for StandaloneTasks {
    type Item = Standalone;

    const ID: ViewId = ViewId("standalone-tasks");
    const ALIASES: &'static [&'static str] = &["standalone"];
    const ABOUT: &'static str = "ECS tasks that belong to no service, running and stopped in the last hour";
    const SPAN: Span = Span::AccountRegion;
    const ACTIONS: &'static [&'static str] = &["ecs:ListClusters", "ecs:ListTasks", "ecs:DescribeTasks"];
    const COLUMNS: &'static [Column<Standalone>] = &[
        Column::new("definition", 0, |s| Cell::text(&s.task.definition)),
        Column::new("cluster", 14, |s| Cell::text(&s.cluster)),
        Column::new("status", 12, |s| Cell::text(&s.task.status)),
        Column::new("exit", 4, |s| s.task.exit().map_or(Cell::Missing, |code| Cell::Number(code.into()))),
        Column::new("started-by", 26, |s| Cell::text(&s.task.started_by)),
        Column::new("started", 7, |s| Cell::at(s.task.started.or(s.task.created))),
        Column::new("stopped", 7, |s| Cell::at(s.task.stopped)),
        Column::new("cause", 24, |s| Cell::owned(s.task.reason())),
        Column::wide("task", 12, |s| Cell::text(s.task.id())),
        Column::wide("group", 18, |s| Cell::text(&s.group)),
        Column::wide("size", 10, |s| Cell::owned(s.task.size())),
        Column::wide("launch", 12, |s| Cell::text(&s.task.launch)),
    ];
    const SECTIONS: &'static [Section<Standalone>] = &[
        Section { title: "containers", text: Text::Now(|s, now| sections::containers(&s.task, now)) },
        Section { title: "stopped", text: Text::Now(|s, now| sections::stopped(&s.task, now)) },
        Section { title: "network", text: Text::Now(|s, now| sections::network(&s.task, now)) },
    ];
    const LINKS: &'static [Link<Standalone>] =
        &[Link { to: ViewId("scheduled-tasks"), key: "s", filter: |s| within(&s.cluster_arn) }];
    const VERBS: &'static [Verb<Standalone>] = verbs::OF_STANDALONE;
    const LOGS: Option<Logs<Standalone>> = Some(logs::OF_STANDALONE);
    const SOURCE: Source<Standalone> =
        Source::Poll { every: Duration::from_secs(30), fetch: |cx, at, out| Box::pin(fetch::read(cx, at, out)) };

    fn key(item: &Standalone) -> Key {
        Key::from(item.task.arn.as_str())
    }

    fn judge(item: &Standalone, now: Timestamp) -> Health {
        item::judge(item, now)
    }

    fn page(item: &Standalone) -> Page {
        tasks::page(&item.task, &item.cluster)
    }

    fn facts(item: &Standalone) -> Facts<'_> {
        Facts { name: &item.task.definition, arn: Some(&item.task.arn), created: item.task.created, ..Facts::default() }
    }
}
