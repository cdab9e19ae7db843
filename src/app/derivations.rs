//! The derivations that are on screen, and what they read.

use std::sync::Arc;

use super::{App, Effect, Effects, Job, jobs::Errand, plan::DEEPEST};
use crate::{
    rows::{Snapshot, snapshot::Taken},
    view::{AnyView, Need, Run, Span},
};

/// How often a derivation runs at most, in milliseconds.
const DERIVE_MS: i64 = 250;

/// After how long one runs again though none of its inputs changed, in milliseconds: what it says of ages, and of
/// readings that went out of date, changes by waiting.
const RENEW_MS: i64 = 10_000;

impl App {
    /// Starts the derivations that are on screen, if their inputs changed and the last one is long enough ago.
    pub(super) fn derive(&mut self, effects: &mut Effects) {
        let mut derived = Vec::new();
        self.derivations(self.screen.view, &mut derived, DEEPEST);
        for (view, need) in derived {
            self.derive_one(view, need, effects);
        }
    }

    /// A derived view after those that it is derived from.
    fn derivations(&self, view: &'static dyn AnyView, out: &mut Vec<(&'static dyn AnyView, Need)>, deep: usize) {
        let Run::Derived(need) = view.run() else { return };
        if let (Need::Views(of), Some(deep)) = (need, deep.checked_sub(1)) {
            for view in of.iter().filter_map(|id| self.setup.view_named(id.0)) {
                self.derivations(view, out, deep);
            }
        }
        if !out.iter().any(|(other, _)| other.id() == view.id()) {
            out.push((view, need));
        }
    }

    fn derive_one(&mut self, view: &'static dyn AnyView, need: Need, effects: &mut Effects) {
        let inputs = self.inputs(need, view);
        let rows = inputs.iter().map(|v| self.table(v.id()).revision()).sum::<u64>();
        let revision = (rows, self.growing.revision);
        let due = self.derived.get(&view.id()).is_none_or(|(seen, at)| {
            let age = self.now.as_millisecond() - at.as_millisecond();
            age >= RENEW_MS || *seen != revision && age >= DERIVE_MS
        });
        if !due || self.jobs.is_deriving(view.id()) {
            return;
        }
        self.derived.insert(view.id(), (revision, self.now));
        let snapshot = self.snapshot(&inputs);
        let ticket = self.jobs.issue(Errand::Derive(view.id()), self.now);
        effects.push(Effect::Start(ticket, Job::Derive { view, snapshot }));
    }

    /// The views that are read for what is on screen.
    pub(super) fn read_for_screen(&self) -> Vec<crate::model::ViewId> {
        let mut read = vec![self.screen.view];
        let mut at = 0;
        while let Some(&view) = read.get(at) {
            at += 1;
            let more = match (view.run(), view.span()) {
                (Run::Derived(need), _) => self.inputs(need, view),
                (_, Span::Each(of)) => self.setup.view_named(of.0).into_iter().collect(),
                _ => Vec::new(),
            };
            for view in more {
                if !read.iter().any(|other| other.id() == view.id()) {
                    read.push(view);
                }
            }
        }
        read.iter().map(|view| view.id()).collect()
    }

    fn inputs(&self, need: Need, of: &'static dyn AnyView) -> Vec<&'static dyn AnyView> {
        let derived = |v: &&'static dyn AnyView| matches!(v.run(), Run::Derived(_));
        match need {
            Need::All if of.patrol() => self.patrol().collect(),
            Need::All => self.setup.views.iter().copied().filter(|v| !derived(v)).collect(),
            Need::Views(ids) => ids.iter().filter_map(|id| self.setup.view_named(id.0)).collect(),
        }
    }

    /// What a derivation over these views would see now.
    #[must_use]
    pub fn snapshot(&self, views: &[&'static dyn AnyView]) -> Snapshot {
        let take = |view: &&'static dyn AnyView| {
            let table = self.table(view.id()).clone();
            let coverage = table.scopes.coverage(self.now, table.every(), |_| true);
            Taken { view: view.id(), table, coverage }
        };
        Snapshot {
            tables: views.iter().map(take).collect(),
            org: Arc::clone(&self.org),
            production: Arc::clone(&self.production),
        }
    }
}
