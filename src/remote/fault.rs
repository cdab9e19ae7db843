//! Errors of the SDKs and of the HTTP clients, in the console's words.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::{
    orchestrator::HttpResponse,
    result::{ConnectorError, SdkError},
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId as _;

use super::codes;
use crate::model::{Fault, FaultKind, text};

/// Messages longer than this many cells are cut: some services put a whole policy into theirs.
const MESSAGE_CELLS: usize = 600;

/// The code, ours, of an answer that arrived and could not be read. The HTTP client took it for a good one: who gets
/// this fault may add it to the failures by [`super::Remote::record`].
pub const UNREADABLE: &str = "UnreadableAnswer";

/// What an SDK's error means: kind, AWS's own sentence made safe for a terminal, request id, and the next step.
/// `operation` is the API's name of it, such as `ListServices`.
pub fn fault<E>(service: &str, operation: &str, error: &SdkError<E, HttpResponse>) -> Fault
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let call = format!("{service}:{operation}");
    if let Some(own) = find::<Fault>(error) {
        return own.clone();
    }
    if let Some(credentials) = find::<CredentialsError>(error) {
        return of_credentials(credentials).call(call);
    }
    let mut fault = match error {
        SdkError::ServiceError(answered) => {
            let meta = answered.err().meta();
            let status = answered.raw().status().as_u16();
            said(meta.code().unwrap_or_default(), Some(status), meta.message().unwrap_or_default())
        }
        SdkError::DispatchFailure(failed) => match failed.as_connector_error() {
            Some(connector) => of_connector(connector),
            None => Fault::new(FaultKind::Network, cut(&innermost(error))),
        },
        SdkError::TimeoutError(_) => Fault::new(FaultKind::Network, "no answer in time"),
        SdkError::ResponseError(answer) => unreadable(answer.raw().status().as_u16(), error),
        _ => Fault::new(FaultKind::Invalid, cut(&innermost(error))),
    };
    fault.request_id = error.request_id().map(str::to_owned);
    granted(service, fault).call(call)
}

/// The fault with who could grant what the service refused, where that is known.
#[must_use]
pub fn granted(service: &str, fault: Fault) -> Fault {
    match codes::grantor(service, fault.kind) {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}

/// The fault of an answer with a code, a status and a message.
#[must_use]
pub fn said(code: &str, status: Option<u16>, message: &str) -> Fault {
    let (kind, hint) = codes::judge(code, status, message);
    let sentence = match (message.trim(), code) {
        ("", "") => format!("the service answered with HTTP {} and no reason", status.unwrap_or_default()),
        ("", code) => code.to_owned(),
        (message, _) => message.to_owned(),
    };
    Fault::new(kind, cut(&sentence)).code(cut(code)).hint(hint)
}

/// An answer that arrived but could not be read: cut off on the way, or malformed.
fn unreadable<E: Error + 'static>(status: u16, error: &SdkError<E, HttpResponse>) -> Fault {
    let cause = innermost(error);
    if status >= 400 {
        // A page of HTML, of a proxy or of a service that fell over.
        return said("", Some(status), "");
    }
    // A body that stalled or was cut is the network's doing; the library has no type for it in reach.
    let on_the_way = ["minimum throughput", "connection", "incomplete", "end of file", "timed out", "timeout"];
    let words = cause.to_lowercase();
    if on_the_way.iter().any(|word| words.contains(word)) {
        return Fault::new(FaultKind::Network, cut(&format!("the answer broke off: {cause}"))).code(UNREADABLE);
    }
    let message = format!("the answer (HTTP {status}) could not be read: {cause}");
    Fault::new(FaultKind::Service, cut(&message)).code(UNREADABLE)
}

/// The fault of a request that got no answer.
#[must_use]
pub fn of_connector(error: &ConnectorError) -> Fault {
    of_network(error)
}

/// The fault of anything that broke on the network.
pub(super) fn of_network(error: &(dyn Error + 'static)) -> Fault {
    let cause = innermost(error);
    let fault = Fault::new(FaultKind::Network, cut(&cause));
    if distrusts(&cause) {
        return fault.hint("if a proxy on your network re-signs TLS, name its certificate file in AWS_CA_BUNDLE");
    }
    if cause.contains("dns error") || cause.contains("lookup address") {
        return fault.hint("check the network and the VPN: the name of the endpoint was not found");
    }
    if cause.contains("proxy") || cause.contains("tunnel") {
        return fault.hint("check HTTPS_PROXY and NO_PROXY");
    }
    fault.hint("check the network, the VPN and HTTPS_PROXY")
}

/// Whether a cause is a certificate that was refused.
pub(super) fn distrusts(cause: &str) -> bool {
    ["UnknownIssuer", "invalid peer certificate", "self-signed"].iter().any(|w| cause.contains(w))
}

/// The fault of credentials that could not be had. A provider of our own hands its [`Fault`] through unharmed.
#[must_use]
pub fn of_credentials(error: &CredentialsError) -> Fault {
    if let Some(own) = find::<Fault>(error) {
        return own.clone();
    }
    let cause = cut(&innermost(error));
    let fault = |kind, hint| Fault::new(kind, cause.clone()).hint(hint);
    match error {
        CredentialsError::CredentialsNotLoaded(_) => {
            fault(FaultKind::NoCredentials, "choose a profile, run `aws sso login`, or set AWS_ACCESS_KEY_ID")
        }
        CredentialsError::ProviderTimedOut(_) => {
            fault(FaultKind::Network, "the source of the credentials did not answer")
        }
        CredentialsError::InvalidConfiguration(_) => fault(FaultKind::Invalid, "check the profile in ~/.aws/config"),
        // SSO tokens that have ended, a refused role, a failed process: a person has to renew something.
        _ if ["expired", "invalid", "token", "login"].iter().any(|w| cause.to_lowercase().contains(w)) => {
            fault(FaultKind::Expired, "renew the login: `aws sso login`, or new credentials in the environment")
        }
        _ => fault(FaultKind::NoCredentials, "choose a profile, run `aws sso login`, or set AWS_ACCESS_KEY_ID"),
    }
}

/// The first error of a type in the chain of causes.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut at = Some(error);
    while let Some(error) = at {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        at = error.source();
    }
    None
}

/// What the innermost cause says, which is what happened; the outer ones only say where.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// Safe for a terminal, and not endless.
fn cut(message: &str) -> String {
    text::clip(text::clean(message).trim(), MESSAGE_CELLS).into_owned()
}
