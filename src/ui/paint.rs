//! Pictures of the screen, made from the very buffer that goes to the terminal: tagged text for snapshots that keep
//! colour, and SVG for the documentation.

mod glyphs;
mod runs;
mod svg;
mod tagged;

use ratatui::buffer::Buffer;

pub use svg::svg;
pub use tagged::tagged;

/// The letters of a screen, a line a row, without what is blank at their ends.
#[must_use]
pub fn plain(buf: &Buffer) -> String {
    let row = |row: u16| -> String {
        let text: String = runs::glyphs(buf, row).map(|glyph| glyph.symbol).collect();
        format!("{}\n", text.trim_end())
    };
    (0..buf.area.height).map(row).collect()
}

#[cfg(test)]
mod tests;
