//! The detail of the row under the cursor.

use std::borrow::Cow;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    chrome::{self, Framed, Titles},
    detail_lines::lines,
    parts::Part,
    scene::Scene,
    text::{put, width},
    theme::Role,
};
use crate::app::Focus;

/// Draws the pane.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) {
    let app = scene.app;
    let slot = app.current();
    let title = slot.map_or(Cow::Borrowed("no row"), |slot| match slot.row.facts().name {
        "" => slot.row.key().shown(),
        name => Cow::Borrowed(name),
    });
    let wide = width(&title);
    let left = vec![Part::new(0, &*title, scene.style(Role::Title))];
    let titles = Titles { left, right: Vec::new() };
    let Framed { inner, free } = chrome::frame(scene, buf, area, app.focus == Focus::Detail, titles);
    let (Some(slot), false) = (slot, inner.is_empty()) else { return };
    let from = area.x + 3;
    let words = Rect { x: from, width: wide.min(free.x.saturating_sub(from)), height: 1, ..area };
    scene.spots.note(app, buf, words, slot);
    let margin = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let lines = lines(scene, slot, margin.width);
    let offset = app.detail.offset.min(lines.len().saturating_sub(usize::from(inner.height)));
    for (line, y) in lines.iter().skip(offset).zip(margin.y..margin.bottom()) {
        let mut x = margin.x;
        for (text, style) in line {
            x = put(buf, x, y, margin.right().saturating_sub(x), text, *style);
        }
    }
    chrome::scrolled(scene, buf, inner, offset, lines.len());
}
