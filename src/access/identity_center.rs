//! The portal of Identity Center: which accounts a person may enter, by which permission sets, and the credentials.
//!
//! Three REST operations, spoken directly (API reference "AWS IAM Identity Center Portal"; pages of at most 100).

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use super::{secret::Keys, settings::Settings, sso_token::SsoSession};
use crate::{
    model::{AccountId, Fault, FaultKind, Partition, Region},
    remote::{Call, Remote},
};

/// The most entries that the portal puts on a page.
const PAGE: &str = "100";
/// How many accounts are asked for their permission sets at a time.
const AT_ONCE: usize = 8;
/// How often a request is repeated after "too many requests" or a failure of the portal.
const AGAIN: u32 = 4;

/// An account that the person may enter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoAccount {
    /// The twelve digits.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// The root user's e-mail address.
    pub email: String,
    /// The permission sets, by name.
    pub roles: Vec<String>,
}

/// The portal, for the holder of a token.
pub struct Portal<'a> {
    remote: &'a Remote,
    session: &'a SsoSession,
    endpoint: String,
    token: SecretString,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Accounts {
    #[serde(default)]
    account_list: Vec<Account>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    #[serde(rename = "accountId")]
    id: String,
    #[serde(default, rename = "accountName")]
    name: String,
    #[serde(default, rename = "emailAddress")]
    email: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Roles {
    #[serde(default)]
    role_list: Vec<Role>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Role {
    role_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    role_credentials: Credentials,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credentials {
    access_key_id: String,
    #[serde(deserialize_with = "secret")]
    secret_access_key: SecretString,
    #[serde(deserialize_with = "secret")]
    session_token: SecretString,
    /// Milliseconds since 1970.
    expiration: i64,
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(SecretString::from)
}

impl<'a> Portal<'a> {
    /// The portal of a login.
    #[must_use]
    pub fn new(remote: &'a Remote, settings: &Settings, session: &'a SsoSession, token: SecretString) -> Self {
        let own = settings.endpoint("SSO");
        let endpoint = own.unwrap_or_else(|| address(&session.region));
        Self { remote, session, endpoint: endpoint.trim_end_matches('/').to_owned(), token }
    }

    /// Every account with its permission sets: a call for each hundred accounts, and one for each account.
    ///
    /// # Errors
    /// [`FaultKind::Expired`] where the login has ended, and what the portal answers.
    pub async fn accounts(&self) -> Result<Vec<SsoAccount>, Fault> {
        let (mut listed, mut next) = (Vec::new(), None);
        loop {
            let page: Accounts = self.get("ListAccounts", "assignment/accounts", &[], next).await?;
            listed.extend(page.account_list);
            next = page.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                break;
            }
        }
        let with_roles = stream::iter(listed).map(|account| async move {
            let roles = self.roles(&account.id).await?;
            let id = AccountId::from(account.id);
            Ok(SsoAccount { id, name: account.name, email: account.email, roles })
        });
        with_roles.buffered(AT_ONCE).try_collect().await
    }

    /// The permission sets by which the person may enter an account.
    ///
    /// # Errors
    /// As [`Portal::accounts`].
    pub async fn roles(&self, account: &str) -> Result<Vec<String>, Fault> {
        let (mut names, mut next) = (Vec::new(), None);
        loop {
            let query = [("account_id", account)];
            let page: Roles = self.get("ListAccountRoles", "assignment/roles", &query, next).await?;
            names.extend(page.role_list.into_iter().map(|role| role.role_name));
            next = page.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(names);
            }
        }
    }

    /// Credentials of a permission set in an account.
    ///
    /// # Errors
    /// As [`Portal::accounts`]; [`FaultKind::Denied`] where the set is not assigned there.
    pub async fn credentials(&self, account: &AccountId, role: &str) -> Result<Keys, Fault> {
        let query = [("account_id", account.as_str()), ("role_name", role)];
        let given: Given = self.get("GetRoleCredentials", "federation/credentials", &query, None).await?;
        let Credentials { access_key_id, secret_access_key, session_token, expiration } = given.role_credentials;
        let until = Timestamp::from_millisecond(expiration).ok();
        let token = Some(session_token.expose_secret());
        let keys = Keys::new(&access_key_id, secret_access_key.expose_secret(), token, until);
        self.remote.know(keys.id(), account.clone());
        Ok(keys)
    }

    async fn get<T: DeserializeOwned>(
        &self,
        operation: &str,
        path: &str,
        query: &[(&str, &str)],
        next: Option<String>,
    ) -> Result<T, Fault> {
        let mut query: Vec<(&str, &str)> = query.to_vec();
        if operation != "GetRoleCredentials" {
            query.push(("max_result", PAGE));
        }
        query.extend(next.as_deref().map(|token| ("next_token", token)));
        let call = Call::new("sso", operation, Some(self.session.region.clone()));
        let mut attempt = 0;
        let answer = loop {
            let mut token = http::HeaderValue::from_str(self.token.expose_secret())
                .map_err(|_| self.session.ended("the cached token holds characters that no token has"))?;
            token.set_sensitive(true);
            let request = self.remote.web()?.get(format!("{}/{path}", self.endpoint)).query(&query);
            match self.remote.fetch(&call, request.header("x-amz-sso_bearer_token", token)).await {
                Ok(answer) => break answer,
                Err(fault) if fault.kind == FaultKind::Expired => return Err(self.session.ended(&fault.message)),
                Err(fault) if fault.kind.passes() && attempt < AGAIN => {
                    attempt += 1;
                    tokio::time::sleep(Duration::from_millis(250 << attempt)).await;
                }
                Err(fault) => return Err(fault),
            }
        };
        // The cause is left out: it could repeat a part of the answer, which may hold credentials.
        serde_json::from_slice(&answer.body).map_err(|_| {
            Fault::new(FaultKind::Service, "the portal's answer could not be read").call(format!("sso:{operation}"))
        })
    }
}

/// Where the portal of a region is.
fn address(region: &Region) -> String {
    let suffix = Partition::of(region).suffix;
    format!("https://portal.sso.{region}.{suffix}")
}

#[cfg(test)]
mod tests;
