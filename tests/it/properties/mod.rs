//! Properties of the state: whatever arrives, in whatever order and at whatever size, nothing panics, the cursor is
//! on the screen, and every request is answered for.

#[path = "../../support/doubles.rs"]
mod doubles;
mod live;
mod tables;

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;
use quarterdeck::{
    app::{App, Chord, Effect, Effects, Event, Focus, Job, Keymap, Memory, Mouse, Setup, Ticket, geometry},
    config::{Config, Env, Flags, Paths},
    model::{Ask, Caller, Fault, FaultKind, News},
    rows::{Delta, Row},
    ui::{self, theme::Theme},
    view::{Reply, Run},
};
use ratatui::{buffer::Buffer, layout::Rect};

use doubles::{Thing, VIEWS, row};
use tables::thing;

/// The state over the doubles, opened with one of them.
pub fn app_of(view: &str, size: (u16, u16), now: Timestamp) -> App {
    let flags = Flags { view: Some(view.to_owned()), ..Flags::default() };
    let paths = Paths::new(&Env::empty(), None);
    let config = Config::assemble(&Env::empty(), &flags, paths, None).expect("a configuration").config;
    let setup = Setup {
        views: VIEWS,
        config: Arc::new(config),
        badge: Some("TEST".into()),
        themes: Theme::names().into_iter().map(str::to_owned).collect(),
        theme: "dark".into(),
        zone: TimeZone::UTC,
        keymap: Keymap::of(VIEWS),
    };
    App::new(setup, Memory::default(), now, size)
}

/// What may come back for a ticket.
#[derive(Clone, Debug)]
enum Answer {
    Begin,
    Rows(Vec<Thing>),
    Nodes(Vec<(u8, u8, String, bool)>),
    Remove(Vec<u8>),
    Complete,
    Text(String),
    Fault(FaultKind),
    End,
}

/// What may happen.
#[derive(Clone, Debug)]
enum Happens {
    Key(Chord),
    Paste(String),
    Click(u16, u16),
    Scroll(u16, u16, i16),
    Resize(u16, u16),
    Tick(i64),
    Answer(usize, Answer),
    Caller,
    NoCaller,
    Ask(u64, bool),
    Answered(u64),
    Lost,
}

fn keys() -> impl Strategy<Value = Chord> {
    let bound: Vec<Chord> = Keymap::default().bindings().iter().flat_map(|b| b.chords.clone()).collect();
    prop_oneof![6 => prop::sample::select(bound), 1 => any::<char>().prop_map(Chord::char), 2 => "[a-z0-9 ]".prop_map(|s| {
        Chord::char(s.chars().next().unwrap_or(' '))
    })]
}

fn answer() -> impl Strategy<Value = Answer> {
    let kinds = [FaultKind::Denied, FaultKind::Throttled, FaultKind::Network, FaultKind::Expired, FaultKind::Missing];
    let nodes = (0..20_u8, 0..8_u8, "\\PC{0,8}", any::<bool>());
    prop_oneof![
        2 => Just(Answer::Begin),
        6 => prop::collection::vec(thing(), 0..8).prop_map(Answer::Rows),
        4 => prop::collection::vec(nodes, 0..12).prop_map(Answer::Nodes),
        1 => prop::collection::vec(0..12_u8, 0..4).prop_map(Answer::Remove),
        3 => Just(Answer::Complete),
        1 => "\\PC{0,20}\n\\PC{0,200}".prop_map(Answer::Text),
        2 => prop::sample::select(kinds.to_vec()).prop_map(Answer::Fault),
        3 => Just(Answer::End),
    ]
}

fn happens() -> impl Strategy<Value = Happens> {
    let side = || prop_oneof![3 => 0..210_u16, 1 => 0..24_u16];
    let high = || prop_oneof![3 => 0..62_u16, 1 => 0..9_u16];
    prop_oneof![
        14 => keys().prop_map(Happens::Key),
        1 => "\\PC{0,40}".prop_map(Happens::Paste),
        1 => prop::sample::select(vec!["000000000007", "arn:aws:ecs:eu-west-1:000000000008:service/c/s", "https://console.aws.amazon.com/"])
            .prop_map(|s| Happens::Paste(s.to_owned())),
        1 => (side(), high()).prop_map(|(x, y)| Happens::Click(x, y)),
        1 => (side(), high(), -9..9_i16).prop_map(|(x, y, by)| Happens::Scroll(x, y, by)),
        2 => (side(), high()).prop_map(|(w, h)| Happens::Resize(w, h)),
        6 => prop_oneof![100..400_i64, 0..90_000_i64].prop_map(Happens::Tick),
        16 => (any::<usize>(), answer()).prop_map(|(which, answer)| Happens::Answer(which, answer)),
        1 => Just(Happens::Caller),
        1 => Just(Happens::NoCaller),
        1 => (0..4_u64, any::<bool>()).prop_map(|(id, mfa)| Happens::Ask(id, mfa)),
        1 => (0..4_u64).prop_map(Happens::Answered),
        1 => Just(Happens::Lost),
    ]
}

/// The state with the jobs that it has under way.
struct World {
    app: App,
    jobs: BTreeMap<Ticket, Job>,
    theme: Theme,
}

impl World {
    fn new(size: (u16, u16)) -> Self {
        let now = Timestamp::from_second(1_000).expect("a moment");
        let theme = Theme::shipped("dark").expect("a theme");
        // One in three begins with a map: how high the screen is, is as random as anything.
        let view = if size.1.is_multiple_of(3) { "chart" } else { "watch" };
        Self { app: app_of(view, size, now), jobs: BTreeMap::new(), theme }
    }

    fn apply(&mut self, event: Event) {
        let effects = self.app.apply(event);
        self.take(effects);
        self.check();
    }

    fn take(&mut self, effects: Effects) {
        for effect in effects {
            match effect {
                Effect::Start(ticket, Job::Derive { view, snapshot }) => {
                    // A derivation does no input and output: it is answered at once, in place.
                    for delta in view.derive(&snapshot, self.app.now) {
                        let more = self.app.apply(Event::Reply(ticket, Reply::Rows(delta)));
                        self.take(more);
                    }
                    let more = self.app.apply(Event::Reply(ticket, Reply::End));
                    self.take(more);
                }
                Effect::Start(ticket, job) => {
                    if let Job::Rows { view, at, .. } = &job {
                        assert!(!matches!(view.run(), Run::Derived(_)), "a derived view is not read");
                        let twice = self.jobs.values().any(|other| match other {
                            Job::Rows { view: v, at: a, .. } => v.id() == view.id() && a.scope == at.scope,
                            _ => false,
                        });
                        assert!(!twice, "{} of {:?} is read twice at once", view.id(), at.scope);
                    }
                    assert!(self.jobs.insert(ticket, job).is_none(), "a ticket is given once");
                }
                Effect::Stop(ticket) => assert!(self.jobs.remove(&ticket).is_some(), "only what runs is stopped"),
                _ => {}
            }
        }
    }

    fn happen(&mut self, happens: Happens) {
        let event = match happens {
            Happens::Key(chord) => Event::Key(chord),
            Happens::Paste(text) => Event::Paste(text),
            Happens::Click(x, y) => Event::Mouse(Mouse::Click(x, y)),
            Happens::Scroll(x, y, by) => Event::Mouse(Mouse::Scroll(x, y, by)),
            Happens::Resize(w, h) => Event::Resize(w, h),
            Happens::Tick(ms) => {
                let by = SignedDuration::from_millis(ms);
                Event::Tick(self.app.now.checked_add(by).expect("a moment").into())
            }
            Happens::Answer(which, answer) => return self.answer(which, answer),
            Happens::Caller => Event::Access(News::Caller(caller())),
            Happens::NoCaller => Event::Access(News::NoCaller(Fault::new(FaultKind::NoCredentials, "none"))),
            Happens::Ask(id, mfa) => Event::Access(News::Ask(id, ask(mfa))),
            Happens::Answered(id) => Event::Access(News::Answered(id)),
            Happens::Lost => {
                let (account, role) = ("000000000007".into(), String::new());
                Event::Access(News::Lost { account, role, fault: Fault::new(FaultKind::Denied, "no") })
            }
        };
        self.apply(event);
    }

    fn answer(&mut self, which: usize, answer: Answer) {
        let Some((ticket, job)) = self.jobs.iter().nth(which % self.jobs.len().max(1)) else { return };
        let (ticket, word) = (*ticket, if let Job::Rows { view, .. } = job { view.id().0 } else { "" });
        let reply = match answer {
            Answer::Begin => Reply::Rows(Delta::Begin),
            Answer::Rows(things) if !word.is_empty() && word != "accounts" => {
                Reply::Rows(Delta::Upsert(things.iter().map(|t| row(word, t)).collect()))
            }
            Answer::Nodes(nodes) if word == "accounts" => {
                let rows = nodes.iter().map(|(n, parent, name, open)| node(*n, *parent, name, *open));
                Reply::Rows(Delta::Upsert(rows.collect()))
            }
            Answer::Remove(keys) => Reply::Rows(Delta::Remove(keys.iter().map(|k| k.to_string().into()).collect())),
            Answer::Complete => Reply::Rows(Delta::Complete),
            Answer::Text(text) => Reply::Text(text),
            Answer::Fault(kind) => Reply::Fault(Fault::new(kind, "it \u{1b}[31mfailed").call("ecs:ListServices")),
            Answer::End => {
                self.jobs.remove(&ticket);
                Reply::End
            }
            Answer::Rows(_) | Answer::Nodes(_) => return,
        };
        self.apply(Event::Reply(ticket, reply));
    }

    fn check(&self) {
        let app = &self.app;
        let areas = app.areas();
        let (screen, tree) = (&app.screen, &app.tree);
        let rows = geometry::rows(areas.table).max(1);
        let (width, height) = app.size;
        let least = width >= geometry::LEAST.0 && height >= geometry::LEAST.1;
        let shows = [geometry::rows(areas.table), geometry::lines(areas.tree), geometry::lines(areas.detail)];
        assert_eq!(shows.iter().any(|lines| *lines > 0), least, "{width}×{height}: {areas:?}");
        let within = |position: usize, offset: usize, len: usize, height: usize| {
            (len == 0 && position == 0) || (position < len && offset <= position && position < offset + height)
        };
        assert!(
            within(screen.position, screen.offset, screen.len(), rows),
            "cursor {} from {} of {} in {rows}",
            screen.position,
            screen.offset,
            screen.len(),
        );
        self.check_map();
        let lines = geometry::lines(areas.tree).max(1);
        if app.focus == Focus::Tree {
            assert!(within(tree.position, tree.offset, tree.lines.len(), lines), "{} {}", tree.position, tree.offset);
        }
        for id in screen.listing.iter() {
            assert!(app.table(screen.view.id()).get(id).is_some(), "a row on the screen that is gone");
        }
    }

    /// Every row on the screen has its cell on the map, and the cell of the cursor is in the window.
    fn check_map(&self) {
        let (app, map) = (&self.app, &self.app.map);
        if app.mapped().is_none() {
            return assert!(map.spots.is_empty(), "a map of nothing");
        }
        assert!(app.screen.listing.iter().all(|id| map.cell_of(id).is_some()), "a row without a cell");
        let lit = map.spots.iter().filter(|spot| spot.lit.is_some()).count();
        assert!(if map.gathered { lit <= app.screen.listing.len() } else { lit == app.screen.listing.len() });
        if let Some(at) = app.map_cursor() {
            let (y, height) = (usize::from(map.spots[at].y), usize::from(map.area.height).max(1));
            assert!((map.offset..map.offset + height).contains(&y), "line {y} from {} in {height}", map.offset);
        }
    }

    fn draw(&self) {
        let (width, height) = self.app.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let cursor = ui::draw(&self.app, &self.theme, &mut buffer);
        assert!(cursor.is_none_or(|at| buffer.area.contains(at)));
        let bad = buffer.content.iter().find(|cell| cell.symbol().chars().any(|c| c.is_control() || c == '\u{202e}'));
        assert_eq!(bad, None, "nothing that acts on the terminal is drawn");
        self.check_cursor(&buffer);
    }

    /// Whatever the size, the line of the cursor is on the screen and marked; where nothing fits, that is said.
    fn check_cursor(&self, buffer: &Buffer) {
        let (app, areas) = (&self.app, self.app.areas());
        let (width, height) = app.size;
        if width < geometry::LEAST.0 || height < geometry::LEAST.1 {
            let line: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
            assert!(width < 4 || height < 1 || line.contains("16×3"), "{width}×{height}: {line}");
            return;
        }
        let marked = |area: Rect, above: u16, line: usize| {
            let y = area.y + 1 + above + u16::try_from(line).expect("a line of the screen");
            assert!(
                y + 1 < area.bottom() && buffer[(area.x + 1, y)].symbol() == "▌",
                "{width}×{height} at {y} of {area}"
            );
        };
        // An open log lies over all panes.
        let bare = app.layers.is_empty() && app.log.is_none();
        if bare && !areas.table.is_empty() && !app.screen.is_empty() && app.mapped().is_none() {
            let above = geometry::headings(areas.table);
            marked(areas.table, above, app.screen.position - app.screen.offset);
        }
        if bare && !areas.tree.is_empty() && !app.tree.lines.is_empty() {
            marked(areas.tree, 0, app.tree.position - app.tree.offset);
        }
    }
}

/// A node: the root, an OU or an account, by its number. What lies above may be missing, or itself.
fn node(number: u8, parent: u8, name: &str, open: bool) -> Row {
    let id = |n: u8| match n {
        0 => "r-root".to_owned(),
        n if n < 6 => format!("ou-root-{n}"),
        n => format!("{:012}", u64::from(n)),
    };
    doubles::node(&id(number), name, (number > 0).then(|| id(parent)).as_deref(), open)
}

fn caller() -> Caller {
    Caller {
        arn: "arn:aws:iam::000000000006:user/officer".into(),
        account: "000000000006".into(),
        partition: "aws".into(),
        region: "eu-central-1".into(),
        region_guessed: false,
        source: "environment".into(),
        until: None,
        renews: false,
        role_session: false,
        portals: std::collections::BTreeMap::new(),
    }
}

fn ask(mfa: bool) -> Ask {
    if mfa {
        Ask::Mfa { serial: "arn:aws:iam::000000000006:mfa/officer".into(), refused: None }
    } else {
        Ask::SsoLogin { session: "corp".into(), profile: false }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_events_at_any_size(
        all in prop::collection::vec(happens(), 1..120),
        size in (0..210_u16, 0..62_u16),
    ) {
        let mut world = World::new(size);
        // A caller and a tree first, so that most of what is wanted exists.
        world.apply(Event::Access(News::Caller(caller())));
        world.happen(Happens::Tick(250));
        let tree = (0..14_u8).map(|n| (n, if n < 6 { n.saturating_sub(1) } else { n % 6 }, format!("node {n}"), true)).collect();
        let at = world.jobs.values().position(|job| matches!(job, Job::Rows { view, .. } if view.id().0 == "accounts"));
        prop_assert!(at.is_some(), "the organisation is read first");
        let at = at.unwrap_or_default();
        for answer in [Answer::Begin, Answer::Nodes(tree), Answer::Complete] {
            world.answer(at, answer);
        }
        world.happen(Happens::Tick(250));
        world.draw();
        let often = (all.len() / 12).max(1);
        for (n, happens) in all.into_iter().enumerate() {
            world.happen(happens);
            if n % often == 0 {
                world.draw();
            }
        }
        world.draw();
    }
}
