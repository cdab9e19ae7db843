//! What `qd iam-policy` prints, read as IAM would read it.

use serde_json::Value;

use crate::support::{Fleet, Qd};

/// The printed policies: the heading, the notes, and the document.
pub(super) fn parts(text: &str) -> Vec<(String, String, Value)> {
    let mut parts: Vec<(String, String, String)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("# "), parts.last_mut()) {
            (Some(title), last) if last.as_ref().is_none_or(|(.., body)| !body.is_empty()) => {
                parts.push((title.to_owned(), String::new(), String::new()));
            }
            (Some(note), Some(last)) => last.1.push_str(note),
            (None, Some(last)) => last.2.push_str(line),
            _ => panic!("a line before the first heading: {line}"),
        }
    }
    let read = |body: &str| serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {body}"));
    parts.into_iter().map(|(title, note, body)| (title, note, read(&body))).collect()
}

fn first(policy: &Value) -> &Value {
    assert_eq!(policy["Version"], "2012-10-17", "{policy}");
    &policy["Statement"][0]
}

/// Everything that IAM refuses in an ARN of a policy.
fn fits(text: &str) {
    assert!(!text.contains(['{', '}']), "{text} is no ARN");
    let account = text.split(':').nth(4).unwrap_or_default();
    assert!(account == "*" || (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())), "{text}");
}

#[test]
fn without_credentials_every_part_is_a_policy_and_the_placeholder_is_told() {
    let done = Qd::new().run(&["iam-policy"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let parts = parts(&done.out);
    assert_eq!(parts.len(), 4, "{}", done.out);
    let (title, note, trust) = &parts[1];
    assert!(title.starts_with("trust of") && note.contains("111111111111 stands for the caller's account"), "{note}");
    assert_eq!(first(trust)["Principal"]["AWS"], "arn:aws:iam::111111111111:root");
    fits(first(&parts[2].2)["Resource"].as_str().unwrap());
    assert_eq!(parts[3].2, parts[0].2, "its own account is read with its own keys");
}

#[test]
fn a_chain_is_printed_hop_by_hop_for_whoever_calls() {
    let config = "roles = [\"fleet\"]\n[role.fleet]\narn = \"arn:{partition}:iam::{account}:role/cicd/read\"\n\
                  chain = [\"arn:aws:iam::999999999999:role/hub\"]\nexternal_id = \"fleet-7\"\n";
    let fleet = Fleet::start(&[]);
    let done = fleet.qd().config(config).run(&["iam-policy"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let parts = parts(&done.out);
    assert_eq!(parts.len(), 6, "{}", done.out);
    let hub = "arn:aws:iam::999999999999:role/hub";
    let last = first(&parts[1].2);
    assert_eq!(last["Principal"]["AWS"], hub);
    assert_eq!(last["Condition"]["StringEquals"]["sts:ExternalId"], "fleet-7");
    let passes = first(&parts[2].2);
    assert_eq!(
        (&passes["Action"], &passes["Resource"]),
        (&"sts:AssumeRole".into(), &"arn:aws:iam::*:role/cicd/read".into())
    );
    let user = first(&parts[3].2)["Principal"]["AWS"].as_str().unwrap();
    fits(user);
    assert!(user.contains(":user/"), "the caller was asked: {user}");
    assert!(first(&parts[3].2).get("Condition").is_none());
    let caller = first(&parts[4].2);
    assert_eq!((&caller["Action"], &caller["Resource"]), (&"sts:AssumeRole".into(), &hub.into()));
    assert_eq!(parts[4].0, format!("permissions of {user}"));
    let reads = first(&parts[5].2)["Action"].to_string();
    assert!(reads.contains("ecs:ListServices") && reads.contains("logs:FilterLogEvents"), "{reads}");
}

#[test]
fn every_way_into_the_accounts_is_printed_with_the_ids_of_its_accounts() {
    let config = "roles = [\"read\", \"sso\"]\n[role.read]\narn = \"role/cicd/read\"\n[role.prod]\narn = \"role/prod\"\n\
                  [role.sso]\npermission_set = \"ReadFleet\"\n[[where]]\nou = \"workload/prod\"\nroles = [\"prod\"]\n\
                  external_id = \"prod-7\"\n[[where]]\nou = \"core\"\nexternal_id = \"core-7\"\n";
    let done = Qd::new().config(config).run(&["iam-policy"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let parts = parts(&done.out);
    let role = |name: &str| format!("arn:aws:iam::{{account}}:role/{name}");
    let titles: Vec<&str> = parts.iter().map(|(title, ..)| title.as_str()).collect();
    for wanted in [
        format!("permissions of {}", role("cicd/read")),
        format!("permissions of {}", role("prod")),
        format!("trust of {} where ou workload/prod", role("prod")),
        format!("trust of {} where ou core", role("cicd/read")),
        "inline policy of permission set ReadFleet".to_owned(),
    ] {
        assert!(titles.contains(&wanted.as_str()), "{wanted}: {titles:?}");
    }
    let id = |title: &str| {
        let (.., policy) = parts.iter().find(|(known, ..)| known == title).unwrap();
        first(policy)["Condition"]["StringEquals"]["sts:ExternalId"].clone()
    };
    assert_eq!(id(&format!("trust of {} where ou core", role("cicd/read"))), "core-7");
    assert!(id(&format!("trust of {}", role("cicd/read"))).is_null());
    assert!(!titles.iter().any(|title| title.starts_with("trust of") && title.contains("ReadFleet")), "{titles:?}");
}

#[test]
fn with_permission_sets_alone_no_role_is_assumed() {
    let done = Qd::new().config("roles = [\"sso\"]\n[role.sso]\npermission_set = \"ReadFleet\"\n").run(&["iam-policy"]);
    let titles: Vec<String> = parts(&done.out).into_iter().map(|(title, ..)| title).collect();
    let caller = "permissions of the caller";
    let own = format!("{caller} in its own account");
    assert_eq!(titles, ["inline policy of permission set ReadFleet", caller, &own]);
    assert!(!done.out.contains("sts:AssumeRole"), "{}", done.out);
}
