//! What the walk knows so far, and what it has to ask next: pure, so that it is tested without a network.
//!
//! 1. *Listing*: `ListRoots` and the pages of `ListAccounts`. Where accounts tell their `Paths`, the tree follows from
//!    them, and only nodes that have OUs below them are asked for the names of these.
//! 2. *Walking*, only where an account does not tell its path (or accounts may not be listed): two lists for each
//!    node, from the root down, until every account is placed.
//! 3. *Filling*, once every account is placed: the remaining OUs are asked for OUs below them, which have no accounts
//!    and so occur in no path. Nodes at the deepest level cannot have any and are not asked.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    ask::{Ask, Op, Page, Seen},
    memory::Memory,
    nodes::Item,
    paths::{self, DEEPEST},
};
use crate::model::{Fault, FaultKind};

/// What an answer leads to.
#[derive(Debug, Default)]
pub struct Step {
    /// Rows that are new or are known better now.
    pub items: Vec<Item>,
    /// Calls to make.
    pub asks: Vec<Ask>,
}

/// A root or OU.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) name: Option<String>,
    pub(super) parent: Option<String>,
    depth: usize,
}

/// An account.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) seen: Seen,
    pub(super) parent: Option<String>,
    pub(super) tags: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Listing,
    Walking,
    Filling,
}

/// The state of a walk.
#[derive(Debug, Default)]
pub struct Picture {
    pub(super) groups: BTreeMap<String, Group>,
    pub(super) accounts: BTreeMap<String, Known>,
    /// Accounts whose place is not known.
    unplaced: BTreeSet<String>,
    asked: HashSet<Ask>,
    phase: Phase,
    /// Whether `ListAccounts` has given its last page.
    listed: bool,
    faults: BTreeMap<Op, Fault>,
    memory: Memory,
    with_tags: bool,
    /// Whether every account is at its place and the OUs above them were asked for.
    pub(super) placed: bool,
}

impl Picture {
    /// Nothing known but what an earlier walk remembers. `with_tags` reads the tags of every account.
    #[must_use]
    pub fn new(memory: Memory, with_tags: bool) -> Self {
        Self { memory, with_tags, ..Self::default() }
    }

    /// The first calls.
    pub fn begin(&mut self) -> Vec<Ask> {
        [Ask::new(Op::Roots, ""), Ask::new(Op::Accounts, "")].into_iter().filter_map(|a| self.ask(a)).collect()
    }

    /// Whether a call is still worth making: its operation was not refused meanwhile, and its answer is still needed.
    #[must_use]
    pub fn wants(&self, ask: &Ask) -> bool {
        let refused = self.faults.iter().any(|(op, fault)| match fault.kind {
            // Ends this operation: asking again brings the same answer.
            FaultKind::Denied | FaultKind::Unavailable => *op == ask.op,
            // Says something about one node alone, or about the moment: no refusal.
            FaultKind::Missing | FaultKind::Service | FaultKind::Throttled => false,
            _ => true,
        });
        // Once every account is placed, nobody needs to know what each node holds.
        let late = ask.op == Op::Held && self.listed && self.unplaced.is_empty();
        !refused && !late
    }

    /// Whether every account that is known is at its place.
    #[must_use]
    pub fn is_placed(&self) -> bool {
        self.listed && self.unplaced.is_empty()
    }

    /// How many accounts are known.
    #[must_use]
    pub fn known(&self) -> usize {
        self.accounts.len()
    }

    /// The ids of the accounts.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.accounts.keys().map(String::as_str)
    }

    /// What failed, by operation: the first fault of each.
    #[must_use]
    pub fn faults(&self) -> &BTreeMap<Op, Fault> {
        &self.faults
    }

    /// What the next walk may start from.
    #[must_use]
    pub fn into_memory(self) -> Memory {
        self.memory
    }

    /// Takes the answer to a call.
    pub fn take(&mut self, ask: &Ask, answer: Result<Page, Fault>) -> Step {
        let mut page = match answer {
            Ok(page) => page,
            Err(fault) => return self.failed(ask, fault),
        };
        let mut step = Step::default();
        let next = page.next.take().filter(|token| !token.is_empty());
        if let Some(token) = &next {
            match self.ask(ask.next(token.clone())) {
                Some(more) => step.asks.push(more),
                None => {
                    let message = format!("{} gave the same page token twice", ask.op.word());
                    return self.failed(ask, Fault::new(FaultKind::Service, message).call(call(ask.op)));
                }
            }
        }
        match ask.op {
            Op::Roots => self.take_groups(None, page.groups, &mut step),
            Op::Units => self.take_groups(Some(&ask.about), page.groups, &mut step),
            Op::Accounts => {
                self.take_accounts(page.accounts, &mut step);
                self.listed |= next.is_none();
            }
            Op::Held => self.take_held(&ask.about, page.accounts, &mut step),
            Op::Tags => self.take_tags(ask, page.tags, next.is_none(), &mut step),
        }
        step
    }

    /// Nothing but tags is under way: begins the next part. A step without asks means that there is none.
    pub fn idle(&mut self) -> Step {
        let mut step = Step::default();
        if self.phase == Phase::Listing {
            self.phase = Phase::Walking;
            // A list that was throttled may be asked for again: many times as many questions would not come through.
            let throttled = self.faults.get(&Op::Accounts).is_some_and(|f| f.kind == FaultKind::Throttled);
            if !self.is_placed() && !throttled {
                self.ask_below(&[Op::Units, Op::Held], &mut step);
            }
        }
        if step.asks.is_empty() && self.phase == Phase::Walking {
            self.phase = Phase::Filling;
            self.placed = self.listed;
            let tops = self.groups.iter().filter(|(_, g)| g.parent.is_none());
            step.items.extend(tops.filter_map(|(id, _)| self.group(id)));
            step.items.extend(self.unplaced.iter().filter_map(|id| self.account(id)));
            self.ask_below(&[Op::Units], &mut step);
        }
        step
    }

    /// Asks these operations about every group that they were not asked about.
    fn ask_below(&mut self, ops: &[Op], step: &mut Step) {
        let mut groups: Vec<(usize, String)> = self.groups.iter().map(|(id, g)| (g.depth, id.clone())).collect();
        groups.sort_unstable();
        for (depth, id) in groups {
            for op in ops.iter().filter(|op| **op != Op::Units || depth < DEEPEST) {
                step.asks.extend(self.ask(Ask::new(*op, &id)));
            }
        }
    }

    fn ask(&mut self, ask: Ask) -> Option<Ask> {
        self.asked.insert(ask.clone()).then_some(ask)
    }

    fn failed(&mut self, ask: &Ask, fault: Fault) -> Step {
        // A node that was deleted since it was listed has nothing below it, which is no fault.
        if !(fault.kind == FaultKind::Missing && matches!(ask.op, Op::Units | Op::Held | Op::Tags)) {
            self.faults.entry(ask.op).or_insert(fault);
        }
        Step::default()
    }

    fn take_groups(&mut self, parent: Option<&str>, groups: Vec<(String, String)>, step: &mut Step) {
        let depth = parent.map_or(0, |p| self.groups.get(p).map_or(DEEPEST, |g| g.depth + 1));
        let mut renamed = HashSet::new();
        for (id, name) in groups {
            let name = Some(name).filter(|n| !n.is_empty());
            if let Some(name) = &name {
                self.memory.name(&id, name);
            }
            let old = self.groups.get(&id);
            if old.is_none_or(|old| old.name != name || old.parent.as_deref() != parent) {
                renamed.insert(id.clone());
            }
            self.groups.insert(id.clone(), Group { name, parent: parent.map(str::to_owned), depth });
            let below = match self.phase {
                Phase::Listing => &[][..],
                Phase::Walking => &[Op::Units, Op::Held][..],
                Phase::Filling => &[Op::Units][..],
            };
            for op in below.iter().filter(|op| **op != Op::Units || depth < DEEPEST) {
                step.asks.extend(self.ask(Ask::new(*op, &id)));
            }
        }
        step.items.extend(self.show_under(&renamed));
    }

    fn take_accounts(&mut self, accounts: Vec<Seen>, step: &mut Step) {
        for seen in accounts {
            let chain = paths::chain(&seen.paths, &seen.id);
            if let Some(chain) = &chain {
                self.take_chain(chain, step);
            }
            self.place(seen, chain.and_then(|mut c| c.pop()), step);
        }
    }

    fn take_held(&mut self, parent: &str, accounts: Vec<Seen>, step: &mut Step) {
        for seen in accounts {
            self.place(seen, Some(parent.to_owned()), step);
        }
    }

    /// Puts an account at its place. One that moved while it was listed is where it was seen last.
    fn place(&mut self, seen: Seen, parent: Option<String>, step: &mut Step) {
        let id = seen.id.clone();
        let known = self.accounts.entry(id.clone()).or_default();
        known.seen = seen;
        known.parent = parent.or(known.parent.take());
        known.tags = known.tags.take().or_else(|| self.memory.tags(&id).cloned());
        if known.parent.is_some() {
            self.unplaced.remove(&id);
            step.items.extend(self.account(&id));
        } else {
            self.unplaced.insert(id.clone());
        }
        if self.with_tags && self.memory.is_due(&id) {
            step.asks.extend(self.ask(Ask::new(Op::Tags, &id)));
        }
    }

    /// Takes the groups of a path, and asks those that have groups below them for the names of these.
    fn take_chain(&mut self, chain: &[String], step: &mut Step) {
        let mut parent: Option<&String> = None;
        for (depth, id) in chain.iter().enumerate() {
            let group =
                self.groups.entry(id.clone()).or_insert_with(|| Group { depth: usize::MAX, ..Group::default() });
            if group.depth != depth || group.parent.as_ref() != parent {
                group.parent = parent.cloned();
                group.depth = depth;
                group.name = group.name.take().or_else(|| self.memory.named(id).map(str::to_owned));
                step.items.extend(self.group(id));
            }
            if depth + 1 < chain.len() {
                step.asks.extend(self.ask(Ask::new(Op::Units, id)));
            }
            parent = Some(id);
        }
    }

    fn take_tags(&mut self, ask: &Ask, tags: BTreeMap<String, String>, last: bool, step: &mut Step) {
        let Some(known) = self.accounts.get_mut(&ask.about) else { return };
        // A first page takes the place of what an earlier walk remembered.
        if ask.token.is_none() {
            known.tags = None;
        }
        known.tags.get_or_insert_default().extend(tags);
        if last && let Some(tags) = known.tags.clone() {
            self.memory.tag(&ask.about, tags);
            if known.parent.is_some() || self.phase == Phase::Filling {
                step.items.extend(self.account(&ask.about));
            }
        }
    }
}

/// An operation as faults and policies name it.
#[must_use]
pub fn call(op: Op) -> String {
    format!("organizations:{}", op.word())
}
