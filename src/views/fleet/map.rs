//! The map of the fleet: every account with the worst that is known of it, and how much of it was read.

mod account;
mod seen;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use account::Item;

use crate::{
    model::{Cell, Facts, Health, Key, Place, Scope, ViewId},
    rows::Snapshot,
    view::{All, Column, Derive, Mapped, Picture, Source, Span, Target, View},
};

/// The view `fleet`.
pub struct Map;

/// For the catalogue.
pub static VIEW: Map = Map;

impl View for Map {
    type Item = Item;

    const ID: ViewId = ViewId("fleet");
    const ALIASES: &'static [&'static str] = &["map"];
    const ABOUT: &'static str = "a map of all accounts by OU: the worst of each, and what of it was read";
    const SPAN: Span = Span::Fleet;
    const PATROL: bool = true;
    const COLUMNS: &'static [Column<Item>] = &[
        Column::new("health", 11, |i| Cell::Level(i.level)),
        Column::new("account", 16, |i| Cell::text(&i.name)),
        Column::new("id", 12, |i| Cell::text(i.id.as_str())),
        Column::new("ou", 20, |i| Cell::text(&i.ou)),
        Column::new("why", 0, |i| Cell::text(&i.why)),
        Column::new("broken", 6, |i| Cell::Number(i.broken.into())),
        Column::new("degraded", 8, |i| Cell::Number(i.degraded.into())),
        Column::new("attention", 9, |i| Cell::Number(i.attention.into())),
        Column::new("read", 7, |i| Cell::Of(i.read.into(), i.wanted.into())),
        Column::wide("answered", 8, |i| Cell::Of(i.answered.into(), i.wanted.into())),
        Column::wide("since", 6, |i| Cell::at(i.since)),
        Column::wide("owner", 12, |i| Cell::maybe(i.owner.as_deref())),
    ];
    const PICTURE: Picture = Picture::Map(Mapped { each: "account", path: "ou", answered: "answered" });
    const SOURCE: Source<Item> = Source::derived::<Self>();

    fn key(item: &Item) -> Key {
        Key::from(item.id.as_str())
    }

    fn judge(item: &Item, _now: Timestamp) -> Health {
        Health::new(item.level, item.why.clone()).since(item.since)
    }

    fn weight(item: &Item) -> u8 {
        u8::from(item.production)
    }

    fn facts(item: &Item) -> Facts<'_> {
        Facts { name: &item.name, owner: item.owner.as_deref(), ..Facts::default() }
    }

    fn place(item: &Item, _scope: &Scope) -> Place {
        Place { account: Some(item.id.clone()), region: None }
    }

    /// The board, for this account alone.
    fn target(item: &Item) -> Option<Target> {
        Some(Target { view: "watch".to_owned(), scope: Scope::account(item.id.clone()), key: None })
    }
}

impl Derive for Map {
    type From = All;

    fn derive(from: &Snapshot, now: Timestamp) -> Vec<Item> {
        let seen = seen::by_account(from, now);
        let production = |id| from.production.contains(id);
        from.org.accounts().iter().zip(&seen).map(|(a, seen)| account::item(a, seen, production(&a.id), now)).collect()
    }
}
