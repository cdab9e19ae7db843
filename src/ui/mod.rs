//! The frame, pure: what the state looks like at its size, in a theme.
//!
//! [`render`] only reads. Every painter gets a `Scene`: the state, the theme, and what is summed up once for the
//! frame. What each key does, what a view is called and what was read is taken from its definition, never written
//! here a second time.

mod ask;
mod cells;
mod chooser;
mod chrome;
mod columns;
mod deed;
mod detail;
mod detail_lines;
mod empty;
mod fleet_map;
mod footer;
mod gaps;
mod header;
mod help;
mod input;
mod log;
mod map;
mod overlay;
pub mod paint;
mod palette;
mod parts;
mod raise;
mod save;
mod scene;
pub mod spots;
mod sweep;
mod swept;
mod table;
pub mod text;
pub mod theme;
mod tiny;
mod tree;
mod tree_line;
mod words;

use ratatui::{Frame, buffer::Buffer, layout::Position};

use crate::app::{App, Focus, Layer};
use crate::model::wrap;
use scene::Scene;
use spots::Spot;
use theme::{Role, Theme};

/// Draws the state into a frame, and puts the terminal's cursor where text is typed. Gives where on it names stand that
/// lead to AWS's console, if that is `linked`.
pub fn render(app: &App, theme: &Theme, frame: &mut Frame<'_>, linked: bool) -> Vec<Spot> {
    let scene = Scene::new(app, theme, linked);
    if let Some(at) = paint(&scene, frame.buffer_mut()) {
        frame.set_cursor_position(at);
    }
    scene.spots.take(app)
}

/// Draws the state into a buffer; gives the cell of the cursor where text is typed. The state's own size counts: what
/// lies outside of the buffer is left out.
pub fn draw(app: &App, theme: &Theme, buf: &mut Buffer) -> Option<Position> {
    paint(&Scene::new(app, theme, false), buf)
}

fn paint(scene: &Scene<'_>, buf: &mut Buffer) -> Option<Position> {
    let app = scene.app;
    let areas = app.areas();
    let all = buf.area;
    text::wipe(buf, all, scene.ground(Role::Text));
    if tiny::draw(scene, buf) {
        return None;
    }
    header::draw(scene, buf, areas.header);
    let typed_tree = tree::draw(scene, buf, areas.tree);
    let typed_table = table::draw(scene, buf, areas.table);
    detail::draw(scene, buf, areas.detail);
    let typed_log = log::draw(scene, buf, areas.log);
    footer::draw(scene, buf, areas.footer);
    if app.is_full() {
        header::draw_notice(scene, buf, all);
    }
    let mut cursor = None;
    for layer in &app.layers {
        cursor = match layer {
            Layer::Filter { .. } if app.focus == Focus::Tree => typed_tree,
            Layer::Filter { .. } if app.focus == Focus::Log => typed_log,
            Layer::Filter { .. } => typed_table,
            Layer::Palette(palette) => palette::draw(scene, buf, palette),
            Layer::Help(offset) => help::draw(scene, buf, *offset),
            Layer::Ask(asked) => ask::draw(scene, buf, asked),
            Layer::Raise(form) => raise::draw(scene, buf, form),
            Layer::Deed(question) => deed::draw(scene, buf, question),
            Layer::Columns(at) => chooser::draw(scene, buf, *at),
            Layer::Save(form) => save::draw(scene, buf, form),
            Layer::Sweep(estimate) => sweep::draw(scene, buf, estimate),
        };
    }
    cursor.filter(|at| all.contains(*at))
}
