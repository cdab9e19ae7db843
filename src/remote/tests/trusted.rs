//! Private authorities and proxies, for the SDKs and for the web client alike.

use std::sync::Arc;

use secrecy::SecretString;

use super::{
    IDENTITY, remote,
    server::{Private, answer, proxy, serve},
    session,
};
use crate::{
    model::{Fault, FaultKind},
    remote::{Call, Remote, Settings, fault},
};

async fn ask_sdk(remote: &Remote) -> Result<String, Fault> {
    let answer = remote.sts(&session()).get_caller_identity().send().await;
    let answer = answer.map_err(|e| fault("sts", "GetCallerIdentity", &e))?;
    Ok(answer.account.unwrap_or_default())
}

async fn ask_web(remote: &Remote, uri: &str) -> Result<String, Fault> {
    let request = remote.web()?.get(uri);
    let answer = remote.fetch(&Call::new("test", "Ask", None), request).await?;
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}

#[tokio::test]
async fn a_private_authority_is_trusted_by_its_bundle_alone() {
    let private = Private::new(&["localhost"]);
    let (address, log) = serve(Some(&private), Arc::new(|_, _| Some(answer(200, "", IDENTITY)))).await;
    let uri = format!("https://localhost:{}", address.port());

    let without = remote(&uri, Settings::default());
    for refused in [ask_sdk(&without).await.unwrap_err(), ask_web(&without, &uri).await.unwrap_err()] {
        assert_eq!(refused.kind, FaultKind::Network, "{refused:?}");
        assert!(refused.hint.contains("AWS_CA_BUNDLE"), "{refused:?}");
        assert!(refused.message.starts_with("localhost: "), "{refused:?}");
    }
    assert!(log.lock().unwrap().is_empty());

    let with = remote(&uri, Settings { ca_bundle: Some(private.bundle.clone()), ..Settings::default() });
    assert_eq!(ask_sdk(&with).await.unwrap(), "111122223333");
    assert_eq!(ask_web(&with, &uri).await.unwrap(), IDENTITY);
    assert_eq!(log.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_proxy_is_used_and_gone_past() {
    let private = Private::new(&["sts.corp.test"]);
    let (backend, _) = serve(Some(&private), Arc::new(|_, _| Some(answer(200, "", IDENTITY)))).await;
    let (proxy, log) = proxy(backend).await;
    let uri = "https://sts.corp.test";
    let settings = |no_proxy: &str| Settings {
        ca_bundle: Some(private.bundle.clone()),
        https_proxy: Some(SecretString::from(format!("http://ada:hunter2@{proxy}"))),
        no_proxy: no_proxy.to_owned(),
        ..Settings::default()
    };

    let through = remote(uri, settings("other.test"));
    assert_eq!(ask_sdk(&through).await.unwrap(), "111122223333");
    assert_eq!(ask_web(&through, uri).await.unwrap(), IDENTITY);
    let seen = log.lock().unwrap().clone();
    assert_eq!(seen.len(), 2);
    for head in &seen {
        assert!(head.starts_with("connect sts.corp.test:443 "), "{head}");
        // ada:hunter2, in the case that the log is kept in.
        assert!(head.contains("proxy-authorization: basic ywrhomh1bnrlcji="), "{head}");
    }

    // The name resolves nowhere (RFC 6761), so that going past the proxy must fail.
    let past = remote(uri, settings("corp.test:443"));
    let mut direct = past.sts(&session()).config().to_builder();
    direct.set_retry_config(Some(aws_smithy_types::retry::RetryConfig::disabled()));
    let refused = aws_sdk_sts::Client::from_conf(direct.build()).get_caller_identity().send().await.unwrap_err();
    assert_eq!(fault("sts", "GetCallerIdentity", &refused).kind, FaultKind::Network);
    assert_eq!(ask_web(&past, uri).await.unwrap_err().kind, FaultKind::Network);
    assert_eq!(log.lock().unwrap().len(), 2);
}

#[test]
fn a_bundle_that_is_missing_stops_the_start() {
    let settings = Settings { ca_bundle: Some("/nowhere/ca.pem".into()), ..Settings::default() };
    let refused = Remote::new(settings, Arc::new(|| jiff::Timestamp::UNIX_EPOCH)).unwrap_err();
    assert!(refused.message.contains("/nowhere/ca.pem"), "{refused}");
}
