//! Reads the targets of one service: a call for its target groups, and one for the health in each.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_elasticloadbalancingv2::Client;

use super::{Checks, Target};
use crate::{
    cx::Cx,
    model::{Fault, FaultKind},
    remote,
    view::{At, Out, item},
    views::aws::ecs::Ecs,
};

/// Target groups that `DescribeTargetGroups` takes by ARN (API reference: pages of 400; kept low for its answer).
const DESCRIBED: usize = 20;

/// Reads the targets of the service that the scope hangs on. A service without a load balancer has none.
///
/// # Errors
/// No access, or no service at all. What fails below that is told, and the rest goes on.
pub(super) async fn read(cx: Cx, at: At, out: Out<Target>) -> Result<(), Fault> {
    let none = || Fault::new(FaultKind::Invalid, "targets are read of one service, and none was given");
    let row = at.parent.clone().ok_or_else(none)?;
    let service = item::<Ecs>(&row).ok_or_else(none)?;
    if service.target_groups.is_empty() {
        return Ok(());
    }
    let client = cx.remote.elbv2(&at.session(&cx).await?);
    let mut checks = HashMap::new();
    for batch in service.target_groups.chunks(DESCRIBED) {
        // How targets are asked is told beside their health: where it cannot be read, their health is shown all the same.
        checks.extend(out.or_fault(groups(&client, batch).await).await.unwrap_or_default());
    }
    for group in &service.target_groups {
        let answer = client.describe_target_health().target_group_arn(group).send().await;
        let answer = answer.map_err(|e| remote::fault("elasticloadbalancing", "DescribeTargetHealth", &e));
        let answer = match answer {
            // The group was deleted since the service was read: it has no targets, and that is no fault.
            Err(fault) if fault.code == "TargetGroupNotFound" => continue,
            other => other,
        };
        let Some(answer) = out.or_fault(answer).await else { continue };
        let check = checks.get(group).cloned().unwrap_or_default();
        out.page(Target::read(answer.target_health_descriptions(), &Arc::from(group.as_str()), &check)).await;
    }
    Ok(())
}

/// How each of some groups asks its targets, by ARN.
async fn groups(client: &Client, arns: &[String]) -> Result<HashMap<String, Arc<Checks>>, Fault> {
    let answer = client.describe_target_groups().set_target_group_arns(Some(arns.to_vec())).send().await;
    let answer = answer.map_err(|e| remote::fault("elasticloadbalancing", "DescribeTargetGroups", &e));
    let answer = match answer {
        Err(fault) if fault.code == "TargetGroupNotFound" => return Ok(HashMap::new()),
        other => other?,
    };
    let named = answer.target_groups().iter().filter_map(|g| Some((g.target_group_arn()?.to_owned(), g)));
    Ok(named.map(|(arn, group)| (arn, Arc::new(Checks::read(group)))).collect())
}
