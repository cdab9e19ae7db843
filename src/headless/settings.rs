//! `qd config schema` and `qd config check`.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use super::{codes, write};
use crate::{
    app::Keys,
    config::{Known, Loaded, schema},
    model::{Fault, text},
    ui::theme::Theme,
    views::VIEWS,
};

/// Writes the JSON schema of the configuration file to stdout.
///
/// # Errors
/// A stdout that cannot be written.
pub fn config_schema() -> Result<ExitCode, Fault> {
    let mut layers: Vec<&str> = Keys::ALL.iter().map(|keys| keys.word()).collect();
    let own = VIEWS.iter().filter(|v| !v.verbs().is_empty() || v.links().iter().any(|(_, key)| !key.is_empty()));
    layers.extend(own.map(|v| v.id().0));
    let views = VIEWS.iter().map(|v| v.id().0).collect();
    let schema = schema(&Known { views, themes: Theme::names(), layers });
    write(
        |out| {
            serde_json::to_writer_pretty(&mut *out, &schema)?;
            out.write_all(b"\n")
        },
        codes::WHOLE,
    )
}

/// Says that a file has no faults, with what is odd in it on stderr. Faults end the program before.
///
/// # Errors
/// A stdout that cannot be written.
pub fn config_checked(loaded: &Loaded) -> Result<ExitCode, Fault> {
    for warning in &loaded.warnings {
        // Where stderr is gone there is nobody to tell.
        let _gone = writeln!(io::stderr(), "{warning}");
    }
    let path = loaded.paths.config.display().to_string();
    let odd = match loaded.warnings.len() {
        0 => String::new(),
        1 => ", and one thing that is odd".to_owned(),
        n => format!(", and {n} things that are odd"),
    };
    write(|out| writeln!(out, "{}: no faults{odd}", text::clean(&path)), codes::WHOLE)
}
