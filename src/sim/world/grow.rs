//! Larger worlds: a third company of many small teams beside the default organisation.

use super::World;
use super::account::{Account, Company, State};

/// One unit for so many accounts, as in the organisations of 1,000 accounts and 200 units that the figures speak of.
const ACCOUNTS_PER_UNIT: usize = 5;
/// The most units that AWS grants to an organisation.
const MOST_UNITS: usize = 2000;
/// The deepest unit that AWS allows.
const DEEPEST: usize = 5;
/// Units below one unit; below the 20 of a page, so that a walk needs one call per interior unit.
const FAN_OUT: usize = 12;

/// Units that the third company has at least.
const FEWEST: usize = 4;

const DIVISIONS: &[&str] = &[
    "retail",
    "logistics",
    "media",
    "energy",
    "travel",
    "health",
    "finance",
    "mobility",
    "games",
    "education",
    "insurance",
    "telecom",
];
const TEAMS: &[&str] = &[
    "atlas", "borealis", "cobalt", "delta", "ember", "fjord", "granite", "harbour", "indigo", "juniper", "kestrel",
    "lagoon",
];
const ENVIRONMENTS: &[&str] = &["dev", "test", "preprod", "prod"];

/// Adds units and accounts until the world has `count` accounts.
pub fn grow(world: &mut World, count: usize) {
    let target = (count / ACCOUNTS_PER_UNIT).min(MOST_UNITS);
    let missing = (target + 1).saturating_sub(world.units.len()).max(FEWEST);
    let homes = units(world, missing);
    while world.accounts.len() < count {
        let place = world.accounts.len();
        let draw = world.seed.word("grow").num(i64::try_from(place).unwrap_or(0));
        // The square favours the first homes: some units hold more than a page of accounts, some stay empty.
        let share = draw.word("home").fraction();
        let bound = i64::try_from(homes.len()).unwrap_or(1) - 1;
        let slot = draw.word("slot").between(0, bound.max(0));
        let slot = usize::try_from(slot).unwrap_or(0);
        let slot = if share < 0.3 { slot / 7 } else { slot };
        let unit = homes.get(slot).copied().unwrap_or(0);
        let team = draw.word("team").pick(TEAMS).copied().unwrap_or("atlas");
        let environment = draw.word("environment").pick(ENVIRONMENTS).copied().unwrap_or("dev");
        let name = format!("{team}-{environment}-{place}");
        let mut account = Account::new(world.seed, unit, &name, Company::SennCloud, place);
        account.team = team;
        account.environment = environment;
        account.state = match draw.word("state").between(0, 999) {
            0..=3 => State::Suspended,
            4..=6 => State::PendingClosure,
            7 => State::PendingActivation,
            8 => State::Closed,
            _ => State::Active,
        };
        world.add_account(account);
    }
}

/// Adds `missing` units, breadth first, and returns where accounts may live.
fn units(world: &mut World, missing: usize) -> Vec<usize> {
    let top = world.add_unit(0, "tenants");
    let mut homes = vec![top];
    let mut next = 0;
    while homes.len() < missing {
        let Some(parent) = homes.get(next).copied() else { break };
        next += 1;
        let depth = world.units.get(parent).map_or(DEEPEST, |unit| unit.depth);
        if depth >= DEEPEST {
            continue;
        }
        for child in 0..FAN_OUT.min(missing - homes.len()) {
            let words = if depth == 1 { DIVISIONS } else { TEAMS };
            let name = words.get(child).copied().unwrap_or("other");
            homes.push(world.add_unit(parent, name));
        }
    }
    // Accounts live in leaves; interior units hold few.
    homes.retain(|place| world.units.get(*place).is_some_and(|unit| unit.children.is_empty()));
    homes
}
