//! The columns of a table: chosen, ordered, sized, kept, and what the configuration says of them.

use super::*;
use crate::app::{
    Keys, Layer,
    columns::{BOOK, config::Configured},
};

fn desk() -> Desk {
    let mut desk = Desk::small();
    desk.command("svc");
    desk.pass("svc", &at(12), services(&[("web", Level::Broken), ("api", Level::Ok)]));
    desk
}

/// The columns that are shown, with the widths that a person gave them.
fn shown(desk: &Desk) -> Vec<String> {
    let width = |n: Option<u16>| n.map(|n| format!("={n}")).unwrap_or_default();
    let columns = desk.app.columns().into_iter().filter(|c| c.shown);
    columns.map(|c| format!("{}{}", c.id, width(c.width))).collect()
}

fn kept(desk: &Desk) -> Option<String> {
    desk.written(BOOK).last().and_then(|memo| memo.value.clone())
}

#[test]
fn columns_are_shown_moved_and_sized_and_kept_for_their_view() {
    let mut desk = desk();
    assert_eq!(shown(&desk), ["name", "level", "at"], "wide ones wait for room; one account needs no column");
    desk.press("|");
    assert_eq!((desk.app.keys(), desk.app.layers.len()), (Keys::Columns, 1));
    let all: Vec<&str> = desk.app.columns().iter().map(|c| c.id).collect();
    assert_eq!(all, ["region", "name", "level", "at", "account", "count"]);
    desk.press("G space");
    assert_eq!(shown(&desk), ["name", "level", "at", "count"]);
    desk.press("h h h h");
    assert_eq!(shown(&desk), ["count", "name", "level", "at"], "the cursor goes along");
    desk.press("+ + - j - a");
    assert_eq!(shown(&desk), ["count=8", "name", "level", "at"]);
    assert_eq!(kept(&desk).as_deref(), Some("region +count=8 name level at account"));
    desk.press("j j space esc");
    assert_eq!(shown(&desk), ["count=8", "name", "level"]);
    assert!(desk.app.layers.is_empty());
    desk.command("feed");
    assert_eq!(shown(&desk), ["name", "level", "at"], "another view has columns of its own");
    desk.command("svc");
    assert_eq!(shown(&desk), ["count=8", "name", "level"]);
    desk.press("| R");
    assert_eq!(shown(&desk), ["name", "level", "at"]);
    assert!(desk.written(BOOK).last().is_some_and(|memo| memo.key == "svc" && memo.value.is_none()));
}

#[test]
fn what_was_kept_is_there_in_the_next_run() {
    let columns =
        vec![("svc".to_owned(), "+count=9 name=40 -level gone at".to_owned()), ("no-view".to_owned(), "x".to_owned())];
    let mut desk = Desk::bare(config(""), Memory { columns, ..Memory::default() });
    desk.command("svc");
    assert_eq!(shown(&desk), ["count=9", "name=40", "at"], "what is new or gone since does not matter");
}

#[test]
fn the_list_takes_no_other_keys_and_the_last_column_stays() {
    let mut desk = desk();
    desk.press("| q");
    assert!(desk.app.layers.is_empty() && !desk.quits());
    desk.press("| : / w E");
    assert!(matches!(desk.app.layers[..], [Layer::Columns(0)]));
    for _ in 0..6 {
        desk.press("space j");
    }
    for _ in 0..6 {
        desk.press("k");
        if desk.app.columns()[0].shown {
            desk.press("space");
        }
    }
    assert!(desk.app.columns().iter().any(|c| c.choice != crate::app::columns::layout::Choice::Hidden));
}

#[test]
fn rows_are_ordered_by_hidden_columns_too_and_arrows_go_over_those_that_are_shown() {
    let mut desk = desk();
    desk.command("sort count");
    assert!(desk.app.notice().is_none(), "{:?}", desk.app.notice());
    assert_eq!(desk.app.screen.sort, crate::rows::Sort { by: crate::rows::SortBy::Column(4), descending: false });
    desk.press("| G space h h h h h esc");
    desk.command("sort trouble");
    let mut seen = Vec::new();
    for _ in 0..5 {
        desk.press("shift-right");
        seen.push(desk.app.screen.sort.by);
    }
    let column = crate::rows::SortBy::Column;
    let trouble = crate::rows::SortBy::Trouble;
    assert_eq!(seen, [column(4), column(0), column(1), column(2), trouble]);
    desk.press("shift-left");
    assert_eq!(desk.app.screen.sort.by, column(2));
}

#[test]
fn the_configuration_names_columns_and_order_of_a_view() {
    let text = "[views.svc]\ncolumns = [\"count=12\", \"name\"]\nsort = \"-name\"\n";
    let mut desk = Desk::over(config(text), small());
    desk.command("svc");
    assert_eq!(shown(&desk), ["count=12", "name"]);
    desk.pass("svc", &at(12), services(&[("a", Level::Ok), ("b", Level::Ok)]));
    assert_eq!(desk.shown(), ["b", "a"]);
    desk.press("| G space");
    assert!(shown(&desk).len() == 3, "{:?}", shown(&desk));
    desk.press("R");
    assert_eq!(shown(&desk), ["count=12", "name"], "back to what the configuration says");
}

#[test]
fn the_order_and_wide_columns_that_were_chosen_are_there_in_the_next_run() {
    let mut desk = desk();
    desk.command("sort -count");
    desk.command("wide");
    let kept: Vec<(String, String)> =
        desk.written(BOOK).into_iter().filter_map(|memo| Some((memo.key, memo.value?))).collect();
    assert_eq!(kept.last(), Some(&("svc habit".to_owned(), "-count +wide".to_owned())));
    desk.command("feed");
    assert!(!desk.app.screen.wide, "another view has a habit of its own");
    desk.command("svc");
    let columns = kept[kept.len() - 1..].to_vec();
    let text = "view = \"svc\"\n[views.svc]\nsort = \"name\"\n";
    for (first, text) in [("watch", ""), ("svc", text)] {
        let mut next = Desk::bare(config(text), Memory { columns: columns.clone(), ..Memory::default() });
        next.command("svc");
        for desk in [&desk, &next] {
            let sort = desk.app.screen.sort;
            let by_count = crate::rows::Sort { by: crate::rows::SortBy::Column(4), descending: true };
            assert_eq!((sort, desk.app.screen.wide), (by_count, true), "{first}: over what the configuration says");
        }
    }
    desk.command("sort trouble");
    desk.press(":");
    desk.type_in("wide");
    desk.press("enter");
    assert!(desk.written(BOOK).last().is_some_and(|memo| memo.value.is_none()), "the usual need not be kept");
}

#[test]
fn an_order_by_a_column_that_is_gone_is_by_trouble() {
    let columns = vec![("svc habit".to_owned(), "-gone".to_owned()), ("no-view habit".to_owned(), "x".to_owned())];
    let mut desk = Desk::bare(config(""), Memory { columns, ..Memory::default() });
    desk.command("svc");
    assert_eq!(desk.app.screen.sort, crate::rows::Sort::default());
    desk.press("| esc");
    desk.command("sort -trouble");
    assert_eq!(desk.written(BOOK).last().and_then(|memo| memo.value.clone()).as_deref(), Some("-trouble"));
}

#[test]
fn slips_in_the_configuration_are_said_with_the_nearest_word() {
    let wrong = |text: &str| {
        let found = Configured::read(VIEWS, &config(text)).err().map(|e| e.0).unwrap_or_default();
        found.iter().map(|e| format!("{} {}", e.message, e.help)).collect::<Vec<_>>()
    };
    assert!(wrong("[views.svc]\ncolumns = [\"name\"]\nsort = \"trouble\"\n").is_empty());
    for (text, words) in [
        ("[views.scv]\nsort = \"name\"", ["unknown view \"scv\"", "svc"]),
        ("[views.svc]\ncolumns = [\"name\", \"cuont\"]", ["unknown column \"cuont\"", "count"]),
        ("[views.svc]\nsort = \"-nmae\"", ["unknown column \"nmae\"", "name"]),
        ("[views.svc]\ncolumns = [\"name=2\"]", ["\"2\" is no width", "3 to 200"]),
        ("[views.svc]\ncolumns = []", ["at least one", ""]),
    ] {
        let said = wrong(text);
        assert!(said.len() == 1 && words.iter().all(|w| said[0].contains(w)), "{text}: {said:?}");
    }
}

#[test]
fn a_file_holds_the_columns_that_were_chosen() {
    use crate::{app::save::Content, view::output::Sheet as _};
    let mut desk = desk();
    desk.press("| g j space G space h h h h esc ctrl-s enter");
    let saving = desk.asked.iter().find_map(|e| if let Effect::Save(_, s) = e { Some(s.clone()) } else { None });
    let Content::Rows(report, _) = saving.expect("a file").content else { panic!("rows") };
    let data: Vec<&str> = report.headings().iter().filter(|h| h.data).map(|h| h.id).collect();
    assert_eq!(
        data,
        ["account", "account_name", "ou", "region", "health", "reason", "since", "key", "count", "level", "at"]
    );
}
