//! AWS's request limits as token buckets.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// How a bucket fills: tokens per second, and how many it holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Tokens per second.
    pub rate: f64,
    /// Tokens at most.
    pub burst: f64,
}

const fn rate(rate: f64, burst: f64) -> Rate {
    Rate { rate, burst }
}

/// A row of a service's table of limits.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The service.
    pub service: &'static str,
    /// The operations that share the bucket; none listed means all of the service that no other row names.
    pub operations: &'static [&'static str],
    /// Per account and region of the caller.
    pub own: Rate,
    /// Per organisation, shared by all its callers.
    pub shared: Option<Rate>,
}

const fn org(operation: &'static [&'static str], own: Rate, shared: Option<Rate>) -> Limit {
    Limit { service: "organizations", operations: operation, own, shared }
}

const fn limit(service: &'static str, operations: &'static [&'static str], own: Rate) -> Limit {
    Limit { service, operations, own, shared: None }
}

/// Organizations: user guide, "Throttling limits"; whether the operations of a row share a bucket is not said there, so
/// each has its own. ECS: API reference, "Request throttling for the Amazon ECS API". STS: "IAM and AWS STS quotas".
/// Logs: "`CloudWatch` Logs quotas" (eu-central-1). Account and SSO state no figures: those rows are assumptions.
pub const LIMITS: &[Limit] = &[
    org(&["ListAccounts"], rate(8.0, 12.0), Some(rate(9.0, 15.0))),
    org(&["ListAccountsForParent"], rate(5.0, 8.0), Some(rate(6.0, 10.0))),
    org(&["ListOrganizationalUnitsForParent"], rate(5.0, 8.0), Some(rate(6.0, 10.0))),
    org(&["ListParents"], rate(5.0, 8.0), Some(rate(6.0, 10.0))),
    org(&["DescribeAccount"], rate(20.0, 30.0), Some(rate(24.0, 36.0))),
    org(&["DescribeOrganizationalUnit"], rate(2.0, 2.0), Some(rate(2.0, 3.0))),
    org(&["DescribeOrganization"], rate(1.0, 2.0), None),
    org(&["ListRoots"], rate(1.0, 2.0), Some(rate(1.0, 3.0))),
    org(&["ListTagsForResource"], rate(10.0, 15.0), Some(rate(12.0, 18.0))),
    limit("ecs", &["ListClusters", "DescribeClusters"], rate(20.0, 50.0)),
    limit(
        "ecs",
        &["ListServices", "DescribeServices", "ListServiceDeployments", "DescribeServiceDeployments"],
        rate(20.0, 100.0),
    ),
    limit("ecs", &["DescribeTaskDefinition"], rate(20.0, 50.0)),
    limit(
        "ecs",
        &["ListTasks", "DescribeTasks", "ListContainerInstances", "DescribeContainerInstances"],
        rate(20.0, 100.0),
    ),
    limit("ecs", &["UpdateService"], rate(5.0, 50.0)),
    limit("ecs", &["StopTask"], rate(40.0, 200.0)),
    limit("sts", &[], rate(600.0, 600.0)),
    limit("logs", &["DescribeLogGroups"], rate(10.0, 10.0)),
    limit("logs", &["DescribeLogStreams"], rate(25.0, 25.0)),
    limit("logs", &["GetLogEvents"], rate(25.0, 25.0)),
    limit("logs", &["FilterLogEvents"], rate(10.0, 10.0)),
    limit("account", &[], rate(5.0, 10.0)),
    limit("sso", &[], rate(20.0, 20.0)),
];

/// A bucket that was full at first.
#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    /// Lets time fill the bucket.
    fn fill(&mut self, rate: Rate, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.tokens = rate.burst.min(self.tokens + passed * rate.rate);
        self.at = now;
    }
}

/// Row, account and region; the shared bucket has an empty account.
type Key = (usize, String, String);

/// All buckets. They run by the machine's time, whatever the fleet's clock shows: rates are physical.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<Key, Bucket>>);

impl Limits {
    /// Takes a token of every bucket that the call passes, or of none and answers false.
    pub fn take(&self, service: &str, operation: &str, account: &str, region: &str) -> bool {
        self.take_at(service, operation, account, region, Instant::now())
    }

    fn take_at(&self, service: &str, operation: &str, account: &str, region: &str, now: Instant) -> bool {
        let mut rows = LIMITS.iter().enumerate();
        let row = rows.find(|(_, limit)| {
            limit.service == service && (limit.operations.is_empty() || limit.operations.contains(&operation))
        });
        let Some((row, limit)) = row else { return true };
        // Organizations has one endpoint: whatever region a client signs for, the bucket is the same.
        let region = if service == "organizations" { "" } else { region };
        let own = ((row, account.to_owned(), region.to_owned()), limit.own);
        let shared = limit.shared.map(|rate| ((row, String::new(), String::new()), rate));
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let passed: Vec<(Key, Rate)> = std::iter::once(own).chain(shared).collect();
        let mut enough = true;
        for (key, rate) in &passed {
            let bucket = buckets.entry(key.clone()).or_insert(Bucket { tokens: rate.burst, at: now });
            bucket.fill(*rate, now);
            enough &= bucket.tokens >= 1.0;
        }
        if enough {
            for (key, _) in &passed {
                if let Some(bucket) = buckets.get_mut(key) {
                    bucket.tokens -= 1.0;
                }
            }
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn taken(limits: &Limits, tries: usize, operation: &str, account: &str, now: Instant) -> usize {
        let service = if operation == "ListServices" { "ecs" } else { "organizations" };
        (0..tries).filter(|_| limits.take_at(service, operation, account, "r", now)).count()
    }

    #[test]
    fn a_bucket_holds_its_burst_and_fills_at_its_rate() {
        let (limits, now) = (Limits::default(), Instant::now());
        assert_eq!(taken(&limits, 50, "ListAccounts", "1", now), 12);
        assert_eq!(taken(&limits, 50, "ListAccounts", "1", now + Duration::from_secs(1)), 8);
        assert_eq!(taken(&limits, 200, "ListServices", "1", now), 100);
        assert_eq!(taken(&limits, 200, "ListServices", "2", now), 100);
    }

    #[test]
    fn the_organisation_shares_a_bucket() {
        let (limits, now) = (Limits::default(), Instant::now());
        assert_eq!(taken(&limits, 50, "ListAccounts", "1", now), 12);
        assert_eq!(taken(&limits, 50, "ListAccounts", "2", now), 3);
    }
}
