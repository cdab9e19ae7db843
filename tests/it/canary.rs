//! Secrets that are planted, and looked for everywhere: on the screen, in files, in outputs, in what is printed for
//! debugging.

use std::fs;

use quarterdeck::{config::Env, sim, view::At};

use crate::support::{
    Fleet, Inside,
    inside::{named, quick},
};

/// A secret access key that nothing else looks like.
const CANARY: &str = "CANARYcanary0123456789CANARYcanary012345";

/// The secrets and tokens of the first sessions that a fleet of the default seed gives out. They follow from the
/// seed and the order alone, so that another fleet's are known.
async fn issued(count: usize) -> Vec<String> {
    let inside = Inside::new(quick()).await;
    let org = inside.org().await;
    let session = inside.cx.vault.caller_session(&"eu-central-1".into()).await.expect("the caller");
    let sts = inside.cx.remote.sts(&session);
    let arn = format!("arn:aws:iam::{}:role/cicd/delegated-role", named(&org, "prod").id);
    let mut secrets = Vec::new();
    for _ in 0..count {
        let answer = sts.assume_role().role_arn(&arn).role_session_name("canary").send().await.expect("a session");
        let keys = answer.credentials().expect("keys");
        secrets.push(keys.secret_access_key().to_owned());
        secrets.push(keys.session_token().to_owned());
    }
    secrets
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes.windows(secret.len()).any(|part| part == secret.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_leaves_the_vault() {
    let mut secrets = issued(64).await;
    secrets.push(CANARY.to_owned());
    // What the embedded fleet's task definitions hold as the value of a variable.
    secrets.push("canary-do-not-show".to_owned());
    let found = tokio::task::spawn_blocking(|| {
        let fleet = Fleet::start(&["--fault", "denied@ecs/dev", "--fault", "malformed@ecs/cicd"]);
        let qd = fleet.qd().env("AWS_SECRET_ACCESS_KEY", CANARY);
        let mut places = Vec::new();
        let mut pty = qd.open(&[], (160, 50));
        pty.wait("the board", |s| s.contains("checkout") && s.contains("log-archive"));
        for view in ["credentials", "access", "errors", "budget", "ecs"] {
            pty.keys(&format!(":{view}\rd"));
            pty.wait_for(view);
            pty.keys("jjd");
        }
        pty.keys(":ecs\r/checkout\rgt");
        pty.wait("task definitions", |s| s.contains("awslogs"));
        pty.keys("d");
        pty.wait("a difference", |s| s.contains("against revision"));
        pty.keys("d\x03");
        assert_eq!(pty.exit_code(), 0);
        places.push(("the screen".to_owned(), pty.bytes()));
        for view in ["ecs", "access", "credentials", "errors", "watch"] {
            let done = qd.run(&["get", view, "--output", "json"]);
            places.push((format!("qd get {view}"), format!("{}{}", done.out, done.err).into_bytes()));
        }
        for view in ["deployments", "events", "task-definitions", "tasks"] {
            let of = ["get", view, "--of", "checkout", "--account", "prod", "--output", "json"];
            let done = qd.run(&of);
            assert!(done.out.len() > 500, "{view}: {}", done.err);
            places.push((format!("qd get {view}"), format!("{}{}", done.out, done.err).into_bytes()));
        }
        let info = qd.run(&["info"]);
        places.push(("qd info".to_owned(), format!("{}{}", info.out, info.err).into_bytes()));
        let files = qd.home().files();
        assert!(files.iter().any(|f| f.ends_with("quarterdeck.db")), "{files:?}");
        places.extend(files.iter().map(|f| (f.display().to_string(), fs::read(f).expect("a file"))));
        assert!(fleet.calls()["total"].as_u64() > Some(50));
        places
    });
    for (place, bytes) in found.await.expect("no panic") {
        for secret in &secrets {
            assert!(!holds(&bytes, secret), "{place} holds {}…", &secret[..8]);
        }
    }
}

#[tokio::test]
async fn nothing_prints_a_secret_for_debugging() {
    let sim = sim::start(quick()).await.expect("a port");
    let pairs = sim
        .environment()
        .into_iter()
        .map(|(name, value)| (name, if name == "AWS_SECRET_ACCESS_KEY" { CANARY.to_owned() } else { value }));
    let env: Env = pairs.collect();
    let mut inside = Inside::on(sim, env, crate::support::inside::DEMO);
    let org = inside.org().await;
    let account = named(&org, "prod");
    let session = inside.cx.session(Some(&account), None, &"eu-central-1".into()).await.expect("a session");
    let lease = inside.cx.vault.lease(&account, None).await.expect("a lease");
    let denied = inside.cx.vault.lease(&named(&org, "log-archive"), None).await.expect_err("a refusal");
    let pass = inside.read("credentials", At::fleet()).await;
    let mut printed = format!("{:?} {session:?} {lease:?} {denied:?}", inside.cx.vault);
    printed += &format!("{:?} {:?} {:?}", inside.base.env, inside.cx.vault.standing(), inside.cx.vault.tried());
    printed += &format!("{:?} {:?}", inside.cx.vault.caller().await, inside.cx.vault.files());
    for row in pass.rows.values() {
        printed += &row.json().to_string();
    }
    while let Ok(news) = inside.news.try_recv() {
        printed += &format!("{news:?}");
    }
    assert!(printed.contains("delegated-role"), "{printed}");
    assert!(!printed.contains(CANARY), "the caller's secret");
    assert!(!printed.contains("IQoJ"), "a session token: {printed}");
}
