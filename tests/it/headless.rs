//! `qd get`, `qd tree` and their kin against the embedded fleet: exit codes, coverage, forms, pipes.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
    time::{Duration, Instant},
};

use quarterdeck::views::VIEWS;
use serde_json::Value;

use crate::support::{Fleet, Qd, process::Running};

/// Accounts of the default world that refuse its usual role, in two regions each.
const CLOSED: [&str; 2] = ["log-archive", "stackhawk-prod-infrastructure"];

fn rows(answer: &Value) -> &Vec<Value> {
    answer["rows"].as_array().unwrap_or_else(|| panic!("rows in {answer}"))
}

fn gaps(answer: &Value) -> &Vec<Value> {
    answer["coverage"]["gaps"].as_array().unwrap_or_else(|| panic!("gaps in {answer}"))
}

#[test]
fn an_answer_is_one_object_with_its_coverage() {
    let fleet = Fleet::start(&[]);
    let done = fleet.qd().run(&["get", "ecs", "--output", "json"]);
    assert_eq!(done.code, 4, "what could not be read has a code of its own: {}", done.err);
    assert_eq!(done.err, "", "JSON holds the coverage itself");
    let answer = done.json();
    assert_eq!(answer["view"], "ecs");
    assert!(answer["read_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{answer}");
    let coverage = &answer["coverage"];
    assert_eq!((&coverage["wanted"], &coverage["read"], &coverage["denied"]), (&58.into(), &54.into(), &4.into()));
    let mut refused: Vec<&str> = gaps(&answer).iter().filter_map(|gap| gap["account_name"].as_str()).collect();
    refused.dedup();
    assert_eq!(refused, CLOSED);
    assert!(gaps(&answer).iter().all(|gap| gap["kind"] == "denied" && gap["call"] == "sts:AssumeRole"), "{answer}");
    let checkout = rows(&answer).iter().find(|row| row["name"] == "checkout" && row["account_name"] == "prod").unwrap();
    assert_eq!((&checkout["health"], &checkout["region"]), (&"broken".into(), &"eu-central-1".into()));
    assert_eq!(checkout["running"], serde_json::json!({ "have": 2, "want": 6 }));
    let why = checkout["reason"].as_str().unwrap();
    assert!(why.contains("2 of 6 running") && why.contains("circuit breaker"), "{why}");
    let levels: Vec<&str> = rows(&answer).iter().map(|row| row["health"].as_str().unwrap()).collect();
    assert!(
        levels.len() > 60 && levels[0] == "broken" && levels.ends_with(&["ok", "none"]),
        "sorted by trouble: {levels:?}"
    );
    assert_eq!(fleet.calls()["mutating"], 0);
}

/// The line that says which part of the enabled regions an answer is about.
fn is_of_regions(line: &str) -> bool {
    line.starts_with("qd: 16 of 18 regions enabled in the caller's account are not read: ")
}

#[test]
fn exit_codes_say_how_whole_and_how_bad_the_answer_is() {
    let fleet = Fleet::start(&["--fault", "denied@ecs/data-dev"]);
    let qd = fleet.qd();
    for (words, code) in [
        (&["--account", "prod"][..], 0),
        (&["--account", "prod", "--fail-on", "broken"], 5),
        (&["--account", "dev", "--fail-on", "broken"], 0),
        (&["--account", "dev", "--fail-on", "degraded"], 5),
        (&["--account", "log-archive"], 6),
        (&["--account", "data-dev"], 6),
        (&["--account", "data-dev", "--account", "dev"], 4),
        (&["--account", "old-shop"], 6),
        (&["--account", "prod", "--fail-on", "broken", "--filter", "gateway"], 0),
    ] {
        let done = qd.run(&[&["get", "ecs"], words].concat());
        assert_eq!(done.code, code, "{words:?}\n{}\n{}", done.out, done.err);
        let whole = code == 0 || code == 5;
        let told: Vec<&str> = done.err.lines().filter(|line| !is_of_regions(line)).collect();
        assert_eq!(told.is_empty(), whole, "{words:?}: what is missing is told on stderr\n{}", done.err);
        assert_eq!(done.err.lines().count(), told.len() + 1, "enabled regions that nobody reads are too\n{}", done.err);
    }
    let closed = qd.run(&["get", "ecs", "--account", "old-shop"]);
    assert!(closed.err.contains("SUSPENDED"), "{}", closed.err);
}

#[test]
fn filters_know_where_rows_lie_though_the_view_has_no_such_column() {
    let fleet = Fleet::start(&[]);
    let get = |filter: &str| fleet.qd().run(&["get", "ecs", "--output", "json", "--filter", filter]).json();
    let whole = get("");
    assert!(!rows(&whole).is_empty());
    for (filter, field, word) in [("account:prod", "account_name", "prod"), ("ou:WORKLOAD", "ou", "workload")] {
        let holds = |row: &&Value| row[field].as_str().is_some_and(|text| text.contains(word));
        let wanted: Vec<&Value> = rows(&whole).iter().filter(holds).map(|row| &row["key"]).collect();
        let answer = get(filter);
        let found: Vec<&Value> = rows(&answer).iter().map(|row| &row["key"]).collect();
        assert!(!found.is_empty() && found.len() < rows(&whole).len(), "{filter}");
        assert_eq!(found, wanted, "{filter}");
    }
    let region = get("region:eu-west account:prod");
    assert!(!rows(&region).is_empty() && rows(&region).iter().all(|row| row["region"] == "eu-west-1"), "{region}");
    let (production, others) = (get("env:prod"), get("!env:prod"));
    assert_eq!(rows(&production).len() + rows(&others).len(), rows(&whole).len());
    assert!(!rows(&production).is_empty());
}

#[test]
fn every_way_to_fail_is_a_gap_with_a_cause_and_leaves_the_rest_alone() {
    let faults =
        ["html500@ecs/prod", "malformed@ecs/dev", "truncated@ecs/cicd", "reset@ecs/data-prod", "5xx@ecs/admin"];
    let mut words: Vec<&str> = faults.iter().flat_map(|fault| ["--fault", fault]).collect();
    words.extend(["--fault", "scp@ecs/audit"]);
    let fleet = Fleet::start(&words);
    let done = fleet.qd().run(&["get", "ecs", "--output", "json"]);
    assert_eq!(done.code, 4);
    let answer = done.json();
    for (account, kinds) in [
        ("prod", &["service"][..]),
        ("dev", &["service"]),
        ("cicd", &["network", "service"]),
        ("data-prod", &["network"]),
        ("admin", &["service"]),
        ("audit", &["denied"]),
    ] {
        let found: Vec<&Value> = gaps(&answer).iter().filter(|gap| gap["account_name"] == account).collect();
        assert_eq!(found.len(), 2, "{account}: a gap in each region");
        for gap in found {
            assert!(kinds.contains(&gap["kind"].as_str().unwrap()), "{account}: {gap}");
            assert!(
                !gap["message"].as_str().unwrap().is_empty() && gap["call"].as_str().unwrap().starts_with("ecs:"),
                "{gap}"
            );
        }
    }
    let scp = gaps(&answer).iter().find(|gap| gap["account_name"] == "audit").unwrap();
    assert!(scp["message"].as_str().unwrap().contains("service control policy"), "{scp}");
    assert!(rows(&answer).iter().any(|row| row["account_name"] == "payments-prod"));
    assert!(!rows(&answer).iter().any(|row| row["account_name"] == "prod"));
}

#[test]
fn throttling_slows_and_loses_nothing() {
    let fleet = Fleet::start(&["--fault", "throttle:15%@ecs", "--fault", "throttle:15%@organizations"]);
    let answer = fleet.qd().run(&["get", "ecs", "--output", "json"]).json();
    assert_eq!(answer["coverage"]["read"], 54, "{}", answer["coverage"]);
    assert_eq!(gaps(&answer).len(), 4);
}

/// The fields of each line, by RFC 4180.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => field.extend(rest.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                line.push(std::mem::take(&mut field));
                lines.push(std::mem::take(&mut line));
            }
            c => field.push(c),
        }
    }
    assert!(!quoted && field.is_empty(), "the last line is ended");
    lines
}

#[test]
fn five_forms_tell_the_same_rows() {
    let fleet = Fleet::start(&[]);
    let of = |form: &str| {
        let done = fleet.qd().run(&["get", "ecs", "--ou", "workload", "--output", form]);
        assert_eq!(done.code, 0, "{form}: {}", done.err);
        done
    };
    let json = of("json").json();
    let names: Vec<&str> = rows(&json).iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert!(names.len() > 20);
    let lines: Vec<Value> = of("jsonl").out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|row| row["name"].as_str().unwrap()).collect::<Vec<_>>(), names);
    let table = csv(&of("csv").out);
    let at = table[0].iter().position(|head| head == "name").unwrap();
    assert!(table.iter().all(|line| line.len() == table[0].len()));
    assert_eq!(table[1..].iter().map(|line| line[at].as_str()).collect::<Vec<_>>(), names);
    let markdown = of("md").out;
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let widths: Vec<usize> = markdown.lines().map(cells).collect();
    assert_eq!(widths.len(), names.len() + 2);
    assert!(widths.iter().all(|n| *n == widths[0]), "{markdown}");
    assert_eq!(of("table").out.lines().count(), names.len() + 1);
}

#[test]
fn nothing_that_acts_on_a_terminal_reaches_it() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd().config("[[where]]\ntag = { note = \"x\" }\nproduction = true\n");
    for form in ["table", "json", "jsonl", "csv", "md"] {
        let out = qd.run(&["tree", "--output", form]).out;
        assert!(out.contains("sandbox-training"), "{form}");
        let bad = out.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r') || *c == '\u{202e}');
        assert_eq!(bad, None, "{form}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_fault() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    let mut command = qd.command(&["get", "ecs", "--account", "prod", "--output", "jsonl"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running(command.spawn().unwrap());
    drop(running.0.stdout.take());
    let err = running.0.stderr.take().unwrap();
    assert_eq!(running.end(Duration::from_secs(60)), Some(141), "128 + SIGPIPE, as other programs");
    let said: Vec<String> = BufReader::new(err).lines().map_while(Result::ok).collect();
    assert!(matches!(&said[..], [one] if is_of_regions(one)), "{said:?}");
}

#[test]
fn wrong_words_get_the_nearest_right_one() {
    let fleet = Fleet::start(&[]);
    for (words, parts) in [
        (&["get", "ec"][..], &["\"ec\"", "\"ecs\""][..]),
        (&["get", "ecs", "--account", "prd"], &["prd", "prod"]),
        (&["get", "ecs", "--ou", "workloud"], &["workloud", "workload"]),
        (&["get", "ecs", "--output", "yaml"], &["yaml", "json"]),
        (&["get", "ecs", "--acount", "prod"], &["--acount", "--account"]),
        (&["sim", "--fault", "thrttle"], &["thrttle", "throttle"]),
    ] {
        let done = fleet.qd().run(words);
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{words:?}\n{}", done.err);
        for part in parts {
            assert!(done.err.contains(part), "{words:?}: {part} in\n{}", done.err);
        }
    }
}

#[test]
fn a_wrong_configuration_is_told_with_file_line_and_the_nearest_key() {
    let qd = Qd::new().config("roles = [\"role/x\"]\n\nregoins = [\"eu-central-1\"]\nutc = \"perhaps\"\n");
    let done = qd.run(&["info"]);
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{}", done.err);
    for part in ["config.toml", "3", "regoins", "regions", "4", "utc"] {
        assert!(done.err.contains(part), "{part} in\n{}", done.err);
    }
}

#[test]
fn without_credentials_it_says_so_at_once_and_asks_nobody() {
    let begun = Instant::now();
    for words in [&["get", "ecs"][..], &["tree"], &["get", "watch", "--output", "json"]] {
        let done = Qd::new().run(words);
        assert_eq!(done.code, 3, "{words:?}\n{}\n{}", done.out, done.err);
        let said = format!("{}{}", done.out, done.err);
        assert!(said.contains("credentials"), "{words:?}: {said}");
    }
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    // What needs no AWS works all the same.
    let done = Qd::new().run(&["get", "credentials"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("AWS_ACCESS_KEY_ID") || done.out.contains("environment"), "{}", done.out);
}

#[test]
fn help_lists_every_view_and_every_exit_code() {
    let views = Qd::new().run(&["get", "help"]);
    assert_eq!(views.code, 0);
    for view in VIEWS {
        assert!(views.out.lines().any(|line| line.starts_with(view.id().0)), "{}", view.id());
    }
    let help = Qd::new().run(&["--help"]);
    assert!(help.out.contains("Exit codes") && help.out.contains("demo"), "{}", help.out);
}

#[test]
fn the_policy_allows_what_the_views_read_and_nothing_else() {
    let done = Qd::new().run(&["iam-policy"]);
    assert_eq!(done.code, 0, "{}", done.err);
    for view in VIEWS {
        for action in view.actions() {
            assert!(done.out.contains(action), "{action}");
        }
    }
    let words = done.out.split(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '*'));
    let services = [
        "ecs:",
        "logs:",
        "organizations:",
        "account:",
        "cloudwatch:",
        "elasticloadbalancing:",
        "events:",
        "scheduler:",
    ];
    let actions: Vec<&str> = words.filter(|word| services.iter().any(|s| word.starts_with(s))).collect();
    assert!(actions.len() >= 5, "{actions:?}");
    for action in actions {
        let verb = action.split(':').nth(1).unwrap_or_default();
        let reads = ["List", "Describe", "Get", "Filter", "BatchGet"].iter().any(|v| verb.starts_with(v));
        assert!(reads, "{action} does not read\n{}", done.out);
    }
}

#[test]
fn the_policy_of_the_readme_is_the_one_that_is_printed() {
    let read = |text: &str| -> serde_json::Value {
        let end = text.find("\n}").unwrap() + 2;
        serde_json::from_str(&text[..end]).unwrap()
    };
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let printed = Qd::new().run(&["iam-policy"]).out;
    let (_, shown) = readme.split_once("```json\n").unwrap();
    let (_, policy) = printed.split_once('\n').unwrap();
    assert_eq!(read(shown), read(policy));
}

#[test]
fn rows_of_one_service_are_found_by_its_name() {
    let fleet = Fleet::start(&[]);
    let words = ["get", "tasks", "--of", "checkout", "--account", "prod", "--output", "json"];
    let answer = fleet.qd().json(&words);
    assert!(rows(&answer).iter().any(|row| row["status"] == "RUNNING"), "{answer}");
    let codes: Vec<i64> = rows(&answer).iter().filter_map(|row| row["exit"].as_i64()).collect();
    assert!(codes.contains(&137) && codes.contains(&1), "{codes:?}");
}

#[test]
fn info_names_each_value_with_its_origin_and_no_secret() {
    let fleet = Fleet::start(&[]);
    let done = fleet.qd().env("QD_UTC", "true").run(&["info", "--region", "eu-north-1"]);
    assert_eq!(done.code, 0, "{}", done.err);
    for part in ["QD_UTC", "--region", "eu-north-1", "config.toml", "quarterdeck.db", "role/cicd/delegated-role"] {
        assert!(done.out.contains(part), "{part} in\n{}", done.out);
    }
    let (_, secret) = fleet.environment().find(|(name, _)| name == "AWS_SECRET_ACCESS_KEY").unwrap();
    assert!(!done.out.contains(&secret));
}

#[test]
fn a_region_that_is_none_or_is_not_enabled_is_no_want_of_credentials() {
    let fleet = Fleet::start(&[]);
    let get = |region: &str| fleet.qd().run(&["get", "ecs", "--account", "prod", "--region", region]);
    let none = get("eu-nowhere-1");
    assert_eq!(none.code, 2, "{}", none.err);
    assert!(none.err.contains("there is no region eu-nowhere-1") && none.err.contains("--region"), "{}", none.err);
    let off = get("ap-east-1");
    assert_eq!(off.code, 6, "{}", off.err);
    assert!(off.err.contains("region ap-east-1 is not enabled in account"), "{}", off.err);
    // The caller's own region is told apart in the same way.
    let own = fleet.qd().env("AWS_REGION", "eu-nowhere-1").run(&["get", "ecs", "--account", "prod"]);
    assert_eq!(own.code, 2, "{}", own.err);
    assert!(own.err.contains("there is no region eu-nowhere-1"), "{}", own.err);
    // A key that nobody knows is still one.
    let key = fleet.qd().env("AWS_ACCESS_KEY_ID", "AKIAABCDEFGHIJKLMNOP").run(&["get", "ecs", "--account", "prod"]);
    assert_eq!(key.code, 3, "{}", key.err);
}
