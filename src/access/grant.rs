//! The policies that let the console in, as `qd iam-policy` prints them: of the role that opens accounts, of each role
//! on the way to it, and of the caller.

mod trust;

use serde_json::{Value, json};

use super::policy::{PolicyError, allow, document, raised, statement};
use crate::config::{How, RoleSpec};
use trust::{Roles, one_or_all};

/// Stands for the caller's account where nobody could be asked who calls: twelve digits, so that IAM takes the policy.
pub const NOBODY: &str = "111111111111";

/// Stands for the caller in a heading where nobody could be asked.
const CALLER: &str = "the caller";

/// Stands for a member account where IAM takes no wildcard, which is in the principal of a trust.
const MEMBER: &str = "222222222222";

/// A way into accounts.
#[derive(Clone, Debug)]
pub struct Door {
    /// What is configured; its ARNs are templates.
    pub spec: RoleSpec,
    /// The `ExternalId`s under which it is opened: in which accounts (`None` for those of which nothing else is said), and
    /// which (`None` for none).
    pub ids: Vec<(Option<String>, Option<String>)>,
    /// The ARN of the identity that assumes the first role; else why nobody could be asked.
    pub assumer: Result<String, String>,
}

/// Whom the policies are for.
#[derive(Clone, Copy, Debug)]
pub struct For<'a> {
    /// The ARN of the identity that reads the organisation and its own account, where it is known. A role may be assumed
    /// from a profile of its own.
    pub caller: Option<&'a str>,
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

/// The least-privilege policies for the roles as they are configured (their ARNs are templates). Of each role that is
/// assumed the permissions, then whom it trusts; both for each role of its chain from the last to the first, once where
/// several share one. Of a permission set and of a profile the permissions alone, since they are entered by other doors.
/// Then what is needed by whoever assumes the first roles, to read the organisation, and by the caller to read its own
/// account, which is entered with its own credentials.
///
/// # Errors
/// [`PolicyError`] for an action that may not be declared. There is no limit of length for a role's own policy here.
pub fn policies(actions: Actions<'_>, doors: &[Door], whom: For<'_>) -> Result<Vec<Part>, PolicyError> {
    let own = json!(raised(actions.reads, actions.verbs)?);
    let organisation = raised(actions.caller, &[])?;
    let reads = statement(&json!(organisation), &json!("*"));
    let mut roles = Roles::default();
    let (mut others, mut assumers): (Vec<Part>, Vec<(String, Vec<String>)>) = (Vec::new(), Vec::new());
    for door in doors {
        let Some(first) = roles.add(door, whom.partition) else {
            others.push(elsewhere(&door.spec, &own));
            continue;
        };
        let who = door.assumer.as_deref().unwrap_or(CALLER);
        match assumers.iter_mut().find(|(known, _)| known == who) {
            Some((_, firsts)) if !firsts.contains(&first) => firsts.push(first),
            Some(_) => {}
            None => assumers.push((who.to_owned(), vec![first])),
        }
    }
    let mut parts = roles.parts(&own);
    parts.extend(others);
    let who = whom.caller.unwrap_or(CALLER);
    if !assumers.iter().any(|(known, _)| known == who) {
        assumers.push((who.to_owned(), Vec::new()));
    }
    for (assumer, firsts) in assumers {
        let enters = (!firsts.is_empty()).then(|| statement(&json!("sts:AssumeRole"), &one_or_all(&firsts)));
        let reads = (assumer == who && !organisation.is_empty()).then(|| reads.clone());
        let statements: Vec<Value> = enters.into_iter().chain(reads).collect();
        if !statements.is_empty() {
            parts.push(Part { title: format!("permissions of {assumer}"), note: None, policy: document(&statements) });
        }
    }
    parts.push(Part {
        title: format!("permissions of {who} in its own account"),
        note: Some(
            "The caller's own account is entered without a role: leave this out to leave that account out.".into(),
        ),
        policy: allow(&json!(raised(actions.reads, &[])?), &json!("*")),
    });
    Ok(parts)
}

/// The permissions of a way in that is no role of ours.
fn elsewhere(spec: &RoleSpec, own: &Value) -> Part {
    let (title, note) = match &spec.how {
        How::PermissionSet { name, .. } => (
            format!("inline policy of permission set {name}"),
            "Identity Center makes the role in each account to which the set is assigned, and writes its trust.",
        ),
        How::Assume { arn: name } | How::Profile { name } => (
            format!("permissions of profile {name}"),
            "Whoever the profile stands for is used as it is: the console assumes no role.",
        ),
    };
    Part { title, note: Some(note.to_owned()), policy: allow(own, &json!("*")) }
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

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "arn:aws:sts::333333333333:assumed-role/Ops/alice";
    const READS: Actions<'_> =
        Actions { reads: &["ecs:ListServices"], caller: &["organizations:ListAccounts"], verbs: &[] };

    fn of(spec: &RoleSpec, caller: Result<&str, &str>) -> Vec<Part> {
        let whom = For { caller: caller.ok(), partition: "aws" };
        policies(READS, &[door(spec, caller)], whom).unwrap()
    }

    fn door(spec: &RoleSpec, assumer: Result<&str, &str>) -> Door {
        let ids = vec![(None, spec.external_id.clone())];
        Door { spec: spec.clone(), ids, assumer: assumer.map(str::to_owned).map_err(str::to_owned) }
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
        let whom = For { caller: Some(caller), partition: "aws" };
        let parts = policies(READS, &[door(&spec, Ok(profile))], whom).unwrap();
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

    #[test]
    fn roles_that_share_a_hub_are_all_printed_and_the_hub_once() {
        let hub = "arn:aws:iam::999999999999:role/hub";
        let mut a = RoleSpec::assume("a", "arn:aws:iam::{account}:role/a");
        a.chain = vec![hub.into()];
        let b = RoleSpec {
            name: "b".into(),
            how: How::Assume { arn: "arn:aws:iam::{account}:role/b".into() },
            ..a.clone()
        };
        let c = RoleSpec::assume("c", "arn:aws:iam::{account}:role/c");
        let user = "arn:aws:iam::333333333333:user/alice";
        let doors = [door(&a, Ok(user)), door(&b, Ok(user)), door(&c, Ok(user))];
        let parts = policies(READS, &doors, For { caller: Some(user), partition: "aws" }).unwrap();
        let roles: Vec<&str> = parts
            .iter()
            .filter_map(|p| p.title.strip_prefix("permissions of arn:aws:iam::")?.split('/').nth(1))
            .collect();
        assert_eq!(roles, ["a", "hub", "b", "c", "alice", "alice in its own account"]);
        assert_eq!(parts.iter().filter(|p| p.title.starts_with("trust of")).count(), 4);
        let resources = |n: usize| &statement(&parts[n])["Resource"];
        assert_eq!(resources(2), &json!(["arn:aws:iam::*:role/a", "arn:aws:iam::*:role/b"]), "the hub opens both");
        let caller = &parts[parts.len() - 2];
        assert_eq!(statement(caller)["Resource"], json!([hub, "arn:aws:iam::*:role/c"]));
    }

    #[test]
    fn accounts_with_an_id_of_their_own_have_a_trust_of_their_own() {
        let spec = RoleSpec::assume("r", "arn:aws:iam::{account}:role/x");
        let mut door = door(&spec, Ok(SESSION));
        door.ids.push((Some("ou pay".into()), Some("pay-id".into())));
        let parts = policies(READS, &[door], For { caller: Some(SESSION), partition: "aws" }).unwrap();
        let titles: Vec<&str> = parts[1..3].iter().map(|p| p.title.as_str()).collect();
        let trust = "trust of arn:aws:iam::{account}:role/x";
        assert_eq!(titles, [trust.to_owned(), format!("{trust} where ou pay")]);
        assert_eq!(statement(&parts[1])["Condition"].get("StringEquals"), None);
        let condition = &statement(&parts[2])["Condition"];
        assert_eq!(condition["StringEquals"], json!({ "sts:ExternalId": "pay-id" }));
        assert!(condition["ArnLike"].is_object(), "and of the same caller");
    }

    #[test]
    fn a_permission_set_and_a_profile_have_permissions_and_no_trust() {
        let how = [How::PermissionSet { name: "ReadFleet".into(), session: None }, How::Profile { name: "ops".into() }];
        let doors = how.map(|how| door(&RoleSpec { how, ..RoleSpec::assume("r", "") }, Ok(SESSION)));
        let parts = policies(READS, &doors, For { caller: Some(SESSION), partition: "aws" }).unwrap();
        let titles: Vec<&str> = parts.iter().map(|p| p.title.as_str()).collect();
        let caller = format!("permissions of {SESSION}");
        let own = format!("{caller} in its own account");
        assert_eq!(titles, ["inline policy of permission set ReadFleet", "permissions of profile ops", &caller, &own]);
        assert_eq!(statement(&parts[0])["Action"], json!(["ecs:ListServices"]));
        assert_eq!(parts[2].policy["Statement"].as_array().map(Vec::len), Some(1), "no role is assumed");
    }
}
