//! STS's own sentences, and what is said about each.

use std::sync::Arc;

use super::*;
use crate::{
    access::vault::tests::{account, caller},
    model::{FaultKind, State},
};

const ROLE: &str = "arn:aws:iam::222222222222:role/cicd/delegated-role";

fn denied(rest: &str) -> Fault {
    let user = "arn:aws:iam::111111111111:user/alice";
    let said = format!("User: {user} is not authorized to perform: sts:AssumeRole on resource: {ROLE}{rest}");
    Fault::new(FaultKind::Denied, said).call("sts:AssumeRole").code("AccessDenied")
}

fn explained(fault: &Fault, change: impl FnOnce(&mut Account, &mut RoleSpec, &mut Caller)) -> Why {
    let (mut account, mut spec) = (account("222222222222"), RoleSpec::assume("delegated-role", ROLE));
    let mut caller = caller("111111111111");
    change(&mut account, &mut spec, &mut caller);
    why(fault, &Known { account: &account, spec: Some(&spec), caller: Some(&caller) })
}

#[test]
fn a_bare_refusal_proves_nothing_and_names_every_cause_with_check_and_cure() {
    let why = explained(&denied(""), |_, _, _| {});
    assert!(why.proven.is_empty(), "{why:?}");
    let causes: Vec<_> = why.candidates.iter().map(|c| c.cause.as_str()).collect();
    for word in ["does not exist", "trust policy", "ExternalId", "MFA", "No policy of the caller"] {
        assert!(causes.iter().any(|c| c.contains(word)), "{word}: {causes:?}");
    }
    assert!(why.candidates.iter().all(|c| !c.check.is_empty() && !c.fix.is_empty()));
    assert!(why.candidates.iter().all(|c| !format!("{c:?}").contains("{account}")));
    assert!(why.candidates[0].check.contains("in 222222222222: aws iam get-role --role-name delegated-role"));
}

#[test]
fn where_the_sentence_names_the_policy_it_is_proven() {
    for (rest, word) in [
        (" with an explicit deny in a service control policy", "111111111111, not those on 222222222222"),
        (" with an explicit deny in a service control policy: arn:aws:organizations::1:policy/x", "service control"),
        (" because no service control policy allows the sts:AssumeRole action", "No service control policy"),
        (" with an explicit deny in a resource control policy", "resource control policy on account 222222222222"),
        (" because no permissions boundary allows the sts:AssumeRole action", "boundary of arn:aws:iam::1"),
        (" with an explicit deny in a permissions boundary", "boundary"),
        (" because no session policy allows the sts:AssumeRole action", "In a chain"),
        (" because no identity-based policy allows the sts:AssumeRole action", "No policy of arn:aws:iam::1"),
        (" because no resource-based policy allows the sts:AssumeRole action", "trust policy"),
        (" with an explicit deny in a resource-based policy", "The role exists"),
    ] {
        let why = explained(&denied(rest), |_, _, _| {});
        assert!(why.proven.len() == 1 && why.proven[0].contains(word), "{rest}: {why:?}");
        assert_eq!(why.candidates.len(), 1, "{rest}: what is proven needs no guesses");
    }
}

#[test]
fn the_state_of_the_account_comes_first() {
    let why = explained(&denied(""), |account, _, _| Arc::make_mut(&mut account.details).state = State::Suspended);
    assert!(why.proven[0].contains("SUSPENDED") && why.candidates.is_empty(), "{why:?}");
}

#[test]
fn the_other_words_of_sts_are_known() {
    let said = |kind, code: &str, message: &str| Fault::new(kind, message).code(code);
    let region = "STS is not activated in this region for account:222222222222. Your account administrator can \
                  activate STS in this region using the IAM Console.";
    let long = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    let code = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
    for (fault, word) in [
        (said(FaultKind::Unavailable, "RegionDisabledException", region), "STS in eu-central-1 is not activated"),
        (said(FaultKind::Invalid, "ValidationError", long), "longer than allowed"),
        (said(FaultKind::Denied, "AccessDenied", code), "refused the MFA code"),
        (said(FaultKind::Denied, "AccessDenied", "Roles may not be assumed by root accounts."), "root user"),
        (said(FaultKind::Expired, "ExpiredToken", "The security token included in the request is expired"), "ended"),
        (said(FaultKind::Denied, "WrongAccount", "role x opened account 3"), "opened account 3"),
        (said(FaultKind::Network, "", "connection reset"), "connection reset"),
    ] {
        let why = explained(&fault, |_, _, _| {});
        assert!(why.proven[0].contains(word), "{fault:?}: {why:?}");
    }
}

#[test]
fn what_is_configured_changes_the_candidates() {
    let why = explained(&denied(""), |_, spec, caller| {
        spec.external_id = Some("x-1".into());
        caller.is_role_session = true;
    });
    let causes: Vec<_> = why.candidates.iter().map(|c| c.cause.as_str()).collect();
    assert!(causes.iter().any(|c| c.contains("another ExternalId")), "{causes:?}");
    assert!(causes.iter().any(|c| c.contains("can never show")), "{causes:?}");
}

#[test]
fn a_chain_that_stopped_on_the_way_says_where() {
    let hub = "arn:aws:iam::333333333333:role/hub";
    let message = format!("User: x is not authorized to perform: sts:AssumeRole on resource: {hub}");
    let fault = Fault::new(FaultKind::Denied, message).code("AccessDenied");
    let why = explained(&fault, |_, spec, _| spec.chain = vec![hub.to_owned()]);
    assert!(why.candidates[0].cause.contains("stopped at arn:aws:iam::333333333333:role/hub"), "{why:?}");
}

#[test]
fn in_a_chain_the_answer_tells_who_was_refused_what() {
    let hub = "arn:aws:iam::333333333333:role/ops/hub";
    let session = "arn:aws:sts::333333333333:assumed-role/hub/alice";
    let said = |who: &str, role: &str, rest: &str| {
        let message = format!("User: {who} is not authorized to perform: sts:AssumeRole on resource: {role}{rest}");
        explained(&Fault::new(FaultKind::Denied, message).code("AccessDenied"), |_, spec, caller| {
            spec.chain = vec![hub.to_owned()];
            spec.external_id = Some("x-1".into());
            caller.partition = "aws".into();
        })
    };
    // The last hop: it is the hub that is not let in, and its own policies that count.
    let last = said(session, ROLE, "");
    let whole = format!("{last:?}");
    assert!(!whole.contains("stopped at") && whole.contains(&format!("does not name {session}")), "{whole}");
    assert!(whole.contains("$(aws iam get-role --role-name hub --query Role.Arn --output text)"), "{whole}");
    assert!(whole.contains("arn:aws:iam::333333333333:root") && whole.contains("can never show"), "{whole}");
    // The first one: the role of the account was never asked for, nor sent its ExternalId.
    let first = said("arn:aws:iam::111111111111:user/alice", hub, "");
    assert!(first.candidates[0].cause.contains("stopped at"), "{first:?}");
    assert!(first.candidates[1].cause.contains(&format!("The role {hub} does not exist")), "{first:?}");
    assert!(first.candidates[1].check.starts_with("in 333333333333: aws iam get-role --role-name hub"), "{first:?}");
    assert!(first.candidates.iter().all(|c| !c.cause.contains("another ExternalId")), "{first:?}");
    // What the answer proves is proven of whom it names.
    let scp = said(session, ROLE, " with an explicit deny in a service control policy");
    assert!(scp.proven[0].contains("on the caller's account 333333333333"), "{scp:?}");
    let rcp = said("arn:aws:iam::111111111111:user/alice", hub, " with an explicit deny in a resource control policy");
    assert!(rcp.proven[0].contains("on account 333333333333"), "{rcp:?}");
}

#[test]
fn a_permission_set_is_refused_by_the_portal() {
    let fault = Fault::new(FaultKind::Denied, "No access").code("ForbiddenException");
    let why = explained(&fault, |_, spec, _| {
        spec.how = crate::config::How::PermissionSet { name: "ReadOnly".into(), session: None };
    });
    assert!(why.candidates[0].cause.contains("ReadOnly is not assigned"), "{why:?}");
}
