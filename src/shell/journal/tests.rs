//! A journal ends where it has to, says so, and leaves no gap.

use std::{
    io::Write,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{pages::tests::Small, *};

/// A paper that can be looked at, and held back, while it is written.
#[derive(Clone)]
struct Shared(Arc<Mutex<Small>>);

impl Shared {
    fn new(room: usize) -> Self {
        Self(Arc::new(Mutex::new(Small { bytes: Vec::new(), room })))
    }

    fn lock(&self) -> MutexGuard<'_, Small> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lines(&self) -> Vec<Line> {
        let text = String::from_utf8(self.lock().bytes.clone()).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'), "{text:?}");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The line of the end, where there is one.
    fn end(&self) -> Option<String> {
        self.lines().pop().and_then(|line| if let Line::End(why) = line { Some(why) } else { None })
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Paper for Shared {
    fn cut(&mut self, at: u64) -> io::Result<()> {
        self.lock().cut(at)
    }
}

/// A journal on this paper, and what it says.
fn on(paper: impl Paper + Send + 'static, limits: (u64, usize)) -> (Journal, Receiver<Fault>) {
    let (said, heard) = channel();
    let said = Mutex::new(said);
    let tell = move |fault| drop(said.lock().unwrap().send(fault));
    (Journal::on(paper, Path::new("run.jsonl"), limits, Arc::new(tell)).unwrap(), heard)
}

fn notice(n: usize) -> Told {
    Told::Fact(Box::new(Event::Notice(format!("notice {n}"))))
}

#[test]
fn a_journal_has_an_end_and_says_so() {
    for (most, whole) in [(1_000_000, true), (1_000, false)] {
        let paper = Shared::new(usize::MAX);
        let (mut journal, heard) = on(paper.clone(), (most, 1_000));
        (0..100).for_each(|n| journal.take(notice(n)));
        let fault = journal.close();
        assert_eq!((fault.is_none(), paper.lines().len() == 100), (whole, whole));
        assert_eq!(paper.end(), (!whole).then(|| "it is full: 1000 bytes".to_owned()));
        assert_eq!(heard.try_recv().ok(), fault, "the screen is told the same");
        assert!(fault.is_none_or(|f| f.message == "the journal run.jsonl has stopped: it is full: 1000 bytes"));
    }
}

#[test]
fn a_full_disk_ends_it_with_a_word_on_the_screen_and_in_the_file() {
    let paper = Shared::new(2_000);
    let (mut journal, heard) = on(paper.clone(), (MOST, 1_000));
    (0..100).for_each(|n| journal.take(notice(n)));
    let fault = heard.recv_timeout(LAST).unwrap();
    assert!(fault.message.contains("run.jsonl has stopped: the disk takes no more"), "{fault}");
    assert!(paper.end().is_some_and(|why| why.contains("the disk takes no more")), "{:?}", paper.lines().last());
    assert!(paper.lines().len() > 20, "what was written before stays");
    // What comes later goes nowhere, and is not kept either.
    let before = paper.lines().len();
    (0..100).for_each(|n| journal.take(notice(n)));
    assert!(journal.facts.is_none());
    assert_eq!(journal.close(), Some(fault));
    assert_eq!((paper.lines().len(), heard.try_recv().is_err()), (before, true));
}

#[test]
fn a_device_that_is_full_ends_it_as_well() {
    let device = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (mut journal, heard) = on(device, (MOST, 1_000));
    journal.take(notice(0));
    let fault = heard.recv_timeout(LAST).unwrap();
    assert!(fault.message.contains("the disk takes no more"), "{fault}");
    assert_eq!(journal.close(), Some(fault));
}

#[test]
fn facts_do_not_wait_without_end_for_a_slow_disk() {
    let paper = Shared::new(usize::MAX);
    let (mut journal, heard) = on(paper.clone(), (MOST, 10));
    // The disk thinks: as soon as the thread finds nothing to take, or a page full, it waits for it.
    let thinks = paper.lock();
    let taken = (0..100_000).take_while(|n| {
        journal.take(notice(*n));
        journal.facts.is_some()
    });
    assert!(taken.count() < 100_000, "no more than ten wait");
    let fault = heard.try_recv().unwrap();
    assert!(fault.message.contains(SLOW), "{fault}");
    drop(thinks);
    assert_eq!(journal.close(), Some(fault));
    assert!(heard.try_recv().is_err(), "it is said once");
    assert_eq!(paper.end().as_deref(), Some(SLOW));
    let told = paper.lines().len() - 1;
    assert!(told >= 10, "{told} facts");
    for (n, line) in paper.lines().into_iter().take(told).enumerate() {
        assert!(matches!(line, Line::Fact(Held::Notice(text)) if text == format!("notice {n}")));
    }
}

#[test]
fn what_is_there_is_not_written_over() {
    let folder = std::env::temp_dir();
    let now = Timestamp::UNIX_EPOCH;
    let made = |name: &str| Journal::create(&folder.join(name), now, |_| {}).map(drop).map_err(|f| f.kind);
    let name = format!("qd-journal-{}-{{time}}", std::process::id());
    assert_eq!((made(&name), made(&name)), (Ok(()), Err(FaultKind::Invalid)));
    let path = folder.join(name.replace("{time}", "19700101T000000Z"));
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    fs::remove_file(&path).unwrap();
}
