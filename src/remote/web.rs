//! HTTP that no AWS SDK speaks for us: the SSO portal, console federation, GitLab.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::{
    Remote, Settings,
    answer::Said,
    codes,
    fault::{innermost, of_network, said},
    http::Outlet,
    ledger::Failed,
    limits,
    request::Request,
};
use crate::model::{AccountId, Fault, FaultKind, Region};

/// The largest answer that is read, in bytes: a page of the largest API in use has about 1 MB.
const LARGEST: usize = 32 * 1024 * 1024;

/// What a request of [`Remote::fetch`] counts as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The service, such as `sso`: names the limit.
    pub service: String,
    /// The operation, such as `ListAccountRoles`.
    pub operation: String,
    /// The account that it is counted for, where there is one.
    pub account: Option<AccountId>,
    /// The region, where there is one.
    pub region: Option<Region>,
}

impl Call {
    /// A call of a service, in a region.
    pub fn new(service: impl Into<String>, operation: impl Into<String>, region: Option<Region>) -> Self {
        Self { service: service.into(), operation: operation.into(), account: None, region }
    }
}

/// A good answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status, below 400.
    pub status: u16,
    /// The headers.
    pub headers: http::HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// The client, made with the first use.
pub(super) fn client<'a>(
    slot: &'a OnceLock<reqwest::Client>,
    outlet: &Outlet,
    settings: &Settings,
) -> Result<&'a reqwest::Client, Fault> {
    if let Some(client) = slot.get() {
        return Ok(client);
    }
    let routes = Arc::clone(&outlet.routes);
    let proxy = reqwest::Proxy::custom(move |url| {
        let via = routes.via(url.scheme(), url.host_str().unwrap_or_default(), url.port());
        routes.address(via).map(str::to_owned)
    });
    let built = reqwest::Client::builder()
        .user_agent(concat!("quarterdeck/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(settings.connect_timeout)
        .read_timeout(settings.read_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .proxy(proxy)
        .tls_certs_merge(outlet.trust.certificates())
        .build()
        .map_err(|e| {
            Fault::new(FaultKind::Invalid, format!("TLS cannot be set up: {}", innermost(&e)))
                .hint("install the system's CA certificates, or name a bundle in AWS_CA_BUNDLE")
        })?;
    Ok(slot.get_or_init(|| built))
}

impl Remote {
    /// Sends a request of [`Remote::web`] in its turn, counts it, and reads the whole answer. No retry: the callers
    /// are polls, which come again.
    ///
    /// # Errors
    /// No answer, an answer of HTTP 400 and above (with AWS's code where the body has one), or one above 32 MB.
    pub async fn fetch(&self, call: &Call, request: reqwest::RequestBuilder) -> Result<Answer, Fault> {
        let asked = Request {
            service: call.service.clone(),
            operation: call.operation.clone(),
            region: call.region.clone(),
            account: call.account.clone(),
            key_id: None,
            of_role: None,
            attempt: 1,
        };
        let meter = self.0.gate.enter(&asked, limits::is_urgent()).await;
        let outcome = exchange(request).await;
        let fault = match outcome {
            Ok(answer) if answer.status < 400 => {
                meter.bucket.answered();
                return Ok(answer);
            }
            Ok(answer) => {
                let header = |name: &'static str| answer.headers.get(name).and_then(|v| v.to_str().ok());
                let told = Said::read(header, &answer.body);
                if codes::throttles(&told.code, Some(answer.status)) {
                    meter.throttled();
                }
                let mut fault = said(&told.code, Some(answer.status), &told.message);
                fault.request_id = told.request_id;
                (fault, Some(answer.status))
            }
            Err(fault) => (fault, None),
        };
        let (fault, status) = (fault.0.call(format!("{}:{}", call.service, call.operation)), fault.1);
        let Call { account, region, .. } = call.clone();
        self.0.gate.ledger.fail(Failed { account, region, fault: fault.clone(), status, attempt: 1 });
        Err(fault)
    }
}

async fn exchange(request: reqwest::RequestBuilder) -> Result<Answer, Fault> {
    let (client, request) = request.build_split();
    let request = request.map_err(|e| Fault::new(FaultKind::Invalid, innermost(&e.without_url())))?;
    let host = request.url().host_str().unwrap_or_default().to_owned();
    let wrong = |e: reqwest::Error| {
        // The address may hold a token in its query: of it only the host is told.
        let fault = of_network(&e.without_url());
        Fault { message: format!("{host}: {}", fault.message), ..fault }
    };
    let mut response = client.execute(request).await.map_err(wrong)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = bytes::BytesMut::new();
    while let Some(part) = response.chunk().await.map_err(wrong)? {
        if body.len() + part.len() > LARGEST {
            return Err(Fault::new(FaultKind::Service, "the answer is larger than 32 MB"));
        }
        body.extend_from_slice(&part);
    }
    Ok(Answer { status, headers, body: body.freeze() })
}
