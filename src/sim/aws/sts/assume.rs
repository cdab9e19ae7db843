//! `AssumeRole`.

use super::rules::{Request, mfa};
use super::{assumed, credentials, wrap};
use crate::sim::callers::{Caller, Principal};
use crate::sim::policy::{self, Verdict};
use crate::sim::wire::{Answer, Ask, Refusal};
use crate::sim::world::Role;

/// Hands out a session, or refuses in the one sentence that tells nothing of the cause.
pub fn role(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let request = Request::check(ask)?;
    let proven = mfa(ask)? || ask.caller.mfa;
    let (account, role) = find(ask, &request.arn).ok_or_else(|| refused(ask, &request.arn))?;
    let context = ask.context().with_some("aws:MultiFactorAuthPresent", proven.then_some("true"));
    let who = ask.caller.who();
    let asked = policy::Request { action: "sts:AssumeRole", resource: &request.arn, who: &who, context: &context };
    if !trusts(ask, &role, &asked) {
        return Err(refused(ask, &request.arn));
    }
    if ask.caller.chained() && request.duration > 3600 {
        let message =
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
        return Err(Refusal::new("ValidationError", message));
    }
    within(&request, &role)?;
    Ok(answer(ask, request, account, &role))
}

/// Whether a role trusts who asks.
pub fn trusts(ask: &Ask<'_>, role: &Role, asked: &policy::Request<'_>) -> bool {
    let law = ask.fleet.laws.trust(role.path, role.name);
    law.as_ref().unwrap_or(&role.trust).says(asked) == Verdict::Allowed
}

/// Refuses a session that is longer than the role's own.
pub fn within(request: &Request, role: &Role) -> Result<(), Refusal> {
    if request.duration <= role.longest {
        return Ok(());
    }
    let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    Err(Refusal::new("ValidationError", message))
}

/// The holder of the session that a request is given.
pub fn holder(ask: &Ask<'_>, request: &Request, account: String, role: &Role) -> Caller {
    let (path, name, session) = (role.path.to_owned(), role.name.to_owned(), request.session.clone());
    Caller {
        key: String::new(),
        account,
        principal: Principal::Session { path, role: name, session },
        expires: Some(ask.now + request.duration * 1000),
        token: None,
        // What the caller has shown is no part of a role's session.
        mfa: false,
        grants: role.grants.clone(),
        limits: request.policies.clone(),
    }
}

fn answer(ask: &Ask<'_>, request: Request, account: String, role: &Role) -> Answer {
    let caller = holder(ask, &request, account, role);
    let user = assumed(ask, &caller);
    let credentials = credentials(&ask.fleet.keyring.issue(caller));
    let packed = request.packed();
    let source = request.source.map(|source| format!("<SourceIdentity>{source}</SourceIdentity>"));
    wrap("AssumeRole", &format!("{user}{credentials}{packed}{}", source.unwrap_or_default()))
}

/// The account and role of an ARN, path included.
pub fn find(ask: &Ask<'_>, arn: &str) -> Option<(String, Role)> {
    let id = arn.strip_prefix("arn:aws:iam::")?.split(':').next()?;
    let account = ask.fleet.world.account(id)?;
    let roles = ask.fleet.world.roles(account);
    let role = roles.into_iter().find(|role| role.arn(id) == arn)?;
    Some((id.to_owned(), role))
}

fn refused(ask: &Ask<'_>, arn: &str) -> Refusal {
    let caller = ask.caller.arn();
    let message = format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}");
    Refusal::new("AccessDenied", message).status(403)
}
