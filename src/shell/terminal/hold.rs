//! Whether the terminal is held, known to the whole process: the panic hook and the signal thread give it back too.

use std::{
    io::{self, Write as _},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use super::escape;

/// The terminal is in raw mode on its second screen.
static HELD: AtomicBool = AtomicBool::new(false);
/// A child process in the foreground has it.
static LENT: AtomicBool = AtomicBool::new(false);

/// Puts the terminal into raw mode. The caller writes [`escape::enter`] with its first frame.
pub(super) fn take() -> io::Result<()> {
    enable_raw_mode()?;
    HELD.store(true, Ordering::SeqCst);
    Ok(())
}

/// Gives the terminal back as it was found. Does nothing where it is not held; safe from any thread.
pub fn restore() {
    if !HELD.swap(false, Ordering::SeqCst) {
        return;
    }
    // A terminal that is gone (SIGHUP) takes neither, and needs neither.
    let mut out = io::stdout().lock();
    let _gone = out.write_all(escape::LEAVE).and_then(|()| out.flush());
    let _gone = disable_raw_mode();
}

/// Whether the terminal is held now.
pub(super) fn is_held() -> bool {
    HELD.load(Ordering::SeqCst)
}

/// Whether a child process in the foreground has the terminal: Ctrl-C is then meant for it.
#[must_use]
pub fn is_lent() -> bool {
    LENT.load(Ordering::SeqCst)
}

pub(super) fn lend(lent: bool) {
    LENT.store(lent, Ordering::SeqCst);
}

/// Writes to the terminal if it is held.
pub(super) fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if !is_held() {
        return Err(io::Error::new(io::ErrorKind::NotConnected, "the terminal was given back"));
    }
    out.write_all(bytes)?;
    out.flush()
}
