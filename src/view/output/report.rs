//! The rows of a view as a sheet: where each lies, how it is, and its columns.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Coverage, Heading, Sheet, plain};
use crate::{
    model::{AccountId, Cell, Level, Org},
    rows::{Slot, SlotId, Table},
    view::{AnyView, Span},
};

/// What every row carries in files, in front of the columns of its view.
const BASE: [&str; 8] = ["account", "account_name", "ou", "region", "health", "reason", "since", "key"];

/// Rows of a view with their coverage. To copy it is cheap: the rows are shared.
#[derive(Clone)]
pub struct Report {
    views: &'static [&'static dyn AnyView],
    view: &'static dyn AnyView,
    table: Table,
    rows: Vec<SlotId>,
    org: Arc<Org>,
    coverage: Coverage,
    read_at: Timestamp,
    heads: Vec<&'static str>,
    headings: Vec<Heading>,
    sources: Vec<Source>,
}

impl Report {
    /// These rows of a table of a view, in this order; `views` is the catalogue.
    #[must_use]
    pub fn new(
        views: &'static [&'static dyn AnyView],
        view: &'static dyn AnyView,
        (table, rows): (Table, Vec<SlotId>),
        org: Arc<Org>,
        coverage: Coverage,
        read_at: Timestamp,
    ) -> Self {
        let heads: Vec<&'static str> = view.heads().iter().map(|h| h.id).collect();
        let slots = || rows.iter().filter_map(|id| table.get(*id));
        let level = |s: &Slot| (0..heads.len()).any(|at| matches!(s.row.cell(at), Cell::Level(_)));
        let own = heads.contains(&"health") || slots().next().is_some_and(level);
        // What has no health at all needs no column for it.
        let judged = own || (!rows.is_empty() && slots().all(|slot| slot.level == Level::None));
        let (headings, sources) = headings(view, judged).into_iter().unzip();
        Self { views, view, table, rows, org, coverage, read_at, heads, headings, sources }
    }

    /// The same with these columns of the view alone, in this order; where a row lies and how it is stays.
    #[must_use]
    pub fn with_columns(mut self, columns: &[usize]) -> Self {
        let own = |source: &Source| matches!(source, Source::Column(_));
        let mut pairs: Vec<(Heading, Source)> = self.headings.into_iter().zip(self.sources).collect();
        let first = pairs.iter().position(|(_, source)| own(source)).unwrap_or(pairs.len());
        let (mut kept, others): (Vec<_>, Vec<_>) = pairs.drain(..).partition(|(_, source)| own(source));
        kept.retain(|(_, source)| columns.iter().any(|at| *source == Source::Column(*at)));
        kept.sort_by_key(|(_, source)| columns.iter().position(|at| *source == Source::Column(*at)));
        pairs = others;
        pairs.splice(first..first, kept);
        (self.headings, self.sources) = pairs.into_iter().unzip();
        self
    }

    /// The rows.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.rows.iter().filter_map(|id| self.table.get(*id))
    }

    /// The rows of the whole table that they were taken from.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    fn slot(&self, row: usize) -> Option<&Slot> {
        self.table.get(*self.rows.get(row)?)
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
fn headings(view: &dyn AnyView, judged: bool) -> Vec<(Heading, Source)> {
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

impl Sheet for Report {
    fn view(&self) -> &'static str {
        self.view.id().0
    }

    fn read_at(&self) -> Timestamp {
        self.read_at
    }

    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn views(&self) -> &'static [&'static dyn AnyView] {
        self.views
    }

    fn org(&self) -> &Org {
        &self.org
    }

    fn headings(&self) -> &[Heading] {
        &self.headings
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let (Some(slot), Some(source)) = (self.slot(row), self.sources.get(column)) else { return Cell::Missing };
        match *source {
            Source::Column(at) => match slot.row.cell(at) {
                Cell::Text(hint) if self.heads.get(at) == Some(&"hint") => {
                    Cell::owned(plain(self.views, &hint).into_owned())
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
