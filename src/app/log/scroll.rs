//! Moving over the rows of a log: over lines that take several rows, and past lines that are left out.

use std::cell::Cell;

use super::buffer::{Buffer, Entry};

/// A row of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The number of the line.
    pub line: usize,
    /// Which of its rows.
    pub row: usize,
}

/// The lines as they are shown: which ones, and how many rows each takes.
pub struct Way<'a> {
    /// The lines.
    pub buffer: &'a Buffer,
    /// Whether a line is shown.
    pub shows: &'a dyn Fn(&Entry) -> bool,
    /// How many rows a line takes.
    pub rows: &'a dyn Fn(&Entry) -> usize,
    /// The line whose rows were counted last, and their number: rows of one line are walked one after the other.
    pub known: Cell<(usize, usize)>,
}

impl Way<'_> {
    fn height(&self, line: usize) -> usize {
        let (known, rows) = self.known.get();
        if known == line && rows > 0 {
            return rows;
        }
        let rows = self.buffer.get(line).map_or(1, |e| (self.rows)(e).max(1));
        self.known.set((line, rows));
        rows
    }

    fn shown(&self, line: usize) -> bool {
        self.buffer.get(line).is_some_and(self.shows)
    }

    fn below(&self, line: usize) -> Option<usize> {
        (line + 1..self.buffer.end()).find(|n| self.shown(*n))
    }

    fn above(&self, line: usize) -> Option<usize> {
        (self.buffer.start()..line.min(self.buffer.end())).rev().find(|n| self.shown(*n))
    }

    /// The first row.
    #[must_use]
    pub fn first(&self) -> Option<Spot> {
        let start = self.buffer.start();
        let line = if self.shown(start) { Some(start) } else { self.below(start) };
        line.map(|line| Spot { line, row: 0 })
    }

    /// The last row.
    #[must_use]
    pub fn last(&self) -> Option<Spot> {
        let line = self.above(self.buffer.end())?;
        Some(Spot { line, row: self.height(line) - 1 })
    }

    /// The row below.
    #[must_use]
    pub fn next(&self, at: Spot) -> Option<Spot> {
        if at.row + 1 < self.height(at.line) {
            return Some(Spot { row: at.row + 1, ..at });
        }
        self.below(at.line).map(|line| Spot { line, row: 0 })
    }

    /// The row above.
    #[must_use]
    pub fn previous(&self, at: Spot) -> Option<Spot> {
        if let Some(row) = at.row.checked_sub(1) {
            return Some(Spot { row, ..at });
        }
        self.above(at.line).map(|line| Spot { line, row: self.height(line) - 1 })
    }

    /// So many rows below, or above where negative; as far as there are any.
    #[must_use]
    pub fn step(&self, from: Spot, by: isize) -> Spot {
        let mut at = from;
        for _ in 0..by.unsigned_abs() {
            match if by < 0 { self.previous(at) } else { self.next(at) } {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// The row itself, or the nearest that is shown; `None` where none is.
    #[must_use]
    pub fn near(&self, at: Spot) -> Option<Spot> {
        let line = at.line.max(self.buffer.start());
        if self.shown(line) {
            let row = if line == at.line { at.row.min(self.height(line) - 1) } else { 0 };
            return Some(Spot { line, row });
        }
        self.below(line).or_else(|| self.above(line)).map(|line| Spot { line, row: 0 })
    }

    /// At most so many rows from one on.
    #[must_use]
    pub fn from(&self, top: Spot, height: usize) -> Vec<Spot> {
        let mut rows = Vec::with_capacity(height);
        let mut at = self.near(top);
        while let Some(spot) = at.filter(|_| rows.len() < height) {
            rows.push(spot);
            at = self.next(spot);
        }
        rows
    }

    /// Brings cursor and top in line: on rows that are shown, the cursor on the screen, and no empty rows below the
    /// last while there are more above.
    pub fn settle(&self, top: &mut Spot, cursor: &mut Spot, height: usize) {
        let height = height.max(1);
        let (Some(at), Some(last)) = (self.near(*cursor), self.last()) else {
            (*top, *cursor) = (Spot::default(), Spot::default());
            return;
        };
        *cursor = at;
        let lowest = self.step(last, 1 - height.cast_signed());
        *top = self.near(*top).unwrap_or(at).min(at).min(lowest);
        // A page that begins too far above the cursor ends before it.
        let highest = self.step(at, 1 - height.cast_signed());
        *top = (*top).max(highest);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::view::Line;

    /// Lines that take as many rows as they have letters; `-` is left out.
    fn over<T>(lines: &[&str], test: impl Fn(&Way<'_>) -> T) -> T {
        let mut buffer = Buffer::default();
        let read = |text: &&str| Line::read(None, &Arc::from("s"), text.as_bytes()).remove(0);
        buffer.take(lines.iter().map(read).collect(), &mut []);
        let (shows, rows) = (|e: &Entry| &*e.line.text != "-", |e: &Entry| e.line.text.len());
        test(&Way { buffer: &buffer, shows: &shows, rows: &rows, known: Cell::default() })
    }

    fn spot(line: usize, row: usize) -> Spot {
        Spot { line, row }
    }

    #[test]
    fn rows_are_walked_past_what_is_left_out() {
        over(&["-", "aa", "-", "b", "-"], |way| {
            assert_eq!((way.first(), way.last()), (Some(spot(1, 0)), Some(spot(3, 0))));
            let down: Vec<Spot> = way.from(spot(0, 0), 9);
            assert_eq!(down, [spot(1, 0), spot(1, 1), spot(3, 0)]);
            assert_eq!(way.step(spot(3, 0), -2), spot(1, 0));
            assert_eq!(way.step(spot(1, 0), 100), spot(3, 0));
            assert_eq!(way.near(spot(2, 0)), Some(spot(3, 0)));
            assert_eq!(way.near(spot(4, 0)), Some(spot(3, 0)));
            assert_eq!(way.near(spot(1, 7)), Some(spot(1, 1)));
        });
        over(&["-"], |way| assert_eq!((way.first(), way.near(spot(0, 0))), (None, None)));
    }

    #[test]
    fn the_cursor_stays_on_the_screen_and_the_screen_full() {
        over(&["a", "bbb", "c", "d", "e"], |way| {
            let settled = |top: Spot, cursor: Spot| {
                let (mut top, mut cursor) = (top, cursor);
                way.settle(&mut top, &mut cursor, 3);
                (top, cursor)
            };
            assert_eq!(settled(spot(0, 0), spot(4, 0)), (spot(2, 0), spot(4, 0)));
            assert_eq!(settled(spot(4, 0), spot(4, 0)), (spot(2, 0), spot(4, 0)), "no empty rows below");
            assert_eq!(settled(spot(2, 0), spot(1, 1)), (spot(1, 1), spot(1, 1)));
            assert_eq!(settled(spot(0, 0), spot(1, 1)), (spot(0, 0), spot(1, 1)));
            assert_eq!(settled(spot(9, 9), spot(9, 9)), (spot(2, 0), spot(4, 0)));
        });
    }
}
