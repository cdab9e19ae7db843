//! Health summed up per node of the organisation. [`Level::Ok`] only where everything below was read.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    model::{AccountId, Level, Org, Progress},
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
    /// How many of them were not read in full, or not lately.
    pub unread_accounts: u32,
    /// How many scopes below are wanted.
    pub wanted: u32,
    /// How many of them were answered at all, a refusal being an answer.
    pub answered: u32,
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
        self.unread_accounts += other.unread_accounts;
        self.wanted += other.wanted;
        self.answered += other.answered;
    }
}

/// The sums of all nodes, as of one moment.
#[derive(Clone, Debug, Default)]
pub struct Rollup {
    org: Arc<Org>,
    /// In the order of the tree.
    sums: Vec<Sum>,
    /// Over all of it.
    whole: Sum,
}

impl Rollup {
    /// Whether it says the same as another.
    #[must_use]
    pub fn says_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.org, &other.org) && self.whole == other.whole && self.sums == other.sums
    }

    /// The sum below a node, all of the fleet for the empty one; nothing for one that is not known.
    #[must_use]
    pub fn of(&self, node: &str) -> Sum {
        if node.is_empty() {
            return self.whole;
        }
        self.org.position(node).and_then(|at| self.sums.get(at)).copied().unwrap_or_default()
    }

    /// Sums up `tables` (those that the watch board reads) over the organisation. Made four times a second while
    /// rows stream, so that nothing is looked up for a row whose neighbour lies in the same account.
    #[must_use]
    pub fn new<'a>(org: &Arc<Org>, tables: impl Iterator<Item = &'a Table>, now: Timestamp) -> Self {
        let mut sums = vec![Sum::default(); org.len()];
        let mut asked = vec![false; org.len()];
        for table in tables {
            let mut find = Finder { org, last: None };
            for (_, slot) in table.iter() {
                if let Some(at) = slot.place.account.as_ref().and_then(|account| find.at(account)) {
                    sums[at].count(slot.level);
                }
            }
            for state in table.scopes.iter().filter(|s| s.wanted) {
                let Some(at) = state.scope.account.as_ref().and_then(|account| find.at(account)) else { continue };
                asked[at] = true;
                sums[at].wanted += 1;
                sums[at].answered += u32::from(!matches!(state.progress, Progress::Waiting | Progress::Reading));
                if state.progress != Progress::Read || !is_fresh(state.read_at, now, table.every()) {
                    sums[at].unread += 1;
                    sums[at].level = sums[at].level.max(Level::Unknown);
                }
            }
        }
        for (at, (node, _)) in org.walk().enumerate() {
            let Some(details) = &node.account else { continue };
            let sum = &mut sums[at];
            sum.accounts = 1;
            sum.unread_accounts = u32::from(sum.unread > 0);
            sum.level = if details.state.can_enter() {
                sum.level.max(if asked[at] { Level::Ok } else { Level::Unknown })
            } else {
                Level::None
            };
        }
        Self::upwards(org, sums)
    }

    /// Children come after their parents in the order of the tree, so one pass from the end adds everything up.
    fn upwards(org: &Arc<Org>, mut sums: Vec<Sum>) -> Self {
        let mut whole = Sum::default();
        for (at, (node, depth)) in org.walk().enumerate().rev() {
            if depth == 0 {
                whole.add(sums[at]);
            }
            let above = node.parent.as_ref().and_then(|parent| org.position(parent));
            // In a circle of parents, which only bad input holds, one of them comes first.
            if let Some(above) = above.filter(|above| *above < at) {
                let sum = sums[at];
                sums[above].add(sum);
            }
        }
        Self { org: Arc::clone(org), sums, whole }
    }
}

/// Where the accounts of rows stand in the tree.
struct Finder<'a> {
    org: &'a Org,
    last: Option<(&'a AccountId, Option<usize>)>,
}

impl<'a> Finder<'a> {
    fn at(&mut self, account: &'a AccountId) -> Option<usize> {
        match self.last {
            Some((last, at)) if last == account => at,
            _ => {
                let at = self.org.position(account.as_str());
                self.last = Some((account, at));
                at
            }
        }
    }
}
