//! Theme files: a palette, and a line of words for each role (`brass on hull bold`).

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Role, SHIPPED, colour};
use crate::model::text::nearest;

/// The modifiers, as a theme writes them.
const MODIFIERS: [(&str, Modifier); 6] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
    ("crossed-out", Modifier::CROSSED_OUT),
];

type Styles = [Style; Role::ALL.len()];

/// One entry of a section: its words, and the offset at which they stand (for the line in an error).
struct Entry<'a> {
    words: &'a str,
    at: usize,
}

/// The entries of a file, by section, over those of its base.
#[derive(Default)]
struct Sheet<'a> {
    palette: BTreeMap<&'a str, Color>,
    roles: BTreeMap<&'a str, Entry<'a>>,
}

/// The style of each role in a theme file.
pub(super) fn styles(source: &str) -> Result<Styles, String> {
    let parse = |text| DeTable::parse(text).map_err(|e| at(text, e.span().map_or(0, |s| s.start), e.message()));
    let file = parse(source)?;
    let (base_source, base_file);
    let mut base = Sheet::default();
    if let Some(name) = base_of(file.get_ref(), source)? {
        base_source = name;
        base_file = parse(base_source)?;
        base.read(base_file.get_ref(), base_source)?;
    }
    let mut own = Sheet { palette: base.palette, roles: BTreeMap::new() };
    own.read(file.get_ref(), source)?;
    let mut out = Styles::default();
    for role in Role::ALL {
        let (entry, text) = match (own.roles.get(role.name()), base.roles.get(role.name())) {
            (Some(entry), _) => (entry, source),
            // A base cannot be at fault: each shipped theme is complete.
            (None, Some(entry)) => (entry, ""),
            (None, None) => {
                return Err(at(source, source.len(), &format!("role `{}` is missing (or name a `base`)", role.name())));
            }
        };
        out[role as usize] = style(entry.words, &own.palette).map_err(|why| at(text, entry.at, &why))?;
    }
    Ok(out)
}

/// The text of the shipped theme that the file builds on, if it names one.
fn base_of(file: &DeTable<'_>, source: &str) -> Result<Option<&'static str>, String> {
    let Some(value) = file.get("base") else { return Ok(None) };
    let Some(name) = value.get_ref().as_str() else {
        return Err(at(source, value.span().start, "`base` must be the name of a theme in quotes"));
    };
    match SHIPPED.iter().find(|(n, _)| *n == name) {
        Some((_, text)) => Ok(Some(text)),
        None => Err(at(source, value.span().start, &unknown("theme", name, SHIPPED.iter().map(|(n, _)| *n)))),
    }
}

impl<'a> Sheet<'a> {
    fn read(&mut self, file: &'a DeTable<'_>, source: &str) -> Result<(), String> {
        for (key, value) in file {
            match (key.get_ref().as_ref(), value.get_ref().as_table()) {
                ("palette", Some(table)) => self.read_palette(table, source)?,
                ("roles", Some(table)) => self.read_roles(table, source)?,
                ("base", _) => {}
                (name @ ("palette" | "roles"), None) => {
                    return Err(at(source, value.span().start, &format!("`{name}` must be a table, as `[{name}]`")));
                }
                (name, _) => {
                    return Err(at(source, key.span().start, &unknown("section", name, ["base", "palette", "roles"])));
                }
            }
        }
        Ok(())
    }

    fn read_palette(&mut self, table: &'a DeTable<'_>, source: &str) -> Result<(), String> {
        for (key, value) in table {
            let word = words(value, source)?;
            let colour = named(word.words, &BTreeMap::new())
                .ok_or_else(|| at(source, word.at, &unknown("colour", word.words, colour::ANSI.map(|(n, _)| n))))?;
            self.palette.insert(key.get_ref(), colour);
        }
        Ok(())
    }

    fn read_roles(&mut self, table: &'a DeTable<'_>, source: &str) -> Result<(), String> {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if !Role::ALL.iter().any(|r| r.name() == name) {
                return Err(at(source, key.span().start, &unknown("role", name, Role::ALL.map(Role::name))));
            }
            self.roles.insert(name, words(value, source)?);
        }
        Ok(())
    }
}

fn words<'a>(value: &'a Spanned<DeValue<'_>>, source: &str) -> Result<Entry<'a>, String> {
    let start = value.span().start;
    match value.get_ref().as_str() {
        Some(words) => Ok(Entry { words, at: start }),
        None => Err(at(source, start, &format!("a string is wanted here, not a {}", value.get_ref().type_str()))),
    }
}

/// `[foreground] [on background] [modifier …]`.
fn style(words: &str, palette: &BTreeMap<&str, Color>) -> Result<Style, String> {
    let mut out = Style::new();
    let mut ground = false;
    for word in words.split_whitespace() {
        if word == "on" && !ground {
            ground = true;
        } else if ground {
            out.bg = Some(colour_of(word, palette)?);
            ground = false;
        } else if let Some((_, modifier)) = MODIFIERS.iter().find(|(name, _)| *name == word) {
            out = out.add_modifier(*modifier);
        } else if out.fg.is_none() {
            out.fg = Some(colour_of(word, palette)?);
        } else {
            return Err(unknown("modifier", word, MODIFIERS.map(|(name, _)| name)));
        }
    }
    if ground { Err("a colour is wanted after `on`".to_owned()) } else { Ok(out) }
}

fn colour_of(word: &str, palette: &BTreeMap<&str, Color>) -> Result<Color, String> {
    named(word, palette).ok_or_else(|| {
        let known = palette.keys().copied().chain(colour::ANSI.map(|(n, _)| n)).chain(MODIFIERS.map(|(n, _)| n));
        unknown("colour", word, known)
    })
}

fn named(word: &str, palette: &BTreeMap<&str, Color>) -> Option<Color> {
    let ansi = || colour::ANSI.iter().find(|(name, _)| *name == word).map(|(_, c)| *c);
    palette.get(word).copied().or_else(|| colour::hex(word)).or_else(ansi)
}

/// `no colour is called …`, with the nearest name where one is near enough to be meant.
fn unknown<'a>(what: &str, word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(word, known) {
        Some(near) => format!("no {what} is called `{word}`; did you mean `{near}`?"),
        None if what == "colour" => {
            format!("no {what} is called `{word}`; write a palette name, #rrggbb, or `default`")
        }
        None => format!("no {what} is called `{word}`"),
    }
}

fn at(source: &str, offset: usize, why: &str) -> String {
    let line = 1 + source.as_bytes().iter().take(offset).filter(|b| **b == b'\n').count();
    format!("line {line}: {why}")
}
