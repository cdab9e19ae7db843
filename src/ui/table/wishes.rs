//! Which columns a table wishes for, and what they need for the rows on the screen.

use crate::{
    app::columns::{Col, WIDE, Which},
    model::{AccountId, Cell},
    rows::Slot,
    ui::{
        columns::{Column, From, Wish},
        scene::Scene,
        table::LEAST,
        text::width,
    },
    view::Span,
};

/// The columns that are wished for, from the left, with what the rows on the screen need of them.
pub fn wishes(scene: &Scene<'_>, slots: &[&Slot], room: u16) -> Vec<Wish> {
    let app = scene.app;
    let columns = app.columns();
    let mut out = Vec::with_capacity(columns.len() + 2);
    if !app.screen.marks.is_empty() {
        out.push(Wish { from: From::Mark, id: "", width: 1, content: 1, least: 1 });
    }
    if !matches!(app.screen.view.span(), Span::Fleet) {
        out.push(Wish { from: From::Health, id: "", width: 1, content: 1, least: 1 });
    }
    for column in columns.into_iter().filter(|c| c.shown) {
        let mut wish = match column.which {
            Which::Account => {
                let names = slots.iter().map(|slot| width(account_name(scene, slot)));
                let width = if room >= WIDE { 22 } else { column.declared };
                wish(From::Account, column.id, width, names.max())
            }
            Which::Region => {
                let regions = slots.iter().filter_map(|slot| slot.place.region.as_ref()).map(|r| width(r.as_str()));
                // Never cut: eu-central-1 and eu-central-2 would read the same.
                let mut region = wish(From::Region, column.id, column.declared, regions.max());
                region.least = region.content;
                region
            }
            Which::Cell(at) => cells(scene, slots, at, &column),
        };
        if let Some(cells) = column.width {
            // What a person gave it, it keeps as long as there is room.
            (wish.width, wish.content, wish.least) = (cells, cells, cells.min(LEAST));
        }
        out.push(wish);
    }
    out
}

/// A column of values of the rows themselves.
fn cells(scene: &Scene<'_>, slots: &[&Slot], at: usize, column: &Col) -> Wish {
    let (mut level, mut numeric, mut ids) = (false, false, false);
    let mut scratch = String::new();
    let widest = slots.iter().map(|slot| {
        let cell = slot.row.cell(at);
        level |= matches!(cell, Cell::Level(_));
        numeric |= cell.is_numeric();
        scratch.clear();
        if let Cell::Text(text) = &cell {
            ids |= AccountId::fits(text);
            width(text)
        } else {
            written(&cell, scene.app.now, &mut scratch)
        }
    });
    let mut wish = wish(From::Cell(at), column.id, column.declared, widest.max());
    if level {
        wish.least = 1;
    } else if numeric || ids {
        // A part of a number or of an account id is another one.
        wish.least = wish.content;
    }
    wish
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

/// The name of the account that a row lies in; its id where the organisation does not know it.
pub fn account_name<'a>(scene: &Scene<'a>, slot: &'a Slot) -> &'a str {
    let Some(id) = &slot.place.account else { return "–" };
    scene.app.org.account(id).map_or(id.as_str(), |a| a.name.as_str())
}

/// Whether the values under a column are written at the right: as the first one that is there.
pub fn is_numeric(slots: &[&Slot], column: &Column) -> bool {
    let From::Cell(at) = column.from else { return false };
    let mut cells = slots.iter().map(|slot| slot.row.cell(at));
    cells.find(|c| *c != Cell::Missing).is_some_and(|c| c.is_numeric())
}
