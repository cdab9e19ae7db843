//! What arrives: replies and ticks.

use jiff::Timestamp;

use super::{
    App, Effect, Effects, Tick,
    effect::Ticket,
    jobs::Errand,
    plan::{REGIONS, TREE},
};
use crate::{
    model::{Fault, Scope, ViewId, audit::Outcome, time},
    rows::{Delta, Table, Touched, listing::Wanted},
    view::{Reply, Run, Span},
};

/// How long something said stays on the screen, in seconds.
const NOTICE_SECONDS: i64 = 12;

/// A clock that is set back by more seconds than this was wrong before: what was to be done later is done now.
const SET_BACK: i64 = 5;

/// How long before their end credentials are warned about that nothing can renew, in seconds.
const WARN_SECONDS: i64 = 600;

impl App {
    pub(super) fn table_index(&self, view: ViewId) -> usize {
        self.setup.views.iter().position(|v| v.id() == view).unwrap_or(0)
    }

    /// The rows of a view.
    #[must_use]
    pub fn table(&self, view: ViewId) -> &Table {
        &self.tables[self.table_index(view)]
    }

    pub(super) fn reply(&mut self, ticket: Ticket, reply: Reply, effects: &mut Effects) {
        let Some(errand) = self.jobs.errand(ticket).cloned() else { return };
        // What is made of rows that are here already is no news.
        if !matches!(errand, Errand::Derive(_) | Errand::Tree) {
            self.pulse.heard = self.now;
        }
        match reply {
            Reply::Rows(delta) => match &errand {
                Errand::Rows(view, scope) => {
                    if matches!(&delta, Delta::Upsert(rows) if !rows.is_empty()) {
                        self.jobs.brought(ticket);
                    }
                    self.rows(*view, scope, delta, effects);
                }
                Errand::Derive(view) => self.rows(*view, &Scope::fleet(), delta, effects),
                Errand::Fill(view, scope) => self.take_filled(*view, scope, &delta, effects),
                Errand::Section(_) | Errand::Log | Errand::Deed(..) | Errand::Tree | Errand::Save => {}
            },
            Reply::Text(text) => match errand {
                Errand::Section(section) => {
                    self.detail.texts.insert(section, Some(text));
                }
                Errand::Deed(view, scope) => {
                    self.say_outcome(text, false);
                    self.read_after(view, &scope);
                }
                Errand::Save => self.saved(ticket, text),
                _ => {}
            },
            Reply::Tree(grown) => self.take_grown(*grown, effects),
            Reply::Lines(chunk) => self.log_chunk(ticket, chunk, effects),
            Reply::Fault(fault) => self.fault(ticket, &errand, fault),
            Reply::End => {
                self.log_ended(ticket);
                self.fill_ended(ticket);
                if matches!(&errand, Errand::Rows(view, _) if view.0 == TREE) {
                    self.org_ended(effects);
                }
                let started = self.jobs.end(ticket, self.now, effects);
                self.note_started(&started);
                if errand == Errand::Tree {
                    self.grow_on(effects);
                }
            }
        }
    }

    fn fault(&mut self, ticket: Ticket, errand: &Errand, mut fault: Fault) {
        fault.at = fault.at.or(Some(self.now));
        self.jobs.failed(ticket, fault.kind);
        match errand {
            Errand::Rows(view, scope) => {
                let at = self.table_index(*view);
                let id = self.tables[at].scopes.id(scope);
                self.tables[at].fault(id, fault);
                self.rollup_dirty = true;
            }
            Errand::Section(section) => {
                self.detail.texts.insert(*section, Some(format!("{fault}\n{}", fault.hint)));
            }
            Errand::Fill(view, _) => self.fill_failed(ticket, *view, fault.kind),
            Errand::Log => self.log_fault(ticket, fault),
            Errand::Save => self.not_saved(ticket, &fault),
            Errand::Derive(_) | Errand::Tree => self.say(fault.to_string()),
            Errand::Deed(view, scope) => {
                let hint = if fault.hint.is_empty() { String::new() } else { format!("; {}", fault.hint) };
                let doubt = match Outcome::of(&fault) {
                    Outcome::Unknown => "not known whether it was done: ",
                    _ => "",
                };
                self.say_outcome(format!("{doubt}{fault}{hint}"), true);
                self.read_after(*view, scope);
            }
        }
    }

    fn rows(&mut self, view: ViewId, scope: &Scope, delta: Delta, effects: &mut Effects) {
        let at = self.table_index(view);
        let complete = matches!(delta, Delta::Complete);
        let mut touched = Touched::default();
        let id = self.tables[at].scopes.id(scope);
        let starts = &self.starts;
        let earlier = |scope: &Scope, key: &_, level| starts.since(view, scope, key, level);
        self.tables[at].apply(id, delta, self.now, &earlier, &mut touched);
        self.touched(at, &touched, effects);
        if view.0 == TREE {
            self.growing.changed(!touched.slots.is_empty());
            if complete {
                self.grow(Some(self.now), effects);
            }
        }
    }

    /// Follows up on a change of a table: verdicts that turned, the listing on screen, scopes that hang on its rows.
    pub(super) fn touched(&mut self, at: usize, touched: &Touched, effects: &mut Effects) {
        let view = self.setup.views[at];
        let patrol = view.patrol() && !matches!(view.run(), Run::Derived(_));
        let mut memos = Vec::new();
        for turn in touched.turns.iter().filter(|_| patrol) {
            if let Some(state) = self.tables[at].scopes.get(turn.scope) {
                memos.extend(self.starts.turn(view.id(), &state.scope, &turn.key, turn.to, turn.since));
            }
        }
        if !memos.is_empty() {
            effects.push(Effect::Write(memos));
        }
        self.rollup_dirty |= patrol;
        if touched.slots.is_empty() {
            return;
        }
        self.follow_parents(view.id(), at, touched, effects);
        if view.id().0 == REGIONS {
            self.count_regions();
        }
        if self.screen.view.id() == view.id() && !self.screen.stale {
            self.with_listing(|listing, table, wanted| listing.update(table, &touched.slots, wanted));
        }
    }

    /// Rows on which scopes of other views hang have come or gone: the former are to be read, the latter take
    /// theirs along.
    fn follow_parents(&mut self, view: ViewId, at: usize, touched: &Touched, effects: &mut Effects) {
        let hangs = |span: Span| matches!(span, Span::Each(of) | Span::One(of) if of == view);
        let below: Vec<usize> = (0..self.tables.len()).filter(|&i| hangs(self.setup.views[i].span())).collect();
        if below.is_empty() {
            return;
        }
        self.wants_dirty |= touched.turns.iter().any(|turn| turn.from.is_none() || turn.to.is_none());
        for turn in touched.turns.iter().filter(|turn| turn.to.is_none()) {
            let Some(scope) = self.tables[at].scopes.get(turn.scope).map(|s| s.scope.under(turn.key.clone())) else {
                continue;
            };
            for &child in &below {
                let Some(id) = self.tables[child].scopes.find(&scope) else { continue };
                let mut gone = Touched::default();
                self.tables[child].drop_scope(id, self.now, &mut gone);
                self.touched(child, &gone, effects);
            }
        }
    }

    /// Makes the listing on screen anew, or narrows it.
    pub(super) fn relist(&mut self, narrow: bool) {
        self.screen.stale = false;
        self.refilter = false;
        self.with_listing(if narrow { crate::rows::Listing::narrow } else { crate::rows::Listing::rebuild });
    }

    fn with_listing(&mut self, change: impl FnOnce(&mut crate::rows::Listing, &Table, &Wanted<'_>)) {
        let mut listing = std::mem::take(&mut self.screen.listing);
        let table = self.table(self.screen.view.id());
        let hanging = self.screen.parent.as_ref().map(|p| p.scope.under(p.row.key().clone()));
        let keep = |slot: &crate::rows::Slot| {
            let scope = table.scopes.get(slot.scope).map(|s| &s.scope);
            (!self.screen.problems || slot.level.is_problem())
                && hanging.as_ref().is_none_or(|h| scope == Some(h))
                && self.is_selected(slot)
        };
        let place = |slot: &crate::rows::Slot, part, out: &mut String| {
            super::place::tell(&self.org, &self.setup.config, slot, part, out);
        };
        let wanted = Wanted {
            keep: &keep,
            place: &place,
            filter: &self.screen.filter,
            sort: self.screen.sort,
            columns: self.screen.view.heads().len(),
            now: self.now,
        };
        change(&mut listing, table, &wanted);
        self.screen.listing = listing;
        self.screen.scatter();
        self.screen.recount();
    }

    pub(super) fn is_selected(&self, slot: &crate::rows::Slot) -> bool {
        let select = &self.screen.select;
        if select.is_empty() {
            return true;
        }
        if slot.place.account.is_none() && slot.row.node().is_none() {
            return true;
        }
        if let Some(node) = slot.row.node() {
            return node.id == *select || self.org.above(&node.id).iter().any(|n| n.id == *select);
        }
        slot.place.account.as_ref().is_some_and(|id| self.is_account_selected(id))
    }

    /// Whether an account lies in the part of the fleet that is looked at.
    pub(super) fn is_account_selected(&self, id: &crate::model::AccountId) -> bool {
        let select = &self.screen.select;
        select.is_empty() || id.as_str() == select || self.org.account(id).is_some_and(|a| a.is_under(select))
    }

    pub(super) fn tick(&mut self, tick: Tick, effects: &mut Effects) {
        self.tell_time(tick.now);
        if !tick.calls.is_empty() {
            self.calls = tick.calls;
        }
        self.dirty |= self.beat();
        if self.kept.is_none()
            && self.notice.as_ref().is_some_and(|(_, at)| self.now.as_second() - at.as_second() > NOTICE_SECONDS)
        {
            self.notice = None;
            self.dirty = true;
        }
        self.screen.stale |= self.refilter;
        self.warn_of_end();
        self.end_elevation(effects);
        self.take_yes(effects);
        self.try_again(effects);
        self.tick_log();
        if self.judge_due(self.now) {
            self.pulse.judged = self.now;
            for at in 0..self.tables.len() {
                let mut touched = Touched::default();
                self.tables[at].judge(self.now, &mut touched);
                self.touched(at, &touched, effects);
            }
            self.rollup_dirty = true;
        }
        if self.growing.dirty && self.is_org_due() {
            self.grow(None, effects);
        }
        // While it is still being said what is wanted, a sum would be of a part.
        if self.rollup_dirty && self.planning.len() == 0 {
            self.rollup_dirty = false;
            let tables: Vec<&Table> = self.patrol().map(|v| self.table(v.id())).collect();
            let rollup = super::rollup::Rollup::new(&self.org, tables.into_iter(), self.now);
            self.dirty |= !rollup.says_as(&self.rollup);
            self.rollup = rollup;
        }
        self.plan(effects);
        self.fill_in(effects);
    }

    /// Clocks are corrected: by a little they must not go backwards here, by much they were wrong before.
    fn tell_time(&mut self, now: Timestamp) {
        if self.now.as_second() - now.as_second() <= SET_BACK {
            self.now = now.max(self.now);
            return;
        }
        (self.now, self.pulse.judged) = (now, now);
        self.derived.clear();
        self.notice = None;
        self.jobs.hurry(|_, _| true);
        self.fills.hurry();
    }

    /// Says once that the caller's own credentials are about to end, where nothing can renew them from here.
    fn warn_of_end(&mut self) {
        let Some(caller) = self.caller.as_ref().filter(|c| !c.renews) else { return };
        let Some(until) = caller.until.filter(|until| until.as_second() - self.now.as_second() <= WARN_SECONDS) else {
            return;
        };
        if self.waiting.warned != Some(until) {
            let left = time::left(self.now, until);
            let words = format!("credentials from {} end in {left} and cannot be renewed from here", caller.source);
            self.waiting.warned = Some(until);
            self.say(words);
        }
    }
}
