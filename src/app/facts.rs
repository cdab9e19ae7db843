//! Everything that the yes to a change rests on, line by line; and whether the screen has room for all of it. What cannot
//! be read is not agreed to.

use super::{
    App, Layer,
    deeds::{Question, Stage},
    raise::Form,
    save,
};
use crate::{model::wrap::wrap, view::Plan};

/// Cells of the box, where the screen is wide enough.
pub const WIDTH: u16 = 76;
/// Cells of the names of facts.
pub const NAMES: u16 = 13;
/// Cells to the left and the right of the lines: the frame, and one beside it.
const SIDES: u16 = 4;
/// The least cells in which a value is read.
const LEAST: u16 = 20;

/// What is said where not everything has room.
pub const TOO_SMALL: &str = "too small to show what will be done: enlarge, or esc";

/// How a line is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As text.
    Text,
    /// Beside the point.
    Dim,
    /// What it is about.
    Title,
    /// The environment.
    Environment,
    /// To be seen.
    Attention,
    /// Something is wrong.
    Wrong,
}

/// A line of a question: a name, empty on the lines after the first, the words, and how they are meant.
pub type Fact = (&'static str, String, Tone);

impl App {
    /// Cells of the box of a question.
    #[must_use]
    pub fn asking_width(&self) -> u16 {
        WIDTH.min(self.size.0.saturating_sub(2))
    }

    /// The lines of the question of a verb.
    #[must_use]
    pub fn facts(&self, question: &Question) -> Vec<Fact> {
        let scope = &question.deed.at.scope;
        let environment = self.environment(&question.account);
        let account = format!("{} ({}), {}", question.account.name, question.account.id, environment.word());
        let mut all: Vec<Fact> = vec![("account", account, Tone::Environment)];
        if let Some(region) = &scope.region {
            all.push(("region", region.to_string(), Tone::Text));
        }
        if let Some(raised) = &self.raised {
            all.push(("as", raised.lease.arn.clone(), Tone::Text));
        }
        if let Stage::Yes(plan) | Stage::Name(plan, _) = &question.stage {
            all.extend(planned(plan, question.verb.dry));
        } else if let Some(plan) = question.view.plan(question.verb.id, &question.deed.row, "") {
            all.push(("of", plan.name, Tone::Title));
        }
        if let Some(wrong) = &question.wrong {
            all.push(("", wrong.clone(), Tone::Wrong));
        }
        let room = self.asking_width().saturating_sub(SIDES + NAMES);
        all.into_iter().flat_map(|fact| wrapped(fact, room)).collect()
    }

    /// Whether every line of the question has room on the screen.
    #[must_use]
    pub fn shows_all(&self, question: &Question) -> bool {
        // The frame, a line apart and the keys; and the line that is typed.
        let rest = if matches!(question.stage, Stage::Yes(_)) { 4 } else { 5 };
        self.fits(self.facts(question).len() + rest, NAMES)
    }

    /// The lines of the form that asks for an elevation.
    #[must_use]
    pub fn form_lines(&self, form: &Form) -> Vec<Fact> {
        let environment = self.environment(&form.account);
        let account = format!("Account {} ({}), {}.", form.account.name, form.account.id, environment.word());
        let kept = "For this account alone and this long; the audit log keeps who, why and what.";
        let mut said: Vec<Fact> = vec![
            ("", account, Tone::Text),
            ("", format!("As {}.", form.role), Tone::Text),
            ("", kept.to_owned(), Tone::Dim),
        ];
        if let Some(raised) = &self.raised {
            said.push(("", format!("{} is elevated now and will be given back.", raised.name), Tone::Attention));
        }
        if form.production {
            let words = format!("It counts as production: type its name, {}.", form.account.name);
            said.push(("", words, Tone::Environment));
        }
        if let Some(wrong) = &form.wrong {
            said.push(("", wrong.clone(), Tone::Wrong));
        }
        let room = self.asking_width().saturating_sub(SIDES);
        said.into_iter().flat_map(|fact| wrapped(fact, room)).collect()
    }

    /// Whether every line of the form has room on the screen.
    #[must_use]
    pub fn shows_form(&self, form: &Form) -> bool {
        // The frame, a line apart and the keys.
        self.fits(self.form_lines(form).len() + form.fields.len() + 4, 0)
    }

    /// Whether what is on top takes an answer now: a question that has no room on the screen takes none but leaving it,
    /// and a form that was sent waits for an answer itself.
    #[must_use]
    pub fn takes_answer(&self) -> bool {
        match self.layers.last() {
            Some(Layer::Deed(question)) => self.shows_all(question),
            Some(Layer::Raise(form)) => !form.sent && self.shows_form(form),
            Some(Layer::Save(asked)) => !matches!(asked.stage, save::Stage::Sent(_)),
            _ => true,
        }
    }

    fn fits(&self, lines: usize, names: u16) -> bool {
        lines <= usize::from(self.size.1) && self.asking_width() >= SIDES + names + LEAST
    }
}

fn planned(plan: &Plan, dry: &str) -> Vec<Fact> {
    let mut all: Vec<Fact> = vec![("calls", plan.api.to_owned(), Tone::Title)];
    for (i, (name, value)) in plan.parameters.iter().enumerate() {
        all.push((if i == 0 { "with" } else { "" }, format!("{name} = {value}"), Tone::Text));
    }
    all.push(("then", plan.outcome.clone(), Tone::Text));
    all.push(("dry run", dry.to_owned(), Tone::Dim));
    all.push(("danger", plan.danger.word().to_owned(), Tone::Dim));
    all
}

fn wrapped((name, value, tone): Fact, room: u16) -> Vec<Fact> {
    let lines = wrap(&value, room.max(LEAST));
    lines.into_iter().enumerate().map(|(i, line)| (if i == 0 { name } else { "" }, line, tone)).collect()
}
