//! Two accounts of the same deployments, made one: the service's own, which knows rollout and counts, and the service
//! deployments, which know the history, the circuit breaker and the target. ECS gives them no common id.

use super::{Deployment, WayBack, last_completed, roll_back_to};
use crate::model::time;

/// Seconds between what the two call the beginning of the same deployment, at most: a service deployment may wait
/// before it starts.
const APART: i64 = 300;

/// One list: every service deployment, with what the service says of it, and what the service alone tells of.
pub(super) fn merged(mut full: Vec<Deployment>, shown: Vec<Deployment>) -> Vec<Deployment> {
    for own in shown {
        match pair(&full, &own).and_then(|at| full.get_mut(at)) {
            Some(found) => join(found, own),
            None => full.push(own),
        }
    }
    full
}

/// The service deployment that a deployment of the service is: with the same task definition, begun next to it. The
/// primary one is the newest, however long it waited.
fn pair(full: &[Deployment], own: &Deployment) -> Option<usize> {
    let same = |d: &&Deployment| {
        d.id.is_empty() && (d.definition == own.definition || d.definition.is_empty() || own.definition.is_empty())
    };
    let apart = |d: &Deployment| match (d.created, own.created) {
        (Some(a), Some(b)) => time::since(a, b).max(time::since(b, a)),
        _ => i64::MAX,
    };
    let nearest = full.iter().enumerate().filter(|(_, d)| same(d)).min_by_key(|(_, d)| apart(d));
    let near = nearest.filter(|(_, d)| apart(d) <= APART);
    let newest = || full.iter().enumerate().max_by_key(|(_, d)| d.created).filter(|(_, d)| own.is_primary() && same(d));
    near.or_else(newest).map(|(at, _)| at)
}

fn join(found: &mut Deployment, own: Deployment) {
    found.id = own.id;
    found.status = own.status;
    found.rollout = own.rollout;
    found.reason = own.reason;
    found.desired = own.desired;
    found.running = own.running;
    found.pending = own.pending;
    found.failed = found.failed.max(own.failed);
    found.updated = found.updated.max(own.updated);
    if found.definition.is_empty() {
        (found.definition, found.definition_arn) = (own.definition, own.definition_arn);
    }
    if found.breaker.enabled.is_none() {
        (found.breaker.enabled, found.breaker.rollback) = (own.breaker.enabled, own.breaker.rollback);
    }
}

/// Marks the last one that completed, and the one that a roll back goes back to; where ECS itself deploys the service,
/// each of them knows that way.
pub(super) fn mark(deployments: &mut [Deployment], by_ecs: bool) {
    let last = last_completed(deployments).map(Deployment::key);
    let target = roll_back_to(deployments);
    let back = target.map(Deployment::key);
    let present = deployments.iter().find(|d| d.is_primary());
    let way = target.zip(present).filter(|_| by_ecs).map(|(to, present)| WayBack {
        present: present.key().to_string(),
        from: present.definition.clone(),
        deployment: to.name().to_owned(),
        to: to.definition.clone(),
    });
    for deployment in deployments {
        deployment.way_back.clone_from(&way);
        let key = Some(deployment.key());
        deployment.mark.last_completed = key == last;
        deployment.mark.roll_back = key == back;
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    fn full(arn: &str, definition: &str, second: i64) -> Deployment {
        Deployment {
            arn: Some(arn.into()),
            status: "INACTIVE".into(),
            definition: definition.into(),
            outcome: Some("SUCCESSFUL".into()),
            created: at(second),
            ..Deployment::default()
        }
    }

    fn own(id: &str, status: &str, definition: &str, second: i64) -> Deployment {
        Deployment {
            id: id.into(),
            status: status.into(),
            definition: definition.into(),
            rollout: Some("COMPLETED".into()),
            desired: Some(4),
            running: 3,
            created: at(second),
            ..Deployment::default()
        }
    }

    fn pairs(all: &[Deployment]) -> Vec<(Option<&str>, &str, &str)> {
        all.iter().map(|d| (d.arn.as_deref(), d.id.as_str(), &*d.status)).collect()
    }

    #[test]
    fn the_two_accounts_are_joined_by_task_definition_and_time() {
        let all = merged(
            vec![full("c", "web:3", 9_000), full("b", "web:3", 8_000), full("a", "web:2", 100)],
            vec![own("ecs-svc/3", "PRIMARY", "web:3", 9_004), own("ecs-svc/2", "ACTIVE", "web:3", 7_990)],
        );
        assert_eq!(
            pairs(&all),
            [(Some("c"), "ecs-svc/3", "PRIMARY"), (Some("b"), "ecs-svc/2", "ACTIVE"), (Some("a"), "", "INACTIVE")]
        );
        assert_eq!((all[0].running, all[0].desired, all[0].rollout.as_deref()), (3, Some(4), Some("COMPLETED")));
    }

    #[test]
    fn the_primary_one_is_the_newest_even_if_it_waited_and_others_stand_alone() {
        let waited = merged(vec![full("b", "web:3", 9_000)], vec![own("ecs-svc/3", "PRIMARY", "web:3", 12_000)]);
        assert_eq!(pairs(&waited), [(Some("b"), "ecs-svc/3", "PRIMARY")]);
        let alone = merged(vec![full("b", "web:3", 9_000)], vec![own("ecs-svc/2", "ACTIVE", "web:2", 8_990)]);
        assert_eq!(pairs(&alone), [(Some("b"), "", "INACTIVE"), (None, "ecs-svc/2", "ACTIVE")]);
        let old = merged(vec![full("b", "web:3", 9_000)], vec![own("ecs-svc/2", "ACTIVE", "web:3", 1_000)]);
        assert_eq!(old.len(), 2, "what began hours apart is not the same");
    }

    #[test]
    fn one_is_marked_as_completed_last_and_one_as_the_way_back() {
        let mut all = merged(
            vec![full("c", "web:3", 9_000), full("b", "web:2", 8_000), full("a", "web:1", 100)],
            vec![own("ecs-svc/3", "PRIMARY", "web:3", 9_000)],
        );
        mark(&mut all, true);
        let words: Vec<&str> = all.iter().map(|d| d.mark.word()).collect();
        assert_eq!(words, ["last completed", "completed before", ""]);
        all[0].outcome = Some("STOPPED".into());
        mark(&mut all, true);
        let words: Vec<&str> = all.iter().map(|d| d.mark.word()).collect();
        assert_eq!(words, ["", "last completed", ""]);
    }
}
