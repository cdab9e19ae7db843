//! A moto server, on a port that the system picks.

use std::{
    process::{ChildStdin, Stdio},
    time::Duration,
};

use serde_json::Value;

use super::{
    http,
    process::{Running, lines, run},
    python,
};

/// How long it may take to begin.
const BEGIN: Duration = Duration::from_secs(60);

/// A running server. It ends when it is dropped, or with this process, whose end closes its standard input.
#[derive(Debug)]
pub struct Moto {
    endpoint: String,
    _running: Running,
    _alive: ChildStdin,
}

impl Moto {
    /// Starts one, empty.
    pub fn start() -> Self {
        let mut command = python::script("moto_server.py");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Running(command.spawn().expect("the Python of the environment"));
        let alive = running.0.stdin.take().expect("piped");
        let said = lines(running.0.stdout.take().expect("piped"));
        let endpoint = said.recv_timeout(BEGIN).expect("moto's endpoint");
        Self { endpoint, _running: running, _alive: alive }
    }

    /// What makes any AWS client the administrator of its management account.
    pub fn environment(&self) -> Vec<(String, String)> {
        let pairs = [
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_DEFAULT_REGION", "eu-central-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    /// Builds something on it with a script of the folder `tests`, and gives the JSON that the script prints.
    pub fn build(&self, script: &str) -> Value {
        self.script(script, None)
    }

    /// Runs a script that takes JSON, and gives the JSON that it prints.
    pub fn run(&self, script: &str, input: &Value) -> Value {
        self.script(script, Some(input))
    }

    /// Whether it enforces the policies of users and roles from now on. Without, any key is an administrator's.
    pub fn enforce(&self, on: bool) {
        // After so many requests: none, or more than there will ever be.
        http::post_text(&self.endpoint, "/moto-api/reset-auth", if on { "0" } else { "inf" });
    }

    fn script(&self, script: &str, input: Option<&Value>) -> Value {
        let mut command = python::script(script);
        command.envs(self.environment()).envs(input.map(|input| ("MOTO_INPUT", input.to_string())));
        let done = run(command, Duration::from_secs(120));
        assert_eq!(done.code, 0, "{script}: {}", done.err);
        done.json()
    }
}
