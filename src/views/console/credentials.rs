//! Where credentials come from: the sources that were tried and what each said, the profiles to choose from, and how
//! to see the demo. Needs no AWS, and is what somebody without credentials sees first.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    access::{Profile, ProfileKind, Said, Tried},
    cx::Cx,
    model::{Cell, Facts, FaultKind, Health, Key, Level, Scope, ViewId},
    view::{At, Column, Doing, Out, Section, Source, Span, Target, Text, View},
};

/// The view `credentials`.
pub struct Credentials;
/// For the catalogue.
pub static VIEW: Credentials = Credentials;

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A source of credentials.
    Source,
    /// A profile of the AWS files.
    Profile,
    /// The way to the demo.
    Demo,
}

/// A source, a profile, or the way to the demo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its place in the list.
    pub order: u32,
    /// Which of them it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What it said, in a word: `found`, `absent`, `failed`, `not asked`; of a profile its kind.
    pub said: String,
    /// The same in a sentence.
    pub words: String,
    /// What to do, in sentences.
    pub advice: String,
}

impl View for Credentials {
    type Item = Item;
    const ID: ViewId = ViewId("credentials");
    const ALIASES: &'static [&'static str] = &["creds", "profiles", "start"];
    const ABOUT: &'static str = "Sources of credentials and what each said, and the profiles to choose from";
    const SPAN: Span = Span::Fleet;
    const COLUMNS: &'static [Column<Item>] = &[
        Column::new("kind", 8, |i| Cell::text(i.kind.word())),
        Column::new("name", 28, |i| Cell::text(&i.name)),
        Column::new("said", 16, |i| Cell::text(&i.said)),
        Column::new("words", 0, |i| Cell::text(&i.words)),
    ];
    const SECTIONS: &'static [Section<Item>] =
        &[Section { title: "what to do", text: Text::Now(|i, _| i.advice.clone()) }];
    const SOURCE: Source<Item> = Source::Poll { every: Duration::from_secs(5), fetch };

    fn key(item: &Item) -> Key {
        Key::from(format!("{:06} {}", item.order, item.name))
    }

    fn judge(item: &Item, _: Timestamp) -> Health {
        match (item.kind, item.said.as_str()) {
            (Kind::Source, FOUND) => Health::ok(),
            (Kind::Source, FAILED) => Health::new(Level::Attention, item.words.clone()),
            _ => Health::default(),
        }
    }

    fn facts(item: &Item) -> Facts<'_> {
        Facts { name: &item.name, ..Facts::default() }
    }

    fn target(item: &Item) -> Option<Target> {
        let key = Some(Key::from(item.name.as_str()));
        (item.kind == Kind::Profile).then(|| Target { view: "profile".to_owned(), scope: Scope::fleet(), key })
    }
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Profile => "profile",
            Self::Demo => "demo",
        }
    }
}

const FOUND: &str = "found";
const FAILED: &str = "failed";

/// The rows of profiles and of the demo come after those of the sources.
const PROFILES: u32 = 1_000;
const DEMO: u32 = 900_000;

/// How long the page waits for the caller before it shows what is known without one.
const AT_ONCE: Duration = Duration::from_millis(300);

fn items(cx: &Cx) -> Vec<Item> {
    let mut items: Vec<Item> = cx.vault.tried().iter().zip(0..).map(source).collect();
    items.extend(cx.vault.profiles().iter().zip(PROFILES..).map(profile));
    items.push(demo());
    items
}

fn fetch(cx: Cx, _: At, out: Out<Item>) -> Doing {
    Box::pin(async move {
        // The sources say something once the caller was asked for; from then on the answer comes from memory. Where
        // it does not come, the page is there all the same.
        let mut asked = Box::pin(cx.vault.caller());
        let caller = match tokio::time::timeout(AT_ONCE, &mut asked).await {
            Ok(caller) => caller,
            Err(_) => {
                out.page(items(&cx)).await;
                asked.await
            }
        };
        out.page(items(&cx)).await;
        // That there are no credentials is what this view shows, and no gap in it. What could not be asked is one.
        match caller {
            Err(fault) if matches!(fault.kind, FaultKind::Network | FaultKind::Service) => Err(fault),
            _ => Ok(()),
        }
    })
}

fn source((tried, order): (&Tried, u32)) -> Item {
    let (said, advice) = match tried.said {
        Said::Found => (FOUND, "These are the credentials in use. Enter on a profile below changes to that one."),
        Said::Absent => ("absent", absent(tried.source)),
        Said::Failed => (FAILED, failed(tried.source)),
        Said::NotAsked => ("not asked", "A source before it gave credentials, so that it was not asked."),
    };
    Item {
        order,
        kind: Kind::Source,
        name: tried.source.to_owned(),
        said: said.to_owned(),
        words: tried.words.clone(),
        advice: advice.to_owned(),
    }
}

/// What would make a source that is not set up give credentials.
fn absent(source: &str) -> &'static str {
    let source = source.to_lowercase();
    let has = |word: &str| source.contains(word);
    if has("environment") {
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN for temporary ones), and start again."
    } else if has("sso") {
        "Run `aws configure sso` once, then `aws sso login`; the profile that it writes is listed below."
    } else if has("profile") {
        "Choose a profile below with Enter, name one in AWS_PROFILE or --profile, or write one with `aws configure`."
    } else if has("container") || has("instance") {
        "It gives credentials on AWS's own machines alone: give the task or the instance a role."
    } else {
        "It is not set up on this machine. Any other source will do."
    }
}

/// What to do about a source that is set up and failed.
fn failed(source: &str) -> &'static str {
    let source = source.to_lowercase();
    if source.contains("sso") || source.contains("login") {
        "Log in again: `aws sso login` for the session that is named beside it. The console goes on by itself then."
    } else if source.contains("environment") {
        "The credentials of the environment have ended or are incomplete: set new ones, and start again."
    } else if source.contains("process") {
        "The program failed. Run it by hand and look at what it prints; it gets no terminal from the console."
    } else {
        "It is set up and gave nothing. The sentence beside it says why; after mending it, refresh this view."
    }
}

fn profile((profile, order): (&Profile, u32)) -> Item {
    let (said, how, advice) = match &profile.kind {
        ProfileKind::Role { arn, from } => ("role", format!("assumes {arn} from {from}"), USE),
        ProfileKind::WebIdentity => ("web identity", "assumes a role with a token from a file".to_owned(), USE),
        ProfileKind::Sso { session, role } => {
            let role = if role.is_empty() { "no permission set" } else { role };
            ("SSO", format!("{role} by Identity Center session {session}"), LOGIN)
        }
        ProfileKind::Login => ("login", "credentials of `aws login`".to_owned(), USE),
        ProfileKind::Process => ("process", "a program prints its credentials".to_owned(), USE),
        ProfileKind::Keys => ("keys", "keys in the file".to_owned(), USE),
        ProfileKind::Nothing => ("no credentials", "settings alone, no credentials".to_owned(), EMPTY),
    };
    let account = profile.account.as_ref().map(|a| format!(", account {a}")).unwrap_or_default();
    let region = profile.region.as_ref().map(|r| format!(", {r}")).unwrap_or_default();
    Item {
        order,
        kind: Kind::Profile,
        name: profile.name.clone(),
        said: said.to_owned(),
        words: format!("{how}{account}{region}"),
        advice: advice.to_owned(),
    }
}

const USE: &str = "Enter uses this profile from now on. It is resolved then, and not before.";
const LOGIN: &str =
    "Enter uses this profile from now on. Where its login has ended, the console offers `aws sso login`.";
const EMPTY: &str = "It holds no credentials of its own: the sources after the profile are asked.";

fn demo() -> Item {
    Item {
        order: DEMO,
        kind: Kind::Demo,
        name: "qd demo".to_owned(),
        said: "always works".to_owned(),
        words: "run `qd demo` to see the console on an embedded fleet: no credentials, no network".to_owned(),
        advice:
            "Leave the console and run `qd demo`. It has a fleet and a store of its own, and touches nothing of yours."
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AccountId;

    fn tried(source: &'static str, said: Said) -> Tried {
        Tried { source, said, words: "AWS_ACCESS_KEY_ID is not set".to_owned() }
    }

    #[test]
    fn sources_come_first_in_their_order_and_the_demo_last() {
        let sso = ProfileKind::Sso { session: "corp".to_owned(), role: "View".to_owned() };
        let account = Some(AccountId::from("222222222222"));
        let prod = Profile { name: "a-prod".to_owned(), kind: sso, account, region: Some("eu-west-1".to_owned()) };
        let items = [
            demo(),
            profile((&prod, PROFILES)),
            source((&tried("z", Said::Absent), 1)),
            source((&tried("y", Said::Found), 0)),
        ];
        let mut sorted: Vec<&Item> = items.iter().collect();
        sorted.sort_by_key(|i| Credentials::key(i));
        assert_eq!(sorted.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(), ["y", "z", "a-prod", "qd demo"]);
        assert_eq!(items[1].words, "View by Identity Center session corp, account 222222222222, eu-west-1");
    }

    #[test]
    fn enter_uses_a_profile_and_nothing_else() {
        let keys = Profile { name: "ops".to_owned(), kind: ProfileKind::Keys, account: None, region: None };
        let target = Credentials::target(&profile((&keys, PROFILES))).unwrap();
        assert_eq!((target.view.as_str(), target.key), ("profile", Some(Key::from("ops"))));
        assert!(Credentials::target(&demo()).is_none());
        assert!(Credentials::target(&source((&tried("environment", Said::Found), 0))).is_none());
    }

    #[test]
    fn each_source_says_what_to_do() {
        for (name, said, words, level) in [
            ("environment", Said::Absent, "AWS_ACCESS_KEY_ID", Level::None),
            ("SSO session", Said::Failed, "aws sso login", Level::Attention),
            ("instance", Said::Absent, "a role", Level::None),
            ("profile", Said::Found, "in use", Level::Ok),
            ("process", Said::Failed, "by hand", Level::Attention),
        ] {
            let item = source((&tried(name, said), 0));
            assert!(item.advice.contains(words), "{name}: {}", item.advice);
            assert_eq!(Credentials::judge(&item, Timestamp::UNIX_EPOCH).level, level, "{name}");
        }
    }
}
