//! The chain of credential sources, in the SDKs' order: environment, profile, web identity, container, instance.
//!
//! Each source is asked by itself, so that the start page can say what each said. A profile is only walked here
//! (pure); the roles on its way are assumed by the vault, which knows MFA and session lengths.

pub mod elsewhere;
pub mod process;
pub mod profile;

pub use profile::{Role, Start, Walk};

use super::{
    awsfiles::{AwsFiles, ProfileKind, Section, kind},
    caller::{Said, Tried},
    secret::Keys,
};
use crate::{
    config::Env,
    model::{Fault, FaultKind},
};

/// What the snapshot of the environment and the files say about where the caller's credentials are.
#[derive(Debug)]
pub enum Choice {
    /// Keys in the environment.
    Environment(Keys),
    /// A profile, by name.
    Profile(String),
    /// Neither: the machine itself is asked (web identity, container, instance).
    Machine,
}

/// Chooses the first source that is set up, and says why the ones before it are not. `demanded` is a profile that was
/// named by a flag, the file or on the start page, which goes before keys in the environment; `profile` is the one of
/// `AWS_PROFILE`.
///
/// # Errors
/// A profile that was named and does not exist ([`FaultKind::Invalid`]), and half a pair of keys.
pub fn choose(env: &Env, files: &AwsFiles, demanded: Option<&str>, tried: &mut Vec<Tried>) -> Result<Choice, Fault> {
    if demanded.is_none() {
        match environment(env) {
            Ok(Some(keys)) => {
                let kind = if keys.has_token() { "temporary keys" } else { "long-term keys" };
                tried.push(Tried::new("environment", Said::Found, format!("{kind} in AWS_ACCESS_KEY_ID")));
                return Ok(Choice::Environment(keys));
            }
            Ok(None) => tried.push(Tried::new("environment", Said::Absent, "AWS_ACCESS_KEY_ID is not set")),
            Err(fault) => {
                tried.push(Tried::new("environment", Said::Failed, fault.message.clone()));
                return Err(fault);
            }
        }
    } else {
        tried.push(Tried::new("environment", Said::NotAsked, "a profile was chosen, which goes before it"));
    }
    let named = demanded.or_else(|| env.get("AWS_PROFILE"));
    let name = named.unwrap_or("default");
    // A role without a source is a mistake to be told, and no profile without credentials.
    let empty = |s: &Section| kind(s) == ProfileKind::Nothing && !s.contains_key("role_arn");
    match (files.profile(name).map(empty), named) {
        (Some(true), _) => {
            let words = format!("profile {name} names no credentials ({})", places(files));
            tried.push(Tried::new("profile", Said::Absent, words));
            Ok(Choice::Machine)
        }
        (Some(false), _) => Ok(Choice::Profile(name.to_owned())),
        (None, None) => {
            tried.push(Tried::new("profile", Said::Absent, format!("no profile default ({})", places(files))));
            Ok(Choice::Machine)
        }
        (None, Some(name)) => {
            let message = format!("profile {name} does not exist ({})", places(files));
            tried.push(Tried::new("profile", Said::Failed, message.clone()));
            Err(Fault::new(FaultKind::Invalid, message).hint("choose one of the profiles, or correct AWS_PROFILE"))
        }
    }
}

/// The keys of the environment.
///
/// # Errors
/// An access key without its secret ([`FaultKind::Invalid`]).
fn environment(env: &Env) -> Result<Option<Keys>, Fault> {
    let Some(id) = env.get("AWS_ACCESS_KEY_ID").or_else(|| env.get("AWS_ACCESS_KEY")) else { return Ok(None) };
    let Some(secret) = env.get("AWS_SECRET_ACCESS_KEY").or_else(|| env.get("SECRET_ACCESS_KEY")) else {
        let message = "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not";
        return Err(Fault::new(FaultKind::Invalid, message).hint("set both, or unset both to use a profile"));
    };
    // Not an SDK's variable, but what aws-vault, Granted and `aws configure export-credentials` set.
    let until = env.get("AWS_CREDENTIAL_EXPIRATION").or_else(|| env.get("AWS_SESSION_EXPIRATION"));
    Ok(Some(Keys::new(id, secret, env.get("AWS_SESSION_TOKEN"), until.and_then(|at| at.parse().ok()))))
}

/// Which files were looked into, and which are not there.
fn places(files: &AwsFiles) -> String {
    let place = |source: &super::awsfiles::Source| match &source.trouble {
        None => source.path.display().to_string(),
        Some(trouble) => format!("{}: {trouble}", source.path.display()),
    };
    format!("{}; {}", place(&files.config), place(&files.credentials))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(env: &[(&str, &str)], demanded: Option<&str>) -> (Result<Choice, Fault>, Vec<Tried>) {
        let env: Env = env.iter().copied().collect();
        let files = AwsFiles::read(&env);
        let mut tried = Vec::new();
        let choice = choose(&env, &files, demanded, &mut tried);
        (choice, tried)
    }

    const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIA1"), ("AWS_SECRET_ACCESS_KEY", "hunter2")];

    #[test]
    fn keys_in_the_environment_go_before_aws_profile_but_not_before_a_chosen_one() {
        let (choice, tried) = chosen(&[KEYS[0], KEYS[1], ("AWS_PROFILE", "ops")], None);
        assert!(matches!(choice, Ok(Choice::Environment(_))));
        assert_eq!((tried[0].said, tried.len()), (Said::Found, 1));
        let (choice, tried) = chosen(&KEYS, Some("ops"));
        assert_eq!(choice.unwrap_err().kind, FaultKind::Invalid);
        assert_eq!(tried[0].said, Said::NotAsked);
    }

    #[test]
    fn what_is_missing_is_said_with_its_place() {
        let (choice, tried) = chosen(&[("HOME", "/nowhere")], None);
        assert!(matches!(choice, Ok(Choice::Machine)));
        assert!(tried[1].words.contains("/nowhere/.aws/config: not there"), "{tried:?}");
        let (choice, tried) = chosen(&KEYS[..1], None);
        assert!(choice.unwrap_err().message.contains("AWS_SECRET_ACCESS_KEY is not"));
        assert_eq!(tried[0].said, Said::Failed);
    }

    #[test]
    fn the_end_of_keys_is_taken_where_a_tool_tells_it() {
        let env = [KEYS[0], KEYS[1], ("AWS_CREDENTIAL_EXPIRATION", "2026-11-22T12:00:00Z")];
        let Ok(Choice::Environment(keys)) = chosen(&env, None).0 else { unreachable!("keys are set") };
        assert_eq!(keys.until().unwrap().to_string(), "2026-11-22T12:00:00Z");
    }
}
