//! ECS services of every account and region: counts, rollout, and what is wrong with them.

mod digest;
mod fetch;
mod health;
mod history;
mod item;
mod one;
mod read;
mod sections;
mod usage;
mod verbs;

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;

pub use digest::{Spell, Turnover, What};
pub(super) use digest::{bare, unhealthy, unplaced, unstarted};
pub(super) use fetch::{clusters, failure};
pub(super) use health::LONG;
pub use history::History;
pub use item::{Deployment, Event, Service};
pub(super) use one::{again, parent};
pub(super) use read::{moment, owner, shared, short, tags};
pub(super) use sections::tag_lines;
pub(super) use verbs::NO_DRY_RUN;

use crate::{
    model::{Cell, Facts, Health, Key, Page, ViewId},
    view::{Column, Link, Logs, Section, Source, Span, Text, Verb, View},
    views::aws::tasks::logs,
};

/// The view.
pub struct Ecs;

/// The entry in the catalogue.
pub static VIEW: Ecs = Ecs;

impl View for Ecs {
    type Item = Service;

    const ID: ViewId = ViewId("ecs");
    const ALIASES: &'static [&'static str] = &["services", "svc"];
    const ABOUT: &'static str = "ECS services with their rollout, of every account and region";
    const SPAN: Span = Span::AccountRegion;
    const PATROL: bool = true;
    const ACTIONS: &'static [&'static str] =
        &["ecs:ListClusters", "ecs:ListServices", "ecs:DescribeServices", "cloudwatch:GetMetricData"];
    const COLUMNS: &'static [Column<Service>] = &[
        Column::new("name", 0, |s| Cell::text(&s.name)),
        Column::new("cluster", 14, |s| Cell::text(&s.cluster)),
        Column::new("running", 7, |s| Cell::Of(s.running, s.desired)),
        Column::new("rollout", 11, |s| Cell::maybe(s.primary().and_then(|d| d.rollout.as_deref()))),
        Column::new("deployed", 8, |s| Cell::at(s.primary().and_then(|d| d.created))),
        Column::new("pending", 7, |s| Cell::Number(s.pending)),
        Column::new("definition", 20, |s| Cell::text(&s.definition)),
        Column::wide("launch", 12, |s| Cell::text(&s.launch)),
        Column::wide("failed", 6, |s| s.primary().map_or(Cell::Missing, |d| Cell::Number(d.failed))),
        Column::wide("created", 7, |s| Cell::at(s.created)),
        Column::wide("owner", 12, |s| Cell::maybe(s.owner.as_deref())),
    ];
    const SECTIONS: &'static [Section<Service>] = &[
        Section { title: "deployments", text: Text::Now(sections::deployments) },
        Section {
            title: "usage",
            text: Text::OnRequest { cost: usage::cost, ask: |cx, at, s| Box::pin(usage::read(cx, at, s)) },
        },
        Section { title: "events", text: Text::Now(sections::events) },
        Section { title: "placement", text: Text::Now(sections::placement) },
        Section { title: "tags", text: Text::Now(sections::tags) },
    ];
    const LINKS: &'static [Link<Service>] = &[
        Link { to: ViewId("tasks"), key: "", filter: |_| String::new() },
        Link { to: ViewId("deployments"), key: "D", filter: |_| String::new() },
        Link { to: ViewId("events"), key: "e", filter: |_| String::new() },
        Link { to: ViewId("task-definitions"), key: "t", filter: |_| String::new() },
        Link { to: ViewId("targets"), key: "H", filter: |_| String::new() },
    ];
    const VERBS: &'static [Verb<Service>] = verbs::ALL;
    const LOGS: Option<Logs<Service>> = Some(logs::OF_SERVICE);
    const SOURCE: Source<Service> =
        Source::Poll { every: Duration::from_secs(60), fetch: |cx, at, out| Box::pin(fetch::read(cx, at, out)) };

    fn key(item: &Service) -> Key {
        Key::from(item.arn.as_str())
    }

    fn judge(item: &Service, now: Timestamp) -> Health {
        health::judge(item, now)
    }

    fn turns(item: &Service) -> bool {
        health::turns(item)
    }

    fn page(item: &Service) -> Page {
        Page::at(&["ecs", "v2", "clusters", &item.cluster, "services", &item.name, "health"])
    }

    fn facts(item: &Service) -> Facts<'_> {
        Facts {
            name: &item.name,
            arn: Some(&item.arn),
            created: item.created,
            owner: item.owner.as_deref(),
            tags: Some(&item.tags),
            url: None,
        }
    }
}
