//! The palette: what can be typed after `:`, and what is offered while typing.

mod args;
mod past;

pub use past::Past;

use super::{
    App,
    action::{Action, Arrange, LogAct, Order},
    find,
    layers::{Layer, Offer, Palette},
};
use crate::{
    model::{
        locate,
        text::{self, nearest},
    },
    rows::filter::contains,
    view::AnyView,
};

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
    ("columns", "choose columns and their widths", Action::Columns(Arrange::Open)),
    ("tree", "show or hide the tree", Action::Tree),
    ("detail", "show or hide the detail", Action::Detail),
    ("save", "save the rows, the marked ones alone, or the log into a file", Action::Save),
    ("preview", "the detail at the right of wide screens, always or not", Action::Preview),
    ("full", "this pane alone on the screen, or everything", Action::Full),
    ("answer", "bring back a question that was put aside", Action::Recall),
    ("log", "the log of the row under the cursor", Action::Log(LogAct::Open)),
    ("browse", "open the thing under the cursor in AWS's console, in its account", Action::Browse),
    ("ask", "ask for what costs something, such as a service's usage", Action::Ask),
];

/// Commands that take a word more.
const PREFIXES: &[(&str, &str)] = &[
    ("theme ", "use another theme"),
    ("sort ", "order by a column; with - from the largest"),
    ("role ", "use another of the account's roles"),
    ("profile ", "use another profile of the AWS configuration"),
];

/// What a line means.
#[derive(Debug)]
pub(super) enum Means {
    /// This is to be done.
    This(Action),
    /// More has to be typed, after this.
    More(String),
}

/// What a typed line means, with the user's own words in it; an error that says what could be typed instead.
pub(super) fn parse(app: &App, line: &str) -> Result<Means, String> {
    let line = trimmed(line);
    let (word, rest) = parts(line);
    // An alias stands for a command, not for another alias: so two of them cannot go round in a circle.
    match app.setup.config.aliases.iter().find(|a| a.word == word) {
        Some(alias) => command(app, format!("{} {rest}", trimmed(&alias.command)).trim()),
        None => command(app, line),
    }
}

/// The place that a pasted id, ARN or address names, if nothing else was typed and the fleet knows its account; or its
/// view, where it names no account.
pub(super) fn place(app: &App, line: &str) -> Option<locate::Target> {
    let line = trimmed(line);
    let one = !line.contains(char::is_whitespace);
    let target = locate::locate(line).filter(|_| one)?;
    let known = match &target.account {
        Some(account) => app.org.account(account).is_some(),
        None => target.view.is_some_and(|view| app.view_named(view).is_some()),
    };
    known.then_some(target)
}

/// What to say where a line is taken for a view or a command, and an account or OU is called so as well.
pub(super) fn namesake(app: &App, line: &str, action: &Action) -> Option<String> {
    let line = trimmed(line);
    if matches!(action, Action::Select(_)) || named(app, line).is_none() {
        return None;
    }
    let ids = nodes_called(app, line);
    let node = ids.first().and_then(|id| app.org.node(id))?;
    let word = if node.account.is_some() { "account" } else { "ou" };
    Some(format!("{} is also {word} {}: `:{word} {line}` goes there", line, node.id))
}

/// What Enter does where a command waits for its word and none was typed: the first of the words that fit.
pub(super) fn first_word(palette: &Palette) -> Option<&Offer> {
    let line = palette.input.value().trim_start();
    let (word, rest) = parts(line);
    let waits = !word.is_empty() && rest.is_empty() && line.ends_with(char::is_whitespace);
    let offer = palette.offers.first().filter(|_| waits)?;
    (parts(&offer.line).0 == word && offer.action != Action::Palette).then_some(offer)
}

impl App {
    /// Shows the line that was typed before the one shown, or after it, and at last the one that was being typed.
    pub(super) fn line_before(&mut self, before: bool) {
        let Some(Layer::Palette(palette)) = self.layers.last() else { return };
        let (at, typed) = match &palette.past {
            Some((at, typed)) => (Some(*at), typed.clone()),
            None => (None, palette.input.value().to_owned()),
        };
        let to = if before { Some(at.map_or(0, |at| at + 1)) } else { at.and_then(|at| at.checked_sub(1)) };
        let line = match to {
            Some(to) => match self.trail.commands.back(to) {
                Some(line) => line.to_owned(),
                // Before the first there is nothing.
                None => return,
            },
            None => typed.clone(),
        };
        let (offers, input) = (offers(self, &line), tui_input::Input::new(line));
        let past = to.map(|to| (to, typed));
        if let Some(Layer::Palette(palette)) = self.layers.last_mut() {
            *palette = Palette { input, offers, chosen: 0, past };
        }
    }

    /// The theme to draw with: the one under the cursor of the palette while it offers themes, else the one in use. So
    /// a theme is seen before it is chosen, and leaving the palette brings the old one back.
    #[must_use]
    pub fn theme_shown(&self) -> &str {
        let Some(Layer::Palette(palette)) = self.layers.last() else { return &self.theme };
        match palette.offers.get(palette.chosen).map(|offer| &offer.action) {
            Some(Action::Theme(name)) => name,
            _ => &self.theme,
        }
    }
}

fn trimmed(line: &str) -> &str {
    line.trim().trim_start_matches(':').trim()
}

fn parts(line: &str) -> (&str, &str) {
    line.split_once(char::is_whitespace).map_or((line, ""), |(w, r)| (w, r.trim()))
}

fn command(app: &App, line: &str) -> Result<Means, String> {
    let (word, rest) = parts(line);
    if matches!(word, "q" | "q!" | "exit") && rest.is_empty() {
        return Ok(Means::This(Action::Quit));
    }
    if let Some(means) = exactly(app, line) {
        return Ok(means);
    }
    // Letters strewn about are good enough to be offered, not to be obeyed.
    let typed = line.to_lowercase();
    let says = |offer: &Offer| contains(&offer.line, &typed) || contains(&offer.about, &typed);
    if let Some(offer) = offers(app, line).into_iter().find(says) {
        return Ok(means(offer));
    }
    if locate::locate(line).is_some() {
        return Err(format!("nothing of this fleet is named by {}", text::clip(line, 60)));
    }
    let known = words(app);
    let near = nearest(parts(line).0, known.iter().map(String::as_str));
    let near = near.map_or_else(
        || "type ? for the keys, or a view such as ecs".to_owned(),
        |near| format!("did you mean {near}?"),
    );
    Err(format!("nothing is called {}; {near}", text::clip(line, 60)))
}

/// Every word that a line may begin with.
fn words(app: &App) -> Vec<String> {
    let views = app.setup.views.iter().flat_map(|v| [v.id().0].into_iter().chain(v.aliases().iter().copied()));
    let own = app.setup.config.aliases.iter().map(|a| a.word.as_str());
    let commands = COMMANDS.iter().map(|(word, ..)| *word);
    let places = PREFIXES.iter().chain(args::PLACES).map(|(word, _)| word.trim_end());
    views.chain(own).chain(commands).chain(places).map(ToOwned::to_owned).collect()
}

/// What a line means that names something by its whole name. What names several things has to be chosen from.
fn exactly(app: &App, line: &str) -> Option<Means> {
    let (word, rest) = parts(line);
    if let Some(offers) = args::words(app, word, rest).filter(|_| !rest.is_empty()) {
        // What fits nothing has to be chosen from what there is.
        let found = offers.into_iter().next().map(|offer| Means::This(offer.action));
        return Some(found.unwrap_or_else(|| Means::More(format!("{word} "))));
    }
    if let Some(offers) = completed(app, word).filter(|_| !rest.is_empty()) {
        let found = ranked(line, &offers).into_iter().next();
        let named = offers.into_iter().find(|o| parts(&o.line).1 == rest);
        // What is called so exactly, then what fits; otherwise the command itself says what there is.
        return Some(Means::This(named.or(found).map_or_else(|| plain(word, rest), |offer| offer.action)));
    }
    if let Some(offer) = named(app, line) {
        return Some(means(offer));
    }
    match nodes_called(app, line).as_slice() {
        [] => None,
        [id] => Some(Means::This(Action::Select(id.clone()))),
        _ => Some(Means::More(line.to_owned())),
    }
}

fn means(offer: Offer) -> Means {
    if offer.action == Action::Palette { Means::More(offer.line) } else { Means::This(offer.action) }
}

/// A command with a word that nothing is called.
fn plain(word: &str, rest: &str) -> Action {
    match word {
        "theme" => Action::Theme(rest.to_owned()),
        "sort" => Action::Sort(Order::By(rest.to_owned())),
        "role" => Action::Role(rest.to_owned()),
        _ => Action::Profile(rest.to_owned()),
    }
}

/// What is offered for a line; the first is what Enter would do.
#[must_use]
pub(super) fn offers(app: &App, line: &str) -> Vec<Offer> {
    let line = line.trim_start().trim_start_matches(':').trim_start();
    let (word, rest) = parts(line);
    let behind = line.contains(char::is_whitespace);
    if let Some(offers) = args::words(app, word, rest).filter(|_| behind) {
        return offers;
    }
    if let Some(offers) = completed(app, word).filter(|_| behind) {
        return if rest.is_empty() { offers } else { ranked(line, &offers) };
    }
    if let Some(view) = app.view_named(&word.to_lowercase()).filter(|_| behind) {
        // The line as it stands goes first: it is what Enter does.
        let rest = line.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim_start());
        return [view_offer(app, view, rest.trim_end())].into_iter().chain(args::behind(app, view, rest)).collect();
    }
    let line = line.trim_end();
    let (views, commands) = (views(app), commands());
    if line.is_empty() {
        return views.into_iter().chain(aliases(app)).chain(commands).collect();
    }
    let small = line.to_lowercase();
    let mut found: Vec<Offer> = args::pasted(app, line).into_iter().collect();
    found.extend(aliases(app).into_iter().filter(|o| o.line == line));
    found.extend(named(app, line));
    found.extend(nodes_called(app, line).iter().filter_map(|id| node_offer(app, id)));
    let begins = |o: &&Offer| o.line.to_lowercase().starts_with(&small);
    found.extend(views.iter().chain(&commands).filter(begins).cloned());
    // A command is never guessed from strewn letters: one of them ends the console.
    let (near, far): (Vec<Offer>, Vec<Offer>) =
        places(app, line).into_iter().partition(|offer| contains(&offer.line, &small));
    found.extend(near);
    found.extend(ranked(line, &views));
    found.extend(far);
    let mut once: Vec<Offer> = Vec::new();
    for offer in found {
        if once.len() < MOST && !once.iter().any(|o| o.action == offer.action && o.line == offer.line) {
            once.push(offer);
        }
    }
    once
}

fn offer(line: &str, kind: &'static str, about: &str, action: Action) -> Offer {
    Offer { line: line.to_owned(), kind, about: about.to_owned(), action }
}

fn views(app: &App) -> Vec<Offer> {
    app.setup.views.iter().map(|v| view_offer(app, *v, "")).collect()
}

fn view_offer(app: &App, view: &dyn AnyView, rest: &str) -> Offer {
    let id = view.id().0;
    if rest.is_empty() {
        offer(id, "view", view.about(), Action::Go(id.to_owned(), String::new()))
    } else {
        args::view(app, view, rest)
    }
}

fn commands() -> Vec<Offer> {
    let plain = COMMANDS.iter().map(|(name, about, action)| offer(name, "command", about, action.clone()));
    let more = PREFIXES.iter().chain(args::PLACES).map(|(name, about)| offer(name, "command", about, Action::Palette));
    plain.chain(more).collect()
}

/// The user's own words.
fn aliases(app: &App) -> Vec<Offer> {
    let known = |line: &str| match exactly(app, trimmed(line)) {
        Some(Means::This(action)) => Some(action),
        _ => None,
    };
    let own = app.setup.config.aliases.iter();
    own.filter_map(|a| Some(offer(&a.word, "alias", &a.command, known(&a.command)?))).collect()
}

/// The view or command that a line names exactly, a view with the filter that follows it.
fn named(app: &App, line: &str) -> Option<Offer> {
    let (word, rest) = parts(line);
    let small = word.to_lowercase();
    if let Some(view) = app.view_named(&small) {
        return Some(view_offer(app, view, rest));
    }
    if word == "filter" && !rest.is_empty() {
        let action = Action::Go(app.screen.view.id().0.to_owned(), rest.to_owned());
        return Some(offer(line, "command", "filter the rows on screen", action));
    }
    commands().into_iter().find(|o| rest.is_empty() && o.line.trim_end() == small)
}

/// What a command can be completed with; `None` for those that take no word.
fn completed(app: &App, word: &str) -> Option<Vec<Offer>> {
    let line = |name: &str| format!("{word} {name}");
    Some(match word {
        "theme" => {
            // The one in use goes first: so the list begins with what is on the screen already.
            let (used, others): (Vec<_>, Vec<_>) = app.setup.themes.iter().partition(|n| **n == app.theme);
            let about = |n: &String| if *n == app.theme { "in use" } else { "" };
            let all = used.into_iter().chain(others);
            all.map(|n| offer(&line(n), "theme", about(n), Action::Theme(n.clone()))).collect()
        }
        "sort" => {
            let heads = app.screen.view.heads();
            let ids = heads.iter().map(|h| h.id).chain(["trouble"]);
            let both = ids.flat_map(|id| [id.to_owned(), format!("-{id}")]);
            both.map(|id| offer(&line(&id), "column", "", Action::Sort(Order::By(id)))).collect()
        }
        "role" => {
            let roles = app.account_at_hand().map(|a| app.roles_of(a)).unwrap_or_default();
            roles.into_iter().map(|r| offer(&line(&r.name), "role", "", Action::Role(r.name))).collect()
        }
        "profile" => Vec::new(),
        _ => return None,
    })
}

fn ranked(line: &str, offers: &[Offer]) -> Vec<Offer> {
    let hay: Vec<String> = offers.iter().map(|o| o.line.clone()).collect();
    let order = find::rank(line, &hay, |i| u32::from(hay[i].starts_with(line)));
    order.into_iter().map(|i| offers[i].clone()).collect()
}

/// The accounts and OUs that are called so exactly, by their name or id, or by what was pasted.
fn nodes_called(app: &App, line: &str) -> Vec<String> {
    if let Some(account) = place(app, line).and_then(|target| target.account) {
        return vec![account.as_str().to_owned()];
    }
    let small = line.to_lowercase();
    let called = app.org.walk().filter(|(node, _)| node.id == line || node.name.to_lowercase() == small);
    called.map(|(node, _)| node.id.clone()).collect()
}

/// Accounts and OUs that fit.
fn places(app: &App, line: &str) -> Vec<Offer> {
    app.nodes_named(line).iter().take(MOST).filter_map(|id| node_offer(app, id)).collect()
}

fn node_offer(app: &App, id: &str) -> Option<Offer> {
    let node = app.org.node(id)?;
    let above: Vec<&str> = app.org.above(id).into_iter().skip(1).map(|n| n.name.as_str()).collect();
    let kind = if node.account.is_some() { "account" } else { "OU" };
    let about = format!("{} {}", node.id, above.join("/"));
    Some(offer(&node.name, kind, &about, Action::Select(node.id.clone())))
}
