//! Where does this text lead? Account ids, ARNs and console links, as people paste them.

mod arn;
mod console;
mod url;

use super::{AccountId, Region};

/// Longer texts are cut: no link is as long, and a paste can be a whole file.
const MOST: usize = 8 * 1024;

/// What a pasted text names. Nothing of it is known to exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The account, where it is named.
    pub account: Option<AccountId>,
    /// The region, where it is named.
    pub region: Option<Region>,
    /// The service's name as in ARNs, such as `ecs`.
    pub service: Option<String>,
    /// The word of the view that shows such things, where there is one: `ecs` or `tasks`.
    pub view: Option<&'static str>,
    /// The thing's own name, such as that of an ECS service.
    pub resource: Option<String>,
    /// The name of what the thing lies in, such as the ECS cluster.
    pub within: Option<String>,
    /// The role or permission set, in links that switch to one and in the ARNs of sessions.
    pub role: Option<String>,
}

impl Target {
    /// Takes from `other` what is not known here.
    fn or(self, other: Self) -> Self {
        Self {
            account: self.account.or(other.account),
            region: self.region.or(other.region),
            service: self.service.or(other.service),
            view: self.view.or(other.view),
            resource: self.resource.or(other.resource),
            within: self.within.or(other.within),
            role: self.role.or(other.role),
        }
    }

    /// The target, unless it names nothing at all.
    fn something(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }

    /// The path of a thing of ECS: `clusters/C`, `clusters/C/services/S`, `clusters/C/tasks/T`.
    fn ecs(within: Option<&str>, kind: &str, name: Option<&str>) -> Self {
        let view = match kind {
            "cluster" | "service" => Some("ecs"),
            "task" => Some("tasks"),
            _ => None,
        };
        let own = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self { view, within: within.and_then(own), resource: name.and_then(own), ..Self::default() }
    }
}

/// Where the text leads; `None` where nothing is recognised.
///
/// Recognised are, in this order: a link of the AWS console, of its sign-in page or of Identity Center; an ARN of any
/// partition, anywhere in the text; an account id with or without dashes, standing by itself.
#[must_use]
pub fn locate(text: &str) -> Option<Target> {
    let end = (0..=text.len().min(MOST)).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let text = &text[..end];
    console::link(text).or_else(|| arn::find(text)).or_else(|| {
        let account = account(text)?;
        Some(Target { account: Some(account), ..Target::default() })
    })
}

/// The first account id of the text: twelve digits, or three groups of four with dashes, next to no letter or digit.
fn account(text: &str) -> Option<AccountId> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '-')).find_map(|word| {
        let id = match word.as_bytes() {
            [_, _, _, _, b'-', _, _, _, _, b'-', _, _, _, _] => word.replace('-', ""),
            _ => word.trim_matches('-').to_owned(),
        };
        AccountId::fits(&id).then(|| AccountId::from(id))
    })
}

/// A region, if the text has the shape of a region's code: words of small letters, and a number, joined by dashes.
fn region(text: &str) -> Option<Region> {
    let (words, number) = text.rsplit_once('-')?;
    let fits = text.len() <= 32
        && words.contains('-')
        && words.split('-').all(|w| w.len() >= 2 && w.bytes().all(|b| b.is_ascii_lowercase()))
        && (1..=2).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| Region::from(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accounts_stand_by_themselves() {
        for (text, id) in [
            ("111122223333", Some("111122223333")),
            ("  1111-2222-3333\n", Some("111122223333")),
            ("prod (012345678901), please", Some("012345678901")),
            ("1111222233334", None),
            ("i-111122223333", None),
            ("x111122223333", None),
            ("1111-22223333", None),
            ("", None),
        ] {
            assert_eq!(locate(text).and_then(|t| t.account).as_ref().map(AccountId::as_str), id, "{text}");
        }
    }

    #[test]
    fn regions_by_their_shape() {
        for yes in ["eu-central-1", "us-gov-west-1", "eusc-de-east-1"] {
            assert!(region(yes).is_some(), "{yes}");
        }
        for no in ["", "-1", "eu-1", "eu-central-", "console", "EU-central-1", "eu--central-1", "global"] {
            assert!(region(no).is_none(), "{no}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,200}") {
            let _target = locate(&text);
        }

        #[test]
        fn nothing_near_a_link_panics(
            host in prop::sample::select(vec![
                "console.aws.amazon.com", "111122223333-abc.eu-west-1.console.aws.amazon.com",
                "signin.aws.amazon.com", "d-1.awsapps.com", "",
            ]),
            rest in "[a-z0-9/#?&=%$:.é-]{0,80}",
        ) {
            let _target = locate(&format!("https://{host}{rest}"));
            let _target = locate(&format!("https://{host}/start/#/console?destination=https%3A%2F%2F{host}{rest}"));
            let _target = locate(&format!("arn:aws:{rest}"));
        }

        #[test]
        fn an_account_is_twelve_digits(text in "[0-9a:/ -]{0,40}") {
            if let Some(account) = locate(&text).and_then(|t| t.account) {
                prop_assert!(AccountId::fits(account.as_str()));
            }
        }
    }
}
