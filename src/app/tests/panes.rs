//! One pane alone on the screen, and the preview at the right of wide ones.

use super::*;
use crate::app::{Focus, geometry};

fn desk(size: (u16, u16)) -> Desk {
    let mut desk = Desk::small();
    desk.apply(Event::Resize(size.0, size.1));
    desk.command("svc");
    desk.pass("svc", &at(12), services(&[("web", Level::Broken), ("api", Level::Ok), ("db", Level::Ok)]));
    desk.press("g");
    desk
}

fn sections(desk: &Desk) -> Vec<String> {
    let of = |job: &Job| match job {
        Job::Section { row, .. } => Some(row.key().to_string()),
        _ => None,
    };
    desk.jobs.values().filter_map(of).collect()
}

#[test]
fn the_pane_that_is_looked_at_is_alone_until_esc() {
    let mut desk = desk((120, 40));
    desk.press("f");
    let areas = desk.app.areas();
    assert_eq!((areas.table, areas.header.height, areas.footer.height), (desk.app.frame(), 0, 0));
    assert!(areas.tree.is_empty());
    assert!(desk.app.notice().unwrap().contains("f or esc brings the rest back"));
    desk.press("d");
    assert!(
        !desk.app.areas().detail.is_empty() && !desk.app.areas().table.is_empty(),
        "the row stays beside its detail"
    );
    desk.press("tab");
    assert_eq!((desk.app.focus, desk.app.areas().detail), (Focus::Detail, desk.app.frame()), "the detail alone");
    desk.press("esc");
    assert!(!desk.app.is_full() && desk.app.focus == Focus::Detail, "first the screen, then the pane");
    desk.press("esc");
    assert_eq!((desk.app.focus, desk.app.has_detail()), (Focus::Table, false));
    desk.press("f l");
    assert_eq!(desk.app.areas().log, desk.app.frame());
    desk.press("F");
    assert_ne!(desk.app.areas().log, desk.app.frame());
}

#[test]
fn what_must_be_seen_is_seen_on_a_full_screen_too() {
    let mut desk = desk((120, 40));
    desk.press("f");
    desk.apply(Event::Access(News::Ask(7, crate::model::Ask::Mfa { serial: "arn:mfa".into(), refused: None })));
    desk.press("esc");
    assert_eq!((desk.app.is_full(), desk.app.areas().header.height), (true, 1), "that a question waits is said");
    assert_eq!(geometry::rows(desk.app.areas().table), 36);
}

#[test]
fn a_preview_shows_the_row_under_the_cursor_on_wide_screens_and_is_kept() {
    let mut desk = desk((200, 50));
    assert!(!desk.app.has_detail(), "it is wished for first");
    desk.press("P");
    assert!(desk.app.has_detail() && desk.app.areas().detail.x > desk.app.areas().table.x);
    assert_eq!(desk.written("screen").last().and_then(|m| m.value.clone()).as_deref(), Some("yes"));
    desk.tick(250);
    assert_eq!(sections(&desk), ["web"], "once the cursor rests");
    desk.press("j");
    assert!(sections(&desk).is_empty(), "nothing is asked for rows that are passed");
    desk.press("j");
    desk.tick(100);
    assert!(sections(&desk).is_empty());
    desk.tick(250);
    assert_eq!(sections(&desk), ["db"]);
    desk.apply(Event::Resize(120, 40));
    assert!(!desk.app.has_detail(), "there is no room for it");
    desk.apply(Event::Resize(200, 50));
    desk.press("tab");
    assert_eq!(desk.app.focus, Focus::Detail);
    desk.press("esc");
    assert_eq!((desk.app.focus, desk.app.has_detail()), (Focus::Table, true), "leaving it does not close it");
    desk.press("d");
    assert!(!desk.app.has_detail(), "d hides what is shown");
    assert_eq!(desk.written("screen").len(), 1, "for now: what is kept is the wish");
    desk.press("P P");
    assert_eq!(desk.written("screen").last().and_then(|m| m.value.clone()).as_deref(), Some("no"));
}

#[test]
fn a_wish_for_a_preview_is_remembered_and_waits_for_room() {
    let mut desk = Desk::bare(config(""), Memory { preview: true, ..Memory::default() });
    assert!(!desk.app.has_detail());
    desk.apply(Event::Resize(160, 40));
    assert!(desk.app.has_detail());
    desk.apply(Event::Resize(159, 40));
    desk.press("P");
    assert!(desk.app.notice().unwrap().contains("the preview is off: it has its place from 160 columns on"));
}
