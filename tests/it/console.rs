//! The console in a terminal: it opens, takes keys, changes its size, and leaves the terminal as it was found.

use std::time::{Duration, Instant};

use crate::support::{Fleet, Pty, Qd, process};

/// The demo, once its fleet is on the screen.
fn demo(size: (u16, u16)) -> Pty {
    let pty = Qd::new().open(&["demo"], size);
    pty.wait("the fleet with its worst service", |s| {
        s.contains("DEMO") && s.contains("workload") && s.contains("checkout")
    });
    pty
}

#[test]
fn the_demo_opens_in_seconds_and_says_what_it_is() {
    let begun = Instant::now();
    let pty = Qd::new().open(&["demo"], (140, 40));
    pty.wait_for("DEMO");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    pty.assert_raw();
    let screen = pty.wait("the fleet with its worst service", |s| s.contains("workload") && s.contains("checkout"));
    for part in ["✖", "prod", "log-archive", "READ-ONLY"] {
        assert!(screen.contains(part), "{part} in\n{screen}");
    }
}

#[test]
fn keys_move_open_filter_and_leave() {
    let mut pty = demo((140, 40));
    pty.keys("?");
    pty.wait_for("one down");
    pty.keys("?");
    pty.wait_gone("one down");
    pty.keys(":");
    pty.keys("ecs\r");
    pty.wait("services that are well", |s| s.contains("web-frontend") && s.contains("gateway"));
    pty.keys("/");
    pty.keys("checkout\r");
    let screen = pty.wait("only checkout", |s| s.contains("checkout") && !s.contains("web-frontend"));
    assert!(screen.contains("2/6"), "{screen}");
    // Into its tasks, and back.
    pty.keys("g\r");
    pty.wait("its tasks", |s| s.contains("STOPPED") && s.contains("RUNNING"));
    pty.keys("q");
    pty.wait("the filtered services again", |s| s.contains("2/6"));
    pty.keys("\x1b");
    pty.wait_for("web-frontend");
    // The tree has the keys after Tab; Enter looks at one node alone.
    pty.keys("\t/");
    pty.keys("sandbox-anna\r");
    pty.wait("one account alone", |s| s.contains("toy-shop") && !s.contains("web-frontend"));
    pty.keys("0");
    pty.wait_for("web-frontend");
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn quitting_at_the_root_restores_the_terminal() {
    let mut pty = demo((120, 30));
    pty.keys("jjkkGgq");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let pty = demo((160, 50));
    pty.resize((80, 24));
    let screen = pty.wait("a frame of 80 columns", |s| {
        s.contains("DEMO") && s.contains("checkout") && !s.contains("organisation ─")
    });
    assert!(screen.lines().count() <= 24);
    for size in [(20, 5), (5, 2), (1, 1), (200, 60)] {
        pty.resize(size);
    }
    // The demo asks its fleet all the time, and the header shows how much.
    pty.wait("requests a second", |s| s.lines().nth(1).is_some_and(|line| line.contains("/s") && line.contains('▁')));
    let footer = |s: &str| s.lines().nth(59).is_some_and(|last| last.contains("help"));
    pty.wait("the whole large screen", |s| s.contains("workload") && s.contains("checkout") && footer(s));
}

#[test]
fn a_theme_of_ones_own_is_read_again_and_others_are_seen_before_they_are_chosen() {
    let qd = Qd::new().config("theme = \"mine\"\n");
    let write = |text: &str| qd.home().write(".config/quarterdeck/themes/mine.toml", text);
    write("base = \"nord\"\n");
    let mut pty = qd.open(&[], (120, 30));
    pty.wait_for("nobody is signed in");
    write("base = \"dark\"\n[palette]\nabyss = \"#010203\"\n");
    pty.wait_for("theme mine is as its file says now");
    write("base = \"dark\"\n[palette]\nabyss = \"#0102\"\n");
    pty.wait_for("theme mine: line 3: no colour is called `#0102`");
    // The one in use is offered first; the one below it is the console's own.
    pty.keys(":theme ");
    pty.wait("the list", |s| s.contains("theme mine") && s.contains("in use") && s.contains("theme nord"));
    pty.keys("\x1b[B\x1b[B");
    pty.keys("\x1b");
    pty.wait_gone("theme nord");
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
    let bytes = pty.bytes();
    let at = |colour: &str| bytes.windows(colour.len()).rposition(|part| part == colour.as_bytes());
    let (own, light) = (at("48;2;1;2;3"), at("48;2;250;247;240"));
    assert!(light.is_some(), "the light ground was seen");
    assert!(own > light, "and left again, for the last good reading of the file");
}

#[test]
fn a_signal_during_the_first_frame_leaves_the_terminal_as_it_was() {
    for pause in [0, 0, 0, 200, 1_000, 3_000, 10_000, 30_000] {
        let mut pty = Qd::new().open(&["demo"], (100, 30));
        pty.wait_byte();
        std::thread::sleep(Duration::from_micros(pause));
        pty.signal("TERM");
        assert_eq!(pty.exit_code(), 143, "{pause} µs after the first byte");
        pty.assert_restored();
    }
}

#[test]
fn signals_end_it_with_the_terminal_restored() {
    for (name, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let mut pty = demo((100, 30));
        pty.signal(name);
        assert_eq!(pty.exit_code(), code, "SIG{name}");
        pty.assert_restored();
    }
}

#[test]
fn a_panic_gives_the_terminal_back_and_is_read_on_the_first_screen() {
    let qd = Qd::new();
    let mut pty = qd.open(&["debug-panic"], (100, 30));
    assert_eq!(pty.exit_code(), 101);
    pty.assert_restored();
    let bytes = pty.bytes();
    let at = |mark: &str| bytes.windows(mark.len()).rposition(|part| part == mark.as_bytes());
    assert!(at("\x1b[?1049h").is_some(), "the console was open");
    let said = at("this is the panic that was asked for");
    assert!(said.is_some() && said > at("\x1b[?1049l"), "after the second screen was left, and not on it");
    let screen = pty.screen();
    assert!(screen.contains("panicked at src/shell/console.rs"), "{screen}");
    assert!(screen.contains("The crash is written in full to"), "{screen}");
    let log = std::fs::read_to_string(qd.home().path().join(".local/state/quarterdeck/crash.log")).expect("the log");
    assert!(log.contains("this is the panic that was asked for") && log.contains("thread main"), "{log}");
    let help = qd.run(&["--help"]).out;
    assert!(!help.contains("debug-panic"), "{help}");
}

#[test]
fn it_goes_to_the_background_and_comes_back() {
    let mut pty = demo((120, 30));
    pty.keys(":suspend\r");
    let until = Instant::now() + Duration::from_secs(20);
    while !process::is_stopped(pty.id()) {
        assert!(Instant::now() < until, "it did not stop\n{}", pty.screen());
    }
    pty.wait("the first screen", |_| !pty.is_open());
    pty.assert_restored();
    pty.signal("CONT");
    pty.wait("the console again", |s| pty.is_open() && s.contains("DEMO") && s.contains("checkout"));
    pty.assert_raw();
    pty.keys("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

/// How often an operation was called.
fn counted(fleet: &Fleet, operation: &str) -> u64 {
    let calls = fleet.calls();
    let rows = calls["calls"].as_array().cloned().unwrap_or_default();
    rows.iter().filter(|row| row["operation"] == operation).filter_map(|row| row["calls"].as_u64()).sum()
}

#[test]
fn what_costs_something_says_so_and_waits_to_be_asked_for() {
    let fleet = Fleet::start(&[]);
    let mut pty = fleet.qd().open(&[], (160, 60));
    pty.wait("the board", |s| s.contains("checkout") && s.contains("workload"));
    pty.keys(":ecs\r");
    pty.keys("/payments-api\rgd");
    pty.wait("what it would cost", |s| s.contains("CloudWatch: 1 call") && s.contains("u asks"));
    assert_eq!(counted(&fleet, "GetMetricData"), 0);
    pty.keys("u");
    let screen = pty.wait("what was measured", |s| s.contains("min") && s.contains("avg") && !s.contains("u asks"));
    let bars = |line: &str| line.chars().filter(|c| ('▁'..='█').contains(c)).count();
    assert!(screen.lines().any(|line| line.contains("cpu ") && bars(line) > 20), "{screen}");
    assert_eq!(counted(&fleet, "GetMetricData"), 1);
    // Another row has not been asked about.
    pty.keys("j");
    pty.wait_for("u asks");
    assert_eq!(counted(&fleet, "GetMetricData"), 1);
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
}

#[test]
fn no_key_asks_the_fleet_for_a_change() {
    let fleet = Fleet::start(&[]);
    let mut pty = fleet.qd().open(&[], (140, 40));
    pty.wait("the board", |s| s.contains("checkout") && s.contains("workload"));
    assert!(!pty.screen().contains("DEMO"));
    for view in [
        "ecs",
        "clusters",
        "instances",
        "capacity",
        "standalone-tasks",
        "scheduled-tasks",
        "accounts",
        "access",
        "budget",
        "errors",
        "credentials",
        "find checkout",
        "watch",
    ] {
        pty.keys(&format!(":{view}\r"));
        // Every key that is a letter, a digit or a sign, but those that leave (`!` for a shell); what is typed into a
        // line is left.
        pty.keys("jkdxOcCsz*GgnNabefilmoprtuvyDEFHJKLMRSTUVXYZ@#%^&+=.<>19");
        pty.keys("\x1b\x1b");
    }
    pty.wait_for("organisation");
    let calls = fleet.calls();
    assert!(calls["total"].as_u64() > Some(100), "{}", calls["total"]);
    assert_eq!(calls["mutating"], 0, "{calls}");
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
}

#[test]
fn without_a_terminal_or_without_credentials_it_says_what_to_do() {
    let done = Qd::new().run(&["demo"]);
    assert_ne!(done.code, 0);
    assert!(done.err.contains("not a terminal") && done.err.contains("qd get"), "{}", done.err);
    let mut pty = Qd::new().open(&[], (120, 40));
    let screen = pty.wait("the start page", |s| s.contains("credentials") && s.contains("qd demo"));
    assert!(screen.contains("AWS_ACCESS_KEY_ID") || screen.contains("environment"), "{screen}");
    pty.keys("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn an_endpoint_that_never_answers_is_named_and_everything_else_goes_on() {
    let mut pty = Qd::new().open(&["demo", "--fault", "hang:1x@sts"], (140, 40));
    let screen = pty.wait("what is waited for", |s| s.contains("waiting for sts.eu-central-1 … for 2 s"));
    assert!(screen.contains("tries again") && screen.contains(":credentials"), "{screen}");
    pty.keys(":credentials\r");
    pty.wait("the sources meanwhile", |s| s.contains("environment") && s.contains("long-term keys"));
    pty.keys("?");
    pty.wait_for("one down");
    pty.keys("?q");
    pty.wait("the board again, still waiting", |s| s.contains("waiting for sts.eu-central-1"));
    pty.keys("\r");
    pty.wait("the fleet, by the second attempt", |s| s.contains("workload") && s.contains("checkout"));
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
}

#[test]
fn the_last_tree_is_on_the_first_frame_of_the_next_run() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    let mut pty = qd.open(&[], (140, 45));
    pty.wait("a tree and a problem", |s| s.contains("sandbox-anna") && s.contains("checkout"));
    // The tree is kept when its walk is over: empty OUs fill in behind what is on the screen.
    let mut calls = (fleet.calls()["total"].clone(), Instant::now());
    while calls.1.elapsed() < Duration::from_secs(2) {
        std::thread::sleep(Duration::from_millis(100));
        let total = fleet.calls()["total"].clone();
        if total != calls.0 {
            calls = (total, Instant::now());
        }
    }
    pty.keys("q");
    assert_eq!(pty.exit_code(), 0);
    // The fleet is gone: what is on the screen now was remembered.
    drop(fleet);
    let mut pty = qd.open(&[], (140, 45));
    pty.wait("the remembered tree", |s| s.contains("sandbox-anna") && s.contains("workload"));
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn a_program_for_credentials_finds_no_terminal_and_takes_no_key() {
    let qd = Qd::new().env("AWS_PROFILE", "ops");
    let program = "if read line < /dev/tty; then echo \"$line\" > stolen; else echo no-terminal-here >&2; exit 7; fi";
    let script = qd.home().write("credentials.sh", program);
    qd.home().write(".aws/config", &format!("[profile ops]\ncredential_process = sh {}\n", script.display()));
    let begun = Instant::now();
    let mut pty = qd.open(&[], (140, 40));
    pty.wait("the failure of the program", |s| s.contains("no-terminal-here") || s.contains("/dev/tty"));
    assert!(begun.elapsed() < Duration::from_secs(20), "it failed at once: {:?}", begun.elapsed());
    pty.keys("?");
    pty.wait_for("one down");
    pty.keys("?");
    pty.wait_gone("one down");
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
    assert!(!qd.home().path().join("stolen").exists(), "a key went to the program");
}

#[test]
fn a_service_leads_by_one_key_to_its_deployments_events_and_task_definitions() {
    let mut pty = demo((160, 45));
    pty.keys(":ecs\r");
    pty.wait("services that are well", |s| s.contains("web-frontend") && s.contains("gateway"));
    pty.keys("/checkout\rg");
    pty.wait("the keys of a service", |s| s.contains("D deployments") && s.contains("e events"));
    pty.keys("D");
    let screen = pty.wait("its deployments", |s| s.contains("last completed") && s.contains("FAILED"));
    assert!(screen.contains("0/6") && screen.contains("PRIMARY"), "{screen}");
    // On to what else hangs on the same service, by its word.
    pty.keys(":events\r");
    pty.wait("its events", |s| s.contains("deployment failed"));
    pty.keys("qq");
    pty.wait("the service again", |s| s.contains("2/6"));
    pty.keys("t");
    pty.wait("its task definitions", |s| s.contains("PRIMARY") && s.contains("awslogs"));
    pty.keys("d");
    let screen = pty.wait("what the newest revision changed", |s| s.contains("against revision"));
    assert!(!screen.contains("canary-do-not-show"), "{screen}");
    pty.keys("d:rollouts\r");
    pty.wait("the rollouts of the account", |s| s.contains("web-frontend") && s.contains("8/8"));
    pty.keys("0");
    pty.wait("one of another account", |s| s.contains("IN_PROGRESS") && s.contains("search"));
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
}
