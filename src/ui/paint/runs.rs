//! A row of the buffer as a painter reads it: one glyph for each lead cell, and runs of equal look.

use ratatui::{
    buffer::{Buffer, CellWidth as _},
    style::{Color, Modifier, Style},
};

/// What a cell looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Look {
    /// Foreground.
    pub fg: Color,
    /// Background.
    pub bg: Color,
    /// Everything else.
    pub modifier: Modifier,
}

impl From<Style> for Look {
    fn from(style: Style) -> Self {
        Self {
            fg: style.fg.unwrap_or(Color::Reset),
            bg: style.bg.unwrap_or(Color::Reset),
            modifier: style.add_modifier.difference(style.sub_modifier),
        }
    }
}

/// A character on the screen.
#[derive(Clone, Copy, Debug)]
pub struct Glyph<'a> {
    /// The column of its first cell, from the left of the buffer.
    pub x: u16,
    /// How many cells it takes.
    pub cells: u16,
    /// What is in it.
    pub symbol: &'a str,
    /// Its look.
    pub look: Look,
}

/// The characters of a row (counted from the top of the buffer). The cells that a wide one covers are left out: the
/// terminal never shows them.
pub fn glyphs(buf: &Buffer, row: u16) -> impl Iterator<Item = Glyph<'_>> {
    let width = buf.area.width;
    let mut x = 0;
    std::iter::from_fn(move || {
        if x >= width {
            return None;
        }
        let cell = &buf[(buf.area.x + x, buf.area.y + row)];
        let cells = cell.cell_width().clamp(1, width - x);
        let look = Look { fg: cell.fg, bg: cell.bg, modifier: cell.modifier };
        let glyph = Glyph { x, cells, symbol: cell.symbol(), look };
        x += cells;
        Some(glyph)
    })
}

/// The glyphs of a row, parted where `same` says that two neighbours differ.
pub fn runs<'a>(buf: &'a Buffer, row: u16, same: impl Fn(&Glyph<'_>, &Glyph<'_>) -> bool) -> Vec<Vec<Glyph<'a>>> {
    let mut out: Vec<Vec<Glyph<'a>>> = Vec::new();
    for glyph in glyphs(buf, row) {
        match out.last_mut() {
            Some(run) if run.last().is_some_and(|last| same(last, &glyph)) => run.push(glyph),
            _ => out.push(vec![glyph]),
        }
    }
    out
}
