//! What a panic leaves behind: the terminal as it was, a line that can be read, and a file with the rest.

use std::{
    backtrace::Backtrace,
    fs::OpenOptions,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    panic::{self, PanicHookInfo},
    path::{Path, PathBuf},
    sync::Once,
    thread::{self, ThreadId},
};

use super::hold;

static INSTALLED: Once = Once::new();

/// Installs the hook, once for the process. The calling thread is the one that draws: a panic there ends the
/// program and gives the terminal back first. A panic in any other thread ends one task only, whose caller reports
/// it; writing it on the screen would spoil the frame, so it goes to the file alone.
pub(super) fn install(log: Option<PathBuf>) {
    let screen = thread::current().id();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| on_panic(info, screen, log.as_deref(), &*before)));
    });
}

fn on_panic(info: &PanicHookInfo<'_>, screen: ThreadId, log: Option<&Path>, before: &dyn Fn(&PanicHookInfo<'_>)) {
    let held = hold::is_held();
    let logged = log.is_some_and(|path| append(path, info).is_ok());
    if held && thread::current().id() != screen {
        return;
    }
    hold::restore();
    before(info);
    if let Some(path) = log.filter(|_| logged) {
        // Standard error may be closed; then there is nobody to tell.
        let _gone = writeln!(io::stderr(), "The crash is written in full to {}", path.display());
    }
}

/// Appends the panic with its backtrace. The file is for its owner's eyes: a message may name accounts.
fn append(path: &Path, info: &PanicHookInfo<'_>) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    let thread = thread::current();
    let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let (version, name) = (env!("CARGO_PKG_VERSION"), thread.name().unwrap_or("?"));
    writeln!(file, "{at} qd {version}, thread {name}: {info}\n{}", Backtrace::force_capture())
}
