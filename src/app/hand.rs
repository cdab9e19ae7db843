//! The hand of a person, told from text that a terminal types: a paste without brackets comes as keys, and one whose
//! text holds the mark of its end goes on as keys after it. Neither may put a question of a verb, nor answer one.
//!
//! Keys that were there before the one before them was done come at its very moment: no tick lies between them (see
//! [`App::counts_moments`]). So a burst is told by the state's own time, and a journal tells it again.

use jiff::{SignedDuration, Timestamp};

use super::{
    App, Effects, Layer,
    chord::{Chord, Code},
    deeds::{Question, Stage},
};

/// A question that has stood for less than this was not read.
const READ: SignedDuration = SignedDuration::from_millis(300);

/// Keys that are less apart than this come from no hand that means each of them.
const APART: SignedDuration = SignedDuration::from_millis(50);

/// What is said of a yes that was none.
pub(super) const BY_HAND: &str = "a question is answered by hand: wait a moment, then press one key";

impl App {
    /// Whether the moments of keys count: then the time is told before a key, unless it was there already when the one
    /// before it was done.
    #[must_use]
    pub fn counts_moments(&self) -> bool {
        self.raised.is_some()
    }

    /// Whether what is being done now was asked for in one burst with something before it.
    pub(super) fn in_burst(&self) -> bool {
        self.burst
    }

    /// Notes that something was typed or pasted.
    pub(super) fn note_hand(&mut self) {
        self.burst = self.typed_at.is_some_and(|before| self.now.duration_since(before) < APART);
        self.typed_at = Some(self.now);
    }

    /// Whether a key is no answer to the question on top: it came too soon, in a burst, or after a yes that is about to
    /// be taken. The question is gone then, but for a name that is being typed.
    pub(super) fn is_no_answer(&mut self, chord: Chord) -> bool {
        let (now, burst) = (self.now, self.burst);
        let Some(Layer::Deed(question)) = self.layers.last() else { return false };
        let leaves = chord.code == Code::Esc || chord.ctrl;
        let hasty = matches!(question.stage, Stage::Yes(_)) && (burst || question.is_unread(now));
        if leaves || !hasty && question.said.is_none() {
            return false;
        }
        self.layers.pop();
        self.say(format!("not done: {BY_HAND}"));
        true
    }

    /// Whether Enter after a name is meant; where it is not, the line is empty again.
    pub(super) fn means_name(&mut self) -> bool {
        let (now, burst) = (self.now, self.burst);
        let Some(Layer::Deed(question)) = self.layers.last_mut() else { return false };
        if !burst && !question.is_unread(now) {
            return true;
        }
        if let Stage::Name(_, input) = &mut question.stage {
            input.reset();
        }
        question.wrong = Some("type it by hand: it came faster than a hand types".to_owned());
        false
    }

    /// Takes a yes that nothing came after.
    pub(super) fn take_yes(&mut self, effects: &mut Effects) {
        let meant = |at: Timestamp| self.now.duration_since(at) >= APART;
        if matches!(self.layers.last(), Some(Layer::Deed(q)) if q.said.is_some_and(meant)) {
            self.do_it(effects);
        }
    }
}

impl Question {
    fn is_unread(&self, now: Timestamp) -> bool {
        now.duration_since(self.since) < READ
    }
}
