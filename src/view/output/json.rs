//! JSON: one object for the whole answer, or a row a line.

use std::io::{self, Write};

use serde::Serialize as _;
use serde_json::{Map, Serializer, Value, json, ser::Formatter};

use super::{Sheet, columns, coverage::moment};
use crate::model::text;

/// Writes `{view, read_at, coverage, rows}`, a row a line.
///
/// # Errors
/// Where `out` cannot be written.
pub fn write(sheet: &dyn Sheet, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"{\"view\":")?;
    put(&json!(sheet.view()), out)?;
    out.write_all(b",\"read_at\":")?;
    put(&json!(moment(sheet.read_at())), out)?;
    out.write_all(b",\"coverage\":")?;
    put(&sheet.coverage().json(sheet.org(), sheet.views()), out)?;
    out.write_all(b",\"rows\":[")?;
    let columns = columns(sheet, |h| h.data);
    for row in 0..sheet.len() {
        out.write_all(if row == 0 { b"\n" } else { b",\n" })?;
        put(&object(sheet, row, &columns), out)?;
    }
    out.write_all(if sheet.is_empty() { b"]}\n" } else { b"\n]}\n" })
}

/// Writes a row a line.
///
/// # Errors
/// Where `out` cannot be written.
pub fn write_lines(sheet: &dyn Sheet, out: &mut dyn Write) -> io::Result<()> {
    let columns = columns(sheet, |h| h.data);
    for row in 0..sheet.len() {
        put(&object(sheet, row, &columns), out)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn object(sheet: &dyn Sheet, row: usize, columns: &[usize]) -> Value {
    let headings = sheet.headings();
    let pairs = columns.iter().map(|&at| (headings[at].id.to_owned(), sheet.json(row, at)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn put(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Safe)).map_err(io::Error::from)
}

/// JSON whose strings hold nothing that acts on a terminal: such characters are escaped, so that nothing is lost.
/// (JSON itself demands it of U+0000 to U+001F alone, RFC 8259 §7.)
struct Safe;

impl Formatter for Safe {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.is_ascii() && !fragment.contains('\u{7f}') {
            return out.write_all(fragment.as_bytes());
        }
        for c in fragment.chars() {
            let mut bytes = [0; 4];
            let alone: &str = c.encode_utf8(&mut bytes);
            if text::clean(alone) == alone {
                out.write_all(alone.as_bytes())?;
            } else {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_escaped_and_comes_back() {
        let text = "a\u{1b}[31m\u{9b}2J\u{202e}é日\u{e0041}\u{7f}\n";
        let mut out = Vec::new();
        put(&json!(text), &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert_eq!(written, "\"a\\u001b[31m\\u009b2J\\u202eé日\\udb40\\udc41\\u007f\\n\"");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
