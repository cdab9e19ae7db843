//! What the console remembers of a service, asked when it is read: ECS tells how things are, not since when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Service, What, digest::RECENT};
use crate::{model::time, store::Past};

const VIEW: &str = "ecs";

/// The past knows conditions, not numbers: a number is remembered as its remainder by this, so that what is kept of a
/// service is bounded. A number that moved by a multiple of it between two readings counts as unmoved.
const MARKS: i64 = 8;

/// Since when conditions have held, by the console's own store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// Fewer tasks run than shall.
    pub short_since: Option<Timestamp>,
    /// It was so when the service was first looked at: how long it had been so before, nobody can say.
    pub short_unseen: bool,
    /// No task shall run.
    pub zero_since: Option<Timestamp>,
    /// The primary deployment counts failed tasks.
    pub failing_since: Option<Timestamp>,
    /// The count of failed tasks last changed, after it had been seen before.
    pub rose_at: Option<Timestamp>,
    /// The number of tasks that shall run is what it is. Asked only while tasks are being started.
    pub desired_since: Option<Timestamp>,
}

impl History {
    /// What is remembered of a service that was read at `now`.
    pub(super) fn ask(past: &Past, service: &Service, now: Timestamp) -> Self {
        let key = service.arn.as_str();
        let since = |what: &str, holds: bool| past.since(VIEW, key, what, holds, now);
        let lately = |what: &str, holds: bool| past.lately(VIEW, key, what, holds, now);
        let (short, first) = (service.is_short(), past.meet(VIEW, key));
        let unseen = first && !past.is_known(VIEW, key, "short") || past.is_known(VIEW, key, "short unseen");
        let failed = service.primary().map_or(0, |d| d.failed);
        let failing_since = lately("failing", failed > 0);
        let counted = unmoved(past, key, "failed", (failed > 0).then_some(failed), now);
        let starts = service.turnover.iter().any(|t| t.what == What::Started);
        Self {
            short_since: lately("short", short),
            short_unseen: lately("short unseen", short && unseen).is_some(),
            zero_since: since("zero", service.desired == 0),
            failing_since,
            rose_at: counted.filter(|at| failing_since.is_some_and(|first| *at > first)),
            desired_since: unmoved(past, key, "desired", starts.then_some(service.desired), now),
        }
    }
}

/// Lets the spells of a service begin where the console first saw them: of its events ECS keeps the last 100, so that
/// the first of a long spell drops out and its start would move along with the time.
pub(super) fn lengthen(past: &Past, service: &mut Service, now: Timestamp) {
    let spells = [("unplaced", &mut service.unplaced), ("unhealthy", &mut service.unhealthy)];
    for (what, spell) in spells {
        let lasting = spell.as_mut().filter(|s| time::since(now, s.last) <= RECENT);
        let first = lasting.as_ref().map_or(now, |s| s.first);
        let since = past.since(VIEW, &service.arn, what, lasting.is_some(), first);
        if let Some((spell, since)) = lasting.zip(since) {
            spell.first = since.min(spell.first);
        }
    }
}

/// Since when a number is what it is; `None` forgets it.
fn unmoved(past: &Past, key: &str, name: &str, number: Option<i64>, now: Timestamp) -> Option<Timestamp> {
    let mut since = None;
    for mark in 0..MARKS {
        let holds = number.is_some_and(|n| n.rem_euclid(MARKS) == mark);
        since = since.or(past.since(VIEW, key, &format!("{name} {mark}"), holds, now));
    }
    since
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::aws::ecs::{Deployment, Turnover};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    #[test]
    fn a_spell_began_when_it_was_first_seen_and_not_where_the_kept_events_begin() {
        let past = Past::new();
        let first = |begin: i64, last: i64, now: i64| {
            let spell =
                crate::views::aws::ecs::Spell { first: at(begin), last: at(last), times: 2, text: String::new() };
            let mut sick = Service { unhealthy: Some(spell), ..service(2, 2, 0) };
            lengthen(&past, &mut sick, at(now));
            sick.unhealthy.map(|s| s.first)
        };
        assert_eq!(first(1_000, 4_500, 4_600), Some(at(1_000)));
        assert_eq!(first(1_400, 4_900, 5_000), Some(at(1_000)), "older events were dropped");
        assert_eq!(first(1_400, 4_900, 6_000), Some(at(1_400)), "it is over");
        assert_eq!(first(6_900, 7_000, 7_050), Some(at(6_900)), "another spell");
    }

    fn service(running: i64, desired: i64, failed: i64) -> Service {
        let primary = Deployment { status: "PRIMARY".into(), failed, ..Deployment::default() };
        Service { arn: "arn:s".into(), running, desired, deployments: vec![primary], ..Service::default() }
    }

    #[test]
    fn shortness_and_zero_are_remembered_and_forgotten() {
        let past = Past::new();
        let first = History::ask(&past, &service(1, 2, 0), at(10));
        assert_eq!((first.short_since, first.short_unseen), (Some(at(10)), true));
        let second = History::ask(&past, &service(0, 2, 0), at(70));
        assert_eq!((second.short_since, second.short_unseen), (Some(at(10)), true));
        assert_eq!(History::ask(&past, &service(2, 2, 0), at(130)).short_since, None);
        let again = History::ask(&past, &service(1, 2, 0), at(190));
        assert_eq!((again.short_since, again.short_unseen), (Some(at(190)), false), "it was seen to become short");
        let zero = History::ask(&past, &service(0, 0, 0), at(200));
        assert_eq!((zero.short_since, zero.zero_since), (None, Some(at(200))));
        assert_eq!(History::ask(&past, &service(2, 2, 0), at(300)), History::default());
        assert!(past.is_empty(), "a healthy service leaves nothing behind");
    }

    #[test]
    fn a_first_sight_of_failed_tasks_is_no_rise_and_a_later_change_is() {
        let past = Past::new();
        let ask = |failed, second| History::ask(&past, &service(2, 2, failed), at(second));
        assert_eq!(ask(3, 10).rose_at, None);
        assert_eq!(ask(3, 70).rose_at, None);
        let rise = ask(5, 130);
        assert_eq!((rise.failing_since, rise.rose_at), (Some(at(10)), Some(at(130))));
        assert_eq!(ask(5, 190).rose_at, Some(at(130)));
        assert_eq!(ask(13, 250).rose_at, Some(at(130)), "a multiple of the marks is not seen");
        assert_eq!(ask(0, 310).rose_at, None);
        assert_eq!(ask(5, 370).rose_at, None);
    }

    #[test]
    fn the_wanted_number_is_remembered_while_tasks_start() {
        let past = Past::new();
        let mut busy = service(4, 4, 0);
        assert_eq!(History::ask(&past, &busy, at(10)).desired_since, None);
        busy.turnover = vec![Turnover { at: at(15), what: What::Started, tasks: 1 }];
        assert_eq!(History::ask(&past, &busy, at(20)).desired_since, Some(at(20)));
        assert_eq!(History::ask(&past, &busy, at(80)).desired_since, Some(at(20)));
        busy.desired = 6;
        assert_eq!(History::ask(&past, &busy, at(140)).desired_since, Some(at(140)));
    }
}
