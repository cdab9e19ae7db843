//! The state as a whole, over a small catalogue of doubles: what happens goes in, what is on screen and what is asked
//! for comes out. Sources do nothing; the tests answer in their place.

mod access;
mod browsing;
mod choosing;
#[path = "../../../tests/support/doubles.rs"]
pub(super) mod doubles;
mod filling;
mod filtering;
mod grouping;
mod keys;
mod large;
mod logs;
mod looking;
mod mapping;
mod marking;
mod organisation;
mod palette;
mod panes;
mod reading;
mod saving;
mod typing;
mod watching;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{App, Chord, Effect, Effects, Event, Job, Keymap, Memory, Setup, Ticket};
use crate::{
    config::{Config, Env, Flags, Paths},
    model::{Caller, Fault, FaultKind, Level, Memo, News, Scope},
    rows::{Delta, Row},
    view::Reply,
};
use doubles::{Thing, VIEWS, node, row, thing};

/// When the tests begin.
const START: i64 = 1_000_000;

/// A console with the jobs that it has under way, and what it asked for besides.
struct Desk {
    app: App,
    jobs: BTreeMap<Ticket, Job>,
    /// Everything else that was asked for.
    asked: Vec<Effect>,
    /// How many jobs were started.
    started: usize,
    /// The longest that one fact took, where it is measured.
    longest: Option<Duration>,
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn config(text: &str) -> Config {
    let paths = Paths::new(&Env::empty(), None);
    let flags = Flags { view: Some("watch".into()), ..Flags::default() };
    let mut config = Config::assemble(&Env::empty(), &flags, paths, Some(text)).unwrap().config;
    if config.regions.is_empty() {
        config.regions = vec!["eu-west-1".into()];
    }
    config
}

fn caller() -> News {
    News::Caller(Caller {
        arn: "arn:aws:iam::000000000011:user/officer".into(),
        account: "000000000011".into(),
        partition: "aws".into(),
        region: "eu-west-1".into(),
        region_guessed: false,
        source: "environment".into(),
        until: None,
        renews: true,
        role_session: false,
        portals: std::collections::BTreeMap::new(),
    })
}

/// The place of a double's row: account 11, 12, 13 … in the one region.
fn at(account: u64) -> Scope {
    Scope::region(format!("{account:012}").into(), "eu-west-1".into())
}

/// A small organisation: `core` with account 11, `work` with the accounts 12 and 13.
fn small() -> Vec<Row> {
    vec![
        node("r", "Root", None, true),
        node("ou-core", "core", Some("r"), true),
        node("ou-work", "work", Some("r"), true),
        node("000000000011", "main", Some("ou-core"), true),
        node("000000000012", "prod", Some("ou-work"), true),
        node("000000000013", "dev", Some("ou-work"), true),
    ]
}

impl Desk {
    /// A console over nothing, with a memory.
    fn bare(config: Config, memory: Memory) -> Self {
        let keymap = Keymap::with(VIEWS, &config.keys).unwrap();
        let setup = Setup {
            views: VIEWS,
            config: Arc::new(config),
            badge: None,
            themes: vec!["dark".into(), "light".into()],
            theme: "dark".into(),
            zone: TimeZone::UTC,
            keymap,
        };
        let app = App::new(setup, memory, moment(START), (120, 40));
        Self { app, jobs: BTreeMap::new(), asked: Vec::new(), started: 0, longest: None }
    }

    /// A console with a caller and the small organisation read.
    fn small() -> Self {
        Self::over(config(""), small())
    }

    /// A console with a caller and an organisation read.
    fn over(config: Config, tree: Vec<Row>) -> Self {
        let mut desk = Self::bare(config, Memory::default());
        desk.apply(Event::Access(caller()));
        desk.tick(250);
        desk.pass("accounts", &Scope::fleet(), tree);
        desk.tick(250);
        desk
    }

    fn apply(&mut self, event: Event) {
        let begun = self.longest.map(|longest| (longest, large::busy()));
        let effects = self.app.apply(event);
        self.longest = begun.map(|(longest, begun)| longest.max(large::busy().saturating_sub(begun)));
        self.take(effects);
    }

    fn take(&mut self, effects: Effects) {
        for effect in effects {
            match effect {
                Effect::Start(ticket, Job::Derive { view, snapshot }) => {
                    for delta in view.derive(&snapshot, self.app.now) {
                        self.apply(Event::Reply(ticket, Reply::Rows(delta)));
                    }
                    self.apply(Event::Reply(ticket, Reply::End));
                }
                Effect::Start(ticket, Job::Tree(growth)) => {
                    self.apply(Event::Reply(ticket, Reply::Tree(Box::new(growth.run()))));
                    self.apply(Event::Reply(ticket, Reply::End));
                }
                Effect::Start(ticket, job) => {
                    self.started += 1;
                    assert!(self.jobs.insert(ticket, job).is_none(), "a ticket is given once");
                }
                Effect::Stop(ticket) => assert!(self.jobs.remove(&ticket).is_some(), "only what runs is stopped"),
                other => self.asked.push(other),
            }
        }
    }

    fn tick(&mut self, ms: i64) {
        let now = self.app.now.checked_add(SignedDuration::from_millis(ms)).unwrap();
        self.apply(Event::Tick(now.into()));
    }

    fn later(&mut self, seconds: i64) {
        self.tick(seconds * 1_000);
    }

    /// Presses keys, parted by blanks.
    fn press(&mut self, chords: &str) {
        for chord in chords.split(' ') {
            self.apply(Event::Key(Chord::parse(chord).unwrap()));
        }
    }

    /// Types letters as a hand does.
    fn by_hand(&mut self, text: &str) {
        for c in text.chars() {
            self.tick(90);
            self.apply(Event::Key(Chord::char(c)));
        }
        self.tick(90);
    }

    /// Types letters at once.
    fn type_in(&mut self, text: &str) {
        for c in text.chars() {
            self.apply(Event::Key(Chord::char(c)));
        }
    }

    /// Types a command and accepts it.
    fn command(&mut self, line: &str) {
        self.press(":");
        self.type_in(line);
        self.press("enter");
    }

    /// The ticket under which a scope of a view is being read.
    fn ticket(&self, view: &str, scope: &Scope) -> Option<Ticket> {
        let of = |job: &Job| matches!(job, Job::Rows { view: v, at, .. } if v.id().0 == view && at.scope == *scope);
        self.jobs.iter().find(|(_, job)| of(job)).map(|(ticket, _)| *ticket)
    }

    /// The scopes of a view that are being read.
    fn reads(&self, view: &str) -> Vec<Scope> {
        let of = |job: &Job| match job {
            Job::Rows { view: v, at, .. } if v.id().0 == view => Some(at.scope.clone()),
            _ => None,
        };
        let mut scopes: Vec<Scope> = self.jobs.values().filter_map(of).collect();
        scopes.sort();
        scopes
    }

    /// The scopes of a view that are being read, and whether somebody looks at them.
    fn begun(&self, view: &str) -> Vec<(Scope, bool)> {
        let of = |job: &Job| match job {
            Job::Rows { view: v, at, urgent } if v.id().0 == view => Some((at.scope.clone(), *urgent)),
            _ => None,
        };
        self.jobs.values().filter_map(of).collect()
    }

    fn reply(&mut self, ticket: Ticket, reply: Reply) {
        if matches!(reply, Reply::End) {
            self.jobs.remove(&ticket);
        }
        self.apply(Event::Reply(ticket, reply));
    }

    /// Answers one job, without an end.
    fn answer(&mut self, view: &str, scope: &Scope, delta: Delta) {
        let ticket = self.ticket(view, scope).expect("it is being read");
        self.reply(ticket, Reply::Rows(delta));
    }

    /// Answers one job with a complete pass.
    fn pass(&mut self, view: &str, scope: &Scope, rows: Vec<Row>) {
        let ticket = self.ticket(view, scope).expect("it is being read");
        for delta in [Delta::Begin, Delta::Upsert(rows), Delta::Complete] {
            self.reply(ticket, Reply::Rows(delta));
        }
        self.reply(ticket, Reply::End);
    }

    /// A minute later, answers the next reading of an account.
    fn pass_later(&mut self, view: &str, account: u64, rows: Vec<Row>) {
        self.later(61);
        self.pass(view, &at(account), rows);
    }

    /// Answers one job with some rows and a fault.
    fn breaks(&mut self, view: &str, scope: &Scope, rows: Vec<Row>, kind: FaultKind) {
        let ticket = self.ticket(view, scope).expect("it is being read");
        for delta in [Delta::Begin, Delta::Upsert(rows)] {
            self.reply(ticket, Reply::Rows(delta));
        }
        self.reply(ticket, Reply::Fault(Fault::new(kind, "no")));
        self.reply(ticket, Reply::End);
    }

    /// The keys of the rows on screen, in order.
    fn shown(&self) -> Vec<String> {
        let table = self.app.table(self.app.screen.view.id());
        let rows = self.app.screen.listing.iter().filter_map(|id| table.get(id));
        rows.map(|slot| slot.row.key().to_string()).collect()
    }

    /// The key of the row under the cursor.
    fn cursor(&self) -> Option<String> {
        self.app.current().map(|slot| slot.row.key().to_string())
    }

    /// The word of the view on screen, and what is looked at.
    fn place(&self) -> (&'static str, &str) {
        (self.app.screen.view.id().0, &self.app.screen.select)
    }

    /// What was written into a book.
    fn written(&self, book: &str) -> Vec<Memo> {
        let memos = self.asked.iter().filter_map(|effect| match effect {
            Effect::Write(memos) => Some(memos.clone()),
            _ => None,
        });
        memos.flatten().filter(|memo| memo.book == book).collect()
    }

    fn quits(&self) -> bool {
        self.asked.iter().any(|effect| matches!(effect, Effect::Quit))
    }
}

/// Rows of the polled double, well or not.
fn services(all: &[(&str, Level)]) -> Vec<Row> {
    all.iter().map(|(id, level)| row("svc", &thing(id, *level))).collect()
}

/// A row of the polled double that began to be so at some second.
fn since(id: &str, level: Level, second: i64) -> Row {
    row("svc", &Thing { at: Some(moment(second)), ..thing(id, level) })
}
