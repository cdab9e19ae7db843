//! The deployments of every service of the fleet: derived from what the services tell, so that they cost no call more.

use std::{borrow::Cow, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ecs::{self, Ecs, LONG};
use crate::{
    model::{Cell, Facts, Health, Key, Level, Org, Page, Place, Region, Scope, ViewId, time},
    rows::{Slot, Snapshot},
    view::{Column, Derive, Inputs, Need, Source, Span, Target, View, item},
};

/// The view.
pub struct Rollouts;

/// The entry in the catalogue.
pub static VIEW: Rollouts = Rollouts;

/// A deployment of a service, with where the service lies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rollout {
    /// How the rollout is by itself: what else is wrong with its service is the service's own verdict.
    pub level: Level,
    /// The evidence.
    pub why: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The name of the service.
    pub service: String,
    /// The key of the service's row: its ARN.
    pub arn: String,
    /// The name of its cluster.
    pub cluster: Arc<str>,
    /// The name of its account, or its id where the organisation does not know it.
    pub account: Arc<str>,
    /// Where it lies.
    pub place: Place,
    /// The circuit breaker: `off`, `on`, or `on, rolls back`.
    pub breaker: Cow<'static, str>,
    /// The deployment as the service tells of it.
    pub deployment: ecs::Deployment,
}

impl View for Rollouts {
    type Item = Rollout;

    const ID: ViewId = ViewId("rollouts");
    const ABOUT: &'static str =
        "deployments of all ECS services, as the services tell: rollout, progress, failed tasks";
    const SPAN: Span = Span::Fleet;
    const COLUMNS: &'static [Column<Rollout>] = &[
        Column::new("health", 11, |r| Cell::Level(r.level)),
        Column::new("account", 14, |r| Cell::text(&r.account)),
        Column::new("region", 12, |r| Cell::maybe(r.place.region.as_ref().map(Region::as_str))),
        Column::new("service", 0, |r| Cell::text(&r.service)),
        Column::new("status", 8, |r| Cell::text(&r.deployment.status)),
        Column::new("rollout", 11, |r| Cell::maybe(r.deployment.rollout.as_deref())),
        Column::new("progress", 16, |r| Cell::Bar(r.deployment.running, r.deployment.desired)),
        Column::new("failed", 6, |r| Cell::Number(r.deployment.failed)),
        Column::new("created", 7, |r| Cell::at(r.deployment.created)),
        Column::new("definition", 20, |r| Cell::text(&r.deployment.definition)),
        Column::wide("cluster", 14, |r| Cell::text(&r.cluster)),
        Column::wide("updated", 7, |r| Cell::at(r.deployment.updated)),
        Column::wide("breaker", 14, |r| Cell::text(&r.breaker)),
        Column::wide("why", 40, |r| Cell::text(&r.deployment.reason)),
    ];
    const SOURCE: Source<Rollout> = Source::derived::<Self>();

    fn key(item: &Rollout) -> Key {
        Key::from(format!("{} {}", item.arn, item.deployment.id))
    }

    fn judge(item: &Rollout, _now: Timestamp) -> Health {
        Health::new(item.level, item.why.clone()).since(item.since)
    }

    fn page(item: &Rollout) -> Page {
        Page::at(&["ecs", "v2", "clusters", &item.cluster, "services", &item.service, "deployments"])
    }

    fn facts(item: &Rollout) -> Facts<'_> {
        Facts { name: &item.service, arn: Some(&item.arn), created: item.deployment.created, ..Facts::default() }
    }

    fn place(item: &Rollout, _scope: &Scope) -> Place {
        item.place.clone()
    }

    /// The deployments of the service, with their history.
    fn target(item: &Rollout) -> Option<Target> {
        let scope = Scope { account: item.place.account.clone(), region: item.place.region.clone(), parent: None };
        let scope = scope.under(Key::from(item.arn.as_str()));
        Some(Target { view: "deployments".to_owned(), scope, key: None })
    }
}

/// The services, with the organisation that knows the names of their accounts.
pub struct Services;

impl Inputs for Services {
    const NEED: Need = Need::Views(&[Ecs::ID]);
    type Rows<'a> = &'a Snapshot;

    fn take(snapshot: &Snapshot) -> Self::Rows<'_> {
        snapshot
    }
}

impl Derive for Rollouts {
    type From = Services;

    fn derive(from: &Snapshot, now: Timestamp) -> Vec<Rollout> {
        let slots = from.table(Ecs::ID).into_iter().flat_map(|table| table.iter().map(|(_, slot)| slot));
        slots.flat_map(|slot| of(&from.org, slot, now)).collect()
    }
}

/// The deployments of one service.
fn of(org: &Org, slot: &Slot, now: Timestamp) -> Vec<Rollout> {
    let Some(service) = item::<Ecs>(&slot.row) else { return Vec::new() };
    let id = slot.place.account.as_ref();
    let name = id.map(|id| org.account(id).map_or(id.as_str(), |account| account.name.as_str()));
    let account: Arc<str> = Arc::from(name.unwrap_or_default());
    let breaker = match (service.breaker, service.rollback) {
        (false, _) => "off",
        (true, false) => "on",
        (true, true) => "on, rolls back",
    };
    let rollout = |deployment: &ecs::Deployment| {
        let Health { level, why, since } = judge(deployment, now);
        Rollout {
            level,
            why: why.into_owned(),
            since,
            service: service.name.clone(),
            arn: service.arn.clone(),
            cluster: Arc::clone(&service.cluster),
            account: Arc::clone(&account),
            place: slot.place.clone(),
            breaker: Cow::Borrowed(breaker),
            deployment: deployment.clone(),
        }
    };
    service.deployments.iter().map(rollout).collect()
}

fn judge(deployment: &ecs::Deployment, now: Timestamp) -> Health {
    if &*deployment.status != "PRIMARY" {
        return Health::default();
    }
    match deployment.rollout.as_deref() {
        Some("FAILED") => {
            let why = deployment.reason.trim_end_matches('.').to_owned();
            Health::new(Level::Broken, why).since(deployment.updated)
        }
        Some("IN_PROGRESS") => {
            let age = deployment.created.map_or(0, |at| time::since(now, at));
            let bad = age > LONG || deployment.failed > 0;
            let words = format!("in progress for {}, {} failed tasks", time::span(age), deployment.failed);
            let level = if bad { Level::Degraded } else { Level::Ok };
            Health::new(level, words).since(deployment.created.filter(|_| bad))
        }
        Some("COMPLETED") => Health::ok(),
        _ => Health::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_primary_rollout_is_judged() {
        let now = Timestamp::from_second(1_800_000_000).expect("a moment");
        let verdict = |status: &str, rollout: &str, age: i64, failed| {
            let deployment = ecs::Deployment {
                status: status.into(),
                rollout: Some(rollout.into()),
                reason: "tasks failed to start.".into(),
                failed,
                created: Timestamp::from_second(now.as_second() - age).ok(),
                ..ecs::Deployment::default()
            };
            let health = judge(&deployment, now);
            (health.level, health.why.into_owned())
        };
        assert_eq!(verdict("PRIMARY", "FAILED", 60, 3), (Level::Broken, "tasks failed to start".to_owned()));
        assert_eq!(verdict("PRIMARY", "IN_PROGRESS", 60, 0).0, Level::Ok);
        let slow = (Level::Degraded, "in progress for 15m, 2 failed tasks".to_owned());
        assert_eq!(verdict("PRIMARY", "IN_PROGRESS", 901, 2), slow);
        assert_eq!(verdict("PRIMARY", "COMPLETED", 60, 0).0, Level::Ok);
        assert_eq!(verdict("ACTIVE", "FAILED", 60, 9).0, Level::None);
    }
}
