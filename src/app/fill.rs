//! What rows lack until they are on the screen: of which it is asked for, when, and what becomes of the answer.
//!
//! A row is asked for that has been on the screen for a tick, so that nothing is asked about rows which are only passed. A
//! request of which no row is on the screen any more is stopped. Nothing is asked while the place itself is being read.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use jiff::Timestamp;

use super::{
    App, Effect, Effects, Job, Ticket, geometry,
    jobs::{self, Errand},
    plan::TREE,
};
use crate::{
    model::{FaultKind, Key, Scope, ViewId, time},
    rows::{Delta, ScopeId, Slot, Touched},
    view::{AnyView, Run},
};

/// A row that lacks something.
type Lacking = (ViewId, ScopeId, Key);

/// What was filled in, and what is.
#[derive(Default)]
pub(super) struct Fills {
    /// When rows were filled in last in this run.
    filled: HashMap<Lacking, Timestamp>,
    /// The rows on the screen that lacked something with the tick before.
    seen: Vec<Lacking>,
    /// Which rows are asked for.
    running: BTreeMap<Ticket, Vec<Lacking>>,
    /// Views of which the last request failed.
    failed: HashMap<ViewId, Failed>,
    /// How often somebody has logged in or answered a question since the oldest request under way was made.
    logins: u32,
    /// Whether anything was filled into rows of the tree that the organisation does not know yet.
    news: bool,
}

/// What is known of requests of a view that failed.
#[derive(Clone, Copy)]
struct Failed {
    /// How many in a row.
    times: u32,
    /// Until when none is made.
    until: Timestamp,
    /// Whether that is for want of a person.
    waits: bool,
}

impl Fills {
    /// A person has logged in, or answered: what failed for want of it is worth another try, and so is what will fail so.
    pub(super) fn go_on(&mut self) {
        self.failed.retain(|_, failed| !failed.waits);
        self.logins += 1;
    }

    /// Whatever failed is worth another try.
    pub(super) fn hurry(&mut self) {
        self.failed.clear();
        self.logins += 1;
    }

    /// Forgets what was filled in, so that it is asked for again.
    pub(super) fn forget(&mut self) {
        self.filled.clear();
        self.failed.clear();
    }

    fn lacks(&self, row: &Lacking, every: Duration, now: Timestamp) -> bool {
        let every = i64::try_from(every.as_secs()).unwrap_or(i64::MAX);
        self.filled.get(row).is_none_or(|at| time::since(now, *at) >= every)
    }

    fn is_asked(&self, row: &Lacking) -> bool {
        self.running.values().any(|rows| rows.contains(row))
    }
}

impl App {
    /// With each tick: asks for what rows lack that stay on the screen, and stops what nobody looks at any more.
    pub(super) fn fill_in(&mut self, effects: &mut Effects) {
        let lacking = self.lacking();
        self.stop_unseen(&lacking, effects);
        let seen = std::mem::replace(&mut self.fills.seen, lacking);
        let rested = self.fills.seen.iter().filter(|row| seen.contains(row) && !self.fills.is_asked(row));
        let mut places: BTreeMap<(ViewId, ScopeId), Vec<Key>> = BTreeMap::new();
        for (view, scope, key) in rested {
            places.entry((*view, *scope)).or_default().push(key.clone());
        }
        for ((view, scope), keys) in places {
            self.ask_to_fill(view, scope, keys, effects);
        }
    }

    /// The rows on the screen that lack something: of the table, and of the tree, whose lines are rows of a view as well.
    fn lacking(&self) -> Vec<Lacking> {
        let mut out = Vec::new();
        // Without a caller nobody could be asked, and a log lies over everything.
        if self.caller.is_none() || self.log.is_some() {
            return out;
        }
        let mut note = |view: &dyn AnyView, slot: &Slot| {
            let Some(every) = view.fills(&slot.row) else { return };
            let row = (view.id(), slot.scope, slot.row.key().clone());
            if self.fills.lacks(&row, every, self.now) && !out.contains(&row) {
                out.push(row);
            }
        };
        let areas = self.areas();
        let view = self.screen.view;
        if self.mapped().is_none() {
            let table = self.table(view.id());
            let first = self.screen.offset;
            let shown = (first..first + geometry::rows(areas.table)).filter_map(|line| self.screen.slot(line, table));
            shown.for_each(|slot| note(view, slot));
        }
        if let Some(tree) = self.setup.view_named(TREE)
            && let table = self.table(tree.id())
            && let Some(scope) = table.scopes.find(&Scope::fleet())
        {
            let lines = self.tree.lines.iter().skip(self.tree.offset).take(geometry::lines(areas.tree));
            let ids = lines.filter_map(|line| table.find(scope, &Key::from(line.id.as_str())));
            ids.filter_map(|id| table.get(id)).for_each(|slot| note(tree, slot));
        }
        out
    }

    /// Stops requests of which no row is on the screen any more. What they brought stays.
    fn stop_unseen(&mut self, lacking: &[Lacking], effects: &mut Effects) {
        let idle = |rows: &Vec<Lacking>| !rows.iter().any(|row| lacking.contains(row));
        let unseen: Vec<Ticket> = self.fills.running.iter().filter(|(_, rows)| idle(rows)).map(|(t, _)| *t).collect();
        for ticket in unseen {
            self.fills.running.remove(&ticket);
            self.jobs.stop(ticket, effects);
        }
        self.note_filled();
    }

    fn ask_to_fill(&mut self, view: ViewId, scope: ScopeId, keys: Vec<Key>, effects: &mut Effects) {
        let waits = self.fills.failed.get(&view).is_some_and(|failed| failed.until > self.now);
        let Some(view) = self.setup.view_named(view.0).filter(|_| !waits) else { return };
        let table = self.table(view.id());
        let Some(place) = table.scopes.get(scope).map(|state| state.scope.clone()) else { return };
        // One at a time: what comes on the screen meanwhile is asked for together, once this is over.
        let busy = self.fills.running.values().flatten().any(|(v, s, _)| *v == view.id() && *s == scope);
        if busy || matches!(view.run(), Run::Poll(_)) && self.jobs.is_reading_at(view.id(), &place) {
            return;
        }
        let found = |key: &Key| table.get(table.find(scope, key)?).map(|slot| slot.row.clone());
        let rows = keys.iter().filter_map(found).collect();
        let at = self.at_scope(&place);
        if self.fills.running.is_empty() {
            self.fills.logins = 0;
        }
        let ticket = self.jobs.issue(Errand::Fill(view.id(), place), self.now);
        self.fills.running.insert(ticket, keys.into_iter().map(|key| (view.id(), scope, key)).collect());
        effects.push(Effect::Start(ticket, Job::Fill { view, at, rows }));
    }

    /// Takes rows that were filled in.
    pub(super) fn take_filled(&mut self, view: ViewId, scope: &Scope, delta: &Delta, effects: &mut Effects) {
        let at = self.table_index(view);
        let (Delta::Upsert(rows), Some(id)) = (delta, self.tables[at].scopes.find(scope)) else { return };
        let mut touched = Touched::default();
        self.tables[at].fill(id, rows, &mut touched);
        self.fills.filled.extend(rows.iter().map(|row| ((view, id, row.key().clone()), self.now)));
        self.fills.failed.remove(&view);
        self.fills.news |= view.0 == TREE && !touched.slots.is_empty();
        self.touched(at, &touched, effects);
    }

    /// A request failed. What it asked for is asked for again later; the failed call itself is among the errors.
    pub(super) fn fill_failed(&mut self, ticket: Ticket, view: ViewId, kind: FaultKind) {
        if self.fills.running.remove(&ticket).is_none() {
            return;
        }
        let waits = jobs::waits(kind);
        if waits && self.fills.logins > 0 {
            // What it waits for has come already: the credentials that failed it are not those of now.
            return;
        }
        let times = self.fills.failed.get(&view).map_or(1, |failed| failed.times.saturating_add(1));
        let until = self.now.checked_add(jobs::pause(kind, times)).unwrap_or(self.now);
        self.fills.failed.insert(view, Failed { times, until, waits });
    }

    /// A request is over. Where it did not fail, all that it was about is filled in.
    pub(super) fn fill_ended(&mut self, ticket: Ticket) {
        if let Some(rows) = self.fills.running.remove(&ticket) {
            for row in rows {
                self.fills.failed.remove(&row.0);
                self.fills.filled.insert(row, self.now);
            }
        }
        self.note_filled();
    }

    /// What was filled into rows of the tree reaches the organisation, and the store, once nothing more comes.
    fn note_filled(&mut self) {
        if self.fills.running.is_empty() && std::mem::take(&mut self.fills.news) {
            self.grow_filled();
        }
    }
}
