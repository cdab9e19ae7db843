//! Requests as the console counts them: for the budget, and for the list of what failed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AccountId, Fault, Region};

/// How much of one API's budget is in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// The service's signing name, such as `ecs`.
    pub service: String,
    /// The operation, or the group of operations that share a bucket.
    pub operation: String,
    /// The account that the provider counts the calls for; `None` before it is known.
    pub account: Option<AccountId>,
    /// The region, where the limit is regional.
    pub region: Option<Region>,
    /// Calls made since the start.
    pub calls: u64,
    /// Calls in the last minute.
    pub last_minute: u32,
    /// How many of all calls the provider throttled.
    pub throttled: u64,
    /// Requests per second that are allowed just now (half of the documented rate, less after throttling).
    pub rate: f64,
    /// Requests per second that the provider documents, where it does.
    pub documented: Option<f64>,
    /// Requests waiting for their turn now.
    pub waiting: u32,
    /// The longest that one of them has waited, in milliseconds.
    pub longest_wait_ms: u64,
    /// When the last one was made.
    pub last: Option<Timestamp>,
}

/// One failed request, kept for the `errors` view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// Counts up; tells two alike failures apart.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// The account asked.
    pub account: Option<AccountId>,
    /// The region asked.
    pub region: Option<Region>,
    /// What went wrong.
    pub fault: Fault,
    /// HTTP status, where an answer came.
    pub status: Option<u16>,
    /// Which attempt of the same request it was, from 1.
    pub attempt: u32,
}
