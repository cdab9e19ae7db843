//! Links into AWS's own console: which page, and how a browser comes to it in the right account.
//!
//! A [`Link`] is made here alone, of parts that are checked or encoded: text from outside never becomes one. A page's bare
//! address would open in whatever account the browser looks at; so it goes through a [`Door`] that names the account.
//!
//! Sources: Identity Center user guide, "Creating shortcut links to AWS Management Console destinations"; IAM user guide,
//! "Switch from a user to an IAM role (console)" (`switchrole?account=&roleName=&displayName=`) and "How IAM users sign in".

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{AccountId, Region};

/// The hosts of a partition that people look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// The partition, as in ARNs.
    pub partition: &'static str,
    /// Where its console is.
    pub console: &'static str,
    /// Where people sign in and switch roles.
    pub sign_in: &'static str,
}

impl Hosts {
    /// Of every partition that is open to customers.
    pub const ALL: [Self; 4] = [
        Self::of("aws", "console.aws.amazon.com", "signin.aws.amazon.com"),
        Self::of("aws-cn", "console.amazonaws.cn", "signin.amazonaws.cn"),
        Self::of("aws-us-gov", "console.amazonaws-us-gov.com", "signin.amazonaws-us-gov.com"),
        Self::of("aws-eusc", "console.amazonaws-eusc.eu", "signin.amazonaws-eusc.eu"),
    ];

    const fn of(partition: &'static str, console: &'static str, sign_in: &'static str) -> Self {
        Self { partition, console, sign_in }
    }

    /// The hosts of a partition, where they are known.
    #[must_use]
    pub fn find(partition: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hosts| hosts.partition == partition)
    }
}

/// An https address of printable ASCII, built by this file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link(String);

impl Link {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A page of the console, without its host, account and region.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Page {
    path: String,
    fragment: String,
}

impl Default for Page {
    /// The account's console home.
    fn default() -> Self {
        Self::at(&["console", "home"])
    }
}

impl Page {
    /// A page by the words of its path.
    #[must_use]
    pub fn at(words: &[&str]) -> Self {
        let path = words.iter().map(|word| encode(word, "")).collect::<Vec<_>>().join("/");
        Self { path, fragment: String::new() }
    }

    /// The same with what follows the `#`.
    #[must_use]
    pub fn fragment(mut self, text: &str) -> Self {
        self.fragment = encode(text, "/:=,");
        self
    }

    /// Its bare address: where it is once the browser is in the account. `None` for a partition whose hosts are not known.
    #[must_use]
    pub fn address(&self, partition: &str, region: Option<&Region>) -> Option<Link> {
        let host = Hosts::find(partition)?.console;
        let region = region.map(Region::as_str).filter(|r| is_label(r));
        let before = region.map(|r| format!("{r}.")).unwrap_or_default();
        let query = region.map(|r| format!("?region={r}")).unwrap_or_default();
        let fragment = if self.fragment.is_empty() { String::new() } else { format!("#{}", self.fragment) };
        Some(Link(format!("https://{before}{host}/{}{query}{fragment}", self.path)))
    }
}

/// The address of Identity Center's portal, as people have it in their AWS configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Start(String);

impl Start {
    /// Reads `https://corp.awsapps.com/start`, with or without what the portal itself adds after a `#`. `None` for what is
    /// no such address: another scheme, a user or port in it, a query, letters that no host or path has.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.trim().split('#').next().unwrap_or_default().trim_end_matches('/');
        let rest = bare.strip_prefix("https://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.to_ascii_lowercase();
        let of_path = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
        let fits = host.contains('.') && host.split('.').all(is_label) && path.bytes().all(of_path);
        let path = if path.is_empty() { String::new() } else { format!("/{path}") };
        fits.then(|| Self(format!("https://{host}{path}")))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a browser comes into an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// Through Identity Center's portal, with a permission set. It carries a page.
    Portal {
        /// The portal.
        start: Start,
        /// The permission set.
        set: String,
    },
    /// By a switch of role. It carries no page.
    Switch {
        /// The role's name with its path, such as `cicd/deploy`.
        role: String,
    },
    /// By signing in to the account. It carries no page.
    SignIn,
}

/// An account and the door to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The account.
    pub account: AccountId,
    /// What people call it.
    pub name: String,
    /// Its partition.
    pub partition: String,
    /// The door.
    pub door: Door,
}

/// Letters of the name that the console shows for a role that was switched to (IAM user guide: 64).
const SHOWN: usize = 64;

impl Way {
    /// Whether the link leads to the page itself, and not to the account alone.
    #[must_use]
    pub fn carries(&self) -> bool {
        matches!(self.door, Door::Portal { .. })
    }

    /// The link that leads to a page in this account. `None` for a partition whose hosts are not known, and for what is no
    /// account's id.
    #[must_use]
    pub fn link(&self, page: &Page, region: Option<&Region>) -> Option<Link> {
        let account = Some(self.account.as_str()).filter(|id| AccountId::fits(id))?;
        let sign_in = Hosts::find(&self.partition)?.sign_in;
        Some(Link(match &self.door {
            Door::Portal { start, set } => {
                let (start, set) = (start.as_str(), encode(set, ""));
                let page = encode(page.address(&self.partition, region)?.as_str(), "");
                format!("{start}/#/console?account_id={account}&role_name={set}&destination={page}")
            }
            Door::Switch { role } => {
                let shown: String = self.name.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
                let (role, shown) = (encode(role, ""), encode(&shown, ""));
                format!("https://{sign_in}/switchrole?account={account}&roleName={role}&displayName={shown}")
            }
            Door::SignIn => format!("https://{account}.{sign_in}/console"),
        }))
    }
}

/// The name with its path of the role of an IAM ARN: `cicd/deploy` of `arn:aws:iam::…:role/cicd/deploy`.
#[must_use]
pub fn role_of(arn: &str) -> Option<&str> {
    let (_, role) = arn.split_once(":role/")?;
    Some(role).filter(|role| !role.is_empty())
}

/// The name of the role that an ARN of STS is a session of. A path is not in such an ARN.
#[must_use]
pub fn session_role(arn: &str) -> Option<&str> {
    let (_, rest) = arn.split_once(":assumed-role/")?;
    rest.split('/').next().filter(|role| !role.is_empty())
}

/// The permission set that a role was made for by Identity Center: `Admin` of `AWSReservedSSO_Admin_0123456789abcdef`.
#[must_use]
pub fn permission_set(role: &str) -> Option<&str> {
    let (set, tail) = role.strip_prefix("AWSReservedSSO_")?.rsplit_once('_')?;
    let made = tail.len() == 16 && tail.bytes().all(|b| b.is_ascii_hexdigit()) && !set.is_empty();
    made.then_some(set)
}

/// Whether a text is a label of a host's name.
fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Percent-encodes everything but letters, digits, `-._~` (RFC 3986, "unreserved") and what else is `kept`.
fn encode(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.as_bytes().contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for half in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(half), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::locate::locate;

    fn way(partition: &str, door: Door) -> Way {
        Way { account: "111122223333".into(), name: "pay prod".into(), partition: partition.into(), door }
    }

    fn portal() -> Door {
        Door::Portal { start: Start::parse("https://corp.awsapps.com/start/#/").unwrap(), set: "ReadOnly+x".into() }
    }

    fn service() -> Page {
        Page::at(&["ecs", "v2", "clusters", "main", "services", "pay&go", "health"])
    }

    #[test]
    fn each_partition_has_its_own_hosts() {
        for (partition, region, page, switch, sign_in) in [
            (
                "aws",
                "eu-central-1",
                "https://eu-central-1.console.aws.amazon.com/ecs/v2/clusters/main/services/pay%26go/health?region=eu-central-1",
                "https://signin.aws.amazon.com/switchrole?account=111122223333&roleName=cicd%2Fdeploy&displayName=pay%20prod",
                "https://111122223333.signin.aws.amazon.com/console",
            ),
            (
                "aws-cn",
                "cn-north-1",
                "https://cn-north-1.console.amazonaws.cn/ecs/v2/clusters/main/services/pay%26go/health?region=cn-north-1",
                "https://signin.amazonaws.cn/switchrole?account=111122223333&roleName=cicd%2Fdeploy&displayName=pay%20prod",
                "https://111122223333.signin.amazonaws.cn/console",
            ),
            (
                "aws-us-gov",
                "us-gov-west-1",
                "https://us-gov-west-1.console.amazonaws-us-gov.com/ecs/v2/clusters/main/services/pay%26go/health?region=us-gov-west-1",
                "https://signin.amazonaws-us-gov.com/switchrole?account=111122223333&roleName=cicd%2Fdeploy&displayName=pay%20prod",
                "https://111122223333.signin.amazonaws-us-gov.com/console",
            ),
        ] {
            let region = Region::from(region);
            assert_eq!(service().address(partition, Some(&region)).unwrap().as_str(), page);
            let of = |door| way(partition, door).link(&service(), Some(&region)).unwrap();
            assert_eq!(of(Door::Switch { role: "cicd/deploy".into() }).as_str(), switch);
            assert_eq!(of(Door::SignIn).as_str(), sign_in);
        }
        assert_eq!(way("aws-iso", Door::SignIn).link(&service(), None), None, "hosts that nobody here knows");
    }

    #[test]
    fn the_portal_carries_the_page() {
        let (region, page) =
            (Region::from("eu-west-1"), Page::at(&["ec2", "home"]).fragment("TargetGroup:targetGroupArn=arn:aws:x/y"));
        let link = way("aws", portal()).link(&page, Some(&region)).unwrap();
        assert_eq!(
            link.as_str(),
            "https://corp.awsapps.com/start/#/console?account_id=111122223333&role_name=ReadOnly%2Bx&destination=\
             https%3A%2F%2Feu-west-1.console.aws.amazon.com%2Fec2%2Fhome%3Fregion%3Deu-west-1%23TargetGroup%3A\
             targetGroupArn%3Darn%3Aaws%3Ax%2Fy"
        );
        assert!(way("aws", portal()).carries() && !way("aws", Door::SignIn).carries());
        assert_eq!(
            Page::default().address("aws", None).unwrap().as_str(),
            "https://console.aws.amazon.com/console/home"
        );
    }

    #[test]
    fn what_is_built_is_read_back_by_what_reads_pasted_links() {
        let region = Region::from("eu-west-1");
        let page = Page::at(&["ecs", "v2", "clusters", "main", "services", "pay", "health"]);
        let found = locate(way("aws", portal()).link(&page, Some(&region)).unwrap().as_str()).unwrap();
        assert_eq!(found.account.as_ref().map(AccountId::as_str), Some("111122223333"));
        assert_eq!((found.resource.as_deref(), found.within.as_deref()), (Some("pay"), Some("main")));
        assert_eq!((found.region, found.role.as_deref()), (Some(region), Some("ReadOnly+x")));
    }

    #[test]
    fn a_start_url_is_an_https_address_and_nothing_more() {
        for (text, read) in [
            ("https://corp.awsapps.com/start", Some("https://corp.awsapps.com/start")),
            ("https://Corp.awsapps.com/start#/", Some("https://corp.awsapps.com/start")),
            ("https://ssoins-1.portal.eu-central-1.app.aws", Some("https://ssoins-1.portal.eu-central-1.app.aws")),
            ("http://corp.awsapps.com/start", None),
            ("https://corp.awsapps.com:8443/start", None),
            ("https://user@corp.awsapps.com/start", None),
            ("https://corp.awsapps.com/start?x=1", None),
            ("https://corp.awsapps.com/\u{1b}]0;x", None),
            ("https://localhost", None),
            ("javascript:alert(1)", None),
            ("", None),
        ] {
            assert_eq!(Start::parse(text).as_ref().map(Start::as_str), read, "{text}");
        }
    }

    #[test]
    fn roles_are_read_from_their_arns() {
        assert_eq!(role_of("arn:aws-cn:iam::111122223333:role/cicd/deploy"), Some("cicd/deploy"));
        assert_eq!(role_of("arn:aws:iam::111122223333:user/x"), None);
        assert_eq!(session_role("arn:aws:sts::111122223333:assumed-role/deploy/al"), Some("deploy"));
        assert_eq!(permission_set("AWSReservedSSO_Read_Only_0123456789abcdef"), Some("Read_Only"));
        assert_eq!(permission_set("AWSReservedSSO_x"), None);
    }

    proptest! {
        #[test]
        fn no_name_from_outside_breaks_out_of_a_link(
            name in "\\PC{0,80}", role in "\\PC{1,40}", word in "\\PC{0,40}", region in "\\PC{0,20}", id in "[0-9a-z]{10,13}",
        ) {
            let region = Region::from(region.as_str());
            let page = Page::at(&["ecs", &word]).fragment(&word);
            for door in [portal(), Door::Switch { role: role.clone() }, Door::SignIn] {
                let way = Way { account: id.as_str().into(), name: name.clone(), ..way("aws", door) };
                let Some(link) = way.link(&page, Some(&region)) else {
                    prop_assert!(!AccountId::fits(&id));
                    continue;
                };
                prop_assert!(link.as_str().bytes().all(|b| b.is_ascii_graphic()), "{link}");
                let host = link.as_str().strip_prefix("https://").and_then(|rest| rest.split('/').next());
                let host = host.unwrap_or_default();
                prop_assert!(host == "corp.awsapps.com" || host.ends_with("signin.aws.amazon.com"), "{link}");
            }
            let bare = page.address("aws", Some(&region)).expect("a known partition");
            let host = bare.as_str().strip_prefix("https://").and_then(|rest| rest.split('/').next());
            prop_assert!(host.is_some_and(|h| h.ends_with("console.aws.amazon.com")), "{bare}");
        }
    }
}
