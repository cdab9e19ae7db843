//! `qd replay`: the frame that a journal leads to. Asks nothing of anybody.

#![allow(clippy::disallowed_methods, reason = "reads the journal that it is given")]

use std::{
    fs::File,
    io::{BufRead, BufReader, Write as _},
    process::ExitCode,
};

use ratatui::{buffer::Buffer, layout::Rect};

use super::{codes, write};
use crate::{
    app::{
        App,
        journal::{self, Line, Replay},
    },
    cli::{self, Picture},
    model::{Fault, FaultKind, text::clean},
    ui::{
        self,
        paint::{plain, svg},
        theme::Theme,
    },
    views::VIEWS,
};

/// Writes the frame after the last fact, or after so many, to stdout; and to stderr how far it was told.
///
/// # Errors
/// A file that cannot be read, and one that is no journal of this version.
pub fn replay(words: &cli::Replay) -> Result<ExitCode, Fault> {
    let shown = words.file.display();
    let file = File::open(&words.file)
        .map_err(|e| Fault::new(FaultKind::Invalid, format!("the journal {shown} cannot be read: {e}")))?;
    let told = tell(BufReader::new(file), words.until.unwrap_or(u64::MAX))
        .map_err(|why| Fault::new(FaultKind::Invalid, format!("the journal {shown} cannot be told: {why}")))?;
    let app = told.app().ok_or_else(|| Fault::new(FaultKind::Invalid, format!("the journal {shown} is empty")))?;
    let frame = drawn(app);
    let code = write(
        |out| match words.output {
            Picture::Text => out.write_all(plain(&frame).as_bytes()),
            Picture::Svg => out.write_all(svg(&frame, "qd").as_bytes()),
        },
        codes::WHOLE,
    )?;
    let ended = told.ended.as_deref().map(|why| format!("; {}", clean(why))).unwrap_or_default();
    let _gone = writeln!(std::io::stderr(), "qd: {} facts, up to {}{ended}", told.facts, app.now);
    Ok(code)
}

/// Tells the lines of a journal, up to so many facts. A last line that was cut off by a crash is left out.
fn tell(mut lines: impl BufRead, until: u64) -> Result<Replay, String> {
    let mut replay = Replay::new(VIEWS);
    let (mut text, mut number) = (String::new(), 0);
    while replay.facts < until {
        text.clear();
        if lines.read_line(&mut text).map_err(|e| e.to_string())? == 0 {
            break;
        }
        number += 1;
        match serde_json::from_str::<Line>(&text) {
            Ok(line) => replay.tell(line).map_err(|why| format!("line {number}: {why}"))?,
            Err(_) if !text.ends_with('\n') => {
                replay.ended = Some(format!("line {number} was cut off"));
                break;
            }
            Err(e) => {
                let why = journal::of_another_form(&text).unwrap_or_else(|| e.to_string());
                return Err(format!("line {number}: {why}"));
            }
        }
    }
    Ok(replay)
}

fn drawn(app: &App) -> Buffer {
    let theme = Theme::shipped(app.theme_shown()).unwrap_or_else(|_| Theme::plain());
    let mut buffer = Buffer::empty(Rect::new(0, 0, app.size.0, app.size.1));
    ui::draw(app, &theme, &mut buffer);
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_of_another_form_is_named_as_such_whatever_its_fields_are() {
        let why = |text: &str| tell(text.as_bytes(), u64::MAX).err().unwrap_or_default();
        let old = "{\"begin\":{\"format\":1,\"version\":\"0.1.0\",\"of_old\":[]}}\n";
        assert_eq!(why(old), "line 1: it was written in form 1 by version 0.1.0; this one reads form 2");
        assert!(why("{\"begin\":{\"format\":2,\"version\":\"0.1.0\"}}\n").contains("missing field"));
        assert!(why("nonsense\n").starts_with("line 1: expected"));
        assert_eq!(why(""), "");
    }
}
