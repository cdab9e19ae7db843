//! ECS Exec against the embedded fleet, with a stand-in for AWS's plugin that is really run: what it is given, and what
//! is said where it is missing.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use quarterdeck::{
    access::{Ended, Raise},
    app::plan,
    config::Env,
    model::{Account, Fault, FaultKind, audit::Outcome},
    rows::Row,
    sim,
    view::{At, Deed},
};

use crate::support::{
    Inside, Temp,
    inside::{DEMO, named, quick, view},
};

/// A plugin that writes down how it was called, and ends with 3.
const PLUGIN: &str = "#!/bin/sh\n\
    if [ \"$1\" = --version ]; then echo VERSION; exit 0; fi\n\
    { for word in \"$@\"; do echo \"arg $word\"; done; env; } > FOLDER/called.txt\nexit 3\n";

struct Bench {
    inside: Inside,
    folder: Temp,
    account: Arc<Account>,
    /// How many programs had the terminal.
    guests: Arc<AtomicUsize>,
}

impl Bench {
    /// A fleet, an account that is elevated, a terminal, and the plugin in this version; no plugin without one.
    async fn new(version: Option<&str>) -> Self {
        Self::with(version, &[]).await
    }

    async fn with(version: Option<&str>, faults: &[&str]) -> Self {
        let folder = Temp::new();
        let at = folder.path().to_string_lossy().into_owned();
        if let Some(version) = version {
            let script = PLUGIN.replace("VERSION", version).replace("FOLDER", &at);
            let path = folder.write("session-manager-plugin", &script);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a script");
        }
        let faults = faults.iter().map(|f| f.parse().expect("a fault")).collect();
        let sim = sim::start(sim::Options { faults, ..quick() }).await.expect("a port on loopback");
        // With the system's tools behind it, and nothing that is installed by hand.
        let path = ("PATH", format!("{at}:/usr/bin:/bin"));
        let env: Env = sim.environment().into_iter().chain([path]).collect();
        let inside = Inside::on(sim, env, DEMO);
        let account = named(&inside.org().await, "prod");
        let span = Duration::from_mins(15);
        let raise = Raise { account: Arc::clone(&account), reason: "to look inside".to_owned(), span };
        inside.cx.guard.elevate(raise).await.expect("an elevation");
        Self { inside, folder, account, guests: Arc::default() }
    }

    /// Lends a terminal, as the console does.
    fn terminal(&self) {
        let mut asked = self.inside.cx.guard.stage().open();
        let guests = Arc::clone(&self.guests);
        tokio::spawn(async move {
            while let Some(guest) = asked.recv().await {
                guests.fetch_add(1, Ordering::SeqCst);
                let status = guest.program.command().status().expect("the plugin");
                guest.end(Ok(Ended::of(status)));
            }
        });
    }

    /// The running tasks of the account: those that take commands, or those that do not.
    async fn task(&self, takes: bool) -> (At, Row) {
        for at in self.inside.places("ecs", &[Arc::clone(&self.account)]).await {
            let services = self.inside.read("ecs", at.clone()).await;
            for service in services.rows.values() {
                let below = plan::under(service, &at.scope, Some(Arc::clone(&self.account)));
                let tasks = self.inside.read("tasks", below.clone()).await;
                let fits = |row: &&Row| {
                    let json = row.json();
                    json["status"] == "RUNNING" && json["exec"] == takes
                };
                if let Some(row) = tasks.rows.values().find(fits) {
                    return (below, row.clone());
                }
            }
        }
        panic!("no such task")
    }

    async fn exec(&self, (at, row): (At, Row), typed: &str) -> Result<String, Fault> {
        let deed = Deed { verb: "exec", at, row, typed: typed.to_owned() };
        view("tasks").act(self.inside.cx.clone(), deed).await
    }

    fn outcomes(&self) -> Vec<Outcome> {
        let (lines, _) = self.inside.cx.guard.audit().read().expect("a log");
        lines.into_iter().filter(|line| line.verb == "exec").map(|line| line.outcome).collect()
    }

    fn asked(&self) -> usize {
        self.inside.sim.mutations().len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plugin_gets_the_token_by_a_variable_and_never_in_an_argument() {
    let bench = Bench::new(Some("1.2.707.0")).await;
    bench.terminal();
    let (at, row) = bench.task(true).await;
    let container = row.json()["containers"][0]["name"].as_str().expect("a container").to_owned();
    let runtime = row.json()["containers"][0]["runtime"].as_str().expect("its id").to_owned();
    let task = row.facts().name.to_owned();
    let answer = bench.exec((at, row), &format!("{container} /bin/bash -l")).await.expect("a session");
    assert!(answer.contains("exit code 3"), "{answer}");
    let said = fs::read_to_string(bench.folder.path().join("called.txt")).expect("the plugin was run");
    let words: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("arg ")).collect();
    assert_eq!((words[0], words[2], words[3]), ("AWS_SSM_START_SESSION_RESPONSE", "StartSession", ""));
    assert!(words[4].contains(&format!("_{task}_{runtime}\"")) && words[4].contains("\"ecs:"), "{}", words[4]);
    assert!(words[5].starts_with("https://ssm."), "{}", words[5]);
    let token =
        said.lines().find_map(|line| line.strip_prefix("AWS_SSM_START_SESSION_RESPONSE=")).expect("the variable");
    let token: serde_json::Value = serde_json::from_str(token).expect("JSON");
    let value = token["TokenValue"].as_str().filter(|v| v.len() > 20).expect("a token");
    assert!(token["StreamUrl"].as_str().is_some_and(|url| url.starts_with("wss://")));
    assert!(words.iter().all(|word| !word.contains(value)), "{words:?}");
    for name in ["AWS_SECRET_ACCESS_KEY=", "AWS_SESSION_TOKEN=", "AWS_ACCESS_KEY_ID="] {
        assert!(!said.lines().any(|line| line.starts_with(name)), "the plugin needs no credentials: {name}");
    }
    assert_eq!(bench.outcomes(), [Outcome::Begun, Outcome::Done]);
    let log = format!("{:?}", bench.inside.cx.guard.audit().read().expect("a log"));
    assert!(!log.contains(value) && log.contains("/bin/bash (words that follow: 1)"), "{log}");
    assert!(!log.contains("/bin/bash -l"), "what follows the program may be a secret");
    assert_eq!((bench.asked(), bench.guests.load(Ordering::SeqCst)), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_plugin_or_a_terminal_nothing_is_called() {
    for (version, terminal, word) in [
        (None, true, "is not installed"),
        (Some("1.2.497.0"), true, "too old"),
        (Some("1.2.707.0"), false, "no terminal"),
    ] {
        let bench = Bench::new(version).await;
        if terminal {
            bench.terminal();
        }
        let task = bench.task(true).await;
        let container = task.1.json()["containers"][0]["name"].as_str().expect("a container").to_owned();
        let fault = bench.exec(task, &container).await.expect_err(word);
        assert!(fault.message.contains(word) && !fault.hint.is_empty(), "{fault}; {}", fault.hint);
        assert_eq!((fault.kind, bench.asked()), (FaultKind::Unavailable, 0));
        assert_eq!(bench.outcomes(), [Outcome::Refused]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_takes_no_commands_says_why_before_anything() {
    let bench = Bench::new(Some("1.2.707.0")).await;
    bench.terminal();
    let (at, row) = bench.task(false).await;
    let why = view("tasks").verb_fits("exec", &row, None).expect_err("not enabled");
    assert!(why.contains("enableExecuteCommand"), "{why}");
    let container = row.json()["containers"][0]["name"].as_str().expect("a container").to_owned();
    bench.exec((at, row), &container).await.expect_err("not enabled");
    assert_eq!(bench.asked(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_service_breaks_off_no_plugin_runs_and_the_end_is_not_known() {
    // A page of HTML with status 500 is what emulators answer to what they do not know.
    for (fault, kind, outcome) in [
        ("html500@ecs.ExecuteCommand", FaultKind::Service, Outcome::Unknown),
        ("denied@ecs.ExecuteCommand", FaultKind::Denied, Outcome::Failed),
    ] {
        let bench = Bench::with(Some("1.2.707.0"), &[fault]).await;
        bench.terminal();
        let task = bench.task(true).await;
        let container = task.1.json()["containers"][0]["name"].as_str().expect("a container").to_owned();
        let said = bench.exec(task, &container).await.expect_err(fault);
        assert_eq!(said.kind, kind, "{said}");
        assert!(said.to_string().contains("ecs:ExecuteCommand") && !said.message.contains('<'), "{said}");
        assert_eq!(bench.outcomes(), [Outcome::Begun, outcome], "{said}");
        assert_eq!((bench.asked(), bench.guests.load(Ordering::SeqCst)), (1, 0), "one call, and no second try");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_without_a_service_is_stopped_by_its_own_cluster() {
    let bench = Bench::new(None).await;
    let mut found = None;
    for at in bench.inside.places("standalone-tasks", &[Arc::clone(&bench.account)]).await {
        let tasks = bench.inside.read("standalone-tasks", at.clone()).await;
        let runs = |row: &&Row| row.json()["task"]["status"] == "RUNNING" || row.json()["status"] == "RUNNING";
        if let Some(row) = tasks.rows.values().find(runs) {
            found = Some((at, row.clone()));
            break;
        }
    }
    let (at, row) = found.expect("a task that a schedule or a person started");
    let stop = || Deed { verb: "stop", at: at.clone(), row: row.clone(), typed: String::new() };
    view("standalone-tasks").verb_fits("stop", &row, None).expect("it runs");
    let answer = view("standalone-tasks").act(bench.inside.cx.clone(), stop()).await.expect("an answer");
    assert!(answer.contains("desired STOPPED"), "{answer}");
    assert_eq!(bench.asked(), 1);
    // The row on the screen is old by now: it is read again, and what changed is not done twice.
    view("standalone-tasks").act(bench.inside.cx.clone(), stop()).await.expect_err("it ends already");
    assert_eq!(bench.asked(), 1);
    let mut nowhere = stop();
    nowhere.at.scope.region = None;
    assert!(view("standalone-tasks").act(bench.inside.cx.clone(), nowhere).await.is_err(), "no region is guessed");
    assert_eq!(bench.asked(), 1);
}
