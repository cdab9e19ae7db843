//! A sweep of ECS services over 1,000 accounts in two regions with ten services in each: the embedded fleet in a process of
//! its own, the console in a terminal. How long it takes against what the rates and the latency impose, when the first rows
//! come, how much memory it needs, and how soon a key shows while rows stream.
//!
//! `cargo bench --bench sweep` (with `TAWS=/path/to/taws` for the comparison; `ACCOUNTS=100` for a smaller fleet).

#![allow(clippy::disallowed_methods, reason = "it measures")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark without a set-up measures nothing"
)]

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use portable_pty::CommandBuilder;
use serde_json::Value;

#[allow(dead_code, reason = "each benchmark uses a part of it")]
#[path = "terminal.rs"]
mod terminal;

#[allow(dead_code, unused_imports, reason = "what the tests need beside")]
#[path = "../support/mod.rs"]
mod support;

use support::{Fleet, Qd, http};
use terminal::{Terminal, peak, percentile};

/// Services in each account and region.
const SERVICES: usize = 10;

/// What each answer takes, in milliseconds: a line over half a continent.
const LATENCY: u64 = 120;

/// Scopes that the console reads at once over the whole fleet.
const CONCURRENCY: f64 = 96.0;

/// How many seconds each of the sweeps may take before it is given up, and said so. Three of them, with the time that a
/// comparison takes, are over within eight minutes.
const LONGEST: f64 = 140.0;

/// The documented rates as a whole: nobody else calls this fleet.
const CONFIG: &str = "roles = [\"role/cicd/delegated-role\"]\nregions = [\"eu-central-1\", \"eu-west-1\"]\n\
                      view = \"ecs\"\n[limits]\nshare = 1.0\nconfirm_accounts = 100000\n";

fn main() {
    let accounts: usize = std::env::var("ACCOUNTS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000);
    println!(
        "{accounts} accounts × 2 regions × {SERVICES} services, {LATENCY} ms an answer, the fleet in another process"
    );
    let latency = LATENCY.to_string();
    let words = ["--accounts", &accounts.to_string(), "--services", &SERVICES.to_string(), "--latency", &latency];
    let places = headless(&words);
    let fleet = Fleet::start(&words);
    let qd = fleet.qd().config(CONFIG);
    println!("console, first start:");
    console(&fleet, &qd, places, false);
    println!("console, second start (the organisation is remembered):");
    console(&fleet, &qd, places, true);
    match std::env::var_os("TAWS").map(PathBuf::from) {
        Some(taws) => compare(&fleet, &taws),
        None => println!("taws: not measured, TAWS names no program"),
    }
}

/// The same by `qd get`: one pass, and out. Gives how many places could be read: some accounts are closed, and some refuse.
fn headless(words: &[&str]) -> u64 {
    let fleet = Fleet::start(words);
    let qd = fleet.qd().config(CONFIG);
    let mut command = qd.command(&["get", "ecs", "--output", "json"]);
    let out = qd.home().path().join("out.json");
    command.stdout(std::fs::File::create(&out).unwrap()).stderr(std::process::Stdio::null());
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(peak(child.id()));
        if begun.elapsed().as_secs_f64() > LONGEST {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("qd get ecs: not complete after {LONGEST} s");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let took = begun.elapsed().as_secs_f64();
    let answer: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    let rows = answer["rows"].as_array().map_or(0, Vec::len);
    let (coverage, calls) = (&answer["coverage"], Calls::of(&fleet));
    println!("qd get ecs: {rows} rows of {} of {} places", coverage["read"], coverage["wanted"]);
    judge(took, &calls);
    println!("  peak memory {:.0} MB (figure to hold: 150)", megabytes(most));
    coverage["read"].as_u64().unwrap()
}

/// Against what the figure names, the larger of the two; and, for the eye, against the order that nothing can change on a
/// first start: which places there are is known when the accounts were listed.
fn judge(took: f64, calls: &Calls) {
    let (walk, sweep) = (calls.imposed_walk(), calls.imposed_sweep());
    let imposed = walk.max(sweep);
    println!(
        "  complete after {took:.1} s with {} calls; rates impose {walk:.1} s on the walk, latency {sweep:.1} s on the \
         sweep: {:.2} × (figure to hold: 1.3)",
        calls.all,
        took / imposed
    );
    let ordered = walk.max(calls.imposed_list() + sweep);
    println!("  where the sweep follows the list of accounts: {ordered:.1} s imposed, {:.2} ×", took / ordered);
}

/// The console in a terminal, until every place is read; then its memory, and keys all the while.
fn console(fleet: &Fleet, qd: &Qd, places: u64, again: bool) {
    let before = Calls::of(fleet);
    let mut terminal = Terminal::spawn(words_of(qd, &support::program::program()), (200, 50));
    let first = terminal.wait("the organisation", |s| s.contains("workload"));
    let services = terminal.wait("the first services", |s| s.contains("COMPLETED"));
    let rows = if again { services } else { first };
    println!(
        "  first rows after {rows:.2} s (figure to hold: 1); first OUs after {first:.2} s, first services {services:.2} s"
    );
    let mut times = Vec::new();
    let done = loop {
        let screen = terminal.screen();
        let now = terminal.elapsed();
        let calls = Calls::of(fleet).since(&before);
        // A place that is read is asked once for its ten services, so that fewer cannot be all.
        if complete(&screen) && calls.describes >= places {
            break Some((now, calls));
        }
        if now > LONGEST {
            println!("  NOT complete after {now:.0} s with {} calls\n{screen}", calls.all);
            break None;
        }
        times.extend(keys(&mut terminal));
    };
    if let Some((done, calls)) = done {
        judge(done, &calls);
    }
    println!("  peak memory {:.0} MB (figure to hold: 150)", megabytes(peak(terminal.id())));
    println!(
        "  {} keys while rows streamed: median {:.1} ms, p99 {:.1} ms, longest {:.1} ms (figure to hold at p99: 16)",
        times.len(),
        percentile(&mut times, 50),
        percentile(&mut times, 99),
        percentile(&mut times, 100),
    );
    terminal.keys("\x03");
}

/// A program in a person's home and environment.
fn words_of(qd: &Qd, program: &std::path::Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.env_clear();
    for (name, value) in qd.variables() {
        command.env(name, value);
    }
    command.cwd(qd.home().path());
    command
}

/// Presses keys whose effect can be told from rows that stream, and gives the milliseconds from each to its frame.
fn keys(terminal: &mut Terminal) -> Vec<f64> {
    let mut times = Vec::new();
    let mut press = |key: &str, wished: &dyn Fn(&str) -> bool| {
        times.push(terminal.press(key, wished));
        std::thread::sleep(Duration::from_millis(23));
    };
    press(":", &|s| s.contains("─ command ─"));
    press("e", &|s| s.contains(" :e "));
    press("c", &|s| s.contains(" :ec "));
    press("\x7f", &|s| s.contains(" :e "));
    press("\x1b", &|s| !s.contains("─ command ─"));
    times
}

/// Whether nothing waits and nothing is under way, as the header says it.
fn complete(screen: &str) -> bool {
    let head: String = screen.lines().take(2).collect();
    head.contains(" read") && !head.contains("waiting") && !head.contains("in flight")
}

/// How long taws may take to each of its tables, in seconds.
const PATIENCE: f64 = 20.0;

/// taws on the same endpoint, with the same keys: when its first bytes and its first table are there (EC2 instances of the
/// caller's account in one region, which the embedded fleet does not serve), and when the table of ECS clusters that it is
/// asked for; what that called, and its memory.
fn compare(fleet: &Fleet, taws: &std::path::Path) {
    let before = Calls::of(fleet);
    let home = Qd::new().envs(fleet.environment());
    let mut terminal = Terminal::spawn(words_of(&home, taws), (200, 50));
    let said = |after: Option<f64>| after.map_or("not".to_owned(), |s| format!("{s:.2} s after its start"));
    let frame = terminal.within(PATIENCE, |s| !s.trim().is_empty());
    let table = terminal.within(PATIENCE, |s| s.contains("EC2 Instances("));
    println!("taws, one account in one region: first frame {}, first table {}", said(frame), said(table));
    println!("  {} calls until then", Calls::of(fleet).since(&before).all);
    let asked = terminal.elapsed();
    terminal.keys(":ecs-clusters\r");
    let clusters = terminal.within(PATIENCE, |s| s.contains("ECS Clusters("));
    match clusters {
        Some(after) => println!("  clusters {:.2} s after they were asked for", (after - asked).max(0.0)),
        None => println!("  no table of clusters\n{}", terminal.screen()),
    }
    // What it reads beside comes within its own pace.
    std::thread::sleep(Duration::from_secs(5));
    let calls = Calls::of(fleet).since(&before);
    println!("  {} calls in all, peak memory {:.0} MB", calls.all, megabytes(peak(terminal.id())));
    terminal.keys("\x03");
}

/// What the fleet was asked.
#[derive(Clone, Debug, Default)]
struct Calls {
    all: u64,
    listed: u64,
    units: u64,
    describes: u64,
    /// All but those of the walk.
    swept: u64,
}

impl Calls {
    fn of(fleet: &Fleet) -> Self {
        let said = http::get(fleet.endpoint(), "/_qd/calls");
        let mut calls = Self { all: said["total"].as_u64().unwrap(), ..Self::default() };
        for row in said["calls"].as_array().into_iter().flatten() {
            let count = row["calls"].as_u64().unwrap_or(0);
            match (row["service"].as_str().unwrap_or(""), row["operation"].as_str().unwrap_or("")) {
                ("organizations", "ListAccounts") => calls.listed += count,
                ("organizations", "ListOrganizationalUnitsForParent") => calls.units += count,
                ("organizations", _) => {}
                (_, operation) => {
                    calls.swept += count;
                    calls.describes += if operation == "DescribeServices" { count } else { 0 };
                }
            }
        }
        calls
    }

    fn since(&self, before: &Self) -> Self {
        Self {
            all: self.all - before.all,
            listed: self.listed - before.listed,
            units: self.units - before.units,
            describes: self.describes - before.describes,
            swept: self.swept - before.swept,
        }
    }

    /// Seconds that the documented rates impose on the list of accounts: `ListAccounts` at 8 a second (burst 12), one page
    /// after the other.
    fn imposed_list(&self) -> f64 {
        ((self.listed as f64 - 12.0).max(0.0) / 8.0).max(self.listed as f64 * LATENCY as f64 / 1_000.0)
    }

    /// Seconds that the documented rates impose on the walk: the list, and beside it the names of OUs at 5 a second
    /// (burst 8).
    fn imposed_walk(&self) -> f64 {
        let named = (self.units as f64 - 8.0).max(0.0) / 5.0 + LATENCY as f64 / 1_000.0;
        self.imposed_list().max(named)
    }

    /// Seconds that the latency imposes on the sweep. Its rates impose less: each place has buckets of its own.
    fn imposed_sweep(&self) -> f64 {
        self.swept as f64 * LATENCY as f64 / 1_000.0 / CONCURRENCY
    }
}

fn megabytes(kilobytes: u64) -> f64 {
    kilobytes as f64 * 1_024.0 / 1_000_000.0
}
