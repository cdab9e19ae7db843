//! The portal on loopback.

#![allow(clippy::disallowed_methods, reason = "the test plays the server")]

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use serde_json::json;

use super::*;
use crate::{access::awsfiles::AwsFiles, config::Env, remote};

#[derive(Default)]
struct Fake {
    asked: Mutex<Vec<String>>,
    throttles: AtomicU32,
}

type Asked = Query<HashMap<String, String>>;

fn check(fake: &Fake, headers: &HeaderMap, what: String) -> Result<(), (StatusCode, String)> {
    fake.asked.lock().unwrap().push(what);
    if fake.throttles.load(Ordering::SeqCst) > 0 {
        fake.throttles.fetch_sub(1, Ordering::SeqCst);
        return Err((StatusCode::TOO_MANY_REQUESTS, r#"{"__type":"TooManyRequestsException"}"#.into()));
    }
    if headers["x-amz-sso_bearer_token"] != "good" {
        let body = r#"{"__type":"UnauthorizedException","message":"Session token not found or invalid"}"#;
        return Err((StatusCode::UNAUTHORIZED, body.into()));
    }
    Ok(())
}

async fn accounts(
    State(fake): State<Arc<Fake>>,
    Query(q): Asked,
    headers: HeaderMap,
) -> Result<String, (StatusCode, String)> {
    let next = q.get("next_token").cloned();
    check(&fake, &headers, format!("accounts {} {next:?}", q["max_result"]))?;
    let page = |n: &str, next| {
        let id = n.repeat(12);
        json!({ "accountList": [{ "accountId": id, "accountName": n, "emailAddress": "a@b" }], "nextToken": next })
    };
    // The second page is empty and carries a token, which AWS's pages may.
    Ok(match next.as_deref() {
        None => page("1", Some("two")),
        Some("two") => json!({ "accountList": [], "nextToken": "three" }),
        _ => page("2", None),
    }
    .to_string())
}

async fn roles(
    State(fake): State<Arc<Fake>>,
    Query(q): Asked,
    headers: HeaderMap,
) -> Result<String, (StatusCode, String)> {
    check(&fake, &headers, format!("roles {}", q["account_id"]))?;
    Ok(json!({ "roleList": [{ "roleName": "View", "accountId": q["account_id"] }], "nextToken": "" }).to_string())
}

async fn keys(
    State(fake): State<Arc<Fake>>,
    Query(q): Asked,
    headers: HeaderMap,
) -> Result<String, (StatusCode, String)> {
    check(&fake, &headers, format!("keys {} {}", q["account_id"], q["role_name"]))?;
    if q["role_name"] != "View" {
        let body = r#"{"__type":"ForbiddenException","message":"No access"}"#;
        return Err((StatusCode::FORBIDDEN, body.into()));
    }
    let given = json!({ "accessKeyId": "ASIA1", "secretAccessKey": "hunter2", "sessionToken": "t", "expiration": 1_800_000_000_000i64 });
    Ok(json!({ "roleCredentials": given }).to_string())
}

struct Desk {
    fake: Arc<Fake>,
    remote: Remote,
    settings: Settings,
    session: SsoSession,
}

async fn desk() -> Desk {
    let fake = Arc::new(Fake::default());
    let app = Router::new()
        .route("/assignment/accounts", get(accounts))
        .route("/assignment/roles", get(roles))
        .route("/federation/credentials", get(keys))
        .with_state(Arc::clone(&fake));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let env: Env = [("AWS_ENDPOINT_URL_SSO", url.as_str()), ("HOME", "/nowhere")].into_iter().collect();
    let files =
        AwsFiles::from_text("[sso-session corp]\nsso_start_url = https://c/start\nsso_region = eu-west-1\n", "");
    let session = SsoSession::named(&files, "corp").unwrap();
    let options = remote::Settings { share: 1.0, ..remote::Settings::default() };
    let remote = Remote::new(options, Arc::new(Timestamp::now)).unwrap();
    Desk { fake, remote, settings: Settings::new(&env, &Arc::new(files), None), session }
}

impl Desk {
    fn portal(&self, token: &str) -> Portal<'_> {
        Portal::new(&self.remote, &self.settings, &self.session, SecretString::from(token.to_owned()))
    }
}

#[tokio::test]
async fn every_page_is_read_even_after_an_empty_one_and_throttling_is_waited_out() {
    let desk = desk().await;
    desk.fake.throttles.store(1, Ordering::SeqCst);
    let accounts = desk.portal("good").accounts().await.unwrap();
    let read: Vec<_> = accounts.iter().map(|a| (a.id.as_str(), a.name.as_str(), a.roles.join(","))).collect();
    assert_eq!(read, [("111111111111", "1", "View".to_owned()), ("222222222222", "2", "View".to_owned())]);
    let asked = desk.fake.asked.lock().unwrap().clone();
    assert_eq!(asked[..2], ["accounts 100 None", "accounts 100 None"]);
    assert_eq!(asked.len(), 6, "{asked:?}");
}

#[tokio::test]
async fn credentials_of_a_permission_set_or_why_not() {
    let desk = desk().await;
    let id = AccountId::from("111111111111");
    let keys = desk.portal("good").credentials(&id, "View").await.unwrap();
    assert_eq!((keys.id(), keys.until().unwrap().as_second()), ("ASIA1", 1_800_000_000));
    assert_eq!(desk.remote.account_of("ASIA1"), Some(id.clone()), "calls are counted for the account");
    let fault = desk.portal("good").credentials(&id, "Admin").await.unwrap_err();
    assert_eq!((fault.kind, fault.code.as_str()), (FaultKind::Denied, "ForbiddenException"));
    let fault = desk.portal("old").credentials(&id, "View").await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Expired);
    assert_eq!(fault.hint, "aws sso login --sso-session corp");
    assert!(!format!("{fault:?}").contains("old"));
}

#[test]
fn the_portal_is_where_identity_center_is() {
    assert_eq!(address(&Region::from("eu-west-1")), "https://portal.sso.eu-west-1.amazonaws.com");
    assert_eq!(address(&Region::from("cn-north-1")), "https://portal.sso.cn-north-1.amazonaws.com.cn");
}
