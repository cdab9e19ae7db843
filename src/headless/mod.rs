//! The same views without a terminal: `qd get`, `qd tree`, `qd info`, `qd iam-policy`.
//!
//! What is asked for is read once, over all of its scopes side by side, into the same tables that the console fills,
//! and written to stdout in one of five forms. Nothing else goes there: progress and what could not be read go to
//! stderr. Nobody is ever asked anything.
//!
//! ```text
//! accounts ──► Org ──► select ──► plan::scopes ──► sweep ──► tables ──► (derive) ──► answer ──► output
//!                                                              └──► coverage ──► JSON or stderr ──► exit code
//! ```

mod answer;
mod borrow;
mod catalogue;
mod codes;
mod complete;
mod coverage;
mod doctor;
mod fill;
mod info;
mod logs;
mod notes;
mod organisation;
mod parent;
mod progress;
mod reader;
mod remember;
mod replay;
mod select;
mod settings;
mod sweep;
#[cfg(test)]
mod tests;
mod tree;
mod watch;

use std::{
    io::{self, IsTerminal as _, Write},
    process::ExitCode,
    time::Duration,
};

use jiff::tz::TimeZone;
use tokio::{runtime::Runtime, sync::mpsc};

pub use codes::{USAGE, exit_code};
pub use complete::{VARIABLE as COMPLETE, answer as complete, script as completions};
pub use doctor::doctor;
pub use replay::replay;
pub use settings::{config_checked, config_schema};

use crate::{
    access::{Loan, Program},
    app::plan::TREE,
    base::{self, Base},
    cli,
    model::{Fault, FaultKind},
    view::{AnyView, output},
    views::{self, VIEWS},
};
use output::Sheet;
use progress::Progress;
use reader::Reader;
use watch::Watch;

/// What a person without the console reads of a fault's hint: commands of the shell, and no keys.
#[must_use]
pub fn hint(fault: &Fault) -> String {
    output::plain(VIEWS, &fault.hint).into_owned()
}

/// A view of the catalogue.
type View = &'static dyn AnyView;

/// Writes the rows of a view to stdout. `help` in the place of the view lists the views.
///
/// # Errors
/// An unknown view, account, OU or row ([`FaultKind::Invalid`]), a connection that cannot be made, and a stdout that
/// cannot be written. What AWS refuses is no error: it is part of the answer, and of the exit code.
pub fn get(base: &Base, get: &cli::Get) -> Result<ExitCode, Fault> {
    if get.view == "help" {
        return write(|out| catalogue::write(VIEWS, out), codes::WHOLE);
    }
    let view = catalogue::find(VIEWS, &get.view)?;
    let runtime = runtime()?;
    let mut reader = runtime.block_on(async { connect(base, VIEWS) })?;
    if let Some(every) = get.watch {
        let what = format!("qd get {}", view.id());
        let watch = watching(base, every, get.output, what, view.id().0 == TREE);
        let read = async |reader: &mut Reader| answer::read(reader, view, get).await;
        return runtime.block_on(watch::go(&watch, &mut reader, read));
    }
    let answer = runtime.block_on(answer::read(&mut reader, view, get))?;
    runtime.block_on(remember::keep(base, &reader));
    runtime.shutdown_background();
    finish(&answer, get.output, answer::code(view, &answer, get.fail_on))
}

/// Writes the log of a row to stdout.
///
/// # Errors
/// A view without logs, a row that is not there, and why its log cannot be read.
pub fn logs(base: &Base, words: &cli::Logs) -> Result<ExitCode, Fault> {
    let view = catalogue::find(VIEWS, &words.view)?;
    let runtime = runtime()?;
    let mut reader = runtime.block_on(async { connect(base, VIEWS) })?;
    let whole = runtime.block_on(logs::write(&mut reader, view, words));
    runtime.shutdown_background();
    Ok(ExitCode::from(if whole? { codes::WHOLE } else { codes::WRONG }))
}

/// Writes the organisation to stdout.
///
/// # Errors
/// As [`get`].
pub fn tree(base: &Base, tree: &cli::Tree) -> Result<ExitCode, Fault> {
    let runtime = runtime()?;
    let mut reader = runtime.block_on(async { connect(base, VIEWS) })?;
    if let Some(every) = tree.watch {
        let watch = watching(base, every, tree.output, "qd tree".to_owned(), true);
        let read = async |reader: &mut Reader| Ok(tree::read(reader).await);
        return runtime.block_on(watch::go(&watch, &mut reader, read));
    }
    let drawn = runtime.block_on(tree::read(&mut reader));
    runtime.block_on(remember::keep(base, &reader));
    runtime.shutdown_background();
    finish(&drawn, tree.output, codes::of(drawn.coverage(), false, !drawn.is_empty()))
}

/// Fetches the credentials of an account for a command. The caller runs it, and settles the loan.
///
/// # Errors
/// A word that names no account, why there is no access to it, and an audit log that cannot be written.
pub fn borrow(base: &Base, exec: &cli::Exec) -> Result<(Loan, Program), Fault> {
    let runtime = runtime()?;
    let mut reader = runtime.block_on(async { connect(base, VIEWS) })?;
    let lent = runtime.block_on(borrow::lend(base, &mut reader, exec));
    runtime.shutdown_background();
    lent
}

/// Writes every setting with its origin, the paths and the versions to stdout. Reads nothing of AWS.
#[must_use]
pub fn info(base: &Base) -> ExitCode {
    write(|out| info::write(base, out), codes::WHOLE).unwrap_or_else(|_| ExitCode::from(codes::WRONG))
}

/// Writes the policies of the role, its trust, and what the caller needs to stdout. Asks AWS who calls, and nothing
/// else; where nobody can be asked, a placeholder stands there and a line says so.
///
/// # Errors
/// A connection that cannot be made (a CA bundle or proxy that cannot be used), and a bug of a view's declaration.
pub fn iam_policy(base: &Base, elevated: bool) -> Result<ExitCode, Fault> {
    let (news, _unheard) = mpsc::unbounded_channel();
    let runtime = runtime()?;
    let policies = runtime
        .block_on(async { base.connect(news, false)?.vault.iam_policy(&views::caller_actions(), elevated).await })?;
    runtime.shutdown_background();
    write(|out| out.write_all(policies.as_bytes()), codes::WHOLE)
}

fn watching(base: &Base, every: u64, form: cli::Output, what: String, organisation: bool) -> Watch {
    let zone = if base.loaded.config.utc { TimeZone::UTC } else { base::zone(&base.env) };
    Watch { every: Duration::from_secs(every), form, what, zone, organisation }
}

fn runtime() -> Result<Runtime, Fault> {
    Runtime::new().map_err(|e| Fault::new(FaultKind::Unavailable, format!("no threads: {e}")))
}

/// Makes the reader, with what the last run remembered. Within a runtime: clients may look for one when they are made.
fn connect(base: &Base, views: &'static [View]) -> Result<Reader, Fault> {
    let (tell, news) = mpsc::unbounded_channel();
    let cx = base.connect(tell, false)?;
    let notebook = base.last_notebook();
    if let Some(notebook) = &notebook {
        // A memory that cannot be read is as good as none.
        let _unread = cx.past.read(notebook, cx.now());
    }
    let terminal = io::stderr().is_terminal() && base.env.get("TERM") != Some("dumb");
    let mut reader = Reader::new(cx, views, Progress::new(terminal), news);
    reader.remember(base::remember(notebook.as_ref()));
    Ok(reader)
}

/// Writes a sheet in a form, what could not be read beside it, and gives the exit code.
fn finish(sheet: &dyn Sheet, form: cli::Output, code: u8) -> Result<ExitCode, Fault> {
    if form != cli::Output::Json {
        coverage::tell(sheet, &mut io::stderr());
    }
    let width = io::stdout().is_terminal().then(|| crossterm::terminal::size().map_or(80, |(columns, _)| columns));
    let mut left_out = Vec::new();
    let done = write(|out| output::write(sheet, form, width, out).map(|ids| left_out = ids), code)?;
    if !left_out.is_empty() {
        let ids = left_out.join(", ");
        let _gone = writeln!(io::stderr(), "qd: no room for {ids}: a wider terminal or `-o csv` shows them");
    }
    Ok(done)
}

/// Writes to stdout through a buffer. A reader that has seen enough (`| head`) is no fault: 128 + SIGPIPE, as other
/// programs end then.
fn write(body: impl FnOnce(&mut dyn Write) -> io::Result<()>, code: u8) -> Result<ExitCode, Fault> {
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match body(&mut out).and_then(|()| out.flush()) {
        Ok(()) => Ok(ExitCode::from(code)),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is left in the buffer has no reader; dropping it would try to write again.
            let (_out, _rest) = out.into_parts();
            Ok(ExitCode::from(codes::PIPE))
        }
        Err(error) => Err(Fault::new(FaultKind::Unavailable, format!("stdout cannot be written: {error}"))),
    }
}
