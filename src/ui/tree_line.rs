//! One line of the tree: fold mark, worst health below, name, and at the right what is special about it.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    map::glyph::Look,
    scene::Scene,
    text::{mark, put, put_right, tint, width},
    theme::Role,
    words::count,
};
use crate::{
    app::{Focus, find::hits},
    model::{AccountId, Lease, Mode, org::Change, org::Node, time},
};

/// Cells that a name keeps before the words at the right give way.
const NAME: u16 = 6;
/// From how many seconds before its end on a lease that nobody renews is counted down here.
const SOON: i64 = 15 * 60;

/// Draws a node into a row, its fold mark moved in by `indent` cells.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, row: Rect, node: &Node, indent: u16, cursor: bool) {
    let app = scene.app;
    let chosen = cursor && app.focus == Focus::Tree;
    if chosen {
        tint(buf, row, scene.style(Role::Selection));
    }
    if cursor {
        put(buf, row.x, row.y, 1, "▌", scene.style(if chosen { Role::Mark } else { Role::Border }));
    }
    // On the row of the cursor words take its style; verdicts keep their colour.
    let style = |role: Role| if chosen { Style::new() } else { scene.style(role) };
    let end = row.right().saturating_sub(1);
    let mut x = (row.x + 1 + indent).min(end);
    x = put(buf, x, row.y, end - x, fold_mark(scene, node), style(Role::Dim));
    x = (x + 1).min(end);
    let look = Look::of(scene, node);
    x = put(buf, x, row.y, end - x, look.glyph(), look.style(scene));
    x = (x + 1).min(end);
    let whole = app.screen.select.is_empty() && node.parent.is_none() && node.account.is_none();
    let looked_at = whole || app.screen.select == node.id;
    let name = match &node.account {
        _ if looked_at => style(Role::Title),
        Some(details) if !details.state.can_enter() => style(Role::Dim),
        _ if node.unnamed => style(Role::Dim),
        _ => style(Role::Text),
    };
    let mut edge = end;
    for (mut text, role) in marks(scene, node) {
        let room = edge.saturating_sub(x + 1 + NAME.min(width(&node.name)));
        if width(&text) > room {
            text = text.split(' ').next().unwrap_or_default().to_owned();
        }
        let wide = width(&text);
        if wide > room {
            break;
        }
        put_right(buf, edge - wide, row.y, wide, &text, style(role));
        edge = edge.saturating_sub(wide + 1);
    }
    let behind = put(buf, x, row.y, edge.saturating_sub(x), &node.name, name);
    if !app.tree.search.is_empty() {
        let area = Rect { x, width: behind.saturating_sub(x), ..row };
        mark(buf, area, scene.hit(chosen), |text| hits(&app.tree.search, text));
    }
}

fn fold_mark(scene: &Scene<'_>, node: &Node) -> &'static str {
    if !scene.app.tree.search.is_empty() || !scene.app.org.has_children(&node.id) {
        " "
    } else if scene.app.tree.is_closed(&node.id) {
        "▸"
    } else {
        "▾"
    }
}

/// What is written at the right, from the right edge on; what comes first matters most.
fn marks(scene: &Scene<'_>, node: &Node) -> Vec<(String, Role)> {
    let app = scene.app;
    let mut out = Vec::new();
    if let Some(details) = &node.account {
        let id = AccountId::from(node.id.as_str());
        if !details.state.can_enter() {
            out.push((details.state.word().replace('_', " ").to_lowercase(), Role::Dim));
        } else if let Some(fault) = app.lost.get(&id) {
            out.push((fault.kind.word().to_owned(), Role::Unknown));
        } else if let Some((left, role)) = app.leases.get(&id).and_then(|lease| ends(scene, lease)) {
            out.push((left, role));
        }
    } else {
        let accounts = app.rollup.of(&node.id).accounts;
        out.push((count(accounts as usize), Role::Dim));
    }
    if let Some(digit) = app.favourite(&node.id) {
        out.push((format!("★{digit}"), Role::Favourite));
    }
    if let Some(change) = app.changes.get(&node.id) {
        let role = if *change == Change::Closed { Role::Attention } else { Role::New };
        out.push((change.word().to_owned(), role));
    }
    out
}

/// When an open account closes, if that is worth knowing: where it is elevated, and where it ends soon and nobody
/// renews it. A hundred clocks that tick would hide what moves.
fn ends(scene: &Scene<'_>, lease: &Lease) -> Option<(String, Role)> {
    let left = time::left(scene.app.now, lease.until?);
    if lease.mode == Mode::Elevated {
        return Some((left, Role::Degraded));
    }
    let soon = !lease.renews && time::since(lease.until?, scene.app.now) < SOON;
    soon.then_some((left, Role::Attention))
}
