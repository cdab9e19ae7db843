//! What the state is started with.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::Keymap;
use crate::{config::Config, view::AnyView};

/// What the state is started with, and what does not change.
pub struct Setup {
    /// The catalogue, in the order of the palette. Never empty.
    pub views: &'static [&'static dyn AnyView],
    /// What the user wants.
    pub config: Arc<Config>,
    /// A mark that stays in the header, such as `DEMO`.
    pub badge: Option<String>,
    /// The names of the themes.
    pub themes: Vec<String>,
    /// The theme to begin with.
    pub theme: String,
    /// The zone of local time.
    pub zone: TimeZone,
    /// What the keys do.
    pub keymap: Keymap,
}

impl Setup {
    /// The view that the console opens with.
    #[must_use]
    pub fn first(&self) -> &'static dyn AnyView {
        self.view_named(&self.config.view).unwrap_or(self.views[0])
    }

    /// A view by its word or by another word for it.
    #[must_use]
    pub fn view_named(&self, word: &str) -> Option<&'static dyn AnyView> {
        let named = |v: &&&'static dyn AnyView| v.id().0 == word || v.aliases().contains(&word);
        self.views.iter().find(named).copied()
    }
}

/// What the store remembers of earlier runs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Memory {
    /// The rows of the last tree, as a JSON list, and when it was read.
    pub tree: Option<(String, Timestamp)>,
    /// The book of uses.
    pub uses: Vec<(String, String)>,
    /// The book of favourites.
    pub favourites: Vec<(String, String)>,
    /// The book of problems.
    pub problems: Vec<(String, String)>,
    /// The book of commands.
    pub commands: Vec<(String, String)>,
    /// Whether a preview was wished for.
    pub preview: bool,
    /// The book of columns.
    pub columns: Vec<(String, String)>,
    /// Whether a sweep over this fleet was allowed before.
    pub swept: bool,
}
