//! A real organisation on moto, built and read by boto3, and what the built program says of it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, OnceLock, PoisonError},
};

use serde_json::Value;

use crate::support::{Moto, Qd};

/// The server with its organisation, built once. It ends with this process.
fn fleet() -> &'static (Moto, Value) {
    static FLEET: OnceLock<(Moto, Value)> = OnceLock::new();
    static ONCE: Mutex<()> = Mutex::new(());
    let _building = ONCE.lock().unwrap_or_else(PoisonError::into_inner);
    FLEET.get_or_init(|| {
        let moto = Moto::start();
        let said = moto.build("moto_fleet.py");
        (moto, said)
    })
}

fn qd() -> Qd {
    let toml = "roles = [\"role/cicd/delegated-role\"]\nregions = [\"eu-central-1\", \"eu-west-1\"]\n";
    // Nobody else calls this server: the documented rates need not be halved.
    Qd::new().envs(fleet().0.environment()).env("QD_LIMITS_SHARE", "1").config(toml)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("{key} in {value}"))
}

/// Some fields of each row, in order, for a comparison.
fn table(rows: &[Value], fields: &[&str]) -> Vec<Vec<String>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut all: Vec<Vec<String>> = rows.iter().map(|row| fields.iter().map(|f| text(&row[*f])).collect()).collect();
    all.sort();
    all
}

#[test]
fn the_tree_is_what_boto3_says() {
    let said = &fleet().1;
    let tree = qd().json(&["tree", "--output", "json"]);
    let rows = list(&tree, "rows");
    let (ou, account): (Vec<Value>, Vec<Value>) =
        list(said, "nodes").iter().cloned().partition(|node| node["account"] == Value::Bool(false));
    let of = |kind: &str| -> Vec<Value> { rows.iter().filter(|row| row["kind"] == kind).cloned().collect() };
    assert_eq!(table(&of("ou"), &["id", "name", "parent"]), table(&ou, &["id", "name", "parent"]));
    let fields = ["id", "name", "parent", "email", "state"];
    assert_eq!(table(&of("account"), &fields), table(&account, &fields));
    assert_eq!(of("root").len(), 1);
    assert_eq!(of("root")[0]["id"], said["root"]);
    let deep = rows.iter().find(|row| row["name"] == "card-vault").expect("the deepest account");
    assert_eq!(deep["path"], "workload/shop/regulated/card-vault");
    assert_eq!((&deep["depth"], &deep["origin"]), (&Value::from(4), &Value::from("organizations")));
    let managing: Vec<&Value> = rows.iter().filter(|row| row["management"] == Value::Bool(true)).collect();
    assert_eq!(managing.len(), 1, "{managing:?}");
    assert_eq!(managing[0]["id"], said["management"]);
    assert_eq!(tree["coverage"]["gaps"], Value::Array(Vec::new()));
}

#[test]
fn every_service_of_every_account_and_region_is_what_boto3_says() {
    let said = list(&fleet().1, "services").clone();
    assert!(said.len() >= 20 && said.iter().any(|s| s["region"] == "eu-west-1"), "{said:?}");
    let ecs = qd().json(&["get", "ecs", "--output", "json"]);
    let rows = list(&ecs, "rows");
    let counted: Vec<Value> = rows
        .iter()
        .map(|row| {
            let mut row = row.clone();
            let counts = row["running"].clone();
            row["desired"] = counts["want"].clone();
            row["running"] = counts["have"].clone();
            row
        })
        .collect();
    let ours = ["account", "region", "cluster", "name", "key", "running", "desired"];
    let theirs = ["account", "region", "cluster", "service", "arn", "running", "desired"];
    assert_eq!(table(&counted, &ours), table(&said, &theirs));
    // Each account that can be entered, in both regions; the closed one is not among them.
    let open = list(&fleet().1, "nodes").iter().filter(|n| n["state"] == "ACTIVE").count();
    assert_eq!((&ecs["coverage"]["wanted"], &ecs["coverage"]["read"]), (&(2 * open).into(), &(2 * open).into()));
}

#[test]
fn one_account_one_ou_and_one_region_are_read_alone() {
    let of = |words: &[&str]| {
        let answer = qd().json(&[&["get", "ecs", "--output", "json"], words].concat());
        let mut count = BTreeMap::new();
        for row in list(&answer, "rows") {
            *count.entry(row["account_name"].as_str().unwrap_or_default().to_owned()).or_insert(0) += 1;
        }
        (count, answer["coverage"]["wanted"].as_u64().unwrap_or_default())
    };
    let expect =
        |pairs: &[(&str, i32)]| pairs.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect::<BTreeMap<_, _>>();
    assert_eq!(of(&["--account", "prod"]), (expect(&[("prod", 15)]), 2));
    assert_eq!(of(&["--ou", "workload/shop"]), (expect(&[("prod", 15), ("dev", 2), ("card-vault", 1)]), 6));
    assert_eq!(of(&["--account", "prod", "--region", "eu-west-1"]), (expect(&[("prod", 1)]), 1));
}

/// The rows of what hangs on one service, and what was told of the reading.
fn below(view: &str, service: &str, account: &str) -> (Vec<Value>, Value) {
    let answer = qd().json(&["get", view, "--of", service, "--account", account, "--output", "json"]);
    (list(&answer, "rows").clone(), answer["coverage"].clone())
}

#[test]
fn deployments_come_from_the_service_where_moto_knows_no_service_deployments() {
    let (rows, coverage) = below("deployments", "svc-01", "prod");
    assert_eq!(coverage["gaps"], Value::Array(Vec::new()), "what moto does not know is no gap");
    let [row] = rows.as_slice() else { panic!("one deployment: {rows:?}") };
    assert_eq!((&row["status"], &row["source"]), (&"PRIMARY".into(), &"from DescribeServices".into()));
    assert_eq!((&row["definition"], &row["progress"]["want"]), (&"svc-01:1".into(), &2.into()));
    let all = qd().json(&["get", "rollouts", "--account", "prod", "--output", "json"]);
    assert_eq!(list(&all, "rows").len(), 15, "those of every service, by no further call");
}

#[test]
fn events_and_task_definitions_are_what_moto_has() {
    let (rows, coverage) = below("events", "svc-01", "prod");
    assert_eq!((rows.len(), &coverage["gaps"]), (0, &Value::Array(Vec::new())), "moto tells of no events");
    let (rows, coverage) = below("task-definitions", "tokens", "card-vault");
    assert_eq!(coverage["gaps"], Value::Array(Vec::new()));
    let numbers: Vec<&Value> = rows.iter().map(|row| &row["revision"]).collect();
    assert_eq!(numbers, [2, 1], "the newest first");
    assert_eq!((&rows[0]["used"], &rows[0]["images"]), (&"PRIMARY".into(), &"tokens:2".into()));
    assert!(!rows.iter().any(|row| row.to_string().contains("canary-do-not-show")), "{rows:?}");
}

#[test]
fn what_lies_around_a_cluster_is_what_boto3_says() {
    let said = &fleet().1["around"];
    let get = |words: &[&str]| {
        let answer = qd().json(&[&["get"], words, &["--account", "prod", "--output", "json"]].concat());
        assert_eq!(answer["coverage"]["gaps"], Value::Array(Vec::new()), "{words:?}");
        list(&answer, "rows").clone()
    };
    let clusters = get(&["clusters"]);
    let ours: Vec<Value> = clusters.iter().filter(|row| row["name"] == "prod-main").cloned().collect();
    let fields = ["key", "services", "instances"];
    assert_eq!(table(&ours, &fields), table(std::slice::from_ref(&said["cluster"]), &fields));
    let fields = ["key", "instance", "status"];
    assert_eq!(table(&get(&["instances"]), &fields), table(list(said, "instances"), &fields));
    let schedules = get(&["scheduled-tasks"]);
    let fields = ["name", "kind", "expression", "enabled", "count", "definition"];
    let expected = [
        ["hourly", "rule", "rate(1 hour)", "true", "2", "svc-01:1"],
        ["nightly", "rule", "cron(30 2 * * ? *)", "true", "2", "svc-01:1"],
        ["weekly", "schedule", "cron(0 4 ? * SUN *)", "false", "1", "svc-01:1"],
    ];
    assert_eq!(table(&schedules, &fields), expected);
    let nightly = schedules.iter().find(|row| row["name"] == "nightly").expect("a rule");
    assert!(nightly["next"].as_str().is_some_and(|at| at.ends_with("T02:30:00Z")), "{nightly}");
    let targets = get(&["targets", "--of", "shop"]);
    let fields = ["target", "port", "state"];
    assert_eq!(table(&targets, &fields), table(list(said, "targets"), &fields));
    assert!(get(&["targets", "--of", "svc-01"]).is_empty(), "no load balancer stands before it");
    assert!(get(&["standalone-tasks"]).is_empty());
}

#[test]
fn the_watch_board_tells_of_services_that_run_nothing() {
    // moto never runs a task, and its deployments never end. They have been running for seconds here, which is the
    // evidence of each; only a deployment of a quarter of an hour is a problem.
    let watch = qd().json(&["get", "watch", "--output", "json"]);
    let coverage = &watch["coverage"];
    assert_eq!(coverage["read"], coverage["wanted"]);
    assert!(coverage["read"].as_u64() > Some(50), "{coverage}");
    for row in list(&watch, "rows") {
        assert!(!row["reason"].as_str().unwrap_or_default().is_empty(), "a verdict without evidence: {row}");
    }
    let ecs = qd().json(&["get", "ecs", "--filter", "checkout", "--output", "json"]);
    let named = list(&ecs, "rows");
    assert!(!named.is_empty(), "services that run nothing");
    for row in named {
        let why = row["reason"].as_str().unwrap_or_default();
        assert!(why.starts_with("0 of 2 running, deployment running for "), "{row}");
    }
}

#[test]
fn the_access_matrix_holds_every_account_that_can_be_entered() {
    let access = qd().json(&["get", "access", "--output", "json"]);
    let rows = list(&access, "rows");
    let open = list(&fleet().1, "nodes").iter().filter(|n| n["state"] == "ACTIVE").count();
    let mut accounts: Vec<&str> = rows.iter().filter_map(|row| row["account"].as_str()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    assert_eq!(accounts.len(), open);
    assert!(rows.iter().all(|row| row["usable"] == Value::Bool(true)), "{rows:?}");
    let management = fleet().1["management"].as_str();
    for row in rows.iter().filter(|row| row["account"].as_str() != management) {
        assert_eq!(row["mode"], "read-only", "{row}");
        let arn = row["arn"].as_str().unwrap_or_default();
        assert!(arn.contains(":assumed-role/delegated-role/"), "{row}");
    }
}

#[test]
fn the_console_shows_the_organisation_in_a_terminal() {
    let mut pty = qd().open(&[], (140, 45));
    let screen =
        pty.wait("the names of the OUs", |s| ["core", "workload", "sandbox", "empty"].iter().all(|ou| s.contains(ou)));
    assert!(!screen.contains("DEMO"), "{screen}");
    pty.keys(":ecs\r");
    pty.wait("services of two accounts", |s| s.contains("svc-01") && s.contains("tokens"));
    pty.keys("q");
    pty.keys("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}
