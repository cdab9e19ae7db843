//! A view drawn as a map: a cell for each row (or for each OU, where there are more rows than cells), what is under
//! the cursor in words, and what the glyphs stand for.

pub mod glyph;

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    chrome,
    parts::{self, Part},
    scene::Scene,
    text::{put, tint},
    theme::Role,
    words::{count, counted},
};
use crate::{
    app::map::{Map, Spot},
    model::{Cell, Level},
    rows::{Slot, Table},
};
use glyph::Look;

/// What stands for a cell that the filter leaves out: no glyph of a level, so that it is told from a closed account
/// without colours, too.
const UNLIT: &str = "-";

/// Draws the map into the inside of its frame.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) {
    let map = &scene.app.map;
    let table = scene.table();
    for heading in &map.headings {
        let Some(y) = line(map, heading.y) else { continue };
        let x = map.area.x + heading.x;
        let mut end = put(buf, x, y, map.area.right().saturating_sub(x), &heading.name, scene.style(Role::Group));
        if map.density.apart {
            end += 1;
            let rows = count(heading.rows);
            put(buf, end, y, map.area.right().saturating_sub(end), &rows, scene.style(Role::Dim));
        }
    }
    let cursor = scene.app.map_cursor();
    let mut sums = Sums::default();
    for (at, spot) in map.spots.iter().enumerate() {
        let look = look(map, spot, table);
        if spot.lit.is_some() {
            sums.add(look);
        } else {
            sums.unlit += 1;
        }
        if let Some(y) = line(map, spot.y) {
            cell(scene, buf, (spot, y), look, cursor == Some(at));
        }
    }
    chrome::scrolled(scene, buf, map.area, map.offset, map.lines);
    let below = Rect { y: map.area.bottom(), height: inner.bottom() - map.area.bottom(), ..inner };
    if below.height > 0 {
        let row = Rect { height: 1, ..below };
        parts::draw(buf, row, named(scene, table), Vec::new());
    }
    if below.height > 1 {
        parts::draw(buf, Rect { y: below.y + 1, height: 1, ..below }, sums.parts(scene), Vec::new());
    }
}

/// The line of the screen on which a line of the map is, if it is on the screen.
fn line(map: &Map, y: u16) -> Option<u16> {
    let at = u16::try_from(usize::from(y).checked_sub(map.offset)?).ok()?;
    (at < map.area.height).then(|| map.area.y + at)
}

/// What the rows of a cell are together.
fn look(map: &Map, spot: &Spot, table: &Table) -> Look {
    map.rows(spot, table).fold(Look::default(), |sum, slot| sum.and(one(map, slot)))
}

fn one(map: &Map, slot: &Slot) -> Look {
    let (answered, wanted) = match map.columns.1.map(|at| slot.row.cell(at)) {
        Some(Cell::Of(answered, wanted)) => (answered, wanted),
        _ => (1, 1),
    };
    let whole = |n: i64| u32::try_from(n).unwrap_or(0);
    Look { level: slot.level, answered: whole(answered), wanted: whole(wanted) }
}

fn cell(scene: &Scene<'_>, buf: &mut Buffer, at: (&Spot, u16), look: Look, cursor: bool) {
    let map = &scene.app.map;
    let (spot, y) = at;
    let x = map.area.x + spot.x;
    let room = map.density.cell.min(map.area.right().saturating_sub(x));
    let lit = spot.lit.is_some();
    if cursor {
        // The gap to the next cell is nobody's.
        let width = room.saturating_sub(1).max(1);
        tint(buf, Rect::new(x, y, width, 1), scene.style(Role::Selection));
    }
    let glyph = if lit { look.glyph() } else { UNLIT };
    let style = if lit { look.style(scene) } else { scene.style(Role::Dim) };
    // Every glyph is one cell and safe: a thousand of them need no look at each.
    if let Some(cell) = buf.cell_mut((x, y)) {
        cell.set_symbol(glyph).set_style(style);
    }
    if !map.density.is_named() {
        return;
    }
    let end = x + 1;
    let words = match (lit, cursor) {
        (false, _) => scene.style(Role::Dim),
        (true, _) => Style::new(),
    };
    let room = (x + room).saturating_sub(end + 2);
    match (map.gathered, map.rows(spot, scene.table()).next()) {
        (false, Some(slot)) => {
            put(buf, end + 1, y, room, &name(slot), words);
        }
        (true, Some(slot)) => {
            let path = path(map, slot);
            let last = path.rsplit('/').next().unwrap_or_default();
            put(buf, end + 1, y, room, &format!("{last} {}", count(map.count(spot))), words);
        }
        _ => {}
    }
}

fn name(slot: &Slot) -> std::borrow::Cow<'_, str> {
    let facts = slot.row.facts();
    if facts.name.is_empty() { slot.row.key().shown() } else { facts.name.into() }
}

fn path(map: &Map, slot: &Slot) -> String {
    match map.columns.0.map(|at| slot.row.cell(at)) {
        Some(Cell::Text(path)) => path.into_owned(),
        _ => String::new(),
    }
}

/// What is under the cursor, in words: its name, id and OU, its health, and how much of it was answered.
fn named(scene: &Scene<'_>, table: &Table) -> Vec<Part> {
    let (app, dim) = (scene.app, scene.style(Role::Dim));
    let map = &app.map;
    let Some((spot, slot)) = app.map_cursor().and_then(|at| map.spots.get(at)).zip(app.current()) else {
        return vec![Part::new(0, "nothing here passes the filter", scene.style(Role::Info))];
    };
    let look = if map.gathered { look(map, spot, table) } else { one(map, slot) };
    let each = app.mapped().map_or("row", |mapped| mapped.each);
    let path = path(map, slot);
    let mut out = Vec::new();
    if map.gathered {
        let ou = if path.is_empty() { "at the root" } else { &path };
        out.push(Part::new(0, ou, scene.style(Role::Title)));
        out.push(Part::new(3, counted(map.count(spot), each), dim));
    } else {
        out.push(Part::new(0, name(slot), scene.style(Role::Title)));
        if slot.row.key().shown() != name(slot) {
            out.push(Part::new(2, slot.row.key().shown(), Style::new()));
        }
        if !path.is_empty() {
            out.push(Part::new(3, path, dim));
        }
    }
    let words = if look.is_filling() { "not read yet" } else { look.level.word() };
    out.push(Part::new(1, format!("{} {words}", look.glyph()), look.style(scene)));
    if look.answered < look.wanted {
        out.push(Part::new(4, format!("{} of {} answered", look.answered, look.wanted), dim));
    }
    out
}

/// How many cells there are of each kind.
#[derive(Default)]
struct Sums {
    levels: [usize; Level::ALL.len()],
    filling: usize,
    gathering: Look,
    /// Those that the filter leaves out.
    unlit: usize,
}

impl Sums {
    fn add(&mut self, look: Look) {
        if look.is_filling() {
            self.filling += 1;
            self.gathering = self.gathering.and(look);
        } else {
            self.levels[look.level as usize] += 1;
        }
    }

    /// The kinds that there are, the worst first: glyph, number, word. What goes well is the first to go.
    fn parts(&self, scene: &Scene<'_>) -> Vec<Part> {
        let part = |rank, glyph: &str, n: usize, word: &str, style| {
            Part::new(rank, glyph, style).and(format!(" {} ", count(n)), Style::new()).and(word, scene.style(Role::Dim))
        };
        let mut out = Vec::new();
        for (rank, level) in (0_u8..).zip(Level::ALL.into_iter().rev()) {
            let n = self.levels[level as usize];
            let word = match level {
                Level::Unknown => "could not be read",
                Level::None => "not entered",
                level => level.word(),
            };
            if n > 0 {
                out.push(part(rank, level.glyph(), n, word, scene.level(level)));
            }
            if level == Level::Unknown && self.filling > 0 {
                let style = self.gathering.style(scene);
                out.push(part(rank, self.gathering.glyph(), self.filling, "not read yet", style));
            }
        }
        if self.unlit > 0 {
            out.push(part(u8::MAX, UNLIT, self.unlit, "left out", scene.style(Role::Dim)));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_filter_leaves_out_is_told_from_every_level_without_colours() {
        let levels = Level::ALL.into_iter().map(Level::glyph);
        let filling = (0..4).map(|answered| Look { level: Level::Unknown, answered, wanted: 4 }.glyph());
        let same: Vec<&str> = levels.chain(filling).filter(|glyph| *glyph == UNLIT).collect();
        assert_eq!(same, Vec::<&str>::new());
    }
}
