//! What is filled in for the rows on the screen alone, by the program on a terminal over the embedded fleet.

use std::time::{Duration, Instant};

use crate::support::{Fleet, Pty, Qd};

/// Accounts of the fleet: several screens of them.
const ACCOUNTS: usize = 300;

/// How often the tags of an account were asked for.
fn asked(fleet: &Fleet) -> u64 {
    let calls = fleet.calls();
    let rows = calls["calls"].as_array().cloned().unwrap_or_default();
    rows.iter().filter(|row| row["operation"] == "ListTagsForResource").filter_map(|row| row["calls"].as_u64()).sum()
}

/// The same once it stands still.
fn settled(fleet: &Fleet) -> u64 {
    let begun = Instant::now();
    let (mut last, mut since) = (asked(fleet), Instant::now());
    while since.elapsed() < Duration::from_secs(3) {
        assert!(begun.elapsed() < Duration::from_secs(60), "it goes on and on: {last}");
        std::thread::sleep(Duration::from_millis(200));
        let now = asked(fleet);
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
    last
}

/// How many accounts of the table are on the screen, and on how many of their lines tags stand.
fn tagged(screen: &str) -> (usize, usize) {
    let accounts = screen.lines().filter(|line| line.contains(" account "));
    (accounts.clone().count(), accounts.filter(|line| line.contains("cost-centre=")).count())
}

/// Whether there are some, and all of them have their tags.
fn whole(screen: &str) -> bool {
    let (accounts, tagged) = tagged(screen);
    accounts >= 10 && accounts == tagged
}

fn open(qd: &Qd) -> Pty {
    qd.clone().env("QD_VIEW", "accounts").open(&[], (220, 40))
}

#[test]
fn only_accounts_on_the_screen_are_asked_for_their_tags_and_what_they_said_is_kept() {
    let fleet = Fleet::start(&["--accounts", &ACCOUNTS.to_string()]);
    let qd = fleet.qd();
    let mut pty = open(&qd);
    let screen = pty.wait("tags in each row", whole);
    let first = settled(&fleet);
    // The tree shows accounts as well, some of them those of the table.
    let accounts = u64::try_from(tagged(&screen).0).unwrap();
    let lines = u64::try_from(screen.lines().count()).unwrap();
    assert!((accounts..=accounts + lines).contains(&first), "{first} calls for {accounts} accounts in the table");
    pty.keys("G");
    pty.wait("tags in each row of the last page", whole);
    let second = settled(&fleet);
    assert!(second > first && second - first <= lines, "{} calls for another page", second - first);
    pty.keys("g");
    pty.wait("the first page again", whole);
    assert_eq!(settled(&fleet), second, "what was read is not read again");
    pty.keys("/tag:no-such=tag\r");
    pty.wait("no row has such a tag", |screen| tagged(screen).0 == 0);
    pty.keys("/\x15tag:cost-centre=\r");
    pty.wait("rows that have one", whole);
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
    // Without AWS the next run has what was kept.
    let mut pty = open(&qd.clone().env("AWS_ENDPOINT_URL", "http://127.0.0.1:9"));
    pty.wait("tags of the last run", whole);
    pty.keys("\x03");
    assert_eq!(pty.exit_code(), 0);
}
