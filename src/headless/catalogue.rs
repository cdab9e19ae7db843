//! Views by their words.

use std::io::{self, Write};

use super::View;
use crate::{
    model::{Fault, FaultKind, text::suggest},
    view::Span,
};

/// The view with this word or alias.
///
/// # Errors
/// The nearest right word, for one that no view has ([`FaultKind::Invalid`]).
pub fn find(views: &'static [View], word: &str) -> Result<View, Fault> {
    let found = views.iter().find(|v| v.id().0 == word || v.aliases().contains(&word));
    found.copied().ok_or_else(|| {
        let words: Vec<&str> = views.iter().map(|v| v.id().0).collect();
        let hint = format!("{}; `qd get help` lists the views", suggest(word, &words));
        let hint = hint.trim_start_matches("; ");
        Fault::new(FaultKind::Invalid, format!("there is no view {word:?}")).hint(hint)
    })
}

/// Lists the views: the word, its aliases, what it shows, and whether it hangs on a row of another.
///
/// # Errors
/// Where `out` cannot be written.
pub fn write(views: &[View], out: &mut dyn Write) -> io::Result<()> {
    let word = |v: &View| v.id().0.len();
    let wide = views.iter().map(word).max().unwrap_or_default();
    for view in views {
        let also = match view.aliases() {
            [] => String::new(),
            aliases => format!(" (also {})", aliases.join(", ")),
        };
        let of = match view.span() {
            Span::One(of) => format!(" [--of a row of {of}]"),
            _ => String::new(),
        };
        writeln!(out, "{:wide$}  {}{also}{of}", view.id().0, view.about())?;
    }
    Ok(())
}
