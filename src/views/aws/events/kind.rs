//! What kind of event a sentence of ECS tells of. The sentences are those of the Developer Guide, "Amazon ECS service
//! event messages"; one that is not known is of no kind, and is shown all the same.

use serde::{Deserialize, Serialize};

use crate::{
    model::Level,
    views::aws::ecs::{unhealthy, unplaced, unstarted},
};

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// As many tasks run as shall, and nothing is to be done.
    Steady,
    /// Tasks were started.
    Started,
    /// Tasks were stopped.
    Stopped,
    /// Connections to tasks are being drained.
    Draining,
    /// Targets were registered.
    Registered,
    /// Targets were taken out.
    Deregistered,
    /// A deployment completed.
    Completed,
    /// A deployment failed.
    Failed,
    /// A deployment is being rolled back.
    RollingBack,
    /// A task found no place.
    Unplaced,
    /// Health checks failed.
    Unhealthy,
    /// Tasks could not be started.
    Unstarted,
    /// ECS was asked to wait, or waits by itself.
    Throttled,
    /// ECS was refused something that it needs.
    Refused,
    /// Any other sentence.
    Other,
}

/// Words by which a sentence is known, the telling ones first: a sentence may hold several.
const WORDS: &[(&str, Kind)] = &[
    ("rolling back", Kind::RollingBack),
    ("deployment failed", Kind::Failed),
    ("deployment completed", Kind::Completed),
    ("unable to assume", Kind::Refused),
    ("not authorized", Kind::Refused),
    ("AccessDenied", Kind::Refused),
    ("throttled", Kind::Throttled),
    ("rate exceeded", Kind::Throttled),
    ("failed container health checks", Kind::Unhealthy),
    ("due to an unhealthy status", Kind::Unhealthy),
    ("is unhealthy in", Kind::Unhealthy),
    ("failed to launch a task", Kind::Unstarted),
    ("failed to register targets", Kind::Refused),
    ("has reached a steady state", Kind::Steady),
    ("has started ", Kind::Started),
    ("has stopped ", Kind::Stopped),
    ("has begun draining connections", Kind::Draining),
    ("deregistered ", Kind::Deregistered),
    ("registered ", Kind::Registered),
];

impl Kind {
    /// The kind of a sentence.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let says = |says: fn(&str) -> Option<String>| says(text).is_some();
        if says(unplaced) {
            return Self::Unplaced;
        }
        if says(unstarted) {
            return Self::Unstarted;
        }
        if says(unhealthy) {
            return Self::Unhealthy;
        }
        WORDS.iter().find(|(words, _)| text.contains(words)).map_or(Self::Other, |(_, kind)| *kind)
    }

    /// The word in the column; empty for [`Kind::Other`].
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Steady => "steady state",
            Self::Started => "started tasks",
            Self::Stopped => "stopped tasks",
            Self::Draining => "draining",
            Self::Registered => "registered targets",
            Self::Deregistered => "deregistered targets",
            Self::Completed => "deployment completed",
            Self::Failed => "deployment failed",
            Self::RollingBack => "rolling back",
            Self::Unplaced => "unable to place",
            Self::Unhealthy => "health checks failed",
            Self::Unstarted => "unable to start tasks",
            Self::Throttled => "throttled",
            Self::Refused => "refused",
            Self::Other => "",
        }
    }

    /// How bad what it tells of is.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::Failed | Self::RollingBack | Self::Unplaced | Self::Unstarted => Level::Broken,
            Self::Unhealthy | Self::Refused => Level::Degraded,
            Self::Throttled => Level::Attention,
            Self::Steady | Self::Completed => Level::Ok,
            _ => Level::None,
        }
    }
}

/// How many tasks or targets a sentence counts: the number after its verb.
pub(super) fn count(text: &str) -> Option<i64> {
    let verbs = ["has started ", "has stopped ", "draining connections on ", "registered ", "ECS replaced "];
    let (_, rest) = verbs.iter().find_map(|verb| text.split_once(verb))?;
    rest.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_have_a_kind_and_unknown_ones_are_let_be() {
        for (text, kind, counted) in [
            ("has reached a steady state.", Kind::Steady, None),
            ("has started 3 tasks: (task a) (task b) (task c).", Kind::Started, Some(3)),
            ("has stopped 1 running tasks: (task a).", Kind::Stopped, Some(1)),
            ("has stopped 2 pending tasks.", Kind::Stopped, Some(2)),
            ("has begun draining connections on 2 tasks.", Kind::Draining, Some(2)),
            ("registered 1 targets in (target-group arn:aws:…)", Kind::Registered, Some(1)),
            ("deregistered 4 targets in (target-group arn:aws:…)", Kind::Deregistered, Some(4)),
            ("(deployment ecs-svc/1) deployment completed.", Kind::Completed, None),
            ("(deployment ecs-svc/1) deployment failed: tasks failed to start.", Kind::Failed, None),
            ("rolling back to deployment ecs-svc/1.", Kind::RollingBack, None),
            (
                "was unable to place a task because no container instance met all of its requirements. Reason: No \
                 Container Instances were found in your cluster.",
                Kind::Unplaced,
                None,
            ),
            ("was unable to place a task. Reason: Capacity is unavailable at this time.", Kind::Unplaced, None),
            ("(port 8080) is unhealthy in (target-group x) due to (reason Request timed out)", Kind::Unhealthy, None),
            ("(task 1) failed container health checks.", Kind::Unhealthy, None),
            ("Amazon ECS replaced 2 tasks due to an unhealthy status.", Kind::Unhealthy, Some(2)),
            ("is unable to consistently start tasks successfully. For more …", Kind::Unstarted, None),
            ("failed to launch a task with (error ECS was unable to assume the role 'x').", Kind::Refused, None),
            ("operations are being throttled on elb. Will try again later.", Kind::Throttled, None),
            ("something that ECS began to say after this was written", Kind::Other, None),
            ("has started a few tasks", Kind::Started, None),
            ("", Kind::Other, None),
        ] {
            assert_eq!((Kind::of(text), count(text)), (kind, counted), "{text}");
        }
    }

    #[test]
    fn what_went_wrong_stands_out_and_what_goes_on_does_not() {
        assert_eq!(Kind::Failed.level(), Level::Broken);
        assert!(Kind::Unhealthy.level().is_problem() && Kind::Throttled.level().is_problem());
        assert!(!Kind::Started.level().is_problem() && !Kind::Other.level().is_problem());
    }
}
