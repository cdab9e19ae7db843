//! Where the node of an id stands.

use std::{hash::BuildHasher as _, sync::Arc};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::Node;

/// Where the node of an id stands, without a second copy of the ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Positions {
    hash: FixedState,
    table: HashTable<u32>,
}

impl Positions {
    /// Of all nodes; of those with an id that another before them has, nothing is left.
    pub(super) fn of(nodes: &mut Vec<Arc<Node>>) -> Self {
        let mut of = Self { table: HashTable::with_capacity(nodes.len()), ..Self::default() };
        let mut known = Vec::with_capacity(nodes.len());
        for node in nodes.drain(..) {
            if of.find(&node.id, &known).is_none() {
                let hash = of.hash.hash_one(node.id.as_str());
                known.push(node);
                of.table.insert_unique(hash, number(known.len() - 1), |&at| {
                    of.hash.hash_one(known[at as usize].id.as_str())
                });
            }
        }
        *nodes = known;
        of
    }

    pub(super) fn find(&self, id: &str, nodes: &[Arc<Node>]) -> Option<usize> {
        let is = |at: &u32| nodes[*at as usize].id == id;
        self.table.find(self.hash.hash_one(id), is).map(|at| *at as usize)
    }
}

/// A position as it is kept; more than four milliards of nodes there are not.
pub(super) fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
