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
fn places_of_one_name_are_offered_by_paths_that_are_read_back() {
    let mut tree = small();
    for (id, name, above) in [
        ("ou-prod", "prod", "ou-work"),
        ("ou-core2", "core", "ou-work"),
        ("ou-deep", "work", "ou-core2"),
        ("000000000044", "prod", "ou-deep"),
        ("000000000045", "twin", "ou-core"),
        ("000000000046", "twin", "ou-core"),
    ] {
        tree.push(node(id, name, Some(above), true));
    }
    let offered = |typed: &str, id: &str| {
        let mut desk = Desk::over(config(""), tree.clone());
        desk.press(":");
        desk.type_in(&format!("svc {typed}"));
        let Some(Layer::Palette(palette)) = desk.app.layers.last() else { panic!("no palette") };
        let to =
            |o: &&crate::app::layers::Offer| matches!(&o.action, crate::app::Action::GoAt { node, .. } if node == id);
        let line = palette.offers.iter().find(to).map(|o| o.line.clone()).expect("it is offered");
        desk.press("esc");
        desk.command(&line);
        assert_eq!((desk.place(), desk.app.screen.line.as_str()), (("svc", id), ""), "{line} is read back");
        line
    };
    for (typed, id, line) in [
        ("core", "ou-core", "svc /core"),
        ("core", "ou-core2", "svc work/core"),
        ("work", "ou-work", "svc /work"),
        ("work", "ou-deep", "svc core/work"),
        ("prod", "ou-prod", "svc /work/prod/"),
        ("prod", "000000000012", "svc acc:/work/prod"),
        ("prod", "000000000044", "svc work/core/work/prod"),
        ("twin", "000000000046", "svc acc:000000000046"),
    ] {
        let line = line.replace("svc core/work", "svc work/core/work");
        assert_eq!(offered(typed, id), line);
    }
}

#[test]
fn a_pasted_link_says_where_enter_goes() {
    for (text, about, place) in [
        (
            "https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/main/services/web/health?region=eu-west-1",
            "svc in the whole fleet, filtered by region:eu-west-1 web",
            ("svc", ""),
        ),
        (
            "arn:aws:ecs:eu-west-1:000000000012:service/main/web",
            "svc in prod, filtered by region:eu-west-1 web",
            ("svc", "000000000012"),
        ),
    ] {
        let mut desk = Desk::small();
        desk.press(":");
        desk.type_in(text);
        let Some(Layer::Palette(palette)) = desk.app.layers.last() else { panic!("no palette") };
        assert_eq!(palette.offers.first().map(|o| (o.kind, o.about.as_str())), Some(("link", about)), "{text}");
        desk.press("enter");
        assert_eq!(desk.place(), place, "and Enter goes there");
    }
    let mut desk = Desk::small();
    desk.press(":");
    desk.type_in("000000000012");
    assert_eq!(offers(&desk)[0], ("account", "prod"), "an id is the account's");
}

#[test]
fn a_word_that_a_view_and_an_account_share_is_offered_as_both() {
    let mut tree = small();
    tree.push(node("000000000047", "feed", Some("ou-work"), true));
    let mut desk = Desk::over(config(""), tree);
    desk.press(":");
    desk.type_in("feed");
    assert_eq!(offers(&desk)[..2], [("view", "feed"), ("account", "feed")]);
    desk.press("enter");
    assert_eq!(desk.place(), ("feed", ""));
    assert_eq!(desk.app.notice(), Some("feed is also account 000000000047: `:account feed` goes there"));
    desk.command("account feed");
    assert_eq!(desk.place().1, "000000000047");
    desk.command("svc");
    assert!(desk.app.notice().is_none_or(|said| !said.contains("is also")), "nothing else is called so");
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
