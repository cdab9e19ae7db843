//! The hand of a person: text that a terminal types puts no question of a verb and answers none.

use std::time::Duration;

use quarterdeck::{
    access::Raise,
    app::{Event, Layer, deeds::Stage},
    model::News,
};

use crate::support::{bench::Bench, inside::named};

/// A console on a service of an account that is not production, elevated.
async fn elevated(account: &str) -> Bench {
    let mut bench = Bench::new(7).await;
    bench.open().await;
    let raise = Raise {
        account: named(&bench.app.org, account),
        reason: "to try the hand".into(),
        span: Duration::from_mins(15),
    };
    let lease = bench.inside.cx.guard.elevate(raise).await.expect("an elevation");
    bench.apply(Event::Access(News::Elevated(lease)));
    bench.line(&format!(":ecs {account}"));
    for _ in 0..100 {
        bench.settle().await;
        if bench.app.may_change() {
            return bench;
        }
    }
    panic!("no service of {account} is under the cursor");
}

fn asks(bench: &Bench) -> bool {
    matches!(bench.app.layers.last(), Some(Layer::Deed(_)))
}

async fn changed(bench: &mut Bench) -> usize {
    for _ in 0..20 {
        bench.pause(60);
        bench.settle().await;
    }
    bench.inside.sim.mutations().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_keys_neither_asks_nor_answers() {
    let mut bench = elevated("stackhawk-dev-runtime").await;
    for burst in ["R y a n", "x x R y", "R y", "R y y y y"] {
        bench.pause(500);
        bench.keys(burst);
        assert!(!asks(&bench), "{burst}");
        while !bench.app.layers.is_empty() {
            bench.keys("esc");
        }
        assert_eq!(changed(&mut bench).await, 0, "{burst}");
    }
    // A question that stands is not answered by text that begins with a yes, or holds one.
    for burst in ["y e s", "o y", "y y"] {
        bench.pause(500);
        bench.keys("R");
        assert!(asks(&bench), "{:?}", bench.app.notice());
        bench.pause(500);
        bench.keys(burst);
        assert!(!asks(&bench), "{burst}");
        assert_eq!(changed(&mut bench).await, 0, "{burst}");
        bench.app.layers.clear();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_is_taken_from_a_hand_that_had_time_to_read() {
    let mut bench = elevated("stackhawk-dev-runtime").await;
    bench.pause(500);
    bench.keys("R");
    bench.pause(200);
    bench.keys("y");
    assert!(!asks(&bench) && bench.app.notice().is_some_and(|said| said.contains("by hand")));
    bench.pause(500);
    bench.keys("R");
    bench.pause(400);
    bench.keys("y");
    assert_eq!(changed(&mut bench).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_typed_by_a_hand_where_the_account_is_production() {
    let mut bench = elevated("prod").await;
    bench.pause(500);
    bench.keys("R");
    let name = match bench.app.layers.last() {
        Some(Layer::Deed(question)) => match &question.stage {
            Stage::Name(plan, _) => plan.name.clone(),
            stage => panic!("no name is asked for: {stage:?}"),
        },
        _ => panic!("nothing is asked: {:?}", bench.app.notice()),
    };
    bench.pause(500);
    bench.keys("y backspace");
    // Pasted without brackets: the Enter comes with the name.
    bench.line(&name);
    assert_eq!(changed(&mut bench).await, 0);
    assert!(asks(&bench));
    bench.pause(60);
    for letter in name.chars() {
        bench.pause(60);
        bench.key(quarterdeck::app::Chord::char(letter));
    }
    bench.pause(60);
    bench.keys("enter");
    assert_eq!(changed(&mut bench).await, 1);
}
