//! Identity Center as the vault uses it: one token for each login, read and renewed once for all who need it.

use std::sync::Arc;

use secrecy::SecretString;

use super::Inner;
use crate::{
    access::{
        identity_center::{Portal, SsoAccount},
        secret::Keys,
        settings::Settings,
        sso_token::SsoSession,
    },
    model::{AccountId, Fault, FaultKind},
};

/// The token of a login.
async fn token(inner: &Inner, settings: &Settings, session: &SsoSession) -> Result<SecretString, Fault> {
    // The SDK looks for the token at home. Where there is none it would take the working directory for it, and a run that
    // has an environment of its own would find the token of whoever runs it.
    if inner.env.home().is_none() {
        return Err(session.ended("HOME is not set, and the token of a login lies there"));
    }
    let provider = {
        let mut known = inner.tokens.lock().await;
        if let Some(provider) = known.get(session) {
            Arc::clone(provider)
        } else {
            let provider = Arc::new(session.provider(&settings.sdk(&inner.remote)).await);
            known.insert(session.clone(), Arc::clone(&provider));
            provider
        }
    };
    session.token(&provider).await
}

/// Puts or settles the question that an answer of the portal raises. A token that the portal takes no longer is
/// forgotten, so that the next one is read from the cache of `aws sso login`.
async fn note<T>(inner: &Inner, session: &SsoSession, result: &Result<T, Fault>) {
    match result {
        Err(fault) if fault.kind == FaultKind::Expired => {
            inner.tokens.lock().await.remove(session);
            inner.asks.put(&session.ask);
        }
        Err(_) => {}
        Ok(_) => inner.asks.settle(|ask| *ask == session.ask),
    }
}

/// Credentials of a permission set.
pub(super) async fn permission_set(
    inner: &Inner,
    settings: &Settings,
    session: &SsoSession,
    (account, role): (&AccountId, &str),
) -> Result<Keys, Fault> {
    let result = match token(inner, settings, session).await {
        Ok(token) => Portal::new(&inner.remote, settings, session, token).credentials(account, role).await,
        Err(fault) => Err(fault),
    };
    note(inner, session, &result).await;
    result
}

/// The accounts that the person may enter.
pub(super) async fn accounts(inner: &Inner, named: Option<&str>) -> Result<Vec<SsoAccount>, Fault> {
    let files = Arc::new(inner.files());
    let session = match named {
        Some(name) => SsoSession::named(&files, name)?,
        None => SsoSession::usual(&files, inner.profile().as_deref())?,
    };
    let settings = inner.settings(&files);
    let result = match token(inner, &settings, &session).await {
        Ok(token) => Portal::new(&inner.remote, &settings, &session, token).accounts().await,
        Err(fault) => Err(fault),
    };
    note(inner, &session, &result).await;
    result
}
