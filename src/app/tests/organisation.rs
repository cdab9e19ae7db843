//! The tree: remembered, read, changed, searched.

use super::*;
use crate::{
    app::{Focus, plan},
    model::{Org, org::Change},
};

fn remembered(rows: &[Row]) -> Memory {
    let view = VIEWS.iter().find(|view| view.id().0 == plan::TREE).expect("the tree's view");
    Memory { tree: Some((view.keep(rows), moment(START - 86_400))), ..Memory::default() }
}

fn lines(desk: &Desk) -> Vec<String> {
    let org: &Org = &desk.app.org;
    desk.app.tree.lines.iter().map(|l| org.node(&l.id).map_or("?", |n| n.name.as_str()).to_owned()).collect()
}

#[test]
fn the_first_frame_shows_the_remembered_tree_and_reading_begins_with_a_caller() {
    let mut desk = Desk::bare(config(""), remembered(&small()));
    assert_eq!(lines(&desk), ["Root", "core", "main", "work", "dev", "prod"]);
    assert_eq!(desk.app.org_read_at, Some(moment(START - 86_400)));
    desk.tick(250);
    assert!(desk.reads("svc").is_empty(), "nobody could enter an account");
    desk.apply(Event::Access(caller()));
    assert_eq!(desk.reads("svc").len(), 3, "before the tree is read again");
    desk.pass("accounts", &Scope::fleet(), small());
    assert!(desk.app.changes.is_empty());
    assert_eq!(desk.written("tree").len(), 1);
}

#[test]
fn what_an_older_version_remembered_in_another_form_is_no_tree() {
    let memory = Memory { tree: Some((r#"[{"x": 1}]"#.to_owned(), moment(5))), ..Memory::default() };
    let mut desk = Desk::bare(config(""), memory);
    desk.apply(Event::Access(caller()));
    assert!(desk.reads("svc").is_empty());
    desk.tick(250);
    desk.pass("accounts", &Scope::fleet(), small());
    assert!(desk.app.changes.is_empty(), "nothing is known to be new");
}

#[test]
fn joined_closed_moved_renamed_and_gone_since_the_last_look() {
    let mut before = small();
    before.push(node("000000000014", "old", Some("ou-work"), true));
    before.push(node("000000000015", "left", Some("ou-work"), true));
    let mut desk = Desk::bare(config(""), remembered(&before));
    desk.apply(Event::Access(caller()));
    desk.tick(250);
    desk.pass("svc", &at(15), services(&[("web", Level::Broken)]));
    desk.pass("svc", &at(14), services(&[("web", Level::Broken)]));
    let mut now = small();
    now[4] = node("000000000012", "prod", Some("ou-core"), true);
    now[5] = node("000000000013", "test", Some("ou-work"), true);
    now.push(node("000000000014", "old", Some("ou-work"), false));
    now.push(node("000000000016", "new", Some("ou-work"), true));
    desk.pass("accounts", &Scope::fleet(), now.clone());
    let change = |id: &str| desk.app.changes.get(id).copied();
    assert_eq!(change("000000000012"), Some(Change::Moved));
    assert_eq!(change("000000000013"), Some(Change::Renamed));
    assert_eq!(change("000000000014"), Some(Change::Closed));
    assert_eq!(change("000000000016"), Some(Change::Joined));
    assert_eq!(change("000000000011"), None);
    assert!(desk.app.notice().unwrap().contains("left left the organisation"));
    let table = desk.app.table(crate::model::ViewId("svc"));
    assert!(table.is_empty(), "what was read of accounts that left or closed goes with them");
    assert!(!desk.reads("svc").contains(&at(15)) && !desk.reads("svc").contains(&at(14)));
    desk.later(400);
    desk.pass("accounts", &Scope::fleet(), now);
    assert_eq!(desk.app.notice(), None, "it is said once");
}

#[test]
fn an_account_that_leaves_while_it_is_looked_at_gives_way_to_the_fleet() {
    let mut desk = Desk::small();
    desk.command("dev");
    desk.command("svc");
    assert_eq!(desk.place(), ("svc", "000000000013"));
    desk.later(300);
    let mut tree = small();
    tree.pop();
    desk.pass("accounts", &Scope::fleet(), tree);
    assert_eq!(desk.place(), ("svc", ""));
    assert!(!desk.reads("svc").contains(&at(13)));
    desk.press("[");
    assert_eq!(desk.place(), ("watch", ""), "in the history as well");
}

#[test]
fn a_tree_that_did_not_change_is_not_made_anew() {
    let mut desk = Desk::small();
    desk.later(300);
    let before = std::sync::Arc::as_ptr(&desk.app.org);
    desk.answer("accounts", &Scope::fleet(), Delta::Begin);
    desk.answer("accounts", &Scope::fleet(), Delta::Upsert(small()));
    desk.tick(250);
    assert_eq!(std::sync::Arc::as_ptr(&desk.app.org), before);
    desk.answer("accounts", &Scope::fleet(), Delta::Upsert(vec![node("ou-new", "new", Some("r"), true)]));
    desk.tick(250);
    assert_eq!(lines(&desk).len(), 7);
}

#[test]
fn cursor_and_folds_survive_a_refresh() {
    let mut desk = Desk::small();
    desk.press("tab tab backtab");
    desk.app.focus = Focus::Tree;
    desk.press("g j space j");
    assert_eq!(lines(&desk), ["Root", "core", "work", "dev", "prod"]);
    let under = |desk: &Desk| desk.app.tree.current(&desk.app.org).map(|n| n.name.clone());
    assert_eq!(under(&desk).as_deref(), Some("work"));
    desk.later(300);
    let mut tree = small();
    tree.push(node("000000000010", "archive", Some("ou-core"), true));
    tree.push(node("ou-a", "all", Some("r"), true));
    desk.pass("accounts", &Scope::fleet(), tree);
    assert_eq!(lines(&desk), ["Root", "all", "core", "work", "dev", "prod"]);
    assert_eq!(under(&desk).as_deref(), Some("work"));
    desk.press("l h h h");
    assert_eq!(under(&desk).as_deref(), Some("Root"), "into it, out of it, closed, and up");
}

#[test]
fn enter_looks_at_a_node_and_the_root_is_everything() {
    let mut desk = Desk::small();
    desk.app.focus = Focus::Tree;
    desk.press("G enter");
    assert_eq!((desk.place().1, desk.app.focus), ("000000000012", Focus::Table));
    desk.app.focus = Focus::Tree;
    desk.press("g enter");
    assert_eq!(desk.place().1, "");
    desk.press("esc");
    assert_eq!(desk.place().1, "000000000012");
}

#[test]
fn a_search_keeps_its_cursor_and_leads_to_what_it_found() {
    let mut desk = Desk::small();
    desk.app.focus = Focus::Tree;
    desk.press("/");
    desk.type_in("work");
    assert_eq!(lines(&desk).len(), 3, "the OU and what lies below it");
    desk.press("enter");
    assert_eq!((desk.place().1, lines(&desk).len()), ("ou-work", 6));
    desk.app.focus = Focus::Tree;
    desk.press("/");
    desk.type_in("o");
    desk.press("esc");
    assert_eq!(lines(&desk).len(), 6, "a search that is left shows the tree");
}

#[test]
fn favourites_are_kept_and_lead_there() {
    let mut desk = Desk::small();
    desk.app.focus = Focus::Tree;
    desk.press("G s");
    let memo = desk.written("favourites").pop().unwrap();
    assert_eq!((memo.key.as_str(), memo.value.as_deref()), ("1", Some("000000000012")));
    desk.press("1");
    assert_eq!(desk.place().1, "000000000012");
    desk.press("0 2");
    assert!(desk.app.notice().unwrap().contains("favourite 2 is free"));
    let kept = Memory { favourites: vec![("1".into(), "000000000013".into())], ..remembered(&small()) };
    let mut again = Desk::bare(config(""), kept);
    again.press("1");
    assert_eq!(again.place().1, "000000000013");
    again.app.focus = Focus::Tree;
    again.press("s");
    assert_eq!(again.written("favourites").pop().unwrap().value, None, "and no longer");
}

#[test]
fn what_is_used_lately_goes_first_among_equals() {
    let mut tree = small();
    tree.push(node("000000000021", "team-a", Some("ou-work"), true));
    tree.push(node("000000000022", "team-b", Some("ou-work"), true));
    let uses = |id: &str, score: f64, days: i64| (id.to_owned(), format!("{score:.3} {}", START - days * 86_400));
    let uses = vec![uses("000000000021", 50.0, 100), uses("000000000022", 3.0, 1)];
    let desk = Desk::bare(config(""), Memory { uses, ..remembered(&tree) });
    let found = desk.app.nodes_named("team");
    assert_eq!(found, ["000000000022", "000000000021"], "much used, but long ago");
}
