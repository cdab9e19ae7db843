//! A large organisation: nothing that arrives holds the loop for long.

#![allow(clippy::disallowed_methods, reason = "it measures")]

use super::*;

/// What one fact may take without optimisation; an optimised build takes a fifteenth of it. It takes 20 ms on a machine
/// that does nothing else.
const LONGEST: Duration = Duration::from_millis(45);

/// How long this thread has had a processor, so that other tests and other programs do not count. Where the system does
/// not say: the time of day.
pub fn busy() -> Duration {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = said.as_deref().and_then(|s| s.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap(), Duration::from_nanos)
}

/// Ten thousand accounts in five hundred OUs, and their root last, which says that they are all there.
fn large(accounts: u64) -> Vec<Row> {
    let mut rows: Vec<Row> =
        (0..500).map(|n| node(&format!("ou-{n}"), &format!("unit {n}"), Some("r"), true)).collect();
    let account = |n: u64| node(&format!("{n:012}"), &format!("account {n}"), Some(&format!("ou-{}", n % 500)), true);
    rows.extend((0..accounts).map(account));
    rows.push(node("r", "Root", None, true));
    rows
}

/// Answers a pass over the organisation page by page, with a tick after every few, and gives what took longest.
fn walk(desk: &mut Desk, rows: &[Row]) -> BTreeMap<&'static str, Duration> {
    let mut longest = BTreeMap::new();
    let mut note = |what: &'static str, desk: &mut Desk| {
        let took = desk.longest.replace(Duration::ZERO).unwrap_or_default();
        let most: &mut Duration = longest.entry(what).or_default();
        *most = took.max(*most);
    };
    let ticket = desk.ticket("accounts", &Scope::fleet()).expect("it is being read");
    let answer = |delta| Reply::Rows(delta);
    desk.reply(ticket, answer(Delta::Begin));
    note("begin", desk);
    for (n, page) in rows.chunks(20).enumerate() {
        desk.reply(ticket, answer(Delta::Upsert(page.to_vec())));
        note("page", desk);
        if n % 50 == 0 {
            desk.tick(500);
            note("tick", desk);
        }
    }
    desk.reply(ticket, answer(Delta::Complete));
    note("complete", desk);
    desk.reply(ticket, Reply::End);
    note("end", desk);
    for _ in 0..8 {
        desk.tick(250);
        note("tick", desk);
    }
    longest
}

#[test]
fn a_pass_over_ten_thousand_accounts_never_holds_the_loop() {
    let mut config = config("");
    config.limits.confirm_accounts = 20_000;
    let mut desk = Desk::bare(config, Memory::default());
    desk.apply(Event::Access(caller()));
    desk.tick(250);
    desk.longest = Some(Duration::ZERO);
    let mut rows = large(10_000);
    let first = walk(&mut desk, &rows);
    assert_eq!((desk.app.org.len(), desk.app.org.accounts().len()), (10_501, 10_000));
    assert_eq!(desk.written("tree").len(), 2, "when every account was placed, and when it was whole");
    assert_eq!(desk.app.rollup.of("r").accounts, 10_000);
    desk.later(300);
    rows.remove(600);
    let second = walk(&mut desk, &rows);
    assert_eq!(desk.app.org.accounts().len(), 9_999);
    assert!(desk.app.notice().unwrap().contains("left the organisation"));
    eprintln!("{first:?}\n{second:?}");
    for (what, took) in first.iter().chain(&second) {
        assert!(*took <= LONGEST, "{what} took {took:?}");
    }
}

/// What a whole pass over so many accounts takes the loop, all of its facts together.
fn whole_pass(accounts: u64) -> Duration {
    let mut config = config("");
    config.limits.confirm_accounts = 100_000;
    let mut desk = Desk::bare(config, Memory::default());
    desk.apply(Event::Access(caller()));
    desk.tick(250);
    let rows = large(accounts);
    let ticket = desk.ticket("accounts", &Scope::fleet()).expect("it is being read");
    let begun = busy();
    for page in std::iter::once(Delta::Begin)
        .chain(rows.chunks(20).map(|page| Delta::Upsert(page.to_vec())))
        .chain(std::iter::once(Delta::Complete))
    {
        desk.reply(ticket, Reply::Rows(page));
    }
    desk.reply(ticket, Reply::End);
    assert_eq!(desk.app.table(crate::model::ViewId("accounts")).len() as u64, accounts + 501);
    busy().saturating_sub(begun)
}

#[test]
fn twice_the_accounts_take_about_twice_the_work() {
    // Quadratic work would take four times as long. The least of three runs: what else the machine does comes on top.
    let least = |accounts| (0..3).map(|_| whole_pass(accounts)).min().unwrap_or_default();
    let (half, whole) = (least(4_000), least(8_000));
    eprintln!("{half:?} and {whole:?}");
    assert!(whole < half * 3, "4,000 accounts take {half:?}, 8,000 take {whole:?}");
}
