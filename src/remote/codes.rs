//! What the error codes of AWS mean for the console, and what a person can do about each.
//!
//! Sources: "Common errors" of the API references, and the lists of transient and throttling codes that the SDKs
//! retry on (Smithy's `retry` behaviour).

use crate::model::FaultKind;

/// Codes that ask for fewer requests. `LimitExceededException` is not among them: most services mean a quota of
/// things by it, which waiting does not change.
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "TooManyRequests",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "ProvisionedThroughputExceededException",
    "PriorRequestNotComplete",
    "TransactionInProgressException",
    "SlowDown",
    "EC2ThrottledException",
];

const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AccessDeniedForDependencyException",
    "UnauthorizedOperation",
    "UnauthorizedAccess",
    "AuthorizationError",
    "AuthorizationErrorException",
    "NotAuthorized",
    "NotAuthorizedException",
    "ForbiddenException",
    "UnauthorizedClientException",
];

/// Codes that say that the caller's credentials have ended or are not (any longer) known.
const EXPIRED: &[&str] = &[
    "ExpiredToken",
    "ExpiredTokenException",
    "ExpiredTokenError",
    "TokenRefreshRequired",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "InvalidToken",
    // The SSO portal's and SSO OIDC's word for an access token that has ended.
    "UnauthorizedException",
    "InvalidGrantException",
];

const UNAVAILABLE: &[&str] = &[
    "AWSOrganizationsNotInUseException",
    "OptInRequired",
    "SubscriptionRequiredException",
    "RegionDisabledException",
    "RegionDisabled",
    "UnsupportedRegionException",
    "UnsupportedAPIEndpointException",
    "UnsupportedOperationException",
];

const CLOCK: &[&str] = &["RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired"];

/// Whether the answer asks for fewer requests.
#[must_use]
pub fn throttles(code: &str, status: Option<u16>) -> bool {
    status == Some(429) || THROTTLED.contains(&code)
}

/// The kind of a fault by its code, HTTP status and message, and the next step for a person (or nothing).
#[must_use]
pub fn judge(code: &str, status: Option<u16>, message: &str) -> (FaultKind, &'static str) {
    let skewed = CLOCK.contains(&code)
        || matches!(code, "SignatureDoesNotMatch" | "InvalidSignatureException") && speaks_of_time(message);
    if skewed {
        return (FaultKind::Invalid, "check this machine's clock: AWS refuses requests that are five minutes off");
    }
    let kind = match code {
        _ if throttles(code, status) => FaultKind::Throttled,
        c if DENIED.contains(&c) => FaultKind::Denied,
        c if EXPIRED.contains(&c) => FaultKind::Expired,
        c if UNAVAILABLE.contains(&c) => FaultKind::Unavailable,
        "SignatureDoesNotMatch" | "InvalidSignatureException" | "IncompleteSignature" => FaultKind::Invalid,
        "RequestTimeout" | "RequestTimeoutException" => FaultKind::Network,
        c if c.contains("NotFound") || c.starts_with("NoSuch") => FaultKind::Missing,
        // Words of ECS, and of Organizations for parts of the tree that were deleted meanwhile.
        "ClusterNotActiveException" | "ServiceNotActiveException" => FaultKind::Missing,
        _ => by_status(status),
    };
    (kind, hint(code, kind))
}

fn by_status(status: Option<u16>) -> FaultKind {
    match status {
        Some(401) => FaultKind::Expired,
        Some(403) => FaultKind::Denied,
        Some(404 | 410) => FaultKind::Missing,
        Some(407) => FaultKind::Network,
        Some(400..=499) => FaultKind::Invalid,
        _ => FaultKind::Service,
    }
}

fn speaks_of_time(message: &str) -> bool {
    ["expired", "not yet current", "earlier than", "later than"].iter().any(|w| message.contains(w))
}

fn hint(code: &str, kind: FaultKind) -> &'static str {
    match code {
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => {
            "the access key was deleted, or the region is not enabled for the account (:access shows both)"
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException" => {
            "check the secret access key, and this machine's clock"
        }
        "AWSOrganizationsNotInUseException" => "the account belongs to no organisation: list accounts in the config",
        "OptInRequired" | "SubscriptionRequiredException" => "the account has not signed up for the service",
        "RegionDisabledException" | "RegionDisabled" => {
            "enable STS for the region in the account's IAM settings, or leave the region out"
        }
        _ => match kind {
            FaultKind::Expired => "renew the login: `aws sso login`, or new credentials in the environment",
            FaultKind::Throttled => "other tools use the same limit: lower the share in the config, or wait",
            FaultKind::Denied => "see :access for what the role may do, and `qd iam-policy` for what it needs",
            _ => "",
        },
    }
}

/// Who could grant what a service refuses, where that is not the owner of the role: AWS Organizations answers the
/// management account, and whom that account names (user guide, "Delegated administrator for AWS Organizations").
#[must_use]
pub fn grantor(service: &str, kind: FaultKind) -> Option<&'static str> {
    (service == "organizations" && kind == FaultKind::Denied).then_some(
        "an administrator of the management account can register this account as a delegated administrator, or name it \
         in a delegation policy (organizations:PutResourcePolicy); `qd iam-policy` prints what the caller's own \
         policies need",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_kinds() {
        for (code, status, kind) in [
            ("AccessDenied", 403, FaultKind::Denied),
            ("AccessDeniedException", 400, FaultKind::Denied),
            ("ExpiredToken", 403, FaultKind::Expired),
            ("ExpiredTokenException", 400, FaultKind::Expired),
            ("InvalidClientTokenId", 403, FaultKind::Expired),
            ("TooManyRequestsException", 400, FaultKind::Throttled),
            ("Throttling", 400, FaultKind::Throttled),
            ("", 429, FaultKind::Throttled),
            ("LimitExceededException", 400, FaultKind::Invalid),
            ("ClusterNotFoundException", 400, FaultKind::Missing),
            ("AWSOrganizationsNotInUseException", 400, FaultKind::Unavailable),
            ("ServerException", 500, FaultKind::Service),
            ("", 503, FaultKind::Service),
            ("ValidationError", 400, FaultKind::Invalid),
            ("UnauthorizedException", 401, FaultKind::Expired),
            ("ForbiddenException", 403, FaultKind::Denied),
        ] {
            assert_eq!(judge(code, Some(status), "").0, kind, "{code} {status}");
        }
    }

    #[test]
    fn who_grants_the_organisation_is_named() {
        let said = grantor("organizations", FaultKind::Denied).unwrap();
        assert!(said.contains("administrator of the management account") && said.contains("PutResourcePolicy"));
        assert!(
            grantor("organizations", FaultKind::Throttled).is_none() && grantor("ecs", FaultKind::Denied).is_none()
        );
    }

    #[test]
    fn a_wrong_clock_is_named() {
        let skewed = "Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z";
        assert!(judge("SignatureDoesNotMatch", Some(403), skewed).1.contains("clock"));
        assert!(judge("RequestTimeTooSkewed", Some(403), "").1.contains("clock"));
        let wrong = "The request signature we calculated does not match the signature you provided.";
        assert!(judge("SignatureDoesNotMatch", Some(403), wrong).1.contains("secret access key"));
    }
}
