//! The HTTP client under all AWS SDKs: one pool of connections, our trust and proxies, our limits and counts.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::{
    Connector,
    proxy::ProxyConfig,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use bytes::{Bytes, BytesMut};

use super::{
    Settings,
    answer::{self, Said},
    codes, fault,
    ledger::Failed,
    limits::{self, Gate, Meter},
    proxy::{Routes, Via},
    request::Request,
    trust::Trust,
};
use crate::model::{Fault, FaultKind};

/// How much of an error answer is kept for the SDK and for us. Real ones have a few hundred bytes.
const ERROR_BODY: usize = 64 * 1024;

/// Which connections can be shared: same time-outs, same way, same trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Kind {
    connect: Duration,
    read: Duration,
    via: Via,
    tls: bool,
}

/// Makes connections and keeps their pools.
pub struct Outlet {
    /// Which proxy, if any.
    pub routes: Arc<Routes>,
    /// Who is trusted.
    pub trust: Trust,
    connect: Duration,
    read: Duration,
    pools: RwLock<HashMap<Kind, SharedHttpConnector>>,
}

impl Outlet {
    /// An outlet without connections yet.
    ///
    /// # Errors
    /// A CA bundle or a proxy that cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, Fault> {
        Ok(Self {
            routes: Arc::new(Routes::new(settings)?),
            trust: Trust::read(settings.ca_bundle.as_deref())?,
            connect: settings.connect_timeout,
            read: settings.read_timeout,
            pools: RwLock::default(),
        })
    }

    /// The pool for a destination, and the destination's name for a message.
    fn connector(&self, uri: &str, wanted: &HttpConnectorSettings) -> Result<(SharedHttpConnector, String), Fault> {
        let uri: http::Uri = uri.parse().map_err(|e| Fault::new(FaultKind::Invalid, format!("endpoint: {e}")))?;
        let scheme = uri.scheme_str().unwrap_or("https");
        let via = self.routes.via(scheme, uri.host().unwrap_or_default(), uri.port_u16());
        let kind = Kind {
            connect: wanted.connect_timeout().unwrap_or(self.connect),
            read: wanted.read_timeout().unwrap_or(self.read),
            via,
            // A proxy may itself be reached over TLS.
            tls: scheme == "https" || self.routes.address(via).is_some_and(|a| a.starts_with("https")),
        };
        let through = if via == Via::Direct { "" } else { " through the proxy" };
        let name = format!("{}{through}", uri.host().unwrap_or_default());
        let known = self.pools.read().unwrap_or_else(PoisonError::into_inner).get(&kind).cloned();
        if let Some(pool) = known {
            return Ok((pool, name));
        }
        let mut pools = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(&kind) {
            return Ok((pool.clone(), name));
        }
        let pool = self.build(kind)?;
        pools.insert(kind, pool.clone());
        Ok((pool, name))
    }

    fn build(&self, kind: Kind) -> Result<SharedHttpConnector, Fault> {
        let proxy = match self.routes.address(kind.via) {
            // The address was checked when it was read.
            Some(address) => ProxyConfig::all(address)
                .map_err(|_| Fault::new(FaultKind::Invalid, "the proxy's address cannot be used"))?,
            None => ProxyConfig::disabled(),
        };
        let times = HttpConnectorSettings::builder().connect_timeout(kind.connect).read_timeout(kind.read).build();
        let connector = Connector::builder()
            .connector_settings(times)
            .sleep_impl(TokioSleep::new())
            .proxy_config(proxy)
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(self.trust.context(kind.tls)?)
            .build();
        Ok(SharedHttpConnector::new(connector))
    }
}

/// The client that the SDKs are given.
#[derive(Clone)]
pub struct Limited {
    outlet: Arc<Outlet>,
    gate: Arc<Gate>,
    settings: HttpConnectorSettings,
}

impl Limited {
    /// A client over an outlet, behind a gate.
    #[must_use]
    pub fn new(outlet: Arc<Outlet>, gate: Arc<Gate>) -> Self {
        Self { outlet, gate, settings: HttpConnectorSettings::builder().build() }
    }

    async fn send(self, request: HttpRequest, urgent: bool) -> Result<HttpResponse, ConnectorError> {
        let connector = self.outlet.connector(request.uri(), &self.settings);
        let (connector, host) = connector.map_err(|f| ConnectorError::user(Box::new(f)))?;
        let Some(mut asked) = Request::of(&request) else { return connector.call(request).await };
        asked.account = asked.key_id.as_deref().and_then(|key| self.gate.account_of(key));
        let meter = self.gate.enter(&asked, urgent).await;
        match connector.call(request).await {
            Ok(answer) if answer.status().as_u16() < 400 => {
                meter.bucket.answered();
                self.good(answer, &asked, &host).await
            }
            Ok(answer) => self.refused(answer, &asked, &meter).await,
            Err(error) => Err(self.broken(name(error, &host), &asked)),
        }
    }

    /// A good answer, read to its end: one that breaks off on the way is a failed attempt like any other, and the SDK's
    /// reader of XML takes a document that ends early for a whole one, with less in it.
    async fn good(
        &self,
        mut answer: HttpResponse,
        asked: &Request,
        host: &str,
    ) -> Result<HttpResponse, ConnectorError> {
        let idle = self.settings.read_timeout().unwrap_or(self.outlet.read);
        let body = match all(answer.take_body(), idle).await {
            Ok(body) => body,
            Err(error) => return Err(self.broken(name(error, host), asked)),
        };
        if answer.headers().get("content-type").is_some_and(|kind| kind.contains("xml")) && !answer::is_whole(&body) {
            let status = answer.status().as_u16();
            let fault = fault::cut_short(status).call(format!("{}:{}", asked.service, asked.operation));
            self.note(fault.clone(), Some(status), asked);
            return Err(ConnectorError::user(Box::new(fault)));
        }
        *answer.body_mut() = SdkBody::from(body);
        Ok(answer)
    }

    /// An error answer: read, noted, and put together again for the SDK.
    async fn refused(
        &self,
        mut answer: HttpResponse,
        asked: &Request,
        meter: &Meter,
    ) -> Result<HttpResponse, ConnectorError> {
        let status = answer.status().as_u16();
        let read = self.settings.read_timeout().unwrap_or(self.outlet.read);
        let body = match tokio::time::timeout(read, whole(answer.take_body())).await {
            Ok(body) => body.map_err(|e| self.broken(e, asked))?,
            Err(late) => return Err(self.broken(ConnectorError::timeout(late.into()), asked)),
        };
        *answer.body_mut() = body;
        let said = Said::of(&answer);
        if codes::throttles(&said.code, Some(status)) {
            meter.throttled();
        } else {
            meter.bucket.answered();
        }
        let mut fault = fault::said(&said.code, Some(status), &said.message);
        fault.request_id = said.request_id;
        self.note(fault::granted(&asked.service, fault), Some(status), asked);
        Ok(answer)
    }

    fn broken(&self, error: ConnectorError, asked: &Request) -> ConnectorError {
        let noted = fault::of_connector(&error);
        // A certificate that is not trusted now will not be in a second: no reason for the SDK to ask again.
        let final_word = fault::distrusts(&noted.message);
        self.note(noted, None, asked);
        if final_word { ConnectorError::user(error.into_source()) } else { error }
    }

    /// Keeps a failure: a refused role in its own account, and what counts against a limit where the limit is.
    fn note(&self, fault: Fault, status: Option<u16>, asked: &Request) {
        let of_role = asked.of_role.clone().filter(|_| fault.kind != FaultKind::Throttled);
        self.gate.ledger.fail(Failed {
            account: of_role.or_else(|| asked.account.clone()),
            region: asked.region.clone(),
            fault: fault.call(format!("{}:{}", asked.service, asked.operation)),
            status,
            attempt: asked.attempt,
        });
    }
}

/// A cause with the name of the host, which the library's own words leave out.
#[derive(Debug, thiserror::Error)]
#[error("{host}: {cause}")]
struct Unreached {
    host: String,
    cause: String,
}

/// The same error, naming the host. Its kind stays, on which the SDK decides whether to ask again.
fn name(error: ConnectorError, host: &str) -> ConnectorError {
    let (late, user, unclassified, kind) = (error.is_timeout(), error.is_user(), error.is_other(), error.as_other());
    let source = error.into_source();
    let named = Box::new(Unreached { host: host.to_owned(), cause: fault::innermost(source.as_ref()) });
    if late {
        ConnectorError::timeout(named)
    } else if user {
        ConnectorError::user(named)
    } else if unclassified {
        ConnectorError::other(named, kind)
    } else {
        ConnectorError::io(named)
    }
}

/// A body in memory, no part of which may be waited for longer than `idle`.
async fn all(body: SdkBody, idle: Duration) -> Result<Bytes, ConnectorError> {
    // Most are there already, or come in one part.
    if let Some(bytes) = body.bytes() {
        return Ok(Bytes::copy_from_slice(bytes));
    }
    let mut stream = ByteStream::new(body);
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    loop {
        let part = tokio::time::timeout(idle, stream.next()).await;
        match part.map_err(|late| ConnectorError::timeout(late.into()))? {
            None if rest.is_empty() => return Ok(first),
            None => return Ok(rest.freeze()),
            Some(Err(error)) => return Err(ConnectorError::io(error.into())),
            Some(Ok(part)) if first.is_empty() => first = part,
            Some(Ok(part)) => {
                if rest.is_empty() {
                    rest.extend_from_slice(&first);
                }
                rest.extend_from_slice(&part);
            }
        }
    }
}

/// The body in memory, up to [`ERROR_BODY`].
async fn whole(body: SdkBody) -> Result<SdkBody, ConnectorError> {
    let mut stream = ByteStream::new(body);
    let mut all = BytesMut::new();
    while let Some(part) = stream.next().await {
        all.extend_from_slice(&part.map_err(|e| ConnectorError::io(e.into()))?);
        if all.len() >= ERROR_BODY {
            all.truncate(ERROR_BODY);
            break;
        }
    }
    Ok(SdkBody::from(all.freeze()))
}

impl HttpConnector for Limited {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // Read here, in the task that asks: the future may be polled elsewhere.
        let urgent = limits::is_urgent();
        HttpConnectorFuture::new(self.clone().send(request, urgent))
    }
}

impl HttpClient for Limited {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Self { settings: settings.clone(), ..self.clone() })
    }
}

impl std::fmt::Debug for Limited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limited").finish_non_exhaustive()
    }
}
