//! The journal of a run: a file of JSON lines (0600) that a thread of its own writes, since a slow disk must not hold up a
//! key. It has an end: a run of days must not fill a disk, and its last line says so.

use std::{
    fs::{self, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    sync::mpsc::{Receiver, Sender, TryRecvError, channel},
    thread::JoinHandle,
};

use jiff::Timestamp;

use crate::{
    app::{
        App, Event, Memory,
        journal::{Begin, Held, Line},
    },
    model::{Fault, FaultKind},
};

/// Bytes after which a journal ends: some hours over a large fleet.
const MOST: u64 = 256 * 1024 * 1024;

/// What the thread is told.
enum Told {
    Begin(Box<Begin>),
    Fact(Box<Event>),
}

/// The writing thread. Dropping it writes what is still waiting.
pub struct Journal {
    facts: Option<Sender<Told>>,
    thread: Option<JoinHandle<()>>,
}

impl Journal {
    /// Makes the file. `{time}` in its name stands for the moment, so that each run has a file of its own.
    ///
    /// # Errors
    /// A file that is there already ([`FaultKind::Invalid`]): it may be somebody's. One that cannot be made.
    pub fn create(path: &Path, now: Timestamp) -> Result<Self, Fault> {
        let moment = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        match path.to_str().filter(|text| text.contains("{time}")) {
            Some(text) => Self::bounded(Path::new(&text.replace("{time}", &moment)), MOST),
            None => Self::bounded(path, MOST),
        }
    }

    fn bounded(path: &Path, most: u64) -> Result<Self, Fault> {
        let wrong = |e: &io::Error| match e.kind() {
            io::ErrorKind::AlreadyExists => {
                Fault::new(FaultKind::Invalid, format!("the journal {} is there already", path.display()))
                    .hint("name a file that is not there: a journal is never written over another file")
            }
            _ => Fault::new(FaultKind::Unavailable, format!("the journal {} cannot be made: {e}", path.display())),
        };
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|e| wrong(&e))?;
        let (facts, told) = channel();
        let work = move || write(&told, &mut BufWriter::new(file), most);
        let thread = std::thread::Builder::new().name("journal".into()).spawn(work).map_err(|e| {
            let _gone = fs::remove_file(path);
            wrong(&e)
        })?;
        Ok(Self { facts: Some(facts), thread: Some(thread) })
    }

    /// Notes that a state begins, with this memory.
    pub fn begin(&self, app: &App, memory: Memory) {
        self.tell(Told::Begin(Box::new(Begin::of(app, memory))));
    }

    /// Notes a fact that is about to reach the state.
    pub fn note(&self, app: &App, event: &Event) {
        self.tell(Told::Fact(Box::new(app.discreet(event))));
    }

    fn tell(&self, told: Told) {
        // A journal that has ended takes nothing more.
        let _ended = self.facts.as_ref().map(|facts| facts.send(told));
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.facts = None;
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

/// Writes lines until nobody tells any more, the file is full, or the disk takes no more. What was told last is on the disk
/// whenever nothing waits: it is what a report of a crash is about.
fn write(told: &Receiver<Told>, out: &mut impl Write, most: u64) {
    let mut written = 0;
    let mut calls = Vec::new();
    loop {
        let next = match told.try_recv() {
            Ok(next) => next,
            Err(TryRecvError::Disconnected) => break,
            Err(TryRecvError::Empty) => {
                if out.flush().is_err() {
                    return;
                }
                match told.recv() {
                    Ok(next) => next,
                    Err(_) => break,
                }
            }
        };
        let line = match next {
            Told::Begin(begin) => Line::Begin(begin),
            Told::Fact(event) => Line::Fact(Held::of(thinned(*event, &mut calls))),
        };
        let Ok(mut text) = serde_json::to_vec(&line) else { continue };
        text.push(b'\n');
        written += text.len() as u64;
        let full = written > most;
        if full {
            let why = Line::End(format!("it is full: {most} bytes"));
            text = serde_json::to_vec(&why).map(|text| [text, b"\n".to_vec()].concat()).unwrap_or_default();
        }
        if out.write_all(&text).is_err() || full {
            break;
        }
    }
    let _gone = out.flush();
}

/// A tick without counts that are those of the tick before: none means that they stay.
fn thinned(event: Event, calls: &mut Vec<u16>) -> Event {
    match event {
        Event::Tick(mut tick) if tick.calls == *calls => {
            tick.calls = Vec::new();
            Event::Tick(tick)
        }
        Event::Tick(tick) => {
            calls.clone_from(&tick.calls);
            Event::Tick(tick)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(most: u64, facts: usize) -> Vec<Line> {
        let (tell, told) = channel();
        for n in 0..facts {
            tell.send(Told::Fact(Box::new(Event::Notice(format!("notice {n}"))))).unwrap();
        }
        drop(tell);
        let mut out = Vec::new();
        write(&told, &mut out, most);
        let text = String::from_utf8(out).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_journal_has_an_end_and_says_so() {
        assert_eq!(lines(1_000_000, 100).len(), 100);
        let short = lines(1_000, 100);
        assert!(short.len() < 40);
        assert!(matches!(short.last(), Some(Line::End(why)) if why == "it is full: 1000 bytes"), "{short:?}");
    }

    #[test]
    fn what_is_there_is_not_written_over() {
        let folder = std::env::temp_dir();
        let made =
            |name: &str| Journal::create(&folder.join(name), Timestamp::UNIX_EPOCH).map(drop).map_err(|f| f.kind);
        let name = format!("qd-journal-{}-{{time}}", std::process::id());
        assert_eq!((made(&name), made(&name)), (Ok(()), Err(FaultKind::Invalid)));
        let path = folder.join(name.replace("{time}", "19700101T000000Z"));
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_file(&path).unwrap();
    }
}
