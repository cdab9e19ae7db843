//! The ledger of every call that reached the fleet.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::{Value, json};

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// When it arrived, by the fleet's clock.
    pub start: Timestamp,
    /// `ecs`, `sts`, …
    pub service: String,
    /// `ListServices`, …
    pub operation: String,
    /// The account that the caller's key belongs to; empty where the key was not recognised.
    pub account: String,
    /// The region that the request was signed for; empty for unsigned ones.
    pub region: String,
    /// The role (or user) of the caller.
    pub role: String,
    /// The access key id.
    pub key: String,
    /// Whether the operation changes something.
    pub mutating: bool,
    /// The HTTP status; `None` while it runs and where no answer was given.
    pub status: Option<u16>,
    /// The error code of the answer.
    pub error: Option<String>,
}

/// Only the newest calls are kept one by one; the counts go on for ever.
const KEPT: usize = 200_000;

/// Service, operation, account, region.
type Key = (String, String, String, String);

#[derive(Debug, Default)]
struct Pages {
    first: u64,
    calls: VecDeque<Call>,
    mutations: Vec<Call>,
    counts: BTreeMap<Key, (u64, u64)>,
}

/// The ledger.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Pages>);

/// Whether an operation of this name changes something, by the verbs that AWS gives to reading.
pub fn mutating(operation: &str) -> bool {
    const READING: &[&str] = &["Describe", "List", "Get", "Filter", "BatchGet", "Lookup", "Query", "Search"];
    let assumes = operation.starts_with("AssumeRole");
    !assumes && !READING.iter().any(|verb| operation.starts_with(verb))
}

impl Ledger {
    fn with<T>(&self, act: impl FnOnce(&mut Pages) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes a call down as it arrives and returns its number.
    pub fn begin(&self, call: Call) -> u64 {
        self.with(|pages| {
            let words = [&call.service, &call.operation, &call.account, &call.region];
            let [service, operation, account, region] = words.map(Clone::clone);
            pages.counts.entry((service, operation, account, region)).or_default().0 += 1;
            if call.mutating {
                pages.mutations.push(call.clone());
            }
            pages.calls.push_back(call);
            if pages.calls.len() > KEPT {
                pages.calls.pop_front();
                pages.first += 1;
            }
            pages.first + u64::try_from(pages.calls.len()).unwrap_or(0) - 1
        })
    }

    /// Notes how a call ended.
    pub fn end(&self, number: u64, status: u16, error: Option<&str>) {
        self.with(|pages| {
            let place = number.checked_sub(pages.first).and_then(|place| usize::try_from(place).ok());
            let Some(call) = place.and_then(|place| pages.calls.get_mut(place)) else { return };
            call.status = Some(status);
            call.error = error.map(str::to_owned);
            if status >= 400 {
                let words = [&call.service, &call.operation, &call.account, &call.region];
                let [service, operation, account, region] = words.map(Clone::clone);
                pages.counts.entry((service, operation, account, region)).or_default().1 += 1;
            }
        });
    }

    /// The calls, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.with(|pages| pages.calls.iter().cloned().collect())
    }

    /// The calls that change something, oldest first, all of them.
    pub fn mutations(&self) -> Vec<Call> {
        self.with(|pages| pages.mutations.clone())
    }

    /// How often an operation was called since the start; an empty word stands for any.
    pub fn count(&self, service: &str, operation: &str) -> u64 {
        let any = |word: &str, value: &str| word.is_empty() || word == value;
        self.with(|pages| {
            let meant = |key: &Key| any(service, &key.0) && any(operation, &key.1);
            pages.counts.iter().filter(|(key, _)| meant(key)).map(|(_, count)| count.0).sum()
        })
    }

    /// Forgets everything, so that a test can count from here.
    pub fn clear(&self) {
        self.with(|pages| {
            let next = pages.first + u64::try_from(pages.calls.len()).unwrap_or(0);
            *pages = Pages { first: next, ..Pages::default() };
        });
    }

    /// The counts as JSON: `{total, mutating, calls: [{service, operation, account, region, calls, errors}]}`.
    pub fn json(&self) -> Value {
        self.with(|pages| {
            let total: u64 = pages.counts.values().map(|count| count.0).sum();
            let row = |(key, count): (&Key, &(u64, u64))| {
                let (service, operation, account, region) = key;
                json!({ "service": service, "operation": operation, "account": account,
                    "region": region, "calls": count.0, "errors": count.1 })
            };
            let rows: Vec<Value> = pages.counts.iter().map(row).collect();
            json!({ "total": total, "mutating": pages.mutations.len(), "calls": rows })
        })
    }
}
