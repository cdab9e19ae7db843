//! What the log of a row is: how a view says where it comes from, what a source is asked for, and the lines it tells.
//!
//! A view declares `const LOGS: Option<Logs<Self::Item>>`; the pane, its keys and `qd logs` are made from that one
//! constant. Lines are made safe and cut where they are read, so that nothing larger than [`LINE`] ever travels.

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{At, Doing, Reply, Sink};
use crate::{
    cx::Cx,
    model::{Fault, Severity, ansi, text},
};

/// Bytes of a line that are kept; what is longer is cut, and says so.
pub const LINE: usize = 32 * 1024;

/// Lines of one event (a stack trace, a dump) that are kept.
const EVENT_LINES: usize = 2_000;

/// Lines that one step holds at most.
const STEP_LINES: usize = 512;

/// Bytes that one step holds, about.
const STEP_BYTES: usize = 128 * 1024;

/// About how many lines the end of a log is.
pub const TAIL: usize = 500;

/// Where the log of a view's rows comes from.
pub struct Logs<I: 'static> {
    /// IAM actions that its reading calls: the session policy is made from them.
    pub actions: &'static [&'static str],
    /// Reads the log of an item, as far as is asked for, and goes on with what comes where it is to be followed. What
    /// passes by itself (throttling, a cut) it tells and tries again; it ends with a fault where waiting cannot help.
    pub read: fn(Cx, At, I, LogAsk, Lines) -> Doing,
}

/// From where on a log is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Since {
    /// The last [`TAIL`] lines or so.
    #[default]
    Tail,
    /// The first line that there is.
    Head,
    /// The last so many seconds.
    Seconds(i64),
}

/// What is asked of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogAsk {
    /// From where on.
    pub since: Since,
    /// Whether it goes on with what is written later.
    pub follow: bool,
}

/// What a line is to the lines before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// It begins an event.
    #[default]
    First,
    /// It goes on with the event of the line before: a line of a stack trace.
    More,
    /// The console's own words about the log.
    Note,
}

/// A line of a log, safe for a terminal.
#[derive(Clone, PartialEq)]
pub struct Line {
    /// When it was written; `None` where nobody says.
    pub at: Option<Timestamp>,
    /// Which stream it came from, in a short name; empty where there is one only.
    pub stream: Arc<str>,
    /// The text, without line breaks and escapes.
    pub text: Box<str>,
    /// Its colours; empty for none.
    pub runs: Box<[ansi::Run]>,
    /// How grave it says it is.
    pub level: Option<Severity>,
    /// What it is to the lines before.
    pub kind: Kind,
}

impl Line {
    /// The console's own words.
    #[must_use]
    pub fn note(words: &str) -> Self {
        Self {
            at: None,
            stream: "".into(),
            text: text::clean(words).into(),
            runs: Box::default(),
            level: None,
            kind: Kind::Note,
        }
    }

    /// The lines of an event: broken at line breaks, cut where they are longer than [`LINE`], what is no UTF-8
    /// replaced, colours kept and other escapes taken out. All have the level of the first that states one.
    #[must_use]
    pub fn read(at: Option<Timestamp>, stream: &Arc<str>, bytes: &[u8]) -> Vec<Self> {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let mut lines = Vec::new();
        let mut level = None;
        for (i, raw) in bytes.split(|b| *b == b'\n').enumerate() {
            if i == EVENT_LINES {
                let more = bytes.split(|b| *b == b'\n').count() - EVENT_LINES;
                lines.push(Self {
                    stream: Arc::clone(stream),
                    at,
                    ..Self::note(&format!("… {more} more lines of this event were cut"))
                });
                break;
            }
            let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
            let (text, runs) = ansi::read(&cut(raw));
            if level.is_none() {
                level = Severity::of(&text);
            }
            let kind = if i == 0 { Kind::First } else { Kind::More };
            lines.push(Self { at, stream: Arc::clone(stream), text: text.into(), runs: runs.into(), level, kind });
        }
        lines
    }

    /// Bytes that it takes in memory, about.
    #[must_use]
    pub fn weight(&self) -> usize {
        size_of::<Self>() + self.text.len() + self.runs.len() * size_of::<ansi::Run>()
    }
}

/// The text of some bytes, not longer than [`LINE`]; says how much is missing.
fn cut(raw: &[u8]) -> String {
    if raw.len() <= LINE {
        return String::from_utf8_lossy(raw).into_owned();
    }
    let mut end = LINE;
    // Not within a character: its first byte is at most three before.
    while end > LINE - 4 && raw[end] & 0b1100_0000 == 0b1000_0000 {
        end -= 1;
    }
    let mut text = String::from_utf8_lossy(&raw[..end]).into_owned();
    text.push_str(&format!("\u{1b}[0m … cut: {} more bytes", raw.len() - end));
    text
}

/// Never the text: it may hold anything.
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({} bytes)", self.text.len())
    }
}

/// A step of a log.
#[derive(Clone)]
pub enum Chunk {
    /// Lines. Those of one stream come in their order; several streams are put in order of time by whoever reads.
    Lines(Vec<Line>),
    /// Where the lines come from, a fact each: group, streams, driver.
    About(Vec<String>),
    /// All that was asked for has been read; what comes from now on is new.
    CaughtUp,
}

/// Never the text.
impl fmt::Debug for Chunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lines(lines) => write!(f, "Lines({})", lines.len()),
            Self::About(facts) => write!(f, "About({})", facts.len()),
            Self::CaughtUp => f.write_str("CaughtUp"),
        }
    }
}

/// Tells a sink the end of a log, and why it ended where that was a fault.
pub(super) async fn tell(reading: Doing, sink: Sink) {
    let fault = reading.await.err().map(Reply::Fault);
    for reply in fault.into_iter().chain([Reply::End]) {
        // The reader is gone only when the job has been stopped.
        let _gone = sink.send(reply).await;
    }
}

/// A log source's mouth. Every call waits while the console is busy; none fails.
#[derive(Clone)]
pub struct Lines {
    sink: Sink,
}

impl Lines {
    /// A mouth that tells this reader.
    #[must_use]
    pub fn new(sink: Sink) -> Self {
        Self { sink }
    }

    /// Lines, in steps that are small enough to be taken in between two keys.
    pub async fn push(&self, lines: Vec<Line>) {
        let mut step = Vec::new();
        let mut bytes = 0;
        for line in lines {
            bytes += line.weight();
            step.push(line);
            if step.len() >= STEP_LINES || bytes >= STEP_BYTES {
                self.send(Chunk::Lines(std::mem::take(&mut step))).await;
                bytes = 0;
            }
        }
        if !step.is_empty() {
            self.send(Chunk::Lines(step)).await;
        }
    }

    /// Words of the console about the log, as a line of it.
    pub async fn note(&self, words: &str) {
        self.send(Chunk::Lines(vec![Line::note(words)])).await;
    }

    /// Where the lines come from.
    pub async fn about(&self, facts: Vec<String>) {
        self.send(Chunk::About(facts)).await;
    }

    /// All that was asked for has been read.
    pub async fn caught_up(&self) {
        self.send(Chunk::CaughtUp).await;
    }

    /// Something failed, and is tried again.
    pub async fn fault(&self, fault: Fault) {
        // The reader is gone only when the job has been stopped.
        let _gone = self.sink.send(Reply::Fault(fault)).await;
    }

    /// Whether nobody reads any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.sink.is_closed()
    }

    async fn send(&self, chunk: Chunk) {
        let _gone = self.sink.send(Reply::Lines(chunk)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Line> {
        Line::read(None, &"s".into(), bytes)
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_and_says_so() {
        let mut raw = "é".repeat(LINE).into_bytes();
        raw.insert(0, b'x');
        let lines = read(&raw);
        assert_eq!(lines.len(), 1);
        let (text, said) = lines[0].text.split_once(" … cut: ").unwrap();
        assert!(text.len() <= LINE && !text.contains('\u{fffd}'), "cut within a character");
        assert_eq!(said, format!("{} more bytes", raw.len() - text.len()));
        assert!(lines[0].weight() < LINE + 200);
    }

    #[test]
    fn what_is_no_utf_8_is_replaced() {
        let lines = read(b"caf\xe9 \xff\xfe ok");
        assert_eq!(&*lines[0].text, "caf\u{fffd} \u{fffd}\u{fffd} ok");
    }

    #[test]
    fn an_event_of_many_lines_stays_together() {
        let lines = read(b"ERROR boom\r\n\tat a.b.C\n\n\tat d\n");
        let texts: Vec<&str> = lines.iter().map(|l| &*l.text).collect();
        assert_eq!(texts, ["ERROR boom", "    at a.b.C", "", "    at d"]);
        assert_eq!(lines[0].kind, Kind::First);
        assert!(lines[1..].iter().all(|l| l.kind == Kind::More && l.level == Some(Severity::Error)));
        let many = read("x\n".repeat(EVENT_LINES + 7).as_bytes());
        assert_eq!(many.len(), EVENT_LINES + 1);
        assert_eq!(&*many[EVENT_LINES].text, "… 7 more lines of this event were cut");
    }

    #[test]
    fn nothing_prints_the_text_of_a_line() {
        let lines = read(b"canary");
        assert_eq!(format!("{:?}", Reply::Lines(Chunk::Lines(lines))), "Lines(Lines(1))");
    }

    #[tokio::test]
    async fn steps_are_small() {
        let (sink, mut said) = tokio::sync::mpsc::channel(1_024);
        let mouth = Lines::new(sink);
        let long = |n: usize| Line::read(None, &"s".into(), &vec![b'x'; n]).remove(0);
        mouth.push((0..1_000).map(|_| long(10)).collect()).await;
        mouth.push((0..20).map(|_| long(LINE)).collect()).await;
        mouth.push(Vec::new()).await;
        drop(mouth);
        let mut sizes = Vec::new();
        while let Some(Reply::Lines(Chunk::Lines(lines))) = said.recv().await {
            sizes.push(lines.len());
        }
        assert_eq!(sizes, [512, 488, 4, 4, 4, 4, 4]);
    }
}
