//! The tasks of one service, running and stopped, with why they stopped.

mod exec;
mod fetch;
mod health;
mod item;
pub(super) mod logs;
pub(super) mod sections;
pub(super) mod verbs;

use std::time::Duration;

use jiff::Timestamp;

pub(super) use health::judge;
pub use item::{Container, Task};

use crate::{
    model::{Cell, Facts, Health, Key, Page, ViewId},
    view::{Column, Logs, Section, Source, Span, Text, Verb, View},
};

/// The view.
pub struct Tasks;

/// The entry in the catalogue.
pub static VIEW: Tasks = Tasks;

impl View for Tasks {
    type Item = Task;

    const ID: ViewId = ViewId("tasks");
    const ABOUT: &'static str = "tasks of an ECS service, running and stopped, with exit codes and stopped reasons";
    const SPAN: Span = Span::One(ViewId("ecs"));
    const ACTIONS: &'static [&'static str] = &["ecs:ListTasks", "ecs:DescribeTasks"];
    const COLUMNS: &'static [Column<Task>] = &[
        Column::new("task", 12, |t| Cell::text(t.id())),
        Column::new("status", 12, |t| Cell::text(&t.status)),
        Column::new("check", 9, |t| Cell::text(&t.health)),
        Column::new("exit", 4, |t| t.exit().map_or(Cell::Missing, |code| Cell::Number(code.into()))),
        Column::new("started", 7, |t| Cell::at(t.started)),
        Column::new("stopped", 7, |t| Cell::at(t.stopped)),
        Column::new("cause", 0, |t| Cell::owned(t.reason())),
        Column::wide("desired", 8, |t| Cell::text(&t.desired)),
        Column::wide("definition", 20, |t| Cell::text(&t.definition)),
        Column::wide("size", 10, |t| Cell::owned(t.size())),
        Column::wide("zone", 14, |t| Cell::text(&t.zone)),
        Column::wide("launch", 12, |t| Cell::text(&t.launch)),
    ];
    const SECTIONS: &'static [Section<Task>] = &[
        Section { title: "containers", text: Text::Now(sections::containers) },
        Section { title: "stopped", text: Text::Now(sections::stopped) },
        Section { title: "network", text: Text::Now(sections::network) },
    ];
    const VERBS: &'static [Verb<Task>] = verbs::ALL;
    const LOGS: Option<Logs<Task>> = Some(logs::OF_TASK);
    const SOURCE: Source<Task> =
        Source::Poll { every: Duration::from_secs(10), fetch: |cx, at, out| Box::pin(fetch::read(cx, at, out)) };

    fn key(item: &Task) -> Key {
        Key::from(item.arn.as_str())
    }

    fn judge(item: &Task, now: Timestamp) -> Health {
        health::judge(item, now)
    }

    fn page(item: &Task) -> Page {
        page(item, item.cluster())
    }

    fn facts(item: &Task) -> Facts<'_> {
        Facts { name: item.id(), arn: Some(&item.arn), created: item.created, ..Facts::default() }
    }
}

/// The page of a task of a cluster. ARNs of the old form do not tell the cluster: then there is none.
pub(super) fn page(task: &Task, cluster: &str) -> Page {
    if cluster.is_empty() {
        return Page::default();
    }
    Page::at(&["ecs", "v2", "clusters", cluster, "tasks", task.id(), "configuration"])
}
