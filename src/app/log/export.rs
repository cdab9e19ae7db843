//! Lines of a log as text: for the clipboard and for a file.

use super::pane::Pane;
use crate::view::{Line, log::Kind};

/// Letters of a row's name that go into a file's name.
const NAME: usize = 60;

impl Pane {
    /// The marked lines, or the one under the cursor, as they were written.
    #[must_use]
    pub fn chosen(&self) -> (usize, String) {
        let marked: Vec<&Line> = self.buffer.iter().filter(|(_, e)| e.marked).map(|(_, e)| &e.line).collect();
        if !marked.is_empty() {
            return (marked.len(), marked.iter().map(|line| full(line)).collect());
        }
        let under = self.buffer.get(self.cursor.line).map(|e| e.line.text.to_string());
        (usize::from(under.is_some()), under.unwrap_or_default())
    }

    /// The lines that are on the screen.
    #[must_use]
    pub fn on_screen(&self, width: u16, height: usize) -> (usize, String) {
        let rows = self.with_way(width, |way| way.from(self.top, height));
        let mut lines: Vec<usize> = rows.iter().map(|spot| spot.line).collect();
        lines.dedup();
        let text = lines.iter().filter_map(|n| self.buffer.get(*n)).map(|e| full(&e.line)).collect();
        (lines.len(), text)
    }

    /// Whether there is any line for a file.
    #[must_use]
    pub fn has_lines(&self) -> bool {
        self.buffer.iter().any(|(_, e)| self.shows(e))
    }

    /// Every line that is kept and shown, with what was dropped, as a file's text.
    #[must_use]
    pub fn file(&self) -> (usize, String) {
        let mut text = String::with_capacity(self.buffer.bytes());
        if self.buffer.dropped() > 0 {
            text.push_str(&format!("# {} older lines were dropped before these\n", self.buffer.dropped()));
        }
        let mut count = 0;
        for (_, entry) in self.buffer.iter().filter(|(_, e)| self.shows(e)) {
            text.push_str(&full(&entry.line));
            count += 1;
        }
        (count, text)
    }

    /// The name of a file for it, without a folder: view, name, moment.
    #[must_use]
    pub fn file_name(&self, now: jiff::Timestamp) -> String {
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '.' || c == '_' { c } else { '-' };
        let name: String = self.subject.name.chars().take(NAME).map(safe).collect();
        let name = name.trim_matches(['.', '-']);
        format!("{}-{name}-{}.log", self.subject.view.id(), now.strftime("%Y%m%dT%H%M%SZ"))
    }
}

/// A line with its moment and its stream, and a line break.
fn full(line: &Line) -> String {
    if line.kind == Kind::Note {
        return format!("# {}\n", line.text);
    }
    let mut out = String::with_capacity(line.text.len() + 48);
    if let Some(at) = line.at {
        out.push_str(&at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ ").to_string());
    }
    if !line.stream.is_empty() {
        out.push_str(&line.stream);
        out.push(' ');
    }
    out.push_str(&line.text);
    out.push('\n');
    out
}
