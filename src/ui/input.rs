//! A line that is being typed.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};
use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation as _;

use super::{
    scene::Scene,
    text::{put, width},
    theme::Role,
};

/// Draws what was typed into the first row of an area, moved so that its cursor shows; gives the cursor's cell.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, input: &Input) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let room = area.width - 1;
    let value = input.value();
    let before = value.char_indices().nth(input.cursor()).map_or(value.len(), |(at, _)| at);
    let start = first_shown(&value[..before], room);
    put(buf, area.x, area.y, area.width, &value[start..], scene.style(Role::Input));
    Some(Position::new(area.x + width(&value[start..before]).min(room), area.y))
}

/// The same in the free part of a frame's upper line, right behind the sign that stands before it.
pub fn draw_in_frame(scene: &Scene<'_>, buf: &mut Buffer, free: Rect, input: &Input) -> Option<Position> {
    let area = Rect { x: free.x.saturating_sub(1), width: free.width + 1, ..free };
    for x in area.left()..area.right() {
        put(buf, x, area.y, 1, " ", scene.style(Role::Border));
    }
    draw(scene, buf, area, input)
}

/// Where the shown part begins, so that what stands before the cursor ends within `room` cells.
fn first_shown(before: &str, room: u16) -> usize {
    let mut start = 0;
    let mut left = width(before);
    for (at, grapheme) in before.grapheme_indices(true) {
        if left <= room {
            break;
        }
        left = left.saturating_sub(width(grapheme));
        start = at + grapheme.len();
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_moves_so_that_its_end_shows() {
        assert_eq!(first_shown("checkout", 10), 0);
        assert_eq!(first_shown("checkout", 8), 0);
        assert_eq!(&"checkout"[first_shown("checkout", 3)..], "out");
        assert_eq!(&"日本語"[first_shown("日本語", 5)..], "本語");
        assert_eq!(first_shown("abc", 0), 3);
    }
}
