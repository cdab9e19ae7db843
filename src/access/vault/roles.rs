//! Which role opens an account where nobody says anything, and the one that `qd iam-policy` is for.

use crate::config::{Config, RoleSpec};

/// The roles that AWS itself makes in member accounts: by Organizations' `CreateAccount`, and by Control Tower.
pub const USUAL: [&str; 2] = ["OrganizationAccountAccessRole", "AWSControlTowerExecution"];

/// The name of the slot of an account whose role is still to be found.
pub const UNKNOWN: &str = "";

/// One of AWS's usual roles, as a template.
pub fn usual(name: &str) -> RoleSpec {
    RoleSpec::assume(name, format!("arn:{{partition}}:iam::{{account}}:role/{name}"))
}

/// A role that `qd iam-policy` prints, as a template, and the `ExternalId`s under which it is assumed.
#[derive(Debug, PartialEq)]
pub struct Printed {
    /// The role.
    pub spec: RoleSpec,
    /// The ids: in which accounts, and which. The first is for those of which nothing else is said.
    pub ids: Vec<(Option<String>, Option<String>)>,
}

/// Every role by which an account may be entered, in the order of the configuration, for `qd iam-policy`; AWS's usual one
/// where none is configured. A role that a flag names is the only one. Of elevations they are those that the
/// configuration names for them, else the default ones: what the verbs do is not to be allowed to a role that reads.
pub fn printed(config: &Config, elevated: bool) -> Vec<Printed> {
    let blocks = || config.overrides.iter();
    let mut names: Vec<&String> = Vec::new();
    if elevated {
        names.extend(config.elevated.iter().chain(blocks().filter_map(|o| o.elevated.as_ref())));
    }
    let raising = !names.is_empty();
    if !raising {
        let most = if elevated || config.demanded.roles { 1 } else { usize::MAX };
        names.extend(config.roles.iter().take(most));
        let others = blocks().filter(|_| !config.demanded.roles).filter_map(|o| o.roles.as_ref());
        names.extend(others.flat_map(|roles| roles.iter().take(most)));
    }
    let mut specs: Vec<&RoleSpec> = Vec::new();
    for spec in names.into_iter().filter_map(|name| config.role.iter().find(|r| r.name == *name)) {
        if !specs.iter().any(|known| known.name == spec.name) {
            specs.push(spec);
        }
    }
    if specs.is_empty() {
        let usual = usual(USUAL[0]);
        return vec![Printed { ids: ids(config, &usual, raising), spec: usual }];
    }
    specs.into_iter().map(|spec| Printed { spec: spec.clone(), ids: ids(config, spec, raising) }).collect()
}

/// The ids under which a role is assumed: its own, and those of the blocks in whose accounts it may be in use.
fn ids(config: &Config, spec: &RoleSpec, raising: bool) -> Vec<(Option<String>, Option<String>)> {
    let mut all = vec![(None, spec.external_id.clone())];
    for block in &config.overrides {
        let others = if raising {
            block.elevated.as_ref().is_some_and(|name| *name != spec.name)
        } else {
            !config.demanded.roles && block.roles.as_ref().is_some_and(|names| !names.contains(&spec.name))
        };
        let Some(id) = block.external_id.as_ref().filter(|_| !others) else { continue };
        let place = block.selector.show();
        match all.iter_mut().find(|(_, known)| known.as_ref() == Some(id)) {
            Some((Some(places), _)) => *places = format!("{places}; {place}"),
            Some((None, _)) => {}
            None => all.push((Some(place), Some(id.clone()))),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Override, Selector, Spot};

    fn names(config: &Config, elevated: bool) -> Vec<String> {
        printed(config, elevated).into_iter().map(|p| p.spec.name).collect()
    }

    fn block(ou: &str) -> Override {
        Override {
            selector: Selector::Ous(vec![ou.into()]),
            roles: None,
            regions: None,
            external_id: None,
            duration: None,
            elevated: None,
            read_only: None,
            production: None,
            label: None,
            spot: Spot::default(),
        }
    }

    #[test]
    fn every_role_by_which_an_account_is_entered_has_its_policy() {
        let mut config = Config::default();
        assert_eq!(names(&config, false), ["OrganizationAccountAccessRole"]);
        for name in ["other", "mine", "second", "prod"] {
            config.role.push(RoleSpec::assume(name, format!("arn:{{partition}}:iam::{{account}}:role/{name}")));
        }
        config.roles = vec!["mine".into(), "second".into()];
        config.overrides = vec![Override { roles: Some(vec!["prod".into(), "mine".into()]), ..block("prod") }];
        assert_eq!(names(&config, false), ["mine", "second", "prod"]);
        assert_eq!(names(&config, true), ["mine", "prod"], "no other is named for elevations: the default ones");
        config.elevated = Some("other".into());
        assert_eq!(names(&config, false), ["mine", "second", "prod"]);
        assert_eq!(names(&config, true), ["other"], "a role that reads is not given what the verbs do");
        config.elevated = None;
        config.demanded.roles = true;
        assert_eq!(names(&config, false), ["mine"], "a flag names one");
    }

    #[test]
    fn a_role_is_assumed_under_the_ids_of_the_blocks_in_which_it_is_in_use() {
        let mut config = Config::default();
        let mut mine = RoleSpec::assume("mine", "arn:aws:iam::{account}:role/mine");
        mine.external_id = Some("own".into());
        config.role = vec![mine, RoleSpec::assume("prod", "arn:aws:iam::{account}:role/prod")];
        config.roles = vec!["mine".into()];
        let id = |id: &str, ou: &str| Override { external_id: Some(id.into()), ..block(ou) };
        config.overrides = vec![
            id("pay-id", "pay"),
            Override { roles: Some(vec!["prod".into()]), ..id("prod-id", "prod") },
            id("own", "same"),
            id("pay-id", "buy"),
        ];
        let [mine, prod] = &printed(&config, false)[..] else { panic!("two roles") };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(mine.ids, [(None, some("own")), (some("ou pay; ou buy"), some("pay-id"))]);
        let wanted = [
            (None, None),
            (some("ou pay; ou buy"), some("pay-id")),
            (some("ou prod"), some("prod-id")),
            (some("ou same"), some("own")),
        ];
        assert_eq!(prod.ids, wanted);
    }
}
