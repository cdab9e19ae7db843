//! Values of rows, put into cells.

use jiff::Timestamp;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    scene::Scene,
    text::{put, put_right},
    theme::Role,
};
use crate::model::Cell;

/// How values of one row are drawn.
pub struct Pencil<'a> {
    /// The theme and the state.
    pub scene: &'a Scene<'a>,
    /// The style of ordinary words in this row; open where the row has one of its own.
    pub words: Style,
    /// The style of words that matter less.
    pub dim: Style,
    /// Now.
    pub now: Timestamp,
}

impl Pencil<'_> {
    /// Draws a value into the first row of an area, at the right where `right` says so. `scratch` saves an allocation
    /// for each value.
    pub fn cell(&self, buf: &mut Buffer, area: Rect, cell: &Cell<'_>, right: bool, scratch: &mut String) {
        let Rect { x, y, width, .. } = area;
        match cell {
            Cell::Level(level) => {
                let style = self.scene.level(*level);
                let end = put(buf, x, y, width, level.glyph(), style);
                let rest = (x + width).saturating_sub(end + 1);
                put(buf, end + 1, y, rest, level.word(), style);
            }
            Cell::Text(text) => {
                put(buf, x, y, width, text, self.words);
            }
            other => {
                scratch.clear();
                other.write(self.now, scratch);
                let style = if matches!(other, Cell::Missing) { self.dim } else { self.words };
                if right {
                    put_right(buf, x, y, width, scratch, style);
                } else {
                    put(buf, x, y, width, scratch, style);
                }
            }
        }
    }
}

impl<'a> Pencil<'a> {
    /// For a row of the table: on the row of the cursor words take its style, and what is out of date is set apart.
    pub fn new(scene: &'a Scene<'a>, selected: bool, old: bool) -> Self {
        let role = |role: Role| if selected { Style::new() } else { scene.style(role) };
        let words = if old { role(Role::Old) } else { Style::new() };
        Self { scene, words, dim: role(Role::Dim), now: scene.app.now }
    }
}
