//! Logging in again: the AWS CLI does it, on the terminal that is lent to it.

use crate::{
    access::{Program, Stage},
    config::Env,
};

/// Runs the command that answers a question of access, in the foreground. `env` is the environment as the console has
/// it.
///
/// # Errors
/// Why it did not end well, and what to type by hand.
pub async fn run(stage: &Stage, command: Vec<String>, env: &Env) -> Result<(), String> {
    let line = command.join(" ");
    let program = Program::new(command.into_iter().map(Into::into).collect(), env);
    match stage.run(program, String::new()).await {
        Ok(ended) if ended.code == 0 => Ok(()),
        Ok(ended) => Err(format!("`{line}` ended with {ended}; Ctrl-R asks again")),
        Err(fault) => Err(format!("{fault}; in another terminal: {line}, then Ctrl-R")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::lend;

    /// The command, run by a console that lends its terminal.
    async fn run(line: &str) -> Result<(), String> {
        let stage = Stage::default();
        let mut guests = stage.open();
        let words = line.split(' ').map(str::to_owned).collect();
        let env = Env::empty();
        let console = async {
            let guest = guests.recv().await.unwrap();
            let ended = lend::foreground(&guest.program, &guest.banner);
            guest.end(ended);
        };
        tokio::join!(super::run(&stage, words, &env), console).0
    }

    #[tokio::test]
    async fn a_login_that_fails_says_what_to_press_and_one_that_cannot_run_what_to_type() {
        assert_eq!(run("true").await, Ok(()));
        let failed = run("false").await.unwrap_err();
        assert!(failed.contains("`false` ended with exit code 1") && failed.contains("Ctrl-R"), "{failed}");
        let absent = run("/nonexistent/aws sso login --profile ops").await.unwrap_err();
        assert!(absent.contains("in another terminal: /nonexistent/aws sso login --profile ops"), "{absent}");
    }
}
