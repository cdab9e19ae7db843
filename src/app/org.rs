//! The organisation as rows of a view: as remembered, as read, and what changed between the two.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    App, Effect, Effects,
    find::Index,
    plan::{self, TREE},
};
use crate::{
    model::{
        FaultKind, Memo, Org, Progress, Scope,
        org::{Change, Node},
    },
    rows::{Delta, Touched},
};

/// Nodes above which the tree is made anew once a second at most while it is read, rather than with every tick.
const LARGE: usize = 2_000;

impl App {
    /// Takes the tree that the store remembered, so that the first frame has one.
    pub(super) fn remember(&mut self, tree: Option<(String, Timestamp)>) {
        let (Some((json, read_at)), Some(view)) = (tree, self.setup.view_named(TREE)) else { return };
        let rows = view.revive_all(&json).unwrap_or_default();
        // What an older version wrote is no tree in which every account would now be new.
        if rows.is_empty() {
            return;
        }
        let at = self.table_index(view.id());
        let id = self.tables[at].scopes.id(&Scope::fleet());
        let mut touched = Touched::default();
        self.tables[at].apply(id, Delta::Upsert(rows), read_at, &|_, _, _| None, &mut touched);
        self.org_read_at = Some(read_at);
        self.rebuild_org();
        self.baseline = Some(Org::clone(&self.org));
    }

    pub(super) fn is_org_due(&self) -> bool {
        self.org.len() < LARGE || self.now.as_second() > self.org_built.as_second()
    }

    pub(super) fn rebuild_org(&mut self) {
        self.org_dirty = false;
        self.org_built = self.now;
        self.org_revision += 1;
        self.index = std::sync::OnceLock::new();
        let Some(view) = self.setup.view_named(TREE) else { return };
        let nodes = self.table(view.id()).iter().filter_map(|(_, slot)| slot.row.node().cloned()).collect();
        self.org = Arc::new(Org::new(nodes));
        self.production = Arc::new(plan::production(&self.org, &self.setup.config));
        self.retree();
        self.leave_vanished();
        // What is under a node may have changed, and its name, and with them what belongs on the screen.
        self.screen.stale |= !self.screen.select.is_empty() || !self.screen.filter.is_empty();
        self.screen.scatter();
        self.wants_dirty = true;
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
        self.wants_dirty |= !std::mem::replace(&mut self.org_tried, true);
        let table = self.table(view.id());
        let refused = table.scopes.iter().any(|s| match &s.progress {
            Progress::Broken(fault) => matches!(fault.kind, FaultKind::Denied | FaultKind::Unavailable),
            _ => false,
        });
        if refused && !table.is_empty() {
            // A tree that was known before stays as old as it is.
            let read_at = self.org_read_at;
            self.org_whole(effects);
            self.org_read_at = read_at.or(self.org_read_at);
        }
    }

    /// The organisation was read in full: what changed is marked, what left is dropped, and the tree is kept.
    pub(super) fn org_whole(&mut self, effects: &mut Effects) {
        if self.org_dirty || self.org_revision == 0 {
            self.rebuild_org();
        }
        self.org_read_at = Some(self.now);
        self.wants_dirty = true;
        if let Some(before) = &self.baseline {
            self.changes = changes(before, &self.org);
            let left: Vec<&str> = before
                .accounts()
                .iter()
                .filter(|a| self.org.account(&a.id).is_none())
                .map(|a| a.name.as_str())
                .collect();
            if let Some(words) = farewell(&left).filter(|_| left.len() != self.left) {
                self.left = left.len();
                self.say(words);
            }
        } else {
            self.baseline = Some(Org::clone(&self.org));
        }
        self.drop_strangers(effects);
        self.keep_tree(effects);
    }

    /// Keeps a first tree as soon as every account is placed: finding the empty OUs of a large organisation takes
    /// minutes, and who leaves before would begin with nothing again.
    pub(super) fn keep_first_tree(&mut self, effects: &mut Effects) {
        if self.org_read_at.is_none() && !self.tree_kept && self.org.walk().any(|(node, _)| node.placed) {
            self.tree_kept = true;
            self.keep_tree(effects);
        }
    }

    fn keep_tree(&self, effects: &mut Effects) {
        let Some(view) = self.setup.view_named(TREE) else { return };
        let mut rows: Vec<_> = self.table(view.id()).iter().map(|(_, slot)| slot.row.clone()).collect();
        rows.sort_by(|a, b| a.key().cmp(b.key()));
        let json: Vec<Value> = rows.iter().map(|row| row.json()).collect();
        effects.push(Effect::Write(vec![Memo::keep("tree", "rows", Value::from(json).to_string())]));
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

/// Who left, in words; `None` where nobody did.
fn farewell(left: &[&str]) -> Option<String> {
    match left {
        [] => None,
        [name] => Some(format!("{name} left the organisation since the last look")),
        _ => Some(format!("{} accounts left the organisation since the last look", left.len())),
    }
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
