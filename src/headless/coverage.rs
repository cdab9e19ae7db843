//! What of an answer was read, counted from the tables that were filled for it; and telling it.

use std::{collections::HashMap, io::Write};

use jiff::Timestamp;

use super::{View, hint, output::Sheet, select::Selection};
pub use crate::view::output::Coverage;
use crate::{
    model::{AccountId, Coverage as Sum, Fault, FaultKind, Gap, Key, Org, Progress, Scope, ViewId, text, time},
    rows::Table,
    view::Span,
};

impl Coverage {
    /// Adds every scope of a table.
    pub fn add_table(&mut self, view: ViewId, table: &Table, now: Timestamp) {
        self.add(view, table.scopes.coverage(now, None, |_| true));
    }

    /// Adds those scopes of a table that were not read: where scopes hang on its rows, nobody knows which are missing.
    pub fn add_missing(&mut self, view: ViewId, table: &Table) {
        let mut sum = Sum::default();
        for state in table.scopes.iter().filter(|s| s.wanted && s.progress != Progress::Read) {
            sum.count(&state.scope, &state.progress, state.read_at, true);
        }
        self.add(view, sum);
    }

    /// Adds what was not read of the organisation. Where it may not be read, that is a note: the accounts that are
    /// known are the fleet of this caller. Where it failed, accounts may be missing, and the answer is not whole.
    pub fn add_org(&mut self, view: ViewId, table: &Table) {
        let states = || table.scopes.iter().filter(|s| s.wanted);
        let denied = |p: &Progress| matches!(p, Progress::Broken(fault) if fault.kind == FaultKind::Denied);
        if table.is_empty() || !states().all(|s| s.progress == Progress::Read || denied(&s.progress)) {
            return self.add_missing(view, table);
        }
        for state in states() {
            if let Progress::Broken(fault) = &state.progress {
                let hint = hinted(fault);
                self.notes.push(format!("{view}: {fault}{hint}"));
            }
        }
    }

    /// Adds one fault that stands for a whole scope.
    pub fn add_fault(&mut self, view: ViewId, scope: &Scope, fault: Fault) {
        let mut sum = Sum::default();
        sum.count(scope, &Progress::Broken(fault), None, true);
        self.add(view, sum);
    }

    /// Whether a gap or a note says already that the organisation may not be read.
    #[must_use]
    pub fn is_told(&self, tree: ViewId) -> bool {
        let gap = self.gaps.iter().any(|(view, gap)| *view == tree && gap.fault.kind == FaultKind::Denied);
        gap || self.notes.iter().any(|note| note.starts_with(&format!("{tree}: ")))
    }

    /// Adds the accounts that were asked for by name and cannot be entered. Of a whole fleet such accounts are simply
    /// no part; who names one waits for an answer about it.
    pub fn add_closed(&mut self, views: &[View], org: &Org, chosen: &Selection) {
        let closed = org.accounts().iter().filter(|a| chosen.names(a) && !a.details.state.can_enter());
        for account in closed {
            let state = account.details.state.word();
            let fault = Fault::new(FaultKind::Unavailable, format!("the account is {state} and is not entered"));
            for view in views.iter().filter(|v| v.span() != Span::Fleet) {
                self.add_fault(view.id(), &Scope::account(account.id.clone()), fault.clone());
            }
        }
    }
}

/// Tells what could not be read, a line for each cause, and then the sum. Says nothing where all was read and there are
/// rows.
pub fn tell(sheet: &dyn Sheet, out: &mut dyn Write) {
    let coverage = sheet.coverage();
    let mut lines: Vec<String> = causes(&coverage.gaps).iter().map(|gaps| line(gaps, sheet.org())).collect();
    lines.extend(coverage.notes.iter().map(|note| text::clean(note).into_owned()));
    if !coverage.is_complete() {
        lines.push(format!("the answer is not whole: {}", coverage.sum.words()));
    }
    if let Some(seen) = &coverage.seen {
        lines.push(seen.clone());
    } else if coverage.is_complete() && sheet.is_empty() {
        let oldest = coverage.sum.oldest.map(|at| time::age(sheet.read_at(), at));
        let oldest = oldest.map(|age| format!(", the oldest reading {age} ago")).unwrap_or_default();
        lines.push(format!("no rows; {}{oldest}", coverage.sum.words()));
    }
    for line in lines {
        // Where stderr is gone there is nobody to tell.
        let _gone = writeln!(out, "qd: {line}");
    }
}

/// Scopes or accounts that a line names before it counts the rest.
const NAMED: usize = 4;

type Missing = (ViewId, Gap);

/// The gaps of each view that have one cause, in the order of the first of each: a role that is missing in 300 accounts
/// is one thing to say.
fn causes(gaps: &[Missing]) -> Vec<Vec<&Missing>> {
    let mut out: Vec<Vec<&Missing>> = Vec::new();
    let mut known: HashMap<_, usize> = HashMap::new();
    for gap in gaps {
        let fault = &gap.1.fault;
        // Messages name the account: but for that they are equal.
        let own = gap.1.scope.account.as_ref().map_or("", |account| account.as_str());
        let message = if own.is_empty() { fault.message.clone() } else { fault.message.replace(own, "{account}") };
        let at = *known.entry((gap.0, fault.kind, &fault.call, message)).or_insert_with(|| {
            out.push(Vec::new());
            out.len() - 1
        });
        out[at].push(gap);
    }
    out
}

/// `ecs of prod (111122223333) eu-central-1, eu-west-1: denied: sts:AssumeRole: … (request 1a2b); next step`: the gaps
/// that have one cause, such as all regions of an account, or 300 accounts.
fn line(gaps: &[&Missing], org: &Org) -> String {
    let Some((view, gap)) = gaps.first().copied() else { return String::new() };
    let mut accounts: Vec<&AccountId> = gaps.iter().filter_map(|(_, gap)| gap.scope.account.as_ref()).collect();
    accounts.dedup();
    let name =
        |id: &AccountId| org.account(id).map_or_else(|| id.to_string(), |account| format!("{} ({id})", account.name));
    let place = match &accounts[..] {
        [] => format!("{view}{}", listed(gaps.iter().map(|(_, gap)| within(&gap.scope)))),
        [one] => format!("{view} of {}{}", name(one), listed(gaps.iter().map(|(_, gap)| within(&gap.scope)))),
        many => {
            let names = many.iter().map(|id| org.account(id).map_or_else(|| id.to_string(), |a| a.name.clone()));
            let scopes = text::counted(gaps.len(), "scope");
            format!("{view} of {} ({scopes}):{}", text::counted(many.len(), "account"), listed(names))
        }
    };
    let fault = &gap.fault;
    let request = fault.request_id.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default();
    // Of many accounts the first one's sentence stands for all.
    text::clean(&format!("{place}: {}: {fault}{request}{}", fault.kind.word(), hinted(fault))).into_owned()
}

/// The first words of a list with a blank before it, and how many more there are.
fn listed(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    if words.len() > NAMED {
        let rest = words.split_off(NAMED).len();
        words.push(format!("and {} more", text::count(rest)));
    }
    if words.is_empty() { String::new() } else { format!(" {}", words.join(", ")) }
}

/// The next step behind a fault.
fn hinted(fault: &Fault) -> String {
    let hint = hint(fault);
    if hint.is_empty() { hint } else { format!("; {hint}") }
}

/// A scope within its account: the region, and the row that it hangs on.
fn within(scope: &Scope) -> String {
    let words = [scope.region.as_ref().map(|r| r.as_str().into()), scope.parent.as_ref().map(Key::shown)];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
