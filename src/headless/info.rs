//! `qd info`: every setting with its origin, every path, and the versions.

#![allow(clippy::disallowed_methods, reason = "says which of the paths exist")]

use std::{
    env::consts,
    io::{self, Write},
};

use super::Base;
use crate::{access::surroundings, model::text};

/// Writes it.
///
/// # Errors
/// Where `out` cannot be written.
pub fn write(base: &Base, out: &mut dyn Write) -> io::Result<()> {
    let mut info = base.loaded.info();
    let origins = &base.loaded.origins;
    let profile = base.loaded.config.profile.as_deref().map(|name| (name, origins.of("profile")));
    info.extend(surroundings(&base.env, profile));
    let width = |words: &mut dyn Iterator<Item = &str>| words.map(text::width).max().unwrap_or_default();
    let keys = width(&mut info.iter().map(|i| i.key.as_str()));
    let values = width(&mut info.iter().map(|i| i.value.as_str())).min(60);
    writeln!(out, "settings")?;
    for line in &info {
        let (key, value) = (text::clean(&line.key), text::clean(&line.value));
        writeln!(out, "  {}  {}  {}", pad(&key, keys), pad(&value, values), line.origin)?;
    }
    writeln!(out, "\npaths")?;
    let paths = base.loaded.paths.list();
    let names = paths.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, path) in &paths {
        let is = if path.exists() { "" } else { "  (not there)" };
        writeln!(out, "  {}  {}{is}", pad(name, names), path.display())?;
    }
    writeln!(out, "\nversions")?;
    writeln!(out, "  {} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "  {} {}", consts::OS, consts::ARCH)?;
    let kept = if base.store.is_persistent() { "a file" } else { "in memory: nothing outlives the run" };
    writeln!(out, "  store {kept}")?;
    for warning in &base.loaded.warnings {
        writeln!(out, "\n{warning}")?;
    }
    Ok(())
}

fn pad(word: &str, width: usize) -> String {
    format!("{word}{}", " ".repeat(width.saturating_sub(text::width(word))))
}
