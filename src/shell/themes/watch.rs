//! The watcher of the user's own themes: files are looked at and read here, off the loop.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, SystemTime},
};

use super::names;
use crate::ui::theme::Theme;

/// How often the folder and the file of the theme are looked at: soon enough for who edits one, and two calls of the
/// system.
const EVERY: Duration = Duration::from_secs(1);

/// What the watcher tells.
#[derive(Debug)]
pub enum Told {
    /// The names of all themes, where files came or went.
    Names(Vec<String>),
    /// A theme of the user's own by its name, or what is wrong with its file; and whether it was read before.
    Theme(String, Result<Box<Theme>, String>, bool),
}

/// What tells one writing of a file from the next: when, and how long it is. `None` where there is no file.
type Mark = Option<(SystemTime, u64)>;

fn mark(path: &Path) -> Mark {
    let facts = fs::metadata(path).ok()?;
    Some((facts.modified().ok()?, facts.len()))
}

/// The folder and the file of a theme as they were at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    listed: Mark,
    worn: Mark,
}

impl Found {
    /// As they are now.
    pub(super) fn of(folder: &Path, name: &str) -> Self {
        Self { listed: mark(folder), worn: mark(&path(folder, name)) }
    }
}

/// Reads a theme of the user's own.
///
/// # Errors
/// What is wrong with its file, with the line, in a sentence.
pub(super) fn read(folder: &Path, name: &str) -> Result<Theme, String> {
    let path = path(folder, name);
    let text = fs::read_to_string(&path).map_err(|e| e.to_string());
    // The path last: it is what may be cut off.
    text.and_then(|text| Theme::parse(name, &text)).map_err(|why| format!("theme {name}: {why} ({})", path.display()))
}

fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.toml"))
}

/// Watches the folder, and the file of the theme that is worn.
pub(super) struct Watcher {
    folder: PathBuf,
    /// The folder, as it was when its names were read.
    listed: Mark,
    /// The theme that is worn where it is of the user's own, and its file as it was when it was read.
    worn: Option<(String, Mark)>,
}

impl Watcher {
    /// Over a folder, a theme being worn that was read when both were as `found`.
    pub(super) fn new(folder: &Path, worn: &str, found: Found) -> Self {
        let mut watcher = Self { folder: folder.to_owned(), listed: found.listed, worn: None };
        watcher.wears(worn);
        if let Some((_, seen)) = &mut watcher.worn {
            *seen = found.worn;
        }
        watcher
    }

    fn wears(&mut self, name: &str) {
        let own = !name.is_empty() && !Theme::names().contains(&name);
        self.worn = own.then(|| (name.to_owned(), mark(&path(&self.folder, name))));
    }

    /// Another theme is worn: reads it where it is of the user's own.
    pub(super) fn wear(&mut self, name: &str) -> Option<Told> {
        self.wears(name);
        let (name, _) = self.worn.as_ref()?;
        Some(Told::Theme(name.clone(), read(&self.folder, name).map(Box::new), false))
    }

    /// What changed since it was looked at last.
    pub(super) fn look(&mut self) -> Vec<Told> {
        let mut told = Vec::new();
        let now = mark(&self.folder);
        if now != self.listed {
            self.listed = now;
            told.push(Told::Names(names(&self.folder)));
        }
        if let Some((name, seen)) = &mut self.worn {
            let now = mark(&path(&self.folder, name));
            // A file that an editor is about to put in place again is no fault yet.
            if now.is_some() && now != *seen {
                *seen = now;
                told.push(Told::Theme(name.clone(), read(&self.folder, name).map(Box::new), true));
            }
        }
        told
    }

    /// Watches until nobody asks or listens any more.
    pub(super) fn run(mut self, asked: &Receiver<String>, tell: impl Fn(Told) -> bool) {
        loop {
            let told = match asked.recv_timeout(EVERY) {
                // Of themes that a cursor only passes none but the last is read.
                Ok(name) => self.wear(&asked.try_iter().last().unwrap_or(name)).into_iter().collect(),
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => return,
            };
            if !told.into_iter().all(&tell) {
                return;
            }
        }
    }
}
