//! The embedded fleet: one seeded world behind the real wire protocols on loopback.
//!
//! [`start`] serves it; clients are pointed at it by [`Sim::environment`]. Any AWS client works: the access key names
//! the caller, the credential scope of the signature the service and the region. A service is a *dialect*: one file
//! under `aws/` and one word in its list. What stands still (accounts, roles, services) follows from the seed, what
//! moves (deployments, tasks, events, log lines) from the seed and the [`Clock`], computed when it is asked for.
//! Faults ([`Fault`]) and AWS's documented limits are in the way as in life; every call is written down.

#![allow(clippy::disallowed_methods, reason = "a world of its own: its clock, its server")]

mod aws;
mod callers;
mod cbor;
mod chaos;
mod clock;
mod faults;
mod fleet;
mod latency;
mod laws;
mod limits;
mod oidc;
mod page;
mod policy;
mod record;
mod rng;
mod server;
#[cfg(test)]
mod tests;
mod text;
mod wire;
mod world;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

pub use aws::operations;
pub use callers::Keys;
pub use clock::Clock;
pub use faults::{Fault, FaultError, KINDS, Kind, Share};
pub use latency::Latency;
pub use laws::LawError;
pub use record::Call;
pub use world::{Account, Company, State, Unit, World};

use fleet::Fleet;

/// What the fleet is like.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many accounts; at least 1.
    pub accounts: usize,
    /// Services in each account in each of the two usual regions; as many as the stories need where `None`.
    pub services: Option<usize>,
    /// Equal seeds give equal worlds.
    pub seed: u64,
    /// What goes wrong from the start.
    pub faults: Vec<Fault>,
    /// How long answers take.
    pub latency: Latency,
    /// Whether AWS's documented request limits are enforced.
    pub limits: bool,
    /// What the clock shows at the start; now where `None`. The stories of the world are told from this moment.
    pub start: Option<Timestamp>,
    /// The TCP port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
}

impl Default for Options {
    fn default() -> Self {
        let latency = Latency::default();
        Self { accounts: 31, services: None, seed: 1, faults: Vec::new(), latency, limits: true, start: None, port: 0 }
    }
}

/// A running fleet. Dropping it stops the server and closes its connections.
#[derive(Debug)]
pub struct Sim {
    fleet: Arc<Fleet>,
    endpoint: String,
    _server: server::Server,
}

/// Starts a fleet on 127.0.0.1, on a thread of its own.
///
/// # Errors
/// When the port cannot be bound or no thread can be had.
pub async fn start(options: Options) -> Result<Sim, std::io::Error> {
    let port = options.port;
    let fleet = Arc::new(Fleet::new(options));
    let (server, address) = server::Server::start(Arc::clone(&fleet), port).await?;
    Ok(Sim { fleet, endpoint: format!("http://{address}"), _server: server })
}

impl Sim {
    /// `http://127.0.0.1:PORT`, for every service.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The environment that makes any AWS client a caller of this fleet, as the administrator of the management account.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let keys = self.administrator();
        vec![
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_ACCESS_KEY_ID", keys.id),
            ("AWS_SECRET_ACCESS_KEY", keys.secret),
            ("AWS_REGION", "eu-central-1".to_owned()),
            ("AWS_DEFAULT_REGION", "eu-central-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }

    /// What the two companies would have written into the configuration of the console, with the accounts that only
    /// this world's seed can name.
    #[must_use]
    pub fn configuration(&self) -> String {
        let mut text = include_str!("demo.toml").to_owned();
        for (name, production) in [("prod", true), ("cicd", true), ("dev", false), ("admin", true)] {
            if let Some(account) = self.world().named(name) {
                let id = &account.id;
                text.push_str(&format!(
                    "\n[[where]]\naccount = \"{id}\"\nproduction = {production}\nlabel = \"{name}\"\n"
                ));
            }
        }
        text
    }

    /// Keys of the user `officer` in the management account.
    #[must_use]
    pub fn administrator(&self) -> Keys {
        self.fleet.keyring.standing(self.fleet.world.management())
    }

    /// Keys of the user `officer` in the delegated administrator's account; `None` in worlds too small to have one.
    #[must_use]
    pub fn delegated(&self) -> Option<Keys> {
        self.fleet.world.delegated().map(|account| self.fleet.keyring.standing(&account.id))
    }

    /// Keys of the user `officer` in a member account, by id or name; `None` where there is no such account.
    #[must_use]
    pub fn member(&self, account: &str) -> Option<Keys> {
        let world = &self.fleet.world;
        let account = world.account(account).or_else(|| world.named(account))?;
        Some(self.fleet.keyring.standing(&account.id))
    }

    /// The access token of an Identity Center session, valid until [`Sim::expire_sso`].
    #[must_use]
    pub fn sso_token(&self) -> String {
        self.fleet.keyring.portal_token()
    }

    /// The MFA device of the administrator, and the code that it shows.
    #[must_use]
    pub fn mfa(&self) -> (String, &'static str) {
        aws::mfa(self.fleet.world.management())
    }

    /// A role that a web identity opens, and a token for it, good for an hour; `None` in worlds too small to have one.
    #[must_use]
    pub fn web_identity(&self) -> Option<(String, String)> {
        let role = self.fleet.world.web_role()?;
        Some((role, oidc::token(&self.fleet.world, self.fleet.clock.now().as_millisecond())))
    }

    /// Puts these policies in the place of those of a role, named as at the end of its ARN (`role/cicd/delegated-role`):
    /// what its sessions may do, and whom it trusts, in every account that has it, at once and for the sessions too that
    /// were given out before.
    ///
    /// # Errors
    /// A text that is no such policy, or one that this fleet cannot weigh.
    pub fn govern(&self, role: &str, permissions: &str, trust: &str) -> Result<(), LawError> {
        self.fleet.laws.of_role(role, permissions, trust)
    }

    /// Puts these policies in the place of those of the user `officer` in an account.
    ///
    /// # Errors
    /// As [`Sim::govern`].
    pub fn govern_officer(&self, account: &str, permissions: &[&str]) -> Result<(), LawError> {
        self.fleet.laws.of_user(account, callers::USER, permissions)
    }

    /// Ends every session that STS and the portal have given out so far; long-term keys stay.
    pub fn expire_sessions(&self) {
        self.fleet.revoke(None, None);
    }

    /// Ends the sessions that were given out so far for an account (by id or name) and a role, or of a user in it; what
    /// is left out stands for all. How many that were; `None` where there is no such account. From outside:
    /// `POST /_qd/revoke?account=…&role=…`.
    pub fn revoke(&self, account: Option<&str>, role: Option<&str>) -> Option<usize> {
        self.fleet.revoke(account, role)
    }

    /// Ends the Identity Center session.
    pub fn expire_sso(&self) {
        self.fleet.keyring.end_portal(Some(self.fleet.clock.now().as_millisecond()));
    }

    /// Lets the Identity Center session live again, as a login does.
    pub fn renew_sso(&self) {
        self.fleet.keyring.end_portal(None);
    }

    /// The newest calls (at most 200,000), oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.fleet.ledger.calls()
    }

    /// How often an operation was called since the start or [`Sim::forget_calls`]; an empty word stands for any.
    #[must_use]
    pub fn count(&self, service: &str, operation: &str) -> u64 {
        self.fleet.ledger.count(service, operation)
    }

    /// Every call that asked for a change, oldest first, whether it was granted or not.
    #[must_use]
    pub fn mutations(&self) -> Vec<Call> {
        self.fleet.ledger.mutations()
    }

    /// The counts as `GET /_qd/calls` returns them.
    #[must_use]
    pub fn call_counts(&self) -> Value {
        self.fleet.ledger.json()
    }

    /// Empties the ledger.
    pub fn forget_calls(&self) {
        self.fleet.ledger.clear();
    }

    /// The clock of the fleet.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.fleet.clock.clone()
    }

    /// Puts other faults in force, at once; none heals the fleet.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.fleet.chaos.set(faults);
    }

    /// What stands still in this fleet.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.fleet.world
    }
}
