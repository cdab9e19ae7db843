//! Errors of the SDKs and of the HTTP clients, in the console's words.

use std::error::Error;

use aws_config::imds::client::error::ImdsError;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityError;
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

/// The fault of a document whose end is missing.
pub(super) fn cut_short(status: u16) -> Fault {
    Fault::new(FaultKind::Service, format!("the answer (HTTP {status}) could not be read: its end is missing"))
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

/// The fault of credentials that could not be had. A provider of our own hands its [`Fault`] through unharmed, and what
/// STS said to the token of a web identity is judged as any other answer.
#[must_use]
pub fn of_credentials(error: &CredentialsError) -> Fault {
    if let Some(own) = find::<Fault>(error) {
        return own.clone();
    }
    if let Some(answer) = find::<SdkError<AssumeRoleWithWebIdentityError, HttpResponse>>(error) {
        return of_web_identity(fault("sts", "AssumeRoleWithWebIdentity", answer));
    }
    let fault = |kind, hint| Fault::new(kind, cut(&innermost(error))).hint(hint);
    match error {
        CredentialsError::ProviderTimedOut(_) => {
            fault(FaultKind::Network, "the source of the credentials did not answer")
        }
        CredentialsError::InvalidConfiguration(_) => fault(FaultKind::Invalid, "check the profile in ~/.aws/config"),
        // One word of a provider without types is plain enough; "invalid" and "token" say nothing of a login.
        _ if innermost(error).to_lowercase().contains("expired") => {
            fault(FaultKind::Expired, "renew the login: `aws sso login`, or new credentials in the environment")
        }
        _ => fault(FaultKind::NoCredentials, "choose a profile, run `aws sso login`, or set AWS_ACCESS_KEY_ID"),
    }
}

/// A refused token of a web identity, with who can help: no login of a person does.
fn of_web_identity(fault: Fault) -> Fault {
    match fault.kind {
        FaultKind::Denied => fault.hint(
            "the role must trust the token's provider, subject and audience for sts:AssumeRoleWithWebIdentity: compare \
             its trust policy with the token in AWS_WEB_IDENTITY_TOKEN_FILE",
        ),
        FaultKind::Expired | FaultKind::Invalid => fault.hint(
            "the token in AWS_WEB_IDENTITY_TOKEN_FILE has ended or is none for this provider: whoever writes the file \
             (the kubelet, the CI) has to renew it",
        ),
        _ => fault,
    }
}

/// The same for a source of the machine itself, whose errors are written for programmers: `what` it is, and the next
/// step. A status is told, and no request or answer as it was.
#[must_use]
pub fn of_machine(error: &CredentialsError, what: &str, hint: &str) -> Fault {
    let fault = of_credentials(error).hint(hint);
    let cause = innermost(error);
    let status = match find::<ImdsError>(error) {
        Some(ImdsError::ErrorResponse(answer)) => Some(answer.response().status().as_u16().to_string()),
        _ => cause.strip_prefix(STATUS).map(|rest| rest.chars().filter(char::is_ascii_digit).collect()),
    };
    let message = match (status, error) {
        (Some(status), _) => format!("{what} answered with HTTP {status}"),
        (None, CredentialsError::ProviderTimedOut(_)) => format!("{what} did not answer in time"),
        (None, _) => format!("{what} gave no credentials: {cause}"),
    };
    Fault { message: cut(&message), ..fault }
}

/// How the SDK's provider for containers begins the one error that has no type; a status follows.
const STATUS: &str = "Non-success status from HTTP credential provider: ";

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

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::{body::SdkBody, error::ErrorMetadata};

    use super::*;

    fn refused(code: &str, status: u16, message: &str) -> Fault {
        let meta = ErrorMetadata::builder().code(code).message(message).build();
        let raw = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::empty());
        let answer = SdkError::service_error(AssumeRoleWithWebIdentityError::generic(meta), raw);
        of_credentials(&CredentialsError::provider_error(answer))
    }

    #[test]
    fn a_refused_web_identity_is_judged_by_its_code_and_needs_no_login() {
        let denied = "Not authorized to perform sts:AssumeRoleWithWebIdentity with this invalid token";
        for (code, status, message, kind) in [
            ("AccessDenied", 403, denied, FaultKind::Denied),
            ("ExpiredTokenException", 400, "Token expired", FaultKind::Expired),
            ("InvalidIdentityToken", 400, "No OpenIDConnect provider found in your account", FaultKind::Invalid),
            ("Throttling", 400, "Rate exceeded", FaultKind::Throttled),
        ] {
            let fault = refused(code, status, message);
            assert_eq!((fault.kind, fault.message.as_str(), fault.code.as_str()), (kind, message, code));
            assert_eq!(fault.call, "sts:AssumeRoleWithWebIdentity");
            assert!(!fault.hint.contains("aws sso login"), "{}", fault.hint);
        }
        assert!(refused("AccessDenied", 403, denied).hint.contains("trust"));
    }

    #[test]
    fn what_a_source_of_the_machine_says_is_told_without_the_words_of_programmers() {
        let status = CredentialsError::provider_error(format!("{STATUS}StatusCode(403)"));
        let fault = of_machine(&status, "the container's endpoint", "look at the agent");
        assert_eq!(fault.message, "the container's endpoint answered with HTTP 403");
        assert_eq!((fault.kind, fault.hint.as_str()), (FaultKind::NoCredentials, "look at the agent"));
        let words = CredentialsError::provider_error("failed to load credentials [X]: the token is invalid");
        let fault = of_machine(&words, "the instance's metadata service", "");
        assert_eq!(fault.kind, FaultKind::NoCredentials, "a word is no proof that a login has ended");
    }
}
