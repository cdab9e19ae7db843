//! Writing the rows on the screen into a file.

use super::*;
use crate::app::{
    Keys, Layer,
    save::{Content, Saving, Stage},
};

fn desk() -> Desk {
    let mut desk = Desk::small();
    desk.command("svc");
    desk.pass("svc", &at(12), services(&[("web", Level::Broken), ("api", Level::Ok), ("=cmd", Level::Ok)]));
    desk.breaks("svc", &at(13), Vec::new(), FaultKind::Denied);
    desk.press("g");
    desk
}

fn form(desk: &Desk) -> (String, Stage, Option<&str>) {
    match desk.app.layers.last() {
        Some(Layer::Save(form)) => (form.input.value().to_owned(), form.stage, form.wrong.as_deref()),
        other => panic!("no name is typed: {other:?}"),
    }
}

/// The file that was asked for last.
fn asked(desk: &Desk) -> (Ticket, Saving) {
    let mut saves = desk.asked.iter().filter_map(|effect| match effect {
        Effect::Save(ticket, saving) => Some((*ticket, (**saving).clone())),
        _ => None,
    });
    saves.next_back().expect("a file")
}

fn written(saving: &Saving) -> String {
    let Content::Rows(report, form) = &saving.content else { panic!("rows") };
    let mut out = Vec::new();
    crate::view::output::write(&**report, *form, None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_name_tells_the_form_and_the_rows_are_those_on_the_screen() {
    let mut desk = desk();
    desk.press("ctrl-s");
    assert_eq!(form(&desk).0, "svc-19700112T134640Z.csv");
    assert_eq!(desk.app.keys(), Keys::Input);
    desk.press("enter");
    let (_, saving) = asked(&desk);
    assert!(!saving.over);
    let csv = written(&saving);
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("account,account_name,ou,region,health,"), "{csv}");
    assert!(
        lines[1].contains("web") && lines[2].contains("'=cmd") && lines[3].contains("api"),
        "as on the screen: {csv}"
    );
    desk.press("esc ctrl-s tab");
    assert_eq!(form(&desk).0, "svc-19700112T134640Z.json");
    desk.press("enter");
    let json: serde_json::Value = serde_json::from_str(&written(&asked(&desk).1)).unwrap();
    assert_eq!((json["rows"].as_array().unwrap().len(), &json["coverage"]["denied"]), (3, &serde_json::json!(1)));
    assert_eq!(json["coverage"]["gaps"][0]["account"], "000000000013", "what could not be read is in it");
    desk.press("esc ctrl-s tab tab");
    assert_eq!(form(&desk).0, "svc-19700112T134640Z.md");
    desk.press("enter");
    assert!(written(&asked(&desk).1).contains("| name |"));
}

#[test]
fn marked_rows_alone_are_saved_and_what_the_filter_leaves_out_is_not() {
    let mut desk = desk();
    desk.press("space G space ctrl-s");
    desk.press("enter");
    let csv = written(&asked(&desk).1);
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.contains("web") && !csv.contains("=cmd"));
    desk.press("esc /");
    desk.type_in("=cmd");
    desk.press("enter ctrl-s");
    assert!(desk.app.notice().unwrap().contains("leaves out every marked row"), "{:?}", desk.app.notice());
    desk.press("ctrl-\\ ctrl-s enter");
    assert_eq!(written(&asked(&desk).1).lines().count(), 2);
}

#[test]
fn a_file_that_is_there_is_written_over_only_with_a_yes() {
    let mut desk = desk();
    desk.press("ctrl-s enter");
    let (ticket, _) = asked(&desk);
    assert_eq!(form(&desk).1, Stage::Sent(ticket));
    desk.reply(ticket, Reply::Fault(Fault::new(FaultKind::Prompt, "x.csv is there already")));
    desk.reply(ticket, Reply::End);
    assert_eq!((form(&desk).1, form(&desk).2), (Stage::Exists, Some("x.csv is there already")));
    assert_eq!(desk.app.keys(), Keys::Confirm);
    desk.press("enter");
    assert_eq!(form(&desk).1, Stage::Name, "Enter is no, and goes back to the name");
    desk.press("enter");
    let (ticket, saving) = asked(&desk);
    assert!(!saving.over);
    desk.reply(ticket, Reply::Fault(Fault::new(FaultKind::Prompt, "x.csv is there already")));
    desk.press("y");
    let (ticket, saving) = asked(&desk);
    assert!(saving.over);
    desk.reply(ticket, Reply::Text("saved 3 rows in x.csv".into()));
    assert!(desk.app.layers.is_empty());
    assert_eq!(desk.app.notice(), Some("saved 3 rows in x.csv"));
}

#[test]
fn what_is_wrong_is_said_at_the_line_and_nothing_waits_for_an_answer_that_does_not_come() {
    let mut desk = desk();
    desk.press("ctrl-s ctrl-u");
    desk.type_in("rows.xls");
    desk.press("enter");
    assert!(form(&desk).2.unwrap().contains(".csv, .json, .md or .jsonl"), "{:?}", form(&desk));
    desk.press("ctrl-u enter");
    assert_eq!(form(&desk).2, Some("type a name"));
    desk.type_in("dir/");
    desk.press("enter");
    assert!(form(&desk).2.unwrap().contains("names a folder"));
    desk.type_in("x.csv");
    desk.press("enter");
    let (ticket, saving) = asked(&desk);
    assert_eq!(saving.path, "dir/x.csv");
    desk.reply(ticket, Reply::Fault(Fault::new(FaultKind::Invalid, "there is no folder dir").hint("make it first")));
    assert_eq!((form(&desk).1, form(&desk).2), (Stage::Name, Some("there is no folder dir; make it first")));
    desk.press("enter");
    let (ticket, _) = asked(&desk);
    desk.type_in("y");
    assert_eq!(form(&desk).0, "dir/x.csv", "nothing is typed while it is written");
    desk.press("esc");
    assert!(desk.app.layers.is_empty());
    desk.reply(ticket, Reply::Text("saved".into()));
    assert_eq!(desk.app.notice(), Some("saved"), "what became of it is said all the same");
}

#[test]
fn where_there_is_nothing_there_is_nothing_to_save() {
    let mut desk = Desk::small();
    desk.command("svc");
    desk.press("ctrl-s");
    assert!(desk.app.layers.is_empty() && desk.app.notice().unwrap().contains("no rows to save"));
}
