//! Roles assumed one from the other: for an account by its configured role, and for a profile on its way.

use std::{sync::Arc, time::Duration};

use super::{
    Inner,
    entry::{Job, get},
    inner::lock,
    mfa,
    obtain::again,
    slot::{Fresh, Held, Slot, What},
};
use crate::{
    access::{
        arn,
        assume::{self, Hop, Identity, Limit},
        caller::Caller,
        chain::Role,
        policy,
        secret::Keys,
        span,
    },
    config::{RoleSpec, SessionPolicy},
    model::{Account, Fault, FaultKind, Lease, Mode, Region, Source},
};

/// What all hops of one climb share.
struct Climb<'a> {
    inner: &'a Inner,
    slot: &'a Slot,
    region: &'a Region,
}

/// One hop of it.
struct Step<'a> {
    arn: &'a str,
    session_name: &'a str,
    external_id: Option<&'a str>,
    duration: Option<Duration>,
    limit: Limit,
    /// The device whose code has to come along.
    serial: Option<&'a str>,
    /// Whether it is assumed from a role.
    chained: bool,
}

impl Climb<'_> {
    async fn take(&self, keys: &Keys, step: &Step<'_>) -> Result<(Keys, Identity), Fault> {
        let name = arn::role_name(step.arn).unwrap_or(step.arn);
        let short = step.chained || lock(&self.inner.short).contains(name);
        let duration = span::ask(step.duration, short);
        match self.once(keys, step, duration).await {
            // The role's own maximum is shorter than the configuration hopes, or the caller is a role after all.
            Err(fault) if assume::too_long(&fault) && duration > span::CHAINED => {
                lock(&self.inner.short).insert(name.to_owned());
                self.once(keys, step, span::CHAINED).await
            }
            other => other,
        }
    }

    async fn once(&self, keys: &Keys, step: &Step<'_>, duration: Duration) -> Result<(Keys, Identity), Fault> {
        let Step { arn, session_name, external_id, serial, .. } = *step;
        mfa::with_code(self.inner, self.slot, serial, |code| async move {
            let mfa = serial.zip(code.as_ref());
            let limit = step.limit.clone();
            let hop = Hop { arn, session_name, external_id, duration, limit, mfa };
            assume::hop(&self.inner.remote, self.region, keys, &hop).await
        })
        .await
    }
}

/// Where the climb to an account starts.
struct Base {
    job: Job,
    held: Arc<Held>,
    caller: Caller,
    /// The device whose code has to come with the first hop.
    serial: Option<String>,
}

async fn base(inner: &Arc<Inner>, spec: &RoleSpec) -> Result<Base, Fault> {
    let job = spec.source_profile.clone().map_or(Job::Caller, Job::Profile);
    let held = get(inner, job.clone()).await?;
    let lost = || Fault::new(FaultKind::Service, "the caller's identity was lost");
    let caller = held.caller().cloned().ok_or_else(lost)?;
    let Some(serial) = spec.mfa_serial.clone() else { return Ok(Base { job, held, caller, serial: None }) };
    if !mfa::exchanges(inner, !held.current.keys().has_token()) {
        return Ok(Base { job, held, caller, serial: Some(serial) });
    }
    let shown = Job::Mfa(Box::new(job.clone()), serial.clone());
    match get(inner, shown.clone()).await {
        Ok(held) => Ok(Base { job: shown, held, caller, serial: None }),
        Err(fault) if mfa::unknown(&fault) => Ok(Base { job, held, caller, serial: Some(serial) }),
        Err(fault) => Err(fault),
    }
}

/// A lease of an account by `sts:AssumeRole`, over the hops of its chain, by a role that is limited by this inline
/// policy where its own configuration names no other limit.
pub(super) async fn assumed(
    inner: &Arc<Inner>,
    slot: &Arc<Slot>,
    account: &Account,
    spec: &RoleSpec,
    (role, own_policy): (&str, &str),
) -> Result<Fresh, Fault> {
    if let Some(named) = arn::account(role).filter(|named| *named != account.id) {
        let message = format!("role {} is configured as {role}, which is in account {named}", spec.name);
        return Err(Fault::new(FaultKind::Invalid, message).hint("write {account} in the role's ARN"));
    }
    let mut base = base(inner, spec).await?;
    let pass = inner.brake(&spec.name).enter().await?;
    let mut result = climb(inner, slot, spec, (role, own_policy), &base).await;
    if let Err(fault) = &result
        && fault.kind == FaultKind::Expired
    {
        base.held = again(inner, &base.job, &base.held, fault.clone()).await?;
        result = climb(inner, slot, spec, (role, own_policy), &base).await;
    }
    let (keys, who) = match result {
        Ok(done) => {
            pass.opened();
            done
        }
        Err(fault) => {
            pass.refused(&fault);
            return Err(fault);
        }
    };
    assume::same_account(&who, &account.id, role)?;
    let lease = Lease {
        account: account.id.clone(),
        role: spec.name.clone(),
        arn: who.arn,
        mode: if spec.policy.only_reads() { Mode::ReadOnly } else { Mode::ReadOnlyByKeys },
        source: Source::AssumeRole,
        until: keys.until(),
        renews: base.caller.renewable,
        chained: base.caller.is_role_session || !spec.chain.is_empty(),
    };
    Ok(Fresh { keys, what: What::Lease(lease) })
}

async fn climb(
    inner: &Inner,
    slot: &Slot,
    spec: &RoleSpec,
    (role, own_policy): (&str, &str),
    base: &Base,
) -> Result<(Keys, Identity), Fault> {
    let climb = Climb { inner, slot, region: &base.caller.region };
    let hops: Vec<&str> = spec.chain.iter().map(String::as_str).chain([role]).collect();
    let mut keys = base.held.current.keys();
    let mut reached = None;
    for (n, hop) in hops.iter().enumerate() {
        let limit = match hops.get(n + 1) {
            Some(next) => Limit::Inline(policy::hop_policy(next)),
            None => match &spec.policy {
                SessionPolicy::Views => Limit::Inline(own_policy.to_owned()),
                SessionPolicy::Managed(arn) => Limit::Managed(arn.clone()),
                SessionPolicy::None => Limit::None,
            },
        };
        let last = n + 1 == hops.len();
        let step = Step {
            arn: hop,
            session_name: &base.caller.session_name,
            external_id: spec.external_id.as_deref().filter(|_| last),
            duration: spec.duration.filter(|_| last),
            limit,
            serial: base.serial.as_deref().filter(|_| n == 0),
            chained: n > 0 || base.caller.is_role_session,
        };
        let (next, who) = climb.take(&keys, &step).await?;
        keys = next;
        reached = Some(who);
    }
    reached.map(|who| (keys, who)).ok_or_else(|| Fault::new(FaultKind::Invalid, "no role to assume"))
}

/// The roles on the way of a profile, which limits them in no way but its own. `from` is the profile where the way
/// starts, if that is another one: its MFA session serves every profile that starts there.
pub(super) async fn profile(
    inner: &Arc<Inner>,
    slot: &Arc<Slot>,
    region: &Region,
    mut keys: Keys,
    (from, roles): (Option<&str>, &[Role]),
) -> Result<Keys, Fault> {
    let Some(first) = roles.first() else { return Ok(keys) };
    let start = assume::identify_caller(&inner.remote, region, &keys).await?;
    let of_role = arn::Arn::parse(&start.arn).is_some_and(|a| a.is_role_session());
    let name = arn::session_name(&start.arn);
    let mut serial = first.mfa_serial.as_deref();
    if let (Some(from), Some(device)) = (from, serial)
        && mfa::exchanges(inner, !keys.has_token())
    {
        match get(inner, Job::Mfa(Box::new(Job::Profile(from.to_owned())), device.to_owned())).await {
            Ok(held) => (keys, serial) = (held.current.keys(), None),
            Err(fault) if mfa::unknown(&fault) => {}
            Err(fault) => return Err(fault),
        }
    }
    let climb = Climb { inner, slot, region };
    for (n, role) in roles.iter().enumerate() {
        let next = roles.get(n + 1);
        let step = Step {
            arn: &role.arn,
            session_name: role.session_name.as_deref().unwrap_or(&name),
            external_id: role.external_id.as_deref(),
            duration: role.duration,
            limit: next.map_or(Limit::None, |next| Limit::Inline(policy::hop_policy(&next.arn))),
            serial: serial.filter(|_| n == 0),
            chained: n > 0 || of_role,
        };
        keys = climb.take(&keys, &step).await?.0;
    }
    Ok(keys)
}
