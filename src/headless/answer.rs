//! The answer to `qd get`: which rows, in which order, and what of them was read.

use std::sync::Arc;

use super::{
    View, codes,
    coverage::Coverage,
    output::{Report, Sheet as _},
    parent,
    reader::Reader,
    select::Selection,
    sweep::Job,
};
use crate::{
    app::{
        place,
        plan::{self, TREE},
    },
    cli::{FailOn, Get},
    model::{Fault, FaultKind, Level, Scope, locate::locate, text::nearest},
    rows::{Filter, Listing, Row, Slot, Sort, filter::Where, listing::Wanted},
    view::{Run, Span},
    views::VIEWS,
};

/// Reads what is asked for.
///
/// # Errors
/// Words of the command line that name nothing ([`FaultKind::Invalid`]).
pub async fn read(reader: &mut Reader, view: View, get: &Get) -> Result<Report, Fault> {
    if get.place.of.is_some() && !matches!(view.span(), Span::Each(_) | Span::One(_)) {
        let message = format!("--of is for views that hang on a row of another; {} does not", view.id());
        return Err(Fault::new(FaultKind::Invalid, message).hint("`qd get help` lists the views"));
    }
    let filter = filter(view, &get.filter)?;
    let columns = columns(view, &get.columns)?;
    let derived = matches!(view.run(), Run::Derived(_));
    let narrow = !(get.place.accounts.is_empty() && get.place.ous.is_empty());
    // What tells of the program itself needs no account, and so no credentials.
    let read = if derived { reader.inputs(view) } else { vec![view] };
    if view.span() != Span::Fleet || derived || narrow || view.id().0 == TREE {
        // Rows of OUs are all of them, where no account is named.
        let whole = view.id().0 == TREE && get.place.accounts.is_empty();
        // Which accounts are meant by a name is known when all of them are.
        let beside = if narrow || get.place.of.is_some() { &[][..] } else { &read };
        reader.read_org_beside(whole, beside).await;
    }
    let chosen = select(reader, get).await.map_err(|wrong| {
        reader.quiet();
        unfound(reader, wrong)
    })?;
    match (&get.place.of, view.span()) {
        (Some(word), Span::Each(_) | Span::One(_)) => {
            under(reader, view, word, &chosen).await?;
        }
        _ => reader.read_views(&read, &chosen).await,
    }
    if is_filled(view, &filter, &columns) {
        reader.fill(view, &chosen).await;
    }
    if read.iter().any(|v| v.span() == Span::AccountRegion) {
        reader.read_regions().await;
    }
    if derived {
        reader.derive(view, &read);
    }
    reader.judge(view);
    reader.quiet();
    let mut coverage = reader.coverage(&read);
    coverage.add_closed(&read, &reader.org, &chosen);
    if read.iter().any(|v| v.span() != Span::Fleet) {
        coverage.notes.extend(reader.left_out(&chosen));
        if coverage.sum.wanted == 0 {
            coverage.notes.push("no account that can be entered is meant".to_owned());
        }
    }
    coverage.notes.extend(reader.notes(&read));
    coverage.seen = reader.seen(view, &read, (&chosen, &coverage)).filter(|_| derived);
    let rows = reader.table(view.id()).is_some_and(|table| !table.is_empty());
    if view.span() == Span::Fleet && !derived && view.id().0 != TREE && !rows {
        coverage.notes.push(view.empty().to_owned());
    }
    let report = report(reader, view, &chosen, &filter, coverage);
    Ok(if columns.is_empty() { report } else { report.with_columns(&columns) })
}

/// The columns that are asked for, by their positions.
fn columns(view: View, names: &[String]) -> Result<Vec<usize>, Fault> {
    let ids: Vec<&str> = view.heads().iter().map(|h| h.id).collect();
    let find = |name: &String| {
        ids.iter().position(|id| id.eq_ignore_ascii_case(name.trim())).ok_or_else(|| {
            let message = format!("--columns: {} has no column {name:?}", view.id());
            let hint = nearest(name, ids.iter().copied())
                .map_or_else(|| format!("its columns are {}", ids.join(", ")), |near| format!("did you mean {near}?"));
            Fault::new(FaultKind::Invalid, message).hint(hint)
        })
    };
    names.iter().filter(|name| !name.trim().is_empty()).map(find).collect()
}

/// Whether what costs a call a row is asked for.
fn is_filled(view: View, filter: &Filter, columns: &[usize]) -> bool {
    let heads = view.heads();
    let filled = |at: &usize| heads.get(*at).is_some_and(|head| view.filled().contains(&head.id));
    (0..heads.len()).filter(filled).any(|at| columns.contains(&at) || filter.asks_for(at))
}

/// Why a word names nothing: where the organisation could not be read, it need not be the word that is wrong.
fn unfound(reader: &Reader, wrong: Fault) -> Fault {
    match (&reader.caller, reader.org_fault()) {
        (Some(Err(fault)), _) if reader.org.is_empty() => fault.clone(),
        (Some(Ok(_)), Some(fault)) => {
            let message = format!("{}, and the organisation was not read in full: {}", wrong.message, fault.message);
            Fault { message, ..fault.clone() }
        }
        _ => wrong,
    }
}

/// What is kept of the rows.
fn filter(view: View, line: &str) -> Result<Filter, Fault> {
    let heads = view.heads();
    let ids: Vec<&str> = heads.iter().map(|h| h.id).collect();
    if let Some((slip, meant)) = Filter::slip(line, &ids) {
        // It would be looked for as letters, be found nowhere, and the answer would look well.
        let message = format!("--filter: {} has no column {slip}", view.id());
        return Err(Fault::new(FaultKind::Invalid, message).hint(format!("did you mean {meant}?")));
    }
    Filter::parse(line, &ids).map_err(|why| Fault::new(FaultKind::Invalid, format!("--filter: {why}")))
}

/// What is meant. A word that names nothing may name an OU without accounts, for which nobody has waited so far.
async fn select(reader: &mut Reader, get: &Get) -> Result<Selection, Fault> {
    let find = |reader: &Reader| Selection::find(&reader.org, &get.place.accounts, &get.place.ous);
    let found = find(reader);
    if found.is_ok() || get.place.ous.is_empty() || !reader.walk.short {
        return found.map_err(|fault| match (&reader.walk.refused, reader.org.origin()) {
            (Some(_), Some(origin)) => {
                let hint = format!(
                    "{}; AWS Organizations refuses its list, and these are from: {}",
                    fault.hint,
                    origin.word()
                );
                fault.hint(hint.trim_start_matches("; ").to_owned())
            }
            _ => fault,
        });
    }
    reader.read_org(true).await;
    find(reader)
}

/// Reads what hangs on one row of another view, and gives that row; `None` where not everything was read that could
/// hold it.
///
/// # Errors
/// As [`parent::find`].
pub async fn under(reader: &mut Reader, view: View, word: &str, chosen: &Selection) -> Result<Option<Row>, Fault> {
    let (Span::Each(of) | Span::One(of)) = view.span() else { return Ok(None) };
    let Some(parents) = reader.view(of) else { return Ok(None) };
    let Some((slot, scope)) = one(reader, parents, word, chosen).await? else { return Ok(None) };
    let at = plan::under(&slot.row, &scope, reader.account(&scope));
    reader.found(of);
    reader.read(view.id().0, vec![Job { view, at }]).await;
    Ok(Some(slot.row))
}

/// Reads a view for one of its rows. An ARN says where the row lies, and then nothing else is looked through for it.
///
/// # Errors
/// As [`parent::find`].
pub async fn one(
    reader: &mut Reader,
    view: View,
    word: &str,
    chosen: &Selection,
) -> Result<Option<(Slot, Scope)>, Fault> {
    let said = word.starts_with("arn:").then(|| locate(word)).flatten().unwrap_or_default();
    let there = said.account.as_ref().filter(|id| reader.org.account(id).is_some_and(|a| chosen.has(a)));
    let mut jobs = reader.jobs(view, &there.map_or_else(|| chosen.clone(), Selection::only));
    if let (Some(id), Some(region), Span::AccountRegion) = (there, &said.region, view.span()) {
        // That region is read even where it is not among the configured ones.
        jobs.truncate(1);
        for job in &mut jobs {
            job.at.scope = Scope::region(id.clone(), region.clone());
        }
    }
    reader.read(view.id().0, jobs).await;
    let whole = reader.coverage(&[view]).is_complete();
    found(reader, view, word, whole)
}

/// The row of what was read that a word names, with its scope.
///
/// # Errors
/// As [`parent::find`].
pub fn found(reader: &Reader, view: View, word: &str, whole: bool) -> Result<Option<(Slot, Scope)>, Fault> {
    let table = reader.table(view.id()).cloned().unwrap_or_default();
    let Some(slot) = parent::find(&table, word, &reader.org, whole)? else { return Ok(None) };
    let scope = table.scopes.get(slot.scope).map(|s| s.scope.clone()).unwrap_or_default();
    Ok(Some((slot.clone(), scope)))
}

/// The rows that are wanted of what was read, as a report.
fn report(reader: &Reader, view: View, chosen: &Selection, filter: &Filter, coverage: Coverage) -> Report {
    let (org, now) = (Arc::clone(&reader.org), reader.cx.now());
    let table = reader.table(view.id()).cloned().unwrap_or_default();
    let heads = view.heads();
    let keep = |slot: &Slot| chosen.keeps(&org, slot);
    let config = Arc::clone(&reader.cx.config);
    let place = |slot: &Slot, part: Where, out: &mut String| {
        if part == Where::All {
            out.push_str(slot.level.word());
        }
        place::tell(&org, &config, slot, part, out);
    };
    let sort = Sort::named(view.order(), heads.iter().map(|h| h.id));
    let mut listing = Listing::default();
    listing.rebuild(&table, &Wanted { keep: &keep, place: &place, filter, sort, columns: heads.len(), now });
    let rows = listing.iter().collect();
    Report::new(VIEWS, view, (table, rows), org, coverage, now)
}

/// The exit code of an answer. See [`codes::of`].
#[must_use]
pub fn code(view: View, answer: &Report, fail_on: Option<FailOn>) -> u8 {
    let least = fail_on.map(|on| match on {
        FailOn::Broken => Level::Broken,
        FailOn::Degraded => Level::Degraded,
    });
    let bad = least.is_some_and(|least| answer.slots().any(|slot| slot.level >= least));
    // What is derived says itself what was not read: its rows are no sign that anything was.
    let rows = !matches!(view.run(), Run::Derived(_)) && !answer.table().is_empty();
    codes::of(answer.coverage(), bad, rows)
}
