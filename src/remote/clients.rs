//! Clients of the services beside ECS: each starts from the same configuration, with the session's credentials and
//! region.

use super::{Remote, Session};

/// Writes a constructor for each service.
macro_rules! clients {
    ($($(#[$about:meta])* $name:ident: $sdk:ident)+) => {
        impl Remote {
            $(
                $(#[$about])*
                #[must_use]
                pub fn $name(&self, session: &Session) -> $sdk::Client {
                    let config = $sdk::config::Builder::from(&self.base())
                        .credentials_provider(session.credentials.clone())
                        .region(aws_types::region::Region::new(session.region.as_str().to_owned()));
                    $sdk::Client::from_conf(config.build())
                }
            )+
        }
    };
}

clients! {
    /// Elastic Load Balancing, version 2: application, network and gateway load balancers.
    elbv2: aws_sdk_elasticloadbalancingv2
    /// `EventBridge`: rules and their targets.
    eventbridge: aws_sdk_eventbridge
    /// `EventBridge` Scheduler.
    scheduler: aws_sdk_scheduler
    /// `CloudWatch` metrics. Each question is billed by the metrics that it asks for: nothing asks unless told to.
    cloudwatch: aws_sdk_cloudwatch
}
