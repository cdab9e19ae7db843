//! Where a value came from.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

/// Where a value came from, from the weakest source to the strongest.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody said anything.
    #[default]
    Default,
    /// A line of the configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A profile of the AWS configuration.
    Profile {
        /// Its name.
        name: String,
    },
    /// A variable of the environment.
    Variable(String),
    /// An option of the command line, with its dashes.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Profile { name } => write!(f, "profile {name}"),
            Self::Variable(name) => write!(f, "${name}"),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// An origin with what is needed to point at it in a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// The source, and the line in a file.
    pub origin: Origin,
    /// The column in a file, in characters from 1; 0 elsewhere.
    pub column: usize,
    /// The line of the file, as it is written there; empty elsewhere.
    pub excerpt: String,
}

impl Spot {
    /// The place of the byte `at` in `text`.
    #[must_use]
    pub fn in_file(path: &Path, text: &str, at: usize) -> Self {
        let at = (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
        let before = &text[..at];
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        Self {
            origin: Origin::File { path: path.to_owned(), line },
            column: text[start..at].chars().count() + 1,
            excerpt: text[start..].lines().next().unwrap_or_default().to_owned(),
        }
    }
}

impl From<Origin> for Spot {
    fn from(origin: Origin) -> Self {
        Self { origin, ..Self::default() }
    }
}

/// The spot of every value that is not a default, by its dotted key, such as `limits.share` or `role.deploy`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    spots: BTreeMap<String, Spot>,
}

impl Origins {
    /// Where the value of a dotted key came from.
    #[must_use]
    pub fn of(&self, key: &str) -> Origin {
        self.spots.get(key).map_or(Origin::Default, |s| s.origin.clone())
    }

    /// The same, with the place in the file.
    #[must_use]
    pub fn spot(&self, key: &str) -> Spot {
        self.spots.get(key).cloned().unwrap_or_default()
    }

    pub(super) fn set(&mut self, key: impl Into<String>, spot: Spot) {
        self.spots.insert(key.into(), spot);
    }
}
