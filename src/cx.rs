//! What a source may use to read: access, clients, configuration, the console's memory of conditions, and the clock.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    access::{Guard, Vault},
    config::Config,
    model::{Account, Fault, FaultKind, Region},
    remote::{Clock, Remote, Session},
    store::Past,
};

/// The hands of a source. Cheap to clone. `App` never holds one, and that keeps it pure.
#[derive(Clone)]
pub struct Cx {
    /// The way out, with limits and counts.
    pub remote: Remote,
    /// Where credentials are.
    pub vault: Vault,
    /// The gate through which anything is changed.
    pub guard: Guard,
    /// What the user wants.
    pub config: Arc<Config>,
    /// Since when a condition holds, over restarts.
    pub past: Past,
    /// The time of day.
    pub clock: Clock,
}

impl Cx {
    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// A session for reading an account in a region, by the named role or the account's default.
    ///
    /// # Errors
    /// Why there is no access: see [`Vault::session`]. [`FaultKind::Invalid`] where no account is given.
    pub async fn session(
        &self,
        account: Option<&Account>,
        role: Option<&str>,
        region: &Region,
    ) -> Result<Session, Fault> {
        let none = || Fault::new(FaultKind::Invalid, "this view is read per account, and no account was given");
        self.vault.session(account.ok_or_else(none)?, role, region).await
    }
}
