//! ARNs as far as access needs them: the caller's, a role's, and the session name that follows from them.
//!
//! Sources: IAM user guide, "IAM identifiers" (role names ≤ 64 characters, paths ≤ 512), and STS's API reference
//! (`RoleSessionName`: 2–64 characters of `[\w+=,.@-]`).

use crate::model::AccountId;

/// The parts of an ARN, borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc` …
    pub partition: &'a str,
    /// `iam`, `sts` …
    pub service: &'a str,
    /// The twelve digits; empty where the service has none.
    pub account: &'a str,
    /// All that follows: `role/cicd/deployer`, `assumed-role/deployer/alice`, `user/alice`, `root`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart; `None` where `text` is none.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (arn, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
        let (_region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = arn == "arn" && !partition.is_empty() && !service.is_empty() && !resource.is_empty();
        whole.then_some(Self { partition, service, account, resource })
    }

    /// Whether it names the session of a role, so that assuming a further role is chaining.
    #[must_use]
    pub fn is_role_session(&self) -> bool {
        self.service == "sts" && self.resource.starts_with("assumed-role/")
    }
}

/// The name of a role without its path, from `arn:…:role/cicd/deployer` or from the session of one.
#[must_use]
pub fn role_name(arn: &str) -> Option<&str> {
    let resource = Arn::parse(arn)?.resource;
    if let Some(rest) = resource.strip_prefix("assumed-role/") {
        return rest.split('/').next();
    }
    resource.strip_prefix("role/")?.rsplit('/').next()
}

/// The account that an ARN names, where it names one.
#[must_use]
pub fn account(arn: &str) -> Option<AccountId> {
    let id = Arn::parse(arn)?.account;
    AccountId::fits(id).then(|| AccountId::from(id))
}

/// The `RoleSessionName` for a caller: the verified name, with each character that STS does not take replaced by `-`,
/// 2 to 64 characters long.
#[must_use]
pub fn session_name(caller_arn: &str) -> String {
    let resource = Arn::parse(caller_arn).map_or(caller_arn, |arn| arn.resource);
    let name = resource.rsplit('/').next().unwrap_or(resource);
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let mut out: String = name.chars().map(|c| if fits(c) { c } else { '-' }).take(64).collect();
    if out.len() < 2 {
        out.insert_str(0, "qd-");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_names_are_the_callers_own_and_fit() {
        for (arn, name) in [
            ("arn:aws:iam::111111111111:user/ops/alice", "alice"),
            ("arn:aws:sts::111111111111:assumed-role/Admin/alice@example.com", "alice@example.com"),
            ("arn:aws:sts::111111111111:federated-user/bob smith", "bob-smith"),
            ("arn:aws:iam::111111111111:root", "root"),
            ("arn:aws:iam::111111111111:user/x", "qd-x"),
            ("arn:aws:iam::111111111111:user/", "qd-"),
        ] {
            assert_eq!(session_name(arn), name, "{arn}");
        }
        let long = format!("arn:aws:sts::111111111111:assumed-role/r/{}", "é".repeat(90));
        assert_eq!(session_name(&long), "-".repeat(64));
    }

    #[test]
    fn a_role_is_named_without_its_path() {
        assert_eq!(role_name("arn:aws:iam::111111111111:role/cicd/delegated-role"), Some("delegated-role"));
        assert_eq!(role_name("arn:aws:sts::111111111111:assumed-role/delegated-role/alice"), Some("delegated-role"));
        assert_eq!(role_name("arn:aws:iam::111111111111:user/alice"), None);
        assert_eq!(account("arn:aws:iam::aws:policy/ReadOnlyAccess"), None);
    }
}
