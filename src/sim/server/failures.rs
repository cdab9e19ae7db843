//! Each service's own words for what goes wrong before an operation is reached.

use crate::sim::aws::Dialect;
use crate::sim::callers::{Caller, KeyFault};
use crate::sim::faults::Kind;
use crate::sim::wire::{Protocol, Refusal};

/// A key or token that is refused.
pub fn key(dialect: &Dialect, fault: KeyFault) -> Refusal {
    if dialect.service == "sso" {
        return Refusal::new("UnauthorizedException", "Session token not found or invalid").status(401);
    }
    let (code, message) = match fault {
        KeyFault::Missing => ("MissingAuthenticationToken", "Request is missing Authentication Token"),
        KeyFault::Unknown => ("InvalidClientTokenId", "The security token included in the request is invalid."),
        KeyFault::Expired => ("ExpiredToken", "The security token included in the request is expired"),
    };
    match (dialect.protocol, fault) {
        (Protocol::Query | Protocol::Cbor, _) => Refusal::new(code, message).status(403),
        (Protocol::Rest, KeyFault::Unknown) => Refusal::new("UnrecognizedClientException", message).status(403),
        (Protocol::Rest, _) => Refusal::new(&format!("{code}Exception"), message).status(403),
        (_, KeyFault::Unknown) => Refusal::new("UnrecognizedClientException", message),
        _ => Refusal::new(&format!("{code}Exception"), message),
    }
}

/// An action that policies forbid.
pub fn denied(dialect: &Dialect, message: impl Into<String>) -> Refusal {
    match dialect.protocol {
        Protocol::Query | Protocol::Cbor => Refusal::new("AccessDenied", message).status(403),
        Protocol::Rest => Refusal::new("AccessDeniedException", message).status(403),
        Protocol::Json => Refusal::new("AccessDeniedException", message),
    }
}

/// Too many requests.
pub fn throttled(dialect: &Dialect) -> Refusal {
    match dialect.service {
        "organizations" => Refusal::new(
            "TooManyRequestsException",
            "You have sent too many requests in too short a period of time. The quota helps protect against \
             denial-of-service attacks. Try again later.",
        ),
        "sts" | "elasticloadbalancing" => Refusal::new("Throttling", "Rate exceeded"),
        "account" | "sso" => Refusal::new("TooManyRequestsException", "Too Many Requests").status(429),
        "scheduler" => Refusal::new("ThrottlingException", "Rate exceeded").status(429),
        _ => Refusal::new("ThrottlingException", "Rate exceeded"),
    }
}

/// A server error.
fn broken(dialect: &Dialect) -> Refusal {
    let code = match dialect.service {
        "organizations" => "ServiceException",
        "ecs" => "ServerException",
        "logs" => "ServiceUnavailableException",
        "events" => "InternalException",
        "cloudwatch" => "InternalServiceFault",
        "sts" | "elasticloadbalancing" => "InternalFailure",
        _ => "InternalServerException",
    };
    Refusal::new(code, "Service Unavailable. Please try again later.").status(500)
}

/// An operation that the service does not have.
pub fn unknown(dialect: &Dialect, operation: &str) -> Refusal {
    match dialect.protocol {
        Protocol::Query => {
            Refusal::new("InvalidAction", format!("Could not find operation {operation} for version 2011-06-15"))
        }
        _ => Refusal::new("UnknownOperationException", format!("The operation {operation} is not known.")),
    }
}

/// The refusal that a fault puts in the place of an answer; `None` for faults that mangle or withhold the answer.
pub fn fault(dialect: &Dialect, kind: Kind, caller: &Caller, action: &str, resource: &str) -> Option<Refusal> {
    let sentence = |why: &str| {
        let arn = caller.arn();
        denied(dialect, format!("User: {arn} is not authorized to perform: {action} on resource: {resource} {why}"))
    };
    let refusal = match kind {
        Kind::Throttle => throttled(dialect),
        Kind::Broken => broken(dialect),
        Kind::Expired => key(dialect, KeyFault::Expired),
        // STS does not say which policy is in the way.
        Kind::Denied if dialect.service == "sts" => {
            let arn = caller.arn();
            denied(dialect, format!("User: {arn} is not authorized to perform: {action} on resource: {resource}"))
        }
        Kind::Denied => sentence(&format!("because no identity-based policy allows the {action} action")),
        Kind::Scp => sentence("with an explicit deny in a service control policy"),
        Kind::Inactive => {
            let account = &caller.account;
            let message = format!(
                "STS is not activated in this region for account:{account}. Your account administrator can \
                 activate STS in this region using the IAM Console."
            );
            Refusal::new("RegionDisabledException", message).status(403)
        }
        Kind::NoOrg => {
            Refusal::new("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
        }
        Kind::OrgDenied => Refusal::new("AccessDeniedException", "You don't have permissions to access this resource."),
        Kind::Html500
        | Kind::Hang
        | Kind::Reset
        | Kind::Malformed
        | Kind::Truncated
        | Kind::EmptyPage
        | Kind::NoPaths
        | Kind::BadUtf8
        | Kind::Slow => return None,
    };
    Some(refusal)
}
