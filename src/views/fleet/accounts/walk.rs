//! The walk: keeps as many calls under way as pay, and hands rows over as soon as they are known.

use std::{
    collections::{HashSet, VecDeque},
    pin::pin,
    time::Duration,
};

use aws_sdk_organizations::Client;
use futures::{FutureExt as _, StreamExt as _, stream::FuturesUnordered};
use tokio::time::sleep;

use super::{
    ask::{Ask, Op, Page},
    calls::call,
    fallback,
    nodes::Item,
    picture::Picture,
};
use crate::{
    config::Listed,
    model::{Fault, FaultKind},
    view::Out,
};

/// How many calls of one operation are under way at once. The limiter admits 2 to 5 a second; with more in flight
/// than a slow answer takes seconds, its rate is used in full, and what is more would only wait there.
const AT_ONCE: usize = 8;

/// How long a question that was throttled to the end of its attempts is asked again. Less than a pass over the fleet may
/// take, so that what was read is told whole, and what was not by its own name.
const PATIENCE: Duration = Duration::from_mins(25);

/// Each operation waits in a lane of its own, since each has a limit of its own.
#[derive(Default)]
struct Lane {
    waiting: VecDeque<Ask>,
    flying: usize,
}

/// Walks the organisation to the end, telling rows on the way. What failed is in the picture.
///
/// Once every account is placed the `listed` ones, which the configuration names, are told as far as Organizations does
/// not know them, before the nodes at the top say so: who needs no empty OUs stops listening there.
pub async fn walk(client: &Client, picture: &mut Picture, listed: &[Listed], out: &Out<Item>) {
    let question = |ask: Ask| async move {
        let answer = call(client, &ask).await;
        (ask, answer)
    };
    drive(question, |items| out.page(items), PATIENCE, picture, listed).await;
}

/// The walk over questions that are answered somehow, and rows that are told somehow.
///
/// Being throttled is no answer: the question goes to the end of its lane, for as long as there is patience. After
/// that it is the fault of its operation, of which nothing more is asked.
pub async fn drive<A, T>(
    question: impl Fn(Ask) -> A,
    tell: impl Fn(Vec<Item>) -> T,
    patience: Duration,
    picture: &mut Picture,
    listed: &[Listed],
) where
    A: Future<Output = (Ask, Result<Page, Fault>)>,
    T: Future<Output = ()>,
{
    let mut over_it = pin!(sleep(patience).fuse());
    let mut spent = false;
    let mut lanes: [Lane; Op::ALL.len()] = Default::default();
    let mut flight = FuturesUnordered::new();
    let (mut over, mut told) = (false, false);
    queue(&mut lanes, picture.begin());
    loop {
        for lane in &mut lanes {
            while lane.flying < AT_ONCE
                && let Some(ask) = lane.waiting.pop_front()
            {
                if picture.wants(&ask) {
                    lane.flying += 1;
                    flight.push(question(ask));
                }
            }
        }
        // Tags are read on the side: no account waits for them to be placed.
        let quiet = lanes.iter().zip(Op::ALL).all(|(lane, op)| op == Op::Tags || lane.flying == 0);
        let step = if quiet && !over {
            let step = picture.idle();
            over = step.asks.is_empty();
            if picture.placed && !std::mem::replace(&mut told, true) {
                tell(beside(picture, listed)).await;
            }
            step
        } else {
            let Some((ask, answer)) = flight.next().await else { return };
            let lane = &mut lanes[ask.op as usize];
            lane.flying -= 1;
            spent = spent || over_it.as_mut().now_or_never().is_some();
            if matches!(&answer, Err(fault) if fault.kind == FaultKind::Throttled) {
                if !spent {
                    lane.waiting.push_back(ask);
                    continue;
                }
                lane.waiting.clear();
            }
            picture.take(&ask, answer)
        };
        tell(step.items).await;
        queue(&mut lanes, step.asks);
    }
}

/// The accounts of the configuration that Organizations does not know, with their OUs.
pub fn beside(picture: &Picture, listed: &[Listed]) -> Vec<Item> {
    let known: HashSet<&str> = picture.ids().collect();
    let mut items = fallback::of_config(listed);
    items.retain(|item| !known.contains(item.node.id.as_str()));
    fallback::pruned(items)
}

/// Further pages go before other calls, so that a list is whole before the next one begins.
fn queue(lanes: &mut [Lane], asks: Vec<Ask>) {
    for ask in asks {
        let lane = &mut lanes[ask.op as usize].waiting;
        match ask.token {
            Some(_) => lane.push_front(ask),
            None => lane.push_back(ask),
        }
    }
}
