//! The roles of an account and who may assume them.

use super::World;
use super::account::{Account, Company, State};

/// What a role may do, beside assuming further roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grants {
    /// `AdministratorAccess`.
    Everything,
    /// `ReadOnlyAccess`.
    Reading,
}

/// What a trust policy asks of the caller, beside coming from a trusted account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// The account ids whose principals may assume the role.
    pub accounts: Vec<String>,
    /// The `sts:ExternalId` that must be sent.
    pub external_id: Option<String>,
    /// Whether `aws:MultiFactorAuthPresent` must be true.
    pub mfa: bool,
}

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
    pub trust: Trust,
    /// What its sessions may do.
    pub grants: Grants,
}

impl Role {
    /// The ARN, with the path.
    pub fn arn(&self, account: &str) -> String {
        format!("arn:aws:iam::{account}:role{}{}", self.path, self.name)
    }
}

/// The session length of roles that nobody changed.
const HOUR: i64 = 3600;

impl World {
    /// The roles of an account that AWS will let anyone into; none for accounts that are not active.
    pub(in crate::sim) fn roles(&self, account: &Account) -> Vec<Role> {
        let management = account.id == self.management();
        if management || account.state != State::Active {
            return Vec::new();
        }
        let root = Trust { accounts: vec![self.management().to_owned()], ..Trust::default() };
        let mut roles = vec![Role {
            path: "/",
            name: "OrganizationAccountAccessRole",
            longest: HOUR,
            trust: root.clone(),
            grants: Grants::Everything,
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
            let trust = Trust { mfa: true, ..root };
            let (path, name, longest) = ("/oncall/", "break-glass", HOUR);
            roles.push(Role { path, name, longest, trust, grants: Grants::Everything });
        }
        roles
    }

    /// `role/audit/read-only`: what management and the auditors come in by, everywhere.
    fn read_only_role(&self) -> Role {
        let mut accounts = vec![self.management().to_owned()];
        accounts.extend(self.named("audit").map(|account| account.id.clone()));
        let trust = Trust { accounts, ..Trust::default() };
        Role { path: "/audit/", name: "read-only", longest: 12 * HOUR, trust, grants: Grants::Reading }
    }

    /// `role/cicd/delegated-role`: trusted by management, the pipelines and the delegated administrator.
    fn delegated_role(&self, account: &Account) -> Role {
        let mut accounts = vec![self.management().to_owned()];
        let trusted = [self.named("cicd"), self.delegated()];
        accounts.extend(trusted.into_iter().flatten().map(|account| account.id.clone()));
        let external_id = (account.name == "stackhawk-prod-infrastructure").then(|| "stackhawk-prod".to_owned());
        Role {
            path: "/cicd/",
            name: "delegated-role",
            longest: 4 * HOUR,
            trust: Trust { accounts, external_id, mfa: false },
            grants: Grants::Everything,
        }
    }
}
