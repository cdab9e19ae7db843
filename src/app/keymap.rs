//! What the keys do: data, from which help, footer and palette are made.

use super::{
    action::{Action, Arrange, Fold, LogAct, Mark, Motion, Order, Step, What},
    chord::{Chord, Code},
};
use crate::{
    config::{self, ConfigError, ConfigErrors},
    model::{ViewId, text::suggest},
    view::AnyView,
};

/// Where a binding holds. The top layer or the focused pane gives the scope; what it does not bind, [`Keys::Global`]
/// may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Keys {
    /// Everywhere but where text is typed.
    Global,
    /// The table has the keys.
    Table,
    /// The table has the keys, and the cursor is on the heading of a group. What it does not bind, [`Keys::Table`] may.
    Group,
    /// The table's pane has the keys, and its view is drawn as a map.
    Map,
    /// The tree has the keys.
    Tree,
    /// The detail pane has the keys.
    Detail,
    /// The log is open.
    Log,
    /// A line is being typed: only chords that are no text.
    Input,
    /// A question is open.
    Ask,
    /// A question is open whose yes changes something: Enter is no.
    Confirm,
    /// The help is open.
    Help,
    /// The list of columns is open.
    Columns,
    /// A row of this view is under the cursor. Not a place of its own: it holds over [`Keys::Table`].
    View(ViewId),
}

impl Keys {
    /// All of them but those of the views.
    pub const ALL: [Self; 12] = [
        Self::Global,
        Self::Table,
        Self::Group,
        Self::Map,
        Self::Tree,
        Self::Detail,
        Self::Log,
        Self::Input,
        Self::Ask,
        Self::Confirm,
        Self::Help,
        Self::Columns,
    ];

    /// Whether the bindings that hold everywhere hold here too.
    #[must_use]
    pub fn takes_global(self) -> bool {
        !matches!(self, Self::Input | Self::Ask | Self::Confirm | Self::Columns)
    }

    /// Where a chord is looked up, in this order, over a row of `view` where one is under the cursor.
    pub fn search(self, view: Option<ViewId>) -> impl Iterator<Item = Self> {
        let own = view.filter(|_| matches!(self, Self::Table | Self::Map | Self::Detail)).map(Self::View);
        let table = (self == Self::Group).then_some(Self::Table);
        let global = (self != Self::Global && self.takes_global()).then_some(Self::Global);
        own.into_iter().chain([self]).chain(table).chain(global)
    }

    /// The word in help and configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Table => "table",
            Self::Group => "group",
            Self::Map => "map",
            Self::Tree => "tree",
            Self::Detail => "detail",
            Self::Log => "log",
            Self::Input => "input",
            Self::Ask => "ask",
            Self::Confirm => "confirm",
            Self::Help => "help",
            Self::Columns => "columns",
            Self::View(view) => view.0,
        }
    }
}

/// One binding: chords (parted by blanks) that mean an action here, and what it does in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Where it holds.
    pub keys: Keys,
    /// The chords.
    pub chords: Vec<Chord>,
    /// The word for it in the configuration.
    pub word: &'static str,
    /// What it means.
    pub action: Action,
    /// What it does: a verb and few words.
    pub about: &'static str,
    /// The word for it in the footer; empty to leave it out there.
    pub foot: &'static str,
}

/// All bindings, in the order in which help lists them.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Keymap {
    /// The usual bindings, with the links and verbs of these views.
    #[must_use]
    pub fn of(views: &[&'static dyn AnyView]) -> Self {
        let mut map = Self::default();
        for view in views {
            let keys = Keys::View(view.id());
            for (i, (to, key)) in view.links().into_iter().enumerate().filter(|(_, (_, key))| !key.is_empty()) {
                let about = views.iter().find(|v| v.id() == to).map_or(to.0, |v| v.about());
                map.bindings.push(bind(keys, key, to.0, Action::Link(i), about, to.0));
            }
            if view.has_logs() {
                map.bindings.push(bind(keys, "l", "log", Action::Log(LogAct::Open), "its log", "logs"));
            }
            for verb in view.verbs() {
                map.bindings.push(bind(keys, verb.key, verb.id, Action::Verb(verb.id), verb.about, verb.id));
            }
        }
        map
    }

    /// What a chord means where `keys` is in force, over a row of `view` where one is under the cursor.
    #[must_use]
    pub fn find(&self, keys: Keys, view: Option<ViewId>, chord: Chord) -> Option<&Action> {
        let within = |scope: Keys| self.bindings.iter().find(|b| b.keys == scope && b.chords.contains(&chord));
        keys.search(view).find_map(within).map(|b| &b.action)
    }

    /// The first chord that means an action, wherever it holds.
    #[must_use]
    pub fn chord(&self, action: &Action) -> Option<Chord> {
        self.bindings.iter().filter(|b| b.action == *action).find_map(|b| b.chords.first().copied())
    }

    /// All bindings.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The bindings that the footer shows where `keys` is in force, over a row of `view`.
    pub fn footer(&self, keys: Keys, view: Option<ViewId>) -> impl Iterator<Item = &Binding> {
        let shown = move |b: &&Binding| keys.search(view).any(|scope| scope == b.keys);
        self.bindings.iter().filter(|b| !b.foot.is_empty()).filter(shown)
    }
}

impl Keymap {
    /// The usual bindings with the user's own over them: a chord that is given a new meaning loses its old one there.
    ///
    /// # Errors
    /// Every layer, key or action that is none, with its place in the file and the nearest right word; and a chord
    /// that is given two meanings, with both places.
    pub fn with(views: &[&'static dyn AnyView], own: &[config::Binding]) -> Result<Self, ConfigErrors> {
        let mut map = Self::of(views);
        let mut errors = Vec::new();
        let mut taken: Vec<(Keys, Chord, &config::Binding)> = Vec::new();
        for binding in own {
            match map.read(binding) {
                Ok((keys, chord, at)) => {
                    if let Some((.., other)) = taken.iter().find(|(k, c, _)| *k == keys && *c == chord) {
                        let message = format!("{} is bound twice in {}", binding.chord, keys.word());
                        errors.push(ConfigError::new(
                            binding.spot.clone(),
                            message,
                            format!("it is bound to {:?} as well", other.action),
                        ));
                    }
                    taken.push((keys, chord, binding));
                    for other in map.bindings.iter_mut().filter(|b| b.keys == keys) {
                        other.chords.retain(|c| *c != chord);
                    }
                    map.bindings[at].chords.insert(0, chord);
                }
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(map) } else { Err(ConfigErrors(errors)) }
    }

    /// Reads one binding of the user's: the layer, the chord, and which of the bindings it stands for.
    fn read(&self, own: &config::Binding) -> Result<(Keys, Chord, usize), ConfigError> {
        let wrong = |message: String, help: String| ConfigError::new(own.spot.clone(), message, help);
        let mut places = Keys::ALL.to_vec();
        for binding in self.bindings.iter().filter(|b| matches!(b.keys, Keys::View(_))) {
            if !places.contains(&binding.keys) {
                places.push(binding.keys);
            }
        }
        let layers: Vec<&str> = places.iter().map(|k| k.word()).collect();
        let keys = places
            .into_iter()
            .find(|k| k.word() == own.scope)
            .ok_or_else(|| wrong(format!("unknown layer {:?}", own.scope), suggest(&own.scope, &layers)))?;
        let chord = Chord::parse(&own.chord).ok_or_else(|| {
            wrong(format!("{:?} is no key", own.chord), "write it as j, ctrl-r, shift-left, enter, f5".to_owned())
        })?;
        let letter = matches!(chord, Chord { code: Code::Char(_), ctrl: false, alt: false, .. });
        if keys == Keys::Input && letter {
            let help = format!("add ctrl- or alt-, such as ctrl-{}", own.chord);
            return Err(wrong(format!("{:?} could not be typed any more", own.chord), help));
        }
        let words: Vec<&str> = self.bindings.iter().filter(|b| b.keys == keys).map(|b| b.word).collect();
        let at = self.bindings.iter().position(|b| b.keys == keys && b.word == own.action).ok_or_else(|| {
            wrong(format!("unknown action {:?} in {}", own.action, keys.word()), suggest(&own.action, &words))
        })?;
        Ok((keys, chord, at))
    }
}

impl Default for Keymap {
    fn default() -> Self {
        Self {
            bindings: movement()
                .into_iter()
                .chain(panes())
                .chain(map())
                .chain(super::log::keys::bindings())
                .chain(everywhere())
                .chain(typing())
                .chain(super::columns::keys::bindings())
                .collect(),
        }
    }
}

pub(super) fn bind(
    keys: Keys,
    chords: &str,
    word: &'static str,
    action: Action,
    about: &'static str,
    foot: &'static str,
) -> Binding {
    Binding { keys, chords: chords.split(' ').filter_map(Chord::parse).collect(), word, action, about, foot }
}

/// The words for the favourites' keys.
const FAVOURITES: [&str; 9] = [
    "favourite-1",
    "favourite-2",
    "favourite-3",
    "favourite-4",
    "favourite-5",
    "favourite-6",
    "favourite-7",
    "favourite-8",
    "favourite-9",
];

fn movement() -> Vec<Binding> {
    use Keys::Global;
    vec![
        bind(Global, "j down", "down", Action::Move(Motion::Down), "one down", ""),
        bind(Global, "k up", "up", Action::Move(Motion::Up), "one up", ""),
        bind(Global, "g home", "top", Action::Move(Motion::Top), "to the first", ""),
        bind(Global, "G end", "bottom", Action::Move(Motion::Bottom), "to the last", ""),
        bind(Global, "pgdn ctrl-f", "page-down", Action::Move(Motion::PageDown), "a page down", ""),
        bind(Global, "pgup ctrl-b", "page-up", Action::Move(Motion::PageUp), "a page up", ""),
        bind(Global, "ctrl-d", "half-page-down", Action::Move(Motion::HalfDown), "half a page down", ""),
        bind(Global, "ctrl-u", "half-page-up", Action::Move(Motion::HalfUp), "half a page up", ""),
    ]
}

fn panes() -> Vec<Binding> {
    use Keys::{Detail, Group, Table, Tree};
    vec![
        bind(Table, "enter", "open", Action::Open, "go into the row", "open"),
        bind(Table, "l", "log", Action::Log(LogAct::Open), "the log of the row, or of what it is about", ""),
        bind(Table, "d", "detail", Action::Detail, "show or hide the detail", "detail"),
        bind(Table, "u", "ask", Action::Ask, "ask for what costs something, such as a service's usage", ""),
        bind(Table, "x", "group", Action::Sort(Order::Group), "group by account, by OU, or not", "group"),
        bind(Table, "h left", "heading", Action::Fold(Fold::Close), "to the heading of the group", ""),
        bind(Table, "shift-left", "sort-left", Action::Sort(Order::Left), "order by the column to the left", ""),
        bind(Table, "shift-right", "sort-right", Action::Sort(Order::Right), "order by the column to the right", ""),
        bind(Table, "O", "sort-turn", Action::Sort(Order::Turn), "turn the order round", ""),
        bind(Table, "ctrl-z", "problems", Action::Problems, "only problems, or everything", ""),
        bind(Table, "ctrl-w", "wide", Action::Wide, "wide columns, or not", ""),
        bind(Table, "|", "columns", Action::Columns(Arrange::Open), "choose columns and their widths", ""),
        bind(Table, "space", "mark", Action::Mark(Mark::Toggle), "mark the row, or no longer", ""),
        bind(Table, "v ctrl-space", "mark-range", Action::Mark(Mark::Range), "mark from the last mark to here", ""),
        bind(Table, "ctrl-\\", "unmark", Action::Mark(Mark::Clear), "take all marks away", ""),
        bind(Table, "c", "copy-name", Action::Copy(What::Name), "copy the name, or those of the marked rows", ""),
        bind(
            Table,
            "C",
            "copy-arn",
            Action::Copy(What::Arn),
            "copy the ARN or the key, or those of the marked rows",
            "",
        ),
        bind(Group, "enter", "look", Action::Open, "look at this account or OU alone", "look at it"),
        bind(Group, "space", "fold", Action::Fold(Fold::Toggle), "open or close the group", "fold"),
        bind(Group, "l right", "unfold", Action::Fold(Fold::Open), "open the group, or go to its first row", ""),
        bind(Group, "h left", "close", Action::Fold(Fold::Close), "close the group", ""),
        bind(Tree, "enter", "look", Action::Open, "look at this account or OU alone", "look at it"),
        bind(Tree, "space", "fold", Action::Fold(Fold::Toggle), "open or close an OU", "fold"),
        bind(Tree, "l right", "unfold", Action::Fold(Fold::Open), "open an OU", ""),
        bind(Tree, "h left", "close", Action::Fold(Fold::Close), "close an OU, or go to the one above", ""),
        bind(Tree, "s *", "favourite", Action::Star, "make it a favourite, or no longer", "favourite"),
        bind(Tree, "c", "copy-name", Action::Copy(What::Name), "copy the name", ""),
        bind(Tree, "C", "copy-id", Action::Copy(What::Arn), "copy the id", ""),
        bind(Detail, "u", "ask", Action::Ask, "ask for what costs something, such as a service's usage", ""),
        bind(Detail, "d enter", "close", Action::Detail, "close the detail", "close"),
    ]
}

fn map() -> Vec<Binding> {
    use Keys::Map;
    vec![
        bind(Map, "enter", "open", Action::Open, "go into the cell", "open"),
        bind(Map, "h left", "left", Action::Move(Motion::Left), "one to the left", ""),
        bind(Map, "l right", "right", Action::Move(Motion::Right), "one to the right", ""),
        bind(Map, "d", "detail", Action::Detail, "show or hide the detail", "detail"),
        bind(Map, "ctrl-z", "problems", Action::Problems, "only problems stand out, or everything", ""),
        bind(Map, "c", "copy-name", Action::Copy(What::Name), "copy the name", ""),
        bind(Map, "C", "copy-arn", Action::Copy(What::Arn), "copy the ARN, or the key", ""),
    ]
}

fn everywhere() -> Vec<Binding> {
    use Keys::Global;
    let mut all = vec![
        bind(Global, "/", "filter", Action::Filter, "filter; in the tree: search", "filter"),
        bind(Global, ":", "command", Action::Palette, "command, view, account", "command"),
        bind(Global, "tab", "next-pane", Action::Focus(true), "next pane", "pane"),
        bind(Global, "backtab", "previous-pane", Action::Focus(false), "pane before", ""),
        bind(Global, "?", "help", Action::Help, "help", "help"),
        bind(Global, "esc backspace", "back", Action::Back, "back", ""),
        bind(Global, "q", "leave", Action::Leave, "back; at the root: quit", ""),
        bind(Global, "ctrl-r", "refresh", Action::Refresh, "read again", ""),
        bind(Global, "[", "history-back", Action::History(Step::Back), "back in history", ""),
        bind(Global, "]", "history-forward", Action::History(Step::Forward), "forward in history", ""),
        bind(Global, "-", "last-view", Action::History(Step::Last), "the view before, and back again", ""),
        bind(
            Global,
            "!",
            "answer",
            Action::Recall,
            "a question that was put aside, else a shell for the account",
            "answer",
        ),
        bind(Global, "o", "browse", Action::Browse, "open it in AWS's console, in its account", ""),
        bind(
            Global,
            "ctrl-o",
            "copy-page",
            Action::Copy(What::Page),
            "copy the address of its page in AWS's console",
            "",
        ),
        bind(Global, "w", "watch", Action::Go("watch".into(), String::new()), "the watch board", ""),
        bind(
            Global,
            "ctrl-s",
            "save",
            Action::Save,
            "save the rows, the marked ones alone, or the log into a file",
            "",
        ),
        bind(Global, "ctrl-e", "tree", Action::Tree, "show or hide the tree", ""),
        bind(Global, "E", "elevate", Action::Elevate, "raise the account's rights for a while, or give them back", ""),
        bind(Global, "z", "zone", Action::Zone, "local time or UTC", ""),
        bind(Global, "0", "fleet", Action::Favourite(0), "the whole fleet", ""),
    ];
    for n in 1..=9_u8 {
        let about = if n == 1 { "favourites" } else { "" };
        all.push(bind(Global, &n.to_string(), FAVOURITES[usize::from(n) - 1], Action::Favourite(n), about, ""));
    }
    all.push(bind(Global, "ctrl-t", "shell", Action::Shell, "a shell with the account's credentials", ""));
    all.push(bind(Global, "ctrl-c", "quit", Action::Quit, "quit", ""));
    all
}

fn typing() -> Vec<Binding> {
    use Keys::{Ask, Confirm, Help, Input};
    vec![
        bind(Input, "enter", "accept", Action::Open, "accept", "accept"),
        bind(Input, "esc", "leave", Action::Back, "leave", "leave"),
        bind(Input, "down ctrl-n", "next", Action::Move(Motion::Down), "next suggestion", ""),
        bind(Input, "up ctrl-p", "previous", Action::Move(Motion::Up), "suggestion before", ""),
        bind(Input, "tab", "complete", Action::Focus(true), "complete", "complete"),
        bind(Input, "ctrl-c", "quit", Action::Quit, "quit", ""),
        bind(Ask, "enter y", "yes", Action::Confirm, "yes", "yes"),
        bind(Ask, "esc n q", "no", Action::Back, "no, or later", "no"),
        bind(Ask, "ctrl-c", "quit", Action::Quit, "quit", ""),
        bind(Confirm, "y", "yes", Action::Confirm, "yes: do it", "yes"),
        bind(Confirm, "enter n esc q", "no", Action::Back, "no", "no"),
        bind(Confirm, "ctrl-c", "quit", Action::Quit, "quit", ""),
        bind(Help, "? enter", "close", Action::Help, "close the help", "close"),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_chord_is_bound_twice_in_one_scope() {
        let (mut seen, mut words) = (HashSet::new(), HashSet::new());
        for b in Keymap::default().bindings() {
            assert!(!b.chords.is_empty(), "{b:?}");
            assert!(words.insert((b.keys, b.word)), "{} is two actions in {}", b.word, b.keys.word());
            for chord in &b.chords {
                assert!(seen.insert((b.keys, *chord)), "{} is bound twice in {}", chord, b.keys.word());
            }
        }
    }

    #[test]
    fn keys_that_vim_and_tmux_hands_press_do_nothing_dangerous() {
        let map = Keymap::default();
        for chord in ["ctrl-d", "ctrl-k", "ctrl-b", "ctrl-u"] {
            let action = map.find(Keys::Table, None, Chord::parse(chord).unwrap());
            assert!(matches!(action, None | Some(Action::Move(_))), "{chord}");
        }
    }
}
