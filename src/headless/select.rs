//! Which accounts are meant: `--account` by id or name, `--ou` by path or id.

use std::collections::BTreeSet;

use crate::{
    model::{
        Account, AccountId, Fault, FaultKind, Org,
        org::Node,
        text::{self, nearest},
    },
    rows::Slot,
};

/// What an error lists at most.
const CANDIDATES: usize = 10;

/// A part of the fleet. Each option widens by itself; both together narrow: an account has to be named by one and lie
/// under the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    accounts: BTreeSet<String>,
    ous: BTreeSet<String>,
}

impl Selection {
    /// Finds what the words name.
    ///
    /// # Errors
    /// A word that names nothing, with the nearest that does, or a name that several bear ([`FaultKind::Invalid`]).
    pub fn find(org: &Org, accounts: &[String], ous: &[String]) -> Result<Self, Fault> {
        let accounts = accounts.iter().map(|word| account(org, word)).collect::<Result<_, _>>()?;
        let ous = ous.iter().map(|word| ou(org, word)).collect::<Result<_, _>>()?;
        Ok(Self { accounts, ous })
    }

    /// One account alone.
    #[must_use]
    pub fn only(account: &AccountId) -> Self {
        Self { accounts: BTreeSet::from([account.to_string()]), ous: BTreeSet::new() }
    }

    /// Whether nothing is left out.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.accounts.is_empty() && self.ous.is_empty()
    }

    /// Whether an account is meant.
    #[must_use]
    pub fn has(&self, account: &Account) -> bool {
        (self.accounts.is_empty() || self.names(account))
            && (self.ous.is_empty() || account.above.iter().any(|id| self.ous.contains(id)))
    }

    /// Whether an account is named itself, and not only by what lies above it.
    #[must_use]
    pub fn names(&self, account: &Account) -> bool {
        self.accounts.contains(account.id.as_str())
    }

    /// Whether a node of the tree is meant.
    #[must_use]
    pub fn has_node(&self, org: &Org, node: &Node) -> bool {
        if node.account.is_some() {
            return org.account(&node.id.as_str().into()).is_some_and(|a| self.has(a));
        }
        let under = || org.above(&node.id).iter().any(|n| self.ous.contains(&n.id));
        self.accounts.is_empty() && (self.ous.is_empty() || self.ous.contains(&node.id) || under())
    }

    /// Whether a row is meant: by the node that it is, or by the account in which it lies.
    #[must_use]
    pub fn keeps(&self, org: &Org, slot: &Slot) -> bool {
        match (self.is_all(), slot.row.node()) {
            (true, _) => true,
            (false, Some(node)) => self.has_node(org, node),
            (false, None) => slot.place.account.as_ref().and_then(|id| org.account(id)).is_some_and(|a| self.has(a)),
        }
    }
}

/// The path of a node as `--ou` takes it: the names from the root's child down, joined by `/`; `/` for a root.
#[must_use]
pub fn path(org: &Org, node: &Node) -> String {
    let above = org.above(&node.id);
    if above.is_empty() {
        return if node.account.is_some() { node.name.clone() } else { "/".to_owned() };
    }
    let names = above.iter().skip(1).map(|n| n.name.as_str()).chain([node.name.as_str()]);
    names.collect::<Vec<_>>().join("/")
}

/// The id of the account that a word names.
///
/// # Errors
/// As [`Selection::find`].
pub fn account(org: &Org, word: &str) -> Result<String, Fault> {
    let all = org.accounts();
    if AccountId::fits(word) {
        let found = org.account(&word.into()).map(|a| a.id.to_string());
        return found.ok_or_else(|| wrong(&format!("no account {word} among the {} that are known", all.len()), ""));
    }
    let named: Vec<&Account> = all.iter().map(|a| &**a).filter(|a| a.name.eq_ignore_ascii_case(word)).collect();
    match named[..] {
        [one] => Ok(one.id.to_string()),
        [] => {
            let near = nearest(word, all.iter().map(|a| a.name.as_str()));
            let hint = near.map(|n| format!("did you mean {:?}?", text::clean(n))).unwrap_or_default();
            Err(wrong(&format!("no account {word:?} among the {} that are known", all.len()), &hint))
        }
        _ => {
            let ids = named.iter().take(CANDIDATES).map(|a| format!("{} ({})", a.id, a.path));
            let ids = ids.collect::<Vec<_>>().join(", ");
            Err(wrong(&format!("{} accounts are called {word:?}", named.len()), &format!("name one by its id: {ids}")))
        }
    }
}

fn ou(org: &Org, word: &str) -> Result<String, Fault> {
    let nodes = || org.walk().map(|(node, _)| node).filter(|n| n.account.is_none());
    if let Some(node) = nodes().find(|n| n.id == word) {
        return Ok(node.id.clone());
    }
    let wanted = match word.trim_matches('/') {
        "" => "/",
        path => path,
    };
    let paths: Vec<(String, &Node)> = nodes().map(|n| (path(org, n), n)).collect();
    let found: Vec<&Node> = paths.iter().filter(|(p, _)| p.eq_ignore_ascii_case(wanted)).map(|(_, n)| *n).collect();
    match found[..] {
        [one] => Ok(one.id.clone()),
        [] => {
            let by_name = paths.iter().find(|(_, n)| n.name.eq_ignore_ascii_case(wanted)).map(|(p, _)| p.as_str());
            let near = by_name.or_else(|| nearest(wanted, paths.iter().map(|(p, _)| p.as_str())));
            let hint = near.map(|n| format!("did you mean {:?}?", text::clean(n)));
            Err(wrong(&format!("no OU {word:?} among the {} that are known", paths.len()), &hint.unwrap_or_default()))
        }
        _ => {
            let ids = found.iter().take(CANDIDATES).map(|n| n.id.as_str()).collect::<Vec<_>>().join(", ");
            Err(wrong(&format!("{} OUs have the path {word:?}", found.len()), &format!("name one by its id: {ids}")))
        }
    }
}

fn wrong(message: &str, hint: &str) -> Fault {
    Fault::new(FaultKind::Invalid, message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::org::{Details, Origin};

    pub fn node(id: &str, name: &str, parent: Option<&str>) -> Node {
        let account = AccountId::fits(id).then(Details::default);
        let parent = parent.map(str::to_owned);
        let (id, name) = (id.to_owned(), name.to_owned());
        Node {
            id,
            name,
            parent,
            account: account.map(Into::into),
            origin: Origin::Organizations,
            management: false,
            unnamed: false,
            placed: true,
        }
    }

    fn org() -> Org {
        Org::new(vec![
            node("r-1", "Root", None),
            node("ou-1-w", "workload", Some("r-1")),
            node("ou-1-p", "prod", Some("ou-1-w")),
            node("ou-1-s", "sandbox", Some("r-1")),
            node("111111111111", "pay-prod", Some("ou-1-p")),
            node("222222222222", "twin", Some("ou-1-w")),
            node("333333333333", "twin", Some("ou-1-s")),
        ])
    }

    fn chosen(accounts: &[&str], ous: &[&str]) -> Result<Vec<String>, String> {
        let own = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let org = org();
        let selection = Selection::find(&org, &own(accounts), &own(ous)).map_err(|f| format!("{f}; {}", f.hint))?;
        Ok(org.accounts().iter().filter(|a| selection.has(a)).map(|a| a.id.to_string()[..1].to_owned()).collect())
    }

    #[test]
    fn each_option_widens_and_both_together_narrow() {
        let of = |a: &[&str], o: &[&str]| {
            let mut first = chosen(a, o).unwrap();
            first.sort();
            first.concat()
        };
        assert_eq!(of(&[], &[]), "123");
        assert_eq!(of(&["PAY-prod"], &[]), "1");
        assert_eq!(of(&["111111111111", "333333333333"], &[]), "13");
        assert_eq!(of(&[], &["workload"]), "12");
        assert_eq!(of(&[], &["/workload/prod/", "ou-1-s"]), "13");
        assert_eq!(of(&[], &["/"]), "123");
        assert_eq!(of(&["333333333333"], &["workload"]), "");
    }

    #[test]
    fn a_word_that_names_nothing_or_several_is_an_error_with_a_way_out() {
        let said = |a: &[&str], o: &[&str]| chosen(a, o).unwrap_err();
        assert_eq!(
            said(&["pay-prd"], &[]),
            "no account \"pay-prd\" among the 3 that are known; did you mean \"pay-prod\"?"
        );
        assert!(said(&["444444444444"], &[]).starts_with("no account 444444444444"));
        assert!(said(&["twin"], &[]).contains("333333333333 (sandbox), 222222222222 (workload)"));
        assert!(said(&[], &["prod"]).ends_with("did you mean \"workload/prod\"?"));
        assert!(said(&[], &["sandbx"]).ends_with("did you mean \"sandbox\"?"));
    }

    #[test]
    fn nodes_are_chosen_with_what_lies_below_them() {
        let org = org();
        let under = Selection::find(&org, &[], &["workload".to_owned()]).unwrap();
        let ids: Vec<&str> =
            org.walk().map(|(n, _)| n).filter(|n| under.has_node(&org, n)).map(|n| n.id.as_str()).collect();
        assert_eq!(ids, ["ou-1-w", "ou-1-p", "111111111111", "222222222222"]);
    }
}
