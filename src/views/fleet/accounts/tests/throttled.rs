//! The walk while most of its questions are throttled.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    time::Duration,
};

use super::{
    super::{
        ask::{Ask, Op},
        memory::Memory,
        nodes::Item,
        picture::Picture,
        walk::drive,
    },
    World,
};
use crate::model::{Fault, FaultKind};

/// Walks while `throttled` says which attempts get no answer, with so much patience; the rows, and the calls.
async fn walk(
    world: &World,
    patience: Duration,
    throttled: impl Fn(&Ask, usize) -> bool,
) -> (Picture, BTreeMap<String, Item>, Vec<Ask>) {
    let mut picture = Picture::new(Memory::default(), false);
    let (rows, calls, count) = (RefCell::new(BTreeMap::new()), RefCell::new(Vec::new()), Cell::new(0));
    let question = |ask: Ask| {
        let n = count.replace(count.get() + 1);
        let answer = if throttled(&ask, n) {
            Err(Fault::new(FaultKind::Throttled, "Rate exceeded"))
        } else {
            world.answer(&ask)
        };
        calls.borrow_mut().push(ask.clone());
        async move {
            tokio::time::sleep(Duration::from_millis(2)).await;
            (ask, answer)
        }
    };
    let tell = |items: Vec<Item>| {
        rows.borrow_mut().extend(items.into_iter().map(|item| (item.node.id.clone(), item)));
        std::future::ready(())
    };
    drive(question, tell, patience, &mut picture, &[]).await;
    (picture, rows.into_inner(), calls.into_inner())
}

#[tokio::test]
async fn throttled_four_times_of_five_the_walk_takes_longer_and_loses_nothing() {
    let world = World::grown(2, 2, 3);
    let (picture, rows, calls) = walk(&world, Duration::from_secs(60), |_, n| n % 5 != 4).await;
    assert!(picture.faults().is_empty() && picture.placed, "{:?}", picture.faults());
    assert_eq!(rows.len(), 1 + 6 + 12);
    assert!(!calls.iter().any(|ask| ask.op == Op::Held), "no node is asked for what the list tells");
    assert!(calls.len() > 20);
}

#[tokio::test]
async fn a_list_that_never_comes_through_is_given_up_in_time_and_is_no_refusal() {
    let world = World::grown(2, 2, 3);
    let patience = Duration::from_millis(100);
    let (picture, rows, calls) = walk(&world, patience, |ask, _| ask.op == Op::Accounts).await;
    let lists = calls.iter().filter(|ask| ask.op == Op::Accounts).count();
    assert!(lists > 3, "asked {lists} times");
    assert_eq!(picture.faults().keys().copied().collect::<Vec<_>>(), [Op::Accounts]);
    assert!(!calls.iter().any(|ask| ask.op == Op::Held), "the walk over each node is for a list that is refused");
    assert_eq!(rows.keys().filter(|id| id.starts_with("ou-")).count(), 6, "what comes through is told");
}
