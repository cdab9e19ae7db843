//! How many lines a second a log has brought.

/// Seconds that are remembered.
const SECONDS: i64 = 60;

/// The same as a number of places.
const PLACES: usize = 60;

/// Lines per second over the last minute, by the moments that the lines bear.
#[derive(Clone, Debug)]
pub struct Rate {
    counts: [u16; PLACES],
    /// The newest second that is counted.
    newest: i64,
}

impl Default for Rate {
    fn default() -> Self {
        Self { counts: [0; PLACES], newest: i64::MIN }
    }
}

impl Rate {
    /// Counts a line of this second (since the epoch). One that is older than a minute is not counted.
    pub fn count(&mut self, second: i64) {
        if second > self.newest {
            self.forward(second);
        }
        if self.newest - second < SECONDS {
            let slot = &mut self.counts[place(second)];
            *slot = slot.saturating_add(1);
        }
    }

    fn forward(&mut self, second: i64) {
        // What lies further ahead than the ring is long empties all of it.
        let from = (self.newest.saturating_add(1)).max(second - SECONDS + 1);
        for passed in from..=second {
            self.counts[place(passed)] = 0;
        }
        self.newest = second;
    }

    /// The counts of the minute before `now`, in groups of `group` seconds, the oldest first.
    #[must_use]
    pub fn groups(&self, now: i64, group: usize) -> Vec<u16> {
        let of = |second: i64| {
            let known = second <= self.newest && self.newest - second < SECONDS;
            if known { self.counts[place(second)] } else { 0 }
        };
        let all: Vec<u16> = (0..SECONDS).map(|back| of(now - (SECONDS - 1) + back)).collect();
        all.chunks(group.max(1)).map(|c| c.iter().copied().fold(0, u16::saturating_add)).collect()
    }

    /// Lines per second over the minute before `now`.
    #[must_use]
    pub fn per_second(&self, now: i64) -> f64 {
        let lines: u32 = self.groups(now, 1).into_iter().map(u32::from).sum();
        f64::from(lines) / SECONDS as f64
    }
}

fn place(second: i64) -> usize {
    usize::try_from(second.rem_euclid(SECONDS)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_counted_and_no_more() {
        let mut rate = Rate::default();
        for second in [100, 100, 130, 40, 159, 30] {
            rate.count(second);
        }
        assert_eq!(rate.groups(159, 30), [2, 2], "what is older than a minute is gone, late lines count");
        assert!((rate.per_second(159) - 4.0 / 60.0).abs() < 1e-9);
        assert_eq!(rate.groups(1_000, 60), [0]);
        rate.count(1_000_000);
        assert_eq!(rate.groups(1_000_000, 20), [0, 0, 1]);
    }
}
