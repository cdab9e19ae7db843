//! One pass: the walk, and where it comes to nothing the other sources.

use std::sync::Arc;

use aws_sdk_organizations::Client;

use super::{
    ask::Op,
    fallback, fill,
    memory::Memory,
    nodes::Item,
    picture::Picture,
    report::{self, Outcome},
    walk::{beside, walk},
};
use crate::{
    access::Caller,
    cx::Cx,
    model::{
        FaultKind,
        org::{Details, Origin},
    },
    view::{At, Doing, Out, View as _},
    views::fleet::access::Access,
};

/// Reads the organisation.
pub fn fetch(cx: Cx, _: At, out: Out<Item>) -> Doing {
    Box::pin(async move {
        let caller = match cx.vault.caller().await {
            Ok(caller) => caller,
            Err(fault) => {
                // What needs no AWS is shown all the same. Where a person has only to log in again, the tree that is
                // known is better.
                if fault.kind == FaultKind::NoCredentials {
                    let mut items = fallback::of_profiles(&cx.vault.profiles());
                    fallback::add(&mut items, fallback::of_config(&cx.config.accounts));
                    out.page(fallback::pruned(items)).await;
                }
                return Err(fault);
            }
        };
        let session = cx.vault.caller_session(&caller.region).await?;
        let client = cx.remote.organizations(&session);
        let with_tags = !cx.config.tags_needed().is_empty();
        let mut picture = Picture::new(Memory::recall(&cx.config, cx.now()), with_tags);
        walk(&client, &mut picture, &cx.config.accounts, &out).await;
        match report::outcome(&picture) {
            Outcome::Read => {
                note_told(&cx, &caller);
                out.page(beside(&picture, &cx.config.accounts)).await;
                tell(&picture, &caller, &client, &out).await;
            }
            // A right that was taken away takes no account away: the tree that is known stays, as old as it is.
            Outcome::Refused if told_before(&cx, &caller) => tell(&picture, &caller, &client, &out).await,
            Outcome::Broken => tell(&picture, &caller, &client, &out).await,
            outcome => elsewhere(&cx, &caller, &client, (&picture, outcome), &out).await,
        }
        picture.into_memory().keep(&cx.config);
        Ok(())
    })
}

/// What Organizations has told is remembered under this word.
const TOLD: &str = "told";

/// Notes that Organizations tells this caller its accounts.
pub fn note_told(cx: &Cx, caller: &Caller) {
    cx.past.since("accounts", caller.account.as_str(), TOLD, true, cx.now());
}

/// Forgets that Organizations has ever told this caller its accounts: the next refusal leads to the other sources.
pub fn forget_told(cx: &Cx, caller: &Caller) {
    cx.past.since("accounts", caller.account.as_str(), TOLD, false, cx.now());
}

/// Whether Organizations has told this caller its accounts before.
fn told_before(cx: &Cx, caller: &Caller) -> bool {
    let at = cx.now();
    let first = cx.past.since("accounts", caller.account.as_str(), TOLD, true, at);
    let before = first.is_some_and(|first| first.as_second() < at.as_second());
    if !before {
        forget_told(cx, caller);
    }
    before
}

/// Tells what failed.
async fn tell(picture: &Picture, caller: &Caller, client: &Client, out: &Out<Item>) {
    let refused = picture.faults().values().any(|f| f.kind == FaultKind::Denied);
    let management = if refused { management(client).await } else { None };
    for fault in report::faults(picture, &caller.arn, management.as_deref()) {
        out.fault(fault).await;
    }
}

/// The management account, which every member may ask for; failing is no fault.
async fn management(client: &Client) -> Option<String> {
    let answer = client.describe_organization().send().await.ok()?;
    answer.organization()?.master_account_id().map(str::to_owned)
}

/// The accounts that other sources tell of.
async fn elsewhere(
    cx: &Cx,
    caller: &Caller,
    client: &Client,
    (picture, outcome): (&Picture, Outcome),
    out: &Out<Item>,
) {
    let refused = outcome == Outcome::Refused;
    let management = if refused { management(client).await } else { None };
    let mut note = if refused {
        report::grant(&[Op::Roots, Op::Accounts, Op::Units, Op::Held], &caller.arn, management.as_deref())
    } else {
        "the account belongs to no organisation".to_owned()
    };
    let mut items = Vec::new();
    match cx.vault.sso_accounts(None).await {
        Ok(accounts) => items = fallback::of_identity_center(accounts),
        Err(fault) if fault.kind == FaultKind::Unavailable => {}
        // A session that has nothing to do with the caller may have ended long ago.
        Err(fault) if !refused && !fault.kind.passes() => {
            note = format!("{note}; Identity Center tells no accounts either: {}", fault.message);
        }
        Err(fault) => out.fault(fault).await,
    }
    fallback::add(&mut items, fallback::of_profiles(&cx.vault.profiles()));
    fallback::add(&mut items, fallback::of_config(&cx.config.accounts));
    let own = Item::account(caller.account.as_str(), "", Details::default(), Origin::Caller);
    fallback::add(&mut items, vec![own]);
    let mut items = fallback::pruned(items);
    for item in &mut items {
        let manages = management.as_deref() == Some(&item.node.id);
        let node = item.node_mut();
        node.management = manages;
        if node.id == caller.account.as_str()
            && let Some(details) = &mut node.account
        {
            Arc::make_mut(details).shortfall.clone_from(&note);
        }
    }
    // One account and no right to the organisation is how most people begin: no fault.
    let alone = items.len() == 1;
    out.page(items).await;
    if refused && !alone {
        for fault in report::faults(picture, &caller.arn, management.as_deref()) {
            out.fault(fault).await;
        }
    }
}

/// The tags of a node, read when they are looked at.
pub fn tags(cx: Cx, _: At, item: Item) -> Doing<String> {
    Box::pin(async move {
        if item.node.origin != Origin::Organizations {
            return Ok(format!(
                "Tags are kept by AWS Organizations; this account is known from {}.",
                item.node.origin.word()
            ));
        }
        let region = cx.vault.caller().await?.region;
        let client = cx.remote.organizations(&cx.vault.caller_session(&region).await?);
        let tags = fill::of(&client, &item.node.id).await?;
        if tags.is_empty() {
            return Ok("No tags.".to_owned());
        }
        Ok(tags.iter().map(|(key, value)| format!("{key} = {value}")).collect::<Vec<_>>().join("\n"))
    })
}

/// The roles to choose from, and what the account is for.
pub fn roles(cx: Cx, _: At, item: Item) -> Doing<String> {
    Box::pin(async move {
        let Some(account) = item.to_account() else { return Ok("An OU is not entered.".to_owned()) };
        let environment = cx.config.environment(&account);
        let label = cx.config.environment_label(&account).map(|l| format!(" ({l})")).unwrap_or_default();
        let mut lines = vec![format!("Environment: {}{label}.", environment.word())];
        let roles = cx.vault.roles(&account);
        if roles.is_empty() {
            lines.push(
                "No role is configured: OrganizationAccountAccessRole and then AWSControlTowerExecution are tried."
                    .to_owned(),
            );
        }
        for (at, role) in roles.iter().enumerate() {
            let default = if at == 0 { ", the default" } else { "" };
            lines.push(format!("{}: {}{default}", role.name, role.how.show()));
        }
        lines.push(format!(":{} says which of them are usable.", Access::ID));
        Ok(lines.join("\n"))
    })
}
