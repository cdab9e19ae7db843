//! Reads the container instances of one account in one region: only of clusters that have some.

use std::sync::Arc;

use aws_sdk_ecs::{Client, types::ContainerInstanceField};
use futures::{StreamExt as _, stream};

use super::Instance;
use crate::{
    cx::Cx,
    model::Fault,
    remote,
    view::{At, Out},
    views::aws::{
        clusters::describe,
        ecs::{clusters, failure},
    },
};

/// Clusters that are read at once.
const AT_ONCE: usize = 4;

/// Instances that one call lists and describes at most (API reference).
const PAGE: i32 = 100;

/// Reads one scope.
///
/// # Errors
/// No access, or clusters that could not be listed or described. What fails below that is told, and the rest goes on.
pub(super) async fn read(cx: Cx, at: At, out: Out<Instance>) -> Result<(), Fault> {
    let client = cx.remote.ecs(&at.session(&cx).await?);
    let arns = clusters(&client).await?;
    // The count holds active and draining instances: a cluster without any needs no further call.
    let (found, faults) = describe(&client, &arns, &[]).await?;
    for fault in faults {
        out.fault(fault).await;
    }
    let worth = found.iter().filter(|c| c.registered_container_instances_count() > 0);
    let arns: Vec<Arc<str>> = worth.filter_map(|c| c.cluster_arn()).map(Arc::from).collect();
    stream::iter(arns)
        .for_each_concurrent(AT_ONCE, |cluster| {
            let (cx, client, out) = (cx.clone(), client.clone(), out.clone());
            async move {
                let result = cluster_of(&cx, &client, &cluster, &out).await;
                out.or_fault(result).await;
            }
        })
        .await;
    Ok(())
}

/// Reads one cluster.
async fn cluster_of(cx: &Cx, client: &Client, cluster: &Arc<str>, out: &Out<Instance>) -> Result<(), Fault> {
    let ask = client.list_container_instances().cluster(cluster.as_ref()).max_results(PAGE);
    let mut pages = ask.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|e| remote::fault("ecs", "ListContainerInstances", &e))?;
        let arns = page.container_instance_arns.unwrap_or_default();
        if arns.is_empty() {
            continue;
        }
        let ask = client.describe_container_instances().cluster(cluster.as_ref());
        let ask = ask.set_container_instances(Some(arns));
        let ask = ask.include(ContainerInstanceField::Tags).include(ContainerInstanceField::ContainerInstanceHealth);
        let answer = ask.send().await.map_err(|e| remote::fault("ecs", "DescribeContainerInstances", &e))?;
        for fault in answer.failures().iter().filter_map(|f| failure("ecs:DescribeContainerInstances", f)) {
            out.fault(fault).await;
        }
        let alive = answer.container_instances().iter().filter(|i| i.status() != Some("INACTIVE"));
        out.page(alive.map(|i| Instance::read(i, cluster, &cx.past, cx.now())).collect()).await;
    }
    Ok(())
}
