//! How far the reading has come, on one line of stderr that is written over and taken away at the end.

#![allow(clippy::disallowed_methods, reason = "the line of progress is drawn so many times a second")]

use std::{
    io::{self, Write as _},
    time::{Duration, Instant},
};

/// The shortest time between two states of the line.
const PACE: Duration = Duration::from_millis(100);

/// The line. Silent where stderr is no terminal.
#[derive(Debug)]
pub struct Progress {
    terminal: bool,
    what: String,
    done: usize,
    total: usize,
    drawn: Option<Instant>,
}

impl Progress {
    /// A line that is not on the screen yet.
    #[must_use]
    pub fn new(terminal: bool) -> Self {
        Self { terminal, what: String::new(), done: 0, total: 0, drawn: None }
    }

    /// Something new is read, in so many parts.
    pub fn begin(&mut self, what: impl Into<String>, total: usize) {
        (self.what, self.done, self.total) = (what.into(), 0, total);
        self.draw(true);
    }

    /// So many parts more came to be known.
    pub fn more(&mut self, parts: usize) {
        self.total += parts;
    }

    /// A part is over.
    pub fn step(&mut self) {
        self.done += 1;
        self.draw(false);
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if self.drawn.take().is_some() {
            put("\r\u{1b}[K");
        }
    }

    fn draw(&mut self, now: bool) {
        if !self.terminal || !now && self.drawn.is_some_and(|at| at.elapsed() < PACE) {
            return;
        }
        self.drawn = Some(Instant::now());
        put(&format!("\r\u{1b}[K{}", self.words()));
    }

    fn words(&self) -> String {
        if self.total > 1 {
            format!("reading {}: {} of {} …", self.what, self.done, self.total)
        } else {
            format!("reading {} …", self.what)
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn put(text: &str) {
    let mut err = io::stderr().lock();
    // Where stderr is gone there is nobody to tell.
    let _gone = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts_parts_where_there_are_several() {
        let mut line = Progress::new(false);
        line.begin("ecs", 120);
        line.step();
        assert_eq!(line.words(), "reading ecs: 1 of 120 …");
        line.more(30);
        assert_eq!(line.words(), "reading ecs: 1 of 150 …");
        line.begin("accounts", 1);
        assert_eq!(line.words(), "reading accounts …");
        assert!(line.drawn.is_none());
    }
}
