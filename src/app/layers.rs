//! What lies over the panes: a stack kept as data. The top one gives the keys their meaning.

use tui_input::{Input, InputRequest};

use super::{
    chord::{Chord, Code},
    deeds::{Question, Stage},
    raise::Form,
    save,
};
use crate::model::Ask;

/// A layer.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A filter is being typed for the table, or a search for the tree.
    Filter {
        /// What was typed so far.
        input: Input,
        /// What it was before, for Esc.
        before: String,
    },
    /// A command is being typed.
    Palette(Palette),
    /// The help, from this line on.
    Help(usize),
    /// Access has a question.
    Ask(Asked),
    /// The form that asks for an elevation.
    Raise(Box<Form>),
    /// The question before something is changed.
    Deed(Box<Question>),
    /// The columns of the table, with the cursor on one of them.
    Columns(usize),
    /// The name of a file is being typed.
    Save(Box<save::Form>),
    /// Before the first sweep over a large fleet: what it will cost.
    Sweep(Estimate),
}

impl Layer {
    /// Whether something is being typed or decided in it: what comes meanwhile goes below. A form that was sent waits
    /// itself, for the answer that a question may be about.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        match self {
            Self::Filter { .. } | Self::Palette(_) | Self::Ask(_) | Self::Deed(_) => true,
            Self::Raise(form) => !form.sent,
            Self::Save(asked) => !matches!(asked.stage, save::Stage::Sent(_)),
            Self::Help(_) | Self::Columns(_) | Self::Sweep(_) => false,
        }
    }

    /// Whether a name is asked for in it that confirms something: then the moments of keys count.
    #[must_use]
    pub fn confirms(&self) -> bool {
        match self {
            Self::Ask(Asked { ask: Ask::Lend { name, .. }, .. }) => name.is_some(),
            Self::Raise(form) => !form.sent && form.fields.iter().any(|field| !field.pastes),
            Self::Deed(question) => matches!(question.stage, Stage::Name(..)),
            _ => false,
        }
    }

    /// The line that is being typed, and whether pasted text is taken there; `None` where nothing is typed.
    pub fn line(&mut self) -> Option<(&mut Input, bool)> {
        match self {
            Self::Ask(Asked { ask: Ask::Lend { name, .. }, input, .. }) => name.is_some().then_some((input, false)),
            Self::Filter { input, .. } | Self::Palette(Palette { input, .. }) | Self::Ask(Asked { input, .. }) => {
                Some((input, true))
            }
            Self::Raise(form) => {
                let field = form.fields.get_mut(form.at).filter(|_| !form.sent)?;
                Some((&mut field.input, field.pastes))
            }
            Self::Save(asked) if asked.stage == save::Stage::Name => Some((&mut asked.input, true)),
            Self::Deed(question) => match &mut question.stage {
                Stage::Value(input) => Some((input, true)),
                Stage::Name(_, input) => Some((input, false)),
                Stage::Yes(_) => None,
            },
            Self::Help(_) | Self::Columns(_) | Self::Save(_) | Self::Sweep(_) => None,
        }
    }
}

/// A question of access.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its number.
    pub id: u64,
    /// What it asks.
    pub ask: Ask,
    /// What was typed so far, for a code.
    pub input: Input,
}

/// The palette.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    /// What was typed.
    pub input: Input,
    /// What it may become, the best first.
    pub offers: Vec<Offer>,
    /// Which offer is chosen.
    pub chosen: usize,
    /// While it shows a line that was typed before: how many steps back, and the line that was being typed.
    pub past: Option<(usize, String)>,
}

/// One thing that the palette offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is typed into the line if it is taken by Tab.
    pub line: String,
    /// What it is: `view`, `command`, `account`, `OU`, `theme`, `profile`.
    pub kind: &'static str,
    /// What it does, or where it lies.
    pub about: String,
    /// What happens.
    pub action: super::action::Action,
}

/// What a sweep over the fleet will cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Accounts that will be entered.
    pub accounts: usize,
    /// Scopes: accounts × regions × views.
    pub scopes: usize,
    /// The regions.
    pub regions: Vec<String>,
    /// The roles that will be assumed.
    pub roles: Vec<String>,
    /// Calls, about.
    pub calls: usize,
    /// Minutes, about, rounded up.
    pub minutes: usize,
}

/// Edits a line by a key. Returns whether the text changed.
pub fn edit(input: &mut Input, chord: Chord) -> bool {
    let request = match chord {
        Chord { code: Code::Char(c), ctrl: false, alt: false, .. } => InputRequest::InsertChar(c),
        Chord { code: Code::Char('w'), ctrl: true, .. } => InputRequest::DeletePrevWord,
        Chord { code: Code::Char('u'), ctrl: true, .. } => InputRequest::DeleteFromStart,
        Chord { code: Code::Char('k'), ctrl: true, .. } => InputRequest::DeleteTillEnd,
        Chord { code: Code::Char('a'), ctrl: true, .. } | Chord { code: Code::Home, .. } => InputRequest::GoToStart,
        Chord { code: Code::Char('e'), ctrl: true, .. } | Chord { code: Code::End, .. } => InputRequest::GoToEnd,
        Chord { code: Code::Backspace, .. } => InputRequest::DeletePrevChar,
        Chord { code: Code::Delete, .. } => InputRequest::DeleteNextChar,
        Chord { code: Code::Left, ctrl: true, .. } => InputRequest::GoToPrevWord,
        Chord { code: Code::Right, ctrl: true, .. } => InputRequest::GoToNextWord,
        Chord { code: Code::Left, .. } => InputRequest::GoToPrevChar,
        Chord { code: Code::Right, .. } => InputRequest::GoToNextChar,
        _ => return false,
    };
    input.handle(request).is_some_and(|changed| changed.value)
}

/// Letters of a paste that a line takes: the longest console links are as long, and a paste can be a whole file.
const PASTED: usize = 4_096;

/// Adds pasted text to a line; what is no letter of a single line is left out.
pub fn paste(input: &mut Input, text: &str) {
    let text: String = text.trim().chars().take(PASTED).collect();
    for c in crate::model::text::clean(&text).chars() {
        input.handle(InputRequest::InsertChar(c));
    }
}
