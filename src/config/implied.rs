//! The roles of an account for which none is configured, as the source of the tree implies them.

use super::{How, RoleSpec};
use crate::model::Account;

/// The ways that the source of the tree implies: the profile that named the account, or the permission sets of
/// Identity Center, those that by their name only read first. Empty where it implies none.
#[must_use]
pub fn implied(account: &Account) -> Vec<RoleSpec> {
    let details = &account.details;
    if let Some(name) = &details.profile {
        let how = How::Profile { name: name.clone() };
        return vec![RoleSpec { how, ..RoleSpec::assume(name, "") }];
    }
    let reads = |name: &str| ["read", "view", "audit"].iter().any(|word| name.to_lowercase().contains(word));
    let mut names: Vec<&String> = details.roles.iter().collect();
    names.sort_by_key(|name| !reads(name));
    let set = |name: &String| {
        let how = How::PermissionSet { name: name.clone(), session: None };
        RoleSpec { how, ..RoleSpec::assume(name, "") }
    };
    names.into_iter().map(set).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::org::{Details, Origin};

    #[test]
    fn a_permission_set_that_only_reads_is_tried_first() {
        let details = Details { roles: vec!["Admin".into(), "ViewOnly".into()], ..Details::default() };
        let mut account = Account {
            id: "111111111111".into(),
            name: "ops".to_owned(),
            path: Arc::default(),
            above: Arc::default(),
            details: Arc::new(details),
            management: false,
            origin: Origin::IdentityCenter,
        };
        let names: Vec<_> = implied(&account).into_iter().map(|s| s.name).collect();
        assert_eq!(names, ["ViewOnly", "Admin"]);
        Arc::make_mut(&mut account.details).profile = Some("ops".into());
        assert_eq!(implied(&account)[0].how, How::Profile { name: "ops".into() });
    }
}
