//! A day of the console in one process with the embedded fleet, whose clock is driven: 24 hours with the board read at
//! every step and a log followed, and what that leaves in memory. Six and a half minutes of real time.
//!
//! `cargo bench --bench day` (`HOURS=2` for less).

#![allow(clippy::disallowed_methods, reason = "it measures")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark without a set-up measures nothing"
)]

use std::time::{Duration, Instant};

#[path = "terminal.rs"]
#[allow(dead_code, reason = "of it only the memory is wanted")]
mod terminal;

#[allow(dead_code, unused_imports, reason = "what the tests need beside")]
#[path = "../support/mod.rs"]
mod support;

use support::bench::Bench;
use terminal::status;

/// How far the clock goes at a time. The reading of the log pauses for two seconds of real time between two looks.
const STEP: Duration = Duration::from_mins(8);

/// Real time of a step: one look at the log, and what became due meanwhile.
const REAL: Duration = Duration::from_millis(2_100);

/// From here on memory must not grow: by then every buffer that is bounded is full.
const FULL: f64 = 0.5;

fn main() {
    let hours: u64 = std::env::var("HOURS").ok().and_then(|n| n.parse().ok()).unwrap_or(24);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut bench = Bench::new(1).await;
        bench.inside.sim.clock().freeze();
        bench.open().await;
        follow(&mut bench).await;
        let steps = hours * 3_600 / STEP.as_secs();
        println!("{hours} hours in steps of {} minutes, with the log of a service followed", STEP.as_secs() / 60);
        let (mut marks, mut full) = (Vec::new(), None);
        for step in 0..steps {
            bench.inside.sim.clock().advance(STEP);
            // The ledger of the fleet lies in the same process, and is not what is measured.
            bench.inside.sim.forget_calls();
            let until = Instant::now() + REAL;
            while Instant::now() < until {
                bench.settle().await;
                bench.draw();
            }
            let log = buffered(&bench);
            let memory = status(std::process::id(), "VmRSS:");
            marks.push(memory);
            full = full.or((log.1 > 0).then_some(marks.len()));
            if (step + 1) % (steps / 12).max(1) == 0 {
                let hour = ((step + 1) * STEP.as_secs()) as f64 / 3_600.0;
                println!("  hour {hour:4.1}: {:6.1} MB, {} lines and {} dropped", megabytes(memory), log.0, log.1);
            }
        }
        let half = (marks.len() as f64 * FULL) as usize;
        let quarter = (marks.len() - half) / 2;
        let middle = |part: &[u64]| part.iter().sum::<u64>() as f64 / part.len().max(1) as f64;
        let (early, late) = (middle(&marks[half..half + quarter]), middle(&marks[half + quarter..]));
        println!(
            "from the third quarter to the last: {:+.2} MB of {:.1} (figure to hold: 0)",
            megabytes((late - early).max(0.0) as u64) - megabytes((early - late).max(0.0) as u64),
            megabytes(late as u64)
        );
        if full.is_none_or(|step| step > half) {
            println!("  the lines that are kept of the log were not full by then: this run was too short to say");
        }
    });
}

/// Opens the log of a service that writes, and waits for its first lines.
async fn follow(bench: &mut Bench) {
    bench.line(":ecs web-frontend");
    let begun = Instant::now();
    loop {
        bench.settle().await;
        bench.draw();
        match &bench.app.log {
            Some(pane) if !pane.buffer.is_empty() => return,
            Some(_) => {}
            None => bench.keys("l"),
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "no line of a log came\n{}", screen(bench));
    }
}

/// Lines of the log that are kept, and that were dropped.
fn buffered(bench: &Bench) -> (usize, usize) {
    bench.app.log.as_ref().map_or((0, 0), |pane| (pane.buffer.len(), pane.buffer.dropped()))
}

/// The frame as text, a line a row.
fn screen(bench: &mut Bench) -> String {
    let frame = bench.frame();
    let rows = frame.content.chunks(usize::from(frame.area.width));
    rows.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>() + "\n").collect()
}

fn megabytes(kilobytes: u64) -> f64 {
    kilobytes as f64 * 1.024e-3
}
