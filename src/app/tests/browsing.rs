//! The thing under the cursor in the browser: which door leads into its account, and what is said where none does.

use super::*;
use crate::model::{AccountId, Caller, Lease, Mode, Source};

/// The links that were to be opened.
fn opened(desk: &Desk) -> Vec<String> {
    let links = desk.asked.iter().filter_map(|effect| match effect {
        Effect::Browse(link) => Some(link.to_string()),
        _ => None,
    });
    links.collect()
}

/// A desk whose cursor is on a service of account 12, read with a role.
fn on_service(toml: &str, caller: Caller, lease: Option<Lease>) -> Desk {
    let mut desk = Desk::bare(config(toml), Memory::default());
    desk.apply(Event::Access(News::Caller(caller)));
    desk.tick(250);
    desk.pass("accounts", &Scope::fleet(), small());
    desk.tick(250);
    desk.command("svc");
    desk.pass("svc", &at(12), services(&[("pay", Level::Ok)]));
    desk.apply(Event::Resize(200, 50));
    if let Some(lease) = lease {
        desk.apply(Event::Access(News::Lease(lease)));
    }
    desk
}

fn keys() -> Caller {
    let News::Caller(caller) = caller() else { unreachable!() };
    caller
}

/// Somebody who came through the portal of `corp`.
fn through_portal() -> Caller {
    let start = "https://corp.awsapps.com/start#".to_owned();
    Caller {
        arn: "arn:aws:sts::000000000011:assumed-role/AWSReservedSSO_Ops_0123456789abcdef/al".into(),
        portals: [(String::new(), start.clone()), ("corp".to_owned(), start)].into(),
        ..keys()
    }
}

fn lease(account: &str, role: &str, arn: &str, source: Source) -> Lease {
    let (account, role, arn) = (AccountId::from(account), role.to_owned(), arn.to_owned());
    Lease { account, role, arn, mode: Mode::ReadOnly, source, until: None, renews: true, chained: false }
}

const ASSUMED: &str = "roles = [\"role/cicd/deploy\"]\n";
const SET: &str = "roles = [\"sets\"]\n[role.sets]\npermission_set = \"ReadOnly\"\n";

#[test]
fn a_role_that_is_assumed_is_switched_to_and_the_page_is_left_to_a_copy() {
    let mut desk = on_service(ASSUMED, keys(), None);
    desk.press("o");
    assert_eq!(
        opened(&desk),
        ["https://signin.aws.amazon.com/switchrole?account=000000000012&roleName=cicd%2Fdeploy&displayName=prod"]
    );
    let said = desk.app.notice().unwrap().to_owned();
    assert!(said.contains("cicd/deploy in prod") && said.contains("cannot carry a page; ctrl-o copies"), "{said}");
    desk.press("ctrl-o");
    let copied =
        desk.asked.iter().rev().find_map(|e| if let Effect::Copy(text) = e { Some(text.as_str()) } else { None });
    assert_eq!(copied, Some("https://eu-west-1.console.aws.amazon.com/things/pay?region=eu-west-1"));
    assert!(desk.app.notice().unwrap().contains("names no account"), "{:?}", desk.app.notice());
    let slot = desk.app.current().unwrap();
    assert_eq!(desk.app.link_of(slot), None, "no row is made a link that does not lead to it");
}

#[test]
fn a_permission_set_leads_through_the_portal_to_the_page_itself() {
    let mut desk = on_service(SET, through_portal(), None);
    let slot = desk.app.current().unwrap();
    let link = desk.app.link_of(slot).unwrap().to_string();
    desk.press("o");
    assert_eq!(opened(&desk), [link.as_str()]);
    assert_eq!(
        link,
        "https://corp.awsapps.com/start/#/console?account_id=000000000012&role_name=ReadOnly&destination=\
         https%3A%2F%2Feu-west-1.console.aws.amazon.com%2Fthings%2Fpay%3Fregion%3Deu-west-1"
    );
    assert_eq!(desk.app.notice(), Some("opening pay in prod, as ReadOnly"));
}

#[test]
fn the_partition_of_the_caller_decides_about_the_hosts() {
    for (partition, host) in [("aws-cn", "signin.amazonaws.cn"), ("aws-us-gov", "signin.amazonaws-us-gov.com")] {
        let caller = Caller { partition: partition.into(), ..keys() };
        let mut desk = on_service(ASSUMED, caller, None);
        desk.press("o");
        assert!(opened(&desk)[0].starts_with(&format!("https://{host}/switchrole?")), "{:?}", opened(&desk));
    }
    let caller = Caller { partition: "aws-iso".into(), ..keys() };
    let mut desk = on_service(ASSUMED, caller, None);
    desk.press("o ctrl-o");
    assert!(opened(&desk).is_empty() && desk.app.notice().unwrap().contains("partition aws-iso"));
}

#[test]
fn the_configured_portal_and_permission_set_win() {
    let toml = format!("{ASSUMED}[browser]\nstart_url = \"https://x.awsapps.com/start/\"\npermission_set = \"View\"\n");
    let mut desk = on_service(&toml, keys(), None);
    desk.press("o");
    assert!(
        opened(&desk)[0].starts_with("https://x.awsapps.com/start/#/console?account_id=000000000012&role_name=View&"),
        "{:?}",
        opened(&desk)
    );
}

#[test]
fn the_callers_own_account_is_opened_for_what_it_is() {
    // Plain keys are no role: the sign-in page of the one account, and nothing that could be another.
    let own = lease("000000000011", "", "arn:aws:iam::000000000011:user/officer", Source::Caller);
    let mut desk = on_service(ASSUMED, keys(), Some(own));
    desk.command("accounts");
    desk.command("main");
    desk.command("accounts");
    desk.press("o");
    assert_eq!(opened(&desk), ["https://000000000011.signin.aws.amazon.com/console"]);
    assert!(desk.app.notice().unwrap().contains("sign-in page of main"), "{:?}", desk.app.notice());
    // Who came through the portal goes back through it.
    let mut desk = on_service(ASSUMED, through_portal(), None);
    desk.command("main");
    desk.command("accounts");
    desk.press("o");
    assert!(opened(&desk)[0].contains("account_id=000000000011&role_name=Ops&destination="), "{:?}", opened(&desk));
}

#[test]
fn where_no_link_leads_it_is_said_why() {
    let said = |toml: &str, caller: Caller, lease: Option<Lease>| {
        let mut desk = on_service(toml, caller, lease);
        desk.press("o");
        assert!(opened(&desk).is_empty(), "{:?}", opened(&desk));
        desk.app.notice().unwrap().to_owned()
    };
    assert!(said(SET, keys(), None).contains("set browser.start_url"));
    assert!(said("", keys(), None).contains("prod is not open yet"));
    let demanding = format!("{ASSUMED}[[where]]\naccount = \"000000000012\"\nexternal_id = \"x-1\"\n");
    assert!(said(&demanding, keys(), None).contains("demands an ExternalId"));
    let probed = lease(
        "000000000012",
        "OrganizationAccountAccessRole",
        "arn:aws:sts::000000000012:assumed-role/OrganizationAccountAccessRole/officer",
        Source::AssumeRole,
    );
    let mut desk = on_service("", keys(), Some(probed));
    desk.press("o");
    assert!(opened(&desk)[0].contains("roleName=OrganizationAccountAccessRole"), "{:?}", opened(&desk));
    // An OU is no account.
    desk.app.focus = crate::app::Focus::Tree;
    desk.asked.clear();
    desk.press("g o");
    assert!(opened(&desk).is_empty() && desk.app.notice().unwrap().contains("nothing to open"));
    desk.press("G o");
    assert!(opened(&desk)[0].contains("account=000000000012"), "an account in the tree is one: {:?}", opened(&desk));
}
