//! Which role opens an account where the configuration says so, where the source of the tree implies one, and where
//! nobody says anything.

use crate::{
    config::{Config, How, RoleSpec},
    model::Account,
};

/// The roles that AWS itself makes in member accounts: by Organizations' `CreateAccount`, and by Control Tower.
pub const USUAL: [&str; 2] = ["OrganizationAccountAccessRole", "AWSControlTowerExecution"];

/// The name of the slot of an account whose role is still to be found.
pub const UNKNOWN: &str = "";

/// One of AWS's usual roles, as a template.
pub fn usual(name: &str) -> RoleSpec {
    RoleSpec::assume(name, format!("arn:{{partition}}:iam::{{account}}:role/{name}"))
}

/// The ways that the source of the tree implies: the profile that named the account, or the permission sets of
/// Identity Center, those that by their name only read first.
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

/// The template of the first role that is assumed, for `qd iam-policy`.
pub fn template(config: &Config) -> String {
    let assumed = |spec: &RoleSpec| match &spec.how {
        How::Assume { arn } => Some(arn.clone()),
        How::PermissionSet { .. } | How::Profile { .. } => None,
    };
    let by_name = config.roles.iter().filter_map(|name| config.role.iter().find(|r| r.name == *name));
    by_name
        .chain(&config.role)
        .find_map(assumed)
        .unwrap_or_else(|| format!("arn:aws:iam::{{account}}:role/{}", USUAL[0]))
        .replace("{partition}", "aws")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::vault::tests::account;

    #[test]
    fn a_permission_set_that_only_reads_is_tried_first() {
        let mut account = account("111111111111");
        account.details.roles = vec!["Admin".into(), "ViewOnly".into()];
        let names: Vec<_> = implied(&account).into_iter().map(|s| s.name).collect();
        assert_eq!(names, ["ViewOnly", "Admin"]);
        account.details.profile = Some("ops".into());
        assert_eq!(implied(&account)[0].how, How::Profile { name: "ops".into() });
    }

    #[test]
    fn the_policy_is_for_the_configured_role() {
        let mut config = Config::default();
        assert!(template(&config).ends_with(":role/OrganizationAccountAccessRole"));
        config.role.push(RoleSpec::assume("other", "arn:aws:iam::{account}:role/other"));
        config.role.push(RoleSpec::assume("mine", "arn:{partition}:iam::{account}:role/cicd/mine"));
        config.roles = vec!["mine".into()];
        assert_eq!(template(&config), "arn:aws:iam::{account}:role/cicd/mine");
    }
}
