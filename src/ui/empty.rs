//! What stands in a table without rows: never nothing. What was read, what is still being read, what could not be,
//! and what to press.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    gaps,
    scene::Scene,
    swept,
    text::put,
    theme::Role,
    words::{count, counted},
    wrap::wrap,
};
use crate::{
    app::{Action, Keys},
    model::time,
    view::Span,
};

/// A paragraph and what it is.
type Said = (String, Role);

/// Cells of the picture of a sweep.
const SWEEP: u16 = 24;

/// Draws the reasons into the pane, or into what is free of it below rows.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) {
    let margin = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let mut y = inner.y + u16::from(inner.height > 8);
    for (text, role) in reasons(scene) {
        for line in wrap(&text, margin.width) {
            if y >= inner.bottom() {
                return;
            }
            put(buf, margin.x, y, margin.width, &line, scene.style(role));
            y += 1;
        }
        y += 1;
    }
    // On the board each gap is a row.
    if y < inner.bottom() && !scene.is_board() {
        gaps::list(scene, buf, Rect { y, height: inner.bottom() - y, ..margin });
    }
}

fn reasons(scene: &Scene<'_>) -> Vec<Said> {
    let mut out = if let Some(hidden) = hidden(scene) {
        return hidden;
    } else if let Some(waiting) = waiting(scene) {
        return waiting;
    } else if let Some(closed) = closed(scene) {
        return closed;
    } else if scene.coverage.wanted == 0 {
        return nothing_asked(scene);
    } else if scene.is_board() {
        board(scene)
    } else {
        read(scene)
    };
    let coverage = &scene.coverage;
    if coverage.waiting > 0 {
        let answered = count(coverage.wanted - coverage.waiting);
        let bar: String = swept::stretches(coverage, SWEEP).into_iter().map(|(text, _)| text).collect();
        let words = format!("{bar}  reading… {answered} of {} answered", counted(coverage.wanted, "scope"));
        out.push((words, Role::Info));
    }
    if coverage.stale > 0 {
        let words =
            format!("{} could not be read again lately and may be out of date.", counted(coverage.stale, "scope"));
        out.push((words, Role::Old));
    }
    if !coverage.gaps.is_empty() && !scene.is_board() {
        out.push((format!("{} could not be read:", counted(coverage.gaps.len(), "scope")), Role::Unknown));
    }
    out
}

/// What the filter or the choice of problems leaves out.
fn hidden(scene: &Scene<'_>) -> Option<Vec<Said>> {
    let screen = &scene.app.screen;
    let all = scene.table().len();
    if all == 0 || !screen.listing.is_empty() || screen.line.is_empty() && !screen.problems {
        return None;
    }
    let rows = counted(all, "row");
    let mut out = Vec::new();
    if !screen.line.is_empty() {
        out.push(match &screen.wrong {
            None => (format!("None of {rows} fits the filter {}", screen.line), Role::Text),
            Some(why) => (format!("None of {rows} fits the last good filter; this line is none: {why}"), Role::Text),
        });
        out.push((format!("{} takes the filter away.", scene.chords(Keys::Global, &Action::Back)), Role::Dim));
    }
    if screen.problems {
        out.push((format!("Only problems are shown, of {rows}."), Role::Text));
        out.push((format!("{} shows everything.", scene.chords(Keys::Table, &Action::Problems)), Role::Dim));
    }
    Some(out)
}

/// Why nothing can be read: nobody is signed in, or the account is not entered.
fn closed(scene: &Scene<'_>) -> Option<Vec<Said>> {
    let app = scene.app;
    let account = app.org.account(&app.screen.select.as_str().into());
    if let Some(account) = account.filter(|a| !a.details.state.can_enter()) {
        let state = account.details.state.word();
        return Some(vec![(format!("{} is {state}: it is not entered.", account.name), Role::Text)]);
    }
    let fault = app.no_caller.as_ref()?;
    // An answer that did not come proves nothing about the credentials.
    let said = if fault.kind.passes() { "AWS did not say who calls." } else { "Nobody is signed in to AWS." };
    let mut out = vec![(said.to_owned(), Role::Text), (fault.to_string(), Role::Unknown)];
    if !fault.hint.is_empty() {
        out.push((fault.hint.clone(), Role::Text));
    }
    if let Some(at) = app.waiting.again {
        let enter = scene.chords(Keys::Table, &Action::Open);
        out.push((format!("Tried again in {}; {enter} tries at once.", time::left(app.now, at)), Role::Text));
    }
    out.extend(sources(scene));
    Some(out)
}

/// What is waited for before anybody is known to call, since when, and what can be done meanwhile.
fn waiting(scene: &Scene<'_>) -> Option<Vec<Said>> {
    let (what, seconds) = scene.app.waits()?;
    let mut out = vec![(format!("waiting for {what} … for {seconds} s"), Role::Info)];
    if let Some(fault) = &scene.app.no_caller {
        out.push((format!("The attempt before: {fault}"), Role::Unknown));
    }
    let enter = scene.chords(Keys::Table, &Action::Open);
    out.push((format!("{enter} tries again. What needs no AWS can be used meanwhile."), Role::Text));
    out.extend(sources(scene));
    Some(out)
}

/// The way to the page of sources.
fn sources(scene: &Scene<'_>) -> Option<Said> {
    let app = scene.app;
    let view = app.setup.view_named("credentials").filter(|v| v.id() != app.screen.view.id())?;
    Some((format!(":{} – {}", view.id(), view.about()), Role::Dim))
}

/// Nothing was asked for.
fn nothing_asked(scene: &Scene<'_>) -> Vec<Said> {
    let app = scene.app;
    if app.org.is_empty() || app.org_read_at.is_none() {
        return vec![("The organisation is being read first…".to_owned(), Role::Info)];
    }
    if app.caller.is_none() {
        return vec![("Signing in…".to_owned(), Role::Info)];
    }
    if let Span::One(of) = app.screen.view.span() {
        return vec![(format!("This belongs to a row of {of}: choose one there."), Role::Text)];
    }
    let again = scene.chords(Keys::Global, &Action::Refresh);
    vec![("Nothing of this was read yet.".to_owned(), Role::Text), (format!("{again} reads it."), Role::Dim)]
}

/// An empty watch board says what it looked at, and never that all is well.
fn board(scene: &Scene<'_>) -> Vec<Said> {
    let app = scene.app;
    let below = app.rollup.of(&app.screen.select);
    if below.problems.iter().any(|n| *n > 0) {
        // The rows of the board are derived a moment after those that they speak of.
        return vec![("Problems were seen; they are being listed…".to_owned(), Role::Info)];
    }
    let mut out = match app.breadth().no_problem(scene.coverage.oldest, app.now) {
        Some(said) => vec![(said, Role::Text)],
        None => vec![("Nothing has answered yet.".to_owned(), Role::Text)],
    };
    // What nobody reads has no problems: an empty board says what it does not know.
    out.extend(app.notes().into_iter().map(|note| (note, Role::Info)));
    out
}

fn oldest(scene: &Scene<'_>) -> String {
    let oldest = scene.coverage.oldest.map(|at| time::age(scene.app.now, at));
    oldest.map_or_else(String::new, |age| format!("; oldest reading {age} ago"))
}

/// A view that was read and holds nothing.
fn read(scene: &Scene<'_>) -> Vec<Said> {
    let app = scene.app;
    if scene.coverage.read == 0 {
        return Vec::new();
    }
    let place = match app.org.node(&app.screen.select) {
        Some(node) => format!(" in {}", node.name),
        None => String::new(),
    };
    let scopes = match scene.coverage.read {
        1 => String::new(),
        n => format!(": {} read", counted(n, "scope")),
    };
    let of = app.screen.parent.as_ref().map(|p| format!(" of {}", p.row.facts().name)).unwrap_or_default();
    vec![(format!("No {}{of}{place}{scopes}{}.", app.screen.view.id(), oldest(scene)), Role::Text)]
}
