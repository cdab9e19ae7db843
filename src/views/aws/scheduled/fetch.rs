//! Reads what starts ECS tasks in one account and region, by the fewest calls that there are.
//!
//! Rules: the ARN of a rule's target is its cluster, so that one question per cluster names the rules; asking every rule
//! for its targets would take a call for each. Schedules: the list names the targets, and only those of ECS are read.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aws_sdk_eventbridge::types::Rule;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{Scheduled, read};
use crate::{
    cx::Cx,
    model::Fault,
    remote::{self, Session},
    view::{At, Out},
    views::aws::ecs::clusters,
};

/// Requests under way at once.
const AT_ONCE: usize = 4;

/// What one page of a list holds at most (API references of both services).
const PAGE: i32 = 100;

/// Reads one scope.
///
/// # Errors
/// No access, or clusters that could not be listed. What fails below that is told, and the rest goes on.
pub(super) async fn read(cx: Cx, at: At, out: Out<Scheduled>) -> Result<(), Fault> {
    let session = at.session(&cx).await?;
    let arns = clusters(&cx.remote.ecs(&session)).await?;
    let (rules, schedules) = tokio::join!(rules(&cx, &session, &arns, &out), schedules(&cx, &session, &arns, &out));
    out.or_fault(rules).await;
    out.or_fault(schedules).await;
    Ok(())
}

async fn rules(cx: &Cx, session: &Session, clusters: &[Arc<str>], out: &Out<Scheduled>) -> Result<(), Fault> {
    let client = cx.remote.eventbridge(session);
    let named = stream::iter(clusters.iter().map(Arc::clone)).map(|cluster| names(&client, cluster));
    let names: Vec<Vec<String>> = named.buffer_unordered(AT_ONCE).try_collect().await?;
    let names: BTreeSet<String> = names.into_iter().flatten().collect();
    if names.is_empty() {
        return Ok(());
    }
    let known = known(&client, &names).await?;
    stream::iter(known.into_values())
        .for_each_concurrent(AT_ONCE, |rule| {
            let client = &client;
            async move {
                let result = targets(cx, client, &rule, out).await;
                out.or_fault(result).await;
            }
        })
        .await;
    Ok(())
}

/// The names of the rules that start tasks in a cluster.
async fn names(client: &aws_sdk_eventbridge::Client, cluster: Arc<str>) -> Result<Vec<String>, Fault> {
    let (mut names, mut token) = (Vec::new(), None);
    loop {
        let ask = client.list_rule_names_by_target().target_arn(cluster.as_ref()).limit(PAGE).set_next_token(token);
        let page = ask.send().await.map_err(|e| remote::fault("events", "ListRuleNamesByTarget", &e))?;
        names.extend(page.rule_names.unwrap_or_default());
        token = page.next_token.filter(|t| !t.is_empty());
        if token.is_none() {
            return Ok(names);
        }
    }
}

/// The rules of these names. A hundred come with a call, so that the list is shorter than a question for each.
async fn known(
    client: &aws_sdk_eventbridge::Client,
    names: &BTreeSet<String>,
) -> Result<BTreeMap<String, Rule>, Fault> {
    let (mut rules, mut token) = (BTreeMap::new(), None);
    loop {
        let page = client.list_rules().limit(PAGE).set_next_token(token).send().await;
        let page = page.map_err(|e| remote::fault("events", "ListRules", &e))?;
        for rule in page.rules.unwrap_or_default() {
            let name = rule.name().unwrap_or_default().to_owned();
            if names.contains(&name) {
                rules.insert(name, rule);
            }
        }
        token = page.next_token.filter(|t| !t.is_empty());
        if token.is_none() || rules.len() == names.len() {
            return Ok(rules);
        }
    }
}

async fn targets(
    cx: &Cx,
    client: &aws_sdk_eventbridge::Client,
    rule: &Rule,
    out: &Out<Scheduled>,
) -> Result<(), Fault> {
    let mut token = None;
    loop {
        let ask = client.list_targets_by_rule().rule(rule.name().unwrap_or_default()).limit(PAGE);
        let page = ask.set_next_token(token).send().await;
        let page = page.map_err(|e| remote::fault("events", "ListTargetsByRule", &e));
        let page = match page {
            // Deleted since it was listed.
            Err(fault) if fault.code == "ResourceNotFoundException" => return Ok(()),
            other => other?,
        };
        out.page(page.targets().iter().filter_map(|t| read::rule(rule, t, cx.now())).collect()).await;
        token = page.next_token.filter(|t| !t.is_empty());
        if token.is_none() {
            return Ok(());
        }
    }
}

async fn schedules(cx: &Cx, session: &Session, clusters: &[Arc<str>], out: &Out<Scheduled>) -> Result<(), Fault> {
    let client = cx.remote.scheduler(session);
    let clusters: BTreeSet<Arc<str>> = clusters.iter().cloned().collect();
    let mut pages = client.list_schedules().max_results(PAGE).into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|e| remote::fault("scheduler", "ListSchedules", &e))?;
        let ours = page.schedules().iter().filter(|s| s.target().is_some_and(|t| read::runs_tasks(t.arn())));
        stream::iter(ours)
            .for_each_concurrent(AT_ONCE, |summary| {
                let ask =
                    client.get_schedule().set_name(summary.name.clone()).set_group_name(summary.group_name.clone());
                let clusters = &clusters;
                async move {
                    match ask.send().await.map_err(|e| remote::fault("scheduler", "GetSchedule", &e)) {
                        Ok(found) => out.page(read::schedule(&found, clusters, cx.now()).into_iter().collect()).await,
                        // Deleted since it was listed.
                        Err(fault) if fault.code == "ResourceNotFoundException" => {}
                        Err(fault) => out.fault(fault).await,
                    }
                }
            })
            .await;
    }
    Ok(())
}
