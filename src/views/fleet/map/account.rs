//! An account as the map has it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::seen::Seen;
use crate::model::{Account, AccountId, Level, time};

/// An account: the worst that is known of it, and what of it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The twelve digits.
    pub id: AccountId,
    /// As people named it.
    pub name: String,
    /// The OUs above it, such as `workload/prod`; empty at the root.
    pub ou: String,
    /// The worst of it; [`Level::Ok`] only where all of it was read, [`Level::None`] where it cannot be entered.
    pub level: Level,
    /// Whether it counts as production.
    pub production: bool,
    /// How many of its things are broken.
    pub broken: u32,
    /// How many are degraded.
    pub degraded: u32,
    /// How many want attention.
    pub attention: u32,
    /// How many scopes (views and regions) of it are wanted.
    pub wanted: u32,
    /// How many of them were read in full, lately.
    pub read: u32,
    /// How many of them were answered at all, a refusal being an answer.
    pub answered: u32,
    /// The evidence for the verdict, or why there is none.
    pub why: String,
    /// Since when, where it is a problem.
    pub since: Option<Timestamp>,
    /// Whose it is, as far as its tags say so.
    pub owner: Option<String>,
}

/// Makes the item of an account.
pub(super) fn item(account: &Account, seen: &Seen<'_>, production: bool, now: Timestamp) -> Item {
    let health = seen.worst.map(|slot| slot.health(now));
    let tags = account.details.tags.as_ref();
    let owner = tags.and_then(|t| t.get("owner").or_else(|| t.get("team")));
    let [broken, degraded, attention] = seen.problems;
    let level = level(account, seen);
    Item {
        id: account.id.clone(),
        name: account.name.clone(),
        ou: account.path.to_string(),
        level,
        production,
        broken,
        degraded,
        attention,
        wanted: seen.wanted,
        read: seen.read,
        answered: seen.answered,
        why: why(account, seen, level, now),
        since: health.and_then(|h| h.since).filter(|_| level.is_problem()),
        owner: owner.map(str::to_owned),
    }
}

fn level(account: &Account, seen: &Seen<'_>) -> Level {
    if !account.details.state.can_enter() {
        return Level::None;
    }
    let whole = seen.wanted > 0 && seen.read == seen.wanted;
    let least = if whole { Level::Ok } else { Level::Unknown };
    seen.worst.map_or(least, |slot| slot.level.max(least))
}

fn why(account: &Account, seen: &Seen<'_>, level: Level, now: Timestamp) -> String {
    match (level, seen.worst) {
        (Level::None, _) => format!("{}: it is not entered", account.details.state.word()),
        (Level::Ok, _) => String::new(),
        (Level::Unknown, _) | (_, None) => unread(seen, now),
        (_, Some(slot)) => {
            let facts = slot.row.facts();
            let key = slot.row.key().shown();
            let name = if facts.name.is_empty() { &*key } else { facts.name };
            let more = match seen.problems.iter().sum::<u32>() {
                0 | 1 => String::new(),
                n => format!(" (and {} more)", n - 1),
            };
            format!("{name}: {}{more}", slot.health(now).why)
        }
    }
}

/// Why there is no verdict.
fn unread(seen: &Seen<'_>, now: Timestamp) -> String {
    if let Some(fault) = seen.fault {
        return format!("{}: {fault}", fault.kind.word());
    }
    if seen.answered < seen.wanted {
        return format!("being read: {} of {} answered", seen.answered, seen.wanted);
    }
    match seen.old {
        Some(at) => format!("last read {} ago", time::age(now, at)),
        None => "not asked for yet".to_owned(),
    }
}
