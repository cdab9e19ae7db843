//! What `qd iam-policy` prints, put in force on moto, which weighs actions, the resource of `AssumeRole`, and the trust of
//! roles of the caller's own account. It knows no session policies, and neither trust nor conditions across accounts:
//! those are the embedded fleet's (`least`).

use std::collections::BTreeSet;

use quarterdeck::{model::ViewId, view::Span, views::VIEWS};
use serde_json::{Value, json};

use super::grant::parts;
use crate::support::{Done, Moto, Qd};

/// The end of the ARN of the role in the member account.
const ROLE: &str = "role/cicd/delegated-role";

/// A server, what was built on it, and what was printed for it.
struct Bench {
    moto: Moto,
    said: Value,
    parts: Vec<(String, String, Value)>,
}

impl Bench {
    fn new() -> Self {
        let moto = Moto::start();
        let said = moto.build("moto_least.py");
        let mut bench = Self { moto, said, parts: Vec::new() };
        let done = bench.qd("officer").run(&["iam-policy"]);
        assert_eq!(done.code, 0, "{}", done.err);
        bench.parts = parts(&done.out);
        assert_eq!(bench.parts.len(), 6, "{}", done.out);
        bench
    }

    /// The program as one of the users, over a hub in their own account.
    fn qd(&self, user: &str) -> Qd {
        let (keys, management) = (&self.said[user], self.said["management"].as_str().expect("an id"));
        let toml = format!(
            "roles = [\"fleet\"]\nregions = [\"eu-central-1\"]\n[limits]\nshare = 1.0\n[role.fleet]\n\
             arn = \"arn:{{partition}}:iam::{{account}}:{ROLE}\"\nchain = [\"arn:aws:iam::{management}:role/ops/hub\"]\n"
        );
        Qd::new()
            .envs(self.moto.environment())
            .env("AWS_ACCESS_KEY_ID", keys["id"].as_str().expect("an id"))
            .env("AWS_SECRET_ACCESS_KEY", keys["secret"].as_str().expect("a secret"))
            .config(&toml)
    }

    fn part(&self, begins: &str, ends: &str) -> &Value {
        let found = self.parts.iter().find(|(title, ..)| title.starts_with(begins) && title.ends_with(ends));
        &found.unwrap_or_else(|| panic!("no {begins} … {ends}")).2
    }

    /// Puts the printed policies in force; the role in the account has them less an action.
    fn enforce(&self, less: &str) {
        self.moto.enforce(false);
        let mut role = self.part("permissions of", ROLE).clone();
        role["Statement"][0]["Action"].as_array_mut().expect("actions").retain(|action| action != less);
        let users = [self.part("permissions of", ":user/officer"), self.part("permissions of", "in its own account")];
        self.moto.run(
            "moto_least.py",
            &json!({
                "account": self.said["account"],
                "users": users,
                "hub": { "permissions": self.part("permissions of", "role/ops/hub"), "trust": self.part("trust of", "role/ops/hub") },
                "role": { "permissions": role, "trust": self.part("trust of", ROLE) },
            }),
        );
        self.moto.enforce(true);
    }

    fn get(&self, user: &str, view: ViewId) -> Done {
        let of = VIEWS.iter().any(|v| v.id() == view && matches!(v.span(), Span::One(_)));
        let words = ["get", view.0, "--account", "prod", "--output", "json"];
        let more: &[&str] = if of { &["--of", "shop"] } else { &[] };
        self.qd(user).run(&[&words, more].concat())
    }
}

/// Views that read by a role what moto knows: it has no `account:ListRegions`.
fn known() -> impl Iterator<Item = ViewId> {
    VIEWS
        .iter()
        .filter(|view| !view.actions().is_empty() && view.span() != Span::Fleet)
        .map(|view| view.id())
        .filter(|id| id.0 != "regions")
}

/// The keys of the rows, and which kinds of gaps there are.
fn told(done: &Done) -> (BTreeSet<String>, BTreeSet<String>) {
    let answer = done.json();
    let texts = |list: &Value, field: &str| -> BTreeSet<String> {
        let rows = list.as_array().unwrap_or_else(|| panic!("no list: {answer}"));
        rows.iter().filter_map(|row| row[field].as_str()).map(str::to_owned).collect()
    };
    (texts(&answer["rows"], "key"), texts(&answer["coverage"]["gaps"], "kind"))
}

#[test]
fn moto_denies_nothing_that_is_printed_and_everything_else() {
    let bench = Bench::new();
    let free: Vec<_> = known().map(|view| (view, told(&bench.get("officer", view)))).collect();
    assert!(free.len() > 9 && free.iter().filter(|(_, (rows, _))| !rows.is_empty()).count() > 5, "{free:?}");
    bench.enforce("");
    for (view, before) in &free {
        let done = bench.get("officer", *view);
        assert_eq!(told(&done), *before, "{view}\n{}", done.err);
        assert!(!before.1.contains("denied"), "{view}");
    }
    // The hub trusts the officer alone, whatever the other one's own policies allow.
    let (rows, gaps) = told(&bench.get("stranger", ViewId("clusters")));
    assert!(rows.is_empty() && gaps.contains("denied"), "{rows:?} {gaps:?}");
    for (action, view, others) in [
        ("ecs:DescribeCapacityProviders", "capacity", ["clusters", "ecs"]),
        ("ecs:DescribeContainerInstances", "instances", ["clusters", "tasks"]),
        ("ecs:ListTaskDefinitions", "task-definitions", ["events", "tasks"]),
        ("elasticloadbalancing:DescribeTargetHealth", "targets", ["ecs", "events"]),
        ("events:ListTargetsByRule", "scheduled-tasks", ["standalone-tasks", "clusters"]),
        ("scheduler:ListSchedules", "scheduled-tasks", ["standalone-tasks", "targets"]),
    ] {
        bench.enforce(action);
        let done = bench.get("officer", ViewId(view));
        assert!(told(&done).1.contains("denied"), "{view} without {action}\n{}\n{}", done.out, done.err);
        for other in others {
            let done = bench.get("officer", ViewId(other));
            assert!(!told(&done).1.contains("denied"), "{other} without {action}\n{}", done.err);
        }
    }
}
