//! The keymap with the user's own bindings over it.

use super::*;
use crate::app::{Action, Keys, Layer};

fn errors(text: &str) -> Vec<String> {
    let config = config(text);
    Keymap::with(VIEWS, &config.keys).err().map(|e| e.0.iter().map(ToString::to_string).collect()).unwrap_or_default()
}

#[test]
fn a_key_of_the_users_own_takes_the_place_of_the_usual_one() {
    let mut desk = Desk::over(config("[keys.global]\nw = \"refresh\"\n\"shift-t\" = \"watch\"\n"), small());
    let map = &desk.app.setup.keymap;
    let find = |chord: &str| map.find(Keys::Table, None, Chord::parse(chord).unwrap()).cloned();
    assert_eq!(find("w"), Some(Action::Refresh));
    assert_eq!(find("ctrl-r"), Some(Action::Refresh), "the usual key stays");
    assert!(matches!(find("T"), Some(Action::Go(view, _)) if view == "watch"), "a terminal sends the letter");
    desk.command("svc");
    desk.press("T");
    assert_eq!(desk.place().0, "watch");
}

#[test]
fn wrong_bindings_are_said_with_their_place_and_the_nearest_right_word() {
    for (text, words) in [
        ("[keys.tabel]\nx = \"open\"\n", vec!["tabel", "table"]),
        ("[keys.table]\nx = \"opne\"\n", vec!["opne", "open"]),
        ("[keys.table]\nhello = \"open\"\n", vec!["hello", "no key"]),
        ("[keys.input]\nj = \"next\"\n", vec!["j", "typed"]),
    ] {
        let found = errors(text).join("\n");
        assert!(words.iter().all(|word| found.contains(word)), "{text}: {found}");
    }
    assert_eq!(errors("[keys.input]\nctrl-j = \"next\"\n"), Vec::<String>::new());
}

#[test]
fn enter_is_never_a_yes_to_a_change() {
    let found = errors("[keys.confirm]\nenter = \"yes\"\n");
    assert!(found.len() == 1 && found[0].contains("Enter is no"), "{found:?}");
    assert_eq!(errors("[keys.confirm]\n\"alt-y\" = \"yes\"\n[keys.ask]\nspace = \"yes\"\n"), Vec::<String>::new());
}

#[test]
fn help_and_questions_have_the_keys_while_they_are_on_top() {
    let mut desk = Desk::small();
    desk.press("? G k");
    assert!(matches!(desk.app.layers.last(), Some(Layer::Help(n)) if *n > 5 && *n < 200));
    assert_eq!(desk.app.keys(), Keys::Help);
    desk.press("?");
    let ask = crate::model::Ask::SsoLogin { session: "corp".into(), profile: false };
    desk.press("/");
    desk.apply(Event::Access(News::Ask(1, ask)));
    assert_eq!(desk.app.keys(), Keys::Input, "a question waits until the filter is typed");
    desk.type_in("y");
    desk.press("enter");
    assert_eq!(desk.app.keys(), Keys::Ask);
    desk.press("n");
    assert!(desk.app.layers.is_empty());
}

#[test]
fn copies_are_clean_and_name_what_was_asked_for() {
    let mut desk = Desk::small();
    desk.command("svc");
    desk.pass("svc", &at(12), services(&[("we\u{1b}]0;x\u{7}b", Level::Ok)]));
    desk.press("c");
    assert!(matches!(desk.asked.last(), Some(Effect::Copy(text)) if text == "web"));
}
