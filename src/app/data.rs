//! What arrives: replies, ticks, and the tree that was remembered.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    App, Effect, Effects,
    effect::Ticket,
    jobs::Errand,
    plan::{self, TREE},
};
use crate::{
    model::{Fault, FaultKind, Memo, Org, Progress, Scope, ViewId, org::Change, time},
    rows::{Delta, Table, Touched, listing::Wanted},
    view::{Reply, Run},
};

/// How long something said stays on the screen, in seconds.
const NOTICE_SECONDS: i64 = 12;

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
        match reply {
            Reply::Rows(delta) => match &errand {
                Errand::Rows(view, scope) => self.rows(*view, scope, delta, effects),
                Errand::Derive(view) => self.rows(*view, &Scope::fleet(), delta, effects),
                Errand::Section(_) => {}
            },
            Reply::Text(text) => {
                if let Errand::Section(section) = errand {
                    self.detail.texts.insert(section, Some(text));
                }
            }
            Reply::Fault(fault) => self.fault(ticket, &errand, fault),
            Reply::End => {
                if matches!(&errand, Errand::Rows(view, _) if view.0 == TREE) {
                    self.org_ended(effects);
                }
                let started = self.jobs.end(ticket, self.now, effects);
                self.note_started(&started);
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
            Errand::Derive(_) => self.say(fault.to_string()),
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
            self.org_dirty = true;
            if complete {
                self.org_whole(effects);
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
        if self.hangs_on(view.id()) {
            self.wants_dirty = true;
        }
        if self.screen.view.id() == view.id() && !self.screen.stale {
            self.with_listing(|listing, table, wanted| listing.update(table, &touched.slots, wanted));
        }
    }

    fn hangs_on(&self, view: ViewId) -> bool {
        self.screen.view.span() == crate::view::Span::Each(view)
    }

    /// Makes the listing on screen anew, or narrows it.
    pub(super) fn relist(&mut self, narrow: bool) {
        self.screen.stale = false;
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
        let place = |slot: &crate::rows::Slot| self.place_words(&slot.place);
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
    }

    fn is_selected(&self, slot: &crate::rows::Slot) -> bool {
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
        let account = slot.place.account.as_ref().and_then(|id| self.org.account(id));
        account.is_some_and(|a| a.is_under(select))
    }

    pub(super) fn tick(&mut self, now: Timestamp, effects: &mut Effects) {
        self.now = now.max(self.now);
        if self.now.as_second() != self.drawn_second {
            self.drawn_second = self.now.as_second();
            self.dirty = true;
        }
        if self.notice.as_ref().is_some_and(|(_, at)| self.now.as_second() - at.as_second() > NOTICE_SECONDS) {
            self.notice = None;
        }
        self.warn_of_end();
        if self.judge_due(self.now) {
            self.judged = self.now;
            for at in 0..self.tables.len() {
                let mut touched = Touched::default();
                self.tables[at].judge(self.now, &mut touched);
                self.touched(at, &touched, effects);
            }
            self.rollup_dirty = true;
        }
        if self.org_dirty {
            self.rebuild_org();
        }
        if self.rollup_dirty {
            self.rollup_dirty = false;
            let tables: Vec<&Table> = self.patrol().map(|v| self.table(v.id())).collect();
            self.rollup = super::rollup::Rollup::new(&self.org, tables.into_iter(), self.now);
            self.dirty = true;
        }
        self.plan(effects);
        self.derive(effects);
    }

    /// Says once that the caller's own credentials are about to end, where nothing can renew them from here.
    fn warn_of_end(&mut self) {
        let Some(caller) = self.caller.as_ref().filter(|c| !c.renews) else { return };
        let Some(until) = caller.until.filter(|until| until.as_second() - self.now.as_second() <= WARN_SECONDS) else {
            return;
        };
        if self.warned != Some(until) {
            let left = time::left(self.now, until);
            let words = format!("credentials from {} end in {left} and cannot be renewed from here", caller.source);
            self.warned = Some(until);
            self.say(words);
        }
    }

    /// Takes the tree that the store remembered, so that the first frame has one.
    pub(super) fn remember(&mut self, tree: Option<(Vec<Value>, Timestamp)>) {
        let (Some((rows, read_at)), Some(view)) = (tree, self.setup.view_named(TREE)) else { return };
        let rows: Vec<_> = rows.into_iter().filter_map(|json| view.revive(json).ok()).collect();
        let at = self.table_index(view.id());
        let id = self.tables[at].scopes.id(&Scope::fleet());
        let mut touched = Touched::default();
        self.tables[at].apply(id, Delta::Upsert(rows), read_at, &|_, _, _| None, &mut touched);
        self.org_read_at = Some(read_at);
        self.rebuild_org();
        self.baseline = Some(Org::clone(&self.org));
    }

    pub(super) fn rebuild_org(&mut self) {
        self.org_dirty = false;
        let Some(view) = self.setup.view_named(TREE) else { return };
        let nodes = self.table(view.id()).iter().filter_map(|(_, slot)| slot.row.node().cloned()).collect();
        self.org = Arc::new(Org::new(nodes));
        self.production = Arc::new(plan::production(&self.org, &self.setup.config));
        self.retree();
        // What is under a node may have changed, and with it what belongs on the screen.
        self.screen.stale |= !self.screen.select.is_empty();
        self.wants_dirty = true;
        self.rollup_dirty = true;
    }

    pub(super) fn retree(&mut self) {
        let uses = &self.uses;
        self.tree.rebuild(&self.org, &|id| uses.weight(id));
        self.dirty = true;
    }

    /// A pass over the organisation is over. One that was refused in parts will not become whole by being repeated:
    /// what it brought is what there is.
    fn org_ended(&mut self, effects: &mut Effects) {
        let Some(view) = self.setup.view_named(TREE) else { return };
        self.org_tried = true;
        let table = self.table(view.id());
        let refused = table.scopes.iter().any(|s| match &s.progress {
            Progress::Broken(fault) => matches!(fault.kind, FaultKind::Denied | FaultKind::Unavailable),
            _ => false,
        });
        if refused && !table.is_empty() {
            self.org_whole(effects);
        }
    }

    /// The organisation was read in full: what changed is marked, what left is dropped, and the tree is kept.
    fn org_whole(&mut self, effects: &mut Effects) {
        self.rebuild_org();
        self.org_read_at = Some(self.now);
        if let Some(before) = &self.baseline {
            self.changes = changes(before, &self.org);
            let left = before.accounts().iter().filter(|a| self.org.account(&a.id).is_none()).count();
            if left > 0 {
                self.say(format!("{left} account(s) left the organisation since the last look"));
            }
        } else {
            self.baseline = Some(Org::clone(&self.org));
        }
        self.drop_strangers(effects);
        let Some(view) = self.setup.view_named(TREE) else { return };
        let mut rows: Vec<_> = self.table(view.id()).iter().map(|(_, slot)| slot.row.clone()).collect();
        rows.sort_by(|a, b| a.key().cmp(b.key()));
        let json: Vec<Value> = rows.iter().map(|row| row.json()).collect();
        effects.push(Effect::Write(vec![Memo::keep("tree", "rows", Value::from(json).to_string())]));
    }

    /// Drops what was read of accounts that are not in the organisation any more.
    fn drop_strangers(&mut self, effects: &mut Effects) {
        for at in 0..self.tables.len() {
            let strangers: Vec<Scope> = self.tables[at]
                .scopes
                .iter()
                .filter(|s| s.wanted && s.scope.account.as_ref().is_some_and(|a| self.org.account(a).is_none()))
                .map(|s| s.scope.clone())
                .collect();
            let mut touched = Touched::default();
            for scope in strangers {
                let id = self.tables[at].scopes.id(&scope);
                self.tables[at].drop_scope(id, self.now, &mut touched);
            }
            self.touched(at, &touched, effects);
        }
    }
}

/// What happened to the nodes between two readings.
fn changes(before: &Org, after: &Org) -> HashMap<String, Change> {
    let of = |node: &crate::model::org::Node| {
        let Some(old) = before.node(&node.id) else { return Some(Change::Joined) };
        let open = |n: &crate::model::org::Node| n.account.as_ref().is_none_or(|a| a.state.can_enter());
        if open(old) && !open(node) {
            Some(Change::Closed)
        } else if old.parent != node.parent {
            Some(Change::Moved)
        } else {
            (old.name != node.name).then_some(Change::Renamed)
        }
    };
    after.walk().filter_map(|(node, _)| of(node).map(|change| (node.id.clone(), change))).collect()
}
