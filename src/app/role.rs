//! Which role is used in an account, and what news of roles say of the account.

use super::{App, Effects};
use crate::{
    config::{RoleSpec, implied},
    model::{Account, AccountId, Fault, Lease, Scope},
};

impl App {
    /// The roles to choose from in an account, the default first: the configured ones, or those that the source of the
    /// tree implies. Empty where AWS's usual ones are tried.
    pub(super) fn roles_of(&self, account: &Account) -> Vec<RoleSpec> {
        let configured = self.setup.config.roles_for(account);
        if configured.is_empty() { implied(account) } else { configured }
    }

    /// Whether this role is the one that the account is read with: the chosen one, else the caller's own credentials in
    /// the caller's own account, else the default. Where no name is known beforehand, any role is.
    fn is_in_use(&self, account: &AccountId, role: &str) -> bool {
        if let Some(chosen) = self.roles.get(account) {
            return **chosen == *role;
        }
        if self.caller.as_ref().is_some_and(|c| c.account == *account) {
            return role.is_empty();
        }
        let first = self.org.account(account).and_then(|a| self.roles_of(a).into_iter().next());
        first.is_none_or(|spec| spec.name == role)
    }

    /// A role opens an account. The header shows the role in use: the matrix of access opens it by its others as well.
    pub(super) fn opened(&mut self, lease: Lease) {
        let used = self.is_in_use(&lease.account, &lease.role);
        if used {
            self.lost.remove(&lease.account);
        }
        self.jobs.go_on(Some(&lease.account));
        self.fills.go_on();
        if used || !self.leases.contains_key(&lease.account) {
            self.leases.insert(lease.account.clone(), lease);
        }
    }

    /// A role is refused. The account is closed where it is the one in use; another one is a row of the matrix of access
    /// and nothing more.
    pub(super) fn refused(&mut self, account: AccountId, role: &str, fault: Fault) {
        let used = self.is_in_use(&account, role);
        if used || self.leases.get(&account).is_some_and(|lease| lease.role == role) {
            self.leases.remove(&account);
        }
        if used {
            self.lost.insert(account, fault);
        }
    }

    /// Uses another of the configured roles in the account that is looked at, or whose row is under the cursor.
    pub(super) fn use_role(&mut self, name: &str, effects: &mut Effects) {
        let at_hand = self.account_at_hand().and_then(|a| self.org.account(&a.id)).cloned();
        let Some(account) = at_hand else {
            return self.say("choose an account first: a role is used in one account");
        };
        let roles = self.roles_of(&account);
        if let Some(role) = roles.iter().find(|r| r.name == name) {
            self.roles.insert(account.id.clone(), role.name.as_str().into());
            // What was known of access was about the role before.
            self.lost.remove(&account.id);
            if self.leases.get(&account.id).is_some_and(|lease| lease.role != name) {
                self.leases.remove(&account.id);
            }
            let here = |_, scope: &Scope| scope.account.as_ref() == Some(&account.id);
            let stopped = self.jobs.restart(here, effects);
            self.note_stopped(&stopped);
            self.wants_dirty = true;
            self.say(format!("{}: role {name}", account.name));
        } else {
            let names: Vec<&str> = roles.iter().map(|r| r.name.as_str()).collect();
            self.say(format!("no role {name} for {}; there are {}", account.name, names.join(", ")));
        }
    }
}
