//! What all clones of a vault share, and the small synchronous acts on it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use aws_config::sso::SsoTokenProvider;
use jiff::Timestamp;
use secrecy::SecretString;
use tokio::sync::mpsc;

use super::{
    News, Standing, VaultOptions,
    asks::{AskId, Asks},
    slot::{Slot, What},
    sweep::Brake,
};
use crate::{
    access::{
        awsfiles::AwsFiles,
        caller::{Caller, Tried},
        policy::{self, PolicyError},
        settings::Settings,
        sso_token::SsoSession,
    },
    config::{Config, Env, RoleSpec, implied},
    model::{Account, AccountId, Ask, Fault, FaultKind, Lease, Mode, Region, Source},
    remote::{Clock, Remote},
};

/// What a slot is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// The caller's own credentials.
    Caller,
    /// A profile that is a source.
    Profile(String),
    /// Long-term keys with an MFA code shown, by the device's serial number.
    Mfa(Box<Key>, String),
    /// An account by a role's name.
    Lease(AccountId, String),
}

/// What all clones share.
pub struct Inner {
    pub(super) remote: Remote,
    pub(super) config: Arc<Config>,
    pub(super) env: Env,
    pub(super) actions: Vec<&'static str>,
    pub(super) verb_actions: Vec<&'static str>,
    /// The session policy made of the actions.
    pub(super) session_policy: String,
    /// The session policy of an elevation: what the views read, and what their verbs do.
    pub(super) elevated_policy: String,
    pub(super) clock: Clock,
    pub(super) asks: Asks,
    news: mpsc::UnboundedSender<News>,
    slots: Mutex<BTreeMap<Key, Arc<Slot>>>,
    brakes: Mutex<HashMap<String, Arc<Brake>>>,
    /// AWS's usual role that was found, where none is configured. Held locked while it is looked for.
    pub(super) usual: tokio::sync::Mutex<Option<String>>,
    /// What reads and renews the token of each login of Identity Center.
    pub(super) tokens: tokio::sync::Mutex<HashMap<SsoSession, Arc<SsoTokenProvider>>>,
    /// Roles whose own maximum is shorter than what was asked for.
    pub(super) short: Mutex<HashSet<String>>,
    /// Set where STS does not know `GetSessionToken` (it is not AWS's own).
    pub(super) no_mfa_sessions: AtomicBool,
    /// A code that was typed for an operation that the endpoint does not know, with its device.
    pub(super) unused_code: Mutex<Option<(String, SecretString)>>,
    chosen: Mutex<Option<String>>,
    /// Counts the callers: what was fetched for one before is no news.
    pub(super) epoch: AtomicU64,
    tried: Mutex<Vec<Tried>>,
    /// Whether there was ever a caller from the source that is in use.
    was_known: AtomicBool,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    pub(super) fn new(options: VaultOptions) -> Result<Self, PolicyError> {
        let session_policy = policy::session_policy(&options.actions)?;
        let elevated_policy = policy::elevated_policy(&options.actions, &options.verb_actions)?;
        Ok(Self {
            asks: Asks::new(options.news.clone(), options.interactive),
            remote: options.remote,
            config: options.config,
            env: options.env,
            actions: options.actions,
            session_policy,
            elevated_policy,
            verb_actions: options.verb_actions,
            clock: options.clock,
            news: options.news,
            slots: Mutex::default(),
            brakes: Mutex::default(),
            usual: tokio::sync::Mutex::default(),
            tokens: tokio::sync::Mutex::default(),
            short: Mutex::default(),
            no_mfa_sessions: AtomicBool::new(false),
            unused_code: Mutex::default(),
            chosen: Mutex::default(),
            epoch: AtomicU64::new(0),
            tried: Mutex::default(),
            was_known: AtomicBool::new(false),
        })
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn actions(&self) -> &[&'static str] {
        &self.actions
    }

    pub(super) fn tell(&self, news: News) {
        // Nobody listens any more when the program ends.
        let _closed = self.news.send(news).is_err();
    }

    pub(super) fn files(&self) -> AwsFiles {
        AwsFiles::read(&self.env)
    }

    /// The profile that goes before keys in the environment: chosen on the start page, or by flag or file. The one of
    /// `AWS_PROFILE` does not.
    pub(super) fn demanded_profile(&self) -> Option<String> {
        let configured = self.config.profile.as_deref().filter(|p| self.env.get("AWS_PROFILE") != Some(*p));
        lock(&self.chosen).clone().or_else(|| configured.map(str::to_owned))
    }

    /// The profile whose settings hold: the chosen one, `AWS_PROFILE`, or the default.
    pub(super) fn profile(&self) -> Option<String> {
        self.demanded_profile().or_else(|| self.env.get("AWS_PROFILE").map(str::to_owned))
    }

    pub(super) fn settings(&self, files: &Arc<AwsFiles>) -> Settings {
        Settings::new(&self.env, files, self.profile().as_deref())
    }

    /// The caller's region: as the AWS configuration names it, else the first that is to be read. And whether it is a
    /// guess.
    pub(super) fn region(&self, settings: &Settings) -> (Region, bool) {
        match (settings.region(), self.config.regions.first()) {
            ((_, true), Some(first)) => (first.clone(), false),
            (named, _) => named,
        }
    }

    pub(super) fn tried(&self) -> Vec<Tried> {
        lock(&self.tried).clone()
    }

    pub(super) fn set_tried(&self, tried: Vec<Tried>) {
        *lock(&self.tried) = tried;
    }

    pub(super) fn slot(&self, key: &Key) -> Arc<Slot> {
        Arc::clone(lock(&self.slots).entry(key.clone()).or_insert_with(|| Arc::new(Slot::new())))
    }

    /// Whether a fetch into this slot is still about what the slot's name stands for.
    pub(super) fn holds(&self, key: &Key, slot: &Arc<Slot>) -> bool {
        lock(&self.slots).get(key).is_some_and(|now| Arc::ptr_eq(now, slot))
    }

    pub(super) fn was_known(&self) -> bool {
        self.was_known.load(Ordering::Acquire)
    }

    pub(super) fn brake(&self, role: &str) -> Arc<Brake> {
        Arc::clone(lock(&self.brakes).entry(role.to_owned()).or_default())
    }

    pub(super) fn choose_profile(&self, name: &str) {
        *lock(&self.chosen) = Some(name.to_owned());
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.was_known.store(false, Ordering::Release);
        lock(&self.slots).clear();
        lock(&self.brakes).clear();
        if let Ok(mut usual) = self.usual.try_lock() {
            *usual = None;
        }
        self.asks.settle(|_| true);
    }

    pub(super) fn known_caller(&self) -> Option<Caller> {
        let slot = lock(&self.slots).get(&Key::Caller).cloned()?;
        slot.now(self.now()).0?.caller().cloned()
    }

    pub(super) fn roles_for(&self, account: &Account) -> Vec<RoleSpec> {
        let partition = self.known_caller().map(|c| c.partition);
        let configured = match &partition {
            Some(partition) => self.config.roles_in(account, partition),
            None => self.config.roles_for(account),
        };
        if configured.is_empty() { implied(account) } else { configured }
    }

    /// The role that would be used, as far as that is known without asking anybody.
    pub(super) fn likely_spec(&self, account: &Account, role: Option<&str>) -> RoleSpec {
        let specs = self.roles_for(account);
        if let Some(spec) = specs.into_iter().find(|s| role.is_none_or(|name| s.name == name)) {
            return spec;
        }
        let partition = self.known_caller().map_or_else(|| "aws".to_owned(), |c| c.partition);
        let usual = self.usual.try_lock().ok().and_then(|u| u.clone());
        let name = role.map(str::to_owned).or(usual).unwrap_or_else(|| super::roles::USUAL[0].to_owned());
        super::roles::usual(&name).fill(&account.id, &partition)
    }

    pub(super) fn forget(&self, account: &AccountId) {
        for (key, slot) in lock(&self.slots).iter() {
            let own = matches!(key, Key::Lease(id, _) if id == account);
            if own || !matches!(key, Key::Lease(..)) {
                slot.forget();
            }
        }
        // A brake that has stopped a sweep is let go; one that is off stays off with the next success.
        lock(&self.brakes).clear();
        self.asks.allow_again();
    }

    /// Forgets every refusal, every stop, and which questions were left. What is held stays.
    pub(super) fn retry(&self) {
        self.begin_anew();
        for slot in lock(&self.slots).values() {
            slot.forget();
        }
        lock(&self.brakes).clear();
        self.asks.allow_again();
    }

    /// Waits no longer for a caller that has not come: who waits is told to ask again, and the next one who asks makes
    /// an attempt of its own. A question that a person is thinking about is no reason to ask another.
    fn begin_anew(&self) {
        let mut slots = lock(&self.slots);
        if slots.get(&Key::Caller).is_some_and(|slot| slot.is_hoped_for(self.now()))
            && let Some(slot) = slots.remove(&Key::Caller)
        {
            slot.give_up(Fault::new(FaultKind::Network, "waiting for the caller was broken off to try again"));
        }
    }

    pub(super) fn suspect(&self, account: &AccountId) {
        let now = self.now();
        let own = self.known_caller().is_some_and(|c| c.account == *account);
        for (key, slot) in lock(&self.slots).iter() {
            if matches!(key, Key::Lease(id, _) if id == account) || (own && *key == Key::Caller) {
                slot.complain(now);
            }
        }
    }

    pub(super) fn suspect_caller(&self) {
        let slot = lock(&self.slots).get(&Key::Caller).cloned();
        if let Some(slot) = slot {
            slot.complain(self.now());
        }
    }

    pub(super) fn answer(&self, id: AskId, answer: Option<String>) {
        self.asks.answer(id, answer);
    }

    pub(super) fn resume(&self) {
        for (key, slot) in lock(&self.slots).iter() {
            if !matches!(key, Key::Lease(..)) {
                slot.discard();
            }
            slot.forget();
        }
        // Held for moments only; should it be, the portal's refusal forgets the token anyway.
        if let Ok(mut tokens) = self.tokens.try_lock() {
            tokens.clear();
        }
        self.asks.settle(|ask| matches!(ask, Ask::SsoLogin { .. } | Ask::Renew { .. }));
        self.asks.allow_again();
    }

    pub(super) fn standing(&self) -> Vec<Standing> {
        let now = self.now();
        let slots: Vec<_> = lock(&self.slots).iter().map(|(k, s)| (k.clone(), Arc::clone(s))).collect();
        let stand = |(key, slot): (Key, Arc<Slot>)| {
            let (held, fault) = slot.now(now);
            match (key, held.as_ref().map(|h| &h.what)) {
                (Key::Caller, Some(What::Caller(caller))) => {
                    let lease = own_lease(caller);
                    Some(Standing { account: caller.account.clone(), role: String::new(), lease: Some(lease), fault })
                }
                (Key::Lease(account, role), what) => {
                    let lease = what.and_then(|w| if let What::Lease(l) = w { Some(l.clone()) } else { None });
                    let role = lease.as_ref().map(|l| l.role.clone()).or(Some(role).filter(|r| !r.is_empty()));
                    let role = role.unwrap_or_else(|| super::roles::USUAL[0].to_owned());
                    Some(Standing { account, role, lease, fault })
                }
                _ => None,
            }
        };
        slots.into_iter().filter_map(stand).collect()
    }

    /// What came of a fetch, told to the one who listens.
    pub(super) fn report(&self, key: &Key, result: &Result<Arc<super::slot::Held>, Fault>) {
        match (key, result) {
            (Key::Caller, Ok(held)) => {
                let Some(caller) = held.caller() else { return };
                self.was_known.store(true, Ordering::Release);
                self.tell(News::Caller(caller.clone()));
                self.tell(News::Lease(own_lease(caller)));
            }
            // A renewal that fails is told by those who need it; this is the first word of all.
            (Key::Caller, Err(fault)) if !self.was_known() => self.tell(News::NoCaller(fault.clone())),
            (_, Ok(held)) => {
                if let Some(lease) = held.lease() {
                    self.tell(News::Lease(lease.clone()));
                }
            }
            (Key::Lease(account, role), Err(fault)) => {
                let (account, role, fault) = (account.clone(), role.clone(), fault.clone());
                self.tell(News::Lost { account, role, fault });
            }
            (_, Err(_)) => {}
        }
    }
}

/// The lease of the caller's own account: the caller's own credentials, which no session policy can limit.
pub(super) fn own_lease(caller: &Caller) -> Lease {
    Lease {
        account: caller.account.clone(),
        role: String::new(),
        arn: caller.arn.clone(),
        mode: Mode::ReadOnlyByKeys,
        source: Source::Caller,
        until: caller.expires,
        renews: caller.renewable,
        chained: false,
    }
}
