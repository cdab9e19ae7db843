//! From the shapes of `EventBridge` and `EventBridge` Scheduler to the item.

use std::{collections::BTreeSet, sync::Arc};

use aws_sdk_eventbridge::types as events;
use aws_sdk_scheduler::{operation::get_schedule::GetScheduleOutput, types as schedules};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use super::{Scheduled, cron::Expression};
use crate::views::aws::ecs::{moment, short};

/// The ARN of the target that calls the API itself instead of one of the services' own.
const UNIVERSAL: &str = ":aws-sdk:ecs:runTask";

/// Whether the target of this ARN starts ECS tasks.
pub(super) fn runs_tasks(arn: &str) -> bool {
    arn.contains(":ecs:") && arn.contains(":cluster/") || arn.ends_with(UNIVERSAL)
}

/// What one target of a rule starts; `None` for targets that are no tasks.
pub(super) fn rule(from: &events::Rule, target: &events::Target, now: Timestamp) -> Option<Scheduled> {
    let ecs = target.ecs_parameters()?;
    let expression = from.schedule_expression().unwrap_or_default();
    let state = from.state().map_or("", events::RuleState::as_str);
    let strategy = ecs.capacity_provider_strategy().iter().map(events::CapacityProviderStrategyItem::capacity_provider);
    let mut item = Scheduled {
        name: from.name().unwrap_or_default().to_owned(),
        arn: from.arn().unwrap_or_default().to_owned(),
        kind: Arc::from(if expression.is_empty() { "event" } else { "rule" }),
        group: Arc::from(from.event_bus_name().unwrap_or_default()),
        target: target.id().to_owned(),
        expression: expression.to_owned(),
        enabled: state.starts_with("ENABLED"),
        definition: short(ecs.task_definition_arn()).to_owned(),
        count: ecs.task_count().unwrap_or(1).into(),
        launch: launch(ecs.launch_type().map(events::LaunchType::as_str), strategy),
        dead_letters: target.dead_letter_config().and_then(|d| d.arn()).unwrap_or_default().to_owned(),
        retries: target.retry_policy().map(|r| tries(r.maximum_retry_attempts(), r.maximum_event_age_in_seconds())),
        description: from.description().unwrap_or_default().to_owned(),
        ..Scheduled::default()
    };
    item.at(target.arn());
    item.reckon(now);
    Some(item)
}

/// What a schedule starts. `clusters` are the ARNs of those that exist.
pub(super) fn schedule(from: &GetScheduleOutput, clusters: &BTreeSet<Arc<str>>, now: Timestamp) -> Option<Scheduled> {
    let target = from.target().filter(|t| runs_tasks(t.arn()))?;
    let window = from.flexible_time_window().and_then(schedules::FlexibleTimeWindow::maximum_window_in_minutes);
    let mut item = Scheduled {
        name: from.name().unwrap_or_default().to_owned(),
        arn: from.arn().unwrap_or_default().to_owned(),
        kind: Arc::from("schedule"),
        group: Arc::from(from.group_name().unwrap_or_default()),
        expression: from.schedule_expression().unwrap_or_default().to_owned(),
        zone: from.schedule_expression_timezone().unwrap_or_default().to_owned(),
        enabled: from.state() == Some(&schedules::ScheduleState::Enabled),
        begins: moment(from.start_date()),
        ends: moment(from.end_date()),
        window: window.map(i64::from),
        count: 1,
        dead_letters: target.dead_letter_config().and_then(|d| d.arn()).unwrap_or_default().to_owned(),
        retries: target.retry_policy().map(|r| tries(r.maximum_retry_attempts(), r.maximum_event_age_in_seconds())),
        description: from.description().unwrap_or_default().to_owned(),
        created: moment(from.creation_date()),
        ..Scheduled::default()
    };
    match target.ecs_parameters() {
        Some(ecs) => {
            let strategy = ecs.capacity_provider_strategy().iter();
            let strategy = strategy.map(schedules::CapacityProviderStrategyItem::capacity_provider);
            item.at(target.arn());
            short(ecs.task_definition_arn()).clone_into(&mut item.definition);
            item.count = ecs.task_count().unwrap_or(1).into();
            item.launch = launch(ecs.launch_type().map(schedules::LaunchType::as_str), strategy);
        }
        None => item.called(target.input().unwrap_or_default()),
    }
    item.astray = item.is_astray(clusters);
    item.reckon(now);
    Some(item)
}

/// How often it is tried again, and for how many seconds; both services try 185 times within a day unless told.
fn tries(attempts: Option<i32>, seconds: Option<i32>) -> (i64, i64) {
    (attempts.unwrap_or(185).into(), seconds.unwrap_or(86_400).into())
}

fn launch<'a>(kind: Option<&str>, strategy: impl Iterator<Item = &'a str>) -> String {
    kind.map_or_else(|| strategy.collect::<Vec<_>>().join("+"), str::to_owned)
}

impl Scheduled {
    /// Notes the cluster.
    fn at(&mut self, arn: &str) {
        self.cluster_arn = Arc::from(arn);
        self.cluster = Arc::from(short(arn));
    }

    /// Reads the arguments of a call to `RunTask`: the cluster, the definition and the count, and nothing else of them.
    fn called(&mut self, input: &str) {
        let input: Value = serde_json::from_str(input).unwrap_or_default();
        let get = |name: &str| {
            let lower = name[..1].to_lowercase() + &name[1..];
            input.get(name).or_else(|| input.get(lower)).cloned().unwrap_or_default()
        };
        self.at(get("Cluster").as_str().unwrap_or("default"));
        short(get("TaskDefinition").as_str().unwrap_or_default()).clone_into(&mut self.definition);
        self.count = get("Count").as_i64().unwrap_or(1);
        get("LaunchType").as_str().unwrap_or_default().clone_into(&mut self.launch);
    }

    /// Whether its cluster would have to be one of those that exist and is none of them. Of other accounts and regions
    /// nothing is known.
    fn is_astray(&self, clusters: &BTreeSet<Arc<str>>) -> bool {
        // arn:aws:scheduler:REGION:ACCOUNT:schedule/GROUP/NAME, arn:aws:ecs:REGION:ACCOUNT:cluster/NAME
        let place = |arn: &str| arn.split(':').skip(3).take(2).map(str::to_owned).collect::<Vec<_>>();
        let own = place(&self.arn);
        if self.cluster_arn.starts_with("arn:") {
            return place(&self.cluster_arn) == own && !clusters.contains(&self.cluster_arn);
        }
        !clusters.iter().any(|arn| short(arn) == &*self.cluster)
    }

    /// Reckons when it starts tasks next.
    fn reckon(&mut self, now: Timestamp) {
        let zone = if self.zone.is_empty() { Ok(TimeZone::UTC) } else { TimeZone::get(&self.zone) };
        let Some(expression) = zone.ok().and_then(|zone| Expression::parse(&self.expression, &zone)) else { return };
        if let Expression::At(at) = expression {
            self.ends = Some(self.ends.map_or(at, |end| end.min(at)));
        }
        let next = expression.next(now, self.begins).filter(|at| self.ends.is_none_or(|end| *at <= end));
        self.next = next.filter(|_| self.enabled);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    const CLUSTER: &str = "arn:aws:ecs:eu-west-1:111111111111:cluster/main";

    fn asked(target: schedules::Target, expression: &str) -> GetScheduleOutput {
        GetScheduleOutput::builder()
            .name("import")
            .arn("arn:aws:scheduler:eu-west-1:111111111111:schedule/default/import")
            .state(schedules::ScheduleState::Enabled)
            .schedule_expression(expression)
            .schedule_expression_timezone("Europe/Zurich")
            .target(target)
            .build()
    }

    fn templated(cluster: &str) -> schedules::Target {
        let definition = "arn:aws:ecs:eu-west-1:111111111111:task-definition/import:7";
        let ecs = schedules::EcsParameters::builder().task_definition_arn(definition).task_count(2).build().unwrap();
        schedules::Target::builder().arn(cluster).role_arn("arn:r").ecs_parameters(ecs).build().unwrap()
    }

    #[test]
    fn a_schedule_tells_what_it_starts_where_and_when() {
        let here = BTreeSet::from([Arc::from(CLUSTER)]);
        let now = at("2026-11-22T12:00:00Z");
        let item = schedule(&asked(templated(CLUSTER), "cron(0 3 * * ? *)"), &here, now).expect("a row");
        assert_eq!(
            (&*item.cluster, item.definition.as_str(), item.family(), item.count),
            ("main", "import:7", "import", 2)
        );
        assert_eq!((item.next, item.astray), (Some(at("2026-11-23T02:00:00Z")), false));
        assert_eq!(item.tasks(), "started-by:import cluster:main 111111111111 eu-west-1");
        let gone = schedule(&asked(templated(&CLUSTER.replace("main", "old")), "rate(1 hour)"), &here, now);
        let gone = gone.expect("a row");
        assert_eq!((gone.astray, gone.next), (true, None), "a rate without a first moment");
        let abroad = schedule(&asked(templated(&CLUSTER.replace("111", "222")), "rate(1 hour)"), &here, now);
        assert!(!abroad.expect("a row").astray, "of another account nothing is known");
        let once = schedule(&asked(templated(CLUSTER), "at(2026-11-22T12:00:00)"), &here, now).expect("a row");
        assert_eq!((once.next, once.ends), (None, Some(at("2026-11-22T11:00:00Z"))));
    }

    #[test]
    fn of_a_call_to_run_task_nothing_is_kept_but_what_it_starts() {
        let input = r#"{"Cluster":"main","TaskDefinition":"import","Count":3,
            "Overrides":{"ContainerOverrides":[{"Name":"main","Environment":[{"Name":"KEY","Value":"hush"}]}]}}"#;
        let target = schedules::Target::builder().arn("arn:aws:scheduler:::aws-sdk:ecs:runTask").role_arn("arn:r");
        let from = asked(target.input(input).build().unwrap(), "rate(1 hour)");
        let here = BTreeSet::from([Arc::from(CLUSTER)]);
        let item = schedule(&from, &here, at("2026-11-22T12:00:00Z")).expect("a row");
        assert_eq!((&*item.cluster, item.family(), item.count, item.astray), ("main", "import", 3, false));
        assert!(!serde_json::to_string(&item).unwrap().contains("hush"));
        let lambda = "arn:aws:lambda:eu-west-1:1:function:x";
        let other = schedules::Target::builder().arn(lambda).role_arn("arn:r").build().unwrap();
        assert_eq!(schedule(&asked(other, "rate(1 hour)"), &here, at("2026-11-22T12:00:00Z")), None);
    }

    #[test]
    fn a_rule_has_a_row_for_each_target_that_is_a_task() {
        let from = |state, expression: Option<&str>| {
            let made = events::Rule::builder().name("nightly").arn("arn:rule").state(state).event_bus_name("default");
            made.set_schedule_expression(expression.map(str::to_owned)).build()
        };
        let ecs = events::EcsParameters::builder().task_definition_arn("arn:x:task-definition/report").build().unwrap();
        let target = events::Target::builder().id("1").arn(CLUSTER).ecs_parameters(ecs).build().unwrap();
        let now = at("2026-11-22T12:00:00Z");
        let read = |rule: &events::Rule| super::rule(rule, &target, now).expect("a row");
        let nightly = read(&from(events::RuleState::Enabled, Some("cron(30 2 * * ? *)")));
        assert_eq!((&*nightly.kind, nightly.count, nightly.next), ("rule", 1, Some(at("2026-11-23T02:30:00Z"))));
        let off = read(&from(events::RuleState::Disabled, Some("cron(30 2 * * ? *)")));
        assert_eq!((off.enabled, off.next), (false, None));
        assert_eq!(&*read(&from(events::RuleState::Enabled, None)).kind, "event");
        let queue = events::Target::builder().id("2").arn("arn:aws:sqs:eu-west-1:1:q").build().unwrap();
        assert_eq!(super::rule(&from(events::RuleState::Enabled, None), &queue, now), None);
    }
}
