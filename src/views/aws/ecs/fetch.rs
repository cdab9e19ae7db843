//! Reads the services of one account in one region: clusters, then their services, then ten services a call.

use std::sync::Arc;

use aws_sdk_ecs::{
    Client,
    types::{Failure, ServiceField},
};
use futures::{StreamExt as _, stream};
use jiff::Timestamp;

use super::{Service, read};
use crate::{
    cx::Cx,
    model::{Fault, FaultKind},
    remote,
    store::Past,
    view::{At, Out},
};

/// Requests under way at once, of each kind. What a second may hold is the limits' affair.
const AT_ONCE: usize = 4;

/// What one page of a list holds at most (API reference, `maxResults` of `ListClusters` and `ListServices`).
const PAGE: i32 = 100;

/// Services that `DescribeServices` takes (API reference).
const DESCRIBED: usize = 10;

/// Services of one cluster that are described by one call.
struct Batch {
    cluster: Arc<str>,
    services: Vec<String>,
}

/// The hands of one pass.
#[derive(Clone)]
struct Pass {
    client: Client,
    past: Past,
    now: Timestamp,
    out: Out<Service>,
}

/// Reads one scope.
///
/// # Errors
/// No access, or the clusters could not be listed. What fails below that is told, and the rest goes on.
pub(super) async fn read(cx: Cx, at: At, out: Out<Service>) -> Result<(), Fault> {
    let session = at.session(&cx).await?;
    let client = cx.remote.ecs(&session);
    let clusters = clusters(&client).await?;
    let pass = Pass { client, past: cx.past.clone(), now: cx.now(), out };
    stream::iter(clusters)
        .map(|cluster| pass.clone().batches(cluster))
        .buffer_unordered(AT_ONCE)
        .flat_map(stream::iter)
        .for_each_concurrent(AT_ONCE, |batch| pass.clone().describe(batch))
        .await;
    Ok(())
}

/// The ARNs of the clusters of an account in a region.
///
/// # Errors
/// What `ListClusters` answers.
pub(in crate::views::aws) async fn clusters(client: &Client) -> Result<Vec<Arc<str>>, Fault> {
    let mut pages = client.list_clusters().max_results(PAGE).into_paginator().send();
    let mut arns = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|e| remote::fault("ecs", "ListClusters", &e))?;
        arns.extend(page.cluster_arns().iter().map(|arn| Arc::from(arn.as_str())));
    }
    Ok(arns)
}

impl Pass {
    /// The services of a cluster, in batches; those that were listed before a page failed are still read.
    async fn batches(self, cluster: Arc<str>) -> Vec<Batch> {
        let mut pages = self.client.list_services().cluster(cluster.as_ref()).max_results(PAGE).into_paginator().send();
        let mut arns: Vec<String> = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|e| remote::fault("ecs", "ListServices", &e));
            match page {
                Ok(page) => arns.extend(page.service_arns.unwrap_or_default()),
                // Deleted since the clusters were listed: its services are gone, and that is no fault.
                Err(fault) if is_gone(&fault) => return Vec::new(),
                Err(fault) => {
                    self.out.fault(fault).await;
                    break;
                }
            }
        }
        let batch = |services: &[String]| Batch { cluster: Arc::clone(&cluster), services: services.to_vec() };
        arns.chunks(DESCRIBED).map(batch).collect()
    }

    async fn describe(self, batch: Batch) {
        let ask = self.client.describe_services().cluster(batch.cluster.as_ref());
        let ask = ask.set_services(Some(batch.services)).include(ServiceField::Tags);
        let answer = ask.send().await.map_err(|e| remote::fault("ecs", "DescribeServices", &e));
        let answer = match answer {
            Err(fault) if is_gone(&fault) => return,
            other => other,
        };
        let Some(answer) = self.out.or_fault(answer).await else { return };
        for fault in answer.failures().iter().filter_map(|f| failure("ecs:DescribeServices", f)) {
            self.out.fault(fault).await;
        }
        // What was deleted since it was listed is shown as INACTIVE for a while.
        let alive = answer.services().iter().filter(|s| s.status() != Some("INACTIVE"));
        let items = alive.map(|s| read::service(s, &batch.cluster, &self.past, self.now)).collect();
        self.out.page(items).await;
    }
}

/// Whether a fault says that the cluster does not exist any more.
fn is_gone(fault: &Fault) -> bool {
    fault.code == "ClusterNotFoundException"
}

/// The fault of an entry of `failures`; none where the thing was deleted meanwhile.
pub(in crate::views::aws) fn failure(call: &str, failure: &Failure) -> Option<Fault> {
    let reason = failure.reason().unwrap_or("no reason given");
    if reason == "MISSING" {
        return None;
    }
    let thing = read::short(failure.arn().unwrap_or_default());
    let detail = failure.detail().map(|d| format!(" ({d})")).unwrap_or_default();
    let message = format!("{thing} could not be described: {reason}{detail}");
    Some(Fault::new(FaultKind::Service, message).call(call).code(reason))
}
