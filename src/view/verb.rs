//! What can be done to an item. Everything that changes anything outside of the console is declared here, and nothing
//! of it runs but through the guard: see [`crate::access::Guard`].

use super::{At, Doing};
use crate::{access::Permit, cx::Cx, model::Danger, rows::Row, view::View};

/// Something that can be done to an item of a view: one entry in [`super::View::VERBS`], in the view's own file.
///
/// The guard's order of things: the account is elevated, the call is shown as [`Verb::plan`] words it, somebody says
/// yes, the item is read again ([`Verb::read`]) and compared ([`Verb::same`]), a line is written into the audit log,
/// the dry run is made where the API has one ([`Verb::dry`]), [`Verb::act`] runs, and a line with the answer is written.
pub struct Verb<I: 'static> {
    /// Its word, in the palette, the configuration's keys and the audit log: lower case, `-` between words.
    pub id: &'static str,
    /// The key on a row, while the account is elevated.
    pub key: &'static str,
    /// What it does, in few words, such as `force a new deployment`.
    pub about: &'static str,
    /// The IAM actions that it calls. An elevated session may do these and what the views read.
    pub actions: &'static [&'static str],
    /// What has to be typed first; `None` where nothing has.
    pub input: Option<Input<I>>,
    /// Whether it can be done to this item now; else why not, as a sentence without a full stop.
    pub fits: fn(&I) -> Result<(), String>,
    /// What exactly will be called, with what was typed (empty where nothing was asked).
    pub plan: fn(&I, &str) -> Plan,
    /// Whether the API can be asked what it would say, before it is done.
    pub dry: Dry<I>,
    /// Reads the item again, right before the call; `None` where it is gone.
    pub read: fn(Cx, At, I) -> Doing<Option<I>>,
    /// Whether the item is, in what the decision rested on, still the one that was shown.
    pub same: fn(&I, &I) -> bool,
    /// Does it. Answers in words what the service said.
    pub act: fn(Permit, At, I, String) -> Doing<String>,
}

/// Whether a call can be tried without being made.
pub enum Dry<I: 'static> {
    /// The API has no such thing: a sentence that says so, for the question.
    Never(&'static str),
    /// It has: this is called first, with the rights that the call will have, and where it fails nothing is done.
    Run(fn(Permit, At, I, String) -> Doing),
}

impl<I> Dry<I> {
    /// In words, for the question.
    fn words(&self) -> &'static str {
        match self {
            Self::Never(words) => words,
            Self::Run(_) => "a dry run comes first: where it fails, nothing is done",
        }
    }
}

/// What a verb asks for before it can be planned.
pub struct Input<I: 'static> {
    /// What it is, such as `desired count`.
    pub label: &'static str,
    /// What stands there at first.
    pub initial: fn(&I) -> String,
    /// Whether it can be used; else why not.
    pub check: fn(&I, &str) -> Result<(), String>,
}

/// What exactly a verb will do, as it is shown before, and written into the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The operation, such as `ecs:UpdateService`.
    pub api: &'static str,
    /// Its parameters in order: name and value. Never a secret.
    pub parameters: Vec<(&'static str, String)>,
    /// What will come of it, in a sentence: `checkout goes from 2 to 4 tasks`.
    pub outcome: String,
    /// How much care it needs.
    pub danger: Danger,
    /// What is typed to confirm where a name is to be typed: the item's own name.
    pub name: String,
}

/// A verb without its types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerbHead {
    /// Its word.
    pub id: &'static str,
    /// Its key.
    pub key: &'static str,
    /// What it does.
    pub about: &'static str,
    /// The IAM actions that it calls.
    pub actions: &'static [&'static str],
    /// Whether it is tried before it is done, in words.
    pub dry: &'static str,
    /// What has to be typed first, if anything has.
    pub asks: Option<&'static str>,
}

impl<I> Verb<I> {
    /// The verb without its types.
    #[must_use]
    pub fn head(&self) -> VerbHead {
        VerbHead {
            id: self.id,
            key: self.key,
            about: self.about,
            actions: self.actions,
            dry: self.dry.words(),
            asks: self.input.as_ref().map(|input| input.label),
        }
    }
}

/// What can be done to a row of a view, asked of the row: the pure half of a verb, for the question that is put.
pub(super) struct Asked<'a, V: View> {
    verb: &'static Verb<V::Item>,
    item: &'a V::Item,
}

impl<'a, V: View> Asked<'a, V> {
    /// The verb of this word on a row of `V`.
    pub(super) fn new(verb: &str, row: &'a Row) -> Option<Self> {
        let verb = V::VERBS.iter().find(|v| v.id == verb)?;
        Some(Self { verb, item: super::item::<V>(row)? })
    }

    /// Whether it can be done now, with what was typed.
    pub(super) fn fits(&self, typed: Option<&str>) -> Result<(), String> {
        match (&self.verb.input, typed) {
            (Some(input), Some(typed)) => (input.check)(self.item, typed),
            _ => (self.verb.fits)(self.item),
        }
    }

    /// What stands in the line of its question at first.
    pub(super) fn initial(&self) -> String {
        self.verb.input.as_ref().map(|input| (input.initial)(self.item)).unwrap_or_default()
    }

    /// What exactly will be done.
    pub(super) fn plan(&self, typed: &str) -> Plan {
        (self.verb.plan)(self.item, typed)
    }
}
