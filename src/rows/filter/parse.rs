//! From a line to the words of a filter.

use super::{
    Term,
    field::Field,
    test::{Expression, Op, Operand, Test},
};
use crate::model::{Level, text};

/// Expressions in one line: each takes memory, and is tried on every row.
const EXPRESSIONS: usize = 8;

/// The signs between a name and what is wanted of it, the longer first.
const SIGNS: [(&str, Sign); 7] = [
    (":", Sign::Holds),
    (">=", Sign::Compares(Op::AtLeast)),
    ("<=", Sign::Compares(Op::AtMost)),
    ("!=", Sign::IsNot),
    (">", Sign::Compares(Op::More)),
    ("<", Sign::Compares(Op::Less)),
    ("=", Sign::Compares(Op::Is)),
];

/// What stands between a name and what is wanted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Holds,
    IsNot,
    Compares(Op),
}

/// Reads a line.
///
/// # Errors
/// What is wrong with one of its words, in a sentence without a full stop.
pub(super) fn terms(line: &str, columns: &[&str]) -> Result<Vec<Term>, String> {
    let mut out: Vec<Term> = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (found, after) = term(rest, columns)?;
        out.extend(found);
        rest = after.trim_start();
    }
    if out.iter().filter(|t| matches!(t.test, Test::Expression(_))).count() > EXPRESSIONS {
        return Err(format!("a filter takes {EXPRESSIONS} expressions at most"));
    }
    Ok(out)
}

/// The first word of a line, where it demands anything, and what comes after it.
fn term<'a>(line: &'a str, columns: &[&str]) -> Result<(Option<Term>, &'a str), String> {
    let (inverse, bare) = line.strip_prefix('!').map_or((false, line), |bare| (true, bare));
    let named = named(bare).map(|(name, sign, value)| (Field::named(name, columns), name, sign, value));
    let (field, name, sign, value) = match named {
        Some((Some(field), name, sign, value)) => (field, name, sign, value),
        Some((None, name, sign, value)) if means_column(sign, value) => return Err(no_column(name, columns)),
        _ => (Field::Any, "", Sign::Holds, bare),
    };
    let inverse = inverse != (sign == Sign::IsNot);
    let (test, rest) = match sign {
        Sign::Holds if value.starts_with('/') => {
            let (source, rest) = expression(&value[1..]);
            let read = |source| Expression::read(source).map_err(|why| format!("/{source}/: {why}"));
            ((!source.is_empty()).then(|| read(source)).transpose()?.map(Test::Expression), rest)
        }
        Sign::Holds => {
            let (word, rest) = word(value);
            let letters = value.starts_with('~').then(|| word.trim_start_matches('~').to_lowercase());
            (Some(letters.map_or_else(|| Test::Word(word.to_lowercase()), Test::Letters)), rest)
        }
        Sign::IsNot | Sign::Compares(_) => {
            let (word, rest) = word(value);
            let op = if let Sign::Compares(op) = sign { op } else { Op::Is };
            ((!word.is_empty()).then(|| compare(field, name, op, &word)).transpose()?, rest)
        }
    };
    let demands = test.filter(|t| !matches!(t, Test::Word(w) | Test::Letters(w) if w.is_empty()));
    Ok((demands.map(|test| Term { field, test, inverse }), rest))
}

/// The name at the beginning of a word, the sign behind it, and what is wanted of it.
fn named(word: &str) -> Option<(&str, Sign, &str)> {
    let end = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').filter(|end| *end > 0)?;
    let (name, rest) = word.split_at(end);
    let (sign, meant) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign))?;
    Some((name, *meant, &rest[sign.len()..]))
}

/// Whether a name before this can only be meant as a column: `image:/v1/` (`http://…` is a word), `cpu>80`.
fn means_column(sign: Sign, value: &str) -> bool {
    match sign {
        Sign::Holds => value.starts_with('/') && !value.starts_with("//"),
        Sign::IsNot | Sign::Compares(Op::Is) => false,
        Sign::Compares(_) => value.starts_with(|c: char| c.is_ascii_digit()),
    }
}

fn no_column(name: &str, columns: &[&str]) -> String {
    match text::nearest(name, Field::names(columns)) {
        Some(meant) => format!("no column {name} here; did you mean {meant}?"),
        None => format!("no column {name} here; there are {}", columns.join(", ")),
    }
}

/// What is compared with what.
fn compare(field: Field, name: &str, op: Op, word: &str) -> Result<Test, String> {
    let want = Operand::read(word);
    let wrong = |why: &str| Err(format!("{name}: {why}"));
    match field {
        Field::Health if want.level.is_none() => {
            let words: Vec<&str> = Level::ALL.iter().map(|l| l.word()).collect();
            wrong(&format!("{word} is no verdict; there are {}", words.join(", ")))
        }
        Field::Place(..) if op != Op::Is => wrong("places have no order; use : or ="),
        _ if op != Op::Is && want.number.is_none() && want.level.is_none() => {
            wrong(&format!("{word} is no number, such as 80, and no length of time, such as 2h"))
        }
        _ => Ok(Test::Compare(op, want)),
    }
}

/// An expression up to the slash before a blank or the end, without one up to the first blank; and what comes after.
fn expression(text: &str) -> (&str, &str) {
    if text.starts_with(char::is_whitespace) {
        // Not typed yet.
        return ("", text);
    }
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        let ends = text[at + c.len_utf8()..].chars().next().is_none_or(char::is_whitespace);
        if c == '/' && !escaped && ends {
            return (&text[..at], &text[at + 1..]);
        }
        escaped = c == '\\' && !escaped;
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// A word up to the first blank that no quotes keep, without its quotes, and what comes after it.
fn word(text: &str) -> (String, &str) {
    let mut out = String::new();
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => return (out, &text[at..]),
            c => out.push(c),
        }
    }
    (out, "")
}

/// A name that is no column and is near to one: most likely a slip, and as letters it would be found nowhere. With the
/// column that was meant.
pub(super) fn slip<'a>(line: &str, columns: &[&'a str]) -> Option<(String, &'a str)> {
    line.split_whitespace().find_map(|word| {
        let (name, sign, _) = named(word.trim_start_matches('!'))?;
        let plain = name.len() > 2 && name.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
        // A tag is looked for by its key and value: team=pay.
        let tag = matches!(sign, Sign::IsNot | Sign::Compares(Op::Is));
        if !plain || tag || Field::named(name, columns).is_some() {
            return None;
        }
        Some((name.to_owned(), text::nearest(name, Field::names(columns))?))
    })
}
