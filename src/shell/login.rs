//! Logging in again: the AWS CLI does it, in the terminal that is lent to it.

use std::process::Command;

use crate::model::Ask;

/// The command that answers a question of access, as a person would type it.
#[must_use]
pub fn command(ask: &Ask) -> Option<Vec<String>> {
    let Ask::SsoLogin { session, profile } = ask else { return None };
    let flag = if *profile { "--profile" } else { "--sso-session" };
    Some(["aws", "sso", "login", flag, session].map(ToOwned::to_owned).to_vec())
}

/// Runs it in the foreground.
///
/// # Errors
/// Why it did not end well, and what to type by hand.
pub fn run(command: &[String]) -> Result<(), String> {
    let Some((program, arguments)) = command.split_first() else { return Ok(()) };
    let line = command.join(" ");
    match Command::new(program).args(arguments).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` ended with {status}")),
        Err(e) => Err(format!("cannot run the AWS CLI ({e}); in another terminal: {line}, then Ctrl-R")),
    }
}
