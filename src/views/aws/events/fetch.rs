//! Reads the events of one service.

use aws_sdk_ecs::types::ServiceEvent;

use super::{Event, Kind, kind};
use crate::{
    cx::Cx,
    model::Fault,
    view::{At, Out},
    views::aws::ecs::{again, bare, moment, parent},
};

/// Reads the events of the service that the scope hangs on: the newest 100, which is what ECS keeps.
///
/// # Errors
/// No access, a service that is gone, or no service at all.
pub(super) async fn read(cx: Cx, at: At, out: Out<Event>) -> Result<(), Fault> {
    let service = parent(&at, "events")?;
    let client = cx.remote.ecs(&at.session(&cx).await?);
    let now = again(&client, &service).await?;
    out.page(now.events().iter().filter_map(event).collect()).await;
    Ok(())
}

/// One without a moment or a sentence tells nothing.
fn event(from: &ServiceEvent) -> Option<Event> {
    let (at, message) = (moment(from.created_at())?, from.message()?);
    let text = bare(message).to_owned();
    // An endpoint that gives no id gives no two events at the same moment with the same words either.
    let id = from.id().filter(|id| !id.is_empty()).map_or_else(|| format!("{at} {text}"), str::to_owned);
    Some(Event { id, at, kind: Kind::of(&text), count: kind::count(&text), text })
}
