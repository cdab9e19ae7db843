//! Tasks that belong to no service: what a clock, an event or a person starts.

use super::changes::Changes;
use super::places::{CENTRAL, WEST};
use super::plan::{Fate, Plan, Rollout};
use super::service::{Launch, Service, Story};
use super::tasks::{End, KEPT, Task};
use super::{Cluster, DAY, HOUR, MINUTE, SECOND, clusters};
use crate::sim::world::{Account, World};

/// What starts a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A rule of `EventBridge`, by the clock.
    Rule(&'static str),
    /// A rule of `EventBridge` that waits for events.
    Event,
    /// A schedule of `EventBridge` Scheduler.
    Schedule {
        /// When.
        expression: &'static str,
        /// The time zone that is meant.
        zone: &'static str,
        /// Whether it calls `RunTask` instead of using the template for ECS.
        universal: bool,
    },
    /// A person or a pipeline, once.
    Hand(&'static str),
}

/// A job: its task definition has its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    account: &'static str,
    region: &'static str,
    cluster: &'static str,
    name: &'static str,
    trigger: Trigger,
    enabled: bool,
    /// Milliseconds from one run to the next; 0 for one that comes but once or never.
    every: i64,
    /// Its first run: milliseconds after midnight UTC, or after the moment that the stories are told from.
    offset: i64,
    /// How long a run takes, in milliseconds; 0 for no end.
    takes: i64,
    /// With which code it ends.
    code: i64,
}

const fn job(account: &'static str, cluster: &'static str, name: &'static str, trigger: Trigger) -> Job {
    let region = CENTRAL;
    Job { account, region, cluster, name, trigger, enabled: true, every: 0, offset: 0, takes: MINUTE, code: 0 }
}

const fn schedule(expression: &'static str, zone: &'static str) -> Trigger {
    Trigger::Schedule { expression, zone, universal: false }
}

/// The jobs of the default accounts. Expressions and intervals tell the same.
const JOBS: &[Job] = &[
    Job {
        every: DAY,
        offset: 150 * MINUTE,
        takes: 25 * MINUTE,
        ..job("prod", "prod-batch", "nightly-report", Trigger::Rule("cron(30 2 * * ? *)"))
    },
    Job {
        every: 15 * MINUTE,
        takes: 3 * MINUTE,
        ..job("prod", "prod-main", "cache-warmer", Trigger::Rule("cron(0/15 * * * ? *)"))
    },
    // Its last runs failed, and nobody looked.
    Job {
        every: 20 * MINUTE,
        takes: 70 * SECOND,
        code: 1,
        ..job("prod", "prod-main", "price-import", schedule("cron(0/20 * * * ? *)", "Europe/Zurich"))
    },
    // Somebody looked something up yesterday and went home.
    Job { offset: -26 * HOUR, takes: 0, ..job("prod", "prod-main", "psql-shell", Trigger::Hand("anna.keller")) },
    Job {
        offset: -12 * MINUTE,
        takes: 90 * SECOND,
        code: 1,
        ..job("dev", "dev-main", "db-migrate", Trigger::Hand("deploy-pipeline"))
    },
    // Its cluster was deleted, and the schedule forgotten.
    job("dev", "dev-legacy", "old-sync", schedule("rate(6 hours)", "UTC")),
    job("cicd", "cicd-tools", "scan-on-push", Trigger::Event),
    Job {
        every: DAY,
        offset: 3 * HOUR,
        takes: 9 * MINUTE,
        ..job("payments-prod", "payments", "settlement-export", schedule("cron(0 3 * * ? *)", "UTC"))
    },
    Job {
        every: HOUR,
        offset: 17 * MINUTE,
        takes: 22 * MINUTE,
        ..job("data-prod", "data", "compaction", Trigger::Rule("rate(1 hour)"))
    },
    Job {
        region: WEST,
        enabled: false,
        ..job("data-prod", "data", "reindex", schedule("cron(0 4 ? * SUN *)", "Europe/Zurich"))
    },
    job(
        "stackhawk-prod-runtime",
        "runtime",
        "licence-sweep",
        Trigger::Schedule { expression: "at(2031-06-01T08:00:00)", zone: "UTC", universal: true },
    ),
];

/// What every fourth of the grown accounts has.
const GROWN: Job = Job {
    every: DAY,
    offset: 90 * MINUTE,
    takes: 20 * MINUTE,
    ..job("", "main", "nightly-export", Trigger::Rule("cron(30 1 * * ? *)"))
};

impl Service {
    fn job(&self) -> Option<&'static Job> {
        if let Story::Job(job) = self.story { Some(job) } else { None }
    }

    /// What starts it, where it is a job.
    pub fn trigger(&self) -> Option<Trigger> {
        self.job().map(|job| job.trigger)
    }

    /// Whether its rule or schedule is enabled.
    pub const fn is_enabled(&self) -> bool {
        if let Story::Job(job) = self.story { job.enabled } else { true }
    }

    /// Who started its tasks, as ECS writes it: the deployment for a service, the trigger for a job.
    pub fn starter(&self, task: &Task) -> String {
        match self.trigger() {
            None => task.rollout.id(self),
            Some(Trigger::Rule(_) | Trigger::Event) => format!("events-rule/{}", self.name),
            Some(Trigger::Schedule { .. }) => format!("chronos-schedule/{}", self.name),
            Some(Trigger::Hand(who)) => who.to_owned(),
        }
    }

    /// The group of its tasks.
    pub fn group(&self) -> String {
        let kind = if self.job().is_some() { "family" } else { "service" };
        format!("{kind}:{}", self.name)
    }
}

/// A job as the definition of its tasks: no service, but a thing of the same parts.
fn definition(world: &World, account: &Account, region: &str, launch: Launch, job: &'static Job) -> Service {
    let seed = world.seed.word("job").word(&account.id).word(region).word(job.name);
    Service {
        seed,
        account: account.id.clone(),
        region: region.to_owned(),
        cluster: job.cluster.to_owned(),
        name: job.name.to_owned(),
        desired: 0,
        launch,
        story: Story::Job(job),
        team: account.team,
        environment: account.environment,
    }
}

/// The jobs of a cluster.
pub(super) fn of_cluster(world: &World, account: &Account, region: &str, name: &str, launch: Launch) -> Vec<Service> {
    let here = |job: &&Job| job.account == account.name && job.region == region && job.cluster == name;
    JOBS.iter().filter(here).map(|job| definition(world, account, region, launch, job)).collect()
}

/// The jobs of the cluster of a grown account.
pub(super) fn grown(world: &World, account: &Account, region: &str) -> Vec<Service> {
    let has = world.seed.word("grown job").word(&account.id).word(region).chance(25);
    if has { vec![definition(world, account, region, Launch::Fargate, &GROWN)] } else { Vec::new() }
}

/// All jobs of an account in a region, with those whose cluster is gone.
pub fn started(world: &World, account: &Account, region: &str) -> Vec<Service> {
    let here: Vec<Cluster> = clusters(world, account, region);
    let gone = |job: &&Job| {
        job.account == account.name && job.region == region && !here.iter().any(|it| it.name == job.cluster)
    };
    let orphans = JOBS.iter().filter(gone).map(|job| definition(world, account, region, Launch::Fargate, job));
    let orphans: Vec<Service> = orphans.collect();
    here.into_iter().flat_map(|cluster| cluster.jobs).chain(orphans).collect()
}

/// The revision that a job runs, with the moment that its runs are counted from.
pub(super) fn rollout(service: &Service, job: &Job, epoch: i64) -> Rollout {
    let revision = service.seed.word("revision").between(1, 40);
    Rollout { revision, start: epoch + job.offset, takes: 0, fate: Fate::Completes }
}

/// The runs of a job that are under way at `now` or ended less than an hour before, oldest first.
pub(super) fn runs(service: &Service, job: &Job, plan: &Plan, changes: &Changes, now: i64) -> Vec<Task> {
    let Some(rollout) = plan.primary().copied() else { return Vec::new() };
    let run = |created: i64| {
        let id = service.seed.word("run").num(created).hex(32);
        let started = created + service.seed.word("lag").num(created).between(14, 24) * SECOND;
        let stopped = (job.takes > 0).then(|| (started + job.takes, End::Exit(job.code)));
        Task { id, slot: 0, rollout, created, started, stopped }
    };
    let mut tasks: Vec<Task> = match job.trigger {
        Trigger::Hand(_) => vec![run(rollout.start)],
        _ if job.every == 0 || !job.enabled => Vec::new(),
        _ => {
            let last = (now - job.offset).div_euclid(job.every);
            let first = (now - KEPT - job.takes - MINUTE - job.offset).div_euclid(job.every);
            (first..=last).map(|number| run(number * job.every + job.offset)).collect()
        }
    };
    for task in &mut tasks {
        let Some((at, reason)) = changes.stopped(&task.id) else { continue };
        if task.stopped.as_ref().is_none_or(|(end, _)| *end > at) {
            task.stopped = Some((at, End::Asked(reason)));
        }
    }
    tasks.retain(|task| task.created <= now && task.ended(now).is_none_or(|(at, _)| at > now - KEPT));
    tasks
}
