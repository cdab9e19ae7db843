//! Commands and shells with the credentials of one account: what they get, what they do not, and how they end.

use std::{io::Write as _, os::unix::process::ExitStatusExt as _, process::Stdio, time::Duration};

use serde_json::Value;

use crate::support::{Fleet, Qd, process};

/// The lines of the audit log about commands, as they lie on the disk.
fn audit(qd: &Qd) -> Vec<Value> {
    let files = qd.home().files();
    let log = files.iter().find(|f| f.to_string_lossy().contains("audit")).expect("an audit log");
    let text = std::fs::read_to_string(log).expect("the audit log");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    lines.filter(|line| line["deed"] == "command").collect()
}

/// A variable as the command saw it.
fn variable<'a>(out: &'a str, name: &str) -> Option<&'a str> {
    out.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
}

#[test]
fn a_command_gets_the_lease_of_its_account_and_nothing_else_that_opens_doors() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd().env("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere").env("AWS_ROLE_ARN", "arn:aws:iam::1:role/x");
    let done = qd.run(&["exec", "PROD", "--region", "eu-west-1", "--", "env"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let own = |name: &str| fleet.environment().find(|(n, _)| n == name).map(|(_, v)| v);
    assert!(variable(&done.out, "AWS_ACCESS_KEY_ID").is_some_and(|id| Some(id) != own("AWS_ACCESS_KEY_ID").as_deref()));
    assert!(!done.out.contains(&own("AWS_SECRET_ACCESS_KEY").expect("keys")), "the caller's own secret is kept back");
    for name in ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"] {
        assert!(variable(&done.out, name).is_some_and(|v| !v.is_empty()), "{name} in\n{}", done.out);
    }
    for name in ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_PROFILE"] {
        assert_eq!(variable(&done.out, name), None);
    }
    assert_eq!(variable(&done.out, "AWS_REGION"), Some("eu-west-1"));
    assert_eq!(variable(&done.out, "AWS_DEFAULT_REGION"), Some("eu-west-1"));
    assert_eq!(variable(&done.out, "QD_ACCOUNT"), Some("prod"));
    assert_eq!(variable(&done.out, "QD_ACCOUNT_ROLE"), Some("delegated-role"));
    assert_eq!(variable(&done.out, "QD_ACCOUNT_MODE"), Some("READ-ONLY"));
    // What it was lent opens that account, and leaves no trace on the disk.
    let secrets = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].map(|n| variable(&done.out, n).unwrap().to_owned());
    for file in qd.home().files() {
        let bytes = std::fs::read(&file).unwrap_or_default();
        for secret in &secrets {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{}", file.display());
        }
    }
}

#[test]
fn the_exit_code_passes_and_the_audit_log_has_a_line_before_and_after() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    assert_eq!(qd.run(&["exec", "prod", "--", "sh", "-c", "exit 42 # hunter2"]).code, 42);
    let mut killed = qd.command(&["exec", "prod", "--", "sh", "-c", "kill -USR1 $$"]);
    let status = killed.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("the built program");
    assert_eq!((status.code(), status.signal()), (None, Some(10)), "what waits for qd sees the signal itself");
    assert_eq!(qd.run(&["exec", "prod", "--", "/nonexistent/tool"]).code, 127);
    assert_eq!(qd.run(&["exec", "prod", "--", "/"]).code, 126);
    let slip = qd.run(&["exec", "prdo", "--", "true"]);
    assert_eq!(slip.code, 2);
    assert!(slip.err.contains("did you mean \"prod\""), "{}", slip.err);
    let lines = audit(&qd);
    assert_eq!(lines.len(), 8, "{lines:#?}");
    let text = serde_json::to_string(&lines).unwrap();
    assert!(
        text.contains("exit code 42") && text.contains("exit code 138") && text.contains("cannot be started"),
        "{text}"
    );
    assert!(!text.contains("hunter2"), "people type secrets: {text}");
    // The tree of the first run is remembered: no walk for the second.
    let before = fleet.calls()["total"].as_u64().expect("a count");
    assert_eq!(qd.run(&["exec", "prod", "--", "true"]).code, 0);
    assert!(fleet.calls()["total"].as_u64().expect("a count") - before < 6);
}

#[test]
fn credentials_that_may_write_are_lent_on_a_clear_word_alone() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    let tree = qd.run(&["tree", "-o", "json"]);
    assert_eq!(tree.code, 0, "{}", tree.err);
    // The account of the caller itself is entered with the caller's own keys, which no session policy limits.
    let own = qd.run(&["get", "accounts", "-o", "json"]).json();
    let own = own["rows"].as_array().and_then(|rows| rows.iter().find(|row| row["management"] == true)).cloned();
    let own = own.and_then(|row| row["id"].as_str().map(ToOwned::to_owned)).expect("the management account");
    let refused = qd.run(&["exec", &own, "--", "env"]);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{}", refused.err);
    assert!(refused.err.contains("--unlimited") && refused.err.contains("limits them to reading"), "{}", refused.err);
    let begun = |file: &std::path::PathBuf| file.to_string_lossy().contains("audit");
    assert!(!qd.home().files().iter().any(begun), "nothing was lent, and nothing is in the log");
    let lent = qd.run(&["exec", "--unlimited", &own, "--", "env"]);
    assert_eq!(lent.code, 0, "{}", lent.err);
    assert_eq!(variable(&lent.out, "QD_ACCOUNT_MODE"), Some("READ-ONLY BY KEYS"));
    assert!(lent.err.contains("not limited to reading"), "stderr is no terminal here: {}", lent.err);
    let lines = audit(&qd);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines[0]["parameters"].to_string().contains("mode=read-only-by-keys"), "{lines:#?}");
    // Where the lease is limited the word changes nothing.
    let limited = qd.run(&["exec", "--unlimited", "prod", "--", "env"]);
    assert_eq!((variable(&limited.out, "QD_ACCOUNT_MODE"), limited.err.as_str()), (Some("READ-ONLY"), ""));
}

#[test]
fn signals_from_outside_reach_the_command() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    for (name, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let script = "trap 'echo got; exit 77' TERM INT HUP; echo ready; while :; do sleep 0.05; done";
        let mut command = qd.command(&["exec", "prod", "--", "sh", "-c", script]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the built program");
        let said = process::lines(child.stdout.take().expect("a pipe"));
        assert_eq!(said.recv_timeout(Duration::from_secs(30)).expect("the command"), "ready");
        process::signal(child.id(), name);
        assert_eq!(said.recv_timeout(Duration::from_secs(30)).expect("an answer"), "got", "SIG{name} of {code}");
        assert_eq!(child.wait().expect("an end").code(), Some(77), "SIG{name}");
    }
}

#[test]
fn a_command_on_a_terminal_gets_ctrl_c_once_and_ctrl_z_stops_both() {
    let fleet = Fleet::start(&[]);
    let script = "trap 'echo got' INT; echo ready; n=0; while [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done";
    let mut pty = fleet.qd().open(&["exec", "prod", "--", "sh", "-c", script], (100, 20));
    pty.wait_for("ready");
    pty.keys("\x03");
    pty.wait_for("got");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(pty.screen().matches("got").count(), 1, "{}", pty.screen());
    pty.keys("\x03");
    pty.wait("the second", |s| s.matches("got").count() == 2);
    pty.signal("TERM");
    assert_eq!(pty.ended_by().as_deref(), Some("Terminated"), "by the signal that ended the command");
}

#[test]
fn a_shell_has_the_account_in_its_prompt_and_leads_back() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd().env("SHELL", "/bin/bash");
    let mut pty = qd.open(&[], (140, 40));
    pty.wait("the board", |s| s.contains("checkout") && s.contains("workload"));
    pty.keys(":sandbox-anna\r");
    pty.wait("one account alone", |s| s.contains("› sandbox-anna"));
    pty.keys("!");
    let screen = pty.wait("a marked prompt", |s| s.contains("[sandbox-anna]"));
    assert!(screen.contains("READ-ONLY") && screen.contains("delegated-role"), "{screen}");
    pty.keys("echo \"<$QD_ACCOUNT|${AWS_SESSION_TOKEN:+token}|$AWS_PROFILE>\"\r");
    pty.wait_for("<sandbox-anna|token|>");
    // Ctrl-C is the shell's alone.
    pty.keys("sleep 60\r");
    std::thread::sleep(Duration::from_millis(300));
    pty.keys("\x03");
    pty.keys("exit 5\r");
    pty.wait("the console again", |s| pty.is_open() && s.contains("exit code 5"));
    pty.assert_raw();
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
    let lines = audit(&qd);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert_eq!(fleet.calls()["mutating"], 0);
}

#[test]
fn a_signal_while_a_shell_has_the_terminal_leaves_an_end_in_the_audit_log() {
    let fleet = Fleet::start(&[]);
    for (name, code) in [("TERM", 143), ("HUP", 129)] {
        let qd = fleet.qd().env("SHELL", "/bin/bash");
        let mut pty = qd.open(&[], (140, 40));
        pty.wait("the board", |s| s.contains("checkout") && s.contains("workload"));
        pty.keys(":sandbox-anna\r");
        pty.wait("one account alone", |s| s.contains("› sandbox-anna"));
        pty.keys("!");
        pty.wait("a marked prompt", |s| s.contains("[sandbox-anna]"));
        let before: Vec<Value> = audit(&qd);
        assert_eq!(before.len(), 1, "the line before: {before:?}");
        pty.signal(name);
        assert_eq!(pty.exit_code(), code, "SIG{name}");
        let lines = audit(&qd);
        assert_eq!(lines.len(), 2, "{lines:#?}");
        assert_eq!(lines[1]["id"], lines[0]["id"]);
        // A shell that hangs up ends by itself, and may be in the log with its end; one that takes no SIGTERM is left.
        let (outcome, answer) = (&lines[1]["outcome"], lines[1]["answer"].as_str().unwrap_or_default());
        let left = *outcome == "unknown" && answer.contains("signal");
        let ended = name == "HUP" && *outcome == "done" && answer.contains("exit code 129");
        assert!(left || ended, "{lines:#?}");
    }
}

#[test]
fn input_and_output_are_the_commands_own() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    let mut command = qd.command(&["exec", "prod", "--", "tr", "a-z", "A-Z"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the built program");
    child.stdin.take().expect("a pipe").write_all(b"over the wire\n").expect("its input");
    let out = child.wait_with_output().expect("an end");
    assert_eq!(String::from_utf8_lossy(&out.stdout), "OVER THE WIRE\n");
    assert_eq!(String::from_utf8_lossy(&out.stderr), "");
}

#[test]
fn a_shell_with_keys_that_may_write_opens_after_a_yes_alone() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd().env("SHELL", "/bin/bash");
    let own = qd.run(&["get", "accounts", "-o", "json"]).json();
    let own = own["rows"].as_array().and_then(|rows| rows.iter().find(|row| row["management"] == true)).cloned();
    let own = own.and_then(|row| row["name"].as_str().map(ToOwned::to_owned)).expect("the management account");
    let mut pty = qd.open(&[], (140, 40));
    pty.wait("the board", |s| s.contains("checkout") && s.contains("workload"));
    pty.keys(&format!(":{own}\r"));
    pty.wait("one account alone", |s| s.contains(&format!("› {own}")));
    pty.keys("!");
    let screen = pty.wait_for("not limited to reading");
    pty.keys("\x1b");
    pty.wait_for("no shell for");
    pty.keys("!");
    pty.wait_for("not limited to reading");
    if screen.contains("to do it:") {
        pty.slowly(&format!("{own}\r"));
    } else {
        pty.keys("y");
    }
    pty.wait("a marked prompt", |s| s.contains(&format!("[{own}]")));
    pty.keys("exit\r");
    pty.wait("the console again", |s| pty.is_open() && s.contains("exit code 0"));
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
    let lines = audit(&qd);
    assert_eq!(lines.len(), 2, "what was refused was not lent: {lines:#?}");
}
