//! Health summed up per node of the organisation. [`Level::Ok`] only where everything below was read.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{
    model::{Level, Org, Progress},
    rows::{Table, scopes::is_fresh},
};

/// The sum below one node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The worst below; see [`Level`] for the order.
    pub level: Level,
    /// How many things are broken, degraded, in need of attention.
    pub problems: [u32; 3],
    /// How many scopes below could not be read, or not lately.
    pub unread: u32,
    /// How many accounts lie below.
    pub accounts: u32,
}

impl Sum {
    fn count(&mut self, level: Level) {
        self.level = self.level.max(level);
        match level {
            Level::Broken => self.problems[0] += 1,
            Level::Degraded => self.problems[1] += 1,
            Level::Attention => self.problems[2] += 1,
            _ => {}
        }
    }

    fn add(&mut self, other: Self) {
        self.level = self.level.max(other.level);
        for (mine, more) in self.problems.iter_mut().zip(other.problems) {
            *mine += more;
        }
        self.unread += other.unread;
        self.accounts += other.accounts;
    }
}

/// The sums of all nodes.
#[derive(Clone, Debug, Default)]
pub struct Rollup {
    sums: HashMap<String, Sum>,
}

impl Rollup {
    /// The sum below a node; nothing for one that is not known.
    #[must_use]
    pub fn of(&self, node: &str) -> Sum {
        self.sums.get(node).copied().unwrap_or_default()
    }

    /// Sums up `tables` (those that the watch board reads) over the organisation.
    #[must_use]
    pub fn new<'a>(org: &Org, tables: impl Iterator<Item = &'a Table>, now: Timestamp) -> Self {
        let mut sums: HashMap<String, Sum> = HashMap::with_capacity(org.len());
        let mut asked: HashMap<&str, u32> = HashMap::new();
        let tables: Vec<&Table> = tables.collect();
        for table in &tables {
            for (_, slot) in table.iter() {
                if let Some(account) = &slot.place.account {
                    sums.entry(account.as_str().to_owned()).or_default().count(slot.level);
                }
            }
            for state in table.scopes.iter().filter(|s| s.wanted) {
                let Some(account) = &state.scope.account else { continue };
                *asked.entry(account.as_str()).or_default() += 1;
                let read = state.progress == Progress::Read && is_fresh(state.read_at, now, table.every());
                if !read {
                    let sum = sums.entry(account.as_str().to_owned()).or_default();
                    sum.unread += 1;
                    sum.level = sum.level.max(Level::Unknown);
                }
            }
        }
        for account in org.accounts() {
            let sum = sums.entry(account.id.as_str().to_owned()).or_default();
            sum.accounts = 1;
            if !account.details.state.can_enter() {
                sum.level = Level::None;
            } else if asked.contains_key(account.id.as_str()) {
                sum.level = sum.level.max(Level::Ok);
            } else {
                sum.level = sum.level.max(Level::Unknown);
            }
        }
        Self::upwards(org, sums)
    }

    /// Children come after their parents in the order of the tree, so one pass from the end adds everything up.
    fn upwards(org: &Org, mut sums: HashMap<String, Sum>) -> Self {
        let nodes: Vec<_> = org.walk().map(|(node, _)| node).collect();
        for node in nodes.into_iter().rev() {
            let sum = sums.get(&node.id).copied().unwrap_or_default();
            if let Some(parent) = &node.parent {
                sums.entry(parent.clone()).or_default().add(sum);
            }
        }
        Self { sums }
    }
}
