//! Credentials as they lie in the vault, and the provider that hands them to the SDK's signer.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider, future},
};
use jiff::Timestamp;
use secrecy::SecretString;

/// One set of credentials. The SDK's own type wipes them when the last copy is dropped; this one adds that they
/// never print, not even the id of the key.
#[derive(Clone)]
pub struct Keys(Credentials);

impl Keys {
    /// From the parts that STS, the portal and credential processes give.
    #[must_use]
    pub fn new(id: &str, secret: &str, token: Option<&str>, until: Option<Timestamp>) -> Self {
        let expiry = until.and_then(system_time);
        Self(Credentials::new(id, secret, token.map(str::to_owned), expiry, "quarterdeck"))
    }

    /// The id of the access key: not secret, and how requests are counted.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.access_key_id()
    }

    /// Whether they are temporary (carry a session token).
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.0.session_token().is_some()
    }

    /// When they end, where that is known.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        self.0.expiry().and_then(|at| Timestamp::try_from(at).ok())
    }

    /// As the variables that AWS's tools read them from.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, SecretString)> {
        let token = self.0.session_token().map(|token| ("AWS_SESSION_TOKEN", token));
        let keys =
            [("AWS_ACCESS_KEY_ID", self.0.access_key_id()), ("AWS_SECRET_ACCESS_KEY", self.0.secret_access_key())];
        keys.into_iter().chain(token).map(|(name, value)| (name, value.to_owned().into())).collect()
    }

    /// As a provider that never changes.
    #[must_use]
    pub fn provider(&self) -> SharedCredentialsProvider {
        Current::new(self.clone()).shared()
    }
}

impl From<Credentials> for Keys {
    fn from(credentials: Credentials) -> Self {
        Self(credentials)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// A moment as the SDK has it; `None` before 1970.
fn system_time(at: Timestamp) -> Option<SystemTime> {
    let since = Duration::try_from(at.duration_since(Timestamp::UNIX_EPOCH)).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(since)
}

/// A provider whose credentials the vault exchanges at renewal, so that a long walk over pages goes on with the
/// new ones.
#[derive(Clone)]
pub struct Current(Arc<RwLock<Keys>>);

impl Current {
    /// Holds these until others are set.
    #[must_use]
    pub fn new(keys: Keys) -> Self {
        Self(Arc::new(RwLock::new(keys)))
    }

    /// Exchanges them.
    pub fn set(&self, keys: Keys) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// As the SDK takes it.
    #[must_use]
    pub fn shared(&self) -> SharedCredentialsProvider {
        SharedCredentialsProvider::new(self.clone())
    }

    /// A copy of what it holds now.
    #[must_use]
    pub fn keys(&self) -> Keys {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Current(…)")
    }
}

impl ProvideCredentials for Current {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Ok(self.keys().0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_prints_and_renewal_reaches_those_who_hold_the_provider() {
        let until = Timestamp::from_second(1_800_000_000).unwrap();
        let current = Current::new(Keys::new("AKIAOLD", "hunter2", Some("tok-tok"), Some(until)));
        let shared = SharedCredentialsProvider::new(current.clone());
        let printed = format!("{current:?} {:?} {shared:?}", current.keys());
        for secret in ["AKIAOLD", "hunter2", "tok-tok"] {
            assert!(!printed.contains(secret), "{printed}");
        }
        assert_eq!(current.keys().until(), Some(until));
        current.set(Keys::new("AKIANEW", "s", None, None));
        assert_eq!(shared.provide_credentials().await.unwrap().access_key_id(), "AKIANEW");
        assert!(!current.keys().has_token());
    }
}
