//! Clients that this project did not write, pointed at the embedded fleet: they parse each operation that it answers.

use std::{process::Command, time::Duration};

use quarterdeck::sim;

use crate::support::{Fleet, inside::quick, process, python};

/// botocore and the AWS CLI, over all operations, as several callers.
#[tokio::test(flavor = "multi_thread")]
async fn botocore_and_the_aws_cli_parse_every_operation() {
    let sim = sim::start(quick()).await.expect("a port");
    let mut command = python::script("clients.py");
    command.envs(sim.environment()).env("AWS", python::program("aws")).env("SIM_SSO_TOKEN", sim.sso_token());
    let (serial, code) = sim.mfa();
    command.env("SIM_MFA_SERIAL", serial).env("SIM_MFA_CODE", code).env("HOME", env!("CARGO_TARGET_TMPDIR"));
    command.env("SIM_OPERATIONS", sim::operations().collect::<Vec<_>>().join(" "));
    let (role, token) = sim.web_identity().expect("a role for web identities");
    command.env("SIM_WEB_ROLE", role).env("SIM_WEB_TOKEN", token);
    let member = sim.member("prod").expect("an account prod");
    let delegated = sim.delegated().expect("a delegated administrator");
    for (word, keys) in [("MEMBER", member), ("DELEGATED", delegated)] {
        command.env(format!("SIM_{word}_KEY"), keys.id).env(format!("SIM_{word}_SECRET"), keys.secret);
    }
    let done = tokio::task::spawn_blocking(move || process::run(command, Duration::from_secs(300))).await.unwrap();
    assert_eq!(done.code, 0, "{}\n{}", done.out, done.err);
    let ecs = ["ecs_services", "ecs_tasks", "ecs_definitions", "ecs_changes", "capacity", "standalone"];
    let others = [
        "organizations",
        "sts",
        "web_identity",
        "logs",
        "account",
        "sso",
        "targets",
        "schedules",
        "metrics",
        "cli",
        "ledger",
    ];
    for word in ecs.into_iter().chain(others) {
        assert!(done.out.contains(&format!("passed  {word}")), "{word}\n{}", done.out);
    }
}

/// What `qd sim` prints is enough for any client.
#[test]
fn the_environment_that_sim_prints_serves_the_aws_cli() {
    let mut fleet = Fleet::start(&[]);
    let mut command = Command::new(python::program("aws"));
    command.args(["organizations", "list-accounts", "--query", "length(Accounts)", "--output", "json"]);
    command.env_clear().envs(fleet.environment()).env("HOME", env!("CARGO_TARGET_TMPDIR"));
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let done = process::run(command, Duration::from_secs(60));
    assert_eq!((done.code, done.out.trim()), (0, "31"), "{}", done.err);
    let calls = fleet.calls();
    assert_eq!((&calls["total"], &calls["mutating"]), (&2.into(), &0.into()), "two pages of twenty: {calls}");
    // Ctrl-C ends it, as it says.
    process::signal(fleet.process().id(), "INT");
    assert_eq!(fleet.process().end(Duration::from_secs(10)), Some(0));
}
