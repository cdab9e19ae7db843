//! Runs the jobs: a task each, at most so many per account, each with a deadline, each answered up to its end.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use tokio::{
    sync::{Semaphore, mpsc},
    task::AbortHandle,
    time::timeout,
};

use super::terminal;
use crate::{
    app::{Job, Ticket},
    cx::Cx,
    model::{AccountId, Fault, FaultKind, Grown, Scope},
    remote::{fault::UNREADABLE, urgent},
    rows::Row,
    view::{AnyView, At, LogAsk, Reply, Run, Sink, Span},
};

/// How long a pass over one account may take, waiting for its turn included.
const PASS: Duration = Duration::from_secs(180);

/// How long a pass over the organisation may take: the walk of 2,000 OUs at half the documented rate takes ten minutes.
const FLEET_PASS: Duration = Duration::from_secs(1_800);

/// How long the end of a reading takes to be taken in, at most.
const SETTLE: Duration = Duration::from_millis(100);

/// Steps that one job may have under way to the loop.
const STEPS: usize = 4;

/// The jobs under way.
pub struct Runner {
    cx: Cx,
    replies: mpsc::Sender<(Ticket, Reply)>,
    running: HashMap<Ticket, AbortHandle>,
    accounts: HashMap<AccountId, Arc<Semaphore>>,
    per_account: usize,
}

impl Runner {
    /// A runner that answers into `replies`.
    #[must_use]
    pub fn new(cx: Cx, replies: mpsc::Sender<(Ticket, Reply)>) -> Self {
        let per_account = cx.config.limits.jobs_per_account.max(1);
        Self { cx, replies, running: HashMap::new(), accounts: HashMap::new(), per_account }
    }

    /// Begins a job. Whatever happens to it, a [`Reply::End`] comes for its ticket, unless it is stopped.
    pub fn start(&mut self, ticket: Ticket, job: Job) {
        self.running.retain(|_, handle| !handle.is_finished());
        let replies = self.replies.clone();
        let work = match job {
            Job::Rows { view, at, urgent: first } => {
                let slot = self.slot(view, &at);
                let cx = self.cx.clone();
                rows(cx, view, (at, None), first, slot, ticket, replies).boxed()
            }
            Job::Fill { view, at, rows: lacking } => {
                let (slot, cx) = (self.slot(view, &at), self.cx.clone());
                rows(cx, view, (at, Some(lacking)), true, slot, ticket, replies).boxed()
            }
            Job::Derive { view, snapshot } => {
                let now = self.cx.now();
                let derived = tokio::task::spawn_blocking(move || view.derive(&snapshot, now));
                derive(derived, view, ticket, replies).boxed()
            }
            Job::Deed { view, deed } => {
                // Somebody waits for it: it goes before what the patrol reads.
                let done = urgent(view.act(self.cx.clone(), *deed)).boxed();
                text(Some(done), unanswered(), ticket, replies).boxed()
            }
            Job::Tree(growth) => {
                let grown = tokio::task::spawn_blocking(move || growth.run());
                tree(grown, ticket, replies).boxed()
            }
            Job::Section { view, at, row, section } => {
                let asked = view.section(self.cx.clone(), at, &row, section);
                text(asked, late(PASS), ticket, replies).boxed()
            }
            Job::Lines { view, at, row, ask } => lines(self.cx.clone(), view, (at, row, ask), ticket, replies).boxed(),
        };
        self.running.insert(ticket, tokio::spawn(work).abort_handle());
    }

    /// Forgets a job. Its requests are dropped where they are; reading has no effects to be undone.
    pub fn stop(&mut self, ticket: Ticket) {
        if let Some(handle) = self.running.remove(&ticket) {
            handle.abort();
        }
    }

    /// The places of an account. A watch holds none: it would keep a poll out for ever.
    fn slot(&mut self, view: &dyn AnyView, at: &At) -> Option<Arc<Semaphore>> {
        let account = at.scope.account.as_ref().filter(|_| view.run() != Run::Live)?;
        let places = || Arc::new(Semaphore::new(self.per_account));
        Some(Arc::clone(self.accounts.entry(account.clone()).or_insert_with(places)))
    }
}

type Replies = mpsc::Sender<(Ticket, Reply)>;

/// Reads a place, or what some of its rows lack.
async fn rows(
    cx: Cx,
    view: &'static dyn AnyView,
    (at, lacking): (At, Option<Vec<Row>>),
    first: bool,
    slot: Option<Arc<Semaphore>>,
    ticket: Ticket,
    replies: Replies,
) {
    let (sink, mut steps) = mpsc::channel(STEPS);
    let (place, hands) = (at.clone(), cx.clone());
    let work = async move {
        let _place = match slot {
            Some(places) => places.acquire_owned().await.ok(),
            None => None,
        };
        let reading = match lacking {
            None => deadline(view, view.fetch(cx, at, sink)).boxed(),
            Some(rows) => fill(view, (cx, at), rows, sink).boxed(),
        };
        let reading = guarded(view, reading);
        if first { urgent(reading).await } else { reading.await }
    };
    let mut ended = false;
    let forward = async {
        while let Some(mut step) = steps.recv().await {
            if let Reply::Fault(fault) = step {
                step = Reply::Fault(place.judge(&hands, fault).await);
            }
            if let Reply::Fault(fault) = &step {
                note(&hands, &place.scope, fault);
                ended |= fault.kind == FaultKind::Expired;
            }
            // The end is told once, below, whatever became of the work.
            if !matches!(step, Reply::End) && replies.send((ticket, step)).await.is_err() {
                return;
            }
        }
    };
    let (fault, ()) = tokio::join!(work, forward);
    finish(fault, ticket, &replies).await;
    if ended {
        renew(&hands, &place).await;
    }
}

/// Fills in what rows lack, which takes no longer than a pass, also where a pass has no end.
async fn fill(view: &'static dyn AnyView, (cx, at): (Cx, At), rows: Vec<Row>, sink: Sink) -> Option<Fault> {
    timeout(PASS, view.fill(cx, at, &rows, sink)?).await.err().map(|_| late(PASS))
}

/// Credentials that AWS takes no longer are fetched anew at once: their news make the reading due again, or put the one
/// question that a person has to answer.
async fn renew(cx: &Cx, at: &At) {
    // News overtake rows: the end of this reading has to be taken in before them.
    tokio::time::sleep(SETTLE).await;
    let _told_as_news = match &at.account {
        Some(account) => {
            cx.vault.suspect(&account.id);
            cx.vault.lease(account, at.role.as_deref()).await.err()
        }
        None => {
            cx.vault.suspect_caller();
            cx.vault.caller().await.err()
        }
    };
}

/// What a fault says beyond its own request: an answer that only the SDK could find unreadable is counted as a failure.
fn note(cx: &Cx, scope: &Scope, fault: &Fault) {
    if fault.code == UNREADABLE {
        cx.remote.record(scope.account.clone(), scope.region.clone(), fault.clone());
    }
}

async fn derive(
    derived: tokio::task::JoinHandle<Vec<crate::rows::Delta>>,
    view: &'static dyn AnyView,
    ticket: Ticket,
    replies: Replies,
) {
    let fault = match derived.await {
        Ok(steps) => {
            for step in steps {
                if replies.send((ticket, Reply::Rows(step))).await.is_err() {
                    return;
                }
            }
            None
        }
        Err(_) => Some(bug(view)),
    };
    finish(fault, ticket, &replies).await;
}

async fn tree(grown: tokio::task::JoinHandle<Grown>, ticket: Ticket, replies: Replies) {
    let reply = match grown.await {
        Ok(grown) => Reply::Tree(Box::new(grown)),
        Err(_) => {
            Reply::Fault(Fault::new(FaultKind::Invalid, "making the organisation panicked: a fault of the console"))
        }
    };
    let _gone = replies.send((ticket, reply)).await;
    finish(None, ticket, &replies).await;
}

async fn text(asked: Option<crate::view::Doing<String>>, late: Fault, ticket: Ticket, replies: Replies) {
    let reply = match asked {
        Some(asked) => match AssertUnwindSafe(patiently(asked)).catch_unwind().await {
            Ok(Ok(Ok(text))) => Reply::Text(text),
            Ok(Ok(Err(fault))) => Reply::Fault(fault),
            Ok(Err(_)) => Reply::Fault(late),
            Err(_) => {
                Reply::Fault(Fault::new(FaultKind::Invalid, "asking for this text panicked: a fault of the console"))
            }
        },
        None => Reply::Text(String::new()),
    };
    let _gone = replies.send((ticket, reply)).await;
    finish(None, ticket, &replies).await;
}

/// Reads a log. It has no deadline and holds no place of its account: it may be followed for hours.
async fn lines(
    cx: Cx,
    view: &'static dyn AnyView,
    (at, row, ask): (At, Row, LogAsk),
    ticket: Ticket,
    replies: Replies,
) {
    let (sink, mut steps) = mpsc::channel(STEPS);
    let reading = view.read_log(cx.clone(), at.clone(), &row, ask, sink);
    let work = async {
        match reading {
            Some(reading) => guarded(view, urgent(reading).map(|()| None)).await,
            None => Some(Fault::new(FaultKind::Invalid, format!("{} have no logs", view.id()))),
        }
    };
    let forward = async {
        while let Some(step) = steps.recv().await {
            let ended = matches!(&step, Reply::Fault(fault) if fault.kind == FaultKind::Expired);
            if let Reply::Fault(fault) = &step {
                note(&cx, &at.scope, fault);
            }
            if !matches!(step, Reply::End) && replies.send((ticket, step)).await.is_err() {
                return;
            }
            if ended {
                renew(&cx, &at).await;
            }
        }
    };
    let (fault, ()) = tokio::join!(work, forward);
    finish(fault, ticket, &replies).await;
}

/// Waits for an answer up to its deadline. While something else has the terminal, it is the person who takes the time.
async fn patiently<T>(asked: impl Future<Output = T>) -> Result<T, tokio::time::error::Elapsed> {
    let mut asked = std::pin::pin!(asked);
    loop {
        match timeout(PASS, &mut asked).await {
            Err(_) if terminal::is_lent() => {}
            done => return done,
        }
    }
}

async fn finish(fault: Option<Fault>, ticket: Ticket, replies: &Replies) {
    // The loop is gone only when the console ends; then nobody waits for the answer.
    if let Some(fault) = fault {
        let _gone = replies.send((ticket, Reply::Fault(fault))).await;
    }
    let _gone = replies.send((ticket, Reply::End)).await;
}

/// Runs a reading up to its deadline. A watch has none.
async fn deadline(view: &'static dyn AnyView, reading: impl Future<Output = ()>) -> Option<Fault> {
    let limit = match (view.run(), view.span()) {
        (Run::Live, _) => {
            reading.await;
            return None;
        }
        (_, Span::Fleet) => FLEET_PASS,
        _ => PASS,
    };
    timeout(limit, reading).await.err().map(|_| late(limit))
}

async fn guarded(view: &'static dyn AnyView, work: impl Future<Output = Option<Fault>>) -> Option<Fault> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| Some(bug(view)))
}

fn late(limit: Duration) -> Fault {
    Fault::new(FaultKind::Network, format!("no complete answer within {} s", limit.as_secs()))
        .hint("the next pass tries again; :budget shows whether requests wait for their turn")
}

/// A change that nobody answered: it is not made again.
fn unanswered() -> Fault {
    let message = format!("no answer within {} s: it may have been done", PASS.as_secs());
    Fault::new(FaultKind::Network, message).hint(":audit has what is known of it; look before you do it again")
}

fn bug(view: &'static dyn AnyView) -> Fault {
    Fault::new(FaultKind::Invalid, format!("reading {} panicked: a fault of the console, not of AWS", view.id()))
        .hint("please report it with the crash log")
}
