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
    model::wrap::wrap,
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

/// Reads and writes until Ctrl-C, or until nobody reads any more. A pass that fails is told, and the next one follows:
/// the first as well, since a network may come and a session be opened.
///
/// # Errors
/// Words that name nothing ([`FaultKind::Invalid`]), as the first pass finds; and a stdout that cannot be written.
pub async fn go<S: Sheet>(
    watch: &Watch,
    reader: &mut Reader,
    mut read: impl AsyncFnMut(&mut Reader) -> Result<S, Fault>,
) -> Result<ExitCode, Fault> {
    let in_place = io::stdout().is_terminal() && !matches!(watch.form, Output::Json | Output::Jsonl);
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let mut screen = Screen { in_place, ..Screen::default() };
    let (mut first, mut silent, mut walked) = (true, true, reader.cx.now());
    loop {
        let sheet = tokio::select! {
            biased;
            _ = &mut interrupted => return Ok(stopped(in_place)),
            sheet = read(reader) => sheet,
        };
        let page = match sheet {
            // What is asked for wrongly from the start is no matter of waiting.
            Err(fault) if first && fault.kind == FaultKind::Invalid => return Err(fault),
            Err(fault) => Ok(screen.failed(watch, &fault, &time::full(reader.cx.now(), &watch.zone))),
            Ok(sheet) if in_place => screen.page(watch, &sheet),
            Ok(sheet) => streamed(watch, &sheet, std::mem::take(&mut silent)),
        };
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
        let old = now.duration_since(walked).unsigned_abs() >= ORGANISATION;
        let anew = watch.organisation || old || reader.lacks_org();
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

/// What stands on the screen.
#[derive(Default)]
struct Screen {
    in_place: bool,
    /// Whether something was drawn: then it is written over.
    drawn: bool,
    head: String,
    rows: String,
    notes: String,
}

impl Screen {
    /// A screen: a line that says what it is, and as much of the answer as there is room for.
    fn page(&mut self, watch: &Watch, sheet: &dyn Sheet) -> io::Result<Vec<u8>> {
        let size = size();
        let (mut rows, mut notes) = (Vec::new(), Vec::new());
        let _narrow = output::write(sheet, watch.form, Some(size.0), &mut rows)?;
        coverage::tell(sheet, &mut notes);
        let when = time::full(sheet.read_at(), &watch.zone);
        self.head = format!("every {} s · {} · {when}", watch.every.as_secs(), watch.what);
        self.rows = String::from_utf8_lossy(&rows).into_owned();
        self.notes = String::from_utf8_lossy(&notes).into_owned();
        Ok(self.draw(&self.notes.clone(), size))
    }

    /// A pass came to nothing: the answer before stays, and a line says that it is old. For programs, on stderr.
    fn failed(&mut self, watch: &Watch, fault: &Fault, now: &str) -> Vec<u8> {
        let next = watch.every.as_secs();
        let said = format!("qd: not read at {now}: {fault}; the next try is in {next} s");
        if !self.in_place {
            // Where stderr is gone there is nobody to tell.
            let _gone = writeln!(io::stderr(), "{said}");
            return Vec::new();
        }
        if self.head.is_empty() {
            self.head = format!("every {next} s · {} · nothing read yet", watch.what);
        }
        self.draw(&format!("{}{said}\n", self.notes), size())
    }

    fn draw(&mut self, notes: &str, size: (u16, u16)) -> Vec<u8> {
        let first = !std::mem::replace(&mut self.drawn, true);
        fitted(&self.head, &self.rows, notes, size, first)
    }
}

/// Cells and lines of the terminal.
fn size() -> (u16, u16) {
    crossterm::terminal::size().unwrap_or((80, 24))
}

/// Text for a screen of so many cells and lines, written over what stood there: the head, then rows, then what could
/// not be read. Everything is counted as it wraps. Where not all of it fits, the last of the notes, which is their sum,
/// keeps a line; the rows come next, and the other notes have what is left.
fn fitted(head: &str, rows: &str, notes: &str, (width, height): (u16, u16), first: bool) -> Vec<u8> {
    let room = usize::from(height).saturating_sub(2).max(1);
    let short = |line: &str| {
        let mut lines = wrap(line, width.saturating_sub(1));
        let more = lines.len() > 1;
        lines.truncate(1);
        lines.pop().unwrap_or_default() + if more { "…" } else { "" }
    };
    let rows = wrap(rows, width);
    let mut notes: Vec<&str> = notes.lines().collect();
    let mut below: Vec<String> = notes.iter().flat_map(|line| wrap(line, width)).collect();
    if rows.len() + below.len() > room {
        let sum = notes.pop().filter(|_| room > 1).map(short);
        let left = room.saturating_sub(rows.len() + usize::from(sum.is_some()));
        below = notes.iter().flat_map(|line| wrap(line, width)).take(left).chain(sum).collect();
    }
    let space = room.saturating_sub(below.len());
    let more = if rows.len() > space { rows.len() + 1 - space } else { 0 };
    let counted = (more > 0).then(|| short(&format!("… {more} more lines: a taller terminal, or --filter")));
    let shown = rows.into_iter().take(if more > 0 { space.saturating_sub(1) } else { space });
    let mut out = String::from(if first { "\x1b[2J\x1b[H" } else { "\x1b[H" });
    for line in std::iter::once(short(head)).chain(shown).chain(counted).chain(below) {
        // Cleared before it is written: behind a line as wide as the screen the cursor still stands on its last cell.
        out.push_str("\x1b[K");
        out.push_str(&line);
        out.push_str("\r\n");
    }
    out.push_str("\x1b[J");
    out.into_bytes()
}

/// An answer for programs, the `first` without a line before it. What could not be read goes to stderr, but where the
/// form itself tells it.
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

    fn lines(rows: &str, notes: &str, size: (u16, u16)) -> Vec<String> {
        let text = String::from_utf8(fitted("head", rows, notes, size, false)).unwrap();
        let text = text.strip_prefix("\x1b[H").unwrap().strip_suffix("\r\n\x1b[J").unwrap();
        text.split("\r\n").map(|line| line.strip_prefix("\x1b[K").unwrap().to_owned()).collect()
    }

    #[test]
    fn a_page_fits_the_screen_and_says_how_much_does_not() {
        let all = "a\nb\nc\nd";
        assert_eq!(lines(all, "", (80, 9)), ["head", "a", "b", "c", "d"]);
        let short = lines(all, "", (80, 5));
        assert_eq!(short[..3], ["head", "a", "b"]);
        assert!(short[3].starts_with("… 2 more lines") && short.len() == 4, "{short:?}");
    }

    #[test]
    fn what_could_not_be_read_wraps_and_never_pushes_the_rows_off_the_screen() {
        let rows = (0..20).map(|n| format!("row {n}")).collect::<Vec<_>>().join("\n");
        let notes =
            format!("qd: {}\nqd: {}\nqd: the answer is not whole: 3 of 5\n", "a ".repeat(165), "b ".repeat(165));
        let page = lines(&rows, &notes, (60, 14));
        assert_eq!(page.len(), 13, "the head, and a line is kept free for the cursor: {page:#?}");
        assert_eq!((page[0].as_str(), page[1].as_str(), page[10].as_str()), ("head", "row 0", "row 9"));
        assert!(page[11].starts_with("… 10 more lines") && page[12].contains("not whole"), "{page:#?}");
        // Where the rows leave room, the notes have it, as they wrap.
        let page = lines("row 0\nrow 1\n", &notes, (60, 14));
        assert_eq!(page.len(), 13, "{page:#?}");
        assert!(page[2] == "row 1" && page[3].starts_with("qd: a") && page[9].contains("b b"), "{page:#?}");
        assert!(page[12].contains("not whole") && page.iter().all(|line| line.chars().count() <= 60), "{page:#?}");
    }

    #[test]
    fn a_pass_that_fails_leaves_what_stood_there_and_says_so() {
        let watch = Watch {
            every: Duration::from_secs(2),
            form: Output::Table,
            what: "ecs".into(),
            zone: TimeZone::UTC,
            organisation: false,
        };
        let rows = "row 0\n".to_owned();
        let mut screen = Screen { in_place: true, drawn: true, rows, ..Screen::default() };
        let fault = Fault::new(FaultKind::Unavailable, "the network is gone");
        let said = String::from_utf8(screen.failed(&watch, &fault, "12:00:00")).unwrap();
        assert!(said.contains("row 0") && said.contains("the network is gone"), "{said:?}");
        assert!(said.contains("every 2 s · ecs · nothing read yet"), "{said:?}");
        screen.in_place = false;
        assert_eq!(screen.failed(&watch, &fault, "12:00:00"), Vec::<u8>::new(), "programs get whole answers");
    }
}
