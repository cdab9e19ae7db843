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
    /// The regions that have this rate; none listed means all that no row before names.
    pub regions: &'static [&'static str],
    /// Per account and region of the caller.
    pub own: Rate,
    /// Per organisation, shared by all its callers.
    pub shared: Option<Rate>,
}

const fn org(operation: &'static [&'static str], own: Rate, shared: Option<Rate>) -> Limit {
    Limit { shared, ..limit("organizations", operation, own) }
}

const fn limit(service: &'static str, operations: &'static [&'static str], own: Rate) -> Limit {
    Limit { service, operations, regions: &[], own, shared: None }
}

/// An operation of CloudWatch Logs in some regions, or in all that no row before names. Only rates are documented: a
/// bucket holds those of a second.
const fn logs(operation: &'static [&'static str], regions: &'static [&'static str], per_second: f64) -> Limit {
    Limit { regions, ..limit("logs", operation, rate(per_second, per_second)) }
}

/// The documented limits, as read in November 2026. Of several rows that fit the first counts, and what no row names
/// has no limit here.
///
/// - Organizations: user guide, "Quotas and service limits", section "Throttling limits", which gives rate and burst per
///   account and per organisation. Whether the operations of a row share a bucket is not said there, so each has its own.
/// - ECS: developer guide, "Request throttling for the Amazon ECS API", the table of bucket capacities and refill rates;
///   all actions of a category share a bucket, per account and region.
/// - STS: IAM user guide, "IAM and AWS STS quotas", section "STS request quotas": 600 requests a second for each account
///   and region, shared by the operations that are called with AWS credentials. A cross-account `AssumeRole` counts for
///   the caller. Of `AssumeRoleWithWebIdentity`, which is called without, AWS states no figure.
/// - Logs: general reference, "Amazon CloudWatch Logs endpoints and quotas", the "throttle limit in transactions per
///   second" of each operation, which differs between regions.
/// - Account: reference guide, "Quotas for AWS Account Management": 5 `ListRegions` a second, burst to 5, per account.
/// - Load balancing: user guide, "Request throttling for the ELB API", reads of version 2.
/// - Metrics: user guide, "`CloudWatch` service quotas", `GetMetricData`.
/// - SSO: AWS states no figure. `EventBridge`: its quotas once gave 50 a second for everything but `PutEvents`, and give
///   none for reads today. Its scheduler: user guide, "Quotas for Amazon EventBridge Scheduler", allows hundreds of
///   `GetSchedule` a second and more. These rows are assumptions on the careful side.
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
    limit("ecs", &["ListServices", "DescribeServices"], rate(20.0, 100.0)),
    limit("ecs", &["ListServiceDeployments", "DescribeServiceDeployments"], rate(20.0, 50.0)),
    limit("ecs", &["DescribeServiceRevisions"], rate(20.0, 50.0)),
    limit("ecs", &["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"], rate(20.0, 50.0)),
    limit(
        "ecs",
        &["ListTasks", "DescribeTasks", "ListContainerInstances", "DescribeContainerInstances", "ListAttributes"],
        rate(20.0, 100.0),
    ),
    limit("ecs", &["DescribeCapacityProviders"], rate(20.0, 50.0)),
    limit("ecs", &["ListTagsForResource"], rate(20.0, 50.0)),
    limit("ecs", &["CreateService", "UpdateService", "DeleteService"], rate(5.0, 50.0)),
    limit("ecs", &["RunTask", "StartTask", "StopTask", "ExecuteCommand"], rate(40.0, 100.0)),
    limit("elasticloadbalancing", &[], rate(10.0, 40.0)),
    limit("cloudwatch", &["GetMetricData"], rate(50.0, 50.0)),
    limit("events", &[], rate(50.0, 50.0)),
    limit("scheduler", &[], rate(50.0, 50.0)),
    limit(
        "sts",
        &["AssumeRole", "GetAccessKeyInfo", "GetCallerIdentity", "GetFederationToken", "GetSessionToken"],
        rate(600.0, 600.0),
    ),
    logs(&["DescribeLogGroups"], &[], 10.0),
    logs(&["DescribeLogStreams"], &[], 25.0),
    logs(
        &["GetLogEvents"],
        &["us-west-2", "ap-northeast-3", "ap-southeast-3", "ca-west-1", "eu-central-1", "eu-west-1", "il-central-1"],
        10.0,
    ),
    logs(&["GetLogEvents"], &["eu-west-3"], 30.0),
    logs(&["GetLogEvents"], &[], 25.0),
    logs(&["FilterLogEvents"], &["us-east-1"], 25.0),
    logs(&["FilterLogEvents"], &["ap-northeast-3", "ap-southeast-3", "ca-west-1", "eu-central-1", "il-central-1"], 5.0),
    logs(&["FilterLogEvents"], &[], 10.0),
    limit("account", &["ListRegions"], rate(5.0, 5.0)),
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
            let any = |words: &[&str], word: &str| words.is_empty() || words.contains(&word);
            limit.service == service && any(limit.operations, operation) && any(limit.regions, region)
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
    fn a_category_shares_a_bucket_and_log_limits_differ_between_regions() {
        let (limits, now) = (Limits::default(), Instant::now());
        let taken = |service: &str, operation: &str, region: &str| {
            (0..200).filter(|_| limits.take_at(service, operation, "1", region, now)).count()
        };
        assert_eq!(taken("ecs", "ListServiceDeployments", "r"), 50);
        assert_eq!(taken("ecs", "DescribeServiceDeployments", "r"), 0, "one bucket for the category");
        assert_eq!(taken("ecs", "DescribeServices", "r"), 100, "and another for services");
        for (region, events, filtered) in
            [("eu-central-1", 10, 5), ("eu-west-1", 10, 10), ("us-east-1", 25, 25), ("eu-west-3", 30, 10)]
        {
            assert_eq!(taken("logs", "GetLogEvents", region), events, "{region}");
            assert_eq!(taken("logs", "FilterLogEvents", region), filtered, "{region}");
        }
    }

    #[test]
    fn the_organisation_shares_a_bucket() {
        let (limits, now) = (Limits::default(), Instant::now());
        assert_eq!(taken(&limits, 50, "ListAccounts", "1", now), 12);
        assert_eq!(taken(&limits, 50, "ListAccounts", "2", now), 3);
    }
}
