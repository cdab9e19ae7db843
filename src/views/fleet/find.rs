//! Every row of every view that was read, a line each: the filter line finds a thing wherever it is.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    model::{AccountId, Cell, Facts, Health, Key, Level, Place, Region, Scope, ViewId},
    rows::{Slot, Snapshot},
    view::{All, Column, Derive, Source, Span, Target, View},
};

/// Between the parts of a key. It occurs in no name: it is a control character.
const SEPARATOR: char = '\u{1f}';

/// The view.
pub struct Find;

/// The entry in the catalogue.
pub static VIEW: Find = Find;

/// A row of another view. Everything that repeats is shared: there is one of these for each row of the console.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The view that it is a row of.
    pub view: Arc<str>,
    /// What people call it; its key where it has no name.
    pub name: Arc<str>,
    /// The name of its account; empty where it belongs to none.
    pub account: Arc<str>,
    /// How it is.
    pub level: Level,
    /// Its ARN, where it has one.
    pub arn: Option<Arc<str>>,
    /// Where it lies.
    pub place: Place,
    /// The scope that it was read from.
    pub scope: Scope,
    /// Its key there.
    pub key: Key,
}

impl View for Find {
    type Item = Found;

    const ID: ViewId = ViewId("find");
    const ALIASES: &'static [&'static str] = &["search"];
    const ABOUT: &'static str = "every row of every view read so far, to search in";
    const SPAN: Span = Span::Fleet;
    const COLUMNS: &'static [Column<Found>] = &[
        Column::new("view", 8, |f| Cell::text(&f.view)),
        Column::new("name", 24, |f| Cell::text(&f.name)),
        Column::new("account", 14, |f| Cell::text(&f.account)),
        Column::new("region", 12, |f| Cell::maybe(f.place.region.as_ref().map(Region::as_str))),
        Column::new("health", 11, |f| Cell::Level(f.level)),
        Column::new("arn", 0, |f| Cell::maybe(f.arn.as_deref())),
        Column::wide("key", 24, |f| Cell::text(f.key.as_str())),
    ];
    const SOURCE: Source<Found> = Source::derived::<Self>();

    fn key(item: &Found) -> Key {
        let s = &item.scope;
        let parts = [
            Some(&*item.view),
            s.account.as_ref().map(AccountId::as_str),
            s.region.as_ref().map(Region::as_str),
            s.parent.as_ref().map(Key::as_str),
            Some(item.key.as_str()),
        ];
        let mut out = String::with_capacity(64 + item.key.as_str().len());
        for part in parts {
            out.push_str(part.unwrap_or_default());
            out.push(SEPARATOR);
        }
        Key::from(out)
    }

    fn judge(item: &Found, _now: Timestamp) -> Health {
        Health::new(item.level, "")
    }

    fn facts(item: &Found) -> Facts<'_> {
        Facts { name: &item.name, arn: item.arn.as_deref(), ..Facts::default() }
    }

    fn place(item: &Found, _scope: &Scope) -> Place {
        item.place.clone()
    }

    fn target(item: &Found) -> Option<Target> {
        Some(Target { view: item.view.to_string(), scope: item.scope.clone(), key: Some(item.key.clone()) })
    }
}

impl Derive for Find {
    type From = All;

    fn derive(from: &Snapshot, _now: Timestamp) -> Vec<Found> {
        let names: HashMap<&AccountId, Arc<str>> =
            from.org.accounts().iter().map(|a| (&a.id, Arc::from(a.name.as_str()))).collect();
        let nobody: Arc<str> = Arc::from("");
        let account = |id: Option<&AccountId>| match id {
            Some(id) => names.get(id).map_or_else(|| Arc::from(id.as_str()), Arc::clone),
            None => Arc::clone(&nobody),
        };
        let mut found = Vec::with_capacity(from.tables.iter().map(|t| t.table.len()).sum());
        for taken in &from.tables {
            let view: Arc<str> = Arc::from(taken.view.0);
            found.extend(taken.table.iter().map(|(_, slot)| {
                let scope = taken.table.scopes.get(slot.scope).map(|s| s.scope.clone()).unwrap_or_default();
                entry(slot, Arc::clone(&view), account(slot.place.account.as_ref()), scope)
            }));
        }
        found
    }
}

fn entry(slot: &Slot, view: Arc<str>, account: Arc<str>, scope: Scope) -> Found {
    let facts = slot.row.facts();
    let key = slot.row.key();
    let name = if facts.name.is_empty() { key.as_str() } else { facts.name };
    Found {
        view,
        name: Arc::from(name),
        account,
        level: slot.level,
        arn: facts.arn.map(Arc::from),
        place: slot.place.clone(),
        scope,
        key: key.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::Coverage,
        rows::{Delta, Table, Touched, snapshot::Taken},
        views::aws::{
            ecs::{self, Service},
            tasks::{self, Task},
        },
    };

    fn taken(view: &'static str, scope: &Scope, row: crate::rows::Row) -> Taken {
        let mut table = Table::new(None);
        let id = table.reading(scope);
        let now = Timestamp::UNIX_EPOCH;
        table.apply(id, Delta::Upsert(vec![row]), now, &|_, _, _| None, &mut Touched::default());
        Taken { view: ViewId(view), table, coverage: Coverage::default() }
    }

    #[test]
    fn every_row_of_every_view_is_found_and_leads_to_itself() {
        let scope = Scope::region(AccountId::from("1"), Region::from("eu-west-1"));
        let service = Service { name: "web".into(), arn: "arn:web".into(), ..Service::default() };
        let service =
            crate::view::AnyView::revive(&ecs::VIEW, serde_json::to_value(service).expect("json")).expect("a row");
        let task = Task { arn: "arn:task/c/77".into(), ..Task::default() };
        let task =
            crate::view::AnyView::revive(&tasks::VIEW, serde_json::to_value(task).expect("json")).expect("a row");
        let below = scope.under(Key::from("arn:web"));
        let tables = vec![taken("ecs", &scope, service), taken("tasks", &below, task)];
        let found = Find::derive(&Snapshot { tables, ..Snapshot::default() }, Timestamp::UNIX_EPOCH);
        let words: Vec<_> = found.iter().map(|f| (&*f.view, &*f.name, &*f.account, f.arn.as_deref())).collect();
        assert_eq!(words, [("ecs", "web", "1", Some("arn:web")), ("tasks", "77", "1", Some("arn:task/c/77"))]);
        assert_ne!(Find::key(&found[0]), Find::key(&found[1]));
        assert_eq!(Find::place(&found[1], &Scope::fleet()), scope.place());
        let target = Find::target(&found[1]).expect("a target");
        assert_eq!(target, Target { view: "tasks".into(), scope: below, key: Some(Key::from("arn:task/c/77")) });
    }
}
