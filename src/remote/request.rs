//! What a request is, read off the request itself, so that no caller needs to say it: service and region from the
//! signature, the operation from the protocol's own place for it.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use crate::model::{AccountId, Region};

/// A request as limits and counts see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The service's signing name, such as `ecs`.
    pub service: String,
    /// The operation, such as `ListServices`; method and first part of the path where the protocol names none.
    pub operation: String,
    /// The region that the request is signed for.
    pub region: Option<Region>,
    /// The access key id that signed it.
    pub key_id: Option<String>,
    /// The account that it counts for, once known.
    pub account: Option<AccountId>,
    /// The account of the role that is asked for, where one is: whose trouble a refusal is.
    pub of_role: Option<AccountId>,
    /// Which attempt it is, from 1.
    pub attempt: u32,
}

impl Request {
    /// Reads an SDK's request. `None` for the credential endpoints of the machine itself (instance and container
    /// metadata), which are neither limited nor counted.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Option<Self> {
        let uri: http::Uri = request.uri().parse().ok()?;
        let host = uri.host().unwrap_or_default();
        if is_machine(host) {
            return None;
        }
        let header = |name: &'static str| request.headers().get(name);
        let signed = header("authorization").and_then(Signed::read);
        let (service, region, key_id) = match signed {
            Some(s) => (s.service.to_owned(), Some(Region::from(s.region)), Some(s.key_id.to_owned())),
            None => (unsigned_service(host, &header), region_of(host), None),
        };
        let body = request.body().bytes().unwrap_or_default();
        let operation = operation(request.method(), uri.path(), header("x-amz-target"), body);
        let attempt = header("amz-sdk-request").and_then(attempt).unwrap_or(1);
        let of_role = role_account(body);
        Some(Self { service, operation, region, key_id, account: None, of_role, attempt })
    }
}

/// The addresses at which instances and containers find their credentials (link-local, RFC 3927; IPv6 of EC2 and EKS).
pub(super) fn is_machine(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.starts_with("169.254.") || matches!(host, "fd00:ec2::254" | "fd00:ec2::23")
}

/// The credential scope of a signature (Signature Version 4): `Credential=AKID/20261120/eu-central-1/ecs/aws4_request`.
struct Signed<'a> {
    key_id: &'a str,
    region: &'a str,
    service: &'a str,
}

impl<'a> Signed<'a> {
    fn read(authorization: &'a str) -> Option<Self> {
        let (_, scope) = authorization.split_once("Credential=")?;
        let scope = scope.split([',', ' ']).next()?;
        // An access key id holds no slash, nor do region and service; counted from the end all the same.
        let mut parts = scope.rsplit('/').skip(1);
        let (service, region, _date, key_id) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(Self { key_id, region, service })
    }
}

/// The service of a request without a signature: by the SSO portal's token, by the SDK's user agent
/// (`api/ssooidc#1.121.0` or `api/sts/1.124.0`), or by the host.
fn unsigned_service<'a>(host: &'a str, header: &impl Fn(&'static str) -> Option<&'a str>) -> String {
    if header("x-amz-sso_bearer_token").is_some() {
        return "sso".to_owned();
    }
    let agent = header("x-amz-user-agent").or_else(|| header("user-agent")).unwrap_or_default();
    let api = agent.split(' ').find_map(|word| word.strip_prefix("api/"));
    api.and_then(|api| api.split(['/', '#']).next()).unwrap_or(host).to_owned()
}

/// The region in a host such as `portal.sso.eu-west-1.amazonaws.com`.
fn region_of(host: &str) -> Option<Region> {
    let is_region = |part: &&str| part.split('-').count() >= 3 && part.ends_with(|c: char| c.is_ascii_digit());
    host.strip_suffix(".amazonaws.com")
        .or_else(|| host.strip_suffix(".amazonaws.com.cn"))?
        .split('.')
        .find(is_region)
        .map(Region::from)
}

fn operation(method: &str, path: &str, target: Option<&str>, body: &[u8]) -> String {
    if let Some(target) = target {
        return target.rsplit('.').next().unwrap_or(target).to_owned();
    }
    // RPC v2 CBOR: /service/{Service}/operation/{Operation}
    if let Some((_, operation)) = path.split_once("/operation/") {
        return operation.to_owned();
    }
    if let Some(action) = query_action(body) {
        return action;
    }
    match path {
        "/assignment/accounts" => "ListAccounts".to_owned(),
        "/assignment/roles" => "ListAccountRoles".to_owned(),
        "/federation/credentials" => "GetRoleCredentials".to_owned(),
        "/schedules" if method == "GET" => "ListSchedules".to_owned(),
        path if method == "GET" && path.starts_with("/schedules/") => "GetSchedule".to_owned(),
        _ => rest_operation(method, path),
    }
}

/// The operation in the body of a Query request: `Action=AssumeRole&Version=…`.
fn query_action(body: &[u8]) -> Option<String> {
    let body = std::str::from_utf8(body).ok()?;
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action="))?;
    (!action.is_empty() && action.bytes().all(|b| b.is_ascii_alphanumeric())).then(|| action.to_owned())
}

/// The account in the body of a Query request that names a role: `RoleArn=arn%3Aaws%3Aiam%3A%3A111111111111%3Arole%2Fx`.
fn role_account(body: &[u8]) -> Option<AccountId> {
    let body = std::str::from_utf8(body).ok()?;
    let arn = body.split('&').find_map(|pair| pair.strip_prefix("RoleArn="))?.replace("%3A", ":");
    let id = arn.split(':').nth(4)?;
    AccountId::fits(id).then(|| AccountId::from(id))
}

/// REST-JSON names no operation. One service of ours puts it into the path (`POST /listRegions`); for others the
/// method and the first part of the path stand in.
fn rest_operation(method: &str, path: &str) -> String {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let mut letters = first.chars();
    match letters.next() {
        Some(initial) if method == "POST" && path.len() == first.len() + 1 && initial.is_ascii_lowercase() => {
            format!("{}{}", initial.to_ascii_uppercase(), letters.as_str())
        }
        _ => format!("{method} /{first}"),
    }
}

/// `attempt=2; max=5` → 2.
fn attempt(header: &str) -> Option<u32> {
    header.split(';').find_map(|part| part.trim().strip_prefix("attempt="))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn read(method: &str, uri: &str, headers: &[(&'static str, &'static str)], body: &'static str) -> Option<Request> {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method(method).unwrap();
        request.set_uri(uri).unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, *value);
        }
        Request::of(&request)
    }

    const ECS: &str = "AWS4-HMAC-SHA256 Credential=ASIAX/20261120/eu-central-1/ecs/aws4_request, SignedHeaders=host, \
                       Signature=00";

    #[test]
    fn json_requests_are_known_by_target_and_signature() {
        let headers = [
            ("authorization", ECS),
            ("x-amz-target", "AmazonEC2ContainerServiceV20141113.ListServices"),
            ("amz-sdk-request", "attempt=3; max=5"),
        ];
        let r = read("POST", "http://127.0.0.1:1/", &headers, "{}").unwrap();
        assert_eq!((r.service.as_str(), r.operation.as_str(), r.attempt), ("ecs", "ListServices", 3));
        assert_eq!(r.region, Some(Region::from("eu-central-1")));
        assert_eq!(r.key_id.as_deref(), Some("ASIAX"));
    }

    #[test]
    fn query_rest_and_cbor_requests_are_known_too() {
        let action = "Action=AssumeRole&Version=2011-06-15";
        assert_eq!(read("POST", "https://sts.amazonaws.com/", &[], action).unwrap().operation, "AssumeRole");
        let role = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A222222222222%3Arole%2Fx&Y=1";
        let assumed = read("POST", "https://sts.amazonaws.com/", &[], role).unwrap();
        assert_eq!((assumed.of_role, assumed.account), (Some(AccountId::from("222222222222")), None));
        assert_eq!(read("POST", "https://a/listRegions", &[], "{}").unwrap().operation, "ListRegions");
        assert_eq!(read("GET", "https://a/clusters/x", &[], "").unwrap().operation, "GET /clusters");
        assert_eq!(read("GET", "https://a/schedules?MaxResults=9", &[], "").unwrap().operation, "ListSchedules");
        assert_eq!(read("GET", "https://a/schedules/x?groupName=g", &[], "").unwrap().operation, "GetSchedule");
        let cbor = "https://a/service/GraniteServiceVersion20100801/operation/GetMetricData";
        assert_eq!(read("POST", cbor, &[], "").unwrap().operation, "GetMetricData");
    }

    #[test]
    fn the_portal_is_known_by_its_token() {
        let uri = "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=x";
        let r = read("GET", uri, &[("x-amz-sso_bearer_token", "t")], "").unwrap();
        assert_eq!((r.service.as_str(), r.operation.as_str()), ("sso", "GetRoleCredentials"));
        assert_eq!((r.region, r.key_id), (Some(Region::from("eu-west-1")), None));
    }

    #[test]
    fn the_machine_itself_is_not_counted() {
        assert!(read("GET", "http://169.254.169.254/latest/meta-data/", &[], "").is_none());
        assert!(read("GET", "http://169.254.170.23/v1/credentials", &[], "").is_none());
    }
}
