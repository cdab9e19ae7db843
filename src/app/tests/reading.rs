//! What is read, when, and what becomes of it.

use super::*;
use crate::model::Progress;

fn progress(desk: &Desk, view: &str, scope: &Scope) -> Progress {
    let table = desk.app.table(desk.app.setup.view_named(view).unwrap().id());
    table.scopes.get(table.scopes.find(scope).unwrap()).unwrap().progress.clone()
}

#[test]
fn the_board_reads_every_open_account_once_and_again_after_its_interval() {
    let mut desk = Desk::small();
    assert_eq!(desk.reads("svc"), [at(11), at(12), at(13)]);
    desk.pass("svc", &at(12), services(&[("web", Level::Ok)]));
    desk.tick(250);
    assert_eq!(desk.reads("svc"), [at(11), at(13)], "what is fresh is not read");
    desk.later(59);
    assert_eq!(desk.reads("svc"), [at(11), at(13)]);
    desk.later(1);
    assert_eq!(desk.reads("svc"), [at(11), at(12), at(13)]);
}

#[test]
fn what_a_whole_pass_did_not_bring_is_gone_and_what_a_broken_one_missed_is_old() {
    let mut desk = Desk::small();
    desk.command("svc");
    desk.pass("svc", &at(12), services(&[("a", Level::Ok), ("b", Level::Ok)]));
    desk.later(60);
    desk.breaks("svc", &at(12), services(&[("a", Level::Ok)]), FaultKind::Network);
    assert_eq!(desk.shown(), ["a", "b"]);
    assert!(matches!(progress(&desk, "svc", &at(12)), Progress::Broken(_)));
    desk.later(60);
    desk.pass("svc", &at(12), services(&[("a", Level::Ok)]));
    assert_eq!(desk.shown(), ["a"]);
    assert_eq!(progress(&desk, "svc", &at(12)), Progress::Read);
}

#[test]
fn what_cannot_be_read_again_loses_its_verdict_and_gets_it_back() {
    let mut desk = Desk::small();
    desk.command("svc");
    desk.pass("svc", &at(12), services(&[("a", Level::Broken)]));
    let known = desk.app.current().unwrap().since;
    for _ in 0..40 {
        desk.later(10);
    }
    assert_eq!(desk.app.current().unwrap().level, Level::Unknown);
    assert!(desk.app.coverage().stale >= 1);
    desk.pass("svc", &at(12), services(&[("a", Level::Broken)]));
    let slot = desk.app.current().unwrap();
    assert_eq!((slot.level, slot.since), (Level::Broken, known), "it has been broken all the while");
}

#[test]
fn a_part_that_is_refused_does_not_let_the_rest_grow_old() {
    let mut desk = Desk::small();
    desk.breaks("svc", &at(12), services(&[("a", Level::Ok)]), FaultKind::Denied);
    desk.breaks("svc", &at(13), vec![], FaultKind::Denied);
    desk.later(61);
    assert!(desk.ticket("svc", &at(12)).is_some(), "it brought rows: its usual interval");
    assert!(desk.ticket("svc", &at(13)).is_none(), "it brought nothing: asking again changes nothing soon");
    desk.later(240);
    assert!(desk.ticket("svc", &at(13)).is_some());
}

#[test]
fn failures_in_a_row_wait_longer_and_a_success_forgets_them() {
    let mut desk = Desk::small();
    for wait in [5, 10, 20, 40, 80, 160, 300, 300] {
        desk.breaks("svc", &at(12), vec![], FaultKind::Throttled);
        desk.later(wait - 1);
        assert!(desk.ticket("svc", &at(12)).is_none(), "not before {wait} s");
        desk.later(1);
    }
    desk.pass("svc", &at(12), vec![]);
    desk.later(60);
    desk.breaks("svc", &at(12), vec![], FaultKind::Throttled);
    desk.later(5);
    assert!(desk.ticket("svc", &at(12)).is_some());
}

#[test]
fn what_waits_for_a_person_goes_on_at_once_when_the_person_has_answered() {
    let mut desk = Desk::small();
    desk.breaks("svc", &at(12), vec![], FaultKind::Expired);
    desk.breaks("svc", &at(13), vec![], FaultKind::Network);
    desk.tick(250);
    desk.apply(Event::Access(News::Answered(1)));
    assert_eq!(desk.reads("svc"), [at(11), at(12)], "the network is not mended by an answer");
}

#[test]
fn a_screen_that_is_left_stops_its_reading_and_late_answers_die() {
    let mut desk = Desk::small();
    let fleet = Scope::fleet();
    desk.command("feed");
    let ticket = desk.ticket("feed", &fleet).unwrap();
    desk.command("svc");
    assert!(desk.reads("feed").is_empty(), "it is no part of the patrol");
    desk.reply(ticket, Reply::Rows(Delta::Upsert(vec![row("feed", &thing("late", Level::Ok))])));
    desk.reply(ticket, Reply::End);
    desk.press("[");
    assert_eq!((desk.place().0, desk.shown()), ("feed", vec![]));
    let again = desk.ticket("feed", &fleet).unwrap();
    assert_ne!(again, ticket);
    desk.reply(ticket, Reply::Fault(Fault::new(FaultKind::Denied, "late")));
    assert_eq!(progress(&desk, "feed", &fleet), Progress::Reading);
}

#[test]
fn a_relist_after_a_cut_loses_and_doubles_nothing() {
    let mut desk = Desk::small();
    desk.command("feed");
    let fleet = Scope::fleet();
    let rows = |ids: &[&str]| Delta::Upsert(ids.iter().map(|id| row("feed", &thing(id, Level::Ok))).collect());
    for delta in [Delta::Begin, rows(&["a", "b", "c"]), Delta::Complete, rows(&["d"]), Delta::Remove(vec!["a".into()])]
    {
        desk.answer("feed", &fleet, delta);
    }
    assert_eq!(desk.shown(), ["b", "c", "d"]);
    // The connection is cut, b goes and e comes meanwhile; the list comes in two pages.
    for delta in [Delta::Begin, rows(&["c", "d"]), rows(&["e", "d"])] {
        desk.answer("feed", &fleet, delta);
    }
    assert_eq!(desk.shown(), ["b", "c", "d", "e"], "nothing is gone before the list is whole");
    desk.answer("feed", &fleet, Delta::Complete);
    assert_eq!(desk.shown(), ["c", "d", "e"]);
}

#[test]
fn a_watch_that_ends_is_begun_again_ever_later_unless_it_lasted() {
    let mut desk = Desk::small();
    desk.command("feed");
    for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
        let ticket = desk.ticket("feed", &Scope::fleet()).unwrap();
        desk.reply(ticket, Reply::End);
        desk.tick(wait * 1_000 - 250);
        assert!(desk.ticket("feed", &Scope::fleet()).is_none(), "not before {wait} s");
        desk.tick(250);
    }
    desk.later(3_600);
    desk.breaks("feed", &Scope::fleet(), vec![], FaultKind::Network);
    desk.later(5);
    assert!(desk.ticket("feed", &Scope::fleet()).is_some(), "it worked for an hour: its failures are forgotten");
}

#[test]
fn a_watch_nobody_watches_is_not_said_to_be_read() {
    let mut desk = Desk::small();
    desk.command("feed");
    for delta in [Delta::Begin, Delta::Complete] {
        desk.answer("feed", &Scope::fleet(), delta);
    }
    assert_eq!(desk.app.coverage().read, 1);
    desk.press("w");
    assert_eq!(progress(&desk, "feed", &Scope::fleet()), Progress::Waiting);
}

#[test]
fn a_watch_and_what_is_looked_at_do_not_wait_for_a_sweep_that_hangs() {
    let mut tree = small();
    tree.extend((100..300).map(|n| node(&format!("{n:012}"), &format!("a{n}"), Some("ou-work"), true)));
    let mut config = config("");
    config.limits.confirm_accounts = 1_000;
    let mut desk = Desk::over(config, tree);
    assert_eq!(desk.reads("svc").len(), 96 - desk.reads("accounts").len(), "the sweep keeps to its number");
    desk.apply(Event::Access(caller()));
    desk.command("pairs");
    assert!(desk.ticket("feed", &Scope::fleet()).is_some());
    assert!(desk.reads("svc").len() > 96, "somebody looks at these");
}

#[test]
fn views_of_each_row_follow_the_rows() {
    let mut desk = Desk::small();
    desk.command("pods");
    desk.pass("svc", &at(12), services(&[("a", Level::Ok), ("b", Level::Ok)]));
    let below = |key: &str| at(12).under(key.into());
    assert_eq!(desk.reads("pods"), [below("a"), below("b")]);
    desk.answer("pods", &below("a"), Delta::Begin);
    desk.answer("pods", &below("a"), Delta::Upsert(vec![row("pods", &thing("pod", Level::Ok))]));
    assert_eq!(desk.shown(), ["pod"]);
    desk.later(60);
    desk.pass("svc", &at(12), services(&[("b", Level::Ok)]));
    assert_eq!(desk.reads("pods"), [below("b")]);
    assert!(desk.shown().is_empty(), "a parent that vanished takes its rows along");
    assert_eq!(desk.app.coverage().wanted, 1);
}

#[test]
fn a_derived_view_of_a_derived_view_reads_what_both_stand_on() {
    let mut desk = Desk::small();
    desk.command("sums");
    desk.pass("svc", &at(12), services(&[("a", Level::Ok)]));
    desk.answer("feed", &Scope::fleet(), Delta::Upsert(vec![row("feed", &thing("a", Level::Ok))]));
    desk.tick(250);
    desk.tick(250);
    assert_eq!(desk.shown(), ["1 pairs"]);
}

#[test]
fn a_clock_that_is_set_back_stops_nothing() {
    let mut desk = Desk::small();
    desk.pass("svc", &at(12), services(&[("a", Level::Ok)]));
    let right = desk.app.now;
    desk.later(86_400);
    for scope in desk.reads("svc") {
        desk.pass("svc", &scope, vec![]);
    }
    assert!(desk.reads("svc").is_empty());
    desk.apply(Event::Tick(right.into()));
    assert_eq!(desk.app.now, right);
    assert_eq!(desk.reads("svc").len(), 3);
    desk.apply(Event::Tick(moment(right.as_second() - 2).into()));
    assert_eq!(desk.app.now, right, "a small step back is none");
}

#[test]
fn while_nothing_is_read_a_frame_is_drawn_for_the_minutes_alone() {
    let all = ["accounts", "svc", "regions"].map(|view| format!("{view} = \"24h\"\n")).concat();
    let mut desk = Desk::over(config(&format!("[refresh]\n{all}")), small());
    for ticket in desk.jobs.keys().copied().collect::<Vec<_>>() {
        desk.reply(ticket, Reply::Rows(Delta::Complete));
        if !matches!(&desk.jobs[&ticket], Job::Rows { view, .. } if view.id().0 == "feed") {
            desk.reply(ticket, Reply::End);
        }
    }
    assert_eq!(desk.app.in_flight(), 0);
    let frames = |desk: &mut Desk, seconds: i64| {
        let drawn = |_| {
            desk.tick(250);
            desk.app.take_dirty()
        };
        (0..seconds * 4).map(drawn).filter(|drawn| *drawn).count()
    };
    let busy = frames(&mut desk, 60);
    assert!((59..=75).contains(&busy), "ages count seconds after an answer: {busy} frames in a minute");
    frames(&mut desk, 60);
    let idle = frames(&mut desk, 300);
    assert!((30..=75).contains(&idle), "{idle} frames in five minutes");
    desk.press("?");
    let asked = frames(&mut desk, 60);
    assert!(asked >= 60, "what is open is drawn each second: {asked}");
}

#[test]
fn the_same_events_ask_for_the_same_things_in_the_same_order() {
    let run = || {
        let mut desk = Desk::small();
        desk.command("pods");
        for account in [13, 11, 12] {
            desk.pass("svc", &at(account), services(&[("b", Level::Ok), ("a", Level::Broken), ("c", Level::Ok)]));
        }
        desk.later(60);
        desk.pass("svc", &at(12), vec![]);
        let jobs = desk.jobs.iter().map(|(ticket, job)| match job {
            Job::Rows { view, at, .. } => format!("{ticket:?} {} {:?}", view.id(), at.scope),
            _ => format!("{ticket:?}"),
        });
        (jobs.collect::<Vec<_>>(), desk.written("problems"))
    };
    let first = run();
    assert!((0..8).all(|_| run() == first));
}
