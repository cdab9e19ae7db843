//! Writing what is on the screen into a file: the line in which its name is typed, and what goes into it.

use std::{
    io::{self, Write},
    sync::Arc,
};

use jiff::Timestamp;
use tui_input::Input;

use super::{App, Effect, Effects, Focus, Layer, Ticket, jobs::Errand};
use crate::{
    cli::Output,
    model::{Fault, FaultKind, text::counted},
    view::output::{self, Coverage, Report},
};

/// What a file's content is made of. Rows are written as `qd get` writes them.
#[derive(Clone)]
pub enum Content {
    /// So many lines of text.
    Lines(usize, String),
    /// Rows, in a form.
    Rows(Box<Report>, Output),
}

impl Content {
    /// Writes it.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Lines(_, text) => out.write_all(text.as_bytes()),
            Self::Rows(report, form) => output::write(&**report, *form, None, out).map(drop),
        }
    }

    /// How much it is, in words.
    #[must_use]
    pub fn size(&self) -> String {
        match self {
            Self::Lines(count, _) => counted(*count, "line"),
            Self::Rows(report, _) => counted(report.slots().count(), "row"),
        }
    }
}

/// A file that is to be written.
#[derive(Clone)]
pub struct Saving {
    /// Where, as typed: below the folder that the console was started in unless it says otherwise; `~/` is the home.
    pub path: String,
    /// What.
    pub content: Content,
    /// Whether a file that is there already is written over.
    pub over: bool,
}

/// The line in which the name is typed.
#[derive(Clone, Debug)]
pub struct Form {
    /// The name.
    pub input: Input,
    /// Whether rows are saved, in a form that the name's ending tells; else lines of a log.
    pub rows: bool,
    /// How far it is.
    pub stage: Stage,
    /// What was wrong with the last try.
    pub wrong: Option<String>,
}

/// How far the saving is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The name is typed.
    Name,
    /// It is being written.
    Sent(Ticket),
    /// There is a file of that name: yes or no.
    Exists,
}

/// The forms by the endings of names, in the order in which they are offered.
pub const FORMS: [(&str, Output); 4] =
    [("csv", Output::Csv), ("json", Output::Json), ("md", Output::Md), ("jsonl", Output::Jsonl)];

/// The form that a name's ending tells, by its place in [`FORMS`].
fn form(name: &str) -> Option<usize> {
    let (_, ending) = name.rsplit_once('.')?;
    FORMS.iter().position(|(known, _)| ending.eq_ignore_ascii_case(known))
}

/// The moment as a part of a file's name.
fn stamp(now: Timestamp) -> String {
    now.strftime("%Y%m%dT%H%M%SZ").to_string()
}

impl App {
    /// Asks for the name of the file.
    pub(super) fn start_save(&mut self) {
        let (name, rows) = match &self.log {
            Some(pane) if self.focus == Focus::Log => (pane.file_name(self.now), false),
            _ => (format!("{}-{}.csv", self.screen.view.id(), stamp(self.now)), true),
        };
        if rows && self.screen.chosen(self.table(self.screen.view.id())).is_empty() {
            let marked = !self.screen.marks.is_empty();
            return self.say(if marked {
                "the filter leaves out every marked row"
            } else {
                "there are no rows to save"
            });
        }
        if !rows && self.log.as_ref().is_some_and(|pane| !pane.has_lines()) {
            return self.say("there are no lines to save");
        }
        let input = Input::new(name);
        self.layers.push(Layer::Save(Box::new(Form { input, rows, stage: Stage::Name, wrong: None })));
    }

    /// Enter in the line, or a yes to writing over a file.
    pub(super) fn send_save(&mut self, effects: &mut Effects) {
        let Some(Layer::Save(asked)) = self.layers.last() else { return };
        let over = match asked.stage {
            Stage::Name => false,
            Stage::Exists => true,
            Stage::Sent(_) => return,
        };
        let path = asked.input.value().trim().to_owned();
        let content = self.content(&path, asked.rows);
        let ticket = content.is_ok().then(|| self.jobs.issue(Errand::Save, self.now));
        let Some(Layer::Save(asked)) = self.layers.last_mut() else { return };
        match (content, ticket) {
            (Ok(content), Some(ticket)) => {
                (asked.stage, asked.wrong) = (Stage::Sent(ticket), None);
                effects.push(Effect::Save(ticket, Box::new(Saving { path, content, over })));
            }
            (Err(why), _) => (asked.stage, asked.wrong) = (Stage::Name, Some(why)),
            (Ok(_), None) => {}
        }
    }

    /// What goes into a file of this name.
    fn content(&self, path: &str, rows: bool) -> Result<Content, String> {
        let name = path.rsplit('/').next().unwrap_or_default();
        if name.is_empty() {
            let why = if path.is_empty() { "type a name" } else { "that names a folder: add a name" };
            return Err(why.to_owned());
        }
        if rows {
            let form = form(name).ok_or("the name's ending tells the form: .csv, .json, .md or .jsonl")?;
            return Ok(Content::Rows(Box::new(self.report()), FORMS[form].1));
        }
        let pane = self.log.as_deref().ok_or("the log is closed")?;
        let (count, text) = pane.file();
        Ok(Content::Lines(count, text))
    }

    /// What is on the screen, the marked rows alone where any is, with what could not be read.
    fn report(&self) -> Report {
        let table = self.table(self.screen.view.id()).clone();
        let rows = self.screen.chosen(&table);
        let mut coverage = Coverage::default();
        for view in self.shown() {
            coverage.add(view.id(), self.covered_of(view));
        }
        let report =
            Report::new(self.setup.views, self.screen.view, (table, rows), Arc::clone(&self.org), coverage, self.now);
        match self.chosen_columns() {
            Some(columns) => report.with_columns(&columns),
            None => report,
        }
    }

    /// Changes the ending of the name to that of the next form.
    pub(super) fn next_form(&mut self, forward: bool) {
        let Some(Layer::Save(asked)) = self.layers.last_mut() else { return };
        if !asked.rows || asked.stage != Stage::Name {
            return;
        }
        let name = asked.input.value();
        let by = if forward { 1 } else { FORMS.len() - 1 };
        let (stem, next) = match form(name) {
            Some(at) => (name.rsplit_once('.').map_or(name, |(stem, _)| stem), (at + by) % FORMS.len()),
            None => (name, 0),
        };
        asked.input = Input::new(format!("{stem}.{}", FORMS[next].0));
    }

    /// The file is written: the line has done its work.
    pub(super) fn saved(&mut self, ticket: Ticket, words: String) {
        self.layers.retain(|l| !matches!(l, Layer::Save(asked) if asked.stage == Stage::Sent(ticket)));
        self.say(words);
    }

    /// It could not be written: the line tells why, or asks whether a file that is there is written over.
    pub(super) fn not_saved(&mut self, ticket: Ticket, fault: &Fault) {
        let words =
            if fault.hint.is_empty() { fault.message.clone() } else { format!("{}; {}", fault.message, fault.hint) };
        let asked = self.layers.iter_mut().find_map(|layer| match layer {
            Layer::Save(asked) if asked.stage == Stage::Sent(ticket) => Some(asked),
            _ => None,
        });
        match asked {
            Some(asked) => {
                let there = fault.kind == FaultKind::Prompt;
                asked.stage = if there { Stage::Exists } else { Stage::Name };
                asked.wrong = Some(words);
            }
            None => self.say(words),
        }
    }

    /// Goes back from the question to the name. Gives whether there was one.
    pub(super) fn leave_question(&mut self) -> bool {
        match self.layers.last_mut() {
            Some(Layer::Save(asked)) if asked.stage == Stage::Exists => {
                (asked.stage, asked.wrong) = (Stage::Name, None);
                true
            }
            _ => false,
        }
    }
}
