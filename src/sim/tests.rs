//! The fleet over the wire, by hand-written requests.

use std::io;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// A status, and the body as far as it came.
type Reply = (u16, String);

/// Sends one request and reads until the server closes.
async fn send(sim: &Sim, head: &str, body: &str) -> Result<Reply, io::Error> {
    let mut stream = TcpStream::connect(sim.endpoint().trim_start_matches("http://")).await?;
    let length = body.len();
    let text = format!("{head}\r\nhost: sim\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(text.as_bytes()).await?;
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| read.err().unwrap_or_else(|| io::Error::other("no status")))?;
    Ok((status, text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()))
}

fn signed(keys: &Keys, service: &str) -> String {
    let token = keys.token.as_ref().map(|token| format!("\r\nx-amz-security-token: {token}")).unwrap_or_default();
    format!(
        "authorization: AWS4-HMAC-SHA256 Credential={}/20260101/eu-central-1/{service}/aws4_request{token}",
        keys.id
    )
}

async fn json(sim: &Sim, keys: &Keys, service: &str, target: &str, body: &str) -> Result<Reply, io::Error> {
    let sign = signed(keys, service);
    send(sim, &format!("POST / HTTP/1.1\r\n{sign}\r\nx-amz-target: {target}"), body).await
}

async fn list_clusters(sim: &Sim, keys: &Keys) -> Result<Reply, io::Error> {
    json(sim, keys, "ecs", "AmazonEC2ContainerServiceV20141113.ListClusters", "{}").await
}

async fn assume(sim: &Sim, account: &str, more: &str) -> Result<Option<Keys>, io::Error> {
    let id = sim.world().named(account).map(|account| account.id.clone()).unwrap_or_default();
    let sign = signed(&sim.administrator(), "sts");
    let form = format!(
        "Action=AssumeRole&RoleSessionName=test&RoleArn=arn%3Aaws%3Aiam%3A%3A{id}%3Arole%2Fcicd%2Fdelegated-role{more}"
    );
    let (status, body) = send(sim, &format!("POST / HTTP/1.1\r\n{sign}"), &form).await?;
    let part = |tag: &str| {
        let (_, rest) = body.split_once(&format!("<{tag}>"))?;
        Some(rest.split_once('<')?.0.to_owned())
    };
    let id = part("AccessKeyId").filter(|_| status == 200);
    let secret = String::new();
    Ok(id.map(|id| Keys { id, secret, token: part("SessionToken"), expires: None }))
}

async fn quiet(faults: &[&str]) -> Result<Sim, Box<dyn std::error::Error>> {
    let faults = faults.iter().map(|fault| fault.parse()).collect::<Result<_, _>>()?;
    Ok(start(Options { latency: Latency::Off, faults, ..Options::default() }).await?)
}

type Test = Result<(), Box<dyn std::error::Error>>;

#[tokio::test]
async fn a_session_lives_until_it_ends() -> Test {
    let sim = quiet(&[]).await?;
    let keys = assume(&sim, "prod", "&DurationSeconds=900").await?.ok_or("refused")?;
    assert!(list_clusters(&sim, &keys).await?.1.contains("cluster/prod-main"));
    let stolen = Keys { token: None, ..keys.clone() };
    assert!(list_clusters(&sim, &stolen).await?.1.contains("UnrecognizedClientException"));
    sim.clock().advance(Duration::from_secs(901));
    let (status, body) = list_clusters(&sim, &keys).await?;
    assert!(status == 400 && body.contains("ExpiredTokenException"), "{body}");
    let fresh = assume(&sim, "prod", "").await?.ok_or("refused")?;
    sim.expire_sessions();
    assert!(list_clusters(&sim, &fresh).await?.1.contains("ExpiredTokenException"));
    assert_eq!(assume(&sim, "log-archive", "").await?, None);
    Ok(())
}

#[tokio::test]
async fn sessions_end_from_outside_by_account_and_role() -> Test {
    let sim = quiet(&[]).await?;
    let (prod, dev) = (assume(&sim, "prod", "").await?, assume(&sim, "dev", "").await?);
    let (prod, dev) = (prod.ok_or("refused")?, dev.ok_or("refused")?);
    for (line, said) in [
        ("GET /_qd/revoke HTTP/1.1", "POST ends sessions"),
        ("POST /_qd/revoke?account=nowhere HTTP/1.1", "no such account"),
        ("POST /_qd/revoke?account=prod&role=other HTTP/1.1", "{\"revoked\":0}"),
        ("POST /_qd/revoke?account=prod&role=delegated-role HTTP/1.1", "{\"revoked\":1}"),
        ("POST /_qd/revoke?account=prod HTTP/1.1", "{\"revoked\":0}"),
    ] {
        let (_, body) = send(&sim, line, "").await?;
        assert!(body.contains(said), "{line}: {body}");
    }
    assert!(list_clusters(&sim, &prod).await?.1.contains("ExpiredTokenException"));
    assert!(list_clusters(&sim, &dev).await?.1.contains("cluster/dev-main"));
    assert!(list_clusters(&sim, &sim.administrator()).await?.0 == 200, "long-term keys are no session");
    Ok(())
}

#[tokio::test]
async fn a_session_of_the_user_shows_the_code_that_it_was_made_with() -> Test {
    let sim = quiet(&[]).await?;
    let user = sim.administrator();
    let (device, code) = sim.mfa();
    let ask = async |keys: &Keys, more: &str| {
        let body = format!("Action=GetSessionToken&Version=2011-06-15{more}");
        send(&sim, &format!("POST / HTTP/1.1\r\n{}", signed(keys, "sts")), &body).await
    };
    let (status, body) = ask(&user, &format!("&SerialNumber={device}&TokenCode=000000")).await?;
    assert!(status == 403 && body.contains("invalid MFA one time pass code"), "{body}");
    assert!(ask(&user, "&DurationSeconds=129601").await?.1.contains("less than or equal to 129600"));
    let (status, body) = ask(&user, &format!("&SerialNumber={device}&TokenCode={code}")).await?;
    assert_eq!(status, 200, "{body}");
    let part = |name: &str| {
        let rest = body.split(&format!("<{name}>")).nth(1)?;
        Some(rest.split("</").next()?.to_owned())
    };
    let (id, secret) = (part("AccessKeyId").ok_or("no key")?, part("SecretAccessKey").ok_or("no secret")?);
    let session = Keys { id, secret, token: part("SessionToken"), expires: None };
    let (status, body) = ask(&session, "").await?;
    assert!(status == 403 && body.contains("Cannot call GetSessionToken with session credentials"), "{body}");
    let line = format!("POST / HTTP/1.1\r\n{}", signed(&session, "sts"));
    let (_, body) = send(&sim, &line, "Action=GetCallerIdentity&Version=2011-06-15").await?;
    assert!(body.contains(":user/officer</Arn>"), "it is the user still: {body}");
    Ok(())
}

#[tokio::test]
async fn calls_are_counted_and_changes_told_apart() -> Test {
    let sim = quiet(&[]).await?;
    let keys = assume(&sim, "dev", "").await?.ok_or("refused")?;
    list_clusters(&sim, &keys).await?;
    let update = r#"{"cluster":"dev-main","service":"orders","desiredCount":2}"#;
    assert!(sim.mutations().is_empty());
    json(&sim, &keys, "ecs", "AmazonEC2ContainerServiceV20141113.UpdateService", update).await?;
    assert_eq!((sim.count("ecs", ""), sim.count("sts", "AssumeRole"), sim.mutations().len()), (2, 1, 1));
    let (_, book) = send(&sim, "GET /_qd/calls HTTP/1.1", "").await?;
    let book: Value = serde_json::from_str(&book)?;
    assert_eq!((book["total"].as_u64(), book["mutating"].as_u64()), (Some(3), Some(1)));
    let dev = sim.world().named("dev").ok_or("no dev")?;
    let call = sim.calls().pop().ok_or("no call")?;
    assert_eq!((call.account, call.role.as_str(), call.status), (dev.id.clone(), "delegated-role", Some(200)));
    sim.forget_calls();
    assert_eq!(sim.count("", ""), 0);
    Ok(())
}

#[tokio::test]
async fn faults_come_and_go() -> Test {
    let sim = quiet(&["reset:1x@ecs"]).await?;
    let keys = sim.member("prod").ok_or("no prod")?;
    let (_, half) = list_clusters(&sim, &keys).await?;
    let (status, whole) = list_clusters(&sim, &keys).await?;
    assert!(status == 200 && half.len() < whole.len() && whole.starts_with(&half), "{half}");
    sim.set_faults(vec!["truncated".parse()?]);
    let (status, half) = list_clusters(&sim, &keys).await?;
    assert!(status == 200 && half.len() < whole.len() && !half.is_empty());
    sim.set_faults(vec!["html500".parse()?]);
    assert!(list_clusters(&sim, &keys).await?.1.starts_with("<html>"));
    sim.set_faults(Vec::new());
    assert_eq!(list_clusters(&sim, &keys).await?.1, whole);
    Ok(())
}

#[tokio::test]
async fn dropping_it_stops_the_server_even_while_it_hangs() -> Test {
    let sim = quiet(&["hang"]).await?;
    let keys = sim.administrator();
    let address = sim.endpoint().trim_start_matches("http://").to_owned();
    let sign = signed(&keys, "ecs");
    let mut stream = TcpStream::connect(&address).await?;
    let target = "AmazonEC2ContainerServiceV20141113.ListClusters";
    let text =
        format!("POST / HTTP/1.1\r\nhost: sim\r\n{sign}\r\nx-amz-target: {target}\r\ncontent-length: 2\r\n\r\n{{}}");
    stream.write_all(text.as_bytes()).await?;
    while sim.count("ecs", "") == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(sim);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.ok();
    assert!(rest.is_empty());
    assert!(TcpStream::connect(&address).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_frozen_fleet_answers_the_same_twice() -> Test {
    let read = async |start: jiff::Timestamp| -> Result<String, Box<dyn std::error::Error>> {
        let sim = super::start(Options { latency: Latency::Off, start: Some(start), ..Options::default() }).await?;
        sim.clock().freeze();
        sim.clock().set(start);
        let keys = sim.member("prod").ok_or("no prod")?;
        let body = r#"{"cluster":"prod-main","services":["checkout","orders","catalogue"]}"#;
        let target = "AmazonEC2ContainerServiceV20141113.DescribeServices";
        Ok(json(&sim, &keys, "ecs", target, body).await?.1)
    };
    let start = "2026-11-22T10:00:00Z".parse()?;
    assert_eq!(read(start).await?, read(start).await?);
    Ok(())
}

#[test]
fn every_file_of_a_service_is_in_the_list() -> Test {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/sim/aws"))? {
        names.push(entry?.file_name().to_string_lossy().trim_end_matches(".rs").to_owned());
    }
    names.retain(|name| !["mod", "signed"].contains(&name.as_str()));
    assert_eq!(names.len(), aws::DIALECTS.len(), "{names:?}");
    Ok(())
}

#[tokio::test]
async fn every_operation_in_the_list_is_answered() -> Test {
    let sim = quiet(&[]).await?;
    let keys = sim.administrator();
    let prefixes = [
        ("organizations", "AWSOrganizationsV20161128"),
        ("ecs", "AmazonEC2ContainerServiceV20141113"),
        ("logs", "Logs_20140328"),
    ];
    for (service, prefix) in prefixes {
        let dialect = aws::DIALECTS.iter().find(|dialect| dialect.service == service).ok_or("missing")?;
        for operation in dialect.operations {
            let (status, body) = json(&sim, &keys, service, &format!("{prefix}.{operation}"), "{}").await?;
            assert!(status < 500 && !body.contains("UnknownOperation"), "{operation}: {body}");
        }
        let (_, body) = json(&sim, &keys, service, &format!("{prefix}.DeleteEverything"), "{}").await?;
        assert!(body.contains("UnknownOperationException"), "{body}");
    }
    Ok(())
}
