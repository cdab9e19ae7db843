//! The walk of an organisation of 200 OUs and 1,000 accounts, against AWS's documented limits at half of their rates, with
//! 120 ms for each answer; and beside it the naive walk per node, which asks twice at each. In one run.
//!
//! `cargo bench --bench walk`

#![allow(clippy::disallowed_methods, reason = "it measures")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to measure")]

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use quarterdeck::{
    rows::Delta,
    sim::{self, Kind},
    view::Reply,
};

#[path = "fleet.rs"]
mod fleet;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        println!("200 OUs, 1,000 accounts, 120 ms an answer, half of the documented rates");
        let fast = walk("by Paths", Vec::new()).await;
        let naive = walk("per node", vec![sim::Fault::new(Kind::NoPaths)]).await;
        println!("calls until every account is placed: {} against {} (figure to hold: 91)", fast.0, naive.0);
        println!("the walk by Paths takes {:.2} of the naive one's time", fast.1 / naive.1);
        let rates = imposed(fast.0);
        println!(
            "{:.1} s against {rates:.1} s that the rates impose: {:.2} × (figure to hold: 1.2)",
            fast.1,
            fast.1 / rates
        );
    });
}

/// Seconds that half of the documented rates impose on a walk of so many calls: one `ListRoots`, 50 `ListAccounts` one after
/// the other at 4/s (burst 6) or 120 ms each, whichever is longer, and the rest `ListOrganizationalUnitsForParent` at 2.5/s
/// (burst 4), which can begin only with the first accounts.
fn imposed(calls: u64) -> f64 {
    let listed = (50.0_f64 - 6.0) / 4.0 + 0.12;
    let named = (calls as f64 - 51.0 - 4.0).max(0.0) / 2.5 + 0.24;
    listed.max(named)
}

async fn walk(name: &str, faults: Vec<sim::Fault>) -> (u64, f64) {
    let latency = sim::Latency::Fixed(Duration::from_millis(120));
    let options = sim::Options { accounts: 1_000, faults, latency, ..sim::Options::default() };
    let sim = sim::start(options).await.unwrap();
    let cx = fleet::cx(&sim);
    cx.vault.caller().await.unwrap();
    let begun = Instant::now();
    let (mut placed, mut unnamed, mut known) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut done = None;
    fleet::read(&cx, fleet::view("accounts"), |step| {
        if let Reply::Rows(Delta::Upsert(page)) = step {
            for node in page.iter().filter_map(|row| row.node()) {
                known.insert(node.id.clone());
                if node.account.is_some() {
                    placed.insert(node.id.clone());
                } else if node.unnamed {
                    unnamed.insert(node.id.clone());
                } else {
                    unnamed.remove(&node.id);
                }
            }
            if done.is_none() && placed.len() == 1_000 && unnamed.is_empty() {
                done = Some((sim.count("organizations", ""), begun.elapsed().as_secs_f64()));
            }
        }
    })
    .await;
    let whole = (sim.count("organizations", ""), begun.elapsed().as_secs_f64());
    let (calls, seconds) = done.unwrap_or(whole);
    println!(
        "  {name:9} {calls:4} calls, {seconds:5.1} s until every account is placed and named; {} calls, {:.1} s for all of it",
        whole.0, whole.1
    );
    (calls, seconds)
}
