//! The Identity Center portal: accounts, roles and credentials for the holder of an SSO access token.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Dialect, anything};
use crate::sim::callers::{Caller, KeyFault, Principal};
use crate::sim::fleet::Fleet;
use crate::sim::policy::Policy;
use crate::sim::wire::{Answer, Ask, Incoming, Protocol, Refusal};
use crate::sim::world::{Account, State};

/// The service.
pub const DIALECT: Dialect = Dialect {
    service: "sso",
    protocol: Protocol::Rest,
    operations: &["ListAccounts", "ListAccountRoles", "GetRoleCredentials"],
    claims,
    who,
    resource: anything,
    answer,
};

/// The permission sets that exist, and whether they may change things.
const PERMISSION_SETS: &[(&str, bool)] = &[("ReadOnly", false), ("OnCall", true)];

/// The path of the roles that Identity Center makes for permission sets, its own region being this one.
const PATH: &str = "/aws-reserved/sso.amazonaws.com/eu-central-1/";

/// The length of a permission set's session, in milliseconds.
const SESSION: i64 = 4 * 3_600_000;

fn claims(incoming: &Incoming) -> Option<String> {
    let operation = match incoming.path.as_str() {
        "/assignment/accounts" => "ListAccounts",
        "/assignment/roles" => "ListAccountRoles",
        "/federation/credentials" => "GetRoleCredentials",
        _ => return None,
    };
    Some(operation.to_owned())
}

fn who(fleet: &Fleet, incoming: &Incoming, now: i64) -> Result<Arc<Caller>, KeyFault> {
    fleet.keyring.portal(incoming.header("x-amz-sso_bearer_token"), now)
}

fn invalid(what: &str) -> Refusal {
    Refusal::new("InvalidRequestException", what)
}

fn answer(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    match ask.operation {
        "ListAccounts" => list_accounts(ask),
        "ListAccountRoles" => list_roles(ask),
        _ => credentials(ask),
    }
}

/// The portal shows every active account, as one assigned to the whole team would see it.
fn assigned<'a>(ask: &'a Ask<'_>) -> impl Iterator<Item = &'a Account> {
    ask.fleet.world.accounts.iter().filter(|account| account.state == State::Active)
}

fn size(ask: &Ask<'_>) -> Result<usize, Refusal> {
    let size = ask.text("max_result").map_or(Ok(20), str::parse);
    let size = size.ok().filter(|size| (1..=100).contains(size));
    size.ok_or_else(|| invalid("max_result must be between 1 and 100"))
}

fn list_accounts(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let all: Vec<&Account> = assigned(ask).collect();
    let page = ask.page("", &all, ask.text("next_token"), size(ask)?);
    let page = page.map_err(|_| invalid("Invalid next_token"))?;
    let row = |account: &&Account| json!({ "accountId": account.id, "accountName": account.name, "emailAddress": account.email });
    let rows: Vec<Value> = page.items.iter().map(row).collect();
    Ok(Answer::rest(&json!({ "accountList": rows, "nextToken": page.next })))
}

fn account<'a>(ask: &'a Ask<'_>) -> Result<&'a Account, Refusal> {
    let id = ask.text("account_id").ok_or_else(|| invalid("account_id is required"))?;
    let account = assigned(ask).find(|account| account.id == id);
    account.ok_or_else(|| Refusal::new("ResourceNotFoundException", "Account not found").status(404))
}

fn list_roles(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let id = &account(ask)?.id;
    let role = |(name, _): &(&str, bool)| json!({ "roleName": name, "accountId": id });
    let rows: Vec<Value> = PERMISSION_SETS.iter().map(role).collect();
    let page = ask.page(id, &rows, ask.text("next_token"), size(ask)?);
    let page = page.map_err(|_| invalid("Invalid next_token"))?;
    Ok(Answer::rest(&json!({ "roleList": page.items, "nextToken": page.next })))
}

fn credentials(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let account = account(ask)?;
    let name = ask.text("role_name").ok_or_else(|| invalid("role_name is required"))?;
    let set = PERMISSION_SETS.iter().find(|(set, _)| *set == name);
    let (name, powerful) = set.ok_or_else(|| Refusal::new("ForbiddenException", "No access").status(403))?;
    let mark = ask.fleet.world.seed.word("permission-set").word(name).hex(16);
    let keys = ask.fleet.keyring.issue(Caller {
        key: String::new(),
        account: account.id.clone(),
        principal: Principal::Session {
            path: PATH.to_owned(),
            role: format!("AWSReservedSSO_{name}_{mark}"),
            session: "officer@senncloud.example".to_owned(),
        },
        expires: Some(ask.now + SESSION),
        token: None,
        mfa: false,
        grants: if *powerful { Policy::allowing(&["*"]) } else { Policy::reading() },
        limits: Vec::new(),
    });
    Ok(Answer::rest(&json!({ "roleCredentials": {
        "accessKeyId": keys.id,
        "secretAccessKey": keys.secret,
        "sessionToken": keys.token,
        "expiration": keys.expires,
    } })))
}
