//! Columns for people: aligned, without colour, ages instead of moments, cut to the terminal where stdout is one.

use std::io::{self, Write};

use super::{Sheet, columns};
use crate::model::{Cell, text};

/// Blanks between two columns.
const GAP: usize = 2;

/// No column is cut to fewer cells than this.
const LEAST: usize = 8;

/// A column with all its texts.
struct Drawn {
    texts: Vec<String>,
    width: usize,
    numeric: bool,
    wide: bool,
}

/// Writes the answer; cut to `width` cells where it is given, in full elsewhere.
///
/// # Errors
/// Where `out` cannot be written.
pub fn write(sheet: &dyn Sheet, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let mut drawn: Vec<Drawn> = columns(sheet, |h| h.people).into_iter().map(|at| column(sheet, at)).collect();
    // A column without any value says nothing.
    drawn.retain(|c| c.texts.len() == 1 || c.texts.iter().skip(1).any(|t| t != "–"));
    if let Some(width) = width {
        fit(&mut drawn, width);
    }
    let rows = sheet.len() + 1;
    let mut line = String::new();
    for row in 0..rows {
        line.clear();
        for column in &drawn {
            cell(column, &column.texts[row], &mut line);
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn column(sheet: &dyn Sheet, at: usize) -> Drawn {
    let heading = sheet.headings()[at];
    let now = sheet.read_at();
    let mut texts = Vec::with_capacity(sheet.len() + 1);
    texts.push(heading.id.to_uppercase());
    let (mut numbers, mut others) = (false, false);
    for row in 0..sheet.len() {
        let cell = sheet.cell(row, at);
        match &cell {
            Cell::Missing => {}
            cell if cell.is_numeric() => numbers = true,
            _ => others = true,
        }
        let mut text = String::new();
        cell.write(now, &mut text);
        texts.push(match text::clean(&text) {
            std::borrow::Cow::Borrowed(_) => text,
            std::borrow::Cow::Owned(safe) => safe,
        });
    }
    let width = texts.iter().map(|t| text::width(t)).max().unwrap_or_default();
    Drawn { texts, width, numeric: numbers && !others, wide: heading.wide }
}

/// Leaves out the columns for wide screens, the last first, and then cuts the widest.
fn fit(drawn: &mut Vec<Drawn>, width: usize) {
    let total = |drawn: &[Drawn]| drawn.iter().map(|c| c.width + GAP).sum::<usize>().saturating_sub(GAP);
    while total(drawn) > width {
        let Some(last) = drawn.iter().rposition(|c| c.wide) else { break };
        drawn.remove(last);
    }
    while total(drawn) > width {
        let over = total(drawn) - width;
        let mut widths: Vec<usize> = drawn.iter().filter(|c| !c.numeric).map(|c| c.width).collect();
        widths.sort_unstable();
        let Some(widest) = widths.pop().filter(|w| *w > LEAST) else { break };
        let next = widths.pop().unwrap_or(LEAST).max(LEAST);
        let Some(column) = drawn.iter_mut().find(|c| !c.numeric && c.width == widest) else { break };
        // Down to the next widest, or as far as is needed; equals give way one by one.
        column.width = widest.saturating_sub(over.min((widest - next.min(widest)).max(1)));
    }
}

fn cell(column: &Drawn, value: &str, line: &mut String) {
    if !line.is_empty() {
        line.push_str(&" ".repeat(GAP));
    }
    let value = text::clip(value, column.width);
    let blanks = " ".repeat(column.width.saturating_sub(text::width(&value)));
    if column.numeric {
        line.push_str(&blanks);
    }
    line.push_str(&value);
    if !column.numeric {
        line.push_str(&blanks);
    }
}
