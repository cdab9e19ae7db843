//! The log pane's state: whose log, the lines, how they are shown, what is looked for, and how the reading stands.

use std::{cell::Cell, sync::Arc};

use jiff::Timestamp;

use super::{
    buffer::{Buffer, Entry, Hit},
    pattern::Pattern,
    rate::Rate,
    scroll::{Spot, Way},
    shape::{self, Look, Times},
};
use crate::{
    app::effect::Ticket,
    model::{Fault, Key, Scope, text},
    rows::Row,
    view::{AnyView, At, Chunk, Line, Since},
};

/// Bytes that are looked through for a pattern at a time, so that no key waits for it.
const SLICE: usize = 2 * 1024 * 1024;

/// Streams whose names are remembered for their colours.
const STREAMS: usize = 256;

/// Cells that the name of a stream takes at most, on narrow and on wide screens.
const NAME: [u16; 2] = [12, 24];

/// Whose log it is.
#[derive(Clone)]
pub struct Subject {
    /// The view of the row.
    pub view: &'static dyn AnyView,
    /// Where the row lies.
    pub at: At,
    /// The row as it was last seen.
    pub row: Row,
    /// What it is called.
    pub name: String,
}

impl Subject {
    /// What tells it from others.
    #[must_use]
    pub fn key(&self) -> (&'static str, &Scope, &Key) {
        (self.view.id().0, &self.at.scope, self.row.key())
    }
}

/// How the reading stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// What was asked for is being read.
    Begun,
    /// It has been read; what comes is new.
    Follows,
    /// It is over: all was read, or it failed.
    Ended,
    /// It was ended because no more lines are kept.
    Full,
}

/// Where the parts of a row are, in cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The moment, with the blank behind it.
    pub time: u16,
    /// The name of the stream, with the blank behind it.
    pub stream: u16,
    /// The text.
    pub text: u16,
}

/// Cells of the mark and of the level before each row.
pub const MARGIN: u16 = 4;

/// The pane.
pub struct Pane {
    /// Whose log.
    pub subject: Subject,
    /// The lines.
    pub buffer: Buffer,
    /// How they are shown.
    pub look: Look,
    /// From where on they are read.
    pub since: Since,
    /// Whether the last line stays on the screen.
    pub follow: bool,
    /// What was typed to look for.
    pub typed: String,
    /// What is looked for.
    pub pattern: Option<Pattern>,
    /// Whether only lines with the pattern are shown.
    pub only: bool,
    /// The row of the cursor.
    pub cursor: Spot,
    /// The first row on the screen.
    pub top: Spot,
    /// Cells by which unwrapped rows are shifted to the left.
    pub shift: usize,
    /// How the reading stands.
    pub reading: Reading,
    /// What went wrong last, until something is read again.
    pub fault: Option<Fault>,
    /// Where the lines come from, a fact each.
    pub about: Vec<String>,
    /// How many lines a second there are.
    pub rate: Rate,
    /// Lines that came below the screen since it stopped following.
    pub unseen: usize,
    /// Whether the row is not listed any more.
    pub gone: bool,
    /// The streams in the order in which they appeared.
    pub streams: Vec<Arc<str>>,
    /// The request that reads.
    pub(super) ticket: Option<Ticket>,
    /// Whether the first lines take the place of what an earlier reading brought.
    renew: bool,
    /// The number below which lines were not looked at for the pattern.
    unlooked: usize,
}

impl Pane {
    /// A pane that has read nothing.
    #[must_use]
    pub fn new(subject: Subject, look: Look) -> Self {
        Self {
            subject,
            buffer: Buffer::default(),
            look,
            since: Since::default(),
            follow: true,
            typed: String::new(),
            pattern: None,
            only: false,
            cursor: Spot::default(),
            top: Spot::default(),
            shift: 0,
            reading: Reading::Begun,
            fault: None,
            about: Vec::new(),
            rate: Rate::default(),
            unseen: 0,
            gone: false,
            streams: Vec::new(),
            ticket: None,
            renew: false,
            unlooked: 0,
        }
    }

    /// A new reading begins under a ticket. What was read before stays on the screen until it brings something.
    pub fn begin(&mut self, ticket: Ticket) {
        self.ticket = Some(ticket);
        self.reading = Reading::Begun;
        self.fault = None;
        self.renew = !self.buffer.is_empty();
    }

    /// Takes a step of the reading.
    pub fn take(&mut self, chunk: Chunk, now: Timestamp) {
        self.fault = None;
        match chunk {
            Chunk::Lines(lines) => self.lines(lines, now),
            Chunk::About(facts) => self.about = facts.iter().map(|f| text::clean(f).into_owned()).collect(),
            Chunk::CaughtUp => self.reading = Reading::Follows,
        }
    }

    fn lines(&mut self, mut lines: Vec<Line>, now: Timestamp) {
        if std::mem::take(&mut self.renew) {
            self.clear();
        }
        if self.since == Since::Head {
            lines.truncate(self.buffer.room());
        }
        for line in &lines {
            self.rate.count(line.at.unwrap_or(now).as_second());
            let known = self.streams.contains(&line.stream);
            if !known && !line.stream.is_empty() && self.streams.len() < STREAMS {
                self.streams.push(Arc::clone(&line.stream));
            }
        }
        if !self.follow {
            self.unseen += lines.len();
        }
        self.buffer.take(lines, &mut [&mut self.cursor.line, &mut self.top.line]);
        self.unlooked = self.buffer.end();
        self.search_on();
    }

    /// Forgets the lines.
    pub fn clear(&mut self) {
        self.buffer = Buffer::default();
        (self.cursor, self.top, self.unlooked, self.unseen) = (Spot::default(), Spot::default(), 0, 0);
        self.streams.clear();
        self.rate = Rate::default();
    }

    /// The reading is over.
    pub fn ended(&mut self, how: Reading) {
        self.ticket = None;
        self.reading = how;
    }

    /// Looks for what was typed.
    pub fn search(&mut self, typed: &str) {
        typed.clone_into(&mut self.typed);
        self.pattern = Pattern::parse(typed);
        self.buffer.forget_hits();
        self.unlooked = self.buffer.end();
        if self.pattern.is_none() {
            self.only = false;
        }
        self.search_on();
    }

    /// Looks through the next slice for the pattern. Gives whether anything was looked through.
    pub fn search_on(&mut self) -> bool {
        let Some(pattern) = &self.pattern else { return false };
        let before = self.unlooked;
        self.buffer.look(&mut self.unlooked, SLICE, |text| pattern.is_in(text));
        before != self.unlooked
    }

    /// Whether lines are left that were not looked through.
    #[must_use]
    pub fn is_searching(&self) -> bool {
        self.pattern.is_some() && self.unlooked > self.buffer.start()
    }

    /// Goes to the next line with the pattern, or the one before; round the end where there is none. Gives what is to
    /// be said about it.
    pub fn find(&mut self, down: bool) -> Option<&'static str> {
        if self.pattern.is_none() {
            return Some("nothing is looked for: / begins");
        }
        let (start, end, at) = (self.buffer.start(), self.buffer.end(), self.cursor.line);
        let is_hit = |n: &usize| self.buffer.get(*n).is_some_and(|e| e.hit == Hit::Yes);
        let ahead = if down { (at + 1..end).find(is_hit) } else { (start..at).rev().find(is_hit) };
        let round = || if down { (start..end).find(is_hit) } else { (start..end).rev().find(is_hit) };
        let searching = self.is_searching();
        let (to, said) = match ahead {
            Some(to) => (to, None),
            None if searching => return Some("still searching older lines"),
            None => match round() {
                Some(to) => (to, Some(if down { "from the first line again" } else { "from the last line again" })),
                None => return Some("not found"),
            },
        };
        self.cursor = Spot { line: to, row: 0 };
        self.follow = false;
        said
    }

    /// Whether a line is shown.
    #[must_use]
    pub fn shows(&self, entry: &Entry) -> bool {
        let Some(pattern) = &self.pattern else { return true };
        if entry.line.kind == crate::view::log::Kind::Note {
            return true;
        }
        match (pattern.inverse, self.only) {
            (true, _) => entry.hit == Hit::No,
            (false, true) => entry.hit == Hit::Yes,
            (false, false) => true,
        }
    }

    /// The columns of a pane that is so wide within its frame.
    #[must_use]
    pub fn columns(&self, width: u16) -> Columns {
        let time = match self.look.times {
            Times::Clock => 9,
            Times::Full => 24,
            Times::Off => 0,
        };
        let most = NAME[usize::from(width >= 110)];
        let widest = self.streams.iter().map(|s| u16::try_from(text::width(s)).unwrap_or(most)).max().unwrap_or(0);
        let stream = if self.streams.len() > 1 { widest.min(most) + 1 } else { 0 };
        // On a very narrow screen the text goes first.
        let (time, stream) = if width < 40 { (0, 0) } else { (time, stream) };
        Columns { time, stream, text: width.saturating_sub(MARGIN + time + stream) }
    }

    /// Does something with the rows as they are shown at a width.
    pub fn with_way<T>(&self, width: u16, walk: impl FnOnce(&Way<'_>) -> T) -> T {
        let (room, look) = (self.columns(width).text, self.look);
        let shows = |e: &Entry| self.shows(e);
        let rows = |e: &Entry| shape::rows(e, look, room);
        walk(&Way { buffer: &self.buffer, shows: &shows, rows: &rows, known: Cell::default() })
    }

    /// Moves the cursor by so many rows. Upwards, it stops following.
    pub fn step(&mut self, by: isize, width: u16) {
        self.cursor = self.with_way(width, |way| way.step(self.cursor, by));
        if by < 0 {
            self.follow = false;
        }
    }

    /// Moves what is on the screen by so many rows, the cursor with it.
    pub fn scroll(&mut self, by: isize, width: u16, height: usize) {
        let top = self.with_way(width, |way| way.step(self.top, by));
        if by < 0 {
            self.follow = false;
        }
        if top == self.top {
            return self.step(by, width);
        }
        self.top = top;
        let last = self.with_way(width, |way| way.step(top, height.cast_signed() - 1));
        self.cursor = self.cursor.clamp(top, last);
    }

    /// To the first row, or to the last and on with what comes.
    pub fn end(&mut self, last: bool, width: u16) {
        let to = self.with_way(width, |way| if last { way.last() } else { way.first() });
        self.cursor = to.unwrap_or_default();
        self.follow = last;
    }

    /// Brings cursor and screen in line with the lines.
    pub fn settle(&mut self, width: u16, height: usize) {
        let (mut top, mut cursor) = (self.top, self.cursor);
        self.with_way(width, |way| {
            if self.follow
                && let Some(last) = way.last()
            {
                cursor = last;
            }
            way.settle(&mut top, &mut cursor, height);
        });
        (self.top, self.cursor) = (top, cursor);
        if self.follow {
            self.unseen = 0;
        }
    }

    /// Bytes that it takes in memory, about.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.buffer.bytes()
    }
}
