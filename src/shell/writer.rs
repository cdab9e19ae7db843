//! Writes the notes of the console to the store, on a thread of its own: a slow disk must not hold up a key.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    thread::JoinHandle,
};

use crate::{model::Memo, remote::Clock, store::Notebook};

/// The writing thread. Dropping it writes what is still waiting.
pub struct Writer {
    notes: Option<Sender<(Notebook, Vec<Memo>)>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. Without one (the system refuses) notes are lost, and nothing else is.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let (notes, waiting) = channel();
        let thread = std::thread::Builder::new().name("store".into()).spawn(move || write(&waiting, &clock)).ok();
        Self { notes: Some(notes), thread }
    }

    /// Has notes written into the books of a fleet.
    pub fn write(&self, notebook: &Notebook, memos: Vec<Memo>) {
        if let Some(notes) = self.notes.as_ref().filter(|_| !memos.is_empty()) {
            let _lost = notes.send((notebook.clone(), memos));
        }
    }
}

fn write(waiting: &Receiver<(Notebook, Vec<Memo>)>, clock: &Clock) {
    while let Ok((notebook, memos)) = waiting.recv() {
        // A disk that takes no more must not end the watch: what is on screen does not depend on it.
        let _kept = notebook.write(memos, clock());
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.notes = None;
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}
