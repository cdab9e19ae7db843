//! What could not be read, and why: under the rows where there is room, and in place of them where there are none.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    scene::Scene,
    text::{put, width},
    theme::Role,
    words::counted,
};
use crate::model::{Gap, Level, text::clip};

/// Lists what could not be read below the last row, a line away from it.
pub fn below(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) {
    let gaps = &scene.coverage.gaps;
    if gaps.is_empty() || area.height < 3 {
        return;
    }
    let x = area.x + 1;
    let room = area.width.saturating_sub(2);
    let text = format!("{} not read", counted(gaps.len(), "scope"));
    put(buf, x, area.y + 1, room, &text, scene.style(Role::Heading));
    list(scene, buf, Rect { x, width: room, y: area.y + 2, height: area.height - 2 });
}

/// A line for each gap; the last line says how many more there are.
pub fn list(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) {
    let gaps = &scene.coverage.gaps;
    let room = usize::from(area.height);
    let shown = if gaps.len() > room { room.saturating_sub(1) } else { gaps.len() };
    let places: Vec<String> = gaps.iter().take(shown).map(|g| place(scene, g)).collect();
    let widest = places.iter().map(|p| width(p)).max().unwrap_or(0).min(area.width / 2);
    for ((gap, place), y) in gaps.iter().zip(&places).zip(area.y..) {
        let end = area.right();
        let mut x = put(buf, area.x, y, area.width, Level::Unknown.glyph(), scene.level(Level::Unknown)) + 1;
        put(buf, x, y, widest.min(end.saturating_sub(x)), place, Style::new());
        x = (x + widest + 2).min(end);
        x = put(buf, x, y, end - x, gap.fault.kind.word(), scene.level(Level::Unknown));
        x = (x + 2).min(end);
        put(buf, x, y, end - x, &why(gap), scene.style(Role::Dim));
    }
    if shown < gaps.len() && area.height > 0 {
        let text = format!("and {} more", super::words::count(gaps.len() - shown));
        put(buf, area.x + 2, area.bottom() - 1, area.width.saturating_sub(2), &text, scene.style(Role::Dim));
    }
}

fn place(scene: &Scene<'_>, gap: &Gap) -> String {
    let words = scene.app.words(&gap.scope.place());
    let account = clip(&words.account, 24).into_owned();
    match (account.is_empty(), words.region.is_empty()) {
        (true, _) => "the fleet".to_owned(),
        (false, true) => account,
        (false, false) => format!("{account} {}", words.region),
    }
}

fn why(gap: &Gap) -> String {
    let hint = if gap.fault.hint.is_empty() { String::new() } else { format!(" · {}", gap.fault.hint) };
    format!("{}{hint}", gap.fault)
}
