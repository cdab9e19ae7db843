//! The console on a terminal, from the first frame to the last.

mod fleet;
mod wishes;

use std::{process::ExitCode, sync::Arc, time::Duration};

use crossterm::event::Event as Sent;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use super::{
    Runner,
    first::{Opened, broken, draw, open, size},
    journal::Journal,
    keyboard, save,
    signals::{Signal, Signals},
    terminal::Terminal,
    themes::{Wardrobe, watch},
    turn::Turn,
    writer::Writer,
};
use crate::{
    access::{self, AskId, Guest},
    app::{App, Effect, Effects, Event, Tick, Ticket},
    base::Base,
    cx::Cx,
    model::{Fault, Link, Memo, News},
    store::Notebook,
    view::Reply,
};

/// How often the state is told the time.
const TICK: Duration = Duration::from_millis(250);

/// The same while nothing happens.
const REST: Duration = Duration::from_secs(1);

/// Keys of one burst that are taken before signals and ticks have their turn again.
const BURST: usize = 64;

/// The shortest time between two frames while replies stream.
const FRAME: Duration = Duration::from_millis(33);

/// Runs the console until it is left. The first frame is drawn before anything is connected.
///
/// # Errors
/// Where there is no terminal, or where the connection cannot be made (a CA bundle or proxy that cannot be used).
pub fn run(base: Base) -> Result<ExitCode, Fault> {
    let opened = open(&base)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|e| broken(&format!("no threads: {e}")))?;
    let (code, unwritten) = runtime.block_on(async {
        let mut console = match Console::new(base, opened) {
            Ok(console) => console,
            Err(fault) => return (Err(fault), None),
        };
        let code = console.go().await;
        let journal = console.journal.take();
        // The terminal is given back before a disk is waited for.
        drop(console);
        (code, journal.and_then(|mut journal| journal.close()))
    });
    if let Some(fault) = unwritten {
        // What was said on the screen is gone with it.
        eprintln!("qd: {fault}");
    }
    // What still reads is dropped where it is. What changes something is dropped as well, and its permit writes that its
    // end is not known: that has to be waited for.
    runtime.shutdown_timeout(Duration::from_secs(1));
    code
}

/// Opens the console as [`run`] does, and panics over its first frame: what a fault of the program leaves behind can
/// be looked at, on any terminal, without one.
///
/// # Errors
/// As [`run`], where there is no terminal.
///
/// # Panics
/// Always: that is what it is for.
#[allow(clippy::panic, reason = "the panic is what is to be looked at")]
pub fn crash(base: &Base) -> Result<ExitCode, Fault> {
    let _opened = open(base)?;
    panic!("this is the panic that was asked for");
}

struct Console {
    base: Base,
    terminal: Terminal,
    app: App,
    wardrobe: Wardrobe,
    cx: Cx,
    runner: Runner,
    replies: mpsc::Receiver<(Ticket, Reply)>,
    news: mpsc::UnboundedReceiver<access::News>,
    own_news: (mpsc::UnboundedSender<Own>, mpsc::UnboundedReceiver<Own>),
    /// What is to have the terminal for a while.
    guests: mpsc::UnboundedReceiver<Guest>,
    writer: Writer,
    /// Where every fact is written, if it is.
    journal: Option<Journal>,
    notebook: Option<Notebook>,
    /// Notes of a fleet that is not known by name yet.
    unkept: Vec<Memo>,
    signals: Signals,
    /// How often the caller was asked for.
    asked: u64,
    /// How often it was asked which fleet a caller looks at.
    sought: u64,
    drawn: Instant,
    /// When anything but time was last taken in.
    stirred: Instant,
    end: Option<ExitCode>,
}

/// What the console's own tasks tell the loop.
enum Own {
    /// There is no caller: the answer to the question with this number.
    NoCaller(u64, Fault),
    /// What became of an elevation.
    News(Box<News>),
    /// What became of a login, and the question that it answers.
    LoggedIn(AskId, Result<(), String>),
    /// Something to say.
    Said(String),
    /// A link that no browser was opened for, and why.
    Unopened(Link, String),
    /// What became of a file.
    Saved(Ticket, Result<String, Fault>),
    /// The fleet that the caller looks at is known by name: the answer to the question with this number.
    Fleet(u64, Box<fleet::Fleet>),
    /// News of the user's own themes.
    Themes(watch::Told),
}

impl Console {
    fn new(base: Base, opened: Opened) -> Result<Self, Fault> {
        let Opened { signals, terminal, app, mut wardrobe, notebook, memory } = opened;
        let (tell, news) = mpsc::unbounded_channel();
        let cx = base.connect(tell, true)?;
        let (answer, replies) = mpsc::channel(256);
        let own_news = mpsc::unbounded_channel();
        let (tell, themes) = (own_news.0.clone(), own_news.0.clone());
        let mut journal = Journal::wished(&base, &cx, move |said| drop(tell.send(Own::Said(said))))?;
        if let Some((journal, memory)) = journal.as_mut().zip(memory) {
            journal.begin(&app, memory);
        }
        wardrobe.watch(move |told| themes.send(Own::Themes(told)).is_ok());
        let guard = cx.guard.clone();
        signals.at_last(move || guard.abandon("the console was ended by a signal"));
        Ok(Self {
            journal,
            runner: Runner::new(cx.clone(), answer),
            writer: Writer::new(Arc::clone(&base.clock)),
            signals,
            own_news,
            guests: cx.guard.stage().open(),
            unkept: Vec::new(),
            asked: 0,
            sought: 0,
            drawn: Instant::now(),
            stirred: Instant::now(),
            end: None,
            base,
            terminal,
            app,
            wardrobe,
            cx,
            replies,
            news,
            notebook,
        })
    }

    async fn go(&mut self) -> Result<ExitCode, Fault> {
        self.ask_first_caller();
        self.apply(self.time());
        let mut ticked = Instant::now();
        while self.end.is_none() {
            let next = ticked + self.pause();
            tokio::select! {
                biased;
                signal = self.signals.next() => self.signal(signal)?,
                sent = self.terminal.event() => self.sent(sent).await?,
                // Both come seldom, and before what may stream without end.
                () = sleep_until(next) => ticked = self.tick(),
                () = sleep_until(self.drawn + FRAME), if self.app.is_dirty() => self.draw()?,
                Some(news) = self.news.recv() => self.access_news(news),
                Some(own) = self.own_news.1.recv() => self.own(own),
                Some(guest) = self.guests.recv() => self.lend(guest),
                Some(first) = self.replies.recv() => self.take_replies(first),
            }
        }
        self.cx.guard.give_back("the console ended");
        Ok(self.end.unwrap_or(ExitCode::SUCCESS))
    }

    /// What the terminal sent, and what waits behind it: keys that were sent at once come at one moment, so that the
    /// state can tell a paste without brackets from a hand.
    async fn sent(&mut self, first: Option<std::io::Result<Sent>>) -> Result<(), Fault> {
        // The keyboard is gone, and with it the person.
        let Some(Ok(first)) = first else {
            self.end = Some(ExitCode::from(129));
            return Ok(());
        };
        if self.app.counts_moments() {
            self.apply(self.time());
        }
        let (mut next, mut taken) = (Some(Ok(first)), 0);
        while let Some(Ok(sent)) = next {
            if let Some(event) = keyboard::fact(sent) {
                self.apply(event);
                self.draw()?;
            }
            taken += 1;
            // What is taken from the terminal is done: the last of a burst takes nothing more.
            next = if self.end.is_none() && taken < BURST { self.terminal.event_at_once().await } else { None };
        }
        Ok(())
    }

    /// What a tick tells.
    fn time(&self) -> Event {
        Event::Tick(Tick { now: self.cx.now(), calls: self.cx.remote.per_second() })
    }

    /// How long after a tick the next one comes. What was pressed or has arrived may wait for one.
    fn pause(&self) -> Duration {
        if self.app.in_flight() == 0 && self.stirred.elapsed() > REST { REST } else { TICK }
    }

    fn tick(&mut self) -> Instant {
        let now = Instant::now();
        self.apply(self.time());
        let changes = self.cx.past.drain_changes();
        self.keep(changes);
        now
    }

    /// What the watcher of the themes tells.
    fn themes(&mut self, told: watch::Told) {
        match told {
            watch::Told::Names(names) => {
                self.base.themes.clone_from(&names);
                self.app.setup.themes = names;
            }
            watch::Told::Theme(name, read, again) => {
                let said = self.wardrobe.take(name, read, again);
                self.app.redraw();
                if let Some(said) = said {
                    self.apply(Event::Notice(said));
                }
            }
        }
    }

    /// Writes notes into the books of the fleet, or holds them until the fleet is known by name: a small organisation
    /// is read before that.
    fn keep(&mut self, memos: Vec<Memo>) {
        match &self.notebook {
            Some(notebook) if !memos.is_empty() => self.writer.write(notebook, memos),
            Some(_) => {}
            None => self.unkept.extend(memos),
        }
    }

    fn take_replies(&mut self, first: (Ticket, Reply)) {
        let mut turn = Turn::new(std::time::Instant::now());
        let mut next = Some(first);
        while let Some((ticket, reply)) = next {
            self.apply(Event::Reply(ticket, reply));
            next = if turn.goes_on(std::time::Instant::now()) { self.replies.try_recv().ok() } else { None };
        }
    }

    fn draw(&mut self) -> Result<(), Fault> {
        if self.app.is_dirty() && self.end.is_none() {
            self.wardrobe.wear(self.app.theme_shown());
            draw(&mut self.terminal, &mut self.app, self.wardrobe.theme())?;
            self.drawn = Instant::now();
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        if !matches!(event, Event::Tick(_)) {
            self.stirred = Instant::now();
        }
        if let Some(journal) = &mut self.journal {
            journal.note(&self.app, &event);
        }
        let effects = self.app.apply(event);
        self.effects(effects);
    }

    fn effects(&mut self, effects: Effects) {
        for effect in effects {
            match effect {
                Effect::Start(ticket, job) => self.runner.start(ticket, job),
                Effect::Stop(ticket) => self.runner.stop(ticket),
                Effect::Write(memos) => self.keep(memos),
                Effect::Copy(text) => {
                    if let Err(e) = self.terminal.copy(&text) {
                        self.apply(Event::Notice(format!("not copied: {e}")));
                    }
                }
                Effect::Browse(link) => self.browse(link),
                Effect::Save(ticket, saving) => {
                    let tell = self.own_news.0.clone();
                    save::later(&self.base, *saving, move |done| drop(tell.send(Own::Saved(ticket, done))));
                }
                Effect::Access(wish) => self.wish(wish),
                Effect::Suspend => self.suspend(),
                Effect::Quit => self.end = Some(ExitCode::SUCCESS),
            }
        }
    }

    fn suspend(&mut self) {
        if let Err(e) = self.terminal.suspend() {
            self.apply(Event::Notice(format!("cannot go to the background: {e}")));
        }
        let (width, height) = size();
        self.apply(Event::Resize(width, height));
    }

    fn signal(&mut self, signal: Signal) -> Result<(), Fault> {
        match signal {
            Signal::Suspend => self.suspend(),
            Signal::Continue => {
                self.terminal.resume().map_err(|e| broken(&format!("the terminal is gone: {e}")))?;
                let (width, height) = size();
                self.apply(Event::Resize(width, height));
            }
            ends => self.end = ends.exit_code().map(ExitCode::from),
        }
        Ok(())
    }

    fn own(&mut self, own: Own) {
        match own {
            // Who was asked before the last question has nothing to say any more.
            Own::NoCaller(number, fault) if number == self.asked => {
                self.apply(Event::Access(News::NoCaller(fault)));
            }
            Own::NoCaller(..) => {}
            Own::News(news) => self.apply(Event::Access(*news)),
            Own::LoggedIn(id, ended) => self.logged_in(id, ended),
            Own::Said(words) => self.apply(Event::Notice(words)),
            Own::Unopened(link, why) => self.unopened(&link, &why),
            Own::Saved(ticket, done) => {
                self.apply(Event::Reply(ticket, done.map_or_else(Reply::Fault, Reply::Text)));
                self.apply(Event::Reply(ticket, Reply::End));
            }
            Own::Fleet(number, fleet) => self.fleet(number, *fleet),
            Own::Themes(told) => self.themes(told),
        }
    }

    fn new_runner(&mut self) -> Runner {
        let (answer, replies) = mpsc::channel(256);
        self.replies = replies;
        Runner::new(self.cx.clone(), answer)
    }

    fn ask_caller(&mut self) {
        let vault = self.cx.vault.clone();
        self.hear_caller(async move { vault.caller().await });
    }

    /// Asks for the caller once the past is known: what is read then would else begin anew.
    fn ask_first_caller(&mut self) {
        let (vault, past, now) = (self.cx.vault.clone(), self.cx.past.clone(), self.cx.now());
        let notebook = self.notebook.clone();
        self.hear_caller(async move {
            let read = move || notebook.map(|notebook| past.read(&notebook, now));
            let _unread = tokio::task::spawn_blocking(read).await;
            vault.caller().await
        });
    }

    /// A caller comes as news of the vault, and so does the first want of one; that there is none any more is told here.
    fn hear_caller(&mut self, asked: impl Future<Output = Result<access::Caller, Fault>> + Send + 'static) {
        self.asked += 1;
        let (number, tell, vault) = (self.asked, self.own_news.0.clone(), self.cx.vault.clone());
        tokio::spawn(async move {
            if let Err(fault) = asked.await
                && vault.was_known()
            {
                let _gone = tell.send(Own::NoCaller(number, fault));
            }
        });
    }
}
