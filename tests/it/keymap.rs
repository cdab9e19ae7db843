//! The keys of the whole catalogue: what no two of them may share, and what a user's own key does over those of views.

use std::collections::HashSet;

use quarterdeck::{
    app::{Action, Chord, Keymap, Keys},
    config::{Config, Env, Flags, Paths},
    views::VIEWS,
};

fn config(text: &str) -> Config {
    let paths = Paths::new(&Env::empty(), None);
    Config::assemble(&Env::empty(), &Flags::default(), paths, Some(text)).expect("a configuration").config
}

fn errors(text: &str) -> Vec<String> {
    let config = config(text);
    Keymap::with(VIEWS, &config.keys).err().map(|e| e.0.iter().map(ToString::to_string).collect()).unwrap_or_default()
}

#[test]
fn no_chord_is_bound_twice_in_one_scope_nor_in_a_view() {
    let (mut seen, mut words) = (HashSet::new(), HashSet::new());
    let map = Keymap::of(VIEWS);
    assert!(map.bindings().iter().any(|b| matches!(b.keys, Keys::View(_))), "the views' keys are among them");
    for b in map.bindings() {
        assert!(!b.chords.is_empty(), "{b:?}");
        assert!(words.insert((b.keys, b.word)), "{} is two actions in {}", b.word, b.keys.word());
        for chord in &b.chords {
            assert!(seen.insert((b.keys, *chord)), "{} is bound twice in {}", chord, b.keys.word());
        }
    }
}

/// What hands press that come from vim, less or tmux, before they have looked where they are.
const REFLEXES: &str = "ctrl-a ctrl-b ctrl-c ctrl-d ctrl-e ctrl-f ctrl-k ctrl-l ctrl-n ctrl-p ctrl-r ctrl-u ctrl-w ctrl-y \
    ctrl-z h j k l g G 0 $ w b e n N d x u p y i a o v V : / ? q space enter esc tab backspace up down left right";

#[test]
fn keys_that_vim_and_tmux_hands_press_do_nothing_dangerous() {
    let map = Keymap::of(VIEWS);
    for view in VIEWS.iter().map(|view| Some(view.id())).chain([None]) {
        for scope in [Keys::Table, Keys::Map, Keys::Detail] {
            for word in REFLEXES.split_whitespace() {
                let action = map.find(scope, view, Chord::parse(word).unwrap());
                assert!(!matches!(action, Some(Action::Verb(_))), "{word} in {view:?}: {action:?}");
            }
            for word in ["ctrl-d", "ctrl-k", "ctrl-b", "ctrl-u"] {
                let action = map.find(scope, view, Chord::parse(word).unwrap());
                assert!(matches!(action, None | Some(Action::Move(_))), "{word} in {view:?}: {action:?}");
            }
        }
    }
}

#[test]
fn a_key_that_a_view_has_on_its_rows_is_not_taken_in_silence() {
    let map = Keymap::of(VIEWS);
    let verb = map.bindings().iter().find(|b| b.word == "redeploy").unwrap();
    let (view, key) = (verb.keys.word(), verb.chords[0].to_string());
    let found = errors(&format!("[keys.global]\n{key} = \"refresh\"\n"));
    assert_eq!(found.len(), 1, "{found:?}");
    for word in [key.as_str(), "refresh", "global", view, "redeploy"] {
        assert!(found[0].contains(word), "{word} in {}", found[0]);
    }
    // With another key for the verb the user's own key means the same everywhere.
    let text = format!("[keys.global]\n{key} = \"refresh\"\n[keys.{view}]\n\"alt-r\" = \"redeploy\"\n");
    let map = Keymap::with(VIEWS, &config(&text).keys).unwrap();
    let find = |word: &str| {
        map.find(Keys::Table, VIEWS.iter().map(|v| v.id()).find(|v| v.0 == view), Chord::parse(word).unwrap())
    };
    assert_eq!(find(&key), Some(&Action::Refresh));
    assert_eq!(find("alt-r"), Some(&Action::Verb("redeploy")));
}
