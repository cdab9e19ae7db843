//! The vault: the only place where credentials live. It hands out sessions and leases, renews them, asks a person
//! where one has to answer, and remembers who said no.
//!
//! Whoever asks for a lease that is being fetched waits for that one fetch; whoever asks while a person has to answer
//! first gets a fault of kind [`FaultKind::Prompt`] or
//! [`FaultKind::Expired`] at once, so that nothing queues behind a prompt. The
//! fetch itself is a task of its own: dropping the one who waits cancels nothing. [`News`] tell when it pays to ask
//! again.

#![allow(clippy::disallowed_methods, reason = "a credential is fetched once for all who wait, whoever of them leaves")]

mod asks;
mod entry;
mod hops;
mod inner;
mod mfa;
mod obtain;
mod portal;
mod raise;
mod roles;
mod slot;
mod sweep;

#[cfg(test)]
pub(crate) mod tests;

use std::{fmt, sync::Arc};

use tokio::sync::mpsc;

pub use asks::AskId;
use inner::Inner;

use super::{
    awsfiles::{AwsFiles, Profile},
    caller::{Caller, Tried},
    grant,
    identity_center::SsoAccount,
    policy::PolicyError,
    secret::Current,
    why::{self, Why},
};
use crate::{
    config::{Config, Env, RoleSpec},
    model::{Account, AccountId, Ask, Fault, FaultKind, Lease, Region},
    remote::{Clock, Remote, Session},
};

/// What a vault is made with.
pub struct VaultOptions {
    /// The way out.
    pub remote: Remote,
    /// What the user wants: profile, roles.
    pub config: Arc<Config>,
    /// The environment at the start.
    pub env: Env,
    /// The actions that the registered views declare.
    pub actions: Vec<&'static str>,
    /// The actions that the verbs of the views declare, for elevations.
    pub verb_actions: Vec<&'static str>,
    /// The time of day.
    pub clock: Clock,
    /// Where news go.
    pub news: mpsc::UnboundedSender<News>,
    /// Whether there is a person to ask. Without one nothing is asked: what needs an answer fails and says so.
    pub interactive: bool,
}

/// What has changed. Comes through the channel of [`VaultOptions::news`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Access to an account exists, or was renewed.
    Lease(Lease),
    /// A role does not open an account, and why.
    Lost {
        /// The account.
        account: AccountId,
        /// The role's name; empty where AWS's usual ones were tried.
        role: String,
        /// Why.
        fault: Fault,
    },
    /// A person is asked. The same cause is asked once at a time.
    Ask(AskId, Ask),
    /// A question is settled, answered or not: what waited for it may ask again.
    Settled(AskId),
    /// What the caller's credentials, or their owner's name, are waited for, in few words: `sts.eu-central-1`.
    Waiting(String),
    /// There is no caller yet, and why.
    NoCaller(Fault),
    /// The caller is known, or was renewed.
    Caller(Caller),
}

/// What stands between the console and one account by one role: a row of the matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The account.
    pub account: AccountId,
    /// The role's name; empty for the caller's own credentials.
    pub role: String,
    /// The lease, while it serves.
    pub lease: Option<Lease>,
    /// Why the last attempt failed, if it did.
    pub fault: Option<Fault>,
}

/// The vault. Cheap to clone; all clones share what they hold.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// Makes a vault. Asks nothing and reads nothing yet.
    ///
    /// # Errors
    /// Where no session policy can be made of the declared actions: a bug of a view ([`PolicyError`]).
    pub fn new(options: VaultOptions) -> Result<Self, PolicyError> {
        Ok(Self(Arc::new(Inner::new(options)?)))
    }

    /// Who calls. Loads the chain of credential sources at the first use, after that from memory.
    ///
    /// # Errors
    /// [`FaultKind::NoCredentials`] where no source has any, or the one that is named cannot be used ([`Vault::tried`] says what each said),
    /// [`FaultKind::Expired`] where a person has to log in first, and what STS itself answers.
    pub async fn caller(&self) -> Result<Caller, Fault> {
        entry::caller(&self.0).await
    }

    /// Whether there was a caller before, from the source that is in use. As long as there was none, [`News::NoCaller`]
    /// tells of each attempt that failed, whoever made it.
    #[must_use]
    pub fn was_known(&self) -> bool {
        self.0.was_known()
    }

    /// The sources of credentials in their order and what each said, once [`Vault::caller`] was asked.
    #[must_use]
    pub fn tried(&self) -> Vec<Tried> {
        self.0.tried()
    }

    /// The profiles of the AWS files, read now. Resolves none of them.
    #[must_use]
    pub fn profiles(&self) -> Vec<Profile> {
        self.0.files().profiles()
    }

    /// The AWS files, read now, without secrets.
    #[must_use]
    pub fn files(&self) -> AwsFiles {
        self.0.files()
    }

    /// Takes the caller's credentials from this profile from now on, and forgets all leases.
    ///
    /// # Errors
    /// As [`Vault::caller`].
    pub async fn enter_profile(&self, name: &str) -> Result<Caller, Fault> {
        self.0.choose_profile(name);
        self.caller().await
    }

    /// A session with the caller's own credentials, such as for reading the organisation.
    ///
    /// # Errors
    /// As [`Vault::caller`].
    pub async fn caller_session(&self, region: &Region) -> Result<Session, Fault> {
        entry::caller_session(&self.0, region).await
    }

    /// A session in an account: by the role of this name, or by the account's default role. The caller's own account
    /// is entered with the caller's own credentials unless a role is named.
    ///
    /// # Errors
    /// Why there is no access; [`Vault::why`] explains it. Kinds `Prompt` and `Expired` mean that a person has to act
    /// first, and `Denied` is remembered for five minutes or until [`Vault::forget`].
    pub async fn session(&self, account: &Account, role: Option<&str>, region: &Region) -> Result<Session, Fault> {
        entry::session(&self.0, account, role, region).await
    }

    /// The lease behind [`Vault::session`].
    ///
    /// # Errors
    /// As [`Vault::session`].
    pub async fn lease(&self, account: &Account, role: Option<&str>) -> Result<Lease, Fault> {
        entry::lease(&self.0, account, role).await
    }

    /// Credentials of an account that read, for the guard, which lends them, and nobody else.
    ///
    /// # Errors
    /// As [`Vault::session`].
    pub(in crate::access) async fn lent(
        &self,
        account: &Account,
        role: Option<&str>,
    ) -> Result<(Lease, Current), Fault> {
        entry::lent(&self.0, account, role).await
    }

    /// The environment at the start.
    pub(in crate::access) fn env(&self) -> &Env {
        &self.0.env
    }

    /// The way out.
    pub(in crate::access) fn remote(&self) -> &Remote {
        &self.0.remote
    }

    /// Credentials of an account that may write, for the guard and nobody else.
    ///
    /// # Errors
    /// As [`Vault::session`].
    pub(in crate::access) async fn elevated(
        &self,
        account: &Arc<Account>,
        length: std::time::Duration,
    ) -> Result<(Lease, Current), Fault> {
        raise::elevated(&self.0, account, length).await
    }

    /// The caller's region, and whether anybody names it: where nobody does, one of its partition stands in.
    pub async fn region(&self) -> (Region, bool) {
        match self.caller().await {
            Ok(caller) => (caller.region, !caller.region_guessed),
            Err(_) => {
                let (region, guessed) = self.0.region(&self.0.settings(&Arc::new(self.0.files())));
                (region, !guessed)
            }
        }
    }

    /// A fault of a request in a region, as it came or, where the account's credentials are good elsewhere, as what it
    /// is: the fault of a region that does not exist or is not enabled.
    pub async fn judge(&self, account: &Account, role: Option<&str>, region: &Region, fault: Fault) -> Fault {
        entry::judge(&self.0, account, role, region, fault).await
    }

    /// Every lease that serves now.
    #[must_use]
    pub fn leases(&self) -> Vec<Lease> {
        self.standing().into_iter().filter_map(|s| s.lease).collect()
    }

    /// Account by account and role by role: usable, or why not. What was never asked for is not in it.
    #[must_use]
    pub fn standing(&self) -> Vec<Standing> {
        self.0.standing()
    }

    /// The roles to choose from in an account, the default first. Empty where the usual ones are probed.
    #[must_use]
    pub fn roles(&self, account: &Account) -> Vec<RoleSpec> {
        self.0.roles_for(account)
    }

    /// Forgets what was refused in an account (a manual refresh), so that the next use asks again. Leases stay.
    pub fn forget(&self, account: &AccountId) {
        self.0.forget(account);
    }

    /// Forgets every refusal, and which questions were left unanswered: the person asks for another try of everything.
    /// Leases stay.
    pub fn retry(&self) {
        self.0.retry();
    }

    /// Throws a lease away, as after an answer that its credentials were revoked or have ended. The next use fetches a
    /// new one.
    pub fn suspect(&self, account: &AccountId) {
        self.0.suspect(account);
    }

    /// Throws the caller's own credentials away, as after an answer that they were revoked or have ended. The next use
    /// asks their source anew.
    pub fn suspect_caller(&self) {
        self.0.suspect_caller();
    }

    /// Answers a question; `None` leaves it unanswered, and it is not asked again until [`Vault::retry`],
    /// [`Vault::forget`] or [`Vault::resume`].
    pub fn answer(&self, ask: AskId, answer: Option<String>) {
        self.0.answer(ask, answer);
    }

    /// Asks for a yes, each time anew. `false` where it is a no, and where there is nobody to ask.
    pub async fn agreed(&self, ask: &Ask) -> bool {
        self.0.asks.settle(|open| open == ask);
        match self.0.asks.want(ask) {
            Some(answer) => answer.await.is_ok(),
            None => false,
        }
    }

    /// The person has logged in again (`aws sso login` has ended well): reads the sources anew, settles the questions
    /// about them, and lets everything go on.
    pub fn resume(&self) {
        self.0.resume();
    }

    /// Why an account cannot be entered: what the fault proves and what else it may be, with check and cure.
    #[must_use]
    pub fn why(&self, account: &Account, role: Option<&str>, fault: &Fault) -> Why {
        let caller = self.0.known_caller();
        let spec = self.0.likely_spec(account, role);
        let known = why::Known { account, spec: Some(&spec), caller: caller.as_ref() };
        why::why(fault, &known)
    }

    /// The accounts that the person may enter by Identity Center, with the permission sets of each. `session` names an
    /// `sso-session`; without one it is the caller's own, or the only one that is configured.
    ///
    /// # Errors
    /// [`FaultKind::Unavailable`] where no session is configured, [`FaultKind::Expired`] where its login has ended.
    pub async fn sso_accounts(&self, session: Option<&str>) -> Result<Vec<SsoAccount>, Fault> {
        portal::accounts(&self.0, session).await
    }

    /// The policies of the roles that the configuration names, as text, for `qd iam-policy`: of each by which an account
    /// may be entered, as a template, else of AWS's usual one. Whoever assumes them is asked for; without credentials a
    /// placeholder stands there.
    ///
    /// `elevated` adds what the verbs do: the policies of the roles for elevations, where the configuration names some.
    /// `caller_actions` are those that are called as the caller, outside of any role.
    ///
    /// # Errors
    /// [`FaultKind::Invalid`] for an action that a view may not declare.
    pub async fn iam_policy(&self, caller_actions: &[&str], elevated: bool) -> Result<String, Fault> {
        let mut doors = Vec::new();
        for roles::Printed { spec, ids } in roles::printed(self.0.config(), elevated) {
            let assumer = entry::assumer(&self.0, &spec).await;
            doors.push(grant::Door { spec, ids, assumer: assumer.map(|c| c.arn).map_err(|fault| fault.message) });
        }
        let caller = self.caller().await;
        let whom = grant::For {
            caller: caller.as_ref().ok().map(|c| c.arn.as_str()),
            partition: caller.as_ref().map_or("aws", |c| c.partition.as_str()),
        };
        let verbs: &[&str] = if elevated { &self.0.verb_actions } else { &[] };
        let actions = grant::Actions { reads: self.0.actions(), caller: caller_actions, verbs };
        let parts = grant::policies(actions, &doors, whom);
        parts.map(|parts| grant::pretty(&parts)).map_err(|e| Fault::new(FaultKind::Invalid, e.to_string()))
    }

    /// The name that every session carries, once the caller is known.
    #[must_use]
    pub fn session_name(&self) -> Option<String> {
        self.0.known_caller().map(|c| c.session_name)
    }
}
