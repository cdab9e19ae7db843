//! Callers that sign with `SigV4`: the access key names the caller, the signature itself is not checked.

use std::sync::Arc;

use crate::sim::callers::{Caller, KeyFault};
use crate::sim::fleet::Fleet;
use crate::sim::wire::Incoming;

/// The caller of a signed request.
pub fn caller(fleet: &Fleet, incoming: &Incoming, now: i64) -> Result<Arc<Caller>, KeyFault> {
    let credential = incoming.credential().ok_or(KeyFault::Missing)?;
    let header = incoming.header("x-amz-security-token");
    let token = if header.is_empty() { incoming.parameter("X-Amz-Security-Token") } else { Some(header) };
    fleet.keyring.recognise(&credential.key, token.unwrap_or_default(), now)
}
