//! A terminal with a program in it: what a person would see, type, and find after it has ended.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::process;

/// How long a screen may take to come. Generous: the machine may be building something else.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program in a terminal. Dropping it ends the program.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    seen: Arc<Mutex<Seen>>,
    /// The modes of the line before the program began.
    before: String,
}

/// What has come out so far.
struct Seen {
    terminal: vt100::Parser,
    bytes: Vec<u8>,
    ended: bool,
}

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a terminal with cells")
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

impl Pty {
    /// Runs a program in a terminal of so many columns and rows.
    pub fn spawn(command: CommandBuilder, size: (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(pty_size(size)).expect("a pseudo terminal");
        let before = modes(&*pair.master);
        let child = pair.slave.spawn_command(command).expect("the built program");
        drop(pair.slave);
        let terminal = vt100::Parser::new(cells(size.1), cells(size.0), 0);
        let seen = Arc::new(Mutex::new(Seen { terminal, bytes: Vec::new(), ended: false }));
        let reader = pair.master.try_clone_reader().expect("the terminal's output");
        let into = Arc::clone(&seen);
        thread::spawn(move || read(reader, &into));
        let keyboard = pair.master.take_writer().expect("the terminal's input");
        Self { child, master: pair.master, keyboard, seen, before }
    }

    fn with<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The program's number.
    pub fn id(&self) -> u32 {
        self.child.process_id().expect("a program that was started")
    }

    /// Types.
    pub fn keys(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).expect("the terminal's input");
        self.keyboard.flush().expect("the terminal's input");
    }

    /// The screen as text, a line a row.
    pub fn screen(&self) -> String {
        self.with(|seen| {
            let cols = seen.terminal.screen().size().1.get();
            let rows: Vec<String> = seen.terminal.screen().rows(0, cols).map(|row| row.trim_end().to_owned()).collect();
            rows.join("\n")
        })
    }

    /// Everything that came out.
    pub fn bytes(&self) -> Vec<u8> {
        self.with(|seen| seen.bytes.clone())
    }

    /// Waits for the first byte that comes out.
    pub fn wait_byte(&self) {
        let until = Instant::now() + PATIENCE;
        while self.with(|seen| seen.bytes.is_empty()) {
            assert!(Instant::now() < until, "nothing came out");
            thread::sleep(Duration::from_micros(50));
        }
    }

    /// Whether the second screen is shown.
    pub fn is_open(&self) -> bool {
        self.with(|seen| seen.terminal.screen().alternate_screen())
    }

    /// Waits until the screen is as wished, and gives it.
    pub fn wait(&self, what: &str, wished: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if wished(&screen) {
                return screen;
            }
            assert!(Instant::now() < until, "never came: {what}\n{screen}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until a text is on the screen.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text))
    }

    /// Waits until a text has left the screen.
    pub fn wait_gone(&self, text: &str) -> String {
        self.wait(&format!("a screen without {text}"), |screen| !screen.contains(text))
    }

    /// Changes the size of the terminal, which tells the program.
    pub fn resize(&self, size: (u16, u16)) {
        self.with(|seen| seen.terminal.screen_mut().set_size(cells(size.1), cells(size.0)));
        self.master.resize(pty_size(size)).expect("a terminal");
    }

    /// Sends the program a signal by its name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        process::signal(self.id(), name);
    }

    /// Waits for the program's end, and gives its exit code.
    pub fn exit_code(&mut self) -> u32 {
        let until = Instant::now() + PATIENCE;
        let code = loop {
            match self.child.try_wait().expect("a child of this process") {
                Some(status) => break status.exit_code(),
                None => assert!(Instant::now() < until, "it did not end\n{}", self.screen()),
            }
            thread::sleep(Duration::from_millis(10));
        };
        while !self.with(|seen| seen.ended) && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        code
    }

    /// Demands that the terminal is as it was before: first screen, cursor, no modes left, the line as it was.
    pub fn assert_restored(&self) {
        let bytes = self.bytes();
        let tail = String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(400)..]).replace('\x1b', "␛");
        let (open, hidden, paste) = self.with(|seen| {
            let screen = seen.terminal.screen();
            (screen.alternate_screen(), screen.hide_cursor(), screen.bracketed_paste())
        });
        let mouse = self.with(|seen| seen.terminal.screen().mouse_protocol_mode());
        assert!(!open, "still on the second screen: {tail}");
        assert!(!hidden, "no cursor: {tail}");
        assert!(!paste, "pasted text is still bracketed: {tail}");
        assert_eq!(mouse, vt100::MouseProtocolMode::None, "{tail}");
        let at = |mark: &[u8]| bytes.windows(mark.len()).rposition(|part| part == mark);
        assert!(at(b"\x1b[?1049l") > at(b"\x1b[?1049h"), "the second screen was left last: {tail}");
        assert!(at(b"\x1b[?25h") > at(b"\x1b[?25l"), "the cursor was shown last: {tail}");
        assert_eq!(modes(&*self.master), self.before, "the line's modes are as before");
    }

    /// Demands that the line is in raw mode, as it is while the console is open.
    pub fn assert_raw(&self) {
        assert_ne!(modes(&*self.master), self.before, "raw mode");
    }
}

/// The modes of the line, to be compared.
fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

fn read(mut reader: Box<dyn Read + Send>, into: &Mutex<Seen>) {
    let mut buffer = [0; 16_384];
    loop {
        // On Linux a terminal whose last user has gone gives an error instead of an end.
        let count = reader.read(&mut buffer).unwrap_or(0);
        let mut seen = into.lock().unwrap_or_else(PoisonError::into_inner);
        if count == 0 {
            seen.ended = true;
            return;
        }
        seen.bytes.extend_from_slice(&buffer[..count]);
        seen.terminal.process(&buffer[..count]);
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A stopped program takes the kill as well.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
