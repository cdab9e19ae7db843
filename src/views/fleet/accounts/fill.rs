//! The tags of accounts on the screen: a call for each, which would take minutes over a whole organisation.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use aws_sdk_organizations::Client;
use futures::{StreamExt as _, stream};

use super::{
    ask::{Ask, Op},
    calls::call,
    nodes::Item,
};
use crate::{
    cx::Cx,
    model::{Fault, FaultKind, Tags, org::Origin},
    view::{Doing, Fill, Out},
};

/// How many accounts are asked about at once: the limiter admits five a second, and more would only wait there.
const AT_ONCE: usize = 4;

/// What is filled into the rows of accounts. Where the configuration chooses by tags the walk has read them already, and
/// nothing is asked here.
pub(super) const TAGS: Fill<Item> = Fill {
    columns: &["tags"],
    fits: |item| item.node.origin == Origin::Organizations && item.node.account.is_some(),
    every: Duration::from_hours(1),
    read: |cx, _, items, out| read(cx, items, out),
    merge,
};

fn read(cx: Cx, items: Vec<Item>, out: Out<Item>) -> Doing {
    Box::pin(async move {
        if !cx.config.tags_needed().is_empty() {
            return Ok(());
        }
        let region = cx.vault.caller().await?.region;
        let client = cx.remote.organizations(&cx.vault.caller_session(&region).await?);
        let client = &client;
        let each = |item: Item| async move { (of(client, &item.node.id).await, item) };
        let mut answers = stream::iter(items).map(each).buffer_unordered(AT_ONCE);
        while let Some((tags, mut item)) = answers.next().await {
            let tags = match tags {
                Ok(tags) => tags,
                // It has left since.
                Err(fault) if fault.kind == FaultKind::Missing => continue,
                Err(fault) => return Err(fault),
            };
            if let Some(details) = &mut item.node_mut().account {
                Arc::make_mut(details).tags = Some(Tags::from(tags));
            }
            out.page(vec![item]).await;
        }
        Ok(())
    })
}

/// The tags of a node.
///
/// # Errors
/// What AWS answered, or why it did not.
pub(super) async fn of(client: &Client, id: &str) -> Result<BTreeMap<String, String>, Fault> {
    let mut ask = Ask::new(Op::Tags, id);
    let mut tags = BTreeMap::new();
    loop {
        let page = call(client, &ask).await?;
        tags.extend(page.tags);
        match page.next.filter(|token| !token.is_empty() && ask.token.as_ref() != Some(token)) {
            Some(token) => ask = ask.next(token),
            None => return Ok(tags),
        }
    }
}

fn merge(now: &Item, filled: &Item) -> Item {
    let mut item = now.clone();
    let tags = filled.node.account.as_ref().and_then(|details| details.tags.clone());
    if let Some(details) = &mut item.node_mut().account {
        Arc::make_mut(details).tags = tags;
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::org::Details;

    fn account(name: &str, tags: Option<&[(&str, &str)]>) -> Item {
        let tags = tags.map(|tags| tags.iter().copied().collect());
        Item::account("111111111111", name, Details { tags, ..Details::default() }, Origin::Organizations)
    }

    #[test]
    fn tags_go_into_the_account_as_it_is_known_by_then() {
        let filled = account("old name", Some(&[("team", "pay")]));
        assert_eq!(merge(&account("new name", None), &filled), account("new name", Some(&[("team", "pay")])));
        let untagged = account("x", Some(&[]));
        assert_eq!(merge(&filled, &untagged), account("old name", Some(&[])), "tags that were taken away are gone");
    }

    #[test]
    fn only_accounts_of_the_organisation_have_tags_to_be_read() {
        assert!((TAGS.fits)(&account("x", None)) && (TAGS.fits)(&account("x", Some(&[]))), "old ones are read again");
        assert!(!(TAGS.fits)(&Item::group("ou-1", Some("x"), None, Origin::Organizations)));
        assert!(!(TAGS.fits)(&Item::account("111111111111", "x", Details::default(), Origin::Profiles)));
    }
}
