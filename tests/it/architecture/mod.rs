//! The plan of the house, held: arrows, lengths, the closed vocabulary, the registered views, the paths in the docs.

mod source;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use quarterdeck::views::VIEWS;
use source::{File, close, files_below, heads, home, sources};

/// The rooms from the ground up: a room imports from rows below its own, and from nowhere else.
const HOUSE: &[&[&str]] = &[
    &["model"],
    &["rows", "config", "store", "remote"],
    &["access", "cli"],
    &["cx"],
    &["view"],
    &["views", "app"],
    &["base", "ui"],
    &["headless", "shell"],
];

/// Rooms that stand apart: `main` and the tests alone know of them, and they know of no other.
const APART: &[&str] = &["sim"];

fn height(room: &str) -> usize {
    HOUSE.iter().position(|row| row.contains(&room)).unwrap_or_else(|| panic!("a room without a place: {room}"))
}

#[test]
fn arrows_between_rooms_run_one_way() {
    let mut wrong = BTreeSet::new();
    for file in sources().iter().filter(|f| !["main", "lib"].contains(&f.room())) {
        let room = file.room();
        for to in file.arrows() {
            let right =
                if APART.contains(&room) || APART.contains(&to.as_str()) { false } else { height(&to) < height(room) };
            if !right {
                wrong.insert(format!("{}: {room} → {to}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_room_is_named_and_every_file_belongs_to_one() {
    let rooms: BTreeSet<String> = sources().iter().map(|f| f.room().to_owned()).collect();
    let named: BTreeSet<String> =
        HOUSE.iter().copied().flatten().chain(APART).chain(&["main", "lib"]).map(|room| (*room).to_owned()).collect();
    assert_eq!(rooms, named);
}

/// Rooms without a door to the world: `clippy.toml` names what is behind one.
const PURE: &[&str] = &["model", "rows", "view", "views", "app", "ui", "cx", "cli"];

#[test]
fn pure_rooms_have_no_door() {
    let door = |f: &&File| f.text.contains("clippy::disallowed_methods") && !f.path.contains("tests");
    let (open, closed): (Vec<_>, Vec<_>) = sources().into_iter().partition(|f| door(&f));
    let wrong: Vec<&str> = open.iter().filter(|f| PURE.contains(&f.room())).map(|f| f.path.as_str()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(open.len() > 10 && PURE.iter().all(|room| closed.iter().any(|f| f.room() == *room)));
}

#[test]
fn files_have_at_most_400_lines_and_begin_with_what_they_are() {
    let long: Vec<String> =
        sources().iter().filter(|f| f.lines() > 400).map(|f| format!("{}: {}", f.path, f.lines())).collect();
    assert!(long.is_empty(), "{long:#?}");
    let silent: Vec<String> = sources().iter().filter(|f| !f.text.starts_with("//!")).map(|f| f.path.clone()).collect();
    assert!(silent.is_empty(), "without a first line `//!`: {silent:#?}");
    let tests = files_below("tests", "rs");
    let long: Vec<_> = tests.iter().filter(|p| fs::read_to_string(p).is_ok_and(|t| t.lines().count() > 400)).collect();
    assert!(long.is_empty() && !tests.is_empty(), "{long:#?}");
}

#[test]
fn the_median_file_has_at_most_120_lines() {
    let mut lengths: Vec<usize> = sources().iter().map(File::lines).collect();
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2] <= 120, "{}", lengths[lengths.len() / 2]);
}

#[test]
fn functions_have_at_most_60_lines() {
    let mut count = 0;
    let mut long = Vec::new();
    for file in sources() {
        for function in file.functions() {
            count += 1;
            if function.lines > 60 {
                long.push(format!("{}: {} has {} lines", file.path, function.name, function.lines));
            }
        }
    }
    assert!(long.is_empty(), "{long:#?}");
    assert!(count > 1_000, "{count} functions: were they found?");
}

/// The variants of an enum with this name, wherever it is declared.
fn variants(name: &str) -> Vec<(String, Vec<String>)> {
    let mark = format!("enum {name} ");
    let mut found = Vec::new();
    for file in sources() {
        for (at, _) in file.code.match_indices(&mark) {
            let open = at + file.code[at..].find('{').expect("a body");
            let body = &file.code[open + 1..close(&file.code, open)];
            // A variant's attributes come before its name.
            let plain: String = body.lines().filter(|line| !line.trim_start().starts_with("#[")).collect();
            found.push((file.path.clone(), heads(&plain)));
        }
    }
    found
}

#[test]
fn the_vocabulary_is_closed_and_names_no_view() {
    let words: Vec<String> = VIEWS.iter().map(|v| v.id().0.replace('-', "")).collect();
    for name in ["Action", "Event", "Effect"] {
        let found = variants(name);
        let [(path, variants)] = found.as_slice() else { panic!("one enum {name}: {found:?}") };
        assert!(path.starts_with("src/app/"), "{path}");
        assert!(variants.len() > 5, "{name}: {variants:?}");
        // `Access` is the room of that name, and no view.
        let is_room = |word: &String| HOUSE.iter().any(|row| row.contains(&word.as_str()));
        let named = |v: &&String| words.iter().any(|word| *word == v.to_lowercase() && !is_room(word));
        let naming: Vec<&String> = variants.iter().filter(named).collect();
        assert!(naming.is_empty(), "{name} names a view: {naming:?}");
    }
}

/// What `views! { … }` lists: room by room, the words of its files.
fn registered() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(home().join("src/views/mod.rs")).expect("the catalogue");
    let at = text.rfind("\nviews! {").expect("the list") + 1;
    let open = at + text[at..].find('{').expect("the list");
    let mut rest = &text[open + 1..close(&text, open)];
    let mut rooms = BTreeMap::new();
    while let Some((room, tail)) = rest.split_once('{') {
        let (views, tail) = tail.split_once('}').expect("a closed room");
        rooms.insert(room.trim().to_owned(), views.split_whitespace().map(str::to_owned).collect());
        rest = tail;
    }
    rooms
}

#[test]
fn every_file_of_a_view_is_registered_and_every_word_has_its_file() {
    let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let root = home().join("src/views");
    for path in files_below("src/views", "rs") {
        let parts: Vec<String> =
            path.strip_prefix(&root).expect("a view").iter().map(|p| p.to_string_lossy().into_owned()).collect();
        // Deeper files are parts of a view; the door is no view.
        if let [room, file] = parts.as_slice() {
            files.entry(room.clone()).or_default().insert(file.trim_end_matches(".rs").to_owned());
        }
    }
    assert_eq!(files, registered());
    assert_eq!(registered().values().map(BTreeSet::len).sum::<usize>(), VIEWS.len());
}

#[test]
fn views_have_words_of_their_own_and_lead_to_views_that_exist() {
    let mut words = BTreeSet::new();
    for view in VIEWS {
        for word in std::iter::once(view.id().0).chain(view.aliases().iter().copied()) {
            assert!(words.insert(word), "{word} is the word of two views");
            assert!(word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{word}");
        }
        for (to, _) in view.links() {
            assert!(VIEWS.iter().any(|v| v.id() == to), "{} leads to {to}, which is no view", view.id());
        }
        let mut ids: Vec<&str> = view.heads().iter().map(|h| h.id).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{}: two columns with one id", view.id());
        assert!(!view.about().is_empty() && !view.about().ends_with('.'), "{}: {}", view.id(), view.about());
    }
}

#[test]
fn paths_that_the_documentation_names_exist() {
    for page in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(home().join(page)).unwrap_or_else(|e| panic!("{page}: {e}"));
        let mut named = 0;
        for word in text.split(|c: char| c.is_whitespace() || "`()[]{}\"'<>,;|*".contains(c)) {
            let word = word.trim_end_matches(['.', ':', '/']);
            let ours = ["src/", "tests/", "themes/", "screenshots/"].iter().any(|folder| word.starts_with(folder));
            // Words such as `src/views/<room>/*.rs` are cut at the sign; the folder that is left must exist.
            if ours {
                named += 1;
                assert!(home().join(word).exists(), "{page} names {word}, which does not exist");
            }
        }
        assert!(named > 0 || page == "CONTRIBUTING.md", "{page} names no path");
    }
}
