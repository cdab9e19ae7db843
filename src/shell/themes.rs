//! Themes by name: those that come with the program, and the user's own files, which are read again when they change.
//!
//! Nothing here reads a file once the first frame is drawn: that is the watcher's, on a thread of its own.

pub mod watch;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::mpsc::{Sender, channel},
};

use self::watch::{Found, Told, Watcher, read};
use crate::{
    base::theme_names,
    ui::theme::{Colours, Theme},
};

/// The names of all themes, the shipped ones first.
#[must_use]
pub fn names(folder: &Path) -> Vec<String> {
    theme_names(Theme::names(), folder)
}

/// The theme that is drawn with. A file of the user's that cannot be read leaves the last good theme in place.
pub struct Wardrobe {
    folder: PathBuf,
    colours: Colours,
    theme: Theme,
    /// The name that was asked for last, whether it could be read or not.
    wanted: String,
    /// The last good reading of each file that was worn.
    good: BTreeMap<String, Theme>,
    /// What there was when it was read first: what was saved since then, before anybody watched, is news.
    found: Found,
    /// Where the watcher hears which theme is worn; `None` before it watches.
    asks: Option<Sender<String>>,
}

impl Wardrobe {
    /// Puts on a theme; the usual one where its file cannot be read. Then the watcher says what is wrong with it as soon
    /// as it is asked for again. Reads its file at once: the first frame is drawn with it.
    pub fn new(folder: &Path, colours: Colours, name: &str) -> Self {
        let usual = Theme::names().first().and_then(|first| Theme::shipped(first).ok()).unwrap_or_else(Theme::plain);
        // Before it is read: what is written meanwhile is read once more.
        let found = Found::of(folder, name);
        let mut wardrobe = Self {
            found,
            folder: folder.to_owned(),
            colours,
            theme: usual.within(colours),
            wanted: String::new(),
            good: BTreeMap::new(),
            asks: None,
        };
        let read = if Theme::names().contains(&name) { Theme::shipped(name) } else { read(folder, name) };
        if let Ok(theme) = read {
            wardrobe.theme = theme.within(colours);
            wardrobe.good.insert(name.to_owned(), wardrobe.theme.clone());
            name.clone_into(&mut wardrobe.wanted);
        }
        wardrobe
    }

    /// Has the folder and the file of the theme watched from now on, on a thread of its own; `tell` takes the news to the
    /// loop. Where the system refuses a thread, themes of the user's own stay as they are.
    pub fn watch(&mut self, tell: impl Fn(Told) -> bool + Send + 'static) {
        let (asks, asked) = channel();
        let watcher = Watcher::new(&self.folder, &self.wanted, self.found);
        let thread = std::thread::Builder::new().name("themes".into());
        self.asks = thread.spawn(move || watcher.run(&asked, tell)).is_ok().then_some(asks);
    }

    /// The theme to draw with.
    #[must_use]
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Puts on another theme, or nothing where it is the same. One of the user's own is put on as it was read last, and
    /// again as soon as it is read now.
    pub fn wear(&mut self, name: &str) {
        if name == self.wanted {
            return;
        }
        name.clone_into(&mut self.wanted);
        if Theme::names().contains(&name)
            && let Ok(theme) = Theme::shipped(name)
        {
            self.theme = theme.within(self.colours);
        } else if let Some(good) = self.good.get(name) {
            self.theme.clone_from(good);
        }
        // A watcher that is gone watches no more.
        let _gone = self.asks.as_ref().map(|asks| asks.send(name.to_owned()));
    }

    /// Takes the reading of a theme of the user's own. Gives what is to be said: that it is another now, or what is wrong
    /// with its file.
    pub fn take(&mut self, name: String, read: Result<Box<Theme>, String>, again: bool) -> Option<String> {
        // One that was only looked at on the way to another is no news.
        let worn = name == self.wanted;
        let theme = match read {
            Ok(theme) => theme.within(self.colours),
            Err(why) => return worn.then_some(why),
        };
        if worn {
            self.theme.clone_from(&theme);
        }
        let said = (again && worn).then(|| format!("theme {name} is as its file says now"));
        self.good.insert(name, theme);
        said
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, time::SystemTime};

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
        let before = fs::metadata(path).and_then(|facts| facts.modified()).ok();
        fs::write(path, text).unwrap();
        if let Some(before) = before {
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_modified(before + std::time::Duration::from_secs(1)).unwrap();
        }
    }

    /// A wardrobe and its watcher, without a thread between them.
    struct Watched(Wardrobe, Watcher);

    impl Watched {
        fn new(folder: &Folder, name: &str) -> Self {
            let wardrobe = Wardrobe::new(&folder.0, Colours::True, name);
            let watcher = Watcher::new(&folder.0, &wardrobe.wanted, wardrobe.found);
            Self(wardrobe, watcher)
        }

        fn wear(&mut self, name: &str) -> Option<String> {
            let other = name != self.0.wanted;
            self.0.wear(name);
            let told = other.then(|| self.1.wear(name)).flatten()?;
            self.take(told)
        }

        fn take(&mut self, told: Told) -> Option<String> {
            match told {
                Told::Theme(name, read, again) => self.0.take(name, read, again),
                Told::Names(_) => None,
            }
        }

        fn look(&mut self) -> Option<String> {
            let told = self.1.look();
            told.into_iter().find_map(|told| self.take(told))
        }

        fn relist(&mut self) -> Option<Vec<String>> {
            self.1.look().into_iter().find_map(|told| if let Told::Names(names) = told { Some(names) } else { None })
        }
    }

    fn title(wardrobe: &Watched) -> Option<ratatui::style::Color> {
        wardrobe.0.theme().style(Role::Title).fg
    }

    #[test]
    fn a_file_is_read_again_when_it_changes_and_a_broken_one_keeps_the_last_good() {
        let folder = Folder::new("changes");
        let path = folder.0.join("mine.toml");
        write(&path, "base = \"dark\"\n[palette]\nbrass = \"#ffcc00\"\n");
        let mut wardrobe = Watched::new(&folder, "mine");
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
    fn what_is_saved_between_the_first_reading_and_the_watch_is_read_again() {
        let folder = Folder::new("between");
        let path = folder.0.join("mine.toml");
        write(&path, "base = \"dark\"\n[palette]\nbrass = \"#ffcc00\"\n");
        let wardrobe = Wardrobe::new(&folder.0, Colours::True, "mine");
        write(&path, "base = \"dark\"\n[palette]\nbrass = \"#00ccff\"\n");
        let watcher = Watcher::new(&folder.0, &wardrobe.wanted, wardrobe.found);
        let mut wardrobe = Watched(wardrobe, watcher);
        assert_eq!(wardrobe.look().as_deref(), Some("theme mine is as its file says now"));
        assert_eq!(title(&wardrobe), Some(ratatui::style::Color::Rgb(0, 0xcc, 0xff)));
    }

    #[test]
    fn a_theme_that_cannot_be_read_at_first_leaves_the_usual_one() {
        let folder = Folder::new("broken");
        fs::write(folder.0.join("mine.toml"), "base = \"drak\"\n").unwrap();
        let mut wardrobe = Watched::new(&folder, "mine");
        assert!(wardrobe.wear("mine").is_some_and(|why| why.contains("line 1: no theme is called `drak`")));
        assert_eq!(wardrobe.0.theme(), &Theme::shipped("dark").unwrap());
        assert_eq!(wardrobe.wear("mine"), None, "what was said is not said again with each frame");
        assert_eq!(wardrobe.wear("nord"), None);
        assert_eq!(wardrobe.0.theme().name(), "nord");
    }

    #[test]
    fn files_that_come_are_listed() {
        let folder = Folder::new("listed");
        let mut wardrobe = Watched::new(&folder, "dark");
        assert_eq!(wardrobe.relist(), None);
        write(&folder.0.join("mine.toml"), "base = \"dark\"\n");
        let past = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
        fs::File::open(&folder.0).unwrap().set_modified(past).unwrap();
        assert!(wardrobe.relist().unwrap().contains(&"mine".to_owned()));
        assert_eq!(wardrobe.relist(), None);
    }

    #[test]
    fn files_are_watched_on_a_thread_that_ends_with_its_wardrobe() {
        let folder = Folder::new("thread");
        let path = folder.0.join("mine.toml");
        write(&path, "base = \"dark\"\n[palette]\nbrass = \"#ffcc00\"\n");
        let mut wardrobe = Wardrobe::new(&folder.0, Colours::True, "dark");
        let (tell, told) = channel();
        wardrobe.watch(move |news| tell.send(news).is_ok());
        wardrobe.wear("mine");
        let long = std::time::Duration::from_secs(30);
        let Ok(Told::Theme(name, Ok(theme), false)) = told.recv_timeout(long) else { panic!("it is read") };
        assert_eq!((wardrobe.take(name, Ok(theme), false), wardrobe.theme().name()), (None, "mine"));
        write(&path, "base = \"light\"\n");
        let again = || loop {
            // That the folder changed may be told before.
            match told.recv_timeout(long) {
                Ok(Told::Theme(_, read, again)) => return read.is_ok() && again,
                Ok(Told::Names(_)) => {}
                Err(e) => panic!("{e}"),
            }
        };
        assert!(again());
        drop(wardrobe);
        assert!(matches!(told.recv_timeout(long), Err(std::sync::mpsc::RecvTimeoutError::Disconnected)));
    }
}
