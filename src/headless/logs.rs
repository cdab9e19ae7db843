//! `qd logs VIEW ROW`: the log of a row on stdout, once or followed.

use std::io::{self, Write as _};

use serde_json::json;
use tokio::sync::mpsc;

use super::{View, answer, reader::Reader, select::Selection};
use crate::{
    app::log::Buffer,
    cli,
    model::{Fault, FaultKind},
    rows::Row,
    view::{At, Chunk, Line, LogAsk, Reply, Since, Span, log::Kind},
};

/// Lines and bytes that are put in order before the first is written.
const MOST: (usize, usize) = (1_000_000, 256 * 1024 * 1024);

/// Steps that the source may be ahead.
const STEPS: usize = 4;

/// Finds the row and writes its log up to its end, or until nobody reads it any more.
///
/// # Errors
/// A view without logs, a row that is not there, why the log cannot be read, and a stdout that cannot be written.
pub async fn write(reader: &mut Reader, view: View, words: &cli::Logs) -> Result<bool, Fault> {
    if !view.has_logs() {
        let have: Vec<&str> = super::VIEWS.iter().filter(|v| v.has_logs()).map(|v| v.id().0).collect();
        return Err(Fault::new(
            FaultKind::Invalid,
            format!("{} have no logs; there are those of {}", view.id(), have.join(", ")),
        ));
    }
    let ask = LogAsk { since: since(&words.since)?, follow: words.follow };
    let (row, at) = find(reader, view, words).await?;
    let (sink, steps) = mpsc::channel(STEPS);
    let Some(reading) = view.read_log(reader.cx.clone(), at, &row, ask, sink) else { return Ok(false) };
    let ((), written) = tokio::join!(reading, tell(steps, words));
    written
}

/// `tail`, `head`, or a span such as `90s`, `5m`, `2h`, `1d`.
fn since(word: &str) -> Result<Since, Fault> {
    let wrong = || {
        Fault::new(FaultKind::Invalid, format!("--since: {word:?} is no span"))
            .hint("write tail, head, or a span such as 90s, 5m, 2h, 1d")
    };
    match word {
        "tail" => return Ok(Since::Tail),
        "head" => return Ok(Since::Head),
        _ => {}
    }
    let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &word[number.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let seconds = number.parse::<i64>().ok().filter(|n| *n > 0).and_then(|n| n.checked_mul(unit));
    seconds.map(Since::Seconds).ok_or_else(wrong)
}

/// The row, and where it lies.
async fn find(reader: &mut Reader, view: View, words: &cli::Logs) -> Result<(Row, At), Fault> {
    reader.read_org(false).await;
    let chosen =
        Selection::find(&reader.org, &words.place.accounts, &words.place.ous).inspect_err(|_| reader.quiet())?;
    let (parent, slot, scope) = match (view.span(), &words.place.of) {
        (Span::One(of) | Span::Each(of), Some(above)) => {
            let parent = answer::under(reader, view, above, &chosen).await?;
            let Some(parent) = parent else { return Err(missing(reader, &format!("{of} {above:?}"))) };
            let found = answer::found(reader, view, &words.row, true)?;
            let Some((slot, scope)) = found else { return Err(missing(reader, &format!("row {:?}", words.row))) };
            (Some(parent), slot, scope)
        }
        (Span::One(of) | Span::Each(of), None) => {
            let message = format!("{} hang on a row of {of}: name it with --of", view.id());
            return Err(Fault::new(FaultKind::Invalid, message));
        }
        (_, Some(_)) => {
            return Err(Fault::new(
                FaultKind::Invalid,
                format!("--of is for views that hang on others; {} do not", view.id()),
            ));
        }
        _ => {
            let found = answer::one(reader, view, &words.row, &chosen).await?;
            let Some((slot, scope)) = found else { return Err(missing(reader, &format!("row {:?}", words.row))) };
            (None, slot, scope)
        }
    };
    reader.quiet();
    let account = reader.account(&scope);
    Ok((slot.row.clone(), At { scope, account, parent, role: None }))
}

/// Not found, where not everything was read that could hold it.
fn missing(reader: &mut Reader, what: &str) -> Fault {
    reader.quiet();
    Fault::new(FaultKind::Unavailable, format!("no {what} was found, and not everything could be read"))
        .hint("`qd get` with the same options says what could not be read, and why")
}

/// Writes what comes: in order of time up to now, then as it comes. Gives whether it was read to its end.
async fn tell(mut steps: mpsc::Receiver<Reply>, words: &cli::Logs) -> Result<bool, Fault> {
    let mut first = Some(Buffer::bounded(MOST.0, MOST.1));
    let mut last = None;
    while let Some(step) = steps.recv().await {
        match step {
            Reply::Lines(Chunk::Lines(lines)) => {
                last = None;
                match &mut first {
                    Some(buffer) => buffer.take(lines, &mut []),
                    None => lines.iter().try_for_each(|line| line_out(line, words.output)).map_err(|e| broken(&e))?,
                }
            }
            Reply::Lines(Chunk::CaughtUp) => flush(first.take(), words)?,
            Reply::Fault(fault) => {
                let _gone = writeln!(io::stderr(), "qd: {fault}");
                last = Some(fault);
            }
            Reply::Lines(Chunk::About(_)) | Reply::Rows(_) | Reply::Text(_) | Reply::Tree(_) => {}
            Reply::End => break,
        }
    }
    flush(first, words)?;
    match last {
        Some(fault) => Err(fault),
        None => Ok(true),
    }
}

fn flush(buffer: Option<Buffer>, words: &cli::Logs) -> Result<(), Fault> {
    let Some(buffer) = buffer else { return Ok(()) };
    if buffer.dropped() > 0 {
        let _gone = writeln!(io::stderr(), "qd: {} older lines were left out", buffer.dropped());
    }
    buffer.iter().try_for_each(|(_, e)| line_out(&e.line, words.output)).map_err(|e| broken(&e))
}

fn line_out(line: &Line, form: cli::LogOutput) -> io::Result<()> {
    if line.kind == Kind::Note {
        return writeln!(io::stderr(), "qd: {}", line.text);
    }
    let mut out = io::stdout().lock();
    let at = line.at.map(|at| at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string());
    match form {
        cli::LogOutput::Text => match at {
            Some(at) => writeln!(out, "{at} {} {}", line.stream, line.text),
            None => writeln!(out, "{} {}", line.stream, line.text),
        },
        cli::LogOutput::Jsonl => {
            let level = line.level.map(crate::model::Severity::word);
            writeln!(out, "{}", json!({ "at": at, "stream": &*line.stream, "level": level, "text": &*line.text }))
        }
    }
}

/// A reader that has seen enough (`| head`) is told by the exit code alone.
fn broken(error: &io::Error) -> Fault {
    if error.kind() == io::ErrorKind::BrokenPipe {
        std::process::exit(i32::from(super::codes::PIPE));
    }
    Fault::new(FaultKind::Unavailable, format!("stdout cannot be written: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read() {
        for (word, span) in
            [("tail", Since::Tail), ("head", Since::Head), ("90s", Since::Seconds(90)), ("2h", Since::Seconds(7_200))]
        {
            assert_eq!(since(word).ok(), Some(span), "{word}");
        }
        for word in ["", "5", "m", "-5m", "0s", "1w", "99999999999999999999d", "9223372036854775807d"] {
            assert!(since(word).is_err(), "{word}");
        }
    }
}
