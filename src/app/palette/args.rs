//! What follows a word of the palette: where a view is to be looked at, and which of the things that the console knows a
//! command is meant for.

use std::collections::BTreeSet;

use super::{super::App, Action, MOST, Offer, offer, parts};
use crate::{
    model::{Region, org::Node},
    view::AnyView,
};

/// Commands whose word is an account, an OU or a region.
pub(super) const PLACES: &[(&str, &str)] = &[
    ("account ", "look at one account alone"),
    ("ou ", "look at one OU alone"),
    ("region ", "only rows of one region, or of all again"),
];

/// Words before which an account is meant.
const ACCOUNT: &str = "acc:";

/// A view with what follows it: a place (`acc:payments`, `workload/prod/payments`) or none, and a filter line.
pub(super) fn view(app: &App, view: &dyn AnyView, rest: &str) -> Offer {
    let id = view.id().0;
    let line = format!("{id} {rest}");
    let (node, filter) = place(app, rest);
    let Some(node) = node else {
        let about = format!("{}, filtered by {filter}", view.about());
        return offer(&line, "view", &about, Action::Go(id.to_owned(), filter));
    };
    let name = app.org.node(&node).map_or(node.as_str(), |n| n.name.as_str());
    let filtered = if filter.is_empty() { String::new() } else { format!(", filtered by {filter}") };
    let about = format!("{} in {name}{filtered}", view.about());
    offer(&line, "view", &about, Action::GoAt { view: id.to_owned(), node, line: filter })
}

/// The node that the first words name, and what follows them. Names may hold blanks: the longest that fits counts. An
/// account that is named but in part is a filter.
fn place(app: &App, rest: &str) -> (Option<String>, String) {
    let (named, bare) = rest.strip_prefix(ACCOUNT).map_or((false, rest), |bare| (true, bare));
    if named || bare.contains('/') {
        let ends = bare.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).chain([bare.len()]);
        for end in ends.collect::<Vec<_>>().into_iter().rev() {
            if let Some(id) = node_called(app, &bare[..end], named) {
                return (Some(id), bare[end..].trim().to_owned());
            }
        }
    }
    (None, if named { format!("account:{bare}") } else { rest.to_owned() })
}

/// The one node of this id, name or path. A path may leave out its beginning, unless a `/` stands there; with one at its
/// end it means an OU. Where an account is meant, only accounts are.
fn node_called(app: &App, text: &str, account: bool) -> Option<String> {
    let typed = text.trim().to_lowercase();
    let is_path = typed.contains('/');
    let (small, unit) = typed.strip_suffix('/').map_or((typed.as_str(), false), |front| (front, true));
    let (above, name) = small.rsplit_once('/').map_or(("", small), |(above, name)| (above.trim_matches('/'), name));
    let anchored = small.starts_with('/');
    let fits = |node: &Node| {
        let other_kind = if node.account.is_some() { unit } else { account };
        if other_kind {
            return false;
        }
        if node.id == small || node.name.to_lowercase() == small && !unit {
            return account || unit;
        }
        is_path && node.name.to_lowercase() == name && {
            let path = path(app, node).to_lowercase();
            let before = path.strip_suffix(name).unwrap_or_default().trim_end_matches('/');
            before == above || !anchored && (above.is_empty() || before.ends_with(&format!("/{above}")))
        }
    };
    let mut found = app.org.walk().map(|(node, _)| node).filter(|node| fits(node));
    let first = found.next()?;
    found.next().is_none().then(|| first.id.clone())
}

/// The names from the root's child down to a node, joined by `/`.
fn path(app: &App, node: &Node) -> String {
    let above = app.org.above(&node.id).into_iter().filter(|n| n.parent.is_some());
    above.chain([node]).map(|n| n.name.as_str()).collect::<Vec<_>>().join("/")
}

/// How a node is written behind a view: by its path, from the root where another path ends so, and as an account or an OU
/// where one of the other kind has it as well; by its id where all of this is read back as another node.
fn written(app: &App, node: &Node) -> String {
    let path = path(app, node);
    let kinds = |line: &str| if node.account.is_some() { format!("{ACCOUNT}{line}") } else { format!("{line}/") };
    let rooted = format!("/{path}");
    let (plain, whole) = (path.contains('/').then(|| path.clone()), kinds(&rooted));
    let mut ways = plain.into_iter().chain([rooted, whole]);
    let back = |line: &String| matches!(place(app, line), (Some(id), rest) if id == node.id && rest.is_empty());
    ways.find(back).unwrap_or_else(|| kinds(&node.id))
}

/// What the last word behind a view may become.
pub(super) fn behind(app: &App, view: &dyn AnyView, rest: &str) -> Vec<Offer> {
    let id = view.id().0;
    let from = rest.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let (before, last) = rest.split_at(from);
    let whole = |word: &str| format!("{id} {before}{word}");
    let line = |word: &str| format!("{before}{word}").trim().to_owned();
    if let Some(typed) = last.strip_prefix("region:") {
        let all = regions(app).into_iter().filter(|r| r.as_str().contains(typed));
        let to = |r: &Region| Action::Go(id.to_owned(), line(&format!("region:{r}")));
        return all.map(|r| offer(&whole(&format!("region:{r}")), "region", "", to(&r))).collect();
    }
    let (named, typed) = last.strip_prefix(ACCOUNT).map_or((false, last), |typed| (true, typed));
    let mut found = Vec::new();
    if !named {
        let heads = view.heads().into_iter().map(|h| h.id).filter(|id| *id != "region");
        let begun = ["acc", "region"].into_iter().chain(heads).filter(|head| head.starts_with(last));
        found.extend(begun.map(|head| {
            let about = match head {
                "acc" => "in one account, by its name, id or path",
                "region" => "in one region",
                _ => "filter by this column",
            };
            offer(&whole(&format!("{head}:")), "column", about, Action::Palette)
        }));
    }
    // A place stands first: behind a filter it would be one word more of it.
    if before.is_empty() && (named || !typed.is_empty()) {
        let nodes = app.nodes_named(&typed.replace('/', " "));
        let nodes = nodes.iter().filter_map(|id| app.org.node(id)).filter(|n| !named || n.account.is_some());
        found.extend(nodes.take(MOST).map(|node| {
            let (kind, action) =
                (kind(node), Action::GoAt { view: id.to_owned(), node: node.id.clone(), line: String::new() });
            offer(&whole(&written(app, node)), kind, &node.id, action)
        }));
    }
    found
}

/// Where a pasted link or ARN leads, which is what Enter does with it. Of a bare id the account itself says it.
pub(super) fn pasted(app: &App, line: &str) -> Option<Offer> {
    let target = super::place(app, line)?;
    if target.view.is_none() && target.region.is_none() && !line.contains(':') {
        return None;
    }
    let (view, node, filter) = app.destination(&target).ok()?;
    let place = app.org.node(&node).map_or("the whole fleet", |node| node.name.as_str());
    let filtered = if filter.is_empty() { String::new() } else { format!(", filtered by {filter}") };
    let about = format!("{} in {place}{filtered}", view.id());
    Some(offer(line, "link", &about, Action::GoAt { view: view.id().0.to_owned(), node, line: filter }))
}

fn kind(node: &Node) -> &'static str {
    if node.account.is_some() { "account" } else { "OU" }
}

/// What `account`, `ou` and `region` are offered with, the first being what Enter takes; `None` for other words.
pub(super) fn words(app: &App, word: &str, rest: &str) -> Option<Vec<Offer>> {
    let of_account = match word {
        "account" => true,
        "ou" => false,
        "region" => return Some(of_region(app, rest)),
        _ => return None,
    };
    let nodes = app.nodes_named(&rest.replace('/', " "));
    let nodes = nodes.iter().filter_map(|id| app.org.node(id)).filter(|n| n.account.is_some() == of_account);
    let mut offers: Vec<Offer> = nodes
        .take(MOST)
        .map(|node| {
            let about = format!("{} {}", node.id, path(app, node));
            offer(&format!("{word} {}", node.name), kind(node), &about, Action::Select(node.id.clone()))
        })
        .collect();
    let small = rest.to_lowercase();
    offers.sort_by_key(|o| {
        let Action::Select(id) = &o.action else { return true };
        !(*id == small || parts(&o.line).1.to_lowercase() == small)
    });
    Some(offers)
}

/// The filter line on screen for one region, or for all of them again.
fn of_region(app: &App, rest: &str) -> Vec<Offer> {
    let view = app.screen.view.id().0;
    let others: Vec<&str> = app.screen.line.split_whitespace().filter(|w| !w.starts_with("region:")).collect();
    let to = |word: Option<String>| {
        let words: Vec<String> = others.iter().map(|w| (*w).to_owned()).chain(word).collect();
        Action::Go(view.to_owned(), words.join(" "))
    };
    let all = offer("region all", "region", "of every region that is read", to(None));
    let each =
        regions(app).into_iter().map(|r| offer(&format!("region {r}"), "region", "", to(Some(format!("region:{r}")))));
    let small = rest.to_lowercase();
    let mut offers: Vec<Offer> = each.chain([all]).filter(|o| parts(&o.line).1.contains(&small)).collect();
    offers.sort_by_key(|o| parts(&o.line).1 != small);
    offers
}

/// The regions that the console knows: the configured ones, the caller's, and those in which rows of this view are read.
fn regions(app: &App) -> Vec<Region> {
    let config = &app.setup.config;
    let here = app.table(app.screen.view.id()).scopes.iter().filter_map(|s| s.scope.region.clone());
    let set = config.regions.iter().chain(config.overrides.iter().flat_map(|o| o.regions.iter().flatten())).cloned();
    let all: BTreeSet<Region> = set.chain(app.caller.as_ref().map(|c| c.region.clone())).chain(here).collect();
    all.into_iter().collect()
}
