//! Who may ask: the standing keys, the sessions that STS and the SSO portal gave out, and SSO access tokens.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::policy::{Policy, Request, Verdict, Who, together};
use super::rng::Seed;
use super::world::World;

/// What a caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// An IAM user with long-term keys.
    User {
        /// Its name.
        name: String,
    },
    /// A session of a role.
    Session {
        /// The path of the role: `/`, `/cicd/`.
        path: String,
        /// The name of the role, without its path.
        role: String,
        /// The role session name.
        session: String,
    },
    /// The holder of an Identity Center access token.
    Portal,
    /// Somebody without AWS credentials, who has yet to show a token of an identity provider.
    Nobody,
}

/// A caller whose key was recognised.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The access key id, or a mark for SSO tokens.
    pub key: String,
    /// The account it belongs to.
    pub account: String,
    /// What it is.
    pub principal: Principal,
    /// Milliseconds since 1970 after which it is refused.
    pub expires: Option<i64>,
    /// The session token that must come with the key.
    pub token: Option<String>,
    /// Whether an MFA code was shown for the session.
    pub mfa: bool,
    /// What its identity may do.
    pub grants: Policy,
    /// What its session policies leave of that; none is no limit.
    pub limits: Vec<Policy>,
}

/// Why a key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// No signature or token at all.
    Missing,
    /// A key, or a token beside it, that was never given out.
    Unknown,
    /// It was right once.
    Expired,
}

impl Caller {
    /// The ARN as `GetCallerIdentity` gives it.
    pub fn arn(&self) -> String {
        let account = &self.account;
        match &self.principal {
            Principal::User { name } => format!("arn:aws:iam::{account}:user/{name}"),
            Principal::Session { role, session, .. } => {
                format!("arn:aws:sts::{account}:assumed-role/{role}/{session}")
            }
            Principal::Portal => format!("arn:aws:sso:::{account}"),
            Principal::Nobody => "anonymous".to_owned(),
        }
    }

    /// `aws:PrincipalArn`: of a session the ARN of its role, with the path that the session's own ARN lacks.
    pub fn principal_arn(&self) -> String {
        match &self.principal {
            Principal::Session { path, role, .. } => format!("arn:aws:iam::{}:role{path}{role}", self.account),
            _ => self.arn(),
        }
    }

    /// The names by which a trust policy may mean it.
    pub fn who(&self) -> Who {
        Who::aws(&self.account, [self.arn(), self.principal_arn()])
    }

    /// Somebody without AWS credentials.
    pub fn nobody() -> Self {
        Self {
            key: String::new(),
            account: String::new(),
            principal: Principal::Nobody,
            expires: None,
            token: None,
            mfa: false,
            grants: Policy::allowing(&[]),
            limits: Vec::new(),
        }
    }

    /// The name for the ledger: role, user or `sso`.
    pub fn role(&self) -> &str {
        match &self.principal {
            Principal::User { name } => name,
            Principal::Session { role, .. } => role,
            Principal::Portal => "sso",
            Principal::Nobody => "",
        }
    }

    /// Whether it is a role's session, from which a further role may be held for one hour only.
    pub const fn chained(&self) -> bool {
        matches!(self.principal, Principal::Session { .. })
    }

    /// Refuses a request with AWS's sentence about the policy that stands in the way. `laws` are the policies that were
    /// put in the place of its own.
    pub fn may(&self, request: &Request<'_>, laws: Option<&[Policy]>) -> Result<(), String> {
        let Request { action, resource, .. } = request;
        let refuse = |why: String| {
            let arn = self.arn();
            Err(format!("User: {arn} is not authorized to perform: {action} on resource: {resource} {why}"))
        };
        match together(laws.unwrap_or(std::slice::from_ref(&self.grants)), request) {
            Verdict::Allowed => {}
            Verdict::Silent => {
                return refuse(format!("because no identity-based policy allows the {action} action"));
            }
            Verdict::Denied => return refuse("with an explicit deny in an identity-based policy".to_owned()),
        }
        if self.limits.is_empty() {
            return Ok(());
        }
        match together(&self.limits, request) {
            Verdict::Allowed => Ok(()),
            Verdict::Silent => refuse(format!("because no session policy allows the {action} action")),
            Verdict::Denied => refuse("with an explicit deny in a session policy".to_owned()),
        }
    }
}

/// Credentials as they are handed to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The access key id.
    pub id: String,
    /// The secret; the fleet checks no signatures.
    pub secret: String,
    /// The session token of temporary keys.
    pub token: Option<String>,
    /// When they end, in milliseconds since 1970.
    pub expires: Option<i64>,
}

/// All callers that the fleet knows.
#[derive(Debug)]
pub struct Keyring {
    seed: Seed,
    issued: AtomicU64,
    known: Mutex<HashMap<String, Arc<Caller>>>,
    portal: Arc<Caller>,
    portal_expires: Mutex<Option<i64>>,
}

/// For how long the end of a session is remembered, in milliseconds, reckoned from the end of a new one: longer than any
/// session lives.
const KEPT: i64 = 13 * 3_600 * 1_000;

/// The name of the standing user of each account.
pub const USER: &str = "officer";

impl Keyring {
    /// The keyring of a world: an administrator in the management account, and nobody else so far.
    pub fn new(world: &World) -> Self {
        let seed = world.seed.word("keys");
        let portal = Caller {
            key: "sso".to_owned(),
            account: world.management().to_owned(),
            principal: Principal::Portal,
            expires: None,
            token: Some(format!("sso-{}", seed.word("portal").key(40))),
            mfa: false,
            grants: Policy::allowing(&["*"]),
            limits: Vec::new(),
        };
        Self {
            seed,
            issued: AtomicU64::new(0),
            known: Mutex::new(HashMap::new()),
            portal: Arc::new(portal),
            portal_expires: Mutex::new(None),
        }
    }

    /// The long-term keys of the user `officer` of an account, the same for each seed.
    pub fn standing(&self, account: &str) -> Keys {
        let seed = self.seed.word(account);
        let id = format!("AKIA{}", seed.word("id").key(16));
        let caller = Caller {
            key: id.clone(),
            account: account.to_owned(),
            principal: Principal::User { name: USER.to_owned() },
            expires: None,
            token: None,
            mfa: false,
            grants: Policy::allowing(&["*"]),
            limits: Vec::new(),
        };
        self.learn(caller);
        Keys { id, secret: seed.word("secret").hex(40), token: None, expires: None }
    }

    /// Keys of a new session; the caller's `key` and `token` are made here.
    pub fn issue(&self, mut caller: Caller) -> Keys {
        let number = self.issued.fetch_add(1, Ordering::Relaxed);
        let seed = self.seed.word("session").num(number.cast_signed());
        let token = format!("IQoJ{}", seed.word("token").text(TOKEN, 320));
        caller.key = format!("ASIA{}", seed.word("id").key(16));
        caller.token = Some(token.clone());
        let (id, expires) = (caller.key.clone(), caller.expires);
        if let Some(expires) = expires {
            self.forget(expires - KEPT);
        }
        self.learn(caller);
        Keys { id, secret: seed.word("secret").hex(40), token: Some(token), expires }
    }

    /// Forgets the sessions that ended before a moment: a fleet that runs for days must not know all that ever were.
    fn forget(&self, before: i64) {
        self.with(|known| {
            if known.len() >= known.capacity() {
                known.retain(|_, caller| caller.expires.is_none_or(|end| end > before));
            }
        });
    }

    fn learn(&self, caller: Caller) {
        self.with(|known| known.insert(caller.key.clone(), Arc::new(caller)));
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<String, Arc<Caller>>) -> T) -> T {
        act(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The caller of an access key and the session token beside it.
    pub fn recognise(&self, key: &str, token: &str, now: i64) -> Result<Arc<Caller>, KeyFault> {
        let caller = self.with(|known| known.get(key).cloned()).ok_or(KeyFault::Unknown)?;
        if caller.token.as_deref().unwrap_or_default() != token {
            return Err(KeyFault::Unknown);
        }
        if caller.expires.is_some_and(|expires| expires <= now) {
            return Err(KeyFault::Expired);
        }
        Ok(caller)
    }

    /// The holder of an SSO access token. An expired one is refused in the same words as a wrong one, as AWS does.
    pub fn portal(&self, token: &str, now: i64) -> Result<Arc<Caller>, KeyFault> {
        let expires = *self.portal_expires.lock().unwrap_or_else(PoisonError::into_inner);
        if self.portal.token.as_deref() != Some(token) {
            return Err(KeyFault::Unknown);
        }
        if expires.is_some_and(|expires| expires <= now) {
            return Err(KeyFault::Expired);
        }
        Ok(Arc::clone(&self.portal))
    }

    /// The SSO access token that the portal takes.
    pub fn portal_token(&self) -> String {
        self.portal.token.clone().unwrap_or_default()
    }

    /// Ends the SSO session at a moment; `None` lets it live again.
    pub fn end_portal(&self, at: Option<i64>) {
        *self.portal_expires.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    /// Ends the sessions given out so far that are picked; how many that were.
    pub fn end_sessions(&self, at: i64, which: impl Fn(&Caller) -> bool) -> usize {
        self.with(|known| {
            let ends = |caller: &Caller| caller.token.is_some() && caller.expires.is_none_or(|end| end > at);
            let sessions = known.values_mut().filter(|caller| ends(caller) && which(caller));
            sessions.map(|caller| *caller = Arc::new(Caller { expires: Some(at), ..Caller::clone(caller) })).count()
        })
    }
}

/// Session tokens are base64 text.
const TOKEN: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_that_ended_long_ago_are_forgotten_and_those_of_today_are_known_as_expired() {
        let keyring = Keyring::new(&World::new(1, 31, 0));
        let hour = 3_600 * 1_000;
        let session = |end: i64| Caller {
            key: String::new(),
            account: "111111111111".to_owned(),
            principal: Principal::User { name: USER.to_owned() },
            expires: Some(end),
            token: None,
            mfa: false,
            grants: Policy::allowing(&["*"]),
            limits: Vec::new(),
        };
        let issued: Vec<Keys> = (1..=2_000).map(|n| keyring.issue(session(n * hour / 10))).collect();
        let known = keyring.with(|known| known.len());
        assert!(known < 1_000, "{known} sessions of 200 hours are known, at most those of the last day are needed");
        let now = 201 * hour;
        let said = |keys: &Keys| keyring.recognise(&keys.id, keys.token.as_deref().unwrap(), now).unwrap_err();
        assert_eq!(said(&issued[1_999]), KeyFault::Expired);
        assert_eq!(said(&issued[0]), KeyFault::Unknown);
    }
}
