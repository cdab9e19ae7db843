//! What `qd iam-policy` prints, put in force on the embedded fleet: it is enough for every view, and no action of it can
//! be left out without a view that says so.

mod hops;
mod views;

use jiff::Timestamp;
use quarterdeck::{sim, views as catalogue};
use serde_json::Value;

use super::grant::parts;
use crate::support::{Inside, inside::quick};

/// One role, which the default world has in every member account but one, and nothing that depends on tags.
const CONFIG: &str = "roles = [\"role/cicd/delegated-role\"]\nregions = [\"eu-central-1\", \"eu-west-1\"]\n";

/// The end of that role's ARN.
const ROLE: &str = "role/cicd/delegated-role";

/// The default world at a moment of its own: equal moments give equal worlds.
fn at(start: Timestamp) -> sim::Options {
    sim::Options { start: Some(start), ..quick() }
}

/// The policies that `qd iam-policy` prints on this ground: the heading and the document of each.
async fn printed(inside: &Inside, elevated: bool) -> Vec<(String, Value)> {
    let text = inside.cx.vault.iam_policy(&catalogue::caller_actions(), elevated).await.expect("policies");
    parts(&text).into_iter().map(|(title, _, policy)| (title, policy)).collect()
}

/// The policy whose heading begins so and ends so.
fn part<'a>(parts: &'a [(String, Value)], begins: &str, ends: &str) -> &'a Value {
    let found = parts.iter().find(|(title, _)| title.starts_with(begins) && title.ends_with(ends));
    &found.unwrap_or_else(|| panic!("no {begins} … {ends} among {parts:?}")).1
}

/// A policy without an action.
fn without(policy: &Value, action: &str) -> Value {
    let mut policy = policy.clone();
    for statement in policy["Statement"].as_array_mut().expect("statements") {
        if let Some(actions) = statement["Action"].as_array_mut() {
            actions.retain(|listed| listed != action);
        }
    }
    policy
}

/// Puts the printed policies in force, less an action (empty for none).
fn govern(inside: &Inside, parts: &[(String, Value)], less: &str) {
    let permissions = without(part(parts, "permissions of", ROLE), less).to_string();
    let trust = part(parts, "trust of", ROLE).to_string();
    inside.sim.govern(ROLE, &permissions, &trust).expect("policies that can be weighed");
    let caller = parts.iter().filter(|(title, _)| title.starts_with("permissions of") && title.contains(":user/"));
    let caller: Vec<String> = caller.map(|(_, policy)| without(policy, less).to_string()).collect();
    assert_eq!(caller.len(), 2, "of the caller, and of the caller in its own account");
    let caller: Vec<&str> = caller.iter().map(String::as_str).collect();
    inside.sim.govern_officer(inside.sim.world().management(), &caller).expect("policies that can be weighed");
}

/// A fleet on which nobody may do more than what is printed for this configuration, less an action.
async fn governed(start: Timestamp, less: &str) -> Inside {
    let inside = Inside::with(at(start), CONFIG).await;
    let parts = printed(&inside, false).await;
    govern(&inside, &parts, less);
    inside
}
