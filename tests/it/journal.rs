//! The journal of a run: the same lines lead to the same frame, and hold nothing that is no business of a report.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    time::{Duration, Instant},
};

use portable_pty::CommandBuilder;
use quarterdeck::{
    app::journal::{Line, Replay},
    ui::{self, theme::Theme},
    views::VIEWS,
};
use ratatui::{buffer::Buffer, layout::Rect};

use crate::support::{Fleet, Pty, bench::Bench, program::program};

/// Tells lines again, as a file has them, and draws the last frame.
fn told(lines: &[Line]) -> Buffer {
    let mut replay = Replay::new(VIEWS);
    for line in lines {
        let text = serde_json::to_string(line).expect("a line");
        replay.tell(serde_json::from_str(&text).expect("the same line")).expect("a journal of this version");
    }
    let app = replay.app().expect("a beginning");
    let mut buffer = Buffer::empty(Rect::new(0, 0, app.size.0, app.size.1));
    ui::draw(app, &Theme::shipped("dark").expect("a theme"), &mut buffer);
    buffer
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_journal_leads_to_the_same_frame() {
    let mut bench = Bench::new(11).await;
    bench.record();
    bench.open().await;
    for round in 0..6 {
        for n in 0..150 {
            bench.press();
            if n % 25 == 0 {
                bench.settle().await;
            }
        }
        let seen = bench.frame();
        let lines = bench.tape.clone().expect("a tape");
        assert_eq!(told(&lines), seen, "round {round}, {} lines", lines.len());
    }
    // A table with a detail beside it, whose texts came by asking.
    bench.app.layers.clear();
    bench.tape = None;
    let mut bench = Bench::new(12).await;
    bench.record();
    bench.open().await;
    bench.line(":ecs checkout");
    bench.keys("d u");
    for _ in 0..50 {
        bench.settle().await;
    }
    let seen = bench.frame();
    let lines = bench.tape.clone().expect("a tape");
    assert_eq!(told(&lines), seen);
    assert_eq!(told(&lines), told(&lines));
}

#[test]
fn a_journal_is_written_and_told_and_holds_no_secret_and_no_words_of_logs() {
    const CANARY: &str = "CANARYcanary0123456789CANARYcanary012345";
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd().env("AWS_SECRET_ACCESS_KEY", CANARY);
    let mut pty = qd.open(&["--journal", "run.jsonl"], (140, 40));
    pty.wait("the board", |s| s.contains("checkout") && s.contains("workload"));
    pty.keys(":\u{1b}[200~export TOKEN=hunter2\u{1b}[201~");
    pty.wait_for("hunter2");
    pty.keys("\u{1b}");
    pty.wait_gone("hunter2");
    pty.keys(":ecs payments-api\r");
    pty.wait("services", |s| s.contains("/payments-api") && s.contains("rollout"));
    pty.keys("l");
    let log = pty.wait("a log", |s| s.contains("lines") && s.contains("payments-api"));
    std::thread::sleep(std::time::Duration::from_millis(800));
    let log = if pty.screen().is_empty() { log } else { pty.screen() };
    pty.keys("\u{1b}");
    pty.wait("services", |s| s.contains("rollout"));
    pty.keys(":task-definitions\r");
    std::thread::sleep(std::time::Duration::from_millis(800));
    pty.keys(":ecs prod\r");
    pty.wait("other services", |s| s.contains("/prod") && s.contains("rollout"));
    std::thread::sleep(std::time::Duration::from_millis(600));
    let last = pty.screen();
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
    let path = qd.home().path().join("run.jsonl");
    assert_eq!(fs::metadata(&path).expect("a journal").permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&path).expect("a journal");
    let secret = fleet.environment().find(|(n, _)| n == "AWS_SECRET_ACCESS_KEY").map(|(_, v)| v).expect("keys");
    for word in [CANARY, &secret, "canary-do-not-show", "hunter2", "SessionToken"] {
        assert!(!text.contains(word), "{word}");
    }
    let words = ["/healthz", "/v1/items", "/v1/search", "/v1/baskets", "/v2/quotes"];
    assert!(words.iter().any(|word| log.contains(word)), "{log}");
    for word in words {
        assert!(!text.contains(word), "words of a log: {word}");
    }
    assert!(text.contains("caught-up"), "the log was read all the same");
    // The same table, whatever the time has become.
    let done = qd.run(&["replay", "run.jsonl"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let rows = |screen: &str| -> Vec<String> {
        let shown = screen.lines().filter_map(|l| l.split_once(" eu-")).map(|(_, row)| row);
        shown.map(|row| row.split_whitespace().take(5).collect::<Vec<_>>().join(" ")).collect()
    };
    assert!(!rows(&last).is_empty());
    assert_eq!(rows(&done.out), rows(&last), "{}", done.out);
    assert!(done.err.contains("facts, up to"), "{}", done.err);
    let first = qd.run(&["replay", "run.jsonl", "--until", "3"]);
    assert!(first.code == 0 && !first.out.contains("/prod"), "{}", first.out);
    assert!(qd.run(&["replay", "run.jsonl", "-o", "svg"]).out.starts_with("<svg"));
    // What a crash leaves is told up to where it breaks off; what is no journal is said to be none.
    fs::write(qd.home().path().join("cut.jsonl"), &text[..text.len() - 20]).expect("a file");
    let cut = qd.run(&["replay", "cut.jsonl"]);
    assert!(cut.code == 0 && cut.err.contains("was cut off"), "{}", cut.err);
    fs::write(qd.home().path().join("none.jsonl"), "hello\n").expect("a file");
    let none = qd.run(&["replay", "none.jsonl"]);
    assert!(none.code != 0 && none.err.contains("line 1"), "{}", none.err);
    let again = qd.open(&["--journal", "run.jsonl"], (80, 24)).exit_code();
    assert_ne!(again, 0, "a journal is never written over another file");
}

#[test]
fn a_disk_that_takes_no_more_ends_the_journal_and_not_the_console() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    // A limit on the size of a file is what a full disk looks like to a program that is not killed for it.
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 400; exec \"$0\" --journal run.jsonl"]);
    command.arg(program());
    command.env_clear();
    qd.variables().for_each(|(name, value)| command.env(name, value));
    command.cwd(qd.home().path());
    let mut pty = Pty::spawn(command, (160, 40));
    pty.wait("the board", |s| s.contains("checkout") && s.contains("workload"));
    let begun = Instant::now();
    while !pty.screen().contains("has stopped") {
        assert!(begun.elapsed() < Duration::from_secs(180), "{}", pty.screen());
        // Each view that is read anew is some thousand facts more.
        pty.keys(":ecs\r\x12:instances\r\x12");
        std::thread::sleep(Duration::from_millis(500));
    }
    assert!(pty.screen().contains("run.jsonl has stopped: the disk takes no more"), "{}", pty.screen());
    pty.keys(":errors\r");
    pty.wait("it stays among the errors", |s| s.contains("─ errors") && s.contains("run.jsonl has stopped"));
    pty.keys(":ecs checkout\r");
    pty.wait("the console goes on", |s| s.contains("checkout") && s.contains("rollout"));
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
    assert!(pty.screen().contains("qd: the journal run.jsonl has stopped"), "below the console: {}", pty.screen());
    let done = qd.run(&["replay", "run.jsonl"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.err.contains("the disk takes no more"), "its last line says why: {}", done.err);
}
