//! Reads the capacity providers of one account in one region, and which clusters name them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aws_sdk_ecs::{
    Client,
    types::{self, CapacityProviderField},
};

use super::Provider;
use crate::{
    cx::Cx,
    model::Fault,
    remote,
    view::{At, Out},
    views::aws::{
        clusters::describe,
        ecs::{clusters, failure, short},
    },
};

/// Reads one scope.
///
/// # Errors
/// No access, or clusters or providers that could not be listed. What fails below that is told, and the rest goes on.
pub(super) async fn read(cx: Cx, at: At, out: Out<Provider>) -> Result<(), Fault> {
    let client = cx.remote.ecs(&at.session(&cx).await?);
    let arns = clusters(&client).await?;
    let (found, faults) = describe(&client, &arns, &[]).await?;
    for fault in faults {
        out.fault(fault).await;
    }
    let users = users(&found);
    let mut known = BTreeSet::new();
    let all = providers(&client, None, &out).await?;
    known.extend(all.iter().filter_map(|p| p.name().map(str::to_owned)));
    // The two of AWS are in every region of every account: they are rows where a cluster uses them.
    let worth = |p: &&types::CapacityProvider| {
        let name = p.name().unwrap_or_default();
        !name.starts_with("FARGATE") || users.contains_key(name)
    };
    let row = |p: &types::CapacityProvider| {
        Provider::read(p, users.get(p.name().unwrap_or_default()).cloned().unwrap_or_default())
    };
    out.page(all.iter().filter(worth).map(row).collect()).await;
    // Those of managed instances belong to one cluster and are told only where that is named.
    for cluster in &found {
        let named = cluster.capacity_providers().iter().any(|name| !known.contains(name));
        let Some(arn) = cluster.cluster_arn().filter(|_| named) else { continue };
        let own = providers(&client, Some(arn), &out).await;
        let Some(own) = out.or_fault(own).await else { continue };
        let fresh = own.iter().filter(|p| p.name().is_some_and(|name| !known.contains(name)));
        out.page(fresh.map(|p| Provider::read(p, vec![Arc::from(short(arn))])).collect()).await;
    }
    Ok(())
}

/// Which clusters name a provider, in order.
fn users(clusters: &[types::Cluster]) -> BTreeMap<String, Vec<Arc<str>>> {
    let mut users: BTreeMap<String, Vec<Arc<str>>> = BTreeMap::new();
    for cluster in clusters {
        for provider in cluster.capacity_providers() {
            users.entry(provider.clone()).or_default().push(Arc::from(cluster.cluster_name().unwrap_or_default()));
        }
    }
    for names in users.values_mut() {
        names.sort();
    }
    users
}

/// All providers of the account, or those of one cluster. Ten come at a time.
async fn providers(
    client: &Client,
    cluster: Option<&str>,
    out: &Out<Provider>,
) -> Result<Vec<types::CapacityProvider>, Fault> {
    let (mut found, mut token) = (Vec::new(), None);
    loop {
        let ask = client.describe_capacity_providers().include(CapacityProviderField::Tags);
        let ask = ask.set_cluster(cluster.map(str::to_owned)).set_next_token(token);
        let page = ask.send().await.map_err(|e| remote::fault("ecs", "DescribeCapacityProviders", &e))?;
        for fault in page.failures().iter().filter_map(|f| failure("ecs:DescribeCapacityProviders", f)) {
            out.fault(fault).await;
        }
        token = page.next_token.filter(|t| !t.is_empty());
        let alive = page.capacity_providers.unwrap_or_default().into_iter();
        found.extend(alive.filter(|p| p.status() != Some(&types::CapacityProviderStatus::Inactive)));
        if token.is_none() {
            return Ok(found);
        }
    }
}
