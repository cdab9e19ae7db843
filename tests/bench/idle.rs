//! What the console costs while nothing happens: processor time, with the rows of a large fleet in memory, and nothing due.
//!
//! `cargo bench --bench idle` (`ACCOUNTS=100`, `SECONDS=60` for less).

#![allow(clippy::disallowed_methods, reason = "it measures")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark without a set-up measures nothing"
)]

use std::{fs, thread::sleep, time::Duration};

use portable_pty::CommandBuilder;
use quarterdeck::{view::Run, views::VIEWS};

#[allow(dead_code, reason = "each benchmark uses a part of it")]
#[path = "terminal.rs"]
mod terminal;

#[allow(dead_code, unused_imports, reason = "what the tests need beside")]
#[path = "../support/mod.rs"]
mod support;

use support::{Fleet, http};
use terminal::{Terminal, peak};

/// Every view is read once in this run: nothing becomes due while it is measured.
fn config() -> String {
    let mut text =
        "roles = [\"role/cicd/delegated-role\"]\nregions = [\"eu-central-1\", \"eu-west-1\"]\nview = \"ecs\"\n\
                    [limits]\nshare = 1.0\nconfirm_accounts = 100000\n[refresh]\n"
            .to_owned();
    for view in VIEWS.iter().filter(|view| matches!(view.run(), Run::Poll(_))) {
        text.push_str(&format!("{} = \"24h\"\n", view.id().0));
    }
    text
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

fn main() {
    let (accounts, seconds) = (number("ACCOUNTS", 1_000), number("SECONDS", 180));
    let fleet = Fleet::start(&["--accounts", &accounts.to_string(), "--services", "10"]);
    let qd = fleet.qd().config(&config());
    let mut command = CommandBuilder::new(support::program::program());
    command.env_clear();
    for (name, value) in qd.variables() {
        command.env(name, value);
    }
    command.cwd(qd.home().path());
    let mut terminal = Terminal::spawn(command, (200, 50));
    terminal.wait("services", |s| s.contains("COMPLETED"));
    terminal.wait("the end of the sweep", |s| {
        let head: String = s.lines().take(2).collect();
        head.contains(" read") && !head.contains("waiting") && !head.contains("in flight")
    });
    terminal.keys(":accounts\r");
    terminal.wait("the accounts", |s| s.contains("╭─ accounts ─"));
    let settled = settle(&mut terminal, &fleet);
    println!(
        "{accounts} accounts and their services in memory, {settled} calls so far; nothing is due for {seconds} s"
    );
    let (before, drawn) = (used(terminal.id()), terminal.drawn());
    sleep(Duration::from_secs(seconds));
    terminal.drain();
    let (after, calls) = (used(terminal.id()), total(&fleet) - settled);
    let share = (after - before) / seconds as f64 * 100.0;
    println!("  {share:.3} % of a core over {seconds} s (figure to hold: 0.1)");
    println!("  {calls} calls meanwhile (figure to hold: 0), {} bytes drawn", terminal.drawn() - drawn);
    println!("  peak memory {:.0} MB (figure to hold: 150)", peak(terminal.id()) as f64 * 1.024e-3);
    terminal.keys("\x03");
}

/// Waits until ten seconds pass without a call.
fn settle(terminal: &mut Terminal, fleet: &Fleet) -> u64 {
    let mut last = total(fleet);
    for _ in 0..12 {
        sleep(Duration::from_secs(10));
        terminal.drain();
        let now = total(fleet);
        if now == last {
            return now;
        }
        last = now;
    }
    panic!("it never rests: {last} calls");
}

fn total(fleet: &Fleet) -> u64 {
    http::get(fleet.endpoint(), "/_qd/calls")["total"].as_u64().unwrap()
}

/// Processor seconds of all threads of a process so far, exact to the nanosecond, where the clock of `stat` ticks in
/// hundredths of a second.
fn used(id: u32) -> f64 {
    let tasks = fs::read_dir(format!("/proc/{id}/task")).unwrap();
    let nanoseconds = tasks.flatten().filter_map(|task| {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    nanoseconds.sum::<u64>() as f64 / 1e9
}
