//! Answers that never come, break off, or make no sense.

use std::sync::Arc;

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future},
};
use aws_smithy_types::retry::RetryConfig;

use super::{
    remote,
    server::{SILENCE, answer, serve},
    session,
};
use crate::{
    model::{Fault, FaultKind},
    remote::{Remote, Session, Settings, fault, fault::UNREADABLE},
};

async fn ask(remote: &Remote, session: &Session) -> Fault {
    let once = remote.ecs(session).config().to_builder().retry_config(RetryConfig::disabled());
    let error = aws_sdk_ecs::Client::from_conf(once.build()).list_clusters().send().await.unwrap_err();
    fault("ecs", "ListClusters", &error)
}

/// What a server answers.
type Told = fn() -> Option<String>;

async fn told(what: Told) -> (Fault, Remote) {
    let (address, _) = serve(None, Arc::new(move |_, _| what())).await;
    let remote = remote(&format!("http://{address}"), Settings::default());
    (ask(&remote, &session()).await, remote)
}

/// A good answer that breaks off long before its length.
fn half() -> String {
    answer(200, "", "{\"clusterArns\":[").replace("length: 1", "length: 9")
}

#[tokio::test]
async fn every_way_to_break_has_its_kind() {
    let cases: [(&str, Told, FaultKind); 8] = [
        ("hang", || Some(SILENCE.to_string()), FaultKind::Network),
        ("reset", || None, FaultKind::Network),
        ("truncated", || Some(half()), FaultKind::Network),
        ("stalled", || Some(format!("{}{SILENCE}", half())), FaultKind::Network),
        ("malformed", || Some(answer(200, "", "{\"clusterArns\": 7, nonsense")), FaultKind::Service),
        ("html", || Some(answer(500, "content-type: text/html\r\n", "<html>oops</html>")), FaultKind::Service),
        (
            "expired",
            || Some(answer(400, "", r#"{"__type":"ExpiredTokenException","message":"ended"}"#)),
            FaultKind::Expired,
        ),
        ("denied", || Some(answer(400, "", r#"{"__type":"AccessDeniedException","message":"no"}"#)), FaultKind::Denied),
    ];
    for (name, what, kind) in cases {
        let (fault, remote) = told(what).await;
        assert_eq!(fault.kind, kind, "{name}: {fault:?}");
        assert_eq!(fault.call, "ecs:ListClusters", "{name}");
        // What a good answer says is read by the SDK alone.
        let unseen = name == "malformed";
        assert_eq!(fault.code == UNREADABLE, unseen, "{name}");
        let noted: Vec<FaultKind> = remote.failures().iter().map(|f| f.fault.kind).collect();
        assert_eq!(noted, if unseen { vec![] } else { vec![kind] }, "{name}");
    }
}

#[tokio::test]
async fn a_document_that_ends_early_is_no_answer_with_less_in_it() {
    let whole = "<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions/>\
                 </DescribeTargetHealthResult></DescribeTargetHealthResponse>";
    for (text, good) in [(whole, true), (&whole[..whole.len() / 2], false), (&whole[..whole.len() - 1], false)] {
        let (address, _) =
            serve(None, Arc::new(move |_, _| Some(answer(200, "content-type: text/xml\r\n", text)))).await;
        let remote = remote(&format!("http://{address}"), Settings::default());
        let said = remote.elbv2(&session()).describe_target_health().target_group_arn("a").send().await;
        assert_eq!(said.is_ok(), good, "{text}");
        let Err(error) = said else { continue };
        let fault = fault("elasticloadbalancing", "DescribeTargetHealth", &error);
        assert_eq!(
            (fault.kind, fault.call.as_str()),
            (FaultKind::Service, "elasticloadbalancing:DescribeTargetHealth")
        );
        let noted: Vec<FaultKind> = remote.failures().iter().map(|f| f.fault.kind).collect();
        assert_eq!(noted, [FaultKind::Service], "once: asking again would not help");
    }
}

#[tokio::test]
async fn escapes_and_endless_messages_are_made_safe() {
    let message = "\\u001b[31mred".to_owned() + &"x".repeat(5_000);
    let body = format!(r#"{{"__type":"ClientException","message":"{message}"}}"#);
    let (address, _) = serve(None, Arc::new(move |_, _| Some(answer(400, "", &body)))).await;
    let fault = ask(&remote(&format!("http://{address}"), Settings::default()), &session()).await;
    assert!(fault.message.starts_with("redxxx") && fault.message.len() < 700, "{}", fault.message);
    assert_eq!((fault.code.as_str(), fault.kind), ("ClientException", FaultKind::Invalid));
}

#[derive(Debug)]
struct Failing(fn() -> CredentialsError);

impl ProvideCredentials for Failing {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err::<Credentials, _>((self.0)()))
    }
}

#[tokio::test]
async fn credentials_that_cannot_be_had_say_why() {
    let remote = remote("http://127.0.0.1:9", Settings::default());
    let cases: [(fn() -> CredentialsError, FaultKind); 3] = [
        (|| CredentialsError::provider_error(Fault::new(FaultKind::Prompt, "code?")), FaultKind::Prompt),
        (CredentialsError::not_loaded_no_source, FaultKind::NoCredentials),
        (|| CredentialsError::provider_error("the SSO session has expired"), FaultKind::Expired),
    ];
    for (why, kind) in cases {
        let session = Session { credentials: SharedCredentialsProvider::new(Failing(why)), ..session() };
        let fault = ask(&remote, &session).await;
        assert_eq!(fault.kind, kind, "{fault:?}");
    }
    assert!(remote.failures().is_empty(), "nothing was sent");
}
