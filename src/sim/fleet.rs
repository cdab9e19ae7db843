//! All that the answers of the fleet depend on.

use super::Options;
use super::callers::Keyring;
use super::chaos::Chaos;
use super::clock::Clock;
use super::latency::Latency;
use super::laws::Laws;
use super::limits::Limits;
use super::record::Ledger;
use super::world::World;
use super::world::ecs::Changes;

/// The state behind the server. Answers read it; calls that change something add to `changes`.
#[derive(Debug)]
pub struct Fleet {
    /// What stands still.
    pub world: World,
    /// The time by which the rest moves.
    pub clock: Clock,
    /// Who may ask.
    pub keyring: Keyring,
    /// Who asked what.
    pub ledger: Ledger,
    /// What goes wrong.
    pub chaos: Chaos,
    /// AWS's buckets; `None` where they are switched off.
    pub limits: Option<Limits>,
    /// How long answers take.
    pub latency: Latency,
    /// What callers changed.
    pub changes: Changes,
    /// Policies in the place of the world's.
    pub laws: Laws,
}

impl Fleet {
    /// The fleet that the options describe.
    pub fn new(options: Options) -> Self {
        let clock = Clock::new(options.start);
        let epoch = options.start.unwrap_or_else(|| clock.now()).as_millisecond();
        let mut world = World::new(options.seed, options.accounts, epoch);
        world.services = options.services;
        let keyring = Keyring::new(&world);
        keyring.standing(world.management());
        Self {
            keyring,
            ledger: Ledger::default(),
            chaos: Chaos::new(world.seed, options.faults),
            limits: options.limits.then(Limits::default),
            latency: options.latency,
            changes: Changes::default(),
            laws: Laws::default(),
            clock,
            world,
        }
    }

    /// Ends the sessions of an account, by its id or name, and of a role or user in it; what is left out stands for all.
    /// How many that were; `None` where there is no such account.
    pub fn revoke(&self, account: Option<&str>, role: Option<&str>) -> Option<usize> {
        let account = match account {
            Some(name) => Some(self.world.account(name).or_else(|| self.world.named(name))?.id.as_str()),
            None => None,
        };
        let now = self.clock.now().as_millisecond();
        Some(self.keyring.end_sessions(now, |caller| {
            account.is_none_or(|id| caller.account == id) && role.is_none_or(|role| caller.role() == role)
        }))
    }
}
