//! The expressions of `EventBridge` and `EventBridge` Scheduler, and when they come true next.
//!
//! After the user guides, "Cron expressions reference" and "Schedule types in `EventBridge` Scheduler": six fields
//! (minutes, hours, day of month, month, day of week, year), days of the week from 1 for Sunday, one of the two day
//! fields being `?`; a time of day that a change of clocks leaves out is left out, one that it repeats comes once.

use std::collections::BTreeSet;

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::{AmbiguousOffset, TimeZone},
};

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Days that are looked through: a leap day comes within eight years.
const HORIZON: usize = 366 * 8;

/// When something happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// Once.
    At(Timestamp),
    /// Every so many seconds.
    Rate(i64),
    /// By the calendar.
    Cron(Box<Cron>),
}

/// The fields of a `cron(…)`, and its time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cron {
    minutes: BTreeSet<i16>,
    hours: BTreeSet<i16>,
    months: BTreeSet<i16>,
    years: BTreeSet<i16>,
    day: Day,
    zone: TimeZone,
}

/// Which days of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Day {
    /// By number.
    OfMonth(BTreeSet<i16>),
    /// The last one.
    Last,
    /// The last one from Monday to Friday.
    LastWeekday,
    /// The one from Monday to Friday that is nearest to a number, within the month.
    Nearest(i8),
    /// By day of the week, 1 being Sunday.
    OfWeek(BTreeSet<i16>),
    /// The last such day of the week of the month.
    LastOfWeek(i16),
    /// The second, third … such day of the week of the month.
    Nth(i16, i8),
}

impl Expression {
    /// Reads an expression; `None` where it is none that this console knows.
    pub(super) fn parse(text: &str, zone: &TimeZone) -> Option<Self> {
        let (kind, inner) = text.trim().strip_suffix(')')?.split_once('(')?;
        match kind {
            "at" => {
                let civil: jiff::civil::DateTime = inner.trim().parse().ok()?;
                Some(Self::At(zone.to_timestamp(civil).ok()?))
            }
            "rate" => {
                let (number, unit) = inner.trim().split_once(' ')?;
                let seconds = match unit.trim().trim_end_matches('s') {
                    "minute" => 60,
                    "hour" => 3_600,
                    "day" => 86_400,
                    _ => return None,
                };
                Some(Self::Rate(number.parse::<i64>().ok().filter(|n| *n > 0)?.checked_mul(seconds)?))
            }
            "cron" => Some(Self::Cron(Box::new(Cron::parse(inner, zone)?))),
            _ => None,
        }
    }

    /// The first moment after `now` at which it comes true. A rate is counted from `first`; without one nobody outside
    /// of AWS can tell.
    pub(super) fn next(&self, now: Timestamp, first: Option<Timestamp>) -> Option<Timestamp> {
        match self {
            Self::At(at) => (*at > now).then_some(*at),
            Self::Rate(every) => {
                let first = first?;
                let passed = now.as_second() - first.as_second();
                let steps = if passed < 0 { 0 } else { passed / every + 1 };
                Timestamp::from_second(first.as_second() + steps * every).ok()
            }
            Self::Cron(cron) => cron.next(first.map_or(now, |first| first.max(now))),
        }
    }
}

impl Cron {
    fn parse(text: &str, zone: &TimeZone) -> Option<Self> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, of_month, months, of_week, years] = fields[..] else { return None };
        let day = match (of_month, of_week) {
            ("?", of_week) => day_of_week(of_week)?,
            (of_month, "?") => day_of_month(of_month)?,
            _ => return None,
        };
        Some(Self {
            minutes: list(minutes, 0, 59, &[])?,
            hours: list(hours, 0, 23, &[])?,
            months: list(months, 1, 12, &MONTHS)?,
            years: list(years, 1970, 2199, &[])?,
            day,
            zone: zone.clone(),
        })
    }

    fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let mut day = now.to_zoned(self.zone.clone()).date();
        for _ in 0..HORIZON {
            if self.years.contains(&day.year()) && self.months.contains(&i16::from(day.month())) && self.day.is(day) {
                let found = self.times().find_map(|(hour, minute)| self.moment(day, hour, minute, now));
                if found.is_some() {
                    return found;
                }
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn times(&self) -> impl Iterator<Item = (i16, i16)> {
        self.hours.iter().flat_map(|hour| self.minutes.iter().map(move |minute| (*hour, *minute)))
    }

    /// That time of day, if there is one on that day and it lies ahead.
    fn moment(&self, day: Date, hour: i16, minute: i16, now: Timestamp) -> Option<Timestamp> {
        let civil = day.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
        let found = self.zone.to_ambiguous_timestamp(civil);
        if matches!(found.offset(), AmbiguousOffset::Gap { .. }) {
            return None;
        }
        found.earlier().ok().filter(|at| *at > now)
    }
}

impl Day {
    fn is(&self, day: Date) -> bool {
        let number = i16::from(day.day());
        // Sunday is 1.
        let of_week = i16::from(day.weekday().to_sunday_one_offset());
        match self {
            Self::OfMonth(days) => days.contains(&number),
            Self::Last => day == day.last_of_month(),
            Self::LastWeekday => workday(day.last_of_month(), day.last_of_month().day()) == Some(day),
            Self::Nearest(wanted) => {
                *wanted <= day.days_in_month() && workday(day.first_of_month(), *wanted) == Some(day)
            }
            Self::OfWeek(days) => days.contains(&of_week),
            Self::LastOfWeek(wanted) => of_week == *wanted && day.day() > day.days_in_month() - 7,
            Self::Nth(wanted, nth) => of_week == *wanted && (day.day() - 1) / 7 + 1 == *nth,
        }
    }
}

/// The day from Monday to Friday that is nearest to day `wanted` of the month of `any`, without leaving the month.
fn workday(any: Date, wanted: i8) -> Option<Date> {
    let day = Date::new(any.year(), any.month(), wanted).ok()?;
    let moved = |by: i8| Date::new(day.year(), day.month(), wanted + by).ok();
    match day.weekday() {
        Weekday::Saturday if wanted == 1 => moved(2),
        Weekday::Saturday => moved(-1),
        Weekday::Sunday if day == day.last_of_month() => moved(-2),
        Weekday::Sunday => moved(1),
        _ => Some(day),
    }
}

fn day_of_month(field: &str) -> Option<Day> {
    match field {
        "L" => Some(Day::Last),
        "LW" => Some(Day::LastWeekday),
        _ => match field.strip_suffix('W') {
            Some(number) => number.parse().ok().filter(|n| (1..=31).contains(n)).map(Day::Nearest),
            None => list(field, 1, 31, &[]).map(Day::OfMonth),
        },
    }
}

fn day_of_week(field: &str) -> Option<Day> {
    if let Some((day, nth)) = field.split_once('#') {
        let nth = nth.parse().ok().filter(|n| (1..=5).contains(n))?;
        return Some(Day::Nth(value(day, 1, 7, &DAYS)?, nth));
    }
    match field.strip_suffix('L') {
        // The last day of the week is Saturday.
        Some("") => Some(Day::OfWeek(BTreeSet::from([7]))),
        Some(day) => Some(Day::LastOfWeek(value(day, 1, 7, &DAYS)?)),
        None => list(field, 1, 7, &DAYS).map(Day::OfWeek),
    }
}

/// A number, or the name that stands for it.
fn value(text: &str, low: i16, high: i16, names: &[&str]) -> Option<i16> {
    let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
    let number = match named {
        Some(at) => i16::try_from(at).ok()? + low,
        None => text.parse().ok()?,
    };
    (low..=high).contains(&number).then_some(number)
}

/// Values, ranges, steps and lists of them.
fn list(field: &str, low: i16, high: i16, names: &[&str]) -> Option<BTreeSet<i16>> {
    let mut found = BTreeSet::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<usize>().ok().filter(|n| *n > 0)?)),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (value(from, low, high, names)?, value(to, low, high, names)?),
            None if range == "*" => (low, high),
            None => {
                let from = value(range, low, high, names)?;
                (from, if step.is_some() { high } else { from })
            }
        };
        let step = step.unwrap_or(1);
        if from <= to {
            found.extend((from..=to).step_by(step));
        } else {
            // FRI-MON goes over the end.
            found.extend((from..=high).chain(low..=to).step_by(step));
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn next(expression: &str, zone: &str, now: &str) -> Option<String> {
        let zone = if zone.is_empty() { TimeZone::UTC } else { TimeZone::get(zone).expect("a zone") };
        Expression::parse(expression, &zone)?.next(at(now), None).map(|t| t.to_string())
    }

    #[test]
    fn clocks_by_the_calendar() {
        // 2026-11-22 is a Sunday.
        let now = "2026-11-22T12:00:00Z";
        for (expression, expected) in [
            ("cron(0 2 * * ? *)", "2026-11-23T02:00:00Z"),
            ("cron(0/20 * * * ? *)", "2026-11-22T12:20:00Z"),
            ("cron(15 10 ? * 6L 2019-2027)", "2026-11-27T10:15:00Z"),
            ("cron(0 8 ? * MON-FRI *)", "2026-11-23T08:00:00Z"),
            ("cron(0 8 ? * 1 *)", "2026-11-29T08:00:00Z"),
            ("cron(0 8 ? * FRI-MON *)", "2026-11-23T08:00:00Z"),
            ("cron(0 9 ? * 3#2 *)", "2026-12-08T09:00:00Z"),
            ("cron(0 0 L * ? *)", "2026-11-30T00:00:00Z"),
            ("cron(0 0 LW FEB ? *)", "2027-02-26T00:00:00Z"),
            ("cron(0 0 29W * ? *)", "2026-11-30T00:00:00Z"),
            ("cron(0 0 15W AUG ? *)", "2027-08-16T00:00:00Z"),
            ("cron(0 0 1W MAY ? *)", "2027-05-03T00:00:00Z"),
            ("cron(0 0 29 2 ? *)", "2028-02-29T00:00:00Z"),
            ("cron(5,35 14-16/2 1 1,7 ? *)", "2027-01-01T14:05:00Z"),
            ("cron(0 0 ? * L *)", "2026-11-28T00:00:00Z"),
            ("at(2026-12-24T08:00:00)", "2026-12-24T08:00:00Z"),
        ] {
            assert_eq!(next(expression, "", now).as_deref(), Some(expected), "{expression}");
        }
        for never in ["cron(0 0 1 1 ? 2020)", "cron(0 0 31 2 ? *)", "at(2026-11-22T12:00:00)", "rate(5 minutes)"] {
            assert_eq!(next(never, "", now), None, "{never}");
        }
    }

    #[test]
    fn what_is_no_expression_is_not_guessed_at() {
        for text in [
            "",
            "cron(0 2 * * *)",
            "cron(0 2 * * * *)",
            "cron(60 2 * * ? *)",
            "cron(0 2 ? * MO *)",
            "cron(0/0 2 * * ? *)",
            "rate(0 minutes)",
            "rate(5 weeks)",
            "every day",
        ] {
            assert_eq!(Expression::parse(text, &TimeZone::UTC), None, "{text}");
        }
    }

    #[test]
    fn a_change_of_clocks_leaves_out_what_does_not_exist_and_repeats_nothing() {
        let zurich = |expression: &str, now: &str| next(expression, "Europe/Zurich", now);
        assert_eq!(zurich("cron(0 9 * * ? *)", "2026-07-01T00:00:00Z").as_deref(), Some("2026-07-01T07:00:00Z"));
        // 02:30 does not exist on 29 March 2026, and exists twice on 25 October.
        let spring = zurich("cron(30 2 * * ? *)", "2026-03-28T12:00:00Z");
        assert_eq!(spring.as_deref(), Some("2026-03-30T00:30:00Z"));
        assert_eq!(zurich("cron(30 2 * * ? *)", "2026-10-24T12:00:00Z").as_deref(), Some("2026-10-25T00:30:00Z"));
        assert_eq!(zurich("cron(30 2 * * ? *)", "2026-10-25T00:30:00Z").as_deref(), Some("2026-10-26T01:30:00Z"));
        assert_eq!(zurich("at(2026-12-24T08:00:00)", "2026-11-22T12:00:00Z").as_deref(), Some("2026-12-24T07:00:00Z"));
    }

    #[test]
    fn a_rate_is_counted_from_its_first_moment() {
        let rate = Expression::parse("rate(15 minutes)", &TimeZone::UTC).expect("a rate");
        let from = |first: &str, now: &str| rate.next(at(now), Some(at(first))).map(|t| t.to_string());
        assert_eq!(from("2026-11-22T12:05:00Z", "2026-11-22T12:00:00Z").as_deref(), Some("2026-11-22T12:05:00Z"));
        assert_eq!(from("2026-11-22T11:05:00Z", "2026-11-22T12:05:00Z").as_deref(), Some("2026-11-22T12:20:00Z"));
        assert_eq!(Expression::parse("rate(1 day)", &TimeZone::UTC), Some(Expression::Rate(86_400)));
    }
}
