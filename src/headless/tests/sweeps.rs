//! How the walk over the organisation and the sweep over its accounts go side by side.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_are_read_while_others_are_still_being_listed_and_each_place_once() {
    let (sim, base) = fleet_of(300, &[]).await;
    let (json, _) = answer(&base, &ask("clusters")).await.unwrap();
    let calls = sim.calls();
    let first = calls.iter().position(|c| c.service == "ecs").unwrap();
    let last = calls.iter().rposition(|c| c.operation == "ListAccounts").unwrap();
    assert!(first < last, "the first account was entered at call {first}, the last page came at {last}");
    let mut places: Vec<_> =
        calls.iter().filter(|c| c.operation == "ListClusters").map(|c| (&c.account, &c.region)).collect();
    let all = places.len();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), all, "no place is asked twice");
    let coverage = &json["coverage"];
    assert!(coverage["wanted"].as_u64().unwrap() > 290, "{coverage}");
    assert_eq!(coverage["wanted"].as_u64().unwrap(), places.len() as u64 + coverage["denied"].as_u64().unwrap_or(0));
}

/// Where in the calls an account of an OU that nobody had named yet was entered; `None` where each waited for its names.
async fn entered_before_named(config: &str) -> Option<usize> {
    let (sim, mut base) = fleet_of(300, &[]).await;
    let paths = Paths::new(&Env::empty(), None);
    base.loaded = Config::assemble(&base.env, &Flags::default(), paths, Some(config)).unwrap();
    answer(&base, &ask("clusters")).await.unwrap();
    let calls = sim.calls();
    let last = calls.iter().rposition(|c| c.operation == "ListAccounts").unwrap();
    // The list is over, and names are asked for still: more accounts are entered before the next name comes.
    let named = calls.iter().rposition(|c| c.operation == "ListOrganizationalUnitsForParent").unwrap();
    let entered = |from: usize, to: usize| calls[from..to].iter().filter(|c| c.operation == "AssumeRole").count();
    (named > last && entered(0, named) > 250).then_some(named)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_wait_for_the_names_of_their_ous_only_where_these_decide_how_they_are_entered() {
    let plain = "roles = [\"role/cicd/delegated-role\"]\nregions = [\"eu-central-1\"]\n";
    assert!(entered_before_named(plain).await.is_some(), "nothing depends on names");
    let named = format!("{plain}[[where]]\nou = \"workload\"\nregions = [\"eu-west-1\"]\n");
    assert_eq!(entered_before_named(&named).await, None, "which regions are read does");
}
