//! Credentials that may write: fetched for one elevation, held by the guard alone, and in no slot of the vault, so that
//! nothing that reads can come by them.

use std::{sync::Arc, time::Duration};

use super::{
    Inner,
    entry::{Job, get},
    hops, obtain,
    slot::{Fresh, Slot, What},
};
use crate::{
    access::secret::Current,
    config::{How, Raising},
    model::{Account, Fault, FaultKind, Lease, Mode},
};

/// Credentials of an account for an elevation of this length. STS gives no session for less than 15 minutes: the guard
/// ends it sooner where less was asked for.
pub(super) async fn elevated(
    inner: &Arc<Inner>,
    account: &Arc<Account>,
    length: Duration,
) -> Result<(Lease, Current), Fault> {
    let state = &account.details.state;
    if !state.can_enter() {
        let message = format!("account {} ({}) is {}: it is not entered", account.name, account.id, state.word());
        return Err(Fault::new(FaultKind::Unavailable, message));
    }
    let caller = get(inner, Job::Caller).await;
    let partition = caller.as_ref().ok().and_then(|held| held.caller()).map_or("aws", |c| c.partition.as_str());
    let own = caller.as_ref().ok().and_then(|held| held.caller()).is_some_and(|c| c.account == account.id);
    let raising = inner.config.raising(account, own, partition);
    if let Some((why, next)) = raising.reads_only() {
        return Err(Fault::new(FaultKind::Invalid, why).hint(next));
    }
    if let (Ok(held), Raising::Own) = (&caller, &raising)
        && let Some(who) = held.caller()
    {
        let lease = Lease { mode: Mode::Elevated, renews: false, ..super::inner::own_lease(who) };
        return Ok((lease, Current::new(held.current.keys())));
    }
    let mut spec = match raising {
        Raising::Role(spec) => *spec,
        Raising::Own | Raising::Usual => inner.likely_spec(account, None),
    };
    let slot = Arc::new(Slot::new());
    let fresh = match &spec.how {
        How::Assume { arn } => {
            let arn = arn.clone();
            spec.duration = Some(length);
            hops::assumed(inner, &slot, account, &spec, (&arn, &inner.elevated_policy)).await?
        }
        How::PermissionSet { .. } | How::Profile { .. } => obtain::by_role(inner, &slot, account, &spec).await?,
    };
    let Fresh { keys, what: What::Lease(lease) } = fresh else {
        return Err(Fault::new(FaultKind::Service, "the elevated lease was lost"));
    };
    Ok((Lease { mode: Mode::Elevated, renews: false, ..lease }, Current::new(keys)))
}
