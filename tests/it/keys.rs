//! A hundred thousand random keys over the embedded fleet, in read-only mode and elevated: no panic, a frame after each,
//! and no request for a change that the audit log does not know of.

use std::{sync::Arc, time::Duration};

use quarterdeck::{
    access::Raise,
    app::{Chord, Event, Layer, deeds::Stage},
    model::{News, audit::Deed},
};

use crate::support::{bench::Bench, inside::named};

/// Keys pressed in each of the two tests.
const KEYS: usize = 100_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_keys_in_read_only_mode_change_nothing() {
    let mut bench = Bench::new(1).await;
    bench.open().await;
    for n in 0..KEYS {
        bench.press();
        // Nobody elevates here: where the form was filled in by chance, it is left.
        bench.inside.cx.guard.give_back("this test is read-only");
        if n % 100 == 0 {
            bench.settle().await;
        }
    }
    assert!(bench.inside.sim.mutations().is_empty(), "{:?}", bench.inside.sim.mutations());
    assert!(bench.quits > 0 && bench.inside.sim.calls().len() > 100, "the keys did something");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_keys_elevated_change_nothing_without_a_line() {
    let mut bench = Bench::new(2).await;
    bench.open().await;
    let account = named(&bench.app.org, "dev");
    for n in 0..KEYS {
        if n % 100 == 0 {
            if bench.app.raised.is_none() {
                let raise = Raise {
                    account: Arc::clone(&account),
                    reason: "random keys".into(),
                    span: Duration::from_mins(60),
                };
                let lease = bench.inside.cx.guard.elevate(raise).await.expect("an elevation");
                bench.apply(Event::Access(News::Elevated(lease)));
            }
            bench.app.layers.clear();
            bench.line(":ecs dev");
        }
        bench.press();
        // No chance types a name: a person does, now and then.
        if let Some(name) = wanted(&bench).filter(|_| n % 3 == 0) {
            bench.pause(400);
            bench.keys("ctrl-u");
            for letter in name.chars() {
                // As a hand types: what comes quicker is taken for pasted.
                bench.pause(60);
                bench.key(Chord::char(letter));
            }
            bench.pause(400);
            bench.keys("enter");
            for _ in 0..5 {
                bench.settle().await;
            }
        }
        if n % 50 == 0 {
            bench.settle().await;
        }
    }
    for _ in 0..200 {
        bench.settle().await;
    }
    let made = bench.inside.sim.mutations().len();
    let (lines, _) = bench.inside.cx.guard.audit().read().expect("a log");
    let begun = lines.iter().filter(|l| l.deed == Deed::Verb && l.outcome.word() == "begun").count();
    let refused = lines.iter().filter(|l| l.deed == Deed::Verb && l.outcome.word() == "refused").count();
    let ended = lines.iter().filter(|l| l.deed == Deed::Verb && l.outcome.word() != "begun").count();
    assert!(made > 0, "random keys that never do anything prove nothing");
    assert_eq!(made, begun, "a change without a line before it");
    assert_eq!(ended, begun + refused, "a line before without a line after");
}

/// The name that the question on top wants.
fn wanted(bench: &Bench) -> Option<String> {
    let Some(Layer::Deed(question)) = bench.app.layers.last() else { return None };
    match &question.stage {
        Stage::Name(plan, _) => Some(plan.name.clone()),
        _ => None,
    }
}
