//! Which columns the table has, in which order and how wide: the view's own, and what a person made of them. A choice
//! is kept for its view in the store, never in the person's own files.

pub mod config;
mod habit;
pub(super) mod keys;
pub mod layout;

use std::collections::HashMap;

use super::{App, Effect, Effects, Layer, Setup, action::Arrange, geometry, screen::Grouping};
use crate::{
    model::{Memo, ViewId, text::width},
    rows::SortBy,
    view::{AnyView, Span},
};
use config::Configured;
use habit::Habit;
use layout::{Choice, Layout, Own, WIDTHS};

/// The book in which choices are kept, a line for each view.
pub const BOOK: &str = "columns";

/// Columns of the pane from which wide columns show without being asked for.
pub const WIDE: u16 = 140;

/// Cells by which a column is made wider or narrower.
const STEP: u16 = 2;

/// Cells of a column that takes the rest, where it gets a width of its own.
const REST: u16 = 28;

/// What was chosen of the columns of views: here, and in the configuration.
#[derive(Clone, Debug, Default)]
pub(super) struct Chosen {
    /// By a person at the screen.
    layouts: HashMap<ViewId, Layout>,
    /// How rows were had last.
    habits: HashMap<ViewId, Habit>,
    configured: Configured,
}

impl Chosen {
    /// What the store kept, over what the configuration says.
    pub fn new(setup: &Setup, book: &[(String, String)]) -> Self {
        let view_of = |(word, line): &(String, String)| Some((setup.view_named(word)?.id(), Layout::kept(line)));
        let habit_of =
            |(key, line): &(String, String)| Some((setup.view_named(Habit::view_of(key)?)?.id(), Habit::kept(line)));
        Self {
            layouts: book.iter().filter_map(view_of).collect(),
            habits: book.iter().filter_map(habit_of).collect(),
            // Checked before the screen was taken.
            configured: Configured::read(setup.views, &setup.config).unwrap_or_default(),
        }
    }
}

/// What stands under a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The account's name.
    Account,
    /// The region.
    Region,
    /// A value of the row, by its position.
    Cell(usize),
}

/// A column that the table has, or could have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Col {
    /// What stands under it.
    pub which: Which,
    /// Its heading.
    pub id: &'static str,
    /// Cells that its view gives it; 0 takes the rest.
    pub declared: u16,
    /// Cells that a person gave it.
    pub width: Option<u16>,
    /// Whether it is left out where there is no room, unless it is asked for.
    pub wide: bool,
    /// What was chosen.
    pub choice: Choice,
    /// Whether it is shown now.
    pub shown: bool,
}

/// The columns of a view as it has them: where a row lies, and then its own.
fn usual(view: &dyn AnyView) -> Vec<Col> {
    let heads = view.heads();
    let col = |which, id, declared, wide| {
        let choice = Choice::default();
        Col { which, id, declared, width: None, wide, choice, shown: true }
    };
    let own = |id: &str| heads.iter().any(|h| h.id == id);
    let mut out = Vec::with_capacity(heads.len() + 2);
    if view.span() != Span::Fleet {
        let places = [(Which::Account, "account", 16), (Which::Region, "region", 14)];
        out.extend(
            places.into_iter().filter(|(_, id, _)| !own(id)).map(|(which, id, cells)| col(which, id, cells, false)),
        );
    }
    out.extend(heads.iter().enumerate().map(|(at, h)| col(Which::Cell(at), h.id, h.width, h.wide)));
    out
}

/// Puts columns into the order of a layout. One that it does not know stays behind the one that it usually follows.
fn arrange(mut columns: Vec<Col>, layout: &Layout) -> Vec<Col> {
    let place = |id: &str| layout.0.iter().position(|own| own.id == id);
    let mut last = 0;
    let mut keyed: Vec<(usize, Col)> = Vec::with_capacity(columns.len());
    for mut column in columns.drain(..) {
        if let Some(at) = place(column.id) {
            last = at;
            (column.choice, column.width) = (layout.0[at].choice, layout.0[at].width);
        }
        keyed.push((last, column));
    }
    keyed.sort_by_key(|(at, _)| *at);
    keyed.into_iter().map(|(_, column)| column).collect()
}

impl App {
    /// The columns of the view on screen, shown or not, from the left.
    #[must_use]
    pub fn columns(&self) -> Vec<Col> {
        let screen = &self.screen;
        let mut columns = usual(screen.view);
        if let Some(layout) = self.layout() {
            columns = arrange(columns, layout);
        }
        let room = self.areas().table.width.saturating_sub(4);
        let wide = screen.wide || room >= WIDE;
        let one = screen.parent.is_some() || self.org.account(&screen.select.as_str().into()).is_some();
        // What the headings of groups say need not be said in each row.
        let said = match screen.grouping {
            Grouping::None => "",
            Grouping::Account => "account",
            Grouping::Ou => "ou",
        };
        for column in &mut columns {
            column.shown = match (column.choice, column.which) {
                (Choice::Shown, _) => true,
                (Choice::Hidden, _) => false,
                (Choice::Usual, Which::Account) => !one && said != "account",
                (Choice::Usual, Which::Region) => screen.parent.is_none() && self.many_regions(),
                (Choice::Usual, Which::Cell(_)) => (wide || !column.wide) && column.id != said,
            };
        }
        columns
    }

    /// The columns of the view itself that a file of its rows holds, where somebody chose them.
    pub(super) fn chosen_columns(&self) -> Option<Vec<usize>> {
        self.layout()?;
        let kept = self.columns().into_iter().filter(|c| c.choice != Choice::Hidden);
        Some(kept.filter_map(|c| if let Which::Cell(at) = c.which { Some(at) } else { None }).collect())
    }

    /// What was chosen for the view on screen: here, or in the configuration.
    fn layout(&self) -> Option<&Layout> {
        let view = self.screen.view.id();
        self.chosen.layouts.get(&view).or_else(|| self.chosen.configured.layouts.get(&view))
    }

    /// The columns that rows are ordered by one after the other: by trouble, and then those on the screen.
    pub(super) fn orders(&self) -> Vec<SortBy> {
        let shown = self.columns().into_iter().filter(|c| c.shown);
        let cells = shown.filter_map(|c| if let Which::Cell(at) = c.which { Some(SortBy::Column(at)) } else { None });
        std::iter::once(SortBy::Trouble).chain(cells).collect()
    }

    /// Changes the columns, or opens the list of them.
    pub(super) fn arrange_columns(&mut self, arrange: Arrange, effects: &mut Effects) {
        let Some(Layer::Columns(at)) = self.layers.last().cloned() else {
            if arrange == Arrange::Open {
                self.open_columns();
            }
            return;
        };
        let mut columns = self.columns();
        let at = at.min(columns.len().saturating_sub(1));
        let mut to = at;
        match arrange {
            Arrange::Open => {
                self.layers.pop();
                return;
            }
            Arrange::Reset => return self.forget_columns(effects),
            Arrange::Toggle => {
                let column = &mut columns[at];
                column.choice = if column.shown { Choice::Hidden } else { Choice::Shown };
            }
            Arrange::Left if at > 0 => {
                columns.swap(at, at - 1);
                to = at - 1;
            }
            Arrange::Right if at + 1 < columns.len() => {
                columns.swap(at, at + 1);
                to = at + 1;
            }
            Arrange::Left | Arrange::Right => return,
            Arrange::Wider => columns[at].width = Some(self.cells_of(&columns[at]).saturating_add(STEP).min(WIDTHS.1)),
            Arrange::Narrower => {
                columns[at].width = Some(self.cells_of(&columns[at]).saturating_sub(STEP).max(WIDTHS.0));
            }
            Arrange::Auto => columns[at].width = None,
        }
        if !columns.iter().any(|c| c.choice != Choice::Hidden) {
            return self.say("one column has to stay");
        }
        let own = |c: Col| Own { id: c.id.to_owned(), choice: c.choice, width: c.width };
        let layout = Layout(columns.into_iter().map(own).collect());
        let view = self.screen.view.id();
        effects.push(Effect::Write(vec![Memo::keep(BOOK, view.0, layout.to_string())]));
        self.chosen.layouts.insert(view, layout);
        if let Some(Layer::Columns(at)) = self.layers.last_mut() {
            *at = to;
        }
    }

    fn open_columns(&mut self) {
        if self.mapped().is_some() {
            return self.say("a map has no columns");
        }
        self.focus = super::Focus::Table;
        self.layers.push(Layer::Columns(0));
    }

    /// Back to what the configuration or the view says.
    fn forget_columns(&mut self, effects: &mut Effects) {
        let view = self.screen.view.id();
        if self.chosen.layouts.remove(&view).is_some() {
            effects.push(Effect::Write(vec![Memo::forget(BOOK, view.0)]));
        }
        self.say(format!("{view} has its usual columns"));
    }

    /// The cells that a column has now, about: its own, its view's, or what its values on the screen need.
    fn cells_of(&self, column: &Col) -> u16 {
        let given = column.width.or(Some(column.declared).filter(|n| *n > 0));
        given.unwrap_or_else(|| {
            let table = self.table(self.screen.view.id());
            let height = geometry::rows(self.areas().table);
            let lines = self.screen.offset..self.screen.offset + height;
            let Which::Cell(at) = column.which else { return REST };
            let mut text = String::new();
            let cells = lines.filter_map(|line| self.screen.slot(line, table)).map(|slot| {
                text.clear();
                slot.row.cell(at).write(self.now, &mut text);
                width(&text)
            });
            u16::try_from(cells.max().unwrap_or(0)).unwrap_or(REST).clamp(REST / 2, REST * 2)
        })
    }
}
