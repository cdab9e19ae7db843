//! What the verbs change, on a server that this project did not write: through the gate, by the real console in a
//! terminal, with the audit log that it leaves.

use serde_json::Value;

use crate::support::{Moto, Pty, Qd};

/// The last line of the screen that begins a typed confirmation, and what has to be typed.
fn asked(screen: &str) -> String {
    let rest = screen.split("type ").nth(1).unwrap_or_else(|| panic!("no name is asked for\n{screen}"));
    rest.split(" to do it").next().unwrap_or_default().to_owned()
}

/// Confirms a deed by the name that it asks for.
fn confirm(pty: &mut Pty) {
    let screen = pty.wait_for("to do it:");
    assert!(screen.contains("shop (") && screen.contains("dry run"), "{screen}");
    let name = asked(&screen);
    pty.slowly(&format!("{name}\r"));
}

/// Opens the console on the service, with its account elevated.
fn elevated(qd: &Qd) -> Pty {
    let mut pty = qd.open(&[], (160, 45));
    pty.wait_for("shop");
    pty.keys(":ecs web\r");
    pty.wait("the service", |s| s.contains("0/2"));
    pty.slowly("R");
    pty.wait_for("read-only: E elevates shop");
    pty.keys("E");
    pty.wait_for("elevate shop");
    pty.keys("to try it\r\r");
    pty.slowly("shop\r");
    pty.wait_for("ELEVATED shop");
    pty
}

/// The lines of the audit log as they lie on the disk: what was done, and what became of it.
fn audit(qd: &Qd) -> Vec<String> {
    let files = qd.home().files();
    let log = files.iter().find(|f| f.to_string_lossy().contains("audit")).expect("an audit log");
    let text = std::fs::read_to_string(log).expect("the audit log");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    lines
        .map(|l| format!("{} {} {}", text(&l["deed"]), text(&l["verb"]), text(&l["outcome"])).replace("  ", " "))
        .collect()
}

#[test]
fn deploying_anew_scaling_and_stopping_reach_moto_and_stand_in_the_audit_log() {
    let moto = Moto::start();
    let before = moto.build("moto_changes.py");
    assert_eq!(before["desired"], 2);
    let toml = "roles = [\"role/cicd/delegated-role\"]\nregions = [\"eu-central-1\"]\n";
    let qd = Qd::new().envs(moto.environment()).env("QD_LIMITS_SHARE", "1").config(toml);
    let mut pty = elevated(&qd);
    pty.slowly("R");
    let screen = pty.wait_for("ecs:UpdateService");
    assert!(screen.contains("forceNewDeployment = true") && screen.contains("dry run"), "{screen}");
    confirm(&mut pty);
    pty.wait_for("ECS took it: web:1, 2 desired");
    // Nothing on moto ever completes: a way back is not made up.
    pty.slowly("B");
    pty.wait_for("no other completed deployment");
    pty.slowly("S");
    pty.wait_for("desired count");
    pty.keys("\x7f4\r");
    confirm(&mut pty);
    pty.wait_for("ECS took it: web:1, 4 desired");
    pty.wait("the row as it is now", |s| s.contains("0/4") || s.contains("4/4"));
    pty.keys("\r");
    pty.wait("its tasks", |s| s.contains("─ tasks") && s.contains("RUNNING"));
    pty.slowly("T");
    pty.wait_for("ecs:StopTask");
    confirm(&mut pty);
    pty.wait_for("ECS took it: desired STOPPED");
    pty.keys("E");
    pty.wait_for("is read-only again");
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
    let after = moto.build("moto_changes.py");
    assert_eq!(after["desired"], 4, "{after}");
    let task = &after["tasks"][0];
    assert_eq!((&task["desired"], &task["reason"]), (&"STOPPED".into(), &"stopped by hand with Quarterdeck".into()));
    let expected = [
        "elevate begun",
        "elevate done",
        "verb redeploy begun",
        "verb redeploy done",
        "verb scale begun",
        "verb scale done",
        "verb stop begun",
        "verb stop done",
        "give-back done",
    ];
    assert_eq!(audit(&qd), expected);
}
