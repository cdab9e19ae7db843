//! The line at the bottom: the keys that work here, and how the rows are ordered and how old they are.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    parts::{self, Part},
    scene::Scene,
    text::tint,
    theme::Role,
};
use crate::{
    app::{Action, Chord, Keys, Layer, keymap::Binding},
    model::time,
    rows::SortBy,
};

/// Draws the footer.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) {
    if area.is_empty() {
        return;
    }
    tint(buf, area, scene.style(Role::Footer));
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area };
    parts::draw(buf, inner, keys(scene), state(scene));
}

/// The keys in the order of the keymap, the pane's own first. Help is the last to go.
fn keys(scene: &Scene<'_>) -> Vec<Part> {
    let keys = scene.app.keys();
    let view = scene.app.current().map(|_| scene.app.screen.view.id());
    let mut shown: Vec<_> = scene.app.setup.keymap.footer(keys, view).collect();
    // A verb is bound only while the account of its row is elevated.
    let verb = |b: &&Binding| matches!(b.action, Action::Verb(_));
    let bound = scene.app.may_change();
    shown.retain(|b| bound || !verb(b));
    shown.sort_by_key(|b| (b.keys == Keys::Global, !verb(b), b.keys != keys));
    // What another binding lies over does nothing here.
    let means = |chord: &Chord| scene.app.setup.keymap.find(keys, view, *chord);
    shown.retain(|b| b.chords.first().is_none_or(|chord| means(chord) == Some(&b.action)));
    // Only the palette has suggestions to complete from.
    let completes = matches!(scene.app.layers.last(), Some(Layer::Palette(_)));
    shown.retain(|b| keys != Keys::Input || completes || !matches!(b.action, Action::Focus(_)));
    shown.retain(|b| keys != Keys::Help || b.keys == keys);
    // What has no room on the screen is not agreed to, and what was sent is not sent again.
    let answers = scene.app.takes_answer();
    shown.retain(|b| answers || !matches!(b.action, Action::Open | Action::Confirm));
    shown.retain(|b| b.action != Action::Recall || !scene.app.aside().is_empty());
    // A log has the screen to itself.
    shown.retain(|b| keys != Keys::Log || !matches!(b.action, Action::Focus(_)));
    let part = |(i, b): (usize, &&Binding)| {
        let rank = if b.action == Action::Help { 1 } else { u8::try_from(i).unwrap_or(u8::MAX - 3) + 2 };
        let chord = b.chords.first().map(ToString::to_string).unwrap_or_default();
        Part::new(rank, chord, scene.style(Role::Key)).and(" ", Style::new()).and(b.foot, Style::new()).gap(3)
    };
    shown.iter().enumerate().map(part).collect()
}

/// How the rows are ordered, and how old the oldest reading among them is.
fn state(scene: &Scene<'_>) -> Vec<Part> {
    let app = scene.app;
    // In a log neither the order nor the age of the rows below is of interest.
    if app.keys() == Keys::Log || !matches!(app.layers.last(), None | Some(Layer::Filter { .. })) {
        return Vec::new();
    }
    let dim = scene.style(Role::Dim);
    let mut out = Vec::new();
    let verbs: Vec<&str> = app.screen.view.verbs().iter().map(|v| v.id).collect();
    if !verbs.is_empty() && !app.may_change() && app.current().is_some() {
        let row = app.current().and_then(|slot| slot.place.account.as_ref()).and_then(|id| app.org.account(id));
        if row.is_some_and(|account| app.setup.config.is_read_only(account)) {
            out.push(Part::new(4, "read-only by the configuration", dim));
        } else {
            let key = scene.chords(Keys::Global, &Action::Elevate);
            out.push(Part::new(4, format!("read-only, {key} elevates"), dim));
            out.push(Part::new(11, format!("for {}", verbs.join(", ")), dim).gap(1));
        }
    }
    if app.mapped().is_none() {
        out.push(Part::new(10, order(scene), dim));
    }
    if let Some(oldest) = scene.coverage.oldest {
        out.push(Part::new(8, format!("oldest reading {}", time::age(app.now, oldest)), dim));
    }
    out
}

/// The order in words, and what the rows are gathered by.
fn order(scene: &Scene<'_>) -> String {
    let screen = &scene.app.screen;
    let by = match screen.sort.by {
        SortBy::Trouble => "trouble",
        SortBy::Column(at) => screen.view.heads().get(at).map_or("trouble", |h| h.id),
    };
    let turned = if screen.sort.descending { ", turned round" } else { "" };
    match screen.grouping.word() {
        "" => format!("by {by}{turned}"),
        group => format!("by {group}, then {by}{turned}"),
    }
}
