//! One request from the wire to the ledger.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use futures::{StreamExt as _, stream};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use super::failures;
use super::line::Peer;
use crate::sim::aws::{DIALECTS, Dialect};
use crate::sim::callers::{Caller, KeyFault};
use crate::sim::cbor;
use crate::sim::chaos::{Scope, Strike};
use crate::sim::faults::Kind;
use crate::sim::fleet::Fleet;
use crate::sim::policy;
use crate::sim::record::{Call, mutating};
use crate::sim::text;
use crate::sim::wire::{Answer, Ask, Incoming, Protocol, Refusal};
use crate::sim::world::usable;

/// No service takes a larger body.
const LARGEST: usize = 1 << 20;

/// Between the half of an answer and the end of its connection.
const PAUSE: Duration = Duration::from_millis(20);

/// Answers any request.
pub async fn handle(
    State(fleet): State<Arc<Fleet>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Response {
    let incoming = match read(request).await {
        Ok(incoming) => incoming,
        Err(error) => return plain(StatusCode::BAD_REQUEST, error.to_string()),
    };
    if incoming.path == "/_qd/calls" {
        return respond(&Answer::rest(&fleet.ledger.json()), "ledger", Protocol::Rest);
    }
    if incoming.path == "/_qd/revoke" {
        return respond(&revoke(&fleet, &incoming), "switch", Protocol::Rest);
    }
    let claimed = DIALECTS.iter().find_map(|dialect| Some((dialect, (dialect.claims)(&incoming)?)));
    let Some((dialect, operation)) = claimed else {
        let refusal = Refusal::new("UnknownOperationException", "No service here takes this request.");
        let protocol = if incoming.header("x-amz-target").is_empty() { Protocol::Rest } else { Protocol::Json };
        let status = if protocol == Protocol::Rest { 404 } else { 400 };
        return respond(&refusal.status(status).answer(protocol), "none", protocol);
    };
    serve(&fleet, &peer, &incoming, dialect, &operation).await
}

/// The switch that ends sessions from outside: `POST /_qd/revoke?account=NAME-OR-ID&role=NAME`, where what is left out
/// stands for all. Answers `{revoked: N}`.
fn revoke(fleet: &Fleet, incoming: &Incoming) -> Answer {
    if incoming.method != "POST" {
        return Refusal::new("MethodNotAllowed", "POST ends sessions").status(405).answer(Protocol::Rest);
    }
    let (account, role) = (incoming.parameter("account"), incoming.parameter("role"));
    match fleet.revoke(account, role) {
        Some(count) => Answer::rest(&json!({ "revoked": count })),
        None => Refusal::new("NotFound", "no such account").status(404).answer(Protocol::Rest),
    }
}

async fn read(request: Request) -> Result<Incoming, axum::Error> {
    let (parts, body) = request.into_parts();
    Ok(Incoming {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: text::form(parts.uri.query().unwrap_or_default()),
        headers: parts.headers,
        body: to_bytes(body, LARGEST).await?,
    })
}

async fn serve(fleet: &Fleet, peer: &Peer, incoming: &Incoming, dialect: &Dialect, operation: &str) -> Response {
    let start = fleet.clock.now();
    let now = start.as_millisecond();
    let region = incoming.credential().map(|credential| credential.region).unwrap_or_default();
    let caller = (dialect.who)(fleet, incoming, now);
    let caller = caller
        .and_then(|caller| if region.is_empty() || usable(&region) { Ok(caller) } else { Err(KeyFault::Unknown) });
    let input = input(dialect.protocol, incoming);
    let target = input.as_ref().ok().and_then(entered).unwrap_or_default();
    let known = caller.as_ref().ok();
    let account = known.map(|caller| caller.account.clone()).unwrap_or_default();
    let account = if dialect.service == "sso" && !target.is_empty() { target.clone() } else { account };
    let number = fleet.ledger.begin(Call {
        start,
        service: dialect.service.to_owned(),
        operation: operation.to_owned(),
        account: account.clone(),
        region: region.clone(),
        role: known.map(|caller| caller.role().to_owned()).unwrap_or_default(),
        key: known.map(|caller| caller.key.clone()).unwrap_or_default(),
        mutating: mutating(operation),
        status: None,
        error: None,
    });
    let name = |id: &str| fleet.world.account(id).map_or("", |account| account.name.as_str()).to_owned();
    let (named, entered) = (name(&account), name(&target));
    let accounts = [account.as_str(), &named, &target, &entered];
    let scope = Scope { service: dialect.service, operation, accounts: &accounts, region: &region };
    let strike = fleet.chaos.strike(&scope);
    let pace = fleet.latency.of(fleet.world.seed, &account, number);
    let delay = pace + Duration::from_millis(strike.delay);
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let answer = match (caller, input) {
        (Ok(caller), Ok(input)) => {
            let quirks = strike.quirks;
            let (caller, region) = (caller.as_ref(), region.as_str());
            let ask = Ask { fleet, operation, region, caller, input, now, quirks };
            decide(dialect, &ask, strike)
        }
        (Err(fault), _) => failures::key(dialect, fault).answer(dialect.protocol),
        (Ok(_), Err(refusal)) => refusal.answer(dialect.protocol),
    };
    let id = fleet.world.seed.word("request").num(number.cast_signed()).uuid();
    finish(fleet, peer, number, &id, dialect, strike.failure, answer).await
}

/// Refuses for the first reason there is, in the order in which AWS looks, or answers.
fn decide(dialect: &Dialect, ask: &Ask<'_>, strike: Strike) -> Answer {
    let result = permit(dialect, ask, strike).and_then(|()| (dialect.answer)(ask));
    result.unwrap_or_else(|refusal| refusal.answer(dialect.protocol))
}

fn permit(dialect: &Dialect, ask: &Ask<'_>, strike: Strike) -> Result<(), Refusal> {
    let (service, operation): (_, &str) = (dialect.service, ask.operation);
    if !dialect.operations.contains(&operation) {
        return Err(failures::unknown(dialect, operation));
    }
    let caller: &Caller = ask.caller;
    let action = format!("{service}:{operation}");
    let resource = (dialect.resource)(ask);
    if let Some(refusal) = strike.failure.and_then(|kind| failures::fault(dialect, kind, caller, &action, &resource)) {
        return Err(refusal);
    }
    let limits = ask.fleet.limits.as_ref();
    if limits.is_some_and(|limits| !limits.take(service, operation, &caller.account, ask.region)) {
        return Err(failures::throttled(dialect));
    }
    // GetCallerIdentity can be forbidden to nobody, GetSessionToken needs no right, and a web identity has none.
    if service == "sts" && operation != "AssumeRole" {
        return Ok(());
    }
    let (who, context) = (caller.who(), ask.context());
    let asked = policy::Request { action: &action, resource: &resource, who: &who, context: &context };
    let laws = ask.fleet.laws.of(caller);
    caller.may(&asked, laws.as_deref()).map_err(|message| failures::denied(dialect, message))
}

/// The arguments of a request.
fn input(protocol: Protocol, incoming: &Incoming) -> Result<Value, Refusal> {
    let object = |pairs: Vec<(String, String)>| {
        let pairs = pairs.into_iter().map(|(name, value)| (name, Value::String(value)));
        Value::Object(pairs.collect::<Map<_, _>>())
    };
    if protocol == Protocol::Query {
        let body = String::from_utf8_lossy(&incoming.body);
        let pairs = text::form(&body).into_iter().chain(incoming.query.iter().cloned());
        return Ok(object(pairs.collect()));
    }
    if protocol == Protocol::Cbor {
        return cbor::decode(&incoming.body).map_err(|_| Refusal::new("SerializationException", ""));
    }
    if incoming.method == "GET" || incoming.body.is_empty() {
        let path = ("$path".to_owned(), incoming.path.clone());
        return Ok(object(incoming.query.iter().cloned().chain([path]).collect()));
    }
    serde_json::from_slice(&incoming.body).map_err(|_| Refusal::new("SerializationException", ""))
}

/// The account that a request is about to enter.
fn entered(input: &Value) -> Option<String> {
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    let role = text("RoleArn").and_then(|arn| arn.split(':').nth(4));
    role.or_else(|| text("account_id")).map(str::to_owned)
}

/// The body with a byte at the head of each message that no UTF-8 has.
fn spoiled(body: &[u8]) -> Vec<u8> {
    let body = String::from_utf8_lossy(body);
    body.split("\"message\":\"").map(str::as_bytes).collect::<Vec<_>>().join(&b"\"message\":\"\xff"[..])
}

/// Writes the call's end down and lets faults mangle or withhold the answer.
async fn finish(
    fleet: &Fleet,
    peer: &Peer,
    number: u64,
    id: &str,
    dialect: &Dialect,
    failure: Option<Kind>,
    answer: Answer,
) -> Response {
    if failure == Some(Kind::Hang) {
        // The ledger keeps the call as unanswered; the client gives up, or the server stops.
        return std::future::pending().await;
    }
    let status = if failure == Some(Kind::Html500) { 500 } else { answer.status.as_u16() };
    fleet.ledger.end(number, status, answer.error.as_deref());
    let response = respond(&answer, id, dialect.protocol);
    let (parts, _) = response.into_parts();
    let body = answer.bytes(id);
    let half = body.slice(..body.len() / 2);
    match failure {
        Some(Kind::Html500) => {
            let page = "<html><head><title>500 Internal Server Error</title></head><body><center>\
                        <h1>500 Internal Server Error</h1></center></body></html>";
            let mut response = plain(StatusCode::INTERNAL_SERVER_ERROR, page.to_owned());
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
            response
        }
        Some(Kind::Malformed) => Response::from_parts(parts, Body::from(half)),
        Some(Kind::BadUtf8) => Response::from_parts(parts, Body::from(spoiled(&body))),
        Some(kind @ (Kind::Truncated | Kind::Reset)) => {
            let mut parts = parts;
            parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len() + 1));
            if kind == Kind::Reset {
                peer.cut();
            }
            // The server cuts the connection when a body fails; the pause lets the first half out before.
            let end = async {
                tokio::time::sleep(PAUSE).await;
                Err(io::Error::from(io::ErrorKind::ConnectionReset))
            };
            let begin = stream::once(std::future::ready(Ok(half)));
            Response::from_parts(parts, Body::from_stream(begin.chain(stream::once(end))))
        }
        _ => Response::from_parts(parts, Body::from(body)),
    }
}

fn respond(answer: &Answer, id: &str, protocol: Protocol) -> Response {
    let mut response = plain(answer.status, answer.bytes(id));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.media));
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    if protocol == Protocol::Cbor {
        headers.insert(HeaderName::from_static("smithy-protocol"), HeaderValue::from_static("rpc-v2-cbor"));
    }
    let error = answer.error.as_deref().filter(|_| protocol == Protocol::Rest);
    if let Some(Ok(code)) = error.map(HeaderValue::from_str) {
        headers.insert(HeaderName::from_static("x-amzn-errortype"), code);
    }
    response
}

fn plain(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
}
