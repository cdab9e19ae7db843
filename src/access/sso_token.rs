//! The access token of Identity Center: from the cache that `aws sso login` fills, renewed where it can be.
//!
//! Reading, renewing and writing back are `aws-config`'s (`SsoTokenProvider`); this file finds the session's
//! settings, and says for the start page what the cache holds without touching it.

#![allow(clippy::disallowed_methods, reason = "the cache of Identity Center")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use aws_config::sso::SsoTokenProvider;
use aws_credential_types::provider::token::ProvideToken as _;
use aws_types::SdkConfig;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;

use super::awsfiles::{AwsFiles, ProfileKind, kind};
use crate::model::{Ask, Fault, FaultKind, Region, time};

/// A login of Identity Center as the configuration names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SsoSession {
    /// The name under which the token is cached: the `sso-session`, or the start URL in the older form.
    pub name: String,
    /// The address of the portal for people.
    pub start_url: String,
    /// Where Identity Center is.
    pub region: Region,
    /// What a person has to do when the login has ended.
    pub ask: Ask,
}

impl SsoSession {
    /// The `sso-session` of this name.
    ///
    /// # Errors
    /// [`FaultKind::Invalid`] where it is missing or incomplete.
    pub fn named(files: &AwsFiles, name: &str) -> Result<Self, Fault> {
        let wrong = |why: &str| Fault::new(FaultKind::Invalid, format!("sso-session {name}: {why}"));
        let section = files
            .session(name)
            .ok_or_else(|| wrong("is not in the AWS config file").hint("`aws configure sso-session` makes one"))?;
        let (Some(url), Some(region)) = (section.get("sso_start_url"), section.get("sso_region")) else {
            return Err(wrong("lacks sso_start_url or sso_region"));
        };
        Ok(Self {
            name: name.to_owned(),
            start_url: url.clone(),
            region: Region::from(region.as_str()),
            ask: Ask::SsoLogin { session: name.to_owned(), profile: false },
        })
    }

    /// The login behind a profile, in the newer form or in the older one.
    ///
    /// # Errors
    /// [`FaultKind::Invalid`] where the profile names none, or an incomplete one.
    pub fn of_profile(files: &AwsFiles, profile: &str) -> Result<Self, Fault> {
        let wrong = |why: &str| Fault::new(FaultKind::Invalid, format!("profile {profile}: {why}"));
        let section = files.profile(profile).ok_or_else(|| wrong("does not exist"))?;
        if let Some(session) = section.get("sso_session") {
            return Self::named(files, session);
        }
        let (Some(url), Some(region)) = (section.get("sso_start_url"), section.get("sso_region")) else {
            return Err(wrong("names no SSO session, or lacks sso_region"));
        };
        Ok(Self {
            name: url.clone(),
            start_url: url.clone(),
            region: Region::from(region.as_str()),
            ask: Ask::SsoLogin { session: profile.to_owned(), profile: true },
        })
    }

    /// The login to use where nobody names one: the one of `profile`, else the only one that is configured.
    ///
    /// # Errors
    /// [`FaultKind::Unavailable`] where there is none, [`FaultKind::Invalid`] where there are several.
    pub fn usual(files: &AwsFiles, profile: Option<&str>) -> Result<Self, Fault> {
        let name = profile.unwrap_or("default");
        if files.profile(name).is_some_and(|s| matches!(kind(s), ProfileKind::Sso { .. })) {
            return Self::of_profile(files, name);
        }
        let sessions: Vec<&str> = files.sessions().collect();
        match sessions[..] {
            [only] => Self::named(files, only),
            [] => {
                let old = files.profiles().into_iter().find(|p| matches!(p.kind, ProfileKind::Sso { .. }));
                let none = || Fault::new(FaultKind::Unavailable, "no SSO session is in the AWS config file");
                old.map_or_else(|| Err(none()), |p| Self::of_profile(files, &p.name))
            }
            _ => Err(Fault::new(FaultKind::Invalid, format!("several SSO sessions: {}", sessions.join(", ")))
                .hint("name one with the role in the config (sso_session = …), or choose a profile that uses it")),
        }
    }

    /// What reads, renews and keeps the token. `sdk` needs an HTTP client and a time source.
    pub async fn provider(&self, sdk: &SdkConfig) -> SsoTokenProvider {
        SsoTokenProvider::builder()
            .configure(sdk)
            .session_name(&self.name)
            .start_url(&self.start_url)
            .region(aws_types::region::Region::new(self.region.as_str().to_owned()))
            .build()
            .await
    }

    /// The token, renewed where it is about to end and can be.
    ///
    /// # Errors
    /// [`FaultKind::Expired`]: nobody has logged in, or the login has ended.
    pub async fn token(&self, provider: &SsoTokenProvider) -> Result<SecretString, Fault> {
        match provider.provide_token().await {
            Ok(token) => Ok(SecretString::from(token.token().to_owned())),
            Err(error) => {
                let cause = super::innermost(&error);
                let missing = cause.contains("failed to load");
                Err(self.ended(if missing { "nobody has logged in on this machine" } else { &cause }))
            }
        }
    }

    /// The fault of a login that does not serve.
    #[must_use]
    pub fn ended(&self, why: &str) -> Fault {
        let message = format!("the login of Identity Center ({}) does not serve: {why}", self.name);
        Fault::new(FaultKind::Expired, message).call("sso:GetRoleCredentials").hint(self.ask.line())
    }
}

/// The start URLs of all logins by their `sso-session`; under the empty name the one behind `profile`, where it is one.
#[must_use]
pub fn portals(files: &AwsFiles, profile: Option<&str>) -> BTreeMap<String, String> {
    let named =
        files.sessions().filter_map(|name| Some((name.to_owned(), SsoSession::named(files, name).ok()?.start_url)));
    let own = profile.and_then(|name| SsoSession::of_profile(files, name).ok());
    named.chain(own.map(|session| (String::new(), session.start_url))).collect()
}

/// What a cached token says of itself. The token is not read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cached {
    start_url: String,
    expires_at: String,
    #[serde(default)]
    refresh_token: Option<serde::de::IgnoredAny>,
}

/// What the cache holds for a login, in a sentence. Touches no network.
#[must_use]
pub fn cached(home: Option<&Path>, session: &SsoSession, now: Timestamp) -> String {
    let folder = home.map_or_else(PathBuf::new, Path::to_path_buf).join(".aws/sso/cache");
    let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let tokens = files.filter_map(|f| serde_json::from_slice::<Cached>(&std::fs::read(f.path()).ok()?).ok());
    let mine = tokens.filter(|t| t.start_url == session.start_url);
    let ends = mine.filter_map(|t| Some((moment(&t.expires_at)?, t.refresh_token.is_some())));
    match ends.max() {
        None => format!("{}: nobody has logged in ({})", session.name, session.ask.line()),
        Some((end, _)) if end > now => format!("{}: logged in for another {}", session.name, time::left(now, end)),
        Some((end, true)) => format!("{}: ended {} ago, may be renewed", session.name, time::age(now, end)),
        Some((end, false)) => {
            format!("{}: ended {} ago ({})", session.name, time::age(now, end), session.ask.line())
        }
    }
}

/// Old versions of the AWS CLI write `2020-06-17T10:02:08UTC`.
fn moment(text: &str) -> Option<Timestamp> {
    text.replace("UTC", "Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n\
         [profile a]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = R\n";

    #[test]
    fn the_login_is_found_by_session_by_profile_and_by_being_the_only_one() {
        let files = AwsFiles::from_text(NEW, "");
        let session = SsoSession::named(&files, "corp").unwrap();
        assert_eq!(SsoSession::of_profile(&files, "a").unwrap(), session);
        assert_eq!(SsoSession::usual(&files, None).unwrap(), session);
        assert_eq!(session.ask.line(), "aws sso login --sso-session corp");
        let start = || "https://corp.awsapps.com/start".to_owned();
        assert_eq!(portals(&files, Some("a")), [(String::new(), start()), ("corp".into(), start())].into());
        assert_eq!(portals(&files, None), [("corp".into(), start())].into());
        let two = format!("{NEW}[sso-session other]\nsso_start_url = u\nsso_region = r\n");
        let files = AwsFiles::from_text(&two, "");
        assert_eq!(SsoSession::usual(&files, None).unwrap_err().kind, FaultKind::Invalid);
        assert_eq!(SsoSession::usual(&files, Some("a")).unwrap(), session);
        let none = AwsFiles::from_text("", "");
        assert_eq!(SsoSession::usual(&none, None).unwrap_err().kind, FaultKind::Unavailable);
    }

    #[test]
    fn the_older_form_logs_in_by_profile() {
        let old = "[profile o]\nsso_start_url = https://x/start\nsso_region = eu-west-1\nsso_account_id = 1\n";
        let session = SsoSession::of_profile(&AwsFiles::from_text(old, ""), "o").unwrap();
        assert_eq!(
            (session.name.as_str(), session.ask.line().as_str()),
            ("https://x/start", "aws sso login --profile o")
        );
    }

    #[test]
    fn the_cache_is_described_without_its_token() {
        let home = std::env::temp_dir().join(format!("qd-sso-{}", std::process::id()));
        std::fs::create_dir_all(home.join(".aws/sso/cache")).unwrap();
        let session = SsoSession::named(&AwsFiles::from_text(NEW, ""), "corp").unwrap();
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        assert!(cached(Some(&home), &session, now).contains("nobody has logged in"));
        let write = |end: &str| {
            let url = &session.start_url;
            let text = format!(r#"{{"startUrl":"{url}","accessToken":"hunter2","expiresAt":"{end}"}}"#);
            std::fs::write(home.join(".aws/sso/cache/x.json"), text).unwrap();
        };
        write("2026-11-22T11:00:00UTC");
        assert_eq!(cached(Some(&home), &session, now), "corp: ended 1h ago (aws sso login --sso-session corp)");
        write("2026-11-22T12:30:00Z");
        assert_eq!(cached(Some(&home), &session, now), "corp: logged in for another 30:00");
        std::fs::remove_dir_all(home).unwrap();
    }
}
