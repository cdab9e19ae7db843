//! The events of a service, in the sentences of the ECS Developer Guide ("Amazon ECS service event messages").

use super::plan::{Fate, Plan};
use super::service::{Service, Story};
use super::tasks::{End, INSTANCES, Task};
use super::{HOUR, MINUTE, SECOND};

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// The shape of a UUID.
    pub id: String,
    /// When.
    pub at: i64,
    /// What.
    pub message: String,
}

/// `DescribeServices` returns the newest 100.
const SHOWN: usize = 100;

/// The events of a service up to `now`, newest first.
pub fn events(service: &Service, plan: &Plan, tasks: &[Task], now: i64) -> Vec<Event> {
    let mut all: Vec<(i64, String)> = Vec::new();
    for task in tasks {
        of_task(service, task, &mut all);
    }
    of_rollouts(service, plan, now, &mut all);
    if service.story == Story::NoRoom {
        unplaced(service, now, &mut all);
    }
    all.retain(|(at, _)| *at <= now);
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.truncate(SHOWN);
    all.into_iter()
        .map(|(at, text)| {
            let id = service.seed.word("event").num(at).word(&text).uuid();
            Event { id, at, message: format!("(service {}) {text}", service.name) }
        })
        .collect()
}

fn of_task(service: &Service, task: &Task, all: &mut Vec<(i64, String)>) {
    let (id, group) = (&task.id, service.target_group());
    all.push((task.created + SECOND, format!("has started 1 tasks: (task {id}).")));
    let alive = task.stopped.as_ref().is_none_or(|(at, _)| *at > task.started);
    if service.balanced() && alive {
        all.push((task.started + 2 * SECOND, format!("registered 1 targets in (target-group {group})")));
    }
    let Some((at, end)) = &task.stopped else { return };
    match end {
        End::Deployment | End::Scaled => {
            if service.balanced() {
                all.push((*at - 2 * SECOND, "has begun draining connections on 1 tasks.".to_owned()));
            }
            all.push((*at, format!("has stopped 1 running tasks: (task {id}).")));
        }
        End::Balancer => {
            let port = service.port();
            let text = format!(
                "(port {port}) is unhealthy in (target-group {group}) due to (reason Health checks failed with these codes: [502])."
            );
            all.push((*at - 3 * SECOND, text));
            all.push((*at, format!("has stopped 1 running tasks: (task {id}).")));
        }
        End::Health => {
            all.push((*at - SECOND, format!("(task {id}) failed container health checks.")));
            all.push((*at, format!("has stopped 1 running tasks: (task {id}).")));
        }
        End::Exit(_) | End::OutOfMemory | End::Asked(_) => {
            if service.balanced() {
                all.push((*at + SECOND, format!("deregistered 1 targets in (target-group {group})")));
            }
        }
    }
}

fn of_rollouts(service: &Service, plan: &Plan, now: i64, all: &mut Vec<(i64, String)>) {
    for (place, rollout) in plan.rollouts.iter().enumerate() {
        let next = plan.rollouts.get(place + 1).map_or(now, |next| next.start);
        let (end, id) = (rollout.end(), rollout.id(service));
        if end > next {
            continue;
        }
        if rollout.fate == Fate::Fails {
            all.push((end, format!("(deployment {id}) deployment failed: tasks failed to start.")));
            continue;
        }
        all.push((end, format!("(deployment {id}) deployment completed.")));
        // ECS says so when it is reached, and every six hours again; the last ones are enough.
        let steady = "has reached a steady state.";
        let spans = (next - end).div_euclid(6 * HOUR);
        for number in (spans - 12).max(0)..=spans {
            all.push((end + number * 6 * HOUR + 200, steady.to_owned()));
        }
    }
}

/// ECS tries again and again to place the task that finds no room.
fn unplaced(service: &Service, now: i64, all: &mut Vec<(i64, String)>) {
    let every = 4 * MINUTE;
    let phase = service.seed.word("unplaced").between(0, every);
    let last = (now - phase).div_euclid(every);
    for number in (last - 30)..=last {
        let instance = instance_id(service, number.rem_euclid(INSTANCES));
        let text = format!(
            "was unable to place a task because no container instance met all of its requirements. The closest \
             matching (container-instance {instance}) has insufficient memory available. For more information, see \
             the Troubleshooting section of the Amazon ECS Developer Guide."
        );
        all.push((phase + number * every, text));
    }
}

/// The id of a container instance of the service's cluster.
pub fn instance_id(service: &Service, number: i64) -> String {
    let seed = crate::sim::rng::Seed::new(0).word("instance").word(&service.cluster_arn());
    seed.num(number).hex(32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rng::Seed;
    use crate::sim::world::ecs::{Changes, Status, plan, tasks};

    const NOW: i64 = 1_800_000_000_000;

    fn service(story: Story) -> Service {
        Service::sample(Seed::new(3).word("service"), story)
    }

    /// Fresh events (ten minutes) with these words, every minute over half a day; the fewest that were ever seen.
    fn fewest(story: Story, words: &str) -> usize {
        let (service, changes) = (service(story), Changes::default());
        let fresh = |now: i64| {
            let plan = plan(&service, &changes.of(&service.arn()), NOW, now);
            let tasks = tasks(&service, &plan, &changes, now);
            assert!(tasks.iter().filter(|task| task.status(now) == Status::Running).count() >= 2);
            let events = events(&service, &plan, &tasks, now);
            assert!(events.is_sorted_by_key(|event| -event.at));
            events.iter().filter(|event| event.at > now - 10 * MINUTE && event.message.contains(words)).count()
        };
        (0..720).map(|minute| fresh(NOW + minute * MINUTE)).min().unwrap_or_default()
    }

    #[test]
    fn troubles_stay_visible() {
        assert!(fewest(Story::NoRoom, "unable to place a task") >= 2);
        assert!(fewest(Story::LbFailing, "Health checks failed") >= 1);
        assert!(fewest(Story::Flapping, "has started") >= 3);
    }
}
