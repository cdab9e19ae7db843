//! Capacity providers: what scales the machines of clusters, and which clusters stand on it.

mod fetch;
mod item;

use std::time::Duration;

use jiff::Timestamp;

pub use item::{Provider, Scaling};

use crate::{
    model::{Cell, Facts, Health, Key, Level, Page, ViewId},
    view::{Column, Link, Section, Source, Span, Text, View},
    views::aws::ecs::tag_lines,
};

/// The view.
pub struct Capacity;

/// The entry in the catalogue.
pub static VIEW: Capacity = Capacity;

impl View for Capacity {
    type Item = Provider;

    const ID: ViewId = ViewId("capacity");
    const ALIASES: &'static [&'static str] = &["capacity-providers"];
    const ABOUT: &'static str = "capacity providers of ECS: kind, scaling, protection, and which clusters use them";
    const SPAN: Span = Span::AccountRegion;
    const ACTIONS: &'static [&'static str] =
        &["ecs:ListClusters", "ecs:DescribeClusters", "ecs:DescribeCapacityProviders"];
    const COLUMNS: &'static [Column<Provider>] = &[
        Column::new("name", 0, |p| Cell::text(&p.name)),
        Column::new("kind", 17, |p| Cell::text(&p.kind)),
        Column::new("group", 22, |p| Cell::text(&p.group)),
        Column::new("target", 6, |p| p.scaling.as_ref().map_or(Cell::Missing, |s| Cell::Number(s.target))),
        Column::new("protection", 10, |p| Cell::text(&p.protection)),
        Column::new("status", 9, |p| Cell::text(&p.status)),
        Column::new("update", 15, |p| Cell::text(&p.update)),
        Column::new("clusters", 18, |p| Cell::owned(p.clusters.join(" "))),
        Column::wide("draining", 8, |p| Cell::text(&p.draining)),
    ];
    const SECTIONS: &'static [Section<Provider>] = &[
        Section { title: "scaling", text: Text::Now(|p, _| scaling(p)) },
        Section { title: "tags", text: Text::Now(|p, _| tag_lines(&p.tags)) },
    ];
    const LINKS: &'static [Link<Provider>] =
        &[Link { to: ViewId("instances"), key: "", filter: |p| format!("provider:{}", p.name) }];
    const SOURCE: Source<Provider> =
        Source::Poll { every: Duration::from_secs(300), fetch: |cx, at, out| Box::pin(fetch::read(cx, at, out)) };

    fn key(item: &Provider) -> Key {
        // A managed-instances provider belongs to a cluster, and its name may be used again in another.
        Key::from(if item.arn.is_empty() { item.name.as_str() } else { item.arn.as_str() })
    }

    fn judge(item: &Provider, _: Timestamp) -> Health {
        let reason = if item.reason.is_empty() { String::new() } else { format!(": {}", item.reason) };
        match &*item.update {
            "CREATE_FAILED" => return Health::new(Level::Broken, format!("it could not be created{reason}")),
            "UPDATE_FAILED" => return Health::new(Level::Degraded, format!("its last update failed{reason}")),
            "DELETE_FAILED" => return Health::new(Level::Attention, format!("it could not be deleted{reason}")),
            _ => {}
        }
        match &*item.status {
            "DEPROVISIONING" => Health::new(Level::None, "being deleted"),
            _ if item.clusters.is_empty() => Health::new(Level::None, "no cluster uses it"),
            _ => Health::ok(),
        }
    }

    fn page(item: &Provider) -> Page {
        match item.clusters.first() {
            Some(cluster) => Page::at(&["ecs", "v2", "clusters", cluster, "infrastructure"]),
            None => Page::at(&["ecs", "v2", "clusters"]),
        }
    }

    fn facts(item: &Provider) -> Facts<'_> {
        Facts { name: &item.name, arn: Some(&item.arn), tags: Some(&item.tags), ..Facts::default() }
    }
}

/// How it scales, in lines.
fn scaling(provider: &Provider) -> String {
    let Some(scaling) = &provider.scaling else {
        return match &*provider.kind {
            "ec2-autoscaling" => "managed scaling is not set: somebody else scales the group".to_owned(),
            _ => "AWS scales it".to_owned(),
        };
    };
    let mut lines = vec![format!("managed scaling {}, target {} %", scaling.status.to_lowercase(), scaling.target)];
    if let (Some(least), Some(most)) = (scaling.least, scaling.most) {
        lines.push(format!("{least} to {most} instances at once"));
    }
    if let Some(warmup) = scaling.warmup {
        lines.push(format!("an instance counts after {warmup} s"));
    }
    if !provider.group_arn.is_empty() {
        lines.push(provider.group_arn.clone());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types;

    use super::*;

    #[test]
    fn a_provider_is_judged_by_its_update_and_by_who_uses_it() {
        let says = |update: &str, status: &str, used: bool| {
            let clusters = if used { vec!["main".into()] } else { Vec::new() };
            let provider = Provider {
                update: update.into(),
                status: status.into(),
                reason: "the group is gone".into(),
                clusters,
                ..Provider::default()
            };
            let health = Capacity::judge(&provider, Timestamp::UNIX_EPOCH);
            (health.level, health.why.into_owned())
        };
        assert_eq!(says("UPDATE_COMPLETE", "ACTIVE", true).0, Level::Ok);
        assert_eq!(says("", "ACTIVE", false), (Level::None, "no cluster uses it".into()));
        let failed = (Level::Degraded, "its last update failed: the group is gone".to_owned());
        assert_eq!(says("UPDATE_FAILED", "ACTIVE", true), failed);
        assert_eq!(says("CREATE_FAILED", "PROVISIONING", false).0, Level::Broken);
        assert_eq!(says("DELETE_FAILED", "ACTIVE", false).0, Level::Attention);
    }

    #[test]
    fn what_ecs_tells_becomes_the_item() {
        let scaling = types::ManagedScaling::builder()
            .status(types::ManagedScalingStatus::Enabled)
            .target_capacity(90)
            .minimum_scaling_step_size(1)
            .maximum_scaling_step_size(4)
            .build();
        let group = "arn:aws:autoscaling:eu-west-1:1:autoScalingGroup:0a-0b:autoScalingGroupName/ecs-main";
        let auto = types::AutoScalingGroupProvider::builder()
            .auto_scaling_group_arn(group)
            .managed_scaling(scaling)
            .managed_termination_protection(types::ManagedTerminationProtection::Enabled)
            .build()
            .unwrap();
        let from = types::CapacityProvider::builder()
            .capacity_provider_arn("arn:p")
            .name("ecs-main")
            .auto_scaling_group_provider(auto)
            .status(types::CapacityProviderStatus::Active)
            .build();
        let item = Provider::read(&from, vec!["main".into()]);
        assert_eq!((&*item.kind, &*item.group, &*item.protection), ("ec2-autoscaling", "ecs-main", "ENABLED"));
        let text = super::scaling(&item);
        assert!(text.contains("target 90 %") && text.contains("1 to 4 instances"), "{text}");
        let spot = Provider::read(&types::CapacityProvider::builder().name("FARGATE_SPOT").build(), Vec::new());
        assert_eq!((&*spot.kind, super::scaling(&spot).as_str()), ("fargate-spot", "AWS scales it"));
    }
}
