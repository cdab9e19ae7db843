//! Places, columns and regions behind the words of the palette, and what it remembers.

use super::{typing::offers, *};
use crate::app::Layer;

#[test]
fn a_view_is_looked_at_in_a_place_that_its_words_name() {
    let mut tree = small();
    tree.push(node("ou-prod", "prod", Some("ou-work"), true));
    tree.push(node("000000000041", "Café blue", Some("ou-prod"), true));
    tree.push(node("000000000042", "pay-one", Some("ou-work"), true));
    tree.push(node("000000000043", "pay-two", Some("ou-work"), true));
    for (line, place, filter) in [
        ("svc acc:dev", ("svc", "000000000013"), ""),
        ("svc acc:DEV web", ("svc", "000000000013"), "web"),
        ("svc acc:000000000013", ("svc", "000000000013"), ""),
        ("svc acc:pay", ("svc", ""), "account:pay"),
        ("svc work/dev", ("svc", "000000000013"), ""),
        ("svc work/prod/café blue web", ("svc", "000000000041"), "web"),
        ("svc prod/Café blue", ("svc", "000000000041"), ""),
        ("svc core/dev", ("svc", ""), "core/dev"),
        ("svc registry/image", ("svc", ""), "registry/image"),
        ("svc dev", ("svc", ""), "dev"),
        ("account dev", ("watch", "000000000013"), ""),
        ("account pay-t", ("watch", "000000000043"), ""),
        ("ou prod", ("watch", "ou-prod"), ""),
        ("account prod", ("watch", "000000000012"), ""),
    ] {
        let mut desk = Desk::over(config(""), tree.clone());
        desk.command(line);
        assert_eq!((desk.place(), desk.app.screen.line.as_str()), (place, filter), "{line}");
        assert!(desk.app.layers.is_empty(), "{line}");
    }
    // Two nodes of one path are told apart by nobody but their ids.
    let mut desk = Desk::over(config(""), tree);
    desk.command("svc work/prod");
    assert_eq!((desk.place().1, desk.app.screen.line.as_str()), ("", "work/prod"));
}

#[test]
fn places_columns_and_regions_are_offered_behind_a_view() {
    let mut desk = Desk::small();
    desk.press(":");
    desk.type_in("svc ");
    let words: Vec<&str> = offers(&desk).into_iter().map(|(_, line)| line).collect();
    assert_eq!(words[0], "svc", "what Enter does goes first");
    assert!(words.contains(&"svc acc:") && words.contains(&"svc region:") && words.contains(&"svc name:"), "{words:?}");
    desk.type_in("acc:d");
    assert_eq!(offers(&desk)[1], ("account", "svc work/dev"));
    desk.press("tab");
    assert_eq!(offers(&desk)[0], ("view", "svc work/dev"), "taken into the line");
    desk.press("enter");
    assert_eq!(desk.place(), ("svc", "000000000013"));
    desk.press(":");
    desk.type_in("svc web reg");
    desk.press("tab");
    assert!(offers(&desk).contains(&("region", "svc web region:eu-west-1")), "{:?}", offers(&desk));
    desk.press("down enter");
    assert_eq!(desk.app.screen.line, "web region:eu-west-1");
    desk.command("region all");
    assert_eq!(desk.app.screen.line, "web");
    desk.command("region eu-w");
    assert_eq!((desk.place().0, desk.app.screen.line.as_str()), ("svc", "web region:eu-west-1"));
}

#[test]
fn a_wrong_word_is_answered_with_the_nearest() {
    let mut desk = Desk::small();
    for (line, near) in [("accuont dev", "account"), ("thme dark", "theme"), ("feeed", "feed"), ("svcc web", "svc")] {
        desk.command(line);
        let said = desk.app.notice().unwrap_or_default().to_owned();
        assert!(said.contains(&format!("did you mean {near}?")), "{line}: {said}");
    }
}

#[test]
fn commands_are_kept_over_restarts_and_come_back_with_up() {
    let mut desk = Desk::small();
    for line in ["svc web", "utc", "no-such-thing", "feed"] {
        desk.command(line);
        desk.tick(250);
    }
    let line = |desk: &Desk| match desk.app.layers.last() {
        Some(Layer::Palette(palette)) => palette.input.value().to_owned(),
        _ => panic!("no palette"),
    };
    let kept: Vec<(String, String)> =
        desk.written("commands").into_iter().filter_map(|m| Some((m.key, m.value?))).collect();
    assert_eq!(kept.len(), 3, "what means nothing is not kept: {kept:?}");
    let memory = Memory { commands: kept, ..Memory::default() };
    let mut desk = Desk::bare(config(""), memory);
    desk.press(":");
    desk.type_in("s");
    desk.press("up");
    let newest = line(&desk);
    desk.press("up up");
    assert_eq!(line(&desk), "svc web");
    desk.press("up");
    assert_eq!(line(&desk), "svc web", "before the first there is nothing");
    desk.press("down down");
    assert_eq!(line(&desk), newest);
    desk.press("down");
    assert_eq!(line(&desk), "s", "what was being typed");
    desk.press("down");
    assert_eq!(line(&desk), "s", "and then among the offers");
    desk.press("up up up up");
    desk.type_in("x");
    desk.press("down");
    assert_eq!(line(&desk), "svc webx", "a changed line is a new one");
}
