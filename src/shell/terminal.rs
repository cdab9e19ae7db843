//! The terminal: taken, drawn on, lent, and given back as it was found.
//!
//! Whatever ends the program gives the screen back: leaving, an error, a panic, a signal. A frame is gathered in
//! memory and written at once between the marks of a synchronised update, so that no half of it is ever seen.

mod capabilities;
mod crash;
mod escape;
mod hold;
mod weave;

use std::{
    future::poll_fn,
    io::{self, IsTerminal as _},
    path::PathBuf,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
};

use crossterm::event::{Event, EventStream};
use futures::StreamExt as _;
use ratatui::{Frame, backend::CrosstermBackend};
use signal_hook::{consts::SIGTSTP, low_level::emulate_default_handler};

pub use capabilities::{Capabilities, Multiplexer};
pub use escape::{CLIPBOARD_MOST, link};
pub use hold::{is_lent, restore};

use crate::{
    model::{Fault, FaultKind},
    ui::spots::Spot,
};

/// How the terminal is taken.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether clicks and the wheel are asked for. The terminal's own selection then needs Shift.
    pub mouse: bool,
    /// Where a panic is written in full; no file without it.
    pub crash_log: Option<PathBuf>,
    /// What the environment says of the terminal.
    pub capabilities: Capabilities,
    /// Whether names are made clickable (OSC 8).
    pub hyperlinks: bool,
}

/// What became of a text that was to be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// All of it was handed to the terminal. Whether the terminal took it cannot be known (OSC 52 has no answer).
    All,
    /// Only so many bytes of it: a terminal takes no more at once ([`CLIPBOARD_MOST`]).
    First(usize),
}

/// The screen, the keyboard and the mouse. Dropping it gives them back.
pub struct Terminal {
    inner: ratatui::Terminal<CrosstermBackend<Frames>>,
    frames: Frames,
    events: Option<EventStream>,
    options: Options,
}

impl Terminal {
    /// Takes the terminal: raw mode, the second screen, pasted text in brackets, no cursor. Nothing is written
    /// before the first [`draw`](Self::draw), which then writes everything at once.
    ///
    /// # Errors
    /// [`FaultKind::Unavailable`] where standard output is no terminal, or one that cannot move its cursor.
    pub fn enter(options: Options) -> Result<Self, Fault> {
        if !io::stdout().is_terminal() {
            return Err(no_screen("standard output is not a terminal"));
        }
        if options.capabilities.dumb {
            return Err(no_screen("TERM says that this terminal cannot move its cursor"));
        }
        crash::install(options.crash_log.clone());
        let frames = Frames::default();
        hold::take().map_err(|e| no_screen(&format!("the terminal cannot be put into raw mode: {e}")))?;
        frames.add(&escape::enter(options.mouse));
        let inner = ratatui::Terminal::new(CrosstermBackend::new(frames.clone())).map_err(|e| {
            hold::restore();
            no_screen(&format!("the size of the terminal cannot be read: {e}"))
        })?;
        Ok(Self { inner, frames, events: None, options })
    }

    /// Draws a frame, and writes what changed since the last one. `render` is told whether links are wanted, and gives
    /// where on the frame there are some.
    ///
    /// # Errors
    /// When the terminal is gone, or was given back because of a panic or a signal.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>, bool) -> Vec<Spot>) -> io::Result<()> {
        let linked = self.options.hyperlinks;
        self.inner.draw(|frame| {
            let spots = render(frame, linked);
            weave::weave(frame.buffer_mut(), &spots);
        })?;
        self.frames.send()
    }

    /// Has the next frame drawn in full, on a cleared screen.
    ///
    /// # Errors
    /// When the size of the terminal cannot be read.
    pub fn redraw(&mut self) -> io::Result<()> {
        let size = self.inner.size()?;
        self.inner.resize(ratatui::layout::Rect::from((ratatui::layout::Position::ORIGIN, size)))
    }

    /// The next key, click, paste or change of size; `None` when the keyboard is gone. Nothing is lost when the
    /// future is dropped before it is ready.
    pub async fn event(&mut self) -> Option<io::Result<Event>> {
        self.events.get_or_insert_with(EventStream::new).next().await
    }

    /// What was sent already; `None` where nothing waits to be read.
    pub async fn event_at_once(&mut self) -> Option<io::Result<Event>> {
        let mut next = self.events.get_or_insert_with(EventStream::new).next();
        poll_fn(|cx| match Pin::new(&mut next).poll(cx) {
            Poll::Ready(sent) => Poll::Ready(sent),
            Poll::Pending => Poll::Ready(None),
        })
        .await
    }

    /// Gives the terminal to `run` (a child process in the foreground), and takes it again after. No key is read in
    /// the meantime, and Ctrl-C is the child's alone.
    ///
    /// # Errors
    /// When the terminal cannot be taken again.
    pub fn lend<T>(&mut self, run: impl FnOnce() -> T) -> io::Result<T> {
        self.give_back();
        hold::lend(true);
        let out = run();
        // What was typed or pasted for the program is nothing for the console.
        #[cfg(unix)]
        let _kept = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
        hold::lend(false);
        self.take_again()?;
        Ok(out)
    }

    /// Gives the terminal back and stops the process as Ctrl-Z would; returns when it is continued.
    ///
    /// # Errors
    /// When the process cannot stop, or the terminal cannot be taken again.
    pub fn suspend(&mut self) -> io::Result<()> {
        self.give_back();
        let stopped = emulate_default_handler(SIGTSTP);
        self.take_again()?;
        stopped
    }

    /// Takes the terminal again after a stop that gave no time to give it back (SIGSTOP): the shell has changed its
    /// modes since.
    ///
    /// # Errors
    /// When the terminal cannot be taken again.
    pub fn resume(&mut self) -> io::Result<()> {
        hold::restore();
        self.take_again()
    }

    /// Puts text into the clipboard of whoever looks at the screen, over ssh, tmux and screen as well (OSC 52).
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<Copied> {
        let (bytes, copied) = escape::clipboard(text, self.options.capabilities.multiplexer);
        self.frames.add(&bytes);
        self.frames.send()?;
        Ok(copied)
    }

    /// Sets the title of the window; the old one comes back at the end, where the terminal keeps titles.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn title(&mut self, title: &str) -> io::Result<()> {
        self.frames.add(&escape::title(title));
        self.frames.send()
    }

    /// Rings the bell.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn bell(&mut self) -> io::Result<()> {
        self.frames.add(b"\x07");
        self.frames.send()
    }

    /// What the environment says of the terminal.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        &self.options.capabilities
    }

    fn give_back(&mut self) {
        // A stream that lives on would take the keys that are meant for the child.
        self.events = None;
        hold::restore();
    }

    fn take_again(&mut self) -> io::Result<()> {
        hold::take()?;
        self.frames.drop_all();
        self.frames.add(&escape::enter(self.options.mouse));
        self.redraw()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.events = None;
        hold::restore();
    }
}

fn no_screen(why: &str) -> Fault {
    Fault::new(FaultKind::Unavailable, why)
        .hint("`qd get <view>` prints the same rows without a screen, and `qd tree` the organisation")
}

/// What is to be written, until it is sent. Shared with the backend, whose many flushes must not part a frame.
#[derive(Clone, Default)]
struct Frames(Arc<Mutex<Vec<u8>>>);

impl Frames {
    fn with<T>(&self, act: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, bytes: &[u8]) {
        self.with(|all| all.extend_from_slice(bytes));
    }

    fn drop_all(&self) {
        self.with(Vec::clear);
    }

    /// Writes everything at once, unless the terminal was given back.
    fn send(&self) -> io::Result<()> {
        self.with(|all| {
            let sent = hold::write(&[escape::BEGIN, all, escape::END].concat());
            all.clear();
            sent
        })
    }
}

impl io::Write for Frames {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
