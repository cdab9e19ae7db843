//! Links woven into the cells of a frame (OSC 8), as the terminal writes them.
//!
//! A run of cells of one style becomes one cell that holds the whole run between the marks of its link, and says how wide
//! it is. So a link is never opened without being closed, a row whose link changed is written again though its letters did
//! not, and no width is reckoned from an escape sequence.

use std::num::NonZeroU16;

use ratatui::{
    buffer::{Buffer, CellDiffOption, CellWidth as _},
    layout::Rect,
};

use super::escape::link;
use crate::ui::spots::Spot;

/// Weaves links into a buffer.
pub(super) fn weave(buf: &mut Buffer, spots: &[Spot]) {
    for spot in spots {
        let area = spot.area.intersection(buf.area);
        let mut x = area.left();
        while x < area.right() && area.height > 0 {
            x = run(buf, Rect { x, width: area.right() - x, ..area }, spot.link.as_str());
        }
    }
}

/// Weaves the first run of cells of one style, and gives the column after it.
fn run(buf: &mut Buffer, area: Rect, address: &str) -> u16 {
    let (start, y) = (area.x, area.y);
    let style = buf[(start, y)].style();
    let (mut text, mut x) = (String::new(), start);
    while x < area.right() && buf[(x, y)].style() == style {
        let cell = &buf[(x, y)];
        // A wide letter at the edge is left whole.
        text.push_str(cell.symbol());
        x += cell.cell_width().max(1);
    }
    let Some(width) = NonZeroU16::new(x - start).filter(|_| x <= buf.area.right()) else { return area.right() };
    let woven = link(&text, address);
    buf[(start, y)].set_symbol(&woven).set_diff_option(CellDiffOption::ForcedWidth(width));
    for covered in start + 1..x {
        // Never written themselves; and unlike any plain cell, so that they are written when the link goes.
        buf[(covered, y)].set_diff_option(CellDiffOption::Skip);
    }
    x
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Modifier, Style};

    use super::*;
    use crate::model::Page;

    fn spot(x: u16, width: u16, page: &str) -> Spot {
        let link = Page::at(&[page]).address("aws", None).unwrap();
        Spot { area: Rect::new(x, 0, width, 1), link }
    }

    fn written(before: &Buffer, after: &Buffer) -> Vec<(u16, String)> {
        before.diff(after).into_iter().map(|(x, _, cell)| (x, cell.symbol().to_owned())).collect()
    }

    fn marked(text: &str, page: &str) -> String {
        format!("\x1b]8;;https://console.aws.amazon.com/{page}\x1b\\{text}\x1b]8;;\x1b\\")
    }

    #[test]
    fn a_run_is_written_whole_between_its_marks() {
        let plain = Buffer::with_lines(["ab pay cd"]);
        let mut woven = plain.clone();
        weave(&mut woven, &[spot(3, 3, "x")]);
        assert_eq!(written(&plain, &woven), [(3, marked("pay", "x"))]);
        assert!(written(&woven, &woven).is_empty(), "what is on the screen is not written again");
    }

    #[test]
    fn another_link_under_the_same_letters_is_written_and_none_takes_every_cell_back() {
        let plain = Buffer::with_lines(["pay"]);
        let (mut one, mut other) = (plain.clone(), plain.clone());
        weave(&mut one, &[spot(0, 3, "x")]);
        weave(&mut other, &[spot(0, 3, "y")]);
        assert_eq!(written(&one, &other), [(0, marked("pay", "y"))]);
        let back: Vec<u16> = written(&one, &plain).into_iter().map(|(x, _)| x).collect();
        assert_eq!(back, [0, 1, 2], "or the letters would lead somewhere still");
    }

    #[test]
    fn styles_and_wide_letters_keep_their_cells() {
        let mut plain = Buffer::with_lines(["日pay"]);
        plain.set_style(Rect::new(2, 0, 1, 1), Style::new().add_modifier(Modifier::BOLD));
        let mut woven = plain.clone();
        weave(&mut woven, &[spot(0, 5, "x")]);
        let runs = written(&plain, &woven);
        assert_eq!(runs, [(0, marked("日", "x")), (2, marked("p", "x")), (3, marked("ay", "x"))]);
        assert!(woven[(2, 0)].modifier.contains(Modifier::BOLD));
        let mut beyond = plain.clone();
        weave(&mut beyond, &[spot(3, 40, "x"), Spot { area: Rect::new(0, 7, 3, 1), ..spot(0, 3, "x") }]);
        assert_eq!(written(&plain, &beyond), [(3, marked("ay", "x"))]);
    }
}
