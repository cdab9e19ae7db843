//! The calls themselves, by the SDK.

use aws_sdk_organizations::{Client, types};
use jiff::Timestamp;

use super::ask::{Ask, Op, Page, Seen};
use crate::{
    model::{Fault, org::State},
    remote,
};

/// The largest page that Organizations gives (API reference, `MaxResults`).
const PAGE: i32 = 20;

/// Makes one call.
///
/// # Errors
/// What AWS answered, or why it did not.
pub async fn call(client: &Client, ask: &Ask) -> Result<Page, Fault> {
    let token = ask.token.clone();
    let about = ask.about.as_str();
    match ask.op {
        Op::Roots => {
            let sent = client.list_roots().max_results(PAGE).set_next_token(token).send().await;
            let page = sent.map_err(|e| remote::fault("organizations", ask.op.word(), &e))?;
            let groups = page.roots().iter().filter_map(|r| group(r.id(), r.name())).collect();
            Ok(Page { groups, next: page.next_token, ..Page::default() })
        }
        Op::Accounts => {
            let sent = client.list_accounts().max_results(PAGE).set_next_token(token).send().await;
            let page = sent.map_err(|e| remote::fault("organizations", ask.op.word(), &e))?;
            let accounts = page.accounts().iter().filter_map(account).collect();
            Ok(Page { accounts, next: page.next_token, ..Page::default() })
        }
        Op::Units => {
            let list = client.list_organizational_units_for_parent().parent_id(about);
            let sent = list.max_results(PAGE).set_next_token(token).send().await;
            let page = sent.map_err(|e| remote::fault("organizations", ask.op.word(), &e))?;
            let groups = page.organizational_units().iter().filter_map(|u| group(u.id(), u.name())).collect();
            Ok(Page { groups, next: page.next_token, ..Page::default() })
        }
        Op::Held => {
            let list = client.list_accounts_for_parent().parent_id(about);
            let sent = list.max_results(PAGE).set_next_token(token).send().await;
            let page = sent.map_err(|e| remote::fault("organizations", ask.op.word(), &e))?;
            let accounts = page.accounts().iter().filter_map(account).collect();
            Ok(Page { accounts, next: page.next_token, ..Page::default() })
        }
        Op::Tags => {
            let list = client.list_tags_for_resource().resource_id(about);
            let sent = list.set_next_token(token).send().await;
            let page = sent.map_err(|e| remote::fault("organizations", ask.op.word(), &e))?;
            let tags = page.tags().iter().map(|t| (t.key().to_owned(), t.value().to_owned())).collect();
            Ok(Page { tags, next: page.next_token, ..Page::default() })
        }
    }
}

fn group(id: Option<&str>, name: Option<&str>) -> Option<(String, String)> {
    Some((id?.to_owned(), name.unwrap_or_default().to_owned()))
}

fn account(account: &types::Account) -> Option<Seen> {
    // `Status` was to retire on 9 September 2026; `State` came a year before it. Words unknown to the SDK stay.
    let state = account.state().map(types::AccountState::as_str);
    let state = state.or_else(|| account.status().map(types::AccountStatus::as_str));
    Some(Seen {
        id: account.id()?.to_owned(),
        name: account.name().unwrap_or_default().to_owned(),
        email: account.email().unwrap_or_default().to_owned(),
        arn: account.arn().unwrap_or_default().to_owned(),
        state: state.map_or_else(|| State::Other("not told".to_owned()), State::parse),
        joined: account.joined_timestamp().and_then(|at| Timestamp::from_second(at.secs()).ok()),
        paths: account.paths().to_vec(),
    })
}
