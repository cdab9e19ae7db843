//! Reads the task definitions of one family: all are listed, and those that matter are described.

use std::{collections::BTreeMap, sync::Arc};

use aws_sdk_ecs::{
    Client,
    types::{SortOrder, TaskDefinition, TaskDefinitionStatus},
};
use futures::{StreamExt as _, stream};

use super::Definition;
use crate::{
    cx::Cx,
    model::{Fault, FaultKind},
    remote,
    view::{At, Out},
    views::aws::ecs::{again, parent, short},
};

/// What one page of the list holds at most (API reference, `maxResults` of `ListTaskDefinitions`).
const PAGE: i32 = 100;

/// Revisions of a family that are listed at most.
const LISTED: usize = 1_000;

/// The newest revisions that are described besides those in use; others are described when they are looked at.
const DESCRIBED: usize = 10;

/// Requests under way at once.
const AT_ONCE: usize = 4;

/// Which task definitions the service's deployments use, and the deployments' statuses, the present one's first.
type Used = BTreeMap<String, Vec<Arc<str>>>;

/// Reads the family of the service that the scope hangs on, the newest first.
///
/// # Errors
/// No access, a service that is gone or has no task definition of its own, or a list that is refused.
pub(super) async fn read(cx: Cx, at: At, out: Out<Definition>) -> Result<(), Fault> {
    let service = parent(&at, "task definitions")?;
    let client = cx.remote.ecs(&at.session(&cx).await?);
    let now = again(&client, &service).await?;
    let mut used = Used::new();
    let deployments = now.deployments().iter().map(|d| (d.task_definition(), d.status()));
    let sets = now.task_sets().iter().map(|s| (s.task_definition(), s.status()));
    for (arn, status) in deployments.chain(sets).filter_map(|(arn, status)| Some((arn?, status?))) {
        let statuses = used.entry(arn.to_owned()).or_default();
        if !statuses.iter().any(|known| &**known == status) {
            statuses.push(Arc::from(status));
        }
    }
    let own = now.task_definition().or(used.keys().next().map(String::as_str));
    let family = own.and_then(|arn| short(arn).rsplit_once(':')).map(|(family, _)| family);
    let none = || Fault::new(FaultKind::Unavailable, format!("service {} has no task definition", service.name));
    let arns = list(&client, family.ok_or_else(none)?, &out).await?;
    let bare = arns.iter().map(|arn| with(&used, Definition::listed(arn, "ACTIVE")));
    out.page(bare.collect()).await;
    // One in use that was deregistered is not listed.
    let mut wanted: Vec<String> = used.keys().cloned().collect();
    wanted.extend(arns.into_iter().take(DESCRIBED).filter(|arn| !used.contains_key(arn)));
    let described = stream::iter(wanted).map(|arn| one(&client, &out, arn)).buffer_unordered(AT_ONCE);
    let described: Vec<Option<Definition>> = described.collect().await;
    out.page(described.into_iter().flatten().map(|item| with(&used, item)).collect()).await;
    Ok(())
}

fn with(used: &Used, item: Definition) -> Definition {
    Definition { used: used.get(&item.arn).cloned().unwrap_or_default(), ..item }
}

async fn one(client: &Client, out: &Out<Definition>, arn: String) -> Option<Definition> {
    match describe(client, &arn).await {
        Ok(found) => Some(Definition::read(&found)),
        // Deleted since it was listed.
        Err(fault) if is_gone(&fault) => None,
        Err(fault) => {
            out.fault(fault).await;
            None
        }
    }
}

async fn list(client: &Client, family: &str, out: &Out<Definition>) -> Result<Vec<String>, Fault> {
    let ask = client.list_task_definitions().family_prefix(family).status(TaskDefinitionStatus::Active);
    let mut pages = ask.sort(SortOrder::Desc).max_results(PAGE).into_paginator().send();
    let mut arns: Vec<String> = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|e| remote::fault("ecs", "ListTaskDefinitions", &e))?;
        arns.extend(page.task_definition_arns.unwrap_or_default());
        if arns.len() >= LISTED {
            let message = format!("the newest {LISTED} revisions of {family} are shown; older ones are left out");
            out.fault(Fault::new(FaultKind::Unavailable, message).call("ecs:ListTaskDefinitions")).await;
            break;
        }
    }
    Ok(arns)
}

/// A task definition in full.
///
/// # Errors
/// What the call says; see [`is_gone`].
pub(super) async fn describe(client: &Client, arn: &str) -> Result<TaskDefinition, Fault> {
    let answer = client.describe_task_definition().task_definition(arn).send().await;
    let answer = answer.map_err(|e| remote::fault("ecs", "DescribeTaskDefinition", &e))?;
    let none = || Fault::new(FaultKind::Missing, format!("no task definition {}", short(arn)));
    answer.task_definition.ok_or_else(|| none().call("ecs:DescribeTaskDefinition"))
}

/// Whether a fault says that there is no such task definition. ECS has no code of its own for it.
pub(super) fn is_gone(fault: &Fault) -> bool {
    fault.kind == FaultKind::Missing
        || fault.code == "ClientException" && fault.message.contains("Unable to describe task definition")
}
