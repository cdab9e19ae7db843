//! The palette: what can be typed after `:`, and what is offered while typing.

use super::{
    App,
    action::{Action, Order},
    find,
    layers::Offer,
};
use crate::model::{locate, text};

/// How many offers there are at most.
const MOST: usize = 50;

/// Commands that take no further words.
const COMMANDS: &[(&str, &str, Action)] = &[
    ("quit", "leave the console", Action::Quit),
    ("help", "what the keys do", Action::Help),
    ("suspend", "go to the background until `fg`", Action::Suspend),
    ("utc", "show moments in UTC, or in local time", Action::Zone),
    ("refresh", "read again what is on screen", Action::Refresh),
    ("problems", "only problems, or everything", Action::Problems),
    ("wide", "wide columns, or not", Action::Wide),
    ("tree", "show or hide the tree", Action::Tree),
    ("detail", "show or hide the detail", Action::Detail),
];

/// What a typed line means, with the user's own words in it; an error that says what could be typed instead.
pub(super) fn parse(app: &App, line: &str) -> Result<Action, String> {
    let line = line.trim().trim_start_matches(':').trim();
    let (word, rest) = parts(line);
    // An alias stands for a command, not for another alias: so two of them cannot go round in a circle.
    match app.setup.config.aliases.iter().find(|a| a.word == word) {
        Some(alias) => command(app, format!("{} {rest}", alias.command.trim_start_matches(':')).trim()),
        None => command(app, line),
    }
}

fn parts(line: &str) -> (&str, &str) {
    line.split_once(char::is_whitespace).map_or((line, ""), |(w, r)| (w, r.trim()))
}

fn command(app: &App, line: &str) -> Result<Action, String> {
    let (word, rest) = parts(line);
    match word {
        "q" | "q!" | "exit" => return Ok(Action::Quit),
        "theme" if !rest.is_empty() => return Ok(Action::Theme(rest.to_owned())),
        "find" => return Ok(Action::Go("find".into(), rest.to_owned())),
        "sort" if !rest.is_empty() => return Ok(Action::Sort(Order::By(rest.to_owned()))),
        "profile" if !rest.is_empty() => return Ok(Action::Profile(rest.to_owned())),
        "role" if !rest.is_empty() => return Ok(Action::Role(rest.to_owned())),
        _ => {}
    }
    if let Some((_, _, action)) = COMMANDS.iter().find(|(name, ..)| *name == word && rest.is_empty()) {
        return Ok(action.clone());
    }
    if let Some(view) = app.view_named(word) {
        return Ok(Action::Go(view.id().0.to_owned(), rest.to_owned()));
    }
    if let Some(offer) = offers(app, line).into_iter().next() {
        return Ok(offer.action);
    }
    if locate::locate(line).is_some() {
        return Err(format!("no account of this fleet is named by {}", text::clip(line, 60)));
    }
    Err(format!("nothing is called {}; type ? for the keys, or a view such as ecs", text::clip(line, 60)))
}

/// What is offered for a line.
#[must_use]
pub(super) fn offers(app: &App, line: &str) -> Vec<Offer> {
    let line = line.trim().trim_start_matches(':').trim_start();
    if let Some(rest) = line.strip_prefix("theme ") {
        return ranked(rest, &themes(app));
    }
    let mut all: Vec<Offer> = app.setup.views.iter().map(|v| view_offer(v.id().0, v.about())).collect();
    all.extend(COMMANDS.iter().map(|(name, about, action)| offer(name, "command", about, action.clone())));
    all.push(offer("theme ", "command", "use another theme", Action::Palette));
    all.push(offer("find ", "command", "search the rows of every view read", Action::Go("find".into(), String::new())));
    if line.is_empty() {
        return all;
    }
    let mut found = ranked(line, &all);
    found.extend(places(app, line));
    found.truncate(MOST);
    found
}

fn offer(line: &str, kind: &'static str, about: &str, action: Action) -> Offer {
    Offer { line: line.to_owned(), kind, about: about.to_owned(), action }
}

fn view_offer(id: &str, about: &str) -> Offer {
    offer(id, "view", about, Action::Go(id.to_owned(), String::new()))
}

fn themes(app: &App) -> Vec<Offer> {
    let line = |name: &String| offer(&format!("theme {name}"), "theme", "", Action::Theme(name.clone()));
    app.setup.themes.iter().map(line).collect()
}

fn ranked(line: &str, offers: &[Offer]) -> Vec<Offer> {
    let hay: Vec<String> = offers.iter().map(|o| o.line.clone()).collect();
    let order = find::rank(line, &hay, |i| u32::from(hay[i].starts_with(line)));
    order.into_iter().map(|i| offers[i].clone()).collect()
}

/// Accounts and OUs that fit, and first the one that a pasted id, ARN or address names.
fn places(app: &App, line: &str) -> Vec<Offer> {
    let mut found = Vec::new();
    let named = locate::locate(line).and_then(|t| t.account);
    if let Some(account) = named.and_then(|id| app.org.account(&id)) {
        found.push(account.id.as_str().to_owned());
    }
    found.extend(find::nodes(&app.org, line, &|id| app.uses.weight(id)).into_iter().take(MOST));
    let nodes = found.iter().filter_map(|id| app.org.node(id));
    nodes
        .map(|node| {
            let above: Vec<&str> = app.org.above(&node.id).into_iter().skip(1).map(|n| n.name.as_str()).collect();
            let kind = if node.account.is_some() { "account" } else { "OU" };
            let about = format!("{} {}", node.id, above.join("/"));
            offer(&node.name, kind, &about, Action::Select(node.id.clone()))
        })
        .collect()
}
