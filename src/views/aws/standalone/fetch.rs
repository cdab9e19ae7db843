//! Reads the tasks of one account in one region that belong to no service.
//!
//! `ListTasks` cannot leave the tasks of services out, so all are described, a hundred a call, and sorted out here.

use std::sync::Arc;

use aws_sdk_ecs::{Client, types::DesiredStatus};
use futures::{StreamExt as _, stream};

use super::Standalone;
use crate::{
    cx::Cx,
    model::Fault,
    remote,
    view::{At, Out},
    views::aws::ecs::{clusters, failure},
};

/// Clusters that are read at once.
const AT_ONCE: usize = 4;

/// Tasks that one call lists and describes at most (API reference of `ListTasks` and `DescribeTasks`).
const PAGE: i32 = 100;

/// Reads one scope.
///
/// # Errors
/// No access, or clusters that could not be listed. What fails below that is told, and the rest goes on.
pub(super) async fn read(cx: Cx, at: At, out: Out<Standalone>) -> Result<(), Fault> {
    let client = cx.remote.ecs(&at.session(&cx).await?);
    let work = clusters(&client).await?.into_iter().flat_map(|cluster| {
        [DesiredStatus::Running, DesiredStatus::Stopped].map(|status| (Arc::clone(&cluster), status))
    });
    stream::iter(work)
        .for_each_concurrent(AT_ONCE, |(cluster, status)| {
            let (client, out) = (client.clone(), out.clone());
            async move {
                match tasks(&client, &cluster, status, &out).await {
                    // Deleted since the clusters were listed: its tasks are gone, and that is no fault.
                    Err(fault) if fault.code == "ClusterNotFoundException" => {}
                    result => {
                        out.or_fault(result).await;
                    }
                }
            }
        })
        .await;
    Ok(())
}

/// The tasks of one cluster that shall run, or that stopped in the last hour.
async fn tasks(client: &Client, cluster: &Arc<str>, status: DesiredStatus, out: &Out<Standalone>) -> Result<(), Fault> {
    let ask = client.list_tasks().cluster(cluster.as_ref()).desired_status(status).max_results(PAGE);
    let mut pages = ask.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|e| remote::fault("ecs", "ListTasks", &e))?;
        let arns = page.task_arns.unwrap_or_default();
        if arns.is_empty() {
            continue;
        }
        let ask = client.describe_tasks().cluster(cluster.as_ref()).set_tasks(Some(arns));
        let answer = ask.send().await.map_err(|e| remote::fault("ecs", "DescribeTasks", &e))?;
        for fault in answer.failures().iter().filter_map(|f| failure("ecs:DescribeTasks", f)) {
            out.fault(fault).await;
        }
        out.page(answer.tasks().iter().filter_map(|t| Standalone::read(t, cluster)).collect()).await;
    }
    Ok(())
}
