//! The watch board: every problem of the views that the console patrols, and every account that could not be read.

mod gaps;
mod problem;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::Timestamp;

pub use problem::Problem;

use crate::{
    model::{Cell, Facts, Health, Key, Level, Place, Scope, ViewId},
    rows::{Slot, Snapshot, snapshot::Taken},
    view::{All, Column, Derive, Source, Span, Target, View},
};

/// The view.
pub struct Watch;

/// The entry in the catalogue.
pub static VIEW: Watch = Watch;

impl View for Watch {
    type Item = Problem;

    const ID: ViewId = ViewId("watch");
    const ALIASES: &'static [&'static str] = &["problems", "board"];
    const ABOUT: &'static str = "every problem of the fleet, and what could not be read";
    const SPAN: Span = Span::Fleet;
    const PATROL: bool = true;
    const COLUMNS: &'static [Column<Problem>] = &[
        Column::new("health", 11, |p| Cell::Level(p.level)),
        Column::new("account", 14, |p| Cell::text(&p.account)),
        Column::wide("ou", 16, |p| Cell::text(&p.ou)),
        Column::new("region", 12, |p| Cell::maybe(p.place.region.as_ref().map(crate::model::Region::as_str))),
        Column::new("view", 5, |p| Cell::text(&p.view)),
        Column::new("name", 16, |p| Cell::text(&p.name)),
        Column::new("why", 0, |p| Cell::text(&p.why)),
        Column::new("since", 6, |p| Cell::at(p.since)),
        Column::wide("owner", 12, |p| Cell::maybe(p.owner.as_deref())),
    ];
    const SOURCE: Source<Problem> = Source::derived::<Self>();

    fn key(item: &Problem) -> Key {
        item.key()
    }

    fn judge(item: &Problem, _now: Timestamp) -> Health {
        Health::new(item.level, item.why.clone()).since(item.since)
    }

    fn weight(item: &Problem) -> u8 {
        u8::from(item.production)
    }

    fn facts(item: &Problem) -> Facts<'_> {
        let arn = item.key.as_ref().map(Key::as_str).filter(|k| k.starts_with("arn:"));
        Facts { name: &item.name, arn, owner: item.owner.as_deref(), ..Facts::default() }
    }

    fn place(item: &Problem, _scope: &Scope) -> Place {
        item.place.clone()
    }

    fn target(item: &Problem) -> Option<Target> {
        Some(Target { view: item.target.to_string(), scope: item.scope.clone(), key: item.key.clone() })
    }
}

impl Derive for Watch {
    type From = All;

    fn derive(from: &Snapshot, now: Timestamp) -> Vec<Problem> {
        let mut board = Vec::new();
        for taken in &from.tables {
            let view: Arc<str> = Arc::from(taken.view.0);
            // Few rows of many are problems, and the table knows which: only those are judged for their evidence. What
            // was read and has no verdict yet is no "no problem"; what is out of date is a line of its scope.
            let open = |slot: &&Slot| slot.level.is_problem() || slot.level == Level::Unknown && !slot.is_old();
            let problems = taken.table.iter().map(|(_, slot)| slot).filter(open);
            board.extend(problems.map(|slot| problem(from, taken, &view, slot, now)));
        }
        board.extend(gaps::gaps(from, now));
        board
    }
}

fn problem(from: &Snapshot, taken: &Taken, view: &Arc<str>, slot: &Slot, now: Timestamp) -> Problem {
    let health = slot.health(now);
    let facts = slot.row.facts();
    let key = slot.row.key();
    let name = if facts.name.is_empty() { key.as_str() } else { facts.name };
    let (account, ou) = problem::words(&from.org, slot.place.account.as_ref());
    Problem {
        level: slot.level,
        production: slot.place.account.as_ref().is_some_and(|id| from.production.contains(id)),
        account,
        ou,
        place: slot.place.clone(),
        view: Arc::clone(view),
        name: name.to_owned(),
        why: health.why.into_owned(),
        since: health.since,
        owner: facts.owner.map(str::to_owned),
        target: Arc::clone(view),
        scope: taken.table.scopes.get(slot.scope).map(|s| s.scope.clone()).unwrap_or_default(),
        key: Some(key.clone()),
        cause: String::new(),
    }
}
