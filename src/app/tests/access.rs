//! What access tells, and what becomes of it on the screen.

use super::*;
use crate::model::{AccountId, Lease, Mode, Source};

const ROLES: &str = "roles = [\"reader\", \"admin\"]\n[role.reader]\narn = \"arn:aws:iam::{account}:role/reader\"\n\
                     [role.admin]\narn = \"arn:aws:iam::{account}:role/admin\"\n";

const PROD: &str = "000000000012";

fn prod() -> AccountId {
    AccountId::from(PROD)
}

fn lease(account: &str, role: &str) -> Event {
    Event::Access(News::Lease(Lease {
        account: account.into(),
        role: role.to_owned(),
        arn: format!("arn:aws:sts::{account}:assumed-role/{role}/officer"),
        mode: Mode::ReadOnly,
        source: Source::AssumeRole,
        until: None,
        renews: true,
        chained: false,
    }))
}

fn lost(account: &str, role: &str) -> Event {
    let fault = Fault::new(FaultKind::Denied, format!("{role} is refused"));
    Event::Access(News::Lost { account: account.into(), role: role.to_owned(), fault })
}

#[test]
fn an_account_is_lost_with_the_role_in_use_alone() {
    let mut desk = Desk::over(config(ROLES), small());
    desk.apply(lease(PROD, "reader"));
    desk.apply(lost(PROD, "admin"));
    assert_eq!(desk.app.leases[&prod()].role, "reader", "the matrix of access tried the other role");
    assert!(desk.app.lost.is_empty());
    desk.apply(lost(PROD, "reader"));
    assert!(desk.app.leases.is_empty());
    assert_eq!(desk.app.lost[&prod()].message, "reader is refused");
    desk.apply(lease(PROD, "admin"));
    assert!(desk.app.lost.contains_key(&prod()), "a role that nothing is read with does not open it");
    desk.apply(lease(PROD, "reader"));
    assert!(desk.app.lost.is_empty());
    assert_eq!(desk.app.leases[&prod()].role, "reader");
}

#[test]
fn the_role_that_was_chosen_is_the_one_in_use() {
    let mut desk = Desk::over(config(ROLES), small());
    desk.apply(lost(PROD, "reader"));
    desk.command("prod");
    desk.command("role admin");
    assert!(desk.app.lost.is_empty(), "the refusal was of the role before");
    for role in ["admin", "reader"] {
        desk.apply(lease(PROD, role));
    }
    assert_eq!(desk.app.leases[&prod()].role, "admin", "the matrix of access opened the other one");
    desk.apply(lost(PROD, "reader"));
    assert!(desk.app.lost.is_empty());
    desk.apply(lost(PROD, "admin"));
    assert!(desk.app.lost.contains_key(&prod()));
}

#[test]
fn the_callers_own_account_is_read_with_the_callers_own_credentials() {
    let mut desk = Desk::over(config(ROLES), small());
    desk.apply(lease("000000000011", ""));
    desk.apply(lost("000000000011", "reader"));
    assert!(desk.app.lost.is_empty());
    assert_eq!(desk.app.leases[&AccountId::from("000000000011")].role, "");
}

#[test]
fn where_no_role_is_known_beforehand_any_refusal_counts() {
    let mut desk = Desk::small();
    desk.apply(lost(PROD, ""));
    assert!(desk.app.lost.contains_key(&prod()));
    desk.apply(lease(PROD, "OrganizationAccountAccessRole"));
    assert!(desk.app.lost.is_empty());
}
