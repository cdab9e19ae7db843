//! Questions of access: put on top, put aside without an answer, brought back, settled.
//!
//! A question takes the keys while it is on top, and nothing but the keys. Put aside it stays open: the header says so,
//! and what waits for it goes on waiting while the board beneath is used.

use super::{
    App,
    layers::{Asked, Layer},
};
use crate::model::Ask;

impl App {
    /// The questions that wait aside, the oldest first.
    #[must_use]
    pub fn aside(&self) -> &[Asked] {
        &self.aside
    }

    /// A question is put, or what it says has changed.
    pub(super) fn ask(&mut self, id: u64, ask: Ask) {
        let on_top = self.layers.iter_mut().filter_map(|l| if let Layer::Ask(q) = l { Some(q) } else { None });
        if let Some(known) = on_top.chain(&mut self.aside).find(|q| q.id == id) {
            // What was typed stays: it is no answer to the code that was refused.
            known.ask = ask;
            return;
        }
        // A question goes below what is being typed: it must not swallow the letters of a filter, or of another answer.
        let at = self.layers.iter().position(Layer::is_busy).unwrap_or(self.layers.len());
        self.layers.insert(at, Layer::Ask(Asked { id, ask, input: tui_input::Input::default() }));
    }

    /// A question needs no answer any more.
    pub(super) fn answered(&mut self, number: u64) {
        self.layers.retain(|l| !matches!(l, Layer::Ask(q) if q.id == number));
        self.aside.retain(|q| q.id != number);
    }

    /// Puts a question aside. It stays open.
    pub(super) fn put_aside(&mut self, question: Asked) {
        self.aside.push(question);
    }

    /// Brings back the question that waits longest.
    pub(super) fn recall(&mut self) {
        if self.aside.is_empty() {
            return self.say("no question waits for an answer");
        }
        let question = self.aside.remove(0);
        self.layers.push(Layer::Ask(question));
    }

    /// Takes over the open questions of another state, as where the console changes to another fleet: whoever asked
    /// goes on waiting, and does not ask again.
    pub fn take_over(&mut self, before: &mut Self) {
        let layers = std::mem::take(&mut before.layers);
        self.layers.extend(layers.into_iter().filter(|l| matches!(l, Layer::Ask(_))));
        self.aside.append(&mut before.aside);
    }
}
