//! A console on a fleet whose clock stands still: the real views read by the real SDKs, the frame drawn in memory.
//!
//! Time is moved by hand and the same number of times in every run, and the fleet gives equal answers for equal
//! seeds, so that the same buffer comes out each time.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use quarterdeck::{
    access::Raise,
    app::{App, Chord, Effect, Event, Keymap, Memory, Setup, Ticket, Wish, chord::Code},
    base,
    model::News,
    shell::Runner,
    sim,
    ui::{self, theme::Theme},
    view::Reply,
    views::VIEWS,
};
use ratatui::{buffer::Buffer, layout::Rect};
use tokio::sync::mpsc;

use crate::support::{Inside, inside::quick};

/// A Sunday morning on which somebody is on call.
const MORNING: &str = "2026-11-22T10:00:00Z";

/// The console, its fleet, and what runs between them.
pub struct Stage {
    inside: Inside,
    /// The state.
    pub app: App,
    runner: Runner,
    replies: mpsc::Receiver<(Ticket, Reply)>,
    /// An elevation that was asked for.
    raise: Option<Raise>,
}

impl Stage {
    /// The default world, read in full, with the watch board on the screen.
    pub async fn open() -> Self {
        Self::with(quick()).await
    }

    /// The same over a fleet of one's own.
    pub async fn with(options: sim::Options) -> Self {
        let start: Timestamp = MORNING.parse().expect("a moment");
        let sim = sim::start(sim::Options { start: Some(start), ..options }).await.expect("a port");
        sim.clock().freeze();
        sim.clock().set(start);
        let env = sim.environment().into_iter().collect();
        let configuration = sim.configuration();
        let inside = Inside::on(sim, env, &configuration);
        let config = Arc::new(inside.base.loaded.config.clone());
        let setup = Setup {
            views: VIEWS,
            config,
            badge: Some("DEMO".into()),
            themes: Theme::names().into_iter().map(str::to_owned).collect(),
            theme: "dark".into(),
            zone: TimeZone::UTC,
            keymap: Keymap::of(VIEWS),
        };
        let app = App::new(setup, Memory::default(), start, (120, 40));
        let (answer, replies) = mpsc::channel(256);
        let runner = Runner::new(inside.cx.clone(), answer);
        let mut stage = Self { inside, app, runner, replies, raise: None };
        stage.inside.cx.vault.caller().await.expect("the administrator");
        stage.settle().await;
        stage
    }

    fn apply(&mut self, event: Event) {
        for effect in self.app.apply(event) {
            match effect {
                Effect::Start(ticket, job) => self.runner.start(ticket, job),
                Effect::Stop(ticket) => self.runner.stop(ticket),
                Effect::Access(Wish::Elevate(raise)) => self.raise = Some(raise),
                _ => {}
            }
        }
    }

    /// Lets everything that was asked for arrive.
    async fn arrive(&mut self) {
        if let Some(raise) = self.raise.take() {
            let lease = Box::pin(self.inside.cx.guard.elevate(raise)).await.expect("an elevation");
            self.apply(Event::Access(News::Elevated(lease)));
        }
        loop {
            let reply = tokio::time::timeout(Duration::from_millis(40), self.replies.recv()).await;
            while let Ok(news) = self.inside.news.try_recv() {
                self.apply(Event::Access(base::news(news)));
            }
            match reply {
                Ok(Some((ticket, reply))) => self.apply(Event::Reply(ticket, reply)),
                // A log that is followed never ends.
                _ if self.app.in_flight() <= usize::from(self.app.log.is_some()) => return,
                _ => {}
            }
        }
    }

    /// Four seconds pass, and everything that they lead to arrives.
    pub async fn settle(&mut self) {
        self.arrive().await;
        for _ in 0..4 {
            let later = self.app.now.checked_add(SignedDuration::from_secs(1)).expect("a moment");
            self.apply(Event::Tick(later.into()));
            self.arrive().await;
        }
    }

    /// Types keys, and lets time pass.
    pub async fn keys(&mut self, keys: &str) {
        for c in keys.chars() {
            let chord = match c {
                '\r' => Chord::plain(Code::Enter),
                '\t' => Chord::plain(Code::Tab),
                '\x1b' => Chord::plain(Code::Esc),
                c => Chord::char(c),
            };
            self.apply(Event::Key(chord));
        }
        self.settle().await;
    }

    /// The same as a hand types a name that confirms something: letter by letter.
    pub async fn slowly(&mut self, keys: &str) {
        for c in keys.chars() {
            let later = self.app.now.checked_add(SignedDuration::from_millis(100)).expect("a moment");
            self.apply(Event::Tick(later.into()));
            self.apply(Event::Key(if c == '\r' { Chord::plain(Code::Enter) } else { Chord::char(c) }));
        }
        self.settle().await;
    }

    /// Says something to the state without letting time pass.
    pub fn say(&mut self, event: Event) {
        self.apply(event);
    }

    /// The frame at a size, in a theme.
    pub fn draw(&mut self, size: (u16, u16), theme: &Theme) -> Buffer {
        self.apply(Event::Resize(size.0, size.1));
        let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
        ui::draw(&self.app, theme, &mut buffer);
        buffer
    }
}
