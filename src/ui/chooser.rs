//! The list of columns: which the table has, in which order and how wide. It lies at the right, so that the table can
//! be seen to change.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};

use super::{
    chrome, overlay,
    parts::Part,
    scene::Scene,
    text::{put, put_right, tint},
    theme::Role,
};
use crate::app::{columns::Col, columns::layout::Choice, screen::window};

/// Cells of the list.
const WIDTH: u16 = 38;

/// Draws the list with the cursor on one column.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, at: usize) -> Option<Position> {
    let columns = scene.app.columns();
    let screen = scene.app.frame();
    let width = WIDTH.min(screen.width);
    let most = screen.height.saturating_sub(4).max(1);
    let height = u16::try_from(columns.len()).unwrap_or(u16::MAX).saturating_add(2).min(most);
    let area = Rect { x: screen.right().saturating_sub(width + 1), y: screen.height.min(3), width, height };
    let area = area.intersection(screen);
    let kept = Part::new(1, "kept for this view", scene.style(Role::Dim));
    let title = format!("columns of {}", scene.app.screen.view.id());
    let inner = overlay::open(scene, buf, area, &title, vec![kept]);
    if inner.is_empty() {
        return None;
    }
    let at = at.min(columns.len().saturating_sub(1));
    let offset = window(0, at, columns.len(), usize::from(inner.height));
    for ((column, n), y) in columns.iter().zip(0..).skip(offset).zip(inner.y..inner.bottom()) {
        line(scene, buf, Rect { y, height: 1, ..inner }, column, n == at);
    }
    chrome::scrolled(scene, buf, Rect { width: inner.width + 1, ..inner }, offset, columns.len());
    None
}

fn line(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, column: &Col, cursor: bool) {
    if cursor {
        tint(buf, area, scene.style(Role::Selection));
    }
    let style = |role: Role| if cursor { Style::new() } else { scene.style(role) };
    let x = put(buf, area.x, area.y, area.width, if cursor { "▌" } else { " " }, scene.style(Role::Mark));
    let mark = if column.shown { "[x] " } else { "[ ] " };
    let x = put(buf, x, area.y, area.right().saturating_sub(x), mark, style(Role::Key));
    let role = if column.shown { Role::Text } else { Role::Dim };
    put(buf, x, area.y, area.right().saturating_sub(x), column.id, style(role));
    let width = match (column.width, column.choice) {
        (Some(cells), _) => cells.to_string(),
        (None, Choice::Usual) if column.wide => "where there is room".to_owned(),
        (None, _) => "auto".to_owned(),
    };
    put_right(buf, area.x, area.y, area.width, &width, style(Role::Dim));
}
