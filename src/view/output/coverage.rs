//! What of an answer was read, over all views that it was made of.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::plain;
use crate::{
    model::{Coverage as Sum, Gap, Key, Org, ViewId},
    view::AnyView,
};

/// The sum over all views that an answer was made of, and each gap with its view.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// The sum. Its own gaps are empty: they are beside it.
    pub sum: Sum,
    /// What was not read, and for which view.
    pub gaps: Vec<(ViewId, Gap)>,
    /// What else a reader should know of what is not in the answer. No part of the sum.
    pub notes: Vec<String>,
    /// What an empty board saw; `None` for everything else.
    pub seen: Option<String>,
}

impl Coverage {
    /// Whether every wanted scope was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.sum.is_complete()
    }

    /// Adds what was read for a view.
    pub fn add(&mut self, view: ViewId, part: Sum) {
        let sum = &mut self.sum;
        sum.wanted += part.wanted;
        sum.read += part.read;
        sum.waiting += part.waiting;
        sum.denied += part.denied;
        sum.throttled += part.throttled;
        sum.failed += part.failed;
        sum.stale += part.stale;
        sum.oldest = match (sum.oldest, part.oldest) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.gaps.extend(part.gaps.into_iter().map(|gap| (view, gap)));
    }

    /// The object under `coverage` in JSON.
    #[must_use]
    pub fn json(&self, org: &Org, views: &[&'static dyn AnyView]) -> Value {
        let sum = &self.sum;
        json!({
            "wanted": sum.wanted,
            "read": sum.read,
            "waiting": sum.waiting,
            "denied": sum.denied,
            "throttled": sum.throttled,
            "failed": sum.failed,
            "oldest": sum.oldest.map(moment),
            "notes": self.notes,
            "seen": self.seen,
            "gaps": self.gaps.iter().map(|(view, gap)| gap_json(*view, gap, org, views)).collect::<Vec<_>>(),
        })
    }
}

/// A moment as files have it: RFC 3339, UTC, whole seconds.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn gap_json(view: ViewId, gap: &Gap, org: &Org, views: &[&'static dyn AnyView]) -> Value {
    let account = gap.scope.account.as_ref();
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("view", json!(view));
    put("account", json!(account));
    put("account_name", json!(account.and_then(|id| org.account(id)).map(|a| &a.name)));
    put("region", json!(gap.scope.region));
    put("parent", json!(gap.scope.parent.as_ref().map(Key::shown)));
    put("kind", json!(gap.fault.kind));
    put("call", json!(gap.fault.call));
    put("code", json!(gap.fault.code));
    put("message", json!(gap.fault.message));
    put("hint", json!(plain(views, &gap.fault.hint)));
    put("request_id", json!(gap.fault.request_id));
    Value::Object(out)
}
