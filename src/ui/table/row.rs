//! One row of a table.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::wishes::account_name;
use crate::{
    app::Focus,
    model::{Cell, time},
    rows::{
        Slot,
        filter::{Shown, Where},
        scopes::is_fresh,
    },
    ui::{
        cells::Pencil,
        columns::{Column, From},
        scene::Scene,
        text::{mark as mark_letters, put, tint, width},
        theme::Role,
    },
};

/// Tints a line that has the cursor, and marks it. Gives whether it has the keys as well.
pub fn mark(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, cursor: bool) -> bool {
    let focus = scene.app.focus;
    let selected = cursor && focus == Focus::Table;
    if selected {
        tint(buf, area, scene.style(Role::Selection));
    }
    if cursor {
        let role = if focus == Focus::Tree { Role::Border } else { Role::Mark };
        put(buf, area.x, area.y, 1, "▌", scene.style(role));
    }
    selected
}

/// Draws a row into its line. `columns` come with whether their values stand at the right; `scratch` saves an
/// allocation for each value.
pub fn draw(
    scene: &Scene<'_>,
    buf: &mut Buffer,
    line: Rect,
    slot: &Slot,
    (columns, right): (&[Column], &[bool]),
    cursor: bool,
    scratch: &mut String,
) {
    let app = scene.app;
    let selected = mark(scene, buf, line, cursor);
    let old = !is_fresh(Some(slot.read_at), app.now, scene.table().every());
    let pencil = Pencil::new(scene, selected, old);
    let name = named(slot, columns);
    for (at, (column, right)) in columns.iter().zip(right).enumerate() {
        let area = Rect { x: line.x + 1 + column.x, width: column.width, ..line };
        match column.from {
            From::Mark if app.screen.marks.has(slot) => {
                put(buf, area.x, area.y, 1, "•", scene.style(Role::Mark));
            }
            From::Mark => {}
            From::Health => {
                put(buf, area.x, area.y, 1, slot.level.glyph(), scene.level(slot.level));
            }
            From::Account => {
                put(buf, area.x, area.y, area.width, account_name(scene, slot), pencil.words);
            }
            From::Region => {
                let region = slot.place.region.as_ref().map_or("–", |r| r.as_str());
                put(buf, area.x, area.y, area.width, region, pencil.dim);
            }
            From::Cell(at) => pencil.cell(buf, area, &slot.row.cell(at), *right, scratch),
        }
        if name == Some(at) {
            scene.spots.note(app, buf, area, slot);
        }
        if !app.screen.filter.is_empty() {
            hits(scene, buf, area, column.from, selected);
        }
    }
    if old {
        age(scene, buf, line, slot, pencil.words);
    }
}

/// The column that holds what people call the row; else the first that holds words of the row.
fn named(slot: &Slot, columns: &[Column]) -> Option<usize> {
    let name = slot.row.facts().name;
    let text = |column: &Column, fits: &dyn Fn(&str) -> bool| {
        let From::Cell(at) = column.from else { return false };
        matches!(slot.row.cell(at), Cell::Text(text) if fits(&text))
    };
    let exact = columns.iter().position(|c| text(c, &|t| t == name));
    exact.or_else(|| columns.iter().position(|c| text(c, &|_| true)))
}

/// Marks what the filter found in a value.
fn hits(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, from: From, selected: bool) {
    let shown = match from {
        From::Mark | From::Health => return,
        From::Account => Shown::Place(Where::Account),
        From::Region => Shown::Place(Where::Region),
        From::Cell(at) => Shown::Column(at),
    };
    let filter = &scene.app.screen.filter;
    mark_letters(buf, area, scene.hit(selected), |text| filter.hits(shown, text));
}

/// How old the reading of a row is that could not be read again.
fn age(scene: &Scene<'_>, buf: &mut Buffer, line: Rect, slot: &Slot, style: Style) {
    let text = format!(" {} old ", time::age(scene.app.now, slot.read_at));
    let wide = width(&text).min(line.width);
    put(buf, line.right() - wide, line.y, wide, &text, style);
}
