//! The rows of the view: nodes of the organisation, with what the node itself does not hold.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{
    Account, AccountId,
    org::{Details, Node, Origin, State},
};

/// A root, an OU or an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The node, as the tree takes it.
    pub node: Arc<Node>,
    /// The names of the OUs above it, from the root's child down, joined by `/`.
    pub ou: Arc<str>,
    /// The ids of all nodes above it, from the root down.
    pub above: Arc<[String]>,
    /// Its ARN; empty where the source does not tell.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arn: String,
}

impl Item {
    /// A root or OU. Without a name the id stands in.
    #[must_use]
    pub fn group(id: &str, name: Option<&str>, parent: Option<&str>, origin: Origin) -> Self {
        let name = name.filter(|n| !n.is_empty());
        let node = Node {
            id: id.to_owned(),
            name: name.unwrap_or(id).to_owned(),
            parent: parent.map(str::to_owned),
            account: None,
            origin,
            management: false,
            unnamed: name.is_none(),
            placed: false,
        };
        Self { node: Arc::new(node), ou: Arc::default(), above: Arc::default(), arn: String::new() }
    }

    /// An account. Without a name the id stands in.
    #[must_use]
    pub fn account(id: &str, name: &str, details: Details, origin: Origin) -> Self {
        let mut item = Self::group(id, Some(name), None, origin);
        item.node_mut().account = Some(Arc::new(details));
        item
    }

    /// The same below a node: its id, and the ids and names above the item from the root down.
    #[must_use]
    pub fn below(mut self, above: &[(String, String)]) -> Self {
        self.node_mut().parent = above.last().map(|(id, _)| id.clone());
        self.above = above.iter().map(|(id, _)| id.clone()).collect();
        self.ou = above.iter().skip(1).map(|(_, name)| name.as_str()).collect::<Vec<_>>().join("/").into();
        self
    }

    /// The node, to be changed before it is told of.
    pub fn node_mut(&mut self) -> &mut Node {
        Arc::make_mut(&mut self.node)
    }

    /// `root`, `ou` or `account`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match (&self.node.account, &self.node.parent) {
            (Some(_), _) => "account",
            (None, None) => "root",
            (None, Some(_)) => "ou",
        }
    }

    /// Where an account is in its life; `None` for a root or OU.
    #[must_use]
    pub fn state(&self) -> Option<&State> {
        self.node.account.as_ref().map(|a| &a.state)
    }

    /// When an account joined.
    #[must_use]
    pub fn joined(&self) -> Option<Timestamp> {
        self.node.account.as_ref().and_then(|a| a.joined)
    }

    /// The account as the configuration chooses roles for it; `None` for a root or OU.
    #[must_use]
    pub fn to_account(&self) -> Option<Account> {
        Some(Account {
            id: AccountId::from(self.node.id.as_str()),
            name: self.node.name.clone(),
            path: Arc::clone(&self.ou),
            above: Arc::clone(&self.above),
            details: self.node.account.clone()?,
            management: self.node.management,
            origin: self.node.origin,
        })
    }
}

/// The account that an ARN of Organizations belongs to, which is the management account.
#[must_use]
pub fn management_of(arn: &str) -> Option<&str> {
    let mut parts = arn.split(':').skip(2);
    let (service, _region, account) = (parts.next()?, parts.next()?, parts.next()?);
    (service == "organizations" && AccountId::fits(account)).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_name_shows_its_id() {
        let ou = Item::group("ou-a-1", Some(""), Some("r-a"), Origin::Organizations);
        assert_eq!((ou.node.name.as_str(), ou.node.unnamed, ou.kind()), ("ou-a-1", true, "ou"));
        let account = Item::account("111111111111", "prod", Details::default(), Origin::Organizations);
        assert_eq!((account.node.name.as_str(), account.node.unnamed, account.kind()), ("prod", false, "account"));
    }

    #[test]
    fn the_path_leaves_the_root_out() {
        let above =
            [("r-a", "Root"), ("ou-1", "workload"), ("ou-2", "prod")].map(|(i, n)| (i.to_owned(), n.to_owned()));
        let account = Item::account("111111111111", "x", Details::default(), Origin::Organizations).below(&above);
        assert_eq!((&*account.ou, account.node.parent.as_deref()), ("workload/prod", Some("ou-2")));
        assert_eq!(*account.to_account().unwrap().above, ["r-a", "ou-1", "ou-2"]);
    }

    #[test]
    fn the_arn_tells_who_manages() {
        let arn = "arn:aws-cn:organizations::999999999999:account/o-x/111111111111";
        assert_eq!(management_of(arn), Some("999999999999"));
        assert_eq!(management_of("arn:aws:iam::999999999999:root"), None);
        assert_eq!(management_of(""), None);
    }
}
