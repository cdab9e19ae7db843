//! What is typed and pasted: filters, commands, places.

use super::*;
use crate::app::{Action, Effect, Focus, Layer, Wish};

pub(super) fn offers(desk: &Desk) -> Vec<(&str, &str)> {
    match desk.app.layers.last() {
        Some(Layer::Palette(palette)) => palette.offers.iter().map(|o| (o.kind, o.line.as_str())).collect(),
        _ => panic!("no palette"),
    }
}

#[test]
fn a_filter_narrows_as_it_is_typed_and_esc_takes_it_back() {
    let mut desk = Desk::small();
    desk.command("svc");
    desk.pass("svc", &at(12), services(&[("xa", Level::Ok), ("xyz", Level::Broken), ("db", Level::Ok)]));
    desk.press("/");
    desk.type_in("x");
    assert_eq!(desk.shown(), ["xyz", "xa"]);
    desk.type_in("a");
    assert_eq!(desk.shown(), ["xa"]);
    desk.pass("svc", &at(13), services(&[("xa-2", Level::Ok), ("api", Level::Ok)]));
    assert_eq!(desk.shown(), ["xa", "xa-2"], "what arrives meanwhile is filtered too");
    desk.press("backspace");
    assert_eq!(desk.shown(), ["xyz", "xa", "xa-2"]);
    desk.press("esc");
    assert_eq!(desk.shown().len(), 5);
    desk.press("/");
    desk.type_in("dev !api");
    desk.press("enter");
    assert_eq!(desk.shown(), ["xa-2"], "the account's name counts");
    desk.press("/ esc");
    assert_eq!(desk.app.screen.line, "dev !api", "left as it was");
}

#[test]
fn over_many_rows_a_letter_does_not_wait_for_all_of_them() {
    let mut desk = Desk::small();
    desk.command("svc");
    let names: Vec<String> = (0..20_100).map(|n| format!("s{n}")).collect();
    let rows: Vec<(&str, Level)> = names.iter().map(|n| (n.as_str(), Level::Ok)).collect();
    desk.pass("svc", &at(12), services(&rows));
    desk.press("/");
    desk.type_in("s77");
    desk.press("backspace");
    assert!(desk.shown().len() < 20_100);
    desk.tick(250);
    let seven = desk.shown();
    assert!(seven.iter().all(|name| name.contains("s7")) && seven.len() > 1_000);
    desk.press("esc");
    assert_eq!(desk.app.screen.listing.len(), 20_100);
    desk.press("/");
    desk.type_in("s77");
    desk.press("backspace");
    desk.type_in("8");
    desk.tick(250);
    assert!(!desk.shown().is_empty(), "what is narrowed is what was typed, and not what is on screen yet");
    assert!(desk.shown().iter().all(|name| name.contains("s78")));
    desk.press("backspace enter");
    assert_eq!(desk.shown(), seven, "what is accepted holds at once");
}

#[test]
fn what_is_typed_stays_in_its_line() {
    let mut desk = Desk::small();
    desk.press("/ tab");
    desk.type_in("q?:");
    assert_eq!(desk.app.focus, Focus::Table);
    assert_eq!((desk.app.screen.line.as_str(), desk.app.layers.len(), desk.quits()), ("q?:", 1, false));
}

#[test]
fn commands_views_filters_and_places() {
    for (line, place, filter) in [
        ("svc", ("svc", ""), ""),
        ("SVC", ("svc", ""), ""),
        ("svc-too", ("svc", ""), ""),
        ("svc prod web", ("svc", ""), "prod web"),
        ("filter web", ("watch", ""), "web"),
        ("prod", ("watch", "000000000012"), ""),
        ("PROD", ("watch", "000000000012"), ""),
        ("000000000013", ("watch", "000000000013"), ""),
        ("work", ("watch", "ou-work"), ""),
        (":feed", ("feed", ""), ""),
    ] {
        let mut desk = Desk::small();
        desk.command(line);
        assert_eq!((desk.place(), desk.app.screen.line.as_str()), (place, filter), "{line}");
        assert!(desk.app.layers.is_empty());
    }
}

#[test]
fn a_view_goes_before_an_account_of_nearly_its_name_and_names_before_letters() {
    let mut tree = small();
    tree.push(node("000000000031", "svc-prod", Some("ou-work"), true));
    tree.push(node("000000000032", "tree-house", Some("ou-work"), true));
    let mut desk = Desk::over(config(""), tree);
    desk.press(":");
    desk.type_in("svc");
    assert_eq!(offers(&desk)[..2], [("view", "svc"), ("account", "svc-prod")]);
    desk.press("down enter");
    assert_eq!(desk.place().1, "000000000031", "what is chosen is taken");
    desk.press(":");
    desk.type_in("prod");
    assert_eq!(offers(&desk)[..2], [("account", "prod"), ("account", "svc-prod")]);
    desk.press("esc");
    desk.command("it");
    assert!(!desk.quits(), "no command is guessed from letters");
    desk.command("qui");
    assert!(desk.quits());
}

#[test]
fn a_name_that_several_have_has_to_be_chosen() {
    let mut tree = small();
    tree.push(node("ou-prod", "prod", Some("ou-work"), true));
    let mut desk = Desk::over(config(""), tree);
    desk.command("prod");
    assert_eq!(desk.place().1, "", "nothing was guessed");
    let mut kinds: Vec<&str> = offers(&desk).iter().filter(|o| o.1 == "prod").map(|o| o.0).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["OU", "account"]);
    desk.press("down enter");
    assert!(matches!(desk.place().1, "ou-prod" | "000000000012"));
}

#[test]
fn commands_that_take_a_word_offer_it() {
    let mut desk = Desk::small();
    desk.press(":");
    desk.type_in("th");
    desk.press("tab");
    assert_eq!(offers(&desk), [("theme", "theme dark"), ("theme", "theme light")]);
    desk.type_in("li");
    desk.press("enter");
    assert_eq!(desk.app.theme, "light");
    desk.command("theme");
    assert_eq!(offers(&desk).len(), 2, "the word is asked for");
    assert_eq!(offers(&desk)[0].1, "theme light", "the one in use goes first");
    desk.press("esc");
    desk.command("theme pink");
    assert!(desk.app.notice().unwrap().contains("dark, light"));
    desk.command("profile prod");
    assert!(matches!(desk.asked.last(), Some(Effect::Access(Wish::Profile(p))) if p == "prod"));
    desk.command("nothing-like-it");
    assert!(desk.app.notice().unwrap().contains("nothing is called nothing-like-it"));
}

#[test]
fn a_theme_is_seen_before_it_is_chosen() {
    let mut desk = Desk::small();
    desk.app.setup.themes.push("nord".into());
    desk.command("theme");
    assert_eq!((desk.app.theme_shown(), desk.app.theme.as_str()), ("dark", "dark"));
    desk.press("down");
    assert_eq!((desk.app.theme_shown(), desk.app.theme.as_str()), ("light", "dark"));
    desk.press("down");
    assert_eq!(desk.app.theme_shown(), "nord");
    desk.press("esc");
    assert_eq!(desk.app.theme_shown(), "dark", "leaving brings the old one back");
    assert!(desk.written("screen").is_empty(), "nothing was chosen");
    desk.command("theme");
    desk.press("down down enter");
    assert_eq!((desk.app.theme_shown(), desk.app.theme.as_str()), ("nord", "nord"));
    assert_eq!(desk.written("screen").len(), 1);
    desk.press(":");
    desk.type_in("theme li");
    assert_eq!(desk.app.theme_shown(), "light", "what the letters fit is seen as well");
    desk.press("esc");
    desk.command("theme ");
    assert!(desk.app.layers.is_empty(), "Enter takes the first word that is offered");
    assert_eq!(desk.app.theme, "nord");
}

#[test]
fn words_of_the_users_own() {
    let config = config("[alias]\np = \"svc prod\"\nround = \"round\"\nsvc = \"feed\"\nlook = \":prod\"\n");
    let mut desk = Desk::over(config, small());
    desk.command("p web");
    assert_eq!((desk.place().0, desk.app.screen.line.as_str()), ("svc", "prod web"));
    desk.command("svc");
    assert_eq!(desk.place().0, "feed", "the user's word goes first");
    desk.command("look");
    assert_eq!(desk.place().1, "000000000012");
    desk.command("round");
    assert!(desk.app.notice().unwrap().contains("nothing is called round"));
    desk.press(":");
    assert!(offers(&desk).contains(&("alias", "p")));
}

#[test]
fn what_is_pasted_leads_to_its_account_view_and_thing() {
    for (text, place, filter) in [
        (" 000000000012\n", ("watch", "000000000012"), ""),
        ("0000-0000-0013", ("watch", "000000000013"), ""),
        ("arn:aws:iam::000000000013:role/admin", ("watch", "000000000013"), ""),
    ] {
        let mut desk = Desk::small();
        desk.apply(Event::Paste(text.into()));
        assert_eq!((desk.place(), desk.app.screen.line.as_str()), (place, filter), "{text}");
        assert!(!desk.written("uses").is_empty());
    }
    let mut desk = Desk::small();
    desk.command("svc");
    desk.apply(Event::Paste("000000000012".into()));
    assert_eq!(desk.place(), ("svc", "000000000012"), "the view stays");
    for (text, words) in [("999999999999", "not in this fleet"), ("hello", "no account id, ARN or console address")] {
        desk.apply(Event::Paste(text.into()));
        assert!(desk.app.notice().unwrap().contains(words), "{text}");
    }
    desk.press(":");
    desk.apply(Event::Paste("arn:aws:iam::000000000013:role/admin".into()));
    desk.press("enter");
    assert_eq!(desk.place().1, "000000000013", "in the palette as well");
    desk.press("/");
    desk.apply(Event::Paste(format!("\u{1b}[31mweb\n{}", "x".repeat(1_000_000))));
    assert!(desk.app.screen.line.starts_with("web x") && desk.app.screen.line.len() < 10_000);
}

#[test]
fn a_link_without_an_account_opens_its_view_over_what_is_looked_at() {
    let link =
        |region: &str| format!("https://{region}.console.aws.amazon.com/ecs/v2/clusters/main/services/web/health");
    for typed in [false, true] {
        let mut desk = Desk::small();
        desk.command("work");
        if typed {
            desk.press(":");
        }
        desk.apply(Event::Paste(link("eu-west-1")));
        if typed {
            desk.press("enter");
        }
        assert_eq!((desk.place(), &*desk.app.screen.line), (("svc", "ou-work"), "region:eu-west-1 web"), "{typed}");
        assert!(desk.app.notice().is_none(), "{:?}", desk.app.notice());
    }
    let mut desk = Desk::small();
    desk.apply(Event::Paste(link("eu-north-1")));
    assert_eq!((desk.place(), &*desk.app.screen.line), (("svc", ""), "region:eu-north-1 web"));
    let said = desk.app.notice().unwrap();
    assert!(said.starts_with("eu-north-1 is not read: regions = "), "an empty table would say nothing: {said}");
    desk.apply(Event::Paste("https://eu-west-1.console.aws.amazon.com/billing/home".into()));
    assert!(desk.app.notice().unwrap().contains("names no account"));
    assert_eq!(desk.place().0, "svc", "nothing is opened");
    desk.apply(Event::Paste("https://000000000012-abc.eu-west-1.console.aws.amazon.com/billing/home".into()));
    assert_eq!((desk.place(), &*desk.app.screen.line), (("svc", "000000000012"), "region:eu-west-1"));
}

#[test]
fn a_code_has_six_digits_and_a_question_freezes_nothing() {
    let mut desk = Desk::small();
    desk.apply(Event::Access(News::Ask(7, crate::model::Ask::Mfa { serial: "arn:mfa".into(), refused: None })));
    desk.type_in("12345");
    desk.press("enter");
    assert_eq!(desk.app.layers.len(), 1, "{:?}", desk.app.notice());
    desk.pass("svc", &at(12), services(&[("web", Level::Broken)]));
    desk.tick(250);
    assert_eq!(desk.shown(), ["web@prod"]);
    desk.type_in("6");
    desk.press("enter");
    assert!(matches!(desk.asked.last(), Some(Effect::Access(Wish::Answer(7, Some(code)))) if code == "123456"));
    assert!(desk.app.layers.is_empty());
}

#[test]
fn other_roles_are_read_with_at_once() {
    let text = "roles = [\"reader\", \"admin\"]\n[role.reader]\narn = \"arn:aws:iam::{account}:role/reader\"\n\
                [role.admin]\narn = \"arn:aws:iam::{account}:role/admin\"\n";
    let mut desk = Desk::over(config(text), small());
    desk.command("role admin");
    assert!(desk.app.notice().unwrap().contains("choose an account first"));
    desk.command("prod");
    let old = desk.ticket("svc", &at(12)).unwrap();
    desk.command("role admin");
    let new = desk.ticket("svc", &at(12)).unwrap();
    assert_ne!(old, new, "what was under way with the old role is not waited for");
    let Some(Job::Rows { at, .. }) = desk.jobs.get(&new) else { panic!("rows") };
    assert_eq!(at.role.as_deref(), Some("admin"));
    desk.command("role king");
    assert!(desk.app.notice().unwrap().contains("reader, admin"));
}

#[test]
fn an_action_of_the_palette_is_one_of_the_keys_too() {
    let mut desk = Desk::small();
    desk.command("problems");
    assert!(desk.app.screen.problems);
    desk.command("utc");
    assert!(desk.app.utc);
    desk.command("suspend");
    assert!(matches!(desk.asked.last(), Some(Effect::Suspend)));
    assert!(desk.app.setup.keymap.bindings().iter().any(|b| b.action == Action::Zone));
}

#[test]
fn every_view_is_filtered_by_where_its_rows_lie() {
    let text = "[[where]]\nou = \"work\"\nproduction = false\nlabel = \"staging\"\n[[where]]\nou = \"core\"\nproduction = true";
    let mut desk = Desk::over(config(text), small());
    desk.command("svc");
    for account in [11, 12, 13] {
        let name = format!("s{account}");
        desk.pass("svc", &at(account), services(&[(name.as_str(), Level::Broken)]));
    }
    desk.tick(250);
    let found = [
        ("account:prod", vec!["s12"]),
        ("account:000000000013", vec!["s13"]),
        ("!account:prod ou:work", vec!["s13"]),
        ("ou:core", vec!["s11"]),
        ("OU:WORK region:west", vec!["s12", "s13"]),
        ("region:north", vec![]),
        ("env:prod", vec!["s11"]),
        ("env:non-prod", vec!["s12", "s13"]),
        ("environment:stag account:dev", vec!["s13"]),
        ("!env:stag", vec!["s11"]),
        ("account:s1", vec![]),
    ];
    for (line, keys) in &found {
        desk.command(&format!("filter {line}"));
        assert_eq!(desk.shown(), *keys, "{line}");
    }
    desk.press("w");
    desk.tick(250);
    for (line, keys) in &found {
        desk.command(&format!("filter {line}"));
        let shown: Vec<String> =
            desk.shown().iter().map(|k| k.split('@').next().unwrap_or_default().to_owned()).collect();
        assert_eq!(shown, *keys, "{line} on the board, whose rows lie elsewhere than their scope");
    }
    desk.command("accounts");
    desk.command("filter account:000000000012");
    assert_eq!(desk.shown(), ["000000000012"], "an account lies in itself");
}
