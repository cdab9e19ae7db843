//! Reads many scopes side by side: at most so many at once over the fleet and in each account, each with a deadline,
//! each answered up to its end.

use std::{collections::HashMap, ops::ControlFlow, sync::Arc, time::Duration};

use futures::{
    StreamExt as _,
    future::{Either, select},
};
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinSet,
    time::timeout,
};

use super::View;
use crate::{
    cx::Cx,
    model::{AccountId, Fault, FaultKind},
    rows::Delta,
    view::{At, Reply, Run, Span},
};

/// How many scopes are read at once over the whole fleet, as in the console.
const FLIGHT: usize = 96;

/// How long a pass over one account may take, as in the console.
const PASS: Duration = Duration::from_mins(3);

/// How long a pass over the organisation may take, as in the console.
const FLEET_PASS: Duration = Duration::from_mins(30);

/// Steps that one scope may have under way.
const STEPS: usize = 4;

/// One scope of one view.
#[derive(Clone)]
pub struct Job {
    /// Which view.
    pub view: View,
    /// Where.
    pub at: At,
}

type Replies = mpsc::Sender<(usize, Reply)>;

/// Reads every job. `take` gets each step with the number of its job; after the last one comes [`Reply::End`]. Where it
/// breaks off, what is still being read is dropped where it is: reading has no effects to be undone.
pub async fn sweep(cx: &Cx, jobs: &[Job], mut take: impl FnMut(usize, Reply) -> ControlFlow<()>) {
    let (replies, mut steps) = mpsc::channel(FLIGHT);
    let places = places(jobs, cx.config.limits.jobs_per_account.max(1));
    // Owns the sending end, so that the receiving one sees the end once all jobs are over.
    let feed = async move {
        let jobs = futures::stream::iter(jobs.iter().cloned().enumerate());
        let each = jobs.for_each_concurrent(FLIGHT, |(number, job)| {
            let place = job.at.scope.account.as_ref().and_then(|a| places.get(a)).map(Arc::clone);
            let (cx, replies) = (cx.clone(), replies.clone());
            async move {
                let _place = match place {
                    Some(place) => place.acquire_owned().await.ok(),
                    None => None,
                };
                one(cx, job, number, replies).await;
            }
        });
        each.await;
    };
    let drain = async {
        while let Some((number, step)) = steps.recv().await {
            if take(number, step).is_break() {
                return;
            }
        }
    };
    tokio::pin!(feed, drain);
    // The end of the feed is no end: what it has sent is still to be taken.
    if let Either::Left(((), drain)) = select(feed, drain).await {
        drain.await;
    }
}

fn places(jobs: &[Job], most: usize) -> HashMap<AccountId, Arc<Semaphore>> {
    let accounts = jobs.iter().filter_map(|j| j.at.scope.account.clone());
    accounts.map(|account| (account, Arc::new(Semaphore::new(most)))).collect()
}

/// Reads one scope on a task of its own, so that pages are taken apart on all cores and a panic stays there.
async fn one(cx: Cx, job: Job, number: usize, replies: Replies) {
    let (sink, mut steps) = mpsc::channel(STEPS);
    let live = job.view.run() == Run::Live;
    let limit = if job.view.span() == Span::Fleet { FLEET_PASS } else { PASS };
    let (hands, place) = (cx.clone(), job.at.clone());
    // A set ends what is in it when it is dropped.
    let mut reading = JoinSet::new();
    reading.spawn(timeout(limit, job.view.fetch(cx, job.at, sink)));
    while let Some(mut step) = steps.recv().await {
        if let Reply::Fault(fault) = step {
            step = Reply::Fault(place.judge(&hands, fault).await);
        }
        if matches!(step, Reply::End) {
            continue;
        }
        // A watch goes on for ever; once its list is whole, or broken, there is an answer.
        let over = live && matches!(step, Reply::Rows(Delta::Complete) | Reply::Fault(_));
        if replies.send((number, step)).await.is_err() || over {
            reading.abort_all();
            break;
        }
    }
    let fault = match reading.join_next().await {
        None | Some(Ok(Ok(()))) => None,
        Some(Ok(Err(_))) => Some(late(limit)),
        Some(Err(ended)) => ended.is_panic().then(|| bug(job.view)),
    };
    if let Some(fault) = fault {
        // The receiver lives as long as the sweep.
        let _gone = replies.send((number, Reply::Fault(fault))).await;
    }
    let _gone = replies.send((number, Reply::End)).await;
}

fn late(limit: Duration) -> Fault {
    Fault::new(FaultKind::Network, format!("no complete answer within {} s", limit.as_secs()))
        .hint("ask again; --account and --ou ask for less at once")
}

fn bug(view: View) -> Fault {
    let message = format!("reading {} panicked: a fault of the program, not of AWS", view.id());
    Fault::new(FaultKind::Invalid, message).hint("please report it")
}
