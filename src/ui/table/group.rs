//! The heading of a group of rows: fold mark, worst health in it, name, and how many rows are how bad.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::row::mark;
use crate::{
    model::text::clip,
    rows::{Group, groups::COUNTED},
    ui::{
        parts::{self, Part},
        scene::Scene,
        theme::Role,
        words::{count, counted},
    },
};

/// Draws a heading into its line.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, line: Rect, group: &Group, cursor: bool) {
    let selected = mark(scene, buf, line, cursor);
    // On the line of the cursor words take its style; verdicts keep their colour.
    let style = |role: Role| if selected { Style::new() } else { scene.style(role) };
    let mut left = vec![
        Part::new(0, if group.closed { "▸" } else { "▾" }, style(Role::Dim)),
        Part::new(0, group.level.glyph(), scene.level(group.level)).gap(1),
        Part::new(0, clip(&group.name.name, 40), style(Role::Group)).gap(1),
    ];
    for (level, n) in COUNTED.into_iter().zip(group.counts).filter(|(_, n)| *n > 0) {
        left.push(Part::new(1, format!("{} {}", level.glyph(), count(n)), scene.level(level)));
    }
    if !group.name.about.is_empty() {
        left.push(Part::new(3, clip(&group.name.about, 40), style(Role::Dim)));
    }
    let right = vec![Part::new(2, counted(group.len, "row"), style(Role::Dim))];
    let inner = Rect { x: line.x + 1, width: line.width.saturating_sub(2), ..line };
    parts::draw(buf, inner, left, right);
}
