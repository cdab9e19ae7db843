//! The log of a row: opened, read, looked through, left.

use std::sync::Arc;

use super::*;
use crate::{
    app::{
        Focus, Keys,
        log::{Json, Reading, Times},
        save::Content,
    },
    view::{Chunk, Line, LogAsk, Since},
};

/// A console at the services of the doubles, the cursor on `web`.
fn desk() -> Desk {
    let mut desk = Desk::small();
    desk.command("svc");
    desk.tick(250);
    desk.pass("svc", &at(12), services(&[("web", Level::Broken), ("api", Level::Ok)]));
    desk
}

/// The log that is being read: ticket, key of the row, what was asked.
fn log(desk: &Desk) -> Option<(Ticket, String, LogAsk)> {
    desk.jobs.iter().find_map(|(ticket, job)| match job {
        Job::Lines { row, ask, .. } => Some((*ticket, row.key().to_string(), *ask)),
        _ => None,
    })
}

fn lines(texts: &[&str]) -> Reply {
    let stream = Arc::from("a");
    let read = texts.iter().flat_map(|t| Line::read(Some(moment(START)), &stream, t.as_bytes()));
    Reply::Lines(Chunk::Lines(read.collect()))
}

fn kept(desk: &Desk) -> Vec<String> {
    let pane = desk.app.log.as_deref().expect("an open log");
    pane.buffer.iter().map(|(_, e)| e.line.text.to_string()).collect()
}

#[test]
fn a_log_is_opened_followed_and_left() {
    let mut desk = desk();
    desk.press("l");
    let (ticket, of, ask) = log(&desk).expect("it is read");
    assert_eq!((of.as_str(), ask), ("web", LogAsk { since: Since::Tail, follow: true }));
    assert_eq!((desk.app.focus, desk.app.keys()), (Focus::Log, Keys::Log));
    desk.reply(ticket, lines(&["one", "two"]));
    desk.reply(ticket, Reply::Lines(Chunk::CaughtUp));
    assert_eq!(kept(&desk), ["one", "two"]);
    assert_eq!(desk.app.log.as_ref().map(|p| p.reading), Some(Reading::Follows));
    desk.press("esc");
    assert!(desk.app.log.is_none() && log(&desk).is_none(), "what nobody looks at is stopped");
    assert_eq!(desk.app.focus, Focus::Table);
    desk.reply(ticket, lines(&["late"]));
    desk.press("l");
    assert_eq!(kept(&desk), ["one", "two"], "what was read is there at once");
    let (ticket, ..) = log(&desk).unwrap();
    desk.reply(ticket, lines(&["three"]));
    assert_eq!(kept(&desk), ["three"], "and makes way for the new reading");
}

#[test]
fn the_log_of_a_thing_that_is_gone_stays() {
    let mut desk = desk();
    desk.press("l");
    let (ticket, ..) = log(&desk).unwrap();
    desk.reply(ticket, lines(&["last words"]));
    desk.later(61);
    desk.pass("svc", &at(12), services(&[("api", Level::Ok)]));
    let pane = desk.app.log.as_ref().expect("still open");
    assert!(pane.gone && pane.buffer.len() == 1);
    desk.reply(ticket, Reply::Fault(Fault::new(FaultKind::Missing, "no such stream")));
    desk.reply(ticket, Reply::End);
    assert_eq!(kept(&desk), ["last words"]);
    let pane = desk.app.log.as_ref().unwrap();
    assert_eq!((pane.reading, pane.fault.is_some()), (Reading::Ended, true));
    desk.press("ctrl-r");
    assert!(log(&desk).is_some(), "a person can have it tried again");
}

#[test]
fn the_digits_ask_for_other_spans() {
    let mut desk = desk();
    desk.press("l");
    for (digit, since) in
        [("1", Since::Head), ("2", Since::Seconds(60)), ("6", Since::Seconds(3_600)), ("0", Since::Tail)]
    {
        let (before, ..) = log(&desk).unwrap();
        desk.press(digit);
        let (ticket, _, ask) = log(&desk).unwrap();
        assert_eq!(ask, LogAsk { since, follow: true });
        assert_ne!(ticket, before, "the old reading is stopped");
    }
    assert_eq!(desk.place().0, "svc", "a digit is no favourite here");
}

#[test]
fn a_search_is_typed_found_and_taken_away() {
    let mut desk = desk();
    desk.press("l");
    let (ticket, ..) = log(&desk).unwrap();
    desk.reply(ticket, lines(&["boom", "a", "b", "c"]));
    desk.press("/");
    assert_eq!(desk.app.keys(), Keys::Input);
    desk.type_in("bo+m");
    desk.press("enter");
    let pane = desk.app.log.as_ref().unwrap();
    assert_eq!((pane.buffer.hits(), pane.cursor.line, pane.follow), (1, 0, false));
    assert_eq!(desk.app.screen.line, "", "the rows below are not filtered by it");
    desk.press("G esc");
    let pane = desk.app.log.as_ref().expect("the first Esc takes the search away");
    assert!(pane.pattern.is_none() && pane.follow);
    desk.press("/");
    desk.type_in("x");
    desk.press("esc");
    assert!(desk.app.log.as_ref().unwrap().pattern.is_none(), "left while typing: as before");
}

#[test]
fn keys_change_how_lines_are_shown_and_where_they_go() {
    let mut desk = desk();
    desk.press("l");
    let (ticket, ..) = log(&desk).unwrap();
    desk.reply(ticket, lines(&["one", "{\"a\":1}"]));
    desk.press("w t J");
    let look = desk.app.log.as_ref().unwrap().look;
    assert_eq!((look.wrap, look.times, look.json), (true, Times::Full, Json::Folded));
    desk.press("g space c s enter");
    let copied = desk.asked.iter().any(|e| matches!(e, Effect::Copy(text) if text.ends_with(" a one\n")));
    let saved = desk.asked.iter().find_map(|e| match e {
        Effect::Save(ticket, saving) => Some((*ticket, saving.clone())),
        _ => None,
    });
    let (ticket, saving) = saved.expect("a file");
    let lines = |content: &Content| matches!(content, Content::Lines(2, text) if text.lines().count() == 2);
    let saved = saving.path.starts_with("svc-web-") && lines(&saving.content) && !saving.over;
    desk.reply(ticket, Reply::Text("saved 2 lines in x".into()));
    desk.reply(ticket, Reply::End);
    assert_eq!((desk.app.layers.len(), desk.app.notice()), (0, Some("saved 2 lines in x")));
    assert!(copied && saved);
    desk.press("esc l");
    assert!(desk.app.log.as_ref().unwrap().look.wrap, "as it was left");
}

#[test]
fn the_wheel_and_a_click_move_in_the_log_alone() {
    let mut desk = desk();
    desk.press("l");
    let (ticket, ..) = log(&desk).unwrap();
    let many: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    desk.reply(ticket, lines(&many.iter().map(String::as_str).collect::<Vec<_>>()));
    let top = |desk: &Desk| desk.app.log.as_ref().map(|p| p.top.line);
    let before = top(&desk).unwrap();
    desk.apply(Event::Mouse(crate::app::Mouse::Scroll(5, 10, -3)));
    assert_eq!(top(&desk), Some(before - 3));
    let area = desk.app.areas().log;
    desk.apply(Event::Mouse(crate::app::Mouse::Click(5, area.y + 2)));
    let pane = desk.app.log.as_ref().unwrap();
    assert_eq!((pane.cursor.line, pane.follow), (before - 3, false));
    assert_eq!(desk.cursor().as_deref(), Some("web"), "the rows below stay where they are");
}

#[test]
fn the_board_opens_the_log_of_what_it_speaks_of() {
    let mut desk = desk();
    desk.command("watch");
    desk.tick(250);
    desk.press("l");
    assert_eq!(log(&desk).map(|(_, of, _)| of).as_deref(), Some("web"));
    desk.command("feed");
    assert!(desk.app.log.is_none() && log(&desk).is_none(), "another view takes its place");
    desk.press("l");
    assert!(desk.app.notice().is_some_and(|n| n.contains("no row") || n.contains("no logs")));
}

#[test]
fn a_log_that_waited_for_a_login_goes_on_with_it() {
    let mut desk = desk();
    desk.press("l");
    let (ticket, ..) = log(&desk).unwrap();
    desk.reply(ticket, Reply::Fault(Fault::new(FaultKind::Prompt, "an MFA code is awaited")));
    desk.reply(ticket, Reply::End);
    assert!(log(&desk).is_none());
    let lease = crate::model::Lease {
        account: "000000000012".into(),
        role: "r".into(),
        arn: String::new(),
        mode: crate::model::Mode::ReadOnly,
        source: crate::model::Source::AssumeRole,
        until: None,
        renews: true,
        chained: false,
    };
    desk.apply(Event::Access(News::Lease(lease)));
    assert!(log(&desk).is_some());
}

#[test]
fn a_first_line_that_was_asked_for_is_not_pushed_out() {
    let mut desk = desk();
    desk.press("l 1");
    let (ticket, ..) = log(&desk).unwrap();
    let many: Vec<String> = (0..512).map(|n| n.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for _ in 0..300 {
        if log(&desk).is_none() {
            break;
        }
        desk.reply(ticket, lines(&many));
    }
    let pane = desk.app.log.as_ref().unwrap();
    assert_eq!((pane.reading, log(&desk).is_none()), (Reading::Full, true));
    assert_eq!(pane.cursor.line, pane.buffer.start(), "at the first line");
}
