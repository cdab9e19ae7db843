//! Reads the tasks of one service.

use aws_sdk_ecs::{Client, types::DesiredStatus};

use super::Task;
use crate::{
    cx::Cx,
    model::{Fault, FaultKind},
    remote,
    view::{At, Out, item},
    views::aws::ecs::{Ecs, failure},
};

/// Tasks that one call lists and describes at most (API reference of `ListTasks` and `DescribeTasks`).
const PAGE: i32 = 100;

/// Reads the tasks of the service that the scope hangs on: those that shall run, and those that stopped in the last
/// hour, which is how long ECS tells of them.
///
/// # Errors
/// No access, a service that is gone, or no service at all.
pub(super) async fn read(cx: Cx, at: At, out: Out<Task>) -> Result<(), Fault> {
    let none = || Fault::new(FaultKind::Invalid, "tasks are read of one service, and none was given");
    let row = at.parent.clone().ok_or_else(none)?;
    let service = item::<Ecs>(&row).ok_or_else(none)?;
    let client = cx.remote.ecs(&at.session(&cx).await?);
    let mut arns = list(&client, &service.cluster_arn, &service.name, DesiredStatus::Running).await?;
    arns.extend(list(&client, &service.cluster_arn, &service.name, DesiredStatus::Stopped).await?);
    for batch in arns.chunks(usize::try_from(PAGE).unwrap_or(100)) {
        let ask = client.describe_tasks().cluster(service.cluster_arn.as_ref()).set_tasks(Some(batch.to_vec()));
        let answer = ask.send().await.map_err(|e| remote::fault("ecs", "DescribeTasks", &e))?;
        for fault in answer.failures().iter().filter_map(|f| failure("ecs:DescribeTasks", f)) {
            out.fault(fault).await;
        }
        out.page(answer.tasks().iter().map(Task::read).collect()).await;
    }
    Ok(())
}

async fn list(client: &Client, cluster: &str, service: &str, status: DesiredStatus) -> Result<Vec<String>, Fault> {
    let ask = client.list_tasks().cluster(cluster).service_name(service).desired_status(status).max_results(PAGE);
    let mut pages = ask.into_paginator().send();
    let mut arns = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|e| remote::fault("ecs", "ListTasks", &e))?;
        arns.extend(page.task_arns.unwrap_or_default());
    }
    Ok(arns)
}
