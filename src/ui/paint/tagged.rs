//! The screen as text that keeps colour, for snapshots that a person can review line by line.
//!
//! Each row is its text, and under it, where anything but plain text is in it, a letter for the look of each cell:
//!
//! ```text
//! │ ✖ prod       checkout   2 of 6 running
//! ┊.x............................ddddddddd
//! ```
//!
//! The letter of a [`Role`] is fixed. Any other look gets one that follows from its name alone, and a line of the
//! legend, so that a new look in one place changes no letter in another.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
};

use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier},
};

use super::runs::{Look, glyphs};
use crate::ui::theme::{Role, Theme};

/// Letters for looks that are no role. None of them is the letter of a role.
const LETTERS: &[u8] = b"ACGJKLNQRTUVWXYZcfgjqvwyz0123456789!#$%&()<>=?@^_";
/// The letter of looks for which none is left.
const NO_LETTER: char = '§';

/// The screen as text rows with a row of look letters under each, and a legend at the end. With the theme that it
/// was drawn with, looks carry the names of roles, so that a snapshot says what was meant; without, their colours.
#[must_use]
pub fn tagged(buf: &Buffer, theme: Option<&Theme>) -> String {
    let names = Names::new(theme);
    let letters = letters(buf, &names);
    let mut out = String::new();
    for row in 0..buf.area.height {
        let (mut text, mut tags) = (String::new(), String::new());
        for glyph in glyphs(buf, row) {
            text.push_str(glyph.symbol);
            let letter = letters.get(&glyph.look).copied().unwrap_or(NO_LETTER);
            tags.extend(std::iter::repeat_n(letter, usize::from(glyph.cells)));
        }
        // Writing to a String cannot fail.
        let _ok = writeln!(out, "│{}", text.trim_end());
        let tags = tags.trim_end_matches(Role::Text.tag());
        if !tags.is_empty() {
            let _ok = writeln!(out, "┊{tags}");
        }
    }
    out.push('\n');
    let legend: BTreeMap<String, char> =
        letters.iter().map(|(look, letter)| (names.of(*look), *letter)).filter(|(name, _)| name != "text").collect();
    for (name, letter) in legend {
        let _ok = writeln!(out, "{letter} {name}");
    }
    out
}

/// Names of looks, from a theme.
struct Names(HashMap<Look, String>);

impl Names {
    fn new(theme: Option<&Theme>) -> Self {
        let mut names = HashMap::new();
        let Some(theme) = theme else { return Self(names) };
        let ground = theme.style(Role::Text);
        let grounds = [Role::Text, Role::Header, Role::Footer, Role::Overlay, Role::Selection];
        for below in grounds {
            for role in std::iter::once(below).chain(Role::ALL) {
                let style = ground.patch(theme.style(below)).patch(theme.style(role));
                let name = match below {
                    Role::Text => role.name().to_owned(),
                    _ if below == role => below.name().to_owned(),
                    _ => format!("{}+{}", below.name(), role.name()),
                };
                // Roles that look the same are one look: the first name stands for all.
                names.entry(Look::from(style)).or_insert(name);
            }
        }
        Self(names)
    }

    fn of(&self, look: Look) -> String {
        self.0.get(&look).cloned().unwrap_or_else(|| describe(look))
    }
}

/// The letter of every look in the buffer.
fn letters(buf: &Buffer, names: &Names) -> HashMap<Look, char> {
    let looks: BTreeMap<String, Look> =
        (0..buf.area.height).flat_map(|row| glyphs(buf, row)).map(|g| (names.of(g.look), g.look)).collect();
    let mut taken = vec![false; LETTERS.len()];
    let mut out = HashMap::new();
    for (name, look) in looks {
        let role = Role::ALL.iter().find(|r| r.name() == name);
        let letter = role.map_or_else(|| free_letter(&name, &mut taken), |r| r.tag());
        out.insert(look, letter);
    }
    out
}

/// The letter that the name alone points to, or the next free one.
fn free_letter(name: &str, taken: &mut [bool]) -> char {
    // FNV-1a: the letter must not change with the release of a standard library.
    let hash = name.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    let start = hash as usize % LETTERS.len();
    for i in (start..LETTERS.len()).chain(0..start) {
        if !std::mem::replace(&mut taken[i], true) {
            return char::from(LETTERS[i]);
        }
    }
    NO_LETTER
}

/// A look in colours and modifiers: `#d4b06a on #0b1622 bold`.
fn describe(look: Look) -> String {
    if look == (Look { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() }) {
        return Role::Text.name().to_owned();
    }
    let mut out = colour(look.fg);
    if look.bg != Color::Reset {
        let _ok = write!(out, " on {}", colour(look.bg));
    }
    for (name, _) in look.modifier.iter_names() {
        let _ok = write!(out, " {}", name.to_lowercase());
    }
    out
}

fn colour(colour: Color) -> String {
    match colour {
        Color::Reset => "default".to_owned(),
        other => other.to_string().to_lowercase(),
    }
}
