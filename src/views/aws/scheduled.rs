//! What starts ECS tasks by the clock or on an event: rules of `EventBridge`, and schedules of `EventBridge` Scheduler.

mod cron;
mod fetch;
mod item;
mod read;
mod runs;
mod sections;

use std::time::Duration;

use jiff::Timestamp;

pub use item::Scheduled;

use crate::{
    model::{Cell, Facts, Health, Key, Level, Page, ViewId},
    view::{Column, Link, Section, Source, Span, Text, View},
};

/// The view.
pub struct ScheduledTasks;

/// The entry in the catalogue.
pub static VIEW: ScheduledTasks = ScheduledTasks;

impl View for ScheduledTasks {
    type Item = Scheduled;

    const ID: ViewId = ViewId("scheduled-tasks");
    const ALIASES: &'static [&'static str] = &["scheduled", "schedules"];
    const ABOUT: &'static str = "what starts ECS tasks by the clock or on an event: EventBridge rules and schedules";
    const SPAN: Span = Span::AccountRegion;
    const ACTIONS: &'static [&'static str] = &[
        "ecs:ListClusters",
        "ecs:ListTasks",
        "ecs:DescribeTasks",
        "events:ListRuleNamesByTarget",
        "events:ListRules",
        "events:ListTargetsByRule",
        "scheduler:ListSchedules",
        "scheduler:GetSchedule",
    ];
    const COLUMNS: &'static [Column<Scheduled>] = &[
        Column::new("name", 0, |s| Cell::text(&s.name)),
        Column::new("kind", 8, |s| Cell::text(&s.kind)),
        Column::new("expression", 26, |s| Cell::text(&s.expression)),
        Column::new("next", 8, |s| Cell::at(s.next)),
        Column::new("enabled", 7, |s| Cell::Flag(s.enabled)),
        Column::new("cluster", 14, |s| Cell::text(&s.cluster)),
        Column::new("definition", 22, |s| Cell::text(&s.definition)),
        Column::new("count", 5, |s| Cell::Number(s.count)),
        Column::wide("zone", 16, |s| Cell::text(&s.zone)),
        Column::wide("group", 12, |s| Cell::text(&s.group)),
        Column::wide("launch", 12, |s| Cell::text(&s.launch)),
        Column::wide("created", 7, |s| Cell::at(s.created)),
    ];
    const SECTIONS: &'static [Section<Scheduled>] = &[
        Section { title: "when", text: Text::Now(sections::when) },
        Section { title: "what", text: Text::Now(sections::what) },
        Section { title: "last runs", text: Text::Later(|cx, at, item| Box::pin(runs::read(cx, at, item))) },
    ];
    const LINKS: &'static [Link<Scheduled>] =
        &[Link { to: ViewId("standalone-tasks"), key: "t", filter: Scheduled::tasks }];
    const SOURCE: Source<Scheduled> =
        Source::Poll { every: Duration::from_secs(300), fetch: |cx, at, out| Box::pin(fetch::read(cx, at, out)) };

    fn key(item: &Scheduled) -> Key {
        // One rule may start several things.
        Key::from(if item.target.is_empty() { item.arn.clone() } else { format!("{}#{}", item.arn, item.target) })
    }

    fn judge(item: &Scheduled, now: Timestamp) -> Health {
        if !item.enabled {
            return Health::new(Level::None, "disabled");
        }
        if item.astray {
            let words = format!("its cluster {} does not exist here: it starts nothing", item.cluster);
            return Health::new(Level::Broken, words);
        }
        if item.ends.is_some_and(|end| end <= now) {
            return Health::new(Level::None, "its time has passed").since(item.ends);
        }
        Health::ok()
    }

    fn page(item: &Scheduled) -> Page {
        match &*item.kind {
            "schedule" => Page::at(&["scheduler", "home"]).fragment(&format!("schedules/{}/{}", item.group, item.name)),
            _ => Page::at(&["events", "home"]).fragment(&format!("/eventbus/{}/rules/{}", item.group, item.name)),
        }
    }

    fn facts(item: &Scheduled) -> Facts<'_> {
        Facts { name: &item.name, arn: Some(&item.arn), created: item.created, ..Facts::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    #[test]
    fn a_schedule_without_a_cluster_is_broken_and_one_that_is_over_is_nothing() {
        let enabled = Scheduled { enabled: true, cluster: "main".into(), ..Scheduled::default() };
        let level = |item: &Scheduled| ScheduledTasks::judge(item, at(100)).level;
        assert_eq!(level(&enabled), Level::Ok);
        assert_eq!(level(&Scheduled { ends: Some(at(100)), ..enabled.clone() }), Level::None);
        assert_eq!(level(&Scheduled { ends: Some(at(101)), ..enabled.clone() }), Level::Ok);
        let astray = Scheduled { astray: true, ..enabled };
        assert_eq!(level(&astray), Level::Broken);
        assert_eq!(level(&Scheduled { enabled: false, ..astray }), Level::None);
    }

    #[test]
    fn two_targets_of_one_rule_are_two_rows() {
        let of = |target: &str| Scheduled { arn: "arn:r".into(), target: target.into(), ..Scheduled::default() };
        assert_ne!(ScheduledTasks::key(&of("a")), ScheduledTasks::key(&of("b")));
        assert_eq!(ScheduledTasks::key(&of("")), Key::from("arn:r"));
    }
}
