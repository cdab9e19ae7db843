//! Where Organizations tells nothing: the accounts that other sources name, from the best to the last resort.

use std::collections::{BTreeMap, HashSet};

use super::nodes::Item;
use crate::{
    access::{Profile, ProfileKind, SsoAccount, arn},
    config::Listed,
    model::{
        Region,
        org::{Details, Origin, State},
    },
};

/// The accounts that a person may enter by Identity Center.
#[must_use]
pub fn of_identity_center(accounts: Vec<SsoAccount>) -> Vec<Item> {
    let item = |a: SsoAccount| {
        let details = Details { email: a.email, roles: a.roles, ..Details::default() };
        Item::account(a.id.as_str(), &a.name, details, Origin::IdentityCenter)
    };
    accounts.into_iter().map(item).collect()
}

/// The accounts that profiles of the AWS files name, each once, under the name of its first profile.
#[must_use]
pub fn of_profiles(profiles: &[Profile]) -> Vec<Item> {
    let mut accounts: BTreeMap<&str, (&Profile, Vec<String>)> = BTreeMap::new();
    for profile in profiles {
        let Some(id) = &profile.account else { continue };
        let (_, roles) = accounts.entry(id.as_str()).or_insert_with(|| (profile, Vec::new()));
        roles.extend(role(profile));
    }
    let item = |(id, (profile, mut roles)): (&str, (&Profile, Vec<String>))| {
        roles.dedup();
        let region = profile.region.as_deref().filter(|region| !region.is_empty()).map(Region::from);
        let details = Details { roles, profile: Some(profile.name.clone()), region, ..Details::default() };
        Item::account(id, &profile.name, details, Origin::Profiles)
    };
    accounts.into_iter().map(item).collect()
}

/// The role that a profile enters its account with.
#[must_use]
pub fn role(profile: &Profile) -> Option<String> {
    let role = match &profile.kind {
        ProfileKind::Role { arn, .. } => arn::role_name(arn)?,
        ProfileKind::Sso { role, .. } => role,
        _ => return None,
    };
    Some(role.to_owned()).filter(|r| !r.is_empty())
}

/// The accounts listed in our own configuration, with the OUs of their paths. The ids of these OUs are their paths, so
/// that they never meet an id of AWS.
#[must_use]
pub fn of_config(listed: &[Listed]) -> Vec<Item> {
    let mut items = Vec::new();
    let mut known = HashSet::new();
    for account in listed {
        // The node at the top stands for the root, whose name is in no path.
        let mut above: Vec<(String, String)> = Vec::new();
        let mut names = account.ou.split('/').filter(|name| !name.is_empty()).peekable();
        if names.peek().is_some() {
            above.push((TOP.to_owned(), Origin::Config.word().to_owned()));
        }
        for name in names {
            let id = format!("{}/{name}", above.last().map_or(TOP, |(id, _)| id.as_str()));
            above.push((id, name.to_owned()));
        }
        for (at, (id, name)) in above.iter().enumerate() {
            if known.insert(id.clone()) {
                items.push(Item::group(id, Some(name), None, Origin::Config).below(&above[..at]));
            }
        }
        let details = Details { state: State::Active, ..Details::default() };
        items.push(Item::account(account.id.as_str(), &account.name, details, Origin::Config).below(&above));
    }
    items
}

/// The id of the node above the OUs of the configuration.
const TOP: &str = "config";

/// Adds to `items` what is new in `more`: an account is told by the best source that names it.
pub fn add(items: &mut Vec<Item>, more: Vec<Item>) {
    let known: HashSet<String> = items.iter().map(|i| i.node.id.clone()).collect();
    items.extend(more.into_iter().filter(|item| !known.contains(&item.node.id)));
}

/// Leaves out the OUs below which no account lies.
#[must_use]
pub fn pruned(items: Vec<Item>) -> Vec<Item> {
    let used: HashSet<String> =
        items.iter().filter(|i| i.node.account.is_some()).flat_map(|i| i.above.iter().cloned()).collect();
    items.into_iter().filter(|i| i.node.account.is_some() || used.contains(&i.node.id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AccountId;

    fn listed(id: &str, name: &str, ou: &str) -> Listed {
        Listed { id: AccountId::from(id.repeat(12)), name: name.to_owned(), ou: ou.to_owned() }
    }

    fn profile(name: &str, kind: ProfileKind, account: Option<&str>) -> Profile {
        Profile { name: name.to_owned(), kind, account: account.map(|a| AccountId::from(a.repeat(12))), region: None }
    }

    #[test]
    fn listed_accounts_make_their_ous() {
        let items = of_config(&[listed("1", "a", "work/prod"), listed("2", "b", "work"), listed("3", "c", "")]);
        let seen: Vec<_> = items.iter().map(|i| (i.node.id.as_str(), i.kind(), &*i.ou)).collect();
        let (one, two, three) = ("1".repeat(12), "2".repeat(12), "3".repeat(12));
        let expected = [
            ("config", "root", ""),
            ("config/work", "ou", ""),
            ("config/work/prod", "ou", "work"),
            (one.as_str(), "account", "work/prod"),
            (two.as_str(), "account", "work"),
            (three.as_str(), "account", ""),
        ];
        assert_eq!(seen, expected);
        assert_eq!(items[5].node.parent, None);
    }

    #[test]
    fn an_account_is_told_by_its_best_source() {
        let sso = SsoAccount {
            id: AccountId::from("1".repeat(12)),
            name: "prod".to_owned(),
            email: String::new(),
            roles: vec!["View".to_owned()],
        };
        let mut items = of_identity_center(vec![sso]);
        let assume =
            |id: &str| ProfileKind::Role { arn: format!("arn:aws:iam::{id}:role/x/ops"), from: "b".to_owned() };
        let profiles = [
            profile("a", assume("2"), Some("2")),
            profile("b", ProfileKind::Keys, None),
            profile("c", ProfileKind::Sso { session: "s".to_owned(), role: "Admin".to_owned() }, Some("1")),
            profile("d", ProfileKind::Sso { session: "s".to_owned(), role: "Admin".to_owned() }, Some("2")),
        ];
        add(&mut items, of_profiles(&profiles));
        add(&mut items, of_config(&[listed("2", "two", "old"), listed("4", "four", "new")]));
        let items = pruned(items);
        let seen: Vec<_> = items.iter().map(|i| (i.node.name.as_str(), i.node.origin)).collect();
        let expected = [
            ("prod", Origin::IdentityCenter),
            ("a", Origin::Profiles),
            ("configured accounts", Origin::Config),
            ("new", Origin::Config),
            ("four", Origin::Config),
        ];
        assert_eq!(seen, expected);
        let details = items[1].node.account.as_ref().unwrap();
        assert_eq!((details.roles.join(" "), details.profile.as_deref()), ("ops Admin".to_owned(), Some("a")));
    }
}
