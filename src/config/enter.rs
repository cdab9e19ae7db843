//! Which regions are read in an account, and what has to be known of it before it is entered.

use std::collections::BTreeSet;

use super::{Config, Override, Selector};
use crate::model::{Account, Region};

impl Config {
    /// The regions that are read in an account: those of the block that describes it most closely, else those that are
    /// configured for all, else that of the profile which opens it, else the caller's. Empty where nobody names any: a
    /// request never goes to a region that nobody chose.
    #[must_use]
    pub fn regions_for(&self, account: &Account, caller: Option<&Region>) -> Vec<Region> {
        let here = if self.demanded.regions { None } else { self.nearest(account, |o| o.regions.as_ref()) };
        let named = here.unwrap_or(&self.regions);
        if !named.is_empty() {
            return named.clone();
        }
        account.details.region.as_ref().or(caller).cloned().into_iter().collect()
    }

    /// The regions that are read wherever neither a block nor a profile says otherwise.
    #[must_use]
    pub fn regions_everywhere(&self, caller: &Region) -> Vec<Region> {
        if self.regions.is_empty() { vec![caller.clone()] } else { self.regions.clone() }
    }

    /// Every region that is read in some account, as far as the configuration tells without knowing the accounts.
    #[must_use]
    pub fn regions_anywhere(&self, caller: &Region) -> BTreeSet<Region> {
        let blocks = self.overrides.iter().filter(|_| !self.demanded.regions).flat_map(|o| o.regions.iter().flatten());
        self.regions_everywhere(caller).into_iter().chain(blocks.cloned()).collect()
    }

    /// The tags that decide about roles, regions and environments: they have to be read before an account is entered.
    #[must_use]
    pub fn tags_needed(&self) -> BTreeSet<String> {
        let of = |o: &Override| match &o.selector {
            Selector::Tags(tags) => tags.keys().cloned().collect(),
            Selector::Accounts(_) | Selector::Ous(_) => Vec::new(),
        };
        self.overrides.iter().flat_map(of).collect()
    }

    /// Whether names of OUs decide about the role or the regions of some account, so that it cannot be entered before they
    /// are known. An OU that a block names by its id is known as soon as the account is.
    #[must_use]
    pub fn enters_by_names(&self) -> bool {
        let named = |o: &&Override| matches!(&o.selector, Selector::Ous(ous) if !ous.iter().all(|ou| is_id(ou)));
        let enters =
            |o: &Override| o.roles.is_some() || o.regions.is_some() || o.external_id.is_some() || o.duration.is_some();
        self.overrides.iter().filter(named).any(enters)
    }
}

/// Whether this is the id of a root or OU (Organizations API reference, `OrganizationalUnit.Id` and `Root.Id`), which no
/// name is in earnest.
fn is_id(ou: &str) -> bool {
    let part = |text: &str, most: usize| {
        (4..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    match ou.split_once('-') {
        Some(("r", root)) => part(root, 32),
        Some(("ou", rest)) => {
            rest.split_once('-').is_some_and(|(root, unit)| part(root, 32) && unit.len() >= 8 && part(unit, 32))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{DEV, PROD, account, load},
        *,
    };

    #[test]
    fn a_region_is_the_blocks_the_configurations_the_profiles_and_then_the_callers() {
        let (caller, none): (Region, Option<&[(&str, &str)]>) = ("us-east-1".into(), Some(&[]));
        let mut opened = account(PROD, "", none);
        std::sync::Arc::make_mut(&mut opened.details).region = Some("eu-north-1".into());
        let of = |text: &str, account: &Account, caller: Option<&Region>| {
            load(text).regions_for(account, caller).first().map(ToString::to_string).unwrap_or_default()
        };
        let block = "[[where]]\nou = \"workload\"\nregions = [\"eu-west-1\"]\n";
        let placed = account(DEV, "workload/dev", none);
        assert_eq!(of(block, &placed, None), "eu-west-1", "a block is enough, where nobody else names any");
        assert_eq!(of(block, &opened, Some(&caller)), "eu-north-1", "the profile's own before the caller's");
        assert_eq!(of(block, &account(PROD, "", none), Some(&caller)), "us-east-1");
        assert_eq!(of(block, &account(PROD, "", none), None), "", "nobody names any");
        assert_eq!(
            of("regions = [\"eu-central-1\"]\n", &opened, None),
            "eu-central-1",
            "what is configured goes first"
        );
    }

    #[test]
    fn names_of_ous_are_waited_for_where_they_decide_how_an_account_is_entered() {
        let enters = |ou: &str, what: &str| load(&format!("[[where]]\nou = \"{ou}\"\n{what}\n")).enters_by_names();
        assert!(enters("workload", "regions = [\"eu-west-1\"]"));
        assert!(enters("workload", "duration = \"30m\""));
        assert!(enters("ou-of-old", "external_id = \"a-b\""), "a name may look nearly like an id");
        assert!(!enters("workload", "production = true"), "that is about how it is shown");
        assert!(!enters("ou-ab12-cd34ef56", "regions = [\"eu-west-1\"]"), "an id is known with the account");
        assert!(!load("regions = [\"eu-west-1\"]\n").enters_by_names());
    }
}
