//! One service, asked again: for the views that hang on a row of this one.

use aws_sdk_ecs::{Client, types};

use super::{Ecs, Service, failure};
use crate::{
    model::{Fault, FaultKind},
    remote,
    view::{At, item},
};

/// The service that a scope hangs on.
///
/// # Errors
/// The scope hangs on none. `what` is the view that says so, in the plural.
pub(in crate::views::aws) fn parent(at: &At, what: &str) -> Result<Service, Fault> {
    let none = || Fault::new(FaultKind::Invalid, format!("{what} are read of one service, and none was given"));
    item::<Ecs>(at.parent.as_ref().ok_or_else(none)?).cloned().ok_or_else(none)
}

/// The service as it is now.
///
/// # Errors
/// What the call says, or that the service is gone ([`FaultKind::Missing`]).
pub(in crate::views::aws) async fn again(client: &Client, service: &Service) -> Result<types::Service, Fault> {
    let ask = client.describe_services().cluster(service.cluster_arn.as_ref()).services(&service.arn);
    let answer = ask.send().await.map_err(|e| remote::fault("ecs", "DescribeServices", &e))?;
    let call = "ecs:DescribeServices";
    if let Some(fault) = answer.failures().iter().find_map(|f| failure(call, f)) {
        return Err(fault);
    }
    let gone = || Fault::new(FaultKind::Missing, format!("service {} does not exist any more", service.name));
    answer.services.unwrap_or_default().into_iter().next().ok_or_else(|| gone().call(call))
}
