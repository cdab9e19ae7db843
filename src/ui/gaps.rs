//! What could not be read, and why: under the rows where there is room, and in place of them where there are none.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    scene::Scene,
    text::{put, width},
    theme::Role,
    words::counted,
    wrap::wrap,
};
use crate::app::plan::TREE;
use crate::model::{Gap, Level, text::clip};

/// Lists what could not be read below the last row, a line away from it.
pub fn below(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) {
    let x = area.x + 1;
    let room = area.width.saturating_sub(2);
    let area = notes(scene, buf, Rect { x, width: room, ..area });
    let gaps = &scene.coverage.gaps;
    if gaps.is_empty() || area.height < 3 {
        return;
    }
    let text = format!("{} not read", counted(gaps.len(), "scope"));
    put(buf, x, area.y + 1, room, &text, scene.style(Role::Heading));
    list(scene, buf, Rect { x, width: room, y: area.y + 2, height: area.height - 2 });
}

/// What is to be said of the organisation as a whole, below its rows; gives what is left of the area.
fn notes(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) -> Rect {
    let notes = if scene.app.screen.view.id().0 == TREE { scene.app.notes() } else { Vec::new() };
    let mut y = area.y;
    for note in notes {
        let lines = wrap(&note, area.width);
        // A line between the rows and what is said of them. A sentence that has no room would be cut in its middle.
        if usize::from(area.bottom().saturating_sub(y + 1)) < lines.len() {
            break;
        }
        for line in lines {
            y += 1;
            put(buf, area.x, y, area.width, &line, scene.style(Role::Info));
        }
    }
    Rect { y, height: area.bottom() - y, ..area }
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
