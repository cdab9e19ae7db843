//! What the configuration says of the tables of views: `[views.ecs]` with `columns` and `sort`.

use std::collections::HashMap;

use super::{layout::Layout, usual};
use crate::{
    config::{Config, ConfigError, ConfigErrors},
    model::{ViewId, text::suggest},
    view::AnyView,
};

/// The columns that stay where the configuration does not name them: they are there only where rows lie in several
/// places.
const PLACES: [&str; 2] = ["account", "region"];

/// What the configuration says, read for the views that there are.
#[derive(Clone, Debug, Default)]
pub struct Configured {
    /// Columns by view.
    pub layouts: HashMap<ViewId, Layout>,
    /// The order by view: a column's id, with a leading `-` from the largest.
    pub orders: HashMap<ViewId, String>,
}

impl Configured {
    /// Reads it.
    ///
    /// # Errors
    /// Every view, column and width that is none, with its place and the nearest that is.
    pub fn read(views: &[&'static dyn AnyView], config: &Config) -> Result<Self, ConfigErrors> {
        let mut out = Self::default();
        let mut errors = Vec::new();
        for own in &config.views {
            let names: Vec<&str> = views.iter().map(|v| v.id().0).collect();
            let Some(view) = views.iter().find(|v| v.id().0 == own.view) else {
                let message = format!("unknown view {:?}", own.view);
                errors.push(ConfigError::new(own.spot.clone(), message, suggest(&own.view, &names)));
                continue;
            };
            let known: Vec<&str> = usual(*view).iter().map(|c| c.id).collect();
            if let Some((words, spot)) = &own.columns {
                match Layout::configured(words, &known, &PLACES.map(|id| if cells(*view, id) { "" } else { id })) {
                    Ok(layout) => drop(out.layouts.insert(view.id(), layout)),
                    Err((at, why)) => {
                        let word = words.get(at).and_then(|w| w.trim_start_matches(['+', '-']).split('=').next());
                        let unknown = word.filter(|word| !known.contains(word));
                        let help = unknown.map(|word| suggest(word, &known)).unwrap_or_default();
                        errors.push(ConfigError::new(spot.clone(), why, help));
                    }
                }
            }
            if let Some((order, spot)) = &own.sort {
                let mut ids: Vec<&str> = view.heads().iter().map(|h| h.id).collect();
                ids.push("trouble");
                let word = order.trim_start_matches('-');
                if ids.contains(&word) {
                    out.orders.insert(view.id(), order.clone());
                } else {
                    let message = format!("unknown column {word:?}");
                    errors.push(ConfigError::new(spot.clone(), message, suggest(word, &ids)));
                }
            }
        }
        if errors.is_empty() { Ok(out) } else { Err(ConfigErrors(errors)) }
    }
}

/// Whether a view has a column of this name among its own.
fn cells(view: &dyn AnyView, id: &str) -> bool {
    view.heads().iter().any(|h| h.id == id)
}
