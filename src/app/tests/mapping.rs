//! A view that is drawn as a map: where its cells are, how the cursor moves over them, and what the filter leaves.

use super::*;
use crate::app::{Keys, map::flow::Density};

/// A thing at a path.
fn lies(id: &str, path: &str, level: Level) -> Row {
    row("svc", &Thing { words: path.to_owned(), ..thing(id, level) })
}

/// The map over things, at a size.
fn map(rows: Vec<Row>, size: (u16, u16)) -> Desk {
    let mut desk = Desk::small();
    desk.apply(Event::Resize(size.0, size.1));
    desk.pass("svc", &at(12), rows);
    desk.command("chart");
    desk.tick(250);
    desk.tick(250);
    desk
}

/// The id of the thing under the cursor, without its account.
fn under(desk: &Desk) -> String {
    desk.cursor().unwrap_or_default().split('@').next().unwrap_or_default().to_owned()
}

fn grid() -> Vec<Row> {
    let mut rows = Vec::new();
    for (ou, n) in [("alpha", 3), ("beta", 5)] {
        for i in 0..n {
            rows.push(lies(&format!("{ou}{i}"), &format!("{ou}/{i}"), Level::Ok));
        }
    }
    rows
}

#[test]
fn the_cursor_moves_in_two_dimensions_and_stays_on_its_row() {
    let mut desk = map(grid(), (80, 24));
    assert_eq!(desk.app.keys(), Keys::Map);
    assert_eq!(desk.app.map.spots.len(), 8);
    let names: Vec<&str> = desk.app.map.headings.iter().map(|h| h.name.as_str()).collect();
    assert_eq!(names, ["alpha", "beta"]);
    desk.press("g");
    assert_eq!(under(&desk), "alpha0");
    desk.press("l");
    assert_eq!(under(&desk), "alpha1");
    desk.press("j");
    assert_eq!(under(&desk), "beta1", "down to the nearest cell of the line below");
    desk.press("h");
    assert_eq!(under(&desk), "beta0");
    desk.press("k");
    assert_eq!(under(&desk), "alpha0");
    desk.press("k h");
    assert_eq!(under(&desk), "alpha0", "there is nothing further");
    desk.press("right right right");
    assert_eq!(under(&desk), "beta0", "to the right of the last is the first of the next group");
    desk.press("G");
    assert_eq!(under(&desk), "beta4");
    desk.apply(Event::Resize(200, 60));
    assert_eq!(under(&desk), "beta4", "at any size");
}

#[test]
fn the_worst_is_under_the_cursor_at_first_and_a_filter_leaves_cells_dark() {
    let mut rows = grid();
    rows.push(lies("bad", "beta/bad", Level::Broken));
    let mut desk = map(rows, (80, 24));
    assert_eq!(under(&desk), "bad");
    desk.press("/");
    desk.type_in("alpha");
    desk.press("enter");
    let lit = |desk: &Desk| desk.app.map.spots.iter().filter(|s| s.lit.is_some()).count();
    assert_eq!((lit(&desk), desk.app.map.spots.len()), (3, 9), "the others keep their place");
    desk.press("G");
    assert_eq!(under(&desk), "alpha2", "the cursor goes to what passes alone");
    desk.press("j");
    assert_eq!(under(&desk), "alpha2");
    desk.press("esc ctrl-z");
    assert_eq!((lit(&desk), under(&desk).as_str()), (1, "bad"), "only problems stand out");
    desk.press("ctrl-z /");
    desk.type_in("nothing-like-it");
    desk.press("enter j l g");
    assert_eq!((lit(&desk), desk.app.map.spots.len(), desk.cursor()), (0, 9, None));
}

#[test]
fn what_has_no_room_is_gathered_by_its_path() {
    let many = |n: usize| -> Vec<Row> {
        let path = |i: usize| format!("ou{}/team{}", i % 4, i % 12);
        (0..n).map(|i| lies(&format!("{i:05}"), &path(i), Level::Ok)).collect()
    };
    let desk = map(many(1_000), (80, 24));
    assert_eq!((desk.app.map.spots.len(), desk.app.map.gathered), (1_000, false), "a thousand fit into 80×24");
    assert!(desk.app.map.lines <= usize::from(desk.app.map.area.height));
    let mut desk = map(many(3_000), (80, 24));
    assert_eq!((desk.app.map.spots.len(), desk.app.map.gathered), (12, true));
    let counts: usize = desk.app.map.spots.iter().map(|s| desk.app.map.count(s)).sum();
    assert_eq!(counts, 3_000);
    assert!(desk.app.map.density.is_named());
    desk.press("g l");
    let cell = desk.app.map_cursor();
    assert_eq!(cell, Some(1));
    let first = under(&desk);
    desk.press("h l");
    assert_eq!(under(&desk), first);
    // More of them in one place than there are cells: nothing to gather by, so that one scrolls.
    let one = (0..3_000).map(|i| lies(&format!("{i:05}"), "ou", Level::Ok)).collect();
    let mut desk = map(one, (80, 24));
    assert_eq!((desk.app.map.gathered, desk.app.map.density), (false, Density::STRIP));
    desk.press("G");
    assert_eq!(desk.app.map_cursor(), Some(2_999));
    assert!(desk.app.map.offset > 0);
}

#[test]
fn enter_on_a_gathered_cell_opens_its_ou() {
    let tree = vec![
        node("r", "Root", None, true),
        node("ou-work", "work", Some("r"), true),
        node("000000000012", "prod", Some("ou-work"), true),
        node("000000000013", "dev", Some("ou-work"), true),
    ];
    let mut desk = Desk::over(config(""), tree);
    desk.apply(Event::Resize(80, 24));
    let path = |i: usize| format!("ou/team{}", i % 3);
    let rows = (0..3_000).map(|i| lies(&format!("{i:05}"), &path(i), Level::Ok)).collect();
    desk.pass("svc", &at(12), rows);
    desk.command("chart");
    desk.tick(250);
    desk.tick(250);
    assert!(desk.app.map.gathered);
    desk.press("enter");
    assert_eq!(desk.place(), ("chart", "ou-work"));
    desk.press("esc");
    assert_eq!(desk.place(), ("chart", ""));
}

#[test]
fn a_click_puts_the_cursor_and_a_second_one_goes_in() {
    let mut desk = map(grid(), (80, 24));
    let (area, spot) = (desk.app.map.area, desk.app.map.spots[5].clone());
    let (x, y) = (area.x + spot.x, area.y + spot.y);
    desk.apply(Event::Mouse(crate::app::Mouse::Click(x, y)));
    assert_eq!(desk.app.map_cursor(), Some(5));
    desk.apply(Event::Mouse(crate::app::Mouse::Click(area.x, area.y)));
    assert_eq!(desk.app.map_cursor(), Some(5), "a heading is no cell");
}
