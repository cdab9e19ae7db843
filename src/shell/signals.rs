//! Signals: what the system says to the process, as facts for the loop.
//!
//! They are caught on a thread of their own, so that a loop that hangs can still be ended from outside with the
//! terminal given back.

use std::{
    io, process,
    sync::{Arc, OnceLock, mpsc as std_mpsc},
    thread,
    time::Duration,
};

use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP},
    iterator,
    low_level::emulate_default_handler,
};
use tokio::sync::mpsc;

use super::terminal;

/// How long the loop has for an orderly end before the process is ended for it.
const GRACE: Duration = Duration::from_secs(2);
/// How long giving the terminal back may take then: a terminal that takes no more bytes would block it for ever.
const LAST: Duration = Duration::from_millis(500);

/// What is done right before the process is ended from here, once it is known.
type Last = Arc<OnceLock<Box<dyn Fn() + Send + Sync>>>;

/// What the system asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: end.
    Terminate,
    /// SIGHUP: end, the terminal is gone.
    Hangup,
    /// SIGINT from outside (Ctrl-C on the keyboard is a key): end.
    Interrupt,
    /// SIGQUIT: end.
    Quit,
    /// SIGTSTP: give the terminal back and stop.
    Suspend,
    /// SIGCONT: the process goes on, and the terminal may have been changed meanwhile.
    Continue,
}

impl Signal {
    /// The number of the signal.
    #[must_use]
    pub const fn number(self) -> i32 {
        match self {
            Self::Terminate => SIGTERM,
            Self::Hangup => SIGHUP,
            Self::Interrupt => SIGINT,
            Self::Quit => SIGQUIT,
            Self::Suspend => SIGTSTP,
            Self::Continue => SIGCONT,
        }
    }

    /// The exit code of a process that this signal ended, 128 + its number as shells have it; `None` if it ends none.
    #[must_use]
    pub fn exit_code(self) -> Option<u8> {
        match self {
            Self::Suspend | Self::Continue => None,
            ends => u8::try_from(128 + ends.number()).ok(),
        }
    }

    fn from_number(number: i32) -> Option<Self> {
        [Self::Terminate, Self::Hangup, Self::Interrupt, Self::Quit, Self::Suspend, Self::Continue]
            .into_iter()
            .find(|s| s.number() == number)
    }
}

/// The signals of the process, in the order of their arrival.
pub struct Signals {
    arrived: mpsc::UnboundedReceiver<Signal>,
    handle: iterator::Handle,
    last: Last,
}

impl Signals {
    /// Catches the signals from now on, which has to be before the terminal is taken: from then on the system's own way
    /// to end a process would leave it raw. Needs no runtime. The first that ends the process gives the loop two
    /// seconds; a second one, or the end of that time, gives the terminal back, does what is to be done last, and ends
    /// the process at once. So it comes where the loop waits for a program that has the terminal.
    ///
    /// # Errors
    /// When the system refuses the handlers or the thread.
    pub fn listen() -> io::Result<Self> {
        let last = Last::default();
        let heard = Arc::clone(&last);
        let mut signals = iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])?;
        let handle = signals.handle();
        let (tell, arrived) = mpsc::unbounded_channel();
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            let mut ending = false;
            for signal in signals.forever().filter_map(Signal::from_number) {
                on_signal(signal, &mut ending, &tell, &heard);
            }
        })?;
        Ok(Self { arrived, handle, last })
    }

    /// What is to be done before the process is ended from here. The first word counts.
    pub fn at_last(&self, last: impl Fn() + Send + Sync + 'static) {
        let _said = self.last.set(Box::new(last));
    }

    /// The next signal. Nothing is lost when the future is dropped before it is ready.
    pub async fn next(&mut self) -> Signal {
        match self.arrived.recv().await {
            Some(signal) => signal,
            // The thread ends only with this value.
            None => std::future::pending().await,
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.handle.close();
    }
}

fn on_signal(signal: Signal, ending: &mut bool, tell: &mpsc::UnboundedSender<Signal>, last: &Last) {
    if terminal::is_lent() && matches!(signal, Signal::Interrupt | Signal::Quit) {
        // The keyboard sends it to the whole foreground group; it is meant for the child.
        return;
    }
    if terminal::is_lent() && signal == Signal::Suspend {
        // The child stops as well; the shell gets its turn only when the whole group has stopped.
        let _refused = emulate_default_handler(SIGTSTP);
        return;
    }
    if let Some(code) = signal.exit_code() {
        if std::mem::replace(ending, true) {
            end(code, last);
        }
        let last = Arc::clone(last);
        thread::spawn(move || {
            thread::sleep(GRACE);
            end(code, &last);
        });
    }
    // A loop that listens no more is about to end anyway.
    let _gone = tell.send(signal);
}

/// Gives the terminal back and does what is to be done last, as far as both take no longer than they may, and ends the
/// process.
fn end(code: u8, last: &Last) -> ! {
    let (done, wait) = std_mpsc::channel();
    let told = done.clone();
    thread::spawn(move || {
        terminal::restore();
        let _gone = done.send(());
    });
    let last = Arc::clone(last);
    thread::spawn(move || {
        if let Some(last) = last.get() {
            last();
        }
        let _gone = told.send(());
    });
    for _both in 0..2 {
        let _late = wait.recv_timeout(LAST);
    }
    process::exit(i32::from(code));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_shells() {
        assert_eq!(Signal::Terminate.exit_code(), Some(143));
        assert_eq!(Signal::Hangup.exit_code(), Some(129));
        assert_eq!(Signal::Interrupt.exit_code(), Some(130));
        assert_eq!(Signal::Suspend.exit_code(), None);
        assert_eq!(Signal::from_number(SIGTERM), Some(Signal::Terminate));
        assert_eq!(Signal::from_number(0), None);
    }

    #[tokio::test]
    async fn a_signal_arrives_as_a_fact() {
        let mut signals = Signals::listen().unwrap();
        signal_hook::low_level::raise(SIGCONT).unwrap();
        let got = tokio::time::timeout(Duration::from_secs(5), signals.next()).await.unwrap();
        assert_eq!(got, Signal::Continue);
    }
}
