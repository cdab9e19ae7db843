//! Reads the deployments of one service.

use super::{Deployment, history, merge, read};
use crate::{
    cx::Cx,
    model::{Fault, FaultKind},
    view::{At, Out},
    views::aws::ecs::{Service, again, parent},
};

/// Reads the deployments of the service that the scope hangs on: the service itself, and its service deployments. Where
/// these are not to be had, what the service tells of its deployments is enough for the present ones.
///
/// # Errors
/// No access, a service that is gone, or no service at all.
pub(super) async fn read(cx: Cx, at: At, out: Out<Deployment>) -> Result<(), Fault> {
    let service = parent(&at, "deployments")?;
    let (all, fault) = all(&cx, &at, &service).await?;
    if let Some(fault) = fault {
        out.fault(fault).await;
    }
    out.page(all).await;
    Ok(())
}

/// The deployments of a service, and why earlier ones are missing, where that is a gap.
///
/// # Errors
/// No access, or a service that is gone.
pub(super) async fn all(cx: &Cx, at: &At, service: &Service) -> Result<(Vec<Deployment>, Option<Fault>), Fault> {
    let client = cx.remote.ecs(&at.session(cx).await?);
    let now = again(&client, service).await?;
    let mut gap = None;
    let mut all = read::shown(service, &now);
    match history::read(&client, service).await {
        Ok((deployments, definitions)) => {
            let full = deployments.iter().map(|d| read::full(service, d, &definitions)).collect();
            all = merge::merged(full, all);
        }
        Err(fault) => {
            for deployment in &mut all {
                deployment.note = note(&fault);
            }
            if !is_absent(&fault) {
                gap = Some(fault);
            }
        }
    }
    merge::mark(&mut all, !now.deployments().is_empty());
    Ok((all, gap))
}

/// Whether a fault says that the endpoint or the service knows no service deployments, so that asking again is of no
/// use: emulators of ECS, other controllers than ECS itself.
fn is_absent(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Service | FaultKind::Invalid | FaultKind::Unavailable)
}

fn note(fault: &Fault) -> String {
    format!("no service deployments, so that earlier deployments are not shown ({}: {fault})", fault.kind.word())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_endpoint_does_not_know_is_no_gap_but_what_is_refused_is() {
        let fault = |kind| Fault::new(kind, "no").call("ecs:ListServiceDeployments");
        for (kind, absent) in [
            (FaultKind::Service, true),
            (FaultKind::Invalid, true),
            (FaultKind::Unavailable, true),
            (FaultKind::Denied, false),
            (FaultKind::Throttled, false),
            (FaultKind::Network, false),
            (FaultKind::Expired, false),
        ] {
            assert_eq!(is_absent(&fault(kind)), absent, "{kind:?}");
        }
        assert!(note(&fault(FaultKind::Service)).ends_with("(failed: ecs:ListServiceDeployments: no)"));
    }
}
