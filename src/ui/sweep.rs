//! Before the first sweep over a large fleet: what it will take.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};

use super::{
    ask::keyed,
    overlay, parts,
    scene::Scene,
    text::put,
    theme::Role,
    words::{count, counted, some},
    wrap::wrap,
};
use crate::app::{Action, Keys, layers::Estimate};

/// Cells of the box.
const WIDTH: u16 = 72;
/// Cells of the names.
const NAMES: u16 = 10;

/// Draws the question.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, estimate: &Estimate) -> Option<Position> {
    let screen = scene.app.frame();
    let width = WIDTH.min(screen.width.saturating_sub(2));
    let values = width.saturating_sub(4 + NAMES);
    let lines: Vec<(&str, String)> = facts(estimate, scene.app.unread_regions())
        .into_iter()
        .flat_map(|(name, value)| {
            let lines = wrap(&value, values);
            lines.into_iter().enumerate().map(move |(i, line)| (if i == 0 { name } else { "" }, line))
        })
        .collect();
    let height = u16::try_from(lines.len()).unwrap_or(1).saturating_add(6);
    let area = overlay::area(screen, width, height, overlay::Lies::Middle);
    let inner = overlay::open(scene, buf, area, "read the whole fleet?", Vec::new());
    if inner.is_empty() {
        return None;
    }
    let first = "The watch board reads every account. The first time it takes about:";
    put(buf, inner.x, inner.y, inner.width, first, Style::new());
    for ((name, value), y) in lines.iter().zip(inner.y + 2..inner.bottom().saturating_sub(1)) {
        put(buf, inner.x, y, NAMES, name, scene.style(Role::Dim));
        let x = (inner.x + NAMES).min(inner.right());
        put(buf, x, y, inner.right() - x, value, Style::new());
    }
    let last = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
    let words = ["read it", "only what I look at"];
    parts::draw(buf, last, keyed(scene, Keys::Ask, &Action::Confirm, words), Vec::new());
    None
}

/// What it takes; `unread` regions are enabled in the caller's account and no part of it.
fn facts(estimate: &Estimate, unread: Option<usize>) -> Vec<(&'static str, String)> {
    let regions = some(&estimate.regions, 6);
    let regions = match unread {
        None | Some(0) => regions,
        Some(n) => format!("{regions}; {} of the caller's are not read", count(n)),
    };
    vec![
        ("accounts", count(estimate.accounts)),
        ("role", some(&estimate.roles, 4)),
        ("regions", regions),
        ("calls", format!("{} for {}", count(estimate.calls), counted(estimate.scopes, "scope"))),
        ("time", counted(estimate.minutes, "minute")),
    ]
}
