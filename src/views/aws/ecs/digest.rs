//! What a service's events say. ECS tells in sentences only: those of the Developer Guide, "Amazon ECS service event
//! messages".

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Event;

/// Seconds that an event counts as recent; also how far apart two events of one spell are at most.
pub(super) const RECENT: i64 = 600;

/// An unbroken row of events that say the same: none more than ten minutes after the one before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spell {
    /// The first of them.
    pub first: Timestamp,
    /// The last of them.
    pub last: Timestamp,
    /// How many.
    pub times: u32,
    /// What they say, shortened.
    pub text: String,
}

/// What happened to tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// Started by the service.
    Started,
    /// Stopped by the service.
    Stopped,
    /// Connections to them are being drained.
    Drained,
    /// Taken out of a target group.
    Deregistered,
}

/// Tasks that came or went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turnover {
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
    /// To how many.
    pub tasks: i64,
}

/// The sentence without `(service NAME)` at its beginning.
pub(in crate::views::aws) fn bare(message: &str) -> &str {
    let rest = message.strip_prefix("(service ").and_then(|m| m.split_once(") "));
    rest.map_or(message, |(_, rest)| rest)
}

/// The last spell of events, given newest first, that `says` recognises and shortens.
pub(super) fn spell(events: &[Event], says: fn(&str) -> Option<String>) -> Option<Spell> {
    let mut found = events.iter().filter_map(|e| says(&e.text).map(|text| (e.at, text)));
    let (last, text) = found.next()?;
    let mut spell = Spell { first: last, last, times: 1, text };
    for (at, _) in found {
        if spell.first.as_second() - at.as_second() > RECENT {
            break;
        }
        spell.first = at;
        spell.times += 1;
    }
    Some(spell)
}

/// "… was unable to place a task because no container instance met all of its requirements. The closest matching
/// (container-instance …) has insufficient memory available. …"
pub(in crate::views::aws) fn unplaced(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("unable to place a task")?;
    let lack = rest.split_once("has insufficient ").and_then(|(_, l)| l.split_once(" available"));
    let because = || rest.trim_start().strip_prefix("because ").map(first_sentence);
    let why = lack.map(|(what, _)| format!("insufficient {what}")).or_else(|| because().map(str::to_owned));
    Some(why.unwrap_or_default())
}

/// "… (port 8080) is unhealthy in (target-group …) due to (reason Health checks failed with these codes: [502])", and
/// "… failed ELB health checks in …".
pub(in crate::views::aws) fn unhealthy(text: &str) -> Option<String> {
    let balancer = text.contains("(target-group ") || text.contains("(elb ");
    if !(text.contains("is unhealthy in") && balancer || text.contains("failed ELB health checks")) {
        return None;
    }
    let reason = text.split_once("due to (reason ").map_or("", |(_, reason)| reason.trim_end_matches(['.', ')']));
    Some(reason.to_owned())
}

/// "… is unable to consistently start tasks successfully. …"
pub(in crate::views::aws) fn unstarted(text: &str) -> Option<String> {
    text.contains("unable to consistently start tasks").then(String::new)
}

/// When "(deployment ID) deployment completed." was said.
pub(super) fn completed(events: &[Event], id: &str) -> Option<Timestamp> {
    let says = |e: &&Event| e.text.contains(id) && e.text.contains("deployment completed");
    events.iter().find(says).map(|e| e.at)
}

/// When a deployment failed last: "(deployment ID) deployment failed: …".
pub(super) fn gave_up(events: &[Event]) -> Option<Timestamp> {
    events.iter().find(|e| e.text.contains("deployment failed")).map(|e| e.at)
}

/// Tasks that came and went in the ten minutes before `now`, in the order of the events.
pub(super) fn turnover(events: &[Event], now: Timestamp) -> Vec<Turnover> {
    let recent = events.iter().filter(|e| now.as_second() - e.at.as_second() <= RECENT);
    recent.filter_map(|e| moved(&e.text).map(|(what, tasks)| Turnover { at: e.at, what, tasks })).collect()
}

/// What a sentence says of how many tasks.
fn moved(text: &str) -> Option<(What, i64)> {
    let phrases = [
        ("has started ", What::Started),
        ("has stopped ", What::Stopped),
        ("has begun draining connections on ", What::Drained),
        ("deregistered ", What::Deregistered),
    ];
    phrases.iter().find_map(|(phrase, what)| {
        let (_, rest) = text.split_once(phrase)?;
        let count = rest.split(' ').next()?.parse().ok()?;
        Some((*what, count))
    })
}

fn first_sentence(text: &str) -> &str {
    text.split(". ").next().unwrap_or(text).trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(second: i64, text: &str) -> Event {
        let at = Timestamp::from_second(second).expect("a moment");
        Event { at, text: bare(&format!("(service web) {text}")).into() }
    }

    const NO_ROOM: &str = "was unable to place a task because no container instance met all of its requirements. The \
                           closest matching (container-instance 0f1e) has insufficient memory available. For more \
                           information, see the Troubleshooting section of the Amazon ECS Developer Guide.";

    #[test]
    fn the_sentences_of_ecs_are_understood() {
        assert_eq!(unplaced(NO_ROOM).as_deref(), Some("insufficient memory"));
        let none = "was unable to place a task because no container instance met all of its requirements. Reason: No \
                    Container Instances were found in your cluster.";
        assert_eq!(unplaced(none).as_deref(), Some("no container instance met all of its requirements"));
        let sick = "(port 8080) is unhealthy in (target-group arn:aws:…/web/1) due to (reason Health checks failed with \
                    these codes: [502]).";
        assert_eq!(unhealthy(sick).as_deref(), Some("Health checks failed with these codes: [502]"));
        assert_eq!(unhealthy("(task 1) failed container health checks."), None);
        assert_eq!(unstarted("is unable to consistently start tasks successfully. For more …").as_deref(), Some(""));
        assert_eq!(moved("has started 3 tasks: (task a) (task b) (task c)."), Some((What::Started, 3)));
        assert_eq!(moved("has stopped 1 running tasks: (task a)."), Some((What::Stopped, 1)));
        assert_eq!(moved("has begun draining connections on 2 tasks."), Some((What::Drained, 2)));
        assert_eq!(moved("deregistered 1 targets in (target-group x)"), Some((What::Deregistered, 1)));
        assert_eq!(moved("registered 1 targets in (target-group x)"), None);
        assert_eq!(moved("has reached a steady state."), None);
    }

    #[test]
    fn a_spell_ends_where_ten_minutes_are_quiet() {
        let events: Vec<Event> = [5_000, 4_700, 4_100, 3_499, 100].map(|s| event(s, NO_ROOM)).into();
        let spell = spell(&events, unplaced).expect("a spell");
        assert_eq!((spell.first, spell.last, spell.times), (events[2].at, events[0].at, 3));
        assert_eq!(super::spell(&events, unhealthy), None);
    }

    #[test]
    fn deployments_are_told_apart() {
        let events = vec![
            event(30, "(deployment ecs-svc/2) deployment completed."),
            event(20, "(deployment ecs-svc/1) deployment failed: tasks failed to start."),
        ];
        assert_eq!(completed(&events, "ecs-svc/2"), Some(events[0].at));
        assert_eq!(completed(&events, "ecs-svc/3"), None);
        assert_eq!(gave_up(&events), Some(events[1].at));
    }
}
