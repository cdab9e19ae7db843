//! Which role opens an account where nobody says anything, and the one that `qd iam-policy` is for.

use crate::config::{Config, How, RoleSpec};

/// The roles that AWS itself makes in member accounts: by Organizations' `CreateAccount`, and by Control Tower.
pub const USUAL: [&str; 2] = ["OrganizationAccountAccessRole", "AWSControlTowerExecution"];

/// The name of the slot of an account whose role is still to be found.
pub const UNKNOWN: &str = "";

/// One of AWS's usual roles, as a template.
pub fn usual(name: &str) -> RoleSpec {
    RoleSpec::assume(name, format!("arn:{{partition}}:iam::{{account}}:role/{name}"))
}

/// The first role that is assumed, as a template, for `qd iam-policy`: the configured one, else AWS's usual one.
pub fn printed(config: &Config) -> RoleSpec {
    let assumed = |spec: &&RoleSpec| matches!(spec.how, How::Assume { .. });
    let by_name = config.roles.iter().filter_map(|name| config.role.iter().find(|r| r.name == *name));
    by_name.chain(&config.role).find(assumed).cloned().unwrap_or_else(|| usual(USUAL[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_is_for_the_configured_role() {
        let mut config = Config::default();
        assert_eq!(printed(&config), usual("OrganizationAccountAccessRole"));
        config.role.push(RoleSpec::assume("other", "arn:aws:iam::{account}:role/other"));
        config.role.push(RoleSpec::assume("mine", "arn:{partition}:iam::{account}:role/cicd/mine"));
        config.roles = vec!["mine".into()];
        assert_eq!(printed(&config).name, "mine");
    }
}
