//! MFA: one code for the whole fleet where AWS lets it, else one for each session.

use std::sync::{Arc, atomic::Ordering};

use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Inner,
    entry::{Job, get},
    inner::lock,
    slot::{Fresh, Slot, What},
};
use crate::{
    access::{assume, region},
    model::{Ask, Fault, FaultKind, text},
};

/// How often a code that STS refuses is asked for again.
const CODES: usize = 3;

/// Asks for a code, and says why the one before was refused. Whoever wants the slot meanwhile is told that a person has
/// to answer first.
///
/// # Errors
/// [`FaultKind::Prompt`] where there is nobody to ask, or the question was left.
async fn code(inner: &Inner, slot: &Slot, serial: &str, refused: Option<String>) -> Result<SecretString, Fault> {
    let ask = Ask::Mfa { serial: serial.to_owned(), refused };
    let waiting = || {
        let message = format!("waits for a code of the MFA device {serial}");
        Fault::new(FaultKind::Prompt, message).hint("type the six digits into the prompt")
    };
    let Some(answer) = inner.asks.want(&ask) else {
        let (why, hint) = if inner.asks.interactive() {
            ("the prompt was left", "Ctrl-R asks again")
        } else {
            ("nobody is there to ask", "without a terminal use credentials that need no code")
        };
        let message = format!("needs a code of the MFA device {serial}; {why}");
        return Err(Fault::new(FaultKind::Prompt, message).hint(hint));
    };
    slot.asking(waiting());
    let answer = answer.await;
    slot.answered();
    answer.map_err(|_| {
        let message = format!("needs a code of the MFA device {serial}; the prompt was left");
        Fault::new(FaultKind::Prompt, message).hint("Ctrl-R asks again")
    })
}

/// Whether a text can be a code at all: six digits (STS, `TokenCode`). Anything else is a slip of the fingers, which
/// STS would answer with a fault that no further try cures.
fn is_code(text: &SecretString) -> bool {
    let text = text.expose_secret();
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Asks for a code until the answer can be one. `refused` is what became of the one before.
async fn typed(inner: &Inner, slot: &Slot, serial: &str, refused: Option<&Fault>) -> Result<SecretString, Fault> {
    let mut why = refused.map(|fault| text::clean(&fault.message).trim().trim_end_matches('.').to_owned());
    loop {
        let answer = code(inner, slot, serial, why).await?;
        if is_code(&answer) {
            return Ok(answer);
        }
        why = Some("a code has six digits".to_owned());
    }
}

/// Whether a session with the code shown can be had for these keys: only long-term ones can be exchanged.
pub(super) fn exchanges(inner: &Inner, long_term: bool) -> bool {
    long_term && !inner.no_mfa_sessions.load(Ordering::Relaxed)
}

/// The session of a user that has shown a code: one prompt for every role that is assumed from it.
pub(super) async fn session(inner: &Arc<Inner>, slot: &Arc<Slot>, from: &Job, serial: &str) -> Result<Fresh, Fault> {
    let held = get(inner, from.clone()).await?;
    let own = || inner.region(&inner.settings(&Arc::new(inner.files())));
    let region = held.caller().map_or_else(own, |c| (c.region.clone(), c.region_guessed));
    let (region, _) = region::in_partition_of(Some(serial), region);
    let keys = held.current.keys();
    let mut refused = None;
    for _ in 0..CODES {
        let code = typed(inner, slot, serial, refused.as_ref()).await?;
        match assume::mfa_session(&inner.remote, &region, &keys, (serial, &code)).await {
            Ok(keys) => return Ok(Fresh { keys, what: What::Mfa }),
            Err(fault) if assume::wrong_code(&fault) => refused = Some(fault),
            Err(fault) => {
                if unknown(&fault) {
                    inner.no_mfa_sessions.store(true, Ordering::Relaxed);
                    // Nobody has looked at the code: it is as good for the role itself.
                    *lock(&inner.unused_code) = Some((serial.to_owned(), code));
                }
                return Err(fault);
            }
        }
    }
    Err(refused.unwrap_or_else(|| Fault::new(FaultKind::Denied, "the MFA code was refused")))
}

/// Whether the endpoint does not know the operation.
pub(super) fn unknown(fault: &Fault) -> bool {
    ["InvalidAction", "UnknownOperationException", "NotImplemented"].contains(&fault.code.as_str())
}

/// Assumes with a code that is asked for, again where STS refuses it.
pub(super) async fn with_code<T, F>(
    inner: &Inner,
    slot: &Slot,
    serial: Option<&str>,
    attempt: impl Fn(Option<SecretString>) -> F,
) -> Result<T, Fault>
where
    F: Future<Output = Result<T, Fault>>,
{
    let Some(serial) = serial else { return attempt(None).await };
    let mut refused = None;
    for _ in 0..CODES {
        let unused = lock(&inner.unused_code).take_if(|(of, _)| of == serial).map(|(_, code)| code);
        let code = match unused {
            Some(code) => code,
            None => typed(inner, slot, serial, refused.as_ref()).await?,
        };
        match attempt(Some(code)).await {
            Err(fault) if assume::wrong_code(&fault) => refused = Some(fault),
            other => return other,
        }
    }
    Err(refused.unwrap_or_else(|| Fault::new(FaultKind::Denied, "the MFA code was refused")))
}
