//! What is drawn, held: every view at three sizes in two themes as text that keeps colour, and the pictures of the
//! documentation.

mod map;
pub mod stage;

use std::{fs, path::Path};

use quarterdeck::{
    app::{Event, Layer},
    model::{Ask, News, ViewId},
    sim,
    ui::{paint, theme::Theme},
    views::VIEWS,
};

use crate::support::inside::quick;
use stage::Stage;

/// A small terminal, a usual one, a large one.
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

/// Compares the frame with what was accepted. In the dark theme looks carry the names of their roles, so that a
/// snapshot says what was meant; in the light one their colours.
fn compare(stage: &mut Stage, name: &str, sizes: &[(u16, u16)]) {
    for &size in sizes {
        for word in ["dark", "light"] {
            let theme = Theme::shipped(word).expect("a theme");
            let buffer = stage.draw(size, &theme);
            let text = paint::tagged(&buffer, (word == "dark").then_some(&theme));
            insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(format!("{name}-{}x{}-{word}", size.0, size.1), text);
            });
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_view_at_three_sizes_in_two_themes() {
    let mut stage = Stage::open().await;
    for view in VIEWS {
        let word = view.id().0;
        match word {
            // What hangs on a service is reached through it.
            "tasks" => stage.keys(":ecs\r/checkout\rg\r").await,
            "deployments" | "events" | "task-definitions" => {
                stage.keys(&format!(":ecs\r/checkout\rg:{word}\r")).await;
            }
            "targets" => stage.keys(":ecs\r/checkout\rgH").await,
            "find" => stage.keys(":find checkout\r").await,
            // The order in which the fleet was asked is no part of the picture.
            "errors" => stage.keys(":errors nothing-of-this-name\r").await,
            word => stage.keys(&format!(":{word}\r")).await,
        }
        assert_eq!(stage.app.screen.view.id().0, word);
        compare(&mut stage, word, &SIZES);
        stage.keys("\x1b").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lies_over_the_panes() {
    let mut stage = Stage::open().await;
    let middle = [SIZES[0], SIZES[1]];
    stage.keys("?").await;
    compare(&mut stage, "over-help", &middle);
    stage.keys("?:the").await;
    compare(&mut stage, "over-palette", &middle);
    stage.keys("\x1b:ecs\r/checkout").await;
    compare(&mut stage, "over-filter", &middle);
    stage.keys("\rgd").await;
    compare(&mut stage, "detail", &SIZES);
    stage.keys("d\x1b").await;
    let serial = "arn:aws:iam::111122223333:mfa/officer".to_owned();
    stage.say(Event::Access(News::Ask(1, Ask::Mfa { serial, refused: None })));
    compare(&mut stage, "over-mfa", &middle);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_first_sweep_over_a_large_fleet_would_cost() {
    let mut stage = Stage::with(sim::Options { accounts: 60, ..quick() }).await;
    assert!(matches!(stage.app.layers.last(), Some(Layer::Sweep(_))), "nobody is read without a yes");
    assert!(stage.app.table(ViewId("ecs")).is_empty());
    compare(&mut stage, "over-sweep", &[SIZES[0], SIZES[1]]);
    stage.keys("y").await;
    assert!(stage.app.layers.is_empty() && !stage.app.table(ViewId("ecs")).is_empty());
}

/// Compares a picture of the documentation with what would be drawn today, or draws it anew.
fn picture(stage: &mut Stage, name: &str, title: &str, size: (u16, u16), theme: &str) {
    let theme = Theme::shipped(theme).expect("a theme");
    let drawn = paint::svg(&stage.draw(size, &theme), title);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    let path = folder.join(format!("{name}.svg"));
    if std::env::var_os("UPDATE_SCREENSHOTS").is_some() {
        fs::create_dir_all(&folder).expect("the folder of the pictures");
        fs::write(&path, drawn).expect("a picture");
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    // Not assert_eq: two pictures side by side tell nobody anything.
    assert!(
        kept == drawn,
        "screenshots/{name}.svg is not what is drawn today: UPDATE_SCREENSHOTS=1 cargo test screenshots"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn screenshots_show_what_is_drawn_today() {
    let mut stage = Stage::open().await;
    picture(&mut stage, "watch", "qd demo", (140, 40), "dark");
    picture(&mut stage, "light", "qd demo · theme light", (120, 32), "light");
    picture(&mut stage, "narrow", "qd demo · 80 columns", (80, 24), "dark");
    stage.keys(":ecs\rd").await;
    picture(&mut stage, "ecs", "qd demo · ecs, with the detail of a service", (180, 45), "dark");
    stage.keys("d/checkout\rg\r").await;
    picture(&mut stage, "tasks", "qd demo · tasks of a service", (140, 30), "dark");
    stage.keys(":access\r").await;
    picture(&mut stage, "access", "qd demo · access: who may enter which account, and why not", (160, 40), "dark");
    stage.keys(":ecs\r:").await;
    picture(&mut stage, "palette", "qd demo · the palette", (120, 32), "dark");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn screenshots_of_a_service_in_trouble() {
    let mut stage = Stage::open().await;
    stage.keys(":fleet\r").await;
    picture(&mut stage, "fleet", "qd demo · the fleet as a map", (120, 30), "gruvbox-dark");
    picture(&mut stage, "latte", "qd demo · theme catppuccin-latte", (80, 24), "catppuccin-latte");
    stage.keys(":ecs\r/checkout\rgD").await;
    picture(&mut stage, "deployments", "qd demo · deployments of a service", (160, 24), "nord");
    stage.keys("qt").await;
    stage.keys("gd").await;
    picture(&mut stage, "definitions", "qd demo · what a revision changed", (160, 40), "tokyo-night");
    stage.keys("dql").await;
    picture(&mut stage, "logs", "qd demo · the lines of a service", (160, 36), "dark");
    stage.keys("\x1b").await;
    stage.keys("E").await;
    stage.keys("checkout does not come up").await;
    picture(&mut stage, "elevate", "qd demo · one account, a reason, a while", (120, 30), "catppuccin-mocha");
    stage.keys("\r\r").await;
    stage.slowly("prod\r").await;
    stage.keys("B").await;
    picture(&mut stage, "guard", "qd demo · the exact call before it is made", (120, 30), "dark");
}
