//! `--watch` where reading fails: what may pass is told and tried again, from the first pass on; what was asked for wrongly
//! ends at once.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
    sync::mpsc::Receiver,
    time::Duration,
};

use quarterdeck::sim::{self, Sim};
use serde_json::Value;

use crate::support::{
    Qd,
    inside::{DEMO, quick},
    process::{self, Running, lines},
};

/// How long a line may take to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A fleet that can be broken and mended while the program runs, and the program on it.
async fn fleet(fault: &str) -> (Sim, Qd) {
    let options = sim::Options { faults: vec![fault.parse().expect("a fault")], ..quick() };
    let sim = sim::start(options).await.expect("a port on loopback");
    let pairs = sim.environment().into_iter().map(|(name, value)| (name.to_owned(), value));
    let qd = Qd::new().envs(pairs).config(DEMO);
    (sim, qd)
}

/// The next line that holds a text.
fn next(said: &Receiver<String>, text: &str) -> String {
    loop {
        let line = said.recv_timeout(PATIENCE).unwrap_or_else(|e| panic!("{text:?} never came: {e}"));
        if line.contains(text) {
            return line;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_pass_that_fails_is_told_and_tried_again() {
    for (fault, told) in [
        ("5xx@sts.GetCallerIdentity", "GetCallerIdentity"),
        ("malformed@organizations", "organizations:"),
        ("reset@sts.GetCallerIdentity", "GetCallerIdentity"),
    ] {
        let (sim, qd) = fleet(fault).await;
        let run = tokio::task::spawn_blocking(move || {
            let mut command = qd.command(&["get", "ecs", "--account", "prod", "-o", "json", "--watch", "1"]);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = Running(command.spawn().expect("the built program"));
            let said = lines(child.0.stderr.take().expect("a pipe"));
            let line = next(&said, "not read at");
            assert!(line.contains("the next try is in 1 s") && line.contains(told), "{fault}: {line}");
            // The fault goes while the program runs.
            sim.set_faults(Vec::new());
            let mut answers = BufReader::new(child.0.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
            let answer: Value = serde_json::from_str(&answers.next().expect("a line")).expect("an object a line");
            assert!(answer["rows"].as_array().is_some_and(|rows| !rows.is_empty()), "{fault}: {answer}");
            process::signal(child.id(), "INT");
            assert_eq!(child.end(PATIENCE), Some(130), "{fault}");
        });
        run.await.expect("no panic");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_terminal_a_first_pass_that_fails_says_so_in_its_place() {
    let (sim, qd) = fleet("5xx@sts.GetCallerIdentity").await;
    let run = tokio::task::spawn_blocking(move || {
        let mut pty = qd.open(&["get", "ecs", "--account", "prod", "--watch", "1"], (120, 24));
        pty.wait("what failed", |s| s.contains("nothing read yet") && s.contains("not read at"));
        sim.set_faults(Vec::new());
        let page = pty.wait("the rows", |s| s.contains("checkout"));
        assert!(!page.contains("nothing read yet") && !page.contains("not read at"), "{page}");
        pty.keys("\x03");
        assert_eq!(pty.exit_code(), 130);
    });
    run.await.expect("no panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_was_not_read_is_asked_for_with_the_next_pass() {
    let (sim, qd) = fleet("malformed@organizations").await;
    let run = tokio::task::spawn_blocking(move || {
        let mut command = qd.command(&["get", "ecs", "-o", "json", "--watch", "1"]);
        let mut child = Running(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program"));
        let answers = lines(child.0.stdout.take().expect("a pipe"));
        let answer = |text: String| -> Value { serde_json::from_str(&text).expect("an object a line") };
        let first = answer(answers.recv_timeout(PATIENCE).expect("an answer"));
        let gaps = first["coverage"]["gaps"].as_array().expect("gaps");
        assert!(gaps.iter().any(|gap| gap["view"] == "accounts"), "{first}");
        sim.set_faults(Vec::new());
        // Well before the ten minutes after which the organisation is read anew.
        let many = |found: &Value| found["rows"].as_array().is_some_and(|rows| rows.len() > 20);
        let found = (0..20).map(|_| answer(answers.recv_timeout(PATIENCE).expect("an answer"))).find(many);
        assert!(found.is_some(), "{first}");
        process::signal(child.id(), "INT");
        assert_eq!(child.end(PATIENCE), Some(130));
    });
    run.await.expect("no panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_wrongly_ends_at_once() {
    let (_sim, qd) = fleet("slow:0%").await;
    let run = tokio::task::spawn_blocking(move || {
        for (words, told) in [
            (&["get", "ecz"][..], "ecz"),
            (&["get", "ecs", "--filter", "claster:x"], "claster"),
            (&["get", "ecs", "--account", "no-such-account"], "no-such-account"),
            (&["get", "tasks", "--of", "no-such-service", "--account", "prod"], "no-such-service"),
        ] {
            let done = qd.run(&[words, &["--watch", "1"]].concat());
            assert_eq!(done.code, 2, "{words:?}: {}", done.err);
            assert!(done.err.contains(told) && !done.err.contains("next try"), "{words:?}: {}", done.err);
            assert_eq!(done.out, "", "{words:?}");
        }
    });
    run.await.expect("no panic");
}
