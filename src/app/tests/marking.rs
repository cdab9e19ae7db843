//! Marked rows: what marks them, what they survive, and what is done to them.

use super::*;
use crate::app::{Action, action::Mark};

/// Five services in one account, in the order of their names.
fn desk() -> Desk {
    let mut desk = Desk::small();
    desk.command("svc");
    let names = ["a", "b", "c", "d", "e"].map(|name| (name, Level::Ok));
    desk.pass("svc", &at(12), services(&names));
    desk.press("g");
    desk
}

fn marked(desk: &Desk) -> Vec<String> {
    let table = desk.app.table(desk.app.screen.view.id());
    let rows = desk.app.screen.rows();
    let slots = rows.iter().filter_map(|id| table.get(*id));
    slots.filter(|slot| desk.app.screen.marks.has(slot)).map(|slot| slot.row.key().to_string()).collect()
}

#[test]
fn marks_stick_to_their_rows_while_others_stream_in() {
    let mut desk = desk();
    desk.press("j space j j space");
    assert_eq!((marked(&desk), desk.app.screen.marks.counts()), (vec!["b".into(), "d".into()], (2, 0)));
    desk.pass("svc", &at(11), services(&[("aa", Level::Broken), ("d", Level::Ok)]));
    assert_eq!(desk.app.screen.marks.counts(), (2, 0), "a row of that name in another account is another row");
    desk.pass_later("svc", 12, services(&[("a", Level::Ok), ("d", Level::Broken), ("e", Level::Ok)]));
    assert_eq!(desk.app.screen.marks.counts(), (1, 0), "what is gone is not counted");
    desk.press("space");
    assert_eq!(desk.app.screen.marks.counts(), (0, 0), "a second time takes the mark away: the cursor is on d");
    desk.press("space ctrl-\\");
    assert!(desk.app.screen.marks.is_empty());
}

#[test]
fn a_row_that_is_gone_takes_its_mark_along() {
    let mut desk = desk();
    desk.press("j space");
    desk.pass_later("svc", 12, services(&[("a", Level::Ok), ("c", Level::Ok)]));
    assert!(desk.app.screen.marks.is_empty(), "nothing that is marked is left");
    assert_eq!(desk.app.refuses_marks("redeploy"), None, "and nothing stands in the way of a verb");
    desk.press("j v");
    assert!(desk.app.notice().unwrap().contains("mark one first"), "{:?}", desk.app.notice());
    desk.pass_later("svc", 12, services(&[("a", Level::Ok), ("b", Level::Ok), ("c", Level::Ok)]));
    assert_eq!(marked(&desk), Vec::<String>::new(), "a row of that name is another row");
}

#[test]
fn a_range_goes_from_the_last_mark_to_the_cursor_both_ways() {
    let mut desk = desk();
    desk.press("j ctrl-space");
    assert!(desk.app.notice().unwrap().contains("mark one first"), "{:?}", desk.app.notice());
    desk.press("space j j ctrl-space");
    assert_eq!(marked(&desk), ["b", "c", "d"]);
    desk.press("ctrl-\\ G space g v");
    assert_eq!(marked(&desk), ["a", "b", "c", "d", "e"]);
}

#[test]
fn the_filter_hides_marked_rows_and_says_so_and_a_screen_keeps_its_marks() {
    let mut desk = desk();
    desk.press("space j space");
    desk.command("filter !name=a");
    assert!(desk.app.screen.marks.is_empty(), "another screen has marks of its own");
    desk.press("esc esc");
    assert_eq!(desk.app.screen.marks.counts(), (2, 0));
    desk.press("/");
    desk.type_in("!name=a");
    desk.press("enter");
    assert_eq!(desk.app.screen.marks.counts(), (1, 1));
    desk.press("c");
    assert!(matches!(desk.asked.last(), Some(Effect::Copy(text)) if text == "b"), "what is not seen is not taken");
}

#[test]
fn copies_are_of_the_marked_rows_a_line_each() {
    let mut desk = desk();
    desk.press("space j j space c");
    assert!(matches!(desk.asked.last(), Some(Effect::Copy(text)) if text == "a\nc"));
    assert!(desk.app.notice().unwrap().contains("2 rows"));
    desk.press("ctrl-\\ c");
    assert!(matches!(desk.asked.last(), Some(Effect::Copy(text)) if text == "c"), "without marks, of the cursor's row");
}

#[test]
fn in_groups_a_heading_is_folded_and_a_range_goes_over_it() {
    let mut desk = desk();
    desk.pass("svc", &at(13), services(&[("x", Level::Ok)]));
    desk.press("x g j space G v");
    assert_eq!(desk.app.screen.marks.counts(), (6, 0), "{:?}", marked(&desk));
    desk.press("g space");
    assert!(desk.app.screen.heading().is_some_and(|group| group.closed), "on a heading the key folds");
    assert_eq!(desk.app.screen.marks.counts(), (6, 0), "folded rows stay marked");
}

#[test]
fn a_verb_is_refused_while_rows_are_marked() {
    let mut desk = desk();
    desk.press("space");
    desk.app.start_verb("restart");
    let said = desk.app.notice().unwrap();
    assert!(said.contains("1 row is marked") && said.contains("ctrl-\\ takes the marks away"), "{said}");
    assert!(desk.app.layers.is_empty());
    desk.press("ctrl-\\");
    desk.app.start_verb("restart");
    assert!(!desk.app.notice().unwrap().contains("marked"), "{:?}", desk.app.notice());
    assert!(desk.app.setup.keymap.chord(&Action::Mark(Mark::Range)).is_some());
}
