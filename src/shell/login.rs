//! Logging in again: the AWS CLI does it, in the terminal that is lent to it.

use std::process::Command;

/// Runs the command that answers a question of access, in the foreground.
///
/// # Errors
/// Why it did not end well, and what to type by hand.
pub fn run(command: &[String]) -> Result<(), String> {
    let Some((program, arguments)) = command.split_first() else { return Ok(()) };
    let line = command.join(" ");
    match Command::new(program).args(arguments).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` ended with {status}; Ctrl-R asks again")),
        Err(e) => Err(format!("cannot run the AWS CLI ({e}); in another terminal: {line}, then Ctrl-R")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_login_that_fails_says_what_to_press_and_one_that_cannot_run_what_to_type() {
        assert_eq!(run(&words("true")), Ok(()));
        let failed = run(&words("false")).unwrap_err();
        assert!(failed.contains("`false` ended with") && failed.contains("Ctrl-R"), "{failed}");
        let absent = run(&words("/nonexistent/aws sso login --profile ops")).unwrap_err();
        assert!(absent.contains("in another terminal: /nonexistent/aws sso login --profile ops"), "{absent}");
    }
}
