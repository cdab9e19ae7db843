//! What the user wants, from four sources: defaults ← file ← environment ← flags, each value with its origin.
//!
//! Everything in here is pure but [`Env::read`] and [`Config::load`] (both in `loader`). The file is TOML:
//!
//! ```toml
//! roles = ["role/cicd/delegated-role", "admin"]   # the first is the default
//! regions = ["eu-central-1", "eu-west-1"]
//!
//! [role.admin]
//! arn = "arn:{partition}:iam::{account}:role/admin"
//! duration = "1h"
//!
//! [[where]]
//! ou = "workload/prod"
//! production = true
//!
//! [[where]]
//! tag = { team = "pay" }
//! regions = ["eu-central-1"]
//! ```
//!
//! Of the `[[where]]` blocks that fit an account, one that names the account beats one that names tags, which beats
//! one that names an OU, which beats the top of the file; among equals the more tags or the longer path, and then
//! the later block. This is decided for each setting by itself.

mod arn;
mod choose;
mod enter;
mod env;
mod error;
mod implied;
mod info;
mod loader;
mod origin;
mod overrides;
mod paths;
mod read;
mod read_access;
mod regions;
mod role;
mod schema;
mod settings;
mod sheet;
pub mod span;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

pub use choose::Raising;
pub use env::Env;
pub use error::{ConfigError, ConfigErrors};
pub use implied::implied;
pub use info::Info;
pub use origin::{Origin, Origins, Spot};
pub use overrides::{Environment, Override, Selector};
pub use paths::Paths;
pub use regions::doubt as region_doubt;
pub use role::{How, RoleSpec, SessionPolicy};
pub use schema::{Known, schema};
pub use settings::{SETTINGS, Setting};

use serde::{Deserialize, Serialize};

use crate::model::{AccountId, Region, link::Start};

/// What the user wants. Values are checked: one that STS or the console itself would refuse never gets here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// The theme's name; `None` leaves the choice to the console.
    pub theme: Option<String>,
    /// Whether times are shown in UTC instead of the local zone.
    pub utc: bool,
    /// Whether the mouse is used. Off leaves it to the terminal for selecting text.
    pub mouse: bool,
    /// The view that the console opens with.
    pub view: String,
    /// The profile of the AWS configuration that the caller's own credentials come from.
    pub profile: Option<String>,
    /// The regions that are read in every account; empty for the caller's own region.
    pub regions: Vec<Region>,
    /// The names of the roles to choose from in an account, the default first; empty for those that are probed.
    pub roles: Vec<String>,
    /// The name of the role that an elevation uses; `None` for the account's default role.
    pub elevated: Option<String>,
    /// How much of AWS's patience is used.
    pub limits: Limits,
    /// How a browser comes to AWS's own console.
    pub browser: Browser,
    /// The file into which every fact that reaches the console is written, for a report of a fault; `None` for none.
    pub journal: Option<PathBuf>,
    /// How often a view is read, by its name, where it is not left to the view.
    pub refresh: BTreeMap<String, Duration>,
    /// Accounts listed by hand, for those who may not read the organisation.
    pub accounts: Vec<Listed>,
    /// Every role by name, in the order of the file.
    pub role: Vec<RoleSpec>,
    /// What is otherwise in some accounts, in the order of the file.
    pub overrides: Vec<Override>,
    /// Keys of the user's own, as written.
    pub keys: Vec<Binding>,
    /// Words of the user's own for palette commands, as written.
    pub aliases: Vec<Alias>,
    /// What is otherwise in the tables of views, as written: the tables read it.
    pub views: Vec<ViewTable>,
    /// What the environment or a flag named, so that no `[[where]]` block may change it.
    pub(crate) demanded: Demanded,
}

/// What the environment or a flag named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Demanded {
    /// The default role.
    pub(crate) roles: bool,
    /// The regions.
    pub(crate) regions: bool,
}

/// How much of AWS's patience is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// The share of AWS's documented request rates, 0.05 to 1. The rest is left to everybody else in the account.
    pub share: f64,
    /// How many requests of views run at once in one account, 1 to 64.
    pub jobs_per_account: usize,
    /// A first sweep over more accounts than this is asked about first.
    pub confirm_accounts: usize,
}

/// How a browser comes to AWS's own console.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    /// Identity Center's portal; `None` for the one that the AWS configuration names.
    pub start: Option<Start>,
    /// The permission set that links through the portal ask for, in every account; `None` for the one in use there.
    pub permission_set: Option<String>,
    /// Whether names in tables are links for the terminal.
    pub hyperlinks: Hyperlinks,
}

/// Whether names in tables are links for the terminal (OSC 8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hyperlinks {
    /// Where the terminal is known to take them.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

impl Hyperlinks {
    /// The word for it in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::On => "on",
            Self::Off => "off",
        }
    }

    /// By its word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::Auto, Self::On, Self::Off].into_iter().find(|h| h.word() == word)
    }
}

/// An account listed by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The twelve digits.
    pub id: AccountId,
    /// Its name; the id where none was given.
    pub name: String,
    /// The names of the OUs above it, joined by `/`; empty for none.
    pub ou: String,
}

/// A key of the user's own, as written: the keymap reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The layer in which it works, such as `table`.
    pub scope: String,
    /// The key, such as `ctrl-r`.
    pub chord: String,
    /// What it does, such as `refresh`.
    pub action: String,
    /// Where it is written, for a message.
    #[serde(skip)]
    pub spot: Spot,
}

/// A word of the user's own for a palette command, as written: the palette reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// The new word.
    pub word: String,
    /// The command that it stands for.
    pub command: String,
    /// Where it is written, for a message.
    #[serde(skip)]
    pub spot: Spot,
}

/// What is otherwise in the table of a view, as written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewTable {
    /// The view's word.
    pub view: String,
    /// The columns that are shown, in order, each with its width or not (`name=30`), and where that is written.
    #[serde(with = "unplaced")]
    pub columns: Option<(Vec<String>, Spot)>,
    /// The column that rows are ordered by at first, with a leading `-` from the largest, and where that is written.
    #[serde(with = "unplaced")]
    pub sort: Option<(String, Spot)>,
    /// Where the table is written, for a message.
    #[serde(skip)]
    pub spot: Spot,
}

/// A value without the place where it is written: a journal tells what a user wants, and no path.
mod unplaced {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Spot;

    #[expect(clippy::ref_option, reason = "as serde calls it")]
    pub(super) fn serialize<T: Serialize, S: Serializer>(it: &Option<(T, Spot)>, to: S) -> Result<S::Ok, S::Error> {
        it.as_ref().map(|(value, _)| value).serialize(to)
    }

    pub(super) fn deserialize<'de, T, D>(from: D) -> Result<Option<(T, Spot)>, D::Error>
    where
        T: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Option::<T>::deserialize(from)?.map(|value| (value, Spot::default())))
    }
}

/// What the command line says. `None` and empty leave the value to the other sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--config`: the file to read.
    pub config: Option<PathBuf>,
    /// `--theme`.
    pub theme: Option<String>,
    /// `--view`: what to open with.
    pub view: Option<String>,
    /// `--region`, as often as given.
    pub regions: Vec<String>,
    /// `--role`: a name of the configuration, `role/…` or an ARN.
    pub role: Option<String>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--journal`: a file that must not be there yet.
    pub journal: Option<PathBuf>,
    /// `--utc`.
    pub utc: Option<bool>,
}

/// The configuration, where each value came from, and what is odd but no error.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// Where they came from.
    pub origins: Origins,
    /// What the user should look at, each with its place.
    pub warnings: Vec<ConfigError>,
    /// The paths that belong to it.
    pub paths: Paths,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            theme: None,
            utc: false,
            mouse: true,
            view: "watch".to_owned(),
            profile: None,
            regions: Vec::new(),
            roles: Vec::new(),
            elevated: None,
            limits: Limits::default(),
            browser: Browser::default(),
            journal: None,
            refresh: BTreeMap::new(),
            accounts: Vec::new(),
            role: Vec::new(),
            overrides: Vec::new(),
            keys: Vec::new(),
            aliases: Vec::new(),
            views: Vec::new(),
            demanded: Demanded::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { share: 0.5, jobs_per_account: 4, confirm_accounts: 50 }
    }
}
