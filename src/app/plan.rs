//! From what is on screen to the jobs that are wanted.

use std::{collections::HashSet, sync::Arc, time::Duration};

use jiff::SignedDuration;

use super::{
    App, Effects, Gate,
    jobs::Want,
    layers::{Estimate, Layer},
};
use crate::{
    config::Config,
    model::{Account, AccountId, Org, Region, Scope, org::Origin},
    rows::Row,
    view::{AnyView, At, Need, Run, Span},
};

/// Derivations of derivations of … that are followed.
pub(super) const DEEPEST: usize = 4;

/// Wishes that one fact may look up: a few milliseconds.
const AT_ONCE: usize = 2_000;

/// The word of the view whose rows are the organisation.
pub const TREE: &str = "accounts";

/// The word of the view whose rows are the regions of an account.
pub const REGIONS: &str = "regions";

/// Calls that reading one scope of a view costs, about: lists and descriptions of a middling account. For the estimate
/// before a first sweep.
const CALLS_PER_SCOPE: usize = 4;

/// How long a reading of a view stays fresh: as configured, or as the view says. `None` for what never ages.
#[must_use]
pub fn every(config: &Config, view: &dyn AnyView) -> Option<Duration> {
    match view.run() {
        Run::Poll(every) => Some(config.refresh.get(view.id().0).copied().unwrap_or(every)),
        Run::Live | Run::Derived(_) => None,
    }
}

/// The scopes of a view over some accounts, in their order: none for accounts that cannot be entered. `caller` is
/// the caller's region, for accounts of which nobody says which regions are read.
#[must_use]
pub fn scopes(view: &dyn AnyView, accounts: &[Arc<Account>], config: &Config, caller: Option<&Region>) -> Vec<At> {
    let enter = accounts.iter().filter(|a| a.details.state.can_enter());
    let at = |scope, account: &Arc<Account>| At { scope, account: Some(Arc::clone(account)), parent: None, role: None };
    match view.span() {
        Span::Fleet => vec![At::fleet()],
        Span::Account => enter.map(|a| at(Scope::account(a.id.clone()), a)).collect(),
        Span::AccountRegion => enter
            .flat_map(|a| config.regions_for(a, caller).into_iter().map(move |r| at(Scope::region(a.id.clone(), r), a)))
            .collect(),
        Span::Each(_) | Span::One(_) => Vec::new(),
    }
}

/// The accounts that count as production, those with an unknown environment among them.
#[must_use]
pub fn production(org: &Org, config: &Config) -> HashSet<AccountId> {
    let production = |a: &&Arc<Account>| config.environment(a).counts_as_production();
    org.accounts().iter().filter(production).map(|a| a.id.clone()).collect()
}

/// The scope that hangs on a row of another view.
#[must_use]
pub fn under(row: &Row, scope: &Scope, account: Option<Arc<Account>>) -> At {
    At { scope: scope.under(row.key().clone()), account, parent: Some(Row::clone(row)), role: None }
}

/// Calls a second that a sweep makes over many accounts, about: measured on the embedded fleet with the pace of real
/// services, where 992 accounts took 5,000 calls and 21 seconds.
const PACE: usize = 200;

impl App {
    /// Says anew which jobs are wanted, and starts what is due.
    pub(super) fn plan_anew(&mut self, effects: &mut Effects) {
        self.planning = self.wants().into_iter();
        self.jobs.want_anew();
        self.plan_on(effects);
    }

    /// Says on which jobs are wanted: over a large fleet, so many with each fact that arrives. What is on the screen comes
    /// first, and is started at once.
    pub(super) fn plan_on(&mut self, effects: &mut Effects) {
        let new = self.jobs.want(self.planning.by_ref().take(AT_ONCE));
        for (view, scope) in &new {
            let at = self.table_index(*view);
            self.tables[at].want(scope);
        }
        if self.planning.len() == 0 {
            let stopped = self.jobs.want_no_more(effects);
            self.note_stopped(&stopped);
        }
        self.plan(effects);
        self.count_regions();
        self.rollup_dirty = true;
    }

    /// Starts what is due.
    pub(super) fn plan(&mut self, effects: &mut Effects) {
        let started = self.jobs.plan(self.now, effects);
        self.note_started(&started);
    }

    pub(super) fn note_started(&mut self, started: &[super::jobs::JobKey]) {
        for (view, scope) in started {
            let at = self.table_index(*view);
            self.tables[at].reading(scope);
        }
    }

    pub(super) fn note_stopped(&mut self, stopped: &[super::jobs::JobKey]) {
        for (view, scope) in stopped {
            let at = self.table_index(*view);
            self.tables[at].stopped(scope);
        }
    }

    fn wants(&mut self) -> Vec<Want> {
        let mut wants = Vec::new();
        if let Some(tree) = self.setup.view_named(TREE) {
            self.want(&mut wants, tree, "", true);
        }
        // Of the regions of one account, so that what is not read can be said: they hardly differ within a fleet.
        let own = self.caller.as_ref().map(|c| c.account.to_string());
        if let (Some(own), Some(regions)) = (own, self.setup.view_named(REGIONS)) {
            self.want(&mut wants, regions, &own, false);
        }
        let select = self.screen.select.clone();
        self.want_for(&mut wants, self.screen.view, &select, DEEPEST);
        // The tree and the strip are on every screen. What is on this one was named before, and is read first.
        if self.is_patrolling() {
            for view in self.patrol() {
                self.want(&mut wants, view, "", false);
            }
        }
        wants
    }

    /// Whether the patrol goes on whatever is on the screen: a small fleet, or one whose sweep a person has allowed.
    fn is_patrolling(&self) -> bool {
        match self.gate {
            Gate::Open => true,
            Gate::Asked | Gate::Refused => false,
            Gate::Closed => self.open_accounts("") <= self.setup.config.limits.confirm_accounts,
        }
    }

    /// Adds what a view is made from: its own scopes, or those of what it is derived from.
    fn want_for(&mut self, wants: &mut Vec<Want>, view: &'static dyn AnyView, select: &str, deep: usize) {
        match view.run() {
            Run::Derived(Need::All) if view.patrol() => {
                self.want_patrol(wants, select);
                self.want_profile(wants, select);
            }
            Run::Derived(Need::All) => {}
            Run::Derived(Need::Views(of)) => {
                let views: Vec<_> = of.iter().filter_map(|id| self.setup.view_named(id.0)).collect();
                for view in views.into_iter().filter(|_| deep > 0) {
                    self.want_for(wants, view, select, deep - 1);
                }
            }
            Run::Poll(_) | Run::Live => self.want(wants, view, select, true),
        }
    }

    /// Adds the whole fleet, or what is looked at where the whole may not be read.
    fn want_patrol(&mut self, wants: &mut Vec<Want>, select: &str) {
        let patrol: Vec<_> = self.patrol().collect();
        if patrol.is_empty() || self.may_sweep(&patrol) {
            for view in patrol {
                self.want(wants, view, "", false);
            }
        } else if !select.is_empty() && self.open_accounts(select) <= self.setup.config.limits.confirm_accounts {
            for view in patrol {
                self.want(wants, view, select, true);
            }
        }
    }

    /// Adds an account that a profile opens, when it is looked at: no sweep enters it.
    fn want_profile(&mut self, wants: &mut Vec<Want>, select: &str) {
        let account = self.org.account(&select.into());
        if account.is_some_and(|a| a.origin == Origin::Profiles) {
            for view in self.patrol() {
                self.want(wants, view, select, true);
            }
        }
    }

    /// How many accounts under a node would be entered.
    fn open_accounts(&self, select: &str) -> usize {
        let open = |a: &&Arc<Account>| a.details.state.can_enter() && a.origin != Origin::Profiles;
        self.org.accounts().iter().filter(open).filter(|a| a.is_under(select)).count()
    }

    /// The views that the watch board reads.
    pub(super) fn patrol(&self) -> impl Iterator<Item = &'static dyn AnyView> + use<> {
        self.setup.views.iter().copied().filter(|v| v.patrol() && !matches!(v.run(), Run::Derived(_)))
    }

    /// Adds the scopes of one view over a part of the fleet.
    fn want(&self, wants: &mut Vec<Want>, view: &'static dyn AnyView, select: &str, urgent: bool) {
        let every = every(&self.setup.config, view).map_or(60, |e| i64::try_from(e.as_secs()).unwrap_or(60));
        let every = SignedDuration::from_secs(every.max(1));
        let ats = match view.span() {
            Span::Fleet => vec![At::fleet()],
            Span::Account | Span::AccountRegion => self.account_ats(view, select),
            Span::Each(of) => {
                if let Some(of) = self.setup.view_named(of.0) {
                    self.want(wants, of, select, urgent);
                }
                self.each(of, select)
            }
            Span::One(_) => {
                let parent = self.screen.parent.as_ref().filter(|_| self.screen.view.id() == view.id());
                let at = |p: &super::screen::Parent| under(&p.row, &p.scope, self.account_of(&p.scope));
                parent.map(at).into_iter().collect()
            }
        };
        wants.extend(ats.into_iter().map(|mut at| {
            let account = at.scope.account.as_ref();
            at.role = account.and_then(|a| self.roles.get(a)).cloned();
            let urgent =
                urgent || !self.screen.select.is_empty() && account.is_some_and(|a| self.is_account_selected(a));
            Want { view, at, urgent, every }
        }));
    }

    /// Whether the organisation is known well enough to choose roles: every account at its place, under named OUs.
    fn is_placed(&self) -> bool {
        self.walked.tried || self.org_read_at.is_some() || self.org.walk().any(|(node, _)| node.placed)
    }

    fn account_ats(&self, view: &dyn AnyView, select: &str) -> Vec<At> {
        if !self.is_placed() {
            return Vec::new();
        }
        // Tags that the configuration names for roles and environments come before an account is entered.
        let tagless = self.walked.tried || self.setup.config.tags_needed().is_empty();
        let chosen: Vec<Arc<Account>> = self
            .org
            .accounts()
            .iter()
            .filter(|a| a.is_under(select) && (tagless || a.details.tags.is_some()))
            // A profile is resolved only when somebody enters it. Without a caller nobody could enter another account.
            .filter(|a| if a.origin == Origin::Profiles { a.id.as_str() == select } else { self.caller.is_some() })
            .cloned()
            .collect();
        scopes(view, &chosen, &self.setup.config, self.region())
    }

    fn each(&self, of: crate::model::ViewId, select: &str) -> Vec<At> {
        let table = self.table(of);
        let rows = table.iter().filter_map(|(_, slot)| {
            let scope = &table.scopes.get(slot.scope)?.scope;
            let account = self.account_of(scope);
            let here = account.as_ref().is_none_or(|a| a.is_under(select));
            here.then(|| under(&slot.row, scope, account))
        });
        let mut ats: Vec<At> = rows.collect();
        ats.sort_by(|a, b| a.scope.cmp(&b.scope));
        ats
    }

    /// The caller's region; `None` without a caller.
    pub(super) fn region(&self) -> Option<&Region> {
        self.caller.as_ref().map(|caller| &caller.region)
    }

    /// What to say of an account that is looked at and cannot be read, since nobody names a region for it.
    pub(super) fn regionless(&self, account: &Account) -> Option<String> {
        let profile = account.details.profile.as_ref().filter(|_| account.origin == Origin::Profiles)?;
        self.setup.config.regions_for(account, self.region()).is_empty().then(|| {
            format!("no region is named for {}: give profile {profile} a region, or set AWS_REGION", account.name)
        })
    }

    pub(super) fn account_of(&self, scope: &Scope) -> Option<Arc<Account>> {
        self.org.account(scope.account.as_ref()?).cloned()
    }

    /// Whether the whole fleet may be read: at once where it is small or was allowed before; otherwise the person is
    /// shown what it costs, once.
    fn may_sweep(&mut self, patrol: &[&'static dyn AnyView]) -> bool {
        match self.gate {
            Gate::Open => true,
            Gate::Asked | Gate::Refused => false,
            Gate::Closed => {
                let accounts = self.open_accounts("");
                if accounts <= self.setup.config.limits.confirm_accounts {
                    return true;
                }
                // Until every account is placed nobody knows what a sweep costs.
                if self.is_placed() && self.caller.is_some() {
                    self.gate = Gate::Asked;
                    let estimate = self.estimate(patrol, accounts);
                    // Below what is being typed: an Enter that was meant for a filter must not begin a sweep.
                    let at = self.layers.iter().position(Layer::is_busy).unwrap_or(self.layers.len());
                    self.layers.insert(at, Layer::Sweep(estimate));
                }
                false
            }
        }
    }

    fn estimate(&self, patrol: &[&'static dyn AnyView], accounts: usize) -> Estimate {
        let ats: Vec<At> = patrol.iter().flat_map(|v| self.account_ats(*v, "")).collect();
        let mut regions: Vec<String> =
            ats.iter().filter_map(|a| a.scope.region.as_ref().map(ToString::to_string)).collect();
        regions.sort_unstable();
        regions.dedup();
        let mut roles: Vec<String> = self
            .org
            .accounts()
            .iter()
            .flat_map(|a| self.setup.config.roles_for(a).into_iter().take(1))
            .map(|r| r.name)
            .collect();
        roles.sort_unstable();
        roles.dedup();
        if roles.is_empty() {
            roles = vec!["OrganizationAccountAccessRole, else AWSControlTowerExecution".into()];
        }
        // Two calls of STS open an account; accounts are read side by side, and the number in flight sets the pace.
        let calls = ats.len() * CALLS_PER_SCOPE + accounts * 2;
        Estimate { accounts, scopes: ats.len(), regions, roles, calls, minutes: calls.div_ceil(60 * PACE) }
    }
}
