//! What the keys do: data, from which help, footer and palette are made.

use super::{
    action::{Action, Fold, Motion, Order, Step, What},
    chord::Chord,
};

/// Where a binding holds. The top layer or the focused pane gives the scope; what it does not bind, [`Keys::Global`]
/// may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Keys {
    /// Everywhere but where text is typed.
    Global,
    /// The table has the keys.
    Table,
    /// The tree has the keys.
    Tree,
    /// The detail pane has the keys.
    Detail,
    /// A line is being typed: only chords that are no text.
    Input,
    /// A question is open.
    Ask,
    /// The help is open.
    Help,
}

impl Keys {
    /// The word in help and configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Table => "table",
            Self::Tree => "tree",
            Self::Detail => "detail",
            Self::Input => "input",
            Self::Ask => "ask",
            Self::Help => "help",
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
    /// What a chord means where `keys` is in force.
    #[must_use]
    pub fn find(&self, keys: Keys, chord: Chord) -> Option<&Action> {
        let within = |scope: Keys| self.bindings.iter().find(|b| b.keys == scope && b.chords.contains(&chord));
        let global = || if keys == Keys::Input || keys == Keys::Ask { None } else { within(Keys::Global) };
        within(keys).or_else(global).map(|b| &b.action)
    }

    /// All bindings.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The bindings that the footer shows where `keys` is in force.
    pub fn footer(&self, keys: Keys) -> impl Iterator<Item = &Binding> {
        let global = keys != Keys::Input && keys != Keys::Ask;
        self.bindings.iter().filter(move |b| !b.foot.is_empty() && (b.keys == keys || global && b.keys == Keys::Global))
    }
}

impl Default for Keymap {
    fn default() -> Self {
        Self { bindings: movement().into_iter().chain(panes()).chain(everywhere()).chain(typing()).collect() }
    }
}

fn bind(keys: Keys, chords: &str, action: Action, about: &'static str, foot: &'static str) -> Binding {
    Binding { keys, chords: chords.split(' ').filter_map(Chord::parse).collect(), action, about, foot }
}

fn movement() -> Vec<Binding> {
    use Keys::Global;
    vec![
        bind(Global, "j down", Action::Move(Motion::Down), "one down", ""),
        bind(Global, "k up", Action::Move(Motion::Up), "one up", ""),
        bind(Global, "g home", Action::Move(Motion::Top), "to the first", ""),
        bind(Global, "G end", Action::Move(Motion::Bottom), "to the last", ""),
        bind(Global, "pgdn ctrl-f", Action::Move(Motion::PageDown), "a page down", ""),
        bind(Global, "pgup ctrl-b", Action::Move(Motion::PageUp), "a page up", ""),
        bind(Global, "ctrl-d", Action::Move(Motion::HalfDown), "half a page down", ""),
        bind(Global, "ctrl-u", Action::Move(Motion::HalfUp), "half a page up", ""),
    ]
}

fn panes() -> Vec<Binding> {
    use Keys::{Detail, Table, Tree};
    vec![
        bind(Table, "enter", Action::Open, "go into the row", "open"),
        bind(Table, "d", Action::Detail, "show or hide the detail", "detail"),
        bind(Table, "x", Action::Sort(Order::Group), "group by account, by OU, or by trouble", "group"),
        bind(Table, "shift-left", Action::Sort(Order::Left), "order by the column to the left", ""),
        bind(Table, "shift-right", Action::Sort(Order::Right), "order by the column to the right", ""),
        bind(Table, "O", Action::Sort(Order::Turn), "turn the order round", ""),
        bind(Table, "ctrl-z", Action::Problems, "only problems, or everything", ""),
        bind(Table, "ctrl-w", Action::Wide, "wide columns, or not", ""),
        bind(Table, "c", Action::Copy(What::Name), "copy the name", ""),
        bind(Table, "C", Action::Copy(What::Arn), "copy the ARN, or the key", ""),
        bind(Tree, "enter", Action::Open, "look at this account or OU alone", "look at it"),
        bind(Tree, "space", Action::Fold(Fold::Toggle), "open or close an OU", "fold"),
        bind(Tree, "l right", Action::Fold(Fold::Open), "open an OU", ""),
        bind(Tree, "h left", Action::Fold(Fold::Close), "close an OU, or go to the one above", ""),
        bind(Tree, "s *", Action::Star, "make it a favourite, or no longer", "favourite"),
        bind(Tree, "c", Action::Copy(What::Name), "copy the name", ""),
        bind(Tree, "C", Action::Copy(What::Arn), "copy the id", ""),
        bind(Detail, "d enter", Action::Detail, "close the detail", "close"),
    ]
}

fn everywhere() -> Vec<Binding> {
    use Keys::Global;
    let mut all = vec![
        bind(Global, "/", Action::Filter, "filter; in the tree: search", "filter"),
        bind(Global, ":", Action::Palette, "command, view, account", "command"),
        bind(Global, "tab", Action::Focus(true), "next pane", "pane"),
        bind(Global, "backtab", Action::Focus(false), "pane before", ""),
        bind(Global, "?", Action::Help, "help", "help"),
        bind(Global, "esc backspace", Action::Back, "back", ""),
        bind(Global, "q", Action::Back, "back; at the root: quit", ""),
        bind(Global, "ctrl-r", Action::Refresh, "read again", ""),
        bind(Global, "[", Action::History(Step::Back), "back in history", ""),
        bind(Global, "]", Action::History(Step::Forward), "forward in history", ""),
        bind(Global, "-", Action::History(Step::Last), "the view before, and back again", ""),
        bind(Global, "w", Action::Go("watch".into(), String::new()), "the watch board", ""),
        bind(Global, "ctrl-e", Action::Tree, "show or hide the tree", ""),
        bind(Global, "z", Action::Zone, "local time or UTC", ""),
        bind(Global, "0", Action::Favourite(0), "the whole fleet", ""),
    ];
    for n in 1..=9_u8 {
        let about = if n == 1 { "favourites" } else { "" };
        all.push(bind(Global, &n.to_string(), Action::Favourite(n), about, ""));
    }
    all.push(bind(Global, "ctrl-c", Action::Quit, "quit", ""));
    all
}

fn typing() -> Vec<Binding> {
    use Keys::{Ask, Help, Input};
    vec![
        bind(Input, "enter", Action::Open, "accept", "accept"),
        bind(Input, "esc", Action::Back, "leave", "leave"),
        bind(Input, "down ctrl-n", Action::Move(Motion::Down), "next suggestion", ""),
        bind(Input, "up ctrl-p", Action::Move(Motion::Up), "suggestion before", ""),
        bind(Input, "tab", Action::Focus(true), "complete", "complete"),
        bind(Input, "ctrl-c", Action::Quit, "quit", ""),
        bind(Ask, "enter y", Action::Confirm, "yes", "yes"),
        bind(Ask, "esc n q", Action::Back, "no, or later", "no"),
        bind(Ask, "ctrl-c", Action::Quit, "quit", ""),
        bind(Help, "? enter", Action::Help, "close the help", "close"),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_chord_is_bound_twice_in_one_scope() {
        let mut seen = HashSet::new();
        for b in Keymap::default().bindings() {
            assert!(!b.chords.is_empty(), "{b:?}");
            for chord in &b.chords {
                assert!(seen.insert((b.keys, *chord)), "{} is bound twice in {}", chord, b.keys.word());
            }
        }
    }

    #[test]
    fn keys_that_vim_and_tmux_hands_press_do_nothing_dangerous() {
        let map = Keymap::default();
        for chord in ["ctrl-d", "ctrl-k", "ctrl-b", "ctrl-u"] {
            let action = map.find(Keys::Table, Chord::parse(chord).unwrap());
            assert!(matches!(action, None | Some(Action::Move(_))), "{chord}");
        }
    }
}
