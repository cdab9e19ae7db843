//! How a source tells what it reads: it pushes, so that a nested walk stays plain code with `?`.

use std::{
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures::future::BoxFuture;
use tokio::sync::mpsc;

use super::{View, log::Chunk, typed};
use crate::{
    model::{Fault, Grown, Key},
    rows::Delta,
};

/// Asynchronous work that may fail.
pub type Doing<T = ()> = BoxFuture<'static, Result<T, Fault>>;

/// What comes back for a ticket.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A step of a pass.
    Rows(Delta),
    /// The text of a section.
    Text(String),
    /// The organisation, made from its rows.
    Tree(Box<Grown>),
    /// A step of a log.
    Lines(Chunk),
    /// A part of the work failed, and the rest goes on.
    Fault(Fault),
    /// The work is over: nothing more comes for this ticket.
    End,
}

/// The runner's end of a source: a bounded channel, so that a fast source waits for a busy console.
pub type Sink = mpsc::Sender<Reply>;

type Wrap<I> = fn(I) -> crate::rows::Row;

/// A source's mouth. Every call waits while the console is busy; none fails: a source whose reader has gone is
/// stopped from outside.
pub struct Out<I> {
    sink: Sink,
    wrap: Wrap<I>,
    broken: Arc<AtomicBool>,
    item: PhantomData<fn(I)>,
}

impl<I> Clone for Out<I> {
    fn clone(&self) -> Self {
        Self { sink: self.sink.clone(), wrap: self.wrap, broken: Arc::clone(&self.broken), item: PhantomData }
    }
}

impl<I: 'static> Out<I> {
    pub(super) fn new<V: View<Item = I>>(sink: Sink) -> Self {
        Self { sink, wrap: typed::wrap::<V>, broken: Arc::default(), item: PhantomData }
    }

    /// Rows that exist.
    pub async fn page(&self, items: Vec<I>) {
        if !items.is_empty() {
            self.send(Reply::Rows(Delta::Upsert(items.into_iter().map(self.wrap).collect()))).await;
        }
    }

    /// Begins a pass. For a live source before each list; a poll begins by itself.
    pub async fn begin(&self) {
        self.broken.store(false, Ordering::Relaxed);
        self.send(Reply::Rows(Delta::Begin)).await;
    }

    /// Rows that are known to be gone.
    pub async fn remove(&self, keys: Vec<Key>) {
        if !keys.is_empty() {
            self.send(Reply::Rows(Delta::Remove(keys))).await;
        }
    }

    /// The list is whole. For a live source after each list; a poll completes by itself.
    pub async fn synced(&self) {
        self.send(Reply::Rows(Delta::Complete)).await;
    }

    /// A branch of the work failed. A source that swallowed this instead would delete rows: what a pass did not
    /// bring back counts as gone only if nothing failed.
    pub async fn fault(&self, fault: Fault) {
        self.broken.store(true, Ordering::Relaxed);
        self.send(Reply::Fault(fault)).await;
    }

    /// Like `?` for one branch among many: tells of the fault and gives `None`.
    pub async fn or_fault<T>(&self, result: Result<T, Fault>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault(fault).await;
                None
            }
        }
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    pub(super) async fn send(&self, reply: Reply) {
        // The reader is gone only when the job has been stopped; then nobody wants the answer.
        let _gone = self.sink.send(reply).await;
    }
}
