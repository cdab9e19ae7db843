//! The organisation: roots, OUs and accounts, as a tree that was read from one source or another.

mod order;
mod positions;

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::{
    order::order,
    positions::{Positions, number},
};

use super::{AccountId, Region, Tags};

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
    pub joined: Option<Timestamp>,
    /// Its tags, where they were read.
    pub tags: Option<Tags>,
    /// Roles known to be open to the caller, where the source tells (Identity Center's permission sets).
    pub roles: Vec<String>,
    /// The profile of the AWS configuration that opens it, where the source is the profiles.
    pub profile: Option<String>,
    /// The region that this profile names.
    #[serde(default)]
    pub region: Option<Region>,
    /// Of the caller's own account: what Organizations did not tell, and who could grant it; empty where it told.
    pub shortfall: String,
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// `r-…`, `ou-…`, or the twelve digits of an account.
    pub id: String,
    /// As people named it; the id where the name could not be read.
    pub name: String,
    /// The id of the node above; `None` at the top.
    pub parent: Option<String>,
    /// What an account is; `None` for a root or OU. Shared: rows, tree and accounts speak of the same thousands.
    pub account: Option<Arc<Details>>,
    /// The source that told of it.
    pub origin: Origin,
    /// Whether it is the organisation's management account.
    pub management: bool,
    /// Whether its name could not be read and the id stands in.
    pub unnamed: bool,
    /// Of a node at the top: whether every account below it is known and at its place, and the OUs above them named.
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
    pub path: Arc<str>,
    /// The ids of the nodes above it, from the root down.
    pub above: Arc<[String]>,
    /// What it is.
    pub details: Arc<Details>,
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

/// No node: the parent of one at the top, the account of one that is none.
const NONE: u32 = u32::MAX;

/// The tree, in the order in which it is drawn: OUs before accounts, then by name.
#[derive(Clone, Debug, Default)]
pub struct Org {
    nodes: Vec<Arc<Node>>,
    depth: Vec<u16>,
    /// Where the node above stands.
    parent: Vec<u32>,
    /// Which of the accounts a node is.
    account: Vec<u32>,
    at: Positions,
    accounts: Vec<Arc<Account>>,
    shortfall: String,
}

impl Org {
    /// Builds the tree from nodes in any order. Nodes whose parent is unknown hang at the top, and a circle of
    /// parents is cut there too, so that nothing is ever lost. Of two nodes with the same id the first counts.
    #[must_use]
    pub fn new<N: Into<Arc<Node>>>(nodes: impl IntoIterator<Item = N>) -> Self {
        let mut nodes: Vec<Arc<Node>> = nodes.into_iter().map(Into::into).collect();
        let known = Positions::of(&mut nodes);
        let above = |node: &Node| node.parent.as_deref().and_then(|id| known.find(id, &nodes));
        let parents: Vec<Option<usize>> = nodes.iter().map(|node| above(node)).collect();
        let order = order(&nodes, &parents);
        Self::ordered(&nodes, &parents, &order)
    }

    fn ordered(nodes: &[Arc<Node>], parents: &[Option<usize>], order: &[(usize, u16)]) -> Self {
        let mut place = vec![NONE; nodes.len()];
        for (at, &(i, _)) in order.iter().enumerate() {
            place[i] = number(at);
        }
        let mut taken: Vec<Arc<Node>> = order.iter().map(|&(i, _)| Arc::clone(&nodes[i])).collect();
        let mut org = Self {
            depth: order.iter().map(|&(_, depth)| depth).collect(),
            parent: order.iter().map(|&(i, _)| parents[i].map_or(NONE, |p| place[p])).collect(),
            account: vec![NONE; order.len()],
            at: Positions::of(&mut taken),
            nodes: taken,
            accounts: Vec::new(),
            shortfall: String::new(),
        };
        org.add_accounts();
        org
    }

    /// Makes the accounts. Those of one OU share what lies above them.
    fn add_accounts(&mut self) {
        let mut last: Option<(u32, Arc<str>, Arc<[String]>)> = None;
        for at in 0..self.nodes.len() {
            let node = &self.nodes[at];
            let Some(details) = &node.account else { continue };
            let parent = self.parent[at];
            let (_, path, above) = match last.take().filter(|(of, ..)| *of == parent) {
                Some(same) => last.insert(same),
                None => {
                    let above = self.above_position(at);
                    let names: Vec<&str> =
                        above.iter().filter(|n| n.parent.is_some()).map(|n| n.name.as_str()).collect();
                    last.insert((parent, names.join("/").into(), above.iter().map(|n| n.id.clone()).collect()))
                }
            };
            if !details.shortfall.is_empty() {
                self.shortfall.clone_from(&details.shortfall);
            }
            let account = Account {
                id: AccountId::from(node.id.as_str()),
                name: node.name.clone(),
                path: Arc::clone(path),
                above: Arc::clone(above),
                details: Arc::clone(details),
                management: node.management,
                origin: node.origin,
            };
            self.account[at] = number(self.accounts.len());
            self.accounts.push(Arc::new(account));
        }
    }

    /// All nodes in the order in which they are drawn, each with its depth (0 at the top).
    pub fn walk(&self) -> impl ExactSizeIterator<Item = (&Node, u16)> + DoubleEndedIterator {
        self.nodes.iter().map(|node| &**node).zip(self.depth.iter().copied())
    }

    /// The node with this id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.position(id).map(|at| &*self.nodes[at])
    }

    /// Where a node stands in [`Org::walk`].
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.at.find(id, &self.nodes)
    }

    /// Whether a node has others below it.
    #[must_use]
    pub fn has_children(&self, id: &str) -> bool {
        // What lies below a node follows it.
        self.position(id).is_some_and(|at| self.depth.get(at + 1).is_some_and(|next| *next > self.depth[at]))
    }

    /// The nodes above `id`, from the top down, without itself.
    #[must_use]
    pub fn above(&self, id: &str) -> Vec<&Node> {
        self.position(id).map(|at| self.above_position(at)).unwrap_or_default()
    }

    fn above_position(&self, at: usize) -> Vec<&Node> {
        let mut out = Vec::new();
        let mut next = self.parent[at];
        // A circle of parents is possible in bad input only; no path is deeper than the tree has nodes.
        while next != NONE && out.len() <= self.nodes.len() {
            out.push(&*self.nodes[next as usize]);
            next = self.parent[next as usize];
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
        self.account_called(id.as_str())
    }

    /// One account, by its twelve digits.
    #[must_use]
    pub fn account_called(&self, id: &str) -> Option<&Arc<Account>> {
        self.position(id).and_then(|at| self.accounts.get(self.account[at] as usize))
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

    /// Where the accounts are not those that Organizations tells: their source, and on `why`, what is missing for
    /// Organizations to tell them and who could grant it.
    #[must_use]
    pub fn shortfall(&self, why: bool) -> Option<String> {
        let other = self.origin().filter(|o| *o != Origin::Organizations)?;
        let why = if self.shortfall.is_empty() || !why { String::new() } else { format!(": {}", self.shortfall) };
        Some(format!("the accounts are from: {}, not AWS Organizations{why}", other.word()))
    }

    /// Why Organizations does not tell the accounts; empty where it does, or nobody knows.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.shortfall
    }

    /// The best source among those that told of the accounts.
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        self.accounts.iter().map(|a| a.origin).min()
    }
}
