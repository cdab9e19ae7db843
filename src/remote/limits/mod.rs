//! Limits on requests: a token bucket per account, region and group of operations, shared by the whole process.
//!
//! A bucket starts at a share (half, by default) of what AWS documents. When AWS throttles nevertheless, because other
//! tools use the same account, the bucket halves its rate and grows back slowly (AIMD, as TCP does).

pub mod bucket;
pub mod table;

use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use jiff::Timestamp;

use self::bucket::Bucket;
use super::{
    Clock,
    ledger::{Ledger, Minute},
    request::Request,
};
use crate::model::{AccountId, Fault, FaultKind, Region, call::Budget};

tokio::task_local! {
    static URGENT: bool;
}

/// Runs a future whose requests go before others: for what is on the screen.
pub fn urgent<F: Future>(work: F) -> impl Future<Output = F::Output> {
    URGENT.scope(true, work)
}

/// Whether the task's requests go first.
#[must_use]
pub fn is_urgent() -> bool {
    URGENT.try_with(|u| *u).unwrap_or(false)
}

/// What tells one bucket from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    service: String,
    bucket: String,
    account: Option<AccountId>,
    region: Option<Region>,
}

/// A bucket with the counts of what went through it.
#[derive(Debug)]
pub struct Meter {
    /// Where requests wait.
    pub bucket: Bucket,
    documented: Option<f64>,
    tally: Mutex<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    calls: u64,
    throttled: u64,
    last: Option<Timestamp>,
    minute: Minute,
}

/// The accounts of access keys, in two generations: sessions end within twelve hours, and their keys must not pile
/// up in a console that runs for weeks.
#[derive(Debug, Default)]
struct Owners {
    young: HashMap<String, AccountId>,
    old: HashMap<String, AccountId>,
}

/// How many keys a generation holds: 10,000 accounts fit into one.
const GENERATION: usize = 16_384;

/// All buckets, and who owns which access key.
pub struct Gate {
    /// Counts over all requests, and what failed.
    pub ledger: Ledger,
    share: f64,
    clock: Clock,
    owners: RwLock<Owners>,
    meters: Mutex<BTreeMap<Key, Arc<Meter>>>,
}

impl Gate {
    /// A gate that lets a share of each documented rate through.
    ///
    /// # Errors
    /// A share outside of (0, 1].
    pub fn new(share: f64, clock: Clock) -> Result<Self, Fault> {
        if !(share > 0.0 && share <= 1.0) {
            let message = format!("the share of the API limits is {share}, and must be above 0 and at most 1");
            return Err(Fault::new(FaultKind::Invalid, message).hint("0.5 uses half of what AWS documents"));
        }
        let ledger = Ledger::new(Arc::clone(&clock));
        Ok(Self { ledger, share, clock, owners: RwLock::default(), meters: Mutex::default() })
    }

    /// Tells to which account an access key belongs.
    pub fn know(&self, key_id: &str, account: AccountId) {
        let mut owners = self.owners.write().unwrap_or_else(PoisonError::into_inner);
        if owners.young.len() >= GENERATION {
            owners.old = std::mem::take(&mut owners.young);
        }
        owners.young.insert(key_id.to_owned(), account);
    }

    /// The account of an access key.
    #[must_use]
    pub fn account_of(&self, key_id: &str) -> Option<AccountId> {
        let owners = self.owners.read().unwrap_or_else(PoisonError::into_inner);
        owners.young.get(key_id).or_else(|| owners.old.get(key_id)).cloned()
    }

    /// Waits for a request's turn and counts it.
    pub async fn enter(&self, request: &Request, urgent: bool) -> Arc<Meter> {
        let meter = self.meter(request);
        meter.bucket.take(urgent).await;
        let now = (self.clock)();
        self.ledger.count(now);
        meter.count(now);
        meter
    }

    fn meter(&self, request: &Request) -> Arc<Meter> {
        let (limit, bucket) = table::find(&request.service, &request.operation);
        let key = Key {
            service: request.service.clone(),
            bucket: bucket.to_owned(),
            account: request.account.clone(),
            region: request.region.clone().filter(|_| limit.regional),
        };
        let mut meters = self.meters.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || {
            Arc::new(Meter {
                bucket: Bucket::new(limit, self.share),
                documented: limit.documented.then_some(limit.rate),
                tally: Mutex::default(),
            })
        };
        Arc::clone(meters.entry(key).or_insert_with(fresh))
    }

    /// Every bucket that was used, in the order service, operation, account, region.
    #[must_use]
    pub fn budget(&self) -> Vec<Budget> {
        let now = (self.clock)();
        let meters = self.meters.lock().unwrap_or_else(PoisonError::into_inner).clone();
        meters.into_iter().map(|(key, meter)| meter.budget(key, now)).collect()
    }
}

impl Meter {
    fn count(&self, now: Timestamp) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.calls += 1;
        tally.last = Some(now);
        tally.minute.add(now);
    }

    /// The provider asked for fewer requests.
    pub fn throttled(&self) {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).throttled += 1;
        self.bucket.throttled();
    }

    fn budget(&self, key: Key, now: Timestamp) -> Budget {
        let look = self.bucket.look();
        let tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        Budget {
            service: key.service,
            operation: key.bucket,
            account: key.account,
            region: key.region,
            calls: tally.calls,
            last_minute: tally.minute.sum(now),
            throttled: tally.throttled,
            rate: look.rate,
            documented: self.documented,
            waiting: u32::try_from(look.waiting).unwrap_or(u32::MAX),
            longest_wait_ms: u64::try_from(look.longest.as_millis()).unwrap_or(u64::MAX),
            last: tally.last,
        }
    }
}
