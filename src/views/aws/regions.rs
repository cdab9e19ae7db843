//! The regions of an account: which are enabled, and which of them the console reads.

use std::time::Duration;

use aws_sdk_account::{Client, types::RegionOptStatus};
use serde::{Deserialize, Serialize};

use crate::{
    cx::Cx,
    model::{Cell, Facts, Fault, Health, Key, Level, Place, Region, Scope, ViewId},
    remote::fault,
    view::{At, Column, Doing, Out, Source, Span, View},
};

/// The view `regions`.
pub struct Regions;
/// For the catalogue.
pub static VIEW: Regions = Regions;

/// A region as one account sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its code.
    pub region: Region,
    /// Account Management's own word, such as `ENABLED_BY_DEFAULT`.
    pub status: String,
    /// Whether anything can run there.
    pub enabled: bool,
    /// Whether the console reads it.
    pub read: bool,
}

impl View for Regions {
    type Item = Item;
    const ID: ViewId = ViewId("regions");
    const ABOUT: &'static str = "regions of an account: which are enabled, and which of them are read";
    const SPAN: Span = Span::Account;
    const ACTIONS: &'static [&'static str] = &["account:ListRegions"];
    const COLUMNS: &'static [Column<Item>] = &[
        Column::new("name", 16, |i| Cell::text(i.region.as_str())),
        Column::new("status", 20, |i| Cell::text(&i.status)),
        Column::new("enabled", 7, |i| Cell::Flag(i.enabled)),
        Column::new("read", 5, |i| Cell::Flag(i.read)),
        Column::new("note", 0, |i| Cell::text(i.note())),
    ];
    // Regions are enabled by hand and by a request that takes hours: twice a day is often.
    const SOURCE: Source<Item> =
        Source::Poll { every: Duration::from_hours(12), fetch: |cx, at, out| Box::pin(fetch(cx, at, out)) as Doing };

    fn key(item: &Item) -> Key {
        Key::from(item.region.as_str())
    }

    fn judge(item: &Item, _: jiff::Timestamp) -> Health {
        Health::new(Level::None, item.note())
    }

    fn facts(item: &Item) -> Facts<'_> {
        Facts { name: item.region.as_str(), ..Facts::default() }
    }

    fn place(item: &Item, scope: &Scope) -> Place {
        Place { account: scope.account.clone(), region: Some(item.region.clone()) }
    }
}

impl Item {
    fn note(&self) -> &'static str {
        match (self.enabled, self.read) {
            (true, false) => "enabled, and not read: what runs there is not on any board",
            (false, true) => "read, and not enabled: every request there is refused",
            _ => "",
        }
    }
}

async fn fetch(cx: Cx, at: At, out: Out<Item>) -> Result<(), Fault> {
    let mut asked = Asked::new(&cx, &at).await?;
    while let Some(page) = asked.page().await? {
        out.page(page).await;
    }
    Ok(())
}

/// All regions of the account of a place, asked for with that account's session: one call, as long as AWS has no more
/// than 50 of them.
///
/// # Errors
/// Why there is no session, and what Account Management answers.
pub async fn all(cx: &Cx, at: &At) -> Result<Vec<Item>, Fault> {
    let (mut asked, mut items) = (Asked::new(cx, at).await?, Vec::new());
    while let Some(page) = asked.page().await? {
        items.extend(page);
    }
    Ok(items)
}

/// The question for the regions of an account, page by page.
struct Asked {
    client: Client,
    read: Vec<Region>,
    /// Where the next page begins; `None` for the first one.
    from: Option<String>,
    /// Whether the last one was read.
    ended: bool,
}

impl Asked {
    async fn new(cx: &Cx, at: &At) -> Result<Self, Fault> {
        let session = at.session(cx).await?;
        let home = at.home(cx).await?;
        let read = at.account.as_deref().map(|a| cx.config.regions_for(a, Some(&home))).unwrap_or_default();
        Ok(Self { client: cx.remote.account(&session), read, from: None, ended: false })
    }

    async fn page(&mut self) -> Result<Option<Vec<Item>>, Fault> {
        if self.ended {
            return Ok(None);
        }
        let page = self.client.list_regions().max_results(50).set_next_token(self.from.take()).send().await;
        let page = page.map_err(|e| fault("account", "ListRegions", &e))?;
        self.from = page.next_token().filter(|t| !t.is_empty()).map(str::to_owned);
        self.ended = self.from.is_none();
        Ok(Some(page.regions().iter().filter_map(|r| item(r, &self.read)).collect()))
    }
}

fn item(region: &aws_sdk_account::types::Region, read: &[Region]) -> Option<Item> {
    let name = Region::from(region.region_name()?);
    let status = region.region_opt_status()?;
    let enabled = matches!(status, RegionOptStatus::Enabled | RegionOptStatus::EnabledByDefault);
    Some(Item { read: read.contains(&name), status: status.as_str().to_owned(), enabled, region: name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_says_whether_it_is_enabled_and_read() {
        let region = |name: &str, status| {
            let region = aws_sdk_account::types::Region::builder().region_name(name).region_opt_status(status).build();
            item(&region, &[Region::from("eu-central-1")]).unwrap()
        };
        let home = region("eu-central-1", RegionOptStatus::EnabledByDefault);
        assert_eq!((home.enabled, home.read, home.note()), (true, true, ""));
        let far = region("us-east-1", RegionOptStatus::EnabledByDefault);
        assert!(far.enabled && !far.read && far.note().contains("not on any board"));
        let off = region("me-south-1", RegionOptStatus::Disabled);
        assert!(!off.enabled && off.note().is_empty());
    }
}
