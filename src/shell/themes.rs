//! Themes by name: those that come with the program, and the user's own files, which are read again when they change.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{
    base::theme_names,
    ui::theme::{Colours, Theme},
};

/// The names of all themes, the shipped ones first.
#[must_use]
pub fn names(folder: &Path) -> Vec<String> {
    theme_names(Theme::names(), folder)
}

/// What tells one writing of a file from the next: when, and how long it is. `None` where there is no file.
type Mark = Option<(SystemTime, u64)>;

fn mark(path: &Path) -> Mark {
    let facts = fs::metadata(path).ok()?;
    Some((facts.modified().ok()?, facts.len()))
}

/// The theme that is drawn with. A file of the user's that cannot be read leaves the last good theme in place.
pub struct Wardrobe {
    folder: PathBuf,
    colours: Colours,
    theme: Theme,
    /// The name that was asked for last, whether it could be read or not.
    wanted: String,
    /// The file of the theme that was asked for, as it was when it was read; `None` for a shipped theme.
    file: Option<(PathBuf, Mark)>,
    /// The last good reading of each file that was worn.
    good: BTreeMap<String, Theme>,
    /// The folder, as it was when its names were read.
    listed: Mark,
}

impl Wardrobe {
    /// Puts on a theme; the usual one where its file cannot be read. Then [`Wardrobe::wear`] says what is wrong with it
    /// as soon as it is asked for it again.
    pub fn new(folder: &Path, colours: Colours, name: &str) -> Self {
        let usual = Theme::names().first().and_then(|first| Theme::shipped(first).ok()).unwrap_or_else(Theme::plain);
        let mut wardrobe = Self {
            folder: folder.to_owned(),
            colours,
            theme: usual.within(colours),
            wanted: String::new(),
            file: None,
            good: BTreeMap::new(),
            listed: mark(folder),
        };
        if wardrobe.wear(name).is_some() {
            wardrobe.wanted.clear();
        }
        wardrobe
    }

    /// The theme to draw with.
    #[must_use]
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Puts on another theme, or nothing where it is the same. Gives what is wrong with its file, with the line.
    pub fn wear(&mut self, name: &str) -> Option<String> {
        if name == self.wanted {
            return None;
        }
        name.clone_into(&mut self.wanted);
        self.file = None;
        if !Theme::names().contains(&name) {
            let path = self.folder.join(format!("{name}.toml"));
            self.file = Some((path.clone(), mark(&path)));
        }
        self.read().err()
    }

    fn read(&mut self) -> Result<(), String> {
        let Some((path, _)) = &self.file else {
            self.theme = Theme::shipped(&self.wanted)?.within(self.colours);
            return Ok(());
        };
        let read = fs::read_to_string(path).map_err(|e| e.to_string());
        match read.and_then(|text| Theme::parse(&self.wanted, &text)) {
            Ok(theme) => {
                self.theme = theme.within(self.colours);
                self.good.insert(self.wanted.clone(), self.theme.clone());
                Ok(())
            }
            Err(why) => {
                if let Some(good) = self.good.get(&self.wanted) {
                    self.theme.clone_from(good);
                }
                // The path last: it is what may be cut off.
                Err(format!("theme {}: {why} ({})", self.wanted, path.display()))
            }
        }
    }

    /// Reads the file of the theme again where it was written since. Gives what is to be said: that the theme is
    /// another now, or what is wrong with it.
    pub fn look(&mut self) -> Option<String> {
        let (path, seen) = self.file.as_mut()?;
        let now = mark(path);
        // A file that an editor is about to put in place again is no fault yet.
        if now.is_none() || now == *seen {
            return None;
        }
        *seen = now;
        let read = self.read();
        Some(read.err().unwrap_or_else(|| format!("theme {} is as its file says now", self.wanted)))
    }

    /// The names of all themes, where files came or went since they were last listed.
    pub fn relist(&mut self) -> Option<Vec<String>> {
        let now = mark(&self.folder);
        if now == self.listed {
            return None;
        }
        self.listed = now;
        Some(names(&self.folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::Role;

    /// A folder that vanishes with its test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("qd-themes-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _gone = fs::remove_dir_all(&self.0);
        }
    }

    /// Writes a file so that its mark is another than before, however coarse the clock of the file system is.
    fn write(path: &Path, text: &str) {
        let before = mark(path).map(|(at, _)| at);
        fs::write(path, text).unwrap();
        if let Some(before) = before {
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_modified(before + std::time::Duration::from_secs(1)).unwrap();
        }
    }

    fn title(wardrobe: &Wardrobe) -> Option<ratatui::style::Color> {
        wardrobe.theme().style(Role::Title).fg
    }

    #[test]
    fn a_file_is_read_again_when_it_changes_and_a_broken_one_keeps_the_last_good() {
        let folder = Folder::new("changes");
        let path = folder.0.join("mine.toml");
        write(&path, "base = \"dark\"\n[palette]\nbrass = \"#ffcc00\"\n");
        let mut wardrobe = Wardrobe::new(&folder.0, Colours::True, "mine");
        let yellow = title(&wardrobe);
        assert_eq!((wardrobe.wear("mine"), yellow), (None, Some(ratatui::style::Color::Rgb(0xff, 0xcc, 0))));
        assert_eq!(wardrobe.look(), None, "nothing was written");
        write(&path, "base = \"dark\"\n[palette]\nbrass = \"#00ccff\"\n");
        assert_eq!(wardrobe.look().as_deref(), Some("theme mine is as its file says now"));
        let blue = title(&wardrobe);
        assert_ne!(blue, yellow);
        write(&path, "base = \"dark\"\n[palette]\nbrass = \"#00\"\n");
        let why = wardrobe.look().unwrap();
        assert!(why.starts_with("theme mine: line 3: no colour is called `#00`") && why.contains("mine.toml"), "{why}");
        assert_eq!(title(&wardrobe), blue, "the last good one stays");
        assert_eq!(wardrobe.look(), None, "it is said once");
        assert_eq!(wardrobe.wear("nord"), None);
        assert!(wardrobe.wear("mine").is_some_and(|why| why.contains("line 3")));
        assert_eq!(title(&wardrobe), blue, "also for who looked at another one meanwhile");
        fs::remove_file(&path).unwrap();
        assert_eq!(wardrobe.look(), None, "an editor may put it back");
        assert_eq!(title(&wardrobe), blue);
    }

    #[test]
    fn a_theme_that_cannot_be_read_at_first_leaves_the_usual_one() {
        let folder = Folder::new("broken");
        fs::write(folder.0.join("mine.toml"), "base = \"drak\"\n").unwrap();
        let mut wardrobe = Wardrobe::new(&folder.0, Colours::True, "mine");
        assert!(wardrobe.wear("mine").is_some_and(|why| why.contains("line 1: no theme is called `drak`")));
        assert_eq!(wardrobe.theme(), &Theme::shipped("dark").unwrap());
        assert_eq!(wardrobe.wear("mine"), None, "what was said is not said again with each frame");
        assert_eq!(wardrobe.wear("nord"), None);
        assert_eq!(wardrobe.theme().name(), "nord");
    }

    #[test]
    fn files_that_come_are_listed() {
        let folder = Folder::new("listed");
        let mut wardrobe = Wardrobe::new(&folder.0, Colours::True, "dark");
        assert_eq!(wardrobe.relist(), None);
        write(&folder.0.join("mine.toml"), "base = \"dark\"\n");
        let past = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
        fs::File::open(&folder.0).unwrap().set_modified(past).unwrap();
        assert!(wardrobe.relist().unwrap().contains(&"mine".to_owned()));
        assert_eq!(wardrobe.relist(), None);
    }
}
