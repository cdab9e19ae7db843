//! What the load balancers think of a service's tasks: the health of the targets in its target groups.

mod fetch;
mod item;

use std::time::Duration;

use jiff::Timestamp;

pub use item::{Checks, Target};

use crate::{
    model::{Cell, Facts, Health, Key, Page, ViewId},
    view::{Column, Section, Source, Span, Text, View},
};

/// The view.
pub struct Targets;

/// The entry in the catalogue.
pub static VIEW: Targets = Targets;

impl View for Targets {
    type Item = Target;

    const ID: ViewId = ViewId("targets");
    const ALIASES: &'static [&'static str] = &["target-health"];
    const ABOUT: &'static str = "target health behind an ECS service, by its load balancers' target groups";
    const SPAN: Span = Span::One(ViewId("ecs"));
    const ACTIONS: &'static [&'static str] =
        &["elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth"];
    const COLUMNS: &'static [Column<Target>] = &[
        Column::new("target", 18, |t| Cell::text(&t.id)),
        Column::new("port", 5, |t| t.port.map_or(Cell::Missing, Cell::Number)),
        Column::new("zone", 14, |t| Cell::text(&t.zone)),
        Column::new("state", 11, |t| Cell::text(&t.state)),
        Column::new("reason", 24, |t| Cell::text(&t.reason)),
        Column::new("description", 0, |t| Cell::text(&t.description)),
        Column::new("group", 18, |t| Cell::text(&t.group)),
        Column::new("healthy", 7, |t| Cell::Of(t.healthy, t.registered)),
    ];
    const SECTIONS: &'static [Section<Target>] =
        &[Section { title: "health check", text: Text::Now(|t, _| t.checks.lines()) }];
    const SOURCE: Source<Target> =
        Source::Poll { every: Duration::from_secs(15), fetch: |cx, at, out| Box::pin(fetch::read(cx, at, out)) };

    fn key(item: &Target) -> Key {
        // One address may be registered with several ports and in several groups.
        Key::from(format!("{}/{}:{}", item.group_arn, item.id, item.port.unwrap_or_default()))
    }

    fn judge(item: &Target, _: Timestamp) -> Health {
        item::judge(item)
    }

    fn page(item: &Target) -> Page {
        Page::at(&["ec2", "home"]).fragment(&format!("TargetGroup:targetGroupArn={}", item.group_arn))
    }

    fn facts(item: &Target) -> Facts<'_> {
        Facts { name: &item.id, arn: Some(&item.group_arn), ..Facts::default() }
    }
}
