//! Values of rows, put into cells.

use jiff::Timestamp;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    scene::Scene,
    text::{bar, put, put_right, width},
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
    /// The style of bars.
    pub spark: Style,
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
            Cell::Bar(have, want) => draw_bar(buf, area, (*have, *want), self.words, self.spark),
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

/// Cells below which a bar says nothing that the numbers beside it do not say.
const LEAST: u16 = 4;

/// Numbers at the right, and in what is left before them a bar that is full only when all is done; the numbers alone
/// where there is no room for more, or nothing is wanted.
fn draw_bar(buf: &mut Buffer, area: Rect, (have, want): (i64, i64), words: Style, spark: Style) {
    let numbers = format!("{have}/{want}");
    put_right(buf, area.x, area.y, area.width, &numbers, words);
    let room = area.width.saturating_sub(width(&numbers) + 1);
    if room >= LEAST && want > 0 {
        let part = |n: i64| u64::try_from(n).unwrap_or(0);
        put(buf, area.x, area.y, room, &bar(part(have), part(want), room), spark);
    }
}

impl<'a> Pencil<'a> {
    /// For a row of the table: on the row of the cursor words take its style, and what is out of date is set apart.
    pub fn new(scene: &'a Scene<'a>, selected: bool, old: bool) -> Self {
        let role = |role: Role| if selected { Style::new() } else { scene.style(role) };
        let words = if old { role(Role::Old) } else { Style::new() };
        Self { scene, words, dim: role(Role::Dim), spark: role(Role::Spark), now: scene.app.now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bar drawn into so many cells, by a theme without colour.
    fn drawn(have: i64, want: i64, cells: u16) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, cells, 1));
        draw_bar(&mut buf, Rect::new(0, 0, cells, 1), (have, want), Style::new(), Style::new());
        (0..cells).map(|x| buf[(x, 0)].symbol().to_owned()).collect()
    }

    #[test]
    fn a_bar_says_the_same_in_numbers_and_gives_way_to_them() {
        assert_eq!(drawn(2, 6, 12), "██▋····· 2/6");
        assert_eq!(drawn(6, 6, 12), "████████ 6/6");
        assert_eq!(drawn(0, 6, 12), "········ 0/6");
        assert_eq!(drawn(2, 6, 8), "█▎·· 2/6");
        assert_eq!(drawn(2, 6, 7), "    2/6", "no room for a bar that says anything");
        assert_eq!(drawn(7, 6, 12), "████████ 7/6", "more than wanted is not hidden");
        assert_eq!(drawn(0, 0, 12), "         0/0", "of nothing there is no bar");
        assert_eq!(drawn(-1, 6, 12), "······· -1/6");
    }
}
