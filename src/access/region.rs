//! Regions that take no credentials: told apart from credentials that are no good.
//!
//! A region that does not exist has no endpoint, and one that is not enabled answers every key with the words for a key
//! that nobody knows. Whether it is the key or the region is settled by asking elsewhere with the same key.

use super::{
    arn::Arn,
    assume::{self, Identity},
    secret::Keys,
};
use crate::{
    config::region_doubt,
    model::{AccountId, Fault, FaultKind, Partition, Region},
    remote::Remote,
};

/// Whether a fault may be the region's: an unknown key, or an endpoint whose name was not found.
#[must_use]
pub fn suspicious(fault: &Fault) -> bool {
    let unknown = ["InvalidClientTokenId", "UnrecognizedClientException"].contains(&fault.code.as_str());
    let nameless = ["dns error", "lookup address"].iter().any(|words| fault.message.contains(words));
    unknown || fault.kind == FaultKind::Network && nameless
}

/// A region and whether it is a guess: a guess is made in the partition of an ARN that is about to be used, since no
/// endpoint of another one knows it.
#[must_use]
pub fn in_partition_of(arn: Option<&str>, (region, guessed): (Region, bool)) -> (Region, bool) {
    let partition = arn.filter(|_| guessed).and_then(Arn::parse).map(|arn| arn.partition);
    (partition.and_then(|name| Partition::named(name)?.home()).unwrap_or(region), guessed)
}

/// A fault of a region that nobody chose says so.
#[must_use]
pub fn unnamed(region: &Region, fault: Fault) -> Fault {
    let hint = format!(
        "nobody names a region, so that {region} was asked, where keys of another partition are not known: set AWS_REGION, \
         or a region in the profile"
    );
    fault.hint(hint)
}

/// Where the same keys are good in another region, the fault of the region; else the fault as it came.
pub async fn judge(remote: &Remote, keys: &Keys, (region, other): (&Region, &Region), fault: Fault) -> Fault {
    if region == other || !suspicious(&fault) {
        return fault;
    }
    match assume::identify_caller(remote, other, keys).await {
        Ok(Identity { account, .. }) => wrong(region, &AccountId::from(account.as_str()), other, fault),
        Err(_) => fault,
    }
}

/// The fault of a region, the keys being good elsewhere.
fn wrong(region: &Region, account: &AccountId, other: &Region, fault: Fault) -> Fault {
    let proof = format!("the credentials of {account} are good in {other}");
    let said = if fault.code.is_empty() { &fault.message } else { &fault.code };
    if let Some(near) = region_doubt(region) {
        let message = format!("there is no region {region} for account {account} ({said}, while {proof})");
        let near = if near.is_empty() { String::new() } else { format!("{near} ") };
        let hint =
            format!("{near}Correct --region, `regions` in the config, or AWS_REGION; :regions lists those there are");
        return Fault { kind: FaultKind::Invalid, message, hint, ..fault };
    }
    let message = format!("region {region} is not enabled in account {account} ({said}, while {proof})");
    let hint =
        format!("enable {region} in the account, or leave it out of --region and `regions`; :regions lists both");
    Fault { kind: FaultKind::Unavailable, message, hint, ..fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_made_in_the_partition_of_what_is_used() {
        let guess = || (Region::from("us-east-1"), true);
        let placed = |arn: Option<&str>| in_partition_of(arn, guess()).0.to_string();
        assert_eq!(placed(Some("arn:aws-cn:iam::111111111111:mfa/ada")), "cn-northwest-1");
        assert_eq!(placed(Some("arn:aws-us-gov:iam::111111111111:role/x")), "us-gov-west-1");
        assert_eq!(placed(Some("arn:aws:iam::111111111111:role/x")), "us-east-1");
        assert_eq!(placed(Some("GAHT12345678")), "us-east-1", "the serial number of a device of old");
        assert_eq!(placed(None), "us-east-1");
        let named = (Region::from("eu-west-1"), false);
        assert_eq!(in_partition_of(Some("arn:aws-cn:iam::1:role/x"), named.clone()), named, "what is named counts");
    }

    #[test]
    fn a_region_that_does_not_exist_and_one_that_is_not_enabled_have_words_of_their_own() {
        let fault =
            || Fault::new(FaultKind::Expired, "The security token is invalid.").code("UnrecognizedClientException");
        assert!(suspicious(&fault()));
        let (account, home) = (AccountId::from("111111111111"), Region::from("eu-central-1"));
        let none = wrong(&"eu-nowhere-1".into(), &account, &home, fault());
        assert_eq!(none.kind, FaultKind::Invalid);
        assert!(none.message.starts_with("there is no region eu-nowhere-1"), "{none}");
        let slip = wrong(&"eu-weest-1".into(), &account, &home, fault());
        assert!(slip.hint.starts_with("did you mean \"eu-west-1\"? Correct --region"), "{}", slip.hint);
        let off = wrong(&"ap-east-1".into(), &account, &home, fault());
        assert_eq!(off.kind, FaultKind::Unavailable);
        assert!(off.message.starts_with("region ap-east-1 is not enabled in account 111111111111"), "{off}");
        assert!(!suspicious(&Fault::new(FaultKind::Expired, "expired").code("ExpiredToken")), "the key was known once");
        assert!(suspicious(&Fault::new(FaultKind::Network, "dns error: failed to lookup address information")));
    }
}
