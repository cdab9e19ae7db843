//! The walk over the organisation: how many calls it takes, and that every road leads to the same tree.

use std::collections::{BTreeMap, HashMap};

use quarterdeck::{
    model::{Org, org::Origin},
    rows::Delta,
    sim,
    view::{At, Reply},
};

use crate::support::{
    Inside,
    inside::{Pass, quick, view},
};

/// 200 OUs and 1,000 accounts.
fn thousand() -> sim::Options {
    sim::Options { accounts: 1_000, ..quick() }
}

/// Whether every account is there and all that is above it has its name.
fn is_placed(nodes: &HashMap<String, (Option<String>, bool, bool)>, accounts: usize) -> bool {
    let mut count = 0;
    for (parent, account, _) in nodes.values() {
        if *account {
            count += 1;
            let mut above = parent.clone();
            while let Some(id) = above.take() {
                match nodes.get(&id) {
                    Some((parent, _, unnamed)) if !unnamed => above.clone_from(parent),
                    _ => return false,
                }
            }
        }
    }
    count == accounts
}

#[tokio::test]
async fn a_thousand_accounts_are_placed_by_at_most_91_calls() {
    let inside = Inside::with(thousand(), "").await;
    let world = inside.sim.world();
    assert_eq!((world.units.len() - 1, world.accounts.len()), (200, 1_000));
    let mut nodes = HashMap::new();
    let mut placed = None;
    // Empty OUs fill in behind; this test has seen enough once every account has its place.
    let (sink, mut replies) = tokio::sync::mpsc::channel(4);
    let reading = tokio::spawn(view("accounts").fetch(inside.cx.clone(), At::fleet(), sink));
    while placed.is_none() {
        let reply = replies.recv().await.expect("every account is placed before the end");
        let Reply::Rows(Delta::Upsert(rows)) = reply else { continue };
        for node in rows.iter().filter_map(|row| row.node()) {
            nodes.insert(node.id.clone(), (node.parent.clone(), node.account.is_some(), node.unnamed));
        }
        placed = is_placed(&nodes, 1_000).then(|| inside.sim.count("organizations", ""));
    }
    reading.abort();
    let calls = placed.unwrap_or_default();
    assert!(calls <= 91, "{calls} calls until every account was placed");
    assert_eq!(inside.sim.count("organizations", "ListAccounts"), 50);
    assert_eq!(inside.sim.count("organizations", "ListAccountsForParent"), 0, "no walk node by node");
    assert!(inside.sim.mutations().is_empty());
}

/// The tree of a pass is the tree of the world: names, places, states, empty OUs too.
fn same_as_the_world(inside: &Inside, pass: &Pass) {
    let org = Inside::org_of(pass);
    let world = inside.sim.world();
    let expect: BTreeMap<String, (String, Option<String>)> = world
        .units
        .iter()
        .map(|u| (u.id.clone(), (u.name.clone(), u.parent.map(|p| world.units[p].id.clone()))))
        .chain(world.accounts.iter().map(|a| (a.id.clone(), (a.name.clone(), Some(world.units[a.unit].id.clone())))))
        .collect();
    let got: BTreeMap<_, _> = org.walk().map(|(n, _)| (n.id.clone(), (n.name.clone(), n.parent.clone()))).collect();
    assert_eq!(got.len(), expect.len());
    assert_eq!(got, expect);
    for account in &world.accounts {
        let details = org.node(&account.id).and_then(|n| n.account.as_ref()).expect("an account");
        assert_eq!(details.state.word(), account.state.word(), "{}", account.name);
        assert_eq!(details.email, account.email);
    }
    let managing: Vec<&str> = org.walk().filter(|(n, _)| n.management).map(|(n, _)| n.id.as_str()).collect();
    assert_eq!(managing, [world.management()]);
}

#[tokio::test]
async fn broken_pages_missing_paths_and_throttling_end_in_the_same_tree() {
    for faults in [
        &["nopaths"][..],
        &["emptypage@organizations"],
        &["throttle:10%@organizations"],
        &["nopaths", "emptypage@organizations", "throttle:5%@organizations"],
        &["5xx:3x@organizations"],
    ] {
        let faults_of = faults.iter().map(|f| f.parse().expect("a fault")).collect();
        let inside = Inside::with(sim::Options { faults: faults_of, accounts: 80, ..quick() }, "").await;
        let pass = inside.read("accounts", At::fleet()).await;
        assert!(pass.complete, "{faults:?}: {:?}", pass.faults);
        same_as_the_world(&inside, &pass);
    }
}

#[tokio::test]
async fn tags_that_the_configuration_names_are_read_with_the_tree() {
    let toml = "[[where]]\ntag = { environment = \"prod\" }\nproduction = true\n";
    let inside = Inside::with(quick(), toml).await;
    let pass = inside.read("accounts", At::fleet()).await;
    assert!(pass.complete, "{:?}", pass.faults);
    let org = Inside::org_of(&pass);
    for account in org.accounts().iter().filter(|a| a.details.state.can_enter()) {
        let tags = account.details.tags.as_ref().unwrap_or_else(|| panic!("tags of {}", account.name));
        assert!(tags.get("environment").is_some(), "{}: {tags:?}", account.name);
    }
    same_as_the_world(&inside, &pass);
}

async fn known(faults: &[&str], environment: Option<Vec<(&'static str, String)>>, toml: &str) -> (Org, Pass) {
    let faults = faults.iter().map(|f| f.parse().expect("a fault")).collect();
    let sim = sim::start(sim::Options { faults, ..quick() }).await.expect("a port");
    let env = environment.unwrap_or_else(|| sim.environment()).into_iter().collect();
    let inside = Inside::on(sim, env, toml);
    let pass = inside.read("accounts", At::fleet()).await;
    (Inside::org_of(&pass), pass)
}

#[tokio::test]
async fn without_an_organisation_there_is_the_callers_own_account_and_no_fault() {
    for fault in ["noorg", "orgdenied"] {
        let (org, pass) = known(&[fault], None, "").await;
        assert!(pass.faults.is_empty() && pass.complete, "{fault}: {:?}", pass.faults);
        let [account] = org.accounts() else { panic!("{fault}: {:?}", org.accounts()) };
        assert_eq!(account.origin, Origin::Caller, "{fault}");
    }
}

#[tokio::test]
async fn accounts_of_the_configuration_stand_in_where_the_organisation_may_not_be_read() {
    let toml = "[[account]]\nid = \"111122223333\"\nname = \"shop\"\n";
    let (org, pass) = known(&["orgdenied"], None, toml).await;
    let names: Vec<&str> = org.accounts().iter().map(|a| a.name.as_str()).collect();
    assert!(names.contains(&"shop") && names.len() == 2, "{names:?}");
    let said: Vec<String> = pass.faults.iter().map(|f| format!("{f} {}", f.hint)).collect();
    assert!(said.iter().any(|s| s.contains("organizations:")), "it says which right is missing: {said:?}");
}
