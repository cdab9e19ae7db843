//! `sts:AssumeRole` and `sts:GetCallerIdentity`, called directly: one hop, checked.
//!
//! The SDK's own profile provider ignores `mfa_serial` and `duration_seconds`, and its `AssumeRoleProvider` takes no
//! MFA code; hence the plain client.

use std::time::{Duration, Instant};

use aws_sdk_sts::types::{Credentials, PolicyDescriptorType};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::{arn, secret::Keys};
use crate::{
    model::{AccountId, Fault, FaultKind, Region},
    remote::{self, Remote, Session},
};

/// What limits a session beyond the role's own rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// An inline session policy.
    Inline(String),
    /// A managed policy by its ARN.
    Managed(String),
    /// Nothing.
    None,
}

/// One role to assume.
#[derive(Debug)]
pub struct Hop<'a> {
    /// The role's ARN, with its path.
    pub arn: &'a str,
    /// `RoleSessionName`.
    pub session_name: &'a str,
    /// `ExternalId`.
    pub external_id: Option<&'a str>,
    /// `DurationSeconds`.
    pub duration: Duration,
    /// The session policy.
    pub limit: Limit,
    /// Serial number and code of an MFA device.
    pub mfa: Option<(&'a str, &'a SecretString)>,
}

/// Who a set of credentials is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The ARN of the user or session.
    pub arn: String,
    /// The account.
    pub account: String,
    /// IAM's unique id.
    pub user_id: String,
}

/// Asks STS who these credentials are.
///
/// # Errors
/// What STS answers; [`FaultKind::Service`] for an answer without an identity.
pub async fn identify(remote: &Remote, region: &Region, keys: &Keys) -> Result<Identity, Fault> {
    ask(&remote.sts(&Session::new(keys.provider(), region.clone()))).await
}

/// The same for the caller, for whose answer a person waits: with a deadline.
///
/// # Errors
/// As [`identify`]; where no answer comes, the fault names the endpoint.
pub async fn identify_caller(remote: &Remote, region: &Region, keys: &Keys) -> Result<Identity, Fault> {
    #[allow(clippy::disallowed_methods, reason = "how long it took, not what the time is")]
    let begun = Instant::now();
    let said = ask(&remote.sts_identity(&Session::new(keys.provider(), region.clone()))).await;
    said.map_err(|fault| {
        if fault.kind != FaultKind::Network {
            return fault;
        }
        let limit = remote.identity_timeout();
        let message = if begun.elapsed() < limit {
            format!("{} cannot be asked who calls: {}", endpoint(region), fault.message)
        } else {
            format!("{} gave no answer within {} s", endpoint(region), limit.as_secs_f64())
        };
        let hint = match fault.hint.as_str() {
            "" => format!("check the network, the VPN and HTTPS_PROXY, and that {} is reached", endpoint(region)),
            hint => hint.to_owned(),
        };
        Fault { message, hint, ..fault }
    })
}

/// How people are told of STS's endpoint of a region.
#[must_use]
pub fn endpoint(region: &Region) -> String {
    format!("sts.{region}")
}

async fn ask(sts: &aws_sdk_sts::Client) -> Result<Identity, Fault> {
    let said = sts.get_caller_identity().send().await;
    let said = said.map_err(|e| remote::fault("sts", "GetCallerIdentity", &e))?;
    match (said.arn, said.account, said.user_id) {
        (Some(arn), Some(account), user_id) => Ok(Identity { arn, account, user_id: user_id.unwrap_or_default() }),
        _ => Err(Fault::new(FaultKind::Service, "STS answered without an identity").call("sts:GetCallerIdentity")),
    }
}

/// Assumes one role and makes sure that it is in the account that its ARN names.
///
/// # Errors
/// What STS answers, and [`FaultKind::Denied`] with code `WrongAccount` where the session is in another account.
pub async fn hop(remote: &Remote, region: &Region, keys: &Keys, hop: &Hop<'_>) -> Result<(Keys, Identity), Fault> {
    let sts = remote.sts(&Session::new(keys.provider(), region.clone()));
    let mut request = sts
        .assume_role()
        .role_arn(hop.arn)
        .role_session_name(hop.session_name)
        .duration_seconds(i32::try_from(hop.duration.as_secs()).unwrap_or(i32::MAX))
        .set_external_id(hop.external_id.map(str::to_owned));
    request = match &hop.limit {
        Limit::Inline(policy) => request.policy(policy),
        Limit::Managed(arn) => request.policy_arns(PolicyDescriptorType::builder().arn(arn).build()),
        Limit::None => request,
    };
    if let Some((serial, code)) = hop.mfa {
        request = request.serial_number(serial).token_code(code.expose_secret());
    }
    let said = request.send().await.map_err(|e| remote::fault("sts", "AssumeRole", &e))?;
    let account = arn::account(hop.arn);
    let keys = given(remote, said.credentials.as_ref(), account.as_ref(), "sts:AssumeRole")?;
    let identity = identify(remote, region, &keys).await?;
    match account {
        Some(asked) => same_account(&identity, &asked, hop.arn)?,
        None => return Err(Fault::new(FaultKind::Invalid, format!("{} is not the ARN of a role", hop.arn))),
    }
    Ok((keys, identity))
}

/// Exchanges the caller's long-term keys and an MFA code for a session that has shown it, good for twelve hours. Not
/// a role session: roles assumed from it are not chained.
///
/// # Errors
/// What STS answers.
pub async fn mfa_session(
    remote: &Remote,
    region: &Region,
    keys: &Keys,
    (serial, code): (&str, &SecretString),
) -> Result<Keys, Fault> {
    const HALF_A_DAY: i32 = 43_200;
    let sts = remote.sts(&Session::new(keys.provider(), region.clone()));
    let request = sts.get_session_token().serial_number(serial).token_code(code.expose_secret());
    let said = request.duration_seconds(HALF_A_DAY).send().await;
    let said = said.map_err(|e| remote::fault("sts", "GetSessionToken", &e))?;
    let account = remote.account_of(keys.id());
    given(remote, said.credentials.as_ref(), account.as_ref(), "sts:GetSessionToken")
}

/// Refuses a session that is in another account than the one asked for.
///
/// # Errors
/// [`FaultKind::Denied`] with code `WrongAccount`.
pub fn same_account(identity: &Identity, asked: &AccountId, by: &str) -> Result<(), Fault> {
    if identity.account == asked.as_str() {
        return Ok(());
    }
    let message = format!("{by} opened account {} instead of {asked}: the session was thrown away", identity.account);
    let hint = format!("correct the role or profile that the configuration gives for {asked}");
    Err(Fault::new(FaultKind::Denied, message).call("sts:GetCallerIdentity").code("WrongAccount").hint(hint))
}

fn given(
    remote: &Remote,
    credentials: Option<&Credentials>,
    account: Option<&AccountId>,
    call: &str,
) -> Result<Keys, Fault> {
    let Some(given) = credentials else {
        return Err(Fault::new(FaultKind::Service, "STS answered without credentials").call(call));
    };
    let until = Timestamp::from_second(given.expiration.secs()).ok();
    let keys = Keys::new(&given.access_key_id, &given.secret_access_key, Some(&given.session_token), until);
    if let Some(account) = account {
        remote.know(keys.id(), account.clone());
    }
    Ok(keys)
}

/// Whether STS refused the length of the session and nothing else.
#[must_use]
pub fn too_long(fault: &Fault) -> bool {
    fault.code == "ValidationError" && fault.message.contains("DurationSeconds exceeds")
}

/// Whether STS refused the MFA code and a new one may help.
#[must_use]
pub fn wrong_code(fault: &Fault) -> bool {
    fault.kind == FaultKind::Denied && fault.message.contains("invalid MFA one time pass code")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_account_than_asked_is_refused_by_name() {
        let identity = |account: &str| Identity {
            arn: format!("arn:aws:sts::{account}:assumed-role/x/alice"),
            account: account.to_owned(),
            user_id: String::new(),
        };
        let asked = AccountId::from("111111111111");
        assert!(same_account(&identity("111111111111"), &asked, "role x").is_ok());
        let fault = same_account(&identity("222222222222"), &asked, "role x").unwrap_err();
        assert_eq!((fault.kind, fault.code.as_str()), (FaultKind::Denied, "WrongAccount"));
        assert!(fault.message.contains("222222222222") && fault.message.contains("111111111111"));
    }

    #[test]
    fn stss_words_about_length_and_codes_are_known() {
        let said = |code: &str, message: &str| Fault::new(FaultKind::Denied, message).code(code);
        let max = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        let chain =
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
        assert!(too_long(&said("ValidationError", max)) && too_long(&said("ValidationError", chain)));
        assert!(!too_long(&said("AccessDenied", max)));
        let code = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
        assert!(wrong_code(&said("AccessDenied", code)));
        assert!(!wrong_code(&said("AccessDenied", "User: x is not authorized to perform: sts:AssumeRole")));
    }
}
