//! The environment as it was when the program began, as data.

use std::{collections::BTreeMap, path::Path};

/// A snapshot of the environment. Tests make their own; only the loader reads the process's.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Env(BTreeMap<String, String>);

impl Env {
    /// An environment without any variable: what the demo gets.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// The variable's value; `None` where it is missing or empty, which mean the same to all of ours.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }

    /// The person's own folder, by the rule of AWS's SDKs: `HOME`, and on Windows `USERPROFILE`. `None` where neither is
    /// set: never the working directory, which may be anybody's.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        let usual = || self.get("USERPROFILE").filter(|_| cfg!(windows));
        self.get("HOME").or_else(usual).map(Path::new)
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Env {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(iter: T) -> Self {
        Self(iter.into_iter().map(|(k, v)| (k.into(), v.into())).collect())
    }
}

impl std::fmt::Debug for Env {
    /// Names only: the environment holds secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_home_is_none() {
        let home = |pairs: &[(&str, &str)]| pairs.iter().copied().collect::<Env>().home().map(Path::to_path_buf);
        assert_eq!(home(&[("HOME", "/home/ada")]).as_deref(), Some(Path::new("/home/ada")));
        assert_eq!(home(&[("HOME", "")]), None, "the working directory is nobody's home");
        assert_eq!(home(&[("USERPROFILE", "/x")]).is_some(), cfg!(windows), "as the SDKs have it");
    }
}
