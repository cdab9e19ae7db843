//! The hand of a person, told from text that a terminal types: a paste without brackets comes as keys, and one whose
//! text holds the mark of its end goes on as keys after it. Neither may put a question of a verb, nor answer one, nor fill
//! in a name that confirms something.
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

/// Letters in a row that may be less than [`APART`] apart: fingers roll over two or three keys. Those of one read of the
/// terminal have no time between them at all.
const ROLLED: u32 = 3;

/// What is said of a name that was pasted, with brackets or as keys.
pub(super) const PASTED: &str = "type it by hand: pasted text confirms nothing";

/// What is said of a yes that was none.
pub(super) const BY_HAND: &str = "a question is answered by hand: wait a moment, then press one key";

impl App {
    /// Whether the moments of keys count: then the time is told before a key, unless it was there already when the one
    /// before it was done.
    #[must_use]
    pub fn counts_moments(&self) -> bool {
        self.raised.is_some() || matches!(self.layers.last(), Some(layer) if layer.confirms())
    }

    /// Whether what is being done now was asked for in one burst with something before it.
    pub(super) fn in_burst(&self) -> bool {
        self.burst
    }

    /// Notes that something was typed or pasted.
    pub(super) fn note_hand(&mut self) {
        let apart = self.typed_at.map(|before| self.now.duration_since(before));
        self.burst = apart.is_some_and(|apart| apart < APART);
        self.quick = match apart {
            Some(apart) if apart.is_zero() => ROLLED,
            Some(apart) if apart < APART => self.quick.saturating_add(1),
            _ => 0,
        };
        self.typed_at = Some(self.now);
    }

    /// Whether a key is a letter of a name that confirms something, and comes as text does that a terminal types: then all
    /// of the line is gone, whenever its Enter would come.
    pub(super) fn is_pasted(&mut self, chord: Chord) -> bool {
        let letter = matches!(chord, Chord { code: Code::Char(_), ctrl: false, alt: false, .. });
        if !letter || self.quick < ROLLED || !self.layers.last().is_some_and(Layer::confirms) {
            return false;
        }
        let Some((input, false)) = self.layers.last_mut().and_then(Layer::line) else { return false };
        input.reset();
        match self.layers.last_mut() {
            Some(Layer::Deed(question)) => question.wrong = Some(PASTED.to_owned()),
            Some(Layer::Raise(form)) => form.wrong = Some(PASTED.to_owned()),
            _ => self.say(PASTED),
        }
        true
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

    /// Whether Enter came in one burst with a name that was taken away: what was said of that stays.
    pub(super) fn is_pasted_to_its_end(&self) -> bool {
        let wrong = match self.layers.last() {
            Some(Layer::Deed(question)) => question.wrong.as_deref(),
            Some(Layer::Raise(form)) => form.wrong.as_deref(),
            _ => None,
        };
        self.burst && wrong == Some(PASTED)
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
        question.wrong = Some(PASTED.to_owned());
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
