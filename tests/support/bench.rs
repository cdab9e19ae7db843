//! The console without a terminal: the state, the runner, and the embedded fleet behind both; pressed by a test.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use quarterdeck::{
    app::{
        App, Chord, Effect, Effects, Event, Keymap, Layer, Memory, Setup, Ticket, Wish,
        chord::Code,
        journal::{Begin, Held, Line},
    },
    base,
    model::News,
    shell::Runner,
    ui::{self, theme::Theme},
    view::Reply,
    views::VIEWS,
};
use ratatui::{buffer::Buffer, layout::Rect};
use tokio::sync::mpsc;

use super::{Inside, inside::quick};

/// How long the fleet may take to be on the screen: the machine may be building something else.
const PATIENCE: Duration = Duration::from_secs(30);

/// Numbers from a seed (splitmix64): the same keys in every run.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).expect("a small number")
    }
}

/// The console without a terminal: the state, the runner, and the embedded fleet behind both.
pub struct Bench {
    /// For the tests.
    pub inside: Inside,
    /// For the tests.
    pub app: App,
    runner: Runner,
    replies: mpsc::Receiver<(Ticket, Reply)>,
    news: mpsc::UnboundedReceiver<News>,
    tell: mpsc::UnboundedSender<News>,
    theme: Theme,
    buffer: Buffer,
    dice: Dice,
    bound: Vec<Chord>,
    /// For the tests.
    pub quits: usize,
    /// What a journal of it would hold, where one is kept.
    pub tape: Option<Vec<Line>>,
    /// The files that would have been written: name and content.
    pub saved: Vec<(String, Vec<u8>)>,
}

impl Bench {
    /// A console over a fleet at once and without limits, whose keys come from this seed.
    pub async fn new(seed: u64) -> Self {
        Self::on(Inside::new(quick()).await, seed)
    }

    /// The same over this fleet, with its configuration.
    pub fn on(inside: Inside, seed: u64) -> Self {
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
            tape: None,
            saved: Vec::new(),
        }
    }

    /// Keeps what a journal would hold, from now on: before anything has happened.
    pub fn record(&mut self) {
        self.tape = Some(vec![Line::Begin(Box::new(Begin::of(&self.app, Memory::default())))]);
    }

    /// The frame as it is now.
    pub fn frame(&mut self) -> Buffer {
        ui::draw(&self.app, &self.theme, &mut self.buffer);
        self.buffer.clone()
    }

    /// The frame as text.
    pub fn text(&mut self) -> String {
        let frame = self.frame();
        let line = |y| (0..frame.area.width).map(|x| frame[(x, y)].symbol()).collect::<String>();
        (0..frame.area.height).map(line).collect::<Vec<_>>().join("\n")
    }

    /// Signs in, and waits until the fleet is on the screen.
    pub async fn open(&mut self) {
        let caller = self.inside.cx.vault.caller().await.expect("a caller");
        self.apply(Event::Access(News::Caller(base::caller(caller))));
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            self.settle().await;
            if self.app.org.accounts().len() > 20 && self.app.in_flight() < 3 {
                return;
            }
        }
        panic!("the fleet is not on the screen");
    }

    /// Takes in what came, and lets some time pass.
    pub async fn settle(&mut self) {
        tokio::time::sleep(Duration::from_millis(2)).await;
        self.drain();
        self.apply(Event::Tick(self.inside.now().into()));
    }

    /// Lets so many milliseconds pass.
    pub fn pause(&mut self, ms: u64) {
        self.inside.sim.clock().advance(Duration::from_millis(ms));
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

    /// Tells the state a fact, and does what it asks for.
    pub fn apply(&mut self, event: Event) {
        if let Some(tape) = &mut self.tape {
            tape.push(Line::Fact(Held::of(self.app.discreet(&event))));
        }
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
                Effect::Access(Wish::Retry) => {
                    let (vault, tell) = (self.inside.cx.vault.clone(), self.tell.clone());
                    vault.retry();
                    tokio::spawn(async move {
                        // That there is a caller is news of the vault.
                        if let Err(fault) = vault.caller().await
                            && vault.was_known()
                        {
                            let _gone = tell.send(News::NoCaller(fault));
                        }
                    });
                }
                Effect::Access(Wish::GiveBack(account)) => {
                    self.inside.cx.guard.give_back_of(&account, "a key");
                    if self.inside.cx.guard.raised_lease().is_none() {
                        self.apply(Event::Access(News::GivenBack));
                    }
                }
                Effect::Save(ticket, saving) => {
                    // As the shell would, into memory: random names must not become files.
                    let mut file = Vec::new();
                    saving.content.write(&mut file).expect("memory");
                    self.saved.push((saving.path, file));
                    self.apply(Event::Reply(ticket, Reply::Text("saved".into())));
                    self.apply(Event::Reply(ticket, Reply::End));
                }
                Effect::Quit => self.quits += 1,
                _ => {}
            }
        }
    }

    /// Presses a key by chance, and draws a frame.
    pub fn press(&mut self) {
        let asked = matches!(self.app.layers.last(), Some(Layer::Deed(_)));
        let chord = match self.dice.roll(10) {
            // By chance alone hardly a question would ever get its yes.
            0..=3 if asked => Chord::char('y'),
            0..=6 => self.bound[self.dice.roll(self.bound.len())],
            7 => Chord::char(char::from(b' ' + u8::try_from(self.dice.roll(95)).expect("a letter"))),
            8 => Chord::parse("enter").expect("a key"),
            _ => Chord::parse("esc").expect("a key"),
        };
        // What puts a question of a verb, and what answers one, is pressed by a hand that takes its time.
        if asked || matches!(chord.code, Code::Char(c) if c.is_ascii_uppercase()) {
            self.pause(if asked { 400 } else { 60 });
        }
        self.key(chord);
        if asked && self.dice.roll(2) == 0 {
            self.pause(60);
        }
    }

    /// Presses keys, written as help writes them and parted by blanks.
    pub fn keys(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.key(Chord::parse(key).unwrap_or_else(|| panic!("{key} is no key")));
        }
    }

    /// Types a line and sends it.
    pub fn line(&mut self, text: &str) {
        for letter in text.chars() {
            self.key(Chord::char(letter));
        }
        self.keys("enter");
    }

    /// Presses one key, and draws a frame.
    pub fn key(&mut self, chord: Chord) {
        self.apply(Event::Key(chord));
        self.draw();
    }

    /// Draws a frame.
    pub fn draw(&mut self) {
        let cursor = ui::draw(&self.app, &self.theme, &mut self.buffer);
        assert!(cursor.is_none_or(|at| self.buffer.area.contains(at)));
    }
}
