//! One screen of the table pane: a view, what part of the fleet it shows, how it is filtered and ordered, where the
//! cursor is.

use crate::{
    model::{Key, Scope},
    rows::{Filter, Listing, Row, ScopeId, Sort, Table},
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
    /// The filter that it stands for.
    pub filter: Filter,
    /// The order.
    pub sort: Sort,
    /// Problems alone.
    pub problems: bool,
    /// Wide columns too.
    pub wide: bool,
    /// The row under the cursor.
    pub cursor: Option<(ScopeId, Key)>,
    /// Whether the cursor was moved; until then it stays on the first row while rows stream in above it.
    pub moved: bool,
    /// Where the cursor is in the listing.
    pub position: usize,
    /// The first row on the screen.
    pub offset: usize,
    /// The rows in order.
    pub listing: Listing,
    /// Whether the listing is to be made anew before it is used.
    pub stale: bool,
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
            sort: Sort::default(),
            problems: false,
            wide: false,
            cursor: None,
            moved: false,
            position: 0,
            offset: 0,
            listing: Listing::default(),
            stale: true,
            seek: None,
        };
        screen.set_filter(line);
        screen
    }

    /// Sets the filter line. Returns whether the new one only narrows the old one.
    pub fn set_filter(&mut self, line: &str) -> bool {
        let heads = self.view.heads();
        let ids: Vec<&str> = heads.iter().map(|h| h.id).collect();
        let filter = Filter::parse(line, &ids);
        let narrows = filter.narrows(&self.filter);
        line.clone_into(&mut self.line);
        self.filter = filter;
        narrows
    }

    /// The row under the cursor.
    #[must_use]
    pub fn current<'a>(&self, table: &'a Table) -> Option<&'a crate::rows::Slot> {
        table.get(self.listing.at(self.position)?)
    }

    /// Brings the cursor back to its row, or to its place where the row is gone; `height` rows are on the screen.
    pub fn settle(&mut self, table: &Table, height: usize) {
        if let Some(target) = &self.seek
            && let Some(id) = target
                .key
                .as_ref()
                .and_then(|key| table.scopes.find(&target.scope).and_then(|scope| table.find(scope, key)))
            && let Some(at) = self.listing.position(table, self.sort, id)
        {
            self.position = at;
            self.cursor = None;
            self.moved = true;
            self.seek = None;
        }
        if !self.moved {
            (self.position, self.cursor) = (0, None);
        }
        let at = self.cursor.as_ref().and_then(|(scope, key)| table.find(*scope, key));
        if let Some(at) = at.and_then(|id| self.listing.position(table, self.sort, id)) {
            self.position = at;
        }
        self.position = self.position.min(self.listing.len().saturating_sub(1));
        self.keep_cursor(table);
        self.offset = window(self.offset, self.position, self.listing.len(), height);
    }

    /// Moves the cursor to a position.
    pub fn move_to(&mut self, position: usize, table: &Table) {
        self.seek = None;
        self.moved = true;
        self.position = position.min(self.listing.len().saturating_sub(1));
        self.keep_cursor(table);
    }

    fn keep_cursor(&mut self, table: &Table) {
        self.cursor = self.current(table).map(|slot| (slot.scope, slot.row.key().clone()));
    }
}

/// The first of `len` lines on a screen of `height` lines that shows `position`, moved as little as possible.
#[must_use]
pub fn window(offset: usize, position: usize, len: usize, height: usize) -> usize {
    let height = height.max(1);
    let lowest = (position + 1).saturating_sub(height);
    offset.clamp(lowest, position.max(lowest)).min(len.saturating_sub(height))
}
