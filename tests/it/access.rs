//! Access to accounts: refusals explained, sessions that end in the middle of the work, the wrong account, and
//! sessions that can change nothing.

use std::time::Duration;

use quarterdeck::{
    app::{Job, Ticket},
    model::{Fault, FaultKind, Mode},
    rows::Delta,
    shell::Runner,
    sim,
    view::{At, Reply},
};
use tokio::sync::mpsc;

use crate::support::{
    Fleet, Inside,
    inside::{named, quick, view},
};

async fn place(inside: &Inside, word: &str, account: &str) -> At {
    let org = inside.org().await;
    let places = inside.places(word, &[named(&org, account)]).await;
    places.into_iter().next().expect("a place")
}

/// A job run to its end as the console runs it: the rows that came, and what failed.
async fn job(inside: &Inside, word: &str, at: At) -> (usize, Vec<Fault>) {
    let (answer, mut replies) = mpsc::channel(64);
    let mut runner = Runner::new(inside.cx.clone(), answer);
    runner.start(Ticket(1), Job::Rows { view: view(word), at, urgent: true });
    let (mut rows, mut faults) = (0, Vec::new());
    while let Some((_, reply)) = replies.recv().await {
        match reply {
            Reply::Rows(Delta::Upsert(page)) => rows += page.len(),
            Reply::Fault(fault) => faults.push(fault),
            Reply::End => break,
            _ => {}
        }
    }
    (rows, faults)
}

#[tokio::test]
async fn sessions_that_end_in_the_middle_of_the_work_are_fetched_anew() {
    let inside = Inside::new(quick()).await;
    let at = place(&inside, "ecs", "prod").await;
    let (before, faults) = job(&inside, "ecs", at.clone()).await;
    assert!(before > 5 && faults.is_empty(), "{before}: {faults:?}");
    assert_eq!(inside.sim.count("sts", "AssumeRole"), 1);
    // A session is not thought revoked in the first seconds of its life: then the complaint is about the one before.
    inside.sim.clock().advance(Duration::from_secs(10));
    inside.sim.expire_sessions();
    // A pass may tell of the expiry; new credentials are fetched behind it, and then a pass goes on, without anybody
    // doing anything.
    let (mut after, mut faults) = job(&inside, "ecs", at.clone()).await;
    for _ in 0..50 {
        if faults.is_empty() {
            break;
        }
        assert!(faults.iter().all(|f| f.kind == FaultKind::Expired || f.kind.passes()), "{faults:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
        (after, faults) = job(&inside, "ecs", at.clone()).await;
    }
    assert_eq!((after, faults), (before, Vec::new()));
    assert_eq!(inside.sim.count("sts", "AssumeRole"), 2);
}

/// A role for whose every use an MFA code has to be shown.
fn guarded(device: &str) -> String {
    format!(
        "roles = [\"guarded\"]\nregions = [\"eu-central-1\", \"eu-west-1\"]\n[limits]\nshare = 1.0\n[role.guarded]\n\
         arn = \"arn:{{partition}}:iam::{{account}}:role/cicd/delegated-role\"\nmfa_serial = \"{device}\"\n"
    )
}

/// How many scopes the header says were read.
fn read(screen: &str) -> Option<u32> {
    let line = screen.lines().find(|line| line.contains(" read"))?;
    line.split(" read").next()?.rsplit(' ').next()?.parse().ok()
}

#[test]
fn a_revocation_in_the_middle_of_the_work_costs_one_code_and_nothing_else() {
    let fleet = Fleet::start(&[]);
    let (device, code) = fleet.mfa();
    let qd = fleet.qd().config(&guarded(device));
    let mut pty = qd.open(&[], (150, 45));
    pty.wait("the question", |s| s.contains("a code is asked for") && s.contains(device));
    pty.keys("000000\r");
    let screen = pty.wait_for("That code was refused: MultiFactorAuthentication failed");
    assert!(screen.contains("enter the next one"), "{screen}");
    // Put aside, it leaves the screen to what needs no code.
    pty.keys("\x1b");
    pty.wait_gone("That code was refused");
    pty.keys(":accounts\r");
    pty.wait("the organisation meanwhile", |s| {
        s.contains("! a code is asked for") && s.contains("log-archive") && !s.contains("That code was refused")
    });
    pty.keys("!");
    pty.wait_for("That code was refused");
    pty.keys(&format!("{code}\r:ecs\r"));
    let whole = |s: &str| {
        let open = ["waiting", " failed", "asked for", "expired"].iter().any(|word| s.contains(word));
        s.contains("checkout") && !open && read(s).is_some_and(|n| n > 40)
    };
    let before = read(&pty.wait("all services", whole)).expect("a number");
    assert_eq!(fleet.sts("GetSessionToken"), (2, 1), "one code for the whole fleet");
    // A session is not thought revoked in the first seconds of its life.
    std::thread::sleep(Duration::from_secs(4));
    assert!(fleet.revoke() > 20, "the session of the user, and one in each account");
    pty.keys("\x12");
    let screen = pty.wait_for("a code is asked for");
    assert!(!screen.contains("refused"), "{screen}");
    pty.keys(&format!("{code}\r"));
    pty.wait("all services again", |s| whole(s) && read(s) == Some(before));
    assert_eq!(fleet.sts("GetSessionToken"), (3, 1), "one code more");
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
}

#[tokio::test]
async fn a_refused_account_is_explained_with_what_would_settle_it() {
    let inside = Inside::new(quick()).await;
    let pass = inside.read("access", place(&inside, "access", "log-archive").await).await;
    let row = pass.rows.values().next().expect("a row for the role that was tried");
    let json = row.json();
    assert!(json["lease"].is_null(), "{json}");
    assert_eq!(json["fault"]["kind"], "denied");
    let explained = json["explained"].as_str().expect("an explanation");
    for part in ["not authorized to perform: sts:AssumeRole", "It proves no single cause", "trust", "check:", "fix:"] {
        assert!(explained.contains(part), "{part} in\n{explained}");
    }
    let sections = view("access").sections(row, inside.now());
    assert!(sections.iter().any(|(title, text)| title.contains("why") && text.as_ref().is_some_and(|t| !t.is_empty())));
}

#[tokio::test]
async fn what_the_answer_proves_is_said_as_proven() {
    let faults = vec!["scp@sts/dev".parse().expect("a fault"), "inactive@sts/cicd".parse().expect("a fault")];
    let inside = Inside::new(sim::Options { faults, ..quick() }).await;
    for (account, words) in [("dev", "service control policy"), ("cicd", "region")] {
        let pass = inside.read("access", place(&inside, "access", account).await).await;
        let json = pass.rows.values().next().expect("a row").json();
        let explained = json["explained"].as_str().unwrap_or_default().to_lowercase();
        assert!(explained.contains("what it proves") && explained.contains(words), "{account}: {explained}");
    }
}

#[tokio::test]
async fn another_account_than_the_one_asked_for_is_refused() {
    let probe = Inside::new(quick()).await;
    let other = named(&probe.org().await, "dev").id.to_string();
    let toml = format!("roles = [\"wrong\"]\n[role.wrong]\narn = \"arn:aws:iam::{other}:role/cicd/delegated-role\"\n");
    let inside = Inside::with(quick(), &toml).await;
    let pass = inside.read("ecs", place(&inside, "ecs", "prod").await).await;
    assert!(!pass.complete && pass.rows.is_empty(), "no row of one account under another's name");
    let said: Vec<String> = pass.faults.iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|s| s.contains(&other)), "it names the account that answered: {said:?}");
    assert_eq!(inside.sim.count("ecs", ""), 0);
}

#[tokio::test]
async fn no_session_can_change_anything() {
    let inside = Inside::new(quick()).await;
    let org = inside.org().await;
    let account = named(&org, "dev");
    let region = "eu-central-1".into();
    let session = inside.cx.session(Some(&account), None, &region).await.expect("a session");
    let ecs = inside.cx.remote.ecs(&session);
    // The role itself is an administrator's; the session policy is what stands in the way.
    let answer = ecs.update_service().cluster("dev-main").service("orders").desired_count(9).send().await;
    let said = format!("{:?}", answer.expect_err("a refusal"));
    assert!(said.contains("no session policy allows the ecs:UpdateService action"), "{said}");
    let lease = inside.cx.vault.lease(&account, None).await.expect("a lease");
    assert_eq!(lease.mode, Mode::ReadOnly);
    assert!(lease.arn.contains(":assumed-role/delegated-role/"), "{}", lease.arn);
    // The caller's own account is read with the caller's own keys, and the header says so.
    let own = org.accounts().iter().find(|a| a.management).expect("the management account");
    let lease = inside.cx.vault.lease(own, None).await.expect("a lease");
    assert_eq!(lease.mode, Mode::ReadOnlyByKeys);
    assert_eq!(inside.sim.mutations().len(), 1, "the one that was refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_readers_of_an_account_share_one_lease() {
    let inside = Inside::new(sim::Options { latency: sim::Latency::Natural, ..quick() }).await;
    let org = inside.org().await;
    let account = named(&org, "prod");
    let all = (0..40).map(|_| inside.cx.vault.lease(&account, None));
    for lease in futures::future::join_all(all).await {
        assert_eq!(lease.expect("a lease").account, account.id);
    }
    assert_eq!(inside.sim.count("sts", "AssumeRole"), 1);
}
