//! What access tells, and what becomes of it on the screen.

use super::*;
use crate::{
    app::{Layer, Wish},
    model::{AccountId, Ask, Lease, Mode, Source},
};

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

fn mfa(id: u64, refused: Option<&str>) -> Event {
    let (serial, refused) = ("arn:mfa".to_owned(), refused.map(str::to_owned));
    Event::Access(News::Ask(id, Ask::Mfa { serial, refused }))
}

#[test]
fn a_question_put_aside_stays_open_and_leaves_the_board_to_the_keys() {
    let mut desk = Desk::small();
    desk.apply(mfa(7, None));
    desk.type_in("12");
    desk.press("esc");
    assert!(desk.app.layers.is_empty());
    assert_eq!(desk.app.aside().iter().map(|q| q.id).collect::<Vec<_>>(), [7]);
    assert!(!desk.asked.iter().any(|e| matches!(e, Effect::Access(Wish::Answer(..)))), "nobody has answered");
    desk.command("svc");
    assert_eq!(desk.place().0, "svc", "the board beneath is used meanwhile");
    // It says so in place, and does not come up by itself.
    desk.apply(mfa(7, Some("wrong")));
    assert!(desk.app.layers.is_empty());
    assert!(matches!(&desk.app.aside()[0].ask, Ask::Mfa { refused: Some(why), .. } if why == "wrong"));
    desk.press("!");
    assert!(desk.app.aside().is_empty());
    desk.type_in("3456");
    desk.press("enter");
    assert!(matches!(desk.asked.last(), Some(Effect::Access(Wish::Answer(7, Some(code)))) if code == "123456"));
    desk.command("answer");
    assert_eq!(desk.app.notice(), Some("no question waits for an answer"));
    // Without a question the key opens a shell, and that is for one account.
    desk.press("!");
    assert!(desk.app.notice().is_some_and(|words| words.contains("a shell")), "{:?}", desk.app.notice());
}

#[test]
fn a_question_that_is_settled_elsewhere_waits_no_longer() {
    let mut desk = Desk::small();
    desk.apply(mfa(7, None));
    desk.apply(Event::Access(News::Ask(8, Ask::Renew { origin: "environment".into() })));
    desk.press("esc");
    assert!(matches!(desk.app.layers.last(), Some(Layer::Ask(q)) if q.id == 8), "one after the other");
    desk.press("esc");
    desk.apply(Event::Access(News::Answered(7)));
    assert_eq!(desk.app.aside().iter().map(|q| q.id).collect::<Vec<_>>(), [8]);
    desk.command("answer");
    assert!(matches!(desk.app.layers.last(), Some(Layer::Ask(q)) if q.id == 8));
}

#[test]
fn a_change_of_fleet_keeps_the_open_questions() {
    let (mut desk, mut other) = (Desk::small(), Desk::small());
    desk.apply(mfa(7, None));
    desk.press("esc");
    desk.apply(mfa(8, None));
    desk.press("?");
    other.app.take_over(&mut desk.app);
    assert_eq!(other.app.aside().len(), 1);
    assert!(matches!(other.app.layers.as_slice(), [Layer::Ask(q)] if q.id == 8), "and nothing else");
}

fn silence() -> Event {
    let fault = Fault::new(FaultKind::Network, "sts.eu-west-1 gave no answer within 15 s");
    Event::Access(News::NoCaller(fault))
}

fn waiting() -> Event {
    Event::Access(News::Waiting("sts.eu-west-1".to_owned()))
}

/// How often another try was asked for.
fn tries(desk: &Desk) -> usize {
    desk.asked.iter().filter(|e| matches!(e, Effect::Access(Wish::Retry))).count()
}

#[test]
fn what_is_waited_for_is_known_with_the_time_and_enter_tries_again() {
    let mut desk = Desk::bare(config(""), Memory::default());
    desk.apply(waiting());
    desk.later(12);
    assert_eq!(desk.app.waits(), Some(("sts.eu-west-1", 12)));
    assert_eq!(tries(&desk), 0);
    desk.press("enter");
    assert_eq!(tries(&desk), 1);
    // What needs no AWS goes on.
    desk.command("things");
    desk.press("?");
    assert!(matches!(desk.app.layers.last(), Some(Layer::Help(_))));
    desk.press("?");
    desk.apply(Event::Access(caller()));
    assert_eq!(desk.app.waits(), None);
    desk.apply(waiting());
    assert_eq!(desk.app.waits(), None, "a renewal behind credentials that serve");
}

#[test]
fn no_answer_is_tried_again_after_ever_longer_pauses_and_a_refusal_is_not() {
    let mut desk = Desk::bare(config(""), Memory::default());
    for (n, pause) in [5, 10, 20, 40, 80, 160, 300, 300].into_iter().enumerate() {
        desk.apply(waiting());
        desk.apply(silence());
        assert_eq!(desk.app.waits(), None);
        desk.later(pause - 1);
        assert_eq!(tries(&desk), n, "after {pause} s");
        desk.later(1);
        assert_eq!(tries(&desk), n + 1, "after {pause} s");
        desk.later(1);
        assert_eq!(tries(&desk), n + 1, "once");
    }
    desk.apply(Event::Access(caller()));
    desk.apply(silence());
    desk.later(5);
    assert_eq!(tries(&desk), 9, "from the beginning after an answer");
    desk.apply(Event::Access(News::NoCaller(Fault::new(FaultKind::Expired, "the login has ended"))));
    desk.later(600);
    assert_eq!(tries(&desk), 9);
}

#[test]
fn news_that_overtake_a_reading_with_the_old_credentials_are_not_lost() {
    let mut desk = Desk::small();
    desk.command("svc");
    let ended = || Reply::Fault(Fault::new(FaultKind::Expired, "the security token is expired"));
    let first = desk.ticket("svc", &at(12)).unwrap();
    desk.apply(lease(PROD, "reader"));
    desk.reply(first, ended());
    desk.reply(first, Reply::End);
    desk.tick(250);
    let second = desk.ticket("svc", &at(12)).expect("it is read again at once, with what came meanwhile");
    desk.reply(second, ended());
    desk.reply(second, Reply::End);
    desk.later(1);
    assert_eq!(desk.ticket("svc", &at(12)), None, "once for each piece of news");
    desk.apply(lease(PROD, "reader"));
    desk.tick(250);
    assert!(desk.ticket("svc", &at(12)).is_some());
}

#[test]
fn keys_that_may_write_are_lent_on_a_yes_alone_and_on_a_name_in_production() {
    let lend = |name: Option<&str>| Ask::Lend {
        account: "pay-prod (111122223333)".into(),
        whose: "the caller's own".into(),
        name: name.map(ToOwned::to_owned),
    };
    let answers = |desk: &Desk| -> Vec<Option<String>> {
        let of = |effect: &Effect| match effect {
            Effect::Access(Wish::Answer(7, answer)) => Some(answer.clone()),
            _ => None,
        };
        desk.asked.iter().filter_map(of).collect()
    };
    let mut desk = Desk::small();
    desk.apply(Event::Access(News::Ask(7, lend(None))));
    desk.press("enter");
    assert_eq!(answers(&desk), [None], "Enter is no, and no is not later");
    assert!(desk.app.aside().is_empty());
    desk.apply(Event::Access(News::Ask(7, lend(None))));
    desk.press("y");
    assert_eq!(answers(&desk), [None, Some("yes".to_owned())]);
    desk.apply(Event::Access(News::Ask(7, lend(Some("pay-prod")))));
    desk.by_hand("y");
    desk.press("enter");
    desk.apply(Event::Paste("pay-prod".into()));
    assert_eq!(answers(&desk).len(), 2, "a y is no name, and pasted text confirms nothing");
    desk.press("backspace");
    desk.tick(90);
    desk.type_in("pay-prod");
    desk.tick(900);
    desk.press("enter");
    assert_eq!(answers(&desk).len(), 2, "nor does text that comes as keys of one burst, whenever its Enter comes");
    desk.by_hand("pay-prod");
    desk.press("enter");
    assert_eq!(answers(&desk).len(), 3);
}
