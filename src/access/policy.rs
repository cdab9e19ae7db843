//! Policies made of what the registered views read, for each session and for each hop of a chain.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use thiserror::Error;

/// The most characters that an inline session policy may have (STS API reference, `AssumeRole`, `Policy`).
pub const LIMIT: usize = 2_048;

/// Verbs that only read, by the naming of AWS's own service authorization reference.
const READS: [&str; 12] = [
    "Describe",
    "List",
    "Get",
    "BatchGet",
    "BatchDescribe",
    "Lookup",
    "Search",
    "Filter",
    "Query",
    "Select",
    "View",
    "Simulate",
];

/// Actions that read although their verb does not say so.
const ALSO_READS: [&str; 5] =
    ["logs:StartQuery", "logs:StopQuery", "logs:StartLiveTail", "logs:TestMetricFilter", "eks:AccessKubernetesApi"];

/// Actions that read, and hand out secrets: no view may ask for them.
const SECRETS: [&str; 19] = [
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "sts:GetFederationToken",
    "sts:GetSessionToken",
    "sts:GetServiceBearerToken",
    "sts:GetWebIdentityToken",
    "ecr:GetAuthorizationToken",
    "ecr-public:GetAuthorizationToken",
    "codeartifact:GetAuthorizationToken",
    "cognito-identity:GetCredentialsForIdentity",
    "ec2:GetPasswordData",
    "lightsail:GetInstanceAccessDetails",
    "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM",
    "redshift-serverless:GetCredentials",
    "sso:GetRoleCredentials",
];

/// Why no session policy can be made of the declared actions.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PolicyError {
    /// It is no action: `service:Operation` without wildcards.
    #[error("`{0}` is not an action of the form service:Operation")]
    Form(String),
    /// It may change something.
    #[error("`{0}` does not only read; a view may declare reading actions only")]
    Writes(String),
    /// It gives out secrets.
    #[error("`{0}` gives out secrets; no view may declare it")]
    Secret(String),
    /// All of them together take too many characters.
    #[error("the session policy takes {0} characters, and STS takes {LIMIT}")]
    TooLong(usize),
}

/// Checks the actions and brings them into order: by service, then by name, without doubles.
///
/// # Errors
/// [`PolicyError`] for what is no action, or does more than read.
pub fn checked<'a>(actions: &[&'a str]) -> Result<BTreeSet<&'a str>, PolicyError> {
    for action in actions {
        let name = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let Some((service, verb)) = action.split_once(':').filter(|(s, v)| name(s) && name(v)) else {
            return Err(PolicyError::Form((*action).to_owned()));
        };
        if service.chars().any(|c| c.is_ascii_uppercase()) {
            return Err(PolicyError::Form((*action).to_owned()));
        }
        if SECRETS.contains(action) {
            return Err(PolicyError::Secret((*action).to_owned()));
        }
        if !ALSO_READS.contains(action) && !READS.iter().any(|read| verb.starts_with(read)) {
            return Err(PolicyError::Writes((*action).to_owned()));
        }
    }
    Ok(actions.iter().copied().collect())
}

/// The inline session policy that allows the declared actions and no other, as compact JSON.
///
/// # Errors
/// [`PolicyError`] for an action that may not be declared, or where they do not fit into [`LIMIT`].
pub fn session_policy(actions: &[&str]) -> Result<String, PolicyError> {
    let text = allow(&json!(checked(actions)?), &json!("*")).to_string();
    if text.len() > LIMIT { Err(PolicyError::TooLong(text.len())) } else { Ok(text) }
}

/// The inline session policy of an elevation: what the views read, and what the declared verbs do. No verb may touch
/// identities or the organisation.
///
/// # Errors
/// As [`session_policy`]; [`PolicyError::Writes`] for a verb's action on IAM, STS or Organizations.
pub fn elevated_policy(reads: &[&str], verbs: &[&str]) -> Result<String, PolicyError> {
    let text = allow(&json!(raised(reads, verbs)?), &json!("*")).to_string();
    if text.len() > LIMIT { Err(PolicyError::TooLong(text.len())) } else { Ok(text) }
}

/// The checked actions of the views with those of the verbs.
pub(super) fn raised<'a>(reads: &[&'a str], verbs: &[&'a str]) -> Result<BTreeSet<&'a str>, PolicyError> {
    let mut all = checked(reads)?;
    for action in verbs {
        let (service, _) = action.split_once(':').ok_or_else(|| PolicyError::Form((*action).to_owned()))?;
        if action.contains('*') {
            return Err(PolicyError::Form((*action).to_owned()));
        }
        if matches!(service, "iam" | "sts" | "organizations" | "account" | "sso" | "sso-admin") {
            return Err(PolicyError::Writes((*action).to_owned()));
        }
        all.insert(action);
    }
    Ok(all)
}

/// The session policy of an intermediate hop: it may assume the next role and do nothing else.
#[must_use]
pub fn hop_policy(next_role_arn: &str) -> String {
    allow(&json!("sts:AssumeRole"), &json!(next_role_arn)).to_string()
}

/// A policy of one statement.
pub(super) fn allow(action: &Value, resource: &Value) -> Value {
    document(&[statement(action, resource)])
}

/// A statement that allows something.
pub(super) fn statement(action: &Value, resource: &Value) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

/// A policy of these statements.
pub(super) fn document(statements: &[Value]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_policy_allows_the_declared_actions_and_no_other() {
        let policy = session_policy(&["ecs:ListServices", "ec2:DescribeRegions", "ecs:ListServices"]).unwrap();
        assert_eq!(
            policy,
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:DescribeRegions","ecs:ListServices"],"Resource":"*"}]}"#
        );
    }

    #[test]
    fn what_writes_or_gives_out_secrets_cannot_be_declared() {
        for (action, error) in [
            ("ecs:UpdateService", PolicyError::Writes("ecs:UpdateService".into())),
            ("ecs:*", PolicyError::Form("ecs:*".into())),
            ("ListServices", PolicyError::Form("ListServices".into())),
            ("ECS:ListServices", PolicyError::Form("ECS:ListServices".into())),
            ("secretsmanager:GetSecretValue", PolicyError::Secret("secretsmanager:GetSecretValue".into())),
            ("ec2:GetPasswordData", PolicyError::Secret("ec2:GetPasswordData".into())),
        ] {
            assert_eq!(session_policy(&["ecs:ListServices", action]), Err(error));
        }
        assert!(session_policy(&["logs:StartLiveTail", "logs:FilterLogEvents"]).is_ok());
    }

    #[test]
    fn what_does_not_fit_is_refused_and_not_widened() {
        let many: Vec<String> = (0..90).map(|n| format!("service:DescribeThingNumber{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(matches!(session_policy(&many), Err(PolicyError::TooLong(n)) if n > LIMIT));
        assert!(session_policy(&many[..50]).unwrap().len() <= LIMIT);
    }

    #[test]
    fn a_hop_may_only_assume_the_next_role() {
        let policy: Value = serde_json::from_str(&hop_policy("arn:aws:iam::111111111111:role/next")).unwrap();
        assert_eq!(policy["Statement"].as_array().unwrap().len(), 1);
        assert_eq!(policy["Statement"][0]["Action"], "sts:AssumeRole");
        assert_eq!(policy["Statement"][0]["Resource"], "arn:aws:iam::111111111111:role/next");
    }
}
