//! Where the console keeps its things: the XDG base directories, on macOS as well.

use std::path::{Path, PathBuf};

use super::Env;

/// The folder under each of the XDG folders.
const NAME: &str = "quarterdeck";

/// Every path that the console reads or writes, except the AWS files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The configuration file.
    pub config: PathBuf,
    /// Whether that file was named (`--config`, `$QD_CONFIG`) and so must exist.
    pub named: bool,
    /// Themes of the user's own, `*.toml`.
    pub themes: PathBuf,
    /// State: the store and the log.
    pub state: PathBuf,
    /// Things made for people: reports, exports, recordings.
    pub data: PathBuf,
    /// What can be lost without harm.
    pub cache: PathBuf,
}

impl Paths {
    /// The paths by the XDG base directory specification 0.8, which says that a relative path there is ignored.
    #[must_use]
    pub fn new(env: &Env, flag: Option<&Path>) -> Self {
        let home = env.home().map_or_else(|| PathBuf::from("/"), Path::to_path_buf);
        let folder = |variable: &str, usual: &str| {
            let set = env.get(variable).map(PathBuf::from).filter(|p| p.is_absolute());
            set.unwrap_or_else(|| home.join(usual)).join(NAME)
        };
        let own = folder("XDG_CONFIG_HOME", ".config");
        let named = flag.map(Path::to_path_buf).or_else(|| env.get("QD_CONFIG").map(PathBuf::from));
        Self {
            named: named.is_some(),
            config: named.unwrap_or_else(|| own.join("config.toml")),
            themes: own.join("themes"),
            state: folder("XDG_STATE_HOME", ".local/state"),
            data: folder("XDG_DATA_HOME", ".local/share"),
            cache: folder("XDG_CACHE_HOME", ".cache"),
        }
    }

    /// The store's file.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.state.join("quarterdeck.db")
    }

    /// The audit log's file.
    #[must_use]
    pub fn audit(&self) -> PathBuf {
        self.state.join("audit.jsonl")
    }

    /// Each path with its name, for `qd info`.
    #[must_use]
    pub fn list(&self) -> [(&'static str, PathBuf); 6] {
        [
            ("config file", self.config.clone()),
            ("themes", self.themes.clone()),
            ("state", self.state.clone()),
            ("store", self.store()),
            ("data", self.data.clone()),
            ("cache", self.cache.clone()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xdg_folders_are_honoured_and_relative_ones_are_not() {
        let env: Env =
            [("HOME", "/home/ada"), ("XDG_STATE_HOME", "/var/s"), ("XDG_DATA_HOME", "relative")].into_iter().collect();
        let paths = Paths::new(&env, None);
        assert_eq!(paths.config, Path::new("/home/ada/.config/quarterdeck/config.toml"));
        assert_eq!(paths.themes, Path::new("/home/ada/.config/quarterdeck/themes"));
        assert_eq!(paths.store(), Path::new("/var/s/quarterdeck/quarterdeck.db"));
        assert_eq!(paths.data, Path::new("/home/ada/.local/share/quarterdeck"));
        assert!(!paths.named);
    }

    #[test]
    fn the_flag_beats_the_variable() {
        let env: Env = [("QD_CONFIG", "/a.toml")].into_iter().collect();
        assert_eq!(Paths::new(&env, None).config, Path::new("/a.toml"));
        let paths = Paths::new(&env, Some(Path::new("b.toml")));
        assert_eq!((paths.config.as_path(), paths.named), (Path::new("b.toml"), true));
    }
}
