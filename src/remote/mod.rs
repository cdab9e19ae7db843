//! The way out of the process: one HTTP client for every AWS SDK and one for everything else, limited, counted,
//! and with faults in the console's own words.
//!
//! Limits, counts and the list of failures sit under the SDKs, on the HTTP client that they share, so that nothing
//! above knows of them: a view calls `cx.ecs().list_services()` and waits its turn. Retry is left to the SDKs
//! (standard mode); each attempt waits for a token of its own.
//!
//! Making a [`Remote`] opens no connection and reads no file but the CA bundle, where one is named. The platform's
//! certificates (milliseconds) are read with the first `https://` request.

pub mod answer;
pub mod aws;
mod clients;
pub mod codes;
pub mod fault;
pub mod http;
pub mod ledger;
pub mod limits;
pub mod proxy;
pub mod request;
pub mod settings;
pub mod trust;
pub mod web;

#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock, RwLock};

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use jiff::Timestamp;

pub use aws::Session;
pub use fault::fault;
pub use limits::urgent;
pub use settings::Settings;
pub use web::{Answer, Call};

use crate::model::{
    AccountId, Fault, Region,
    call::{Budget, Failure},
};

/// Where the time of day comes from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The way out. Cheap to clone: all clones share connections, limits and counts.
#[derive(Clone)]
pub struct Remote(Arc<Inner>);

struct Inner {
    gate: Arc<limits::Gate>,
    client: SharedHttpClient,
    outlet: Arc<http::Outlet>,
    web: OnceLock<reqwest::Client>,
    base: RwLock<Option<SdkConfig>>,
    settings: Settings,
}

impl Remote {
    /// Makes the way out.
    ///
    /// # Errors
    /// A CA bundle that is missing, unreadable or without a certificate, a proxy whose address cannot be used, and a
    /// share outside of (0, 1], each by name ([`crate::model::FaultKind::Invalid`]).
    pub fn new(settings: Settings, clock: Clock) -> Result<Self, Fault> {
        let gate = Arc::new(limits::Gate::new(settings.share, clock)?);
        let outlet = Arc::new(http::Outlet::new(&settings)?);
        let client = SharedHttpClient::new(http::Limited::new(Arc::clone(&outlet), Arc::clone(&gate)));
        let inner = Inner { gate, client, outlet, web: OnceLock::new(), base: RwLock::new(None), settings };
        Ok(Self(Arc::new(inner)))
    }

    /// The HTTP client for AWS SDKs, and for the loader of their configuration: limited and recorded.
    #[must_use]
    pub fn http(&self) -> SharedHttpClient {
        self.0.client.clone()
    }

    /// The HTTP client for everything that is not an AWS SDK, with the same trust, proxies and time-outs. Neither
    /// limited nor recorded by itself: [`Remote::fetch`] is.
    ///
    /// # Errors
    /// No certificate authority could be read at all.
    pub fn web(&self) -> Result<&reqwest::Client, Fault> {
        web::client(&self.0.web, &self.0.outlet, &self.0.settings)
    }

    /// Tells to which account an access key belongs, so that its calls are counted there. Called by the vault when
    /// credentials arrive, before they are used.
    pub fn know(&self, access_key_id: &str, account: AccountId) {
        self.0.gate.know(access_key_id, account);
    }

    /// The account of an access key, where it is known.
    #[must_use]
    pub fn account_of(&self, access_key_id: &str) -> Option<AccountId> {
        self.0.gate.account_of(access_key_id)
    }

    /// How much of each API's budget is in use, in the order service, operation, account, region.
    #[must_use]
    pub fn budget(&self) -> Vec<Budget> {
        self.0.gate.budget()
    }

    /// The last failed requests, the newest first; at most [`ledger::KEPT`].
    #[must_use]
    pub fn failures(&self) -> Vec<Failure> {
        self.0.gate.ledger.failures()
    }

    /// Requests in each of the last 60 seconds, the oldest first; the last one is the second under way.
    #[must_use]
    pub fn per_second(&self) -> Vec<u16> {
        self.0.gate.ledger.per_second()
    }

    /// Adds a failure that the HTTP client cannot see, such as an answer that could not be read.
    pub fn record(&self, account: Option<AccountId>, region: Option<Region>, fault: Fault) {
        self.0.gate.ledger.fail(ledger::Failed { account, region, fault, status: None, attempt: 1 });
    }
}

impl std::fmt::Debug for Remote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Remote").finish_non_exhaustive()
    }
}
