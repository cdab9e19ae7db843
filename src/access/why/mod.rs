//! "Why can't I get in?": what a refusal proves, and what else it may be.
//!
//! STS answers one `AccessDenied` for a missing role, a trust policy that does not fit, a wrong `ExternalId` and a missing
//! MFA code alike. What the sentence proves is said as proven; the rest are candidates, each with the check that would
//! settle it and the cure. Pure: nothing is asked here.

mod candidates;
mod proof;
mod told;

use crate::{
    access::caller::Caller,
    config::RoleSpec,
    model::{Account, Fault},
};

/// What the answer proves, and what else it may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Why {
    /// Sentences that the answer, or what the console knows by itself, proves.
    pub proven: Vec<String>,
    /// Causes that fit the answer, the likeliest first. Empty where the cause is proven.
    pub candidates: Vec<Candidate>,
}

/// A cause that fits the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The cause in a sentence.
    pub cause: String,
    /// The command that would settle it, with whose credentials.
    pub check: String,
    /// The command or policy line that would cure it.
    pub fix: String,
}

/// What is known beside the fault.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The account that is refused.
    pub account: &'a Account,
    /// The role that was tried.
    pub spec: Option<&'a RoleSpec>,
    /// Who tried.
    pub caller: Option<&'a Caller>,
}

/// Explains a refusal.
#[must_use]
pub fn why(fault: &Fault, known: &Known<'_>) -> Why {
    let mut why = Why::default();
    let told = told::Told::of(fault, known);
    if !proof::prove(fault, &told.known(known), &mut why) {
        why.candidates = candidates::of(&told.known(known));
    }
    if let Some(stop) = told.stop(known) {
        why.candidates.insert(0, stop);
    }
    why
}

#[cfg(test)]
mod tests;
