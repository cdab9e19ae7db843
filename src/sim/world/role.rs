//! The roles of an account and who may assume them.

use super::World;
use super::account::{Account, Company, State};
use crate::sim::oidc;
use crate::sim::policy::{Conditions, Policy, Principals};

/// A role of an account.
#[derive(Clone, Debug)]
pub struct Role {
    /// `/` or `/cicd/`.
    pub path: &'static str,
    /// The name without its path.
    pub name: &'static str,
    /// The longest session in seconds.
    pub longest: i64,
    /// Who may assume it.
    pub trust: Policy,
    /// What its sessions may do.
    pub grants: Policy,
}

impl Role {
    /// The ARN, with the path.
    pub fn arn(&self, account: &str) -> String {
        format!("arn:aws:iam::{account}:role{}{}", self.path, self.name)
    }
}

/// The session length of roles that nobody changed.
const HOUR: i64 = 3600;

/// The role for the service account of a cluster.
const CONSOLE: (&str, &str) = ("/oncall/", "console");

/// What `AdministratorAccess` allows.
fn everything() -> Policy {
    Policy::allowing(&["*"])
}

/// That whoever is allowed to in these accounts assumes a role, where the conditions hold.
fn trusting<'a>(accounts: impl IntoIterator<Item = &'a str>, conditions: Conditions) -> Policy {
    Policy::trusting("sts:AssumeRole", Principals::accounts(accounts), conditions)
}

impl World {
    /// The roles of an account that AWS will let anyone into; none for accounts that are not active.
    pub(in crate::sim) fn roles(&self, account: &Account) -> Vec<Role> {
        let management = account.id == self.management();
        if management || account.state != State::Active {
            return Vec::new();
        }
        let root = trusting([self.management()], Conditions::default());
        let mut roles = vec![Role {
            path: "/",
            name: "OrganizationAccountAccessRole",
            longest: HOUR,
            trust: root,
            grants: everything(),
        }];
        if account.company == Company::SennCloud {
            let role = roles.first().cloned();
            roles.extend(role.map(|role| Role { name: "AWSControlTowerExecution", ..role }));
        }
        // The one exception of the landing zone: nobody from the pipelines reads the log archive.
        if account.name != "log-archive" {
            roles.push(self.delegated_role(account));
        }
        roles.push(self.read_only_role());
        if account.environment == "prod" {
            let trust = trusting([self.management()], Conditions::default().truth("aws:MultiFactorAuthPresent"));
            let (path, name, longest) = ("/oncall/", "break-glass", HOUR);
            roles.push(Role { path, name, longest, trust, grants: everything() });
        }
        if self.delegated().is_some_and(|delegated| delegated.id == account.id) {
            roles.push(self.console_role(account));
        }
        roles
    }

    /// `role/audit/read-only`: what management and the auditors come in by, everywhere.
    fn read_only_role(&self) -> Role {
        let audit = self.named("audit").map(|account| account.id.as_str());
        let trust = trusting([self.management()].into_iter().chain(audit), Conditions::default());
        Role { path: "/audit/", name: "read-only", longest: 12 * HOUR, trust, grants: Policy::reading() }
    }

    /// `role/cicd/delegated-role`: trusted by management, the pipelines and the delegated administrator.
    fn delegated_role(&self, account: &Account) -> Role {
        let others = [self.named("cicd"), self.delegated()].into_iter().flatten().map(|account| account.id.as_str());
        let conditions = match account.name.as_str() {
            "stackhawk-prod-infrastructure" => Conditions::default().equals("sts:ExternalId", "stackhawk-prod"),
            _ => Conditions::default(),
        };
        let trust = trusting([self.management()].into_iter().chain(others), conditions);
        Role { path: "/cicd/", name: "delegated-role", longest: 4 * HOUR, trust, grants: everything() }
    }

    /// `role/oncall/console`, in the account of the delegated administrator alone: the service account of a cluster has
    /// it, reads there, and assumes the delegated roles.
    fn console_role(&self, account: &Account) -> Role {
        let issuer = oidc::issuer(self);
        let provider = Principals::provider(provider(&account.id, &issuer));
        let conditions = Conditions::default()
            .equals(&format!("{issuer}:aud"), oidc::AUDIENCE)
            .equals(&format!("{issuer}:sub"), oidc::SUBJECT);
        let (path, name) = CONSOLE;
        Role {
            path,
            name,
            longest: HOUR,
            trust: Policy::trusting("sts:AssumeRoleWithWebIdentity", provider, conditions),
            grants: Policy::reading().and(Policy::allowing(&["sts:AssumeRole"])),
        }
    }

    /// The ARN of the role that a web identity opens; `None` in worlds too small to have it.
    pub(in crate::sim) fn web_role(&self) -> Option<String> {
        let account = self.delegated()?;
        self.roles(account).iter().find(|role| (role.path, role.name) == CONSOLE).map(|role| role.arn(&account.id))
    }
}

/// The ARN of an identity provider as an account knows it.
pub fn provider(account: &str, issuer: &str) -> String {
    format!("arn:aws:iam::{account}:oidc-provider/{issuer}")
}
