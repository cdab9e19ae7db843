//! Themes by name: those that come with the program, and the user's own files.

use std::{fs, path::Path};

use crate::ui::theme::{Colours, Theme};

/// The names of all themes, the shipped ones first.
#[must_use]
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = Theme::names().into_iter().map(ToOwned::to_owned).collect();
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut own: Vec<String> = files
        .filter_map(|file| file.file_name().into_string().ok()?.strip_suffix(".toml").map(ToOwned::to_owned))
        .filter(|name| !names.contains(name))
        .collect();
    own.sort_unstable();
    names.extend(own);
    names
}

/// A theme by name, in the colours that the terminal shows.
///
/// # Errors
/// What is wrong with the file, with its line.
pub fn load(name: &str, folder: &Path, colours: Colours) -> Result<Theme, String> {
    if Theme::names().contains(&name) {
        return Theme::shipped(name).map(|t| t.within(colours));
    }
    let path = folder.join(format!("{name}.toml"));
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    Theme::parse(name, &text).map(|t| t.within(colours)).map_err(|e| format!("{}: {e}", path.display()))
}
