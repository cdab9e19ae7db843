//! The arithmetic of a lease: how long to ask for, when to renew, when it no longer serves.

use std::{
    hash::{DefaultHasher, Hash, Hasher as _},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

/// The least that STS grants (`DurationSeconds`).
pub const LEAST: Duration = Duration::from_secs(900);
/// The most that STS grants, where the role's own maximum allows it.
pub const MOST: Duration = Duration::from_secs(43_200);
/// What STS grants when nothing is asked, and the most that it grants for a role assumed from a role.
pub const CHAINED: Duration = Duration::from_secs(3_600);
/// Credentials that end sooner than this are not handed out: the request would outlive them.
pub const MARGIN: SignedDuration = SignedDuration::from_secs(20);
/// How long before the end of credentials that nobody can renew the person is warned.
pub const WARNING: SignedDuration = SignedDuration::from_mins(10);

/// How long a session to ask for. A role assumed from a role is capped at an hour: asking for more fails.
#[must_use]
pub fn ask(wanted: Option<Duration>, chained: bool) -> Duration {
    let most = if chained { CHAINED } else { MOST };
    wanted.unwrap_or(CHAINED).clamp(LEAST, most)
}

/// When credentials from `start` to `end` are renewed: at 80 % of their life, up to 5 % of it sooner or later by
/// `seed`, so that what was taken together is not renewed together.
#[must_use]
pub fn renew_at(start: Timestamp, end: Timestamp, seed: &impl Hash) -> Timestamp {
    let life = end.duration_since(start).max(SignedDuration::ZERO);
    let mut hasher = DefaultHasher::new();
    (seed, start.as_second()).hash(&mut hasher);
    let per_mille = 750 + i64::try_from(hasher.finish() % 101).unwrap_or(50);
    start + SignedDuration::from_millis(i64::try_from(life.as_millis()).unwrap_or(i64::MAX) / 1_000 * per_mille)
}

/// Whether credentials that end at `until` still serve at `now`. Those without an end always do.
#[must_use]
pub fn serves(until: Option<Timestamp>, now: Timestamp) -> bool {
    until.is_none_or(|until| until.duration_since(now) > MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    #[test]
    fn a_chained_role_is_never_asked_for_more_than_an_hour() {
        let h = |hours: u64| Duration::from_secs(hours * 3_600);
        assert_eq!(ask(Some(h(12)), true), h(1));
        assert_eq!(ask(Some(h(12)), false), h(12));
        assert_eq!(ask(Some(h(24)), false), h(12));
        assert_eq!(ask(Some(Duration::from_secs(60)), false), LEAST);
        assert_eq!(ask(None, false), h(1));
    }

    #[test]
    fn renewal_is_spread_around_four_fifths_of_the_life() {
        let start = Timestamp::UNIX_EPOCH;
        let at: Vec<i64> = (0..200).map(|seed| renew_at(start, start + HOUR, &seed).as_second()).collect();
        assert!(at.iter().all(|s| (2_700..=3_060).contains(s)), "{at:?}");
        let distinct: std::collections::BTreeSet<_> = at.iter().collect();
        assert!(distinct.len() > 50, "leases taken together are renewed together: {distinct:?}");
        assert_eq!(renew_at(start, start, &1), start);
    }

    #[test]
    fn what_is_about_to_end_is_not_handed_out() {
        let now = Timestamp::UNIX_EPOCH;
        assert!(serves(None, now));
        assert!(serves(Some(now + HOUR), now));
        assert!(!serves(Some(now + SignedDuration::from_secs(10)), now));
    }
}
