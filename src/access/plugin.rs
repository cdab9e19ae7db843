//! AWS's Session Manager plugin: whether it is there, and new enough to be given a token safely.

use std::{ffi::OsString, io, time::Duration};

use super::program::Program;
use crate::{
    config::Env,
    model::{Fault, FaultKind, text},
};

/// The program that speaks the protocol of Session Manager.
pub const PLUGIN: &str = "session-manager-plugin";

/// The last version that takes its token in an argument only (AWS CLI, `sessionmanager.py`).
const TOO_OLD: [u32; 4] = [1, 2, 497, 0];

/// Where it is got.
const GET_IT: &str =
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html";

/// The plugin in our own environment, without anything that leads to credentials: it needs none but its token. It is
/// looked for in the PATH of `env`.
#[must_use]
pub fn program(arguments: Vec<OsString>, env: &Env) -> Program {
    let program = Program::new([vec![PLUGIN.into()], arguments].concat(), &Env::empty());
    match env.get("PATH") {
        Some(path) => program.with("PATH", path),
        None => program,
    }
}

/// Its version.
///
/// # Errors
/// [`FaultKind::Unavailable`] where it is not installed, or takes its token in an argument only.
pub async fn version(env: &Env) -> Result<String, Fault> {
    let absent = |why: String| {
        Fault::new(FaultKind::Unavailable, format!("{PLUGIN} {why}")).hint(format!("install it: {GET_IT}"))
    };
    let said = program(vec!["--version".into()], env).said(Duration::from_secs(10)).await;
    let said = said.map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => absent("is not installed".into()),
        _ => absent(format!("does not say its version ({e})")),
    })?;
    let version = text::clip(text::clean(said.trim()).as_ref(), 40).to_string();
    match numbers(&said) {
        Some(numbers) if numbers > TOO_OLD => Ok(version),
        _ => Err(absent(format!("{version} is too old to be given a token safely"))),
    }
}

/// `1.2.707.0`.
fn numbers(text: &str) -> Option<[u32; 4]> {
    let mut parts = text.trim().split('.').map(str::parse::<u32>);
    let mut next = || parts.next().unwrap_or(Ok(0)).ok();
    Some([next()?, next()?, next()?, next()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_plugins_are_told_from_new_ones() {
        assert!(numbers("1.2.707.0\n").unwrap() > TOO_OLD);
        assert!(numbers("1.2.497.0").unwrap() <= TOO_OLD);
        assert!(numbers("1.2.54").unwrap() <= TOO_OLD);
        assert_eq!(numbers("unknown"), None);
    }
}
