//! `--watch`: the same answer again and again. In place on a terminal; for programs one answer after the other, JSON
//! as one object a line. Ctrl-C ends it with 130.
//!
//! Credentials and clients are kept between passes. The organisation is read anew every ten minutes: it changes seldom,
//! and its rates are low.

use std::{
    io::{self, IsTerminal as _, Write},
    process::ExitCode,
    time::Duration,
};

use jiff::tz::TimeZone;

use super::{
    coverage,
    output::{self, Sheet},
    reader::Reader,
};
use crate::{
    cli::Output,
    model::{Fault, FaultKind, time},
};

/// How long the organisation stays as it was read.
const ORGANISATION: Duration = Duration::from_mins(10);

/// What a program ends with that an interrupt from the keyboard ended: 128 + SIGINT.
const INTERRUPTED: u8 = 130;

/// How an answer is repeated.
pub struct Watch {
    /// How long after the end of a pass the next begins.
    pub every: Duration,
    /// How answers are written.
    pub form: Output,
    /// What is watched, in a few words.
    pub what: String,
    /// The zone of the moments in the line above.
    pub zone: TimeZone,
    /// Whether the organisation itself is watched, and so read in every pass.
    pub organisation: bool,
}

/// Reads and writes until Ctrl-C, until nobody reads any more, or until a pass fails.
///
/// # Errors
/// What `read` fails with, and a stdout that cannot be written.
pub async fn go<S: Sheet>(
    watch: &Watch,
    reader: &mut Reader,
    mut read: impl AsyncFnMut(&mut Reader) -> Result<S, Fault>,
) -> Result<ExitCode, Fault> {
    let in_place = io::stdout().is_terminal() && !matches!(watch.form, Output::Json | Output::Jsonl);
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let (mut first, mut walked) = (true, reader.cx.now());
    loop {
        let sheet = tokio::select! {
            biased;
            _ = &mut interrupted => return Ok(stopped(in_place)),
            sheet = read(reader) => sheet?,
        };
        let page = if in_place { page(watch, &sheet, first) } else { streamed(watch, &sheet, first) };
        match show(&page.map_err(|e| unwritable(&e))?) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => return Ok(ExitCode::from(super::codes::PIPE)),
            Err(e) => return Err(unwritable(&e)),
        }
        tokio::select! {
            biased;
            _ = &mut interrupted => return Ok(stopped(in_place)),
            () = tokio::time::sleep(watch.every) => {}
        }
        let now = reader.cx.now();
        let anew = watch.organisation || now.duration_since(walked).unsigned_abs() >= ORGANISATION;
        if anew {
            walked = now;
        }
        reader.again(anew);
        first = false;
    }
}

fn stopped(in_place: bool) -> ExitCode {
    if in_place {
        // Below what stands there, and behind the `^C` that the terminal shows.
        println!();
    }
    ExitCode::from(INTERRUPTED)
}

fn show(page: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(page)?;
    out.flush()
}

fn unwritable(error: &io::Error) -> Fault {
    Fault::new(FaultKind::Unavailable, format!("stdout cannot be written: {error}"))
}

/// A screen: a line that says what it is, and as much of the answer as there is room for.
fn page(watch: &Watch, sheet: &dyn Sheet, first: bool) -> io::Result<Vec<u8>> {
    let (width, height) = crossterm::terminal::size().unwrap_or((80, 24));
    let mut body = Vec::new();
    let _narrow = output::write(sheet, watch.form, Some(width), &mut body)?;
    coverage::tell(sheet, &mut body);
    let head =
        format!("every {} s · {} · {}", watch.every.as_secs(), watch.what, time::full(sheet.read_at(), &watch.zone));
    Ok(fitted(&head, &String::from_utf8_lossy(&body), height, first))
}

/// Text for a screen of so many lines, written over what stood there.
fn fitted(head: &str, body: &str, height: u16, first: bool) -> Vec<u8> {
    let room = usize::from(height).saturating_sub(2).max(1);
    let lines: Vec<&str> = body.lines().collect();
    let more = if lines.len() > room { lines.len() - room + 1 } else { 0 };
    let mut out = String::from(if first { "\x1b[2J\x1b[H" } else { "\x1b[H" });
    let shown = lines.iter().take(if more > 0 { room - 1 } else { room }).copied();
    for line in std::iter::once(head).chain(shown) {
        out.push_str(line);
        out.push_str("\x1b[K\r\n");
    }
    if more > 0 {
        out.push_str(&format!("… {more} more lines: a taller terminal, or --filter\x1b[K"));
    }
    out.push_str("\x1b[J");
    out.into_bytes()
}

/// An answer for programs. What could not be read goes to stderr, but where the form itself tells it.
fn streamed(watch: &Watch, sheet: &dyn Sheet, first: bool) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    if !first && !matches!(watch.form, Output::Json | Output::Jsonl) {
        out.push(b'\n');
    }
    let start = out.len();
    let _narrow = output::write(sheet, watch.form, None, &mut out)?;
    if watch.form == Output::Json {
        // In JSON strings a line break is escaped (RFC 8259 §7): those that are left only part rows.
        let line: Vec<u8> = out.drain(start..).filter(|byte| *byte != b'\n').collect();
        out.extend(line);
        out.push(b'\n');
    } else {
        coverage::tell(sheet, &mut io::stderr());
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_fits_the_screen_and_says_how_much_does_not() {
        let text = |height, first| String::from_utf8(fitted("head", "a\nb\nc\nd", height, first)).unwrap();
        assert_eq!(text(9, true), "\x1b[2J\x1b[Hhead\x1b[K\r\na\x1b[K\r\nb\x1b[K\r\nc\x1b[K\r\nd\x1b[K\r\n\x1b[J");
        let short = text(5, false);
        assert!(short.starts_with("\x1b[Hhead") && short.contains("b\x1b[K\r\n… 2 more lines"), "{short:?}");
        assert!(short.matches("\r\n").count() < 5);
    }
}
