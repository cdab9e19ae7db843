//! The service deployments of a service: the list, the newest of them in full, and what they aim at.

use aws_sdk_ecs::{
    Client,
    types::{ServiceDeployment, ServiceDeploymentBrief, ServiceDeploymentStatus},
};

use super::read::Definitions;
use crate::{model::Fault, remote, views::aws::ecs::Service};

/// What a page of the list holds at most (API reference of `ListServiceDeployments`). ECS tells of 90 days.
const PAGE: i32 = 100;

/// Service deployments that `DescribeServiceDeployments` takes, and revisions that `DescribeServiceRevisions` takes
/// (API reference).
const DESCRIBED: usize = 20;

/// The newest service deployments, with the last one that succeeded, however old it is; and the task definitions of the
/// revisions that they aim at or went back to.
///
/// # Errors
/// What the calls say.
pub(super) async fn read(client: &Client, service: &Service) -> Result<(Vec<ServiceDeployment>, Definitions), Fault> {
    let (mut briefs, more) = list(client, service, None).await?;
    if more && !briefs.iter().any(succeeded) {
        briefs.extend(list(client, service, Some(ServiceDeploymentStatus::Successful)).await?.0);
    }
    let chosen = choose(briefs);
    if chosen.is_empty() {
        return Ok((Vec::new(), Definitions::new()));
    }
    let ask = client.describe_service_deployments().set_service_deployment_arns(Some(chosen));
    let answer = ask.send().await.map_err(|e| remote::fault("ecs", "DescribeServiceDeployments", &e))?;
    let deployments = answer.service_deployments.unwrap_or_default();
    let definitions = definitions(client, &deployments).await?;
    Ok((deployments, definitions))
}

fn succeeded(brief: &ServiceDeploymentBrief) -> bool {
    brief.status() == Some(&ServiceDeploymentStatus::Successful)
}

async fn list(
    client: &Client,
    service: &Service,
    status: Option<ServiceDeploymentStatus>,
) -> Result<(Vec<ServiceDeploymentBrief>, bool), Fault> {
    let ask = client.list_service_deployments().cluster(service.cluster_arn.as_ref()).service(&service.arn);
    let ask = ask.max_results(PAGE).set_status(status.map(|s| vec![s]));
    let answer = ask.send().await.map_err(|e| remote::fault("ecs", "ListServiceDeployments", &e))?;
    Ok((answer.service_deployments.unwrap_or_default(), answer.next_token.is_some()))
}

/// The ARNs of those that are described: the newest, and in place of the oldest of them the last one that succeeded.
fn choose(mut briefs: Vec<ServiceDeploymentBrief>) -> Vec<String> {
    let time = |b: &ServiceDeploymentBrief| b.created_at().map(|at| (at.secs(), at.subsec_nanos()));
    briefs.sort_by_key(|b| std::cmp::Reverse(time(b)));
    let last = briefs.iter().position(succeeded).filter(|at| *at >= DESCRIBED);
    if let Some(at) = last {
        briefs.swap(at, DESCRIBED - 1);
    }
    briefs.into_iter().take(DESCRIBED).filter_map(|b| b.service_deployment_arn).collect()
}

async fn definitions(client: &Client, deployments: &[ServiceDeployment]) -> Result<Definitions, Fault> {
    let targets = deployments.iter().filter_map(|d| d.target_service_revision()?.arn());
    let back = deployments.iter().filter_map(|d| d.rollback()?.service_revision_arn());
    let mut arns: Vec<String> = targets.chain(back).map(str::to_owned).collect();
    arns.sort_unstable();
    arns.dedup();
    let mut found = Definitions::new();
    for batch in arns.chunks(DESCRIBED) {
        let ask = client.describe_service_revisions().set_service_revision_arns(Some(batch.to_vec()));
        let answer = ask.send().await.map_err(|e| remote::fault("ecs", "DescribeServiceRevisions", &e))?;
        let pairs = answer.service_revisions.unwrap_or_default().into_iter();
        found.extend(pairs.filter_map(|r| Some((r.service_revision_arn?, r.task_definition?))));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    fn brief(number: i64, status: ServiceDeploymentStatus) -> ServiceDeploymentBrief {
        let brief = ServiceDeploymentBrief::builder().service_deployment_arn(number.to_string());
        brief.status(status).created_at(DateTime::from_secs(number)).build()
    }

    #[test]
    fn the_newest_are_described_and_the_last_that_succeeded_is_always_among_them() {
        use ServiceDeploymentStatus::{Stopped, Successful};
        let few = choose(vec![brief(1, Successful), brief(3, Stopped), brief(2, Stopped)]);
        assert_eq!(few, ["3", "2", "1"]);
        let failing = (1..=60).map(|n| brief(n, if n == 7 || n == 4 { Successful } else { Stopped })).collect();
        let chosen = choose(failing);
        assert_eq!((chosen.len(), chosen[0].as_str(), chosen[18].as_str(), chosen[19].as_str()), (20, "60", "42", "7"));
        let well = choose((1..=60).map(|n| brief(n, Successful)).collect());
        assert_eq!((well.len(), well[19].as_str()), (20, "41"));
    }
}
