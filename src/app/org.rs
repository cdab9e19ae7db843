//! The organisation as rows of a view: as remembered, as read, and what changed between the two.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    App, Effect, Effects, Job,
    find::Index,
    jobs::Errand,
    plan::{self, TREE},
};
use crate::{
    config::Config,
    model::{
        AccountId, FaultKind, Grown, Memo, Org, Progress, Scope,
        org::{Change, Node},
    },
    rows::{Delta, Row, Touched},
    view::AnyView,
};
use jiff::Timestamp;

/// Nodes above which the tree is made off the loop, and once a second at most while it is read.
const LARGE: usize = 2_000;

/// What became of the walks of this run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Walked {
    /// Whether one ended, whatever it brought.
    pub(super) tried: bool,
    /// Whether a first tree was kept before its walk was over.
    pub(super) kept: bool,
    /// How many accounts had left when it was last said.
    pub(super) left: usize,
}

impl App {
    /// Takes the tree that the store remembered, so that the first frame has one.
    pub(super) fn remember(&mut self, tree: Option<(String, Timestamp)>) {
        let (Some((text, read_at)), Some(view)) = (tree, self.setup.view_named(TREE)) else { return };
        let rows = view.kept(&text).unwrap_or_default();
        // What an older version wrote is no tree in which every account would now be new.
        if rows.is_empty() {
            return;
        }
        let at = self.table_index(view.id());
        let id = self.tables[at].scopes.id(&Scope::fleet());
        let mut touched = Touched::default();
        self.tables[at].apply(id, Delta::Upsert(rows), read_at, &|_, _, _| None, &mut touched);
        self.org_read_at = Some(read_at);
        // In one go: the first frame shows it.
        let rows = self.tables[at].iter().map(|(_, slot)| Row::clone(&slot.row)).collect();
        let config = Arc::clone(&self.setup.config);
        self.set_org(
            &Growth {
                view,
                rows,
                config,
                same: None,
                before: None,
                over: Arc::default(),
                whole: None,
                first: false,
                filled: false,
                same_places: false,
            }
            .run(),
        );
        self.baseline = Some(Arc::clone(&self.org));
    }

    pub(super) fn is_org_due(&self) -> bool {
        self.org.len() < LARGE || self.now.as_second() > self.growing.built.as_second()
    }

    /// Makes the organisation anew from its rows; `whole` is since when these are whole, if they are. A large one is made
    /// off the loop, and one at a time.
    pub(super) fn grow(&mut self, whole: Option<Timestamp>, effects: &mut Effects) {
        if self.jobs.is_growing() {
            self.growing.due = whole.or(self.growing.due);
            return;
        }
        let Some(view) = self.setup.view_named(TREE) else { return };
        let same = !self.growing.dirty && self.growing.revision > 0;
        (self.growing.dirty, self.growing.built, self.growing.due) = (false, self.now, None);
        let growth = Growth {
            view,
            rows: self.table(view.id()).iter().map(|(_, slot)| Row::clone(&slot.row)).collect(),
            config: Arc::clone(&self.setup.config),
            same: same.then(|| (Arc::clone(&self.org), Arc::clone(&self.production))),
            before: self.baseline.clone(),
            over: std::mem::take(&mut self.growing.over),
            whole,
            first: self.org_read_at.is_none() && !self.walked.kept,
            filled: std::mem::take(&mut self.growing.filled) && self.org_read_at.is_some(),
            same_places: std::mem::take(&mut self.growing.same_places),
        };
        if growth.rows.len() < LARGE {
            self.take_grown(growth.run(), effects);
        } else {
            let ticket = self.jobs.issue(Errand::Tree, self.now);
            effects.push(Effect::Start(ticket, Job::Tree(growth)));
        }
    }

    /// Rows were filled in: the organisation is to be made anew of them, and kept.
    pub(super) fn grow_filled(&mut self) {
        self.growing.same_places = !self.growing.dirty || self.growing.same_places;
        (self.growing.dirty, self.growing.filled) = (true, true);
    }

    /// Makes a pass whole that became so while the tree was being made.
    pub(super) fn grow_on(&mut self, effects: &mut Effects) {
        if let Some(whole) = self.growing.due {
            self.grow(Some(whole), effects);
        }
    }

    /// Takes an organisation that was made from its rows.
    pub(super) fn take_grown(&mut self, grown: Grown, effects: &mut Effects) {
        if !Arc::ptr_eq(&self.org, &grown.org) {
            self.set_org(&grown);
        }
        if let Some(read_at) = grown.whole {
            self.org_whole(read_at, &grown, effects);
        }
        if let Some(rows) = grown.kept {
            self.walked.kept = true;
            // What was filled in makes the reading of the tree no younger.
            let read_at = self.org_read_at.filter(|_| grown.whole.is_none());
            effects.push(Effect::Write(vec![Memo { at: read_at, ..Memo::keep("tree", "rows", rows) }]));
        }
    }

    fn set_org(&mut self, grown: &Grown) {
        self.growing.revision += 1;
        self.index = std::sync::OnceLock::new();
        self.growing.over = std::mem::replace(&mut self.org, Arc::clone(&grown.org));
        self.production = Arc::clone(&grown.production);
        self.retree();
        self.leave_vanished();
        // What is under a node may have changed, and its name, and with them what belongs on the screen.
        self.screen.stale |= !self.screen.select.is_empty() || !self.screen.filter.is_empty();
        self.screen.scatter();
        self.wants_dirty |= !grown.same_places;
        self.rollup_dirty = true;
    }

    pub(super) fn retree(&mut self) {
        let search = self.tree.search.clone();
        let found = (!search.is_empty()).then(|| self.nodes_named(&search));
        self.tree.rebuild(&self.org, found);
        self.dirty = true;
    }

    /// The ids of the nodes that fit a few letters best, what is used often and lately going first among equals.
    pub(super) fn nodes_named(&self, line: &str) -> Vec<String> {
        let index = self.index.get_or_init(|| Index::new(&self.org));
        index.nodes(line, &|id| self.uses.weight(id, self.now))
    }

    /// What is looked at may have left: then the whole fleet is shown, and it is said.
    pub(super) fn leave_vanished(&mut self) {
        let select = &self.screen.select;
        if select.is_empty() || self.org.is_empty() || self.org.node(select).is_some() {
            return;
        }
        let words = format!("{select} is not in the organisation any more: this is the whole fleet");
        self.screen.select.clear();
        self.screen.stale = true;
        self.wants_dirty = true;
        self.say(words);
    }

    /// A pass over the organisation is over. One that was refused in parts will not become whole by being repeated:
    /// what it brought is what there is.
    pub(super) fn org_ended(&mut self, effects: &mut Effects) {
        let Some(view) = self.setup.view_named(TREE) else { return };
        // Tags that were not read by now will not be.
        self.wants_dirty |= !std::mem::replace(&mut self.walked.tried, true);
        let table = self.table(view.id());
        let refused = table.scopes.iter().any(|s| match &s.progress {
            Progress::Broken(fault) => matches!(fault.kind, FaultKind::Denied | FaultKind::Unavailable),
            _ => false,
        });
        if refused && !table.is_empty() {
            // A tree that was known before stays as old as it is.
            self.grow(Some(self.org_read_at.unwrap_or(self.now)), effects);
        }
    }

    /// The organisation was read in full: what changed is marked, what left is dropped.
    fn org_whole(&mut self, read_at: Timestamp, grown: &Grown, effects: &mut Effects) {
        self.wants_dirty |= self.org_read_at.is_none();
        self.org_read_at = Some(read_at);
        if self.baseline.is_none() {
            self.baseline = Some(Arc::clone(&self.org));
        }
        self.changes.clone_from(&grown.changes);
        if let Some(words) = farewell(&grown.left, self.org.why()).filter(|_| grown.left.len() != self.walked.left) {
            self.walked.left = grown.left.len();
            self.say(words);
        }
        self.drop_strangers(effects);
    }

    /// Drops what was read of accounts that are not in the organisation any more, or can be entered no longer.
    fn drop_strangers(&mut self, effects: &mut Effects) {
        let own = self.caller.as_ref().map(|c| c.account.clone());
        let open = |id: &crate::model::AccountId| self.org.account(id).is_some_and(|a| a.details.state.can_enter());
        let closed = |scope: &Scope| scope.account.as_ref().is_some_and(|id| !open(id) && Some(id) != own.as_ref());
        self.leases.retain(|id, _| open(id) || Some(id) == own.as_ref());
        self.lost.retain(|id, _| open(id) || Some(id) == own.as_ref());
        let mut all = Vec::new();
        for at in 0..self.tables.len() {
            let strangers: Vec<Scope> = self.tables[at]
                .scopes
                .iter()
                .filter(|s| s.wanted && closed(&s.scope))
                .map(|s| s.scope.clone())
                .collect();
            all.push(strangers);
        }
        for (at, strangers) in all.into_iter().enumerate() {
            let mut touched = Touched::default();
            for scope in strangers {
                let id = self.tables[at].scopes.id(&scope);
                self.tables[at].drop_scope(id, self.now, &mut touched);
            }
            self.touched(at, &touched, effects);
        }
    }
}

/// When the organisation was made from its rows, and what waits for the next time.
#[derive(Default)]
pub(super) struct Growing {
    /// Whether rows changed since the last one was made.
    pub(super) dirty: bool,
    /// Whether what was filled into them is still to be kept.
    filled: bool,
    /// Whether no more than that changed.
    same_places: bool,
    /// When that was.
    built: Timestamp,
    /// Counts how often one was made.
    pub(super) revision: u64,
    /// A pass that became whole while an earlier state of it was still being made into a tree.
    due: Option<Timestamp>,
    /// The organisation before this one, which is taken apart where the next one is made.
    over: Arc<Org>,
}

impl Growing {
    /// Rows were read, and some of them changed if `any`.
    pub(super) fn changed(&mut self, any: bool) {
        self.dirty |= any;
        self.same_places &= !any;
    }
}

/// The rows of the tree on their way to an organisation: work of many milliseconds where accounts are many.
#[derive(Clone)]
pub struct Growth {
    view: &'static dyn AnyView,
    rows: Vec<Row>,
    config: Arc<Config>,
    /// What was made of the same rows before.
    same: Option<(Arc<Org>, Arc<HashSet<AccountId>>)>,
    /// The organisation at the last look.
    before: Option<Arc<Org>>,
    /// An organisation that nobody looks at any more: taking a large one apart takes time as well.
    over: Arc<Org>,
    whole: Option<Timestamp>,
    /// Whether nothing was ever kept. Then a tree is kept as soon as every account is placed: finding the empty OUs of a
    /// large organisation takes minutes, and who leaves before would begin with nothing again.
    first: bool,
    /// Whether rows were filled in of a tree that was read whole before.
    filled: bool,
    /// See [`Grown::same_places`].
    same_places: bool,
}

impl Growth {
    /// Makes the organisation.
    #[must_use]
    pub fn run(mut self) -> Grown {
        drop(std::mem::take(&mut self.over));
        let (org, production) = self.same.take().unwrap_or_else(|| {
            let org = Org::new(self.rows.iter().filter_map(|row| row.node().cloned()));
            let production = plan::production(&org, &self.config);
            (Arc::new(org), Arc::new(production))
        });
        let before = self.before.take().filter(|_| self.whole.is_some());
        let gone = |before: &Arc<Org>| -> Vec<String> {
            let left = before.accounts().iter().filter(|a| org.account(&a.id).is_none());
            left.map(|a| a.name.clone()).collect()
        };
        let keep = self.whole.is_some() || self.filled || self.first && org.walk().any(|(node, _)| node.placed);
        Grown {
            changes: before.as_ref().map(|before| changes(before, &org)).unwrap_or_default(),
            left: before.as_ref().map(gone).unwrap_or_default(),
            whole: self.whole,
            same_places: self.same_places,
            kept: keep.then(|| self.view.keep(&self.rows)),
            org,
            production,
        }
    }
}

/// Who left, in words, and why where Organizations tells no accounts any more; `None` where nobody did.
fn farewell(left: &[String], why: &str) -> Option<String> {
    let who = match left {
        [] => return None,
        [name] => name.clone(),
        _ => format!("{} accounts", left.len()),
    };
    Some(match why {
        "" => format!("{who} left the organisation since the last look"),
        why => format!("{who} left the organisation: {why}"),
    })
}

/// What happened to the nodes between two readings.
fn changes(before: &Org, after: &Org) -> HashMap<String, Change> {
    let of = |node: &Node| {
        let Some(old) = before.node(&node.id) else { return Some(Change::Joined) };
        let open = |n: &Node| n.account.as_ref().is_none_or(|a| a.state.can_enter());
        if open(old) && !open(node) {
            Some(Change::Closed)
        } else if old.parent != node.parent && old.origin == node.origin {
            Some(Change::Moved)
        } else {
            (old.name != node.name && !old.unnamed && !node.unnamed).then_some(Change::Renamed)
        }
    };
    after.walk().filter_map(|(node, _)| of(node).map(|change| (node.id.clone(), change))).collect()
}
