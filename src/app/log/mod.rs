//! The log pane: opened on a row of any view that has logs, over the panes, until it is left.
//!
//! What was read of a log is kept for a while after its pane is closed: whoever comes back sees it at once, and the
//! log of a thing that is gone shows what was read of it.

pub mod buffer;
mod export;
pub mod json;
pub(super) mod keys;
pub mod pane;
pub mod pattern;
pub mod rate;
pub mod scroll;
pub mod shape;
#[cfg(test)]
mod tests;

pub use buffer::{Buffer, Entry, Hit};
pub use pane::{Columns, MARGIN, Pane, Reading, Subject};
pub use pattern::{Means, Pattern};
pub use scroll::Spot;
pub use shape::{Json, Look, Times};

use super::{
    App, Effect, Effects, Focus, Job,
    action::{LogAct, Motion},
    effect::Ticket,
    geometry,
    jobs::Errand,
};
use crate::{
    model::{AccountId, Fault, FaultKind, text},
    rows::Slot,
    view::{AnyView, Chunk, LogAsk, Since},
};

/// Logs that are kept after their panes were closed.
const SHELF: usize = 4;

/// What is kept when a pane is closed.
#[derive(Default)]
pub struct Shelf {
    /// The logs that were read, the last one closed at the end.
    panes: Vec<Pane>,
    /// How lines were shown.
    look: Look,
}

/// Bytes of them, about.
const SHELF_BYTES: usize = 24 * 1024 * 1024;

/// Cells by which unwrapped rows are shifted at a time.
const SHIFT: usize = 16;

/// Rows above and below the lines: the frame, and the line of how things stand.
const HEADINGS: u16 = 1;

/// From where on a log is read, by the digit that asks for it; the digits are those of k9s.
pub const SINCE: [(Since, &str); 7] = [
    (Since::Tail, "tail"),
    (Since::Head, "head"),
    (Since::Seconds(60), "1m"),
    (Since::Seconds(5 * 60), "5m"),
    (Since::Seconds(15 * 60), "15m"),
    (Since::Seconds(30 * 60), "30m"),
    (Since::Seconds(60 * 60), "1h"),
];

impl App {
    /// The cells within the frame of the log pane: width, and height of the lines.
    #[must_use]
    pub fn log_room(&self) -> (u16, usize) {
        let area = self.areas().log;
        let faults = u16::from(self.log.as_ref().is_some_and(|pane| pane.fault.is_some()));
        (area.width.saturating_sub(2), geometry::lines(area).saturating_sub(usize::from(HEADINGS + faults)))
    }

    pub(super) fn log_act(&mut self, act: LogAct, effects: &mut Effects) {
        if act == LogAct::Open {
            return self.open_log(effects);
        }
        let (width, height) = self.log_room();
        let Some(pane) = self.log.as_deref_mut() else { return };
        match act {
            LogAct::Follow if pane.follow => pane.follow = false,
            LogAct::Follow => pane.end(true, width),
            LogAct::Wrap => (pane.look.wrap, pane.shift) = (!pane.look.wrap, 0),
            LogAct::Times => {
                pane.look.times = match pane.look.times {
                    Times::Clock => Times::Full,
                    Times::Full => Times::Off,
                    Times::Off => Times::Clock,
                }
            }
            LogAct::Json => {
                pane.look.json = match pane.look.json {
                    Json::Raw => Json::Folded,
                    Json::Folded => Json::Spread,
                    Json::Spread => Json::Raw,
                }
            }
            LogAct::Mark => {
                if let Some(entry) = pane.buffer.get_mut(pane.cursor.line) {
                    entry.marked = !entry.marked;
                }
                let (line, follow) = (pane.cursor.line, pane.follow);
                while pane.cursor.line == line && pane.with_way(width, |way| way.next(pane.cursor)).is_some() {
                    pane.step(1, width);
                }
                pane.follow = follow;
            }
            LogAct::Only => match &pane.pattern {
                Some(_) => pane.only = !pane.only,
                None => self.say("nothing is looked for: / begins"),
            },
            LogAct::Left => pane.shift = pane.shift.saturating_sub(SHIFT),
            LogAct::Right if pane.look.wrap => self.say("wrapped lines are not shifted: w"),
            LogAct::Right => pane.shift += SHIFT,
            LogAct::Clear => {
                let dropped = pane.buffer.len();
                pane.clear();
                self.say(format!("{dropped} lines cleared; what comes is shown, and ctrl-r reads all again"));
            }
            LogAct::Next(down) => {
                if let Some(said) = pane.find(down) {
                    self.say(said);
                }
            }
            LogAct::Since(digit) => self.log_since(digit, effects),
            LogAct::Copy(screen) => self.copy_log(if screen { Some((width, height)) } else { None }, effects),
            LogAct::Open => {}
        }
    }

    /// Opens the log of the row under the cursor, or of the row that it speaks of.
    fn open_log(&mut self, effects: &mut Effects) {
        let Some(slot) = self.current().cloned() else { return self.say("no row is under the cursor") };
        let found = self.log_subject(self.screen.view, &slot).or_else(|| {
            let target = self.screen.view.target(&slot.row)?;
            let view = self.view_named(&target.view)?;
            let table = self.table(view.id());
            let slot = table.get(table.find(table.scopes.find(&target.scope)?, &target.key?)?)?;
            self.log_subject(view, &slot.clone())
        });
        let Some(subject) = found else {
            return self.say(format!("{} have no logs here", self.screen.view.id()));
        };
        let kept = self.shelf.panes.iter().position(|p| p.subject.key() == subject.key());
        let pane = match kept.map(|at| self.shelf.panes.remove(at)) {
            Some(mut pane) => {
                pane.subject = subject;
                pane.follow = pane.since != Since::Head;
                pane
            }
            None => Pane::new(subject, self.shelf.look),
        };
        self.log = Some(Box::new(pane));
        self.focus = Focus::Log;
        self.read_log(effects);
    }

    fn log_subject(&self, view: &'static dyn AnyView, slot: &Slot) -> Option<Subject> {
        if !view.has_logs() {
            return None;
        }
        let scope = self.table(view.id()).scopes.get(slot.scope)?.scope.clone();
        let name = match slot.row.facts().name {
            "" => slot.row.key().as_str(),
            name => name,
        };
        let name = text::clean(name).into_owned();
        Some(Subject { view, at: self.at_scope(&scope), row: slot.row.clone(), name })
    }

    /// Reads the log of the pane from the beginning of what is asked for.
    pub(super) fn read_log(&mut self, effects: &mut Effects) {
        let Some(pane) = self.log.as_deref_mut() else { return };
        if let Some(ticket) = pane.ticket.take() {
            self.jobs.stop(ticket, effects);
        }
        let ticket = self.jobs.issue(Errand::Log, self.now);
        pane.begin(ticket);
        let ask = LogAsk { since: pane.since, follow: true };
        let Subject { view, at, row, .. } = pane.subject.clone();
        effects.push(Effect::Start(ticket, Job::Lines { view, at, row, ask }));
    }

    fn log_since(&mut self, digit: u8, effects: &mut Effects) {
        let Some((since, _)) = SINCE.get(usize::from(digit)).copied() else { return };
        if let Some(pane) = self.log.as_deref_mut() {
            pane.since = since;
            pane.clear();
            pane.follow = since != Since::Head;
        }
        self.read_log(effects);
    }

    /// Takes the search away, or closes the pane.
    pub(super) fn leave_log(&mut self) {
        match self.log.as_deref_mut() {
            Some(pane) if pane.pattern.is_some() => pane.search(""),
            _ => self.close_log(),
        }
    }

    /// Closes the pane; what was read is kept for a while.
    pub(super) fn close_log(&mut self) {
        if self.focus == Focus::Log {
            self.focus = Focus::Table;
        }
        let Some(mut pane) = self.log.take() else { return };
        if let Some(ticket) = pane.ticket.take() {
            self.unasked.push(ticket);
            pane.ended(Reading::Ended);
        }
        self.shelf.look = pane.look;
        self.shelf.panes.push(*pane);
        while self.shelf.panes.len() > SHELF || self.shelf.panes.iter().map(Pane::weight).sum::<usize>() > SHELF_BYTES {
            self.shelf.panes.remove(0);
        }
    }

    pub(super) fn log_chunk(&mut self, ticket: Ticket, chunk: Chunk, effects: &mut Effects) {
        let now = self.now;
        let Some(pane) = self.log.as_deref_mut().filter(|p| p.ticket == Some(ticket)) else { return };
        pane.take(chunk, now);
        // Whoever reads from the first line on wants the first lines, not the last that there is room for.
        if pane.since == Since::Head && pane.buffer.is_full() {
            pane.ended(Reading::Full);
            self.jobs.stop(ticket, effects);
        }
    }

    pub(super) fn log_fault(&mut self, ticket: Ticket, fault: Fault) {
        if let Some(pane) = self.log.as_deref_mut().filter(|p| p.ticket == Some(ticket)) {
            pane.fault = Some(fault);
        }
    }

    pub(super) fn log_ended(&mut self, ticket: Ticket) {
        if let Some(pane) = self.log.as_deref_mut().filter(|p| p.ticket == Some(ticket)) {
            pane.ended(Reading::Ended);
        }
    }

    /// An account is open again: a log that ended for want of a login is read on.
    pub(super) fn log_goes_on(&mut self, account: &AccountId, effects: &mut Effects) {
        let waits = |kind| matches!(kind, FaultKind::Prompt | FaultKind::Expired | FaultKind::NoCredentials);
        let waits = self.log.as_ref().is_some_and(|pane| {
            let here = pane.subject.at.scope.account.as_ref() == Some(account);
            here && pane.ticket.is_none() && pane.fault.as_ref().is_some_and(|f| waits(f.kind))
        });
        if waits {
            self.read_log(effects);
        }
    }

    pub(super) fn log_motion(&mut self, motion: Motion) {
        let (width, height) = self.log_room();
        let Some(pane) = self.log.as_deref_mut() else { return };
        let page = height.max(1).cast_signed();
        match motion {
            Motion::Up => pane.step(-1, width),
            Motion::Down => pane.step(1, width),
            Motion::HalfUp => pane.scroll(-(page + 1) / 2, width, height),
            Motion::HalfDown => pane.scroll((page + 1) / 2, width, height),
            Motion::PageUp => pane.scroll(-page, width, height),
            Motion::PageDown => pane.scroll(page, width, height),
            Motion::Top => pane.end(false, width),
            Motion::Bottom => pane.end(true, width),
            // The keys of these shift what is on the screen.
            Motion::Left | Motion::Right => {}
        }
    }

    /// Shows the line under the cursor in full, or on one row again.
    pub(super) fn open_line(&mut self) {
        let Some(pane) = self.log.as_deref_mut() else { return };
        if let Some(entry) = pane.buffer.get_mut(pane.cursor.line) {
            entry.open = !entry.open;
            pane.cursor.row = 0;
        }
    }

    /// Looks for what is being typed.
    pub(super) fn search_log(&mut self, typed: &str) {
        if let Some(pane) = self.log.as_deref_mut() {
            pane.search(typed);
        }
    }

    /// What was typed is accepted: to the nearest line above that holds it.
    pub(super) fn searched_log(&mut self) {
        let Some(pane) = self.log.as_deref_mut() else { return };
        let here = pane.buffer.get(pane.cursor.line).is_some_and(|e| e.hit == Hit::Yes);
        let seeks = pane.pattern.as_ref().is_some_and(|p| !p.inverse) && !here;
        let said = if seeks { pane.find(false) } else { None };
        if let Some(said) = said {
            self.say(said);
        }
    }

    pub(super) fn wheel_log(&mut self, by: i16) {
        let (width, height) = self.log_room();
        if let Some(pane) = self.log.as_deref_mut() {
            pane.scroll(isize::from(by), width, height);
        }
    }

    /// Puts the cursor on a row of the pane.
    pub(super) fn click_log(&mut self, row: usize) {
        let (width, height) = self.log_room();
        let Some(pane) = self.log.as_deref_mut() else { return };
        let rows = pane.with_way(width, |way| way.from(pane.top, height));
        if let Some(spot) = rows.get(row) {
            pane.cursor = *spot;
            pane.follow = false;
        }
    }

    fn copy_log(&mut self, screen: Option<(u16, usize)>, effects: &mut Effects) {
        let Some(pane) = self.log.as_deref() else { return };
        let (count, text) = match screen {
            Some((width, height)) => pane.on_screen(width, height),
            None => pane.chosen(),
        };
        if text.is_empty() {
            return self.say("nothing to copy");
        }
        self.say(format!("copied {count} {}", if count == 1 { "line" } else { "lines" }));
        effects.push(Effect::Copy(text));
    }

    /// Brings the pane in line with the state; one that lost the keys to another pane is closed.
    pub(super) fn settle_log(&mut self) {
        if self.log.is_none() {
            return;
        }
        if self.focus != Focus::Log {
            return self.close_log();
        }
        let (width, height) = self.log_room();
        let gone = self.log.as_ref().is_some_and(|pane| {
            let table = self.table(pane.subject.view.id());
            let scope = table.scopes.find(&pane.subject.at.scope);
            scope.and_then(|scope| table.find(scope, pane.subject.row.key())).is_none()
        });
        if let Some(pane) = self.log.as_deref_mut() {
            pane.gone = gone;
            pane.settle(width, height);
        }
    }

    /// Goes on with a search that was too long for one key.
    pub(super) fn tick_log(&mut self) {
        if let Some(pane) = self.log.as_deref_mut().filter(|p| p.is_searching()) {
            self.dirty |= pane.search_on();
        }
    }
}
