//! The question before something is changed: what exactly will be called, where, as whom; and the yes.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{ask::keyed, input, overlay, parts, scene::Scene, text::put, theme::Role, wrap::wrap};
use crate::{
    app::{
        Action, Keys,
        deeds::{Question, Stage},
    },
    view::Plan,
};

/// Cells of the box.
const WIDTH: u16 = 76;
/// Cells of the names.
const NAMES: u16 = 13;

/// Draws the question. Gives the cell of the cursor where a line is typed.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, question: &Question) -> Option<Position> {
    let screen = scene.app.frame();
    let wide = WIDTH.min(screen.width.saturating_sub(2));
    let facts = facts(scene, question, wide.saturating_sub(4 + NAMES));
    let typing = !matches!(question.stage, Stage::Yes(_));
    let height = u16::try_from(facts.len()).unwrap_or(8).saturating_add(if typing { 6 } else { 4 });
    let area = overlay::area(screen, wide, height, overlay::Lies::Middle);
    let inner = overlay::open(scene, buf, area, question.verb.about, Vec::new());
    if inner.is_empty() {
        return None;
    }
    let end = inner.bottom().saturating_sub(if typing { 3 } else { 2 });
    for ((name, value, role), y) in facts.iter().zip(inner.y..end.max(inner.y)) {
        put(buf, inner.x, y, NAMES, name, scene.style(Role::Dim));
        put(buf, inner.x + NAMES, y, inner.width.saturating_sub(NAMES), value, scene.style(*role));
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

type Fact = (&'static str, String, Role);

/// Everything that the decision rests on, line by line.
fn facts(scene: &Scene<'_>, question: &Question, room: u16) -> Vec<Fact> {
    let app = scene.app;
    let scope = &question.deed.at.scope;
    let environment = app.environment(&question.account);
    let role = if question.production { Role::Production } else { Role::Nonproduction };
    let account = format!("{} ({}), {}", question.account.name, question.account.id, environment.word());
    let mut all: Vec<Fact> = vec![("account", account, role)];
    if let Some(region) = &scope.region {
        all.push(("region", region.to_string(), Role::Text));
    }
    if let Some(raised) = &app.raised {
        all.push(("as", raised.lease.arn.clone(), Role::Text));
    }
    if let Stage::Yes(plan) | Stage::Name(plan, _) = &question.stage {
        all.extend(planned(plan, question.verb.dry));
    } else if let Some(plan) = question.view.plan(question.verb.id, &question.deed.row, "") {
        all.push(("of", plan.name, Role::Title));
    }
    if let Some(wrong) = &question.wrong {
        all.push(("", wrong.clone(), Role::Broken));
    }
    all.into_iter().flat_map(|fact| wrapped(fact, room)).collect()
}

fn planned(plan: &Plan, dry: &str) -> Vec<Fact> {
    let mut all: Vec<Fact> = vec![("calls", plan.api.to_owned(), Role::Title)];
    for (i, (name, value)) in plan.parameters.iter().enumerate() {
        all.push((if i == 0 { "with" } else { "" }, format!("{name} = {value}"), Role::Text));
    }
    all.push(("then", plan.outcome.clone(), Role::Text));
    all.push(("dry run", dry.to_owned(), Role::Dim));
    all.push(("danger", plan.danger.word().to_owned(), Role::Dim));
    all
}

fn wrapped((name, value, role): Fact, room: u16) -> Vec<Fact> {
    let lines = wrap(&value, room.max(8));
    lines.into_iter().enumerate().map(|(i, line)| (if i == 0 { name } else { "" }, line, role)).collect()
}
