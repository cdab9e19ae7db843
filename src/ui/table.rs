//! The rows of the view on screen. Only what is seen is ever made: a frame costs the same over ten rows and over a
//! hundred thousand.

mod group;
mod row;
mod wishes;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    chrome::{self, Framed, Titles},
    columns::{self, Column, From},
    empty, gaps, input, map,
    parts::Part,
    scene::Scene,
    text::{put, put_right, width},
    theme::Role,
    words::{count, counted},
    wrap::wrap,
};
use crate::{
    app::{Focus, Layer},
    model::{
        Cell, Level,
        text::{clean, clip},
    },
    rows::{Filter, Line, Slot, SortBy},
};

/// Cells below which words say nothing any more.
const LEAST: u16 = 10;

/// Draws the pane. Gives the cell of the cursor while a filter is typed.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let app = scene.app;
    let filter = match app.layers.last() {
        Some(Layer::Filter { input, .. }) if app.focus != Focus::Tree => Some(input),
        _ => None,
    };
    let focused = app.focus == Focus::Table;
    let Framed { inner, free } = chrome::frame(scene, buf, area, focused, titles(scene, filter.is_some()));
    if inner.is_empty() {
        return None;
    }
    if app.mapped().is_some() && !scene.table().is_empty() {
        map::draw(scene, buf, inner);
    } else if app.screen.listing.is_empty() {
        empty::draw(scene, buf, inner);
    } else {
        rows(scene, buf, inner);
    }
    if !trouble(scene, buf, area) {
        evidence(scene, buf, area);
    }
    filter.and_then(|typed| input::draw_in_frame(scene, buf, free, typed))
}

/// What is wrong with the filter line, in the lower line of the frame; gives whether anything is.
fn trouble(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) -> bool {
    let screen = &scene.app.screen;
    let (words, role) = if let Some(why) = &screen.wrong {
        (format!(" {} {why}; the filter before is still in force ", Level::Broken.glyph()), Role::Broken)
    } else {
        let heads = screen.view.heads();
        let ids: Vec<&str> = heads.iter().map(|h| h.id).collect();
        let Some((name, meant)) = Filter::slip(&screen.line, &ids) else { return false };
        (
            format!(" {} no column {name} here: looked for as letters; {meant}? ", Level::Attention.glyph()),
            Role::Attention,
        )
    };
    put(buf, area.x + 2, area.bottom() - 1, area.width.saturating_sub(6), &words, scene.style(role));
    true
}

/// The whole reason for the verdict on the row under the cursor, in the lower line of the frame: columns cut it short.
fn evidence(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) {
    let Some(slot) = scene.app.current() else { return };
    let health = slot.health(scene.app.now);
    let room = area.width.saturating_sub(6);
    if health.why.is_empty() || matches!(health.level, Level::None | Level::Ok) || room < LEAST {
        return;
    }
    let line = format!(" {} {} ", health.level.glyph(), health.why);
    put(buf, area.x + 2, area.bottom() - 1, room, &line, scene.level(health.level));
}

fn titles(scene: &Scene<'_>, typing: bool) -> Titles {
    let screen = &scene.app.screen;
    let dim = scene.style(Role::Dim);
    let mut word = Part::new(0, screen.view.id().0, scene.style(Role::Title));
    if let Some(parent) = &screen.parent {
        let facts = parent.row.facts();
        let name = if facts.name.is_empty() { parent.row.key().shown() } else { facts.name.into() };
        word = word.and(" of ", dim).and(clip(&name, 40), scene.style(Role::Title));
    }
    let mut left = vec![word];
    if let Some(group) = screen.group().filter(|_| screen.heading().is_none()) {
        // Its heading may have left the screen.
        left.push(Part::new(4, "› ", dim).and(clip(&group.name.name, 28), scene.style(Role::Group)));
    }
    if screen.problems {
        left.push(Part::new(3, "only problems", scene.level(Level::Attention)));
    }
    match screen.marks.counts() {
        (0, 0) => {}
        (shown, 0) => left.push(Part::new(2, format!("• {} marked", count(shown)), scene.style(Role::Mark))),
        (shown, hidden) => {
            let words = format!("• {} marked, {} of them hidden", count(shown + hidden), count(hidden));
            left.push(Part::new(2, words, scene.style(Role::Mark)));
        }
    }
    if typing || !screen.line.is_empty() {
        let line = if typing { "" } else { screen.line.as_str() };
        left.push(Part::new(0, "/", scene.style(Role::Key)).and(line, scene.style(Role::Input)));
    }
    Titles { left, right: vec![Part::new(1, size(scene), dim)] }
}

/// How many rows there are: for the watch board, how many problems, and how many accounts that were not read in full.
fn size(scene: &Scene<'_>) -> String {
    let screen = &scene.app.screen;
    let shown = screen.listing.len();
    if shown == 0 && scene.coverage.read == 0 {
        // Nought would be a claim.
        return "nothing read".to_owned();
    }
    if let Some(problems) = scene.problems() {
        // What a filter leaves is no statement about what was read.
        let whole = screen.line.is_empty() && !screen.problems;
        let unread = if whole { scene.app.rollup.of(&screen.select).unread_accounts as usize } else { 0 };
        let regions = scene.app.unread_regions().filter(|_| whole).unwrap_or_default();
        // Which regions are enabled is known of the caller's account alone.
        let regions = (regions > 0).then(|| format!("{} of the caller's regions", count(regions)));
        let accounts = (unread > 0).then(|| counted(unread, "account"));
        let parts: Vec<String> = accounts.into_iter().chain(regions).collect();
        let more = if parts.is_empty() { String::new() } else { format!(" · {} unread", parts.join(", ")) };
        return format!("{}{more}", counted(problems, "problem"));
    }
    let all = scene.table().len();
    let noun = scene.app.mapped().map_or("row", |mapped| mapped.each);
    let whole = screen.select.is_empty() && screen.parent.is_none();
    if whole && shown < all { format!("{} of {}", count(shown), counted(all, noun)) } else { counted(shown, noun) }
}

fn rows(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) {
    let app = scene.app;
    // On the lowest screens the row is all that there is room for.
    let head = inner.height.saturating_sub(1).min(1);
    let body = Rect { y: inner.y + head, height: inner.height - head, ..inner };
    let table = scene.table();
    let shown = app.screen.offset..app.screen.len();
    let lines: Vec<Line<'_>> = shown.take(usize::from(body.height)).filter_map(|at| app.screen.line(at)).collect();
    let rows: Vec<Option<&Slot>> =
        (app.screen.offset..).zip(&lines).map(|(at, _)| app.screen.slot(at, table)).collect();
    let slots: Vec<&Slot> = rows.iter().flatten().copied().collect();
    let room = inner.width.saturating_sub(2);
    let columns = columns::place(wishes::wishes(scene, &slots, room), room);
    let right: Vec<bool> = columns.iter().map(|c| wishes::is_numeric(&slots, c)).collect();
    if head > 0 {
        headings(scene, buf, inner, &columns, &right);
    }
    let mut scratch = String::new();
    for (((line, slot), at), y) in lines.iter().zip(&rows).zip(app.screen.offset..).zip(body.y..) {
        let (area, cursor) = (Rect { y, height: 1, ..inner }, at == app.screen.position);
        match (line, slot) {
            (Line::Group(group), _) => group::draw(scene, buf, area, group, cursor),
            (_, Some(slot)) => row::draw(scene, buf, area, slot, (&columns, &right), cursor, &mut scratch),
            _ => {}
        }
    }
    chrome::scrolled(scene, buf, body, app.screen.offset, app.screen.len());
    let used = u16::try_from(lines.len()).unwrap_or(body.height).min(body.height);
    let below = Rect { y: body.y + used, height: body.height - used, ..body };
    let below = if scene.is_board() { below } else { cut(scene, buf, below, &columns) };
    match scene.problems() {
        // The board has a line of its own for each place that was not read.
        Some(0) => empty::draw(scene, buf, below),
        _ if scene.is_board() => {}
        _ => gaps::below(scene, buf, below),
    }
}

/// What the row under the cursor says in the columns that take the rest, whole, where they had to cut it short and there
/// is room below the rows; gives what is left of that room.
fn cut(scene: &Scene<'_>, buf: &mut Buffer, below: Rect, columns: &[Column]) -> Rect {
    let heads = scene.app.screen.view.heads();
    let Some(slot) = scene.app.current().filter(|_| scene.app.areas().detail.is_empty()) else { return below };
    let mut y = below.y;
    for column in columns {
        let From::Cell(at) = column.from else { continue };
        let Cell::Text(text) = slot.row.cell(at) else { continue };
        if heads.get(at).is_none_or(|head| head.width > 0) || width(&text) <= column.width {
            continue;
        }
        let lines = wrap(&clean(&text), below.width.saturating_sub(3));
        if usize::from(below.bottom().saturating_sub(y + 1)) < lines.len() {
            break;
        }
        y += 1;
        for line in lines {
            put(buf, below.x + 1, y, below.width.saturating_sub(2), &line, scene.style(Role::Text));
            y += 1;
        }
    }
    Rect { y, height: below.bottom() - y, ..below }
}

fn headings(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect, columns: &[Column], right: &[bool]) {
    let sort = scene.app.screen.sort;
    let style = scene.style(Role::Heading);
    for (column, right) in columns.iter().zip(right) {
        let sorted = matches!((sort.by, column.from), (SortBy::Column(by), From::Cell(at)) if by == at);
        let mark = if sort.descending { "▾" } else { "▴" };
        let x = inner.x + 1 + column.x;
        if column.width < 2 {
            continue;
        }
        let id = clip(column.id, usize::from(column.width.saturating_sub(u16::from(sorted) * 2)));
        let text = match (sorted, right) {
            (false, _) => id.into_owned(),
            (true, true) => format!("{mark} {id}"),
            (true, false) => format!("{id} {mark}"),
        };
        let style = if sorted { scene.style(Role::Key) } else { style };
        if *right {
            put_right(buf, x, inner.y, column.width, &text, style);
        } else {
            put(buf, x, inner.y, column.width, &text, style);
        }
    }
}
