//! A program that is run with an account's credentials in its environment: nowhere else, on no disk and in no argument.

#![allow(clippy::disallowed_methods, reason = "a program of the person's own, with credentials lent to it")]

use std::{
    ffi::OsString,
    fmt, io,
    process::{Command, Stdio},
    time::Duration,
};

use secrecy::{ExposeSecret as _, SecretString};

use crate::config::Env;

/// Variables from which AWS's own tools take credentials, or the way to some (AWS SDKs and Tools Reference Guide,
/// "Environment variables support"). None of ours reaches the program: what is lent is all that it has.
const CREDENTIALS: [&str; 18] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_SESSION_EXPIRATION",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CREDENTIAL_FILE",
    "AWS_VAULT",
    "AWSUME_PROFILE",
];

/// Variables that lead AWS's tools elsewhere. They are passed on as the console itself has them, which in the demo is
/// not as the process has them.
const PLACES: [&str; 6] = [
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
];

/// A program with its arguments and what is otherwise in its environment than in ours. Never prints what it carries.
#[derive(Clone)]
pub struct Program {
    argv: Vec<OsString>,
    set: Vec<(String, SecretString)>,
}

impl Program {
    /// A program and its arguments, in our own environment without anything that leads to credentials. `env` is the
    /// environment as the console has it.
    #[must_use]
    pub fn new(argv: Vec<OsString>, env: &Env) -> Self {
        let kept = env.names().filter(|name| name.starts_with("AWS_") && !CREDENTIALS.contains(name));
        let set = kept.filter_map(|name| Some((name.to_owned(), env.get(name)?.to_owned().into()))).collect();
        Self { argv, set }
    }

    /// The same with a variable.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        self.set.push((name.into(), value.into()));
        self
    }

    /// The name of the program, as it was given.
    #[must_use]
    pub fn name(&self) -> String {
        self.argv.first().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Runs it beside everything else, without input, and gives what it prints.
    ///
    /// # Errors
    /// Why it cannot be started, and [`io::ErrorKind::TimedOut`] where it takes longer than this.
    pub async fn said(&self, longest: Duration) -> io::Result<String> {
        let mut command = tokio::process::Command::from(self.command());
        command.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(longest, command.output()).await??;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// As the system starts it. The one place where what it carries is taken out of its wrapping.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(self.argv.first().map(OsString::as_os_str).unwrap_or_default());
        command.args(self.argv.iter().skip(1));
        for name in CREDENTIALS.iter().chain(&PLACES) {
            command.env_remove(name);
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value.expose_secret())));
        command
    }
}

impl fmt::Debug for Program {
    /// The name alone: arguments may hold what somebody typed, and variables hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Program({})", self.name())
    }
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code, or 128 and the number of the signal that ended it, as shells have it.
    pub code: u8,
    /// The number of the signal that ended it, if one did.
    pub signal: Option<i32>,
}

impl Ended {
    /// As the system tells it.
    #[must_use]
    pub fn of(status: std::process::ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt as _;
        let code = status.code().or_else(|| status.signal().map(|n| 128 + n)).unwrap_or(1);
        // A wait status holds eight bits of the code (POSIX `waitpid`).
        Self { code: u8::try_from(code & 0xff).unwrap_or(1), signal: status.signal() }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit code {}", self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_other_credentials_is_left_behind_and_nothing_prints() {
        let env: Env =
            [("AWS_PROFILE", "ops"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"), ("HOME", "/h")].into_iter().collect();
        let program =
            Program::new(vec!["sh".into(), "-c".into(), "env".into()], &env).with("AWS_SECRET_ACCESS_KEY", "s3cr3t");
        assert!(!format!("{program:?}").contains("s3cr3t"));
        let out = program.command().env("AWS_LEFT_ALONE", "x").output().unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        assert!(text.contains("AWS_SECRET_ACCESS_KEY=s3cr3t") && text.contains("AWS_ENDPOINT_URL=http://127.0.0.1:9"));
        assert!(!text.contains("AWS_PROFILE="), "{text}");
    }

    #[test]
    fn ends_are_those_of_shells() {
        let run = |line: &str| Ended::of(Command::new("sh").args(["-c", line]).status().unwrap()).code;
        assert_eq!((run("exit 0"), run("exit 7"), run("kill -TERM $$")), (0, 7, 143));
        let signal = |line: &str| Ended::of(Command::new("sh").args(["-c", line]).status().unwrap()).signal;
        assert_eq!((signal("exit 143"), signal("kill -TERM $$")), (None, Some(15)));
    }
}
