//! The rows of the view on screen. Only what is seen is ever made: a frame costs the same over ten rows and over a
//! hundred thousand.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};

use super::{
    cells::Pencil,
    chrome::{self, Framed, Titles},
    columns::{self, Column, From, Wish},
    empty, gaps, input,
    parts::Part,
    scene::Scene,
    text::{put, put_right, tint, width},
    theme::Role,
    words::{count, counted},
};
use crate::{
    app::{Focus, Layer},
    model::{Cell, Level, text::clip},
    rows::{Slot, SortBy, scopes::is_fresh},
    view::Span,
};

/// Columns of the pane from which wide columns show without being asked for.
const WIDE: u16 = 140;
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
    if app.screen.listing.is_empty() {
        empty::draw(scene, buf, inner);
    } else {
        rows(scene, buf, inner);
        evidence(scene, buf, area);
    }
    filter.and_then(|typed| input::draw_in_frame(scene, buf, free, typed))
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
    if screen.problems {
        left.push(Part::new(3, "only problems", scene.level(Level::Attention)));
    }
    if typing || !screen.line.is_empty() {
        let line = if typing { "" } else { screen.line.as_str() };
        left.push(Part::new(0, "/", scene.style(Role::Key)).and(line, scene.style(Role::Input)));
    }
    Titles { left, right: vec![Part::new(1, size(scene), dim)] }
}

/// How many rows there are: for the watch board, how many problems, and how many places that were not read.
fn size(scene: &Scene<'_>) -> String {
    let screen = &scene.app.screen;
    let shown = screen.listing.len();
    if shown == 0 && scene.coverage.read == 0 {
        // Nought would be a claim.
        return "nothing read".to_owned();
    }
    if let Some(problems) = scene.problems() {
        let unread = shown - problems;
        let more = if unread == 0 { String::new() } else { format!(" · {} unread", count(unread)) };
        return format!("{}{more}", counted(problems, "problem"));
    }
    let all = scene.table().len();
    let whole = screen.select.is_empty() && screen.parent.is_none();
    if whole && shown < all { format!("{} of {}", count(shown), counted(all, "row")) } else { counted(shown, "row") }
}

/// The columns that are wished for, from the left, with what the rows on the screen need of them.
fn wishes(scene: &Scene<'_>, slots: &[(usize, &Slot)], room: u16) -> Vec<Wish> {
    let app = scene.app;
    let screen = &app.screen;
    let heads = screen.view.heads();
    let own = |id: &str| heads.iter().any(|h| h.id == id);
    let mut out = Vec::with_capacity(heads.len() + 3);
    if !matches!(screen.view.span(), Span::Fleet) {
        out.push(Wish { from: From::Health, id: "", width: 1, content: 1, least: 1 });
        let one = screen.parent.is_some() || app.org.account(&screen.select.as_str().into()).is_some();
        if !one && !own("account") {
            let names = slots.iter().map(|(_, slot)| width(account_name(scene, slot)));
            let width = if room >= WIDE { 22 } else { 16 };
            out.push(wish(From::Account, "account", width, names.max()));
        }
        if screen.parent.is_none() && !own("region") && many_regions(scene) {
            let regions = slots.iter().filter_map(|(_, slot)| slot.place.region.as_ref()).map(|r| width(r.as_str()));
            // Never cut: eu-central-1 and eu-central-2 would read the same.
            let mut region = wish(From::Region, "region", 14, regions.max());
            region.least = region.content;
            out.push(region);
        }
    }
    let wide = screen.wide || room >= WIDE;
    let mut scratch = String::new();
    for (at, head) in heads.iter().enumerate().filter(|(_, h)| wide || !h.wide) {
        let (mut level, mut numeric) = (false, false);
        let widest = slots.iter().map(|(_, slot)| {
            let cell = slot.row.cell(at);
            level |= matches!(cell, Cell::Level(_));
            numeric |= cell.is_numeric();
            scratch.clear();
            if let Cell::Text(text) = &cell { width(text) } else { written(&cell, app.now, &mut scratch) }
        });
        let mut wish = wish(From::Cell(at), head.id, head.width, widest.max());
        if level {
            wish.least = 1;
        } else if numeric {
            wish.least = wish.content;
        }
        out.push(wish);
    }
    out
}

/// A column of words whose widest value takes `widest` cells.
fn wish(from: From, id: &'static str, declared: u16, widest: Option<u16>) -> Wish {
    let content = widest.unwrap_or(0).max(width(id));
    Wish { from, id, width: declared, content, least: content.clamp(2, LEAST) }
}

fn written(cell: &Cell<'_>, now: jiff::Timestamp, scratch: &mut String) -> u16 {
    cell.write(now, scratch);
    width(scratch)
}

/// Whether the rows lie in more than one region.
fn many_regions(scene: &Scene<'_>) -> bool {
    let mut regions = scene.table().scopes.iter().filter(|s| s.wanted).filter_map(|s| s.scope.region.as_ref());
    let first = regions.next();
    regions.any(|r| Some(r) != first)
}

fn rows(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) {
    let app = scene.app;
    let body = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    let table = scene.table();
    let ids = (app.screen.offset..app.screen.listing.len()).take(usize::from(body.height));
    let slots: Vec<(usize, &Slot)> =
        ids.filter_map(|at| app.screen.listing.at(at).and_then(|id| table.get(id)).map(|slot| (at, slot))).collect();
    let room = inner.width.saturating_sub(2);
    let columns = columns::place(wishes(scene, &slots, room), room);
    let right: Vec<bool> = columns.iter().map(|c| is_numeric(&slots, c)).collect();
    headings(scene, buf, inner, &columns, &right);
    let mut scratch = String::new();
    let mut above: Option<&Slot> = None;
    for ((at, slot), y) in slots.iter().zip(body.y..) {
        let row = Line { scene, area: Rect { y, height: 1, ..inner }, slot, above };
        row.draw(buf, &columns, &right, *at == app.screen.position, &mut scratch);
        above = Some(slot);
    }
    chrome::scrolled(scene, buf, body, app.screen.offset, app.screen.listing.len());
    let used = u16::try_from(slots.len()).unwrap_or(body.height).min(body.height);
    let below = Rect { y: body.y + used, height: body.height - used, ..body };
    match scene.problems() {
        // The board has a line of its own for each place that was not read.
        Some(0) => empty::draw(scene, buf, below),
        _ if scene.is_board() => {}
        _ => gaps::below(scene, buf, below),
    }
}

/// The name of the account that a row lies in; its id where the organisation does not know it.
fn account_name<'a>(scene: &Scene<'a>, slot: &'a Slot) -> &'a str {
    let Some(id) = &slot.place.account else { return "–" };
    scene.app.org.account(id).map_or(id.as_str(), |a| a.name.as_str())
}

/// Whether the values under a column are written at the right: as the first one that is there.
fn is_numeric(slots: &[(usize, &Slot)], column: &Column) -> bool {
    let From::Cell(at) = column.from else { return false };
    let mut cells = slots.iter().map(|(_, slot)| slot.row.cell(at));
    cells.find(|c| *c != Cell::Missing).is_some_and(|c| c.is_numeric())
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

/// One row on the screen.
struct Line<'a> {
    scene: &'a Scene<'a>,
    area: Rect,
    slot: &'a Slot,
    above: Option<&'a Slot>,
}

impl Line<'_> {
    fn draw(&self, buf: &mut Buffer, columns: &[Column], right: &[bool], cursor: bool, scratch: &mut String) {
        let scene = self.scene;
        let app = scene.app;
        let selected = cursor && app.focus == Focus::Table;
        if selected {
            tint(buf, self.area, scene.style(Role::Selection));
        }
        if cursor {
            let role = if app.focus == Focus::Tree { Role::Border } else { Role::Mark };
            put(buf, self.area.x, self.area.y, 1, "▌", scene.style(role));
        }
        let old = !is_fresh(Some(self.slot.read_at), app.now, scene.table().every());
        let mut pencil = Pencil::new(scene, selected, old);
        for (column, right) in columns.iter().zip(right) {
            let area = Rect { x: self.area.x + 1 + column.x, width: column.width, ..self.area };
            match column.from {
                From::Health => {
                    put(buf, area.x, area.y, 1, self.slot.level.glyph(), scene.level(self.slot.level));
                }
                From::Account => {
                    put(buf, area.x, area.y, area.width, account_name(scene, self.slot), pencil.words);
                }
                From::Region => {
                    let region = self.slot.place.region.as_ref().map_or("–", |r| r.as_str());
                    put(buf, area.x, area.y, area.width, region, pencil.dim);
                }
                From::Cell(at) => {
                    let cell = self.slot.row.cell(at);
                    let words = pencil.words;
                    if self.repeats(column.id, at, &cell) {
                        pencil.words = pencil.dim;
                    }
                    pencil.cell(buf, area, &cell, *right, scratch);
                    pencil.words = words;
                }
            }
        }
        if old {
            self.age(buf, pencil.words);
        }
    }

    /// Whether a value by which rows are grouped stands in the row above as well: then it is said quietly.
    fn repeats(&self, id: &str, at: usize, cell: &Cell<'_>) -> bool {
        let grouped = self.scene.app.screen.sort.by == SortBy::Column(at) && matches!(id, "account" | "ou");
        grouped && self.above.is_some_and(|above| above.row.cell(at) == *cell)
    }

    /// How old the reading of a row is that could not be read again.
    fn age(&self, buf: &mut Buffer, style: Style) {
        let text = format!(" {} old ", crate::model::time::age(self.scene.app.now, self.slot.read_at));
        let wide = width(&text).min(self.area.width);
        put(buf, self.area.right() - wide, self.area.y, wide, &text, style);
    }
}
