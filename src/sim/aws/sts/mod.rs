//! AWS Security Token Service (Query, XML).

mod assume;
mod rules;
mod session_token;
mod web_identity;

use std::sync::Arc;

use jiff::Timestamp;

use super::{Dialect, signed};
use crate::sim::callers::{Caller, KeyFault, Keys, Principal};
use crate::sim::fleet::Fleet;
use crate::sim::text;
use crate::sim::wire::{Answer, Ask, Incoming, Protocol, REQUEST_ID, Refusal};

pub use rules::{MFA_CODE, mfa_serial};

/// The service.
pub const DIALECT: Dialect = Dialect {
    service: "sts",
    protocol: Protocol::Query,
    operations: &["AssumeRole", web_identity::OPERATION, "GetCallerIdentity", "GetSessionToken"],
    claims,
    who,
    resource,
    answer,
};

fn claims(incoming: &Incoming) -> Option<String> {
    if incoming.path != "/" || !incoming.header("x-amz-target").is_empty() {
        return None;
    }
    let body = std::str::from_utf8(&incoming.body).ok()?;
    let action = text::form(body).into_iter().find(|(name, _)| name == "Action");
    let action = action.map(|(_, value)| value);
    action.or_else(|| incoming.parameter("Action").map(str::to_owned))
}

/// A web identity has no AWS credentials, and its request is not signed.
fn who(fleet: &Fleet, incoming: &Incoming, now: i64) -> Result<Arc<Caller>, KeyFault> {
    match claims(incoming).as_deref() {
        Some(web_identity::OPERATION) => Ok(Arc::new(Caller::nobody())),
        _ => signed::caller(fleet, incoming, now),
    }
}

/// A role is named by its ARN; the other operations are about the caller.
fn resource(ask: &Ask<'_>) -> String {
    ask.text("RoleArn").unwrap_or("*").to_owned()
}

fn answer(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    match ask.operation {
        "AssumeRole" => assume::role(ask),
        web_identity::OPERATION => web_identity::role(ask),
        "GetSessionToken" => session_token::session(ask),
        _ => Ok(identity(ask)),
    }
}

fn identity(ask: &Ask<'_>) -> Answer {
    let arn = text::xml(&ask.caller.arn());
    let (user, account) = (text::xml(&user_id(ask, ask.caller)), &ask.caller.account);
    wrap("GetCallerIdentity", &format!("<Arn>{arn}</Arn><UserId>{user}</UserId><Account>{account}</Account>"))
}

/// The unique id: `AIDA…` of a user, `AROA…:session` of a session.
fn user_id(ask: &Ask<'_>, caller: &Caller) -> String {
    let seed = ask.fleet.world.seed.word("unique").word(&caller.account);
    match &caller.principal {
        Principal::User { name } => format!("AIDA{}", seed.word(name).key(17)),
        Principal::Session { role, session, .. } => format!("AROA{}:{session}", seed.word(role).key(17)),
        Principal::Portal | Principal::Nobody => String::new(),
    }
}

/// The holder of a session of a role, as every operation writes it.
fn assumed(ask: &Ask<'_>, caller: &Caller) -> String {
    let (arn, user) = (text::xml(&caller.arn()), text::xml(&user_id(ask, caller)));
    format!("<AssumedRoleUser><AssumedRoleId>{user}</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser>")
}

/// New keys as every operation writes them.
fn credentials(keys: &Keys) -> String {
    let until = keys.expires.unwrap_or_default().div_euclid(1000);
    let until = Timestamp::from_second(until).unwrap_or_default();
    let (id, secret, token) = (&keys.id, &keys.secret, keys.token.as_deref().unwrap_or_default());
    format!(
        "<Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>\
         <SessionToken>{token}</SessionToken><Expiration>{until}</Expiration></Credentials>"
    )
}

/// The envelope that every Query answer has.
fn wrap(operation: &str, result: &str) -> Answer {
    Answer::xml(&format!(
        "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <{operation}Result>{result}</{operation}Result>\
         <ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata></{operation}Response>"
    ))
}
