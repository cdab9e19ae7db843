//! The lines at the top: whose fleet, which part of it, by which right, how it is, and what of it was read.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    ask, fleet_map,
    parts::{self, Part},
    scene::Scene,
    swept,
    text::{spark, tint, width},
    theme::Role,
    words::{count, counted},
};
use crate::{
    app::{Action, Keys},
    config::Environment,
    model::{Level, Mode, org::Origin, text::clip, time},
};

/// From how many seconds before their end on access that nobody renews is warned about.
const ENDS_SOON: i64 = 15 * 60;

/// Columns of the screen from which the requests are shown.
const SPARKS: u16 = 128;
/// Cells of the picture of a sweep.
const SWEEP: u16 = 20;
/// Seconds that the sparkline shows.
const SECONDS: u16 = 8;
/// Seconds over which the rate is taken.
const RATE: usize = 5;

/// Draws the header into its one or two lines.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) {
    if area.is_empty() {
        return;
    }
    tint(buf, area, scene.style(Role::Header));
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area };
    let left = who(scene);
    let mut right = access(scene);
    if area.height == 1 {
        // The mark of an elevation, the anchor and the badge stay beside it.
        let marks = right.iter().filter(|part| part.stays()).map(|part| part.width() + 2).fold(0, u16::saturating_add);
        let taken =
            left.iter().filter(|part| part.stays()).map(|part| part.width() + 2).fold(marks, u16::saturating_add);
        let notice = notice(scene, inner.width.saturating_sub(taken));
        right.extend(if notice.is_empty() { coverage(scene) } else { notice });
    }
    right.extend(clock(scene));
    parts::draw(buf, inner, left, right);
    if scene.app.raised.is_some() {
        // The whole line says so: over its words, whose own colours would be lost on that ground.
        tint(buf, Rect { height: 1, ..area }, scene.style(Role::Elevated));
    }
    if area.height > 1 {
        let second = Rect { y: area.y + 1, ..inner };
        let mut right = notice(scene, inner.width);
        right.extend(totals(scene));
        right.extend(sweep(scene, inner.width));
        right.extend(coverage(scene));
        right.extend(calls(scene, inner.width));
        let (_, start) = parts::draw(buf, second, Vec::new(), right);
        let room = Rect { width: start.saturating_sub(second.x + 3), ..second };
        fleet_map::draw(scene, buf, room);
    }
}

/// The fleet, the part of it that is looked at, how large it is, and from which source it is known.
fn who(scene: &Scene<'_>) -> Vec<Part> {
    let app = scene.app;
    let dim = scene.style(Role::Dim);
    let mut out = vec![Part::new(0, "⚓", scene.style(Role::Title))];
    if let Some(badge) = &app.setup.badge {
        out.push(Part::new(0, format!(" {badge} "), scene.style(Role::Demo)).gap(1));
    }
    out.push(Part::new(1, clip(&fleet_name(scene), 32), scene.style(Role::Title)).gap(1));
    if let Some(node) = app.org.node(&app.screen.select) {
        let above = app.org.above(&node.id);
        for step in above.iter().skip(1) {
            out.push(Part::new(6, " › ", dim).and(clip(&step.name, 24), Style::new()).gap(0));
        }
        out.push(Part::new(2, " › ", dim).and(clip(&node.name, 28), scene.style(Role::Title)).gap(0));
    }
    if let Some(at) = scene.old_tree() {
        out.push(Part::new(3, format!("tree {} old", time::age(app.now, at)), scene.style(Role::Old)));
    }
    let accounts = app.org.accounts().len();
    if accounts > 0 {
        let regions = app.regions();
        let unread = app.unread_regions().filter(|n| *n > 0).map(|n| format!(", {} of the caller's unread", count(n)));
        let size = match regions {
            0 => counted(accounts, "account"),
            n => format!("{} · {}{}", counted(accounts, "account"), counted(n, "region"), unread.unwrap_or_default()),
        };
        out.push(Part::new(8, size, dim));
    }
    if let Some(origin) = app.org.origin().filter(|o| *o != Origin::Organizations) {
        out.push(Part::new(4, origin.word(), scene.style(Role::Info)));
    }
    out
}

/// The name of the caller's account, or what stands in for it.
fn fleet_name(scene: &Scene<'_>) -> String {
    let app = scene.app;
    match (&app.caller, &app.no_caller) {
        (Some(caller), _) => {
            app.org.account(&caller.account).map_or_else(|| caller.account.to_string(), |a| a.name.clone())
        }
        (None, Some(fault)) if fault.kind.passes() => "caller not known".to_owned(),
        (None, Some(_)) => "nobody is signed in".to_owned(),
        (None, None) => match app.waits() {
            Some((_, seconds)) if seconds > 1 => format!("signing in… {seconds} s"),
            _ => "signing in…".to_owned(),
        },
    }
}

/// The account at hand and its environment, what the console may do, as which role, and for how long.
fn access(scene: &Scene<'_>) -> Vec<Part> {
    let app = scene.app;
    let mut out: Vec<Part> = question(scene).into_iter().collect();
    if let Some(account) = app.account_at_hand() {
        let environment = app.environment(account);
        let label = app.setup.config.environment_label(account);
        let (word, role) = match environment {
            Environment::Production => (label.unwrap_or("production"), Role::Production),
            Environment::NonProduction => (label.unwrap_or("non-production"), Role::Nonproduction),
            Environment::Unknown => ("production?", Role::Production),
        };
        let named = app.screen.select == account.id.as_str();
        let name = if named { String::new() } else { format!("{} ", clip(&account.name, 24)) };
        out.push(Part::new(3, name, Style::new()).and(word, scene.style(role)));
    }
    if let Some(raised) = &app.raised {
        let left = raised.lease.until.map(|until| time::left(app.now, until)).unwrap_or_default();
        let text = format!(" {} {} {left} ", Mode::Elevated.word(), clip(&raised.name, 24));
        if app.is_changing() {
            out.push(Part::new(0, "changing …", scene.style(Role::Attention)));
        }
        out.push(Part::new(0, text, scene.style(Role::Elevated)));
        return out;
    }
    if let Some(mode) = app.mode() {
        let text = if mode == Mode::Elevated { format!(" {} ", mode.word()) } else { mode.word().to_owned() };
        out.push(Part::new(1, text, scene.style(mode_role(mode))));
    }
    if let Some(lease) = app.lease_at_hand() {
        if !lease.role.is_empty() {
            out.push(Part::new(6, clip(&lease.role, 28), Style::new()).gap(1));
        }
        if let Some(until) = lease.until {
            let soon = !lease.renews && time::since(until, app.now) < ENDS_SOON;
            let style = scene.style(if soon { Role::Attention } else { Role::Dim });
            out.push(Part::new(4, time::left(app.now, until), style).gap(1));
        }
    }
    if let Some(caller) = app.caller.as_ref().filter(|c| !c.renews)
        && let Some(until) = caller.until.filter(|u| time::since(*u, app.now) < ENDS_SOON)
    {
        let text = format!("credentials end in {}", time::left(app.now, until));
        out.push(Part::new(1, text, scene.style(Role::Attention)));
    }
    out
}

/// That a question waits aside, what it wants, and the key that brings it back.
fn question(scene: &Scene<'_>) -> Option<Part> {
    let aside = scene.app.aside();
    let words = match aside {
        [] => return None,
        [one] => ask::title(&one.ask).to_owned(),
        several => format!("{} questions wait", several.len()),
    };
    let chord = scene.chords(Keys::Global, &Action::Recall);
    Some(Part::new(0, chord, scene.style(Role::Key)).and(" ", Style::new()).and(words, scene.style(Role::Attention)))
}

fn mode_role(mode: Mode) -> Role {
    match mode {
        Mode::ReadOnly => Role::Readonly,
        Mode::ReadOnlyByKeys => Role::Attention,
        Mode::Elevated => Role::Elevated,
    }
}

/// Requests under way, in a place of its own width, and the time of day.
fn clock(scene: &Scene<'_>) -> Vec<Part> {
    let app = scene.app;
    let flight = match app.in_flight() {
        0 => String::new(),
        n => format!("{n} in flight"),
    };
    let dim = scene.style(Role::Dim);
    vec![
        Part::new(9, format!("{flight:>12}"), scene.style(Role::Spark)),
        Part::new(5, time::clock(app.now, &scene.zone()), dim),
    ]
}

/// How many requests were made in each of the last seconds, and about how many a second. It is the first to go, and on
/// narrow screens its cells are the map's.
fn calls(scene: &Scene<'_>, room: u16) -> Option<Part> {
    let calls = &scene.app.calls;
    // The second under way is not over: it would always dip.
    let whole = calls.get(..calls.len().checked_sub(1)?).filter(|_| room >= SPARKS)?;
    let last = &whole[whole.len().saturating_sub(RATE)..];
    let sum: usize = last.iter().map(|n| usize::from(*n)).sum();
    let rate = format!("{}/s", count(sum.div_ceil(last.len().max(1))));
    let style = scene.style(Role::Spark);
    Some(Part::new(10, spark(whole, SECONDS), style).and(format!(" {rate:>5}"), scene.style(Role::Dim)))
}

/// What was said last.
fn notice(scene: &Scene<'_>, room: u16) -> Vec<Part> {
    let text = scene.app.notice().map(|text| clip(text, usize::from(room)).into_owned());
    let role = if scene.app.notice_is_trouble() { Role::Broken } else { Role::Info };
    text.into_iter().map(|text| Part::new(0, text, scene.style(role))).collect()
}

/// What was said last, over the last line of a screen without lines of its own.
pub fn draw_notice(scene: &Scene<'_>, buf: &mut Buffer, screen: Rect) {
    let parts = notice(scene, screen.width.saturating_sub(4));
    if parts.is_empty() || screen.height == 0 {
        return;
    }
    let line = Rect { x: screen.x + 1, y: screen.bottom() - 1, width: screen.width.saturating_sub(2), height: 1 };
    let padded = parts.into_iter().map(|part| part.before(" ", Style::new()).and(" ", Style::new())).collect();
    parts::draw(buf, line, Vec::new(), padded);
}

/// How many things are broken, degraded, in need of attention, and how many accounts were not read in full.
fn totals(scene: &Scene<'_>) -> Vec<Part> {
    let [broken, degraded, attention] = scene.fleet.problems;
    if scene.fleet.unread_accounts == 0 && scene.fleet.level <= Level::Unknown && scene.fleet.level != Level::Ok {
        // Nothing of the fleet was asked for: noughts would say more than is known.
        return Vec::new();
    }
    let counts = [
        (Level::Broken, broken),
        (Level::Degraded, degraded),
        (Level::Attention, attention),
        (Level::Unknown, scene.fleet.unread_accounts),
    ];
    let mut part = Part::new(3, "", Style::new());
    for (i, (level, n)) in counts.into_iter().enumerate() {
        let style = if n == 0 { scene.style(Role::Dim) } else { scene.level(level) };
        let gap = if i == 0 { "" } else { "  " };
        let counted = if level == Level::Unknown && n > 0 { counted(n as usize, "account") } else { n.to_string() };
        part = part.and(gap, Style::new()).and(format!("{} {counted}", level.glyph()), style);
    }
    vec![part]
}

/// How far the reading has come, as a picture, while it goes on. It gives way to everything that is said in words; on
/// narrow screens its cells are the map's, in which what was not read is seen too.
fn sweep(scene: &Scene<'_>, room: u16) -> Option<Part> {
    if scene.coverage.waiting == 0 || room < SPARKS {
        return None;
    }
    let stretches = swept::stretches(scene.coverage, SWEEP);
    let part = |part: Part, (text, role): (String, Role)| part.and(text, scene.style(role));
    Some(stretches.into_iter().fold(Part::new(11, "", Style::new()), part))
}

/// What of the screen's question was answered, each state in its colour.
fn coverage(scene: &Scene<'_>) -> Vec<Part> {
    if scene.coverage.wanted == 0 {
        return Vec::new();
    }
    let words = scene.coverage.words();
    let mut part = Part::new(2, "", Style::new());
    for (i, state) in words.split(" · ").enumerate() {
        let role = match state.split_once(' ').map(|(_, word)| word) {
            Some("read") if scene.coverage.is_complete() => Role::Ok,
            Some("read") => Role::Text,
            Some("waiting") => Role::Dim,
            Some("denied") => Role::Unknown,
            Some("failed") => Role::Broken,
            Some("throttled") => Role::Attention,
            _ => Role::Old,
        };
        let gap = if i == 0 { "" } else { " · " };
        part = part.and(gap, scene.style(Role::Dim)).and(state, scene.style(role));
    }
    debug_assert!(part.width() >= width(&words));
    vec![part]
}
