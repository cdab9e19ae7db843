//! The revisions of a service's task definition: when each was registered, and what it changed.
//!
//! What goes wrong after a deployment lies in what its revision changed, as the logs of the tasks tell it too: the
//! cache that is not emptied any more, the secret of another database, the path that no health check finds.

use super::plan::{Fate, Plan, regular_start};
use super::service::{Service, Story};
use super::{MINUTE, SECOND};

/// How many revisions stay `ACTIVE`: the pipelines deregister older ones.
const KEPT: i64 = 40;

/// A revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// From 1.
    pub number: i64,
    /// When it was registered: shortly before it was deployed first.
    pub registered: i64,
    /// Whether it may still be deployed.
    pub active: bool,
    /// Environment: names and values.
    pub environment: Vec<(&'static str, String)>,
    /// The name of the secret that `DATABASE_PASSWORD` comes from.
    pub secret: String,
    /// What the container runs.
    pub command: Vec<String>,
    /// The path that its health check asks for.
    pub health_path: &'static str,
    /// Whether it tells its metrics on a port of their own.
    pub metrics: bool,
    /// Whether it has a volume for its cache.
    pub cache: bool,
}

/// The newest revision that was deployed up to the moment of the plan.
pub fn newest(plan: &Plan) -> i64 {
    plan.rollouts.iter().map(|rollout| rollout.revision).max().unwrap_or(1)
}

/// A revision of a service.
pub fn revision(service: &Service, plan: &Plan, number: i64) -> Revision {
    let bad = is_bad(service, plan, number);
    let name = &service.name;
    let text = |value: &str| value.to_owned();
    let mut environment = vec![
        ("ENVIRONMENT", text(service.environment)),
        ("LOG_LEVEL", text(if number % 3 == 0 { "debug" } else { "info" })),
        ("SERVICE", name.clone()),
        // A value that a console must never show: environment values are secrets as often as not.
        ("SIGNING_KEY", format!("canary-do-not-show-{}", number / 5)),
    ];
    if number / 4 % 2 == 1 {
        environment.push(("FEATURE_SUGGESTIONS", text("on")));
    }
    let broken = service.story == Story::CircuitBroken;
    if broken {
        environment.push(("CACHE_EVICTION", text(if bad { "off" } else { "on" })));
    }
    environment.sort_unstable();
    let workers = (2 + number / 6 % 3).to_string();
    Revision {
        number,
        registered: registered(service, plan, number),
        active: number > newest(plan) - KEPT,
        environment,
        secret: if broken && bad { format!("{name}/db-next") } else { format!("{name}/db") },
        command: vec![text("serve"), text("--workers"), workers],
        health_path: if service.story == Story::Stuck && bad { "/health/live" } else { "/healthz" },
        metrics: number / 10 % 2 == 1,
        cache: number / 8 % 2 == 1,
    }
}

/// Whether a revision is one of those that never worked.
fn is_bad(service: &Service, plan: &Plan, number: i64) -> bool {
    let good = plan.rollouts.iter().find(|rollout| rollout.fate == Fate::Completes);
    let troubled = matches!(service.story, Story::CircuitBroken | Story::Stuck);
    troubled && good.is_some_and(|good| number > good.revision)
}

fn registered(service: &Service, plan: &Plan, number: i64) -> i64 {
    let before = |start: i64| start - 90 * SECOND;
    if let Some(rollout) = plan.rollouts.iter().find(|rollout| rollout.revision == number) {
        return before(rollout.start);
    }
    let good = plan.rollouts.first();
    match good.filter(|good| number > good.revision) {
        // Between the last good one and the tries that are still known: an early try.
        Some(good) => before(good.end() + (number - good.revision) * 48 * MINUTE),
        None => before(regular_start(service, number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rng::Seed;
    use crate::sim::world::ecs::{Changes, plan};

    const NOW: i64 = 1_800_000_000_000;

    fn service(story: Story) -> Service {
        Service::sample(Seed::new(5), story)
    }

    #[test]
    fn revisions_are_registered_one_after_the_other_and_before_they_are_deployed() {
        for story in [Story::Healthy, Story::CircuitBroken, Story::Stuck, Story::Parked] {
            let service = service(story);
            let plan = plan(&service, &Changes::default().of(""), NOW, NOW);
            let newest = newest(&plan);
            let at: Vec<i64> = (1..=newest).map(|n| revision(&service, &plan, n).registered).collect();
            assert!(at.is_sorted_by(|a, b| a < b), "{story:?}");
            assert!(at.last().is_some_and(|last| *last < NOW));
            for rollout in &plan.rollouts {
                assert!(revision(&service, &plan, rollout.revision).registered < rollout.start, "{story:?}");
            }
        }
    }

    #[test]
    fn the_revision_that_fails_differs_in_what_its_tasks_complain_of() {
        let service = service(Story::CircuitBroken);
        let plan = plan(&service, &Changes::default().of(""), NOW, NOW);
        let good = plan.rollouts[0].revision;
        let (before, after) = (revision(&service, &plan, good), revision(&service, &plan, good + 1));
        let eviction = |r: &Revision| r.environment.iter().find(|(n, _)| *n == "CACHE_EVICTION").map(|p| p.1.clone());
        assert_eq!((eviction(&before).as_deref(), eviction(&after).as_deref()), (Some("on"), Some("off")));
        assert_eq!((before.secret.as_str(), after.secret.as_str()), ("s/db", "s/db-next"));
    }
}
