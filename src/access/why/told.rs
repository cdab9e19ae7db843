//! Who was refused what, by the answer's own words: in a chain neither need be the caller or the role of the account.

use super::{Candidate, Known, proof};
use crate::{
    access::{arn, caller::Caller},
    config::{How, RoleSpec},
    model::{Account, Fault, Refusal},
};

/// What the sentence of STS names: `User: … is not authorized to perform: sts:AssumeRole on resource: …`.
pub struct Told {
    /// Who asked, where that was not the caller.
    who: Option<Caller>,
    /// The role on the way that was asked for, and its account.
    hop: Option<(RoleSpec, Account)>,
}

impl Told {
    /// What the answer names beside what is known.
    pub fn of(fault: &Fault, known: &Known<'_>) -> Self {
        let refusal = Refusal::of(&fault.message);
        let who = || {
            let (named, caller) = (refusal.who?, known.caller?);
            let asked = arn::Arn::parse(named)?;
            let account = arn::account(named)?;
            let is_role_session = asked.is_role_session();
            let partition = asked.partition.to_owned();
            let of_answer = Caller { arn: named.to_owned(), account, is_role_session, partition, ..caller.clone() };
            (named != caller.arn).then_some(of_answer)
        };
        let hop = || {
            let (named, spec) = (refusal.resource?, known.spec?);
            let at = spec.chain.iter().position(|hop| hop == named)?;
            let account = Account { id: arn::account(named)?, ..known.account.clone() };
            // What goes with the last hop alone, and with the first one alone, was not sent with this one.
            let mfa_serial = spec.mfa_serial.clone().filter(|_| at == 0);
            let chain = spec.chain.iter().take(at).cloned().collect();
            let how = How::Assume { arn: named.to_owned() };
            Some((RoleSpec { how, chain, mfa_serial, external_id: None, ..spec.clone() }, account))
        };
        Self { who: who(), hop: hop() }
    }

    /// What is known, with what the answer names in the place of what was meant.
    pub fn known<'a>(&'a self, known: &Known<'a>) -> Known<'a> {
        let (spec, account) = match &self.hop {
            Some((spec, account)) => (Some(spec), account),
            None => (known.spec, known.account),
        };
        Known { account, spec, caller: self.who.as_ref().or(known.caller) }
    }

    /// That the way ended before the role of the account.
    pub fn stop(&self, known: &Known<'_>) -> Option<Candidate> {
        let hop = proof::role(&Known { spec: self.hop.as_ref().map(|(spec, _)| spec), ..*known });
        self.hop.as_ref()?;
        Some(Candidate {
            cause: format!("The chain stopped at {hop}, before the role of the account was tried."),
            check: format!("aws sts assume-role --role-arn {hop} --role-session-name check"),
            fix: format!("let the caller assume {hop}, and let it assume {}", proof::role(known)),
        })
    }
}
