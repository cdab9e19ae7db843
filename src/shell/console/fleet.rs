//! Which fleet the caller looks at, and what the store has of it: asked and read off the loop.

use tokio::task::spawn_blocking;

use super::{super::first::setup, Console, Own, size};
use crate::{
    access,
    app::{App, Event, Memory},
    base::{self, Base, fleet_name, remember},
    cx::Cx,
    model::{Caller, News},
    store::{KeptPast, Notebook, Past},
};

/// A fleet that is known by name, with what is kept of it.
pub(super) struct Fleet {
    caller: Caller,
    notebook: Notebook,
    past: Option<KeptPast>,
    /// The state that begins with it.
    app: Box<App>,
    /// What that began with, for a journal.
    memory: Option<Memory>,
    /// Whether a tree is kept of it.
    known: bool,
}

impl Fleet {
    /// Opens the books of a fleet. Blocks for as long as the disk does.
    fn open(base: &Base, cx: &Cx, (caller, name): (Caller, &str), journaled: bool) -> Self {
        let notebook = base.store.fleet(name);
        let memory = remember(Some(&notebook));
        let kept = journaled.then(|| memory.clone());
        let known = memory.tree.is_some();
        let app = Box::new(App::new(setup(base, Some(&notebook)), memory, cx.now(), size()));
        Self { caller, past: Past::kept(&notebook).ok(), notebook, app, memory: kept, known }
    }
}

impl Console {
    pub(super) fn access_news(&mut self, news: access::News) {
        let news = base::news(news);
        if let News::Caller(caller) = &news {
            self.find_fleet(caller.clone());
        }
        self.apply(Event::Access(news));
    }

    /// Asks which fleet a caller looks at. Of several that were asked about the last counts.
    fn find_fleet(&mut self, caller: Caller) {
        self.sought += 1;
        let number = self.sought;
        let (base, cx, tell) = (self.base.clone(), self.cx.clone(), self.own_news.0.clone());
        let looked_at = self.notebook.as_ref().map(|notebook| notebook.fleet().to_owned());
        let journaled = self.journal.is_some();
        tokio::spawn(async move {
            let (store, hint) = (base.store.clone(), base.hint());
            let last = spawn_blocking(move || store.last_fleet(&hint).ok().flatten()).await.ok().flatten();
            let name = fleet_name(&cx, &caller, last.as_deref()).await;
            if looked_at.as_ref() == Some(&name) {
                return;
            }
            let open = move || Fleet::open(&base, &cx, (caller, &name), journaled);
            if let Ok(fleet) = spawn_blocking(open).await {
                let _gone = tell.send(Own::Fleet(number, Box::new(fleet)));
            }
        });
    }

    /// The fleet is known by name. Where it is another than the one that was remembered, the state begins anew with
    /// what is known of the right one: rows of two fleets must never be mixed.
    pub(super) fn fleet(&mut self, number: u64, fleet: Fleet) {
        if number != self.sought {
            return;
        }
        let Fleet { caller, notebook, past, app, memory, known } = fleet;
        let (store, hint, now) = (self.base.store.clone(), self.base.hint(), self.cx.now());
        let name = notebook.fleet().to_owned();
        drop(spawn_blocking(move || store.set_last_fleet(&hint, &name, now)));
        if let Some(past) = past {
            self.cx.past.take(past, self.cx.now());
        }
        if self.notebook.is_some() || known {
            self.cx.guard.give_back("another fleet is looked at");
            self.runner = self.new_runner();
            if let Some((journal, memory)) = self.journal.as_mut().zip(memory) {
                journal.begin(&app, memory);
            }
            let size = self.app.size;
            let mut before = std::mem::replace(&mut self.app, *app);
            self.app.take_over(&mut before);
            self.notebook = Some(notebook);
            if self.app.size != size {
                self.apply(Event::Resize(size.0, size.1));
            }
            self.apply(Event::Access(News::Caller(caller)));
        } else {
            self.notebook = Some(notebook);
        }
        let unkept = std::mem::take(&mut self.unkept);
        self.keep(unkept);
    }
}
