//! What the load balancer thinks of a service's tasks at a moment.

use super::service::Service;
use super::tasks::{End, Status, Task};
use super::{MINUTE, SECOND};

/// Three checks ten seconds apart, and what a registration takes: until then a target is new.
const FIRST_CHECKS: i64 = 35 * SECOND;

/// How long connections to a target are drained.
const DRAINING: i64 = 30 * SECOND;

/// How a target stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It answers.
    Healthy,
    /// It was registered just now.
    Initial,
    /// It answers with 502.
    WrongCode,
    /// It does not answer.
    Silent,
    /// It is being taken out.
    Draining,
}

impl State {
    /// State, reason code and description, as `DescribeTargetHealth` writes them.
    pub const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Healthy => ("healthy", "", ""),
            Self::Initial => ("initial", "Elb.RegistrationInProgress", "Target registration is in progress"),
            Self::WrongCode => {
                ("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [502]")
            }
            Self::Silent => ("unhealthy", "Target.Timeout", "Request timed out"),
            Self::Draining => ("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"),
        }
    }
}

/// A target of a service's target group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its address.
    pub address: String,
    /// Its availability zone.
    pub zone: String,
    /// How it stands.
    pub state: State,
}

/// The targets of a service whose tasks are given.
pub fn members(service: &Service, tasks: &[Task], now: i64) -> Vec<Member> {
    let member = |task: &Task| {
        let state = state(task, now)?;
        Some(Member { address: task.address(service), zone: task.zone(service), state })
    };
    tasks.iter().filter_map(member).collect()
}

fn state(task: &Task, now: i64) -> Option<State> {
    match task.status(now) {
        Status::Provisioning | Status::Pending => None,
        Status::Stopped => {
            let (at, end) = task.ended(now)?;
            let taken_out = matches!(end, End::Deployment | End::Scaled | End::Asked(_));
            (taken_out && now < at + DRAINING).then_some(State::Draining)
        }
        Status::Running if now < task.started + FIRST_CHECKS => Some(State::Initial),
        Status::Running => Some(match &task.stopped {
            // It never passed a check, and is replaced for it when its grace is over.
            Some((_, End::Balancer)) => State::WrongCode,
            Some((at, End::Health)) if now > at - MINUTE => State::Silent,
            _ => State::Healthy,
        }),
    }
}
