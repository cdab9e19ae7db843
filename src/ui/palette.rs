//! The palette: what is typed after `:`, and what it may become.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};

use super::{
    input, overlay,
    parts::Part,
    scene::Scene,
    text::{mark, put, tint},
    theme::Role,
    words::count,
};
use crate::{
    app::{
        find::hits,
        layers::{Offer, Palette},
        screen::window,
    },
    rows::filter::occurrences,
};

/// Cells of the box.
const WIDTH: u16 = 92;
/// Offers on the screen.
const OFFERS: u16 = 14;

/// Draws the box. Gives the cell of the cursor.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, palette: &Palette) -> Option<Position> {
    let screen = scene.app.frame();
    let offers = u16::try_from(palette.offers.len()).unwrap_or(OFFERS).clamp(1, OFFERS);
    // The footer stays: it says what the keys do here.
    let height = (offers + 4).min(screen.height.saturating_sub(1)).max(3);
    let area = overlay::area(screen, WIDTH.min(screen.width.saturating_sub(4)), height, overlay::Lies::Top);
    let right = vec![Part::new(1, count(palette.offers.len()), scene.style(Role::Dim))];
    let inner = overlay::open(scene, buf, area, "command", right);
    if inner.is_empty() {
        return None;
    }
    let x = put(buf, inner.x, inner.y, inner.width, ":", scene.style(Role::Key));
    let line = Rect { x, width: inner.right().saturating_sub(x), height: 1, ..inner };
    let cursor = input::draw(scene, buf, line, &palette.input);
    let list = Rect { y: inner.y + 2, height: inner.height.saturating_sub(2), ..inner };
    if palette.offers.is_empty() && !list.is_empty() {
        put(buf, list.x, list.y, list.width, "nothing is called so", scene.style(Role::Dim));
    }
    let rows = usize::from(list.height);
    let first = window(0, palette.chosen, palette.offers.len(), rows);
    for ((offer, at), y) in palette.offers.iter().zip(0..).skip(first).zip(list.y..list.bottom()) {
        offer_line(scene, buf, Rect { y, height: 1, ..list }, offer, (at == palette.chosen, palette.input.value()));
    }
    cursor
}

/// Draws an offer into its row; `chosen` with the line as typed, whose letters are marked.
fn offer_line(scene: &Scene<'_>, buf: &mut Buffer, row: Rect, offer: &Offer, (chosen, typed): (bool, &str)) {
    let all = Rect { x: row.x.saturating_sub(1), width: row.width + 2, ..row };
    if chosen {
        tint(buf, all, scene.style(Role::Selection));
        put(buf, all.x, row.y, 1, "▌", scene.style(Role::Mark));
    }
    let style = |role: Role| if chosen { Style::new() } else { scene.style(role) };
    let kind = 9.min(row.width / 4);
    let name = (row.width.saturating_sub(kind) * 2 / 5).clamp(10, 28);
    let end = row.right();
    put(buf, row.x, row.y, kind.saturating_sub(1), offer.kind, style(Role::Dim));
    let x = (row.x + kind).min(end);
    let behind = put(buf, x, row.y, name.min(end - x), offer.line.trim_end(), style(Role::Text));
    let typed = typed.trim_start_matches([':', ' ']);
    let area = Rect { x, width: behind.saturating_sub(x), ..row };
    mark(buf, area, scene.hit(chosen), |text| hits(typed, text));
    let x = (x + name + 2).min(end);
    let behind = put(buf, x, row.y, end - x, &offer.about, style(Role::Dim));
    // Strewn letters of a long line would be found in any sentence.
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let area = Rect { x, width: behind.saturating_sub(x), ..row };
    mark(buf, area, scene.hit(chosen), |text| words.iter().flat_map(|word| occurrences(text, word)).collect());
}
