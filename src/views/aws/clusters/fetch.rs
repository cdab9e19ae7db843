//! Reads the clusters of one account in one region: two calls for a hundred of them.

use std::sync::Arc;

use aws_sdk_ecs::{
    Client,
    types::{self, ClusterField},
};

use super::Cluster;
use crate::{
    cx::Cx,
    model::Fault,
    remote,
    view::{At, Out},
    views::aws::ecs::{clusters, failure},
};

/// Clusters that `DescribeClusters` takes (API reference).
const DESCRIBED: usize = 100;

/// Reads one scope.
///
/// # Errors
/// No access, or clusters that could not be listed or described.
pub(super) async fn read(cx: Cx, at: At, out: Out<Cluster>) -> Result<(), Fault> {
    let client = cx.remote.ecs(&at.session(&cx).await?);
    let fields = [
        ClusterField::Attachments,
        ClusterField::Configurations,
        ClusterField::Settings,
        ClusterField::Statistics,
        ClusterField::Tags,
    ];
    let arns = clusters(&client).await?;
    let (found, faults) = describe(&client, &arns, &fields).await?;
    for fault in faults {
        out.fault(fault).await;
    }
    out.page(found.iter().map(Cluster::read).collect()).await;
    Ok(())
}

/// Describes clusters, and tells which could not be. Those that were deleted since they were listed are left out.
///
/// # Errors
/// What `DescribeClusters` answers.
pub(in crate::views::aws) async fn describe(
    client: &Client,
    arns: &[Arc<str>],
    fields: &[ClusterField],
) -> Result<(Vec<types::Cluster>, Vec<Fault>), Fault> {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for batch in arns.chunks(DESCRIBED) {
        let asked = batch.iter().map(ToString::to_string).collect();
        let ask = client.describe_clusters().set_clusters(Some(asked)).set_include(Some(fields.to_vec()));
        let answer = ask.send().await.map_err(|e| remote::fault("ecs", "DescribeClusters", &e))?;
        faults.extend(answer.failures().iter().filter_map(|f| failure("ecs:DescribeClusters", f)));
        let alive = answer.clusters.unwrap_or_default().into_iter().filter(|c| c.status() != Some("INACTIVE"));
        found.extend(alive);
    }
    Ok((found, faults))
}

/// The filter line that finds what lies in the cluster of this ARN, in any view with a column `cluster`: names are
/// used again in other accounts and regions.
pub(in crate::views::aws) fn within(arn: &str) -> String {
    // arn:aws:ecs:REGION:ACCOUNT:cluster/NAME
    let mut parts = arn.split(':').skip(3);
    let (region, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    format!("cluster:{} {account} {region}", crate::views::aws::ecs::short(arn))
}
