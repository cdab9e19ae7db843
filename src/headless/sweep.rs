//! Reads many scopes side by side: at most so many at once over the fleet and in each account, each with a deadline,
//! each answered up to its end.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::{StreamExt as _, future::select, stream::poll_fn};
use tokio::{
    sync::{Notify, OnceCell, Semaphore, mpsc},
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
pub(super) const FLEET_PASS: Duration = Duration::from_mins(30);

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

/// A job that is under way.
struct Running {
    job: Job,
    /// Its account; `None` for what belongs to none.
    place: Option<Arc<Place>>,
    /// Told when nobody wants more of it.
    enough: Notify,
    over: AtomicBool,
}

type Replies = mpsc::Sender<(Arc<Running>, Reply)>;

/// What follows from a step of a job.
#[derive(Default)]
pub struct Next {
    /// Nothing more of this job is wanted: what it still reads is dropped where it is. Reading has no effects to be undone.
    pub enough: bool,
    /// Jobs that came to be known.
    pub more: Vec<Job>,
}

/// Reads every job, and those that become known on the way. `take` gets each step with its job; after the last one of a
/// job comes [`Reply::End`].
pub async fn sweep(cx: &Cx, jobs: Vec<Job>, mut take: impl FnMut(&Job, Reply) -> Next) {
    let (replies, mut steps) = mpsc::channel(FLIGHT);
    let (add, mut added) = mpsc::unbounded_channel::<Arc<Running>>();
    let slots = Semaphore::new(FLIGHT);
    // Who waits for its account takes no place from those who can go on.
    let each = poll_fn(move |context| added.poll_recv(context)).for_each_concurrent(None, |running| {
        let (cx, replies, slots) = (cx.clone(), replies.clone(), &slots);
        async move {
            let _turn = match &running.place {
                Some(place) => place.turns.acquire().await.ok(),
                None => None,
            };
            if let Some(place) = running.place.as_ref().filter(|_| running.job.at.scope.region.is_some()) {
                place.open.get_or_init(|| open(&cx, &running.job.at, slots)).await;
            }
            let _slot = slots.acquire().await.ok();
            one(cx, &running, replies).await;
        }
    });
    let mut places = Places { of: HashMap::new(), most: cx.config.limits.jobs_per_account.max(1) };
    let drain = async {
        let mut left = 0;
        let mut begin = |jobs: Vec<Job>, left: &mut usize| {
            for job in jobs {
                *left += usize::from(add.send(Arc::new(places.running(job))).is_ok());
            }
        };
        begin(jobs, &mut left);
        while left > 0
            && let Some((running, step)) = steps.recv().await
        {
            if running.over.load(Ordering::Relaxed) {
                continue;
            }
            let end = matches!(step, Reply::End);
            let next = take(&running.job, step);
            begin(next.more, &mut left);
            if end || next.enough {
                running.over.store(true, Ordering::Relaxed);
                running.enough.notify_one();
                left -= 1;
            }
        }
    };
    tokio::pin!(each, drain);
    // The jobs have no end of their own: another may always become known.
    select(each, drain).await;
}

/// Opens an account for all of its jobs: the two calls that it takes are one flight, whoever else waits for them.
async fn open(cx: &Cx, at: &At, slots: &Semaphore) {
    let _slot = slots.acquire().await.ok();
    // Why it does not open each job is told itself, by the vault that remembers it.
    let _told = timeout(PASS, at.session(cx)).await;
}

/// What the jobs of an account share.
struct Place {
    /// How many of them may be under way.
    turns: Semaphore,
    /// Whether somebody has tried to open it.
    open: OnceCell<()>,
}

/// The accounts that are read.
struct Places {
    of: HashMap<AccountId, Arc<Place>>,
    most: usize,
}

impl Places {
    fn running(&mut self, job: Job) -> Running {
        let place = job.at.scope.account.clone().map(|account| {
            let place = || Arc::new(Place { turns: Semaphore::new(self.most), open: OnceCell::new() });
            Arc::clone(self.of.entry(account).or_insert_with(place))
        });
        Running { job, place, enough: Notify::new(), over: AtomicBool::new(false) }
    }
}

/// Reads one scope on a task of its own, so that pages are taken apart on all cores and a panic stays there.
async fn one(cx: Cx, running: &Arc<Running>, replies: Replies) {
    let (sink, mut steps) = mpsc::channel(STEPS);
    let job = &running.job;
    let live = job.view.run() == Run::Live;
    let limit = if job.view.span() == Span::Fleet { FLEET_PASS } else { PASS };
    let (hands, place) = (cx.clone(), job.at.clone());
    // A set ends what is in it when it is dropped.
    let mut reading = JoinSet::new();
    reading.spawn(timeout(limit, job.view.fetch(cx, job.at.clone(), sink)));
    loop {
        let step = tokio::select! {
            step = steps.recv() => step,
            () = running.enough.notified() => return,
        };
        let Some(mut step) = step else { break };
        if let Reply::Fault(fault) = step {
            step = Reply::Fault(place.judge(&hands, fault).await);
        }
        if matches!(step, Reply::End) {
            continue;
        }
        // A watch goes on for ever; once its list is whole, or broken, there is an answer.
        let over = live && matches!(step, Reply::Rows(Delta::Complete) | Reply::Fault(_));
        if replies.send((Arc::clone(running), step)).await.is_err() || over {
            reading.abort_all();
            break;
        }
    }
    let fault = match reading.join_next().await {
        None | Some(Ok(Ok(()))) => None,
        Some(Ok(Err(_))) => Some(late(limit)),
        Some(Err(ended)) => ended.is_panic().then(|| bug(job.view)),
    };
    // The receiver lives as long as the sweep.
    if let Some(fault) = fault {
        let _gone = replies.send((Arc::clone(running), Reply::Fault(fault))).await;
    }
    let _gone = replies.send((Arc::clone(running), Reply::End)).await;
}

pub(super) fn late(limit: Duration) -> Fault {
    Fault::new(FaultKind::Network, format!("no complete answer within {} s", limit.as_secs()))
        .hint("ask again; --account and --ou ask for less at once")
}

fn bug(view: View) -> Fault {
    let message = format!("reading {} panicked: a fault of the program, not of AWS", view.id());
    Fault::new(FaultKind::Invalid, message).hint("please report it")
}
