//! Which of an account's enabled regions are read: asked of the account itself, and only where somebody looks.

use std::{collections::BTreeSet, sync::Arc};

use quarterdeck::{
    model::{Cell, Org, Scope},
    view::At,
};

use crate::support::{
    Inside,
    inside::{Pass, named, quick, view},
};

const CONFIG: &str = "roles = [\"role/cicd/delegated-role\"]\nregions = [\"eu-central-1\", \"eu-west-1\"]\n\
                      [[where]]\nou = \"workload\"\nregions = [\"eu-central-1\", \"me-south-1\"]\n";

/// The section of the detail of an account.
async fn regions(inside: &Inside, pass: &Pass, id: &str) -> Result<String, quarterdeck::model::Fault> {
    let row = pass.rows.get(id).unwrap_or_else(|| panic!("no account {id}"));
    let sections = view("accounts").sections(row, inside.now());
    let number = sections.iter().position(|(title, _)| *title == "regions").expect("a section");
    assert_eq!(sections[number].1, None, "it is asked for and not known");
    view("accounts").section(inside.cx.clone(), At::fleet(), row, number).expect("a question").await
}

/// The accounts that were asked for their regions, one for each call.
fn asked(inside: &Inside) -> Vec<String> {
    let calls = inside.sim.calls().into_iter();
    calls.filter(|call| call.operation == "ListRegions").map(|call| call.account).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_detail_of_an_account_says_which_of_its_regions_are_read_and_asks_it_alone() {
    let inside = Inside::with(quick(), CONFIG).await;
    let pass = inside.read("accounts", At::fleet()).await;
    let org = Inside::org_of(&pass);
    assert!(asked(&inside).is_empty(), "nobody has looked yet");
    let (audit, prod) = (named(&org, "audit"), named(&org, "prod"));
    let said = regions(&inside, &pass, audit.id.as_str()).await.expect("a text");
    assert!(said.starts_with("2 of 18 regions enabled in this account are read: eu-central-1, eu-west-1\nNot read: "));
    assert!(said.contains("us-east-1") && !said.contains("me-south-1"), "{said}");
    let said = regions(&inside, &pass, prod.id.as_str()).await.expect("a text");
    assert!(said.starts_with("1 of 18 regions enabled in this account are read: eu-central-1\nNot read: "), "{said}");
    assert!(said.contains("eu-west-1"), "a block of the configuration names others there: {said}");
    assert!(said.ends_with("Read in vain, since they are not enabled here: me-south-1"), "{said}");
    assert_eq!(asked(&inside), [audit.id.to_string(), prod.id.to_string()], "a call each, with keys of its own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_entered_is_not_asked_and_a_refusal_is_told() {
    let inside = Inside::with(quick(), CONFIG).await;
    let pass = inside.read("accounts", At::fleet()).await;
    let org: Org = Inside::org_of(&pass);
    let closed = org.accounts().iter().find(|a| !a.details.state.can_enter()).expect("one that is closed");
    let said = regions(&inside, &pass, closed.id.as_str()).await.expect("a text");
    assert!(said.starts_with("Not asked: an account that is "), "{said}");
    let ou = pass.rows.keys().find(|key| key.starts_with("ou-")).expect("an OU");
    assert_eq!(regions(&inside, &pass, ou).await.expect("a text"), "An OU has no regions of its own.");
    assert_eq!((inside.sim.count("sts", "AssumeRole"), asked(&inside).len()), (0, 0), "nobody was asked");
    let faults = vec!["denied@account".parse().expect("a fault")];
    let shut = Inside::with(quarterdeck::sim::Options { faults, ..quick() }, CONFIG).await;
    let pass = shut.read("accounts", At::fleet()).await;
    let id = named(&Inside::org_of(&pass), "audit").id.to_string();
    let fault = regions(&shut, &pass, &id).await.expect_err("a refusal");
    assert_eq!(
        (fault.call.as_str(), asked(&shut).into_iter().collect::<BTreeSet<_>>()),
        ("account:ListRegions", BTreeSet::from([id]))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_of_a_profile_is_asked_in_its_own_region_which_is_read() {
    let inside = Inside::with(quick(), "roles = [\"role/cicd/delegated-role\"]\n").await;
    let mut account = named(&inside.org().await, "audit").as_ref().clone();
    Arc::make_mut(&mut account.details).region = Some("eu-north-1".into());
    let scope = Scope::account(account.id.clone());
    let pass = inside.read("regions", At { scope, account: Some(Arc::new(account)), parent: None, role: None }).await;
    assert!(pass.complete && pass.faults.is_empty(), "{:?}", pass.faults);
    let column = view("regions").heads().iter().position(|head| head.id == "read").expect("a column");
    let read: Vec<&String> =
        pass.rows.iter().filter(|(_, row)| row.cell(column) == Cell::Flag(true)).map(|(key, _)| key).collect();
    assert_eq!(read, ["eu-north-1"], "the caller's region is not read there");
    let calls = inside.sim.calls().into_iter().filter(|call| call.operation == "ListRegions");
    assert_eq!(calls.map(|call| call.region).collect::<Vec<_>>(), ["eu-north-1"]);
}
