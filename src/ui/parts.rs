//! A line made of parts that give way to each other: what matters least is left out first where room is short.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::text::{put, width};
use crate::model::text::clean;

/// A part of a line: words that stay together.
#[derive(Clone, Debug, Default)]
pub struct Part {
    words: Vec<(String, Style)>,
    rank: u8,
    gap: u16,
}

impl Part {
    /// Words that are left out before those with a lower rank; rank 0 always stays, and is clipped in the end.
    pub fn new(rank: u8, text: impl AsRef<str>, style: impl Into<Style>) -> Self {
        Self { words: Vec::new(), rank, gap: 2 }.and(text, style)
    }

    /// The same with more words behind.
    #[must_use]
    pub fn and(mut self, text: impl AsRef<str>, style: impl Into<Style>) -> Self {
        self.words.push((clean(text.as_ref()).into_owned(), style.into()));
        self
    }

    /// The same with more words in front.
    #[must_use]
    pub fn before(mut self, text: &str, style: impl Into<Style>) -> Self {
        self.words.insert(0, (clean(text).into_owned(), style.into()));
        self
    }

    /// The same with another gap before it than two cells.
    #[must_use]
    pub fn gap(mut self, cells: u16) -> Self {
        self.gap = cells;
        self
    }

    /// Whether it is never left out.
    pub fn stays(&self) -> bool {
        self.rank == 0
    }

    /// Cells of its words.
    pub fn width(&self) -> u16 {
        self.words.iter().fold(0, |sum, (text, _)| sum.saturating_add(width(text)))
    }
}

/// Draws `left` from the left and `right` flush right into the first row of an area; gives the columns between them.
pub fn draw(buf: &mut Buffer, area: Rect, mut left: Vec<Part>, mut right: Vec<Part>) -> (u16, u16) {
    if area.is_empty() {
        return (area.x, area.x);
    }
    fit(&mut left, &mut right, area.width);
    let end = area.right();
    let mut x = area.x;
    for (i, part) in left.iter().enumerate() {
        x = x.saturating_add(if i == 0 { 0 } else { part.gap }).min(end);
        for (text, style) in &part.words {
            x = put(buf, x, area.y, end - x, text, *style);
        }
    }
    let start = end.saturating_sub(length(&right)).max(x);
    let mut at = start;
    for (i, part) in right.iter().enumerate() {
        at = at.saturating_add(if i == 0 { 0 } else { part.gap }).min(end);
        for (text, style) in &part.words {
            at = put(buf, at, area.y, end - at, text, *style);
        }
    }
    (x, start)
}

/// Cells of parts in a row, with the gaps between them.
fn length(parts: &[Part]) -> u16 {
    parts
        .iter()
        .enumerate()
        .fold(0, |sum, (i, p)| sum.saturating_add(if i == 0 { 0 } else { p.gap }).saturating_add(p.width()))
}

/// Leaves parts out, the highest rank first and among equals the last, until the rest fits into `room`.
fn fit(left: &mut Vec<Part>, right: &mut Vec<Part>, room: u16) {
    loop {
        let between = if left.is_empty() || right.is_empty() { 0 } else { 2 };
        if length(left).saturating_add(length(right)).saturating_add(between) <= room {
            return;
        }
        let worst = |parts: &[Part]| parts.iter().enumerate().map(|(i, p)| (p.rank, i)).max();
        match (worst(left), worst(right)) {
            (Some((rank, i)), other) if rank > 0 && other.is_none_or(|(r, _)| r <= rank) => drop(left.remove(i)),
            (_, Some((rank, i))) if rank > 0 => drop(right.remove(i)),
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: u16) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        let part = |rank, text| Part::new(rank, text, Style::new());
        let left = vec![part(0, "fleet"), part(2, "31 accounts")];
        let right = vec![part(1, "READ-ONLY"), part(3, "12:00").gap(1)];
        let area = buf.area;
        draw(&mut buf, area, left, right);
        buf.content.iter().map(ratatui::buffer::Cell::symbol).collect()
    }

    #[test]
    fn what_matters_least_goes_first() {
        assert_eq!(shown(38), "fleet  31 accounts     READ-ONLY 12:00");
        assert_eq!(shown(34), "fleet  31 accounts       READ-ONLY");
        assert_eq!(shown(20), "fleet      READ-ONLY");
        assert_eq!(shown(15), "fleet          ");
        assert_eq!(shown(3), "fl…");
    }
}
