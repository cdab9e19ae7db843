//! What holds in one account: which roles, which environment. Which regions, see `enter`.

use std::cmp::Reverse;

use super::{Config, Environment, How, Override, RoleSpec, Selector, SessionPolicy};
use crate::model::{Account, Partition};

/// Which credentials an elevation takes.
#[derive(Clone, Debug)]
pub enum Raising {
    /// The caller's own, as they are.
    Own,
    /// Those of this role.
    Role(Box<RoleSpec>),
    /// Those of the role by which the account is read.
    Usual,
}

impl Raising {
    /// In words, with what narrows them: a session policy is possible only where a role is assumed.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Own => "the caller's own credentials, with all of their rights: nothing narrows them".to_owned(),
            Self::Role(role) => match role.how {
                How::Assume { .. } => role.how.show(),
                _ => format!("{}, with all of its rights: no session policy narrows it", role.how.show()),
            },
            Self::Usual => "the account's usual role".to_owned(),
        }
    }

    /// Why a session of theirs could change nothing, and what to configure: a managed policy that only reads goes with each
    /// session of the role, an elevated one as well. `None` where it may, as far as the configuration tells.
    #[must_use]
    pub fn reads_only(&self) -> Option<(String, &'static str)> {
        let Self::Role(role) = self else { return None };
        let SessionPolicy::Managed(arn) = &role.policy else { return None };
        let limited = role.policy.only_reads() && matches!(role.how, How::Assume { .. });
        let policy = arn.rsplit('/').next().unwrap_or(arn);
        limited.then(|| {
            (
                format!("role {} is limited to reading by policy = {policy:?}: an elevation by it could change nothing", role.name),
                "name a role for elevations by `elevated`, or give this one policy = \"views\", which an elevation widens by what the verbs do",
            )
        })
    }
}

impl Config {
    /// The roles to choose from in an account, the default first, with their ARNs filled in for the partition that
    /// the configured regions lie in. Empty where none is configured: which of AWS's usual roles exists is then
    /// found out by trying.
    #[must_use]
    pub fn roles_for(&self, account: &Account) -> Vec<RoleSpec> {
        self.roles_in(account, self.regions.first().map_or("aws", |region| Partition::of(region).name))
    }

    /// The same for a partition that is known, as from the caller's ARN.
    #[must_use]
    pub fn roles_in(&self, account: &Account, partition: &str) -> Vec<RoleSpec> {
        let here = self.nearest(account, |o| o.roles.as_ref());
        let mut names: Vec<&String> = Vec::new();
        let demanded = self.roles.iter().filter(|_| self.demanded.roles);
        for name in demanded.chain(here.unwrap_or(&self.roles)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let external_id = self.nearest(account, |o| o.external_id.as_ref());
        let duration = self.nearest(account, |o| o.duration.as_ref());
        names
            .into_iter()
            .filter_map(|name| self.role.iter().find(|r| r.name == *name))
            .map(|role| {
                let mut role = role.fill(&account.id, partition);
                if matches!(role.how, How::Assume { .. }) {
                    role.external_id = external_id.cloned().or(role.external_id);
                    role.duration = duration.copied().or(role.duration);
                }
                role
            })
            .collect()
    }

    /// The role that an elevation of an account uses: the one that the configuration names for it, else the default
    /// one. `None` where no role is configured at all.
    #[must_use]
    pub fn elevated_role(&self, account: &Account, partition: &str) -> Option<RoleSpec> {
        let named = self.nearest(account, |o| o.elevated.as_ref()).or(self.elevated.as_ref());
        let Some(name) = named else { return self.roles_in(account, partition).into_iter().next() };
        let mut role = self.role.iter().find(|r| r.name == *name)?.fill(&account.id, partition);
        if matches!(role.how, How::Assume { .. }) {
            role.external_id = self.nearest(account, |o| o.external_id.as_ref()).cloned().or(role.external_id);
        }
        Some(role)
    }

    /// Which credentials an elevation of an account takes: asked by what does it, and by the form that says so before.
    #[must_use]
    pub fn raising(&self, account: &Account, own: bool, partition: &str) -> Raising {
        // The caller's own credentials serve in the caller's own account, unless a role is named for elevations there.
        if own && !self.names_elevated_role(account) {
            return Raising::Own;
        }
        self.elevated_role(account, partition).map_or(Raising::Usual, |role| Raising::Role(Box::new(role)))
    }

    /// Whether the configuration names a role for elevations of this account.
    #[must_use]
    pub fn names_elevated_role(&self, account: &Account) -> bool {
        self.elevated.is_some() || self.nearest(account, |o| o.elevated.as_ref()).is_some()
    }

    /// Whether an account can never be elevated. Unread tags and OUs without a name that could decide it keep it
    /// read-only.
    #[must_use]
    pub fn is_read_only(&self, account: &Account) -> bool {
        let unread = account.details.tags.is_none();
        let tagged = |o: &&Override| o.read_only == Some(true) && matches!(o.selector, Selector::Tags(_));
        let by_ou = |o: &&Override| o.read_only == Some(true) && matches!(o.selector, Selector::Ous(_));
        let said = self.nearest(account, |o| o.read_only.as_ref()).copied();
        said.unwrap_or_default()
            || unread && self.overrides.iter().any(|o| tagged(&o))
            || is_unplaced(account) && said.is_none() && self.overrides.iter().any(|o| by_ou(&o))
    }

    /// What an account is for. Unknown, and so production, as long as tags that could decide it were not read.
    #[must_use]
    pub fn environment(&self, account: &Account) -> Environment {
        let tags_decide = |o: &Override| o.production.is_some() && matches!(o.selector, Selector::Tags(_));
        let by_ou = |o: &Override| o.production.is_some() && matches!(o.selector, Selector::Ous(_));
        for o in self.fitting(account) {
            if let Some(production) = o.production {
                // A longer path might say otherwise, were all its names known.
                let vague = !production && by_ou(o) && is_unplaced(account);
                if vague && self.overrides.iter().any(|o| by_ou(o) && o.production == Some(true)) {
                    return Environment::Unknown;
                }
                let settled = matches!(o.selector, Selector::Accounts(_))
                    || account.details.tags.is_some()
                    || production
                    || !self.overrides.iter().any(tags_decide);
                return match (settled, production) {
                    (false, _) => Environment::Unknown,
                    (true, true) => Environment::Production,
                    (true, false) => Environment::NonProduction,
                };
            }
        }
        Environment::Unknown
    }

    /// What the account's environment is called on the screen, where the configuration gives it a name.
    #[must_use]
    pub fn environment_label(&self, account: &Account) -> Option<&str> {
        self.nearest(account, |o| o.label.as_ref()).map(String::as_str)
    }

    /// The `[[where]]` blocks that fit none of these accounts: a slip, or an OU that was renamed. Blocks that need
    /// tags are left out where tags were not read.
    #[must_use]
    pub fn idle_overrides<'a>(&'a self, accounts: &[impl AsRef<Account>]) -> Vec<&'a Override> {
        let unread = accounts.iter().any(|a| a.as_ref().details.tags.is_none());
        self.overrides
            .iter()
            .filter(|o| !(unread && matches!(o.selector, Selector::Tags(_))))
            .filter(|o| !accounts.iter().any(|a| o.selector.rank(a.as_ref()).is_some()))
            .collect()
    }

    /// What the block that describes the account most closely says, of those that say anything.
    pub(super) fn nearest<'a, T>(
        &'a self,
        account: &Account,
        say: impl Fn(&'a Override) -> Option<&'a T>,
    ) -> Option<&'a T> {
        self.fitting(account).into_iter().find_map(say)
    }

    /// The blocks that fit, the closest first.
    fn fitting(&self, account: &Account) -> Vec<&Override> {
        let mut fitting: Vec<_> = self
            .overrides
            .iter()
            .enumerate()
            .filter_map(|(i, o)| o.selector.rank(account).map(|rank| (Reverse((rank, i)), o)))
            .collect();
        fitting.sort_by_key(|(rank, _)| *rank);
        fitting.into_iter().map(|(_, o)| o).collect()
    }
}

/// Whether it is not known in full where an account lies: from a source without a tree, or with an OU above it whose name
/// could not be read, so that its id stands in.
fn is_unplaced(account: &Account) -> bool {
    account.above.is_empty() || account.path.split('/').any(|name| account.above.iter().any(|id| id == name))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{
        super::{
            Flags,
            tests::{DEV, PROD, account, assemble, load, names},
        },
        *,
    };
    use crate::model::Region;

    const LAYERS: &str = r#"
    roles = ["base", "role/admin"]
    regions = ["eu-central-1"]
    [role.base]
    arn = "role/base"
    external_id = "base-id"
    [role.prod]
    arn = "role/prod"
    [role.pay]
    arn = "role/pay"
    [role.one]
    arn = "role/one"

    [[where]]
    ou = "workload/prod"
    roles = ["prod"]
    regions = ["eu-west-1"]
    production = true
    label = "live"
    [[where]]
    ou = "workload"
    roles = ["base"]
    regions = ["eu-north-1"]
    production = false
    [[where]]
    tag = { team = "pay" }
    roles = ["pay", "base"]
    external_id = "pay-id"
    duration = "30m"
    [[where]]
    account = ["444455556666"]
    roles = ["one"]
    "#;

    #[test]
    fn account_beats_tag_beats_the_longest_ou_beats_the_top_for_each_setting_by_itself() {
        let config = load(LAYERS);
        let caller = Region::from("us-east-1");
        let pay: Option<&[(&str, &str)]> = Some(&[("team", "pay")]);
        let none: Option<&[(&str, &str)]> = Some(&[]);
        for (place, roles, region, environment) in [
            (account(PROD, "sandbox", none), vec!["base", "admin"], "eu-central-1", Environment::Unknown),
            (account(PROD, "workload/dev", none), vec!["base"], "eu-north-1", Environment::NonProduction),
            (account(PROD, "workload/prod/eu", none), vec!["prod"], "eu-west-1", Environment::Production),
            (account(PROD, "workload/production", none), vec!["base"], "eu-north-1", Environment::NonProduction),
            (account(PROD, "workload/prod", pay), vec!["pay", "base"], "eu-west-1", Environment::Production),
            (account(DEV, "workload/prod", pay), vec!["one"], "eu-west-1", Environment::Production),
        ] {
            let at = format!("{} {}", place.id, place.path);
            assert_eq!(names(&config.roles_for(&place)), roles, "{at}");
            assert_eq!(config.regions_for(&place, Some(&caller)), [Region::from(region)], "{at}");
            assert_eq!(config.environment(&place), environment, "{at}");
        }
        let paid = config.roles_for(&account(PROD, "workload/prod", pay));
        assert_eq!(paid[1].external_id.as_deref(), Some("pay-id"));
        assert_eq!(paid[0].duration, Some(Duration::from_mins(30)));
        assert_eq!(config.roles_for(&account(PROD, "x", none))[0].external_id.as_deref(), Some("base-id"));
        assert_eq!(config.environment_label(&account(PROD, "workload/prod", none)), Some("live"));
        assert_eq!(config.tags_needed().into_iter().collect::<Vec<_>>(), ["team"]);
        assert_eq!(Config::default().regions_for(&account(PROD, "x", none), Some(&caller)), [caller]);
    }

    #[test]
    fn a_role_whose_sessions_only_read_raises_nothing_and_it_is_said_what_would() {
        let why = |policy: &str, elevated: &str| {
            let text = format!(
                "roles = [\"r\"]\n{elevated}\n[role.r]\narn = \"role/r\"\npolicy = \"{policy}\"\n[role.up]\narn = \"role/up\"\n"
            );
            load(&text).raising(&account(PROD, "x", Some(&[])), false, "aws").reads_only()
        };
        let (said, next) = why("ReadOnlyAccess", "").expect("a reason");
        assert!(said.starts_with("role r is limited to reading by policy = \"ReadOnlyAccess\""), "{said}");
        assert!(next.contains("`elevated`") && next.contains("policy = \"views\""), "{next}");
        assert!(why("ViewOnlyAccess", "").is_some());
        assert!(why("ReadOnlyAccess", "elevated = \"up\"").is_none(), "another role is raised");
        for policy in ["views", "none", "arn:aws:iam::aws:policy/AmazonECS_FullAccess"] {
            assert!(why(policy, "").is_none(), "{policy}");
        }
    }

    #[test]
    fn ous_by_pattern_and_by_id_and_the_later_of_equals() {
        let config = load(
            r#"
    [[where]]
    ou = "*/prod"
    label = "star"
    [[where]]
    ou = "pay/prod"
    label = "exact"
    [[where]]
    ou = ["ou-shop", "ou-gone"]
    label = "id"
    [[where]]
    tag = { env = "prod*", team = "pay" }
    label = "two tags"
    [[where]]
    tag = { env = "prod*" }
    label = "one tag"
    [[where]]
    tag = { env = "prod*" }
    label = "one tag, later"
    "#,
        );
        let label = |path: &str, tags: &[(&str, &str)]| {
            config.environment_label(&account(PROD, path, Some(tags))).map(str::to_owned).unwrap_or_default()
        };
        assert_eq!(label("any/prod/x", &[]), "star");
        assert_eq!(label("pay/prod", &[]), "exact");
        assert_eq!(label("web/shop", &[]), "id");
        assert_eq!(label("prod", &[]), "");
        assert_eq!(label("pay/prod", &[("env", "production")]), "one tag, later");
        assert_eq!(label("pay/prod", &[("env", "prod"), ("team", "pay")]), "two tags");
        let all = [std::sync::Arc::new(account(PROD, "pay/prod", Some(&[])))];
        let idle: Vec<String> = config.idle_overrides(&all).iter().map(|o| o.selector.show()).collect();
        assert_eq!(idle, ["ou ou-shop, ou-gone", "tag env=prod*, team=pay", "tag env=prod*", "tag env=prod*"]);
    }

    #[test]
    fn an_environment_that_unread_tags_could_decide_counts_as_production() {
        let text =
            "[[where]]\nou = \"dev\"\nproduction = false\n[[where]]\ntag = { env = \"live\" }\nproduction = true\n";
        let config = load(text);
        let unread = account(PROD, "dev", None);
        assert_eq!(config.environment(&unread), Environment::Unknown);
        assert!(config.environment(&unread).counts_as_production());
        assert_eq!(config.environment(&account(PROD, "dev", Some(&[]))), Environment::NonProduction);
        assert_eq!(config.environment(&account(PROD, "dev", Some(&[("env", "live")]))), Environment::Production);
        let without = load("[[where]]\nou = \"dev\"\nproduction = false\n");
        assert!(!without.environment(&unread).counts_as_production());
    }

    #[test]
    fn an_ou_without_a_name_may_be_the_one_that_decides() {
        let text = "[[where]]\nou = \"work\"\nproduction = false\n[[where]]\nou = \"work/prod\"\nproduction = true\n\
                    [[where]]\nou = \"core\"\nread_only = true\n";
        let config = load(text);
        let mut vague = account(PROD, "work/ou-x", Some(&[]));
        vague.above = vec!["r-a".to_owned(), "ou-w".to_owned(), "ou-x".to_owned()].into();
        assert_eq!(config.environment(&vague), Environment::Unknown);
        assert!(config.is_read_only(&vague), "it may lie in core");
        let mut known = account(PROD, "work/dev", Some(&[]));
        known.above.clone_from(&vague.above);
        assert_eq!(config.environment(&known), Environment::NonProduction);
        assert!(!config.is_read_only(&known));
    }

    #[test]
    fn a_flag_beats_every_block() {
        let flags = Flags {
            role: Some("pay".to_owned()),
            regions: vec!["us-east-1".to_owned(), "us-west-2".to_owned()],
            ..Flags::default()
        };
        let config = assemble(LAYERS, &[], &flags).expect("nothing is wrong").config;
        let place = account(PROD, "workload/prod", Some(&[]));
        assert_eq!(names(&config.roles_for(&place)), ["pay", "prod"]);
        assert_eq!(
            config.regions_for(&place, Some(&Region::from("x"))),
            [Region::from("us-east-1"), Region::from("us-west-2")]
        );
        let flags = Flags { role: Some("payy".to_owned()), ..Flags::default() };
        let errors = assemble(LAYERS, &[], &flags).expect_err("no such role");
        assert_eq!(errors.to_string(), "--role: unknown role \"payy\"\n       = did you mean \"pay\"?");
    }
}
