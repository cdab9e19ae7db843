//! The browser of the person, with a stand-in that writes down what it was given; and names that a terminal makes
//! clickable.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    time::{Duration, Instant},
};

use quarterdeck::model::locate::locate;

use crate::support::{Fleet, Qd};

/// A browser that writes down its arguments and its environment, and ends with this code.
fn stand_in(qd: &Qd, code: u8) -> String {
    let home = qd.home().path().display().to_string();
    let script = format!(
        "#!/bin/sh\nfor word in \"$@\"; do echo \"arg $word\"; done > {home}/argv\nenv > {home}/env\nexit {code}\n"
    );
    let path = qd.home().write("browser", &script);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a script");
    path.display().to_string()
}

/// What the stand-in wrote, once it is there.
fn noted(qd: &Qd, name: &str) -> String {
    let (path, until) = (qd.home().path().join(name), Instant::now() + Duration::from_secs(20));
    loop {
        if let Ok(text) = fs::read_to_string(&path)
            && text.ends_with('\n')
        {
            return text;
        }
        assert!(Instant::now() < until, "no browser was started");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_browser_gets_one_link_into_the_right_account_and_no_credentials() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    let browser = stand_in(&qd, 0);
    let qd = qd.env("BROWSER", &format!("{browser} --new-tab"));
    let mut pty = qd.open(&[], (140, 40));
    pty.wait("the board", |s| s.contains("checkout") && s.contains("workload"));
    pty.keys(":ecs checkout\r");
    pty.wait("services", |s| s.contains("/checkout") && s.contains("rollout") && s.contains("2/6"));
    pty.keys("o");
    let screen = pty.wait("what is opened", |s| s.contains("opening the switch to role"));
    assert!(screen.contains("cannot carry a page"), "{screen}");
    let argv = noted(&qd, "argv");
    let words: Vec<&str> = argv.lines().filter_map(|line| line.strip_prefix("arg ")).collect();
    assert_eq!((words.len(), words[0]), (2, "--new-tab"), "{argv}");
    assert!(words[1].starts_with("https://signin.aws.amazon.com/switchrole?account="), "{argv}");
    assert!(words[1].contains("&roleName=cicd%2Fdelegated-role&"), "{argv}");
    assert!(locate(words[1]).is_some_and(|target| target.account.is_some()), "{argv}");
    let env = noted(&qd, "env");
    for name in ["AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_SESSION_TOKEN=", "AWS_PROFILE="] {
        assert!(!env.lines().any(|line| line.starts_with(name)), "a browser needs no credentials: {name}");
    }
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
}

#[test]
fn where_no_browser_opens_the_link_is_copied() {
    let fleet = Fleet::start(&[]);
    let qd = fleet.qd();
    let browser = stand_in(&qd, 4);
    for (name, value, said) in [
        ("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22", "no browser is known here"),
        ("BROWSER", browser.as_str(), "exit status: 4"),
        ("BROWSER", "/nonexistent/browser", "No such file"),
    ] {
        let mut pty = qd.clone().env(name, value).open(&[], (200, 40));
        pty.wait("the board", |s| s.contains("checkout") && s.contains("workload"));
        pty.keys(":ecs checkout\r");
        pty.wait("services", |s| s.contains("/checkout") && s.contains("rollout") && s.contains("2/6"));
        pty.keys("o");
        let screen = pty.wait("the link", |s| s.contains("not opened"));
        assert!(screen.contains(said) && screen.contains("was copied: https://signin.aws"), "{screen}");
        assert!(pty.bytes().windows(7).any(|w| w == b"\x1b]52;c;"), "a copy");
        pty.keys("\x03");
        assert_eq!(pty.exit_code(), 0);
    }
}

#[test]
fn names_are_links_where_a_way_carries_the_page_and_the_terminal_takes_them() {
    let fleet = Fleet::start(&[]);
    let portal = |qd: Qd| {
        qd.env("QD_BROWSER_START_URL", "https://corp.awsapps.com/start").env("QD_BROWSER_PERMISSION_SET", "ReadOnly")
    };
    for (qd, linked) in [
        (portal(fleet.qd()).env("TERM_PROGRAM", "WezTerm"), true),
        (portal(fleet.qd()).env("QD_BROWSER_HYPERLINKS", "on"), true),
        (portal(fleet.qd()), false),
        (portal(fleet.qd()).env("TERM_PROGRAM", "WezTerm").env("QD_BROWSER_HYPERLINKS", "off"), false),
        (fleet.qd().env("QD_BROWSER_HYPERLINKS", "on"), false),
    ] {
        let mut pty = qd.open(&[], (140, 40));
        pty.wait("the board", |s| s.contains("checkout") && s.contains("workload"));
        pty.keys(":ecs checkout\r");
        let screen = pty.wait("services", |s| s.contains("/checkout") && s.contains("rollout") && s.contains("2/6"));
        pty.keys("j");
        std::thread::sleep(Duration::from_millis(300));
        let bytes = String::from_utf8_lossy(&pty.bytes()).into_owned();
        let links: Vec<&str> = bytes.split("\x1b]8;;").skip(1).filter(|part| part.starts_with("https://")).collect();
        assert_eq!(!links.is_empty(), linked, "{screen}");
        for link in &links {
            let (address, text) = link.split_once("\x1b\\").expect("an end of the address");
            assert!(address.starts_with("https://corp.awsapps.com/start/#/console?account_id="), "{address}");
            assert!(address.contains("&role_name=ReadOnly&destination=https%3A%2F%2F"), "{address}");
            assert!(!text.contains('\x1b'), "{text:?}: the marks hold letters alone");
        }
        assert_eq!(bytes.matches("\x1b]8;;\x1b\\").count(), links.len(), "each is closed");
        // The widths are as without: the screen reads the same.
        assert!(pty.screen().lines().filter(|l| l.contains("checkout")).count() > 1, "{}", pty.screen());
        pty.keys("\x03");
        assert_eq!(pty.exit_code(), 0);
    }
}
