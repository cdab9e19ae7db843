//! The embedded fleet as a process of its own: `qd sim`.

use std::{collections::BTreeMap, io, process::Stdio, time::Duration};

use serde_json::Value;

use super::{
    Qd, http,
    process::{Running, lines},
};

/// A running `qd sim`. Dropping it ends it.
#[derive(Debug)]
pub struct Fleet {
    environment: BTreeMap<String, String>,
    /// The administrator's MFA device and the code that it shows.
    mfa: (String, String),
    /// Its home, which must outlive it.
    _home: Qd,
    running: Running,
}

impl Fleet {
    /// Serves the default world, without latency where none is among these words (`--fault`, `--accounts`).
    pub fn start(words: &[&str]) -> Self {
        let (reader, writer) = io::pipe().expect("a pipe");
        let home = Qd::new();
        let quick: &[&str] = if words.contains(&"--latency") { &[] } else { &["--latency", "off"] };
        let mut command = home.command(&[&["sim"], quick, words].concat());
        // One pipe for both streams: the line on standard error says that the environment is complete.
        command.stdin(Stdio::null()).stdout(writer.try_clone().expect("a pipe")).stderr(writer);
        let running = Running(command.spawn().expect("the built program"));
        drop(command);
        let said = lines(reader);
        let mut environment = BTreeMap::new();
        loop {
            let line = said.recv_timeout(Duration::from_secs(20)).expect("the fleet to begin");
            if let Some((name, value)) = line.strip_prefix("export ").and_then(|pair| pair.split_once('=')) {
                environment.insert(name.to_owned(), value.trim_matches(['\'', '"']).to_owned());
            } else if let Some(said) = line.strip_prefix("the MFA device ") {
                let (device, rest) = said.split_once(" shows ").expect("a code");
                let code = rest.split(';').next().unwrap_or_default();
                return Self { environment, mfa: (device.to_owned(), code.to_owned()), _home: home, running };
            } else if line.starts_with("serving ") || line.starts_with("sessions end by POST ") {
                // What it serves, and how its sessions end.
            } else {
                panic!("qd sim said: {line}");
            }
        }
    }

    /// What it printed: endpoint, keys, region.
    pub fn environment(&self) -> impl Iterator<Item = (String, String)> {
        self.environment.clone().into_iter()
    }

    /// `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> &str {
        &self.environment["AWS_ENDPOINT_URL"]
    }

    /// The program as its administrator, with the configuration that fits its world.
    pub fn qd(&self) -> Qd {
        Qd::new().envs(self.environment()).config(CONFIG)
    }

    /// The administrator's MFA device, and the code that it shows.
    pub fn mfa(&self) -> (&str, &str) {
        (&self.mfa.0, &self.mfa.1)
    }

    /// Ends every session that it has given out so far; how many that were.
    pub fn revoke(&self) -> u64 {
        http::post(self.endpoint(), "/_qd/revoke")["revoked"].as_u64().expect("a number")
    }

    /// How often an operation of STS was called, and how often it was refused.
    pub fn sts(&self, operation: &str) -> (u64, u64) {
        let calls = self.calls();
        let rows = calls["calls"].as_array().cloned().unwrap_or_default();
        let rows = rows.iter().filter(|r| r["service"] == "sts" && r["operation"] == operation);
        rows.fold((0, 0), |(all, bad), r| {
            (all + r["calls"].as_u64().unwrap_or(0), bad + r["errors"].as_u64().unwrap_or(0))
        })
    }

    /// The calls that it has answered, counted.
    pub fn calls(&self) -> Value {
        http::get(self.endpoint(), "/_qd/calls")
    }

    /// The process.
    pub fn process(&mut self) -> &mut Running {
        &mut self.running
    }
}

/// The role that the member accounts of the default world trust, and its regions. Nothing depends on tags, so that the
/// organisation is read at once; nobody else calls this fleet, so that the documented rates need not be halved.
const CONFIG: &str = "roles = [\"role/cicd/delegated-role\"]\nregions = [\"eu-central-1\", \"eu-west-1\"]\n\
                      [limits]\nshare = 1.0\n";
