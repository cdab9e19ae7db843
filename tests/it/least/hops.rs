//! The way in: who is trusted, and what a hop of a chain may do.

use std::sync::Arc;

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use quarterdeck::{
    access::{News, Raise, policy},
    config::Env,
    model::{Ask, FaultKind, Region},
    remote::Session,
    sim,
    view::Deed,
    views,
};
use tokio::sync::mpsc;

use super::{CONFIG, ROLE, govern, part, printed};
use crate::support::{
    Inside,
    inside::{named, quick, view},
};

fn region() -> Region {
    Region::from("eu-central-1")
}

/// A session with keys of the fleet.
fn session(keys: &sim::Keys) -> Session {
    let keys = Credentials::new(&keys.id, &keys.secret, keys.token.clone(), None, "test");
    Session::new(SharedCredentialsProvider::new(keys), region())
}

/// Assumes a role with a session policy; what was said where it is refused.
async fn assume(inside: &Inside, from: &Session, role: &str, policy: Option<&str>) -> Result<Session, String> {
    let asked = inside.cx.remote.sts(from).assume_role().role_arn(role).role_session_name("test");
    let said = asked.set_policy(policy.map(str::to_owned)).send().await.map_err(|e| format!("{e:?}"))?;
    let given = said.credentials.expect("credentials");
    let (id, secret, token) = (given.access_key_id, given.secret_access_key, Some(given.session_token));
    Ok(session(&sim::Keys { id, secret, token, expires: None }))
}

fn arn(inside: &Inside, account: &str, role: &str) -> String {
    format!("arn:aws:iam::{}:{role}", inside.sim.world().named(account).expect("an account").id)
}

#[tokio::test]
async fn a_hop_of_a_chain_may_assume_the_next_role_and_do_nothing_else() {
    let probe = Inside::new(quick()).await;
    let hub = arn(&probe, "audit", "role/audit/read-only");
    let toml = format!(
        "roles = [\"fleet\"]\nregions = [\"eu-central-1\"]\n[role.fleet]\n\
         arn = \"arn:{{partition}}:iam::{{account}}:{ROLE}\"\nchain = [\"{hub}\"]\nexternal_id = \"fleet-7\"\n"
    );
    let inside = Inside::with(quick(), &toml).await;
    let org = inside.org().await;
    let account = named(&org, "prod");
    let at = inside.places("ecs", std::slice::from_ref(&account)).await.remove(0);
    let refused = inside.read("ecs", at.clone()).await;
    assert!(!refused.complete, "the roles of the default world do not trust the hub");
    inside.cx.vault.retry();
    let parts = printed(&inside, false).await;
    assert_eq!(parts.len(), 6, "{parts:?}");
    govern(&inside, &parts, "");
    let (may, trust) = (part(&parts, "permissions of", "audit/read-only"), part(&parts, "trust of", "audit/read-only"));
    inside.sim.govern("role/audit/read-only", &may.to_string(), &trust.to_string()).expect("policies");
    let pass = inside.read("ecs", at).await;
    assert!(pass.complete && pass.rows.len() > 5 && pass.faults.is_empty(), "{:?}", pass.faults);
    // The hub's own permissions reach every account; the session on the way to one of them does not.
    let (next, other) = (arn(&inside, "prod", ROLE), arn(&inside, "dev", ROLE));
    let caller = session(&inside.sim.administrator());
    let free = assume(&inside, &caller, &hub, None).await.expect("the hub trusts the caller");
    assert!(assume(&inside, &free, &other, None).await.expect_err("an external id").contains("AccessDenied"));
    let hop = assume(&inside, &caller, &hub, Some(&policy::hop_policy(&next))).await.expect("the hub");
    let said = assume(&inside, &hop, &other, None).await.expect_err("a refusal");
    assert!(said.contains("because no session policy allows the sts:AssumeRole action"), "{said}");
    let said = inside.cx.remote.ecs(&hop).list_clusters().send().await.expect_err("a refusal");
    assert!(format!("{said:?}").contains("not authorized to perform: ecs:ListClusters"), "{said:?}");
}

#[tokio::test]
async fn the_printed_trust_lets_the_caller_in_and_nobody_else() {
    let inside = Inside::with(quick(), CONFIG).await;
    inside.cx.vault.caller().await.expect("a caller");
    let role = arn(&inside, "prod", ROLE);
    let (officer, cicd) = (session(&inside.sim.administrator()), session(&inside.sim.member("cicd").expect("keys")));
    for who in [&officer, &cicd] {
        assume(&inside, who, &role, None).await.expect("the default world trusts both");
    }
    let parts = printed(&inside, false).await;
    govern(&inside, &parts, "");
    assume(&inside, &officer, &role, None).await.expect("whom it was printed for");
    let said = assume(&inside, &cicd, &role, None).await.expect_err("a refusal");
    assert!(said.contains("AccessDenied"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_a_device_is_configured_the_printed_trust_wants_its_code() {
    let probe = Inside::with(quick(), CONFIG).await;
    let (device, code) = probe.sim.mfa();
    let toml = format!(
        "roles = [\"fleet\"]\nregions = [\"eu-central-1\"]\n[role.fleet]\n\
         arn = \"arn:{{partition}}:iam::{{account}}:{ROLE}\"\nmfa_serial = \"{device}\"\n"
    );
    let mut inside = Inside::with(quick(), &toml).await;
    let parts = printed(&inside, false).await;
    govern(&inside, &parts, "");
    let officer = session(&inside.sim.administrator());
    let said = assume(&inside, &officer, &arn(&inside, "prod", ROLE), None).await.expect_err("the keys alone");
    assert!(said.contains("AccessDenied"), "{said}");
    let (tell, mut news) = mpsc::unbounded_channel();
    inside.cx = inside.base.connect(tell, true).expect("a connection with somebody to ask");
    let vault = inside.cx.vault.clone();
    let person = tokio::spawn(async move {
        while let Some(news) = news.recv().await {
            if let News::Ask(id, Ask::Mfa { .. }) = news {
                vault.answer(id, Some(code.to_owned()));
            }
        }
    });
    let org = inside.org().await;
    let account = named(&org, "prod");
    let at = inside.places("ecs", std::slice::from_ref(&account)).await.remove(0);
    let mut pass = inside.read("ecs", at.clone()).await;
    // Nobody queues behind a prompt: who reads meanwhile is told of it.
    for _ in 0..200 {
        if pass.faults.iter().all(|fault| fault.kind != FaultKind::Prompt) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        pass = inside.read("ecs", at.clone()).await;
    }
    assert!(pass.complete && pass.faults.is_empty() && !pass.rows.is_empty(), "{:?}", pass.faults);
    person.abort();
}

/// A session is not named by a trust: its account is, and its role by a condition.
#[tokio::test]
async fn the_trust_of_a_session_is_for_its_role_alone() {
    let probe = Inside::with(quick(), CONFIG).await;
    probe.cx.vault.caller().await.expect("a caller");
    let reader = arn(&probe, "admin", "role/audit/read-only");
    let admin = session(&probe.sim.administrator());
    let given = probe.cx.remote.sts(&admin).assume_role().role_arn(&reader).role_session_name("anna");
    let given = given.send().await.expect("a session").credentials.expect("credentials");
    let env: Env = probe
        .sim
        .environment()
        .into_iter()
        .chain([
            ("AWS_ACCESS_KEY_ID", given.access_key_id),
            ("AWS_SECRET_ACCESS_KEY", given.secret_access_key),
            ("AWS_SESSION_TOKEN", given.session_token),
        ])
        .collect();
    let inside = Inside::on(probe.sim, env, CONFIG);
    let parts = printed(&inside, false).await;
    let trust = part(&parts, "trust of", ROLE);
    assert!(trust["Statement"][0]["Condition"]["ArnLike"].is_object(), "{trust}");
    inside.sim.govern(ROLE, &part(&parts, "permissions of", ROLE).to_string(), &trust.to_string()).expect("policies");
    // What the caller may do is its role's: less than this it may not.
    let caller = part(&parts, "permissions of arn:aws:sts", "/anna");
    let nobody = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
        "Principal":{"AWS":"*"}}]}"#;
    inside.sim.govern("role/audit/read-only", &caller.to_string(), nobody).expect("policies");
    let org = inside.org().await;
    let account = named(&org, "prod");
    let at = inside.places("ecs", std::slice::from_ref(&account)).await.remove(0);
    let pass = inside.read("ecs", at).await;
    assert!(pass.complete && pass.faults.is_empty(), "{:?}", pass.faults);
    let other = session(&inside.sim.member("admin").expect("keys"));
    let said = assume(&inside, &other, &arn(&inside, "prod", ROLE), None).await.expect_err("another of its account");
    assert!(said.contains("AccessDenied"), "{said}");
}

#[tokio::test]
async fn the_policy_for_elevations_is_enough_for_a_verb_and_the_other_is_not() {
    let inside = Inside::with(quick(), CONFIG).await;
    let org = inside.org().await;
    let account = named(&org, "dev");
    let at = inside.places("ecs", std::slice::from_ref(&account)).await.remove(0);
    let row = inside.read("ecs", at.clone()).await.rows.into_values().find(|row| row.facts().name == "orders");
    let row = row.expect("a service");
    let raise = Raise {
        account: Arc::clone(&account),
        reason: "to try the policy".to_owned(),
        span: std::time::Duration::from_mins(15),
    };
    inside.cx.guard.elevate(raise).await.expect("an elevation");
    let deed = || Deed { verb: "redeploy", at: at.clone(), row: row.clone(), typed: String::new() };
    let reading = printed(&inside, false).await;
    govern(&inside, &reading, "");
    let fault = view("ecs").act(inside.cx.clone(), deed()).await.expect_err("a refusal");
    assert!(fault.message.contains("no identity-based policy allows the ecs:UpdateService action"), "{fault}");
    let elevated = printed(&inside, true).await;
    govern(&inside, &elevated, "");
    view("ecs").act(inside.cx.clone(), deed()).await.expect("a deed");
    assert!(views::verb_actions().contains(&"ecs:UpdateService"));
}
