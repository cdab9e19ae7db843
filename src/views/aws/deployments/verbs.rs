//! What can be done from a deployment: roll its service back.

use super::{Deployment, fetch};
use crate::{
    access::Permit,
    cx::Cx,
    model::{Danger, Fault, FaultKind},
    remote,
    view::{At, Dry, Plan, Verb},
    views::aws::ecs::{NO_DRY_RUN, parent, short},
};

/// The verbs of the view.
pub(super) const ALL: &[Verb<Deployment>] = &[Verb {
    id: "rollback",
    key: "B",
    about: "roll back to the last completed deployment",
    actions: &["ecs:UpdateService"],
    input: None,
    fits: |d| match &d.way_back {
        Some(_) => Ok(()),
        None => Err("no other deployment of the service is known to have completed".to_owned()),
    },
    plan,
    dry: Dry::Never(NO_DRY_RUN),
    read: |cx, at, d| Box::pin(again(cx, at, d)),
    same: |shown, fresh| shown.key() == fresh.key() && shown.way_back == fresh.way_back,
    act: |permit, at, d, _| Box::pin(roll_back(permit, at, d)),
}];

fn plan(deployment: &Deployment, _typed: &str) -> Plan {
    let way = deployment.way_back.clone().unwrap_or_default();
    Plan {
        api: "ecs:UpdateService",
        parameters: vec![
            ("cluster", short(&deployment.cluster_arn).to_owned()),
            ("service", deployment.service.to_string()),
            ("taskDefinition", way.to.clone()),
        ],
        outcome: format!(
            "{} leaves {} and goes back to {}, the task definition of {}, which completed last",
            deployment.service, way.from, way.to, way.deployment
        ),
        danger: Danger::Serious,
        name: deployment.service.to_string(),
    }
}

/// The deployment as it is now. All of them are read again: which one completed last is what the decision rests on.
async fn again(cx: Cx, at: At, shown: Deployment) -> Result<Option<Deployment>, Fault> {
    let service = parent(&at, "deployments")?;
    let (all, gap) = fetch::all(&cx, &at, &service).await?;
    // Where the history was read for the question and cannot be read now, another way back would be a guess.
    if let Some(fault) = gap.filter(|_| shown.note.is_empty()) {
        return Err(fault);
    }
    Ok(all.into_iter().find(|d| d.key() == shown.key()))
}

async fn roll_back(permit: Permit, at: At, deployment: Deployment) -> Result<String, Fault> {
    let none = || Fault::new(FaultKind::Invalid, "no other deployment is known to have completed");
    let way = deployment.way_back.clone().ok_or_else(none)?;
    let region = at.region()?;
    let call = permit.ecs(&region).update_service().cluster(deployment.cluster_arn.as_ref());
    let call = call.service(&*deployment.service).task_definition(&way.to);
    let answer = call.send().await.map_err(|e| remote::fault("ecs", "UpdateService", &e))?;
    let now = answer.service().and_then(|s| s.task_definition()).map(short).unwrap_or_default();
    Ok(format!("{}: ECS took it: {now}", deployment.service))
}

#[cfg(test)]
mod tests {
    use super::{super::WayBack, *};

    #[test]
    fn it_names_both_task_definitions_and_the_deployment_and_fits_only_where_there_is_a_way() {
        let way =
            WayBack { present: "b".into(), from: "web:9".into(), deployment: "ecs-svc/7".into(), to: "web:7".into() };
        let deployment = Deployment {
            service: "web".into(),
            cluster_arn: "arn:aws:ecs:eu-west-1:1:cluster/main".into(),
            way_back: Some(way),
            ..Deployment::default()
        };
        let verb = &ALL[0];
        assert!((verb.fits)(&deployment).is_ok() && (verb.fits)(&Deployment::default()).is_err());
        let plan = (verb.plan)(&deployment, "");
        assert_eq!(plan.parameters[2], ("taskDefinition", "web:7".to_owned()));
        assert_eq!((plan.parameters[0].1.as_str(), plan.name.as_str()), ("main", "web"));
        for word in ["web:9", "web:7", "ecs-svc/7"] {
            assert!(plan.outcome.contains(word), "{plan:?}");
        }
        let other = WayBack { present: "c".into(), ..deployment.way_back.clone().unwrap_or_default() };
        let fresh = Deployment { way_back: Some(other), ..deployment.clone() };
        assert!((verb.same)(&deployment, &deployment.clone()) && !(verb.same)(&deployment, &fresh));
    }
}
