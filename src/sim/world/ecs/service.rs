//! A service: what stands still about it.

use super::jobs::Job;
use super::{DAY, HOUR, MINUTE};
use crate::sim::rng::Seed;

/// Where its tasks run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Launch {
    /// On Fargate.
    Fargate,
    /// On the cluster's own container instances.
    Ec2,
}

impl Launch {
    /// The value of `launchType`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fargate => "FARGATE",
            Self::Ec2 => "EC2",
        }
    }
}

/// What happens to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// It runs and is deployed now and then.
    Healthy,
    /// Its last deployment failed: the circuit breaker fired, a third of the tasks is left.
    CircuitBroken,
    /// Its deployment runs for hours: no new task becomes healthy, and no breaker is set.
    Stuck,
    /// Its last task finds no instance with enough memory.
    NoRoom,
    /// One of its tasks fails the load balancer's health checks again and again.
    LbFailing,
    /// Nobody wants it: desired is 0 since half a year.
    Parked,
    /// Its tasks die every few minutes and are replaced.
    Flapping,
    /// It is no service: its tasks are started by something else, and end.
    Job(&'static Job),
}

/// A service of a cluster.
#[derive(Clone, Debug)]
pub struct Service {
    /// Where its draws start.
    pub seed: Seed,
    /// The account id.
    pub account: String,
    /// The region.
    pub region: String,
    /// The name of its cluster.
    pub cluster: String,
    /// Its name; also the family of its task definition.
    pub name: String,
    /// How many tasks it was created to have.
    pub desired: i64,
    /// Where they run.
    pub launch: Launch,
    /// What happens to it.
    pub story: Story,
    /// The team that its tag names.
    pub team: &'static str,
    /// The environment that its tag names.
    pub environment: &'static str,
}

/// CPU units and MiB, as Fargate pairs them.
const SIZES: &[(i64, i64)] = &[(256, 512), (512, 1024), (1024, 2048), (2048, 4096)];

#[cfg(test)]
impl Service {
    /// A service of four tasks for a test, of which this is told.
    pub fn sample(seed: Seed, story: Story) -> Self {
        let text = str::to_owned;
        Self {
            seed,
            account: text("1"),
            region: text("eu-central-1"),
            cluster: text("c"),
            name: text("s"),
            desired: 4,
            launch: Launch::Fargate,
            story,
            team: "t",
            environment: "prod",
        }
    }
}

impl Service {
    /// Whether a load balancer stands before it.
    pub fn balanced(&self) -> bool {
        let inner = ["worker", "engine", "resizer", "sync", "renovate", "ingest", "router", "builder"];
        let job = matches!(self.story, Story::Job(_));
        self.story == Story::LbFailing || !job && !inner.iter().any(|word| self.name.contains(word))
    }

    /// The port of its container.
    pub fn port(&self) -> i64 {
        *self.seed.word("port").pick(&[8080, 3000, 9000, 8443]).unwrap_or(&8080)
    }

    /// CPU units and MiB of a task.
    pub fn size(&self) -> (i64, i64) {
        // So large that the fourth finds no room on three instances.
        if self.story == Story::NoRoom {
            return (1024, 8192);
        }
        *self.seed.word("size").pick(SIZES).unwrap_or(&(256, 512))
    }

    /// Whether its deployments are watched by a circuit breaker.
    pub fn breaker(&self) -> bool {
        match self.story {
            Story::CircuitBroken => true,
            Story::Stuck => false,
            _ => self.seed.word("breaker").chance(70),
        }
    }

    /// Whether its circuit breaker rolls back what failed.
    pub fn rolls_back(&self) -> bool {
        self.breaker() && self.story != Story::CircuitBroken && self.seed.word("rollback").chance(60)
    }

    /// When it was created; before 2026, whatever the clock shows.
    pub fn created(&self) -> i64 {
        1_767_225_600_000 - self.seed.word("created").between(20 * DAY, 700 * DAY)
    }

    /// The time between two of its deployments.
    pub fn period(&self) -> i64 {
        let draw = self.seed.word("period");
        match (self.story, self.environment) {
            (Story::Flapping, _) => 20 * DAY,
            (_, "prod") => draw.between(5 * HOUR, 50 * HOUR),
            (_, "preprod") => draw.between(3 * HOUR, 9 * HOUR),
            _ => draw.between(70 * MINUTE, 6 * HOUR),
        }
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        self.arn_of("service", &self.name)
    }

    /// The ARN of its cluster.
    pub fn cluster_arn(&self) -> String {
        format!("arn:aws:ecs:{}:{}:cluster/{}", self.region, self.account, self.cluster)
    }

    /// `arn:aws:ecs:…:KIND/CLUSTER/NAME`.
    pub fn arn_of(&self, kind: &str, name: &str) -> String {
        format!("arn:aws:ecs:{}:{}:{kind}/{}/{name}", self.region, self.account, self.cluster)
    }

    /// The ARN of its task definition without a revision: the newest.
    pub fn family_arn(&self) -> String {
        let (region, account, name) = (&self.region, &self.account, &self.name);
        format!("arn:aws:ecs:{region}:{account}:task-definition/{name}")
    }

    /// The ARN of a revision of its task definition.
    pub fn definition(&self, revision: i64) -> String {
        let (region, account, name) = (&self.region, &self.account, &self.name);
        format!("arn:aws:ecs:{region}:{account}:task-definition/{name}:{revision}")
    }

    /// The image of a revision: repository of the pipelines' account, tag by revision.
    pub fn image(&self, revision: i64) -> String {
        let commit = self.seed.word("commit").num(revision).hex(8);
        format!("{}.dkr.ecr.{}.amazonaws.com/{}:{commit}", self.account, self.region, self.name)
    }

    /// The ARN of its target group.
    pub fn target_group(&self) -> String {
        let (region, account, mark) = (&self.region, &self.account, self.seed.word("target").hex(16));
        format!("arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{}/{mark}", self.name)
    }

    /// Whether its lines go through a router of its own (`FireLens`) and not to `CloudWatch`.
    pub fn routes_lines(&self) -> bool {
        self.name == "event-router"
    }

    /// The name of its log group.
    pub fn log_group(&self) -> String {
        format!("/ecs/{}/{}", self.cluster, self.name)
    }
}
