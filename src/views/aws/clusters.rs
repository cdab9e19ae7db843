//! ECS clusters of every account and region: what runs in them, on which capacity, and how they may be entered.

mod fetch;
mod item;
mod sections;

use std::time::Duration;

use jiff::Timestamp;

pub(super) use fetch::{describe, within};
pub use item::Cluster;

use crate::{
    model::{Cell, Facts, Health, Key, Level, Page, ViewId},
    view::{Column, Link, Section, Source, Span, Text, View},
};

/// The view.
pub struct Clusters;

/// The entry in the catalogue.
pub static VIEW: Clusters = Clusters;

impl View for Clusters {
    type Item = Cluster;

    const ID: ViewId = ViewId("clusters");
    const ABOUT: &'static str = "ECS clusters with their counts, capacity, insights and execute command";
    const SPAN: Span = Span::AccountRegion;
    const ACTIONS: &'static [&'static str] = &["ecs:ListClusters", "ecs:DescribeClusters"];
    const COLUMNS: &'static [Column<Cluster>] = &[
        Column::new("name", 0, |c| Cell::text(&c.name)),
        Column::new("status", 9, |c| Cell::text(&c.status)),
        Column::new("services", 8, |c| Cell::Number(c.services)),
        Column::new("running", 7, |c| Cell::Number(c.running)),
        Column::new("pending", 7, |c| Cell::Number(c.pending)),
        Column::new("instances", 9, |c| Cell::Number(c.instances)),
        Column::new("providers", 22, |c| Cell::owned(c.providers.join(" "))),
        Column::wide("strategy", 22, |c| Cell::owned(c.strategy.join(" "))),
        Column::wide("insights", 8, |c| Cell::text(&c.insights)),
        Column::wide("exec-log", 10, |c| Cell::text(&c.exec_log)),
        Column::wide("owner", 12, |c| Cell::maybe(c.owner.as_deref())),
    ];
    const SECTIONS: &'static [Section<Cluster>] = &[
        Section { title: "capacity", text: Text::Now(sections::capacity) },
        Section { title: "tasks", text: Text::Now(sections::tasks) },
        Section { title: "execute command", text: Text::Now(sections::exec) },
        Section { title: "tags", text: Text::Now(sections::tags) },
    ];
    const LINKS: &'static [Link<Cluster>] = &[
        Link { to: ViewId("ecs"), key: "", filter: |c| within(&c.arn) },
        Link { to: ViewId("instances"), key: "n", filter: |c| within(&c.arn) },
        Link { to: ViewId("standalone-tasks"), key: "t", filter: |c| within(&c.arn) },
        Link { to: ViewId("scheduled-tasks"), key: "s", filter: |c| within(&c.arn) },
    ];
    const SOURCE: Source<Cluster> =
        Source::Poll { every: Duration::from_secs(60), fetch: |cx, at, out| Box::pin(fetch::read(cx, at, out)) };

    fn key(item: &Cluster) -> Key {
        Key::from(item.arn.as_str())
    }

    fn judge(item: &Cluster, _: Timestamp) -> Health {
        match &*item.status {
            "FAILED" => return Health::new(Level::Broken, "it could not be created"),
            "PROVISIONING" => return Health::new(Level::Ok, "its capacity providers are being created"),
            "DEPROVISIONING" => return Health::new(Level::None, "being deleted"),
            _ => {}
        }
        if &*item.attachments == "UPDATE_FAILED" {
            return Health::new(Level::Degraded, "its capacity providers could not be attached");
        }
        if item.is_empty() {
            return Health::new(Level::None, "empty: no service, no task, no instance");
        }
        Health::ok()
    }

    fn page(item: &Cluster) -> Page {
        Page::at(&["ecs", "v2", "clusters", &item.name, "services"])
    }

    fn facts(item: &Cluster) -> Facts<'_> {
        Facts {
            name: &item.name,
            arn: Some(&item.arn),
            owner: item.owner.as_deref(),
            tags: Some(&item.tags),
            ..Facts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{self, ClusterSetting, ClusterSettingName, ExecuteCommandLogging};

    use super::*;

    fn cluster() -> Cluster {
        Cluster { status: "ACTIVE".into(), services: 2, ..Cluster::default() }
    }

    #[test]
    fn a_cluster_is_judged_by_its_status_and_by_what_is_in_it() {
        let now = Timestamp::UNIX_EPOCH;
        let says = |change: fn(&mut Cluster)| {
            let mut cluster = cluster();
            change(&mut cluster);
            Clusters::judge(&cluster, now).level
        };
        assert_eq!(says(|_| {}), Level::Ok);
        assert_eq!(says(|c| c.status = "FAILED".into()), Level::Broken);
        assert_eq!(says(|c| c.status = "DEPROVISIONING".into()), Level::None);
        assert_eq!(says(|c| c.attachments = "UPDATE_FAILED".into()), Level::Degraded);
        assert_eq!(says(|c| c.services = 0), Level::None);
        assert_eq!(says(|c| (c.services, c.instances) = (0, 1)), Level::Ok, "an instance costs and waits");
    }

    #[test]
    fn what_ecs_tells_becomes_the_item() {
        let command = types::ExecuteCommandConfiguration::builder().logging(ExecuteCommandLogging::Override);
        let log = types::ExecuteCommandLogConfiguration::builder()
            .cloud_watch_log_group_name("/exec")
            .s3_bucket_name("audit")
            .build();
        let exec = types::ClusterConfiguration::builder()
            .execute_command_configuration(command.log_configuration(log).kms_key_id("alias/exec").build())
            .build();
        let strategy =
            types::CapacityProviderStrategyItem::builder().capacity_provider("FARGATE_SPOT").weight(3).base(1);
        let insights = ClusterSetting::builder().name(ClusterSettingName::ContainerInsights).value("enhanced").build();
        let from = types::Cluster::builder()
            .cluster_arn("arn:aws:ecs:eu-west-1:111111111111:cluster/main")
            .cluster_name("main")
            .status("ACTIVE")
            .running_tasks_count(5)
            .registered_container_instances_count(2)
            .capacity_providers("FARGATE_SPOT")
            .default_capacity_provider_strategy(strategy.build().unwrap())
            .settings(insights)
            .configuration(exec)
            .build();
        let item = Cluster::read(&from);
        assert_eq!((item.running, item.instances, &*item.insights), (5, 2, "enhanced"));
        assert_eq!(item.strategy, ["FARGATE_SPOT:3 base 1"]);
        assert_eq!(&*item.exec_log, "OVERRIDE");
        let text = sections::exec(&item, Timestamp::UNIX_EPOCH);
        for part in ["log group /exec", "bucket audit", "key alias/exec"] {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(within(&item.arn), "cluster:main 111111111111 eu-west-1");
    }
}
