//! The five forms of an answer, each made of the same typed cells: what `qd get` writes, and what the console saves.
//!
//! Moments are RFC 3339 in UTC everywhere but in the table, which is for people now and shows ages. Text from outside
//! is made safe for terminals: cleaned in the table, in CSV and in Markdown; escaped, and so whole, in JSON.

mod coverage;
mod csv;
mod json;
mod markdown;
mod report;
mod table;
mod words;

use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::Value;

pub use coverage::Coverage;
pub use report::Report;
pub use words::plain;

use crate::{
    cli::Output,
    model::{Cell, Org},
    view::AnyView,
};

/// A column of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The word in the line of headings, and the key in JSON.
    pub id: &'static str,
    /// Whether people see it: in the table and in Markdown.
    pub people: bool,
    /// Whether programs see it: in JSON and CSV.
    pub data: bool,
    /// Whether it is left out first where a terminal is narrow.
    pub wide: bool,
    /// Cells that it should have at least where a terminal is narrow, as its view says; 0 for what takes the rest.
    pub width: u16,
}

impl Heading {
    /// A column for programs.
    #[must_use]
    pub const fn data(id: &'static str) -> Self {
        Self { id, people: false, data: true, wide: false, width: 0 }
    }

    /// A column for people.
    #[must_use]
    pub const fn people(id: &'static str, width: u16) -> Self {
        Self { id, people: true, data: false, wide: false, width }
    }
}

/// An answer as the forms read it.
pub trait Sheet {
    /// The word of what is shown.
    fn view(&self) -> &'static str;
    /// When the answer was whole.
    fn read_at(&self) -> Timestamp;
    /// What of it was read.
    fn coverage(&self) -> &Coverage;
    /// The catalogue, whose words hints name.
    fn views(&self) -> &'static [&'static dyn AnyView];
    /// The organisation that it lies in.
    fn org(&self) -> &Org;
    /// The columns.
    fn headings(&self) -> &[Heading];
    /// How many rows there are.
    fn len(&self) -> usize;
    /// The value in a row under a column, by its position among the headings.
    fn cell(&self, row: usize, column: usize) -> Cell<'_>;
    /// The same for JSON.
    fn json(&self, row: usize, column: usize) -> Value {
        self.cell(row, column).json()
    }
    /// Whether there are no rows.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Writes an answer. `width` is the terminal's, where stdout is one; a table is cut to it. Gives the columns for which
/// there was no room.
///
/// # Errors
/// Where `out` cannot be written.
pub fn write(
    sheet: &dyn Sheet,
    form: Output,
    width: Option<u16>,
    out: &mut dyn Write,
) -> io::Result<Vec<&'static str>> {
    match form {
        Output::Table => return table::write(sheet, width.map(usize::from), out),
        Output::Json => json::write(sheet, out)?,
        Output::Jsonl => json::write_lines(sheet, out)?,
        Output::Csv => csv::write(sheet, out)?,
        Output::Md => markdown::write(sheet, out)?,
    }
    Ok(Vec::new())
}

/// The positions of the columns that `wanted` names.
fn columns(sheet: &dyn Sheet, wanted: impl Fn(&Heading) -> bool) -> Vec<usize> {
    sheet.headings().iter().enumerate().filter(|(_, h)| wanted(h)).map(|(at, _)| at).collect()
}
