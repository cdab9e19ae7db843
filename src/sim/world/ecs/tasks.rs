//! The tasks of a service at a moment: those that run, and those that stopped in the last hour.

use super::changes::Changes;
use super::jobs;
use super::plan::{Fate, Plan, Rollout};
use super::service::{Launch, Service, Story};
use super::{HOUR, MINUTE, SECOND};

/// Why a task stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// A newer deployment took its place.
    Deployment,
    /// Fewer tasks were wanted.
    Scaled,
    /// Its container ended with a code.
    Exit(i64),
    /// It used more memory than it may: code 137.
    OutOfMemory,
    /// The load balancer found it unhealthy.
    Balancer,
    /// Its own health check failed.
    Health,
    /// A caller stopped it and gave a reason.
    Asked(String),
}

impl End {
    /// Whether the deployment counts it as failed.
    pub const fn failed(&self) -> bool {
        matches!(self, Self::Exit(1..) | Self::OutOfMemory | Self::Balancer | Self::Health)
    }
}

/// Where in its life a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its network is being made.
    Provisioning,
    /// Its image is being pulled.
    Pending,
    /// It runs.
    Running,
    /// It is over.
    Stopped,
}

impl Status {
    /// The value of `lastStatus`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Stopped => "STOPPED",
        }
    }
}

/// A task.
#[derive(Clone, Debug)]
pub struct Task {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The place in its service, from 0.
    pub slot: i64,
    /// The deployment that made it.
    pub rollout: Rollout,
    /// When it was made.
    pub created: i64,
    /// When its container started, if nothing stopped it before.
    pub started: i64,
    /// When it stopped and why; may lie ahead.
    pub stopped: Option<(i64, End)>,
}

impl Task {
    /// Its life at a moment after its creation.
    pub fn status(&self, now: i64) -> Status {
        if self.stopped.as_ref().is_some_and(|(at, _)| *at <= now) {
            Status::Stopped
        } else if now >= self.started {
            Status::Running
        } else if now >= self.created + 6 * SECOND {
            Status::Pending
        } else {
            Status::Provisioning
        }
    }

    /// Its end, where it has come.
    pub fn ended(&self, now: i64) -> Option<(i64, &End)> {
        self.stopped.as_ref().filter(|(at, _)| *at <= now).map(|(at, end)| (*at, end))
    }

    /// Its address in the subnet.
    pub fn address(&self, service: &Service) -> String {
        let draw = service.seed.word("address").word(&self.id);
        format!("10.{}.{}.{}", draw.between(0, 60), draw.num(1).between(0, 255), draw.num(2).between(4, 254))
    }

    /// Its availability zone.
    pub fn zone(&self, service: &Service) -> String {
        let letter = ["a", "b", "c"].get(usize::try_from(self.slot.rem_euclid(3)).unwrap_or(0));
        format!("{}{}", service.region, letter.unwrap_or(&"a"))
    }

    /// The container instance it runs on, from 0; `None` on Fargate.
    pub fn instance(&self, service: &Service) -> Option<i64> {
        (service.launch == Launch::Ec2).then(|| self.slot.rem_euclid(INSTANCES))
    }
}

/// The container instances of a cluster on EC2.
pub const INSTANCES: i64 = 3;

/// How long stopped tasks can be described (ECS: at least an hour).
pub(super) const KEPT: i64 = HOUR;

/// A stretch in which a slot is held by one deployment.
struct Hold {
    slot: i64,
    rollout: Rollout,
    begin: i64,
    end: Option<(i64, End)>,
    /// From one task to the next.
    life: i64,
}

/// The tasks that run at `now` or stopped less than `past` milliseconds before, oldest first.
pub fn tasks(service: &Service, plan: &Plan, changes: &Changes, now: i64) -> Vec<Task> {
    if let Story::Job(job) = service.story {
        return jobs::runs(service, job, plan, changes, now);
    }
    let before = plan.before.map_or(plan.desired, |(count, _)| count);
    let mut tasks = Vec::new();
    for slot in 0..plan.desired.max(before) {
        // Nothing ever starts in the slot that finds no room.
        if service.story == Story::NoRoom && slot + 1 == plan.desired {
            continue;
        }
        for hold in holds(service, plan, slot) {
            fill(service, &hold, now, &mut tasks);
        }
    }
    for hold in extra(service, plan, now) {
        fill(service, &hold, now, &mut tasks);
    }
    stop(service, changes, &mut tasks);
    tasks.retain(|task| task.created <= now && task.ended(now).is_none_or(|(at, _)| at > now - KEPT));
    tasks.sort_by_key(|task| task.created);
    tasks
}

/// When a deployment takes a slot over; `None` where it never does.
fn handover(service: &Service, rollout: &Rollout, slot: i64) -> Option<i64> {
    let slots = service.desired.max(1);
    match rollout.fate {
        Fate::Completes => {
            let step = (rollout.takes - MINUTE) * (slot.min(slots - 1) + 1) / slots;
            Some(rollout.start + 40 * SECOND + step)
        }
        Fate::Fails if slot < slots.div_euclid(3).max(1) && slots > 1 => None,
        Fate::Fails => Some(rollout.start + (30 + 20 * slot) * SECOND),
        Fate::Drags => Some(rollout.end() - 20 * SECOND),
    }
}

/// Who holds a slot, and when.
fn holds(service: &Service, plan: &Plan, slot: i64) -> Vec<Hold> {
    let mut holds: Vec<Hold> = Vec::new();
    for rollout in &plan.rollouts {
        let Some(begin) = handover(service, rollout, slot) else { continue };
        if let Some(last) = holds.last_mut().filter(|last| last.end.is_none()) {
            last.end = Some((begin, End::Deployment));
        }
        let fails = rollout.fate == Fate::Fails;
        let end = fails.then(|| (rollout.end(), End::Deployment));
        // A new task starts before the old one goes: thirty seconds of both.
        let begin = begin - 30 * SECOND;
        let life = life(service, rollout, slot);
        holds.push(Hold { slot, rollout: *rollout, begin, end, life });
    }
    let Some((count, at)) = plan.before else { return holds };
    for hold in &mut holds {
        if slot >= plan.desired && hold.end.as_ref().is_none_or(|(end, _)| *end > at) {
            hold.end = Some((at, End::Scaled));
        }
        if slot >= count {
            hold.begin = hold.begin.max(at);
        }
    }
    holds.retain(|hold| hold.end.as_ref().is_none_or(|(end, _)| *end > hold.begin));
    holds
}

/// The tasks that a dragging deployment starts again and again beside the old ones.
fn extra(service: &Service, plan: &Plan, now: i64) -> Vec<Hold> {
    let Some(rollout) = plan.primary().filter(|rollout| rollout.fate == Fate::Drags) else { return Vec::new() };
    let end = rollout.end().min(now + HOUR);
    (0..2)
        .map(|number| Hold {
            slot: plan.desired + number,
            rollout: *rollout,
            begin: rollout.start + (10 + 70 * number) * SECOND,
            end: Some((end, End::Deployment)),
            life: service.seed.word("drag").num(number).between(235, 330) * SECOND,
        })
        .collect()
}

/// How long a task in this slot lives before it dies by itself.
fn life(service: &Service, rollout: &Rollout, slot: i64) -> i64 {
    let draw = service.seed.word("life").num(rollout.start).num(slot);
    match (service.story, rollout.fate) {
        // Killed while it warms up, once per deployment.
        (_, Fate::Fails) => draw.between(270, 320) * SECOND,
        (Story::Flapping, _) => draw.between(5 * 60, 8 * 60) * SECOND,
        (Story::LbFailing, _) if slot + 1 == service.desired => draw.between(220, 300) * SECOND,
        _ => draw.between(30 * 60, 300 * 60) * MINUTE,
    }
}

/// How a task that nobody stopped dies.
fn death(service: &Service, hold: &Hold, number: i64) -> End {
    let draw = service.seed.word("death").num(hold.begin).num(hold.slot).num(number);
    match (service.story, hold.rollout.fate) {
        (_, Fate::Drags) if hold.life < 10 * MINUTE => End::Health,
        (Story::LbFailing, _) if hold.life < 10 * MINUTE => End::Balancer,
        (_, Fate::Fails) if hold.slot % 2 == 0 => End::OutOfMemory,
        (_, Fate::Fails) => End::Exit(1),
        _ if draw.chance(30) => End::OutOfMemory,
        _ => End::Exit(1),
    }
}

/// The tasks of a hold that may be seen at `now`.
fn fill(service: &Service, hold: &Hold, now: i64, tasks: &mut Vec<Task>) {
    let until = hold.end.as_ref().map_or(now, |(end, _)| now.min(*end));
    if until <= hold.begin {
        return;
    }
    let first = (now - KEPT - hold.begin).div_euclid(hold.life).max(0);
    for number in first..=(until - hold.begin).div_euclid(hold.life) {
        let created = hold.begin + number * hold.life;
        let seed = service.seed.word("task").num(hold.rollout.start).num(hold.slot).num(number);
        let started = created + seed.word("lag").between(14_000, 24_000);
        let died = created + hold.life - 4 * SECOND;
        let stopped = match &hold.end {
            Some((end, why)) if *end < died => (*end, why.clone()),
            _ => (died, death(service, hold, number)),
        };
        if stopped.0 <= created {
            continue;
        }
        let (slot, rollout) = (hold.slot, hold.rollout);
        tasks.push(Task { id: seed.hex(32), slot, rollout, created, started, stopped: Some(stopped) });
    }
}

/// Ends the tasks that callers stopped, and starts others in their place, which may be stopped in turn.
fn stop(service: &Service, changes: &Changes, tasks: &mut Vec<Task>) {
    let mut next = 0;
    while let Some(task) = tasks.get_mut(next) {
        next += 1;
        let Some((at, reason)) = changes.stopped(&task.id) else { continue };
        if task.stopped.as_ref().is_some_and(|(end, _)| *end <= at) {
            continue;
        }
        let id = service.seed.word("again").word(&task.id).hex(32);
        let created = at + 4 * SECOND;
        let heir = Task { id, created, started: created + 18 * SECOND, ..task.clone() };
        task.stopped = Some((at, End::Asked(reason)));
        if heir.stopped.as_ref().is_none_or(|(end, _)| *end > created) {
            tasks.push(heir);
        }
    }
}

/// How many tasks of a deployment that does not succeed have failed so far.
pub fn failures(service: &Service, plan: &Plan, rollout: &Rollout, now: i64) -> i64 {
    let slots = 0..plan.desired;
    let holds: Vec<Hold> = match rollout.fate {
        Fate::Completes => Vec::new(),
        Fate::Drags => extra(service, plan, now),
        Fate::Fails => slots.flat_map(|slot| holds(service, plan, slot)).collect(),
    };
    holds
        .iter()
        .filter(|hold| hold.rollout == *rollout)
        .map(|hold| {
            let until = hold.end.as_ref().map_or(now, |(end, _)| now.min(*end));
            ((until - hold.begin + 4 * SECOND).div_euclid(hold.life)).max(0)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rng::Seed;
    use crate::sim::world::ecs::{DAY, plan};

    const NOW: i64 = 1_800_000_000_000;

    fn service(story: Story, desired: i64) -> Service {
        Service { desired, ..Service::sample(Seed::new(1), story) }
    }

    fn running(service: &Service, changes: &Changes, now: i64) -> i64 {
        let plan = plan(service, &changes.of(&service.arn()), NOW, now);
        let tasks = tasks(service, &plan, changes, now);
        let count = tasks.iter().filter(|task| task.status(now) == Status::Running).count();
        i64::try_from(count).unwrap_or(0)
    }

    #[test]
    fn a_healthy_service_is_never_short_for_two_minutes() {
        let (service, changes) = (service(Story::Healthy, 5), Changes::default());
        let mut short = 0;
        for step in 0..(3 * DAY / (10 * SECOND)) {
            let count = running(&service, &changes, NOW + step * 10 * SECOND);
            short = if count < 5 { short + 1 } else { 0 };
            assert!(short < 12, "short at step {step}");
        }
    }

    #[test]
    fn the_circuit_breaker_leaves_a_third() {
        let (service, changes) = (service(Story::CircuitBroken, 6), Changes::default());
        assert_eq!(running(&service, &changes, NOW), 2);
        let plan = plan(&service, &changes.of(""), NOW, NOW);
        let fails = plan.primary().map(|rollout| failures(&service, &plan, rollout, NOW));
        assert_eq!(fails, Some(4));
        let stopped = tasks(&service, &plan, &changes, NOW);
        let codes = stopped.iter().filter_map(|task| task.ended(NOW)).map(|(_, end)| end.clone());
        let codes: Vec<End> = codes.collect();
        assert!(codes.contains(&End::OutOfMemory) && codes.contains(&End::Exit(1)), "{codes:?}");
    }

    #[test]
    fn a_dragging_deployment_keeps_the_old_tasks() {
        let (service, changes) = (service(Story::Stuck, 4), Changes::default());
        assert!(running(&service, &changes, NOW) >= 4);
        let plan = plan(&service, &changes.of(""), NOW, NOW);
        assert_eq!(plan.primary().map(|rollout| NOW - rollout.start), Some(31 * MINUTE));
    }

    #[test]
    fn changes_move_the_service() {
        let (service, changes) = (service(Story::Healthy, 3), Changes::default());
        changes.change(&service.arn(), |change| change.desired = Some((5, NOW)));
        assert_eq!(running(&service, &changes, NOW + 2 * MINUTE), 5);
        changes.change(&service.arn(), |change| change.desired = Some((0, NOW)));
        assert_eq!(running(&service, &changes, NOW + MINUTE), 0);
    }

    #[test]
    fn a_stopped_task_is_replaced() {
        let (service, changes) = (service(Story::Healthy, 1), Changes::default());
        let plan = plan(&service, &changes.of(""), NOW, NOW);
        let first = tasks(&service, &plan, &changes, NOW).pop();
        let id = first.map(|task| task.id).unwrap_or_default();
        changes.stop(&id, NOW, "drill");
        let later = tasks(&service, &plan, &changes, NOW + MINUTE);
        assert!(later.iter().any(|task| task.id == id && task.status(NOW + MINUTE) == Status::Stopped));
        assert_eq!(running(&service, &changes, NOW + MINUTE), 1);
    }
}
