//! How the walk over the organisation and the sweep over its accounts go side by side.

use std::time::Duration;

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

/// How many accounts are entered while no OU is ever named, up to more than most of them.
async fn entered_without_names(config: &str, within: Duration) -> usize {
    let (sim, mut base) = fleet_of(300, &["hang@organizations.ListOrganizationalUnitsForParent"]).await;
    let paths = Paths::new(&Env::empty(), None);
    base.loaded = Config::assemble(&base.env, &Flags::default(), paths, Some(config)).unwrap();
    let entered = || sim.calls().iter().filter(|c| c.operation == "AssumeRole").count();
    let many = async {
        while entered() <= 250 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let get = ask("clusters");
    tokio::select! {
        _ = answer(&base, &get) => {}
        _ = tokio::time::timeout(within, many) => {}
    }
    entered()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_wait_for_the_names_of_their_ous_only_where_these_decide_how_they_are_entered() {
    let plain = "roles = [\"role/cicd/delegated-role\"]\nregions = [\"eu-central-1\"]\n";
    let begun = std::time::Instant::now();
    assert!(entered_without_names(plain, Duration::from_secs(40)).await > 250, "nothing depends on names");
    let named = format!("{plain}[[where]]\nou = \"workload\"\nregions = [\"eu-west-1\"]\n");
    let waited = entered_without_names(&named, begun.elapsed() * 2).await;
    assert!(waited < 10, "which regions are read does, and {waited} were entered");
}
