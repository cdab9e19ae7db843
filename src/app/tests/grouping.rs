//! Rows in groups: headings, folds, and a cursor that stays where it is.

use super::{Desk, at, row, services, since, thing};
use crate::{
    app::{Event, Keys, Mouse, screen::Grouping},
    model::Level,
    rows::{Delta, Line},
};

/// The lines on the screen: headings with their fold mark and sums, rows by their key.
pub(super) fn lines(desk: &Desk) -> Vec<String> {
    let screen = &desk.app.screen;
    let table = desk.app.table(screen.view.id());
    let word = |at| match screen.line(at).unwrap() {
        Line::Group(g) => format!("{} {} {:?}", if g.closed { '+' } else { '-' }, g.name.name, g.counts),
        Line::Row(id) => table.get(id).map_or_else(String::new, |slot| slot.row.key().to_string()),
    };
    (0..screen.len()).map(word).collect()
}

/// The line under the cursor.
fn under(desk: &Desk) -> String {
    lines(desk)[desk.app.screen.position].clone()
}

/// Two services in dev, three in prod, one in main.
fn desk() -> Desk {
    let mut desk = Desk::small();
    desk.command("svc");
    desk.pass("svc", &at(13), services(&[("d1", Level::Degraded), ("d2", Level::Ok)]));
    desk.pass("svc", &at(12), services(&[("p1", Level::Ok), ("p2", Level::Broken), ("p3", Level::Unknown)]));
    desk.pass("svc", &at(11), services(&[("m1", Level::Ok)]));
    desk
}

#[test]
fn one_key_goes_from_one_list_to_accounts_to_ous_and_back() {
    let mut desk = desk();
    let list = lines(&desk);
    assert_eq!(list, ["p2", "d1", "p3", "m1", "p1", "d2"]);
    desk.press("x");
    let accounts =
        ["- prod [1, 0, 0, 1]", "p2", "p3", "p1", "- dev [0, 1, 0, 0]", "d1", "d2", "- main [0, 0, 0, 0]", "m1"];
    assert_eq!(lines(&desk), accounts, "the worst group first, the order of the list within");
    desk.press("x");
    assert_eq!(lines(&desk), ["- work [1, 1, 0, 1]", "p2", "d1", "p3", "p1", "d2", "- core [0, 0, 0, 0]", "m1"]);
    desk.press("x");
    assert_eq!(lines(&desk), list);
}

#[test]
fn the_order_within_a_group_is_the_screens() {
    let mut desk = desk();
    desk.press("x");
    desk.command("sort -name");
    let accounts: Vec<String> = lines(&desk).into_iter().filter(|l| !l.starts_with('-')).collect();
    assert_eq!(accounts, ["p3", "p2", "p1", "d2", "d1", "m1"]);
    desk.command("sort trouble");
    desk.pass_later("svc", 13, vec![since("d1", Level::Degraded, 900), since("d2", Level::Degraded, 100)]);
    assert_eq!(lines(&desk)[5..7], ["d2", "d1"], "what has been bad for longer goes first");
}

#[test]
fn the_cursor_rests_on_headings_and_folds_what_is_below() {
    let mut desk = desk();
    desk.press("x");
    assert_eq!(under(&desk), "p2", "not on the heading before anybody moved");
    desk.press("k");
    assert_eq!((under(&desk).as_str(), desk.app.keys()), ("- prod [1, 0, 0, 1]", Keys::Group));
    assert!(desk.app.current().is_none(), "a heading is no row");
    desk.press("space");
    assert_eq!(lines(&desk)[..2], ["+ prod [1, 0, 0, 1]", "- dev [0, 1, 0, 0]"]);
    desk.press("j j");
    assert_eq!(under(&desk), "d1");
    desk.press("h");
    assert_eq!(under(&desk), "- dev [0, 1, 0, 0]", "from a row to its heading");
    desk.press("h");
    assert_eq!(lines(&desk)[..3], ["+ prod [1, 0, 0, 1]", "+ dev [0, 1, 0, 0]", "- main [0, 0, 0, 0]"]);
    desk.press("l l");
    assert_eq!(under(&desk), "d1", "opened, and then into it");
    desk.press("g l");
    assert_eq!(lines(&desk)[..2], ["- prod [1, 0, 0, 1]", "p2"]);
}

#[test]
fn the_cursor_stays_on_its_row_while_groups_change_places() {
    let mut desk = desk();
    desk.press("x G");
    assert_eq!(under(&desk), "m1");
    desk.pass_later("svc", 11, services(&[("m1", Level::Ok), ("m2", Level::Broken), ("m0", Level::Broken)]));
    assert_eq!(lines(&desk)[..4], ["- main [2, 0, 0, 0]", "m0", "m2", "m1"]);
    assert_eq!(under(&desk), "m1");
    desk.press("h h");
    desk.pass_later("svc", 12, services(&[("p1", Level::Broken), ("p2", Level::Broken), ("p3", Level::Broken)]));
    assert_eq!(under(&desk), "+ main [2, 0, 0, 0]", "and on its heading");
    desk.press("x");
    assert!(lines(&desk).contains(&"m1".to_owned()), "other groups begin open");
}

#[test]
fn enter_on_a_heading_looks_at_it_alone_and_a_click_folds_it() {
    let mut desk = desk();
    desk.press("x g enter");
    assert_eq!(desk.place(), ("svc", "000000000012"));
    assert_eq!(desk.app.screen.grouping, Grouping::Account);
    assert_eq!(desk.app.account_at_hand().unwrap().name, "prod");
    desk.press("esc g");
    let table = desk.app.areas().table;
    for fold in ["+", "-"] {
        desk.apply(Event::Mouse(Mouse::Click(table.x + 3, table.y + 2)));
        assert!(under(&desk).starts_with(fold), "{}", under(&desk));
    }
}

#[test]
fn a_row_that_is_sought_opens_its_group() {
    let mut desk = Desk::small();
    desk.pass("svc", &at(12), services(&[("web", Level::Broken)]));
    desk.tick(250);
    desk.command("svc");
    desk.press("x g space - x x x");
    assert_eq!(desk.place().0, "watch");
    desk.press("enter");
    assert_eq!(desk.cursor().as_deref(), Some("web"));
}

#[test]
fn the_board_is_grouped_like_any_view_and_what_lies_in_no_account_is_not() {
    let mut desk = desk();
    desk.tick(250);
    desk.press("w");
    desk.tick(250);
    desk.press("x");
    assert_eq!(lines(&desk), ["- prod [1, 0, 0, 0]", "p2@prod", "- dev [0, 1, 0, 0]", "d1@dev"]);
    desk.command("feed");
    desk.press("x");
    assert_eq!(desk.app.screen.grouping, Grouping::Account, "nothing is known yet");
    desk.press("x x");
    desk.answer("feed", &crate::model::Scope::fleet(), Delta::Upsert(vec![row("feed", &thing("f", Level::Ok))]));
    desk.press("x");
    assert_eq!(desk.app.screen.grouping, Grouping::None);
    assert!(desk.app.notice().unwrap().contains("no account"));
}

#[test]
fn filters_and_problems_alone_leave_the_groups_that_have_rows() {
    let mut desk = desk();
    desk.press("x ctrl-z");
    assert_eq!(lines(&desk), ["- prod [1, 0, 0, 0]", "p2", "- dev [0, 1, 0, 0]", "d1"]);
    desk.press("ctrl-z /");
    desk.type_in("m1");
    assert_eq!(lines(&desk), ["- main [0, 0, 0, 0]", "m1"]);
}

#[test]
fn many_rows_are_gathered_with_the_tick_and_not_with_each_page() {
    let mut desk = desk();
    desk.press("x");
    desk.later(61);
    let many: Vec<String> = (0..2_001).map(|n| format!("s{n:05}")).collect();
    let many: Vec<(&str, Level)> = many.iter().map(|n| (n.as_str(), Level::Ok)).collect();
    desk.pass("svc", &at(13), services(&many));
    let before = lines(&desk).len();
    desk.pass("svc", &at(12), services(&[("p9", Level::Broken)]));
    assert_eq!(lines(&desk).len(), before);
    assert!((0..before).all(|at| {
        desk.app
            .screen
            .slot(at, desk.app.table(desk.app.screen.view.id()))
            .is_none_or(|slot| slot.row.key().as_str() != "p9" || slot.account() == Some("000000000012"))
    }));
    desk.tick(250);
    assert_eq!(lines(&desk)[..2], ["- prod [1, 0, 0, 0]", "p9"]);
}
