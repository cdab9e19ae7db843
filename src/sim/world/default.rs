//! The default organisation: 31 accounts, each there for a reason.

use super::World;
use super::account::{Account, Company, State};

/// An account of the default world.
struct Entry {
    unit: &'static str,
    name: &'static str,
    environment: &'static str,
    team: &'static str,
}

const fn entry(unit: &'static str, name: &'static str, environment: &'static str, team: &'static str) -> Entry {
    Entry { unit, name, environment, team }
}

/// The units, parents first, by the path of their names. `quarantine` stays empty.
const UNITS: &[&str] = &[
    "core",
    "workload",
    "workload/data",
    "workload/payments",
    "workload/payments/regulated",
    "workload/payments/regulated/pci",
    "workload/payments/regulated/pci/vault",
    "stackhawk",
    "stackhawk/dev",
    "stackhawk/test",
    "stackhawk/preprod",
    "stackhawk/prod",
    "sandbox",
    "suspended",
    "quarantine",
];

/// The accounts in the order in which smaller worlds lose them from the end.
const ACCOUNTS: &[Entry] = &[
    entry("", "senncloud-management", "management", "platform"),
    entry("workload", "prod", "prod", "pay"),
    entry("workload", "dev", "dev", "find"),
    entry("workload", "cicd", "cicd", "infra"),
    entry("workload", "admin", "admin", "platform"),
    entry("core", "audit", "core", "security"),
    entry("core", "log-archive", "core", "security"),
    entry("stackhawk/prod", "stackhawk-prod-runtime", "prod", "hawk"),
    entry("stackhawk/prod", "stackhawk-prod-infrastructure", "prod", "hawk-infra"),
    entry("stackhawk/preprod", "stackhawk-preprod-runtime", "preprod", "hawk"),
    entry("stackhawk/preprod", "stackhawk-preprod-infrastructure", "preprod", "hawk-infra"),
    entry("stackhawk/test", "stackhawk-test-runtime", "test", "hawk"),
    entry("stackhawk/test", "stackhawk-test-infrastructure", "test", "hawk-infra"),
    entry("stackhawk/dev", "stackhawk-dev-runtime", "dev", "hawk"),
    entry("stackhawk/dev", "stackhawk-dev-infrastructure", "dev", "hawk-infra"),
    entry("workload/payments", "payments-prod", "prod", "pay"),
    entry("workload/payments", "payments-dev", "dev", "pay"),
    entry("workload/payments/regulated/pci/vault", "card-vault", "prod", "pay"),
    entry("workload/data", "data-prod", "prod", "data"),
    entry("workload/data", "data-dev", "dev", "data"),
    entry("suspended", "old-shop", "prod", "pay"),
    entry("sandbox", "hackathon-2024", "sandbox", "find"),
    entry("sandbox", "sandbox-anna", "sandbox", "find"),
    entry("sandbox", "sandbox-jürg", "sandbox", "infra"),
    entry("sandbox", "🦀 crab lab", "sandbox", "infra"),
    entry("sandbox", "Café Zürich ☕", "sandbox", "pay"),
    entry("sandbox", "ארגז חול", "sandbox", "hawk"),
    entry("sandbox", "صندوق الرمل", "sandbox", "hawk"),
    entry("sandbox", "砂場", "sandbox", "data"),
    entry("sandbox", "👩‍🔬 research", "sandbox", "data"),
    entry("sandbox", "sandbox-training", "sandbox", "platform"),
];

/// Fills an empty world.
pub fn build(world: &mut World) {
    let mut places = vec![("", 0)];
    for path in UNITS {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = places.iter().find(|(path, _)| *path == above).map_or(0, |(_, place)| *place);
        places.push((path, world.add_unit(parent, name)));
    }
    for (place, entry) in ACCOUNTS.iter().enumerate() {
        let unit = places.iter().find(|(path, _)| *path == entry.unit).map_or(0, |(_, place)| *place);
        let company = if entry.name.starts_with("stackhawk") || entry.team == "hawk" {
            Company::StackHawk
        } else {
            Company::SennCloud
        };
        let mut account = Account::new(world.seed, unit, entry.name, company, place);
        account.environment = entry.environment;
        account.team = entry.team;
        quirks(&mut account);
        world.add_account(account);
    }
}

/// What makes single accounts odd.
fn quirks(account: &mut Account) {
    match account.name.as_str() {
        "senncloud-management" => account.method = "INVITED",
        "old-shop" => account.state = State::Suspended,
        "hackathon-2024" => account.state = State::PendingClosure,
        // Whoever may set tags can write terminal escapes into them: a console must draw them harmless.
        "sandbox-training" => {
            account.extra = vec![("note", "\u{1b}[31mred\u{1b}[0m\u{7}"), ("owner", "\u{202e}gnirps")];
        }
        "prod" => account.extra = vec![("data-class", "confidential"), ("on-call", "pay-primary")],
        _ => {}
    }
}
