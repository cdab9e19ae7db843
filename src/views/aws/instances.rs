//! Container instances: the machines of clusters that bring their own, their agents, and the room that is left on them.

mod fetch;
mod health;
mod item;
mod sections;

use std::time::Duration;

use jiff::Timestamp;

pub use item::{Instance, Room};

use crate::{
    model::{Cell, Facts, Health, Key, Page, ViewId},
    view::{Column, Link, Section, Source, Span, Text, View},
    views::aws::{clusters::within, ecs::short},
};

/// The view.
pub struct Instances;

/// The entry in the catalogue.
pub static VIEW: Instances = Instances;

impl View for Instances {
    type Item = Instance;

    const ID: ViewId = ViewId("instances");
    const ALIASES: &'static [&'static str] = &["container-instances"];
    const ABOUT: &'static str = "container instances of ECS clusters: agent, room that is left, tasks";
    const SPAN: Span = Span::AccountRegion;
    const ACTIONS: &'static [&'static str] =
        &["ecs:ListClusters", "ecs:DescribeClusters", "ecs:ListContainerInstances", "ecs:DescribeContainerInstances"];
    const COLUMNS: &'static [Column<Instance>] = &[
        Column::new("instance", 20, |i| Cell::text(i.name())),
        Column::new("cluster", 0, |i| Cell::text(&i.cluster)),
        Column::new("status", 10, |i| Cell::text(&i.status)),
        Column::new("agent", 5, |i| Cell::Flag(i.connected)),
        Column::new("version", 8, |i| Cell::text(&i.agent)),
        Column::new("zone", 13, |i| Cell::text(&i.zone)),
        Column::new("cpu-left", 10, |i| Cell::Of(i.cpu.left, i.cpu.all)),
        Column::new("mem-left", 11, |i| Cell::Of(i.memory.left, i.memory.all)),
        Column::new("running", 7, |i| Cell::Number(i.running)),
        Column::wide("pending", 7, |i| Cell::Number(i.pending)),
        Column::wide("type", 12, |i| Cell::text(&i.kind)),
        Column::wide("provider", 16, |i| Cell::text(&i.provider)),
        Column::wide("docker", 10, |i| Cell::text(&i.docker)),
        Column::wide("registered", 10, |i| Cell::at(i.registered)),
    ];
    const SECTIONS: &'static [Section<Instance>] = &[
        Section { title: "room", text: Text::Now(sections::room) },
        Section { title: "agent", text: Text::Now(sections::agent) },
        Section { title: "attributes", text: Text::Now(sections::attributes) },
        Section { title: "tags", text: Text::Now(sections::tags) },
    ];
    const LINKS: &'static [Link<Instance>] = &[Link { to: ViewId("ecs"), key: "", filter: |i| within(&i.cluster_arn) }];
    const SOURCE: Source<Instance> =
        Source::Poll { every: Duration::from_secs(60), fetch: |cx, at, out| Box::pin(fetch::read(cx, at, out)) };

    fn key(item: &Instance) -> Key {
        Key::from(item.arn.as_str())
    }

    fn judge(item: &Instance, now: Timestamp) -> Health {
        health::judge(item, now)
    }

    fn page(item: &Instance) -> Page {
        Page::at(&["ecs", "v2", "clusters", &item.cluster, "infrastructure", "container-instances", short(&item.arn)])
    }

    fn facts(item: &Instance) -> Facts<'_> {
        Facts {
            name: item.name(),
            arn: Some(&item.arn),
            created: item.registered,
            tags: Some(&item.tags),
            ..Facts::default()
        }
    }
}
