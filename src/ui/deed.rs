//! The question before something is changed: what exactly will be called, where, as whom; and the yes.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{ask::keyed, input, overlay, parts, scene::Scene, text::put, theme::Role, wrap::wrap};
use crate::app::{
    Action, Keys,
    deeds::{Question, Stage},
    facts::{NAMES, TOO_SMALL, Tone},
};

/// Draws the question. Gives the cell of the cursor where a line is typed.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, question: &Question) -> Option<Position> {
    let screen = scene.app.frame();
    if !scene.app.shows_all(question) {
        too_small(scene, buf, question.verb.about);
        return None;
    }
    let wide = scene.app.asking_width();
    let facts = scene.app.facts(question);
    let typing = !matches!(question.stage, Stage::Yes(_));
    let height = u16::try_from(facts.len()).unwrap_or(8).saturating_add(if typing { 6 } else { 4 });
    let area = overlay::area(screen, wide, height, overlay::Lies::Middle);
    let inner = overlay::open(scene, buf, area, question.verb.about, Vec::new());
    if inner.is_empty() {
        return None;
    }
    let end = inner.bottom().saturating_sub(if typing { 3 } else { 2 });
    for ((name, value, tone), y) in facts.iter().zip(inner.y..end.max(inner.y)) {
        put(buf, inner.x, y, NAMES, name, scene.style(Role::Dim));
        put(
            buf,
            inner.x + NAMES,
            y,
            inner.width.saturating_sub(NAMES),
            value,
            scene.style(role(*tone, question.production)),
        );
    }
    let mut cursor = None;
    if let Some((label, line)) = line(question).filter(|_| inner.height > 2) {
        let y = inner.bottom() - 3;
        let x = put(buf, inner.x, y, inner.width, &format!("{label} "), scene.style(Role::Key));
        let rest = Rect { x, y, width: inner.right().saturating_sub(x), height: 1 };
        cursor = input::draw(scene, buf, rest, line);
    }
    let last = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
    let (keys, yes, words) = match question.stage {
        Stage::Value(_) => (Keys::Input, Action::Open, ["go on", "leave it"]),
        Stage::Yes(_) => (Keys::Confirm, Action::Confirm, ["do it", "no (the default)"]),
        Stage::Name(..) => (Keys::Input, Action::Open, ["do it", "leave it"]),
    };
    parts::draw(buf, last, keyed(scene, keys, &yes, words), Vec::new());
    cursor
}

fn line(question: &Question) -> Option<(String, &tui_input::Input)> {
    match &question.stage {
        Stage::Value(input) => Some((question.verb.asks.unwrap_or_default().to_owned(), input)),
        Stage::Name(plan, input) => Some((format!("type {} to do it:", plan.name), input)),
        Stage::Yes(_) => None,
    }
}

/// The role of a line, in an account that counts as production or not.
pub(super) fn role(tone: Tone, production: bool) -> Role {
    match tone {
        Tone::Text => Role::Text,
        Tone::Dim => Role::Dim,
        Tone::Title => Role::Title,
        Tone::Environment if production => Role::Production,
        Tone::Environment => Role::Nonproduction,
        Tone::Attention => Role::Attention,
        Tone::Wrong => Role::Broken,
    }
}

/// Says in place of a question that the screen has no room for it.
pub(super) fn too_small(scene: &Scene<'_>, buf: &mut Buffer, title: &str) {
    let screen = scene.app.frame();
    let wide = scene.app.asking_width();
    let lines = wrap(TOO_SMALL, wide.saturating_sub(4));
    let height = u16::try_from(lines.len()).unwrap_or(2).saturating_add(2);
    let inner =
        overlay::open(scene, buf, overlay::area(screen, wide, height, overlay::Lies::Middle), title, Vec::new());
    for (line, y) in lines.iter().zip(inner.y..inner.bottom()) {
        put(buf, inner.x, y, inner.width, line, scene.style(Role::Attention));
    }
}
