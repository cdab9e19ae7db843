//! The board: problems, what could not be read, and since when.

use super::*;
use crate::app::Tick;

fn seen(desk: &Desk) -> (usize, usize, usize) {
    let breadth = desk.app.breadth();
    (breadth.accounts, breadth.regions, breadth.views)
}

#[test]
fn problems_stand_on_the_board_the_worst_and_oldest_first_and_lead_to_the_thing() {
    let mut desk = Desk::small();
    desk.pass("svc", &at(12), vec![since("new", Level::Broken, START - 10), since("old", Level::Broken, START - 900)]);
    desk.pass("svc", &at(13), services(&[("slow", Level::Degraded), ("well", Level::Ok)]));
    desk.tick(250);
    assert_eq!(desk.shown(), ["old@prod", "new@prod", "slow@dev"]);
    desk.press("j enter");
    assert_eq!((desk.place(), desk.cursor().as_deref()), (("svc", "000000000012"), Some("new")));
    desk.press("esc");
    assert_eq!((desk.place(), desk.cursor().as_deref()), (("watch", ""), Some("new@prod")));
}

#[test]
fn the_board_follows_what_changes_by_coverage_and_by_waiting_alone() {
    let mut desk = Desk::small();
    for account in [11, 12, 13] {
        desk.pass("svc", &at(account), vec![]);
    }
    desk.tick(250);
    assert!(desk.shown().is_empty());
    desk.later(60);
    desk.breaks("svc", &at(12), vec![], FaultKind::Denied);
    desk.tick(250);
    assert_eq!(desk.shown(), ["gap@000000000012"]);
    assert_eq!(desk.app.rollup.of("000000000012").level, Level::Unknown);
    desk.pass("svc", &at(13), vec![since("roll", Level::Ok, START - 500)]);
    desk.later(100);
    desk.tick(250);
    assert_eq!(desk.shown(), ["roll@dev", "gap@000000000012"], "it got worse by waiting");
}

#[test]
fn an_account_with_a_new_name_has_it_on_the_board_too() {
    let mut desk = Desk::small();
    desk.pass("svc", &at(13), services(&[("web", Level::Broken)]));
    desk.tick(250);
    assert_eq!(desk.shown(), ["web@dev"]);
    desk.later(300);
    let mut tree = small();
    tree[5] = node("000000000013", "test", Some("ou-work"), true);
    desk.pass("svc", &at(13), services(&[("web", Level::Broken)]));
    desk.pass("accounts", &Scope::fleet(), tree);
    desk.tick(250);
    assert_eq!(desk.shown(), ["web@test"]);
}

#[test]
fn one_account_of_the_tree_narrows_the_board_and_nought_widens_it() {
    let mut desk = Desk::small();
    desk.pass("svc", &at(12), services(&[("web", Level::Broken)]));
    desk.pass("svc", &at(13), services(&[("web", Level::Broken)]));
    desk.tick(250);
    desk.command("dev");
    assert_eq!((desk.place(), desk.shown()), (("watch", "000000000013"), vec!["web@dev".to_owned()]));
    assert_eq!(seen(&desk), (1, 1, 1));
    desk.command("work");
    assert_eq!(desk.place().1, "ou-work");
    assert_eq!(desk.shown().len(), 2);
    desk.press("0");
    assert_eq!((desk.place(), desk.shown().len()), (("watch", ""), 2));
    assert_eq!(desk.reads("svc"), [at(11)], "the rest was read all the while");
}

#[test]
fn grouped_by_account_the_account_with_the_worst_comes_first() {
    let mut desk = Desk::small();
    desk.pass("svc", &at(12), services(&[("a", Level::Attention), ("z", Level::Broken)]));
    desk.pass("svc", &at(11), services(&[("m", Level::Degraded)]));
    desk.tick(250);
    desk.press("x");
    let accounts = ["- prod [1, 0, 1, 0]", "z@prod", "a@prod", "- main [0, 1, 0, 0]", "m@main"];
    assert_eq!(super::grouping::lines(&desk), accounts);
    desk.press("x x");
    assert_eq!(desk.shown(), ["z@prod", "m@main", "a@prod"], "by trouble alone again");
}

#[test]
fn the_start_of_a_problem_outlives_the_console() {
    let mut desk = Desk::small();
    desk.pass("svc", &at(12), services(&[("web", Level::Broken), ("db", Level::Degraded)]));
    desk.later(60);
    desk.pass("svc", &at(12), services(&[("web", Level::Broken), ("db", Level::Ok)]));
    let mut book = std::collections::BTreeMap::new();
    for memo in desk.written("problems") {
        match memo.value {
            Some(value) => book.insert(memo.key, value),
            None => book.remove(&memo.key),
        };
    }
    assert_eq!(book.len(), 1, "what is well again is forgotten: {book:?}");
    let began = desk.app.table(crate::model::ViewId("svc")).iter().map(|(_, s)| s.since).min().unwrap();

    let memory = Memory { problems: book.into_iter().collect(), ..Memory::default() };
    let mut later = Desk::bare(config(""), memory);
    later.tick(50_000_000);
    later.apply(Event::Access(caller()));
    later.tick(250);
    later.pass("accounts", &Scope::fleet(), small());
    later.pass("svc", &at(12), services(&[("web", Level::Broken), ("db", Level::Degraded)]));
    let since = |id: &str| {
        let table = later.app.table(crate::model::ViewId("svc"));
        table.iter().find(|(_, s)| s.row.key().as_str() == id).map(|(_, s)| s.since.as_second())
    };
    assert_eq!(since("web"), Some(began.as_second()));
    assert_eq!(since("db"), Some(later.app.now.as_second()));
    assert!(
        later.written("problems").iter().all(|memo| memo.key.ends_with("db")),
        "what is known is not written again"
    );
}

#[test]
fn a_large_fleet_is_not_swept_before_somebody_said_so() {
    let mut config = config("");
    config.limits.confirm_accounts = 2;
    let mut desk = Desk::over(config, small());
    assert!(desk.reads("svc").is_empty());
    assert!(matches!(desk.app.layers.last(), Some(crate::app::Layer::Sweep(e)) if e.accounts == 3 && e.scopes == 3));
    desk.press("n");
    desk.tick(250);
    assert!(desk.reads("svc").is_empty() && desk.app.layers.is_empty());
    desk.command("prod");
    assert_eq!(desk.reads("svc"), [at(12)], "what is looked at is read");
    desk.press("0 ctrl-r");
    assert_eq!(desk.app.layers.len(), 1, "it can be asked for again");
    desk.press("y");
    assert_eq!(desk.reads("svc").len(), 3);
    assert_eq!(desk.written("fleet").len(), 1);
    let memory = Memory { swept: true, ..Memory::default() };
    let mut again = Desk::bare(super::config("[limits]\nconfirm_accounts = 2"), memory);
    again.apply(Event::Access(caller()));
    again.tick(250);
    again.pass("accounts", &Scope::fleet(), small());
    assert_eq!(again.reads("svc").len(), 3, "it is asked once for a fleet");
}

#[test]
fn the_question_before_a_sweep_does_not_take_the_enter_of_a_filter() {
    let mut config = config("");
    config.limits.confirm_accounts = 2;
    let mut desk = Desk::bare(config, Memory::default());
    desk.apply(Event::Access(caller()));
    desk.tick(250);
    desk.press("/");
    desk.type_in("we");
    desk.pass("accounts", &Scope::fleet(), small());
    desk.type_in("b");
    desk.press("enter");
    assert_eq!(desk.app.screen.line, "web");
    assert!(desk.reads("svc").is_empty());
    assert_eq!(desk.app.layers.len(), 1);
}

#[test]
fn a_roll_up_is_well_only_where_everything_below_was_read() {
    let mut desk = Desk::small();
    let level = |desk: &Desk, id: &str| desk.app.rollup.of(id).level;
    desk.pass("svc", &at(11), services(&[("a", Level::Ok)]));
    desk.pass("svc", &at(12), services(&[("a", Level::Ok)]));
    desk.tick(250);
    assert_eq!(level(&desk, "ou-core"), Level::Ok);
    assert_eq!(level(&desk, "ou-work"), Level::Unknown);
    assert_eq!(level(&desk, "r"), Level::Unknown);
    desk.breaks("svc", &at(13), services(&[("b", Level::Attention)]), FaultKind::Denied);
    desk.tick(250);
    assert_eq!(level(&desk, "r"), Level::Attention, "a known problem outweighs what was not read");
    let sum = desk.app.rollup.of("r");
    assert_eq!((sum.accounts, sum.unread, sum.problems), (3, 1, [0, 0, 1]));
    desk.later(400);
    assert_eq!(level(&desk, "ou-core"), Level::Unknown, "it was read too long ago");
}

#[test]
fn an_empty_board_counts_what_answered_and_no_more() {
    let mut desk = Desk::small();
    assert_eq!(seen(&desk), (0, 0, 0));
    desk.pass("svc", &at(11), vec![]);
    desk.breaks("svc", &at(12), vec![], FaultKind::Network);
    desk.tick(250);
    assert_eq!(seen(&desk), (1, 1, 1));
    let coverage = desk.app.coverage();
    assert_eq!((coverage.wanted, coverage.read, coverage.failed, coverage.waiting), (3, 1, 1, 1));
    assert_eq!(coverage.gaps.len(), 1);
}

#[test]
fn accounts_that_were_not_read_are_counted_once_whatever_they_lack() {
    let mut desk = Desk::over(config("regions = [\"eu-west-1\", \"eu-north-1\"]"), small());
    let other = |account: u64| Scope::region(format!("{account:012}").into(), "eu-north-1".into());
    let unread = |desk: &Desk, node: &str| desk.app.rollup.of(node).unread_accounts;
    assert_eq!(unread(&desk, ""), 3, "nothing answered yet");
    for scope in [at(12), other(12)] {
        desk.breaks("svc", &scope, vec![], FaultKind::Denied);
    }
    for scope in [at(11), other(11), at(13), other(13)] {
        desk.pass("svc", &scope, services(&[("web", Level::Ok)]));
    }
    desk.tick(250);
    assert_eq!(desk.app.rollup.of("").unread, 2, "two regions of one account");
    assert_eq!([unread(&desk, ""), unread(&desk, "ou-work"), unread(&desk, "ou-core")], [1, 1, 0]);
}

#[test]
fn regions_are_counted_when_what_is_wanted_changes() {
    let mut desk = Desk::over(config("regions = [\"eu-west-1\", \"eu-north-1\"]"), small());
    assert_eq!((desk.app.regions(), desk.app.many_regions()), (2, false), "the board's own rows lie in none");
    desk.command("svc");
    assert_eq!((desk.app.regions(), desk.app.many_regions()), (2, true));
    let one = Desk::small();
    assert_eq!((one.app.regions(), one.app.many_regions()), (1, false));
    assert_eq!(Desk::bare(config(""), Memory::default()).app.regions(), 0);
}

#[test]
fn what_was_asked_of_the_world_comes_with_the_tick() {
    let mut desk = Desk::small();
    let now = desk.app.now;
    desk.apply(Event::Tick(Tick { now, calls: vec![3, 4, 5] }));
    desk.tick(250);
    assert_eq!(desk.app.calls, [3, 4, 5], "a tick that counts nothing takes nothing back");
}

#[test]
fn the_patrol_goes_on_behind_every_screen_at_its_own_pace_and_behind_what_is_looked_at() {
    let mut desk = Desk::small();
    let (minutes, screens) = (15, ["feed", "accounts", "svc", "parts", "watch", "feed"]);
    let mut started: Vec<(i64, Scope)> = Vec::new();
    for second in 0..minutes * 60 {
        if second % 150 == 0 {
            let word = screens[usize::try_from(second / 150).unwrap() % screens.len()];
            desk.command(word);
        }
        desk.later(1);
        for (scope, urgent) in desk.begun("svc") {
            // Parts hang on a row of one account: who looks at them looks at that account, and at no other.
            let here = scope.account.as_ref().is_some_and(|a| a.as_str() == desk.app.screen.select);
            assert_eq!(urgent, here || desk.place().0 == "svc", "{scope:?} after {second} s");
            started.push((second, scope.clone()));
            desk.pass("svc", &scope, services(&[("a", Level::Ok)]));
        }
        let level = desk.app.rollup.of("r").level;
        assert!(second < 2 || level == Level::Ok, "{level:?} after {second} s on {}", desk.place().0);
    }
    for account in [11, 12, 13] {
        let times: Vec<i64> = started.iter().filter(|(_, s)| *s == at(account)).map(|(t, _)| *t).collect();
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= 60), "no more often than its interval: {times:?}");
        assert!(times.len() >= usize::try_from(minutes).unwrap() - 1, "{times:?}");
    }
}

#[test]
fn the_patrol_rests_where_nobody_may_enter_and_where_it_was_not_allowed() {
    let mut desk = Desk::small();
    desk.command("feed");
    let lost = crate::model::Fault::new(FaultKind::NoCredentials, "no");
    desk.apply(Event::Access(crate::model::News::NoCaller(lost)));
    desk.later(600);
    assert!(desk.begun("svc").is_empty());
    let mut large = config("");
    large.limits.confirm_accounts = 2;
    let mut desk = Desk::over(large, small());
    desk.press("n");
    desk.command("feed");
    desk.later(600);
    assert!(desk.begun("svc").is_empty() && desk.app.layers.is_empty());
}
