//! The organisation as a tree, each node with the worst health below it.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    chrome::{self, Framed, Titles},
    input,
    parts::Part,
    scene::Scene,
    text::put,
    theme::Role,
    tree_line,
    words::count,
    wrap::wrap,
};
use crate::{
    app::{Focus, Layer},
    model::{Progress, org::Origin},
};

/// Draws the pane. Gives the cell of the cursor while a search is typed.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let app = scene.app;
    let focused = app.focus == Focus::Tree;
    let searching = focused && matches!(app.layers.last(), Some(Layer::Filter { .. }));
    let Framed { inner, free } = chrome::frame(scene, buf, area, focused, titles(scene, searching));
    if inner.is_empty() {
        return None;
    }
    if app.tree.lines.is_empty() {
        nothing(scene, buf, inner);
    }
    let shown = app.tree.lines.iter().skip(app.tree.offset).take(usize::from(inner.height));
    let deepest = app.tree.lines.iter().map(|l| l.depth).max().unwrap_or(0);
    let step = if deepest * 2 <= inner.width / 3 { 2 } else { 1 };
    for ((line, y), at) in shown.zip(inner.y..).zip(app.tree.offset..) {
        let Some(node) = app.org.node(&line.id) else { continue };
        let row = Rect { y, height: 1, ..inner };
        let indent = (line.depth * step).min(inner.width / 2);
        tree_line::draw(scene, buf, row, node, indent, at == app.tree.position);
    }
    chrome::scrolled(scene, buf, inner, app.tree.offset, app.tree.lines.len());
    match app.layers.last() {
        Some(Layer::Filter { input, .. }) if searching => input::draw_in_frame(scene, buf, free, input),
        _ => None,
    }
}

fn titles(scene: &Scene<'_>, searching: bool) -> Titles {
    let app = scene.app;
    let found = count(app.tree.lines.len());
    if searching || !app.tree.search.is_empty() {
        let line = if searching { String::new() } else { app.tree.search.clone() };
        let left = vec![Part::new(0, "/", scene.style(Role::Key)).and(line, scene.style(Role::Input))];
        return Titles { left, right: vec![Part::new(1, format!("{found} found"), scene.style(Role::Dim))] };
    }
    let word = match app.org.origin() {
        None | Some(Origin::Organizations) => "organisation",
        Some(other) => other.word(),
    };
    Titles { left: vec![Part::new(0, word, scene.style(Role::Title))], right: Vec::new() }
}

/// Why there is no line.
fn nothing(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) {
    let app = scene.app;
    let (text, role) = match (scene.tree_reading().map(|s| &s.progress), &app.no_caller) {
        _ if !app.tree.search.is_empty() => ("No account or OU fits.".to_owned(), Role::Dim),
        (Some(Progress::Broken(fault)), _) | (_, Some(fault)) => (format!("{fault}\n\n{}", fault.hint), Role::Unknown),
        (Some(Progress::Read), None) => ("No account was found.".to_owned(), Role::Dim),
        _ => ("reading the organisation…".to_owned(), Role::Dim),
    };
    let margin = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    for (line, y) in wrap(&text, margin.width).iter().zip(margin.y..margin.bottom()) {
        put(buf, margin.x, y, margin.width, line, scene.style(role));
    }
}
