//! What could not be read, or not lately: a line per account and cause, not per region and view.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;

use super::{Problem, problem::words};
use crate::{
    model::{AccountId, Fault, FaultKind, Level, Place, Progress, Refusal, Region, Scope, ViewId, time},
    rows::{Snapshot, scopes::is_fresh},
};

/// The view that explains why an account cannot be read.
const ACCESS: &str = "access";

/// The cause of a reading that is merely old.
const OLD: &str = "out of date";

/// What is known of one account and one cause.
struct Gap<'a> {
    fault: Option<&'a Fault>,
    scope: &'a Scope,
    views: BTreeSet<&'static str>,
    regions: BTreeSet<&'a Region>,
    /// The oldest complete reading of what is missing now; `None` where some of it was never read.
    read_at: Option<Timestamp>,
}

/// The lines for what could not be read, in the order of the accounts.
pub(super) fn gaps(from: &Snapshot, now: Timestamp) -> Vec<Problem> {
    let mut found: BTreeMap<(Option<&AccountId>, String), Gap<'_>> = BTreeMap::new();
    for taken in &from.tables {
        for gap in &taken.coverage.gaps {
            note(&mut found, taken.view, &gap.scope, Some(&gap.fault), gap.read_at);
        }
        let every = taken.table.every();
        for state in taken.table.scopes.iter().filter(|s| s.wanted && s.progress == Progress::Read) {
            if !is_fresh(state.read_at, now, every) {
                note(&mut found, taken.view, &state.scope, None, state.read_at);
            }
        }
    }
    found.into_iter().map(|((account, cause), gap)| line(from, account, cause, &gap, now)).collect()
}

fn note<'a>(
    found: &mut BTreeMap<(Option<&'a AccountId>, String), Gap<'a>>,
    view: ViewId,
    scope: &'a Scope,
    fault: Option<&'a Fault>,
    read_at: Option<Timestamp>,
) {
    let cause = fault.map_or_else(|| OLD.to_owned(), |f| format!("{} {} {}", f.kind.word(), f.code, f.call));
    let new = || Gap { fault, scope, views: BTreeSet::new(), regions: BTreeSet::new(), read_at };
    let gap = found.entry((scope.account.as_ref(), cause)).or_insert_with(new);
    gap.views.insert(view.0);
    gap.regions.extend(&scope.region);
    gap.read_at = gap.read_at.zip(read_at).map(|(a, b)| a.min(b));
}

/// What a fault says, with the words that every refusal has in common left out: who asked is in the header, and the
/// account in its own column.
fn said(fault: &Fault) -> String {
    let word = fault.kind.word();
    let Some(arn) = Refusal::of(&fault.message).resource.filter(|_| fault.kind == FaultKind::Denied) else {
        return format!("{word}: {fault}");
    };
    format!("{word}: {} {}", fault.call, arn.splitn(6, ':').last().unwrap_or(arn))
}

fn line(from: &Snapshot, id: Option<&AccountId>, cause: String, gap: &Gap<'_>, now: Timestamp) -> Problem {
    let (account, ou) = words(&from.org, id);
    let one = |words: &BTreeSet<&'static str>| words.first().copied().filter(|_| words.len() == 1).unwrap_or_default();
    let region = gap.regions.first().filter(|_| gap.regions.len() == 1).map(|r| (*r).clone());
    let mut why = match gap.fault {
        Some(fault) => said(fault),
        None => gap.read_at.map_or_else(|| OLD.to_owned(), |at| format!("last read {} ago", time::age(now, at))),
    };
    if gap.regions.len() > 1 {
        why.push_str(&format!(" ({} regions)", gap.regions.len()));
    }
    let view = one(&gap.views);
    let (target, scope) = match id {
        Some(id) => (ACCESS, Scope::account(id.clone())),
        None => (view, gap.scope.clone()),
    };
    Problem {
        level: Level::Unknown,
        production: id.is_some_and(|id| from.production.contains(id)),
        account,
        ou,
        place: Place { account: id.cloned(), region },
        view: Arc::from(view),
        name: String::new(),
        why,
        since: gap.read_at,
        owner: None,
        target: Arc::from(target),
        scope,
        key: None,
        cause,
    }
}
