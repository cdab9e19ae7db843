//! The line of a filter: what can stand in it, and what a line that is none does.

use super::*;
use crate::app::{Layer, chord::Code};

/// Three services in two accounts.
fn desk() -> Desk {
    let mut desk = Desk::small();
    desk.command("svc");
    let row_of = |id: &str, words: &str, count: i64, level: Level| {
        let words = words.to_owned();
        row("svc", &Thing { words, count, at: Some(moment(START - count * 60)), ..thing(id, level) })
    };
    desk.pass(
        "svc",
        &at(12),
        vec![row_of("pay", "payments web:v1.12", 90, Level::Broken), row_of("pay-db", "payments db:14", 5, Level::Ok)],
    );
    desk.pass("svc", &at(13), vec![row_of("pay-dev", "payments web:v1.3", 40, Level::Degraded)]);
    desk
}

fn found(desk: &mut Desk, line: &str) -> Vec<String> {
    desk.command(&format!("filter {line}"));
    assert_eq!(desk.app.screen.line, line, "{:?}", desk.app.notice());
    let mut shown = desk.shown();
    shown.sort();
    shown
}

#[test]
fn letters_expressions_columns_and_comparisons_stand_beside_each_other() {
    let mut desk = desk();
    for (line, keys) in [
        ("payments !dev health:broken name:/v1\\.[0-9]+/ count>80", vec!["pay"]),
        ("~pmtwb", vec!["pay", "pay-dev"]),
        ("!~pmtwb", vec!["pay-db"]),
        ("/web:v1\\.[0-9]$/", vec!["pay-dev"]),
        ("name:/^payments (web|api)/ !account:dev", vec!["pay"]),
        ("count>=40 count<90", vec!["pay-dev"]),
        ("count!=5", vec!["pay", "pay-dev"]),
        ("at>1h", vec!["pay"]),
        ("health>=degraded", vec!["pay", "pay-dev"]),
        ("level>attention account=dev", vec!["pay-dev"]),
        ("account=pro", vec![]),
    ] {
        assert_eq!(found(&mut desk, line), keys, "{line}");
    }
}

#[test]
fn while_an_expression_is_broken_the_last_good_filter_stays_in_force() {
    let mut desk = desk();
    desk.press("/");
    desk.type_in("/v1\\.");
    assert_eq!((desk.shown().len(), desk.app.screen.wrong.as_deref()), (2, None));
    desk.type_in("[3");
    assert_eq!(desk.app.screen.wrong.as_deref(), Some("/v1\\.[3/: unclosed character class"));
    assert_eq!(desk.shown().len(), 2, "what was found before is still there");
    desk.press("enter");
    assert!(matches!(desk.app.layers.last(), Some(Layer::Filter { .. })), "what is none is not accepted");
    desk.pass("svc", &at(11), services(&[("other", Level::Ok)]));
    assert_eq!(desk.shown().len(), 2, "what arrives meanwhile is filtered as before");
    desk.type_in("]");
    assert_eq!((desk.shown(), desk.app.screen.wrong.as_deref()), (vec!["pay-dev".to_owned()], None));
    desk.apply(Event::Key(Chord::plain(Code::Backspace)));
    desk.press("esc");
    assert_eq!((desk.app.screen.wrong.as_deref(), desk.app.screen.line.as_str()), (None, ""), "left as it was");
    assert_eq!(desk.shown().len(), 4);
}

#[test]
fn a_command_with_a_broken_filter_goes_nowhere_and_says_why() {
    let mut desk = desk();
    desk.command("feed /a(b/");
    assert_eq!(desk.place().0, "svc");
    assert!(desk.app.notice().unwrap().contains("unclosed group"), "{:?}", desk.app.notice());
}
