//! `GetSessionToken`: temporary keys of the same user, with an MFA code shown or without.

use super::rules::{duration, mfa};
use super::{credentials, wrap};
use crate::sim::callers::Caller;
use crate::sim::wire::{Answer, Ask, Refusal};

/// Twelve hours, which is also what the reference gives where nobody asks for another length.
const USUAL: i64 = 43_200;

/// The longest session of a user in seconds (API reference, `DurationSeconds`): 36 hours.
const LONGEST: i64 = 129_600;

/// Hands out the session. Only long-term keys may ask.
pub fn session(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    if ask.caller.token.is_some() {
        let message = "Cannot call GetSessionToken with session credentials";
        return Err(Refusal::new("AccessDenied", message).status(403));
    }
    let seconds = duration(ask, USUAL, LONGEST)?;
    let shown = mfa(ask)?;
    let caller = Caller { expires: Some(ask.now + seconds * 1000), mfa: shown, ..ask.caller.clone() };
    let keys = ask.fleet.keyring.issue(caller);
    Ok(wrap("GetSessionToken", &credentials(&keys)))
}
