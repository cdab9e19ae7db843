//! The task definitions of a service's family, the newest first, and what each changed against the one before.

mod difference;
mod fetch;
mod fields;
mod item;
mod sections;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub use item::{Container, Definition};

use crate::{
    model::{Cell, Facts, Key, Page, ViewId},
    view::{Column, Section, Source, Span, Text, View},
};

/// The view.
pub struct TaskDefinitions;

/// The entry in the catalogue.
pub static VIEW: TaskDefinitions = TaskDefinitions;

impl View for TaskDefinitions {
    type Item = Definition;

    const ID: ViewId = ViewId("task-definitions");
    const ALIASES: &'static [&'static str] = &["taskdefs", "td"];
    const ABOUT: &'static str = "task definitions of an ECS service's family, and what each revision changed";
    const SPAN: Span = Span::One(ViewId("ecs"));
    const ORDER: &'static str = "-revision";
    const ACTIONS: &'static [&'static str] =
        &["ecs:DescribeServices", "ecs:ListTaskDefinitions", "ecs:DescribeTaskDefinition"];
    const COLUMNS: &'static [Column<Definition>] = &[
        Column::new("revision", 10, |d| Cell::Number(d.revision)),
        Column::new("status", 8, |d| Cell::text(&d.status)),
        Column::new("used", 14, |d| Cell::owned(d.used.join(" "))),
        Column::new("registered", 10, |d| Cell::at(d.registered)),
        Column::new("cpu", 5, |d| Cell::text(&d.cpu)),
        Column::new("memory", 6, |d| Cell::text(&d.memory)),
        Column::new("containers", 18, |d| Cell::owned(d.names())),
        Column::new("images", 0, |d| Cell::owned(d.images())),
        Column::new("logs", 10, |d| Cell::owned(d.log_drivers())),
        Column::wide("by", 24, |d| Cell::text(d.by())),
        Column::wide("task-role", 22, |d| Cell::text(d.role())),
        Column::wide("execution-role", 22, |d| Cell::text(d.execution())),
        Column::wide("network", 8, |d| Cell::text(&d.network)),
        Column::wide("platform", 14, |d| Cell::text(&d.platform)),
        Column::wide("definition", 24, |d| Cell::text(d.name())),
    ];
    const SECTIONS: &'static [Section<Definition>] = &[
        Section {
            title: "difference from the previous revision",
            text: Text::Changes(|cx, at, item| Box::pin(difference::ask(cx, at, item))),
        },
        Section { title: "containers", text: Text::Later(|cx, at, item| Box::pin(sections::containers(cx, at, item))) },
    ];
    const SOURCE: Source<Definition> =
        Source::Poll { every: Duration::from_secs(300), fetch: |cx, at, out| Box::pin(fetch::read(cx, at, out)) };

    fn key(item: &Definition) -> Key {
        Key::from(item.arn.as_str())
    }

    fn page(item: &Definition) -> Page {
        let (family, revision) = item.name().split_once(':').unwrap_or((item.name(), ""));
        Page::at(&["ecs", "v2", "task-definitions", family, revision, "containers"])
    }

    fn facts(item: &Definition) -> Facts<'_> {
        Facts { name: item.name(), arn: Some(&item.arn), created: item.registered, ..Facts::default() }
    }

    /// A revision never changes, save that it is deregistered: what was described once stays so when a pass lists it only.
    fn absorb(old: &Definition, new: &Definition) -> Option<Definition> {
        let keeps = old.described && !new.described;
        keeps.then(|| Definition { used: new.used.clone(), status: new.status.clone(), ..old.clone() })
    }
}
