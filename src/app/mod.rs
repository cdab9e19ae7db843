//! The state of the console, pure: [`App::apply`] takes a fact and gives requests, and nothing else changes anything.
//!
//! ```text
//! Event ─► App::apply ─► what is on screen ─► which jobs are wanted ─► Effects
//! ```
//!
//! No clock, no environment, no file, no socket: the time comes as [`Event::Tick`], everything else as replies.

mod act;
pub mod action;
mod arrange;
pub mod browse;
pub mod chord;
pub mod columns;
mod data;
pub mod deeds;
mod derivations;
pub mod effect;
pub mod event;
pub mod facts;
mod fill;
pub mod find;
pub mod geometry;
mod go;
mod groups;
mod hand;
mod history;
mod jobs;
pub mod journal;
pub mod keymap;
mod keys;
pub mod layers;
pub mod log;
pub mod map;
pub mod marks;
mod mouse;
mod news;
pub mod notes;
pub mod org;
mod palette;
pub mod panes;
pub mod place;
pub mod plan;
mod pulse;
mod questions;
pub mod raise;
mod regions;
mod role;
mod rollup;
pub mod save;
pub mod screen;
mod see;
mod setup;
pub mod signing;
#[cfg(test)]
mod tests;
mod tree;
mod uses;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use jiff::Timestamp;

pub use action::Action;
pub use chord::Chord;
pub use effect::{Effect, Effects, Job, Ticket, Wish};
pub use event::{Event, Mouse, Tick};
pub use keymap::{Keymap, Keys};
pub use layers::{Asked, Layer};
pub use rollup::Sum;
pub use see::Words;
pub use setup::{Memory, Setup};
pub use uses::Starts;

use crate::{
    model::{AccountId, Caller, Coverage, Fault, Key, Lease, Org, ViewId, org::Change},
    rows::{ScopeId, Table},
};

/// Which pane has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The table.
    #[default]
    Table,
    /// The tree.
    Tree,
    /// The detail.
    Detail,
    /// The log, which then lies over the others.
    Log,
}

/// Whether the first sweep over a large fleet may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    /// Not asked yet.
    Closed,
    /// Asked.
    Asked,
    /// Allowed, or not needed.
    Open,
    /// Refused: only what is looked at is read.
    Refused,
}

/// The detail pane's own state.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// The first line on the screen.
    pub offset: usize,
    /// The texts that were asked for, by the section's number; `None` while the answer is awaited.
    pub texts: HashMap<usize, Option<String>>,
    /// Whether the user asked for the texts that are asked for on request only.
    pub willing: bool,
    /// When the cursor came to its row.
    since: Option<Timestamp>,
    /// The row that it is about, with its scope: keys are not the fleet's.
    row: Option<(ViewId, ScopeId, Key)>,
    /// The texts that are awaited.
    asked: Vec<Ticket>,
}

/// The whole state.
pub struct App {
    /// What it was started with.
    pub setup: Setup,
    /// The time as of the last tick.
    pub now: Timestamp,
    /// The size of the terminal in cells.
    pub size: (u16, u16),
    /// Which pane has the keys.
    pub focus: Focus,
    /// What lies over the panes, the top one last.
    pub layers: Vec<Layer>,
    /// What the table pane shows.
    pub screen: screen::Screen,
    /// The tree pane.
    pub tree: tree::Tree,
    /// The map in the table pane, where the view is drawn as one.
    pub map: map::Map,
    /// The detail pane.
    pub detail: Detail,
    /// The log pane, while it is open.
    pub log: Option<Box<log::Pane>>,
    /// The organisation.
    pub org: Arc<Org>,
    /// What happened to its nodes since the last look.
    pub changes: HashMap<String, Change>,
    /// When the organisation was last read in full.
    pub org_read_at: Option<Timestamp>,
    /// Who the console is, once known.
    pub caller: Option<Caller>,
    /// Why there is no caller.
    pub no_caller: Option<Fault>,
    /// What is waited for before the caller is known.
    pub waiting: signing::Waiting,
    /// The accounts that are open.
    pub leases: BTreeMap<AccountId, Lease>,
    /// The accounts that are closed, and why.
    pub lost: BTreeMap<AccountId, Fault>,
    /// The one account whose rights are raised.
    pub raised: Option<raise::Raised>,
    /// The account of an elevation that was left while it was under way.
    unwanted: Option<AccountId>,
    /// The theme in use, by its name; see [`App::theme_shown`] for the one to draw with.
    pub theme: String,
    /// Whether moments are shown in UTC.
    pub utc: bool,
    /// Requests in each of the last seconds, the last one being under way.
    pub calls: Vec<u16>,
    /// Health summed up over the organisation.
    pub rollup: rollup::Rollup,
    /// What was chosen of the columns of views.
    chosen: columns::Chosen,
    tables: Vec<Table>,
    production: Arc<HashSet<AccountId>>,
    /// Which panes are wished for.
    panes: panes::Wished,
    trail: history::Trail,
    notice: Option<(String, Timestamp)>,
    /// Whether the notice is of a deed: it stays until a key takes it away. And whether it is of trouble.
    kept: Option<bool>,
    /// When something was typed last, and whether what was typed now came in one burst with it.
    typed_at: Option<Timestamp>,
    burst: bool,
    /// How many keys in a row came quicker than a hand means each of them.
    quick: u32,
    /// Questions that were put aside, the oldest first.
    aside: Vec<Asked>,
    jobs: jobs::Jobs,
    /// What is wanted and was not said to `jobs` yet.
    planning: std::vec::IntoIter<jobs::Want>,
    uses: uses::Uses,
    starts: uses::Starts,
    roles: BTreeMap<AccountId, Arc<str>>,
    gate: Gate,
    baseline: Option<Arc<Org>>,
    walked: org::Walked,
    growing: org::Growing,
    /// What rows lacked until they came on the screen.
    fills: fill::Fills,
    /// What a search of the tree looks through, made when it is first needed.
    index: OnceLock<find::Index>,
    /// What was read of what is on screen, summed up when it is first asked for after a change.
    covered: OnceLock<Coverage>,
    /// Which regions are read, counted when that changes.
    regions: regions::Regions,
    /// Logs that were read lately.
    shelf: log::Shelf,
    /// Tickets of texts that nobody looks at any more.
    unasked: Vec<Ticket>,
    rollup_dirty: bool,
    wants_dirty: bool,
    /// Of each derived view: the revisions of its rows and of the organisation that it was derived from, and when.
    derived: HashMap<ViewId, ((u64, u64), Timestamp)>,
    pulse: pulse::Pulse,
    /// Whether the filter is to be applied with the next tick.
    refilter: bool,
    dirty: bool,
}

impl App {
    /// The state before anything has happened, with what the store remembered. Pure: the first frame shows the
    /// remembered tree.
    #[must_use]
    pub fn new(setup: Setup, memory: Memory, now: Timestamp, size: (u16, u16)) -> Self {
        let mut app = Self::bare(setup, &memory, now, size);
        app.screen = app.ordered(app.screen.clone());
        app.remember(memory.tree);
        app.settle(false);
        app
    }

    /// The state before it is settled.
    fn bare(setup: Setup, memory: &Memory, now: Timestamp, size: (u16, u16)) -> Self {
        Self {
            chosen: columns::Chosen::new(&setup, &memory.columns),
            screen: screen::Screen::new(setup.first(), String::new(), ""),
            theme: setup.theme.clone(),
            utc: setup.config.utc,
            gate: if memory.swept { Gate::Open } else { Gate::Closed },
            uses: uses::Uses::new(&memory.uses, &memory.favourites),
            starts: uses::Starts::new(&memory.problems),
            tables: setup.views.iter().map(|v| Table::new(plan::every(&setup.config, *v))).collect(),
            setup,
            now,
            size,
            focus: Focus::default(),
            layers: Vec::new(),
            tree: tree::Tree::default(),
            map: map::Map::default(),
            detail: Detail::default(),
            log: None,
            org: Arc::default(),
            changes: HashMap::new(),
            org_read_at: None,
            caller: None,
            no_caller: None,
            waiting: signing::Waiting::default(),
            leases: BTreeMap::new(),
            lost: BTreeMap::new(),
            raised: None,
            unwanted: None,
            calls: Vec::new(),
            rollup: rollup::Rollup::default(),
            production: Arc::default(),
            panes: panes::Wished { tree: true, detail: false, preview: memory.preview, full: false },
            trail: history::Trail { commands: palette::Past::new(&memory.commands), ..Default::default() },
            notice: None,
            kept: None,
            typed_at: None,
            burst: false,
            quick: 0,
            aside: Vec::new(),
            jobs: jobs::Jobs::default(),
            planning: Vec::new().into_iter(),
            roles: BTreeMap::new(),
            baseline: None,
            walked: org::Walked::default(),
            growing: org::Growing::default(),
            fills: fill::Fills::default(),
            index: OnceLock::new(),
            covered: OnceLock::new(),
            regions: regions::Regions::default(),
            shelf: log::Shelf::default(),
            unasked: Vec::new(),
            rollup_dirty: true,
            wants_dirty: true,
            derived: HashMap::new(),
            pulse: pulse::Pulse::new(now),
            refilter: false,
            dirty: true,
        }
    }

    /// Takes a fact, changes the state, and gives what is to be done about it.
    pub fn apply(&mut self, event: Event) -> Effects {
        let mut effects = Effects::default();
        let tick = matches!(event, Event::Tick(_));
        let streams = matches!(event, Event::Reply(..));
        // The end of its job follows at once; what is wanted then is a fact of its own.
        let grown = matches!(event, Event::Reply(_, crate::view::Reply::Tree(_)));
        self.dirty |= !tick;
        match event {
            Event::Key(chord) => self.key(chord, &mut effects),
            Event::Paste(text) => self.paste(&text, &mut effects),
            Event::Mouse(mouse) => self.mouse(mouse, &mut effects),
            Event::Resize(width, height) => self.size = (width, height),
            Event::Tick(tick) => self.tick(tick, &mut effects),
            Event::Reply(ticket, reply) => self.reply(ticket, reply, &mut effects),
            Event::Access(news) => self.news(news, &mut effects),
            Event::Notice(text) => self.say(text),
        }
        let anew = !grown && std::mem::take(&mut self.wants_dirty);
        if anew {
            self.plan_anew(&mut effects);
        } else if self.planning.len() > 0 {
            self.plan_on(&mut effects);
        }
        self.forget_coverage(anew || tick);
        self.settle(streams);
        self.ask_sections(&mut effects);
        if anew || tick {
            self.derive(&mut effects);
        }
        effects
    }

    /// Whether the screen is to be drawn again. Asking resets the answer.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// Has the screen drawn again, where something that it is drawn with changed outside of the state.
    pub fn redraw(&mut self) {
        self.dirty = true;
    }

    /// Whether the screen is to be drawn again.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// Says something to the person at the screen, for a while.
    pub(crate) fn say(&mut self, text: impl Into<String>) {
        self.notice = Some((text.into(), self.now));
        self.kept = None;
        self.dirty = true;
    }

    /// Says what became of a deed, until a key takes it away.
    pub(crate) fn say_outcome(&mut self, text: impl Into<String>, trouble: bool) {
        self.say(text);
        self.kept = Some(trouble);
    }

    /// Brings cursors, windows and listings in line with the state.
    fn settle(&mut self, streams: bool) {
        let areas = self.areas();
        let height = geometry::rows(areas.table);
        let at = self.table_index(self.screen.view.id());
        if self.screen.stale {
            self.relist(false);
        }
        self.gather(streams);
        self.screen.settle(&self.tables[at], height);
        self.screen.count_marks(&self.tables[at], streams);
        self.settle_map(areas.table);
        self.tree.settle(geometry::lines(areas.tree));
        self.settle_detail();
        self.settle_log();
    }
}
