//! The table in a terminal: its filter, its files, its marks, its columns, and the screen that it has to itself.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::support::{Fleet, Pty, Qd};

/// The services of a fleet in a terminal.
fn services(qd: &Qd, size: (u16, u16)) -> Pty {
    let mut pty = qd.open(&[], size);
    pty.wait("the board", |s| s.contains("checkout") && s.contains("workload"));
    pty.keys(":ecs\r");
    pty.wait("services that are well", |s| s.contains("web-frontend") && s.contains("gateway"));
    pty
}

/// What tells the rows of an answer from each other, with their verdicts.
fn rows(answer: &Value) -> BTreeSet<String> {
    let word = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let all = answer["rows"].as_array().expect("rows");
    all.iter().map(|row| format!("{} {} {}", word(row, "account"), word(row, "key"), word(row, "health"))).collect()
}

#[test]
fn what_is_on_the_screen_is_saved_as_the_headless_command_writes_it() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    let mut pty = services(&qd, (140, 40));
    pty.keys("/name:/^(checkout|gateway)$/ !health:ok");
    pty.keys("\r");
    pty.wait("what fits alone", |s| s.contains("checkout") && !s.contains("web-frontend"));
    pty.keys("\x13");
    pty.wait_for("tells the form");
    pty.keys("\x15none/out.json\r");
    pty.wait_for("there is no folder none");
    pty.keys("\x15out.json\r");
    let screen = pty.wait("the path of the file", |s| s.contains("saved ") && !s.contains("tells the form"));
    assert!(screen.contains("out.json"), "{screen}");
    let path = qd.home().path().join("out.json");
    let saved: Value = serde_json::from_str(&fs::read_to_string(&path).expect("a file")).expect("JSON");
    let got = qd.run(&["get", "ecs", "--filter", "name:/^(checkout|gateway)$/ !health:ok", "-o", "json"]).json();
    assert_eq!(rows(&saved), rows(&got));
    assert!(!rows(&saved).is_empty() && saved["coverage"]["denied"].as_u64() > Some(0), "{}", saved["coverage"]);
    assert_eq!(saved["coverage"]["denied"], got["coverage"]["denied"], "what could not be read is in both");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    }
    // Another time: what is there is written over with a yes alone.
    pty.keys("\x1b");
    pty.wait_for("web-frontend");
    pty.keys(" j \x13");
    pty.wait_for("2 marked rows");
    pty.keys("\x15out.json\r");
    pty.wait_for("is there already");
    pty.keys("\r");
    pty.wait("the name again", |s| s.contains("tells the form") && !s.contains("is there already"));
    let same: Value = serde_json::from_str(&fs::read_to_string(&path).expect("a file")).expect("JSON");
    assert_eq!(same, saved, "Enter is no");
    pty.keys("\r");
    pty.wait_for("is there already");
    pty.keys("y");
    pty.wait("it is written", |s| s.contains("saved 2 rows"));
    let marked: Value = serde_json::from_str(&fs::read_to_string(&path).expect("a file")).expect("JSON");
    assert_eq!(rows(&marked).len(), 2);
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
}

#[test]
fn a_broken_expression_is_said_at_once_and_refused_without_a_terminal() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    let mut pty = services(&qd, (140, 40));
    pty.keys("/name:/web[");
    let screen = pty.wait_for("unclosed character class; the filter before is still in force");
    assert!(screen.contains("web-frontend"), "{screen}");
    pty.keys("-]f/\r");
    pty.wait("the whole expression", |s| s.contains("web-frontend") && !s.contains("gateway"));
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
    let done = qd.run(&["get", "ecs", "--filter", "name:/web[/"]);
    assert_eq!(done.code, 2, "{}", done.err);
    assert!(done.err.contains("--filter: /web[/: unclosed character class"), "{}", done.err);
}

#[test]
fn columns_and_the_preview_are_there_again_in_the_next_run() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    let mut pty = services(&qd, (170, 40));
    let screen = pty.screen();
    let heading =
        |screen: &str| screen.lines().find(|l| l.contains("running") && l.contains("rollout")).map(str::to_owned);
    assert!(heading(&screen).is_some(), "{screen}");
    pty.keys("|");
    pty.wait_for("columns of ecs");
    pty.keys("/"); // Nothing is typed over the list.
    for _ in 0..30 {
        let screen = pty.screen();
        if screen.lines().any(|l| l.contains("▌[x] running") || l.contains("▌ [x] running")) {
            break;
        }
        pty.keys("j");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    pty.keys(" ");
    pty.wait_for("[ ] running");
    pty.keys("\x1b");
    pty.wait_gone("columns of ecs");
    assert_eq!(heading(&pty.screen()), None, "{}", pty.screen());
    pty.keys("P");
    pty.wait("the detail of the row under the cursor", |s| s.contains("environment") && s.contains("arn"));
    pty.keys("f");
    pty.wait("the table alone", |s| !s.contains("organisation") && !s.contains("READ-ONLY") && s.contains("ecs"));
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
    let mut pty = services(&qd, (170, 40));
    let screen = pty.wait("the preview again", |s| s.contains("environment") && s.contains("arn"));
    assert_eq!(heading(&screen), None, "{screen}");
    pty.keys("|R");
    pty.wait("all columns again", |s| heading(s).is_some());
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
}

#[test]
fn slips_in_the_tables_of_the_configuration_are_said_before_the_screen_is_taken() {
    let qd = Qd::new().config("[views.ecs]\ncolumns = [\"name\", \"runing\"]\nsort = \"-running\"\n");
    let done = qd.run(&["config", "check"]);
    assert_eq!(done.code, 2, "{}{}", done.out, done.err);
    assert!(done.err.contains("unknown column \"runing\"") && done.err.contains("running"), "{}", done.err);
}
