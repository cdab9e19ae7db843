//! The journal of a run: a file of JSON lines (0600) that a thread of its own writes, since a slow disk must not hold up a
//! key. It has an end: a run of days must not fill a disk, and a disk that takes no more must not fill the memory. Where
//! it ends before the run does, its last line says why, and so do the screen and the end of the run.

mod pages;

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, channel, sync_channel},
    },
    time::Duration,
};

use jiff::Timestamp;

use crate::{
    app::{
        App, Event, Memory,
        journal::{Begin, Held, Line},
    },
    base::Base,
    cx::Cx,
    model::{Fault, FaultKind},
};
use pages::{Pages, Paper};

/// Bytes after which a journal ends: some hours over a large fleet.
const MOST: u64 = 256 * 1024 * 1024;

/// Facts that wait for the disk at most: more than the first sweep over 1,000 accounts tells within the time that a disk
/// may think. Their rows are those of the tables, so that a fact that waits costs little.
const WAITING: usize = 16_384;

/// How long the end of a run waits for the disk.
const LAST: Duration = Duration::from_secs(5);

/// Why a journal ends that the disk does not keep up with.
const SLOW: &str = "the disk is slower than what happens";

/// What the thread is told.
enum Told {
    Begin(Box<Begin>),
    Fact(Box<Event>),
}

/// Tells of an end before the run's, once.
type Tell = Arc<dyn Fn(Fault) + Send + Sync>;

/// The writing thread. Dropping it writes what is still waiting.
pub struct Journal {
    path: PathBuf,
    facts: Option<SyncSender<Told>>,
    /// Whether a fact found no place: the thread ends the file behind those that did.
    slow: Arc<AtomicBool>,
    /// Why the thread ended, once it has.
    ended: Option<Receiver<Option<String>>>,
    tell: Tell,
}

impl Journal {
    /// The one that the configuration asks for, if any. That it stops before the run does is said on the screen by `say`,
    /// and stays among the errors.
    ///
    /// # Errors
    /// As [`Journal::create`].
    pub fn wished(base: &Base, cx: &Cx, say: impl Fn(String) + Send + Sync + 'static) -> Result<Option<Self>, Fault> {
        let Some(path) = base.loaded.config.journal.as_deref() else { return Ok(None) };
        let remote = cx.remote.clone();
        let tell = move |fault: Fault| {
            say(fault.to_string());
            remote.record(None, None, fault);
        };
        Self::create(path, cx.now(), tell).map(Some)
    }

    /// Makes the file. `{time}` in its name stands for the moment, so that each run has a file of its own. `tell` is called
    /// once where it stops before the run does.
    ///
    /// # Errors
    /// A file that is there already ([`FaultKind::Invalid`]): it may be somebody's. One that cannot be made.
    fn create(path: &Path, now: Timestamp, tell: impl Fn(Fault) + Send + Sync + 'static) -> Result<Self, Fault> {
        let moment = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let named = path.to_str().filter(|text| text.contains("{time}"));
        let path = named.map_or_else(|| path.to_owned(), |text| PathBuf::from(text.replace("{time}", &moment)));
        let wrong = |e: &io::Error| match e.kind() {
            io::ErrorKind::AlreadyExists => {
                Fault::new(FaultKind::Invalid, format!("the journal {} is there already", path.display()))
                    .hint("name a file that is not there: a journal is never written over another file")
            }
            _ => Fault::new(FaultKind::Unavailable, format!("the journal {} cannot be made: {e}", path.display())),
        };
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(|e| wrong(&e))?;
        Self::on(file, &path, (MOST, WAITING), Arc::new(tell)).map_err(|e| {
            let _gone = fs::remove_file(&path);
            wrong(&e)
        })
    }

    /// A journal of at most so many bytes, for which at most so many facts wait.
    fn on(
        paper: impl Paper + Send + 'static,
        path: &Path,
        (most, waiting): (u64, usize),
        tell: Tell,
    ) -> io::Result<Self> {
        let (facts, told) = sync_channel(waiting);
        let (end, ended) = channel();
        let slow = Arc::new(AtomicBool::new(false));
        let (slowly, say, place) = (Arc::clone(&slow), Arc::clone(&tell), path.to_owned());
        let work = move || {
            let why = write(&told, &slowly, &mut Pages::new(paper), most);
            // From here on nobody's fact waits any more.
            drop(told);
            // That the disk is slow was said when it was.
            if let Some(why) = why.as_ref().filter(|_| !slowly.load(Ordering::Acquire)) {
                say(stopped(&place, why));
            }
            let _nobody_waits = end.send(why);
        };
        std::thread::Builder::new().name("journal".into()).spawn(work)?;
        Ok(Self { path: path.to_owned(), facts: Some(facts), slow, ended: Some(ended), tell })
    }

    /// Notes that a state begins, with this memory.
    pub fn begin(&mut self, app: &App, memory: Memory) {
        if self.facts.is_some() {
            self.take(Told::Begin(Box::new(Begin::of(app, memory))));
        }
    }

    /// Notes a fact that is about to reach the state.
    pub fn note(&mut self, app: &App, event: &Event) {
        if self.facts.is_some() {
            self.take(Told::Fact(Box::new(app.discreet(event))));
        }
    }

    fn take(&mut self, told: Told) {
        let Some(facts) = &self.facts else { return };
        match facts.try_send(told) {
            Ok(()) => {}
            // It has ended, and has said so.
            Err(TrySendError::Disconnected(_)) => self.facts = None,
            // A fact that is left out leaves nothing to be told behind it.
            Err(TrySendError::Full(_)) => {
                self.slow.store(true, Ordering::Release);
                self.facts = None;
                (self.tell)(stopped(&self.path, SLOW));
            }
        }
    }

    /// Writes what is still waiting, and gives why it ended before the run did, if it did.
    pub fn close(&mut self) -> Option<Fault> {
        self.facts = None;
        let why = match self.ended.take()?.recv_timeout(LAST) {
            Ok(why) => why?,
            Err(RecvTimeoutError::Timeout) => format!("the disk took nothing more for {} s", LAST.as_secs()),
            Err(RecvTimeoutError::Disconnected) => "the thread that wrote it panicked".to_owned(),
        };
        Some(stopped(&self.path, &why))
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        let _said = self.close();
    }
}

fn stopped(path: &Path, why: &str) -> Fault {
    Fault::new(FaultKind::Unavailable, format!("the journal {} has stopped: {why}", path.display()))
        .hint("what happened up to there can be told all the same: `qd replay`")
}

/// Writes lines until nobody tells any more, the file is full, or the disk takes no more; why, where it ends before nobody
/// tells. What was told last is on the disk whenever nothing waits: it is what a report of a crash is about.
fn write(told: &Receiver<Told>, slow: &AtomicBool, pages: &mut Pages<impl Paper>, most: u64) -> Option<String> {
    let mut written = 0;
    let mut calls = Vec::new();
    let why = loop {
        let next = match told.try_recv() {
            Err(TryRecvError::Empty) => {
                if let Err(e) = pages.flush() {
                    return Some(torn(pages, &e));
                }
                told.recv().ok()
            }
            other => other.ok(),
        };
        let line = match next {
            Some(Told::Begin(begin)) => Line::Begin(begin),
            Some(Told::Fact(event)) => Line::Fact(Held::of(thinned(*event, &mut calls))),
            None => break slow.load(Ordering::Acquire).then(|| SLOW.to_owned()),
        };
        let text = text(&line);
        written += text.len() as u64;
        if written > most {
            break Some(format!("it is full: {most} bytes"));
        }
        if let Err(e) = pages.add(&text) {
            return Some(torn(pages, &e));
        }
    };
    let end = why.as_ref().map(|why| text(&Line::End(why.clone()))).unwrap_or_default();
    match pages.add(&end).and_then(|()| pages.flush()) {
        Ok(()) => why,
        Err(e) => Some(torn(pages, &e)),
    }
}

/// Ends a file that the disk takes no more of, and gives why.
fn torn(pages: &mut Pages<impl Paper>, error: &io::Error) -> String {
    let why = format!("the disk takes no more: {error}");
    pages.end_torn(&text(&Line::End(why.clone())));
    why
}

/// A line with its end; empty for what cannot be written as one.
fn text(line: &Line) -> Vec<u8> {
    serde_json::to_vec(line).map(|text| [text, b"\n".to_vec()].concat()).unwrap_or_default()
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
mod tests;
