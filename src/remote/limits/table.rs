//! The rates that AWS documents, and how operations are grouped under them. Requests per second and burst.
//!
//! Sources, as read in November 2026: "Quotas for AWS Organizations" (throttling limits), "Request throttling for the
//! Amazon ECS API", "IAM and AWS STS quotas", "Quotas for AWS Account Management", "Request throttling for the ELB API"
//! and "`CloudWatch` service quotas". Where AWS documents nothing the rate is a guess on the careful side, and is shown
//! as undocumented.

/// A documented (or guessed) limit of a group of operations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// The service's signing name.
    pub service: &'static str,
    /// The name of the group; empty where each operation has a bucket of its own.
    pub group: &'static str,
    /// The operations under it; empty for all that no other line names.
    pub operations: &'static [&'static str],
    /// Sustained requests per second.
    pub rate: f64,
    /// Requests at once.
    pub burst: f64,
    /// Whether AWS documents it.
    pub documented: bool,
    /// Whether each region has a bucket of its own.
    pub regional: bool,
}

const fn limit(
    service: &'static str,
    group: &'static str,
    operations: &'static [&'static str],
    rate: f64,
    burst: f64,
) -> Limit {
    Limit { service, group, operations, rate, burst, documented: true, regional: true }
}

/// One endpoint per partition: the region does not count. Whether operations that share a line of AWS's table share a
/// bucket is not said; at half the rate two of them at once stay within one.
const fn organizations(operations: &'static [&'static str], rate: f64, burst: f64) -> Limit {
    Limit { regional: false, ..limit("organizations", "", operations, rate, burst) }
}

/// Used where nothing else fits: AWS documents no rate for the service or the operation.
pub const UNKNOWN: Limit =
    Limit { service: "", group: "", operations: &[], rate: 20.0, burst: 40.0, documented: false, regional: true };

/// All that is known. The first line that fits counts.
pub const LIMITS: &[Limit] = &[
    organizations(&["ListAccounts"], 8.0, 12.0),
    organizations(&["ListAccountsForParent", "ListOrganizationalUnitsForParent", "ListParents"], 5.0, 8.0),
    organizations(&["ListChildren"], 6.0, 10.0),
    organizations(&["DescribeAccount"], 20.0, 30.0),
    organizations(&["DescribeOrganizationalUnit"], 2.0, 2.0),
    organizations(&["DescribeOrganization"], 1.0, 2.0),
    organizations(&["ListRoots"], 1.0, 2.0),
    organizations(&["ListTagsForResource"], 10.0, 15.0),
    organizations(
        &["ListPolicies", "ListPoliciesForTarget", "ListTargetsForPolicy", "ListDelegatedAdministrators"],
        5.0,
        8.0,
    ),
    Limit { documented: false, ..organizations(&[], 2.0, 2.0) },
    // "600 requests per second per account, per Region", shared by all calls made with AWS credentials.
    limit("sts", "all calls", &[], 600.0, 600.0),
    limit("ecs", "cluster reads", &["DescribeClusters", "ListClusters"], 20.0, 50.0),
    limit("ecs", "service reads", &["DescribeServices", "ListServices"], 20.0, 100.0),
    limit(
        "ecs",
        "cluster resource reads",
        &["DescribeTasks", "ListTasks", "DescribeContainerInstances", "ListContainerInstances", "ListAttributes"],
        20.0,
        100.0,
    ),
    limit("ecs", "service deployments", &["DescribeServiceDeployments", "ListServiceDeployments"], 20.0, 50.0),
    limit("ecs", "service revisions", &["DescribeServiceRevisions"], 20.0, 50.0),
    limit(
        "ecs",
        "task definition reads",
        &["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"],
        20.0,
        50.0,
    ),
    limit("ecs", "capacity provider reads", &["DescribeCapacityProviders"], 20.0, 50.0),
    limit("ecs", "tag reads", &["ListTagsForResource"], 20.0, 50.0),
    limit("ecs", "setting reads", &["ListAccountSettings"], 20.0, 50.0),
    limit("ecs", "services by namespace", &["ListServicesByNamespace"], 1.0, 10.0),
    limit("ecs", "service changes", &["CreateService", "DeleteService", "UpdateService"], 5.0, 50.0),
    limit("ecs", "cluster resource changes", &["RunTask", "StartTask", "StopTask", "ExecuteCommand"], 40.0, 100.0),
    // "Request throttling for the ELB API": a bucket for each version of the API.
    limit("elasticloadbalancing", "reads", &["DescribeTargetGroups", "DescribeTargetHealth"], 10.0, 40.0),
    // "CloudWatch service quotas".
    limit("monitoring", "", &["GetMetricData"], 50.0, 50.0),
    // AWS documents rates for what these two deliver, and none for reading what they are told to do.
    Limit { documented: false, ..limit("events", "reads", &[], 20.0, 40.0) },
    Limit { documented: false, ..limit("scheduler", "reads", &[], 20.0, 40.0) },
    // "Amazon CloudWatch Logs endpoints and quotas": of those that differ, the rates of the regions that have the lowest.
    limit("logs", "", &["FilterLogEvents"], 5.0, 5.0),
    limit("logs", "", &["GetLogEvents"], 10.0, 10.0),
    limit("logs", "", &["DescribeLogGroups"], 10.0, 10.0),
    limit("logs", "", &["DescribeLogStreams"], 25.0, 25.0),
    limit("account", "", &["ListRegions", "GetRegionOptStatus"], 5.0, 5.0),
    limit("account", "", &["GetAlternateContact", "GetContactInformation"], 10.0, 15.0),
    // AWS documents nothing; users of the portal's API report 20 a second over all of its operations.
    Limit { documented: false, ..limit("sso", "portal", &[], 20.0, 20.0) },
];

/// The limit of an operation, and the name of the bucket that it draws from.
#[must_use]
pub fn find<'a>(service: &str, operation: &'a str) -> (&'static Limit, &'a str) {
    let fits = |l: &&Limit| l.service == service && (l.operations.is_empty() || l.operations.contains(&operation));
    let limit = LIMITS.iter().find(fits).unwrap_or(&UNKNOWN);
    (limit, if limit.group.is_empty() { operation } else { limit.group })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_find_their_bucket() {
        let (limit, bucket) = find("ecs", "ListServices");
        assert_eq!((limit.rate, limit.burst, bucket), (20.0, 100.0, "service reads"));
        assert_eq!(find("organizations", "ListParents").1, "ListParents");
        assert!(!find("organizations", "ListHandshakesForAccount").0.documented);
        assert_eq!(find("s3", "GET /bucket").0, &UNKNOWN);
    }

    #[test]
    fn no_operation_is_listed_twice() {
        let mut seen = std::collections::HashSet::new();
        for limit in LIMITS {
            for operation in limit.operations {
                assert!(seen.insert((limit.service, *operation)), "{} {operation}", limit.service);
            }
        }
    }
}
