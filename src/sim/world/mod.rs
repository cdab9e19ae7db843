//! The seeded world: one organisation of two companies, and what runs in its accounts.
//!
//! What stands still is built once ([`World::new`]); what moves (tasks, deployments, events) is a function of the seed
//! and the clock, computed when it is asked for.

mod account;
mod default;
pub mod ecs;
mod grow;
mod region;
mod role;

use std::collections::HashMap;

use super::rng::Seed;

pub use account::{Account, Company, State, Unit};
pub use region::{REGIONS, usable};
pub use role::{Role, provider};

/// The first account of this world is always the management account, and `units[0]` the root.
#[derive(Debug)]
pub struct World {
    /// Where every draw starts.
    pub seed: Seed,
    /// The moment the stories are told from, in milliseconds since 1970: when the fleet was started.
    pub epoch: i64,
    /// `o-` and ten characters.
    pub organization: String,
    /// The root and all organisational units, parents before children.
    pub units: Vec<Unit>,
    /// All accounts; the management account first.
    pub accounts: Vec<Account>,
    /// Services in each account in each of the two usual regions; `None` for those of the stories.
    pub services: Option<usize>,
    by_id: HashMap<String, usize>,
    units_by_id: HashMap<String, usize>,
}

impl World {
    /// The world of a seed with `accounts` accounts (at least the management account). Equal arguments give equal worlds.
    pub(in crate::sim) fn new(seed: u64, accounts: usize, epoch: i64) -> Self {
        let seed = Seed::new(seed);
        let lower = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut world = Self {
            seed,
            epoch,
            organization: format!("o-{}", seed.word("organization").text(lower, 10)),
            units: vec![Unit::root(format!("r-{}", seed.word("root").text(lower, 4)))],
            accounts: Vec::with_capacity(accounts),
            services: None,
            by_id: HashMap::with_capacity(accounts),
            units_by_id: HashMap::new(),
        };
        if let Some(root) = world.units.first() {
            world.units_by_id.insert(root.id.clone(), 0);
        }
        default::build(&mut world);
        world.truncate(accounts.max(1));
        if accounts > world.accounts.len() {
            grow::grow(&mut world, accounts);
        }
        world
    }

    /// Adds a unit and returns its place.
    fn add_unit(&mut self, parent: usize, name: &str) -> usize {
        let place = self.units.len();
        let root = self.units.first().map(|root| root.id.clone()).unwrap_or_default();
        let path = self.units.get(parent).map(|unit| unit.path.clone()).unwrap_or_default();
        let unit = Unit::new(self.seed, &root, &path, name, parent);
        self.units_by_id.insert(unit.id.clone(), place);
        self.units.push(unit);
        if let Some(parent) = self.units.get_mut(parent) {
            parent.children.push(place);
        }
        place
    }

    /// Adds an account under a unit.
    fn add_account(&mut self, account: Account) {
        let place = self.accounts.len();
        self.by_id.insert(account.id.clone(), place);
        if let Some(unit) = self.units.get_mut(account.unit) {
            unit.accounts.push(place);
        }
        self.accounts.push(account);
    }

    /// Drops accounts from the end, for worlds smaller than the default one; their units stay, empty.
    fn truncate(&mut self, count: usize) {
        for account in self.accounts.iter().skip(count) {
            self.by_id.remove(&account.id);
        }
        self.accounts.truncate(count);
        for unit in &mut self.units {
            unit.accounts.retain(|place| *place < count);
        }
    }

    /// The management account's id.
    #[must_use]
    pub fn management(&self) -> &str {
        self.accounts.first().map_or("", |account| account.id.as_str())
    }

    /// The account that may read the organisation as a delegated administrator, where the world is large enough.
    #[must_use]
    pub fn delegated(&self) -> Option<&Account> {
        self.named("admin")
    }

    /// The account with this id.
    #[must_use]
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.get(*self.by_id.get(id)?)
    }

    /// The first account with this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name == name)
    }

    /// The root or unit with this id.
    #[must_use]
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.get(*self.units_by_id.get(id)?)
    }

    /// `o-…/r-…/ou-…/<account>/`, as Organizations writes the place of an account.
    #[must_use]
    pub fn path(&self, account: &Account) -> String {
        let unit = self.units.get(account.unit).map_or("", |unit| unit.path.as_str());
        format!("{}/{unit}{}/", self.organization, account.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_world() {
        let text = |seed, accounts| {
            let world = World::new(seed, accounts, 0);
            format!("{:?} {:?}", world.units, world.accounts)
        };
        assert_eq!(text(1, 200), text(1, 200));
        assert_ne!(text(1, 31), text(2, 31));
    }

    #[test]
    fn worlds_have_the_size_asked_for() {
        for size in [1, 5, 31, 32, 100, 1000, 10_000] {
            let world = World::new(1, size, 0);
            assert_eq!(world.accounts.len(), size);
            let ids: std::collections::HashSet<&str> =
                world.accounts.iter().map(|account| account.id.as_str()).collect();
            assert_eq!(ids.len(), size, "ids are unique");
            assert!(world.units.iter().all(|unit| unit.depth <= 5));
            assert!(world.units.len() <= 2001);
        }
    }

    #[test]
    fn a_thousand_accounts_are_placed_by_few_calls() {
        let world = World::new(1, 1000, 0);
        assert_eq!(world.units.len() - 1, 200);
        let interior = world.units.iter().filter(|unit| !unit.children.is_empty()).count();
        assert!(1 + 50 + interior <= 91, "{interior} interior nodes");
        assert!(world.units.iter().all(|unit| unit.children.len() <= 20));
    }
}
