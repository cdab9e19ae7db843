//! What is said of a walk: what was refused, what stays unknown for it, and who could grant it.

use super::{
    ask::Op,
    picture::{Picture, call},
};
use crate::model::{Fault, FaultKind};

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Accounts were read, if not everything about them.
    Read,
    /// The account belongs to no organisation.
    NotInUse,
    /// Nothing may be read.
    Refused,
    /// Something else failed: what was known before is better than any other source.
    Broken,
}

/// How a walk ended.
#[must_use]
pub fn outcome(picture: &Picture) -> Outcome {
    let mut kinds = picture.faults().values().map(|fault| fault.kind);
    if picture.known() > 0 {
        Outcome::Read
    } else if kinds.clone().any(|kind| kind == FaultKind::Unavailable) {
        Outcome::NotInUse
    } else if picture.faults().contains_key(&Op::Accounts) && kinds.all(|kind| kind == FaultKind::Denied) {
        Outcome::Refused
    } else {
        Outcome::Broken
    }
}

/// One fault for all that was refused, and then each of the others: the last word is the one that waiting may cure.
#[must_use]
pub fn faults(picture: &Picture, caller: &str, management: Option<&str>) -> Vec<Fault> {
    let (refused, other): (Vec<_>, Vec<_>) = picture.faults().iter().partition(|(_, f)| f.kind == FaultKind::Denied);
    let ops: Vec<Op> = refused.iter().map(|(op, _)| **op).collect();
    let first = refused.first().map(|(_, fault)| refusal(&ops, fault, caller, management));
    first.into_iter().chain(other.into_iter().map(|(_, fault)| fault.clone())).collect()
}

/// What was refused, in a sentence, with the actions that are missing and who could grant them.
fn refusal(ops: &[Op], fault: &Fault, caller: &str, management: Option<&str>) -> Fault {
    let lacks: Vec<&str> = ops.iter().map(|op| op.lacks()).collect();
    let message = format!("AWS Organizations may not be read in full; not known: {}", lacks.join("; "));
    Fault { request_id: fault.request_id.clone(), ..Fault::new(FaultKind::Denied, message) }
        .call(ops.first().map(|op| call(*op)).unwrap_or_default())
        .code(fault.code.clone())
        .hint(grant(ops, caller, management))
}

/// Which actions are missing, for whom, and who could grant them.
#[must_use]
pub fn grant(ops: &[Op], caller: &str, management: Option<&str>) -> String {
    let actions: Vec<String> = ops.iter().map(|op| call(*op)).collect();
    let whose = management.map_or_else(|| "the management account".to_owned(), |id| format!("management account {id}"));
    format!(
        "{caller} lacks {}. An administrator of {whose} can register the caller's account as a delegated administrator, \
         or name it in a delegation policy (organizations:PutResourcePolicy); the caller's own policies must allow the \
         actions too",
        actions.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::fleet::accounts::{ask::Ask, memory::Memory};

    fn picture(faults: &[(Op, FaultKind)]) -> Picture {
        let mut picture = Picture::new(Memory::default(), false);
        for (op, kind) in faults {
            picture.take(&Ask::new(*op, ""), Err(Fault::new(*kind, "no").code("X")));
        }
        picture
    }

    #[test]
    fn only_a_plain_no_leads_to_other_sources() {
        use FaultKind::{Denied, Network, Unavailable};
        for (faults, expected) in [
            (&[(Op::Roots, Denied), (Op::Accounts, Denied)][..], Outcome::Refused),
            (&[(Op::Roots, Unavailable), (Op::Accounts, Unavailable)], Outcome::NotInUse),
            (&[(Op::Roots, Denied), (Op::Accounts, Network)], Outcome::Broken),
            (&[(Op::Roots, Denied)], Outcome::Broken),
            (&[], Outcome::Broken),
        ] {
            assert_eq!(outcome(&picture(faults)), expected, "{faults:?}");
        }
    }

    #[test]
    fn what_is_missing_is_said_once_and_with_who_grants_it() {
        let kinds = [(Op::Roots, FaultKind::Denied), (Op::Units, FaultKind::Denied), (Op::Held, FaultKind::Throttled)];
        let said = faults(&picture(&kinds), "arn:x", Some("999999999999"));
        assert_eq!(said.iter().map(|f| f.kind).collect::<Vec<_>>(), [FaultKind::Denied, FaultKind::Throttled]);
        assert!(said[0].message.contains("the name of the root; the names of OUs"), "{}", said[0].message);
        let hint = &said[0].hint;
        for word in ["arn:x", "organizations:ListRoots, organizations:ListOrganizationalUnitsForParent", "999999999999"]
        {
            assert!(hint.contains(word), "{hint}");
        }
        assert!(faults(&picture(&[]), "arn:x", None).is_empty());
    }
}
