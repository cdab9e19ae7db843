//! Lines on a disk that may be full: whatever happens, what is there ends with a whole line, and says why where it can.

use std::{
    fs::File,
    io::{self, Seek as _, SeekFrom, Write},
};

/// Bytes that wait for each other at most.
const PAGE: usize = 64 * 1024;

/// What lines are written on.
pub trait Paper: Write {
    /// Takes away what is behind this byte, and goes on from there.
    ///
    /// # Errors
    /// Where nothing can be taken away, as from a device.
    fn cut(&mut self, at: u64) -> io::Result<()>;
}

impl Paper for File {
    fn cut(&mut self, at: u64) -> io::Result<()> {
        self.set_len(at)?;
        self.seek(SeekFrom::Start(at)).map(drop)
    }
}

/// Lines, written by the page.
pub struct Pages<P> {
    paper: P,
    /// What is not written yet; after a failure, what was written of it.
    waiting: Vec<u8>,
    /// Bytes before that.
    written: u64,
}

impl<P: Paper> Pages<P> {
    /// On an empty paper.
    pub fn new(paper: P) -> Self {
        Self { paper, waiting: Vec::new(), written: 0 }
    }

    /// Adds a line with its end.
    ///
    /// # Errors
    /// Where the paper takes no more; only [`Pages::end_torn`] makes sense then.
    pub fn add(&mut self, line: &[u8]) -> io::Result<()> {
        self.waiting.extend_from_slice(line);
        if self.waiting.len() < PAGE { Ok(()) } else { self.flush() }
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// As [`Pages::add`].
    pub fn flush(&mut self) -> io::Result<()> {
        let mut done = 0;
        let result = loop {
            if done == self.waiting.len() {
                break Ok(());
            }
            match self.paper.write(&self.waiting[done..]) {
                Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                Ok(more) => done += more,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => break Err(e),
            }
        };
        if result.is_ok() {
            self.written += done as u64;
            self.waiting.clear();
        } else {
            self.waiting.truncate(done);
        }
        result
    }

    /// Writes the last line after a failure: over the last whole lines before it, since behind them there is no room.
    /// Where not even that can be written, what is there ends with a whole line all the same.
    pub fn end_torn(&mut self, line: &[u8]) {
        let room = self.waiting.len().saturating_sub(line.len());
        let kept = self.waiting[..room].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let at = self.written + kept as u64;
        let done = self.paper.cut(at).and_then(|()| self.paper.write_all(line)).and_then(|()| self.paper.flush());
        if done.is_err() {
            // A device keeps what it has: there is nothing else to be done.
            let _kept = self.paper.cut(at);
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A paper with room for so many bytes, that takes a few at a time.
    pub struct Small {
        pub bytes: Vec<u8>,
        pub room: usize,
    }

    impl Write for Small {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let left = self.room - self.bytes.len();
            if left == 0 && !bytes.is_empty() {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let taken = bytes.len().min(left).min(7);
            self.bytes.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Paper for Small {
        fn cut(&mut self, at: u64) -> io::Result<()> {
            self.bytes.truncate(usize::try_from(at).unwrap());
            Ok(())
        }
    }

    #[test]
    fn what_a_full_disk_has_ends_with_a_whole_line_that_says_so() {
        for room in 0..120 {
            let mut pages = Pages::new(Small { bytes: Vec::new(), room });
            let mut failed = false;
            for n in 0..20 {
                failed = pages.add(format!("line {n:02}\n").as_bytes()).and_then(|()| pages.flush()).is_err();
                if failed {
                    pages.end_torn(b"full\n");
                    break;
                }
            }
            assert!(failed, "160 bytes do not fit into {room}");
            let text = String::from_utf8(pages.paper.bytes).unwrap();
            assert!(text.is_empty() || text.ends_with('\n'), "{room}: {text:?}");
            assert!(text.len() <= room);
            // Of a page that is written in one go, so much is known that the end has room.
            let mut pages = Pages::new(Small { bytes: Vec::new(), room });
            for n in 0..20 {
                pages.add(format!("line {n:02}\n").as_bytes()).unwrap();
            }
            pages.flush().unwrap_err();
            pages.end_torn(b"full\n");
            let text = String::from_utf8(pages.paper.bytes).unwrap();
            assert!(room < 5 || text.ends_with("full\n"), "{room}: {text:?}");
            assert!(text.lines().all(|line| line == "full" || line.len() == 7), "{room}: {text:?}");
        }
    }

    #[test]
    fn a_device_without_room_is_no_matter_of_panic() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut pages = Pages::new(full);
        pages.add(b"line\n").unwrap();
        assert_eq!(pages.flush().unwrap_err().kind(), io::ErrorKind::StorageFull);
        pages.end_torn(b"full\n");
    }
}
