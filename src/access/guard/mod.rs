//! The one gate through which anything outside of the console is changed.
//!
//! One account at a time is elevated, for a reason and for a while ([`Guard::elevate`]); a [`Permit`] to do one thing
//! there is given only after a line in the audit log says that it is about to be done, and only by [`Guard::permit`].
//! What the vault hands out to views is used for reading only; but a session policy that says so is carried by the
//! sessions of assumed roles alone. The caller's own credentials, those of permission sets and of profiles, and those
//! of a role with `policy = "none"` may do what AWS lets them: [`Guard::lend`] gives them to a program only where
//! somebody said that this is meant.

mod loan;
mod permit;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;

pub use loan::{Errand, Loan};
pub use permit::{Order, Permit};

use super::{plugin, program::Program, secret::Current, stage::Stage, vault::Vault};
use crate::{
    config::Config,
    model::{
        Account, AccountId, Fault, FaultKind, Lease,
        audit::{Deed, Entry, Outcome},
    },
    remote::{Clock, Remote},
    store::Audit,
};

/// How long an elevation lasts where nothing else was said.
pub const USUAL: Duration = Duration::from_mins(15);

/// The longest elevation: what STS gives to a session by default.
pub const LONGEST: Duration = Duration::from_hours(1);

/// What somebody wants to be allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raise {
    /// The account.
    pub account: Arc<Account>,
    /// Why, in the person's own words. Not empty.
    pub reason: String,
    /// For how long; [`LONGEST`] at most.
    pub span: Duration,
}

/// One account with raised rights.
struct Elevation {
    lease: Lease,
    current: Current,
    reason: String,
    account_name: String,
    environment: String,
    until: Timestamp,
}

/// The gate. Cheap to clone; all clones share the one elevation.
#[derive(Clone)]
pub struct Guard(Arc<Inner>);

struct Inner {
    vault: Vault,
    config: Arc<Config>,
    audit: Audit,
    clock: Clock,
    stage: Stage,
    raised: Mutex<Option<Arc<Elevation>>>,
    /// The elevation that was given back last: what is still asked for under it is refused, and that is written.
    last: Mutex<Option<Arc<Elevation>>>,
    /// What was begun and has no line after yet, by the id of its line.
    open: Mutex<BTreeMap<String, Entry>>,
    /// Held while an elevation is under way: the next waits, and gives it back.
    turn: tokio::sync::Mutex<()>,
    numbers: AtomicU64,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard(…)")
    }
}

impl Guard {
    /// A closed gate.
    #[must_use]
    pub fn new(vault: Vault, config: Arc<Config>, audit: Audit, clock: Clock) -> Self {
        let numbers = AtomicU64::new(0);
        let (stage, raised) = (Stage::default(), Mutex::default());
        Self(Arc::new(Inner {
            vault,
            config,
            audit,
            clock,
            stage,
            raised,
            last: Mutex::default(),
            open: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            numbers,
        }))
    }

    /// The audit log.
    #[must_use]
    pub fn audit(&self) -> &Audit {
        &self.0.audit
    }

    /// The way to the person's terminal.
    #[must_use]
    pub fn stage(&self) -> &Stage {
        &self.0.stage
    }

    /// AWS's Session Manager plugin with these arguments.
    #[must_use]
    pub fn plugin(&self, arguments: Vec<OsString>) -> Program {
        plugin::program(arguments, self.0.vault.env())
    }

    /// The plugin's version.
    ///
    /// # Errors
    /// As [`plugin::version`].
    pub async fn plugin_version(&self) -> Result<String, Fault> {
        plugin::version(self.0.vault.env()).await
    }

    /// Raises the rights in one account; what was raised before is given back first. The lease ends by itself, and is
    /// never renewed.
    ///
    /// # Errors
    /// [`FaultKind::Denied`] where the configuration keeps the account read-only, [`FaultKind::Invalid`] without a
    /// reason, a fault where the audit log cannot be written, and whatever assuming the role says.
    pub async fn elevate(&self, raise: Raise) -> Result<Lease, Fault> {
        let account = &raise.account;
        let reason = raise.reason.trim();
        if reason.is_empty() {
            return Err(Fault::new(FaultKind::Invalid, "an elevation needs a reason").hint("say why, in a few words"));
        }
        if let Some(why) = kept_read_only(&self.0.config, account) {
            return Err(why);
        }
        let _turn = self.0.turn.lock().await;
        self.give_back("another elevation was asked for");
        let span = raise.span.min(LONGEST);
        let caller = self.0.vault.caller().await?;
        let mut entry = self.entry(account, Deed::Elevate, (&caller.arn, reason));
        entry.parameters = vec![format!("minutes={}", span.as_secs().div_ceil(60))];
        self.begin(&entry)?;
        let result = self.0.vault.elevated(account, span).await;
        let ended = match &result {
            Ok((lease, _)) => {
                (entry.role, entry.who) = (lease.role.clone(), lease.arn.clone());
                (Outcome::Done, lease.until.map(|until| format!("until {until:.0}")).unwrap_or_default())
            }
            Err(fault) => (Outcome::of(fault), fault.to_string()),
        };
        let written = self.close(entry, ended);
        let (mut lease, current) = result?;
        // Rights that the log does not know of are not used.
        written?;
        let end = self.now() + span;
        let until = lease.until.map_or(end, |until| until.min(end));
        lease.until = Some(until);
        let raised = Elevation {
            lease: lease.clone(),
            current,
            reason: reason.to_owned(),
            account_name: account.name.clone(),
            environment: self.0.config.environment(account).word().to_owned(),
            until,
        };
        *self.raised() = Some(Arc::new(raised));
        Ok(lease)
    }

    /// Gives the raised rights of this account back. Those of another one, that came meanwhile, stay.
    pub fn give_back_of(&self, account: &AccountId, why: &str) {
        if self.raised().as_ref().is_some_and(|raised| raised.lease.account == *account) {
            self.give_back(why);
        }
    }

    /// Gives the raised rights back, saying why in the log. Nothing where none are raised.
    pub fn give_back(&self, why: &str) {
        let Some(raised) = self.raised().take() else { return };
        let mut entry = self.blank(Deed::GiveBack);
        entry.account = raised.lease.account.to_string();
        entry.account_name.clone_from(&raised.account_name);
        entry.environment.clone_from(&raised.environment);
        entry.role.clone_from(&raised.lease.role);
        entry.who.clone_from(&raised.lease.arn);
        entry.reason.clone_from(&raised.reason);
        let why = if raised.until <= self.now() { "its time is over" } else { why };
        // The rights are gone whether or not the log takes the line.
        let _unwritten = self.end(entry, (Outcome::Done, why.to_owned()));
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(raised);
    }

    /// The raised rights, while they last.
    #[must_use]
    pub fn raised_lease(&self) -> Option<Lease> {
        self.serving().map(|raised| raised.lease.clone())
    }

    /// Allows one thing to be done, once, and writes the line before it.
    ///
    /// # Errors
    /// [`FaultKind::Denied`] where the account is not elevated (any more), and a fault where the log cannot be written.
    /// That the rights have ended is written into the log.
    pub fn permit(&self, account: &Account, order: Order) -> Result<Permit, Fault> {
        let raised = match self.allowed(account) {
            Ok(raised) => raised,
            Err(why) => {
                self.refuse(account, order, &why.to_string());
                return Err(why);
            }
        };
        let mut entry = self.entry(account, Deed::Verb, (&raised.lease.arn, &raised.reason));
        entry.role.clone_from(&raised.lease.role);
        order.write(&mut entry);
        self.begin(&entry)?;
        Ok(Permit::new(self.clone(), entry, raised.current.clone()))
    }

    fn allowed(&self, account: &Account) -> Result<Arc<Elevation>, Fault> {
        if let Some(why) = kept_read_only(&self.0.config, account) {
            return Err(why);
        }
        self.serving().filter(|raised| raised.lease.account == account.id).ok_or_else(|| {
            let message =
                format!("account {} ({}) is not elevated (any more): nothing was done", account.name, account.id);
            Fault::new(FaultKind::Denied, message).hint("E elevates the account of the row")
        })
    }

    /// Writes that something was asked for under an elevation, be it over by now, and not done, and why.
    pub fn refuse(&self, account: &Account, order: Order, why: &str) {
        let of = |raised: Option<Arc<Elevation>>| raised.filter(|raised| raised.lease.account == account.id);
        let last = || self.0.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let held = self.raised().clone();
        let Some(raised) = of(held).or_else(|| of(last())) else { return };
        let mut entry = self.entry(account, Deed::Verb, (&raised.lease.arn, &raised.reason));
        entry.role.clone_from(&raised.lease.role);
        order.write(&mut entry);
        let _unwritten = self.end(entry, (Outcome::Refused, why.to_owned()));
    }

    /// Writes of everything that was begun and has no end that its end is not known: the process ends now. What becomes of
    /// it after that is not written any more.
    pub fn abandon(&self, why: &str) {
        let open = std::mem::take(&mut *self.open());
        for entry in open.into_values() {
            // There is nobody left to tell; the line before stands in the log without an end.
            let _unwritten = self.end(entry, (Outcome::Unknown, why.to_owned()));
        }
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the line before.
    fn begin(&self, entry: &Entry) -> Result<(), Fault> {
        self.0.audit.add(entry)?;
        self.open().insert(entry.id.clone(), entry.clone());
        Ok(())
    }

    /// Writes the line after, unless [`Guard::abandon`] has written it.
    fn close(&self, entry: Entry, ended: (Outcome, String)) -> Result<(), Fault> {
        if self.open().remove(&entry.id).is_none() {
            return Ok(());
        }
        self.end(entry, ended)
    }

    fn remote(&self) -> &Remote {
        self.0.vault.remote()
    }

    fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    fn raised(&self) -> MutexGuard<'_, Option<Arc<Elevation>>> {
        self.0.raised.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The elevation, if its time is not over.
    fn serving(&self) -> Option<Arc<Elevation>> {
        let now = self.now();
        self.raised().clone().filter(|raised| raised.until > now)
    }

    fn entry(&self, account: &Account, deed: Deed, (who, reason): (&str, &str)) -> Entry {
        Entry {
            who: who.to_owned(),
            account: account.id.to_string(),
            account_name: account.name.clone(),
            environment: self.0.config.environment(account).word().to_owned(),
            reason: reason.to_owned(),
            ..self.blank(deed)
        }
    }

    fn blank(&self, deed: Deed) -> Entry {
        let at = self.now();
        let number = self.0.numbers.fetch_add(1, Ordering::Relaxed);
        let empty = String::new;
        Entry {
            at,
            id: format!("{}-{number}", at.as_microsecond()),
            deed,
            outcome: Outcome::Begun,
            who: empty(),
            account: empty(),
            account_name: empty(),
            environment: empty(),
            role: empty(),
            region: empty(),
            view: empty(),
            verb: empty(),
            api: empty(),
            target: empty(),
            parameters: Vec::new(),
            reason: empty(),
            answer: empty(),
        }
    }

    /// Writes a line that ends something.
    fn end(&self, mut entry: Entry, (outcome, answer): (Outcome, String)) -> Result<(), Fault> {
        (entry.at, entry.outcome, entry.answer) = (self.now(), outcome, answer);
        self.0.audit.add(&entry)
    }
}

/// Why the configuration never lets this account be changed from here, if it does not.
fn kept_read_only(config: &Config, account: &Account) -> Option<Fault> {
    config.is_read_only(account).then(|| {
        let message = format!("account {} ({}) is read-only by the configuration", account.name, account.id);
        Fault::new(FaultKind::Denied, message).hint("`read_only` is set in a [[where]] block that fits it")
    })
}
