//! What every way of running stands on: environment, configuration, store, clock; and the connection made of them.

#![allow(clippy::disallowed_methods, reason = "the zone of local time is a file")]

use std::{fs, path::Path, sync::Arc};

use aws_sdk_organizations::operation::describe_organization::DescribeOrganizationError as Refused;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use crate::{
    access::{self, Guard, Vault, VaultOptions},
    app::Memory,
    config::{Env, Loaded},
    cx::Cx,
    model::{AccountId, Caller, Fault, FaultKind, News},
    remote::{Clock, Remote, Settings},
    store::{Audit, Notebook, Past, Store},
    views,
};

/// The ground that the console and its headless twin stand on.
#[derive(Clone)]
pub struct Base {
    /// The environment, or what stands in for it.
    pub env: Env,
    /// The configuration with its origins.
    pub loaded: Loaded,
    /// The console's memory.
    pub store: Store,
    /// The audit log.
    pub audit: Audit,
    /// A mark for the header, such as `DEMO`.
    pub badge: Option<String>,
    /// The names of the themes, the shipped ones first, as they were when the program began.
    pub themes: Vec<String>,
    /// The time of day.
    pub clock: Clock,
}

/// The names of all themes: the shipped ones, and then those of the user's own files in a folder.
#[must_use]
pub fn theme_names(shipped: Vec<&str>, folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = shipped.into_iter().map(ToOwned::to_owned).collect();
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut own: Vec<String> = files
        .filter_map(|file| file.file_name().into_string().ok()?.strip_suffix(".toml").map(ToOwned::to_owned))
        .filter(|name| !names.contains(name))
        .collect();
    own.sort_unstable();
    names.extend(own);
    names
}

impl Base {
    /// What tells one caller's fleet from another's before anybody was asked: the profile, or the access key's id.
    #[must_use]
    pub fn hint(&self) -> String {
        hint(self.loaded.config.profile.as_deref(), &self.env)
    }

    /// The books of the fleet that this caller looked at last; `None` on the first run.
    #[must_use]
    pub fn last_notebook(&self) -> Option<Notebook> {
        let fleet = self.store.last_fleet(&self.hint()).ok().flatten()?;
        Some(self.store.fleet(&fleet))
    }

    /// Makes the hands of the sources. Opens no connection yet.
    ///
    /// # Errors
    /// A CA bundle or proxy that cannot be used.
    pub fn connect(&self, news: mpsc::UnboundedSender<access::News>, interactive: bool) -> Result<Cx, Fault> {
        let settings = Settings {
            share: self.loaded.config.limits.share,
            ..Settings::from_vars(|name| self.env.get(name).map(ToOwned::to_owned))
        };
        let remote = Remote::new(settings, Arc::clone(&self.clock))?;
        let config = Arc::new(self.loaded.config.clone());
        let options = VaultOptions {
            remote: remote.clone(),
            config: Arc::clone(&config),
            env: self.env.clone(),
            actions: views::actions(),
            verb_actions: views::verb_actions(),
            clock: Arc::clone(&self.clock),
            news,
            interactive,
        };
        let vault = Vault::new(options).map_err(|e| Fault::new(FaultKind::Invalid, e.to_string()))?;
        let guard = Guard::new(vault.clone(), Arc::clone(&config), self.audit.clone(), Arc::clone(&self.clock));
        Ok(Cx { remote, vault, guard, config, past: Past::new(), clock: Arc::clone(&self.clock) })
    }
}

/// What does not change from one session of a caller to the next. A temporary key is new in each, so that its id would
/// find nothing again: there the profile counts for which its tool made it, as far as it says so, and else that the
/// environment has keys. Whose fleet it is, is asked in any case.
fn hint(profile: Option<&str>, env: &Env) -> String {
    let temporary = env.get("AWS_SESSION_TOKEN").is_some();
    let keys = || match env.get("AWS_ACCESS_KEY_ID")? {
        _ if temporary => {
            let of = ["AWS_VAULT", "AWSUME_PROFILE"].into_iter().find_map(|name| env.get(name));
            Some(of.map_or_else(|| "environment".to_owned(), |name| format!("environment {name}")))
        }
        id => Some(format!("key {id}")),
    };
    let profile = profile.or_else(|| env.get("AWS_PROFILE")).map(|p| format!("profile {p}"));
    profile.or_else(keys).unwrap_or_else(|| "default".to_owned())
}

/// The zone of local time, from the environment as it was given.
///
/// The one file is read that is needed: a look-up by name walks the whole database of zones first, which takes longer
/// than everything else before the first frame.
#[must_use]
pub fn zone(env: &Env) -> TimeZone {
    let read = |path: &str, name: &str| TimeZone::tzif(name, &std::fs::read(path).ok()?).ok();
    match env.get("TZ").map(|name| name.trim_start_matches(':')) {
        Some(name) if name.starts_with('/') => read(name, name).unwrap_or(TimeZone::UTC),
        Some(name) => read(&format!("/usr/share/zoneinfo/{name}"), name)
            .unwrap_or_else(|| TimeZone::get(name).unwrap_or(TimeZone::UTC)),
        None => read("/etc/localtime", "local").unwrap_or_else(TimeZone::system),
    }
}

/// Reads what the store remembers of a fleet. What cannot be read is left out: it is a memory, not the truth.
#[must_use]
pub fn remember(notebook: Option<&Notebook>) -> Memory {
    let Some(notebook) = notebook else { return Memory::default() };
    let pairs = |book: &str| -> Vec<(String, String)> {
        notebook.all(book).unwrap_or_default().into_iter().map(|(key, value, _)| (key, value)).collect()
    };
    Memory {
        tree: notebook.dated("tree", "rows").ok().flatten(),
        uses: pairs("uses"),
        favourites: pairs("favourites"),
        problems: pairs("problems"),
        commands: pairs("commands"),
        preview: notebook.get("screen", "preview").ok().flatten().as_deref() == Some("yes"),
        columns: pairs(crate::app::columns::BOOK),
        swept: notebook.get("fleet", "swept").ok().flatten().is_some(),
    }
}

/// The name under which a fleet is kept: the organisation's id, and who looks at it. A session's name is left out,
/// since it changes from day to day. `last` is the name that was found the last time: where nobody says now what the
/// organisation is (no right any more, no network), the same caller still looks at the same fleet.
pub async fn fleet_name(cx: &Cx, caller: &Caller, last: Option<&str>) -> String {
    name(&caller.arn, &caller.account, organization(cx, caller).await, last)
}

fn name(arn: &str, account: &AccountId, organization: Organization, last: Option<&str>) -> String {
    let who = match arn.split_once(":assumed-role/") {
        Some((front, role)) => format!("{front}:assumed-role/{}", role.split('/').next().unwrap_or(role)),
        None => arn.to_owned(),
    };
    let of_same = |last: &&str| last.split_once(' ').is_some_and(|(_, before)| before == who);
    match (organization, last.filter(of_same)) {
        (Organization::Is(id), _) => format!("{id} {who}"),
        (Organization::Untold, Some(last)) => last.to_owned(),
        (Organization::None | Organization::Untold, _) => format!("{account} {who}"),
    }
}

/// What is known of the caller's organisation.
enum Organization {
    /// Its id.
    Is(String),
    /// There is none.
    None,
    /// It was not told.
    Untold,
}

async fn organization(cx: &Cx, caller: &Caller) -> Organization {
    let Ok(session) = cx.vault.caller_session(&caller.region).await else { return Organization::Untold };
    match cx.remote.organizations(&session).describe_organization().send().await {
        Ok(answer) => answer.organization.and_then(|o| o.id).map_or(Organization::Untold, Organization::Is),
        Err(error) if error.as_service_error().is_some_and(Refused::is_aws_organizations_not_in_use_exception) => {
            Organization::None
        }
        Err(_) => Organization::Untold,
    }
}

/// The caller in the words of the model.
#[must_use]
pub fn caller(caller: access::Caller) -> Caller {
    Caller {
        arn: caller.arn,
        account: caller.account,
        partition: caller.partition,
        region: caller.region,
        region_guessed: caller.region_guessed,
        source: caller.source,
        until: caller.expires,
        renews: caller.renewable,
        role_session: caller.is_role_session,
        portals: caller.portals,
    }
}

/// News in the words of the model.
#[must_use]
pub fn news(news: access::News) -> News {
    match news {
        access::News::Waiting(what) => News::Waiting(what),
        access::News::NoCaller(fault) => News::NoCaller(fault),
        access::News::Caller(c) => News::Caller(caller(c)),
        access::News::Lease(lease) => News::Lease(lease),
        access::News::Lost { account, role, fault } => News::Lost { account, role, fault },
        access::News::Ask(id, ask) => News::Ask(id.0, ask),
        access::News::Settled(id) => News::Answered(id.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: &str = "arn:aws:sts::111111111111:assumed-role/Ops/anna";

    fn named(organization: Organization, last: Option<&str>) -> String {
        name(ROLE, &AccountId::from("111111111111"), organization, last)
    }

    #[test]
    fn temporary_keys_find_the_last_fleet_again_with_the_next_session() {
        let with = |pairs: &[(&str, &str)], profile| hint(profile, &pairs.iter().copied().collect());
        let session = |id, more: &[(&'static str, &'static str)]| {
            let pairs = [("AWS_ACCESS_KEY_ID", id), ("AWS_SESSION_TOKEN", "t")];
            with(&[&pairs[..], more].concat(), None)
        };
        assert_eq!(session("ASIA1", &[]), session("ASIA2", &[]));
        assert_eq!(session("ASIA1", &[("AWS_VAULT", "ops")]), session("ASIA2", &[("AWS_VAULT", "ops")]));
        assert_ne!(session("ASIA1", &[("AWS_VAULT", "ops")]), session("ASIA1", &[("AWS_VAULT", "shop")]));
        assert_eq!(session("ASIA1", &[("AWS_PROFILE", "ops")]), "profile ops");
        assert_eq!(with(&[("AWS_ACCESS_KEY_ID", "AKIA1")], None), "key AKIA1");
        assert_eq!(with(&[("AWS_ACCESS_KEY_ID", "AKIA1")], Some("ops")), "profile ops");
        assert_eq!(with(&[], None), "default");
    }

    #[test]
    fn a_fleet_keeps_its_name_while_nobody_says_whose_it_is() {
        let known = named(Organization::Is("o-1".into()), None);
        assert_eq!(known, "o-1 arn:aws:sts::111111111111:assumed-role/Ops", "without the session's name");
        assert_eq!(named(Organization::Untold, Some(&known)), known);
        let alone = "111111111111 arn:aws:sts::111111111111:assumed-role/Ops";
        assert_eq!(named(Organization::None, Some(&known)), alone, "the account left its organisation");
        assert_eq!(named(Organization::Untold, Some("o-1 arn:aws:iam::111111111111:user/ben")), alone);
        assert_eq!(named(Organization::Untold, None), alone);
    }
}
