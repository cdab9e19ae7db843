//! Columns for people: aligned, without colour, ages instead of moments, cut to the terminal where stdout is one.

use std::io::{self, Write};

use super::{Sheet, columns};
use crate::model::{Cell, text};

/// Blanks between two columns.
const GAP: usize = 2;

/// What a column keeps at least that takes what is left over, such as the evidence of a verdict.
const REST: usize = 24;

/// A column with all its texts.
struct Drawn {
    id: &'static str,
    texts: Vec<String>,
    width: usize,
    /// What is still worth reading.
    least: usize,
    numeric: bool,
    wide: bool,
}

/// Writes the answer; cut to `width` cells where it is given, in full elsewhere. Gives the columns for which there was
/// no room.
///
/// # Errors
/// Where `out` cannot be written.
pub fn write(sheet: &dyn Sheet, width: Option<usize>, out: &mut dyn Write) -> io::Result<Vec<&'static str>> {
    let mut drawn: Vec<Drawn> = columns(sheet, |h| h.people).into_iter().map(|at| column(sheet, at)).collect();
    // A column without any value says nothing.
    drawn.retain(|c| c.texts.len() == 1 || c.texts.iter().skip(1).any(|t| t != "–"));
    let left_out = width.map(|width| fit(&mut drawn, width)).unwrap_or_default();
    let mut line = String::new();
    for row in 0..=sheet.len() {
        line.clear();
        for column in &drawn {
            cell(column, &column.texts[row], &mut line);
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(left_out)
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
    let numeric = numbers && !others;
    let asked = if heading.width == 0 { REST } else { heading.width.into() };
    let least = if numeric { width } else { width.min(asked) };
    Drawn { id: heading.id, texts, width, least, numeric, wide: heading.wide }
}

/// Makes the columns fit. First those for wide screens are left out, the last first; then others, from the right up to
/// the fourth, but never the very last, which holds the evidence; then what is wider than it needs to be gives way.
fn fit(drawn: &mut Vec<Drawn>, width: usize) -> Vec<&'static str> {
    let gaps = |n: usize| n.saturating_sub(1) * GAP;
    let least = |drawn: &[Drawn]| drawn.iter().map(|c| c.least).sum::<usize>() + gaps(drawn.len());
    let mut left_out = Vec::new();
    while least(drawn) > width {
        let spare = (4..drawn.len().saturating_sub(1)).next_back();
        let Some(out) = drawn.iter().rposition(|c| c.wide).or(spare) else { break };
        left_out.push(drawn.remove(out).id);
    }
    let total = drawn.iter().map(|c| c.width).sum::<usize>() + gaps(drawn.len());
    let mut over = total.saturating_sub(width);
    while over > 0 {
        let Some(column) = drawn.iter_mut().max_by_key(|c| c.width - c.least).filter(|c| c.width > c.least) else {
            break;
        };
        column.width -= 1;
        over -= 1;
    }
    left_out.reverse();
    left_out
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
