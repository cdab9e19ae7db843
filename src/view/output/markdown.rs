//! A Markdown table (GitHub Flavored Markdown, §4.10), for tickets and reports.

use std::io::{self, Write};

use super::{Sheet, columns};
use crate::model::text;

/// Writes the answer.
///
/// # Errors
/// Where `out` cannot be written.
pub fn write(sheet: &dyn Sheet, out: &mut dyn Write) -> io::Result<()> {
    let columns = columns(sheet, |h| h.people);
    let numeric = |at: usize| (0..sheet.len()).any(|row| sheet.cell(row, at).is_numeric());
    line(columns.iter().map(|&at| sheet.headings()[at].id.to_owned()), out)?;
    line(columns.iter().map(|&at| if numeric(at) { "---:" } else { "---" }.to_owned()), out)?;
    for row in 0..sheet.len() {
        line(columns.iter().map(|&at| escape(&sheet.cell(row, at).plain())), out)?;
    }
    Ok(())
}

fn line(values: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    for value in values {
        write!(out, "| {value} ")?;
    }
    out.write_all(b"|\n")
}

/// The text so that it stands for itself: no cell ends early, and no name becomes a link, an image or HTML.
fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in text::clean(value).chars() {
        if matches!(c, '|' | '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_itself() {
        assert_eq!(escape("a|b <img src=x> ![x](y) `c`\nd_e"), r"a\|b \<img src=x\> !\[x\](y) \`c\` d_e");
    }
}
