//! The live kind of source, proven by a double: a list, changes, a cut, a relist, and no row lost or there twice.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use quarterdeck::{
    app::{App, Effect, Event},
    cx::Cx,
    model::{Fault, FaultKind, Key, Level, Progress, Scope, ViewId},
    shell::Runner,
    view::{At, Doing, Out, Reply},
};
use tokio::sync::mpsc;

use super::{
    app_of,
    doubles::{Thing, WATCH, thing},
};
use crate::support::{Inside, inside::quick};

/// What the double's server says, in order.
#[derive(Clone, Debug)]
pub enum Word {
    /// The whole list, after the connection was made.
    List(Vec<Thing>),
    /// Something is new or other.
    Put(Thing),
    /// Something is gone.
    Gone(&'static str),
    /// The connection is cut: what follows is a new one, within the same watch.
    Cut,
    /// The watch itself fails, and has to be begun anew by the console.
    Fail,
}

static SERVER: Mutex<VecDeque<Word>> = Mutex::new(VecDeque::new());

fn next() -> Option<Word> {
    SERVER.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

/// The source of the double: bridges a cut by a relist, and gives up on a failure.
pub fn watch(_: Cx, _: At, out: Out<Thing>) -> Doing {
    Box::pin(async move {
        loop {
            match next() {
                Some(Word::List(things)) => {
                    out.begin().await;
                    for page in things.chunks(2) {
                        out.page(page.to_vec()).await;
                    }
                    out.synced().await;
                }
                Some(Word::Put(thing)) => out.page(vec![thing]).await,
                Some(Word::Gone(key)) => out.remove(vec![Key::from(key)]).await,
                Some(Word::Cut) => {}
                Some(Word::Fail) => return Err(Fault::new(FaultKind::Network, "the watch was cut")),
                None => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    })
}

fn things(keys: &[&str]) -> Vec<Thing> {
    keys.iter().map(|key| thing(key, Level::default())).collect()
}

fn put(key: &str, count: i64) -> Word {
    Word::Put(Thing { count, ..thing(key, Level::default()) })
}

fn rows(app: &App) -> BTreeMap<String, i64> {
    let table = app.table(ViewId("feed"));
    let count = |row: &quarterdeck::rows::Row| row.json()["count"].as_i64().unwrap_or_default();
    table.iter().map(|(_, slot)| (slot.row.key().to_string(), count(&slot.row))).collect()
}

/// Runs the effects, and the replies that come of them, until the rows are as wished.
struct Loop {
    app: App,
    runner: Runner,
    replies: mpsc::Receiver<(quarterdeck::app::Ticket, Reply)>,
    starts: usize,
    /// Keys that must be there at every moment.
    always: BTreeSet<String>,
}

impl Loop {
    fn apply(&mut self, event: Event) {
        for effect in self.app.apply(event) {
            match effect {
                Effect::Start(ticket, job) => {
                    let live = matches!(&job, quarterdeck::app::Job::Rows { view, .. } if view.id().0 == "feed");
                    self.starts += usize::from(live);
                    self.runner.start(ticket, job);
                }
                Effect::Stop(ticket) => self.runner.stop(ticket),
                _ => {}
            }
        }
        let rows = rows(&self.app);
        assert_eq!(rows.len(), self.app.table(ViewId("feed")).len(), "a row is there twice");
        let lost: Vec<_> = self.always.iter().filter(|key| !rows.contains_key(*key)).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
    }

    async fn until(&mut self, what: &str, wished: &[(&str, i64)]) {
        let wished: BTreeMap<String, i64> = wished.iter().map(|(key, n)| ((*key).to_owned(), *n)).collect();
        let until = tokio::time::Instant::now() + Duration::from_secs(20);
        while rows(&self.app) != wished || !self.is_read() {
            assert!(tokio::time::Instant::now() < until, "{what}: {:?}", rows(&self.app));
            match tokio::time::timeout(Duration::from_millis(50), self.replies.recv()).await {
                Ok(Some((ticket, reply))) => self.apply(Event::Reply(ticket, reply)),
                _ => self.apply(Event::Tick(jiff::Timestamp::now().into())),
            }
        }
    }

    fn is_read(&self) -> bool {
        let table = self.app.table(ViewId("feed"));
        let state = table.scopes.find(&Scope::fleet()).and_then(|id| table.scopes.get(id));
        state.is_some_and(|s| s.progress == Progress::Read)
    }
}

fn say(words: impl IntoIterator<Item = Word>) {
    SERVER.lock().unwrap_or_else(PoisonError::into_inner).extend(words);
}

#[tokio::test]
async fn a_watch_that_is_cut_loses_and_doubles_no_row() {
    WATCH.get_or_init(|| watch);
    let inside = Inside::new(quick()).await;
    let (answer, replies) = mpsc::channel(64);
    let app = app_of("feed", (100, 30), jiff::Timestamp::now());
    let runner = Runner::new(inside.cx.clone(), answer);
    let mut run = Loop { app, runner, replies, starts: 0, always: BTreeSet::new() };
    say([Word::List(things(&["a", "b", "c", "d"])), put("b", 2), Word::Gone("d"), put("e", 1)]);
    run.until("a list and its changes", &[("a", 0), ("b", 2), ("c", 0), ("e", 1)]).await;
    assert_eq!(run.starts, 1);
    // Cut: while nobody looked `c` went and `f` came; `a`, `b` and `e` are there all the time.
    run.always = ["a", "b", "e"].map(str::to_owned).into();
    say([Word::Cut, Word::List(things(&["a", "b", "e", "f"]))]);
    run.until("the relist", &[("a", 0), ("b", 0), ("e", 0), ("f", 0)]).await;
    assert_eq!(run.starts, 1, "the watch bridged it by itself");
    // A cut in the middle of the list: what the broken list did not reach is old, not gone.
    say([Word::Fail]);
    say([Word::List(things(&["a", "b", "e"])), put("a", 7)]);
    run.until("the second watch", &[("a", 7), ("b", 0), ("e", 0)]).await;
    assert_eq!(run.starts, 2, "the console began it anew");
}
