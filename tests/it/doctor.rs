//! `qd doctor`, `qd config`, `qd completions` and `--watch`.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
    time::Duration,
};

use serde_json::Value;

use crate::support::{Fleet, Qd, process};

/// The verdict on one thing.
fn verdict<'a>(answer: &'a Value, area: &str, name: &str) -> &'a str {
    let checks = answer["checks"].as_array().expect("checks");
    let found = checks.iter().find(|c| c["area"] == area && c["name"] == name);
    found.unwrap_or_else(|| panic!("{area} {name} in {answer:#}"))["verdict"].as_str().expect("a verdict")
}

#[test]
fn the_doctor_looks_at_everything_and_finds_what_is_wrong() {
    let fleet = Fleet::start(&[]);
    let done = fleet.qd().run(&["doctor", "--output", "json"]);
    assert_eq!(done.code, 0, "{}\n{}", done.out, done.err);
    let answer = done.json();
    assert_eq!(verdict(&answer, "credentials", "identity"), "ok");
    for operation in ["DescribeOrganization", "ListRoots", "ListAccountsForParent", "ListTagsForResource"] {
        assert_eq!(verdict(&answer, "rights", &format!("organizations:{operation}")), "ok");
    }
    assert_eq!(verdict(&answer, "rights", "a role in an account"), "ok");
    assert_eq!(verdict(&answer, "endpoints", "sts in eu-central-1"), "doubtful", "loopback has no TLS");
    assert_eq!(verdict(&answer, "clock", "this machine's"), "ok");
    assert_eq!(verdict(&answer, "files", "audit log"), "ok");
    assert_eq!(fleet.calls()["mutating"], 0);
    let closed = Fleet::start(&["--fault", "orgdenied"]);
    let done = closed.qd().run(&["doctor"]);
    assert!(
        done.out.contains("▲ organizations:DescribeOrganization") && done.out.contains("qd iam-policy"),
        "{}",
        done.out
    );
}

#[test]
fn the_doctor_doubts_what_the_configuration_names_in_vain() {
    let fleet = Fleet::start(&[]);
    let text = "regions = [\"eu-central-1\", \"me-south-1\"]\n[[where]]\nou = \"worklod\"\nproduction = true\n";
    let done = fleet.qd().config(text).run(&["doctor"]);
    assert_eq!(done.code, 0, "doubts are no fault: {}\n{}", done.out, done.err);
    for words in [
        "▲ regions",
        "17 of 18 regions enabled in the caller's account are not read: ",
        "region me-south-1 is not enabled in the caller's account",
        "[[where]] ou worklod (",
        "→ did you mean \"workload\"?",
    ] {
        assert!(done.out.contains(words), "{words}\n{}", done.out);
    }
    let slip = fleet.qd().env("AWS_REGION", "eu-centrall-1").run(&["doctor"]);
    assert!(slip.out.contains("$AWS_REGION: region \"eu-centrall-1\" is not known"), "{}", slip.out);
}

#[test]
fn without_credentials_or_with_a_broken_file_the_doctor_says_so() {
    let done = Qd::new().env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").run(&["doctor"]);
    assert_eq!(done.code, 3, "{}\n{}", done.out, done.err);
    assert!(done.out.contains("✖ identity"), "{}", done.out);
    let broken = Qd::new().config("them = \"night\"\n").run(&["doctor", "--output", "json"]);
    assert_eq!(broken.code, 2, "{}", broken.err);
    assert_eq!(verdict(&broken.json(), "files", "configuration"), "wrong");
    let slow = Fleet::start(&[]);
    let gone = slow.qd().env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").run(&["doctor", "--output", "json"]);
    assert_ne!(gone.code, 0);
    assert_eq!(verdict(&gone.json(), "endpoints", "sts in eu-central-1"), "wrong");
}

#[test]
fn a_file_is_checked_without_a_run_and_its_schema_is_printed() {
    let qd = Qd::new();
    let good = qd.home().write("good.toml", "utc = true\n[keys.table]\nz = \"detail\"\n");
    let done = qd.run(&["config", "check", good.to_str().unwrap()]);
    assert_eq!((done.code, done.out.contains("no faults")), (0, true), "{}{}", done.out, done.err);
    let bad = qd.home().write("bad.toml", "view = \"esc\"\n[keys.table]\nz = \"nothing\"\n");
    let done = qd.run(&["config", "check", bad.to_str().unwrap()]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("bad.toml:1") && done.err.contains("unknown view"), "{}", done.err);
    let worse = concat!(
        "roles = [\"a\", \"depoly\"]\nview = \"esc\"\n[role.a]\narn = \"user/x\"\nduration = \"9s\"\n",
        "[keys.table]\nz = \"nothing\"\n[views.ecs]\ncolumns = [\"runing\"]\n",
    );
    let worse = qd.home().write("worse.toml", worse);
    let done = qd.run(&["config", "check", worse.to_str().unwrap()]);
    for line in [1, 2, 4, 5, 7, 9] {
        assert!(done.err.contains(&format!("worse.toml:{line}:")), "line {line} is told in the same go: {}", done.err);
    }
    let schema = qd.json(&["config", "schema"]);
    assert_eq!(schema["properties"]["utc"]["type"], "boolean");
    assert!(schema["properties"]["view"]["enum"].as_array().is_some_and(|v| v.iter().any(|w| w == "ecs")));
}

/// What bash would be told for this line.
fn completed(qd: &Qd, words: &[&str]) -> Vec<String> {
    let index = (words.len() - 1).to_string();
    let qd = qd.clone().env("QD_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", &index).env("_CLAP_IFS", "\n");
    let done = qd.run(&[&["--"], words].concat());
    assert_eq!(done.code, 0, "{}", done.err);
    done.out.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn completions_know_what_the_last_run_saw_and_call_nobody() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    let script = qd.run(&["completions", "bash"]);
    assert!(
        script.code == 0 && script.out.contains("QD_COMPLETE") && script.out.contains("complete -o"),
        "{}",
        script.out
    );
    assert_eq!(completed(&qd, &["qd", "get", "--account", "sandbox-an"]), Vec::<String>::new(), "nothing is known yet");
    assert_eq!(qd.run(&["tree"]).code, 0);
    let before = fleet.calls()["total"].clone();
    assert_eq!(completed(&qd, &["qd", "get", "--account", "sandbox-an"]), ["sandbox-anna"]);
    assert_eq!(completed(&qd, &["qd", "exec", "sandbox-an"]), ["sandbox-anna"]);
    assert!(completed(&qd, &["qd", "get", "--ou", "work"]).contains(&"workload/data".to_owned()));
    assert_eq!(completed(&qd, &["qd", "get", "ecs", "--role", "deleg"]), ["delegated-role"]);
    assert_eq!(completed(&qd, &["qd", "logs", "ecs", "web", "--account", "sandbox-an"]), ["sandbox-anna"]);
    assert!(completed(&qd, &["qd", "logs", "ecs", "web", "--ou", "work"]).contains(&"workload/data".to_owned()));
    assert!(completed(&qd, &["qd", "get", "ta"]).contains(&"tasks".to_owned()));
    assert!(completed(&qd, &["qd", "do"]).contains(&"doctor".to_owned()));
    assert_eq!(fleet.calls()["total"], before);
}

#[test]
fn a_watched_answer_comes_again_and_ctrl_c_ends_it_with_130() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    let mut command = qd.command(&["get", "ecs", "--account", "prod", "-o", "json", "--watch", "1"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the built program");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let mut read_at = Vec::new();
    for _ in 0..2 {
        let answer: Value = serde_json::from_str(&lines.next().expect("a line")).expect("an object a line");
        assert!(answer["rows"].as_array().is_some_and(|rows| !rows.is_empty()));
        read_at.push(answer["read_at"].clone());
    }
    assert_ne!(read_at[0], read_at[1]);
    process::signal(child.id(), "INT");
    assert_eq!(child.wait().expect("an end").code(), Some(130));
    let mut pty = qd.open(&["get", "ecs", "--account", "prod", "--watch", "1"], (120, 12));
    let first = pty.wait("a page", |s| s.contains("every 1 s") && s.contains("checkout"));
    pty.wait("another moment", |s| s.lines().next() != first.lines().next() && s.contains("checkout"));
    assert_eq!(pty.screen().matches("every 1 s").count(), 1);
    std::thread::sleep(Duration::from_millis(100));
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 130);
}
