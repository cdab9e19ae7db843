//! A hundred thousand random keys over the embedded fleet, in read-only mode and elevated: no panic, a frame after each,
//! and no request for a change that the audit log does not know of.

use std::{sync::Arc, time::Duration};

use quarterdeck::{
    access::Raise,
    app::{App, Chord, Effect, Effects, Event, Keymap, Layer, Memory, Setup, Ticket, Wish, chord::Code},
    base,
    model::{News, audit::Deed},
    shell::Runner,
    ui::{self, theme::Theme},
    view::Reply,
    views::VIEWS,
};
use ratatui::{buffer::Buffer, layout::Rect};
use tokio::sync::mpsc;

use crate::support::{
    Inside,
    inside::{named, quick},
};

/// Keys pressed in each of the two tests.
const KEYS: usize = 100_000;

/// Numbers from a seed (splitmix64): the same keys in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).expect("a small number")
    }
}

/// The console without a terminal: the state, the runner, and the embedded fleet behind both.
struct Bench {
    inside: Inside,
    app: App,
    runner: Runner,
    replies: mpsc::Receiver<(Ticket, Reply)>,
    news: mpsc::UnboundedReceiver<News>,
    tell: mpsc::UnboundedSender<News>,
    theme: Theme,
    buffer: Buffer,
    dice: Dice,
    bound: Vec<Chord>,
    quits: usize,
}

impl Bench {
    async fn new(seed: u64) -> Self {
        let inside = Inside::new(quick()).await;
        let keymap = Keymap::of(VIEWS);
        let quit = |c: &Chord| c.ctrl && c.code == Code::Char('c');
        let bound = keymap.bindings().iter().flat_map(|b| b.chords.clone()).filter(|c| !quit(c)).collect();
        let setup = Setup {
            views: VIEWS,
            config: Arc::clone(&inside.cx.config),
            badge: None,
            themes: Theme::names().into_iter().map(str::to_owned).collect(),
            theme: "dark".into(),
            zone: jiff::tz::TimeZone::UTC,
            keymap,
        };
        let app = App::new(setup, Memory::default(), inside.now(), (80, 24));
        let (answer, replies) = mpsc::channel(256);
        let (tell, news) = mpsc::unbounded_channel();
        Self {
            runner: Runner::new(inside.cx.clone(), answer),
            inside,
            app,
            replies,
            news,
            tell,
            theme: Theme::shipped("dark").expect("a theme"),
            buffer: Buffer::empty(Rect::new(0, 0, 80, 24)),
            dice: Dice(seed),
            bound,
            quits: 0,
        }
    }

    async fn open(&mut self) {
        let caller = self.inside.cx.vault.caller().await.expect("a caller");
        self.apply(Event::Access(News::Caller(base::caller(caller))));
        for _ in 0..200 {
            self.settle().await;
            if self.app.org.accounts().len() > 20 && self.app.in_flight() < 3 {
                return;
            }
        }
        panic!("the fleet is not on the screen");
    }

    /// Takes in what came, and lets some time pass.
    async fn settle(&mut self) {
        tokio::time::sleep(Duration::from_millis(2)).await;
        self.drain();
        self.apply(Event::Tick(self.inside.now().into()));
    }

    fn drain(&mut self) {
        while let Ok((ticket, reply)) = self.replies.try_recv() {
            self.apply(Event::Reply(ticket, reply));
        }
        while let Ok(news) = self.inside.news.try_recv() {
            self.apply(Event::Access(base::news(news)));
        }
        while let Ok(news) = self.news.try_recv() {
            self.apply(Event::Access(news));
        }
    }

    fn apply(&mut self, event: Event) {
        let effects = self.app.apply(event);
        self.take(effects);
    }

    fn take(&mut self, effects: Effects) {
        for effect in effects {
            match effect {
                Effect::Start(ticket, job) => self.runner.start(ticket, job),
                Effect::Stop(ticket) => self.runner.stop(ticket),
                Effect::Access(Wish::Elevate(raise)) => {
                    let (guard, tell) = (self.inside.cx.guard.clone(), self.tell.clone());
                    tokio::spawn(async move {
                        let account = raise.account.id.clone();
                        let news = match guard.elevate(raise).await {
                            Ok(lease) => News::Elevated(lease),
                            Err(fault) => News::NotElevated(account, fault),
                        };
                        let _gone = tell.send(news);
                    });
                }
                Effect::Access(Wish::GiveBack) => {
                    self.inside.cx.guard.give_back("a key");
                    self.apply(Event::Access(News::GivenBack));
                }
                Effect::Quit => self.quits += 1,
                _ => {}
            }
        }
    }

    fn press(&mut self) {
        let asked = matches!(self.app.layers.last(), Some(Layer::Deed(_)));
        let chord = match self.dice.roll(10) {
            // By chance alone hardly a question would ever get its yes.
            0..=3 if asked => Chord::char('y'),
            0..=6 => self.bound[self.dice.roll(self.bound.len())],
            7 => Chord::char(char::from(b' ' + u8::try_from(self.dice.roll(95)).expect("a letter"))),
            8 => Chord::parse("enter").expect("a key"),
            _ => Chord::parse("esc").expect("a key"),
        };
        self.apply(Event::Key(chord));
        let cursor = ui::draw(&self.app, &self.theme, &mut self.buffer);
        assert!(cursor.is_none_or(|at| self.buffer.area.contains(at)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_keys_in_read_only_mode_change_nothing() {
    let mut bench = Bench::new(1).await;
    bench.open().await;
    for n in 0..KEYS {
        bench.press();
        // Nobody elevates here: where the form was filled in by chance, it is left.
        bench.inside.cx.guard.give_back("this test is read-only");
        if n % 100 == 0 {
            bench.settle().await;
        }
    }
    assert!(bench.inside.sim.mutations().is_empty(), "{:?}", bench.inside.sim.mutations());
    assert!(bench.quits > 0 && bench.inside.sim.calls().len() > 100, "the keys did something");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_keys_elevated_change_nothing_without_a_line() {
    let mut bench = Bench::new(2).await;
    bench.open().await;
    let account = named(&bench.app.org, "dev");
    for n in 0..KEYS {
        if n % 1_000 == 0 {
            if bench.app.raised.is_none() {
                let raise = Raise {
                    account: Arc::clone(&account),
                    reason: "random keys".into(),
                    span: Duration::from_mins(60),
                };
                let lease = bench.inside.cx.guard.elevate(raise).await.expect("an elevation");
                bench.apply(Event::Access(News::Elevated(lease)));
            }
            bench.app.layers.clear();
            for key in ":ecs dev".chars().map(Chord::char).chain(Chord::parse("enter")) {
                bench.apply(Event::Key(key));
            }
        }
        bench.press();
        if n % 50 == 0 {
            bench.settle().await;
        }
    }
    for _ in 0..200 {
        bench.settle().await;
    }
    let made = bench.inside.sim.mutations().len();
    let (lines, _) = bench.inside.cx.guard.audit().read().expect("a log");
    let begun = lines.iter().filter(|l| l.deed == Deed::Verb && l.outcome.word() == "begun").count();
    let refused = lines.iter().filter(|l| l.deed == Deed::Verb && l.outcome.word() == "refused").count();
    let ended = lines.iter().filter(|l| l.deed == Deed::Verb && l.outcome.word() != "begun").count();
    assert!(made > 0, "random keys that never do anything prove nothing");
    assert_eq!(made, begun, "a change without a line before it");
    assert_eq!(ended, begun + refused, "a line before without a line after");
}
