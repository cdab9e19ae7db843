//! The form that asks for an elevation.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    ask::keyed,
    deed::{role, too_small},
    input, overlay, parts,
    scene::Scene,
    text::put,
    theme::Role,
};
use crate::app::{Action, Keys, raise::Form};

/// Cells of the names of the lines.
const NAMES: u16 = 16;

/// Draws the form. Gives the cell of the cursor.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, form: &Form) -> Option<Position> {
    let screen = scene.app.frame();
    if !scene.app.shows_form(form) {
        too_small(scene, buf, &format!("elevate {}", form.account.name));
        return None;
    }
    let wide = scene.app.asking_width();
    let said = scene.app.form_lines(form);
    let fields = u16::try_from(form.fields.len()).unwrap_or(3);
    let height = u16::try_from(said.len()).unwrap_or(4).saturating_add(fields + 5);
    let area = overlay::area(screen, wide, height, overlay::Lies::Middle);
    let inner = overlay::open(scene, buf, area, &format!("elevate {}", form.account.name), Vec::new());
    let mut y = inner.y;
    for (_, line, tone) in &said {
        if y < inner.bottom() {
            put(buf, inner.x, y, inner.width, line, scene.style(role(*tone, form.production)));
        }
        y += 1;
    }
    y += 1;
    let mut cursor = None;
    for (i, field) in form.fields.iter().enumerate() {
        if y >= inner.bottom() {
            break;
        }
        let here = i == form.at && !form.sent;
        let mark = if here { "› " } else { "  " };
        put(
            buf,
            inner.x,
            y,
            inner.width,
            &format!("{mark}{}", field.label),
            scene.style(if here { Role::Key } else { Role::Dim }),
        );
        let line = Rect { x: inner.x + NAMES, y, width: inner.width.saturating_sub(NAMES), height: 1 };
        let at = input::draw(scene, buf, line, &field.input);
        cursor = if here { at } else { cursor };
        y += 1;
    }
    let last = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
    if form.sent {
        put(buf, last.x, last.y, last.width, "asking for the role …", scene.style(Role::Info));
    } else if inner.height > 2 {
        let go = if form.at + 1 < form.fields.len() { "next line" } else { "elevate" };
        parts::draw(buf, last, keyed(scene, Keys::Input, &Action::Open, [go, "leave it"]), Vec::new());
    }
    cursor
}
