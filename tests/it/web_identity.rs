//! A token in a file in the place of AWS credentials, as a pod has it: the built program on the embedded fleet.

use std::collections::BTreeSet;

use quarterdeck::sim::{self, Sim};
use serde_json::Value;

use crate::support::{Done, Qd, inside::quick};

/// The roles that the service account's role may assume, in every account.
const CONFIG: &str = "roles = [\"role/cicd/delegated-role\"]\nregions = [\"eu-central-1\", \"eu-west-1\"]\n\
                      [limits]\nshare = 1.0\n";

/// The program with this token and role, and without any AWS credentials.
fn pod(sim: &Sim, role: &str, token: &str) -> Qd {
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    let environment = sim.environment().into_iter().filter(|(name, _)| !keys.contains(name));
    let qd = Qd::new().envs(environment.map(|(name, value)| (name.to_owned(), value))).config(CONFIG);
    let file = qd.home().write("token", token);
    qd.env("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().expect("a path in UTF-8"))
        .env("AWS_ROLE_ARN", role)
        .env("AWS_ROLE_SESSION_NAME", "quarterdeck-7f9c")
}

async fn run(qd: &Qd, words: &'static [&'static str]) -> Done {
    let qd = qd.clone();
    tokio::task::spawn_blocking(move || qd.run(words)).await.expect("an end")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_reads_the_fleet_by_its_token() {
    let sim = sim::start(quick()).await.expect("a port");
    let (role, token) = sim.web_identity().expect("a role for web identities");
    let qd = pod(&sim, &role, &token);
    let done = run(&qd, &["get", "ecs", "--output", "json"]).await;
    let answer: Value = done.json();
    let accounts: BTreeSet<&str> =
        answer["rows"].as_array().expect("rows").iter().filter_map(|row| row["account_name"].as_str()).collect();
    for name in ["admin", "prod", "dev", "stackhawk-prod-runtime"] {
        assert!(accounts.contains(name), "{name} in {accounts:?}");
    }
    let refused: BTreeSet<&str> = answer["coverage"]["gaps"]
        .as_array()
        .expect("gaps")
        .iter()
        .filter_map(|gap| gap["account_name"].as_str())
        .collect();
    let closed = BTreeSet::from(["senncloud-management", "log-archive", "stackhawk-prod-infrastructure"]);
    assert_eq!(refused, closed, "whom the delegated roles keep out\n{}", done.err);
    assert_eq!(sim.mutations().len(), 0);
    let asked = sim.calls().into_iter().filter(|call| call.operation == "AssumeRoleWithWebIdentity");
    let asked: Vec<_> = asked.map(|call| (call.key, call.account, call.status)).collect();
    assert_eq!(asked, [(String::new(), String::new(), Some(200))], "once, unsigned");
    let printed = run(&qd, &["iam-policy"]).await.out;
    assert!(
        printed.contains(":role/*/console") && printed.contains(":assumed-role/console/quarterdeck-7f9c"),
        "{printed}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_sts_does_not_take_is_told_in_its_words() {
    let sim = sim::start(quick()).await.expect("a port");
    let (role, token) = sim.web_identity().expect("a role for web identities");
    let other = role.replace("role/oncall/console", "role/cicd/delegated-role");
    let stranger = sim::start(sim::Options { seed: 2, ..quick() }).await.expect("a port");
    let foreign = stranger.web_identity().expect("a role for web identities").1;
    for (role, token, words) in [
        (&role, format!("{token}x"), "signature"),
        (&role, foreign, "No OpenIDConnect provider found in your account for https://oidc.eks."),
        (&role, "nonsense".to_owned(), "not a valid JWT"),
        (&other, token.clone(), "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
    ] {
        let done = run(&pod(&sim, role, &token), &["get", "ecs"]).await;
        assert_ne!(done.code, 0, "{words}");
        assert!(done.err.contains(words) || done.out.contains(words), "{words} in\n{}\n{}", done.out, done.err);
    }
    sim.clock().advance(std::time::Duration::from_secs(3601));
    let done = run(&pod(&sim, &role, &token), &["get", "ecs"]).await;
    let said = format!("{}{}", done.out, done.err);
    assert!(done.code != 0 && said.contains("Token expired"), "{said}");
}
