//! Every request that failed, the newest first, with its cause and what to do.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    cx::Cx,
    model::{AccountId, Cell, Facts, Key, Place, Region, Scope, ViewId, call::Failure},
    view::{At, Column, Doing, Out, Section, Source, Span, Text, View},
};

/// The view `errors`.
pub struct Errors;
/// For the catalogue.
pub static VIEW: Errors = Errors;

/// A failed request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Item(pub Failure);

impl View for Errors {
    type Item = Item;
    const ID: ViewId = ViewId("errors");
    const ALIASES: &'static [&'static str] = &["faults", "failures"];
    const ABOUT: &'static str = "Every failed call, with request id, cause and what to do";
    const SPAN: Span = Span::Fleet;
    const EMPTY: &'static str = "no call of this run of qd has failed: the list is of this run alone";
    const COLUMNS: &'static [Column<Item>] = &[
        Column::new("at", 6, |i| Cell::At(i.0.at)),
        Column::new("account", 12, |i| Cell::maybe(i.0.account.as_ref().map(AccountId::as_str))),
        Column::new("region", 14, |i| Cell::maybe(i.0.region.as_ref().map(Region::as_str))),
        Column::new("call", 28, |i| Cell::text(&i.0.fault.call)),
        Column::new("kind", 12, |i| Cell::text(i.0.fault.kind.word())),
        Column::new("code", 24, |i| Cell::text(&i.0.fault.code)),
        Column::new("message", 0, |i| Cell::text(&i.0.fault.message)),
        Column::wide("hint", 40, |i| Cell::text(&i.0.fault.hint)),
        Column::wide("request-id", 36, |i| Cell::maybe(i.0.fault.request_id.as_deref())),
        Column::wide("status", 6, |i| i.0.status.map_or(Cell::Missing, |s| Cell::Number(s.into()))),
        Column::wide("attempt", 7, |i| Cell::Number(i.0.attempt.into())),
    ];
    const SECTIONS: &'static [Section<Item>] = &[Section { title: "what to do", text: Text::Now(advice) }];
    const SOURCE: Source<Item> = Source::Poll { every: Duration::from_secs(1), fetch };

    /// Rows without a verdict are ordered by place and key: counted down, the newest comes first.
    fn key(item: &Item) -> Key {
        Key::from(format!("{:020}", u64::MAX - item.0.number))
    }

    fn facts(item: &Item) -> Facts<'_> {
        Facts { name: &item.0.fault.call, created: Some(item.0.at), ..Facts::default() }
    }

    /// None of its own: by place the failures of one account would come together, and not the newest first.
    fn place(_: &Item, _: &Scope) -> Place {
        Place::default()
    }
}

fn advice(item: &Item, _: Timestamp) -> String {
    let Failure { fault, status, attempt, .. } = &item.0;
    let mut lines = vec![fault.to_string()];
    let next = if !fault.hint.is_empty() {
        fault.hint.as_str()
    } else if fault.kind.passes() {
        "nothing: the request is repeated by itself"
    } else {
        "nothing is known to help"
    };
    lines.push(format!("Next: {next}."));
    if let Some(id) = &fault.request_id {
        lines.push(format!("For a support case: request {id}."));
    }
    let status = status.map_or_else(|| "No answer came".to_owned(), |s| format!("HTTP {s}"));
    lines.push(format!("{status}, attempt {attempt}."));
    lines.join("\n")
}

fn fetch(cx: Cx, _: At, out: Out<Item>) -> Doing {
    Box::pin(async move {
        out.page(cx.remote.failures().into_iter().map(Item).collect()).await;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Fault, FaultKind};

    fn failure(number: u64, kind: FaultKind) -> Item {
        let fault = Fault { request_id: Some("r-1".to_owned()), ..Fault::new(kind, "no").call("ecs:ListServices") };
        let at = Timestamp::UNIX_EPOCH;
        Item(Failure { number, at, account: None, region: None, fault, status: None, attempt: 2 })
    }

    #[test]
    fn the_newest_comes_first() {
        let key = |n| Errors::key(&failure(n, FaultKind::Service));
        assert!(key(10) < key(9) && key(100) < key(99) && key(u64::MAX) < key(1));
        assert_eq!(key(3).as_str().len(), key(3_000_000).as_str().len());
    }

    #[test]
    fn there_is_always_a_next_step() {
        let text = advice(&failure(1, FaultKind::Service), Timestamp::UNIX_EPOCH);
        assert!(text.contains("repeated by itself") && text.contains("request r-1") && text.contains("No answer came"));
        assert!(advice(&failure(1, FaultKind::Denied), Timestamp::UNIX_EPOCH).contains("nothing is known to help"));
    }
}
