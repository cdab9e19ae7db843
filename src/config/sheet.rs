//! Reading TOML so that nothing goes unnoticed: every question notes its key, and what nobody asked about is unknown.
//!
//! So the readers are the one definition of the schema. A wrong value is noted with its place and reading goes on.

use std::{cell::RefCell, collections::BTreeSet, ops::Range, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    error::{ConfigError, Wrong},
    origin::Spot,
};
use crate::model::text::suggest;

/// A file, its text, and what is wrong with it so far.
pub(super) struct Sheet<'a> {
    path: &'a Path,
    text: &'a str,
    errors: RefCell<Vec<ConfigError>>,
    /// The bytes whose syntax is broken: what they mean is not known.
    broken: RefCell<Vec<Range<usize>>>,
    /// Every key that was asked for, with its table.
    asked: RefCell<BTreeSet<(String, &'static str)>>,
}

/// One table of the file.
pub(super) struct Section<'a> {
    sheet: &'a Sheet<'a>,
    table: &'a DeTable<'a>,
    /// Its dotted name; empty for the whole file.
    name: String,
    /// Where it begins.
    span: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
}

/// One value of the file with its key.
pub(super) struct Entry<'a> {
    sheet: &'a Sheet<'a>,
    /// The key alone.
    pub(super) key: &'a str,
    /// The dotted name.
    pub(super) name: String,
    key_span: Range<usize>,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(path: &'a Path, text: &'a str) -> Self {
        Self { path, text, errors: RefCell::default(), broken: RefCell::default(), asked: RefCell::default() }
    }

    /// Parses the text; slips of syntax are noted, and what could be read is read.
    pub(super) fn parse(&self) -> Spanned<DeTable<'a>> {
        let (table, slips) = DeTable::parse_recoverable(self.text);
        for slip in slips {
            let at = slip.span().map_or(0, |s| s.start);
            self.note(at, slip.message().to_owned(), String::new());
            self.broken.borrow_mut().push(around(self.text, at));
        }
        table
    }

    pub(super) fn root(&'a self, table: &'a DeTable<'a>) -> Section<'a> {
        Section { sheet: self, table, name: String::new(), span: 0..0, asked: RefCell::default() }
    }

    /// Every key that was asked for, with its table: what the schema is made of.
    pub(super) fn into_asked(self) -> BTreeSet<(String, &'static str)> {
        self.asked.into_inner()
    }

    /// What is wrong, and whether it is the syntax, so that names may be missing.
    pub(super) fn into_errors(self) -> (Vec<ConfigError>, bool) {
        (self.errors.into_inner(), !self.broken.into_inner().is_empty())
    }

    fn note(&self, at: usize, message: String, help: String) {
        if !self.broken.borrow().iter().any(|broken| broken.contains(&at)) {
            self.errors.borrow_mut().push(ConfigError::new(self.spot(at), message, help));
        }
    }

    fn spot(&self, at: usize) -> Spot {
        Spot::in_file(self.path, self.text, at)
    }
}

/// What a slip of syntax makes unreadable: its line; and after the head of a table all that would lie in that table.
fn around(text: &str, at: usize) -> Range<usize> {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |i| i + 1);
    let rest = &text[start..];
    let end = if rest.trim_start().starts_with('[') { rest.find("\n[") } else { rest.find('\n') };
    start..end.map_or(text.len() + 1, |i| start + i + 1)
}

impl<'a> Section<'a> {
    /// The value of a key, if it is there.
    pub(super) fn get(&self, key: &'static str) -> Option<Entry<'a>> {
        self.asked.borrow_mut().push(key);
        self.sheet.asked.borrow_mut().insert((self.name.clone(), key));
        let (found, value) = self.table.get_key_value(key)?;
        Some(self.entry(found, value))
    }

    /// Whether a key is there at all, right or wrong.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Every key of a table whose keys are the user's to choose, in the order of the file.
    pub(super) fn entries(&self) -> Vec<Entry<'a>> {
        let mut entries: Vec<_> = self.table.iter().map(|(key, value)| self.entry(key, value)).collect();
        entries.sort_by_key(|e| e.key_span.start);
        entries
    }

    fn entry(&self, key: &'a Spanned<std::borrow::Cow<'a, str>>, value: &'a Spanned<DeValue<'a>>) -> Entry<'a> {
        let name =
            if self.name.is_empty() { key.get_ref().to_string() } else { format!("{}.{}", self.name, key.get_ref()) };
        Entry { sheet: self.sheet, key: key.get_ref(), name, key_span: key.span(), value }
    }

    /// The value of a key as `read` understands it; what is wrong with it is noted.
    pub(super) fn value<T>(&self, key: &'static str, read: impl FnOnce(&Entry<'a>) -> Result<T, Wrong>) -> Option<T> {
        self.get(key).and_then(|entry| entry.read(read))
    }

    /// The same for text.
    pub(super) fn text<T>(&self, key: &'static str, read: impl FnOnce(&str) -> Result<T, Wrong>) -> Option<T> {
        self.value(key, |entry| read(entry.text()?))
    }

    /// The same for one text or a list of texts, each checked by itself.
    pub(super) fn list<T>(&self, key: &'static str, read: impl Fn(&str) -> Result<T, Wrong>) -> Option<Vec<T>> {
        self.get(key)?.each(read)
    }

    /// Notes something that is wrong with the section as a whole.
    pub(super) fn wrong(&self, message: impl Into<String>, help: impl Into<String>) {
        self.sheet.note(self.span.start, message.into(), help.into());
    }

    /// Notes every key that nobody asked about.
    pub(super) fn end(self) {
        let asked = self.asked.into_inner();
        for (key, _) in self.table {
            if !asked.contains(&key.get_ref().as_ref()) {
                let place = if self.name.is_empty() { String::new() } else { format!(" in [{}]", self.name) };
                let message = format!("unknown key {:?}{place}", key.get_ref());
                self.sheet.note(key.span().start, message, suggest(key.get_ref(), &asked));
            }
        }
    }

    pub(super) fn spot(&self) -> Spot {
        self.sheet.spot(self.span.start)
    }
}

impl<'a> Entry<'a> {
    /// Reads the value, and notes what is wrong with it.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Self) -> Result<T, Wrong>) -> Option<T> {
        read(self).map_err(|wrong| self.wrong(wrong)).ok()
    }

    /// Notes what is wrong with the value.
    pub(super) fn wrong(&self, wrong: Wrong) {
        self.sheet.note(self.value.span().start, format!("{} {}", self.name, wrong.message), wrong.help);
    }

    /// The value as a table.
    pub(super) fn section(&self) -> Option<Section<'a>> {
        if let DeValue::Table(table) = self.value.get_ref() {
            return Some(self.below(table, self.name.clone(), self.key_span.clone()));
        }
        let help = match self.value.get_ref() {
            // Written as `[[role]]`: the name is a part of the head.
            DeValue::Array(_) => format!("[{0}], or a table for each: [{0}.NAME]", self.name),
            _ => format!("[{}]", self.name),
        };
        self.wrong(self.kind("a table", &help));
        None
    }

    /// The value as tables, `[[name]]`.
    pub(super) fn sections(&self) -> Vec<Section<'a>> {
        let DeValue::Array(array) = self.value.get_ref() else {
            self.wrong(self.kind("a list of tables", &format!("[[{}]]", self.name)));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in array {
            match item.get_ref() {
                DeValue::Table(table) => sections.push(self.below(table, self.name.clone(), item.span())),
                _ => self.wrong(self.kind("a list of tables", &format!("[[{}]]", self.name))),
            }
        }
        sections
    }

    fn below(&self, table: &'a DeTable<'a>, name: String, span: Range<usize>) -> Section<'a> {
        Section { sheet: self.sheet, table, name, span, asked: RefCell::default() }
    }

    /// The value as text.
    pub(super) fn text(&self) -> Result<&'a str, Wrong> {
        match self.value.get_ref() {
            DeValue::String(text) => Ok(text),
            DeValue::Integer(number) => Err(self.kind("text", &format!("put it in quotes: {:?}", number.as_str()))),
            _ => Err(self.kind("text", "")),
        }
    }

    /// The value as true or false.
    pub(super) fn flag(&self) -> Result<bool, Wrong> {
        self.value.get_ref().as_bool().ok_or_else(|| self.kind("true or false", "without quotes"))
    }

    /// The value as a number.
    pub(super) fn number(&self) -> Result<f64, Wrong> {
        let text = match self.value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return Err(self.kind("a number", "without quotes")),
        };
        text.parse().map_err(|_| self.kind("a number", ""))
    }

    /// The value as a list of texts, each as `read` understands it; one text counts as a list of one. Each that is wrong is
    /// noted at its own place, and one is enough for `None`.
    pub(super) fn each<T>(&self, mut read: impl FnMut(&'a str) -> Result<T, Wrong>) -> Option<Vec<T>> {
        let items: &[Spanned<DeValue<'a>>] = match self.value.get_ref() {
            DeValue::String(_) => std::slice::from_ref(self.value),
            DeValue::Array(array) => array,
            _ => {
                self.wrong(self.kind("text or a list of texts", ""));
                return None;
            }
        };
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            let text = item.get_ref().as_str().ok_or_else(|| self.item(item.get_ref()));
            match text.and_then(&mut read) {
                Ok(value) => all.push(value),
                Err(wrong) => {
                    let message = format!("{} {}", self.name, wrong.message);
                    self.sheet.note(item.span().start, message, wrong.help);
                }
            }
        }
        (all.len() == items.len()).then_some(all)
    }

    /// What is wrong with an item of a list of texts that is none.
    fn item(&self, given: &DeValue<'_>) -> Wrong {
        // `[[roles]]` with everything of a role below it is what comes to mind first.
        let help = match (given, self.name.as_str()) {
            (DeValue::Table(_), "roles") => "a role is described in [role.NAME], and roles = [\"NAME\"] names it",
            _ => "",
        };
        Wrong::new(format!("must be a list of texts, and {} is in it", kind(given)), help)
    }

    fn kind(&self, wanted: &str, help: &str) -> Wrong {
        Wrong::new(format!("must be {wanted}, not {}", kind(self.value.get_ref())), help)
    }

    pub(super) fn spot(&self) -> Spot {
        self.sheet.spot(self.value.span().start)
    }

    pub(super) fn key_spot(&self) -> Spot {
        self.sheet.spot(self.key_span.start)
    }
}

/// What a value is, in words.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
