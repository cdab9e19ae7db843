//! What the keys do: data, from which help, footer and palette are made.

mod usual;

use super::{
    action::{Action, LogAct},
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

    /// The first chord that means an action where `keys` is in force.
    #[must_use]
    pub fn chord_in(&self, keys: Keys, action: &Action) -> Option<Chord> {
        let bound = |scope: Keys| self.bindings.iter().find(|b| b.keys == scope && b.action == *action);
        keys.search(None).find_map(bound).and_then(|b| b.chords.first().copied())
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
        map.yielded(&taken, &mut errors);
        if errors.is_empty() { Ok(map) } else { Err(ConfigErrors(errors)) }
    }

    /// Lets the user's own keys win over the views' own, which would take them on their rows. A link or verb that would
    /// be left without any key is said instead, with both places.
    fn yielded(&mut self, taken: &[(Keys, Chord, &config::Binding)], errors: &mut Vec<ConfigError>) {
        let covered = |keys: &Keys| matches!(keys, Keys::Global | Keys::Table | Keys::Map | Keys::Detail);
        for (keys, chord, own) in taken.iter().filter(|(keys, ..)| covered(keys)) {
            let meant = |other: &Binding| taken.iter().any(|(k, c, _)| *k == other.keys && c == chord);
            let over = |b: &&mut Binding| matches!(b.keys, Keys::View(_)) && b.chords.contains(chord);
            for other in self.bindings.iter_mut().filter(over) {
                if meant(other) {
                    continue;
                }
                if other.chords.len() > 1 {
                    other.chords.retain(|c| c != chord);
                    continue;
                }
                let (view, word) = (other.keys.word(), other.word);
                let message = format!(
                    "{} is {:?} in {}, but over the rows of {view} it is {word:?}",
                    own.chord,
                    own.action,
                    keys.word()
                );
                let help = format!("choose another key, or give {word:?} another one in [keys.{view}] first");
                errors.push(ConfigError::new(own.spot.clone(), message, help));
            }
        }
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
        if keys == Keys::Confirm && chord.code == Code::Enter && own.action == "yes" {
            let help = "Enter is no here: hands press it before eyes have read. Choose another key".to_owned();
            return Err(wrong(format!("{:?} cannot be yes to a change", own.chord), help));
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
            bindings: usual::movement()
                .into_iter()
                .chain(usual::panes())
                .chain(usual::map())
                .chain(super::log::keys::bindings())
                .chain(usual::everywhere())
                .chain(usual::typing())
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
