//! The frames of panes, with their titles and the mark of how far one has scrolled.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    parts::{self, Part},
    scene::Scene,
    text::put,
    theme::Role,
};

/// The words in the upper line of a frame.
#[derive(Default)]
pub struct Titles {
    /// At the top left.
    pub left: Vec<Part>,
    /// At the top right.
    pub right: Vec<Part>,
}

/// What a frame leaves to draw in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Framed {
    /// What lies within the frame.
    pub inner: Rect,
    /// What its upper line has free between the titles.
    pub free: Rect,
}

/// Draws a frame, brighter where the pane has the keys. An area too small for a frame has nothing within.
pub fn frame(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, focused: bool, titles: Titles) -> Framed {
    if area.width < 2 || area.height < 2 {
        return Framed::default();
    }
    let style = scene.style(if focused { Role::BorderFocus } else { Role::Border });
    lines(buf, area, style);
    let title = Rect { x: area.x + 2, width: area.width.saturating_sub(4), height: 1, ..area };
    let pad = |parts: Vec<Part>| -> Vec<Part> {
        parts.into_iter().map(|p| p.before(" ", style).and(" ", style).gap(1)).collect()
    };
    let (from, to) = parts::draw(buf, title, pad(titles.left), pad(titles.right));
    Framed {
        inner: Rect::new(area.x + 1, area.y + 1, area.width - 2, area.height - 2),
        free: Rect { x: from, width: to - from, ..title },
    }
}

fn lines(buf: &mut Buffer, area: Rect, style: Style) {
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for x in area.left() + 1..right {
        put(buf, x, area.y, 1, "─", style);
        put(buf, x, bottom, 1, "─", style);
    }
    for y in area.top() + 1..bottom {
        put(buf, area.x, y, 1, "│", style);
        put(buf, right, y, 1, "│", style);
    }
    for (x, y, corner) in [(area.x, area.y, "╭"), (right, area.y, "╮"), (area.x, bottom, "╰"), (right, bottom, "╯")]
    {
        put(buf, x, y, 1, corner, style);
    }
}

/// Marks on the right line of a frame which part of `len` lines is on the screen, where not all are. `body` is the
/// part of the frame's inside that moves.
pub fn scrolled(scene: &Scene<'_>, buf: &mut Buffer, body: Rect, offset: usize, len: usize) {
    let shown = usize::from(body.height);
    if len <= shown || shown == 0 {
        return;
    }
    let (from, to) = thumb(shown, offset, len);
    for row in from..to {
        let y = body.y + u16::try_from(row).unwrap_or(0);
        put(buf, body.right(), y, 1, "┃", scene.style(Role::Mark));
    }
}

/// The rows of a thumb on a track of `shown` rows: never empty, at the top only at the very first line and at the
/// bottom only at the very last.
fn thumb(shown: usize, offset: usize, len: usize) -> (usize, usize) {
    let size = (shown * shown / len).clamp(1, shown.saturating_sub(1).max(1));
    let (most, way) = (len - shown, shown - size);
    let from = if offset == 0 || most == 0 {
        0
    } else if offset >= most {
        way
    } else {
        (offset * way / most).clamp(1.min(way), way.saturating_sub(1).max(1.min(way)))
    };
    (from, from + size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumb_touches_an_end_only_there() {
        assert_eq!(thumb(10, 0, 100), (0, 1));
        assert_eq!(thumb(10, 1, 100), (1, 2));
        assert_eq!(thumb(10, 89, 100), (8, 9));
        assert_eq!(thumb(10, 90, 100), (9, 10));
        assert_eq!(thumb(10, 99, 100), (9, 10));
        assert_eq!(thumb(10, 0, 11), (0, 9));
        assert_eq!(thumb(10, 1, 11), (1, 10));
        assert_eq!(thumb(1, 5, 9), (0, 1));
    }
}
