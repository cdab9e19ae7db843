//! A screen on which nothing can be shown says so, and what it would take.

use ratatui::buffer::Buffer;

use super::{scene::Scene, text::put, theme::Role, wrap::wrap};
use crate::app::geometry::LEAST;

/// Draws the sentence where the screen is too small for anything else; gives whether it is.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer) -> bool {
    let (width, height) = scene.app.size;
    if width >= LEAST.0 && height >= LEAST.1 {
        return false;
    }
    let needed = format!("{}×{}", LEAST.0, LEAST.1);
    let whole = format!("Too small: {width}×{height} cells, {needed} are needed.");
    let said = [whole, format!("{needed} cells needed"), needed];
    let fits = |lines: &Vec<String>| {
        lines.len() <= usize::from(height) && lines.iter().all(|line| super::text::width(line) <= width)
    };
    let lines = said.iter().map(|words| wrap(words, width)).find(fits).unwrap_or_else(|| vec![said[2].clone()]);
    for (line, y) in lines.iter().zip(0..height) {
        put(buf, 0, y, width, line, scene.style(Role::Text));
    }
    true
}
