//! `AssumeRoleWithWebIdentity`: a token of an identity provider in the place of AWS credentials. The request is not signed.

use super::assume::{find, holder, trusts, within};
use super::rules::{Request, constraint};
use super::{assumed, credentials, wrap};
use crate::sim::oidc::{self, AUDIENCE, Claims, TokenFault};
use crate::sim::policy::{self, Who};
use crate::sim::text;
use crate::sim::wire::{Answer, Ask, Refusal};
use crate::sim::world::provider;

/// The name of the operation.
pub const OPERATION: &str = "AssumeRoleWithWebIdentity";

/// Hands out a session for a token.
pub fn role(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let request = Request::check(ask)?;
    let token = ask.text("WebIdentityToken").unwrap_or_default();
    if token.chars().count() < 4 {
        return Err(constraint(token, "webIdentityToken", "have length greater than or equal to 4"));
    }
    let claims = oidc::check(&ask.fleet.world, token, ask.now).map_err(|fault| refused(&fault, ask.now))?;
    if claims.audience != AUDIENCE {
        return Err(Refusal::new("InvalidIdentityToken", "Incorrect token audience"));
    }
    let action = format!("sts:{OPERATION}");
    let Claims { issuer, subject, audience } = &claims;
    // One account knows the provider.
    let known = ask.fleet.world.delegated().is_some_and(|account| request.arn.split(':').nth(4) == Some(&account.id));
    if !known {
        return Err(refused(&TokenFault::Issuer(format!("https://{issuer}")), ask.now));
    }
    let denied = || Refusal::new("AccessDenied", format!("Not authorized to perform {action}")).status(403);
    let (account, role) = find(ask, &request.arn).ok_or_else(denied)?;
    let vouched = Who::Federated(provider(&account, issuer));
    let context = ask
        .context()
        .with(&format!("{issuer}:sub"), subject.as_str())
        .with(&format!("{issuer}:aud"), audience.as_str());
    let asked = policy::Request { action: &action, resource: &request.arn, who: &vouched, context: &context };
    if !trusts(ask, &role, &asked) {
        return Err(denied());
    }
    within(&request, &role)?;
    let named = format!("<Provider>{}</Provider>", text::xml(&provider(&account, issuer)));
    let caller = holder(ask, &request, account, &role);
    let user = assumed(ask, &caller);
    let credentials = credentials(&ask.fleet.keyring.issue(caller));
    let (subject, audience, packed) = (text::xml(subject), text::xml(audience), request.packed());
    Ok(wrap(
        OPERATION,
        &format!(
            "<SubjectFromWebIdentityToken>{subject}</SubjectFromWebIdentityToken><Audience>{audience}</Audience>\
             {user}{credentials}{named}{packed}"
        ),
    ))
}

/// What STS says of a token that it does not take, by the errors of the API reference.
fn refused(fault: &TokenFault, now: i64) -> Refusal {
    match fault {
        TokenFault::Malformed => {
            let message =
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
            Refusal::new("InvalidIdentityToken", message)
        }
        TokenFault::Issuer(issuer) => {
            let message = format!("No OpenIDConnect provider found in your account for {issuer}");
            Refusal::new("InvalidIdentityToken", message)
        }
        TokenFault::Signature => {
            Refusal::new("InvalidIdentityToken", "The signature of the token could not be verified")
        }
        TokenFault::Expired(ends) => {
            let now = now.div_euclid(1000);
            let message =
                format!("Token expired: current date/time {now} must be before the expiration date/time {ends}");
            Refusal::new("ExpiredTokenException", message)
        }
    }
}
