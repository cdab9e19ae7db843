//! The organisation: roots, OUs and accounts, as a tree that was read from one source or another.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AccountId, Tags};

/// Where the accounts were read from, from the best source to the last resort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// AWS Organizations.
    #[default]
    Organizations,
    /// Identity Center: the accounts that the person may enter, without a tree.
    IdentityCenter,
    /// The profiles of the AWS configuration files.
    Profiles,
    /// The accounts listed in our own configuration.
    Config,
    /// The caller's own account and no other.
    Caller,
}

impl Origin {
    /// As the header says it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Organizations => "Organizations",
            Self::IdentityCenter => "Identity Center",
            Self::Profiles => "AWS profiles",
            Self::Config => "configured accounts",
            Self::Caller => "own account",
        }
    }
}

/// Where an account is in its life: the `State` of September 2025, which replaces `Status`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    /// Opened, not yet usable.
    PendingActivation,
    /// Usable.
    #[default]
    Active,
    /// Suspended by AWS.
    Suspended,
    /// Being closed.
    PendingClosure,
    /// Closed: gone after 90 days.
    Closed,
    /// A word that this version does not know, shown as it is, and not entered.
    Other(String),
}

impl State {
    /// Reads Organizations' own word, from `State` or from the older `Status`.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "PENDING_ACTIVATION" => Self::PendingActivation,
            "ACTIVE" => Self::Active,
            "SUSPENDED" => Self::Suspended,
            "PENDING_CLOSURE" => Self::PendingClosure,
            "CLOSED" => Self::Closed,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Organizations' own word.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::PendingActivation => "PENDING_ACTIVATION",
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::Closed => "CLOSED",
            Self::Other(word) => word,
        }
    }

    /// Whether the account can be entered at all.
    #[must_use]
    pub fn can_enter(&self) -> bool {
        *self == Self::Active
    }
}

/// What happened to a node since the organisation was last looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// New to the organisation.
    Joined,
    /// Its state turned to something that cannot be entered, or it left.
    Closed,
    /// It lies under another OU.
    Moved,
    /// It has another name.
    Renamed,
}

impl Change {
    /// The word for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Closed => "closed",
            Self::Moved => "moved",
            Self::Renamed => "renamed",
        }
    }
}

/// What an account is, beyond its place in the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The root user's e-mail address; empty where the source does not tell.
    pub email: String,
    /// Where it is in its life.
    pub state: State,
    /// When it joined the organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<Timestamp>,
    /// Its tags, where they were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Tags>,
    /// Roles known to be open to the caller, where the source tells (Identity Center's permission sets).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The profile of the AWS configuration that opens it, where the source is the profiles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

/// Whether a value is the usual one, which is left out where the tree is kept: the first frame waits for its reading.
fn is_usual<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// `r-…`, `ou-…`, or the twelve digits of an account.
    pub id: String,
    /// As people named it; the id where the name could not be read.
    pub name: String,
    /// The id of the node above; `None` at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// What an account is; `None` for a root or OU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Details>,
    /// The source that told of it.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub origin: Origin,
    /// Whether it is the organisation's management account.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub management: bool,
    /// Whether its name could not be read and the id stands in.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub unnamed: bool,
    /// Of a node at the top: whether every account below it is known and at its place, and the OUs above them named.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub placed: bool,
}

/// An account with what is needed to choose a role for it and to find it: its place above, its tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The twelve digits.
    pub id: AccountId,
    /// As people named it.
    pub name: String,
    /// The names of the OUs above it from the root's child down, joined by `/`, such as `workload/prod`.
    pub path: String,
    /// The ids of the nodes above it, from the root down.
    pub above: Vec<String>,
    /// What it is.
    pub details: Details,
    /// Whether it is the management account.
    pub management: bool,
    /// The source that told of it.
    pub origin: Origin,
}

impl Account {
    /// Whether it lies under a node (an OU, the root, itself); everything lies under the empty one.
    #[must_use]
    pub fn is_under(&self, node: &str) -> bool {
        node.is_empty() || self.id.as_str() == node || self.above.iter().any(|id| id == node)
    }
}

/// The tree, in the order in which it is drawn: OUs before accounts, then by name.
#[derive(Clone, Debug, Default)]
pub struct Org {
    nodes: Vec<Node>,
    depth: Vec<u16>,
    by_id: HashMap<String, usize>,
    children: HashMap<String, Vec<usize>>,
    accounts: Vec<Arc<Account>>,
    account_at: HashMap<AccountId, usize>,
}

impl Org {
    /// Builds the tree from nodes in any order. Nodes whose parent is unknown hang at the top, and a circle of
    /// parents is cut there too, so that nothing is ever lost.
    #[must_use]
    pub fn new(mut nodes: Vec<Node>) -> Self {
        nodes.sort_by_cached_key(|n| (n.account.is_some(), n.name.to_lowercase(), n.id.clone()));
        nodes.dedup_by(|a, b| a.id == b.id);
        let known: HashMap<String, usize> = nodes.iter().enumerate().map(|(i, n)| (n.id.clone(), i)).collect();
        let mut below: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
        let mut tops = Vec::new();
        for (i, node) in nodes.iter().enumerate() {
            match node.parent.as_ref().and_then(|p| known.get(p)) {
                Some(&p) if p != i => below[p].push(i),
                _ => tops.push(i),
            }
        }
        let mut order = Vec::with_capacity(nodes.len());
        let mut seen = vec![false; nodes.len()];
        let mut stack: Vec<(usize, u16)> = tops.into_iter().rev().map(|i| (i, 0)).collect();
        let mut rest = 0;
        loop {
            while let Some((i, depth)) = stack.pop() {
                if std::mem::replace(&mut seen[i], true) {
                    continue;
                }
                order.push((i, depth));
                stack.extend(below[i].iter().rev().map(|&c| (c, depth + 1)));
            }
            while rest < seen.len() && seen[rest] {
                rest += 1;
            }
            if rest == seen.len() {
                break;
            }
            stack.push((rest, 0));
        }
        Self::ordered(nodes, &order)
    }

    fn ordered(nodes: Vec<Node>, order: &[(usize, u16)]) -> Self {
        let mut taken: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
        let mut org = Self::default();
        for &(i, depth) in order {
            let Some(node) = taken[i].take() else { continue };
            let at = org.nodes.len();
            org.by_id.insert(node.id.clone(), at);
            if let Some(parent) = &node.parent {
                org.children.entry(parent.clone()).or_default().push(at);
            }
            org.nodes.push(node);
            org.depth.push(depth);
            org.add_account(at);
        }
        org
    }

    fn add_account(&mut self, at: usize) {
        let node = &self.nodes[at];
        let Some(details) = &node.account else { return };
        let above: Vec<&Node> = self.above(&node.id);
        let account = Account {
            id: AccountId::from(node.id.as_str()),
            name: node.name.clone(),
            path: above.iter().filter(|n| n.parent.is_some()).map(|n| n.name.as_str()).collect::<Vec<_>>().join("/"),
            above: above.iter().map(|n| n.id.clone()).collect(),
            details: details.clone(),
            management: node.management,
            origin: node.origin,
        };
        self.account_at.insert(account.id.clone(), self.accounts.len());
        self.accounts.push(Arc::new(account));
    }

    /// All nodes in the order in which they are drawn, each with its depth (0 at the top).
    pub fn walk(&self) -> impl ExactSizeIterator<Item = (&Node, u16)> + DoubleEndedIterator {
        self.nodes.iter().zip(self.depth.iter().copied())
    }

    /// The node with this id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.by_id.get(id).map(|&i| &self.nodes[i])
    }

    /// Where a node stands in [`Org::walk`].
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Whether a node has others below it.
    #[must_use]
    pub fn has_children(&self, id: &str) -> bool {
        self.children.contains_key(id)
    }

    /// The nodes above `id`, from the top down, without itself.
    #[must_use]
    pub fn above(&self, id: &str) -> Vec<&Node> {
        let mut out = Vec::new();
        let mut at = self.node(id).and_then(|n| n.parent.as_deref());
        while let Some(node) = at.and_then(|id| self.node(id)) {
            // A circle of parents is possible in bad input only; no path is deeper than the tree has nodes.
            if out.len() > self.nodes.len() {
                break;
            }
            out.push(node);
            at = node.parent.as_deref();
        }
        out.reverse();
        out
    }

    /// Every account, in the order of the tree.
    #[must_use]
    pub fn accounts(&self) -> &[Arc<Account>] {
        &self.accounts
    }

    /// One account.
    #[must_use]
    pub fn account(&self, id: &AccountId) -> Option<&Arc<Account>> {
        self.account_at.get(id).map(|&i| &self.accounts[i])
    }

    /// One account, by its twelve digits.
    #[must_use]
    pub fn account_called(&self, id: &str) -> Option<&Arc<Account>> {
        self.account_at.get(id).map(|&i| &self.accounts[i])
    }

    /// Whether nothing has been read yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The best source among those that told of the accounts.
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        self.accounts.iter().map(|a| a.origin).min()
    }
}
