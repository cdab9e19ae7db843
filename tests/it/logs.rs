//! The lines of ECS tasks: read from the embedded fleet by the library, followed in a terminal, and told honestly where
//! they cannot be read.

use std::{fs, os::unix::fs::PermissionsExt as _, time::Duration};

use quarterdeck::{
    model::{Fault, FaultKind},
    sim,
    view::{At, Chunk, Line, LogAsk, Reply, Since, log::Kind},
};
use tokio::sync::mpsc;

use crate::support::{
    Fleet, Inside, Moto, Pty, Qd,
    inside::{named, quick, view},
};

/// What a reading of a log brought.
#[derive(Default)]
struct Log {
    lines: Vec<Line>,
    faults: Vec<Fault>,
    about: Vec<String>,
    caught: bool,
}

impl Log {
    fn texts(&self) -> Vec<&str> {
        self.lines.iter().filter(|l| l.kind != Kind::Note).map(|l| &*l.text).collect()
    }

    fn notes(&self) -> String {
        self.lines.iter().filter(|l| l.kind == Kind::Note).map(|l| &*l.text).collect::<Vec<_>>().join(" ")
    }

    fn streams(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.lines.iter().map(|l| &*l.stream).filter(|s| !s.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The place of an account and region, with its services.
async fn place(inside: &Inside, account: &str) -> At {
    let org = inside.org().await;
    let account = named(&org, account);
    let places = inside.places("ecs", &[account]).await;
    places
        .into_iter()
        .find(|at| at.scope.region.as_ref().is_some_and(|r| r.as_str() == "eu-central-1"))
        .expect("a place")
}

/// Reads the log of a row up to its end, or until enough lines came.
async fn read(inside: &Inside, word: &str, at: At, name: &str, ask: LogAsk, enough: usize) -> Log {
    let pass = inside.read(word, at.clone()).await;
    let row = pass.rows.values().find(|r| r.facts().name == name).unwrap_or_else(|| panic!("no {name}")).clone();
    read_row(inside, word, at, &row, ask, enough).await
}

async fn read_row(
    inside: &Inside,
    word: &str,
    at: At,
    row: &quarterdeck::rows::Row,
    ask: LogAsk,
    enough: usize,
) -> Log {
    let (sink, mut said) = mpsc::channel(4);
    let reading = view(word).read_log(inside.cx.clone(), at, row, ask, sink).expect("it has logs");
    let reading = tokio::spawn(reading);
    let mut log = Log::default();
    while log.lines.len() < enough {
        let reply = tokio::time::timeout(Duration::from_secs(60), said.recv()).await.expect("a step in time");
        match reply {
            Some(Reply::Lines(Chunk::Lines(lines))) => log.lines.extend(lines),
            Some(Reply::Lines(Chunk::About(facts))) => log.about = facts,
            Some(Reply::Lines(Chunk::CaughtUp)) => log.caught = true,
            Some(Reply::Fault(fault)) => log.faults.push(fault),
            Some(Reply::End) | None => break,
            Some(Reply::Rows(_) | Reply::Text(_) | Reply::Tree(_)) => {}
        }
    }
    reading.abort();
    log
}

const ONCE: LogAsk = LogAsk { since: Since::Seconds(600), follow: false };

#[tokio::test(flavor = "multi_thread")]
async fn a_service_tells_the_lines_of_all_its_tasks_each_once() {
    let inside = Inside::new(quick()).await;
    let at = place(&inside, "prod").await;
    let log = read(&inside, "ecs", at.clone(), "web-frontend", ONCE, usize::MAX).await;
    assert!(log.faults.is_empty() && log.caught, "{:?}", log.faults);
    assert!(log.about.iter().any(|f| f == "group /ecs/prod-main/web-frontend"), "{:?}", log.about);
    assert!(log.streams().len() >= 8, "one for each task: {:?}", log.streams());
    let since = inside.now().as_second() - 601;
    assert!(log.lines.iter().filter_map(|l| l.at).all(|at| at.as_second() >= since));
    // A line is written every 0.7 to 4 s by each task.
    assert!((1_200..20_000).contains(&log.texts().len()), "{}", log.texts().len());
    let mut seen = std::collections::HashSet::new();
    let whole = log.lines.iter().filter(|l| l.kind == Kind::First);
    assert!(whole.clone().all(|l| seen.insert((l.at, l.stream.clone()))), "a line was told twice");
    let tail = read(&inside, "ecs", at, "web-frontend", LogAsk { since: Since::Tail, follow: false }, usize::MAX).await;
    assert!((400..log.texts().len()).contains(&tail.texts().len()), "the end of the log alone: {}", tail.texts().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_without_a_service_tells_its_lines() {
    let inside = Inside::new(quick()).await;
    let at = place(&inside, "prod").await;
    let tasks = inside.read("standalone-tasks", at.clone()).await;
    let ended = tasks.rows.values().find(|r| r.json()["task"]["status"] == "STOPPED").expect("one that ended").clone();
    let ask = LogAsk { since: Since::Head, follow: false };
    let log = read_row(&inside, "standalone-tasks", at, &ended, ask, usize::MAX).await;
    assert!(log.faults.is_empty() && !log.texts().is_empty(), "{:?} {}", log.faults, log.notes());
    let definition = ended.facts().name.to_owned();
    assert!(log.about.iter().any(|f| f.contains(&definition)), "{definition}: {:?}", log.about);
    assert_eq!(log.streams().len(), 1, "of one task: {:?}", log.streams());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_task_tells_its_last_words_and_that_no_more_come() {
    let inside = Inside::new(quick()).await;
    let mut at = place(&inside, "prod").await;
    let services = inside.read("ecs", at.clone()).await;
    let service = services.rows.values().find(|r| r.facts().name == "checkout").expect("checkout").clone();
    at.scope = at.scope.under(service.key().clone());
    at.parent = Some(service);
    let tasks = inside.read("tasks", at.clone()).await;
    let dead = tasks.rows.values().find(|r| {
        r.json()["stopped_reason"].as_str().is_some_and(|s| s.contains("OutOfMemory"))
            || r.json()["containers"][0]["exit"] == 137
    });
    let dead = dead.expect("a task that ran out of memory").clone();
    let follow = LogAsk { since: Since::Tail, follow: true };
    let log = read_row(&inside, "tasks", at.clone(), &dead, follow, usize::MAX).await;
    assert!(log.texts().iter().any(|t| t.contains("OutOfMemoryError")), "{:?}", log.texts().last());
    assert!(log.notes().contains("its task has stopped"), "{}", log.notes());
    let head = read_row(&inside, "tasks", at, &dead, LogAsk { since: Since::Head, follow: false }, usize::MAX).await;
    assert!(head.texts()[0].starts_with("starting checkout"), "{:?}", head.texts().first());
    assert!(head.lines.iter().all(|l| l.text.len() <= quarterdeck::view::log::LINE + 64));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_named_and_what_passes_is_tried_again() {
    let faults = |text: &str| sim::Options { faults: vec![text.parse().expect("a fault")], ..quick() };
    let inside = Inside::new(faults("denied@logs")).await;
    let at = place(&inside, "prod").await;
    let log = read(&inside, "ecs", at, "orders", LogAsk { since: Since::Tail, follow: true }, usize::MAX).await;
    let last = log.faults.last().expect("a refusal");
    assert_eq!(last.kind, FaultKind::Denied);
    assert!(last.message.contains("log group /ecs/prod-main/orders") && last.hint.contains("logs:"), "{last:?}");
    let inside = Inside::new(faults("badutf8:7x@logs")).await;
    let at = place(&inside, "prod").await;
    let log = read(&inside, "ecs", at, "orders", LogAsk { since: Since::Tail, follow: true }, 200).await;
    // The SDK tries five times before it gives up.
    assert!(log.faults.iter().any(|f| f.kind.passes()), "{:?}", log.faults);
    assert!(log.texts().len() > 100, "it goes on when the fault is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_go_elsewhere_are_told_of_and_no_secret_with_them() {
    let inside = Inside::new(quick()).await;
    let at = place(&inside, "data-prod").await;
    let log = read(&inside, "ecs", at, "event-router", ONCE, usize::MAX).await;
    assert!(log.texts().is_empty() && log.faults.is_empty());
    assert!(log.notes().contains("FireLens (Name datadog, apikey, tag event-router)"), "{}", log.notes());
    assert!(!log.notes().contains("canary"), "{}", log.notes());
}

/// The console at the tasks of a service.
fn at_tasks(qd: &Qd, service: &str, size: (u16, u16)) -> Pty {
    let mut pty = qd.open(&[], size);
    pty.wait("the board", |s| s.contains("checkout"));
    pty.keys(":ecs\r");
    pty.keys(&format!("/{service}\r"));
    pty.wait("one service", |s| s.contains(service));
    pty.keys("g\r");
    pty.wait("its tasks", |s| s.contains("RUNNING"));
    pty
}

/// How many lines the pane says that it keeps.
fn count(screen: &str) -> usize {
    let line = screen.lines().find(|l| l.contains(" lines")).unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|w| w.starts_with("lines")).unwrap_or(0);
    words.get(at.wrapping_sub(1)).and_then(|n| n.replace(',', "").parse().ok()).unwrap_or(0)
}

#[test]
fn in_a_terminal_a_task_tells_its_lines_and_is_followed() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    let mut pty = at_tasks(&qd, "gateway", (80, 24));
    pty.keys("l");
    let screen = pty.wait("its log", |s| s.contains("FOLLOW") && s.contains("GET /"));
    let before = count(&screen);
    assert!(before > 10, "{screen}");
    pty.wait("more lines", |s| count(s) > before);
    pty.keys("k");
    pty.wait_for("PAUSED");
    pty.keys("/healthz\r");
    pty.wait("what was found", |s| s.contains("found") && s.contains("/healthz"));
    pty.keys("n");
    pty.keys("s");
    pty.wait_for("save the log");
    pty.keys("\r");
    pty.wait_for("saved ");
    let files = qd.home().files();
    let saved = files.iter().find(|f| f.extension().is_some_and(|e| e == "log")).expect("a file");
    assert_eq!(saved.parent(), Some(qd.home().path()), "in the folder that it was started in: {saved:?}");
    assert_eq!(fs::metadata(saved).expect("a file").permissions().mode() & 0o777, 0o600);
    assert!(fs::read_to_string(saved).expect("text").lines().count() >= before);
    // Neither the store nor anything else that was written holds a line of it.
    for file in files.iter().filter(|f| *f != saved) {
        let bytes = fs::read(file).expect("a file");
        assert!(!bytes.windows(8).any(|w| w == b"/healthz"), "{file:?} holds lines of the log");
    }
    pty.keys("\x1b");
    pty.wait_gone(" found");
    pty.keys("2");
    pty.wait_for("last 1m");
    pty.keys("q");
    pty.wait("the tasks again", |s| s.contains("RUNNING") && !s.contains("last 1m"));
    assert_eq!(fleet.calls()["mutating"], 0);
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
}

#[test]
fn the_lines_of_a_real_api_are_what_boto3_reads() {
    let moto = Moto::start();
    let said = moto.build("moto_logs.py");
    let qd = Qd::new().envs(moto.environment()).env("QD_LIMITS_SHARE", "1").config("regions = [\"eu-central-1\"]\n");
    for service in ["many", "one"] {
        let done = qd.run(&["logs", "ecs", service, "--since", "1h", "--output", "jsonl"]);
        assert_eq!(done.code, 0, "{}", done.err);
        let lines: Vec<serde_json::Value> =
            done.out.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
        let texts: Vec<&str> = lines.iter().filter_map(|line| line["text"].as_str()).collect();
        let theirs: Vec<&str> = said[service].as_array().expect("lines").iter().filter_map(|l| l.as_str()).collect();
        assert_eq!(texts, theirs, "{service}");
        assert!(!texts.is_empty() && lines.iter().all(|line| line["level"] == "info"), "{service}");
    }
    let done = qd.run(&["logs", "ecs", "none"]);
    assert_ne!(done.code, 0);
    assert!(done.err.contains("log group /none") && done.err.contains("help:"), "{}", done.err);
    let done = qd.run(&["logs", "accounts", "x"]);
    assert!(done.code == 2 && done.err.contains("have no logs"), "{}", done.err);
}
