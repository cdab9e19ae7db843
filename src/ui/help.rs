//! The help: what every key does, grouped by where it holds, and every view with what it shows. All of it is made
//! from the keymap and from the catalogue.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    chrome, overlay,
    scene::Scene,
    text::{put, width},
    theme::Role,
    wrap::wrap,
};
use crate::{
    app::{Keymap, Keys},
    rows::filter::GRAMMAR,
    view::AnyView,
};

/// Cells of one column of keys at least.
const COLUMN: u16 = 44;
/// Cells between columns.
const GAP: u16 = 3;
/// The places in which keys hold, in the order in which they are listed.
const PLACES: [Keys; 12] = [
    Keys::Global,
    Keys::Table,
    Keys::Group,
    Keys::Map,
    Keys::Tree,
    Keys::Detail,
    Keys::Log,
    Keys::Input,
    Keys::Ask,
    Keys::Confirm,
    Keys::Help,
    Keys::Columns,
];

/// A line: where it begins, its words and their role.
type Words = Vec<(u16, String, Role)>;

/// Draws the help over the panes.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, offset: usize) -> Option<Position> {
    let screen = scene.app.frame();
    let height = screen.height.saturating_sub(1).max(1);
    let area = Rect { height, ..screen };
    let inner = overlay::open(scene, buf, area, "help", Vec::new());
    if inner.is_empty() {
        return None;
    }
    let mut lines = keys(&scene.app.setup.keymap, inner.width);
    lines.push(Vec::new());
    lines.extend(list("the line of a filter, after /", &grammar(), inner.width));
    lines.push(Vec::new());
    lines.extend(list("views, after :", &views(scene), inner.width));
    let offset = offset.min(lines.len().saturating_sub(usize::from(inner.height)));
    for (line, y) in lines.iter().skip(offset).zip(inner.y..inner.bottom()) {
        for (x, text, role) in line {
            put(buf, inner.x + x, y, inner.width.saturating_sub(*x), text, scene.style(*role));
        }
    }
    chrome::scrolled(scene, buf, Rect { width: inner.width + 1, ..inner }, offset, lines.len());
    None
}

/// A heading and its bindings: chords and what they do.
struct Block {
    title: &'static str,
    bindings: Vec<(String, &'static str)>,
}

/// The bindings by place. One without words of its own belongs to the one before it: `1 … 9`.
fn blocks(keymap: &Keymap) -> Vec<Block> {
    let block = |place: &Keys| {
        let mut bindings: Vec<(String, &'static str)> = Vec::new();
        let mut first = String::new();
        for binding in keymap.bindings().iter().filter(|b| b.keys == *place) {
            let chords: Vec<String> = binding.chords.iter().map(ToString::to_string).collect();
            match bindings.last_mut() {
                Some((shown, _)) if binding.about.is_empty() => *shown = format!("{first} … {}", chords.join(" ")),
                _ => {
                    first = chords.join(" ");
                    bindings.push((first.clone(), binding.about));
                }
            }
        }
        Block { title: title(*place), bindings }
    };
    let mut places = PLACES.to_vec();
    for binding in keymap.bindings().iter().filter(|b| matches!(b.keys, Keys::View(_))) {
        if !places.contains(&binding.keys) {
            places.push(binding.keys);
        }
    }
    places.iter().map(block).filter(|b| !b.bindings.is_empty()).collect()
}

fn title(place: Keys) -> &'static str {
    match place {
        Keys::Global => "everywhere",
        Keys::Table => "in the table",
        Keys::Group => "on the heading of a group",
        Keys::Map => "on a map",
        Keys::Tree => "in the tree",
        Keys::Detail => "in the detail",
        Keys::Log => "in a log",
        Keys::Input => "while typing",
        Keys::Ask => "at a question",
        Keys::Confirm => "before something is changed",
        Keys::View(view) => view.0,
        Keys::Help => "in the help",
        Keys::Columns => "in the list of columns",
    }
}

/// The keys in as many columns as fit, each block in the column that is shortest so far.
fn keys(keymap: &Keymap, room: u16) -> Vec<Words> {
    let columns = ((room + GAP) / (COLUMN + GAP)).clamp(1, 4);
    let wide = (room + GAP) / columns - GAP.min(room / columns);
    let mut filled: Vec<Vec<Words>> = vec![Vec::new(); usize::from(columns)];
    for block in blocks(keymap) {
        let Some(shortest) = filled.iter_mut().min_by_key(|c| c.len()) else { continue };
        if !shortest.is_empty() {
            shortest.push(Vec::new());
        }
        shortest.extend(block_lines(&block, wide));
    }
    let height = filled.iter().map(Vec::len).max().unwrap_or(0);
    let mut out = vec![Vec::new(); height];
    for (column, x) in filled.into_iter().zip((0..).map(|i: u16| i * (wide + GAP))) {
        for (line, row) in column.into_iter().zip(out.iter_mut()) {
            row.extend(line.into_iter().map(|(at, text, role)| (x + at, text, role)));
        }
    }
    out
}

fn block_lines(block: &Block, wide: u16) -> Vec<Words> {
    let chords = block.bindings.iter().map(|(chords, _)| width(chords)).max().unwrap_or(0).min(wide / 2);
    let mut out = vec![vec![(0, block.title.to_owned(), Role::Group)]];
    for (keys, about) in &block.bindings {
        let about = wrap(about, wide.saturating_sub(chords + 2));
        for (i, text) in about.into_iter().enumerate() {
            let mut line = vec![(chords + 2, text, Role::Text)];
            if i == 0 {
                line.insert(0, (0, keys.clone(), Role::Key));
            }
            out.push(line);
        }
    }
    out
}

/// What can stand in a filter.
fn grammar() -> Vec<(String, String)> {
    GRAMMAR.iter().map(|(words, about)| ((*words).to_owned(), (*about).to_owned())).collect()
}

/// The views: their word, what they show, and by which other words they are known.
fn views(scene: &Scene<'_>) -> Vec<(String, String)> {
    let line = |view: &&'static dyn AnyView| {
        let aliases = view.aliases().join(", ");
        let also = if aliases.is_empty() { String::new() } else { format!(" (also {aliases})") };
        (view.id().to_string(), format!("{}{also}", view.about()))
    };
    scene.app.setup.views.iter().map(line).collect()
}

/// Words and what they mean, under a heading.
fn list(title: &str, words: &[(String, String)], room: u16) -> Vec<Words> {
    let widest = words.iter().map(|(word, _)| width(word)).max().unwrap_or(0);
    let mut out = vec![vec![(0, title.to_owned(), Role::Group)]];
    for (word, about) in words {
        let lines = wrap(about, room.saturating_sub(widest + 2));
        for (i, text) in lines.into_iter().enumerate() {
            let mut line = vec![(widest + 2, text, Role::Text)];
            if i == 0 {
                line.insert(0, (0, word.clone(), Role::Key));
            }
            out.push(line);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_binding_is_in_the_help() {
        let keymap = Keymap::default();
        for room in [38, 78, 118, 198] {
            let lines = keys(&keymap, room);
            let words: Vec<&str> = lines.iter().flatten().map(|(_, text, _)| text.as_str()).collect();
            let text = words.join(" ");
            for binding in keymap.bindings().iter().filter(|b| !b.about.is_empty()) {
                let first = binding.about.split(' ').next().unwrap();
                assert!(text.contains(first), "{} at {room}", binding.about);
            }
        }
    }

    #[test]
    fn a_binding_without_words_belongs_to_the_one_before() {
        let all = blocks(&Keymap::default());
        let shown: Vec<&str> = all.iter().flat_map(|b| &b.bindings).map(|(chords, _)| chords.as_str()).collect();
        assert!(shown.contains(&"1 … 9"), "{shown:?}");
    }
}
