//! The organisation: its root, its OUs, its accounts. The rows of this view are the tree.
//!
//! Where every account tells its `Paths`, 1,000 accounts in 200 OUs are placed by at most 91 calls: a page of
//! `ListAccounts` for every 20 accounts, and one call for each node that has OUs below it, for their names. See
//! `picture` for the order of the questions, `walk` for how they are asked, `fallback` for those who may not ask.

mod ask;
mod calls;
mod fallback;
mod fill;
mod kept;
mod memory;
mod nodes;
mod paths;
mod picture;
mod read;
mod regions;
mod report;
mod show;
mod walk;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

pub use nodes::Item;
pub use read::{forget_told, note_told};

use crate::{
    model::{Cell, Facts, Key, ViewId, org},
    view::{Column, Fill, Section, Source, Span, Text, View},
};

/// The view `accounts`.
pub struct Accounts;
/// For the catalogue.
pub static VIEW: Accounts = Accounts;

impl View for Accounts {
    type Item = Item;
    const ID: ViewId = ViewId("accounts");
    const ALIASES: &'static [&'static str] = &["acct", "org", "organisation"];
    const ABOUT: &'static str = "Accounts and OUs of the organisation, with their state and where they lie";
    const SPAN: Span = Span::Fleet;
    const ORDER: &'static str = "name";
    const ACTIONS: &'static [&'static str] = &["account:ListRegions"];
    const CALLER_ACTIONS: &'static [&'static str] = &[
        "organizations:DescribeOrganization",
        "organizations:ListAccounts",
        "organizations:ListAccountsForParent",
        "organizations:ListOrganizationalUnitsForParent",
        "organizations:ListRoots",
        "organizations:ListTagsForResource",
    ];
    const COLUMNS: &'static [Column<Item>] = &[
        Column::new("name", 0, |i| Cell::text(&i.node.name)),
        Column::new("id", 18, |i| Cell::text(&i.node.id)),
        Column::new("kind", 7, |i| Cell::text(i.kind())),
        Column::new("state", 18, |i| Cell::maybe(i.state().map(org::State::word))),
        Column::new("ou", 28, |i| Cell::text(&i.ou)),
        Column::new("joined", 8, |i| Cell::at(i.joined())),
        Column::wide("email", 32, |i| Cell::maybe(i.node.account.as_ref().map(|a| a.email.as_str()))),
        Column::wide("management", 10, |i| {
            i.node.account.as_ref().map_or(Cell::Missing, |_| Cell::Flag(i.node.management))
        }),
        Column::wide("origin", 19, |i| Cell::text(i.node.origin.word())),
        Column::wide("tags", 28, |i| {
            let tags = i.node.account.as_ref().and_then(|a| a.tags.as_ref());
            tags.map_or(Cell::Missing, |tags| Cell::owned(tags.to_string()))
        }),
    ];
    const FILL: Option<Fill<Item>> = Some(fill::TAGS);
    const SECTIONS: &'static [Section<Item>] = &[
        Section { title: "identity", text: Text::Now(identity) },
        Section { title: "tags", text: Text::Later(read::tags) },
        Section { title: "roles", text: Text::Later(read::roles) },
        Section { title: "regions", text: Text::Later(regions::regions) },
    ];
    const SOURCE: Source<Item> = Source::Poll { every: Duration::from_mins(5), fetch: read::fetch };

    fn key(item: &Item) -> Key {
        Key::from(item.node.id.as_str())
    }

    fn facts(item: &Item) -> Facts<'_> {
        let details = item.node.account.as_ref();
        let tags = details.and_then(|a| a.tags.as_ref());
        Facts {
            name: &item.node.name,
            arn: Some(item.arn.as_str()).filter(|arn| !arn.is_empty()),
            created: item.joined(),
            owner: tags.and_then(|t| t.get("owner").or_else(|| t.get("team"))),
            tags,
            url: None,
        }
    }

    /// While a walk is under way it knows ids before names, and accounts before their tags.
    fn absorb(old: &Item, new: &Item) -> Option<Item> {
        let mut kept = new.clone();
        let node = Arc::make_mut(&mut kept.node);
        if new.node.unnamed && !old.node.unnamed {
            node.name.clone_from(&old.node.name);
            node.unnamed = false;
        }
        node.placed |= old.node.placed;
        if let (Some(new), Some(old)) = (&mut node.account, &old.node.account)
            && new.tags.is_none()
        {
            Arc::make_mut(new).tags.clone_from(&old.tags);
        }
        Some(kept)
    }

    fn keep(items: &[&Item]) -> String {
        kept::keep(items)
    }

    fn kept(text: &str) -> Result<Vec<Item>, serde_json::Error> {
        kept::read(text)
    }

    fn node(item: &Item) -> Option<&Arc<org::Node>> {
        Some(&item.node)
    }
}

fn identity(item: &Item, _: Timestamp) -> String {
    let mut lines = vec![format!("Id: {}", item.node.id)];
    let mut line = |what: &str, text: &str| {
        if !text.is_empty() {
            lines.push(format!("{what}: {text}"));
        }
    };
    line("ARN", &item.arn);
    if let Some(details) = &item.node.account {
        line("E-mail", &details.email);
        line("State", details.state.word());
        line("Joined", &details.joined.map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default());
        line("Permission sets and roles", &details.roles.join(", "));
        line("Profile", details.profile.as_deref().unwrap_or_default());
        line("Region of the profile", details.region.as_ref().map_or("", |region| region.as_str()));
    }
    line("OU path", &item.ou);
    line("Path of ids", &item.above.join("/"));
    line("Known from", item.node.origin.word());
    if item.node.management {
        line("Role in the organisation", "management account");
    }
    if item.node.unnamed {
        line("Name", "could not be read, so that the id stands in");
    }
    line("Not told", item.node.account.as_ref().map_or("", |a| a.shortfall.as_str()));
    lines.join("\n")
}
