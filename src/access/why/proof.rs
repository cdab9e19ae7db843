//! What the answer, and what the console knows by itself, proves.
//!
//! STS's sentences: IAM user guide, "Troubleshoot access denied error messages", and the STS API reference.

use super::{Candidate, Known, Why};
use crate::{
    access::{arn, assume},
    config::How,
    model::{Fault, FaultKind, State},
};

/// A word of the refusal, what it proves, whether it settles the matter, the check, and the cure.
struct Word {
    said: &'static str,
    proves: &'static str,
    check: &'static str,
    fix: &'static str,
}

/// `{caller}`, `{caller_account}`, `{principal}`, `{partition}`, `{role}`, `{name}` and `{account}` are filled in.
const WORDS: &[Word] = &[
    Word {
        said: "explicit deny in a service control policy",
        proves: "A service control policy denies it. The SCPs that count are those on the caller's account \
                 {caller_account}, not those on {account}.",
        check: "aws organizations list-policies-for-target --target-id {caller_account} --filter SERVICE_CONTROL_POLICY",
        fix: "in the SCP with the Deny, exempt sts:AssumeRole on {role}, or the caller by a condition on aws:PrincipalArn",
    },
    Word {
        said: "no service control policy allows",
        proves: "No service control policy on the caller's account {caller_account} allows sts:AssumeRole.",
        check: "aws organizations list-policies-for-target --target-id {caller_account} --filter SERVICE_CONTROL_POLICY",
        fix: "allow sts:AssumeRole in the SCPs on {caller_account} and on every OU above it",
    },
    Word {
        said: "explicit deny in a resource control policy",
        proves: "A resource control policy on account {account}, or on an OU above it, denies it.",
        check: "aws organizations list-policies-for-target --target-id {account} --filter RESOURCE_CONTROL_POLICY",
        fix: "in the RCP with the Deny, exempt {caller} by a condition on aws:PrincipalArn or aws:PrincipalOrgID",
    },
    Word {
        said: "explicit deny in a permissions boundary",
        proves: "The permissions boundary of {caller} denies it.",
        check: "in {caller_account}: aws iam get-user / get-role for {caller}, field PermissionsBoundary",
        fix: "take the Deny on sts:AssumeRole out of the boundary",
    },
    Word {
        said: "no permissions boundary allows",
        proves: "The permissions boundary of {caller} does not allow it.",
        check: "in {caller_account}: aws iam get-user / get-role for {caller}, field PermissionsBoundary",
        fix: r#"add to the boundary: {"Effect":"Allow","Action":"sts:AssumeRole","Resource":"{role}"}"#,
    },
    Word {
        said: "no session policy allows",
        proves: "The session that assumes carries a session policy without sts:AssumeRole on {role}. In a chain that \
                 is the policy of the hop before.",
        check: "aws sts get-caller-identity, and look at how these credentials were made",
        fix: "take credentials that were made without a session policy, or correct `chain` in the config",
    },
    Word {
        said: "explicit deny in a session policy",
        proves: "The session that assumes carries a session policy that denies it.",
        check: "aws sts get-caller-identity, and look at how these credentials were made",
        fix: "take credentials that were made without that policy",
    },
    Word {
        said: "explicit deny in an identity-based policy",
        proves: "A policy of {caller} denies it.",
        check: "aws iam simulate-principal-policy --policy-source-arn {principal} --action-names sts:AssumeRole \
                --resource-arns {role}",
        fix: "take the Deny out, or exempt {role} in it",
    },
    Word {
        said: "no identity-based policy allows",
        proves: "No policy of {caller} allows it.",
        check: "aws iam simulate-principal-policy --policy-source-arn {principal} --action-names sts:AssumeRole \
                --resource-arns {role}",
        fix: r#"give the caller: {"Effect":"Allow","Action":"sts:AssumeRole","Resource":"{role}"}"#,
    },
    Word {
        said: "explicit deny in a resource-based policy",
        proves: "The role exists, and its trust policy denies {caller}.",
        check: "in {account}: aws iam get-role --role-name {name} --query Role.AssumeRolePolicyDocument",
        fix: "take the Deny that fits the caller out of the trust policy of {role}",
    },
    Word {
        said: "no resource-based policy allows",
        proves: "The trust policy of {role} does not let {caller} in.",
        check: "in {account}: aws iam get-role --role-name {name} --query Role.AssumeRolePolicyDocument",
        fix: "add the caller to the trust policy: `qd iam-policy` prints it",
    },
    Word {
        said: "VPC endpoint policy",
        proves: "The policy of the VPC endpoint for STS stands in the way.",
        check: "aws ec2 describe-vpc-endpoints --filters Name=service-name,Values='*.sts'",
        fix: "allow sts:AssumeRole on {role} in the endpoint's policy",
    },
    Word {
        said: "Roles may not be assumed by root accounts",
        proves: "The caller is a root user, and root users can assume no role.",
        check: "aws sts get-caller-identity",
        fix: "call as an IAM user or role",
    },
    Word {
        said: "MultiFactorAuthentication failed",
        proves: "STS refused the MFA code or the device.",
        check: "aws iam list-mfa-devices --user-name, for the caller's user: the serial number must be the configured one",
        fix: "Ctrl-R asks for a new code; wait for the next one, since a code is good once. Or correct mfa_serial",
    },
];

/// Adds what is proven; whether that settles the matter.
pub fn prove(fault: &Fault, known: &Known<'_>, why: &mut Why) -> bool {
    of_account(known, why) || of_answer(fault, known, why)
}

fn of_account(known: &Known<'_>, why: &mut Why) -> bool {
    let details = &known.account.details;
    if details.state == State::Active {
        return false;
    }
    let cure = match details.state {
        State::Suspended => "AWS suspended it: the management account can ask AWS Support",
        State::PendingClosure | State::Closed => "a closed account can be reopened by AWS Support for 90 days",
        State::PendingActivation => "wait until AWS has activated it",
        State::Active | State::Other(_) => "look it up in Organizations",
    };
    why.proven.push(format!("The account is {}; such accounts are not entered: {cure}.", details.state.word()));
    true
}

fn of_answer(fault: &Fault, known: &Known<'_>, why: &mut Why) -> bool {
    let caller = known.caller.map_or("the caller", |c| c.arn.as_str());
    if fault.code == "RegionDisabledException" {
        let region = known.caller.map_or("that region", |c| c.region.as_str());
        why.proven.push(format!("STS in {region} is not activated for account {}.", known.account.id));
        why.candidates.push(Candidate {
            cause: format!("{region} is not enabled in account {}", known.account.id),
            check: format!(
                "aws account get-region-opt-status --account-id {} --region-name {region}",
                known.account.id
            ),
            fix: "activate STS there (IAM → Account settings → STS endpoints), or set AWS_REGION to an enabled region"
                .to_owned(),
        });
        return true;
    }
    if fault.code == "WrongAccount" {
        why.proven.push(format!("{}.", fault.message));
        return true;
    }
    if assume::too_long(fault) {
        why.proven.push(
            "The session is asked to be longer than allowed: a role assumed from a role lasts an hour at most, another \
             as long as its own MaxSessionDuration."
                .to_owned(),
        );
        return true;
    }
    if let Some(word) = WORDS.iter().find(|w| fault.message.contains(w.said)) {
        why.proven.push(fill(word.proves, known));
        why.candidates.push(Candidate {
            cause: "The policy that the answer names".to_owned(),
            check: fill(word.check, known),
            fix: fill(word.fix, known),
        });
        return true;
    }
    match fault.kind {
        FaultKind::Expired => {
            why.proven.push(format!("The credentials of {caller} have ended: {}.", fault.message));
            why.candidates.push(Candidate {
                cause: "The caller has to log in again".to_owned(),
                check: "aws sts get-caller-identity".to_owned(),
                fix: fault.hint.clone(),
            });
            true
        }
        FaultKind::Denied => matches!(known.spec.map(|s| &s.how), Some(How::Profile { .. })) && explain(fault, why),
        _ => explain(fault, why),
    }
}

/// The fault's own words, where they are all that there is to say.
fn explain(fault: &Fault, why: &mut Why) -> bool {
    why.proven.push(format!("{fault}."));
    if !fault.hint.is_empty() {
        why.proven.push(format!("Next: {}.", fault.hint));
    }
    true
}

/// Fills in who and what.
pub fn fill(text: &str, known: &Known<'_>) -> String {
    let role = role(known);
    let name = role.rsplit('/').next().unwrap_or(role);
    text.replace("{caller}", known.caller.map_or("the caller", |c| c.arn.as_str()))
        .replace("{principal}", &principal(known))
        .replace("{partition}", known.caller.map_or("aws", |c| c.partition.as_str()))
        .replace("{caller_account}", known.caller.map_or("CALLER-ACCOUNT", |c| c.account.as_str()))
        .replace("{role}", role)
        .replace("{name}", name)
        .replace("{account}", known.account.id.as_str())
}

/// What IAM takes for the source of policies: of a session its role, whose path the session's ARN does not tell.
fn principal(known: &Known<'_>) -> String {
    let Some(caller) = known.caller else { return "the caller".to_owned() };
    match arn::role_name(&caller.arn).filter(|_| caller.is_role_session) {
        Some(name) => format!("$(aws iam get-role --role-name {name} --query Role.Arn --output text)"),
        None => caller.arn.clone(),
    }
}

/// The ARN of the role that was tried.
pub fn role<'a>(known: &Known<'a>) -> &'a str {
    match known.spec.map(|s| &s.how) {
        Some(How::Assume { arn }) => arn,
        Some(How::PermissionSet { name, .. } | How::Profile { name }) => name,
        None => "the role",
    }
}
