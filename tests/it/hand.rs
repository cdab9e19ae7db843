//! The hand of a person: text that a terminal types puts no question of a verb and answers none.

use std::{sync::Arc, time::Duration};

use quarterdeck::{
    access::Raise,
    app::{Chord, Event, Layer, deeds::Stage},
    model::{News, audit::Outcome},
    ui::{self, theme::Theme},
};
use ratatui::{buffer::Buffer, layout::Rect};

use crate::support::{
    bench::Bench,
    inside::{DEMO, Inside, named, quick},
};

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
    let mut bench = Box::pin(elevated("stackhawk-dev-runtime")).await;
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
    let mut bench = Box::pin(elevated("stackhawk-dev-runtime")).await;
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

/// The name that the question on top wants.
fn wanted(bench: &Bench) -> String {
    match bench.app.layers.last() {
        Some(Layer::Deed(question)) => match &question.stage {
            Stage::Name(plan, _) => plan.name.clone(),
            stage => panic!("no name is asked for: {stage:?}"),
        },
        _ => panic!("nothing is asked: {:?}", bench.app.notice()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_typed_by_a_hand_where_the_account_is_production() {
    let mut bench = Box::pin(elevated("prod")).await;
    bench.pause(500);
    bench.keys("R");
    let name = wanted(&bench);
    bench.pause(500);
    bench.keys("y backspace");
    // Pasted without brackets: the Enter comes with the name.
    bench.line(&name);
    assert_eq!(changed(&mut bench).await, 0);
    assert!(asks(&bench));
    bench.pause(60);
    for letter in name.chars() {
        bench.pause(60);
        bench.key(Chord::char(letter));
    }
    bench.pause(60);
    bench.keys("enter");
    assert_eq!(changed(&mut bench).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_came_as_one_burst_is_pasted_whenever_its_enter_comes() {
    let mut bench = Box::pin(elevated("prod")).await;
    bench.pause(500);
    bench.keys("R");
    let name = wanted(&bench);
    bench.pause(500);
    for letter in name.chars() {
        bench.key(Chord::char(letter));
    }
    assert!(text(&mut bench).contains("pasted text confirms nothing"), "{}", text(&mut bench));
    bench.pause(2_000);
    bench.keys("enter");
    assert_eq!(changed(&mut bench).await, 0);
    assert!(asks(&bench));
    // Two fingers that roll over each other are no paste.
    bench.pause(500);
    for (n, letter) in name.chars().enumerate() {
        bench.pause(if n % 3 == 1 { 30 } else { 90 });
        bench.key(Chord::char(letter));
    }
    bench.pause(200);
    bench.keys("enter");
    assert_eq!(changed(&mut bench).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_an_elevation_takes_no_name_that_came_as_one_burst() {
    let mut bench = Bench::new(7).await;
    bench.open().await;
    let account = named(&bench.app.org, "prod");
    account.id.as_str().clone_into(&mut bench.app.screen.select);
    bench.pause(500);
    bench.keys("E");
    for letter in "to look".chars() {
        bench.key(Chord::char(letter));
    }
    // A reason may be pasted, and so may minutes.
    bench.keys("enter enter");
    bench.pause(300);
    assert!(bench.app.counts_moments(), "the moments of keys count while a name is asked for");
    for letter in account.name.chars() {
        bench.key(Chord::char(letter));
    }
    let form = |bench: &Bench| match bench.app.layers.last() {
        Some(Layer::Raise(form)) => (**form).clone(),
        other => panic!("{other:?}: {:?}", bench.app.notice()),
    };
    assert_eq!(form(&bench).wrong.as_deref(), Some("type it by hand: pasted text confirms nothing"));
    bench.pause(2_000);
    bench.keys("enter");
    assert!(!form(&bench).sent, "nothing stands in the line");
    for letter in account.name.chars() {
        bench.pause(90);
        bench.key(Chord::char(letter));
    }
    bench.pause(90);
    bench.keys("enter");
    assert!(form(&bench).sent, "{:?}", form(&bench).wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_without_an_answer_is_not_known_to_be_undone() {
    let mut bench = Box::pin(elevated("stackhawk-dev-runtime")).await;
    bench.inside.sim.set_faults(vec!["reset@ecs.UpdateService".parse().expect("a fault")]);
    bench.pause(500);
    bench.keys("R");
    bench.pause(400);
    bench.keys("y");
    bench.pause(60);
    assert!(bench.app.is_changing());
    assert!(text(&mut bench).contains("changing …"), "{}", text(&mut bench));
    for _ in 0..500 {
        bench.settle().await;
        if !bench.app.is_changing() {
            break;
        }
    }
    bench.pause(60_000);
    let said = bench.app.notice().map(str::to_owned);
    assert!(said.as_ref().is_some_and(|said| said.starts_with("not known whether it was done: ")), "{said:?}");
    assert!(bench.app.notice_is_trouble());
    let lines = bench.inside.cx.guard.audit().read().expect("a log").0;
    assert_eq!(lines.last().map(|line| line.outcome), Some(Outcome::Unknown));
    bench.keys("w");
    assert!(!bench.app.notice_is_trouble());
}

/// What is on the screen.
fn text(bench: &mut Bench) -> String {
    let (width, height) = bench.app.size;
    let mut frame = Buffer::empty(Rect::new(0, 0, width, height));
    ui::draw(&bench.app, &Theme::shipped("dark").expect("a theme"), &mut frame);
    let width = usize::from(frame.area.width);
    let line = |cells: &[ratatui::buffer::Cell]| cells.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    frame.content.chunks(width).map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_hides_no_elevation() {
    let mut bench = Box::pin(elevated("stackhawk-dev-runtime")).await;
    bench.keys("f");
    bench.apply(Event::Notice("words that would take the whole line and more ".repeat(4)));
    let shown = text(&mut bench);
    assert!(shown.contains("ELEVATED stackhawk-dev") && shown.contains("words that"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_one_elevation_does_not_take_another_back() {
    let mut bench = Box::pin(elevated("stackhawk-dev-runtime")).await;
    let raise =
        Raise { account: named(&bench.app.org, "dev"), reason: "the next one".into(), span: Duration::from_mins(60) };
    let lease = bench.inside.cx.guard.elevate(raise).await.expect("an elevation");
    // Its news is on the way when the time of the first is over.
    bench.pause(16 * 60_000);
    assert_eq!(bench.inside.cx.guard.raised_lease().map(|held| held.account), Some(lease.account.clone()));
    bench.apply(Event::Access(News::Elevated(lease)));
    assert!(bench.app.raised.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_configuration_keeps_read_only_is_said_to_be_so() {
    let mut bench = Box::pin(elevated("stackhawk-dev-runtime")).await;
    let account = bench.app.raised.clone().expect("elevated").lease.account;
    bench.apply(Event::Access(News::GivenBack));
    let toml = format!("{DEMO}\n[[where]]\naccount = \"{account}\"\nread_only = true\n");
    bench.app.setup.config = Arc::clone(&Inside::with(quick(), &toml).await.cx.config);
    bench.keys("R");
    assert!(bench.app.notice().is_some_and(|said| said.contains("read-only by the configuration")));
    bench.apply(Event::Resize(160, 24));
    assert!(text(&mut bench).lines().last().is_some_and(|line| line.contains("read-only by the configuration")));
    assert!(!text(&mut bench).contains("E elevates"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_names_the_credentials_that_will_be_used() {
    let mut bench = Bench::new(7).await;
    bench.open().await;
    let own = bench.app.caller.clone().expect("a caller").account;
    own.as_str().clone_into(&mut bench.app.screen.select);
    bench.keys("E");
    let form = match bench.app.layers.last() {
        Some(Layer::Raise(form)) => form.clone(),
        other => panic!("{other:?}: {:?}", bench.app.notice()),
    };
    assert_eq!(form.account.id, own);
    let raise = Raise { account: form.account, reason: "to compare".into(), span: Duration::from_mins(15) };
    let lease = bench.inside.cx.guard.elevate(raise).await.expect("an elevation");
    let caller = bench.app.caller.clone().expect("a caller");
    assert_eq!(
        form.role.contains("own credentials, with all of their rights"),
        lease.arn == caller.arn,
        "{}",
        form.role
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_room_on_the_screen_is_not_agreed_to() {
    let mut bench = Box::pin(elevated("stackhawk-dev-runtime")).await;
    bench.pause(500);
    bench.keys("R");
    bench.apply(Event::Resize(60, 10));
    bench.pause(400);
    assert!(text(&mut bench).contains("too small to show"), "{}", text(&mut bench));
    bench.apply(Event::Key(Chord::char('y')));
    assert_eq!(changed(&mut bench).await, 0);
    bench.apply(Event::Resize(60, 24));
    bench.pause(400);
    let shown = text(&mut bench);
    assert!(shown.contains("service =") && shown.contains("forceNewDeployment = true"), "{shown}");
    bench.apply(Event::Key(Chord::char('y')));
    assert_eq!(changed(&mut bench).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_footer_offers_no_answer_to_what_has_no_room() {
    for (account, key, offer) in [
        ("stackhawk-dev-runtime", "R", "y yes"),
        ("stackhawk-dev-runtime", "S", "enter accept"),
        ("prod", "R", "enter accept"),
    ] {
        let mut bench = Box::pin(elevated(account)).await;
        bench.pause(500);
        bench.keys(key);
        bench.pause(500);
        let footer = |bench: &mut Bench| text(bench).lines().last().expect("a line").to_owned();
        assert!(footer(&mut bench).contains(offer), "{key} in {account}: {}", footer(&mut bench));
        bench.apply(Event::Resize(60, 8));
        let small = footer(&mut bench);
        assert!(!small.contains("accept") && !small.contains("yes"), "{key} in {account}: {small}");
        assert!(small.contains("leave") || small.contains("no"), "{key} in {account}: {small}");
        // What is pressed all the same goes nowhere, and that is said.
        bench.apply(Event::Key(Chord::parse(if offer == "y yes" { "y" } else { "enter" }).unwrap()));
        assert!(asks(&bench) && text(&mut bench).contains("too small to show"), "{}", text(&mut bench));
        bench.apply(Event::Resize(80, 24));
        assert!(footer(&mut bench).contains(offer), "{key} in {account}: {}", footer(&mut bench));
        assert_eq!(changed(&mut bench).await, 0);
    }
}
