//! How often time alone asks for work: a frame each second while something on the screen counts seconds, and each ten
//! else; all rows judged anew, and summed up. A console that rests must cost nothing.

use jiff::Timestamp;

use super::App;
use crate::model::time;

/// Seconds between two frames while nothing counts seconds: what is shown then counts in minutes.
const RESTING: i64 = 10;

/// For how many seconds after an answer ages are shown in seconds, and requests in the header's picture of them.
const YOUNG: i64 = 60;

/// For how many seconds before their end the header counts credentials down.
const SOON: i64 = 15 * 60;

/// Seconds between two looks at verdicts that turn by waiting alone, while answers come and while none do.
const JUDGED: (i64, i64) = (5, 30);

/// When things were done last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pulse {
    /// An answer came.
    pub(super) heard: Timestamp,
    /// All rows were judged.
    pub(super) judged: Timestamp,
    /// The second of the last frame that a tick asked for.
    drawn: i64,
}

impl Pulse {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { heard: now, judged: now, drawn: 0 }
    }
}

impl App {
    /// Whether time alone wants a frame with this tick.
    pub(super) fn beat(&mut self) -> bool {
        let second = self.now.as_second();
        let step = if self.counts_seconds() { 1 } else { RESTING };
        let frame = second.div_euclid(step) != self.pulse.drawn.div_euclid(step);
        if frame {
            self.pulse.drawn = second;
        }
        frame
    }

    /// Whether something on the screen may count seconds: what is under way, what was read or said a moment ago, a lease,
    /// the end of credentials, a question, a log.
    fn counts_seconds(&self) -> bool {
        time::since(self.now, self.pulse.heard) < YOUNG
            || self.in_flight() > 0
            || self.raised.is_some()
            || self.lease_at_hand().is_some()
            || self
                .caller
                .as_ref()
                .is_none_or(|caller| !caller.renews && caller.until.is_some_and(|end| self.is_soon(end)))
            || self.log.is_some()
            || !self.layers.is_empty()
            || self.notice.is_some() && self.kept.is_none()
    }

    /// Whether a moment is near enough for a clock that runs down to it.
    fn is_soon(&self, end: Timestamp) -> bool {
        time::since(end, self.now) < SOON
    }

    /// Whether verdicts that turn by waiting alone are to be looked at again: all rows are.
    pub(super) fn judge_due(&self, now: Timestamp) -> bool {
        let step = if self.in_flight() > 0 { JUDGED.0 } else { JUDGED.1 };
        now.as_second() - self.pulse.judged.as_second() >= step
    }
}
