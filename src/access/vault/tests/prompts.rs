//! Prompts: asked once, blocking nothing, and everything goes on after.

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::{
    account,
    fake::{TEMPLATE, config, desk_with},
};
use crate::{
    access::{
        caller::Said,
        vault::{AskId, News},
    },
    config::RoleSpec,
    model::{Ask, FaultKind},
};

const DEVICE: &str = "arn:aws:iam::111111111111:mfa/alice";
const OTHER: &str = "222222222222";

fn with_mfa() -> RoleSpec {
    RoleSpec { mfa_serial: Some(DEVICE.into()), ..RoleSpec::assume("guarded", TEMPLATE) }
}

fn asks(told: &[News]) -> Vec<(AskId, Ask)> {
    told.iter().filter_map(|n| if let News::Ask(id, ask) = n { Some((*id, ask.clone())) } else { None }).collect()
}

#[tokio::test]
async fn one_code_opens_every_account_and_nothing_else_waits() {
    let roles = vec![with_mfa(), RoleSpec::assume("open", TEMPLATE)];
    let mut desk = desk_with(config(roles), &[]).await;
    let (one, two) = (account(OTHER), account("333333333333"));
    let waited = join_all([&one, &two, &one].map(|a| desk.vault.lease(a, None))).await;
    assert!(waited.into_iter().all(|r| r.unwrap_err().kind == FaultKind::Prompt));
    let asked = asks(&desk.told());
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0].1, Ask::Mfa { serial: DEVICE.into(), refused: None });
    assert!(desk.vault.lease(&one, Some("open")).await.is_ok(), "what needs no code goes on");
    desk.vault.answer(asked[0].0, Some("123456".into()));
    desk.until(|d| d.sts.count("GetSessionToken") == 1).await;
    while desk.vault.lease(&two, None).await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert!(desk.vault.lease(&one, None).await.is_ok());
    let told = desk.told();
    assert!(asks(&told).is_empty() && told.contains(&News::Settled(asked[0].0)), "{told:?}");
    assert_eq!(desk.sts.asked("GetSessionToken")[0]["TokenCode"], "123456");
}

#[tokio::test]
async fn temporary_keys_show_the_code_with_each_role_and_a_wrong_code_is_asked_for_again() {
    let mut desk = desk_with(config(vec![with_mfa()]), &[("AWS_SESSION_TOKEN", "tok-tok")]).await;
    desk.sts.refuse(|form| {
        let wrong = form.get("TokenCode").is_some_and(|code| code == "000000");
        let said = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
        wrong.then(|| (403, "AccessDenied", said.into()))
    });
    let other = account(OTHER);
    assert_eq!(desk.vault.lease(&other, None).await.unwrap_err().kind, FaultKind::Prompt);
    let first = asks(&desk.told())[0].0;
    desk.vault.answer(first, Some("000000".into()));
    desk.until(|d| d.sts.count("AssumeRole") == 1 && !d.news.is_empty()).await;
    let (second, ask) = loop {
        if let Some(asked) = asks(&desk.told()).pop() {
            break asked;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    let Ask::Mfa { refused: Some(why), .. } = ask else { panic!("{ask:?}") };
    assert_eq!(why, "MultiFactorAuthentication failed with invalid MFA one time pass code");
    desk.vault.answer(second, Some("123456".into()));
    desk.until(|d| d.vault.leases().iter().any(|l| l.role == "guarded")).await;
    assert_eq!(desk.sts.asked("AssumeRole")[1]["SerialNumber"], DEVICE);
    assert_eq!(desk.sts.count("GetSessionToken"), 0);
}

#[tokio::test]
async fn an_endpoint_without_mfa_sessions_gets_the_same_code_and_no_slip_is_sent() {
    let mut desk = desk_with(config(vec![with_mfa()]), &[]).await;
    desk.sts.refuse(|form| {
        let unknown = form["Action"] == "GetSessionToken";
        unknown.then(|| (400, "InvalidAction", "Could not find operation GetSessionToken".into()))
    });
    let other = account(OTHER);
    assert_eq!(desk.vault.lease(&other, None).await.unwrap_err().kind, FaultKind::Prompt);
    let slip = asks(&desk.told())[0].0;
    desk.vault.answer(slip, Some(":access".into()));
    let again = loop {
        if let Some((id, _)) = asks(&desk.told()).first() {
            break *id;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    assert_eq!(desk.sts.count("GetSessionToken"), 0, "what cannot be a code is not sent");
    desk.vault.answer(again, Some("123456".into()));
    while desk.vault.lease(&other, None).await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert!(asks(&desk.told()).is_empty(), "one code is enough");
    assert_eq!(desk.sts.asked("AssumeRole")[0]["TokenCode"], "123456");
}

#[tokio::test]
async fn a_prompt_that_was_left_comes_back_with_a_refresh_only() {
    let mut desk = desk_with(config(vec![with_mfa()]), &[]).await;
    let other = account(OTHER);
    assert!(desk.vault.lease(&other, None).await.is_err());
    let id = asks(&desk.told())[0].0;
    desk.vault.answer(id, None);
    for _ in 0..3 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        let fault = desk.vault.lease(&other, None).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Prompt);
    }
    assert!(asks(&desk.told()).is_empty());
    desk.vault.forget(&other.id);
    assert!(desk.vault.lease(&other, None).await.is_err());
    assert_eq!(asks(&desk.told()).len(), 1);
}

#[tokio::test]
async fn ended_credentials_are_asked_for_once_and_all_goes_on_after() {
    let roles = vec![RoleSpec::assume("ops", TEMPLATE)];
    let mut desk = desk_with(config(roles), &[("AWS_SESSION_TOKEN", "tok-tok")]).await;
    let good = desk.vault.lease(&account(OTHER), None).await.unwrap();
    desk.told();
    desk.sts.refuse(|form| {
        let ended = form["key"] == "AKIAHOME";
        ended.then(|| (403, "ExpiredToken", "The security token included in the request is expired".into()))
    });
    let fleet: Vec<_> = (3..9).map(|n| account(&n.to_string().repeat(12))).collect();
    let refused = join_all(fleet.iter().map(|a| desk.vault.lease(a, None))).await;
    assert!(refused.iter().all(|r| r.as_ref().unwrap_err().kind == FaultKind::Expired), "{refused:?}");
    let asked = asks(&desk.told());
    assert_eq!(asked.len(), 1, "one prompt for the whole fleet: {asked:?}");
    assert_eq!(asked[0].1, Ask::Renew { origin: "environment".into() });
    assert!(desk.vault.leases().contains(&good), "what is still good stays");
    desk.sts.refuse(|_| None);
    desk.vault.resume();
    assert!(desk.told().contains(&News::Settled(asked[0].0)));
    let after = join_all(fleet.iter().map(|a| desk.vault.lease(a, None))).await;
    assert!(after.iter().all(Result::is_ok), "{after:?}");
}

#[tokio::test]
async fn another_try_is_asked_for_where_there_is_no_caller_yet() {
    let mut desk = desk_with(config(Vec::new()), &[("AWS_SESSION_TOKEN", "tok-tok")]).await;
    desk.sts.refuse(|_| Some((403, "ExpiredToken", "The security token included in the request is expired".into())));
    assert_eq!(desk.vault.caller().await.unwrap_err().kind, FaultKind::Expired);
    let first = asks(&desk.told())[0].0;
    desk.vault.answer(first, None);
    assert!(desk.vault.caller().await.is_err());
    assert!(asks(&desk.told()).is_empty(), "it was left");
    desk.vault.retry();
    assert!(desk.vault.caller().await.is_err());
    assert_eq!(asks(&desk.told()).len(), 1);
}

#[tokio::test]
async fn a_warning_that_was_left_does_not_come_back_with_each_use() {
    let end = (Timestamp::now() + SignedDuration::from_secs(10)).to_string();
    let env = [("AWS_SESSION_TOKEN", "tok-tok"), ("AWS_CREDENTIAL_EXPIRATION", end.as_str())];
    let mut desk = desk_with(config(Vec::new()), &env).await;
    assert!(desk.vault.caller().await.is_ok());
    let asked = loop {
        if let Some((id, ask)) = asks(&desk.told()).pop() {
            assert_eq!(ask, Ask::Renew { origin: "environment".into() });
            break id;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    desk.vault.answer(asked, None);
    for _ in 0..3 {
        // So near to their end they are read again for each use.
        let _gone_or_not = desk.vault.caller().await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(asks(&desk.told()).is_empty());
}

#[tokio::test]
async fn without_credentials_every_source_says_why() {
    let off = [("AWS_ACCESS_KEY_ID", ""), ("AWS_EC2_METADATA_DISABLED", "true")];
    let desk = desk_with(config(Vec::new()), &off).await;
    let fault = desk.vault.caller().await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NoCredentials, "{fault:?}");
    let sources: Vec<_> = desk.vault.tried().into_iter().map(|t| (t.source, t.said)).collect();
    let absent = ["environment", "profile", "web identity", "container", "instance metadata"];
    assert_eq!(sources, absent.map(|source| (source, Said::Absent)));
    assert_eq!(desk.sts.count("GetCallerIdentity"), 0);
}
