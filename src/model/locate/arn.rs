//! Amazon Resource Names: `arn:partition:service:region:account:resource`, where region and account may be empty.

use super::{Target, region};
use crate::model::AccountId;

/// The first ARN of the text.
pub(super) fn find(text: &str) -> Option<Target> {
    text.match_indices("arn:").find_map(|(at, _)| read(&text[at..]))
}

fn read(text: &str) -> Option<Target> {
    let end = text.find(|c: char| c.is_whitespace() || c.is_control() || "\"'`<>()[]{},;|".contains(c));
    let mut parts = text[..end.unwrap_or(text.len())].splitn(6, ':').skip(1);
    let (partition, service) = (parts.next()?, parts.next()?);
    let (place, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let is_word =
        |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !partition.starts_with("aws") || !is_word(partition) || !is_word(service) || resource.is_empty() {
        return None;
    }
    let named = Target {
        account: AccountId::fits(account).then(|| AccountId::from(account)),
        region: region(place),
        service: Some(service.to_owned()),
        ..Target::default()
    };
    Some(thing(service, resource).or(named))
}

/// What the resource of an ARN says, service by service where its form is of use (Service Authorization Reference).
fn thing(service: &str, resource: &str) -> Target {
    let named = |name: &str| Target { resource: Some(name.to_owned()), ..Target::default() };
    let parts: Vec<&str> = resource.split('/').collect();
    match (service, &parts[..]) {
        ("ecs", ["cluster", cluster]) => Target::ecs(Some(cluster), "cluster", None),
        ("ecs", [kind, cluster, name, ..]) => Target::ecs(Some(cluster), kind, Some(name)),
        // The short form, without the cluster (before November 2018).
        ("ecs", [kind, name]) => Target::ecs(None, kind, Some(name)),
        // The account that is meant is the one at the end; the one in the middle is the management account.
        ("organizations", ["account", _, id]) if AccountId::fits(id) => {
            Target { account: Some(AccountId::from(*id)), ..Target::default() }
        }
        ("organizations", [.., id]) => named(id),
        ("sts", ["assumed-role", role, session, ..]) => {
            Target { role: Some((*role).to_owned()), resource: Some((*session).to_owned()), ..Target::default() }
        }
        ("iam", [_, .., name]) | ("elasticloadbalancing", [_, _, name, _] | ["targetgroup", name, _]) => named(name),
        ("s3", [bucket, ..]) => named(bucket),
        ("codepipeline", [name, ..]) if !name.contains(':') => named(name),
        ("logs", _) => {
            named(resource.strip_prefix("log-group:").unwrap_or(resource).split(':').next().unwrap_or_default())
        }
        _ => named(plain(resource)),
    }
}

/// The resource without its kind: `kind/name`, `kind:name`, or the name alone.
fn plain(resource: &str) -> &str {
    match resource.find(['/', ':']) {
        Some(at) if at + 1 < resource.len() => &resource[at + 1..],
        _ => resource,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// account, region, view, within, resource, role; `-` for what is not named.
    fn told(text: &str) -> String {
        let Some(t) = find(text) else { return "nothing".to_owned() };
        let account = t.account.map(|a| a.to_string());
        let region = t.region.map(|r| r.to_string());
        [account, region, t.service, t.view.map(str::to_owned), t.within, t.resource, t.role]
            .map(|part| part.unwrap_or_else(|| "-".to_owned()))
            .join(" ")
    }

    #[test]
    fn every_form_says_what_it_names() {
        for (arn, says) in [
            (
                "arn:aws:ecs:eu-west-1:111122223333:service/main/checkout",
                "111122223333 eu-west-1 ecs ecs main checkout -",
            ),
            ("arn:aws:ecs:eu-west-1:111122223333:service/checkout", "111122223333 eu-west-1 ecs ecs - checkout -"),
            ("arn:aws:ecs:eu-west-1:111122223333:task/main/0af3", "111122223333 eu-west-1 ecs tasks main 0af3 -"),
            ("arn:aws:ecs:eu-west-1:111122223333:cluster/main", "111122223333 eu-west-1 ecs ecs main - -"),
            ("arn:aws:ecs:eu-west-1:111122223333:task-definition/app:7", "111122223333 eu-west-1 ecs - - app:7 -"),
            ("arn:aws:s3:::bucket/some/key", "- - s3 - - bucket -"),
            ("arn:aws-cn:iam::111122223333:role/cicd/deploy", "111122223333 - iam - - deploy -"),
            ("arn:aws:iam::aws:policy/ReadOnlyAccess", "- - iam - - ReadOnlyAccess -"),
            ("arn:aws:sts::111122223333:assumed-role/deploy/ada", "111122223333 - sts - - ada deploy"),
            ("arn:aws:organizations::999999999999:account/o-a1/111122223333", "111122223333 - organizations - - - -"),
            ("arn:aws:organizations::999999999999:ou/o-a1/ou-b2", "999999999999 - organizations - - ou-b2 -"),
            (
                "arn:aws-us-gov:logs:us-gov-west-1:111122223333:log-group:/aws/x:*",
                "111122223333 us-gov-west-1 logs - - /aws/x -",
            ),
            ("arn:aws:lambda:eu-west-1:111122223333:function:f", "111122223333 eu-west-1 lambda - - f -"),
            ("arn:aws:codepipeline:eu-west-1:111122223333:pay/Deploy", "111122223333 eu-west-1 codepipeline - - pay -"),
            ("arn:aws:eks:eu-west-1:111122223333:cluster/runners", "111122223333 eu-west-1 eks - - runners -"),
            ("arn:aws:sqs:eu-west-1:111122223333:q", "111122223333 eu-west-1 sqs - - q -"),
            ("User: arn:aws:sts::111122223333:assumed-role/a/b is not authorized", "111122223333 - sts - - b a"),
            ("an arn: of \"arn:aws:sqs:eu-west-1:111122223333:q\", see", "111122223333 eu-west-1 sqs - - q -"),
            ("arn:aws:ecs", "nothing"),
            ("arn:gcp:ecs:eu-west-1:111122223333:x", "nothing"),
            ("arn:aws:ecs:eu-west-1:111122223333:", "nothing"),
        ] {
            assert_eq!(told(arn), says, "{arn}");
        }
    }
}
