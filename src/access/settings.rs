//! What AWS clients start from, made of the environment and the profile as the SDKs read them: endpoints, FIPS,
//! dual-stack, retries; and the region.
//!
//! Made of the snapshot of the environment and not by `aws-config`'s loader, which reads the process's own: the demo
//! must not see the user's.

use std::sync::Arc;

use aws_smithy_types::retry::RetryConfig;
use aws_types::{
    SdkConfig,
    service_config::{LoadServiceConfig, ServiceConfigKey},
};

use super::awsfiles::{AwsFiles, Section};
use crate::{
    config::{Env, Origin},
    model::{Partition, Region},
    remote::Remote,
};

/// The settings of the chosen profile and the environment over it.
#[derive(Clone, Debug)]
pub struct Settings {
    env: Env,
    files: Arc<AwsFiles>,
    profile: String,
}

impl Settings {
    /// The settings of `profile`, or of the default one.
    #[must_use]
    pub fn new(env: &Env, files: &Arc<AwsFiles>, profile: Option<&str>) -> Self {
        Self { env: env.clone(), files: Arc::clone(files), profile: profile.unwrap_or("default").to_owned() }
    }

    /// A setting: from the variable, else from the profile's key.
    fn get(&self, variable: &str, key: &str) -> Option<&str> {
        let section = self.files.profile(&self.profile);
        let from_file = || section.and_then(|s: &Section| s.get(key)).map(String::as_str).filter(|v| !v.is_empty());
        self.env.get(variable).or_else(from_file)
    }

    fn yes(&self, variable: &str, key: &str) -> bool {
        self.get(variable, key).is_some_and(|v| v.eq_ignore_ascii_case("true"))
    }

    /// The region, and whether it is a guess since nobody names one.
    #[must_use]
    pub fn region(&self) -> (Region, bool) {
        let (region, origin) = self.region_from();
        (region, origin == Origin::Default)
    }

    /// The region, and who names it; [`Origin::Default`] where nobody does.
    #[must_use]
    pub fn region_from(&self) -> (Region, Origin) {
        let variable = |name: &str| Some((self.env.get(name)?.to_owned(), Origin::Variable(name.to_owned())));
        let section = || self.files.profile(&self.profile)?.get("region").filter(|v| !v.is_empty()).cloned();
        // A profile may be in either file; the region is a setting, and those are kept in the first.
        let file = || Some((section()?, Origin::Profile { name: self.profile.clone() }));
        let named = variable("AWS_REGION").or_else(file).or_else(|| variable("AWS_DEFAULT_REGION"));
        named.map_or_else(|| (Partition::guess(), Origin::Default), |(name, from)| (Region::from(name), from))
    }

    /// The address to use for a service instead of AWS's own. `service` is the service id in upper case with `_`, as
    /// in `AWS_ENDPOINT_URL_SSO_OIDC`.
    #[must_use]
    pub fn endpoint(&self, service: &str) -> Option<String> {
        if self.yes("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") {
            return None;
        }
        let special = self.env.get(&format!("AWS_ENDPOINT_URL_{service}"));
        let general = self.env.get("AWS_ENDPOINT_URL");
        let in_services = self.files.service(&self.profile, &service.to_lowercase(), "endpoint_url");
        let in_profile = self.files.profile(&self.profile).and_then(|s| s.get("endpoint_url")).map(String::as_str);
        let found = special.or(general).or(in_services).or(in_profile);
        // The SDK takes an address that is none for granted and panics.
        found.filter(|url| url.parse::<http::Uri>().is_ok_and(|u| u.host().is_some())).map(str::to_owned)
    }

    /// What AWS clients start from.
    #[must_use]
    pub fn sdk(&self, remote: &Remote) -> SdkConfig {
        let (region, _) = self.region();
        let attempts = self.get("AWS_MAX_ATTEMPTS", "max_attempts").and_then(|n| n.parse().ok());
        let retry = attempts.map_or_else(RetryConfig::standard, |n| RetryConfig::standard().with_max_attempts(n));
        let mut builder = remote
            .base()
            .into_builder()
            .region(aws_types::region::Region::new(region.as_str().to_owned()))
            .use_fips(self.yes("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"))
            .use_dual_stack(self.yes("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"))
            .retry_config(retry)
            .service_config(self.clone());
        builder.set_endpoint_url(self.endpoint(""));
        builder.build()
    }
}

impl LoadServiceConfig for Settings {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_uppercase().replace([' ', '-'], "_");
        if key.env() == "AWS_ENDPOINT_URL" {
            return self.endpoint(&service);
        }
        let special = self.env.get(&format!("{}_{service}", key.env()));
        let found = special.or_else(|| self.env.get(key.env()));
        let in_file = || self.files.service(&self.profile, &service.to_lowercase(), key.profile());
        found.or_else(in_file).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(env: &[(&str, &str)]) -> Settings {
        let env: Env = env.iter().copied().collect();
        let files = Arc::new(AwsFiles::read(&env));
        Settings::new(&env, &files, None)
    }

    #[test]
    fn the_special_endpoint_goes_before_the_general_one() {
        let s = settings(&[("AWS_ENDPOINT_URL", "http://a:1"), ("AWS_ENDPOINT_URL_STS", "http://b:2")]);
        assert_eq!(s.endpoint("STS").as_deref(), Some("http://b:2"));
        assert_eq!(s.endpoint("SSO").as_deref(), Some("http://a:1"));
        let off = [("AWS_ENDPOINT_URL", "http://a:1"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")];
        assert_eq!(settings(&off).endpoint("STS"), None);
        assert_eq!(settings(&[("AWS_ENDPOINT_URL", "nonsense and more")]).endpoint("STS"), None);
    }

    #[test]
    fn a_region_that_nobody_names_is_said_to_be_a_guess() {
        assert_eq!(settings(&[("AWS_DEFAULT_REGION", "eu-west-1")]).region(), (Region::from("eu-west-1"), false));
        assert_eq!(settings(&[]).region(), (Region::from("us-east-1"), true));
    }
}
