//! The ways into the vault: each finds its slot, and waits there or starts the fetch.

use std::sync::{Arc, atomic::Ordering};

use futures::future::BoxFuture;

use super::{
    Inner,
    inner::{Key, own_lease},
    obtain, roles,
    slot::{Held, Slot, Step},
};
use crate::{
    access::{caller::Caller, region, secret::Current},
    config::{How, RoleSpec},
    model::{Account, Fault, FaultKind, Lease, Region},
    remote::Session,
};

/// What a fetch needs to know beyond its key.
#[derive(Clone, Debug)]
pub(super) enum Job {
    /// The caller's own credentials.
    Caller,
    /// A profile that is a source.
    Profile(String),
    /// The keys of another slot with an MFA code shown.
    Mfa(Box<Job>, String),
    /// An account, by a role or by one of the usual ones.
    Lease(Arc<Account>, Option<Arc<RoleSpec>>),
}

impl Job {
    pub(super) fn key(&self) -> Key {
        match self {
            Self::Caller => Key::Caller,
            Self::Profile(name) => Key::Profile(name.clone()),
            Self::Mfa(from, serial) => Key::Mfa(Box::new(from.key()), serial.clone()),
            Self::Lease(account, spec) => {
                let role = spec.as_ref().map_or(roles::UNKNOWN, |s| s.name.as_str());
                Key::Lease(account.id.clone(), role.to_owned())
            }
        }
    }
}

/// What a slot holds, fetched where it is not there. One fetch at a time for each slot.
pub(super) async fn get(inner: &Arc<Inner>, job: Job) -> Result<Arc<Held>, Fault> {
    let slot = inner.slot(&job.key());
    let mut watch = slot.watch();
    let entered = slot.done();
    loop {
        match slot.step(inner.now(), entered) {
            Step::Serve(held) => return Ok(held),
            Step::ServeAndFetch(held) => {
                start(inner, job, &slot);
                return Ok(held);
            }
            Step::Refuse(fault) => return Err(fault),
            Step::Fetch => start(inner, job.clone(), &slot),
            Step::Wait => {}
        }
        watch.changed().await;
    }
}

/// Starts the fetch as a task of its own, so that nobody who stops waiting stops it.
fn start(inner: &Arc<Inner>, job: Job, slot: &Arc<Slot>) {
    let (inner, slot) = (Arc::clone(inner), Arc::clone(slot));
    let fetch: BoxFuture<'static, ()> = Box::pin(async move {
        let fetching = slot.begin();
        let epoch = inner.epoch.load(Ordering::Acquire);
        let result = obtain::obtain(&inner, &job, &slot).await;
        let key = job.key();
        let seed = format!("{key:?}");
        let result = slot.finish(result, inner.now(), &seed);
        drop(fetching);
        if epoch == inner.epoch.load(Ordering::Acquire) && inner.holds(&key, &slot) {
            inner.report(&key, &result);
        }
    });
    // The handle is of no use: the slot tells the end.
    drop(tokio::spawn(fetch));
}

/// The caller.
pub(super) async fn caller(inner: &Arc<Inner>) -> Result<Caller, Fault> {
    let held = get(inner, Job::Caller).await?;
    held.caller().cloned().ok_or_else(|| Fault::new(FaultKind::Service, "the caller's identity was lost"))
}

/// Who assumes a role, or the first of its chain: the caller, or the profile that the role names.
pub(super) async fn assumer(inner: &Arc<Inner>, spec: &RoleSpec) -> Result<Caller, Fault> {
    let job = spec.source_profile.clone().map_or(Job::Caller, Job::Profile);
    let held = get(inner, job).await?;
    held.caller().cloned().ok_or_else(|| Fault::new(FaultKind::Service, "the caller's identity was lost"))
}

/// A session with the caller's own credentials.
pub(super) async fn caller_session(inner: &Arc<Inner>, region: &Region) -> Result<Session, Fault> {
    let held = get(inner, Job::Caller).await?;
    Ok(session_of(&held.current, region))
}

fn session_of(current: &Current, region: &Region) -> Session {
    Session::new(current.shared(), region.clone())
}

/// A session in an account.
pub(super) async fn session(
    inner: &Arc<Inner>,
    account: &Account,
    role: Option<&str>,
    region: &Region,
) -> Result<Session, Fault> {
    let (held, _) = enter(inner, account, role).await?;
    Ok(session_of(&held.current, region))
}

/// Whether a fault is the region's.
pub(super) async fn judge(
    inner: &Arc<Inner>,
    account: &Account,
    role: Option<&str>,
    at: &Region,
    fault: Fault,
) -> Fault {
    if !region::suspicious(&fault) {
        return fault;
    }
    let (Ok((held, _)), Some(caller)) = (enter(inner, account, role).await, inner.known_caller()) else { return fault };
    region::judge(&inner.remote, &held.current.keys(), (at, &caller.region), fault).await
}

/// The lease of an account.
pub(super) async fn lease(inner: &Arc<Inner>, account: &Account, role: Option<&str>) -> Result<Lease, Fault> {
    Ok(enter(inner, account, role).await?.1)
}

/// Credentials of an account and their lease.
pub(super) async fn lent(inner: &Arc<Inner>, account: &Account, role: Option<&str>) -> Result<(Lease, Current), Fault> {
    let (held, lease) = enter(inner, account, role).await?;
    Ok((lease, held.current.clone()))
}

async fn enter(inner: &Arc<Inner>, account: &Account, role: Option<&str>) -> Result<(Arc<Held>, Lease), Fault> {
    let state = &account.details.state;
    if !state.can_enter() {
        let message = format!("account {} ({}) is {}: it is not entered", account.name, account.id, state.word());
        return Err(Fault::new(FaultKind::Unavailable, message));
    }
    // Known callers only matter where nobody named a role, or where the role is assumed by the caller.
    let known = get(inner, Job::Caller).await;
    let own = known.as_ref().ok().and_then(|h| h.caller()).is_some_and(|c| c.account == account.id);
    if let (Ok(held), true, None) = (&known, own, role)
        && let Some(caller) = held.caller()
    {
        return Ok((Arc::clone(held), own_lease(caller)));
    }
    let spec = pick(inner, account, role)?;
    let by_caller = spec.as_ref().is_none_or(|s| matches!(s.how, How::Assume { .. }) && s.source_profile.is_none());
    if by_caller {
        known?;
    }
    let held = get(inner, Job::Lease(Arc::new(account.clone()), spec.map(Arc::new))).await?;
    let lease = held.lease().cloned();
    lease.map(|lease| (held, lease)).ok_or_else(|| Fault::new(FaultKind::Service, "the lease was lost"))
}

/// The role by its name, or the default one; `None` where the usual ones are to be probed.
fn pick(inner: &Inner, account: &Account, role: Option<&str>) -> Result<Option<RoleSpec>, Fault> {
    let specs = inner.roles_for(account);
    let Some(name) = role else { return Ok(specs.into_iter().next()) };
    if let Some(spec) = specs.iter().find(|s| s.name == name) {
        return Ok(Some(spec.clone()));
    }
    if specs.is_empty() && roles::USUAL.contains(&name) {
        return Ok(Some(inner.likely_spec(account, role)));
    }
    let names: Vec<_> = specs.iter().map(|s| s.name.as_str()).collect();
    let message = format!("account {} ({}) has no role named {name} in the configuration", account.name, account.id);
    Err(Fault::new(FaultKind::Invalid, message).hint(format!("its roles are: {}", names.join(", "))))
}
