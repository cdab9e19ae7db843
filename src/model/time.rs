//! Moments and spans as people read them. Pure: `now` is always given.

use jiff::{Timestamp, tz::TimeZone};

/// A span of seconds in two units at most: `12s`, `4m`, `2h10m`, `3d4h`, `9w`.
#[must_use]
pub fn span(seconds: i64) -> String {
    let s = seconds.max(0);
    let two = |a: i64, ua: char, b: i64, ub: char| if b == 0 { format!("{a}{ua}") } else { format!("{a}{ua}{b}{ub}") };
    match s {
        0..60 => format!("{s}s"),
        60..3_600 => format!("{}m", s / 60),
        3_600..36_000 => two(s / 3_600, 'h', s % 3_600 / 60, 'm'),
        36_000..86_400 => format!("{}h", s / 3_600),
        86_400..604_800 => two(s / 86_400, 'd', s % 86_400 / 3_600, 'h'),
        604_800..5_184_000 => format!("{}d", s / 86_400),
        5_184_000..63_072_000 => format!("{}w", s / 604_800),
        _ => format!("{}y", s / 31_536_000),
    }
}

/// How long ago `then` was at `now`. A moment that lies ahead is written with a `+`: clocks differ.
#[must_use]
pub fn age(now: Timestamp, then: Timestamp) -> String {
    let s = now.as_second() - then.as_second();
    if s < -1 { format!("+{}", span(-s)) } else { span(s) }
}

/// Seconds from `then` to `now`, never negative.
#[must_use]
pub fn since(now: Timestamp, then: Timestamp) -> i64 {
    (now.as_second() - then.as_second()).max(0)
}

/// What is left until `then`, as `47:12` or `2:05:00`; `0:00` once it has passed.
#[must_use]
pub fn left(now: Timestamp, then: Timestamp) -> String {
    let s = since(then, now);
    if s >= 3_600 {
        format!("{}:{:02}:{:02}", s / 3_600, s % 3_600 / 60, s % 60)
    } else {
        format!("{}:{:02}", s / 60, s % 60)
    }
}

/// A moment in full in a time zone, with the zone's own abbreviation.
#[must_use]
pub fn full(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

/// The time of day to the minute in a time zone, with the zone's own abbreviation.
#[must_use]
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M %Z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_in_two_units_at_most() {
        let words: Vec<String> =
            [0, 59, 60, 3_599, 7_800, 36_000, 97_200, 604_800, 8_000_000, 80_000_000].map(span).into();
        assert_eq!(words, ["0s", "59s", "1m", "59m", "2h10m", "10h", "1d3h", "7d", "13w", "2y"]);
    }
}
