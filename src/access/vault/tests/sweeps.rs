//! Denials: remembered, counted, and what a refresh forgets; and the usual roles.

use futures::future::join_all;

use super::{
    account,
    fake::{bare, config, desk, desk_with},
};
use crate::{
    access::vault::News,
    model::{Account, FaultKind},
};

fn accounts(n: u32) -> Vec<Account> {
    (0..n).map(|i| account(&format!("{:012}", 200_000_000_000u64 + u64::from(i)))).collect()
}

#[tokio::test]
async fn ten_identical_denials_stop_the_sweep_and_a_refresh_tries_again() {
    let mut desk = desk().await;
    desk.sts.refuse(bare);
    let fleet = accounts(40);
    let swept = join_all(fleet.iter().map(|a| desk.vault.lease(a, None))).await;
    assert_eq!(desk.sts.count("AssumeRole"), 10);
    let stopped = swept.iter().filter(|r| r.as_ref().unwrap_err().message.contains("10 identical denials"));
    assert_eq!(stopped.count(), 30);
    assert!(swept.iter().all(|r| r.as_ref().unwrap_err().kind == FaultKind::Denied));
    assert_eq!(desk.told().iter().filter(|n| matches!(n, News::Lost { .. })).count(), 40);
    assert!(desk.vault.lease(&fleet[39], None).await.is_err());
    assert_eq!(desk.sts.count("AssumeRole"), 10, "remembered");
    desk.sts.refuse(|_| None);
    desk.vault.forget(&fleet[39].id);
    assert!(desk.vault.lease(&fleet[39], None).await.is_ok());
}

#[tokio::test]
async fn a_denial_is_remembered_for_five_minutes() {
    let desk = desk().await;
    desk.sts.refuse(bare);
    let one = &accounts(1)[0];
    for minutes in [0, 4] {
        desk.sts.pass(minutes);
        assert!(desk.vault.lease(one, None).await.is_err());
        assert_eq!(desk.sts.count("AssumeRole"), 1);
    }
    desk.sts.pass(2);
    assert!(desk.vault.lease(one, None).await.is_err());
    assert_eq!(desk.sts.count("AssumeRole"), 2);
}

#[tokio::test]
async fn where_nothing_is_configured_the_usual_roles_are_probed_in_one_account() {
    let desk = desk_with(config(Vec::new()), &[]).await;
    desk.sts.refuse(|form| bare(form).filter(|_| form["RoleArn"].ends_with("OrganizationAccountAccessRole")));
    let fleet = accounts(6);
    let swept = join_all(fleet.iter().map(|a| desk.vault.lease(a, None))).await;
    assert!(swept.iter().all(|r| r.as_ref().unwrap().role == "AWSControlTowerExecution"));
    assert_eq!(desk.sts.count("AssumeRole"), 7, "one denial, and one call for each account");
}

#[tokio::test]
async fn where_no_usual_role_opens_anything_the_sweep_stops_and_says_what_to_do() {
    let desk = desk_with(config(Vec::new()), &[]).await;
    desk.sts.refuse(bare);
    let swept = join_all(accounts(25).iter().map(|a| desk.vault.lease(a, None))).await;
    assert_eq!(desk.sts.count("AssumeRole"), 20, "ten for each of the two");
    let last = swept.last().unwrap().as_ref().unwrap_err();
    assert!(last.message.contains("10 identical denials") && last.hint.contains("roles"), "{last:?}");
}
