//! What else it may be, where the answer says only "no".

use super::{Candidate, Known, proof::fill};
use crate::config::How;

fn candidate(known: &Known<'_>, cause: &str, check: &str, fix: &str) -> Candidate {
    Candidate { cause: fill(cause, known), check: fill(check, known), fix: fill(fix, known) }
}

/// The causes that fit a bare refusal, the likeliest first.
pub fn of(known: &Known<'_>) -> Vec<Candidate> {
    match known.spec.map(|s| &s.how) {
        Some(How::PermissionSet { .. }) => portal(known),
        _ => assume_role(known),
    }
}

fn portal(known: &Known<'_>) -> Vec<Candidate> {
    vec![
        candidate(
            known,
            "The permission set {role} is not assigned to this person in account {account}.",
            "aws sso list-account-roles --account-id {account} --access-token …, or the access portal in a browser",
            "in Identity Center: assign the permission set {role} in account {account} to a group of the person",
        ),
        candidate(
            known,
            "The permission set is assigned, and not yet provisioned.",
            "aws sso-admin list-permission-sets-provisioned-to-account --account-id {account}",
            "aws sso-admin provision-permission-set --target-type AWS_ACCOUNT --target-id {account}",
        ),
    ]
}

fn assume_role(known: &Known<'_>) -> Vec<Candidate> {
    vec![
        candidate(
            known,
            "The role {role} does not exist. A path counts: role/cicd/x and role/x are two roles.",
            "in {account}: aws iam get-role --role-name {name} --query Role.Arn",
            "make the role: `qd iam-policy` prints its permissions and its trust",
        ),
        candidate(
            known,
            "The trust policy of the role does not name {caller}, or a condition in it does not fit.",
            "in {account}: aws iam get-role --role-name {name} --query Role.AssumeRolePolicyDocument",
            r#"add to the trust policy: {"Effect":"Allow","Principal":{"AWS":"arn:{partition}:iam::{caller_account}:root"},"Action":"sts:AssumeRole"}"#,
        ),
        external_id(known),
        mfa(known),
        candidate(
            known,
            "No policy of the caller allows sts:AssumeRole on the role.",
            "in {caller_account}: aws iam simulate-principal-policy --policy-source-arn {principal} --action-names \
         sts:AssumeRole --resource-arns {role}",
            r#"give the caller: {"Effect":"Allow","Action":"sts:AssumeRole","Resource":"{role}"}"#,
        ),
    ]
}

fn external_id(known: &Known<'_>) -> Candidate {
    let sent = known.spec.is_some_and(|s| s.external_id.is_some());
    let cause = if sent {
        "The trust policy demands another ExternalId than the configured one."
    } else {
        "The trust policy demands an ExternalId (sts:ExternalId), and none is configured."
    };
    candidate(
        known,
        cause,
        "in {account}: aws iam get-role --role-name {name} --query \
         Role.AssumeRolePolicyDocument.Statement[].Condition",
        "set external_id for the role in the config to the value in the condition",
    )
}

fn mfa(known: &Known<'_>) -> Candidate {
    let sent = known.spec.is_some_and(|s| s.mfa_serial.is_some());
    let from_role = known.caller.is_some_and(|c| c.is_role_session);
    let (cause, fix) = match (sent, from_role) {
        (_, true) => (
            "The trust policy demands MFA (aws:MultiFactorAuthPresent), which a session of a role can never show.",
            "call as an IAM user with a device, or take the condition out of the trust policy",
        ),
        (true, false) => {
            ("The trust policy demands a fresher MFA code (aws:MultiFactorAuthAge).", "Ctrl-R asks for a new code")
        }
        (false, false) => (
            "The trust policy demands MFA (aws:MultiFactorAuthPresent), and no device is configured.",
            "set mfa_serial for the role in the config",
        ),
    };
    candidate(
        known,
        cause,
        "in {account}: aws iam get-role --role-name {name} --query \
         Role.AssumeRolePolicyDocument.Statement[].Condition",
        fix,
    )
}
