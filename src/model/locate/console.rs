//! Links of the AWS console, of its sign-in page, and of Identity Center's portal.

use super::{
    Target, account, arn, region,
    url::{Link, decode},
};
use crate::model::{AccountId, link::Hosts};

/// Identity Center's portal: the old hosts and the new ones.
const PORTALS: [&str; 3] = ["awsapps.com", "awsapps.cn", "app.aws"];

/// The first link of the text, if it leads into AWS.
pub(super) fn link(text: &str) -> Option<Target> {
    let link = Link::find(text)?;
    let host = link.host.to_ascii_lowercase();
    if let Some(before) = Hosts::ALL.iter().find_map(|hosts| below(&host, hosts.console)) {
        console(&link, before).something()
    } else if let Some(before) = Hosts::ALL.iter().find_map(|hosts| below(&host, hosts.sign_in)) {
        sign_in(&link, before).something()
    } else if PORTALS.iter().any(|end| below(&host, end).is_some()) {
        portal(&link).something()
    } else {
        arn::find(&decode(link.all))
    }
}

/// What stands before `end` in the host; empty where nothing does.
fn below<'a>(host: &'a str, end: &str) -> Option<&'a str> {
    let before = host.strip_suffix(end)?;
    if before.is_empty() { Some(before) } else { before.strip_suffix('.') }
}

/// A page of the console. Hosts are `{region}.console…`, and where several sessions share a browser
/// `{account}-{hash}.{region}.console…`.
fn console(link: &Link<'_>, before: &str) -> Target {
    let mut found = Target::default();
    for label in before.split('.') {
        found.region = found.region.or_else(|| region(label));
        if let Some((id, _)) = label.split_once('-')
            && AccountId::fits(id)
        {
            found.account = Some(AccountId::from(id));
        }
    }
    found.region = link.value("region").and_then(|r| region(&r)).or(found.region);
    let path = decode(link.path);
    let fragment = decode(link.fragment);
    let pages: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
    let inner = fragment.split('?').next().unwrap_or_default();
    let places: Vec<&str> = pages.iter().copied().chain(inner.split('/').filter(|p| !p.is_empty())).collect();
    found.or(page(&places, link.fragment)).or(arn::find(&decode(link.all)).unwrap_or_default())
}

/// What the path of a page names, from the address bars of the console's own pages.
fn page(places: &[&str], fragment: &str) -> Target {
    let named = |service: &str, name: Option<&str>| Target {
        service: Some(service.to_owned()),
        resource: name.map(str::to_owned),
        ..Target::default()
    };
    let after = |word: &str| places.iter().position(|p| *p == word).and_then(|i| places.get(i + 1)).copied();
    match places {
        ["ecs", ..] => {
            let (cluster, service, task) = (after("clusters"), after("services"), after("tasks"));
            // `clusters/C/services` and `clusters/C/tasks` alone are lists.
            let thing = match (cluster, service, task) {
                (_, _, Some(task)) => Target::ecs(cluster, "task", Some(task)),
                (_, Some(service), _) => Target::ecs(cluster, "service", Some(service)),
                _ => Target::ecs(cluster, "cluster", None),
            };
            thing.or(named("ecs", None))
        }
        ["codesuite", service @ ("codepipeline" | "codebuild" | "codedeploy"), ..] => {
            named(service, after("pipelines").or_else(|| after("projects")).or_else(|| after("applications")))
        }
        ["cloudwatch", ..] if fragment.starts_with("logsV2:") => named("logs", log_group(fragment).as_deref()),
        ["eks", ..] => named("eks", after("clusters")),
        ["lambda", ..] => named("lambda", after("functions")),
        ["s3", ..] => named("s3", after("buckets").or_else(|| after("object"))),
        [service, ..] => named(service, None),
        [] => Target::default(),
    }
}

/// The log group of `#logsV2:log-groups/log-group/$252Faws$252Fx/…`: encoded twice, with `$` for `%`.
fn log_group(fragment: &str) -> Option<String> {
    let (_, rest) = fragment.split_once("log-group/")?;
    let name = rest.split('/').next()?.replace('$', "%");
    let name = decode(&decode(&name)).into_owned();
    (!name.is_empty()).then_some(name)
}

/// `…/switchrole?account=…&roleName=…`, and an account's own page `{account}.signin…/console`. Where an alias stands
/// for the account, no account is named.
fn sign_in(link: &Link<'_>, before: &str) -> Target {
    let name = link.value("roleName").map(|role| role.rsplit('/').next().unwrap_or_default().to_owned());
    Target {
        account: link.value("account").as_deref().and_then(account).or_else(|| account(before)),
        role: name.filter(|name| !name.is_empty()),
        ..Target::default()
    }
}

/// `…/start/#/console?account_id=…&role_name=…&destination=…`: a shortcut link. The destination is a console's page.
fn portal(link: &Link<'_>) -> Target {
    let page = link.value("destination").and_then(|destination| {
        let link = Link::find(&destination)?;
        let host = link.host.to_ascii_lowercase();
        Hosts::ALL.iter().find_map(|hosts| below(&host, hosts.console)).map(|before| console(&link, before))
    });
    let found = Target {
        account: link.value("account_id").as_deref().and_then(account),
        role: link.value("role_name"),
        ..Target::default()
    };
    found.or(page.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let Some(t) = link(text) else { return "nothing".to_owned() };
        let (account, region) = (t.account.map(|a| a.to_string()), t.region.map(|r| r.to_string()));
        [account, region, t.service, t.view.map(str::to_owned), t.within, t.resource, t.role]
            .map(|part| part.unwrap_or_else(|| "-".to_owned()))
            .join(" ")
    }

    const MULTI: &str = "https://111122223333-a1b2c3.eu-central-1.console.aws.amazon.com";

    #[test]
    fn pages_of_the_console() {
        for (path, says) in [
            ("/ecs/v2/clusters/main/services/checkout/health?region=eu-west-1", "eu-west-1 ecs ecs main checkout -"),
            ("/ecs/v2/clusters/main/tasks/0af3/logs", "eu-central-1 ecs tasks main 0af3 -"),
            ("/ecs/v2/clusters/main/services?region=eu-central-1", "eu-central-1 ecs ecs main - -"),
            ("/ecs/v2/clusters", "eu-central-1 ecs ecs - - -"),
            ("/ecs/home?region=eu-west-1#/clusters/main/services/pay/details", "eu-west-1 ecs ecs main pay -"),
            ("/codesuite/codepipeline/pipelines/pay/view?region=eu-west-1", "eu-west-1 codepipeline - - pay -"),
            (
                "/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Fecs$252Fpay/log-events",
                "eu-west-1 logs - - /aws/ecs/pay -",
            ),
            ("/eks/clusters/runners?region=eu-west-1", "eu-west-1 eks - - runners -"),
            ("/eks/home?region=eu-west-1#/clusters/runners", "eu-west-1 eks - - runners -"),
            ("/lambda/home?region=eu-west-1#/functions/f?tab=code", "eu-west-1 lambda - - f -"),
            (
                "/states/home#/executions/details/arn%3Aaws%3Astates%3Aeu-west-1%3A111122223333%3Aexecution%3Am%3Ax",
                "eu-central-1 states - - m:x -",
            ),
            ("/billing/home", "eu-central-1 billing - - - -"),
        ] {
            assert_eq!(told(&format!("{MULTI}{path}")), format!("111122223333 {says}"), "{path}");
        }
    }

    #[test]
    fn hosts_of_the_console() {
        for (host, says) in [
            ("eu-west-1.console.aws.amazon.com", "- eu-west-1 ecs ecs c - -"),
            ("console.aws.amazon.com", "- - ecs ecs c - -"),
            ("cn-north-1.console.amazonaws.cn", "- cn-north-1 ecs ecs c - -"),
            ("us-gov-west-1.console.amazonaws-us-gov.com", "- us-gov-west-1 ecs ecs c - -"),
            ("evilconsole.aws.amazon.com", "nothing"),
            ("console.aws.amazon.com.example.org", "nothing"),
        ] {
            assert_eq!(told(&format!("https://{host}/ecs/v2/clusters/c")), says, "{host}");
        }
        assert_eq!(told("https://console.aws.amazon.com/"), "nothing");
    }

    #[test]
    fn links_that_switch() {
        for (link, says) in [
            (
                "https://signin.aws.amazon.com/switchrole?account=111122223333&roleName=cicd%2Fdeploy&displayName=x",
                "111122223333 - - - - - deploy",
            ),
            ("https://signin.aws.amazon.com/switchrole?roleName=deploy&account=some-alias", "- - - - - - deploy"),
            ("https://111122223333.signin.aws.amazon.com/console", "111122223333 - - - - - -"),
            (
                "https://d-1234.awsapps.com/start/#/console?account_id=111122223333&role_name=Admin&destination=\
                 https%3A%2F%2Feu-west-1.console.aws.amazon.com%2Fecs%2Fv2%2Fclusters%2Fmain%2Fservices%2Fpay",
                "111122223333 eu-west-1 ecs ecs main pay Admin",
            ),
            (
                "https://ssoins-1.portal.eu-west-1.app.aws/#/console?account_id=111122223333&role_name=View",
                "111122223333 - - - - - View",
            ),
            (
                "https://grafana.example.org/d?var=arn:aws:sqs:eu-west-1:111122223333:q",
                "111122223333 eu-west-1 sqs - - q -",
            ),
            ("https://grafana.example.org/111122223333", "nothing"),
        ] {
            assert_eq!(told(link), says, "{link}");
        }
    }
}
