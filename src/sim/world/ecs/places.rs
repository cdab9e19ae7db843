//! Which clusters and services there are.

use super::jobs;
use super::service::{Launch, Service, Story};
use crate::sim::rng::Seed;
use crate::sim::world::{Account, State, World};

/// A cluster and its services.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// Where its tasks run.
    pub launch: Launch,
    /// Its services, by name.
    pub services: Vec<Service>,
    /// What else starts tasks in it.
    pub jobs: Vec<Service>,
}

/// A service of the table: name, desired, story.
type Entry = (&'static str, i64, Story);

struct Place {
    account: &'static str,
    region: &'static str,
    cluster: &'static str,
    launch: Launch,
    services: &'static [Entry],
}

const fn fargate(
    account: &'static str,
    region: &'static str,
    cluster: &'static str,
    services: &'static [Entry],
) -> Place {
    Place { account, region, cluster, launch: Launch::Fargate, services }
}

const fn on_ec2(account: &'static str, cluster: &'static str, services: &'static [Entry]) -> Place {
    Place { account, region: CENTRAL, cluster, launch: Launch::Ec2, services }
}

pub(super) const CENTRAL: &str = "eu-central-1";
pub(super) const WEST: &str = "eu-west-1";

use Story::Healthy as H;

/// The clusters of the default accounts.
const PLACES: &[Place] = &[
    fargate(
        "prod",
        CENTRAL,
        "prod-main",
        &[
            ("catalogue", 4, H),
            ("checkout", 6, Story::CircuitBroken),
            ("gateway", 4, H),
            ("identity", 3, H),
            ("orders", 4, H),
            ("payments-api", 6, H),
            ("recommender", 3, H),
            ("search", 4, H),
            ("web-frontend", 8, H),
        ],
    ),
    on_ec2(
        "prod",
        "prod-batch",
        &[("image-resizer", 3, H), ("invoice-worker", 4, Story::NoRoom), ("report-builder", 0, Story::Parked)],
    ),
    fargate(
        "prod",
        WEST,
        "prod-main",
        &[("catalogue", 3, H), ("gateway", 2, H), ("identity", 2, H), ("web-frontend", 4, H)],
    ),
    fargate(
        "dev",
        CENTRAL,
        "dev-main",
        &[
            ("catalogue", 1, H),
            ("checkout", 1, H),
            ("identity", 1, H),
            ("orders", 1, H),
            ("payments-api", 1, H),
            ("web-frontend", 2, H),
        ],
    ),
    fargate("dev", WEST, "dev-main", &[("catalogue", 1, H), ("recommender", 1, H), ("search", 4, Story::Stuck)]),
    fargate("cicd", CENTRAL, "cicd-tools", &[("artifact-proxy", 2, H), ("renovate", 1, H), ("sonarqube", 1, H)]),
    fargate("admin", CENTRAL, "admin", &[("inventory-sync", 1, H), ("sso-broker", 2, H)]),
    fargate(
        "payments-prod",
        CENTRAL,
        "payments",
        &[("fraud-score", 3, H), ("ledger", 4, H), ("payments-api", 6, H), ("settlement", 2, H)],
    ),
    fargate("payments-dev", CENTRAL, "payments", &[("fraud-score", 1, H), ("ledger", 1, H), ("payments-api", 1, H)]),
    fargate("card-vault", CENTRAL, "vault", &[("key-proxy", 2, H), ("tokeniser", 3, H)]),
    fargate("data-prod", CENTRAL, "data", &[("event-router", 4, H), ("feature-store", 2, H), ("ingest", 3, H)]),
    fargate("data-prod", WEST, "data", &[("ingest", 2, H)]),
    fargate("data-dev", CENTRAL, "data", &[("feature-store", 1, H), ("ingest", 1, H)]),
    fargate(
        "stackhawk-prod-runtime",
        CENTRAL,
        "runtime",
        &[("findings-api", 4, Story::LbFailing), ("hawk-ui", 3, H), ("scan-engine", 8, H), ("webhooks", 2, H)],
    ),
    fargate("stackhawk-prod-runtime", WEST, "runtime", &[("findings-api", 3, H), ("hawk-ui", 2, H)]),
    fargate("stackhawk-preprod-runtime", CENTRAL, "runtime", &[("scan-engine", 2, H)]),
    fargate(
        "stackhawk-preprod-runtime",
        WEST,
        "runtime",
        &[("findings-api", 2, H), ("hawk-ui", 1, H), ("webhooks", 4, Story::Flapping)],
    ),
    fargate(
        "stackhawk-test-runtime",
        CENTRAL,
        "runtime",
        &[("findings-api", 1, H), ("hawk-ui", 1, H), ("scan-engine", 2, H), ("webhooks", 1, H)],
    ),
    fargate(
        "stackhawk-dev-runtime",
        CENTRAL,
        "runtime",
        &[("findings-api", 1, H), ("hawk-ui", 1, H), ("scan-engine", 1, H), ("webhooks", 1, H)],
    ),
    on_ec2("stackhawk-prod-infrastructure", "infrastructure", &[("bastion", 1, H), ("metrics-relay", 2, H)]),
    on_ec2("stackhawk-preprod-infrastructure", "infrastructure", &[("metrics-relay", 1, H)]),
    on_ec2("stackhawk-test-infrastructure", "infrastructure", &[("metrics-relay", 1, H)]),
    on_ec2("stackhawk-dev-infrastructure", "infrastructure", &[("metrics-relay", 1, H)]),
    fargate("sandbox-anna", WEST, "playground", &[("toy-shop", 1, H)]),
    fargate("🦀 crab lab", CENTRAL, "playground", &[("ferris", 1, H)]),
];

/// The services of grown accounts are drawn from here, in this order.
const POOL: &[&str] = &[
    "accounts",
    "basket",
    "booking",
    "catalogue",
    "checkout",
    "geo-search",
    "identity",
    "mailer",
    "orders",
    "price-engine",
    "profile",
    "ratings",
    "search",
    "shipping",
    "tickets",
    "web-frontend",
];

/// The stories of grown services that are not healthy.
const TROUBLES: &[Story] = &[Story::CircuitBroken, Story::Stuck, Story::LbFailing, Story::Parked, Story::Flapping];

/// The clusters of an account in a region.
pub fn clusters(world: &World, account: &Account, region: &str) -> Vec<Cluster> {
    if account.state != State::Active {
        return Vec::new();
    }
    let seed = world.seed.word("ecs").word(&account.id).word(region);
    let service = |cluster: &str, launch, entry: &Entry| Service {
        seed: seed.word(cluster).word(entry.0),
        account: account.id.clone(),
        region: region.to_owned(),
        cluster: cluster.to_owned(),
        name: entry.0.to_owned(),
        desired: entry.1,
        launch,
        story: entry.2,
        team: account.team,
        environment: account.environment,
    };
    if let Some(count) = world.services {
        let service = |name: &str, desired, story| Service {
            name: name.to_owned(),
            seed: seed.word("main").word(name),
            ..service("main", Launch::Fargate, &("", desired, story))
        };
        return evenly(count, region, seed, service);
    }
    let here = |place: &&Place| place.account == account.name && place.region == region;
    let found: Vec<Cluster> = PLACES
        .iter()
        .filter(here)
        .map(|place| Cluster {
            name: place.cluster.to_owned(),
            launch: place.launch,
            services: place.services.iter().map(|entry| service(place.cluster, place.launch, entry)).collect(),
            jobs: jobs::of_cluster(world, account, region, place.cluster, place.launch),
        })
        .collect();
    let grown = account.name.ends_with(|c: char| c.is_ascii_digit()) && account.environment != "sandbox";
    let share = if region == CENTRAL { 100 } else { 40 };
    if !grown || !(region == CENTRAL || region == WEST) || !seed.word("used").chance(share) {
        return found;
    }
    let share = 4 + 20 * seed.word("share").between(0, 1).unsigned_abs();
    let services = POOL
        .iter()
        .filter(|name| seed.word("has").word(name).chance(share))
        .map(|name| {
            let (desired, story) = drawn(seed.word("grown").word(name));
            service("main", Launch::Fargate, &(*name, desired, story))
        })
        .collect();
    let jobs = jobs::grown(world, account, region);
    vec![Cluster { name: "main".to_owned(), launch: Launch::Fargate, services, jobs }]
}

/// One cluster with so many services in each of the two usual regions: for measurements, which have to know how many
/// there are.
fn evenly(count: usize, region: &str, seed: Seed, service: impl Fn(&str, i64, Story) -> Service) -> Vec<Cluster> {
    if count == 0 || !(region == CENTRAL || region == WEST) {
        return Vec::new();
    }
    let services = (0..count).map(|number| {
        let name = match (POOL.get(number % POOL.len()).unwrap_or(&"service"), number / POOL.len()) {
            (name, 0) => (*name).to_owned(),
            (name, round) => format!("{name}-{round}"),
        };
        let (desired, story) = drawn(seed.word("grown").word(&name));
        service(&name, desired, story)
    });
    let services = services.collect();
    vec![Cluster { name: "main".to_owned(), launch: Launch::Fargate, services, jobs: Vec::new() }]
}

/// How many tasks a grown service shall run, and its story.
fn drawn(draw: Seed) -> (i64, Story) {
    let trouble = draw.word("trouble");
    let story = if trouble.chance(2) { trouble.num(1).pick(TROUBLES).copied() } else { None };
    let story = story.unwrap_or(Story::Healthy);
    (if story == Story::Parked { 0 } else { draw.word("desired").between(1, 6) }, story)
}
