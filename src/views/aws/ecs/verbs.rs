//! What can be done to a service: deploy it anew, scale it, roll it back. All of it is `UpdateService`.

use aws_sdk_ecs::operation::update_service::builders::UpdateServiceFluentBuilder as Update;

use super::{Service, read, short};
use crate::{
    access::Permit,
    cx::Cx,
    model::{Danger, Fault, FaultKind},
    remote,
    view::{At, Dry, Plan, Verb, verb::Input},
};

/// More tasks than a service may have (ECS quotas: tasks per service).
const MOST: i32 = 5_000;

/// What the question says of a trial (ECS API reference: no action takes a `dryRun`).
pub(in crate::views::aws) const NO_DRY_RUN: &str = "ECS has none: the call itself is the first that it hears of this";

/// The verbs of the view.
pub(super) const ALL: &[Verb<Service>] = &[
    Verb {
        id: "redeploy",
        key: "R",
        about: "force a new deployment",
        actions: &["ecs:UpdateService"],
        input: None,
        fits: deploys_by_itself,
        plan: |s, _| Plan {
            parameters: with(s, [("forceNewDeployment", "true".to_owned())]),
            outcome: format!(
                "its {} tasks of {} are replaced by new ones of the same revision",
                s.desired, s.definition
            ),
            ..planned(s, Danger::Serious)
        },
        dry: Dry::Never(NO_DRY_RUN),
        read: |cx, at, s| Box::pin(again(cx, at, s)),
        same,
        act: |permit, at, s, _| {
            Box::pin(update(permit, at, s, |call, _| Ok(call.force_new_deployment(true)), String::new()))
        },
    },
    Verb {
        id: "scale",
        key: "S",
        about: "set the desired count",
        actions: &["ecs:UpdateService"],
        input: Some(Input {
            label: "desired count",
            initial: |s| s.desired.to_string(),
            check: |s, typed| wanted(s, typed).map(drop),
        }),
        fits: |s| {
            if &*s.scheduling == "DAEMON" {
                Err("a daemon service runs one task on each instance".to_owned())
            } else {
                Ok(())
            }
        },
        plan: |s, typed| {
            let count = wanted(s, typed).unwrap_or_default();
            let danger = if count == 0 { Danger::Grave } else { Danger::Serious };
            Plan {
                parameters: with(s, [("desiredCount", count.to_string())]),
                outcome: format!(
                    "it goes from {} to {count} tasks; an autoscaling policy may change it back",
                    s.desired
                ),
                ..planned(s, danger)
            }
        },
        dry: Dry::Never(NO_DRY_RUN),
        read: |cx, at, s| Box::pin(again(cx, at, s)),
        same,
        act: |permit, at, s, typed| {
            Box::pin(update(permit, at, s, |call, typed| Ok(call.desired_count(count(typed)?)), typed))
        },
    },
    Verb {
        id: "rollback",
        key: "B",
        about: "roll back to the last completed deployment",
        actions: &["ecs:UpdateService"],
        input: None,
        fits: |s| match last_completed(s) {
            Some(_) => deploys_by_itself(s),
            None => {
                Err("no other completed deployment stands beside this one; look through its deployments".to_owned())
            }
        },
        plan: |s, _| {
            let to = last_completed(s).unwrap_or_default();
            Plan {
                parameters: with(s, [("taskDefinition", to.to_owned())]),
                outcome: format!("it leaves {} and goes back to {to}", s.definition),
                ..planned(s, Danger::Serious)
            }
        },
        dry: Dry::Never(NO_DRY_RUN),
        read: |cx, at, s| Box::pin(again(cx, at, s)),
        same,
        act: |permit, at, s, _| {
            let to = last_completed(&s).map(str::to_owned).unwrap_or_default();
            Box::pin(update(permit, at, s, |call, to| Ok(call.task_definition(to)), to))
        },
    },
];

/// The task definition of the deployment that completed last and is not the present one: what ECS still runs beside
/// a rollout that is under way or has failed.
fn last_completed(service: &Service) -> Option<&str> {
    let primary = service.primary()?;
    let whole =
        |d: &&super::Deployment| d.rollout.as_deref() == Some("COMPLETED") && d.definition != primary.definition;
    service.deployments.iter().filter(whole).max_by_key(|d| d.updated).map(|d| d.definition.as_str())
}

fn deploys_by_itself(service: &Service) -> Result<(), String> {
    if &*service.status == "ACTIVE" && !service.deployments.is_empty() {
        return Ok(());
    }
    Err(format!("it is {} and deployed by another controller than ECS", service.status))
}

fn wanted(service: &Service, typed: &str) -> Result<i32, String> {
    let count = typed.trim().parse().ok().filter(|n| (0..=MOST).contains(n));
    let count = count.ok_or_else(|| format!("a whole number from 0 to {MOST}"))?;
    if i64::from(count) == service.desired { Err(format!("it is {count} already")) } else { Ok(count) }
}

fn count(typed: &str) -> Result<i32, Fault> {
    typed.trim().parse().map_err(|_| Fault::new(FaultKind::Invalid, format!("{typed:?} is no number of tasks")))
}

fn with<const N: usize>(service: &Service, more: [(&'static str, String); N]) -> Vec<(&'static str, String)> {
    let mut all = vec![("cluster", service.cluster.to_string()), ("service", service.name.clone())];
    all.extend(more);
    all
}

fn planned(service: &Service, danger: Danger) -> Plan {
    let name = service.name.clone();
    Plan { api: "ecs:UpdateService", parameters: Vec::new(), outcome: String::new(), danger, name }
}

/// Whether nothing has changed on which the decision rested: what runs, how many, and which rollout is under way.
fn same(shown: &Service, fresh: &Service) -> bool {
    let rollout = |s: &Service| s.primary().map(|d| (d.id.clone(), d.rollout.clone()));
    shown.arn == fresh.arn
        && shown.created == fresh.created
        && shown.definition == fresh.definition
        && shown.desired == fresh.desired
        && shown.status == fresh.status
        && rollout(shown) == rollout(fresh)
}

async fn again(cx: Cx, at: At, shown: Service) -> Result<Option<Service>, Fault> {
    let client = cx.remote.ecs(&at.session(&cx).await?);
    let call = client.describe_services().cluster(shown.cluster_arn.as_ref()).services(&shown.arn);
    let answer = call.send().await.map_err(|e| remote::fault("ecs", "DescribeServices", &e))?;
    let alive = answer.services().iter().find(|s| s.status() != Some("INACTIVE"));
    Ok(alive.map(|s| read::service(s, &shown.cluster_arn, &cx.past, cx.now())))
}

async fn update(
    permit: Permit,
    at: At,
    service: Service,
    change: fn(Update, &str) -> Result<Update, Fault>,
    typed: String,
) -> Result<String, Fault> {
    let region = at.region()?;
    let client = permit.ecs(&region);
    let call = client.update_service().cluster(service.cluster_arn.as_ref()).service(&service.name);
    let answer = change(call, &typed)?.send().await.map_err(|e| remote::fault("ecs", "UpdateService", &e))?;
    let now = answer.service();
    let definition = now.and_then(|s| s.task_definition()).map(short).unwrap_or_default();
    let desired = now.map_or(0, aws_sdk_ecs::types::Service::desired_count);
    Ok(format!("{}: ECS took it: {definition}, {desired} desired", service.name))
}

#[cfg(test)]
mod tests {
    use super::{super::Deployment, *};

    fn deployment(id: &str, status: &str, rollout: &str, definition: &str) -> Deployment {
        Deployment {
            id: id.into(),
            status: status.into(),
            rollout: Some(rollout.into()),
            definition: definition.into(),
            ..Deployment::default()
        }
    }

    fn service() -> Service {
        Service {
            name: "checkout".into(),
            status: "ACTIVE".into(),
            desired: 3,
            definition: "checkout:8".into(),
            deployments: vec![
                deployment("ecs-svc/2", "PRIMARY", "FAILED", "checkout:8"),
                deployment("ecs-svc/1", "ACTIVE", "COMPLETED", "checkout:7"),
            ],
            ..Service::default()
        }
    }

    fn verb(id: &str) -> &'static Verb<Service> {
        ALL.iter().find(|v| v.id == id).unwrap()
    }

    #[test]
    fn a_rollback_names_the_definition_of_the_last_completed_deployment() {
        let plan = (verb("rollback").plan)(&service(), "");
        assert!(plan.parameters.contains(&("taskDefinition", "checkout:7".to_owned())), "{plan:?}");
        assert!(plan.outcome.contains("checkout:8") && plan.outcome.contains("checkout:7"), "{plan:?}");
        let mut alone = service();
        alone.deployments.truncate(1);
        assert!((verb("rollback").fits)(&alone).is_err());
    }

    #[test]
    fn scaling_to_nothing_is_grave() {
        let scale = verb("scale");
        let check = |typed: &str| (scale.input.as_ref().unwrap().check)(&service(), typed);
        assert_eq!((scale.plan)(&service(), "0").danger, Danger::Grave);
        assert_eq!((scale.plan)(&service(), "4").danger, Danger::Serious);
        for wrong in ["", "x", "-1", "5001", "3"] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
        assert!(check(" 4 ").is_ok());
    }

    #[test]
    fn a_service_that_began_another_rollout_is_not_the_one_that_was_shown() {
        let shown = service();
        assert!(same(&shown, &shown.clone()));
        let mut fresh = shown.clone();
        fresh.running = 2;
        assert!(same(&shown, &fresh), "tasks come and go");
        fresh.deployments[0].id = "ecs-svc/3".into();
        assert!(!same(&shown, &fresh));
    }
}
