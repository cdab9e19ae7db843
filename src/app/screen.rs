//! One screen of the table pane: a view, what part of the fleet it shows, how it is filtered and ordered, where the
//! cursor is.

use std::collections::BTreeSet;

use super::marks::Marks;
use crate::{
    model::{Key, Scope},
    rows::{Filter, Group, Groups, Line, Listing, Row, ScopeId, Slot, SlotId, Sort, Table, groups::Name},
    view::{AnyView, Target},
};

/// The row of another view that a screen hangs on.
#[derive(Clone)]
pub struct Parent {
    /// The row.
    pub row: Row,
    /// The scope that it was read from.
    pub scope: Scope,
}

/// Rows up to which they are gathered with each page that arrives. It means a look at every row: over 20,000 of them
/// some milliseconds, and pages come by the hundred.
const AT_ONCE: usize = 2_000;

/// What the rows are gathered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// By nothing: one list.
    #[default]
    None,
    /// By the account that they lie in.
    Account,
    /// By the OU that this account lies in.
    Ou,
}

impl Grouping {
    /// The next one round.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::None => Self::Account,
            Self::Account => Self::Ou,
            Self::Ou => Self::None,
        }
    }

    /// The word for it; empty for none.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Account => "account",
            Self::Ou => "OU",
        }
    }
}

/// What the cursor is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// A row.
    Row(ScopeId, Key),
    /// The heading of a group, by the group's id.
    Group(String),
}

/// A screen. Kept in the history with its cursor, and drawn again from the living table.
#[derive(Clone)]
pub struct Screen {
    /// The view.
    pub view: &'static dyn AnyView,
    /// The node of the organisation that is looked at; empty for all of it.
    pub select: String,
    /// The row that it hangs on.
    pub parent: Option<Parent>,
    /// The filter line as typed.
    pub line: String,
    /// The filter that is in force: what the line stands for, or the last that was one.
    pub filter: Filter,
    /// What is wrong with the line, where it is no filter.
    pub wrong: Option<String>,
    /// The order.
    pub sort: Sort,
    /// What the rows are gathered by.
    pub grouping: Grouping,
    /// Problems alone.
    pub problems: bool,
    /// Wide columns too.
    pub wide: bool,
    /// The rows that are marked.
    pub marks: Marks,
    /// What is under the cursor.
    pub cursor: Option<Cursor>,
    /// Whether the cursor was moved; until then it stays on the first row while rows stream in above it.
    pub moved: bool,
    /// The line of the cursor.
    pub position: usize,
    /// The first line on the screen.
    pub offset: usize,
    /// The rows in order.
    pub listing: Listing,
    /// Whether the listing is to be made anew before it is used.
    pub stale: bool,
    /// The rows in groups, where they are gathered.
    groups: Groups,
    /// Whether they are to be gathered anew.
    scattered: bool,
    /// The groups that are folded away.
    closed: BTreeSet<String>,
    /// A row to put the cursor on as soon as it arrives.
    pub seek: Option<Target>,
}

impl Screen {
    /// A screen of a view over a part of the fleet.
    #[must_use]
    pub fn new(view: &'static dyn AnyView, select: String, line: &str) -> Self {
        let mut screen = Self {
            view,
            select,
            parent: None,
            line: String::new(),
            filter: Filter::default(),
            wrong: None,
            sort: Sort::named(view.order(), view.heads().iter().map(|h| h.id)),
            grouping: Grouping::default(),
            problems: false,
            wide: false,
            marks: Marks::default(),
            cursor: None,
            moved: false,
            position: 0,
            offset: 0,
            listing: Listing::default(),
            stale: true,
            groups: Groups::default(),
            scattered: true,
            closed: BTreeSet::new(),
            seek: None,
        };
        screen.set_filter(line);
        screen
    }

    /// Sets the filter line. Returns whether the new one only narrows the old one. A line that is none leaves the last
    /// good filter in force, and says what is wrong.
    pub fn set_filter(&mut self, line: &str) -> bool {
        line.clone_into(&mut self.line);
        match Self::read_filter(self.view, line) {
            Ok(filter) => {
                let narrows = filter.narrows(&self.filter);
                (self.filter, self.wrong) = (filter, None);
                narrows
            }
            Err(why) => {
                self.wrong = Some(why);
                true
            }
        }
    }

    /// Reads a filter line for a view.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read_filter(view: &dyn AnyView, line: &str) -> Result<Filter, String> {
        let heads = view.heads();
        Filter::parse(line, &heads.iter().map(|h| h.id).collect::<Vec<_>>())
    }

    /// How many lines there are: rows, and the headings of groups.
    #[must_use]
    pub fn len(&self) -> usize {
        if self.grouping == Grouping::None { self.listing.len() } else { self.groups.len() }
    }

    /// The rows in the order in which they stand, those of folded groups too.
    #[must_use]
    pub fn rows(&self) -> Vec<SlotId> {
        if self.grouping == Grouping::None { self.listing.iter().collect() } else { self.groups.rows().to_vec() }
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What stands on a line.
    #[must_use]
    pub fn line(&self, at: usize) -> Option<Line<'_>> {
        match self.grouping {
            Grouping::None => self.listing.at(at).map(Line::Row),
            _ => self.groups.line(at),
        }
    }

    /// The row on a line; `None` on a heading, and where the row has gone since the rows were gathered.
    #[must_use]
    pub fn slot<'a>(&self, at: usize, table: &'a Table) -> Option<&'a Slot> {
        let Line::Row(id) = self.line(at)? else { return None };
        let slot = table.get(id)?;
        // Another row may have taken its number, in another account.
        let here = || self.groups.of(slot).map(|g| &g.name) == self.groups.around(at).map(|g| &g.name);
        (self.grouping == Grouping::None || here()).then_some(slot)
    }

    /// The row under the cursor; `None` on the heading of a group.
    #[must_use]
    pub fn current<'a>(&self, table: &'a Table) -> Option<&'a Slot> {
        self.slot(self.position, table)
    }

    /// The group whose heading is under the cursor.
    #[must_use]
    pub fn heading(&self) -> Option<&Group> {
        match self.line(self.position)? {
            Line::Group(group) => Some(group),
            Line::Row(_) => None,
        }
    }

    /// The group that the line under the cursor belongs to.
    #[must_use]
    pub fn group(&self) -> Option<&Group> {
        if self.grouping == Grouping::None { None } else { self.groups.around(self.position) }
    }

    /// The line of a group's heading.
    #[must_use]
    pub fn heading_of(&self, id: &str) -> Option<usize> {
        self.groups.heading(id)
    }

    /// Folds a group away, or shows its rows again.
    pub fn fold(&mut self, id: &str, closed: bool) {
        if closed {
            self.closed.insert(id.to_owned());
        } else {
            self.closed.remove(id);
        }
        self.groups.fold(id, closed);
        self.moved = true;
    }

    /// Gathers the rows by something else. The cursor stays on its row.
    pub fn gather_by(&mut self, grouping: Grouping) {
        self.grouping = grouping;
        self.closed.clear();
        self.scattered = true;
    }

    /// Notes that the listing, or the names of the groups, changed.
    pub fn scatter(&mut self) {
        self.scattered = true;
    }

    /// Gathers the rows anew if anything changed since; `name` tells the group of an account. While rows stream in
    /// by pages, many of them are gathered with the next tick or key.
    pub fn gather(&mut self, table: &Table, streams: bool, name: &dyn Fn(Option<&str>) -> Name) {
        let late = streams && self.listing.len() > AT_ONCE && !self.groups.is_empty();
        if self.grouping == Grouping::None || !self.scattered || late {
            return;
        }
        self.scattered = false;
        self.groups = Groups::gather(&self.listing, table, name, &|id| self.closed.contains(id));
    }

    /// Lets go of everything that is made anew from the table.
    pub fn clear(&mut self) {
        (self.listing, self.groups) = (Listing::default(), Groups::default());
        self.scattered = true;
    }

    /// The line of a row; of its group's heading where that is folded.
    pub(super) fn line_of(&self, table: &Table, id: SlotId) -> Option<usize> {
        match self.grouping {
            Grouping::None => self.listing.position(table, self.sort, id),
            _ => self.groups.line_of(id, table.get(id)?),
        }
    }

    /// Brings the cursor back to its row, or to its place where the row is gone; `height` lines are on the screen.
    pub fn settle(&mut self, table: &Table, height: usize) {
        self.find_sought(table);
        if !self.moved {
            (self.position, self.cursor) = (self.first(), None);
        }
        let at = match &self.cursor {
            Some(Cursor::Row(scope, key)) => table.find(*scope, key).and_then(|id| self.line_of(table, id)),
            Some(Cursor::Group(id)) if self.grouping != Grouping::None => self.groups.heading(id),
            _ => None,
        };
        self.position = at.unwrap_or(self.position).min(self.len().saturating_sub(1));
        self.keep_cursor(table);
        self.offset = window(self.offset, self.position, self.len(), height);
    }

    /// Puts the cursor on the row that is sought, once it is there.
    fn find_sought(&mut self, table: &Table) {
        let Some(target) = &self.seek else { return };
        let Some(scope) = table.scopes.find(&target.scope) else { return };
        let Some(id) = target.key.as_ref().and_then(|key| table.find(scope, key)) else { return };
        let around = table.get(id).and_then(|slot| self.groups.of(slot));
        if let Some(folded) = around.filter(|group| group.closed).map(|group| group.name.id.clone()) {
            self.fold(&folded, false);
        }
        if let Some(at) = self.line_of(table, id) {
            self.position = at;
            self.cursor = None;
            self.moved = true;
            self.seek = None;
        }
    }

    /// The line of the first row: a heading stands above it where rows are gathered.
    fn first(&self) -> usize {
        usize::from(matches!((self.line(0), self.line(1)), (Some(Line::Group(_)), Some(Line::Row(_)))))
    }

    /// Moves the cursor to a line.
    pub fn move_to(&mut self, position: usize, table: &Table) {
        self.seek = None;
        self.moved = true;
        self.position = position.min(self.len().saturating_sub(1));
        self.keep_cursor(table);
    }

    fn keep_cursor(&mut self, table: &Table) {
        self.cursor = self.line(self.position).and_then(|line| match line {
            Line::Row(id) => table.get(id).map(|slot| Cursor::Row(slot.scope, slot.row.key().clone())),
            Line::Group(group) => Some(Cursor::Group(group.name.id.clone())),
        });
    }
}

/// The first of `len` lines on a screen of `height` lines that shows `position`, moved as little as possible.
#[must_use]
pub fn window(offset: usize, position: usize, len: usize, height: usize) -> usize {
    let height = height.max(1);
    let lowest = (position + 1).saturating_sub(height);
    offset.clamp(lowest, position.max(lowest)).min(len.saturating_sub(height))
}
