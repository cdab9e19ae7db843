//! A line of JSON made readable: folded into `key=value`, or spread over several rows.

use serde_json::{Map, Value};

/// How deep a line is spread; what lies deeper stays on one row.
const DEEPEST: usize = 8;

/// What a stretch of the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The name of a field.
    Name,
    /// A value.
    Value,
    /// Signs and blanks.
    Sign,
}

/// A text and what its stretches are, each up to a byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readable {
    /// The text; rows are parted by line breaks.
    pub text: String,
    /// The stretches, over all of it.
    pub parts: Vec<(usize, Part)>,
}

impl Readable {
    fn put(&mut self, text: &str, part: Part) {
        self.text.push_str(text);
        match self.parts.last_mut() {
            Some((end, last)) if *last == part => *end = self.text.len(),
            _ => self.parts.push((self.text.len(), part)),
        }
    }
}

/// The object that a line is, perhaps behind a few words (a moment, a level). Gives the words before it as well.
#[must_use]
pub fn object(line: &str) -> Option<(&str, Map<String, Value>)> {
    let at = line.find('{').filter(|at| *at <= 120)?;
    if !line.trim_end().ends_with('}') {
        return None;
    }
    match serde_json::from_str(&line[at..]).ok()? {
        Value::Object(map) if !map.is_empty() => Some((&line[..at], map)),
        _ => None,
    }
}

/// One row: `msg` first and bare, then `key=value` with nested keys joined by dots.
#[must_use]
pub fn folded(before: &str, map: &Map<String, Value>) -> Readable {
    let mut out = Readable::default();
    if !before.is_empty() {
        out.put(before, Part::Sign);
    }
    let said = ["msg", "message", "event"].into_iter().find(|name| map.get(*name).is_some_and(Value::is_string));
    if let Some(said) = said {
        out.put(&word(&map[said]), Part::Value);
    }
    for (name, value) in map.iter().filter(|(name, _)| Some(name.as_str()) != said) {
        fold(&mut out, name, value, 0);
    }
    out
}

fn fold(out: &mut Readable, name: &str, value: &Value, deep: usize) {
    match value {
        Value::Object(map) if !map.is_empty() && deep < DEEPEST => {
            for (below, value) in map {
                fold(out, &format!("{name}.{below}"), value, deep + 1);
            }
        }
        value => {
            if !out.text.is_empty() {
                out.put("  ", Part::Sign);
            }
            out.put(name, Part::Name);
            out.put("=", Part::Sign);
            out.put(&word(value), Part::Value);
        }
    }
}

/// A value without quotes where nothing can be mistaken; line breaks in it are shown as `⏎`.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => safe(text).replace('\n', "⏎"),
        other => safe(&other.to_string()),
    }
}

/// A JSON string can hold what the line itself could not.
fn safe(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| crate::model::ansi::read(line).0).collect();
    lines.join("\n")
}

/// A field a row, nested ones indented; line breaks in a text (a stack trace) break the row.
#[must_use]
pub fn spread(before: &str, map: &Map<String, Value>) -> Readable {
    let mut out = Readable::default();
    if !before.trim().is_empty() {
        out.put(before.trim_end(), Part::Sign);
        out.put("\n", Part::Sign);
    }
    fields(&mut out, map, 0);
    out
}

fn fields(out: &mut Readable, map: &Map<String, Value>, deep: usize) {
    for (i, (name, value)) in map.iter().enumerate() {
        if i > 0 || deep > 0 {
            out.put("\n", Part::Sign);
        }
        out.put(&"  ".repeat(deep), Part::Sign);
        out.put(&safe(name).replace('\n', "⏎"), Part::Name);
        out.put(": ", Part::Sign);
        match value {
            Value::Object(below) if !below.is_empty() && deep < DEEPEST => fields(out, below, deep + 1),
            Value::String(text) if text.contains('\n') => {
                for line in safe(text).trim_end().split('\n') {
                    out.put(&format!("\n{}", "  ".repeat(deep + 1)), Part::Sign);
                    out.put(line, Part::Value);
                }
            }
            value => out.put(&word(value), Part::Value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        r#"{"level":"error","msg":"boom","http":{"status":502,"path":"/v1"},"stack":"a\n  at b","tags":["x",1]}"#;

    #[test]
    fn a_line_is_folded_into_one_row() {
        let (before, map) = object(LINE).unwrap();
        let folded = folded(before, &map);
        assert_eq!(folded.text, "boom  level=error  http.status=502  http.path=/v1  stack=a⏎  at b  tags=[\"x\",1]");
        assert_eq!(folded.parts.last(), Some(&(folded.text.len(), Part::Value)));
        assert!(folded.parts.windows(2).all(|two| two[0].0 < two[1].0));
    }

    #[test]
    fn a_line_is_spread_over_rows() {
        let line = format!("12:00 {LINE}");
        let (before, map) = object(&line).unwrap();
        assert_eq!(
            spread(before, &map).text,
            "12:00\nlevel: error\nmsg: boom\nhttp: \n  status: 502\n  path: /v1\nstack: \n  a\n    at b\ntags: [\"x\",1]"
        );
    }

    #[test]
    fn what_is_no_object_is_left() {
        for line in ["", "plain", "[1,2]", "{}", "{broken", "{\"a\":1} and more", "\"text\""] {
            assert!(object(line).is_none(), "{line}");
        }
        let (_, map) = object(r#"{"a":"x\u001b[2Jy\u0007"}"#).unwrap();
        assert_eq!(folded("", &map).text, "a=xy", "an escape within JSON does not act either");
    }
}
