//! The answer to `qd get`: which rows, in which order, and what of them was read.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    View, codes,
    coverage::Coverage,
    output::{Heading, Sheet},
    parent,
    reader::Reader,
    select::Selection,
    sweep::Job,
    words,
};
use crate::{
    app::{
        place,
        plan::{self, TREE},
    },
    cli::{FailOn, Get},
    model::{AccountId, Cell, Fault, FaultKind, Level, Org, Scope, locate::locate},
    rows::{Filter, Listing, Row, Slot, Sort, Table, filter::Where, listing::Wanted},
    view::{Run, Span},
    views::VIEWS,
};

/// What every row carries in files, in front of the columns of its view.
const BASE: [&str; 8] = ["account", "account_name", "ou", "region", "health", "reason", "since", "key"];

/// The rows of a view with their coverage.
pub struct Answer {
    view: View,
    table: Table,
    listing: Listing,
    org: Arc<Org>,
    coverage: Coverage,
    read_at: Timestamp,
    heads: Vec<&'static str>,
    headings: Vec<Heading>,
    sources: Vec<Source>,
}

/// Reads what is asked for.
///
/// # Errors
/// Words of the command line that name nothing ([`FaultKind::Invalid`]).
pub async fn read(reader: &mut Reader, view: View, get: &Get) -> Result<Answer, Fault> {
    if get.place.of.is_some() && !matches!(view.span(), Span::Each(_) | Span::One(_)) {
        let message = format!("--of is for views that hang on a row of another; {} does not", view.id());
        return Err(Fault::new(FaultKind::Invalid, message).hint("`qd get help` lists the views"));
    }
    if let Some((slip, meant)) = Filter::slip(&get.filter, &view.heads().iter().map(|h| h.id).collect::<Vec<_>>()) {
        // It would be looked for as letters, be found nowhere, and the answer would look well.
        let message = format!("--filter: {} has no column {slip}", view.id());
        return Err(Fault::new(FaultKind::Invalid, message).hint(format!("did you mean {meant}?")));
    }
    let derived = matches!(view.run(), Run::Derived(_));
    let narrow = !(get.place.accounts.is_empty() && get.place.ous.is_empty());
    // What tells of the program itself needs no account, and so no credentials.
    if view.span() != Span::Fleet || derived || narrow || view.id().0 == TREE {
        // Rows of OUs are all of them, where no account is named.
        reader.read_org(view.id().0 == TREE && get.place.accounts.is_empty()).await;
    }
    let chosen = select(reader, get).await.map_err(|wrong| {
        reader.quiet();
        // Where nobody could ask for accounts, their names are not what is wrong.
        match &reader.caller {
            Some(Err(fault)) if reader.org.is_empty() => fault.clone(),
            _ => wrong,
        }
    })?;
    let read = if derived { reader.inputs(view) } else { vec![view] };
    match (&get.place.of, view.span()) {
        (Some(word), Span::Each(_) | Span::One(_)) => {
            under(reader, view, word, &chosen).await?;
        }
        _ => reader.read_views(&read, &chosen).await,
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
    Ok(Answer::new(reader, view, &chosen, &get.filter, coverage))
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

impl Answer {
    fn new(reader: &Reader, view: View, chosen: &Selection, filter: &str, coverage: Coverage) -> Self {
        let (org, read_at) = (Arc::clone(&reader.org), reader.cx.now());
        let table = reader.table(view.id()).cloned().unwrap_or_default();
        let ids: Vec<&'static str> = view.heads().iter().map(|h| h.id).collect();
        let keep = |slot: &Slot| match (chosen.is_all(), slot.row.node()) {
            (true, _) => true,
            (false, Some(node)) => chosen.has_node(&org, node),
            (false, None) => slot.place.account.as_ref().and_then(|id| org.account(id)).is_some_and(|a| chosen.has(a)),
        };
        let config = Arc::clone(&reader.cx.config);
        let place = |slot: &Slot, part: Where, out: &mut String| {
            if part == Where::All {
                out.push_str(slot.level.word());
            }
            place::tell(&org, &config, slot, part, out);
        };
        let filter = &Filter::parse(filter, &ids);
        let sort = Sort::named(view.order(), ids.iter().copied());
        let (columns, now) = (ids.len(), read_at);
        let mut listing = Listing::default();
        listing.rebuild(&table, &Wanted { keep: &keep, place: &place, filter, sort, columns, now });
        let slots = || listing.iter().filter_map(|id| table.get(id));
        let level = |s: &Slot| (0..columns).any(|at| matches!(s.row.cell(at), Cell::Level(_)));
        let own = ids.contains(&"health") || slots().next().is_some_and(level);
        // What has no health at all needs no column for it.
        let judged = own || (!listing.is_empty() && slots().all(|slot| slot.level == Level::None));
        let (headings, sources) = headings(view, judged).into_iter().unzip();
        Self { view, table, listing, org, coverage, read_at, heads: ids, headings, sources }
    }

    /// The exit code. See [`codes::of`].
    #[must_use]
    pub fn code(&self, fail_on: Option<FailOn>) -> u8 {
        let least = fail_on.map(|on| match on {
            FailOn::Broken => Level::Broken,
            FailOn::Degraded => Level::Degraded,
        });
        let mut slots = self.listing.iter().filter_map(|id| self.table.get(id));
        let bad = least.is_some_and(|least| slots.any(|slot| slot.level >= least));
        // What is derived says itself what was not read: its rows are no sign that anything was.
        let rows = !matches!(self.view.run(), Run::Derived(_)) && !self.table.is_empty();
        codes::of(&self.coverage, bad, rows)
    }

    fn slot(&self, row: usize) -> Option<&Slot> {
        self.table.get(self.listing.at(row)?)
    }

    /// What a row carries whatever its view.
    fn base(&self, slot: &Slot, id: &str) -> Cell<'_> {
        // A row that is an account itself lies nowhere else.
        let own = || slot.row.node().filter(|n| n.account.is_some()).map(|n| AccountId::from(n.id.as_str()));
        let account = slot.place.account.clone().or_else(own);
        let known = account.as_ref().and_then(|id| self.org.account(id));
        match id {
            "account" => account.map_or(Cell::Missing, |id| Cell::owned(id.to_string())),
            "account_name" => known.map_or(Cell::Missing, |a| Cell::text(&a.name)),
            "ou" => known.map_or(Cell::Missing, |a| Cell::text(&a.path)),
            "region" => slot.place.region.as_ref().map_or(Cell::Missing, |r| Cell::owned(r.to_string())),
            "health" => Cell::Level(slot.level),
            "reason" => Cell::owned(slot.row.judge(self.read_at).why.into_owned()),
            // By the thing's own account alone: when this run first saw it says nothing.
            "since" => Cell::at(slot.row.judge(self.read_at).since),
            "key" => Cell::owned(slot.row.key().shown().into_owned()),
            _ => Cell::Missing,
        }
    }
}

/// The columns: for files the eight of every row and then the view's own; for people where the row lies, how it is,
/// the view's own, and the evidence. `judged` tells that there is no verdict, or
/// that a column of the view's own holds it.
fn headings(view: View, judged: bool) -> Vec<(Heading, Source)> {
    let heads = view.heads();
    let has = |id: &str| heads.iter().any(|h| h.id == id);
    let mut out: Vec<(Heading, Source)> = BASE.iter().map(|id| (Heading::data(id), Source::Base(id))).collect();
    let mut people = |id: &'static str, source: Source, wanted: bool| {
        if wanted {
            out.push((Heading::people(id, 14), source));
        }
    };
    let in_accounts = view.span() != Span::Fleet;
    people("account", Source::Account, in_accounts && !has("account"));
    people("region", Source::Base("region"), in_accounts && view.span() != Span::Account && !has("region"));
    people("health", Source::Base("health"), !judged);
    for (at, head) in heads.iter().enumerate() {
        // A column of a name that every row carries is in the files already: `BASE` falls back to it.
        let heading =
            Heading { id: head.id, people: true, data: !BASE.contains(&head.id), wide: head.wide, width: head.width };
        out.push((heading, Source::Column(at)));
    }
    if !has("reason") && !has("why") {
        out.push((Heading::people("reason", 0), Source::Base("reason")));
    }
    out
}

/// Where a cell comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// What every row carries.
    Base(&'static str),
    /// The account's name, or its id where the name is not known.
    Account,
    /// A column of the view, by its position.
    Column(usize),
}

impl Sheet for Answer {
    fn view(&self) -> &'static str {
        self.view.id().0
    }

    fn read_at(&self) -> Timestamp {
        self.read_at
    }

    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn org(&self) -> &Org {
        &self.org
    }

    fn headings(&self) -> &[Heading] {
        &self.headings
    }

    fn len(&self) -> usize {
        self.listing.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let (Some(slot), Some(source)) = (self.slot(row), self.sources.get(column)) else { return Cell::Missing };
        match *source {
            Source::Column(at) => match slot.row.cell(at) {
                Cell::Text(hint) if self.heads.get(at) == Some(&"hint") => {
                    Cell::owned(words::plain(VIEWS, &hint).into_owned())
                }
                cell => cell,
            },
            Source::Account => match self.base(slot, "account_name") {
                Cell::Missing => self.base(slot, "account"),
                name => name,
            },
            Source::Base(id) => {
                let at = self.heads.iter().position(|h| *h == id);
                let own = at.map_or(Cell::Missing, |at| slot.row.cell(at));
                // What the row itself says of these is closer than what the table knows of it.
                let closer = matches!(id, "ou" | "since" | "key");
                let (first, second) = if closer { (own, self.base(slot, id)) } else { (self.base(slot, id), own) };
                if first == Cell::Missing { second } else { first }
            }
        }
    }
}
