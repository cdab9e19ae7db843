//! How grave a log line says that it is.

use serde::{Deserialize, Serialize};

/// The usual levels of logging, from the lightest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Every step.
    Trace,
    /// For whoever looks for a fault.
    Debug,
    /// What is done.
    Info,
    /// Something is not as it should be.
    Warn,
    /// Something failed.
    Error,
    /// The program ends for it.
    Fatal,
}

/// Words for the levels, in capitals.
const WORDS: &[(&str, Severity)] = &[
    ("TRACE", Severity::Trace),
    ("FINEST", Severity::Trace),
    ("DEBUG", Severity::Debug),
    ("DBG", Severity::Debug),
    ("FINE", Severity::Debug),
    ("INFO", Severity::Info),
    ("INF", Severity::Info),
    ("NOTICE", Severity::Info),
    ("INFORMATION", Severity::Info),
    ("WARN", Severity::Warn),
    ("WARNING", Severity::Warn),
    ("WRN", Severity::Warn),
    ("ERROR", Severity::Error),
    ("ERR", Severity::Error),
    ("SEVERE", Severity::Error),
    ("FATAL", Severity::Fatal),
    ("CRITICAL", Severity::Fatal),
    ("CRIT", Severity::Fatal),
    ("ALERT", Severity::Fatal),
    ("EMERG", Severity::Fatal),
    ("EMERGENCY", Severity::Fatal),
    ("PANIC", Severity::Fatal),
];

/// Names of the field that holds the level, in JSON and in `key=value` lines.
const FIELDS: &[&str] = &["level", "severity", "lvl", "log.level", "loglevel", "levelname", "log_level", "@level"];

/// How far into a line its level is looked for, in bytes: what comes later is what the line is about.
const HEAD: usize = 160;

/// The same for JSON, whose fields come in any order.
const JSON_HEAD: usize = 2_048;

impl Severity {
    /// One letter, so that it can be read without colour.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Severity::Trace => 'T',
            Severity::Debug => 'D',
            Severity::Info => 'I',
            Severity::Warn => 'W',
            Severity::Error => 'E',
            Severity::Fatal => 'F',
        }
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Trace => "trace",
            Severity::Debug => "debug",
            Severity::Info => "info",
            Severity::Warn => "warn",
            Severity::Error => "error",
            Severity::Fatal => "fatal",
        }
    }

    /// The level that a line states: in a JSON field, as `level=…`, as a word in capitals near its beginning, as a
    /// first word with a colon or in brackets, or by the letter of klog. `None` where it states none.
    #[must_use]
    pub fn of(line: &str) -> Option<Self> {
        let trimmed = line.trim_start();
        if trimmed.starts_with('{') {
            return field(head(trimmed, JSON_HEAD), "\":").or_else(|| words(head(trimmed, HEAD)));
        }
        let head = head(trimmed, HEAD);
        klog(head).or_else(|| field(head, "=")).or_else(|| words(head)).or_else(|| cry(head))
    }
}

fn head(line: &str, most: usize) -> &str {
    let mut end = line.len().min(most);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}

fn named(word: &str) -> Option<Severity> {
    WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, level)| *level)
}

/// The level in a field: `"level":"warn"`, `level=warn`, and the numbers of bunyan and pino (10 to 60).
fn field(head: &str, sign: &str) -> Option<Severity> {
    for name in FIELDS {
        let mut from = 0;
        while let Some(at) = head[from..].find(name).map(|at| at + from) {
            from = at + name.len();
            let whole = !head[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_');
            let value = head[from..].strip_prefix(sign);
            if let Some(value) = value.filter(|_| whole) {
                let value = value.trim_start().trim_start_matches('"');
                let end = value.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(value.len());
                return named(&value[..end]).or_else(|| number(&value[..end]));
            }
        }
    }
    None
}

fn number(text: &str) -> Option<Severity> {
    match text.parse::<u8>().ok()? {
        10 => Some(Severity::Trace),
        20 => Some(Severity::Debug),
        30 => Some(Severity::Info),
        40 => Some(Severity::Warn),
        50 => Some(Severity::Error),
        60 => Some(Severity::Fatal),
        _ => None,
    }
}

/// A word in capitals that stands alone; or a first word in any case, with a colon or in brackets.
fn words(head: &str) -> Option<Severity> {
    let mut first = true;
    let mut rest = head;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let word = &rest[at..];
        let end = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(word.len());
        let (before, after) = (rest[..at].chars().next_back(), word[end..].chars().next());
        let word = &word[..end];
        let marked = first && (after == Some(':') || before == Some('[') && after == Some(']'));
        if let Some(level) = named(word).filter(|_| marked || word.bytes().all(|b| b.is_ascii_uppercase())) {
            return Some(level);
        }
        // The T and Z of a moment are no words.
        first &= word.len() < 2;
        rest = &rest[at + end..];
    }
    None
}

/// `E0312 15:04:05.000000`: a letter and the month and day.
fn klog(head: &str) -> Option<Severity> {
    let bytes = head.as_bytes();
    if bytes.len() < 6 || !bytes[1..5].iter().all(u8::is_ascii_digit) || bytes[5] != b' ' {
        return None;
    }
    match bytes[0] {
        b'I' => Some(Severity::Info),
        b'W' => Some(Severity::Warn),
        b'E' => Some(Severity::Error),
        b'F' => Some(Severity::Fatal),
        _ => None,
    }
}

/// What programs say that die without a logger.
fn cry(head: &str) -> Option<Severity> {
    let begins = ["Traceback (most recent call last)", "Exception in thread", "Unhandled exception", "Caused by:"];
    if head.starts_with("panic:") || head.contains("' panicked at ") {
        return Some(Severity::Fatal);
    }
    begins.iter().any(|b| head.starts_with(b)).then_some(Severity::Error)
}

#[cfg(test)]
mod tests {
    use super::{
        Severity::{Debug, Error, Fatal, Info, Warn},
        *,
    };

    #[test]
    fn levels_are_found_where_loggers_write_them() {
        for (line, level) in [
            (r#"{"level":"warn","msg":"x"}"#, Some(Warn)),
            (r#"{"ts":1,"severity": "ERROR"}"#, Some(Error)),
            (r#"{"name":"a","level":50,"msg":"x"}"#, Some(Error)),
            (r#"{"log.level":"debug"}"#, Some(Debug)),
            (r#"{"msg":"no level","sublevel":"error"}"#, None),
            ("ts=1 level=info msg=ERROR", Some(Info)),
            ("2026-11-22T10:00:00Z ERROR http: 502", Some(Error)),
            ("WARN  cache: evicted", Some(Warn)),
            ("[error] upstream timed out", Some(Error)),
            ("warning: deprecated", Some(Warn)),
            ("E1122 10:00:00.1 main.go:1] boom", Some(Error)),
            ("panic: runtime error", Some(Fatal)),
            ("Traceback (most recent call last):", Some(Error)),
            ("10.0.0.1 - GET /errors 200", None),
            ("the error was handled", None),
            ("InformationDesk opened", None),
            ("", None),
        ] {
            assert_eq!(Severity::of(line), level, "{line}");
        }
    }

    #[test]
    fn only_the_beginning_of_a_long_line_counts() {
        let line = format!("{} ERROR", "ä".repeat(200));
        assert_eq!(Severity::of(&line), None);
    }
}
