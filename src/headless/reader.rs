//! Reads views into tables, each scope once, the organisation first where a view lies in accounts.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::mpsc;

use super::{
    View,
    organisation::Walk,
    progress::Progress,
    select::Selection,
    sweep::{Job, Next, sweep},
};
use crate::{
    access,
    app::{
        Memory, Starts,
        plan::{self, TREE},
    },
    cx::Cx,
    model::{Account, Fault, FaultKind, Key, Org, Progress as Reading, Region, Scope, ViewId, org::Origin},
    rows::{Delta, ScopeId, Snapshot, Table, Touched, snapshot::Taken},
    view::{At, Need, Reply, Run, Span},
};

/// What was read so far.
pub struct Reader {
    /// The hands of the sources.
    pub cx: Cx,
    /// The organisation: as read, or as remembered where nobody asked for it.
    pub org: Arc<Org>,
    /// Who asks, once the organisation was asked for.
    pub caller: Option<Result<access::Caller, Fault>>,
    /// How the reading of the organisation went, beyond its table.
    pub(super) walk: Walk,
    views: &'static [View],
    pub(super) tables: HashMap<ViewId, Table>,
    /// The view whose one wanted row was found, so that what else of it was not read is of no matter.
    pub(super) found: Option<ViewId>,
    pub(super) progress: Progress,
    /// Since when problems are known from earlier runs.
    pub(super) starts: Starts,
    /// Held so that the vault can tell its news; nobody listens.
    _news: mpsc::UnboundedReceiver<access::News>,
}

impl Reader {
    /// A reader that has read nothing.
    #[must_use]
    pub fn new(
        cx: Cx,
        views: &'static [View],
        progress: Progress,
        news: mpsc::UnboundedReceiver<access::News>,
    ) -> Self {
        let (org, tables) = (Arc::default(), HashMap::new());
        let starts = Starts::default();
        Self { cx, org, caller: None, walk: Walk::default(), views, tables, found: None, progress, starts, _news: news }
    }

    /// The view with this word.
    #[must_use]
    pub fn view(&self, id: ViewId) -> Option<View> {
        self.views.iter().copied().find(|v| v.id() == id)
    }

    /// What was read of a view; `None` before anything was.
    #[must_use]
    pub fn table(&self, view: ViewId) -> Option<&Table> {
        self.tables.get(&view)
    }

    /// The one row of this view that was looked for is found.
    pub fn found(&mut self, view: ViewId) {
        self.found = Some(view);
    }

    /// Forgets what was read, so that it is read again; the organisation with `anew` alone. Progress is told once.
    pub fn again(&mut self, anew: bool) {
        self.tables.retain(|view, _| !anew && view.0 == TREE);
        if anew {
            (self.caller, self.walk) = (None, Walk::default());
        }
        (self.found, self.progress) = (None, Progress::new(false));
    }

    /// Takes the line of progress away.
    pub fn quiet(&mut self) {
        self.progress.clear();
    }

    /// Takes the names of accounts from the tree of the last run, for views that need no tree of their own.
    pub fn remember(&mut self, memory: Memory) {
        self.starts = Starts::new(&memory.problems);
        let (Some((text, _)), Some(view)) = (memory.tree, self.tree()) else { return };
        let rows = view.kept(&text).unwrap_or_default();
        self.org = Arc::new(Org::new(rows.iter().filter_map(|row| row.node().cloned())));
    }

    pub(super) fn tree(&self) -> Option<View> {
        self.views.iter().copied().find(|v| v.id().0 == TREE)
    }

    /// Reads views of the chosen accounts, those that hang on rows of others after these, and those that tell of the
    /// program itself last: they tell of what was read before. What was read beside the organisation is not read again.
    pub async fn read_views(&mut self, views: &[View], chosen: &Selection) {
        let word = words(views);
        let first = self.of_accounts(views);
        let jobs: Vec<Job> = first.iter().flat_map(|v| self.jobs(*v, chosen)).collect();
        let rest: Vec<Job> = jobs.iter().filter(|job| !self.is_asked(job)).cloned().collect();
        for view in &first {
            self.tables.entry(view.id()).or_default();
        }
        self.pass(&word, rest).await;
        self.read_again(&word, jobs).await;
        let hang = views.iter().filter(|v| matches!(v.span(), Span::Each(_) | Span::One(_)));
        let hanging = hang.flat_map(|v| self.hanging(*v)).collect();
        self.read(&word, hanging).await;
        let own = views.iter().copied().filter(|v| v.span() == Span::Fleet && !self.tables.contains_key(&v.id()));
        let own = own.map(|view| Job { view, at: At::fleet() }).collect();
        self.read(&word, own).await;
    }

    /// The views that are read in accounts for these: they themselves, or those whose rows they hang on.
    pub(super) fn of_accounts(&self, views: &[View]) -> Vec<View> {
        let mut first = Vec::new();
        for view in views {
            match view.span() {
                Span::Account | Span::AccountRegion => first.push(*view),
                Span::Each(of) | Span::One(of) => first.extend(self.view(of)),
                Span::Fleet => {}
            }
        }
        first.sort_by_key(|v| v.id());
        first.dedup_by_key(|v| v.id());
        first
    }

    /// Whether a scope was asked for before.
    fn is_asked(&self, job: &Job) -> bool {
        self.tables.get(&job.view.id()).is_some_and(|table| table.scopes.find(&job.at.scope).is_some())
    }

    /// The scopes of a view over the chosen accounts.
    #[must_use]
    pub fn jobs(&self, view: View, chosen: &Selection) -> Vec<Job> {
        let known = matches!(self.caller, Some(Ok(_)));
        // As in the console: a profile is resolved only when somebody enters it, and everything else needs a caller.
        let may = |a: &Account| if a.origin == Origin::Profiles { chosen.names(a) } else { known };
        let accounts = self.org.accounts().iter().filter(|a| chosen.has(a) && may(a));
        let accounts: Vec<Arc<Account>> = accounts.cloned().collect();
        let ats = plan::scopes(view, &accounts, &self.cx.config, self.region());
        ats.into_iter().map(|at| Job { view, at }).collect()
    }

    /// The scopes that hang on all rows that were read of the parent view.
    fn hanging(&self, view: View) -> Vec<Job> {
        let (Span::Each(of) | Span::One(of)) = view.span() else { return Vec::new() };
        let Some(table) = self.tables.get(&of) else { return Vec::new() };
        let at = |slot: &crate::rows::Slot| {
            let scope = &table.scopes.get(slot.scope)?.scope;
            Some(plan::under(&slot.row, scope, self.account(scope)))
        };
        let mut jobs: Vec<Job> = table.iter().filter_map(|(_, slot)| at(slot)).map(|at| Job { view, at }).collect();
        jobs.sort_by(|a, b| a.at.scope.cmp(&b.at.scope));
        jobs
    }

    /// The account behind a scope.
    #[must_use]
    pub fn account(&self, scope: &Scope) -> Option<Arc<Account>> {
        self.org.account(scope.account.as_ref()?).cloned()
    }

    /// The caller's region; `None` without a caller.
    pub(super) fn region(&self) -> Option<&Region> {
        self.caller.as_ref()?.as_ref().ok().map(|caller| &caller.region)
    }

    /// Reads jobs, and what AWS held back or failed at once more.
    pub async fn read(&mut self, what: &str, jobs: Vec<Job>) {
        self.pass(what, jobs.clone()).await;
        self.read_again(what, jobs).await;
    }

    /// Reads once more what of these AWS held back or failed.
    pub(super) async fn read_again(&mut self, what: &str, jobs: Vec<Job>) {
        let again: Vec<Job> = jobs.into_iter().filter(|job| self.is_worth_asking_again(job)).collect();
        self.pass(what, again).await;
        self.progress.clear();
    }

    fn is_worth_asking_again(&self, job: &Job) -> bool {
        let state = self.tables.get(&job.view.id()).and_then(|t| t.scopes.get(t.scopes.find(&job.at.scope)?));
        matches!(
            state.map(|s| &s.progress),
            Some(Reading::Broken(Fault { kind: FaultKind::Throttled | FaultKind::Service, .. }))
        )
    }

    async fn pass(&mut self, what: &str, jobs: Vec<Job>) {
        self.pass_with(what, jobs, |_, _| Next::default()).await;
    }

    /// Reads jobs. `next`, which sees a job and its table after each page of it, says whether more of it is wanted, and
    /// which jobs are read beside it.
    pub(super) async fn pass_with(&mut self, what: &str, jobs: Vec<Job>, mut next: impl FnMut(&Job, &Table) -> Next) {
        if jobs.is_empty() {
            return;
        }
        self.progress.begin(what, jobs.len());
        reading(&mut self.tables, &jobs);
        let (cx, tables, progress, starts) = (self.cx.clone(), &mut self.tables, &mut self.progress, &self.starts);
        sweep(&cx, jobs, |job, step| {
            let table = tables.entry(job.view.id()).or_default();
            let scope = table.scopes.id(&job.at.scope);
            let mut then = Next::default();
            match step {
                Reply::Rows(delta) => {
                    let page = matches!(delta, Delta::Upsert(_));
                    apply(table, (job.view.id(), scope), delta, cx.now(), starts);
                    if page {
                        then = next(job, table);
                    }
                }
                Reply::Fault(fault) => table.fault(scope, fault),
                Reply::Text(_) | Reply::Lines(_) | Reply::Tree(_) => {}
                Reply::End => progress.step(),
            }
            if then.enough {
                progress.step();
            }
            progress.more(then.more.len());
            reading(tables, &then.more);
            then
        })
        .await;
    }

    /// The views that a derived view reads.
    #[must_use]
    pub fn inputs(&self, view: View) -> Vec<View> {
        let Run::Derived(need) = view.run() else { return Vec::new() };
        // As in the console; a view that needs a row to hang on has none here.
        let whole = |v: &View| !matches!(v.run(), Run::Derived(_)) && !matches!(v.span(), Span::One(_));
        let all = self.views.iter().copied().filter(whole);
        match need {
            Need::All if view.patrol() => all.filter(|v| v.patrol()).collect(),
            Need::All => all.collect(),
            Need::Views(ids) => ids.iter().filter_map(|id| self.view(*id)).collect(),
        }
    }

    /// Joins what was read of `inputs` into the table of `view`.
    pub fn derive(&mut self, view: View, inputs: &[View]) {
        let now = self.cx.now();
        let take = |input: &View| {
            let table = self.tables.get(&input.id())?.clone();
            let coverage = table.scopes.coverage(now, None, |_| true);
            Some(Taken { view: input.id(), table, coverage })
        };
        let snapshot = Snapshot {
            tables: inputs.iter().filter_map(take).collect(),
            org: Arc::clone(&self.org),
            production: Arc::new(plan::production(&self.org, &self.cx.config)),
        };
        let table = self.tables.entry(view.id()).or_default();
        let scope = table.reading(&Scope::fleet());
        for delta in view.derive(&snapshot, now) {
            apply(table, (view.id(), scope), delta, now, &self.starts);
        }
    }

    /// Judges the rows of a view as of now: some verdicts turn by waiting alone.
    pub fn judge(&mut self, view: View) {
        let now = self.cx.now();
        if let Some(table) = self.tables.get_mut(&view.id()) {
            table.judge(now, &mut Touched::default());
        }
    }
}

/// One reading is one answer: it does not age while the rest is read.
fn reading(tables: &mut HashMap<ViewId, Table>, jobs: &[Job]) {
    for job in jobs {
        tables.entry(job.view.id()).or_default().reading(&job.at.scope);
    }
}

/// The words of some views, for the line of progress.
pub(super) fn words(views: &[View]) -> String {
    views.iter().map(|v| v.id().0).collect::<Vec<_>>().join(", ")
}

pub(super) fn apply(table: &mut Table, at: (ViewId, ScopeId), delta: Delta, now: jiff::Timestamp, starts: &Starts) {
    let earlier = |scope: &Scope, key: &Key, level| starts.since(at.0, scope, key, level);
    table.apply(at.1, delta, now, &earlier, &mut Touched::default());
}
