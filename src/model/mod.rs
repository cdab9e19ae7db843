//! The words of the trade, pure: account, organisation tree, scope, health, facts, fault, cell, text, time.
//!
//! Nothing in here does I/O, reads a clock or knows a view. Every other room may use these words.

pub mod access;
pub mod ansi;
pub mod audit;
pub mod breadth;
pub mod call;
pub mod cell;
pub mod check;
pub mod coverage;
pub mod facts;
pub mod fault;
pub mod grown;
pub mod health;
pub mod id;
pub mod link;
pub mod locate;
pub mod memo;
pub mod org;
pub mod partition;
pub mod pool;
pub mod refusal;
pub mod scope;
pub mod severity;
pub mod tags;
pub mod text;
pub mod time;
pub mod wrap;

pub use access::{Ask, Caller, Lease, Mode, News, Source};
pub use audit::Danger;
pub use breadth::Breadth;
pub use cell::Cell;
pub use coverage::{Coverage, Gap, Progress};
pub use facts::Facts;
pub use fault::{Fault, FaultKind};
pub use grown::Grown;
pub use health::{Health, Level};
pub use id::{AccountId, Key, Region, ViewId};
pub use link::{Link, Page};
pub use memo::Memo;
pub use org::{Account, Org, State};
pub use partition::Partition;
pub use refusal::Refusal;
pub use scope::{Place, Scope};
pub use severity::Severity;
pub use tags::Tags;
