//! Endpoints that never answer.

use std::time::{Duration, Instant};

use super::fake::{IDENTITY, config, desk_with};
use crate::{access::vault::News, model::FaultKind};

#[tokio::test]
async fn the_first_answer_of_all_has_a_deadline_and_says_who_was_waited_for() {
    let mut desk = desk_with(config(Vec::new()), &[]).await;
    desk.sts.keep_silent(100);
    let begun = Instant::now();
    let fault = desk.vault.caller().await.unwrap_err();
    let took = begun.elapsed();
    assert!(took >= IDENTITY && took < IDENTITY * 3, "{took:?}");
    assert_eq!((fault.kind, fault.call.as_str()), (FaultKind::Network, "sts:GetCallerIdentity"));
    assert_eq!(fault.message, "sts.eu-central-1 gave no answer within 3 s");
    assert!(fault.hint.contains("HTTPS_PROXY"), "{}", fault.hint);
    let told = desk.told();
    assert_eq!(told, [News::Waiting("sts.eu-central-1".into()), News::NoCaller(fault)]);
}

#[tokio::test]
async fn another_try_does_not_wait_for_the_one_that_hangs() {
    let mut desk = desk_with(config(Vec::new()), &[]).await;
    desk.sts.keep_silent(1);
    let vault = desk.vault.clone();
    let first = tokio::spawn(async move { vault.caller().await });
    desk.until(|d| d.sts.count("GetCallerIdentity") == 1).await;
    assert!(!desk.vault.tried().is_empty(), "the sources are known meanwhile");
    let begun = Instant::now();
    desk.vault.retry();
    let caller = desk.vault.caller().await.unwrap();
    assert!(begun.elapsed() < IDENTITY / 2, "{:?}", begun.elapsed());
    assert_eq!(first.await.unwrap().unwrap_err().kind, FaultKind::Network, "whoever waited is told at once");
    // What hung comes to its end and is no news any more.
    tokio::time::sleep(IDENTITY + Duration::from_millis(500)).await;
    assert_eq!(desk.vault.caller().await.unwrap().arn, caller.arn);
    let told = desk.told();
    assert!(!told.iter().any(|news| matches!(news, News::NoCaller(_))), "{told:?}");
    assert!(desk.vault.was_known());
}
