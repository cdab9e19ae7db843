//! The built program, with an environment, a home and a configuration of its own.

use std::{collections::BTreeMap, path::Path, process::Command, sync::Arc, time::Duration};

use portable_pty::CommandBuilder;
use serde_json::Value;

use super::{Pty, Temp, process, program::program};

/// Longer than any command of a test may take.
const LONGEST: Duration = Duration::from_secs(120);

/// A way to run the program. Clones share the home, and so the configuration and the store.
#[derive(Clone, Debug)]
pub struct Qd {
    home: Arc<Temp>,
    env: BTreeMap<String, String>,
}

/// What a program said, and how it ended.
#[derive(Clone, Debug)]
pub struct Done {
    /// Its exit code; -1 after a signal.
    pub code: i32,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

impl Done {
    /// The output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}\n{}\n{}", self.out, self.err))
    }
}

impl Qd {
    /// The program without credentials, in a new home, far from every network.
    pub fn new() -> Self {
        let home = Arc::new(Temp::new());
        let at = home.path().to_str().expect("a path in UTF-8").to_owned();
        let path = std::env::var("PATH").unwrap_or_default();
        let pairs = [("HOME", at.as_str()), ("PATH", &path), ("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];
        let more = [("TZ", "UTC"), ("LANG", "C.UTF-8"), ("AWS_EC2_METADATA_DISABLED", "true"), ("RUST_BACKTRACE", "0")];
        let env = pairs.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { home, env }
    }

    /// The same with a variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same with variables.
    pub fn envs(mut self, pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        self.env.extend(pairs);
        self
    }

    /// The same with this configuration file.
    pub fn config(self, toml: &str) -> Self {
        self.home.write(".config/quarterdeck/config.toml", toml);
        self
    }

    /// Its home folder.
    pub fn home(&self) -> &Temp {
        &self.home
    }

    /// The variables that it is run with, and none besides.
    pub fn variables(&self) -> impl Iterator<Item = (&String, &String)> {
        self.env.iter()
    }

    /// The command, not yet run.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(words).env_clear().envs(&self.env).current_dir(self.home.path());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, words: &[&str]) -> Done {
        process::run(self.command(words), LONGEST)
    }

    /// Runs it, demands success, and gives its output as JSON.
    pub fn json(&self, words: &[&str]) -> Value {
        let done = self.run(words);
        assert_eq!(done.code, 0, "{words:?}\n{}\n{}", done.out, done.err);
        done.json()
    }

    /// Opens it in a terminal of so many columns and rows.
    pub fn open(&self, words: &[&str], size: (u16, u16)) -> Pty {
        let mut command = CommandBuilder::new(program());
        command.args(words);
        command.env_clear();
        for (name, value) in self.variables() {
            command.env(name, value);
        }
        command.cwd(Path::new(self.home.path()));
        Pty::spawn(command, size)
    }
}
