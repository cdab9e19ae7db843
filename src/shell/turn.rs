//! How much a turn of the loop takes in before it looks at the keyboard and the screen again. Pure: the time is given.

use std::time::{Duration, Instant};

/// Replies that a turn takes in at most. A reply holds a page, so this is some thousand rows.
const MOST: usize = 64;

/// How long a turn goes on at most: a key that comes meanwhile is seen within half a frame. One reply may take longer
/// by itself, and then it is the only one.
const LONGEST: Duration = Duration::from_millis(8);

/// One turn.
#[derive(Debug)]
pub struct Turn {
    until: Instant,
    left: usize,
}

impl Turn {
    /// Begins one.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self { until: now + LONGEST, left: MOST }
    }

    /// Counts a reply that was taken in, and says whether there is room for another.
    pub fn goes_on(&mut self, now: Instant) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0 && now < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(each: Duration) -> usize {
        let begun = Instant::now();
        let (mut turn, mut now, mut taken) = (Turn::new(begun), begun, 0);
        loop {
            taken += 1;
            now += each;
            if !turn.goes_on(now) {
                return taken;
            }
        }
    }

    #[test]
    fn a_turn_ends_by_count_where_replies_are_quick_and_by_time_where_they_are_not() {
        assert_eq!(taken(Duration::from_micros(10)), MOST);
        assert_eq!(taken(Duration::from_millis(1)), 8);
        assert_eq!(taken(Duration::from_millis(60)), 1);
    }
}
