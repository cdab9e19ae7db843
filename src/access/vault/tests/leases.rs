//! Leases: one fetch, checked, limited, renewed.

use std::sync::Arc;

use aws_credential_types::provider::ProvideCredentials as _;
use futures::future::join_all;

use super::{
    account,
    fake::{HOME, TEMPLATE, bare, config, desk, desk_with},
};
use crate::{
    access::{policy, vault::News},
    config::{RoleSpec, SessionPolicy},
    model::{FaultKind, Mode, Region, Source, State},
};

const OTHER: &str = "222222222222";

#[tokio::test]
async fn many_who_ask_at_once_make_one_call() {
    let desk = desk().await;
    let (other, region) = (account(OTHER), Region::from("eu-west-1"));
    let asked = (0..20).map(|_| desk.vault.session(&other, None, &region));
    assert!(join_all(asked).await.into_iter().all(|s| s.is_ok()));
    assert_eq!(desk.sts.count("AssumeRole"), 1);
    assert_eq!(desk.sts.count("GetCallerIdentity"), 2, "the caller once, the session once");
    let sent = &desk.sts.asked("AssumeRole")[0];
    assert_eq!(sent["RoleArn"], format!("arn:aws:iam::{OTHER}:role/cicd/ops"));
    assert_eq!(sent["RoleSessionName"], "alice");
    assert_eq!(sent["Policy"], policy::session_policy(&["ecs:ListServices"]).unwrap());
    let lease = desk.vault.lease(&other, None).await.unwrap();
    assert_eq!((lease.mode, lease.source, lease.chained), (Mode::ReadOnly, Source::AssumeRole, false));
    assert_eq!(lease.arn, format!("arn:aws:sts::{OTHER}:assumed-role/ops/alice"));
}

#[tokio::test]
async fn the_callers_own_account_needs_no_role() {
    let mut desk = desk().await;
    let lease = desk.vault.lease(&account(HOME), None).await.unwrap();
    assert_eq!((lease.mode, lease.source, lease.until), (Mode::ReadOnlyByKeys, Source::Caller, None));
    assert!(lease.renews, "long-term keys do not end");
    assert_eq!(desk.sts.count("AssumeRole"), 0);
    assert!(desk.told().contains(&News::Lease(lease.clone())));
    assert_eq!(desk.vault.leases(), [lease]);
    desk.vault.lease(&account(HOME), Some("ops")).await.unwrap();
    assert_eq!(desk.sts.count("AssumeRole"), 1, "a role that is named is assumed");
}

#[tokio::test]
async fn renewal_goes_on_behind_the_old_one() {
    let desk = desk().await;
    let (other, region) = (account(OTHER), Region::from("eu-west-1"));
    let session = desk.vault.session(&other, None, &region).await.unwrap();
    let key = async || session.credentials.provide_credentials().await.unwrap().access_key_id().to_owned();
    let first = key().await;
    desk.sts.pass(40);
    desk.vault.lease(&other, None).await.unwrap();
    assert_eq!(desk.sts.count("AssumeRole"), 1);
    desk.sts.pass(12);
    desk.sts.refuse(bare);
    assert!(desk.vault.lease(&other, None).await.is_ok(), "the old one serves while it is good");
    desk.until(|d| d.vault.standing().iter().any(|s| s.fault.is_some())).await;
    assert_eq!(key().await, first);
    desk.sts.refuse(|_| None);
    desk.sts.pass(6);
    assert!(desk.vault.lease(&other, None).await.is_ok());
    for _ in 0..500 {
        if key().await != first {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_ne!(key().await, first, "who holds the session sees the renewal");
}

#[tokio::test]
async fn another_account_than_asked_is_refused() {
    let desk = desk_with(config(vec![RoleSpec::assume("liar", "role/liar")]), &[]).await;
    let fault = desk.vault.lease(&account(OTHER), None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Invalid, "{fault:?}");
    let spec = RoleSpec::assume("liar", "arn:{partition}:iam::{account}:role/liar");
    let desk = desk_with(config(vec![spec]), &[]).await;
    let fault = desk.vault.lease(&account(OTHER), None).await.unwrap_err();
    assert_eq!((fault.kind, fault.code.as_str()), (FaultKind::Denied, "WrongAccount"), "{fault:?}");
    assert!(desk.vault.leases().iter().all(|l| l.account.as_str() == HOME));
}

#[tokio::test]
async fn a_role_fixed_to_another_account_is_not_even_assumed() {
    let spec = RoleSpec::assume("fixed", "arn:aws:iam::333333333333:role/x");
    let desk = desk_with(config(vec![spec]), &[]).await;
    let fault = desk.vault.lease(&account(OTHER), None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Invalid);
    assert_eq!(desk.sts.count("AssumeRole"), 0);
}

#[tokio::test]
async fn a_hop_of_a_chain_may_only_assume_the_next_role() {
    let spec = RoleSpec {
        chain: vec!["arn:aws:iam::333333333333:role/hub".into()],
        duration: Some(std::time::Duration::from_secs(4 * 3_600)),
        external_id: Some("x-1".into()),
        ..RoleSpec::assume("ops", TEMPLATE)
    };
    let desk = desk_with(config(vec![spec]), &[]).await;
    let lease = desk.vault.lease(&account(OTHER), None).await.unwrap();
    assert!(lease.chained);
    let hops = desk.sts.asked("AssumeRole");
    assert_eq!(hops.len(), 2);
    let target = format!("arn:aws:iam::{OTHER}:role/cicd/ops");
    assert_eq!(hops[0]["Policy"], policy::hop_policy(&target));
    assert!(!hops[0].contains_key("ExternalId") && hops[1]["ExternalId"] == "x-1");
    assert_eq!(hops[1]["Policy"], policy::session_policy(&["ecs:ListServices"]).unwrap());
    assert_eq!(hops[1]["DurationSeconds"], "3600", "never asked for more than a chained role may have");
    assert_ne!(hops[0]["key"], hops[1]["key"]);
}

#[tokio::test]
async fn a_shorter_maximum_of_the_role_is_learnt_once() {
    let spec = RoleSpec {
        duration: Some(std::time::Duration::from_secs(4 * 3_600)),
        policy: SessionPolicy::None,
        ..RoleSpec::assume("ops", TEMPLATE)
    };
    let desk = desk_with(config(vec![spec]), &[]).await;
    desk.sts.refuse(|form| {
        let long = form.get("DurationSeconds").is_some_and(|d| d != "3600");
        let said = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        long.then(|| (400, "ValidationError", said.into()))
    });
    let lease = desk.vault.lease(&account(OTHER), None).await.unwrap();
    assert_eq!(lease.mode, Mode::ReadOnlyByKeys, "without a session policy nothing but the keys protects");
    desk.vault.lease(&account("333333333333"), None).await.unwrap();
    let asked: Vec<_> = desk.sts.asked("AssumeRole").into_iter().map(|f| f["DurationSeconds"].clone()).collect();
    assert_eq!(asked, ["14400", "3600", "3600"]);
}

#[tokio::test]
async fn a_suspended_account_is_not_entered() {
    let desk = desk().await;
    let mut other = account(OTHER);
    Arc::make_mut(&mut other.details).state = State::Suspended;
    let fault = desk.vault.lease(&other, None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Unavailable);
    assert!(fault.message.contains("SUSPENDED"));
    assert_eq!(desk.sts.count("AssumeRole"), 0);
}

#[tokio::test]
async fn no_secret_is_printed_or_told() {
    let mut desk = desk().await;
    let region = Region::from("eu-west-1");
    let session = desk.vault.session(&account(OTHER), None, &region).await.unwrap();
    let told = format!("{:?} {:?} {session:?} {:?}", desk.told(), desk.vault, desk.vault.standing());
    for secret in ["hunter2", "tok-tok", "AKIAHOME", "ASIA0"] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}
