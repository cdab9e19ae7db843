//! What a line looks like at a width: which text, in which tones, broken into which rows.

use std::{borrow::Cow, ops::Range};

use unicode_segmentation::UnicodeSegmentation as _;

use super::{
    buffer::Entry,
    json::{self, Part, Readable},
};
use crate::{
    model::{ansi::Ink, text::width},
    view::log::Kind,
};

/// How lines of JSON are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Json {
    /// As they are.
    #[default]
    Raw,
    /// As `key=value` on one row.
    Folded,
    /// A field a row.
    Spread,
}

/// How moments are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// The time of day.
    #[default]
    Clock,
    /// Date and time with milliseconds.
    Full,
    /// Not at all.
    Off,
}

/// How lines are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether long lines go on below.
    pub wrap: bool,
    /// How JSON is shown.
    pub json: Json,
    /// How moments are shown.
    pub times: Times,
}

/// What a stretch of a shown text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Plain.
    Text,
    /// Coloured by who wrote it.
    Ink(Ink),
    /// The name of a field.
    Name,
    /// A sign between fields.
    Sign,
    /// The console's own words.
    Note,
}

/// A line at a width.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Its stretches, each up to a byte, over all of it.
    pub tones: Vec<(usize, Tone)>,
    /// Its rows, never none.
    pub rows: Vec<Range<usize>>,
}

/// How many rows a line takes.
#[must_use]
pub fn rows(entry: &Entry, look: Look, room: u16) -> usize {
    let text = &entry.line.text;
    let spreads = entry.open || look.json == Json::Spread;
    if !spreads && !look.wrap {
        return 1;
    }
    let is_json = look.json != Json::Raw || entry.open;
    if text.len() <= usize::from(room) && !(is_json && text.contains('{')) {
        return 1;
    }
    shape(entry, look, room).rows.len()
}

/// The shape of a line. One that was opened is wrapped, and spread where it is JSON.
#[must_use]
pub fn shape(entry: &Entry, look: Look, room: u16) -> Shape<'_> {
    let line = &entry.line;
    let wrap = look.wrap || entry.open;
    let json = if entry.open { Json::Spread } else { look.json };
    let object = if json == Json::Raw || line.kind == Kind::Note { None } else { json::object(&line.text) };
    let (text, tones): (Cow<'_, str>, Vec<(usize, Tone)>) = match object {
        Some((before, map)) if json == Json::Spread => toned(json::spread(before, &map)),
        Some((before, map)) => toned(json::folded(before, &map)),
        None if line.kind == Kind::Note => (Cow::Borrowed(&line.text), vec![(line.text.len(), Tone::Note)]),
        None if line.runs.is_empty() => (Cow::Borrowed(&line.text), vec![(line.text.len(), Tone::Text)]),
        None => (Cow::Borrowed(&line.text), line.runs.iter().map(|r| (r.end, Tone::Ink(r.ink))).collect()),
    };
    let rows = broken(&text, wrap, usize::from(room.max(1)));
    Shape { text, tones, rows }
}

fn toned(readable: Readable) -> (Cow<'static, str>, Vec<(usize, Tone)>) {
    let tone = |part| match part {
        Part::Name => Tone::Name,
        Part::Value => Tone::Text,
        Part::Sign => Tone::Sign,
    };
    let tones = readable.parts.into_iter().map(|(end, part)| (end, tone(part))).collect();
    (Cow::Owned(readable.text), tones)
}

/// The rows of a text: at its line breaks and, where it wraps, at a width.
fn broken(text: &str, wrap: bool, room: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut from = 0;
    for line in text.split('\n') {
        let range = from..from + line.len();
        if wrap {
            wrapped(line, range, room, &mut rows);
        } else {
            rows.push(range);
        }
        from += line.len() + 1;
    }
    rows
}

fn wrapped(line: &str, range: Range<usize>, room: usize, rows: &mut Vec<Range<usize>>) {
    if line.len() <= room {
        return rows.push(range);
    }
    let mut begin = range.start;
    if line.is_ascii() {
        while begin < range.end {
            rows.push(begin..range.end.min(begin + room));
            begin += room;
        }
        return;
    }
    let mut used = 0;
    for (at, grapheme) in line.grapheme_indices(true) {
        let cells = width(grapheme);
        let at = range.start + at;
        if used + cells > room && at > begin {
            rows.push(begin..at);
            (begin, used) = (at, 0);
        }
        used += cells;
    }
    rows.push(begin..range.end);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{app::log::Buffer, view::Line};

    fn with<T>(text: &str, look: impl Fn(&mut Entry) -> T) -> T {
        let mut buffer = Buffer::default();
        buffer.take(vec![Line::read(None, &Arc::from("s"), text.as_bytes()).remove(0)], &mut []);
        look(buffer.get_mut(0).unwrap())
    }

    fn shown(text: &str, look: Look, room: u16) -> Vec<String> {
        with(text, |entry| {
            let shape = shape(entry, look, room);
            assert_eq!(shape.rows.len(), rows(entry, look, room), "{text}");
            shape.rows.iter().map(|r| shape.text[r.clone()].to_owned()).collect()
        })
    }

    #[test]
    fn lines_wrap_at_cells_and_not_within_letters() {
        let wrap = Look { wrap: true, ..Look::default() };
        assert_eq!(shown("abcdefgh", wrap, 3), ["abc", "def", "gh"]);
        assert_eq!(shown("日本語", wrap, 4), ["日本", "語"]);
        assert_eq!(shown("日本語", wrap, 1), ["日", "本", "語"], "at least a letter a row");
        assert_eq!(shown("", wrap, 4), [""]);
        assert_eq!(shown("abcdefgh", Look::default(), 3), ["abcdefgh"]);
    }

    #[test]
    fn an_opened_line_is_spread_alone() {
        let text = r#"{"msg":"hello","status":200}"#;
        let folded = Look { json: Json::Folded, ..Look::default() };
        assert_eq!(shown(text, folded, 80), ["hello  status=200"]);
        assert_eq!(shown(text, Look::default(), 80), [text]);
        let rows = with(text, |entry| {
            entry.open = true;
            let shape = shape(entry, Look::default(), 80);
            assert_eq!(shape.rows.len(), super::rows(entry, Look::default(), 80));
            shape.rows.iter().map(|r| shape.text[r.clone()].to_owned()).collect::<Vec<_>>()
        });
        assert_eq!(rows, ["msg: hello", "status: 200"]);
    }

    #[test]
    fn tones_cover_all_of_the_text() {
        for text in ["plain", "a \u{1b}[31mred\u{1b}[0m b", r#"{"a":{"b":1}}"#, ""] {
            for json in [Json::Raw, Json::Folded, Json::Spread] {
                with(text, |entry| {
                    let shape = shape(entry, Look { json, ..Look::default() }, 10);
                    assert_eq!(shape.tones.last().map_or(0, |(end, _)| *end), shape.text.len(), "{text}");
                });
            }
        }
    }
}
