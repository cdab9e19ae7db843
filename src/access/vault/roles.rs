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

/// The first role that is assumed, as a template, for `qd iam-policy`: the configured one, else AWS's usual one. Of
/// elevations it is the one that the configuration names for them, if it does: what the verbs do is not to be allowed
/// to the role that reads.
pub fn printed(config: &Config, elevated: bool) -> RoleSpec {
    let assumed = |spec: &&RoleSpec| matches!(spec.how, How::Assume { .. });
    let named = config.elevated.iter().chain(config.overrides.iter().filter_map(|o| o.elevated.as_ref()));
    let raising = named.filter(|_| elevated).find_map(|name| config.role.iter().find(|r| r.name == *name));
    if let Some(role) = raising.filter(assumed) {
        return role.clone();
    }
    let by_name = config.roles.iter().filter_map(|name| config.role.iter().find(|r| r.name == *name));
    by_name.chain(&config.role).find(assumed).cloned().unwrap_or_else(|| usual(USUAL[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_is_for_the_configured_role() {
        let mut config = Config::default();
        assert_eq!(printed(&config, false), usual("OrganizationAccountAccessRole"));
        config.role.push(RoleSpec::assume("other", "arn:aws:iam::{account}:role/other"));
        config.role.push(RoleSpec::assume("mine", "arn:{partition}:iam::{account}:role/cicd/mine"));
        config.roles = vec!["mine".into()];
        assert_eq!(printed(&config, false).name, "mine");
        assert_eq!(printed(&config, true).name, "mine", "no other is named for elevations");
        config.elevated = Some("other".into());
        assert_eq!(printed(&config, false).name, "mine");
        assert_eq!(printed(&config, true).name, "other", "the role that reads is not given what the verbs do");
    }
}
