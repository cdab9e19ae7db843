//! Where the cursor is, how one gets somewhere and back, and the detail of a row.

use super::*;
use crate::app::{Focus, Mouse};

fn at_service(rows: &[(&str, Level)]) -> Desk {
    let mut desk = Desk::small();
    desk.command("svc");
    desk.pass("svc", &at(12), services(rows));
    desk
}

#[test]
fn the_cursor_stays_on_its_row_while_rows_stream() {
    let mut desk = at_service(&[("m", Level::Ok), ("p", Level::Ok)]);
    desk.pass("svc", &at(11), services(&[("a", Level::Ok)]));
    assert_eq!(desk.cursor().as_deref(), Some("a"), "until it is moved it stays at the top");
    desk.press("j");
    assert_eq!(desk.cursor().as_deref(), Some("m"));
    desk.pass("svc", &at(13), services(&[("x", Level::Broken), ("y", Level::Ok)]));
    assert_eq!((desk.shown().join(" "), desk.cursor().as_deref()), ("x a m p y".to_owned(), Some("m")));
    desk.later(60);
    desk.pass("svc", &at(12), services(&[("m", Level::Broken), ("p", Level::Ok)]));
    assert_eq!(desk.cursor().as_deref(), Some("m"), "it moved, and the cursor with it");
    let place = desk.app.screen.position;
    desk.later(60);
    desk.pass("svc", &at(12), services(&[("p", Level::Ok)]));
    assert_eq!(desk.app.screen.position, place, "where its row is gone, it stays where it was");
    assert!(desk.cursor().is_some());
}

#[test]
fn a_page_is_what_is_seen() {
    let names: Vec<String> = (0..200).map(|n| format!("s{n:03}")).collect();
    let rows: Vec<(&str, Level)> = names.iter().map(|n| (n.as_str(), Level::Ok)).collect();
    let mut desk = at_service(&rows);
    let page = crate::app::geometry::rows(desk.app.areas().table);
    desk.press("pgdn");
    assert_eq!(desk.app.screen.position, page);
    desk.press("ctrl-d ctrl-u pgup");
    assert_eq!(desk.app.screen.position, 0);
    desk.press("G");
    assert_eq!((desk.app.screen.position, desk.app.screen.offset), (199, 200 - page));
    desk.apply(Event::Resize(120, 20));
    assert!(desk.app.screen.position < desk.app.screen.offset + crate::app::geometry::rows(desk.app.areas().table));
    desk.press("g k");
    assert_eq!(desk.app.screen.position, 0);
}

#[test]
fn the_mouse_puts_the_cursor_opens_and_scrolls() {
    let mut desk = at_service(&[("a", Level::Ok), ("b", Level::Ok), ("c", Level::Ok)]);
    let table = desk.app.areas().table;
    let line = |n: u16| (table.x + 3, table.y + 2 + n);
    let (x, y) = line(2);
    desk.apply(Event::Mouse(Mouse::Click(x, y)));
    assert_eq!(desk.cursor().as_deref(), Some("c"));
    desk.apply(Event::Mouse(Mouse::Scroll(x, y, -1)));
    assert_eq!(desk.cursor().as_deref(), Some("b"));
    desk.apply(Event::Mouse(Mouse::Click(x, y + 9)));
    assert_eq!(desk.cursor().as_deref(), Some("b"), "below the last row there is nothing");
    let (x, y) = line(1);
    desk.apply(Event::Mouse(Mouse::Click(x, y)));
    assert_eq!(desk.place().0, "parts", "a click on the row of the cursor goes in");
}

#[test]
fn one_row_leads_to_what_hangs_on_it_and_coverage_is_of_that_alone() {
    let mut desk = at_service(&[("a", Level::Ok), ("b", Level::Ok)]);
    let below = |key: &str| at(12).under(key.into());
    desk.press("enter");
    assert_eq!(desk.reads("parts"), [below("a")]);
    desk.pass("parts", &below("a"), vec![row("parts", &thing("part of a", Level::Ok))]);
    assert_eq!(desk.shown(), ["part of a"]);
    desk.press("esc j enter");
    assert_eq!(desk.shown(), Vec::<String>::new());
    assert_eq!((desk.app.coverage().wanted, desk.app.coverage().waiting), (1, 1));
    desk.pass("parts", &below("b"), vec![row("parts", &thing("part of b", Level::Ok))]);
    assert_eq!(desk.shown(), ["part of b"]);
    desk.command("feed");
    desk.command("parts");
    assert!(desk.app.notice().unwrap().contains("belong to a row of svc"));
    assert_eq!(desk.place().0, "feed");
}

#[test]
fn a_word_leads_from_a_row_and_on_to_what_else_hangs_on_it() {
    let mut desk = at_service(&[("a", Level::Ok), ("b", Level::Ok)]);
    let below = at(12).under("b".into());
    desk.press("j");
    desk.command("parts q");
    assert_eq!((desk.place().0, desk.reads("parts")), ("parts", vec![below.clone()]));
    desk.pass("parts", &below, vec![row("parts", &thing("p", Level::Ok)), row("parts", &thing("q", Level::Ok))]);
    assert_eq!(desk.shown(), ["q"], "with the filter that was typed");
    desk.command("bits");
    assert_eq!(
        (desk.place().0, desk.reads("bits")),
        ("bits", vec![below.clone()]),
        "the same row's, though of no link"
    );
    desk.pass("bits", &below, vec![row("bits", &thing("x", Level::Ok))]);
    assert_eq!(desk.shown(), ["x"]);
    // A link from one to the other leads along the same row too.
    desk.press("enter");
    assert_eq!((desk.place().0, desk.shown().join(" ").as_str()), ("parts", "p q"), "what was read is still fresh");
    desk.press("esc esc");
    assert_eq!((desk.place().0, desk.shown().join(" ").as_str()), ("parts", "q"));
    desk.press("esc esc");
    assert_eq!((desk.place().0, desk.cursor().as_deref()), ("svc", Some("b")));
}

#[test]
fn rows_begin_in_the_order_of_their_view() {
    let mut desk = at_service(&[("a", Level::Broken), ("b", Level::Ok)]);
    assert_eq!(desk.shown(), ["a", "b"], "by trouble, where the view says nothing");
    let below = at(12).under("a".into());
    desk.command("bits");
    let of = |id: &str, level| row("bits", &thing(id, level));
    desk.pass("bits", &below, vec![of("x", Level::Broken), of("z", Level::Ok), of("y", Level::Degraded)]);
    assert_eq!(desk.shown(), ["z", "y", "x"]);
    desk.command("sort trouble");
    assert_eq!(desk.shown(), ["x", "y", "z"]);
}

#[test]
fn a_target_below_a_row_brings_the_row_along() {
    let mut desk = at_service(&[("a", Level::Ok)]);
    let scope = at(12).under("a".into());
    desk.press("enter");
    desk.pass("parts", &scope, vec![row("parts", &thing("p", Level::Ok)), row("parts", &thing("q", Level::Ok))]);
    desk.command("feed");
    let of = Some(("parts".to_owned(), scope.clone(), "q".into()));
    desk.answer("feed", &Scope::fleet(), Delta::Upsert(vec![row("feed", &Thing { of, ..thing("l", Level::Ok) })]));
    desk.press("enter");
    assert_eq!((desk.place().0, desk.cursor().as_deref()), ("parts", Some("q")));
    desk.later(120);
    assert_eq!(desk.reads("parts"), [scope], "it is read on");
}

#[test]
fn a_row_that_is_sought_gets_the_cursor_when_it_comes_unless_somebody_moved() {
    for moves in [false, true] {
        let mut desk = Desk::small();
        desk.pass("svc", &at(12), services(&[("web", Level::Broken)]));
        desk.tick(250);
        desk.press("enter");
        desk.later(60);
        desk.pass("svc", &at(12), services(&[("api", Level::Broken)]));
        desk.press(if moves { "k" } else { "z" });
        desk.later(60);
        desk.pass("svc", &at(12), services(&[("api", Level::Broken), ("web", Level::Broken)]));
        assert_eq!(desk.place(), ("svc", "000000000012"));
        assert!(desk.cursor().is_some());
    }
}

#[test]
fn history_goes_back_forward_and_to_the_last() {
    let mut desk = at_service(&[("a", Level::Ok), ("b", Level::Ok)]);
    desk.press("j");
    desk.command("feed");
    desk.command("feed");
    desk.press("[");
    assert_eq!((desk.place().0, desk.cursor().as_deref()), ("svc", Some("b")), "the same twice is one step");
    desk.press("]");
    assert_eq!(desk.place().0, "feed");
    desk.press("-");
    assert_eq!(desk.place().0, "svc");
    desk.press("-");
    assert_eq!(desk.place().0, "feed");
    desk.press("[ [ [ [");
    assert_eq!(desk.place(), ("watch", ""));
    assert!(!desk.quits());
}

#[test]
fn esc_never_ends_the_console_and_q_does_at_the_root_alone() {
    let mut desk = Desk::small();
    desk.command("svc");
    desk.press("/");
    desk.type_in("a");
    desk.press("enter q");
    assert_eq!(desk.app.screen.line, "", "a filter is taken away first");
    desk.press("tab q");
    assert_eq!((desk.app.focus, desk.place().0), (Focus::Table, "svc"));
    desk.press("q");
    assert_eq!(desk.place().0, "watch");
    desk.press("esc backspace esc");
    assert!(!desk.quits());
    desk.press("q");
    assert!(desk.quits());
}

#[test]
fn only_problems_and_the_order_of_columns() {
    let mut desk = at_service(&[("b", Level::Ok), ("a", Level::Broken), ("c", Level::Degraded)]);
    assert_eq!(desk.shown(), ["a", "c", "b"]);
    desk.press("ctrl-z");
    assert_eq!(desk.shown(), ["a", "c"]);
    desk.press("ctrl-z shift-right");
    assert_eq!(desk.shown(), ["a", "b", "c"]);
    desk.press("O");
    assert_eq!(desk.shown(), ["c", "b", "a"]);
    desk.press("shift-left");
    assert_eq!(desk.shown(), ["a", "c", "b"], "back to trouble");
    desk.command("sort -name");
    assert_eq!(desk.shown(), ["c", "b", "a"]);
    desk.command("sort nothing-like-it");
    assert!(desk.app.notice().unwrap().contains("name, level, at"));
}

/// The tickets of texts that were asked for, with the row's key.
fn texts(desk: &Desk) -> Vec<(Ticket, String)> {
    let of = |(ticket, job): (&Ticket, &Job)| match job {
        Job::Section { row, .. } => Some((*ticket, row.key().to_string())),
        _ => None,
    };
    desk.jobs.iter().filter_map(of).collect()
}

#[test]
fn a_text_that_comes_late_is_not_shown_under_another_row() {
    let mut desk = at_service(&[("a", Level::Ok), ("b", Level::Ok)]);
    desk.press("d");
    let (first, of) = texts(&desk)[0].clone();
    assert_eq!(of, "a");
    desk.press("j");
    assert_eq!(texts(&desk).len(), 1, "what nobody waits for is stopped");
    desk.reply(first, Reply::Text("about a".into()));
    let paid = Some("b costs 1 call\nu asks".to_owned());
    assert_eq!(desk.app.sections(), [("known", Some("b".to_owned())), ("asked", None), ("paid", paid)]);
    let (second, _) = texts(&desk)[0];
    desk.reply(second, Reply::Text("about b".into()));
    desk.reply(second, Reply::End);
    assert_eq!(desk.app.sections()[1].1.as_deref(), Some("about b"));
    desk.press("ctrl-r");
    assert_eq!(desk.app.sections()[1].1, None, "read again");
    desk.press("d");
    assert!(texts(&desk).is_empty());
}

#[test]
fn what_costs_something_is_asked_for_on_request_and_for_one_row_alone() {
    let mut desk = at_service(&[("a", Level::Ok), ("b", Level::Ok)]);
    desk.press("d");
    let paid = |desk: &Desk| desk.app.sections()[2].1.clone();
    assert_eq!(paid(&desk).as_deref(), Some("a costs 1 call\nu asks"));
    assert_eq!(texts(&desk).len(), 1, "only what is free was asked for");
    desk.later(600);
    assert_eq!(texts(&desk).len(), 1, "and time does not change that");
    desk.press("u");
    assert_eq!((texts(&desk).len(), paid(&desk)), (2, None), "awaited");
    let (ticket, _) = texts(&desk).into_iter().max_by_key(|(ticket, _)| *ticket).unwrap();
    desk.reply(ticket, Reply::Text("seen".into()));
    desk.reply(ticket, Reply::End);
    assert_eq!(paid(&desk).as_deref(), Some("seen"));
    desk.press("u");
    assert_eq!(texts(&desk).len(), 1, "what is known is not asked for again");
    desk.press("j");
    assert_eq!(paid(&desk).as_deref(), Some("b costs 1 call\nu asks"));
    desk.press("k");
    assert_eq!(paid(&desk).as_deref(), Some("a costs 1 call\nu asks"), "it was true when it was asked");
}

#[test]
fn asking_opens_the_detail() {
    let mut desk = at_service(&[("a", Level::Ok)]);
    assert!(texts(&desk).is_empty());
    desk.press("u");
    assert!(desk.app.panes.detail);
    assert_eq!(texts(&desk).len(), 2);
}

#[test]
fn rows_of_the_same_name_in_two_accounts_have_texts_of_their_own() {
    let mut desk = at_service(&[("web", Level::Ok)]);
    desk.pass("svc", &at(13), services(&[("web", Level::Ok)]));
    desk.press("d");
    let (ticket, _) = texts(&desk)[0];
    desk.reply(ticket, Reply::Text("in 12".into()));
    desk.reply(ticket, Reply::End);
    desk.press("j");
    assert_eq!(desk.app.sections()[1].1, None);
}
