//! The part of the file about roles: `[role.<name>]`, `[[where]]`, and whether every name is known.

use std::{collections::BTreeMap, time::Duration};

use super::{
    Config, How, Override, RoleSpec, Selector, arn,
    error::{ConfigError, Wrong},
    origin::{Origins, Spot},
    read::account_id,
    regions,
    sheet::{Entry, Section},
    span,
};
use crate::model::text::suggest;

/// A role's session: 900 s to 12 h (STS `AssumeRole`).
const SESSION: (Duration, Duration) = (Duration::from_mins(15), Duration::from_hours(12));

/// A role that is assumed from a role: an hour at most (STS, role chaining).
const CHAINED: Duration = Duration::from_hours(1);

/// `[role.<name>]`: the roles by name.
pub(super) fn roles(root: &Section<'_>, config: &mut Config, origins: &mut Origins) {
    let Some(section) = root.get("role").and_then(|e| e.section()) else { return };
    for entry in section.entries() {
        let Some(section) = entry.section() else { continue };
        origins.set(entry.name.clone(), entry.key_spot());
        // A role that is wrong still has its name, so that its uses are not called wrong as well.
        config.role.push(role(entry.key, &section).unwrap_or_else(|| RoleSpec::assume(entry.key, "")));
        section.end();
    }
}

fn role(name: &str, section: &Section<'_>) -> Option<RoleSpec> {
    let arn = section.text("arn", arn::role);
    let set = section.text("permission_set", name_of("a permission set", 32));
    let profile = section.text("profile", name_of("a profile", 256));
    let session = section.text("sso_session", name_of("an sso-session", 256));
    let policy = section.text("policy", arn::policy);
    let spec = RoleSpec {
        external_id: section.text("external_id", arn::external_id),
        duration: section.text("duration", |t| span::within(t, SESSION.0, SESSION.1)),
        chain: section.list("chain", arn::role).unwrap_or_default(),
        mfa_serial: section.text("mfa_serial", arn::mfa_serial),
        policy: policy.unwrap_or_default(),
        source_profile: section.text("source_profile", name_of("a profile", 256)),
        ..RoleSpec::assume(name, "")
    };
    if !spec.chain.is_empty() && spec.duration.is_some_and(|d| d > CHAINED) {
        let help = "STS caps a role that is assumed from a role at an hour: leave the duration out";
        section.wrong(format!("role {name:?} has a chain and a duration over 1h"), help);
    }
    let ways: Vec<&str> = ["arn", "permission_set", "profile"].into_iter().filter(|key| section.has(key)).collect();
    match ways[..] {
        [] => {
            let help = "add arn = \"arn:aws:iam::{account}:role/…\", permission_set = \"…\" or profile = \"…\"";
            section.wrong(format!("role {name:?} says no way into an account"), help);
            return None;
        }
        [way] => misplaced(name, way, section),
        [first, second, ..] => {
            section.wrong(format!("role {name:?} has both {first} and {second}"), "make two roles of it");
            return None;
        }
    }
    let how = match (arn, set, profile) {
        (Some(arn), ..) => How::Assume { arn },
        (_, Some(name), _) => How::PermissionSet { name, session },
        (.., Some(name)) => How::Profile { name },
        // Its one way in was wrong, and that was noted.
        _ => return None,
    };
    Some(RoleSpec { how, ..spec })
}

/// Notes keys that mean nothing for this way into an account.
fn misplaced(name: &str, way: &str, section: &Section<'_>) {
    for key in ["external_id", "duration", "chain", "mfa_serial", "policy", "source_profile"] {
        if way != "arn" && section.has(key) {
            section
                .wrong(format!("role {name:?}: {key} means nothing beside {way}"), "it belongs to a role with an arn");
        }
    }
    if way != "permission_set" && section.has("sso_session") {
        let help = "it belongs to a role with a permission_set";
        section.wrong(format!("role {name:?}: sso_session means nothing beside {way}"), help);
    }
}

fn name_of(what: &'static str, most: usize) -> impl Fn(&str) -> Result<String, Wrong> {
    move |text| {
        let text = text.trim();
        if (1..=most).contains(&text.len()) && !text.chars().any(char::is_control) {
            return Ok(text.to_owned());
        }
        Err(Wrong::new(format!("must be the name of {what}, 1 to {most} characters"), ""))
    }
}

/// `[[where]]`: what is otherwise in some accounts.
pub(super) fn overrides(root: &Section<'_>, config: &mut Config) {
    for section in root.get("where").map(|e| e.sections()).unwrap_or_default() {
        // One that is wrong is for no account, and what else it says is looked at all the same.
        let selector = selector(&section).unwrap_or_else(|| Selector::Ous(Vec::new()));
        config.overrides.push(Override {
            roles: section.list("roles", |t| Ok(t.trim().to_owned())),
            regions: section.list("regions", regions::check),
            external_id: section.text("external_id", arn::external_id),
            duration: section.text("duration", |t| span::within(t, SESSION.0, SESSION.1)),
            elevated: section.text("elevated", |t| Ok(t.trim().to_owned())),
            read_only: section.value("read_only", Entry::flag),
            production: section.value("production", Entry::flag),
            label: section.text("label", name_of("an environment", 32)),
            spot: section.spot(),
            selector,
        });
        section.end();
    }
}

fn selector(section: &Section<'_>) -> Option<Selector> {
    let accounts = section.list("account", account_id).map(Selector::Accounts);
    let ous = section.list("ou", |t| Ok(t.trim().to_owned())).map(Selector::Ous);
    let tags = section.get("tag").and_then(|e| e.section()).map(|tags| {
        let pairs =
            tags.entries().into_iter().filter_map(|e| Some((e.key.to_owned(), e.read(Entry::text)?.to_owned())));
        Selector::Tags(pairs.collect::<BTreeMap<_, _>>())
    });
    let given: Vec<&str> = ["account", "tag", "ou"].into_iter().filter(|key| section.has(key)).collect();
    match given[..] {
        [_] => accounts.or(tags).or(ous),
        [] => {
            let help = "add ou = \"workload/prod\", tag = { team = \"pay\" } or account = \"111122223333\"";
            section.wrong("[[where]] does not say which accounts it is for", help);
            None
        }
        [first, second, ..] => {
            let help = "one block chooses by one of account, tag and ou";
            section.wrong(format!("[[where]] has both {first} and {second}"), help);
            None
        }
    }
}

/// Turns every use of a role into the name of one: `role/…` and ARNs become roles of their own, and any other word
/// has to be the name of one.
pub(super) fn settle(config: &mut Config, origins: &Origins) -> Vec<ConfigError> {
    let mut errors = Vec::new();
    let mut known = std::mem::take(&mut config.role);
    let top = origins.spot("roles");
    errors.extend(config.roles.iter_mut().filter_map(|name| named(name, &mut known, &top).err()));
    let raised = origins.spot("elevated");
    errors.extend(config.elevated.iter_mut().filter_map(|name| named(name, &mut known, &raised).err()));
    for block in &mut config.overrides {
        let names = block.roles.iter_mut().flatten().chain(&mut block.elevated);
        errors.extend(names.filter_map(|name| named(name, &mut known, &block.spot).err()));
    }
    config.role = known;
    if config.roles.is_empty() && origins.spot("roles") == Spot::default() {
        // Nobody said which: all that are described, in the order of the file.
        config.roles = config.role.iter().map(|r| r.name.clone()).collect();
    }
    errors
}

fn named(name: &mut String, known: &mut Vec<RoleSpec>, spot: &Spot) -> Result<(), ConfigError> {
    if known.iter().any(|role| role.name == *name) {
        return Ok(());
    }
    if !name.starts_with("role/") && !name.starts_with("arn:") {
        let names: Vec<&str> = known.iter().map(|role| role.name.as_str()).collect();
        let near = suggest(name, &names);
        let help = if near.is_empty() { format!("describe it in [role.{name}], or write role/{name}") } else { near };
        return Err(ConfigError::new(spot.clone(), format!("unknown role {name:?}"), help));
    }
    let template = arn::role(name)
        .map_err(|wrong| ConfigError::new(spot.clone(), format!("roles {}", wrong.message), wrong.help))?;
    let short = arn::role_name(&template);
    let same = |role: &RoleSpec| role.how == How::Assume { arn: template.clone() };
    *name = match known.iter().find(|role| role.name == short) {
        Some(role) if same(role) => short.to_owned(),
        // Another role has the short name already.
        Some(_) => template.clone(),
        None => short.to_owned(),
    };
    if !known.iter().any(|role| role.name == *name) {
        known.push(RoleSpec::assume(name.clone(), template));
    }
    Ok(())
}
