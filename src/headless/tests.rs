//! The forms of an answer, and whole answers from the embedded fleet.

#![allow(clippy::disallowed_methods, reason = "a store on disk, and the time of day")]

mod fill;
mod notes;
mod sweeps;
mod words;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    answer, codes, connect,
    coverage::{self, Coverage},
    output::{self, Heading, Sheet},
    tree,
};
use crate::{
    base::Base,
    cli::{FailOn, Get, Output, Where},
    config::{Config, Env, Flags, Paths},
    model::{Cell, Coverage as Sum, Fault, FaultKind, Level, Org, Progress, Scope, ViewId},
    sim,
    store::{Audit, Store},
    view::AnyView,
    views::VIEWS,
};

/// A small answer with a value of every kind, and names that mean harm.
struct Sample {
    org: Org,
    coverage: Coverage,
    headings: [Heading; 5],
}

impl Sample {
    fn new(gaps: &[FaultKind]) -> Self {
        let mut sum = Sum::default();
        sum.count(&Scope::fleet(), &Progress::Read, None, true);
        for (at, kind) in gaps.iter().enumerate() {
            let scope = Scope::region("111122223333".into(), format!("eu-west-{at}").into());
            let fault = Fault::new(*kind, "not allowed").call("sts:AssumeRole").hint("ask for it");
            sum.count(&scope, &Progress::Broken(fault), None, true);
        }
        let mut coverage = Coverage::default();
        coverage.add(ViewId("ecs"), sum);
        let both = |id, width| Heading { id, people: true, data: true, wide: false, width };
        let headings =
            [Heading::data("account"), both("name", 8), both("running", 7), both("deployed", 8), both("why", 0)];
        Self { org: Org::default(), coverage, headings }
    }

    fn written(&self, form: Output, width: Option<u16>) -> String {
        let mut out = Vec::new();
        output::write(self, form, width, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}

fn now() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

impl Sheet for Sample {
    fn view(&self) -> &'static str {
        "ecs"
    }
    fn read_at(&self) -> Timestamp {
        now()
    }
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }
    fn views(&self) -> &'static [&'static dyn AnyView] {
        VIEWS
    }
    fn org(&self) -> &Org {
        &self.org
    }
    fn headings(&self) -> &[Heading] {
        &self.headings
    }
    fn len(&self) -> usize {
        2
    }
    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        match (row, column) {
            (_, 0) => Cell::text("000000000001"),
            (0, 1) => Cell::text("日本|\u{1b}[31mred\u{202e}"),
            (1, 1) => Cell::text("=1+1, \"x\""),
            (0, 2) => Cell::Of(2, 6),
            (0, 3) => Cell::At("2026-01-02T03:00:05Z".parse().unwrap()),
            (0, 4) => Cell::text("2 of 6 running, circuit breaker"),
            (1, 4) => Cell::Level(Level::Ok),
            _ => Cell::Missing,
        }
    }
}

#[test]
fn a_table_is_aligned_clean_and_cut_to_the_terminal() {
    let sample = Sample::new(&[]);
    let whole = "\
NAME       RUNNING  DEPLOYED  WHY
日本|red       2/6        4m  2 of 6 running, circuit breaker
=1+1, \"x\"        –         –  ● ok
";
    assert_eq!(sample.written(Output::Table, None), whole);
    let narrow = sample.written(Output::Table, Some(54));
    assert_eq!(narrow.lines().nth(1).unwrap(), "日本|red       2/6        4m  2 of 6 running, circuit…");
}

#[test]
fn json_is_one_object_with_typed_values() {
    let text = Sample::new(&[FaultKind::Denied]).written(Output::Json, None);
    assert!(text.is_ascii() || !text.contains(['\u{1b}', '\u{202e}']), "{text}");
    let json: Value = serde_json::from_str(&text).unwrap();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["view", "read_at", "coverage", "rows"]);
    assert_eq!(json["read_at"], "2026-01-02T03:04:05Z");
    assert_eq!(json["coverage"]["wanted"], 2);
    assert_eq!(json["coverage"]["denied"], 1);
    let gap = &json["coverage"]["gaps"][0];
    assert_eq!((&gap["account"], &gap["region"]), (&"111122223333".into(), &"eu-west-0".into()));
    assert_eq!((&gap["kind"], &gap["hint"]), (&"denied".into(), &"ask for it".into()));
    let row = &json["rows"][0];
    assert_eq!(row["account"], "000000000001");
    assert_eq!(row["name"], "日本|\u{1b}[31mred\u{202e}");
    assert_eq!(row["running"], serde_json::json!({"have": 2, "want": 6}));
    assert_eq!(row["deployed"], "2026-01-02T03:00:05Z");
    assert_eq!(json["rows"][1]["running"], Value::Null);
    let lines = Sample::new(&[]).written(Output::Jsonl, None);
    assert_eq!(
        lines.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()).nth(1).as_ref(),
        Some(&json["rows"][1])
    );
}

#[test]
fn csv_and_markdown_hold_the_same_rows() {
    let csv = "\
account,name,running,deployed,why\r
000000000001,日本|red,2/6,2026-01-02T03:00:05Z,\"2 of 6 running, circuit breaker\"\r
000000000001,\"'=1+1, \"\"x\"\"\",,,ok\r
";
    assert_eq!(Sample::new(&[]).written(Output::Csv, None), csv);
    let markdown = "\
| name | running | deployed | why |
| --- | ---: | ---: | --- |
| 日本\\|red | 2/6 | 2026-01-02T03:00:05Z | 2 of 6 running, circuit breaker |
| =1+1, \"x\" |  |  | ok |
";
    assert_eq!(Sample::new(&[]).written(Output::Md, None), markdown);
}

#[test]
fn what_was_not_read_is_told_once_for_each_account_and_cause() {
    let mut told = Vec::new();
    coverage::tell(&Sample::new(&[FaultKind::Denied, FaultKind::Denied, FaultKind::Throttled]), &mut told);
    let told = String::from_utf8(told).unwrap();
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines,
        [
            "qd: ecs of 111122223333 eu-west-0, eu-west-1: denied: sts:AssumeRole: not allowed; ask for it",
            "qd: ecs of 111122223333 eu-west-2: throttled: sts:AssumeRole: not allowed; ask for it",
            "qd: the answer is not whole: 1 read · 2 denied · 1 throttled",
        ]
    );
    let mut silent = Vec::new();
    coverage::tell(&Sample::new(&[]), &mut silent);
    assert!(silent.is_empty());
}

fn base(env: Env) -> Base {
    let paths = Paths::new(&Env::empty(), None);
    let demo = include_str!("../sim/demo.toml");
    let loaded = Config::assemble(&env, &Flags::default(), paths, Some(demo)).unwrap();
    let (store, audit, themes) = (Store::memory(), Audit::memory(), Vec::new());
    Base { env, loaded, store, audit, badge: None, themes, clock: Arc::new(Timestamp::now) }
}

async fn fleet(faults: &[&str]) -> (sim::Sim, Base) {
    fleet_of(sim::Options::default().accounts, faults).await
}

async fn fleet_of(accounts: usize, faults: &[&str]) -> (sim::Sim, Base) {
    let faults = faults.iter().map(|f| f.parse().unwrap()).collect();
    let options =
        sim::Options { accounts, latency: sim::Latency::Off, faults, limits: false, ..sim::Options::default() };
    let sim = sim::start(options).await.unwrap();
    // The documented rates in full: nobody else is there.
    let pace = ("QD_LIMITS_SHARE", "1".to_owned());
    let base = base(sim.environment().into_iter().chain([pace]).collect());
    (sim, base)
}

fn ask(view: &str) -> Get {
    Get {
        view: view.into(),
        place: Where::default(),
        filter: String::new(),
        columns: Vec::new(),
        output: Output::Json,
        fail_on: None,
        watch: None,
    }
}

async fn answer(base: &Base, get: &Get) -> Result<(Value, u8), Fault> {
    let mut reader = connect(base, VIEWS)?;
    let view = super::catalogue::find(VIEWS, &get.view)?;
    let answer = answer::read(&mut reader, view, get).await?;
    let mut out = Vec::new();
    output::write(&answer, Output::Json, None, &mut out).unwrap();
    Ok((serde_json::from_slice(&out).unwrap(), answer::code(view, &answer, get.fail_on)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_of_one_account_are_read_there_and_nowhere_else() {
    let (sim, base) = fleet(&[]).await;
    let get = Get {
        place: Where { accounts: vec!["prod".into()], ..Where::default() },
        fail_on: Some(FailOn::Broken),
        ..ask("ecs")
    };
    let (json, code) = answer(&base, &get).await.unwrap();
    assert_eq!(code, codes::BAD);
    assert_eq!((&json["coverage"]["wanted"], &json["coverage"]["read"]), (&2.into(), &2.into()));
    let rows = json["rows"].as_array().unwrap();
    let row = rows.iter().find(|r| r["name"] == "checkout").unwrap();
    assert_eq!(
        (&row["account_name"], &row["region"], &row["health"]),
        (&"prod".into(), &"eu-central-1".into(), &"broken".into())
    );
    assert!(row["reason"].as_str().unwrap().contains("circuit breaker"));
    assert_eq!(sim.count("sts", "AssumeRole"), 1);
    assert!(sim.mutations().is_empty());

    let one =
        Get { place: Where { of: Some(row["key"].as_str().unwrap().into()), ..Where::default() }, ..ask("tasks") };
    let (tasks, code) = answer(&base, &one).await.unwrap();
    assert_eq!((code, &tasks["coverage"]["wanted"]), (codes::WHOLE, &1.into()));
    assert!(tasks["rows"].as_array().unwrap().iter().any(|t| t["health"] == "degraded"), "{tasks}");
    let several =
        answer(&base, &Get { place: Where { of: Some("checkout".into()), ..Where::default() }, ..ask("tasks") })
            .await
            .unwrap_err();
    assert_eq!(codes::exit_code(several.kind), codes::USAGE);
    assert!(several.hint.contains("prod-main/checkout") && several.hint.contains("dev-main/checkout"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_board_has_the_gaps_of_what_it_was_made_of() {
    let (_sim, base) = fleet(&[]).await;
    let (json, code) = answer(&base, &ask("watch")).await.unwrap();
    assert_eq!(code, codes::GAPS);
    let denied = json["coverage"]["denied"].as_u64().unwrap();
    assert!(denied > 0 && json["coverage"]["gaps"].as_array().unwrap().len() as u64 == denied);
    let rows = json["rows"].as_array().unwrap();
    assert_eq!((&rows[0]["health"], &rows[0]["view"]), (&"broken".into(), &"ecs".into()));
    assert!(rows[0]["account"].as_str().unwrap().len() == 12);
    assert!(rows.iter().any(|r| r["health"] == "unknown" && r["account_name"] == "log-archive"), "{json}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_map_is_a_row_for_each_account_without_a_screen() {
    let (_sim, base) = fleet(&[]).await;
    let (json, code) = answer(&base, &ask("fleet")).await.unwrap();
    assert_eq!(code, codes::GAPS, "some accounts cannot be read, and it says so");
    let rows = json["rows"].as_array().unwrap();
    let named = |name: &str| rows.iter().find(|r| r["account_name"] == name).unwrap();
    assert_eq!(rows.len(), 31);
    assert_eq!(named("prod")["health"], "broken");
    assert!(named("prod")["reason"].as_str().unwrap().contains("running"), "{json}");
    assert_eq!(named("log-archive")["health"], "unknown");
    assert!(named("log-archive")["reason"].as_str().unwrap().starts_with("denied: "), "{json}");
    assert_eq!(rows.iter().filter(|r| r["health"] == "none").count(), 2, "closed accounts are not entered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_can_be_read_the_answer_says_why() {
    let (_sim, base) = fleet(&["denied@ecs"]).await;
    let (json, code) =
        answer(&base, &Get { place: Where { accounts: vec!["prod".into()], ..Where::default() }, ..ask("ecs") })
            .await
            .unwrap();
    assert_eq!((code, &json["coverage"]["read"]), (codes::NOTHING, &0.into()));
    assert_eq!(json["rows"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_credentials_there_is_an_answer_and_what_needs_none_is_whole() {
    let env: Env = [("AWS_EC2_METADATA_DISABLED", "true"), ("HOME", "/nowhere")].into_iter().collect();
    let base = base(env);
    let (json, code) = answer(&base, &ask("ecs")).await.unwrap();
    assert_eq!(code, codes::CREDENTIALS);
    assert_eq!(json["coverage"]["gaps"][0]["kind"], "no-credentials");
    assert!(!json["coverage"]["notes"].as_array().unwrap().is_empty());
    let (_, code) = answer(&base, &ask("budget")).await.unwrap();
    assert_eq!(code, codes::WHOLE);
    let unknown = answer(&base, &ask("esc")).await.unwrap_err();
    assert!(unknown.hint.contains("\"ecs\""), "{}", unknown.hint);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tree_is_drawn_and_written_as_flat_nodes() {
    let (_sim, base) = fleet(&[]).await;
    let mut reader = connect(&base, VIEWS).unwrap();
    let tree = tree::read(&mut reader).await;
    let written = |form| {
        let mut out = Vec::new();
        output::write(&tree, form, None, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let drawn = written(Output::Table);
    let audit = drawn.lines().find(|l| l.contains(" audit ")).unwrap();
    assert!(audit.starts_with("│  ├─ audit") && audit.contains("ACTIVE"), "{audit}");
    assert!(drawn.lines().last().unwrap().trim_start().starts_with('└'), "{drawn}");
    let nodes: Vec<Value> = written(Output::Jsonl).lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let node = nodes.iter().find(|n| n["name"] == "audit").unwrap();
    assert_eq!((&node["path"], &node["depth"], &node["kind"]), (&"core/audit".into(), &2.into(), &"account".into()));
    assert!(nodes.iter().any(|n| n["id"] == node["parent"] && n["kind"] == "ou"));
    assert_eq!(codes::of(tree.coverage(), false, true), codes::WHOLE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_board_says_what_it_has_seen_and_its_keys_can_be_printed() {
    let (_sim, base) = fleet(&[]).await;
    let well = Get { place: Where { accounts: vec!["audit".into()], ..Where::default() }, ..ask("watch") };
    let (json, code) = answer(&base, &well).await.unwrap();
    assert_eq!((code, &json["rows"]), (codes::WHOLE, &serde_json::json!([])), "{json}");
    let seen = json["coverage"]["seen"].as_str().unwrap();
    assert!(
        seen.starts_with("No problem seen in 1 account, 2 regions (16 enabled in the caller's account not read), 1 view; oldest reading "),
        "{seen}"
    );
    let (json, _) = answer(&base, &ask("watch")).await.unwrap();
    assert_eq!(json["coverage"]["seen"], Value::Null, "there are problems");
    let filtered = Get { filter: "nothing-is-called-so".into(), ..ask("watch") };
    let (hidden, _) = answer(&base, &filtered).await.unwrap();
    assert_eq!((&hidden["rows"], &hidden["coverage"]["seen"]), (&serde_json::json!([]), &Value::Null));
    let keys: Vec<&str> = json["rows"].as_array().unwrap().iter().map(|r| r["key"].as_str().unwrap()).collect();
    assert!(keys.iter().all(|key| key.contains('|') && !key.contains(char::is_control)), "{keys:?}");
    let once: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!(once.len(), keys.len(), "a key tells its row from the others");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_do_not_wait_for_empty_ous_and_the_tree_does() {
    let calls = |sim: &sim::Sim| sim.count("organizations", "ListOrganizationalUnitsForParent");
    let (sim, base) = fleet_of(80, &[]).await;
    let mut reader = connect(&base, VIEWS).unwrap();
    reader.read_org(false).await;
    assert!(reader.walk.short && reader.org.accounts().len() == 80, "{:?}", reader.walk);
    let (short, ous) = (calls(&sim), u64::try_from(reader.org.len() - 80).unwrap());
    assert!(short < ous / 2, "{short} calls for {ous} OUs");
    reader.read_org(true).await;
    assert!(!reader.walk.short);
    assert!(calls(&sim) - short > ous / 2, "each OU that may hold others is asked: {} of {ous}", calls(&sim));

    let (json, code) =
        answer(&base, &Get { place: Where { accounts: vec!["prod".into()], ..Where::default() }, ..ask("ecs") })
            .await
            .unwrap();
    assert_eq!((code, json["coverage"]["notes"].as_array().unwrap().len()), (codes::WHOLE, 1), "{json}");
    assert!(
        json["coverage"]["notes"][0].as_str().unwrap().contains("enabled in the caller's account are not read"),
        "{json}"
    );
    let before = calls(&sim);
    let unknown =
        answer(&base, &Get { place: Where { ous: vec!["nowhere".into()], ..Where::default() }, ..ask("ecs") })
            .await
            .err()
            .unwrap();
    assert!(unknown.message.starts_with("no OU \"nowhere\""), "{unknown}");
    assert!(calls(&sim) - before > ous / 2, "it could have been one of the empty ones");
}
