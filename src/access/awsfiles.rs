//! The AWS configuration and credentials files: which profiles and SSO sessions there are, of which kind, and which
//! account and role they name. Reading them resolves nothing and runs nothing.
//!
//! Format: AWS SDKs and Tools reference guide, "Shared config and credentials files". Secrets are not kept: the
//! values of [`SECRETS`] are dropped while reading, and read again where they are needed.

#![allow(clippy::disallowed_methods, reason = "the user's AWS files")]

mod parse;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use super::{arn, secret::Keys};
use crate::{config::Env, model::AccountId};

pub use parse::Section;

/// Keys whose values are never kept.
pub const SECRETS: [&str; 4] =
    ["aws_secret_access_key", "aws_session_token", "aws_security_token", "credential_process"];

/// What a profile gets its credentials from, in the order in which the SDKs look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileKind {
    /// Assumes a role, from another profile or from a named source.
    Role {
        /// The role's ARN.
        arn: String,
        /// `source_profile` or `credential_source`.
        from: String,
    },
    /// Assumes a role with a token from a file.
    WebIdentity,
    /// A permission set of Identity Center.
    Sso {
        /// The `sso-session`, or the start URL in the older form.
        session: String,
        /// The permission set.
        role: String,
    },
    /// `aws login`.
    Login,
    /// A program prints them.
    Process,
    /// Keys in the file.
    Keys,
    /// No credentials at all: a region, an output format.
    Nothing,
}

/// A profile as it is listed on the start page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// What it gets its credentials from.
    pub kind: ProfileKind,
    /// The account that it names, where it names one.
    pub account: Option<AccountId>,
    /// Its region.
    pub region: Option<String>,
}

/// One of the two files and how reading it went.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it was looked for.
    pub path: PathBuf,
    /// `None` once read; otherwise why not: `not there`, or the system's word.
    pub trouble: Option<String>,
}

/// Both files, read.
#[derive(Clone, Debug)]
pub struct AwsFiles {
    /// `~/.aws/config` or `AWS_CONFIG_FILE`.
    pub config: Source,
    /// `~/.aws/credentials` or `AWS_SHARED_CREDENTIALS_FILE`.
    pub credentials: Source,
    profiles: BTreeMap<String, Section>,
    sessions: BTreeMap<String, Section>,
    services: BTreeMap<String, Section>,
}

impl AwsFiles {
    /// Reads both files where the environment says they are. A file that is not there is no error.
    #[must_use]
    pub fn read(env: &Env) -> Self {
        let home = env.home();
        let place = |name: &str, default: &str| {
            let path = env.get(name).map(|p| at_home(p, home));
            let path = path.or_else(|| Some(home?.join(".aws").join(default)));
            match path {
                Some(path) => Source { path, trouble: None },
                // Never the working directory's `.aws`, which may be anybody's.
                None => Source { path: Path::new("~/.aws").join(default), trouble: Some("HOME is not set".to_owned()) },
            }
        };
        let mut files = Self {
            config: place("AWS_CONFIG_FILE", "config"),
            credentials: place("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
            profiles: BTreeMap::new(),
            sessions: BTreeMap::new(),
            services: BTreeMap::new(),
        };
        if let Some(text) = files.config.text() {
            files.add(&text, true);
        }
        if let Some(text) = files.credentials.text() {
            files.add(&text, false);
        }
        files
    }

    /// From texts instead of files, for tests.
    #[cfg(test)]
    pub(super) fn from_text(config: &str, credentials: &str) -> Self {
        let mut files = Self::read(&Env::empty());
        files.profiles.clear();
        files.sessions.clear();
        files.services.clear();
        files.add(config, true);
        files.add(credentials, false);
        files
    }

    fn add(&mut self, text: &str, config: bool) {
        for (kind, name, section) in parse::sections(text, config) {
            let into = match kind {
                parse::Kind::Profile => &mut self.profiles,
                parse::Kind::SsoSession => &mut self.sessions,
                parse::Kind::Services => &mut self.services,
            };
            let known = into.entry(name).or_default();
            known.extend(section.into_iter().map(|(key, value)| {
                let secret = SECRETS.contains(&key.as_str());
                (key, if secret { String::new() } else { value })
            }));
        }
    }

    /// The settings of a profile, without secrets.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&Section> {
        self.profiles.get(name)
    }

    /// The settings of an `sso-session`.
    #[must_use]
    pub fn session(&self, name: &str) -> Option<&Section> {
        self.sessions.get(name)
    }

    /// The names of the SSO sessions.
    pub fn sessions(&self) -> impl Iterator<Item = &str> {
        self.sessions.keys().map(String::as_str)
    }

    /// A setting of a service in the `services` section that the profile names.
    #[must_use]
    pub fn service(&self, profile: &str, service: &str, key: &str) -> Option<&str> {
        let section = self.services.get(self.profile(profile)?.get("services")?)?;
        section.get(&format!("{service}.{key}")).map(String::as_str)
    }

    /// Every profile, by name.
    #[must_use]
    pub fn profiles(&self) -> Vec<Profile> {
        self.profiles.iter().map(|(name, section)| listed(name, section)).collect()
    }

    /// The keys that a profile holds in the files, read anew. Those of the credentials file go first.
    #[must_use]
    pub fn keys(&self, profile: &str) -> Option<Keys> {
        let of = |source: &Source, config: bool| {
            let text = source.text_again()?;
            let all = parse::sections(&text, config);
            let mine = all.into_iter().filter(|(kind, name, _)| *kind == parse::Kind::Profile && name == profile);
            let section: Section = mine.flat_map(|(_, _, section)| section).collect();
            let token = section.get("aws_session_token").or_else(|| section.get("aws_security_token"));
            let (id, secret) = (section.get("aws_access_key_id")?, section.get("aws_secret_access_key")?);
            Some(Keys::new(id, secret, token.map(String::as_str), None))
        };
        of(&self.credentials, false).or_else(|| of(&self.config, true))
    }

    /// The program that prints a profile's credentials, read anew: its arguments may be secret.
    #[must_use]
    pub fn process(&self, profile: &str) -> Option<secrecy::SecretString> {
        let of = |source: &Source, config: bool| {
            let all = parse::sections(&source.text_again()?, config);
            let mut mine = all.into_iter().filter(|(kind, name, _)| *kind == parse::Kind::Profile && name == profile);
            mine.find_map(|(_, _, mut section)| section.remove("credential_process")).map(Into::into)
        };
        of(&self.config, true).or_else(|| of(&self.credentials, false))
    }
}

impl Source {
    fn text(&mut self) -> Option<String> {
        if self.trouble.is_some() {
            return None;
        }
        match std::fs::read_to_string(&self.path) {
            Ok(text) => Some(text),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                self.trouble = Some("not there".to_owned());
                None
            }
            Err(e) => {
                self.trouble = Some(e.to_string());
                None
            }
        }
    }

    fn text_again(&self) -> Option<String> {
        self.trouble.is_none().then(|| std::fs::read_to_string(&self.path).ok())?
    }
}

/// A path with a leading `~` put in its place.
fn at_home(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// What a profile is, from its settings.
pub(super) fn kind(section: &Section) -> ProfileKind {
    let get = |key: &str| section.get(key).cloned();
    let source = get("source_profile").or_else(|| get("credential_source"));
    match (get("role_arn"), source) {
        (Some(arn), Some(from)) => return ProfileKind::Role { arn, from },
        (Some(_), None) if section.contains_key("web_identity_token_file") => return ProfileKind::WebIdentity,
        _ => {}
    }
    if let Some(session) = get("sso_session").or_else(|| get("sso_start_url")) {
        return ProfileKind::Sso { session, role: get("sso_role_name").unwrap_or_default() };
    }
    let has = |key: &str| section.contains_key(key);
    if has("login_session") {
        ProfileKind::Login
    } else if has("credential_process") {
        ProfileKind::Process
    } else if has("aws_access_key_id") {
        ProfileKind::Keys
    } else {
        ProfileKind::Nothing
    }
}

fn listed(name: &str, section: &Section) -> Profile {
    let kind = kind(section);
    let named = match &kind {
        ProfileKind::Role { arn, .. } => arn::account(arn),
        ProfileKind::WebIdentity => section.get("role_arn").and_then(|arn| arn::account(arn)),
        _ => {
            let id = section.get("sso_account_id").or_else(|| section.get("aws_account_id"));
            id.filter(|id| AccountId::fits(id)).map(|id| AccountId::from(id.as_str()))
        }
    };
    Profile { name: name.to_owned(), kind, account: named, region: section.get("region").cloned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes both files into a new folder and reads them.
    pub(crate) fn files(config: &str, credentials: &str) -> (PathBuf, AwsFiles) {
        let name = format!("qd-awsfiles-{}-{:?}", std::process::id(), std::thread::current().id());
        let dir = std::env::temp_dir().join(name.replace(['(', ')'], ""));
        std::fs::create_dir_all(dir.join(".aws")).unwrap();
        std::fs::write(dir.join(".aws/config"), config).unwrap();
        std::fs::write(dir.join(".aws/credentials"), credentials).unwrap();
        let home = dir.to_string_lossy().into_owned();
        let read = AwsFiles::read(&[("HOME", home)].into_iter().collect());
        (dir, read)
    }

    #[test]
    fn profiles_are_listed_with_kind_and_account_and_without_secrets() {
        let config = "[default]\nregion = eu-central-1\n[profile ops]\nrole_arn = arn:aws:iam::111111111111:role/x/ops\n\
             source_profile = base\n[profile sso]\nsso_session = corp\nsso_account_id = 222222222222\n\
             sso_role_name = View\n[profile proc]\ncredential_process = vault --password hunter2\n\
             [profile log]\nlogin_session = arn:aws:iam::3:user/a\n[sso-session corp]\nsso_region = eu-west-1\n";
        let (dir, files) = files(config, "[base]\naws_access_key_id = AKIA1\naws_secret_access_key = hunter2\n");
        let kinds: Vec<_> = files.profiles().into_iter().map(|p| (p.name, p.kind, p.account)).collect();
        let id = |d: &str| Some(AccountId::from(d.repeat(12)));
        let role = ProfileKind::Role { arn: "arn:aws:iam::111111111111:role/x/ops".into(), from: "base".into() };
        let sso = ProfileKind::Sso { session: "corp".into(), role: "View".into() };
        let expected = [
            ("base", ProfileKind::Keys, None),
            ("default", ProfileKind::Nothing, None),
            ("log", ProfileKind::Login, None),
            ("ops", role, id("1")),
            ("proc", ProfileKind::Process, None),
            ("sso", sso, id("2")),
        ];
        assert_eq!(kinds, expected.map(|(name, kind, account)| (name.to_owned(), kind, account)));
        assert!(!format!("{files:?}").contains("hunter2"));
        assert_eq!(files.keys("base").unwrap().id(), "AKIA1");
        assert!(files.process("proc").is_some() && files.keys("proc").is_none());
        assert_eq!(files.session("corp").unwrap()["sso_region"], "eu-west-1");
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_missing_file_is_said_and_is_no_error() {
        let files = AwsFiles::read(&[("AWS_CONFIG_FILE", "/nowhere/config")].into_iter().collect());
        assert_eq!(files.config.path, Path::new("/nowhere/config"));
        assert_eq!(files.config.trouble.as_deref(), Some("not there"));
        assert!(files.profiles().is_empty());
        assert_eq!(files.credentials.trouble.as_deref(), Some("HOME is not set"));
    }
}
