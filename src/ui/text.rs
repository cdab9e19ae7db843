//! Putting words into cells: safe, clipped, and fast enough for every cell of every frame.
//!
//! Ratatui's widgets are not used for rows: a frame over 100,000 rows must cost less than a millisecond, and only
//! the cells that are seen are ever made.

mod bar;
mod mark;

use std::borrow::Cow;

use ratatui::{
    buffer::{Buffer, CellWidth as _},
    layout::Rect,
    style::Style,
};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::model::text::clean;

pub use bar::{bar, spark};
pub use mark::mark;

/// Writes `text` at column `x` of row `y`, in at most `cells` cells, and returns the column after its end. What does
/// not fit ends in `…`. Text from outside is made safe here; a style's open parts keep what lies below.
pub fn put(buf: &mut Buffer, x: u16, y: u16, cells: u16, text: &str, style: impl Into<Style>) -> u16 {
    let style = style.into();
    let area = buf.area;
    if y < area.top() || y >= area.bottom() || x < area.left() || x >= area.right() {
        return x;
    }
    let cells = cells.min(area.right() - x);
    if plain(text) {
        return put_ascii(buf, x, y, cells, text, style);
    }
    put_wide(buf, x, y, cells, &clean(text), style)
}

/// The same, flush right in exactly `cells` cells; returns the column at which it begins.
pub fn put_right(buf: &mut Buffer, x: u16, y: u16, cells: u16, text: &str, style: impl Into<Style>) -> u16 {
    let text = if plain(text) { Cow::Borrowed(text) } else { clean(text) };
    let start = x + cells.saturating_sub(width(&text));
    put(buf, start, y, (x + cells).saturating_sub(start), &text, style);
    start
}

/// How many cells [`put`] needs for a text that is already safe.
#[must_use]
pub fn width(text: &str) -> u16 {
    if plain(text) {
        return u16::try_from(text.len()).unwrap_or(u16::MAX);
    }
    text.graphemes(true).fold(0, |sum, g| sum.saturating_add(cells_of(g)))
}

/// Lays a style over an area; the letters in it stay.
pub fn tint(buf: &mut Buffer, area: Rect, style: impl Into<Style>) {
    buf.set_style(area, style.into());
}

/// Empties an area and gives it a ground.
pub fn wipe(buf: &mut Buffer, area: Rect, style: impl Into<Style>) {
    let style = style.into();
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    for y in area.top()..area.bottom() {
        let start = buf.index_of(area.left(), y);
        for cell in &mut buf.content[start..start + usize::from(area.width)] {
            cell.reset();
            cell.set_style(style);
        }
    }
}

/// Whether each byte is one cell and none can act on the terminal: all of them from the blank to the tilde. Asked of
/// every text of every frame, and so of eight bytes at a time.
fn plain(text: &str) -> bool {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    if !words.iter().all(|word| is_plain(*word)) {
        return false;
    }
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    is_plain(last)
}

/// The same of eight bytes. The high bit of each tells what lies above `0x7f`; adding one lifts `0x7f` to it, and taking
/// away a blank turns what lies below one over into it. What is carried into another byte comes from one that is told.
fn is_plain(bytes: [u8; 8]) -> bool {
    let word = u64::from_ne_bytes(bytes);
    let over = word.wrapping_add(0x0101_0101_0101_0101);
    let under = word.wrapping_sub(0x2020_2020_2020_2020);
    (word | over | under) & 0x8080_8080_8080_8080 == 0
}

fn put_ascii(buf: &mut Buffer, x: u16, y: u16, cells: u16, text: &str, style: Style) -> u16 {
    let room = usize::from(cells);
    let cut = text.len() > room;
    let shown = if cut { room.saturating_sub(1) } else { text.len() };
    let start = buf.index_of(x, y);
    for (i, cell) in buf.content[start..start + shown].iter_mut().enumerate() {
        cell.set_symbol(&text[i..=i]).set_style(style);
    }
    let mut end = start + shown;
    if cut && room > 0 {
        buf.content[end].set_symbol("…").set_style(style);
        end += 1;
    }
    x + u16::try_from(end - start).unwrap_or(cells)
}

fn put_wide(buf: &mut Buffer, x: u16, y: u16, cells: u16, text: &str, style: Style) -> u16 {
    let end = x + cells;
    let fits = width(text) <= cells;
    let limit = if fits { end } else { end.saturating_sub(1) };
    let mut at = x;
    for grapheme in text.graphemes(true) {
        let wide = cells_of(grapheme);
        if wide == 0 {
            continue;
        }
        if at + wide > limit {
            break;
        }
        buf[(at, y)].set_symbol(grapheme).set_style(style);
        for rest in at + 1..at + wide {
            // The second cell of a wide character is never sent, but it must not keep a letter of what lay below.
            buf[(rest, y)].set_symbol(" ").set_style(style);
        }
        at += wide;
    }
    if !fits && cells > 0 {
        buf[(at, y)].set_symbol("…").set_style(style);
        at += 1;
    }
    at
}

/// Cells of one grapheme. A control character that slipped through would act on the terminal, and has none.
fn cells_of(grapheme: &str) -> u16 {
    if grapheme.contains(char::is_control) { 0 } else { grapheme.cell_width() }
}

/// A position in a row that moves along as words are written, up to a right edge.
pub struct Pen<'a> {
    buf: &'a mut Buffer,
    /// The column of the next word.
    pub x: u16,
    y: u16,
    end: u16,
}

impl<'a> Pen<'a> {
    /// At the left of the row `y` of an area.
    pub fn new(buf: &'a mut Buffer, area: Rect, y: u16) -> Self {
        let area = area.intersection(buf.area);
        let end = if y < area.bottom() { area.right() } else { area.left() };
        Self { x: area.left(), y, end, buf }
    }

    /// Cells left to the edge.
    #[must_use]
    pub fn room(&self) -> u16 {
        self.end.saturating_sub(self.x)
    }

    /// Writes words and moves behind them.
    pub fn put(&mut self, text: &str, style: impl Into<Style>) -> &mut Self {
        self.x = put(self.buf, self.x, self.y, self.room(), text, style);
        self
    }

    /// Leaves cells as they are.
    pub fn skip(&mut self, cells: u16) -> &mut Self {
        self.x = self.x.saturating_add(cells).min(self.end);
        self
    }

    /// Writes words flush right, if they fit whole behind what is there, and moves the edge before them.
    pub fn put_last(&mut self, text: &str, style: impl Into<Style>) -> &mut Self {
        let text = clean(text);
        let wide = width(&text);
        if wide > 0 && wide <= self.room() {
            self.end -= wide;
            put(self.buf, self.end, self.y, wide, &text, style);
        }
        self
    }

    /// Moves the right edge to the left, to keep a gap before what was put last.
    pub fn keep(&mut self, cells: u16) -> &mut Self {
        self.end = self.end.saturating_sub(cells).max(self.x);
        self
    }
}

#[cfg(test)]
mod tests;
