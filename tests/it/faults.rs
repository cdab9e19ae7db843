//! Each fault of the embedded fleet under each view: the state answers keys whatever AWS does, says what it could not
//! read, and is whole again when the fault is gone.

use std::time::{Duration, Instant};

use quarterdeck::{app::Event, sim::Fault, views::VIEWS};

use crate::support::bench::Bench;

/// What every request gets while a fault is on; some for all services, some for the one that is swept.
const FAULTS: [&str; 11] = [
    "throttle@ecs",
    "5xx@ecs",
    "html500@ecs",
    "hang@ecs",
    "reset@ecs",
    "expired:20x@ecs",
    "denied@ecs",
    "malformed@ecs",
    "truncated@ecs",
    "emptypage@ecs",
    "slow@ecs",
];

/// How long a key and its frame may take.
const KEY: Duration = Duration::from_millis(100);

/// The quickest of three tries: what a loaded machine adds is not the console's.
fn quickest(bench: &mut Bench, keys: &str) -> Duration {
    let took = |bench: &mut Bench| {
        let begun = Instant::now();
        bench.keys(keys);
        begun.elapsed()
    };
    (0..3).map(|_| took(bench)).min().expect("three tries")
}

#[tokio::test(flavor = "multi_thread")]
async fn under_each_fault_each_view_answers_keys_and_recovers() {
    let mut bench = Bench::new(3).await;
    bench.open().await;
    for fault in FAULTS {
        let parsed: Fault = fault.parse().expect("a fault");
        bench.inside.sim.set_faults(vec![parsed]);
        for view in VIEWS {
            bench.app.layers.clear();
            bench.line(&format!(":{}", view.id()));
            bench.keys("ctrl-r");
            bench.settle().await;
            for keys in ["j", "k", "G", "d", "d", "?", "?", "ctrl-z"] {
                let took = quickest(&mut bench, keys);
                assert!(took < KEY, "{keys} took {took:?} in {} under {fault}", view.id());
            }
            // An odd number of turns, so back to everything.
            bench.keys("ctrl-z");
        }
        bench.inside.sim.set_faults(Vec::new());
        recovers(&mut bench, fault).await;
    }
}

/// Reads again until the sweep is as whole as it was before any fault: four places of the world are always closed.
async fn recovers(bench: &mut Bench, fault: &str) {
    let begun = Instant::now();
    bench.app.layers.clear();
    bench.line(":ecs");
    bench.keys("0 ctrl-r");
    while begun.elapsed() < Duration::from_secs(60) {
        bench.settle().await;
        let seen = bench.app.coverage();
        if seen.wanted > 40 && seen.gaps.len() <= 4 && seen.read + 4 >= seen.wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        if begun.elapsed().as_millis() % 3_000 < 25 {
            bench.keys("ctrl-r");
        }
    }
    let seen = bench.app.coverage();
    bench.apply(Event::Notice(String::new()));
    panic!("after {fault}: {} of {} read, {:?}", seen.read, seen.wanted, seen.gaps);
}
