//! The lines that are kept of a log, in order of time, bounded by lines and by bytes.

use std::collections::VecDeque;

use crate::view::{Line, log::Kind};

/// Lines kept of a log at most.
pub const MOST_LINES: usize = 100_000;

/// Bytes kept of a log at most, about.
pub const MOST_BYTES: usize = 24 * 1024 * 1024;

/// Whether the pattern that is looked for is in a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hit {
    /// Not looked yet.
    #[default]
    Unknown,
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// A line that is kept, with what was done to it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The line.
    pub line: Line,
    /// The moment that it is ordered by, in milliseconds: its own, or that of the line before.
    key: i64,
    /// Marked by the person.
    pub marked: bool,
    /// Shown in full: wrapped, and JSON over several rows.
    pub open: bool,
    /// Whether it holds what is looked for.
    pub hit: Hit,
}

/// The lines. Each has a number that stays with it until a late line is put before it.
#[derive(Clone, Debug)]
pub struct Buffer {
    entries: VecDeque<Entry>,
    /// The number of the first that is kept: so many were dropped.
    first: usize,
    bytes: usize,
    hits: usize,
    /// How many were not looked at for the pattern yet.
    unknown: usize,
    most: (usize, usize),
}

impl Default for Buffer {
    fn default() -> Self {
        Self { entries: VecDeque::new(), first: 0, bytes: 0, hits: 0, unknown: 0, most: (MOST_LINES, MOST_BYTES) }
    }
}

impl Buffer {
    /// A buffer of other bounds: lines and bytes.
    #[must_use]
    pub fn bounded(lines: usize, bytes: usize) -> Self {
        Self { most: (lines, bytes), ..Self::default() }
    }

    /// The number of the first line that is kept.
    #[must_use]
    pub fn start(&self) -> usize {
        self.first
    }

    /// The number behind the last line.
    #[must_use]
    pub fn end(&self) -> usize {
        self.first + self.entries.len()
    }

    /// How many are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many were dropped, the oldest first.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.first
    }

    /// Bytes that are kept, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether the next line would push out the oldest.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.first > 0 || self.entries.len() >= self.most.0 || self.bytes >= self.most.1
    }

    /// How many more lines there is room for.
    #[must_use]
    pub fn room(&self) -> usize {
        if self.bytes >= self.most.1 { 0 } else { self.most.0.saturating_sub(self.entries.len()) }
    }

    /// In how many lines the pattern was found so far.
    #[must_use]
    pub fn hits(&self) -> usize {
        self.hits
    }

    /// A line by its number.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&Entry> {
        self.entries.get(number.checked_sub(self.first)?)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, number: usize) -> Option<&mut Entry> {
        self.entries.get_mut(number.checked_sub(self.first)?)
    }

    /// Every line with its number.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (usize, &Entry)> {
        self.entries.iter().enumerate().map(|(i, e)| (self.first + i, e))
    }

    /// Takes lines in by their moments, and drops the oldest where there are too many. `spots` are numbers of lines
    /// that are to go on meaning the same lines.
    pub fn take(&mut self, lines: Vec<Line>, spots: &mut [&mut usize]) {
        let incoming = self.keyed(lines);
        let Some(earliest) = incoming.first().map(|e| e.key) else { return };
        self.unknown += incoming.len();
        self.bytes += incoming.iter().map(|e| e.line.weight()).sum::<usize>();
        let at = self.entries.partition_point(|e| e.key <= earliest);
        let tail = self.entries.split_off(at);
        self.merge(tail, incoming, spots);
        self.shed();
        for spot in spots {
            **spot = (**spot).max(self.first);
        }
    }

    /// Gives each line the moment that it is ordered by, and puts them in that order; lines of one moment stay as
    /// they came.
    fn keyed(&self, lines: Vec<Line>) -> Vec<Entry> {
        let mut last = self.entries.back().map_or(i64::MIN, |e| e.key);
        let mut entries: Vec<Entry> = lines
            .into_iter()
            .map(|line| {
                last = match (line.at, line.kind) {
                    (Some(at), _) => at.as_millisecond(),
                    (None, Kind::Note) if last == i64::MIN => i64::MIN,
                    (None, _) => last,
                };
                Entry { line, key: last, marked: false, open: false, hit: Hit::Unknown }
            })
            .collect();
        entries.sort_by_key(|e| e.key);
        entries
    }

    /// Puts two ordered lists behind the entries, what was there first among equals.
    fn merge(&mut self, tail: VecDeque<Entry>, incoming: Vec<Entry>, spots: &mut [&mut usize]) {
        let begin = self.end();
        let old: Vec<usize> = spots.iter().map(|s| **s).collect();
        let mut incoming = incoming.into_iter().peekable();
        for (number, entry) in (begin..).zip(tail) {
            while let Some(late) = incoming.next_if(|e| e.key < entry.key) {
                self.entries.push_back(late);
            }
            for (spot, _) in spots.iter_mut().zip(&old).filter(|(_, old)| **old == number) {
                **spot = self.end();
            }
            self.entries.push_back(entry);
        }
        self.entries.extend(incoming);
    }

    fn shed(&mut self) {
        while self.entries.len() > self.most.0 || self.bytes > self.most.1 && self.entries.len() > 1 {
            let Some(gone) = self.entries.pop_front() else { return };
            self.first += 1;
            self.bytes -= gone.line.weight();
            self.hits -= usize::from(gone.hit == Hit::Yes);
            self.unknown -= usize::from(gone.hit == Hit::Unknown);
        }
    }

    /// Forgets what was found: another pattern is looked for.
    pub fn forget_hits(&mut self) {
        (self.hits, self.unknown) = (0, self.entries.len());
        self.entries.iter_mut().for_each(|e| e.hit = Hit::Unknown);
    }

    /// Looks at lines that were not looked at yet, the newest first, up to so many bytes of text. `from` is the number
    /// below which to look, and becomes the next one; at the start of the buffer all has been looked at.
    pub fn look(&mut self, from: &mut usize, bytes: usize, is_hit: impl Fn(&str) -> bool) {
        let mut left = bytes;
        if self.unknown == 0 {
            *from = self.first;
        }
        while *from > self.first && left > 0 {
            *from -= 1;
            let at = *from - self.first;
            let Some(entry) = self.entries.get_mut(at) else { continue };
            if entry.hit == Hit::Unknown {
                // Even an empty line costs something to look at.
                left = left.saturating_sub(entry.line.text.len() + 16);
                let hit = is_hit(&entry.line.text);
                entry.hit = if hit { Hit::Yes } else { Hit::No };
                self.hits += usize::from(hit);
                self.unknown -= 1;
                if self.unknown == 0 {
                    *from = self.first;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::*;

    fn line(second: i64, text: &str) -> Line {
        let at = Timestamp::from_second(second).ok();
        Line::read(at, &Arc::from("s"), text.as_bytes()).remove(0)
    }

    fn texts(buffer: &Buffer) -> String {
        buffer.iter().map(|(_, e)| &*e.line.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn streams_are_put_in_order_of_time_and_numbers_follow_their_lines() {
        let mut buffer = Buffer::default();
        buffer.take(vec![line(1, "a1"), line(3, "a3"), line(5, "a5")], &mut []);
        let (mut three, mut one) = (1, 0);
        buffer.take(vec![line(2, "b2"), line(3, "b3"), line(9, "b9")], &mut [&mut three, &mut one]);
        assert_eq!(texts(&buffer), "a1 b2 a3 b3 a5 b9");
        assert_eq!((one, three), (0, 2));
        buffer.take(vec![line(4, "c4"), line(0, "c0")], &mut [&mut three]);
        assert_eq!(texts(&buffer), "c0 a1 b2 a3 b3 c4 a5 b9");
        assert_eq!(&*buffer.get(three).unwrap().line.text, "a3");
    }

    #[test]
    fn a_note_stays_where_it_was_said() {
        let mut buffer = Buffer::default();
        buffer.take(vec![Line::note("reading")], &mut []);
        buffer.take(vec![line(5, "x")], &mut []);
        buffer.take(vec![Line::note("cut")], &mut []);
        buffer.take(vec![line(4, "late"), line(6, "y")], &mut []);
        assert_eq!(texts(&buffer), "reading late x cut y");
    }

    #[test]
    fn the_oldest_lines_are_dropped_and_counted() {
        let mut buffer = Buffer::bounded(3, usize::MAX);
        let mut spot = 0;
        buffer.take((0..5).map(|n| line(n, &n.to_string())).collect(), &mut [&mut spot]);
        assert_eq!((texts(&buffer).as_str(), buffer.dropped(), spot), ("2 3 4", 2, 2));
        assert!(buffer.get(1).is_none() && buffer.get(2).is_some());
        let weight = line(0, &"x".repeat(1_000)).weight();
        let mut buffer = Buffer::bounded(usize::MAX, 2 * weight);
        buffer.take((0..5).map(|n| line(n, &"x".repeat(1_000))).collect(), &mut []);
        assert_eq!((buffer.len(), buffer.bytes(), buffer.is_full()), (2, 2 * weight, true));
    }

    #[test]
    fn what_is_looked_for_is_found_in_slices_from_the_newest() {
        let mut buffer = Buffer::bounded(100, usize::MAX);
        buffer.take((0..100).map(|n| line(n, if n % 10 == 0 { "ten" } else { "one" })).collect(), &mut []);
        let mut from = buffer.end();
        buffer.look(&mut from, 19 * 15, |t| t == "ten");
        assert_eq!((from, buffer.hits()), (85, 1));
        buffer.look(&mut from, usize::MAX, |t| t == "ten");
        assert_eq!((from, buffer.hits()), (0, 10));
        buffer.take(vec![line(100, "new")], &mut []);
        assert_eq!((buffer.hits(), buffer.get(100).unwrap().hit), (9, Hit::Unknown), "a hit was dropped");
    }
}
