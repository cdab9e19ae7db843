//! Every fact that reaches the state, as lines that can be kept and told again: the same lines lead to the same frame.
//!
//! What is no business of a report is not held. Lines of logs keep their moment, level and stream, and none of their
//! words. What is typed as an answer (a code, what a verb needs) is held as noughts, and so is a paste that is no account
//! id and no ARN. An `ExternalId` of the configuration is withheld. A telling therefore differs where such words are on
//! the screen, and where what was typed decided about what followed. Not held either: the files of the user's own themes,
//! and the rules of the local time zone (its offset at the beginning is).

use std::{collections::HashMap, sync::Arc};

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    App, Chord, Effect, Event, Job, Keymap, Layer, Memory, Mouse, Setup, Ticket, chord::Code, deeds::Stage,
    event::Tick, org::Growth,
};
use crate::{
    config::Config,
    model::{Ask, Fault, Key, News, Severity, locate},
    rows::{Delta, Row},
    view::{AnyView, Chunk, Line as LogLine, Reply, log::Kind},
};

/// The form of the lines: the next number wherever what is held of the configuration, a fact or a row is written in another
/// way. Another one is not read.
pub const FORMAT: u32 = 2;

/// What stands for words that are not held.
const WITHHELD: &str = "(not held in a journal)";

/// A line of a journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The state begins: the first line, and again where another fleet is looked at.
    Begin(Box<Begin>),
    /// A fact.
    Fact(Held),
    /// It ends before the run does, and why.
    End(String),
}

/// What the state began with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Begin {
    /// The form of the lines.
    pub format: u32,
    /// The version of the program.
    pub version: String,
    config: Config,
    badge: Option<String>,
    themes: Vec<String>,
    theme: String,
    /// Seconds east of Greenwich.
    offset: i32,
    memory: Memory,
    now: Timestamp,
    size: (u16, u16),
}

impl Begin {
    /// Of a state that has just begun with this memory.
    #[must_use]
    pub fn of(app: &App, memory: Memory) -> Self {
        let setup = &app.setup;
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            config: (*setup.config).clone(),
            badge: setup.badge.clone(),
            themes: setup.themes.clone(),
            theme: setup.theme.clone(),
            offset: setup.zone.to_offset(app.now).seconds(),
            memory,
            now: app.now,
            size: app.size,
        }
    }

    fn app(self, views: &'static [&'static dyn AnyView]) -> App {
        let keymap = Keymap::with(views, &self.config.keys).unwrap_or_default();
        let setup = Setup {
            views,
            config: Arc::new(self.config),
            badge: self.badge,
            themes: self.themes,
            theme: self.theme,
            zone: TimeZone::fixed(Offset::from_seconds(self.offset).unwrap_or(Offset::UTC)),
            keymap,
        };
        App::new(setup, self.memory, self.now, self.size)
    }
}

/// Why a line cannot be told, where it is the beginning of a journal of another form: not even its fields need be those of
/// now. As a sentence without a full stop.
#[must_use]
pub fn of_another_form(line: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Mark {
        format: u32,
        #[serde(default)]
        version: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum First {
        Begin(Mark),
    }
    let First::Begin(mark) = serde_json::from_str(line).ok()?;
    (mark.format != FORMAT).then(|| foreign(mark.format, &mark.version))
}

fn foreign(format: u32, version: &str) -> String {
    format!("it was written in form {format} by version {version}; this one reads form {FORMAT}")
}

/// A fact as it is held.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// A key.
    Key(Chord),
    /// Pasted text.
    Paste(String),
    /// The mouse.
    Mouse(Mouse),
    /// Another size.
    Resize(u16, u16),
    /// The time.
    Tick(Tick),
    /// A step of a pass.
    Rows(u64, Step),
    /// The text of a section.
    Text(u64, String),
    /// The organisation was made: it follows from what is known already.
    Tree(u64),
    /// A step of a log.
    Lines(u64, Lines),
    /// A fault.
    Fault(u64, Fault),
    /// The end of a job.
    End(u64),
    /// News of access.
    Access(News),
    /// Something that was said.
    Notice(String),
}

/// A step of a pass.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// It begins.
    Begin,
    /// Rows of a view, by its word.
    Upsert(String, Vec<Value>),
    /// Rows that are gone.
    Remove(Vec<Key>),
    /// It is whole.
    Complete,
}

/// A step of a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lines {
    /// Lines without their words.
    Lines(Vec<Blank>),
    /// Where they come from.
    About(Vec<String>),
    /// All was read.
    CaughtUp,
}

/// A line of a log without its words.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Blank {
    at: Option<Timestamp>,
    stream: Arc<str>,
    level: Option<Severity>,
    kind: Kind,
}

impl App {
    /// A fact without what is not to be held of it, as far as that depends on the state that it comes to.
    #[must_use]
    pub fn discreet(&self, event: &Event) -> Event {
        let answers = match self.layers.last() {
            Some(Layer::Ask(asked)) => matches!(asked.ask, Ask::Mfa { .. }),
            Some(Layer::Deed(question)) => matches!(question.stage, Stage::Value(_)),
            _ => false,
        };
        match event {
            Event::Key(Chord { code: Code::Char(c), ctrl: false, alt: false, .. }) if answers && *c != ' ' => {
                Event::Key(Chord::char('0'))
            }
            Event::Paste(text) if answers || !is_place(text) => {
                Event::Paste("0".repeat(text.chars().count().min(4_096)))
            }
            Event::Reply(ticket, Reply::Lines(Chunk::Lines(lines))) => {
                let blank = |line: &LogLine| match line.kind {
                    Kind::Note => line.clone(),
                    _ => LogLine { text: WITHHELD.into(), runs: Box::default(), ..line.clone() },
                };
                Event::Reply(*ticket, Reply::Lines(Chunk::Lines(lines.iter().map(blank).collect())))
            }
            other => other.clone(),
        }
    }
}

/// Whether a paste is an account's id or an ARN and nothing else. A link may carry a session.
fn is_place(text: &str) -> bool {
    let text = text.trim();
    !text.contains(char::is_whitespace) && !text.contains("://") && locate::locate(text).is_some()
}

impl Held {
    /// A fact that [`App::discreet`] has seen to.
    #[must_use]
    pub fn of(event: Event) -> Self {
        match event {
            Event::Key(chord) => Self::Key(chord),
            Event::Paste(text) => Self::Paste(text),
            Event::Mouse(mouse) => Self::Mouse(mouse),
            Event::Resize(width, height) => Self::Resize(width, height),
            Event::Tick(tick) => Self::Tick(tick),
            Event::Access(news) => Self::Access(news),
            Event::Notice(text) => Self::Notice(text),
            Event::Reply(Ticket(ticket), reply) => match reply {
                Reply::Rows(delta) => Self::Rows(ticket, Step::of(delta)),
                Reply::Text(text) => Self::Text(ticket, text),
                Reply::Tree(_) => Self::Tree(ticket),
                Reply::Lines(chunk) => Self::Lines(ticket, Lines::of(chunk)),
                Reply::Fault(fault) => Self::Fault(ticket, fault),
                Reply::End => Self::End(ticket),
            },
        }
    }
}

impl Step {
    fn of(delta: Delta) -> Self {
        match delta {
            Delta::Begin => Self::Begin,
            Delta::Upsert(rows) => {
                let view = rows.first().map(|row| row.view().0.to_owned()).unwrap_or_default();
                Self::Upsert(view, rows.iter().map(|row| row.json()).collect())
            }
            Delta::Remove(keys) => Self::Remove(keys),
            Delta::Complete => Self::Complete,
        }
    }

    fn delta(self, views: &[&'static dyn AnyView]) -> Result<Delta, String> {
        Ok(match self {
            Self::Begin => Delta::Begin,
            Self::Remove(keys) => Delta::Remove(keys),
            Self::Complete => Delta::Complete,
            Self::Upsert(word, items) if items.is_empty() => {
                drop(word);
                Delta::Upsert(Vec::new())
            }
            Self::Upsert(word, items) => {
                let view = views.iter().find(|view| view.id().0 == word);
                let view =
                    view.ok_or_else(|| format!("it holds rows of {word}, which this version has no view for"))?;
                let rows: Result<Vec<Row>, _> = items.into_iter().map(|item| view.revive(item)).collect();
                Delta::Upsert(rows.map_err(|e| format!("it holds rows of {word} as another version has them: {e}"))?)
            }
        })
    }
}

impl Lines {
    fn of(chunk: Chunk) -> Self {
        let blank = |line: LogLine| Blank { at: line.at, stream: line.stream, level: line.level, kind: line.kind };
        match chunk {
            Chunk::Lines(lines) => Self::Lines(lines.into_iter().map(blank).collect()),
            Chunk::About(facts) => Self::About(facts),
            Chunk::CaughtUp => Self::CaughtUp,
        }
    }

    fn chunk(self) -> Chunk {
        let line = |blank: Blank| {
            let Blank { at, stream, level, kind } = blank;
            LogLine { at, stream, text: WITHHELD.into(), runs: Box::default(), level, kind }
        };
        match self {
            Self::Lines(lines) => Chunk::Lines(lines.into_iter().map(line).collect()),
            Self::About(facts) => Chunk::About(facts),
            Self::CaughtUp => Chunk::CaughtUp,
        }
    }
}

/// A run that is told again. Nothing is asked of the world.
pub struct Replay {
    views: &'static [&'static dyn AnyView],
    app: Option<App>,
    growing: HashMap<Ticket, Growth>,
    /// How many facts were told.
    pub facts: u64,
    /// Why the journal ended before the run did.
    pub ended: Option<String>,
}

impl Replay {
    /// Over these views: those of the version that wrote the journal.
    #[must_use]
    pub fn new(views: &'static [&'static dyn AnyView]) -> Self {
        Self { views, app: None, growing: HashMap::new(), facts: 0, ended: None }
    }

    /// The state so far; `None` before the first line.
    #[must_use]
    pub fn app(&self) -> Option<&App> {
        self.app.as_ref()
    }

    /// Tells a line.
    ///
    /// # Errors
    /// What of it this version cannot tell, as a sentence without a full stop.
    pub fn tell(&mut self, line: Line) -> Result<(), String> {
        match line {
            Line::Begin(begin) if begin.format != FORMAT => Err(foreign(begin.format, &begin.version)),
            Line::Begin(begin) => {
                let mut app = begin.app(self.views);
                if let Some(before) = &mut self.app {
                    app.take_over(before);
                }
                self.app = Some(app);
                Ok(())
            }
            Line::Fact(held) => self.fact(held),
            Line::End(why) => {
                self.ended = Some(why);
                Ok(())
            }
        }
    }

    fn fact(&mut self, held: Held) -> Result<(), String> {
        let event = self.event(held)?;
        let app = self.app.as_mut().ok_or("it does not begin with its beginning")?;
        self.facts += 1;
        for effect in event.map(|event| app.apply(event)).into_iter().flatten() {
            if let Effect::Start(ticket, Job::Tree(growth)) = effect {
                self.growing.insert(ticket, growth);
            }
        }
        Ok(())
    }

    /// The fact itself; `None` for one that nobody waits for here.
    fn event(&mut self, held: Held) -> Result<Option<Event>, String> {
        let reply = |ticket, reply| Event::Reply(Ticket(ticket), reply);
        Ok(Some(match held {
            Held::Key(chord) => Event::Key(chord),
            Held::Paste(text) => Event::Paste(text),
            Held::Mouse(mouse) => Event::Mouse(mouse),
            Held::Resize(width, height) => Event::Resize(width, height),
            Held::Tick(tick) => Event::Tick(tick),
            Held::Access(news) => Event::Access(news),
            Held::Notice(text) => Event::Notice(text),
            Held::Rows(ticket, step) => reply(ticket, Reply::Rows(step.delta(self.views)?)),
            Held::Text(ticket, text) => reply(ticket, Reply::Text(text)),
            Held::Lines(ticket, lines) => reply(ticket, Reply::Lines(lines.chunk())),
            Held::Fault(ticket, fault) => reply(ticket, Reply::Fault(fault)),
            Held::End(ticket) => reply(ticket, Reply::End),
            Held::Tree(ticket) => match self.growing.remove(&Ticket(ticket)) {
                Some(growth) => reply(ticket, Reply::Tree(Box::new(growth.run()))),
                None => return Ok(None),
            },
        }))
    }
}
