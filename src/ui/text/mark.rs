//! Letters that are on the screen already, set apart.

use std::ops::Range;

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::cells_of;

/// Lays a style over the letters of the first row of an area that `find` names by their bytes, given what stands there.
pub fn mark(buf: &mut Buffer, area: Rect, style: Style, find: impl Fn(&str) -> Vec<Range<usize>>) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    let mut text = String::with_capacity(usize::from(area.width));
    let mut cells: Vec<(usize, u16)> = Vec::with_capacity(usize::from(area.width));
    let mut x = area.x;
    while x < area.right() {
        let symbol = buf[(x, area.y)].symbol();
        cells.push((text.len(), x));
        text.push_str(symbol);
        x += cells_of(symbol).max(1);
    }
    for range in find(&text) {
        let from = cells.partition_point(|(at, _)| *at < range.start);
        for (_, x) in cells.iter().skip(from).take_while(|(at, _)| *at < range.end) {
            let cell = &mut buf[(*x, area.y)];
            cell.set_style(style);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Modifier;

    use super::*;
    use crate::ui::text::put;

    #[test]
    fn letters_are_found_behind_wide_ones() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 12, 1));
        put(&mut buf, 1, 0, 11, "日本 ab c", Style::new());
        let style = Style::new().add_modifier(Modifier::UNDERLINED);
        let area = Rect::new(1, 0, 11, 1);
        mark(&mut buf, area, style, |text| text.match_indices("ab").map(|(at, w)| at..at + w.len()).collect());
        let marked = |x: u16| buf[(x, 0)].modifier.contains(Modifier::UNDERLINED);
        assert_eq!((0..12).filter(|x| marked(*x)).collect::<Vec<_>>(), [6, 7]);
        mark(&mut buf, Rect::new(20, 0, 4, 1), style, |_| std::iter::once(0..9).collect());
    }
}
