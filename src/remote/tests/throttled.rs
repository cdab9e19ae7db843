//! Limits and counts under a real SDK client.

use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use super::{
    remote,
    server::{answer, serve},
    session,
};
use crate::{
    model::{AccountId, FaultKind, Region},
    remote::{Settings, fault, urgent},
};

const ACCOUNTS: &str = r#"{"Accounts":[]}"#;
const TOO_MANY: &str = r#"{"__type":"TooManyRequestsException","Message":"Rate exceeded"}"#;

#[tokio::test]
async fn throttling_slows_the_walk_and_does_not_fail_it() {
    let script = Arc::new(|_: &str, before: usize| match before {
        0 | 1 => Some(answer(400, "x-amzn-requestid: r-7\r\n", TOO_MANY)),
        _ => Some(answer(200, "", ACCOUNTS)),
    });
    let (address, _) = serve(None, script).await;
    let remote = remote(&format!("http://{address}"), Settings::default());
    let account = AccountId::from("111122223333");
    remote.know("AKIDTEST", account.clone());

    remote.organizations(&session()).list_accounts().send().await.unwrap();

    let budget = remote.budget();
    assert_eq!(budget.len(), 1);
    let used = &budget[0];
    assert_eq!((used.service.as_str(), used.operation.as_str()), ("organizations", "ListAccounts"));
    assert_eq!((used.account.as_ref(), used.region.as_ref()), (Some(&account), None));
    assert_eq!((used.calls, used.last_minute, used.throttled), (3, 3, 2));
    assert_eq!(used.documented, Some(8.0));
    assert!(used.rate < 8.0, "{}", used.rate);
    assert_eq!(remote.per_second().last(), Some(&3));

    let failures = remote.failures();
    assert_eq!(failures.iter().map(|f| f.attempt).collect::<Vec<_>>(), [2, 1]);
    let failure = &failures[0];
    assert_eq!((failure.fault.kind, failure.status), (FaultKind::Throttled, Some(400)));
    assert_eq!(failure.fault.call, "organizations:ListAccounts");
    assert_eq!(failure.fault.request_id.as_deref(), Some("r-7"));
    assert_eq!(failure.account, Some(account));
}

#[tokio::test]
async fn calls_wait_for_their_turn_per_account_and_region() {
    let (address, log) = serve(None, Arc::new(|_, _| Some(answer(200, "", r#"{"regions":[]}"#)))).await;
    let remote = remote(&format!("http://{address}"), Settings::default());
    let ask = |region: &'static str| {
        let client = remote.account(&crate::remote::Session { region: Region::from(region), ..session() });
        async move { client.list_regions().send().await.map_err(|e| fault("account", "ListRegions", &e)) }
    };
    let start = Instant::now();
    // Five at once and five a second: the sixth waits a fifth of a second, the other region's five do not.
    let (many, other) = futures::future::join(
        futures::future::try_join_all((0..6).map(|_| ask("eu-west-1"))),
        futures::future::try_join_all((0..5).map(|_| urgent(ask("eu-central-1")))),
    )
    .await;
    many.unwrap();
    other.unwrap();
    assert!(start.elapsed().as_millis() >= 190, "{:?}", start.elapsed());
    assert_eq!(log.lock().unwrap().len(), 11);
    let budget = remote.budget();
    let regions: Vec<_> = budget.iter().map(|b| (b.region.as_ref().map(Region::as_str), b.calls)).collect();
    assert_eq!(regions, [(Some("eu-central-1"), 5), (Some("eu-west-1"), 6)]);
}

#[tokio::test]
async fn what_is_on_the_screen_overtakes_the_sweep() {
    let (address, _) = serve(None, Arc::new(|_, _| Some(answer(200, "", r#"{"regions":[]}"#)))).await;
    let remote = remote(&format!("http://{address}"), Settings::default());
    let client = remote.account(&session());
    let done = Mutex::new(Vec::new());
    let ask = |name: &'static str| {
        let sent = client.list_regions().send();
        let done = &done;
        async move {
            sent.await.unwrap();
            done.lock().unwrap().push(name);
        }
    };
    // The burst of five is spent first, so that all that follow stand in line.
    futures::future::join_all((0..5).map(|_| ask("burst"))).await;
    futures::join!(ask("sweep"), ask("sweep"), urgent(ask("screen")));
    assert_eq!(done.lock().unwrap()[5..], ["screen", "sweep", "sweep"]);
}
