//! The order of the questions, against an organisation made of words.

mod throttled;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    ask::{Ask, Op, Page, Seen},
    memory::Memory,
    nodes::Item,
    picture::Picture,
    report::{Outcome, outcome},
};
use crate::model::{Fault, FaultKind};

const PAGE: usize = 20;

/// An organisation. The OU `ou-1.2` lies below `ou-1`, and that below the root.
#[derive(Clone, Default)]
struct World {
    units: Vec<String>,
    /// Accounts, each with the node that holds it.
    accounts: Vec<(String, String)>,
    pathless: bool,
    hollow: bool,
    refused: BTreeMap<Op, FaultKind>,
}

/// What a walk did.
struct Walked {
    picture: Picture,
    rows: BTreeMap<String, Item>,
    calls: Vec<Ask>,
    /// How many calls had been made when every account was at its place.
    placed: Option<usize>,
}

fn above(unit: &str) -> String {
    unit.rsplit_once('.').map_or("r-a", |(above, _)| above).to_owned()
}

impl World {
    /// Below each node `wide` OUs, `deep` levels of them, and `each` accounts in each OU of the last level.
    fn grown(wide: usize, deep: usize, each: usize) -> Self {
        let mut world = Self::default();
        let mut level: Vec<String> = (0..wide).map(|n| format!("ou-{n}")).collect();
        for depth in 1..=deep {
            world.units.extend(level.iter().cloned());
            if depth < deep {
                level = level.iter().flat_map(|up| (0..wide).map(move |n| format!("{up}.{n}"))).collect();
            }
        }
        let homes = level.iter().flat_map(|unit| std::iter::repeat_n(unit.clone(), each));
        world.accounts = homes.enumerate().map(|(n, unit)| (format!("{:012}", n + 1), unit)).collect();
        world
    }

    fn path(node: &str) -> String {
        let up = if node == "r-a" { "o-x/".to_owned() } else { Self::path(&above(node)) };
        format!("{up}{node}/")
    }

    fn seen(&self, (id, parent): &(String, String)) -> Seen {
        let paths = if self.pathless { Vec::new() } else { vec![format!("{}{id}/", Self::path(parent))] };
        let arn = format!("arn:aws:organizations::000000000001:account/o-x/{id}");
        Seen { id: id.clone(), name: format!("account {id}"), arn, paths, ..Seen::default() }
    }

    fn answer(&self, ask: &Ask) -> Result<Page, Fault> {
        if let Some(kind) = self.refused.get(&ask.op) {
            return Err(Fault::new(*kind, "no"));
        }
        let (mut groups, mut accounts, mut tags) = (Vec::new(), Vec::new(), BTreeMap::new());
        match ask.op {
            Op::Roots => groups.push(("r-a".to_owned(), "Root".to_owned())),
            Op::Units => {
                let below = self.units.iter().filter(|u| above(u) == ask.about);
                groups.extend(below.map(|u| (u.clone(), u.replace("ou-", "unit "))));
            }
            Op::Accounts => accounts.extend(self.accounts.iter().map(|a| self.seen(a))),
            Op::Held => accounts.extend(self.accounts.iter().filter(|(_, at)| *at == ask.about).map(|a| self.seen(a))),
            Op::Tags => drop(tags.insert("team".to_owned(), ask.about.clone())),
        }
        let token = ask.token.clone().unwrap_or_default();
        let (full, at) = token.strip_prefix("full ").map_or((!self.hollow, token.as_str()), |at| (true, at));
        if !full {
            return Ok(Page { next: Some(format!("full {at}")), ..Page::default() });
        }
        let at: usize = at.parse().unwrap_or(0);
        let more = at + PAGE < groups.len().max(accounts.len());
        groups = groups.into_iter().skip(at).take(PAGE).collect();
        accounts = accounts.into_iter().skip(at).take(PAGE).collect();
        Ok(Page { groups, accounts, tags, next: more.then(|| (at + PAGE).to_string()) })
    }

    fn walk(&self) -> Walked {
        self.walk_with(Memory::default(), false)
    }

    /// Walks with one call at a time.
    fn walk_with(&self, memory: Memory, with_tags: bool) -> Walked {
        let mut picture = Picture::new(memory, with_tags);
        let mut queue: VecDeque<Ask> = picture.begin().into();
        let (mut rows, mut calls, mut placed) = (BTreeMap::new(), Vec::new(), None);
        loop {
            while let Some(ask) = queue.pop_front() {
                if picture.wants(&ask) {
                    assert!(!calls.contains(&ask), "asked twice: {ask:?}");
                    let step = picture.take(&ask, self.answer(&ask));
                    calls.push(ask);
                    rows.extend(step.items.into_iter().map(|item| (item.node.id.clone(), item)));
                    queue.extend(step.asks);
                }
            }
            placed = placed.or_else(|| picture.is_placed().then_some(calls.len()));
            let step = picture.idle();
            rows.extend(step.items.into_iter().map(|item| (item.node.id.clone(), item)));
            if step.asks.is_empty() {
                return Walked { picture, rows, calls, placed };
            }
            queue.extend(step.asks);
        }
    }
}

impl Walked {
    fn count(&self, op: Op) -> usize {
        self.calls.iter().filter(|ask| ask.op == op).count()
    }

    fn about(&self, op: Op) -> BTreeSet<&str> {
        self.calls.iter().filter(|ask| ask.op == op).map(|ask| ask.about.as_str()).collect()
    }

    fn place(&self, id: &str) -> &str {
        &self.rows[id].ou
    }
}

fn id(n: usize) -> String {
    format!("{n:012}")
}

#[test]
fn two_hundred_ous_and_a_thousand_accounts_are_placed_by_few_calls() {
    // 5 + 195 OUs: each of the five holds 39, so that the names of one come on two pages.
    let mut world = World { units: (0..5).map(|n| format!("ou-{n}")).collect(), ..World::default() };
    world.units.extend((0..195).map(|n| format!("ou-{}.{n}", n % 5)));
    world.accounts = (0..1_000).map(|n| (id(n + 1), world.units[5 + n % 195].clone())).collect();
    let walked = world.walk();
    assert_eq!(walked.placed, Some(1 + 50 + 1 + 5 * 2));
    assert_eq!((walked.count(Op::Held), walked.count(Op::Tags)), (0, 0));
    assert_eq!(walked.rows.len(), 1 + 200 + 1_000);
    assert!(walked.rows.values().all(|item| !item.node.unnamed));
    assert_eq!(walked.place(&id(1)), "unit 0/unit 0.0");
    assert!(walked.rows[&id(1)].node.management && !walked.rows[&id(2)].node.management);
    // Afterwards the OUs that hold accounts alone are asked for empty ones below.
    assert_eq!(walked.count(Op::Units), 11 + 195);
    assert!(walked.picture.faults().is_empty());
}

#[test]
fn the_deepest_level_is_not_asked() {
    let walked = World::grown(1, 5, 1).walk();
    let asked = walked.about(Op::Units);
    assert_eq!(asked, BTreeSet::from(["r-a", "ou-0", "ou-0.0", "ou-0.0.0", "ou-0.0.0.0"]));
    assert_eq!(walked.place(&id(1)), "unit 0/unit 0.0/unit 0.0.0/unit 0.0.0.0/unit 0.0.0.0.0");
    assert_eq!(walked.calls.len(), 2 + 5);
}

#[test]
fn empty_ous_are_found_after_everything_is_placed() {
    let mut world = World::grown(2, 2, 1);
    world.units.extend(["ou-9", "ou-9.1", "ou-0.0.7"].map(str::to_owned));
    let walked = world.walk();
    for (unit, name) in [("ou-9", "unit 9"), ("ou-9.1", "unit 9.1"), ("ou-0.0.7", "unit 0.0.7")] {
        assert_eq!(walked.rows[unit].node.name, name);
    }
    assert_eq!(walked.placed, Some(2 + 3));
    assert_eq!(walked.place("ou-9.1"), "unit 9");
}

#[test]
fn an_empty_page_is_not_the_end() {
    let world = World { hollow: true, ..World::grown(2, 2, 10) };
    let walked = world.walk();
    assert_eq!(walked.rows.len(), 1 + 6 + 40);
    assert_eq!(walked.count(Op::Accounts), 4);
    assert_eq!(walked.place(&id(40)), "unit 1/unit 1.1");
}

#[test]
fn without_paths_each_node_is_asked_until_all_are_placed() {
    let world = World { pathless: true, ..World::grown(3, 2, 2) };
    let walked = world.walk();
    assert_eq!(walked.place(&id(18)), "unit 2/unit 2.2");
    assert_eq!(walked.rows.len(), 1 + 12 + 18);
    // Each node once: the last holds an account, so that all of them are needed.
    assert_eq!((walked.count(Op::Held), walked.count(Op::Units)), (13, 13));
    let mut lopsided = World { pathless: true, ..World::grown(3, 1, 0) };
    lopsided.accounts = vec![(id(1), "r-a".to_owned())];
    let walked = lopsided.walk();
    assert_eq!(walked.count(Op::Held), 1, "the only account was at the root");
    assert_eq!(walked.rows[&id(1)].node.parent.as_deref(), Some("r-a"));
}

#[test]
fn one_account_without_a_path_costs_the_walk_and_loses_nothing() {
    let world = World::grown(2, 2, 3);
    let mut picture = Picture::new(Memory::default(), false);
    let asks = picture.begin();
    picture.take(&asks[0], world.answer(&asks[0]));
    let mut page = world.answer(&asks[1]).unwrap();
    page.accounts[0].paths = vec!["o-x/r-a/somewhere/000000000001/".to_owned()];
    picture.take(&asks[1], Ok(page));
    assert!(!picture.is_placed());
    let held = picture.idle().asks.into_iter().filter(|ask| ask.op == Op::Held).count();
    assert_eq!(held, 7);
    let ask = Ask::new(Op::Held, "ou-0.0");
    let step = picture.take(&ask, world.answer(&ask));
    assert!(step.items.iter().any(|item| item.node.id == id(1) && item.node.parent.as_deref() == Some("ou-0.0")));
    assert!(picture.is_placed() && !picture.wants(&Ask::new(Op::Held, "ou-1")));
}

#[test]
fn an_account_that_moves_meanwhile_is_where_it_was_seen_last() {
    let world = World::grown(2, 1, 1);
    let mut picture = Picture::new(Memory::default(), false);
    let ask = &picture.begin()[1];
    let first = picture.take(ask, Ok(Page { accounts: vec![world.seen(&world.accounts[0])], ..Page::default() }));
    assert_eq!(first.items.last().unwrap().node.parent.as_deref(), Some("ou-0"));
    let moved = world.seen(&(id(1), "ou-1".to_owned()));
    let again = picture.take(&ask.next("2".to_owned()), Ok(Page { accounts: vec![moved], ..Page::default() }));
    assert_eq!(again.items.last().unwrap().node.parent.as_deref(), Some("ou-1"));
    assert_eq!(picture.known(), 1);
}

#[test]
fn each_operation_is_judged_alone() {
    use FaultKind::Denied;
    let refuse = |ops: &[Op], pathless| World {
        pathless,
        refused: ops.iter().map(|op| (*op, Denied)).collect(),
        ..World::grown(2, 2, 2)
    };
    let unnamed = refuse(&[Op::Units], false).walk();
    assert_eq!(unnamed.place(&id(1)), "ou-0/ou-0.0");
    assert!(unnamed.rows["ou-0"].node.unnamed && !unnamed.rows["r-a"].node.unnamed);
    assert_eq!(unnamed.count(Op::Units), 1, "a refusal is not asked for twice");

    let rootless = refuse(&[Op::Roots], false).walk();
    assert_eq!((rootless.place(&id(1)), rootless.rows["r-a"].node.name.as_str()), ("unit 0/unit 0.0", "r-a"));

    let flat = refuse(&[Op::Roots, Op::Units, Op::Held], true).walk();
    assert_eq!((flat.rows.len(), flat.rows[&id(1)].node.parent.as_deref()), (8, None));

    let unlisted = refuse(&[Op::Accounts], false).walk();
    assert_eq!((unlisted.rows.len(), unlisted.place(&id(1))), (1 + 6 + 8, "unit 0/unit 0.0"));

    for walked in [&unnamed, &rootless, &flat, &unlisted] {
        assert_eq!(outcome(&walked.picture), Outcome::Read);
        assert!(!walked.picture.faults().is_empty());
    }
    let nothing = refuse(&[Op::Roots, Op::Accounts], false).walk();
    assert_eq!((outcome(&nothing.picture), nothing.calls.len()), (Outcome::Refused, 2));
}

#[test]
fn an_expired_caller_ends_the_walk() {
    let mut world = World::grown(3, 2, 2);
    world.refused.insert(Op::Units, FaultKind::Expired);
    let walked = world.walk();
    assert_eq!(walked.count(Op::Units), 1);
    assert_eq!(walked.picture.faults()[&Op::Units].kind, FaultKind::Expired);
}

#[test]
fn a_page_that_leads_to_itself_ends_with_a_fault() {
    let mut picture = Picture::new(Memory::default(), false);
    let ask = picture.begin()[1].next("same".to_owned());
    picture.take(&Ask::new(Op::Accounts, ""), Ok(Page { next: Some("same".to_owned()), ..Page::default() }));
    let step = picture.take(&ask, Ok(Page { next: Some("same".to_owned()), ..Page::default() }));
    assert!(step.asks.is_empty());
    assert!(picture.faults()[&Op::Accounts].message.contains("twice"));
}

#[test]
fn a_refresh_shows_names_and_tags_at_once_and_reads_no_tag_twice_an_hour() {
    let world = World::grown(2, 2, 2);
    let first = world.walk_with(Memory::default(), true);
    assert_eq!(first.count(Op::Tags), 8);
    let tags = |item: &Item| item.node.account.as_ref().and_then(|a| a.tags.clone());
    assert!(first.rows.values().filter(|i| i.node.account.is_some()).all(|i| tags(i).is_some()));

    let mut picture = Picture::new(first.picture.into_memory(), true);
    let ask = picture.begin()[1].clone();
    let step = picture.take(&ask, world.answer(&ask));
    assert!(step.items.iter().all(|item| !item.node.unnamed || item.node.id == "r-a"));
    assert!(step.items.iter().filter(|i| i.node.account.is_some()).all(|i| tags(i).is_some()));
    assert!(step.asks.iter().all(|ask| ask.op != Op::Tags));
}
