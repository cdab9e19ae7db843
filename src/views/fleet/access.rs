//! Who may enter what: each account with each of its roles, usable until when, or why not.

use std::time::Duration;

use futures::future::join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    access::Why,
    cx::Cx,
    model::{Account, Cell, Facts, Fault, FaultKind, Health, Key, Lease, Level, Mode, ViewId, access},
    view::{At, Column, Doing, Out, Section, Source, Span, Text, View},
};

/// The view `access`.
pub struct Access;
/// For the catalogue.
pub static VIEW: Access = Access;

/// A role in an account, and whether it opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// What was asked for: the role's configured name, or `OWN` or `USUAL`.
    pub asked: String,
    /// What opened, while it is open.
    pub lease: Option<Lease>,
    /// Why it does not.
    pub fault: Option<Fault>,
    /// The cause in a sentence, as far as it is known.
    pub why: String,
    /// What the refusal proves, and what else it may be, in full.
    pub explained: String,
}

/// Stands for the caller's own credentials in the caller's own account.
const OWN: &str = "own credentials";

/// Stands for AWS's usual roles, which are tried where none is configured.
const USUAL: &str = "usual roles";

impl View for Access {
    type Item = Item;
    const ID: ViewId = ViewId("access");
    const ALIASES: &'static [&'static str] = &["roles", "leases"];
    const ABOUT: &'static str = "Which role opens which account, until when, and why not where not";
    const SPAN: Span = Span::Account;
    const COLUMNS: &'static [Column<Item>] = &[
        Column::new("role", 28, |i| Cell::text(role(i))),
        Column::new("usable", 6, |i| Cell::Flag(i.lease.is_some())),
        Column::new("mode", 17, |i| i.lease.as_ref().map_or(Cell::Missing, |l| Cell::text(mode(l.mode)))),
        Column::new("until", 8, |i| Cell::at(i.lease.as_ref().and_then(|l| l.until))),
        Column::new("why", 0, |i| Cell::text(&i.why)),
        Column::wide("source", 15, |i| i.lease.as_ref().map_or(Cell::Missing, |l| Cell::text(source(l.source)))),
        Column::wide("chained", 7, |i| i.lease.as_ref().map_or(Cell::Missing, |l| Cell::Flag(l.chained))),
        Column::wide("arn", 60, |i| i.lease.as_ref().map_or(Cell::Missing, |l| Cell::text(&l.arn))),
    ];
    const SECTIONS: &'static [Section<Item>] = &[
        Section { title: "access", text: Text::Now(open) },
        Section { title: "why can't I get in?", text: Text::Now(|i, _| i.explained.clone()) },
    ];
    const SOURCE: Source<Item> = Source::Poll { every: Duration::from_secs(60), fetch };

    fn key(item: &Item) -> Key {
        Key::from(item.asked.as_str())
    }

    fn judge(item: &Item, _: Timestamp) -> Health {
        match &item.fault {
            None => Health::ok(),
            Some(fault) if is_settled(fault.kind) => Health::new(Level::Attention, item.why.clone()),
            Some(fault) => Health::new(Level::Unknown, format!("{}: {}", fault.kind.word(), item.why)),
        }
    }

    fn facts(item: &Item) -> Facts<'_> {
        let arn = item.lease.as_ref().map(|l| l.arn.as_str());
        Facts { name: role(item), arn, ..Facts::default() }
    }
}

/// Whether a refusal is an answer by itself: a row of the matrix, complete as it is. Everything else (a person has to
/// act, no answer came) leaves the account unread.
fn is_settled(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::Denied | FaultKind::Missing | FaultKind::Invalid | FaultKind::Unavailable)
}

fn role(item: &Item) -> &str {
    item.lease.as_ref().map(|l| l.role.as_str()).filter(|r| !r.is_empty()).unwrap_or(&item.asked)
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::ReadOnly => "read-only",
        Mode::ReadOnlyByKeys => "read-only by keys",
        Mode::Elevated => "elevated",
    }
}

fn source(source: access::Source) -> &'static str {
    match source {
        access::Source::Caller => "own credentials",
        access::Source::AssumeRole => "AssumeRole",
        access::Source::IdentityCenter => "Identity Center",
        access::Source::Profile => "profile",
    }
}

fn fetch(cx: Cx, at: At, out: Out<Item>) -> Doing {
    Box::pin(async move {
        let none = || Fault::new(FaultKind::Invalid, "access is looked at per account, and no account was given");
        let account = at.account.clone().ok_or_else(none)?;
        let own = cx.vault.caller().await.is_ok_and(|caller| caller.account == account.id);
        let named: Vec<String> = cx.vault.roles(&account).into_iter().map(|role| role.name).collect();
        let mut asked: Vec<Option<String>> = named.into_iter().map(Some).collect();
        if own || asked.is_empty() {
            asked.insert(0, None);
        }
        let items = join_all(asked.into_iter().map(|role| try_role(&cx, &account, role, own))).await;
        let mut faults = Vec::new();
        for item in &items {
            faults.extend(item.fault.clone().filter(|fault| !is_settled(fault.kind)));
        }
        out.page(items).await;
        for fault in faults {
            out.fault(fault).await;
        }
        Ok(())
    })
}

async fn try_role(cx: &Cx, account: &Account, role: Option<String>, own: bool) -> Item {
    let result = cx.vault.lease(account, role.as_deref()).await;
    let usual = if own { OWN } else { USUAL };
    match result {
        Ok(lease) => item(role.unwrap_or_else(|| usual.to_owned()), lease),
        Err(fault) => {
            let why = cx.vault.why(account, role.as_deref(), &fault);
            refused(role.unwrap_or_else(|| usual.to_owned()), fault, &why)
        }
    }
}

fn item(asked: String, lease: Lease) -> Item {
    let explained = "It opens.".to_owned();
    Item { asked, lease: Some(lease), fault: None, why: String::new(), explained }
}

fn refused(asked: String, fault: Fault, why: &Why) -> Item {
    let explained = explain(&fault, why);
    let sentence = match (why.proven.first(), why.candidates.first()) {
        (Some(proven), _) => proven.clone(),
        // The likeliest cause first: it is what a narrow column shows.
        (None, Some(likely)) => format!("likely: {} The answer: {}", likely.cause, fault.message),
        (None, None) => fault.message.clone(),
    };
    Item { asked, lease: None, fault: Some(fault), why: sentence, explained }
}

/// The whole of what is known of a refusal: the answer, what it proves, and the causes that fit, each with the check
/// that settles it and the cure.
fn explain(fault: &Fault, why: &Why) -> String {
    let mut text = format!("The answer: {fault}\n");
    if !fault.code.is_empty() {
        text += &format!("Code: {}\n", fault.code);
    }
    if let Some(id) = &fault.request_id {
        text += &format!("Request id: {id}\n");
    }
    if why.proven.is_empty() {
        text += "\nIt proves no single cause: STS gives the same answer for several.\n";
    } else {
        text += "\nWhat it proves\n";
        for sentence in &why.proven {
            text += &format!("- {sentence}\n");
        }
    }
    if !why.candidates.is_empty() {
        text += "\nWhat it may be, the likeliest first\n";
    }
    for (at, candidate) in why.candidates.iter().enumerate() {
        text += &format!("{}. {}\n", at + 1, candidate.cause);
        for (word, line) in [("check", &candidate.check), ("fix", &candidate.fix)] {
            if !line.is_empty() {
                text += &format!("   {word}: {line}\n");
            }
        }
    }
    if why.candidates.is_empty() && !fault.hint.is_empty() {
        text += &format!("\nNext: {}\n", fault.hint);
    }
    text.trim_end().to_owned()
}

fn open(item: &Item, _: Timestamp) -> String {
    let Some(lease) = &item.lease else { return format!("Not open: {}", item.why) };
    let until =
        lease.until.map_or_else(|| "without an end".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    let mut lines = vec![
        format!("Session: {}", lease.arn),
        format!("Mode: {}", lease.mode.word()),
        format!("By: {}", source(lease.source)),
        format!("Until: {until}"),
    ];
    lines.push(if lease.renews { "It is renewed without anybody's help." } else { "Nothing renews it." }.to_owned());
    if lease.chained {
        lines.push(
            "It was assumed from the session of a role, so that it lasts an hour at most (STS role chaining)."
                .to_owned(),
        );
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access::Candidate, model::AccountId};

    fn denied() -> Fault {
        Fault::new(FaultKind::Denied, "User: x is not authorized")
            .call("sts:AssumeRole")
            .code("AccessDenied")
            .hint("ask")
    }

    fn candidate(cause: &str) -> Candidate {
        Candidate { cause: cause.to_owned(), check: format!("check {cause}"), fix: String::new() }
    }

    #[test]
    fn a_refusal_names_its_likeliest_cause_and_keeps_the_others() {
        let why = Why { proven: Vec::new(), candidates: vec![candidate("no such role."), candidate("trust")] };
        let item = refused("admin".to_owned(), denied(), &why);
        assert_eq!(item.why, "likely: no such role. The answer: User: x is not authorized");
        for words in
            ["1. no such role.", "check: check no such role.", "2. trust", "Code: AccessDenied", "no single cause"]
        {
            assert!(item.explained.contains(words), "{words}: {}", item.explained);
        }
        assert!(!item.explained.contains("fix:"));
        let health = Access::judge(&item, Timestamp::UNIX_EPOCH);
        assert_eq!((health.level, Access::key(&item)), (Level::Attention, Key::from("admin")));
    }

    #[test]
    fn what_is_proven_goes_before_what_is_guessed() {
        let why = Why { proven: vec!["an SCP denies it".to_owned()], candidates: Vec::new() };
        let item = refused("admin".to_owned(), denied(), &why);
        assert_eq!(item.why, "an SCP denies it");
        assert!(item.explained.contains("- an SCP denies it") && item.explained.contains("Next: ask"));
    }

    #[test]
    fn what_a_person_has_to_settle_is_no_verdict() {
        for (kind, level) in [
            (FaultKind::Prompt, Level::Unknown),
            (FaultKind::Expired, Level::Unknown),
            (FaultKind::Network, Level::Unknown),
            (FaultKind::Unavailable, Level::Attention),
        ] {
            let item = refused("admin".to_owned(), Fault::new(kind, "no"), &Why::default());
            assert_eq!(Access::judge(&item, Timestamp::UNIX_EPOCH).level, level, "{kind:?}");
        }
    }

    #[test]
    fn the_role_that_opened_is_shown_in_place_of_the_question() {
        let lease = Lease {
            account: AccountId::from("111111111111"),
            role: "OrganizationAccountAccessRole".to_owned(),
            arn: "arn:aws:sts::111111111111:assumed-role/x/y".to_owned(),
            mode: Mode::ReadOnly,
            source: access::Source::AssumeRole,
            until: None,
            renews: true,
            chained: true,
        };
        let item = item(USUAL.to_owned(), lease);
        assert_eq!(role(&item), "OrganizationAccountAccessRole");
        assert_eq!(Access::judge(&item, Timestamp::UNIX_EPOCH).level, Level::Ok);
        assert!(open(&item, Timestamp::UNIX_EPOCH).contains("an hour at most"));
    }
}
