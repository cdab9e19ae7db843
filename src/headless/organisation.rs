//! The organisation of an answer: how far it has to be walked, and what is done where it may not be read any more.
//!
//! Empty OUs are found last, by a call for each OU, which takes minutes in a large organisation. An answer about
//! accounts does not wait for them: it goes on as soon as every account is at its place.
//!
//! The console keeps the tree that it remembers when its right to read it is taken away. An answer is of what can be
//! read now: here the other sources are asked, as for a caller who never had the right. The refusal stays a gap (exit
//! code 4 where something was read): accounts that were part of yesterday's answer may be missing in this one.

use std::{collections::HashSet, sync::Arc};

use super::{
    View,
    coverage::Coverage,
    reader::{Reader, apply, words},
    select::Selection,
    sweep::{Job, Next},
};
use crate::{
    app::plan,
    config::Config,
    model::{Account, AccountId, Breadth, Fault, FaultKind, Org, Progress, Region, Scope, ViewId, org::Origin},
    rows::{Delta, Table},
    view::{At, Need, Run, Span},
    views::fleet::accounts,
};

/// How the reading of the organisation went, beyond its table.
#[derive(Debug, Default)]
pub struct Walk {
    /// Every account is placed, and nobody waited for the OUs without any.
    pub short: bool,
    /// Why Organizations tells nothing any more that it told before.
    pub refused: Option<Fault>,
}

impl Reader {
    /// Asks who the caller is and reads the organisation, once: `whole` with the OUs that hold no account.
    pub async fn read_org(&mut self, whole: bool) {
        self.read_org_beside(whole, &[]).await;
    }

    /// The same, and beside it what these views are read from in each account, as soon as enough is known of the account
    /// to enter it: a list of a thousand accounts takes seconds, in which hundreds of them are read.
    pub async fn read_org_beside(&mut self, whole: bool, views: &[View]) {
        let Some(tree) = self.tree().filter(|_| self.caller.is_none() || whole && self.walk.short) else { return };
        if self.caller.is_none() {
            self.caller = Some(self.cx.vault.caller().await);
        }
        self.walk_org(tree, whole, views).await;
        if let (Some(fault), Some(Ok(caller))) = (self.refusal(tree.id()), &self.caller) {
            accounts::forget_told(&self.cx, caller);
            self.walk.refused = Some(fault);
            // What was read beside it lies in accounts that the other sources may not know.
            self.tables.retain(|view, _| *view == tree.id());
            self.walk_org(tree, true, &[]).await;
        }
        let nodes = self.table(tree.id()).into_iter().flat_map(Table::iter);
        let nodes = nodes.filter_map(|(_, slot)| slot.row.node().cloned());
        self.org = Arc::new(Org::new(nodes));
    }

    async fn walk_org(&mut self, tree: View, whole: bool, views: &[View]) {
        let job = Job { view: tree, at: At::fleet() };
        self.walk.short = false;
        if whole {
            return self.read(tree.id().0, vec![job]).await;
        }
        let (tags, mut short) = (!self.cx.config.tags_needed().is_empty(), false);
        let known = matches!(self.caller, Some(Ok(_)));
        let mut beside = Beside {
            views: self.of_accounts(views).into_iter().filter(|_| known).collect(),
            config: Arc::clone(&self.cx.config),
            region: self.region().cloned(),
            begun: HashSet::new(),
            pages: 0,
            names: self.cx.config.enters_by_names(),
        };
        let what = words(&[&[tree], &beside.views[..]].concat());
        self.pass_with(&what, vec![job.clone()], |job, table| {
            if job.view.id() != tree.id() {
                return Next::default();
            }
            short = is_placed(table, tags);
            Next { enough: short, more: beside.jobs(table, tags, short) }
        })
        .await;
        if !short {
            // What failed is asked once more, as everything is.
            return self.read_again(tree.id().0, vec![job]).await;
        }
        self.walk.short = true;
        if let Some(Ok(caller)) = &self.caller {
            accounts::note_told(&self.cx, caller);
        }
        let (now, starts) = (self.cx.now(), &self.starts);
        let table = self.tables.entry(tree.id()).or_default();
        let scope = table.scopes.id(&Scope::fleet());
        apply(table, (tree.id(), scope), Delta::Complete, now, starts);
        self.progress.clear();
    }

    /// The refusal of a walk that brought nothing: only where Organizations has told accounts before does a refused
    /// walk end without those of the other sources.
    fn refusal(&self, tree: ViewId) -> Option<Fault> {
        let table = self.table(tree).filter(|table| table.is_empty())?;
        let state = table.scopes.get(table.scopes.find(&Scope::fleet())?)?;
        match &state.progress {
            Progress::Broken(fault) if fault.kind == FaultKind::Denied => Some(fault.clone()),
            _ => None,
        }
    }

    /// Why the organisation was not read, where that may pass without anybody doing anything to it: the next reading of
    /// it may bring what this one did not.
    pub(super) fn org_fault(&self) -> Option<&Fault> {
        if let Some(Err(fault)) = &self.caller {
            return Some(fault);
        }
        let table = self.table(self.tree()?.id())?;
        match &table.scopes.get(table.scopes.find(&Scope::fleet())?)?.progress {
            Progress::Broken(fault) if fault.kind.passes() || fault.kind == FaultKind::Expired => Some(fault),
            _ => None,
        }
    }

    /// Whether the organisation was asked for and has to be asked for again.
    pub(super) fn lacks_org(&self) -> bool {
        self.org_fault().is_some()
    }

    /// What was read of these views, and what is unknown since the organisation or a parent view was not read.
    #[must_use]
    pub fn coverage(&self, views: &[View]) -> Coverage {
        let now = self.cx.now();
        let mut sum = Coverage::default();
        for view in views {
            if let Span::Each(of) | Span::One(of) = view.span()
                && !views.iter().any(|v| v.id() == of)
                && self.found != Some(of)
                && let Some(parents) = self.table(of)
            {
                sum.add_missing(of, parents);
            }
            if let Some(table) = self.table(view.id()) {
                sum.add_table(view.id(), table, now);
            }
        }
        if matches!(&self.caller, Some(Err(fault)) if fault.kind == FaultKind::NoCredentials) {
            let tried = self.cx.vault.tried();
            sum.notes.extend(tried.iter().map(|t| format!("{}: {}", t.source, t.words)));
        }
        let Some(tree) = self.tree() else { return sum };
        self.add_organisation(tree.id(), views.iter().any(|v| v.id() == tree.id()), &mut sum);
        sum
    }

    /// Adds what is to be said of the organisation. `shown` tells that it is what was asked for.
    fn add_organisation(&self, tree: ViewId, shown: bool, sum: &mut Coverage) {
        if let Some(fault) = &self.walk.refused {
            sum.add_fault(tree, &Scope::fleet(), fault.clone());
        } else if let Some(accounts) = self.table(tree).filter(|_| !shown) {
            sum.add_org(tree, accounts);
        }
        // One account where a fleet was meant must not pass for the fleet. Who could grant more is in the fault, where
        // there is one.
        let known = matches!(self.caller, Some(Ok(_)));
        sum.notes.extend(self.org.shortfall(!sum.is_told(tree)).filter(|_| known));
        // Without a caller no account was even tried.
        if let Some(Err(fault)) = self.caller.as_ref().filter(|_| !shown && sum.sum.wanted == 0) {
            sum.add_fault(tree, &Scope::fleet(), fault.clone());
        }
    }

    /// What a board without a row has seen; `None` for every other view, and where nothing has answered.
    #[must_use]
    pub fn seen(&self, view: View, inputs: &[View], (chosen, coverage): (&Selection, &Coverage)) -> Option<String> {
        let board = view.patrol() && view.run() == Run::Derived(Need::All);
        let empty = self.table(view.id()).is_none_or(Table::is_empty);
        let read = |input: &View| {
            let scopes = self.table(input.id()).into_iter().flat_map(|table| table.scopes.iter());
            scopes.filter(|s| s.wanted && s.read_at.is_some()).map(|s| &s.scope)
        };
        let breadth = Breadth::of(inputs.iter().filter(|_| board && empty).map(read));
        let known = self.org.accounts().iter().filter(|a| chosen.has(a)).count();
        // Who names the regions does not ask for the others.
        let unread = self.enabled().map(|e| e.unread.len()).or(self.cx.config.demanded.regions.then_some(0));
        breadth.among(known, unread).no_problem(coverage.sum.oldest, self.cx.now())
    }
}

/// What is read in accounts while the organisation is still being walked.
struct Beside {
    views: Vec<View>,
    config: Arc<Config>,
    region: Option<Region>,
    begun: HashSet<AccountId>,
    /// Pages of the walk so far.
    pages: usize,
    /// Whether the configuration chooses how accounts are entered by the names of OUs.
    names: bool,
}

impl Beside {
    /// The jobs in accounts of which enough is known since the last look. The tree is made anew for it: of a large one
    /// with every tenth page, and at the end (`last`).
    fn jobs(&mut self, table: &Table, tags: bool, last: bool) -> Vec<Job> {
        self.pages += 1;
        if self.views.is_empty() || !last && table.len() > 2_000 && !self.pages.is_multiple_of(10) {
            return Vec::new();
        }
        let org = Org::new(table.iter().filter_map(|(_, slot)| slot.row.node().cloned()));
        let fresh =
            org.accounts().iter().filter(|a| !self.begun.contains(&a.id) && is_known(&org, a, (self.names, tags)));
        let fresh: Vec<Arc<Account>> = fresh.cloned().collect();
        self.begun.extend(fresh.iter().map(|a| a.id.clone()));
        let ats = |view: View| plan::scopes(view, &fresh, &self.config, self.region.as_ref());
        self.views.iter().flat_map(|view| ats(*view).into_iter().map(|at| Job { view: *view, at })).collect()
    }
}

/// Whether a role can be chosen for an account: it lies under OUs that are known up to the root, and these have their names
/// and it its tags where the configuration chooses by them. Names come slower than accounts: a call for each node, at 5 a
/// second at most.
fn is_known(org: &Org, account: &Account, (names, tags): (bool, bool)) -> bool {
    let above = org.above(account.id.as_str());
    account.origin == Origin::Organizations
        && above.first().is_some_and(|top| top.parent.is_none())
        && (!names || above.iter().all(|node| !node.unnamed))
        && (!tags || account.details.tags.is_some())
}

/// Whether every account is at its place, under OUs with names, with the tags that the configuration chooses by where
/// it names any (`tags`). The node at the top says that the walk knows them all.
fn is_placed(table: &Table, tags: bool) -> bool {
    let nodes = || table.iter().filter_map(|(_, slot)| slot.row.node());
    let known = |node: &Arc<crate::model::org::Node>| match &node.account {
        None => !node.unnamed,
        Some(_) if node.origin != Origin::Organizations => true,
        Some(details) => node.parent.is_some() && (!tags || details.tags.is_some() || !details.state.can_enter()),
    };
    nodes().any(|node| node.placed) && nodes().all(known)
}
