//! The map of the fleet, over the embedded one: each account's cell says what the tree says of it, a thousand accounts
//! fit into a small terminal, and nothing of it hangs on colour.

use quarterdeck::{
    app::Keys,
    model::{AccountId, Level, ViewId},
    sim,
    ui::theme::Theme,
};
use ratatui::{buffer::Buffer, style::Modifier};

use super::stage::Stage;
use crate::support::inside::quick;

/// What stands in the cell of an account, and how.
fn cell<'a>(stage: &Stage, buffer: &'a Buffer, account: &str) -> &'a ratatui::buffer::Cell {
    let (app, table) = (&stage.app, stage.app.table(ViewId("fleet")));
    let named = |slot: &quarterdeck::rows::Slot| slot.row.facts().name == account;
    let (id, _) = table.iter().find(|(_, slot)| named(slot)).expect("the account has a row");
    let spot = &app.map.spots[app.map.cell_of(id).expect("the row has a cell")];
    &buffer[(app.map.area.x + spot.x, app.map.area.y + spot.y - u16::try_from(app.map.offset).expect("a line"))]
}

fn text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width);
    let line = |line: &[ratatui::buffer::Cell]| line.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    buffer.content.chunks(width).map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_account_has_a_cell_that_says_what_the_tree_says() {
    let mut stage = Stage::open().await;
    stage.keys(":fleet\r").await;
    assert_eq!((stage.app.screen.view.id().0, stage.app.keys()), ("fleet", Keys::Map));
    let plain = Theme::shipped("dark").expect("a theme").without_colour();
    for size in [(80, 24), (120, 40), (200, 60)] {
        let buffer = stage.draw(size, &plain);
        let accounts: Vec<(String, AccountId)> =
            stage.app.org.accounts().iter().map(|a| (a.name.clone(), a.id.clone())).collect();
        assert_eq!(stage.app.map.spots.len(), accounts.len());
        for (name, id) in &accounts {
            let level = stage.app.rollup.of(id.as_str()).level;
            assert_eq!(cell(&stage, &buffer, name).symbol(), level.glyph(), "{name} at {size:?}");
        }
        assert!(accounts.iter().any(|(_, id)| stage.app.rollup.of(id.as_str()).level == Level::Broken));
        // The cursor shows without colour, and the line below names its cell.
        let under = stage.app.current().expect("a row").row.facts().name.to_owned();
        assert!(cell(&stage, &buffer, &under).modifier.contains(Modifier::REVERSED), "{under} at {size:?}");
        let id = &accounts.iter().find(|(name, _)| *name == under).expect("an account").1;
        assert!(text(&buffer).contains(id.as_str()), "{}", text(&buffer));
    }
    let under = stage.app.current().expect("a row").place.account.clone().expect("an account");
    stage.keys("\r").await;
    assert_eq!((stage.app.screen.view.id().0, stage.app.screen.select.as_str()), ("watch", under.as_str()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_leaves_the_others_dark_and_in_their_place() {
    let mut stage = Stage::open().await;
    stage.keys(":fleet\r").await;
    let theme = Theme::shipped("mono").expect("a theme");
    stage.draw((80, 24), &theme);
    let before = stage.app.map.spots.iter().map(|s| (s.x, s.y)).collect::<Vec<_>>();
    stage.keys("/prod\r").await;
    let buffer = stage.draw((80, 24), &theme);
    assert_eq!(stage.app.map.spots.iter().map(|s| (s.x, s.y)).collect::<Vec<_>>(), before);
    assert!(stage.app.map.spots.iter().any(|s| s.lit.is_some()) && stage.app.map.spots.iter().any(|s| s.lit.is_none()));
    assert_ne!(cell(&stage, &buffer, "prod").symbol(), "-");
    assert_eq!(cell(&stage, &buffer, "dev").symbol(), "-");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_accounts_that_nobody_read_yet_fit_into_a_small_terminal() {
    let mut stage = Stage::with(sim::Options { accounts: 1_000, ..quick() }).await;
    // Only what is looked at: no sweep.
    stage.keys("n:fleet\r").await;
    let buffer = stage.draw((80, 24), &Theme::shipped("dark").expect("a theme"));
    let map = &stage.app.map;
    assert_eq!((map.spots.len(), map.gathered, map.offset), (stage.app.org.accounts().len(), false, 0));
    assert!(map.lines <= usize::from(map.area.height), "{} lines", map.lines);
    let open = stage.app.org.accounts().iter().filter(|a| a.details.state.can_enter()).count();
    let unread = text(&buffer).lines().skip(2).take(usize::from(map.area.height) + 1).collect::<String>();
    assert_eq!(unread.matches('○').count(), open, "{}", text(&buffer));
}
