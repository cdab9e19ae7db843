//! Clients of the AWS services, made for one call or one loop over pages.
//!
//! A client costs 0.1 ms and 18 KB, and shares connections, limits and counts with all others, so that views simply
//! ask for one. Each starts from the configuration that `aws-config` loaded: endpoints of the environment and the
//! profile (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_<SERVICE>`, `services` sections), FIPS and dual-stack are honoured.

use std::{
    sync::{OnceLock, PoisonError},
    time::Duration,
};

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_organizations::config::{
    IdentityCache,
    retry::{RetryPartition, TokenBucket},
};
use aws_smithy_async::{
    rt::sleep::{SharedAsyncSleep, TokioSleep},
    time::{SharedTimeSource, SystemTimeSource},
};
use aws_smithy_runtime_api::client::{
    behavior_version::BehaviorVersion, stalled_stream_protection::StalledStreamProtectionConfig,
};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::SdkConfig;

use super::Remote;
use crate::model::{Partition, Region};

/// Attempts at one call before it counts as failed. Reads only: a mutation asks for one attempt itself.
const ATTEMPTS: u32 = 5;

/// Attempts at one call of the walk over the organisation, whose rates are so low (1 to 10 a second) and shared by so
/// many tools that being throttled is an ordinary day. With the back-off below they span about two minutes.
const ORGANIZATIONS_ATTEMPTS: u32 = 10;

/// Attempts at the first question of all. Whoever waits for the answer is told of a refused connection sooner, and asks
/// again.
const IDENTITY_ATTEMPTS: u32 = 3;

/// What a call is made with. `credentials` is asked once per attempt and nothing is cached in between: it answers
/// from memory and renews on its own (a vault), or is a fixed set.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who calls.
    pub credentials: SharedCredentialsProvider,
    /// Where.
    pub region: Region,
}

impl Session {
    /// A session of these credentials in this region.
    #[must_use]
    pub fn new(credentials: SharedCredentialsProvider, region: Region) -> Self {
        Self { credentials, region }
    }
}

/// The retry budget of the Organizations walk: without an end, since the limiter slows it down already. The SDK's own
/// (500 tokens, 5 a retry) would give up in the middle of a long throttling.
fn patient() -> RetryPartition {
    static PATIENT: OnceLock<RetryPartition> = OnceLock::new();
    PATIENT
        .get_or_init(|| RetryPartition::custom("organizations-walk").token_bucket(TokenBucket::unlimited()).build())
        .clone()
}

fn retry(attempts: u32) -> RetryConfig {
    RetryConfig::standard().with_max_attempts(attempts).with_max_backoff(Duration::from_secs(20))
}

impl Remote {
    /// The base configuration with the shared HTTP client, time-outs and retry of the console. Empty but for these
    /// until [`Remote::set_base`].
    #[must_use]
    pub fn base(&self) -> SdkConfig {
        let loaded = self.0.base.read().unwrap_or_else(PoisonError::into_inner).clone();
        loaded.unwrap_or_else(|| self.dress(SdkConfig::builder().build()))
    }

    /// Sets the configuration that AWS clients start from: as loaded by `aws-config`, with the environment, the
    /// profile and its endpoints. May be set again (another profile, a renewed environment).
    pub fn set_base(&self, loaded: SdkConfig) {
        let dressed = self.dress(loaded);
        *self.0.base.write().unwrap_or_else(PoisonError::into_inner) = Some(dressed);
    }

    fn dress(&self, loaded: SdkConfig) -> SdkConfig {
        // More attempts than ours may come from the environment (AWS_MAX_ATTEMPTS), fewer would fail a sweep.
        let attempts = loaded.retry_config().map_or(0, RetryConfig::max_attempts).max(ATTEMPTS);
        let behavior = loaded.behavior_version().unwrap_or_else(BehaviorVersion::latest);
        let times = TimeoutConfig::builder()
            .connect_timeout(self.0.settings.connect_timeout)
            .read_timeout(self.0.settings.read_timeout)
            .build();
        // Uploads are a few kilobytes; while one waits for its turn its body must not count as stalled.
        let stalls = StalledStreamProtectionConfig::enabled()
            .upload_enabled(false)
            .grace_period(self.0.settings.read_timeout)
            .build();
        loaded
            .into_builder()
            .behavior_version(behavior)
            .http_client(self.http())
            .retry_config(retry(attempts))
            .timeout_config(times)
            .stalled_stream_protection(stalls)
            .identity_cache(IdentityCache::no_cache())
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .time_source(SharedTimeSource::new(SystemTimeSource::new()))
            .build()
    }

    /// Elastic Container Service.
    #[must_use]
    pub fn ecs(&self, session: &Session) -> aws_sdk_ecs::Client {
        let config = aws_sdk_ecs::config::Builder::from(&self.base())
            .credentials_provider(session.credentials.clone())
            .region(aws_types::region::Region::new(session.region.as_str().to_owned()));
        aws_sdk_ecs::Client::from_conf(config.build())
    }

    /// `CloudWatch` Logs.
    #[must_use]
    pub fn logs(&self, session: &Session) -> aws_sdk_cloudwatchlogs::Client {
        let config = aws_sdk_cloudwatchlogs::config::Builder::from(&self.base())
            .credentials_provider(session.credentials.clone())
            .region(aws_types::region::Region::new(session.region.as_str().to_owned()));
        aws_sdk_cloudwatchlogs::Client::from_conf(config.build())
    }

    /// Security Token Service, at its regional endpoint.
    #[must_use]
    pub fn sts(&self, session: &Session) -> aws_sdk_sts::Client {
        let config = aws_sdk_sts::config::Builder::from(&self.base())
            .credentials_provider(session.credentials.clone())
            .region(aws_types::region::Region::new(session.region.as_str().to_owned()));
        aws_sdk_sts::Client::from_conf(config.build())
    }

    /// The same for learning who the caller is: 3 attempts, and [`super::Settings::identity_timeout`] for all of them.
    #[must_use]
    pub fn sts_identity(&self, session: &Session) -> aws_sdk_sts::Client {
        let base = self.base();
        let times = base.timeout_config().map_or_else(TimeoutConfig::builder, TimeoutConfig::to_builder);
        let config = aws_sdk_sts::config::Builder::from(&base)
            .credentials_provider(session.credentials.clone())
            .region(aws_types::region::Region::new(session.region.as_str().to_owned()))
            .timeout_config(times.operation_timeout(self.0.settings.identity_timeout).build())
            .retry_config(retry(IDENTITY_ATTEMPTS));
        aws_sdk_sts::Client::from_conf(config.build())
    }

    /// How long [`Remote::sts_identity`] waits for an answer.
    #[must_use]
    pub fn identity_timeout(&self) -> Duration {
        self.0.settings.identity_timeout
    }

    /// Account Management (which regions are enabled).
    #[must_use]
    pub fn account(&self, session: &Session) -> aws_sdk_account::Client {
        let config = aws_sdk_account::config::Builder::from(&self.base())
            .credentials_provider(session.credentials.clone())
            .region(aws_types::region::Region::new(session.region.as_str().to_owned()));
        aws_sdk_account::Client::from_conf(config.build())
    }

    /// AWS Organizations, at the endpoint of the session's partition. Throttling slows it and does not fail it:
    /// 10 attempts, each after a wait for its turn, without an end to the retry budget.
    #[must_use]
    pub fn organizations(&self, session: &Session) -> aws_sdk_organizations::Client {
        let config = aws_sdk_organizations::config::Builder::from(&self.base())
            .credentials_provider(session.credentials.clone())
            .region(aws_types::region::Region::new(Partition::home_of(&session.region).to_string()))
            .retry_config(retry(ORGANIZATIONS_ATTEMPTS))
            .retry_partition(patient());
        aws_sdk_organizations::Client::from_conf(config.build())
    }
}
