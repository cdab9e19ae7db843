//! What a dialect sees of a request and what it gives back.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::callers::Caller;
use super::cbor;
use super::fleet::Fleet;
use super::page::{self, Page};
use super::policy::Context;
use super::text;

/// How a service writes its answers and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// AWS JSON 1.1: the operation is in `X-Amz-Target`.
    Json,
    /// AWS Query: a form with `Action`, XML back.
    Query,
    /// AWS REST JSON: the operation is the path.
    Rest,
    /// Smithy RPC v2 with CBOR: the operation is the end of the path.
    Cbor,
}

/// A request as it came over the wire.
#[derive(Debug)]
pub struct Incoming {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What the credential scope of `SigV4` says.
#[derive(Debug, PartialEq, Eq)]
pub struct Credential {
    /// The access key id.
    pub key: String,
    /// The region that the request is for.
    pub region: String,
    /// The signing name of the service.
    pub service: String,
}

impl Incoming {
    /// A header as text; empty when missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A value of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// `Credential=KEY/date/region/service/aws4_request` of the Authorization header, or of a presigned query.
    pub fn credential(&self) -> Option<Credential> {
        let header = self.header("authorization");
        let scope = match header.split_once("Credential=") {
            Some((_, rest)) => rest.split([',', ' ']).next()?,
            None => self.parameter("X-Amz-Credential")?,
        };
        let mut parts = scope.split('/');
        let key = parts.next()?.to_owned();
        let region = parts.nth(1)?.to_owned();
        let service = parts.next()?.to_owned();
        Some(Credential { key, region, service })
    }

    /// The operation of `X-Amz-Target`, where its prefix is the given one.
    pub fn target(&self, prefix: &str) -> Option<String> {
        let (service, operation) = self.header("x-amz-target").rsplit_once('.')?;
        (service == prefix).then(|| operation.to_owned())
    }
}

/// What single faults ask of an answer that is otherwise right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quirks {
    /// An empty page with a token before each real page.
    pub empty_page: bool,
    /// Accounts and units without `Paths` and `Path`.
    pub no_paths: bool,
}

/// A request that was let in: who asks for what.
#[derive(Debug)]
pub struct Ask<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    /// The operation.
    pub operation: &'a str,
    /// The region that the request was signed for.
    pub region: &'a str,
    /// Who asks.
    pub caller: &'a Caller,
    /// The arguments: the JSON (or CBOR) body, or the form or query as an object of texts, where `$path` is the path.
    pub input: Value,
    /// The fleet's clock in milliseconds since 1970.
    pub now: i64,
    /// What faults ask of the answer.
    pub quirks: Quirks,
}

impl Ask<'_> {
    /// A text argument.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.input.get(name).and_then(Value::as_str)
    }

    /// A whole number argument.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.input.get(name).and_then(Value::as_i64)
    }

    /// A list of texts; empty when missing.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        let list = self.input.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The keys that the conditions of policies may name (IAM user guide, "AWS global condition context keys", and the
    /// keys of STS).
    pub fn context(&self) -> Context {
        let caller = self.caller;
        // Long-term keys and sessions of roles tell nothing of MFA.
        let mfa = (caller.token.is_some() && !caller.chained()).then(|| caller.mfa.to_string());
        Context::default()
            .with("aws:PrincipalArn", caller.principal_arn())
            .with("aws:PrincipalAccount", caller.account.as_str())
            .with_some("aws:RequestedRegion", Some(self.region).filter(|region| !region.is_empty()))
            .with_some("aws:MultiFactorAuthPresent", mfa)
            .with_some("sts:ExternalId", self.text("ExternalId"))
            .with_some("sts:RoleSessionName", self.text("RoleSessionName"))
    }

    /// A page of `all`; see [`page::page`].
    pub fn page<T: Clone>(
        &self,
        list: &str,
        all: &[T],
        token: Option<&str>,
        size: usize,
    ) -> Result<Page<T>, page::BadToken> {
        page::page(&format!("{}|{list}", self.operation), all, token, size, self.quirks.empty_page)
    }
}

/// An error in the service's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The error code: the name of the exception.
    pub code: String,
    /// The text.
    pub message: String,
}

impl Refusal {
    /// A client error with status 400.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { status: 400, code: code.to_owned(), message: message.into() }
    }

    /// The same with another status.
    pub fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The answer in the protocol of its service.
    pub fn answer(&self, protocol: Protocol) -> Answer {
        let (code, message) = (&self.code, &self.message);
        let fault = if self.status < 500 { "Sender" } else { "Receiver" };
        let mut answer = match protocol {
            Protocol::Json => Answer::json(&json!({ "__type": code, "message": message })),
            Protocol::Cbor => Answer::cbor(&json!({ "__type": code, "message": message })),
            Protocol::Rest => Answer::rest(&json!({ "message": message })),
            Protocol::Query => Answer::xml(&format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>{fault}</Type>\
                 <Code>{code}</Code><Message>{}</Message></Error>\
                 <RequestId>{REQUEST_ID}</RequestId></ErrorResponse>",
                text::xml(message)
            )),
        };
        answer.status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        answer.error = Some(code.clone());
        answer
    }
}

/// Stands in XML bodies for the request id, which the server fills in.
pub const REQUEST_ID: &str = "{request-id}";

/// The media type of CBOR.
const CBOR: &str = "application/cbor";

/// An answer before it goes out.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// `Content-Type`.
    pub media: &'static str,
    /// The body.
    pub body: String,
    /// The error code, where it is an error.
    pub error: Option<String>,
}

impl Answer {
    fn ok(media: &'static str, body: String) -> Self {
        Self { status: StatusCode::OK, media, body, error: None }
    }

    /// An AWS JSON 1.1 answer.
    pub fn json(value: &Value) -> Self {
        Self::ok("application/x-amz-json-1.1", value.to_string())
    }

    /// A REST JSON answer.
    pub fn rest(value: &Value) -> Self {
        Self::ok("application/json", value.to_string())
    }

    /// A Smithy RPC v2 answer: the body is JSON here, and CBOR on the wire ([`Answer::bytes`]).
    pub fn cbor(value: &Value) -> Self {
        Self::ok(CBOR, value.to_string())
    }

    /// The body as it goes out, with the id of its request.
    pub fn bytes(&self, id: &str) -> Bytes {
        let text = self.body.replace(REQUEST_ID, id);
        if self.media == CBOR {
            let value = serde_json::from_str(&text).unwrap_or_default();
            return Bytes::from(cbor::encode(&value));
        }
        Bytes::from(text)
    }

    /// A Query answer.
    pub fn xml(body: &str) -> Self {
        Self::ok("text/xml", body.to_owned())
    }
}

/// Milliseconds since 1970 as the seconds with a fraction that JSON services write.
pub fn seconds(milliseconds: i64) -> Value {
    let whole = u32::try_from(milliseconds.div_euclid(1000)).unwrap_or(u32::MAX);
    let rest = u32::try_from(milliseconds.rem_euclid(1000)).unwrap_or(0);
    json!(f64::from(whole) + f64::from(rest) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_credential_scope_names_key_region_and_service() {
        let mut incoming = Incoming {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        assert_eq!(incoming.credential(), None);
        let scope = "AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1/ecs/aws4_request, SignedHeaders=host";
        incoming.headers.insert("authorization", http::HeaderValue::from_static(scope));
        let found = incoming.credential().map(|c| (c.key, c.region, c.service));
        assert_eq!(found, Some(("AKID".into(), "eu-west-1".into(), "ecs".into())));
    }
}
