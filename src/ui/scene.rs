//! What every painter needs: the state, the theme, and what is summed up once for a frame.

use jiff::{Timestamp, tz::TimeZone};
use ratatui::style::Style;

use super::{
    spots::Spots,
    theme::{Role, Theme},
};
use crate::{
    app::{Action, App, Keys, Sum, plan::TREE},
    model::{Coverage, Level, Progress, Scope, time},
    rows::{ScopeState, Sort, SortBy, Table},
    view::{Need, Run},
};

/// The state, the theme, and what is summed up once.
pub struct Scene<'a> {
    /// The state.
    pub app: &'a App,
    /// The theme.
    pub theme: &'a Theme,
    /// What was read of what is on screen.
    pub coverage: &'a Coverage,
    /// The sum over all of the fleet.
    pub fleet: Sum,
    /// Where names stand that lead somewhere.
    pub spots: Spots,
}

impl<'a> Scene<'a> {
    /// Sums up. `linked` tells whether links are gathered.
    pub fn new(app: &'a App, theme: &'a Theme, linked: bool) -> Self {
        Self { app, theme, coverage: app.covered(), fleet: app.rollup.of(""), spots: Spots::new(linked) }
    }

    /// The style of a role. Ordinary words take the style of what they lie on.
    pub fn style(&self, role: Role) -> Style {
        if role == Role::Text { Style::new() } else { self.theme.style(role) }
    }

    /// The style of an empty cell, over which everything is drawn; `role` is the ground's.
    pub fn ground(&self, role: Role) -> Style {
        self.theme.style(Role::Text).patch(self.theme.style(role))
    }

    /// The style of letters that a search found. On the line of the cursor they keep its colours.
    pub fn hit(&self, selected: bool) -> Style {
        if selected { Style::new().add_modifier(Role::Match.plain()) } else { self.theme.style(Role::Match) }
    }

    /// The style of a verdict.
    pub fn level(&self, level: Level) -> Style {
        self.theme.level(level)
    }

    /// The rows of the view on screen.
    pub fn table(&self) -> &'a Table {
        self.app.table(self.app.screen.view.id())
    }

    /// Whether the view on screen is the watch board: derived from all that is read for it.
    pub fn is_board(&self) -> bool {
        let view = self.app.screen.view;
        view.patrol() && view.run() == Run::Derived(Need::All) && self.app.mapped().is_none()
    }

    /// How many of the rows on the watch board are problems, the others being places that were not read; `None` for
    /// other views, and in other orders than by trouble, in which the two are mixed.
    pub fn problems(&self) -> Option<usize> {
        let screen = &self.app.screen;
        let by_trouble = screen.sort == Sort { by: SortBy::Trouble, descending: false };
        if !self.is_board() || !by_trouble {
            return None;
        }
        let table = self.table();
        let worse = |at: usize| {
            let slot = screen.listing.at(at).and_then(|id| table.get(id));
            slot.is_some_and(|slot| slot.level.is_problem())
        };
        // The problems come first: the first row that is none is found by halving.
        let (mut from, mut to) = (0, screen.listing.len());
        while from < to {
            let middle = usize::midpoint(from, to);
            if worse(middle) { from = middle + 1 } else { to = middle }
        }
        Some(from)
    }

    /// The zone in which moments are shown.
    pub fn zone(&self) -> TimeZone {
        if self.app.utc { TimeZone::UTC } else { self.app.setup.zone.clone() }
    }

    /// A moment in full, with its age.
    pub fn moment(&self, at: Timestamp) -> String {
        let age = time::age(self.app.now, at);
        let full = time::full(at, &self.zone());
        if at > self.app.now {
            format!("{full} · in {}", age.trim_start_matches('+'))
        } else {
            format!("{full} · {age} ago")
        }
    }

    /// How the reading of the organisation stands; `None` before it was asked for.
    pub fn tree_reading(&self) -> Option<&'a ScopeState> {
        let view = self.app.setup.view_named(TREE)?;
        let table = self.app.table(view.id());
        table.scopes.get(table.scopes.find(&Scope::fleet())?)
    }

    /// When the tree on screen was read, if that was in an earlier run or its last reading broke.
    pub fn old_tree(&self) -> Option<Timestamp> {
        let fresh = self.tree_reading().is_some_and(|s| s.progress == Progress::Read);
        self.app.org_read_at.filter(|_| !fresh)
    }

    /// The chords that mean an action where `keys` is in force, as help writes them; empty where none does.
    pub fn chords(&self, keys: Keys, action: &Action) -> String {
        let found = self.app.setup.keymap.bindings().iter().find(|b| b.keys == keys && b.action == *action);
        found.and_then(|b| b.chords.first()).map(ToString::to_string).unwrap_or_default()
    }
}
