//! The pane as a whole, by what goes in and what is shown: no source, no clock.

#![allow(clippy::disallowed_methods, reason = "it measures")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;

use super::{Hit, Pane, Reading, Subject, buffer, pane::MARGIN, shape::Look};
use crate::{
    app::{
        effect::Ticket,
        tests::doubles::{VIEWS, row, thing},
    },
    model::{Fault, FaultKind, Level},
    view::{At, Chunk, Line, Since},
};

/// Cells and lines of the pane on a screen of 80×24.
const SIZE: (u16, usize) = (78, 18);

fn pane() -> Pane {
    let view = *VIEWS.iter().find(|v| v.id().0 == "svc").unwrap();
    let row = row("svc", &thing("checkout", Level::Ok));
    let subject = Subject { view, at: At::fleet(), row, name: "checkout".into() };
    let mut pane = Pane::new(subject, Look::default());
    pane.begin(Ticket(1));
    pane
}

fn now() -> Timestamp {
    Timestamp::from_second(1_000_000).unwrap()
}

fn lines(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Chunk {
    let stream = Arc::from("a");
    let read = texts.into_iter().flat_map(|t| Line::read(Some(now()), &stream, t.as_ref().as_bytes()));
    Chunk::Lines(read.collect())
}

fn give(pane: &mut Pane, chunk: Chunk) {
    pane.take(chunk, now());
    pane.settle(SIZE.0, SIZE.1);
}

/// The texts on the screen.
fn screen(pane: &Pane) -> Vec<String> {
    let rows = pane.with_way(SIZE.0, |way| way.from(pane.top, SIZE.1));
    rows.iter().map(|spot| pane.buffer.get(spot.line).unwrap().line.text.to_string()).collect()
}

#[test]
fn it_follows_until_somebody_scrolls_up_and_again_at_the_end() {
    let mut pane = pane();
    give(&mut pane, lines((0..100).map(|n| n.to_string())));
    assert_eq!(screen(&pane).last().map(String::as_str), Some("99"));
    pane.step(-1, SIZE.0);
    assert!(!pane.follow);
    let seen = screen(&pane);
    give(&mut pane, lines((100..103).map(|n| n.to_string())));
    assert_eq!((screen(&pane), pane.unseen), (seen, 3), "what is read does not move under the eyes");
    pane.end(true, SIZE.0);
    give(&mut pane, lines(["103"]));
    assert_eq!((screen(&pane).last().map(String::as_str), pane.unseen), (Some("103"), 0));
    pane.scroll(-5, SIZE.0, SIZE.1);
    pane.settle(SIZE.0, SIZE.1);
    assert_eq!(screen(&pane).last().map(String::as_str), Some("98"), "the wheel moves the screen at once");
}

#[test]
fn what_is_looked_for_is_found_up_and_down_and_left_out() {
    let mut pane = pane();
    give(&mut pane, lines(["ERROR a", "ok b", "error c", "ok d"]));
    pane.search("error");
    assert_eq!((pane.buffer.hits(), screen(&pane).len()), (2, 4));
    assert_eq!((pane.find(false), pane.cursor.line), (None, 2));
    assert_eq!((pane.find(false), pane.cursor.line), (None, 0));
    assert_eq!((pane.find(false), pane.cursor.line), (Some("from the last line again"), 2));
    pane.only = true;
    pane.settle(SIZE.0, SIZE.1);
    assert_eq!(screen(&pane), ["ERROR a", "error c"]);
    pane.search("!error");
    pane.settle(SIZE.0, SIZE.1);
    assert_eq!(screen(&pane), ["ok b", "ok d"]);
    give(&mut pane, lines(["error e", "ok f"]));
    assert_eq!(screen(&pane), ["ok b", "ok d", "ok f"], "what comes later is held to it as well");
    pane.search("");
    pane.settle(SIZE.0, SIZE.1);
    assert_eq!(screen(&pane).len(), 6);
}

#[test]
fn a_million_lines_are_bounded_and_no_key_waits() {
    let mut pane = pane();
    pane.search("needle");
    let line = |n: usize| {
        if n.is_multiple_of(1_000) { format!("{n} needle") } else { format!("{n} an ordinary line of a log") }
    };
    for from in (0..1_000_000).step_by(512) {
        give(&mut pane, lines((from..(from + 512).min(1_000_000)).map(line)));
    }
    assert_eq!(pane.buffer.len(), buffer::MOST_LINES);
    assert_eq!(pane.buffer.dropped(), 900_000);
    assert!(pane.buffer.bytes() <= buffer::MOST_BYTES);
    while pane.search_on() {}
    assert_eq!(pane.buffer.hits(), 100);
    let mut longest = Duration::ZERO;
    let mut timed = |work: &mut dyn FnMut(&mut Pane)| {
        let begun = Instant::now();
        work(&mut pane);
        pane.settle(SIZE.0, SIZE.1);
        longest = longest.max(begun.elapsed());
    };
    for _ in 0..20 {
        timed(&mut |p| p.step(-1, SIZE.0));
        timed(&mut |p| p.scroll(-17, SIZE.0, SIZE.1));
        timed(&mut |p| {
            let _said = p.find(false);
        });
        timed(&mut |p| p.look.wrap = !p.look.wrap);
        timed(&mut |p| p.end(false, SIZE.0));
        timed(&mut |p| p.only = !p.only);
        timed(&mut |p| p.end(true, SIZE.0));
    }
    // Tests run without optimisation beside others: ten times what a person would notice.
    assert!(longest < Duration::from_secs(1), "{longest:?}");
}

#[test]
fn lines_of_a_megabyte_are_bounded_and_can_be_walked() {
    let mut pane = pane();
    let huge = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
    for _ in 0..40 {
        give(&mut pane, lines([&huge, "short"]));
    }
    assert!(pane.buffer.bytes() < 40 * 40_000, "{}", pane.buffer.bytes());
    assert!(screen(&pane)[16].contains("… cut: 101"), "how much is missing is said");
    pane.look.wrap = true;
    pane.settle(SIZE.0, SIZE.1);
    let rows = usize::from(SIZE.0 - MARGIN - 9);
    pane.step(-1, SIZE.0);
    let cells = crate::view::log::LINE + " … cut: 1015816 more bytes".chars().count();
    assert_eq!(pane.cursor.row, cells.div_ceil(rows) - 1, "the last row of the long line");
    pane.scroll(-400, SIZE.0, SIZE.1);
    pane.settle(SIZE.0, SIZE.1);
    assert_eq!((pane.cursor.line, pane.cursor.row > 0), (78, true), "within the same line");
}

#[test]
fn what_was_read_stays_until_a_new_reading_brings_something() {
    let mut pane = pane();
    give(&mut pane, lines(["old"]));
    give(&mut pane, Chunk::CaughtUp);
    assert_eq!(pane.reading, Reading::Follows);
    pane.begin(Ticket(2));
    pane.fault = Some(Fault::new(FaultKind::Missing, "gone"));
    pane.ended(Reading::Ended);
    pane.settle(SIZE.0, SIZE.1);
    assert_eq!(screen(&pane), ["old"], "the log of a thing that is gone");
    pane.begin(Ticket(3));
    give(&mut pane, lines(["new"]));
    assert_eq!((screen(&pane), pane.fault.is_none()), (vec!["new".to_owned()], true));
}

#[test]
fn marked_lines_the_screen_and_the_file_are_copied_as_they_were_written() {
    let mut pane = pane();
    give(&mut pane, lines(["one", "\u{1b}[31mtwo\u{1b}[0m"]));
    assert_eq!(pane.chosen(), (1, "two".to_owned()));
    pane.buffer.get_mut(0).unwrap().marked = true;
    let full = "1970-01-12T13:46:40.000Z a one\n";
    assert_eq!(pane.chosen(), (1, full.to_owned()));
    assert_eq!(pane.on_screen(SIZE.0, SIZE.1).0, 2);
    assert_eq!(pane.file(), (2, format!("{full}1970-01-12T13:46:40.000Z a two\n")));
    pane.search("!one");
    assert_eq!(pane.file().0, 1, "what is left out on the screen is left out of the file");
    pane.subject.name = "../../etc/pass wd".to_owned();
    assert_eq!(pane.file_name(now()), "svc-etc-pass-wd-19700112T134640Z.log");
}

#[test]
fn streams_have_names_where_there_are_several() {
    let mut pane = pane();
    give(&mut pane, lines(["x"]));
    assert_eq!(pane.columns(SIZE.0).stream, 0);
    let other = Line::read(Some(now()), &Arc::from("a-very-long-name-of-a-stream"), b"y");
    give(&mut pane, Chunk::Lines(other));
    assert_eq!((pane.columns(78).stream, pane.columns(198).stream), (13, 25));
    assert_eq!(pane.columns(30).text, 26, "the text goes first where there is no room");
    assert_eq!(pane.since, Since::Tail);
    assert_eq!(pane.buffer.get(0).map(|e| e.hit), Some(Hit::Unknown));
}
