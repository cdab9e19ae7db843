//! What rows lack until they are on the screen, over the real view of accounts: who is asked about, when, and what becomes
//! of the answers.

use super::*;
use crate::{
    app::{Focus, geometry, plan::TREE},
    model::{AccountId, Key, org::Details, org::Node, org::Origin},
    views,
};

/// How many accounts the organisation has: more than a screen shows.
const MANY: u64 = 100;

fn id(n: u64) -> String {
    format!("{n:012}")
}

/// The row of a node as the view of accounts has it; `tags` of an account, where they are known.
fn row_of(id: &str, parent: Option<&str>, tags: Option<&[(&str, &str)]>) -> Row {
    let details = || Details { tags: tags.map(|tags| tags.iter().copied().collect()), ..Details::default() };
    let node = Node {
        id: id.to_owned(),
        name: format!("name-{id}"),
        parent: parent.map(str::to_owned),
        account: AccountId::fits(id).then(|| Arc::new(details())),
        origin: Origin::Organizations,
        management: false,
        unnamed: false,
        placed: true,
    };
    let item = serde_json::json!({ "node": node, "ou": "", "above": parent.into_iter().collect::<Vec<_>>() });
    let view = views::VIEWS.iter().find(|v| v.id().0 == TREE).unwrap();
    view.revive(item).unwrap()
}

fn rows() -> Vec<Row> {
    let accounts = (1..=MANY).map(|n| row_of(&id(n), Some("r"), None));
    std::iter::once(row_of("r", None, None)).chain(accounts).collect()
}

/// A console over the real catalogue, with a caller, before the organisation is read.
fn begun(memory: Memory) -> Desk {
    let config = config("[limits]\nconfirm_accounts = 1000\n");
    let setup = Setup {
        views: views::VIEWS,
        keymap: Keymap::with(views::VIEWS, &config.keys).unwrap(),
        config: Arc::new(config),
        badge: None,
        themes: vec!["dark".into()],
        theme: "dark".into(),
        zone: TimeZone::UTC,
    };
    let app = App::new(setup, memory, moment(START), (120, 40));
    let mut desk = Desk { app, jobs: BTreeMap::new(), asked: Vec::new(), started: 0, longest: None };
    desk.apply(Event::Access(caller()));
    desk.tick(250);
    desk
}

fn desk() -> Desk {
    let mut desk = begun(Memory::default());
    desk.pass(TREE, &Scope::fleet(), rows());
    desk
}

/// What is being filled in: the ticket, and the keys of the rows.
fn filling(desk: &Desk) -> Vec<(Ticket, Vec<String>)> {
    let of = |(ticket, job): (&Ticket, &Job)| match job {
        Job::Fill { rows, .. } => Some((*ticket, rows.iter().map(|row| row.key().to_string()).collect())),
        _ => None,
    };
    desk.jobs.iter().filter_map(of).collect()
}

/// The accounts on the screen, in the tree and in the table of accounts.
fn visible(desk: &Desk) -> Vec<String> {
    let app = &desk.app;
    let areas = app.areas();
    let lines = app.tree.lines.iter().skip(app.tree.offset).take(geometry::lines(areas.tree));
    let mut all: Vec<String> = lines.map(|line| line.id.clone()).collect();
    if app.screen.view.id().0 == TREE {
        let table = app.table(app.screen.view.id());
        let first = app.screen.offset;
        let shown = (first..first + geometry::rows(areas.table)).filter_map(|at| app.screen.slot(at, table));
        all.extend(shown.map(|slot| slot.row.key().to_string()));
    }
    all.retain(|id| AccountId::fits(id));
    all.sort();
    all.dedup();
    all
}

fn sorted(mut keys: Vec<String>) -> Vec<String> {
    keys.sort();
    keys
}

fn tags(desk: &Desk, id: &str) -> Option<String> {
    let table = desk.app.table(views::VIEWS.iter().find(|v| v.id().0 == TREE).unwrap().id());
    let scope = table.scopes.find(&Scope::fleet())?;
    let slot = table.get(table.find(scope, &Key::from(id))?)?;
    slot.row.node()?.account.as_ref()?.tags.as_ref().map(ToString::to_string)
}

/// Fills in one row.
fn fill(desk: &mut Desk, ticket: Ticket, id: &str, team: &str) {
    let row = row_of(id, Some("r"), Some(&[("team", team)]));
    desk.reply(ticket, Reply::Rows(Delta::Upsert(vec![row])));
}

#[test]
fn accounts_on_the_screen_get_their_tags_once_they_rest_there_and_no_others() {
    let mut desk = desk();
    assert!(filling(&desk).is_empty(), "nothing is asked before the rows have rested");
    desk.tick(250);
    desk.tick(250);
    let asked = filling(&desk);
    assert_eq!(asked.len(), 1, "one request for what is on the screen");
    let (ticket, keys) = asked[0].clone();
    assert_eq!(sorted(keys.clone()), visible(&desk));
    assert!(keys.len() > 20 && keys.len() < 50, "{}", keys.len());
    fill(&mut desk, ticket, &keys[0], "pay");
    assert_eq!(tags(&desk, &keys[0]).as_deref(), Some("team=pay"));
    desk.reply(ticket, Reply::End);
    for _ in 0..20 {
        desk.tick(250);
    }
    assert!(filling(&desk).is_empty(), "what has none is not asked about again");
    assert!(tags(&desk, &keys[1]).is_none());
    // After their time they are read again.
    desk.later(3_600);
    desk.pass(TREE, &Scope::fleet(), rows());
    desk.tick(250);
    assert_eq!(sorted(filling(&desk)[0].1.clone()), visible(&desk));
    assert_eq!(tags(&desk, &keys[0]).as_deref(), Some("team=pay"), "a pass without tags takes none away");
}

#[test]
fn rows_that_are_only_passed_are_not_asked_about_and_what_nobody_looks_at_is_stopped() {
    let mut desk = desk();
    desk.press("tab");
    assert_eq!(desk.app.focus, Focus::Tree);
    desk.tick(250);
    desk.press("G");
    desk.tick(250);
    assert!(filling(&desk).is_empty(), "the first page was on the screen for one tick alone");
    desk.tick(250);
    let (ticket, last) = filling(&desk)[0].clone();
    assert!(last.contains(&id(MANY)) && !last.contains(&id(1)), "{last:?}");
    fill(&mut desk, ticket, &last[0], "x");
    desk.press("g");
    desk.tick(250);
    assert!(!desk.jobs.contains_key(&ticket), "nobody looks at these any more");
    assert!(tags(&desk, &last[0]).is_some(), "what it brought stays");
    desk.tick(250);
    let (_, first) = filling(&desk)[0].clone();
    assert!(first.contains(&id(1)) && !first.contains(&id(MANY)));
}

#[test]
fn nothing_is_asked_while_the_walk_is_under_way() {
    let mut desk = begun(Memory::default());
    desk.answer(TREE, &Scope::fleet(), Delta::Begin);
    desk.answer(TREE, &Scope::fleet(), Delta::Upsert(rows()));
    for _ in 0..8 {
        desk.tick(250);
    }
    assert!(filling(&desk).is_empty());
    let ticket = desk.ticket(TREE, &Scope::fleet()).unwrap();
    desk.reply(ticket, Reply::Rows(Delta::Complete));
    desk.reply(ticket, Reply::End);
    desk.tick(250);
    assert_eq!(filling(&desk).len(), 1);
}

#[test]
fn what_was_filled_in_is_kept_is_found_and_makes_the_tree_no_younger() {
    let mut desk = desk();
    let read_at = desk.app.org_read_at;
    desk.tick(250);
    desk.tick(250);
    let (ticket, keys) = filling(&desk)[0].clone();
    fill(&mut desk, ticket, &keys[3], "Payments");
    let before = desk.written("tree").len();
    desk.reply(ticket, Reply::End);
    desk.later(2);
    let written = desk.written("tree");
    assert_eq!(written.len(), before + 1, "kept once it is over");
    let memo = written.last().unwrap();
    assert_eq!(memo.at, read_at);
    for line in ["tag:team=pay", "tag:payments", "team=Payments", &format!("tag:pay {}", keys[3])] {
        assert_eq!(desk.app.nodes_named(line), [keys[3].clone()], "{line}");
    }
    assert!(desk.app.nodes_named("tag:other").is_empty());
    desk.command("accounts");
    desk.press("/");
    desk.type_in("tag:team=payments");
    desk.press("enter");
    desk.tick(250);
    let said = (desk.place(), desk.app.screen.line.clone(), desk.app.screen.wrong.clone(), desk.app.layers.len());
    assert_eq!(desk.shown(), [keys[3].clone()], "{said:?}");
    // The next run begins with it.
    let memory = Memory { tree: Some((memo.value.clone().unwrap(), moment(START))), ..Memory::default() };
    let next = begun(memory);
    assert_eq!(next.app.nodes_named("tag:team=pay"), [keys[3].clone()]);
}

#[test]
fn a_request_that_fails_is_made_again_later_and_each_time_later() {
    let mut desk = desk();
    desk.tick(250);
    desk.tick(250);
    let mut waited = Vec::new();
    for kind in [FaultKind::Throttled, FaultKind::Service, FaultKind::Denied] {
        let (ticket, _) = filling(&desk)[0].clone();
        desk.reply(ticket, Reply::Fault(Fault::new(kind, "no")));
        desk.reply(ticket, Reply::End);
        let mut seconds = 0;
        while filling(&desk).is_empty() {
            seconds += 1;
            assert!(seconds < 1_000);
            desk.later(1);
            if let Some(ticket) = desk.ticket(TREE, &Scope::fleet()) {
                for delta in [Delta::Begin, Delta::Upsert(rows()), Delta::Complete] {
                    desk.reply(ticket, Reply::Rows(delta));
                }
                desk.reply(ticket, Reply::End);
            }
        }
        waited.push(seconds);
    }
    assert_eq!(waited, [5, 10, 300], "as any other request");
}

#[test]
fn a_request_that_failed_for_want_of_a_login_hears_of_it() {
    let mut desk = desk();
    desk.tick(250);
    desk.tick(250);
    for before_its_end in [false, true] {
        let (ticket, _) = filling(&desk)[0].clone();
        if before_its_end {
            desk.apply(Event::Access(caller()));
        }
        desk.reply(ticket, Reply::Fault(Fault::new(FaultKind::Expired, "the login has ended")));
        desk.reply(ticket, Reply::End);
        if !before_its_end {
            desk.tick(250);
            desk.tick(250);
            assert!(filling(&desk).is_empty(), "it waits for somebody");
            desk.apply(Event::Access(caller()));
        }
        desk.tick(250);
        desk.tick(250);
        assert_eq!(filling(&desk).len(), 1, "{before_its_end}");
    }
}

#[test]
fn tags_that_come_in_change_nothing_of_what_is_wanted() {
    let mut desk = desk();
    desk.tick(250);
    desk.tick(250);
    let (ticket, keys) = filling(&desk)[0].clone();
    let before = desk.app.jobs.count_rounds();
    fill(&mut desk, ticket, &keys[0], "pay");
    desk.reply(ticket, Reply::End);
    desk.tick(250);
    desk.tick(250);
    let known = desk.app.org.account_called(&keys[0]).and_then(|account| account.details.tags.clone());
    assert!(known.is_some(), "the organisation knows them");
    assert_eq!(desk.app.jobs.count_rounds(), before, "and nobody went over the wishes of the fleet again");
    // An account that comes is another matter.
    let more = std::iter::once(row_of(&id(MANY + 1), Some("r"), None)).chain(rows()).collect();
    desk.later(301);
    desk.pass(TREE, &Scope::fleet(), more);
    desk.tick(250);
    assert!(desk.app.jobs.count_rounds() > before);
}

#[test]
fn a_row_that_left_meanwhile_does_not_come_back() {
    let mut desk = desk();
    desk.tick(250);
    desk.tick(250);
    let (ticket, keys) = filling(&desk)[0].clone();
    let gone = keys[0].clone();
    desk.later(301);
    let left: Vec<Row> = rows().into_iter().filter(|row| row.key().to_string() != gone).collect();
    desk.pass(TREE, &Scope::fleet(), left);
    fill(&mut desk, ticket, &gone, "x");
    assert!(tags(&desk, &gone).is_none());
    assert!(desk.app.org.account_called(&gone).is_none());
}
