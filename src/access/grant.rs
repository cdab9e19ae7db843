//! The policies that let the console in, as `qd iam-policy` prints them: of the role that opens accounts, of each role
//! on the way to it, and of the caller.

use serde_json::{Value, json};

use super::{
    arn::Arn,
    policy::{PolicyError, allow, raised},
};
use crate::config::{How, RoleSpec};

/// Stands for the caller's account where nobody could be asked who calls: twelve digits, so that IAM takes the policy.
pub const NOBODY: &str = "111111111111";

/// Stands for a member account where IAM takes no wildcard, which is in the principal of a trust.
const MEMBER: &str = "222222222222";

/// Whom the policies are for.
#[derive(Clone, Copy, Debug)]
pub struct For<'a> {
    /// The ARN of the identity that assumes the first role; else why nobody could be asked.
    pub caller: Result<&'a str, &'a str>,
    /// The ARN of the identity that reads the organisation and its own account, where that is another one: a role may be
    /// assumed from a profile of its own.
    pub reader: Option<&'a str>,
    /// The partition of all of them.
    pub partition: &'a str,
}

/// What is called, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Actions<'a> {
    /// What the views read with the role.
    pub reads: &'a [&'a str],
    /// What the views read as the caller, of the organisation.
    pub caller: &'a [&'a str],
    /// What the verbs of the views do, for a role of elevations; else empty.
    pub verbs: &'a [&'a str],
}

/// One policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it is: `trust of arn:aws:iam::*:role/x`.
    pub title: String,
    /// What has to be known of it, where something has.
    pub note: Option<String>,
    /// The document.
    pub policy: Value,
}

/// The least-privilege policies for a role as it is configured (its ARNs are templates), the permissions of the role
/// itself first: then whom it trusts, both for each role of its chain from the last to the first, and what the caller
/// needs to assume the first of them, to read the organisation, and to read its own account, which is entered with its
/// own credentials.
///
/// # Errors
/// [`PolicyError`] for an action that may not be declared. There is no limit of length for a role's own policy here.
pub fn policies(actions: Actions<'_>, spec: &RoleSpec, whom: For<'_>) -> Result<Vec<Part>, PolicyError> {
    let own = raised(actions.reads, actions.verbs)?;
    let part = |title: String, policy: Value| Part { title, note: None, policy };
    let everything = json!("*");
    let How::Assume { arn: last } = &spec.how else { return Ok(Vec::new()) };
    let place = |template: &str| template.replace("{partition}", whom.partition);
    let hops: Vec<String> = spec.chain.iter().chain([last]).map(|hop| place(hop)).collect();
    let mut parts = Vec::new();
    for (n, hop) in hops.iter().enumerate().rev() {
        let policy = match hops.get(n + 1) {
            None => allow(&json!(own), &everything),
            Some(next) => allow(&json!("sts:AssumeRole"), &json!(anywhere(next))),
        };
        parts.push(part(format!("permissions of {hop}"), policy));
        let external_id = spec.external_id.as_deref().filter(|_| n + 1 == hops.len());
        parts.push(match n.checked_sub(1).and_then(|before| hops.get(before)) {
            Some(before) => trust_of_role(hop, before, external_id),
            None if spec.mfa_serial.is_some() => with_code(trust_of_caller(hop, whom, external_id), whom),
            None => trust_of_caller(hop, whom, external_id),
        });
    }
    let first = hops.first().map_or(last.as_str(), String::as_str);
    let enters = json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": anywhere(first) });
    let organisation = raised(actions.caller, &[])?;
    let reads = json!({ "Effect": "Allow", "Action": organisation, "Resource": "*" });
    let reads = (!organisation.is_empty()).then_some(reads);
    let may = |who: &str, statements: Vec<Value>| {
        part(format!("permissions of {who}"), json!({ "Version": "2012-10-17", "Statement": statements }))
    };
    let assumer = whom.caller.unwrap_or("the caller");
    let who = match whom.reader.filter(|reader| *reader != assumer) {
        Some(reader) => {
            parts.push(may(assumer, vec![enters]));
            parts.extend(reads.map(|reads| may(reader, vec![reads])));
            reader
        }
        None => {
            parts.push(may(assumer, std::iter::once(enters).chain(reads).collect()));
            assumer
        }
    };
    parts.push(Part {
        title: format!("permissions of {who} in its own account"),
        note: Some(
            "The caller's own account is entered without a role: leave this out to leave that account out.".into(),
        ),
        policy: allow(&json!(raised(actions.reads, &[])?), &everything),
    });
    Ok(parts)
}

/// All parts as text: a heading each, and what has to be known, in lines that begin with `#`.
#[must_use]
pub fn pretty(parts: &[Part]) -> String {
    let text = |part: &Part| {
        let note = part.note.as_ref().map(|note| format!("# {note}\n")).unwrap_or_default();
        format!("# {}\n{note}{:#}\n", part.title, part.policy)
    };
    parts.iter().map(text).collect::<Vec<_>>().join("\n")
}

/// A role's ARN in every account.
fn anywhere(template: &str) -> String {
    template.replace("{account}", "*")
}

/// That a role trusts the one before it in the chain.
fn trust_of_role(role: &str, before: &str, external_id: Option<&str>) -> Part {
    let note = before.contains("{account}").then(|| {
        format!("{MEMBER} stands for the account: a principal takes no wildcard, write each account's own id.")
    });
    let principal = before.replace("{account}", MEMBER);
    Part { title: format!("trust of {role}"), note, policy: trust(&principal, &[], external_id) }
}

/// That a role trusts the caller.
fn trust_of_caller(role: &str, whom: For<'_>, external_id: Option<&str>) -> Part {
    let title = format!("trust of {role}");
    let arn = match whom.caller {
        Ok(arn) => arn,
        Err(why) => {
            let note = format!("Nobody could be asked who calls ({why}): {NOBODY} stands for the caller's account.");
            let principal = format!("arn:{}:iam::{NOBODY}:root", whom.partition);
            return Part { title, note: Some(note), policy: trust(&principal, &[], external_id) };
        }
    };
    match Arn::parse(arn).filter(Arn::is_role_session) {
        // A session's own ARN would trust one session, and the path of its role is not in it: the account is named, and
        // the role by a condition, in which a path can be left open.
        Some(session) => {
            let root = format!("arn:{}:iam::{}:root", session.partition, session.account);
            let name = super::arn::role_name(arn).unwrap_or_default();
            let base = format!("arn:{}:iam::{}:role", session.partition, session.account);
            let roles = [format!("{base}/{name}"), format!("{base}/*/{name}")];
            Part { title, note: None, policy: trust(&root, &roles, external_id) }
        }
        None => Part { title, note: None, policy: trust(arn, &[], external_id) },
    }
}

/// The same trust, of those alone who have shown an MFA code. The device is that of whoever makes the first hop, and the
/// code goes with that hop alone: so the first role of a chain demands it, and the others trust who has passed it.
fn with_code(part: Part, whom: For<'_>) -> Part {
    let mut policy = part.policy;
    policy["Statement"][0]["Condition"]["Bool"] = json!({ "aws:MultiFactorAuthPresent": "true" });
    let why = "The configuration names an mfa_serial: without this condition the keys alone, once stolen, would open the \
               role.";
    let session = whom.caller.is_ok_and(|arn| Arn::parse(arn).is_some_and(|arn| arn.is_role_session()));
    let never = session.then_some("A session of a role has no device: the user who has it must call.");
    let notes: Vec<&str> = part.note.as_deref().into_iter().chain([why]).chain(never).collect();
    Part { note: Some(notes.join(" ")), policy, ..part }
}

/// A trust policy: for this principal, where it is one of these roles (if any are given), with this external id.
fn trust(principal: &str, roles: &[String], external_id: Option<&str>) -> Value {
    let mut statement = json!({ "Effect": "Allow", "Principal": { "AWS": principal }, "Action": "sts:AssumeRole" });
    if !roles.is_empty() {
        statement["Condition"]["ArnLike"] = json!({ "aws:PrincipalArn": roles });
    }
    if let Some(id) = external_id {
        statement["Condition"]["StringEquals"] = json!({ "sts:ExternalId": id });
    }
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "arn:aws:sts::333333333333:assumed-role/Ops/alice";
    const READS: Actions<'_> =
        Actions { reads: &["ecs:ListServices"], caller: &["organizations:ListAccounts"], verbs: &[] };

    fn of(spec: &RoleSpec, caller: Result<&str, &str>) -> Vec<Part> {
        policies(READS, spec, For { caller, reader: None, partition: "aws" }).unwrap()
    }

    fn statement(part: &Part) -> &Value {
        &part.policy["Statement"][0]
    }

    #[test]
    fn the_roles_policy_leaves_the_organisation_to_the_caller() {
        let spec = RoleSpec::assume("r", "arn:{partition}:iam::{account}:role/cicd/delegated-role");
        let parts = of(&spec, Ok(SESSION));
        let titles: Vec<&str> = parts.iter().map(|p| p.title.as_str()).collect();
        let role = "arn:aws:iam::{account}:role/cicd/delegated-role";
        let wanted = [
            format!("permissions of {role}"),
            format!("trust of {role}"),
            format!("permissions of {SESSION}"),
            format!("permissions of {SESSION} in its own account"),
        ];
        assert_eq!(titles, wanted);
        assert_eq!(statement(&parts[0])["Action"], json!(["ecs:ListServices"]));
        assert_eq!(statement(&parts[1])["Principal"]["AWS"], "arn:aws:iam::333333333333:root");
        let only = &statement(&parts[1])["Condition"]["ArnLike"]["aws:PrincipalArn"];
        assert_eq!(only, &json!(["arn:aws:iam::333333333333:role/Ops", "arn:aws:iam::333333333333:role/*/Ops"]));
        assert_eq!(statement(&parts[2])["Resource"], "arn:aws:iam::*:role/cicd/delegated-role");
        assert_eq!(parts[2].policy["Statement"][1]["Action"], json!(["organizations:ListAccounts"]));
        assert_eq!(parts[3].policy, parts[0].policy, "its own account is read with its own keys");
    }

    #[test]
    fn each_role_of_a_chain_trusts_the_one_before_it_and_may_assume_the_next() {
        let hub = "arn:aws:iam::999999999999:role/hub";
        let mut spec = RoleSpec::assume("r", "arn:{partition}:iam::{account}:role/x");
        spec.chain = vec!["arn:{partition}:iam::999999999999:role/hub".into()];
        spec.external_id = Some("fleet-7".into());
        let user = "arn:aws:iam::333333333333:user/alice";
        let parts = of(&spec, Ok(user));
        assert_eq!(parts.len(), 6);
        assert_eq!(statement(&parts[1])["Principal"]["AWS"], hub, "the last role trusts the hub");
        assert_eq!(statement(&parts[1])["Condition"], json!({ "StringEquals": { "sts:ExternalId": "fleet-7" } }));
        assert_eq!(parts[2].title, format!("permissions of {hub}"));
        assert_eq!(statement(&parts[2])["Resource"], "arn:aws:iam::*:role/x");
        assert_eq!(statement(&parts[3])["Principal"]["AWS"], user, "the hub trusts the caller");
        assert_eq!(statement(&parts[3])["Condition"], Value::Null, "the id goes with the last hop alone");
        assert_eq!(statement(&parts[4])["Resource"], hub, "the caller assumes the first of them");
    }

    #[test]
    fn a_profile_that_assumes_is_not_the_caller_that_reads() {
        let spec = RoleSpec::assume("r", "arn:{partition}:iam::{account}:role/x");
        let (profile, caller) = ("arn:aws:iam::333333333333:user/door", "arn:aws:iam::333333333333:user/alice");
        let whom = For { caller: Ok(profile), reader: Some(caller), partition: "aws" };
        let parts = policies(READS, &spec, whom).unwrap();
        let titles: Vec<&str> = parts[2..].iter().map(|p| p.title.as_str()).collect();
        let of = |who: &str| format!("permissions of {who}");
        assert_eq!(titles, [of(profile), of(caller), format!("{} in its own account", of(caller))]);
        assert_eq!(statement(&parts[1])["Principal"]["AWS"], profile, "the role trusts who assumes it");
        assert_eq!(parts[2].policy["Statement"].as_array().map(Vec::len), Some(1), "and that may do nothing else");
        assert_eq!(statement(&parts[3])["Action"], json!(["organizations:ListAccounts"]));
    }

    #[test]
    fn where_a_device_is_configured_the_first_role_demands_its_code_and_no_other_can() {
        let mut spec = RoleSpec::assume("r", "arn:{partition}:iam::{account}:role/x");
        spec.mfa_serial = Some("arn:aws:iam::333333333333:mfa/alice".into());
        spec.external_id = Some("fleet-7".into());
        let demands = json!({ "aws:MultiFactorAuthPresent": "true" });
        let parts = of(&spec, Ok("arn:aws:iam::333333333333:user/alice"));
        let condition = &statement(&parts[1])["Condition"];
        assert_eq!((&condition["Bool"], &condition["StringEquals"]["sts:ExternalId"]), (&demands, &json!("fleet-7")));
        let note = parts[1].note.as_deref().unwrap();
        assert!(note.contains("mfa_serial") && !note.contains("session of a role"), "{note}");
        spec.chain = vec!["arn:aws:iam::999999999999:role/hub".into()];
        let parts = of(&spec, Ok(SESSION));
        assert_eq!(statement(&parts[1])["Condition"]["Bool"], Value::Null, "the hub's session shows no code");
        assert_eq!(statement(&parts[3])["Condition"]["Bool"], demands);
        assert!(statement(&parts[3])["Condition"]["ArnLike"].is_object(), "{:?}", parts[3]);
        assert!(parts[3].note.as_deref().is_some_and(|note| note.ends_with("the user who has it must call.")));
        let parts = of(&spec, Err("no source has any AWS credentials"));
        assert!(parts[3].note.as_ref().is_some_and(|note| note.contains(NOBODY) && note.contains("mfa_serial")));
    }

    #[test]
    fn a_placeholder_is_an_account_that_iam_takes_and_says_what_it_is() {
        let mut spec = RoleSpec::assume("r", "arn:{partition}:iam::{account}:role/x");
        spec.chain = vec!["arn:{partition}:iam::{account}:role/door".into()];
        let parts = of(&spec, Err("no source has any AWS credentials"));
        assert_eq!(statement(&parts[3])["Principal"]["AWS"], "arn:aws:iam::111111111111:root");
        assert!(parts[3].note.as_ref().is_some_and(|note| note.contains(NOBODY)));
        assert_eq!(statement(&parts[1])["Principal"]["AWS"], "arn:aws:iam::222222222222:role/door");
        assert!(parts[1].note.as_ref().is_some_and(|note| note.contains(MEMBER)));
        for part in &parts {
            assert!(!part.policy.to_string().contains("{account}"), "{part:?}");
        }
        let text = pretty(&parts);
        assert!(text.starts_with("# permissions of arn:aws:iam::{account}:role/x\n{"), "{text}");
    }
}
