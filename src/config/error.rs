//! What is wrong with a configuration: all of it at once, each with its place and the way out.

use std::fmt;

use super::origin::{Origin, Spot};
use crate::model::text;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Where.
    pub spot: Spot,
    /// What, in a sentence that names the key and the value.
    pub message: String,
    /// The next step; empty where there is none.
    pub help: String,
}

impl ConfigError {
    /// A fault of the configuration at `spot`.
    pub fn new(spot: Spot, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { spot, message: message.into(), help: help.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.spot.origin)?;
        if self.spot.column > 0 {
            write!(f, ":{}", self.spot.column)?;
        }
        write!(f, ": {}", text::clean(&self.message))?;
        if let Origin::File { line, .. } = &self.spot.origin {
            let before: String = self.spot.excerpt.chars().take(self.spot.column.saturating_sub(1)).collect();
            let gap = " ".repeat(text::width(&text::clean(&before)));
            write!(f, "\n  {line:>4} │ {}\n       │ {gap}^", text::clean(&self.spot.excerpt))?;
        }
        if self.help.is_empty() { Ok(()) } else { write!(f, "\n       = {}", text::clean(&self.help)) }
    }
}

/// Everything that is wrong, in the order of the sources and their lines. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl ConfigErrors {
    /// All that is wrong, in order.
    ///
    /// # Errors
    /// Unless nothing is.
    pub fn check(mut errors: Vec<ConfigError>) -> Result<(), Self> {
        if errors.is_empty() {
            return Ok(());
        }
        errors.sort_by(|a, b| (&a.spot.origin, a.spot.column).cmp(&(&b.spot.origin, b.spot.column)));
        // A table that several readers look into is said to be none once.
        errors.dedup();
        Err(Self(errors))
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// What is wrong with one value, before it is known where the value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What, in words that follow the key's name: `must be …`.
    pub message: String,
    /// The next step.
    pub help: String,
}

impl Wrong {
    /// A value that is wrong, and what to do.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}
