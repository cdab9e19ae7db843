//! Which regions are read. Counted when the wanted scopes or the known regions change, not for each frame: there are
//! thousands of scopes.

use std::collections::BTreeSet;

use super::App;
use crate::{model::Region, rows::Table};

/// What is known of the regions, as of the last change.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Regions {
    /// How many are read for what is on screen and for the board.
    read: usize,
    /// Whether the rows on screen come from more than one.
    many: bool,
    /// How many are enabled in the caller's account and not read anywhere.
    unread: Option<usize>,
}

impl App {
    /// How many regions are read for what is on screen and for the board.
    #[must_use]
    pub fn regions(&self) -> usize {
        self.regions.read
    }

    /// Whether the rows on screen are read in more than one region.
    #[must_use]
    pub fn many_regions(&self) -> bool {
        self.regions.many
    }

    /// How many regions are enabled in the caller's account and read in no account, as far as that is known.
    #[must_use]
    pub fn unread_regions(&self) -> Option<usize> {
        self.regions.unread
    }

    /// Counts anew.
    pub(super) fn count_regions(&mut self) {
        let on_screen = self.screen.view.id();
        let views = self.setup.views.iter().filter(|v| v.patrol() || v.id() == on_screen);
        let read: BTreeSet<&Region> = views.flat_map(|v| wanted(self.table(v.id()))).collect();
        let here: BTreeSet<&Region> = wanted(self.table(on_screen)).collect();
        self.regions =
            Regions { read: read.len(), many: here.len() > 1, unread: self.enabled().map(|e| e.unread.len()) };
    }
}

/// The regions of the scopes that are wanted.
fn wanted(table: &Table) -> impl Iterator<Item = &Region> {
    table.scopes.iter().filter(|s| s.wanted).filter_map(|s| s.scope.region.as_ref())
}
