//! `AssumeRole`.

use super::rules::{Request, mfa};
use super::{credentials, user_id, wrap};
use crate::sim::callers::{Caller, Principal};
use crate::sim::policy::Policy;
use crate::sim::text;
use crate::sim::wire::{Answer, Ask, Refusal};
use crate::sim::world::{Grants, Role};

/// Hands out a session, or refuses in the one sentence that tells nothing of the cause.
pub fn role(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let request = Request::check(ask)?;
    let proven = mfa(ask)? || ask.caller.mfa;
    let (account, role) = find(ask, &request.arn).ok_or_else(|| refused(ask, &request.arn))?;
    let trust = &role.trust;
    let trusted = trust.accounts.contains(&ask.caller.account)
        && trust.external_id.as_ref().is_none_or(|id| request.external_id.as_ref() == Some(id))
        && (!trust.mfa || proven);
    if !trusted {
        return Err(refused(ask, &request.arn));
    }
    let exceeded = |what: &str| Refusal::new("ValidationError", what);
    if ask.caller.chained() && request.duration > 3600 {
        let message =
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
        return Err(exceeded(message));
    }
    if request.duration > role.longest {
        let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        return Err(exceeded(message));
    }
    Ok(session(ask, request, account, &role))
}

fn session(ask: &Ask<'_>, request: Request, account: String, role: &Role) -> Answer {
    let expires = ask.now + request.duration * 1000;
    let caller = Caller {
        key: String::new(),
        account,
        principal: Principal::Session { role: role.name.to_owned(), session: request.session },
        expires: Some(expires),
        token: None,
        // What the caller has shown is no part of a role's session.
        mfa: false,
        grants: match role.grants {
            Grants::Everything => Policy::allowing(&["*"]),
            Grants::Reading => Policy::reading(),
        },
        limits: request.policies,
    };
    let (arn, user) = (text::xml(&caller.arn()), text::xml(&user_id(ask, &caller)));
    let keys = ask.fleet.keyring.issue(caller);
    // AWS does not tell how it packs; a share of the limit is near enough for a gauge.
    let packed = match request.policy_length {
        0 => String::new(),
        length => format!("<PackedPolicySize>{}</PackedPolicySize>", (length * 100).div_ceil(2048)),
    };
    let source = request.source.map(|source| format!("<SourceIdentity>{source}</SourceIdentity>"));
    let credentials = credentials(&keys);
    wrap(
        "AssumeRole",
        &format!(
            "<AssumedRoleUser><AssumedRoleId>{user}</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser>\
             {credentials}{packed}{}",
            source.unwrap_or_default()
        ),
    )
}

/// The account and role of an ARN, path included.
fn find(ask: &Ask<'_>, arn: &str) -> Option<(String, Role)> {
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
