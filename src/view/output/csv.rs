//! Comma-separated values by RFC 4180: a line of headings, CRLF after each line, quotes where a value needs them.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula, quoted or
//! not (OWASP, "CSV Injection"). A text that begins so gets a `'` in front, which spreadsheets take for "this is
//! text". Numbers are left alone; who needs every byte takes JSON.

use std::io::{self, Write};

use super::{Sheet, columns};
use crate::model::{Cell, text};

/// Writes the answer.
///
/// # Errors
/// Where `out` cannot be written.
pub fn write(sheet: &dyn Sheet, out: &mut dyn Write) -> io::Result<()> {
    let columns = columns(sheet, |h| h.data);
    let headings: Vec<String> = columns.iter().map(|&at| sheet.headings()[at].id.to_owned()).collect();
    line(&headings, out)?;
    for row in 0..sheet.len() {
        line(&columns.iter().map(|&at| value(&sheet.cell(row, at))).collect::<Vec<_>>(), out)?;
    }
    Ok(())
}

fn value(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => {
            let safe = text::clean(text);
            // Looked at as it came: a tab in front is a space once it is cleaned.
            let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']) || safe.starts_with(['=', '+', '-', '@']);
            if runs { format!("'{safe}") } else { safe.into_owned() }
        }
        other => other.plain(),
    }
}

fn line(values: &[String], out: &mut dyn Write) -> io::Result<()> {
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        if value.contains([',', '"', '\r', '\n']) {
            write!(out, "\"{}\"", value.replace('"', "\"\""))?;
        } else {
            out.write_all(value.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_quoted_where_it_needs_it_and_never_a_formula() {
        let of = |text: &str| {
            let mut out = Vec::new();
            line(&[value(&Cell::text(text)), value(&Cell::Number(-5))], &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(of("plain"), "plain,-5\r\n");
        assert_eq!(of("a, \"b\""), "\"a, \"\"b\"\"\",-5\r\n");
        assert_eq!(of("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\",-5\r\n");
        assert_eq!(of("@x"), "'@x,-5\r\n");
        assert_eq!(of("\u{1b}[0m=1"), "'=1,-5\r\n");
        assert_eq!(of("\t=1"), "' =1,-5\r\n");
    }
}
