//! The way out, tried on real sockets: private authorities, proxies, broken answers, throttling.

#![allow(clippy::disallowed_methods, reason = "the tests play the server")]

mod broken;
mod server;
mod throttled;
mod trusted;

use std::{sync::Arc, time::Duration};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_types::SdkConfig;
use jiff::Timestamp;

use super::{Remote, Session, Settings};
use crate::model::Region;

/// An answer to `GetCallerIdentity`.
const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/ada</Arn><UserId>AIDA</UserId>\
    <Account>111122223333</Account></GetCallerIdentityResult>\
    <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>";

fn session() -> Session {
    let credentials = Credentials::new("AKIDTEST", "secret", None, None, "test");
    Session::new(SharedCredentialsProvider::new(credentials), Region::from("eu-central-1"))
}

/// A way out with short time-outs, whose AWS clients talk to `endpoint`.
fn remote(endpoint: &str, settings: Settings) -> Remote {
    let clock = Arc::new(|| Timestamp::UNIX_EPOCH);
    let settings = Settings {
        connect_timeout: Duration::from_secs(2),
        read_timeout: Duration::from_millis(400),
        share: 1.0,
        ..settings
    };
    let remote = Remote::new(settings, clock).unwrap();
    remote.set_base(SdkConfig::builder().endpoint_url(endpoint).build());
    remote
}
