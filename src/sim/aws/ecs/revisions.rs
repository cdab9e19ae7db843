//! `DescribeServiceRevisions`.

use serde_json::{Value, json};

use super::deployments::{history, revision_arn};
use super::lookup::{all, invalid, missing, of_arn, standing};
use super::services::network;
use crate::sim::wire::{Answer, Ask, Refusal, seconds};
use crate::sim::world::ecs::{Launch, Rollout, Service};

/// `DescribeServiceRevisions`, by their ARNs.
pub fn describe(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let asked = ask.texts("serviceRevisionArns");
    if asked.is_empty() || asked.len() > 20 {
        return Err(invalid("serviceRevisionArns must have 1 to 20 elements."));
    }
    let clusters = all(ask);
    let (mut found, mut lost) = (Vec::new(), Vec::new());
    for name in asked {
        let service = of_arn(&clusters, name);
        let revision = service.and_then(|service| {
            // A revision was made for the first deployment that aimed at it.
            let history = history(service, &standing(ask, service).plan);
            let first = history.into_iter().find(|rollout| revision_arn(service, rollout) == name)?;
            Some(json(service, &first))
        });
        match revision {
            Some(json) => found.push(json),
            None => lost.push(missing(name)),
        }
    }
    Ok(Answer::json(&json!({ "serviceRevisions": found, "failures": lost })))
}

fn json(service: &Service, rollout: &Rollout) -> Value {
    let digest = service.seed.word("digest").num(rollout.revision).hex(64);
    let mut json = json!({
        "serviceRevisionArn": revision_arn(service, rollout),
        "serviceArn": service.arn(),
        "clusterArn": service.cluster_arn(),
        "taskDefinition": service.definition(rollout.revision),
        "launchType": service.launch.word(),
        "networkConfiguration": network(service),
        "containerImages": [{
            "containerName": service.name,
            "imageDigest": format!("sha256:{digest}"),
            "image": service.image(rollout.revision),
        }],
        "guardDutyEnabled": false,
        "createdAt": seconds(rollout.start),
    });
    if service.launch == Launch::Fargate {
        json["platformVersion"] = json!("1.4.0");
        json["platformFamily"] = json!("Linux");
    }
    if service.balanced() {
        json["loadBalancers"] = json!([{
            "targetGroupArn": service.target_group(), "containerName": service.name,
            "containerPort": service.port() }]);
    }
    json
}
