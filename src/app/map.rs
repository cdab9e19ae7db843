//! The map of a view: where the cell of each row is, and how the cursor moves over them in two dimensions.

pub mod flow;
mod gather;

use ratatui::layout::Rect;

use super::{App, Effects, action::Motion, geometry, screen::Screen, screen::window};
use crate::{
    model::{Cell, ViewId},
    rows::{Listing, Slot, SlotId, Table},
    view::{Mapped, Picture},
};
use flow::{Density, Placed};

/// A cell of the map, in columns and lines from its upper left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Its column.
    pub x: u16,
    /// Its line; the first on the screen is [`Map::offset`].
    pub y: u16,
    /// The row that stands for it; `None` where none of its rows passes the filter.
    pub lit: Option<SlotId>,
    /// Its rows, in [`Map::rows`].
    rows: (usize, usize),
}

/// The heading of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its column.
    pub x: u16,
    /// Its line.
    pub y: u16,
    /// Its words.
    pub name: String,
    /// How many rows lie below it.
    pub rows: usize,
}

/// What a map was made from: where any of it is another, it is made anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Stamp {
    view: Option<ViewId>,
    revisions: (u64, u64),
    area: Rect,
    select: String,
    line: String,
    problems: bool,
    waits: bool,
    shown: usize,
}

/// The map on the screen. Empty while the view on it is a table.
#[derive(Clone, Debug, Default)]
pub struct Map {
    stamp: Stamp,
    /// Where it is drawn.
    pub area: Rect,
    /// How densely.
    pub density: Density,
    /// Whether a cell is a whole OU, for want of room.
    pub gathered: bool,
    /// The cells, in reading order.
    pub spots: Vec<Spot>,
    /// The headings.
    pub headings: Vec<Heading>,
    /// How many lines there are.
    pub lines: usize,
    /// The first line on the screen.
    pub offset: usize,
    /// The positions of the columns that are read for it: the path, and how much was answered.
    pub columns: (Option<usize>, Option<usize>),
    order: Vec<SlotId>,
    /// Of each slot number, the cell of its row.
    home: Vec<Option<u32>>,
}

impl Map {
    /// The rows of a cell.
    pub fn rows<'a>(&self, spot: &Spot, table: &'a Table) -> impl Iterator<Item = &'a Slot> {
        let ids = self.order.get(spot.rows.0..spot.rows.1).unwrap_or_default();
        ids.iter().filter_map(|id| table.get(*id))
    }

    /// How many rows a cell has.
    #[must_use]
    pub fn count(&self, spot: &Spot) -> usize {
        spot.rows.1 - spot.rows.0
    }

    /// The cell of a row, by its number.
    #[must_use]
    pub fn cell_of(&self, id: SlotId) -> Option<usize> {
        self.home.get(id.0 as usize).copied().flatten().map(|at| at as usize)
    }

    /// The cell under a position of the screen.
    #[must_use]
    pub fn at(&self, x: u16, y: u16) -> Option<usize> {
        let line = usize::from(y.checked_sub(self.area.y)?) + self.offset;
        let column = x.checked_sub(self.area.x)?;
        let under = |s: &Spot| usize::from(s.y) == line && (s.x..s.x + self.density.cell).contains(&column);
        self.spots.iter().position(under).filter(|_| y < self.area.bottom())
    }

    /// The lit cell that a motion leads to; `page` lines are on the screen.
    fn step(&self, from: usize, motion: Motion, page: usize) -> Option<usize> {
        let lit = |at: &usize| self.spots[*at].lit.is_some();
        let all = self.spots.len();
        let far = |n: usize, down: bool| {
            (0..n.max(1)).try_fold((from, false), |(at, moved), _| match self.beside(at, down) {
                Some(next) => Ok((next, true)),
                None => Err((at, moved)),
            })
        };
        let walk = |n, down| {
            let (Ok((at, moved)) | Err((at, moved))) = far(n, down);
            moved.then_some(at)
        };
        match motion {
            Motion::Left => (0..from).rev().find(lit),
            Motion::Right => (from + 1..all).find(lit),
            Motion::Up => walk(1, false),
            Motion::Down => walk(1, true),
            Motion::HalfUp => walk(page.div_ceil(2), false),
            Motion::HalfDown => walk(page.div_ceil(2), true),
            Motion::PageUp => walk(page, false),
            Motion::PageDown => walk(page, true),
            Motion::Top => (0..all).find(lit),
            Motion::Bottom => (0..all).rev().find(lit),
        }
    }

    /// The nearest lit cell of the nearest line above or below that has one.
    fn beside(&self, from: usize, down: bool) -> Option<usize> {
        let here = self.spots.get(from)?;
        let lines = |at: &usize| self.spots[*at].y.abs_diff(here.y);
        let beyond = |at: &usize| if down { self.spots[*at].y > here.y } else { self.spots[*at].y < here.y };
        let lit = (0..self.spots.len()).filter(|at| self.spots[*at].lit.is_some()).filter(beyond);
        lit.min_by_key(|at| (lines(at), self.spots[*at].x.abs_diff(here.x)))
    }
}

impl App {
    /// What the view on screen takes for its map, if it is drawn as one.
    #[must_use]
    pub fn mapped(&self) -> Option<Mapped> {
        match self.screen.view.picture() {
            Picture::Map(mapped) => Some(mapped),
            Picture::Table => None,
        }
    }

    /// Brings the map in line with the rows, and its window with the cursor.
    pub(super) fn settle_map(&mut self, table_area: Rect) {
        let Some(mapped) = self.mapped() else {
            if self.map.stamp.view.is_some() {
                self.map = Map::default();
            }
            return;
        };
        let area = geometry::map(table_area);
        if !self.is_map_of(area) {
            let offset = self.map.offset;
            self.map = self.make_map(mapped, area);
            self.map.offset = offset;
        }
        let cursor = self.map_cursor().and_then(|at| self.map.spots.get(at)).map_or(0, |s| usize::from(s.y));
        self.map.offset = window(self.map.offset, cursor, self.map.lines, usize::from(area.height));
    }

    fn is_map_of(&self, area: Rect) -> bool {
        let (screen, stamp) = (&self.screen, &self.map.stamp);
        let revisions = (self.table(screen.view.id()).revision(), self.growing.revision);
        stamp.view == Some(screen.view.id())
            && (stamp.revisions, stamp.area, stamp.problems) == (revisions, area, screen.problems)
            && (stamp.waits, stamp.shown) == (self.refilter, screen.listing.len())
            && stamp.select == screen.select
            && stamp.line == screen.line
    }

    fn make_map(&self, mapped: Mapped, area: Rect) -> Map {
        let screen = &self.screen;
        let table = self.table(screen.view.id());
        let heads = screen.view.heads();
        let column = |id: &str| heads.iter().position(|h| h.id == id);
        let columns = (column(mapped.path), column(mapped.answered));
        let path = |slot: &Slot| match columns.0.map(|at| slot.row.cell(at)) {
            Some(Cell::Text(path)) => path.into_owned(),
            _ => String::new(),
        };
        let rows = table.iter().filter(|(_, slot)| self.is_selected(slot)).map(|(id, slot)| (path(slot), id)).collect();
        let mut map = gather::map(rows, table, &screen.listing, area);
        map.columns = columns;
        map.stamp = Stamp {
            view: Some(screen.view.id()),
            revisions: (table.revision(), self.growing.revision),
            area,
            select: screen.select.clone(),
            line: screen.line.clone(),
            problems: screen.problems,
            waits: self.refilter,
            shown: screen.listing.len(),
        };
        map
    }

    /// The cell under the cursor.
    #[must_use]
    pub fn map_cursor(&self) -> Option<usize> {
        self.map.cell_of(self.screen.listing.at(self.screen.position)?)
    }

    pub(super) fn move_on_map(&mut self, motion: Motion) {
        let page = usize::from(self.map.area.height);
        let to = self.map_cursor().and_then(|from| self.map.step(from, motion, page));
        if let Some(to) = to {
            self.point_at(to);
        }
    }

    /// Puts the cursor on a lit cell.
    pub(super) fn point_at(&mut self, cell: usize) {
        let Some(id) = self.map.spots.get(cell).and_then(|spot| spot.lit) else { return };
        let at = self.table_index(self.screen.view.id());
        if let Some(position) = self.screen.listing.position(&self.tables[at], self.screen.sort, id) {
            self.screen.move_to(position, &self.tables[at]);
        }
    }

    /// Enter on a cell that is a whole OU: the map of this OU alone. Gives whether it was one.
    pub(super) fn open_cell(&mut self, slot: &Slot, effects: &mut Effects) -> bool {
        if self.mapped().is_none() || !self.map.gathered {
            return false;
        }
        let account = slot.account().and_then(|id| self.org.account_called(id));
        let Some(ou) = account.and_then(|a| a.above.last()).cloned() else { return false };
        self.note_use(&ou, effects);
        self.enter(Screen::new(self.screen.view, ou, ""));
        true
    }
}
