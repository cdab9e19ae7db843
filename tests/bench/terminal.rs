//! A program in a terminal, with the moment at which each byte came: how long a key takes to its frame.

use std::{
    io::{Read as _, Write},
    num::NonZeroU16,
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

/// How long anything may take to come.
const LONGEST: Duration = Duration::from_mins(2);

/// The program. Dropping it ends it.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    bytes: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    begun: Instant,
    /// When the last byte that is on the screen came.
    last: Instant,
    drawn: usize,
}

impl Terminal {
    /// Runs a program in a terminal of so many columns and rows.
    pub fn spawn(command: CommandBuilder, (cols, rows): (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let (tell, bytes) = channel();
        let begun = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        std::thread::spawn(move || {
            // Lives as long as its reader: the terminal must not close before the program ends.
            let _master = pair.master;
            let mut buffer = vec![0; 65_536];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if tell.send((Instant::now(), buffer[..n].to_vec())).is_err() {
                    break;
                }
            }
        });
        let cells = |n| NonZeroU16::new(n).unwrap();
        Self {
            child,
            keyboard,
            bytes,
            screen: vt100::Parser::new(cells(rows), cells(cols), 0),
            begun,
            last: begun,
            drawn: 0,
        }
    }

    /// The program's number.
    pub fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Seconds since it was started.
    pub fn elapsed(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// Bytes that came so far.
    pub fn drawn(&self) -> usize {
        self.drawn
    }

    /// Types.
    pub fn keys(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Takes in what has come.
    pub fn drain(&mut self) {
        while let Ok((at, bytes)) = self.bytes.try_recv() {
            self.take(at, &bytes);
        }
    }

    fn take(&mut self, at: Instant, bytes: &[u8]) {
        self.last = at;
        self.drawn += bytes.len();
        self.screen.process(bytes);
    }

    /// What is on the screen now, a line a row.
    pub fn screen(&mut self) -> String {
        self.drain();
        self.text()
    }

    fn text(&self) -> String {
        let cols = self.screen.screen().size().1.get();
        self.screen.screen().rows(0, cols).collect::<Vec<_>>().join("\n")
    }

    /// Waits until the screen is as wished, and gives the seconds from the start to the byte that made it so.
    pub fn wait(&mut self, what: &str, wished: impl Fn(&str) -> bool) -> f64 {
        self.until(what, self.begun, &wished) / 1_000.0
    }

    /// Presses a key, and gives the milliseconds from there to the byte that made the screen as wished.
    pub fn press(&mut self, key: &str, wished: &dyn Fn(&str) -> bool) -> f64 {
        self.drain();
        let begun = Instant::now();
        self.keys(key);
        self.until(key, begun, wished)
    }

    /// Waits so many seconds at most until the screen is as wished, and gives the seconds from the start to the byte that
    /// made it so.
    pub fn within(&mut self, seconds: f64, wished: impl Fn(&str) -> bool) -> Option<f64> {
        let last = self.reach(Instant::now() + Duration::from_secs_f64(seconds), &wished)?;
        Some(last.saturating_duration_since(self.begun).as_secs_f64())
    }

    fn until(&mut self, what: &str, begun: Instant, wished: &dyn Fn(&str) -> bool) -> f64 {
        match self.reach(Instant::now() + LONGEST, wished) {
            Some(last) => last.saturating_duration_since(begun).as_secs_f64() * 1_000.0,
            None => panic!("never came: {what:?}\n{}", self.text()),
        }
    }

    /// When the byte came that made the screen as wished, if it came before that moment.
    fn reach(&mut self, before: Instant, wished: &dyn Fn(&str) -> bool) -> Option<Instant> {
        loop {
            if wished(&self.text()) {
                return Some(self.last);
            }
            let left = before.saturating_duration_since(Instant::now());
            let (at, bytes) = self.bytes.recv_timeout(left).ok().filter(|_| !left.is_zero())?;
            self.take(at, &bytes);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// The most memory that a process has held so far, in kB (`VmHWM`); 0 where it has ended.
pub fn peak(id: u32) -> u64 {
    status(id, "VmHWM:")
}

/// A line of a process's status, in kB.
pub fn status(id: u32, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(0)
}

/// The value below which so many of a hundred lie.
pub fn percentile(times: &mut [f64], of: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = (times.len() * of / 100).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or(f64::NAN)
}
