//! Which deployment completed last, and where a roll back goes back to: pure.

use super::{Deployment, State};

/// The last deployment that completed, whether it is the present one or not.
#[must_use]
pub fn last_completed(deployments: &[Deployment]) -> Option<&Deployment> {
    newest(deployments.iter().filter(|d| is_completed(d)))
}

/// The deployment that a roll back goes back to: the last one that completed with another task definition than the
/// present (`PRIMARY`) one has. `None` where nothing else is known to have worked, or what is present is not known.
///
/// Another task definition, since going back to the same one would change nothing: of a deployment that was forced anew
/// and failed, what worked before is what is deployed already.
#[must_use]
pub fn roll_back_to(deployments: &[Deployment]) -> Option<&Deployment> {
    let present = deployments.iter().find(|d| d.is_primary()).filter(|d| !d.definition.is_empty())?;
    newest(deployments.iter().filter(|d| is_completed(d) && d.definition != present.definition))
}

/// Whether it completed, with a task definition to go back to.
fn is_completed(deployment: &Deployment) -> bool {
    deployment.state() == State::Completed && !deployment.definition.is_empty()
}

/// The one that was asked for last; which is older does not depend on the order of the list.
fn newest<'a>(deployments: impl Iterator<Item = &'a Deployment>) -> Option<&'a Deployment> {
    deployments.max_by_key(|d| (d.created, d.key()))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    /// A deployment by its revision, what the service and the service deployment say, and when it was asked for.
    fn of(revision: u32, rollout: Option<&str>, outcome: Option<&str>, at: i64) -> Deployment {
        Deployment {
            id: format!("ecs-svc/{at}"),
            status: "INACTIVE".into(),
            definition: format!("web:{revision}"),
            rollout: rollout.map(Into::into),
            outcome: outcome.map(Into::into),
            created: Timestamp::from_second(at).ok(),
            ..Deployment::default()
        }
    }

    fn primary(deployment: Deployment) -> Deployment {
        Deployment { status: "PRIMARY".into(), ..deployment }
    }

    fn both(all: &[Deployment]) -> (Option<&str>, Option<&str>) {
        let word = |d: Option<&Deployment>| all.iter().find(|it| Some(*it) == d).map(|it| it.definition.as_str());
        (word(last_completed(all)), word(roll_back_to(all)))
    }

    #[test]
    fn after_a_failure_the_way_back_is_the_last_completed_one() {
        let all = [
            primary(of(9, Some("FAILED"), Some("STOPPED"), 400)),
            of(8, None, Some("STOPPED"), 300),
            of(7, None, Some("SUCCESSFUL"), 200),
            of(6, None, Some("SUCCESSFUL"), 100),
        ];
        assert_eq!(both(&all), (Some("web:7"), Some("web:7")));
        let turned: Vec<Deployment> = all.iter().rev().cloned().collect();
        assert_eq!(both(&turned), (Some("web:7"), Some("web:7")), "the order of the list does not matter");
    }

    #[test]
    fn of_a_good_deployment_the_way_back_is_the_one_before() {
        let all = [primary(of(9, Some("COMPLETED"), Some("SUCCESSFUL"), 400)), of(8, None, Some("SUCCESSFUL"), 300)];
        assert_eq!(both(&all), (Some("web:9"), Some("web:8")));
    }

    #[test]
    fn what_runs_is_being_rolled_back_or_was_stopped_did_not_complete() {
        for outcome in [
            "PENDING",
            "IN_PROGRESS",
            "STOPPED",
            "STOP_REQUESTED",
            "ROLLBACK_REQUESTED",
            "ROLLBACK_IN_PROGRESS",
            "ROLLBACK_SUCCESSFUL",
            "ROLLBACK_FAILED",
            "A_WORD_OF_TOMORROW",
        ] {
            let all = [primary(of(9, None, Some(outcome), 400)), of(8, None, Some(outcome), 300)];
            assert_eq!(both(&all), (None, None), "{outcome}");
        }
        // The service says COMPLETED as soon as all tasks run; the service deployment still bakes.
        let baking = [primary(of(9, Some("COMPLETED"), Some("IN_PROGRESS"), 400)), of(8, Some("COMPLETED"), None, 300)];
        assert_eq!(both(&baking), (Some("web:8"), Some("web:8")));
    }

    #[test]
    fn the_same_task_definition_is_no_way_back() {
        let forced = [
            primary(of(9, Some("FAILED"), Some("STOPPED"), 500)),
            of(9, None, Some("SUCCESSFUL"), 400),
            of(7, None, Some("SUCCESSFUL"), 200),
        ];
        assert_eq!(both(&forced), (Some("web:9"), Some("web:7")));
        assert_eq!(both(&forced[..2]), (Some("web:9"), None), "nothing else is known to have worked");
    }

    #[test]
    fn the_deployments_of_the_service_alone_are_enough() {
        let all = [primary(of(3, Some("IN_PROGRESS"), None, 200)), of(2, Some("COMPLETED"), None, 100)];
        assert_eq!(both(&all), (Some("web:2"), Some("web:2")));
        assert_eq!(both(&[]), (None, None));
        // Nothing is guessed where ECS does not tell, or no task definition is known.
        assert_eq!(both(&[primary(of(3, None, None, 200))]), (None, None));
        let nameless = Deployment { definition: String::new(), ..of(2, Some("COMPLETED"), None, 100) };
        assert_eq!(both(&[primary(of(3, Some("FAILED"), None, 200)), nameless]), (None, None));
        let absent = [of(2, Some("COMPLETED"), None, 100)];
        assert_eq!(both(&absent), (Some("web:2"), None), "without a present one there is nothing to go back from");
    }
}
