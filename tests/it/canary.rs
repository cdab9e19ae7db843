//! Secrets that are planted, and looked for everywhere: on the screen, in files, in outputs, in arguments, in what is
//! printed for debugging; read-only and elevated.

use std::{fs, os::unix::fs::PermissionsExt as _, sync::Arc, time::Duration};

use quarterdeck::{app::plan, config::Env, sim, view::At};

use crate::support::{
    Fleet, Inside, Pty, Qd, Temp,
    inside::{named, quick},
    process,
};

/// A secret access key that nothing else looks like.
const CANARY: &str = "CANARYcanary0123456789CANARYcanary012345";

/// Sessions whose secrets are known: more than all runs of a test together ask for.
const SESSIONS: u64 = 1_200;

/// The secrets and tokens of the first sessions that a fleet of the default seed gives out. They follow from the
/// seed and the order alone, so that another fleet's are known.
async fn issued() -> Vec<String> {
    let inside = Inside::new(quick()).await;
    let org = inside.org().await;
    let session = inside.cx.vault.caller_session(&"eu-central-1".into()).await.expect("the caller");
    let sts = inside.cx.remote.sts(&session);
    let arn = format!("arn:aws:iam::{}:role/cicd/delegated-role", named(&org, "prod").id);
    let mut secrets = Vec::new();
    for _ in 0..SESSIONS {
        let answer = sts.assume_role().role_arn(&arn).role_session_name("canary").send().await.expect("a session");
        let keys = answer.credentials().expect("keys");
        secrets.push(keys.secret_access_key().to_owned());
        secrets.push(keys.session_token().to_owned());
    }
    secrets.push(CANARY.to_owned());
    // What the embedded fleet's task definitions hold as the value of a variable.
    secrets.push("canary-do-not-show".to_owned());
    secrets
}

/// Where secrets are looked for: what a place is, and all that is there.
#[derive(Default)]
struct Places(Vec<(String, Vec<u8>)>);

impl Places {
    fn add(&mut self, what: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.push((what.into(), bytes.into()));
    }

    /// What a command prints, which has to be something.
    fn run(&mut self, qd: &Qd, words: &[&str], code: i32) {
        let done = qd.run(words);
        assert_eq!(done.code, code, "{words:?}\n{}\n{}", done.out, done.err);
        assert!(done.out.len() + done.err.len() > 100, "{words:?}\n{}\n{}", done.out, done.err);
        self.add(format!("qd {}", words.join(" ")), format!("{}{}", done.out, done.err));
    }

    /// The arguments of a program and of all that it runs; how many processes these are.
    fn arguments(&mut self, root: u32) -> usize {
        let family = process::arguments(root);
        let count = family.len();
        for (id, words) in family {
            let shown = String::from_utf8_lossy(&words).replace('\0', " ");
            self.add(format!("the arguments of {id}: {shown}"), words);
        }
        count
    }

    /// Every file below the home of the program, among them those with these names.
    fn files(&mut self, qd: &Qd, names: &[&str]) {
        let files = qd.home().files();
        for name in names {
            let there = files.iter().any(|file| file.to_string_lossy().ends_with(name));
            assert!(there, "{name} among {files:?}");
        }
        for file in files {
            // What SQLite keeps beside its file comes and goes.
            self.add(file.display().to_string(), fs::read(&file).unwrap_or_default());
        }
    }

    fn hold_none_of(&self, secrets: &[String]) {
        let needles: Vec<&[u8]> = secrets.iter().map(String::as_bytes).collect();
        for (place, bytes) in &self.0 {
            if let Some(at) = first(bytes, &needles) {
                let secret = &secrets[at];
                panic!("{place} holds {}…", &secret[..8]);
            }
        }
    }
}

/// The first of these that is somewhere in the bytes. All are looked for in one pass: there are thousands.
fn first(bytes: &[u8], needles: &[&[u8]]) -> Option<usize> {
    const START: usize = 8;
    let mut by_start: std::collections::HashMap<&[u8], Vec<usize>> = std::collections::HashMap::new();
    for (at, needle) in needles.iter().enumerate() {
        by_start.entry(&needle[..START]).or_default().push(at);
    }
    let hit = |from: usize| {
        let candidates = by_start.get(&bytes[from..from + START])?;
        candidates.iter().copied().find(|at| bytes[from..].starts_with(needles[*at]))
    };
    (0..bytes.len().saturating_sub(START - 1)).find_map(hit)
}

/// Saves what is on the screen under this name.
fn save(pty: &mut Pty, name: &str) {
    pty.keys("\x13");
    pty.wait_for("leave it");
    pty.keys(&format!("\x15{name}\r"));
    pty.wait(&format!("{name} to be saved"), |s| s.contains(name) && s.contains("saved ") && !s.contains("leave it"));
}

/// Looks at everything that shows credentials or values, and saves it.
fn looked_at(pty: &mut Pty, places: &mut Places) {
    pty.wait("the board", |s| s.contains("checkout") && s.contains("log-archive"));
    assert_eq!(places.arguments(pty.id()), 1, "it runs nothing");
    for view in ["credentials", "access", "errors", "budget", "ecs"] {
        pty.keys(&format!(":{view}\rd"));
        pty.wait_for(view);
        pty.keys("jjd");
    }
    for ending in ["csv", "json", "md", "jsonl"] {
        save(pty, &format!("services.{ending}"));
    }
    pty.keys(":access\r");
    pty.wait_for("own credentials");
    save(pty, "access.json");
    pty.keys(":ecs\r/checkout\rgt");
    pty.wait("task definitions", |s| s.contains("awslogs"));
    pty.keys("d");
    pty.wait("a difference", |s| s.contains("against revision"));
    save(pty, "definitions.json");
    pty.keys("d:ecs\r/gateway\rg");
    pty.wait("one service", |s| s.contains("gateway") && s.contains("rollout"));
    pty.keys("l");
    pty.wait("its log", |s| s.contains("FOLLOW") && s.contains("GET /"));
    save(pty, "lines.log");
    pty.keys("q");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_leaves_the_vault() {
    let secrets = issued().await;
    let found = tokio::task::spawn_blocking(|| {
        let fleet = Fleet::start(&["--fault", "denied@ecs/dev", "--fault", "malformed@ecs/cicd"]);
        // Whoever looks for a fault asks for all that can be said.
        let loud = [("RUST_LOG", "trace"), ("RUST_BACKTRACE", "full"), ("AWS_LOG", "trace")];
        let qd = fleet.qd().env("AWS_SECRET_ACCESS_KEY", CANARY);
        let qd = loud.into_iter().fold(qd, |qd, (name, value)| qd.env(name, value));
        let mut places = Places::default();
        let mut pty = qd.open(&["--journal", "run.jsonl"], (160, 50));
        looked_at(&mut pty, &mut places);
        pty.keys("\x03");
        assert_eq!(pty.exit_code(), 0);
        places.add("the screen", pty.bytes());
        for view in ["ecs", "access", "credentials", "errors", "watch", "budget", "accounts"] {
            for form in ["table", "json", "jsonl", "csv", "md"] {
                let done = qd.run(&["get", view, "--output", form]);
                places.add(format!("qd get {view} -o {form}"), format!("{}{}", done.out, done.err));
            }
        }
        for view in ["deployments", "events", "task-definitions", "tasks"] {
            for form in ["json", "csv", "md"] {
                places.run(&qd, &["get", view, "--of", "checkout", "--account", "prod", "--output", form], 0);
            }
        }
        places.run(&qd, &["logs", "ecs", "gateway", "--account", "prod", "--region", "eu-central-1"], 0);
        places.run(&qd, &["info"], 0);
        places.run(&qd, &["iam-policy"], 0);
        places.run(&qd, &["replay", "run.jsonl"], 0);
        let doctor = qd.run(&["doctor", "-o", "json"]);
        places.add("qd doctor", format!("{}{}", doctor.out, doctor.err));
        let mut crash = qd.open(&["debug-panic"], (120, 40));
        assert_ne!(crash.exit_code(), 0);
        places.add("the screen of a crash", crash.bytes());
        let saved = ["services.csv", "services.json", "services.md", "services.jsonl", "access.json", "lines.log"];
        let kept = ["definitions.json", "run.jsonl", "quarterdeck.db", "crash.log"];
        places.files(&qd, &[&saved[..], &kept[..]].concat());
        let (sessions, _) = fleet.sts("AssumeRole");
        assert!((20..SESSIONS).contains(&sessions), "{sessions} sessions");
        places
    });
    found.await.expect("no panic").hold_none_of(&secrets);
}

/// A plugin that notes what it was given, and waits for a line.
const PLUGIN: &str = "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 1.2.707.0; exit 0; fi\n\
    printf %s \"$AWS_SSM_START_SESSION_RESPONSE\" > FOLDER/given.json\necho within the session\nread -r line\n";

/// Raises the rights of the account of the row, in production.
fn elevate(pty: &mut Pty) {
    pty.slowly("E");
    pty.wait_for("elevate prod");
    pty.keys("a canary is looked for\r\r");
    pty.slowly("prod\r");
    pty.wait_for("ELEVATED prod");
}

/// Types the name that a question asks for.
fn agree(pty: &mut Pty) {
    let screen = pty.wait_for(" to do it:");
    let asked = screen.split("type ").nth(1).and_then(|rest| rest.split(" to do it").next()).expect("a name");
    pty.slowly(&format!("{asked}\r"));
}

/// A service of production whose tasks take commands. Which these are follows from the seed.
async fn service_with_exec() -> String {
    let inside = Inside::new(quick()).await;
    let account = named(&inside.org().await, "prod");
    for at in inside.places("ecs", &[Arc::clone(&account)]).await {
        for service in inside.read("ecs", at.clone()).await.rows.values() {
            let below = plan::under(service, &at.scope, Some(Arc::clone(&account)));
            let tasks = inside.read("tasks", below).await;
            if tasks.rows.values().any(|row| row.json()["status"] == "RUNNING" && row.json()["exec"] == true) {
                return service.facts().name.to_owned();
            }
        }
    }
    panic!("no task of prod takes commands");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_leaves_an_elevated_run() {
    let mut secrets = issued().await;
    let service = service_with_exec().await;
    let found = tokio::task::spawn_blocking(move || {
        let fleet = Fleet::start(&[]);
        let folder = Temp::new();
        let at = folder.path().to_string_lossy().into_owned();
        let plugin = folder.write("session-manager-plugin", &PLUGIN.replace("FOLDER", &at));
        fs::set_permissions(&plugin, fs::Permissions::from_mode(0o755)).expect("a script");
        let qd = fleet.qd().env("AWS_SECRET_ACCESS_KEY", CANARY).env("SHELL", "/bin/bash");
        let qd = qd.env("PATH", &format!("{at}:/usr/bin:/bin")).env("RUST_LOG", "trace");
        let mut places = Places::default();
        let mut pty = qd.open(&["--journal", "run.jsonl"], (160, 50));
        pty.wait("the board", |s| s.contains("checkout") && s.contains("workload"));
        pty.keys(&format!(":ecs account:prod name:{service}\r"));
        pty.wait("the service", |s| s.contains(&service) && s.contains("rollout"));
        elevate(&mut pty);
        pty.slowly("R");
        pty.wait_for("ecs:UpdateService");
        agree(&mut pty);
        pty.wait_for("ECS took it");
        session(&mut pty, &mut places);
        lent(&mut pty, &mut places, &at);
        pty.slowly("E");
        pty.wait_for("is read-only again");
        pty.keys(":audit\r");
        pty.wait("what was done", |s| s.contains("redeploy"));
        save(&mut pty, "audit.json");
        pty.keys("\x03");
        assert_eq!(pty.exit_code(), 0);
        places.add("the screen", pty.bytes());
        places.run(&qd, &["audit", "-o", "json"], 0);
        places.run(&qd, &["replay", "run.jsonl"], 0);
        places.run(&qd, &["exec", "prod", "--", "sh", "-c", "cat /proc/$$/cmdline /proc/$PPID/cmdline; id; ps -ef"], 0);
        places.files(&qd, &["audit.jsonl", "audit.json", "run.jsonl", "quarterdeck.db"]);
        assert_eq!(fleet.calls()["mutating"], 2, "a deployment and a session");
        let (sessions, _) = fleet.sts("AssumeRole");
        assert!((20..SESSIONS).contains(&sessions), "{sessions} sessions");
        let given = fs::read_to_string(folder.path().join("given.json")).expect("the plugin was run");
        let given: serde_json::Value = serde_json::from_str(&given).expect("JSON");
        let token = given["TokenValue"].as_str().filter(|token| token.len() > 20).expect("a token").to_owned();
        let lent = fs::read_to_string(folder.path().join("lent.txt")).expect("what the shell was lent");
        let plain = qd.run(&["exec", "prod", "--", "printenv", "AWS_SECRET_ACCESS_KEY"]).out;
        (places, token, [lent, plain])
    });
    let (places, token, controls) = found.await.expect("no panic");
    for control in controls {
        assert!(secrets.iter().any(|secret| *secret == control.trim()), "what was handed out is what is looked for");
    }
    secrets.push(token);
    places.hold_none_of(&secrets);
}

/// Opens a session in a container, by the plugin.
fn session(pty: &mut Pty, places: &mut Places) {
    pty.keys("\r");
    pty.wait("its tasks", |s| s.contains("─ tasks") && s.contains("RUNNING"));
    pty.keys("/RUNNING\rg");
    pty.slowly("X");
    pty.wait_for("container, and a command");
    pty.slowly("\r");
    agree(pty);
    pty.wait_for("within the session");
    assert_eq!(places.arguments(pty.id()), 2, "the console and the plugin");
    pty.keys("\r");
    pty.wait("the console again", |s| pty.is_open() && s.contains("RUNNING"));
}

/// Opens a shell with the credentials of the account.
fn lent(pty: &mut Pty, places: &mut Places, folder: &str) {
    pty.slowly("\x14");
    pty.wait("a marked prompt", |s| s.contains("[prod"));
    pty.keys(&format!("printenv AWS_SESSION_TOKEN > {folder}/lent.txt; sleep 50\r"));
    std::thread::sleep(Duration::from_millis(500));
    assert!(places.arguments(pty.id()) >= 3, "the console, the shell and what runs in it");
    pty.keys("\x03exit\r");
    pty.wait("the console again", |s| pty.is_open() && s.contains("RUNNING"));
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
