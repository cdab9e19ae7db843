//! What AWS's own variables and files say that the console honours, each with its origin: for `qd info`. Says of secrets
//! that they are set, and nothing else.

use std::sync::Arc;

use super::{awsfiles::AwsFiles, settings::Settings};
use crate::config::{Env, Info, Origin};

/// Variables whose values are shown, by the word under which they are listed.
const SHOWN: [(&str, &str); 10] = [
    ("aws.ca_bundle", "AWS_CA_BUNDLE"),
    ("aws.role_arn", "AWS_ROLE_ARN"),
    ("aws.web_identity_token_file", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    ("aws.max_attempts", "AWS_MAX_ATTEMPTS"),
    ("aws.use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT"),
    ("aws.use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT"),
    ("aws.ignore_configured_endpoint_urls", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
    ("aws.ec2_metadata_disabled", "AWS_EC2_METADATA_DISABLED"),
    ("no_proxy", "NO_PROXY"),
    ("no_proxy", "no_proxy"),
];

/// Variables that may hold a secret: only that they are set is shown.
const SECRET: [(&str, &str); 8] = [
    ("aws.access_key", "AWS_ACCESS_KEY_ID"),
    ("aws.session_token", "AWS_SESSION_TOKEN"),
    ("aws.container_credentials", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    ("aws.container_credentials", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
    ("https_proxy", "HTTPS_PROXY"),
    ("https_proxy", "https_proxy"),
    ("http_proxy", "HTTP_PROXY"),
    ("http_proxy", "http_proxy"),
];

/// What AWS's variables and files say, in a fixed order. `profile` is the profile that the console's own configuration
/// names, which goes before the variable.
#[must_use]
pub fn surroundings(env: &Env, profile: Option<(&str, Origin)>) -> Vec<Info> {
    let files = Arc::new(AwsFiles::read(env));
    let by_variable = |name: &str| Some((env.get(name)?, Origin::Variable(name.to_owned())));
    let profile = profile.or_else(|| by_variable("AWS_PROFILE"));
    let line = |key: &str, value: String, origin: Origin| Info { key: key.to_owned(), value, origin };
    let (region, origin) = Settings::new(env, &files, profile.as_ref().map(|(name, _)| *name)).region_from();
    let nobodys = if origin == Origin::Default { " (nobody names one)" } else { "" };
    let mut out = vec![line("aws.region", format!("{region}{nobodys}"), origin)];
    let (name, origin) = profile.unwrap_or(("default", Origin::Default));
    out.push(line("aws.profile", name.to_owned(), origin));
    for (key, variable, source) in [
        ("aws.config_file", "AWS_CONFIG_FILE", &files.config),
        ("aws.credentials_file", "AWS_SHARED_CREDENTIALS_FILE", &files.credentials),
    ] {
        let trouble = source.trouble.as_ref().map(|trouble| format!(" ({trouble})")).unwrap_or_default();
        let origin = by_variable(variable).map_or(Origin::Default, |(_, origin)| origin);
        out.push(line(key, format!("{}{trouble}", source.path.display()), origin));
    }
    for name in env.names().filter(|name| name.starts_with("AWS_ENDPOINT_URL")) {
        out.extend(by_variable(name).map(|(url, origin)| line("aws.endpoint_url", bare(url), origin)));
    }
    let shown = SHOWN.iter().map(|(key, name)| (key, name, false));
    for (key, name, secret) in shown.chain(SECRET.iter().map(|(key, name)| (key, name, true))) {
        out.extend(
            by_variable(name)
                .map(|(value, origin)| line(key, if secret { "(set)".to_owned() } else { value.to_owned() }, origin)),
        );
    }
    out
}

/// An address without a user and a password in it.
fn bare(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{}", &rest[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(env: &[(&str, &str)], profile: Option<&str>) -> Vec<(String, String, String)> {
        let env: Env = env.iter().copied().collect();
        let profile = profile.map(|name| (name, Origin::Flag("--profile")));
        let lines = surroundings(&env, profile);
        lines.into_iter().map(|info| (info.key, info.value, info.origin.to_string())).collect()
    }

    #[test]
    fn what_the_environment_says_has_its_variable_as_origin() {
        let said = told(&[("AWS_REGION", "eu-west-1"), ("AWS_PROFILE", "ops")], None);
        let find = |key: &str| said.iter().find(|line| line.0 == key).map(|line| (&*line.1, &*line.2)).unwrap();
        assert_eq!(find("aws.region"), ("eu-west-1", "$AWS_REGION"));
        assert_eq!(find("aws.profile"), ("ops", "$AWS_PROFILE"));
        let said = told(&[("AWS_DEFAULT_REGION", "eu-west-1"), ("AWS_PROFILE", "ops")], Some("mine"));
        let find = |key: &str| said.iter().find(|line| line.0 == key).map(|line| (&*line.1, &*line.2)).unwrap();
        assert_eq!(find("aws.region"), ("eu-west-1", "$AWS_DEFAULT_REGION"));
        assert_eq!(find("aws.profile"), ("mine", "--profile"));
        assert_eq!(told(&[], None)[0], ("aws.region".into(), "us-east-1 (nobody names one)".into(), "default".into()));
    }

    #[test]
    fn secrets_are_said_to_be_set_and_no_more() {
        let said = told(
            &[
                ("AWS_ACCESS_KEY_ID", "AKIA1"),
                ("AWS_SECRET_ACCESS_KEY", "hunter2"),
                ("HTTPS_PROXY", "http://me:hunter2@proxy:1"),
                ("AWS_ENDPOINT_URL_STS", "http://me:hunter2@sts:1/x"),
            ],
            None,
        );
        let text = format!("{said:?}");
        assert!(!text.contains("hunter2") && !text.contains("AKIA1"), "{text}");
        assert!(text.contains("$HTTPS_PROXY") && text.contains("http://sts:1/x"), "{text}");
    }
}
