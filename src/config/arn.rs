//! What STS and IAM would refuse, refused here: role and policy ARNs, external ids, MFA serials, names.
//!
//! Limits are those of the STS and IAM API models (`AssumeRole`: `ExternalId` 2–1,224, `SerialNumber` 9–256 characters;
//! role names ≤ 64, paths ≤ 512 characters).

use super::{SessionPolicy, error::Wrong};
use crate::model::text::suggest;

/// What a template may hold.
const PLACES: [&str; 2] = ["account", "partition"];

/// A role's ARN or template. `role/path/name` is short for one in the account itself.
///
/// # Errors
/// What IAM would not take as a role's ARN.
pub(super) fn role(text: &str) -> Result<String, Wrong> {
    let template = match text.trim() {
        short if short.starts_with("role/") => format!("arn:{{partition}}:iam::{{account}}:{short}"),
        full => full.to_owned(),
    };
    let bare = filled(&template)?;
    let wrong = |why: &str| {
        Wrong::new(
            format!("must be the ARN of a role, not {text:?}: {why}"),
            "such as \"arn:aws:iam::{account}:role/cicd/delegated-role\"",
        )
    };
    let resource = iam_resource(&bare).ok_or_else(|| wrong("it has not the form arn:…:iam::ACCOUNT:…"))?;
    let path = resource.strip_prefix("role/").ok_or_else(|| wrong("what follows the account must begin with role/"))?;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if !(1..=64).contains(&name.len()) || !name.bytes().all(is_name) {
        return Err(wrong("a role's name has 1 to 64 letters, digits or _+=,.@-"));
    }
    if folder.len() > 510 || !folder.bytes().all(|b| (b'!'..=b'~').contains(&b)) {
        return Err(wrong("a role's path has at most 512 printable characters"));
    }
    Ok(template)
}

/// The last part of a role's ARN: its name without the path.
pub(super) fn role_name(template: &str) -> &str {
    template.rsplit('/').next().unwrap_or(template)
}

/// A session policy by one of its short names or by its ARN.
///
/// # Errors
/// Where it is neither.
pub(super) fn policy(text: &str) -> Result<SessionPolicy, Wrong> {
    Ok(match text.trim() {
        "views" => SessionPolicy::Views,
        "none" => SessionPolicy::None,
        "ReadOnlyAccess" => SessionPolicy::Managed(SessionPolicy::READ_ONLY.to_owned()),
        "ViewOnlyAccess" => SessionPolicy::Managed(SessionPolicy::VIEW_ONLY.to_owned()),
        arn if arn.starts_with("arn:") => {
            let bare = filled(arn)?;
            let name = iam_resource(&bare).and_then(|r| r.strip_prefix("policy/"));
            if !name.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| is_name(b) || b == b'/')) {
                let message = format!("must be the ARN of a managed policy, not {text:?}");
                return Err(Wrong::new(message, "such as \"arn:aws:iam::aws:policy/ReadOnlyAccess\""));
            }
            SessionPolicy::Managed(arn.to_owned())
        }
        other => {
            let words = ["views", "ReadOnlyAccess", "ViewOnlyAccess", "none"];
            return Err(Wrong::new(format!("must be a session policy, not {other:?}"), suggest(other, &words)));
        }
    })
}

/// `ExternalId`.
///
/// # Errors
/// What STS would not take.
pub(super) fn external_id(text: &str) -> Result<String, Wrong> {
    let fits = (2..=1_224).contains(&text.len()) && text.bytes().all(|b| is_name(b) || matches!(b, b':' | b'/'));
    // The value is not repeated: it may be taken for a secret.
    fits.then(|| text.to_owned()).ok_or_else(|| {
        Wrong::new("must have 2 to 1224 letters, digits or _+=,.@:/-", "as STS demands of an ExternalId")
    })
}

/// The serial number or ARN of an MFA device.
///
/// # Errors
/// What STS would not take.
pub(super) fn mfa_serial(text: &str) -> Result<String, Wrong> {
    let fits = (9..=256).contains(&text.len()) && text.bytes().all(|b| is_name(b) || matches!(b, b':' | b'/'));
    fits.then(|| text.to_owned()).ok_or_else(|| {
        let message = format!("must be the serial number or ARN of an MFA device, not {text:?}");
        Wrong::new(message, "such as \"arn:aws:iam::111122223333:mfa/ada\"")
    })
}

/// Fills a template in with made-up values, so that it can be checked as an ARN.
fn filled(template: &str) -> Result<String, Wrong> {
    let bare = template.replace("{account}", "000000000000").replace("{partition}", "aws");
    match bare.split_once('{') {
        None => Ok(bare),
        Some((_, rest)) => {
            let place = rest.split(['}', ':', '/']).next().unwrap_or_default();
            Err(Wrong::new(format!("has an unknown place {{{place}}}"), suggest(place, &PLACES)))
        }
    }
}

/// What follows the account in an ARN of IAM, whose account is twelve digits, or `aws` for AWS's own policies.
fn iam_resource(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    let (head, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let own = account == "aws" && resource.starts_with("policy/");
    let whose = own || crate::model::AccountId::fits(account);
    (head == "arn" && partition.starts_with("aws") && service == "iam" && region.is_empty() && whose)
        .then_some(resource)
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_of_roles() {
        assert_eq!(role("role/cicd/x").as_deref(), Ok("arn:{partition}:iam::{account}:role/cicd/x"));
        assert_eq!(role_name("arn:aws:iam::{account}:role/cicd/x"), "x");
        for good in ["arn:aws:iam::{account}:role/cicd/x", "arn:aws-cn:iam::111122223333:role/x"] {
            assert_eq!(role(good).as_deref(), Ok(good));
        }
        let long = format!("role/{}", "n".repeat(65));
        for bad in ["x", "role/", "arn:aws:iam::1:role/x", "arn:aws:sts::111122223333:role/x", "role/a b", &long] {
            assert!(role(bad).is_err(), "{bad}");
        }
        assert_eq!(role("arn:aws:iam::{acount}:role/x").expect_err("slip").help, "did you mean \"account\"?");
    }

    #[test]
    fn policies_by_name_and_arn() {
        for shown in ["views", "none", "ReadOnlyAccess", "ViewOnlyAccess", "arn:aws:iam::{account}:policy/a/b"] {
            assert_eq!(policy(shown).expect(shown).show(), shown);
        }
        assert_eq!(policy("readonly").expect_err("no").help, "did you mean \"ReadOnlyAccess\"?");
        assert!(policy("arn:aws:iam::aws:role/x").is_err());
    }

    #[test]
    fn sts_limits() {
        assert!(external_id("x").is_err() && external_id("a b").is_err() && external_id("ab:/c").is_ok());
        assert!(external_id(&"x".repeat(1_225)).is_err());
        assert!(mfa_serial("arn:aws:iam::111122223333:mfa/ada").is_ok() && mfa_serial("short").is_err());
    }
}
