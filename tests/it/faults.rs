//! Each fault of the embedded fleet under each view, both as they are listed: whatever AWS does, keys are answered, what
//! could not be read is told, and all is whole again when the fault is gone.

use std::time::{Duration, Instant};

use quarterdeck::{
    sim::{Fault, KINDS, Kind},
    view::{AnyView, Run, Span},
    views::VIEWS,
};
use tokio::task::{JoinError, JoinSet};

use crate::support::bench::Bench;

/// How long a key and its frame may take.
const KEY: Duration = Duration::from_millis(100);

/// How long what a fault does may take to be told, the pauses between the attempts at a call among it.
const TOLD: Duration = Duration::from_secs(40);

/// A fault with its whole share on the service that views read, or on the only one that it is about.
fn on_services(kind: Kind) -> Fault {
    let fault = Fault::new(kind);
    let ecs = fault.service.is_none().then(|| "ecs".to_owned());
    Fault { service: fault.service.clone().or(ecs), ..fault }
}

/// Whether nothing that it strikes can be read in full while it is on. What is not named here is held to that.
fn harms(kind: Kind) -> bool {
    // An empty page is followed by a real one, and what is slow comes in the end.
    !matches!(kind, Kind::EmptyPage | Kind::Slow)
}

/// Whether it strikes what ECS answers. The others are about the organisation, sessions and logs alone, and are told of
/// where these are shown.
fn strikes_services(kind: Kind) -> bool {
    Fault::new(kind).service.is_none()
}

/// The quickest of three tries where the first was slow: what a loaded machine adds is not the console's.
fn quickest(bench: &mut Bench, keys: &str) -> Duration {
    let mut took = Duration::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        bench.keys(keys);
        took = took.min(begun.elapsed());
        if took < KEY {
            break;
        }
    }
    took
}

/// Consoles at a time: more than there are cores, since most of the time is the pauses between the attempts at a call.
const ABREAST: usize = 8;

/// Every kind, each in a console of its own, several side by side.
async fn each_kind<F: Future<Output = ()> + Send + 'static>(run: impl Fn(&'static str, Kind) -> F) {
    let mut all = JoinSet::new();
    let whole = |done: Option<Result<(), JoinError>>| match done {
        Some(Err(failed)) => std::panic::resume_unwind(failed.into_panic()),
        done => done.is_some(),
    };
    for (word, kind, _) in KINDS {
        if all.len() >= ABREAST {
            whole(all.join_next().await);
        }
        all.spawn(run(word, *kind));
    }
    while whole(all.join_next().await) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn under_each_fault_each_view_answers_keys_tells_and_recovers() {
    each_kind(|word, kind| async move {
        let mut bench = Bench::new(3).await;
        bench.open().await;
        // The services are known, so that what hangs on one of them can be opened under the fault.
        recovers(&mut bench, "the start").await;
        bench.inside.sim.set_faults(vec![on_services(kind)]);
        for view in VIEWS {
            walk_through(&mut bench, *view, word, kind).await;
        }
        if strikes_services(kind) && harms(kind) {
            tells(&mut bench, word, kind).await;
        }
        bench.inside.sim.set_faults(Vec::new());
        recovers(&mut bench, word).await;
    })
    .await;
}

/// Opens a view, reads it anew, and presses keys while the fault is on.
async fn walk_through(bench: &mut Bench, view: &'static dyn AnyView, word: &str, kind: Kind) {
    let id = view.id();
    enter(bench, view).await;
    // Without an organisation there may be no service left from which such a view could be opened.
    let hangs = matches!(view.span(), Span::One(_)) && !strikes_services(kind);
    assert!(hangs || bench.app.screen.view.id() == id, "{id} is not on the screen under {word}");
    let unread = bench.app.screen.view.id() == id && bench.app.coverage().read == 0;
    bench.keys("ctrl-r");
    bench.settle().await;
    for keys in ["j", "k", "G", "d", "d", "?", "?", "ctrl-z", "ctrl-z"] {
        let took = quickest(bench, keys);
        assert!(took < KEY, "{keys} took {took:?} in {id} under {word}");
    }
    let seen = bench.app.coverage();
    if unread && seen.wanted > 0 && strikes_services(kind) && harms(kind) && calls_ecs(view) {
        assert_eq!(seen.read, 0, "{id} counts as read what {word} refused: {}", seen.words());
    }
}

/// Goes to a view: by its word, or by the key that leads there from a row of the view that it hangs on.
async fn enter(bench: &mut Bench, view: &dyn AnyView) {
    bench.app.layers.clear();
    let Span::One(of) = view.span() else {
        bench.line(&format!(":{}", view.id()));
        return;
    };
    bench.line(&format!(":{of}"));
    bench.settle().await;
    bench.draw();
    let of = VIEWS.iter().find(|v| v.id() == of).expect("a view of the catalogue");
    let links = of.links();
    let (_, key) = links.iter().find(|(to, _)| *to == view.id()).expect("a link to it");
    bench.keys(&if key.is_empty() { "enter".to_owned() } else { format!("g {key}") });
    bench.settle().await;
}

/// Whether nothing of it can be read without ECS.
fn calls_ecs(view: &dyn AnyView) -> bool {
    let actions = view.actions();
    matches!(view.run(), Run::Poll(_)) && !actions.is_empty() && actions.iter().all(|action| action.starts_with("ecs:"))
}

/// The coverage of the services says, with the fault on, that what is on the screen was not read anew.
async fn tells(bench: &mut Bench, word: &str, kind: Kind) {
    let begun = Instant::now();
    bench.app.layers.clear();
    bench.line(":ecs");
    bench.keys("0 ctrl-r");
    let before = bench.app.coverage();
    if kind == Kind::Hang {
        // What never answers fails nothing: it is told by the age of what was read.
        bench.inside.sim.clock().advance(Duration::from_mins(4));
    }
    while begun.elapsed() < TOLD {
        bench.settle().await;
        let seen = bench.app.coverage();
        if !seen.is_complete() && seen.read + 4 < seen.wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let seen = bench.app.coverage();
    panic!("{word} is not told: {} before, {} now", before.words(), seen.words());
}

/// Reads again until the sweep is as whole as it was before any fault: four places of the world are always closed.
async fn recovers(bench: &mut Bench, word: &str) {
    let begun = Instant::now();
    bench.app.layers.clear();
    bench.line(":ecs");
    bench.keys("0 ctrl-r");
    let mut asked = Instant::now();
    while begun.elapsed() < TOLD {
        bench.settle().await;
        let seen = bench.app.coverage();
        if seen.wanted > 40 && seen.gaps.len() <= 4 && seen.read + 4 >= seen.wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        if asked.elapsed() > Duration::from_secs(5) {
            asked = Instant::now();
            bench.keys("ctrl-r");
        }
    }
    let seen = bench.app.coverage();
    panic!("after {word}: {} of {} read, {:?}", seen.read, seen.wanted, seen.gaps);
}
