//! Where on a frame names stand that lead to AWS's console, for terminals that make them clickable.
//!
//! A buffer of cells has no room for links; so they are gathered beside it while it is drawn, and woven into it by the
//! terminal alone. Pictures and tests of frames see the plain cells.

use std::cell::RefCell;

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{app::App, model::Link, rows::Slot};

/// Cells in one line, and where they lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The cells: one row high.
    pub area: Rect,
    /// Where they lead.
    pub link: Link,
}

/// The spots of a frame while it is drawn.
#[derive(Debug, Default)]
pub struct Spots {
    wanted: bool,
    found: RefCell<Vec<Spot>>,
}

impl Spots {
    /// None yet; and none at all, where they are not wanted.
    #[must_use]
    pub fn new(wanted: bool) -> Self {
        Self { wanted, found: RefCell::default() }
    }

    /// Notes that the words in an area stand for a row. What is blank at their end is no part of them.
    pub fn note(&self, app: &App, buf: &Buffer, area: Rect, slot: &Slot) {
        if !self.wanted {
            return;
        }
        let area = area.intersection(buf.area);
        let cells = (area.left()..area.right()).rev().skip_while(|x| buf[(*x, area.y)].symbol().trim().is_empty());
        let width = u16::try_from(cells.count()).unwrap_or(0);
        if area.height > 0
            && width > 0
            && let Some(link) = app.link_of(slot)
        {
            self.found.borrow_mut().push(Spot { area: Rect { width, height: 1, ..area }, link });
        }
    }

    /// All of them. Under a layer there are none: it may cover a part of any.
    #[must_use]
    pub fn take(self, app: &App) -> Vec<Spot> {
        if app.layers.is_empty() { self.found.into_inner() } else { Vec::new() }
    }
}
