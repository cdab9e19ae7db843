//! The log pane: its frame with how fast lines come, a line of how things stand, the lines, and what went wrong.

mod line;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    chrome::{self, Framed, Titles},
    input,
    parts::{self, Part},
    scene::Scene,
    text::{put, spark},
    theme::Role,
    words::{count, counted},
};
use crate::{
    app::{
        Layer,
        log::{Json, Means, Pane, Reading},
    },
    model::FaultKind,
    view::Since,
};

/// Seconds that a bar of the sparkline stands for.
const GROUP: usize = 3;

/// Draws the pane over the others while it is open; gives the cell of the cursor where a search is typed.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let pane = scene.app.log.as_deref()?;
    super::text::wipe(buf, area, scene.ground(Role::Text));
    let Framed { inner, free } = chrome::frame(scene, buf, area, true, titles(scene, pane));
    if inner.is_empty() {
        return None;
    }
    let head = Rect { height: 1, ..inner };
    parts::draw(buf, head, standing(scene, pane), kept(scene, pane));
    let faults = u16::from(pane.fault.is_some());
    let body = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1 + faults), ..inner };
    lines(scene, buf, body, pane);
    if pane.fault.is_some() && inner.height > 1 {
        fault(scene, buf, Rect { y: inner.bottom() - 1, height: 1, ..inner }, pane);
    }
    match scene.app.layers.last() {
        Some(Layer::Filter { input, .. }) => input::draw_in_frame(scene, buf, free, input),
        _ => None,
    }
}

/// Whose log it is, and how fast lines come.
fn titles(scene: &Scene<'_>, pane: &Pane) -> Titles {
    let now = scene.app.now.as_second();
    let name = format!("{} · {}", pane.subject.view.id(), pane.subject.name);
    let mut left = vec![Part::new(0, "log", scene.style(Role::Title)), Part::new(1, name, scene.style(Role::Title))];
    let place = scene.app.words(&pane.subject.at.scope.place());
    if !place.account.is_empty() {
        left.push(Part::new(4, format!("{} {}", place.account, place.region), scene.style(Role::Dim)));
    }
    if matches!(scene.app.layers.last(), Some(Layer::Filter { .. })) {
        left.push(Part::new(0, "/", scene.style(Role::Key)));
        return Titles { left, right: Vec::new() };
    }
    let groups = pane.rate.groups(now, GROUP);
    let bars = spark(&groups, u16::try_from(groups.len()).unwrap_or(u16::MAX));
    let rate = Part::new(2, format!("{:.1}/s", pane.rate.per_second(now)), scene.style(Role::Dim));
    Titles { left, right: vec![Part::new(3, bars, scene.style(Role::Spark)), rate] }
}

/// How things stand, in words: what is read, whether it follows, how lines are shown.
fn standing(scene: &Scene<'_>, pane: &Pane) -> Vec<Part> {
    let dim = scene.style(Role::Dim);
    let mut out = Vec::new();
    let (word, role) = match (pane.reading, pane.follow) {
        (Reading::Begun, _) => ("READING", Role::Info),
        (Reading::Full, _) => ("FULL", Role::Attention),
        (Reading::Ended, _) => ("ENDED", Role::Attention),
        (Reading::Follows, true) => ("FOLLOW", Role::Ok),
        (Reading::Follows, false) => ("PAUSED", Role::Attention),
    };
    out.push(Part::new(0, word, scene.style(role)));
    if pane.gone {
        out.push(Part::new(1, "GONE", scene.style(Role::Unknown)));
    }
    if pane.unseen > 0 {
        out.push(Part::new(1, format!("+{} below", count(pane.unseen)), scene.style(Role::New)));
    }
    out.push(Part::new(2, since(pane.since), dim));
    if let Some(pattern) = &pane.pattern {
        let kind = if pattern.means == Means::Expression { "regex" } else { "text" };
        let only = if pattern.inverse || pane.only { " only" } else { "" };
        let more = if pane.is_searching() { "…" } else { "" };
        let found = format!(" {}{more} found · {kind}{only}", count(pane.buffer.hits()));
        let typed = format!("/{}", pane.typed);
        out.push(Part::new(1, typed, scene.style(Role::Match)).and(found, dim));
    }
    if pane.look.wrap {
        out.push(Part::new(5, "wrap", dim));
    }
    match pane.look.json {
        Json::Raw => {}
        Json::Folded => out.push(Part::new(5, "json folded", dim)),
        Json::Spread => out.push(Part::new(5, "json spread", dim)),
    }
    if pane.shift > 0 {
        out.push(Part::new(4, format!("shifted by {}", pane.shift), dim));
    }
    let from = pane.about.join(" · ");
    if !from.is_empty() {
        out.push(Part::new(7, from, dim));
    }
    out
}

fn since(since: Since) -> String {
    let word = crate::app::log::SINCE.iter().find(|(s, _)| *s == since).map_or("", |(_, word)| word);
    match since {
        Since::Seconds(_) => format!("last {word}"),
        _ => word.to_owned(),
    }
}

/// What is kept: streams, lines, what was dropped.
fn kept(scene: &Scene<'_>, pane: &Pane) -> Vec<Part> {
    let dim = scene.style(Role::Dim);
    let mut out = Vec::new();
    if pane.streams.len() > 1 {
        out.push(Part::new(6, counted(pane.streams.len(), "stream"), dim));
    }
    out.push(Part::new(3, counted(pane.buffer.len(), "line"), dim));
    if pane.buffer.dropped() > 0 {
        let dropped = format!("{} older dropped", count(pane.buffer.dropped()));
        out.push(Part::new(1, dropped, scene.style(Role::Attention)));
    }
    out
}

fn lines(scene: &Scene<'_>, buf: &mut Buffer, body: Rect, pane: &Pane) {
    if body.is_empty() {
        return;
    }
    let spots = pane.with_way(body.width, |way| way.from(pane.top, usize::from(body.height)));
    if spots.is_empty() {
        put(buf, body.x + 2, body.y, body.width.saturating_sub(2), empty(pane), scene.style(Role::Dim));
        return;
    }
    let mut painter = line::Painter::new(scene, pane, body);
    for (spot, y) in spots.iter().zip(body.y..body.bottom()) {
        painter.row(buf, *spot, y);
    }
    let at = pane.top.line.saturating_sub(pane.buffer.start());
    // By lines, not by rows: how many rows all lines take is not known without shaping all of them.
    chrome::scrolled(scene, buf, body, at.min(pane.buffer.len().saturating_sub(spots.len())), pane.buffer.len());
}

/// Why there is nothing to see.
fn empty(pane: &Pane) -> &'static str {
    match pane.reading {
        _ if !pane.buffer.is_empty() => "no line here fits what is looked for",
        Reading::Begun => "reading …",
        Reading::Follows => "no lines yet in this span; 1 reads from the first line on",
        Reading::Ended | Reading::Full => "no lines",
    }
}

/// What went wrong, with the next step.
fn fault(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, pane: &Pane) {
    let Some(fault) = &pane.fault else { return };
    let (role, word) = match fault.kind {
        FaultKind::Denied => (Role::Broken, "DENIED"),
        FaultKind::Throttled => (Role::Attention, "THROTTLED"),
        FaultKind::Missing => (Role::Unknown, "MISSING"),
        FaultKind::Network => (Role::Attention, "UNREACHABLE"),
        FaultKind::Prompt | FaultKind::Expired | FaultKind::NoCredentials => (Role::Attention, "LOGIN"),
        FaultKind::Unavailable => (Role::Unknown, "NOT AVAILABLE"),
        FaultKind::Service | FaultKind::Invalid => (Role::Broken, "FAILED"),
    };
    let again = match pane.reading {
        Reading::Begun | Reading::Follows => "trying again",
        Reading::Ended | Reading::Full => "ctrl-r tries again",
    };
    let hint = if fault.hint.is_empty() { String::new() } else { format!(" · {}", fault.hint) };
    let words = Part::new(0, word, scene.style(role)).and(format!(" {fault}{hint} · {again}"), scene.style(Role::Text));
    parts::draw(buf, area, vec![words], Vec::new());
}
