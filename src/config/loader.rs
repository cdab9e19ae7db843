//! The one place where the environment and the configuration file are read, and where the sources are laid over
//! one another.

#![allow(clippy::disallowed_methods, reason = "the one place that reads the environment and the configuration file")]

use std::{fs, io};

use super::{
    Config, ConfigError, ConfigErrors, Env, Flags, Loaded, Origin, Origins, Paths, read, read_access, regions,
    settings::{SETTINGS, Setting, set_from_text},
};
use crate::model::text::{nearest, suggest};

impl Env {
    /// The process's environment as it is now. Text that is not Unicode is read with replacement characters.
    #[must_use]
    pub fn read() -> Self {
        let lossy = |s: std::ffi::OsString| s.to_string_lossy().into_owned();
        std::env::vars_os().map(|(name, value)| (lossy(name), lossy(value))).collect()
    }
}

impl Config {
    /// Lays the sources over one another: defaults ← file ← environment ← flags.
    ///
    /// # Errors
    /// Everything that is wrong in any of them, at once. A file that was named and is not there is wrong; the usual
    /// file may be missing.
    pub fn load(env: &Env, flags: &Flags) -> Result<Loaded, ConfigErrors> {
        let (loaded, errors) = Self::survey(env, flags);
        ConfigErrors::check(errors)?;
        Ok(loaded)
    }

    /// The same, with what is wrong beside what could be read: so that whoever knows more words (names of views, keys,
    /// columns) can say in the same go what else is wrong.
    #[must_use]
    pub fn survey(env: &Env, flags: &Flags) -> (Loaded, Vec<ConfigError>) {
        let paths = Paths::new(env, flags.config.as_deref());
        match read_file(&paths) {
            Ok(text) => Self::lay_over(env, flags, paths, text.as_deref()),
            Err(cause) => {
                let origin = match flags.config {
                    Some(_) => Origin::Flag("--config"),
                    None if paths.named => Origin::Variable("QD_CONFIG".to_owned()),
                    None => Origin::File { path: paths.config.clone(), line: 1 },
                };
                let message = format!("cannot read {}: {cause}", paths.config.display());
                let (loaded, mut errors) = Self::lay_over(env, flags, paths, None);
                errors.push(ConfigError::new(origin.into(), message, ""));
                (loaded, errors)
            }
        }
    }

    /// The same from the file's text, without any I/O.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn assemble(env: &Env, flags: &Flags, paths: Paths, text: Option<&str>) -> Result<Loaded, ConfigErrors> {
        let (loaded, errors) = Self::lay_over(env, flags, paths, text);
        ConfigErrors::check(errors)?;
        Ok(loaded)
    }

    fn lay_over(env: &Env, flags: &Flags, paths: Paths, text: Option<&str>) -> (Loaded, Vec<ConfigError>) {
        let (mut config, mut origins) = (Self::default(), Origins::default());
        let (mut errors, mut broken) = (Vec::new(), false);
        if let Some(text) = text {
            (errors, broken) = read::file(&paths.config, text, &mut config, &mut origins);
        }
        for setting in SETTINGS {
            if let Some(value) = env.get(setting.variable) {
                let origin = Origin::Variable(setting.variable.to_owned());
                errors.extend(lay(&mut config, &mut origins, setting, value, origin));
            }
        }
        for (key, flag, value) in flags.list() {
            if let Some(setting) = SETTINGS.iter().find(|s| s.key == key) {
                errors.extend(lay(&mut config, &mut origins, setting, &value, Origin::Flag(flag)));
            }
        }
        config.demanded.roles = origins.of("roles") > file_end();
        config.demanded.regions = origins.of("regions") > file_end();
        if !broken {
            // A file whose syntax is broken may hold roles that could not be read.
            errors.extend(read_access::settle(&mut config, &origins));
        }
        let warnings = warnings(env, &config, &origins);
        (Loaded { config, origins, warnings, paths }, errors)
    }
}

impl Flags {
    /// The values that were given: key, flag, text.
    fn list(&self) -> Vec<(&'static str, &'static str, String)> {
        let regions = (!self.regions.is_empty()).then(|| self.regions.join(","));
        [
            ("theme", "--theme", self.theme.clone()),
            ("view", "--view", self.view.clone()),
            ("regions", "--region", regions),
            ("roles", "--role", self.role.clone()),
            ("profile", "--profile", self.profile.clone()),
            ("journal", "--journal", self.journal.as_ref().map(|path| path.display().to_string())),
            ("utc", "--utc", self.utc.map(|yes| yes.to_string())),
        ]
        .into_iter()
        .filter_map(|(key, flag, value)| Some((key, flag, value?)))
        .collect()
    }
}

impl Loaded {
    /// Checks the words that only other rooms know: names of views and themes.
    ///
    /// # Errors
    /// Every word that is none of them, with the nearest that is.
    pub fn check_names(&self, views: &[&str], themes: &[&str]) -> Result<(), ConfigErrors> {
        let mut errors = Vec::new();
        let mut check = |key: &str, what: &str, word: &str, known: &[&str]| {
            if !known.contains(&word) {
                let message = format!("unknown {what} {word:?}");
                errors.push(ConfigError::new(self.origins.spot(key), message, suggest(word, known)));
            }
        };
        check("view", "view", &self.config.view, views);
        if let Some(theme) = &self.config.theme {
            check("theme", "theme", theme, themes);
        }
        for view in self.config.refresh.keys() {
            check(&format!("refresh.{view}"), "view", view, views);
        }
        ConfigErrors::check(errors)
    }
}

/// The text of the file; `None` where the usual file is not there.
fn read_file(paths: &Paths) -> io::Result<Option<String>> {
    match fs::read_to_string(&paths.config) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !paths.named => Ok(None),
        Err(error) => Err(error),
    }
}

/// Lays one value over what was there.
fn lay(
    config: &mut Config,
    origins: &mut Origins,
    setting: &Setting,
    value: &str,
    origin: Origin,
) -> Option<ConfigError> {
    match set_from_text(config, setting, value) {
        Ok(()) => {
            origins.set(setting.key, origin.into());
            None
        }
        Err(wrong) => {
            let message = format!("{} {}", setting.key, wrong.message);
            Some(ConfigError::new(origin.into(), message, wrong.help))
        }
    }
}

/// The order of origins is that of their strength: everything above is the environment or a flag.
fn file_end() -> Origin {
    Origin::Variable(String::new())
}

/// What the programs that credentials are lent to find in their environment: no settings of ours, and no slips.
const LENT: [&str; 5] = ["QD_ACCOUNT", "QD_ACCOUNT_ID", "QD_ACCOUNT_ROLE", "QD_ACCOUNT_MODE", "QD_PROMPT"];

/// What is odd but no error: regions that nobody knows yet, and variables that look like slips.
fn warnings(env: &Env, config: &Config, origins: &Origins) -> Vec<ConfigError> {
    let mut out = Vec::new();
    let everywhere = config.regions.iter().map(|r| (r, origins.spot("regions")));
    let somewhere = config.overrides.iter().flat_map(|o| o.regions.iter().flatten().map(|r| (r, o.spot.clone())));
    for (region, spot) in everywhere.chain(somewhere) {
        if let Some(help) = regions::doubt(region) {
            out.push(ConfigError::new(spot, format!("region {region:?} is not known to this version"), help));
        }
    }
    let named = ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().find_map(|name| Some((name, env.get(name)?)));
    if let Some((name, text)) = named
        && let Some(help) = regions::doubt(&text.into())
    {
        let origin = Origin::Variable(name.to_owned());
        out.push(ConfigError::new(origin.into(), format!("region {text:?} is not known to this version"), help));
    }
    let known: Vec<&str> = SETTINGS.iter().map(|s| s.variable).chain(["QD_CONFIG"]).chain(LENT).collect();
    for name in env.names().filter(|n| n.starts_with("QD_") && !known.contains(n)) {
        if let Some(near) = nearest(name, known.iter().copied()) {
            let origin = Origin::Variable(name.to_owned());
            out.push(ConfigError::new(origin.into(), format!("${name} is not read"), format!("did you mean ${near}?")));
        }
    }
    out
}
