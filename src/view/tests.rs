//! What a source says, and what a derivation hands over.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::{All, AnyView, Cell, Column, Derive, Inputs, Key, Out, Reply, Run, Source, Span, View, ViewId, item};
use crate::{
    model::{Fault, FaultKind},
    rows::{Delta, Snapshot},
};

struct Polled;
struct Joined;

impl View for Polled {
    type Item = u32;
    const ID: ViewId = ViewId("polled");
    const ABOUT: &'static str = "numbers";
    const SPAN: Span = Span::Fleet;
    const COLUMNS: &'static [Column<u32>] = &[Column::new("number", 6, |n| Cell::Number(i64::from(*n)))];
    const SOURCE: Source<u32> =
        Source::Poll { every: Duration::from_secs(7), fetch: |_, _, _| Box::pin(async { Ok(()) }) };
    fn key(item: &u32) -> Key {
        Key::from(item.to_string())
    }
}

impl View for Joined {
    type Item = u32;
    const ID: ViewId = ViewId("joined");
    const ABOUT: &'static str = "many numbers";
    const SPAN: Span = Span::Fleet;
    const COLUMNS: &'static [Column<u32>] = Polled::COLUMNS;
    const SOURCE: Source<u32> = Source::derived::<Self>();
    fn key(item: &u32) -> Key {
        Key::from(item.to_string())
    }
}

impl Derive for Joined {
    type From = All;
    fn derive(_: <All as Inputs>::Rows<'_>, _: Timestamp) -> Vec<u32> {
        (0..2_500).collect()
    }
}

#[test]
fn a_derivation_is_a_whole_pass_in_pages() {
    let steps = Joined.derive(&Snapshot::default(), Timestamp::UNIX_EPOCH);
    let words: Vec<String> = steps.iter().map(|step| format!("{step:?}")).collect();
    assert_eq!(words, ["Begin", "Upsert(1000)", "Upsert(1000)", "Upsert(500)", "Complete"]);
    assert!(Polled.derive(&Snapshot::default(), Timestamp::UNIX_EPOCH).is_empty(), "a poll derives nothing");
    assert_eq!(Polled.run(), Run::Poll(Duration::from_secs(7)));
}

#[test]
fn a_row_comes_back_from_its_json_as_the_view_it_belongs_to() {
    let row = Polled.revive(serde_json::json!(7)).unwrap();
    assert_eq!((item::<Polled>(&row), item::<Joined>(&row)), (Some(&7), None));
    assert_eq!((row.cell(0), row.cell(1), row.json()), (Cell::Number(7), Cell::Missing, serde_json::json!(7)));
    let other = Joined.revive(serde_json::json!(7)).unwrap();
    assert!(!row.same(&*other), "the same number of another view is another row");
    assert!(Polled.revive(serde_json::json!("seven")).is_err());
}

#[tokio::test]
async fn a_branch_that_fails_breaks_the_pass_until_the_next_begins() {
    let (sink, mut said) = mpsc::channel(16);
    let out = Out::new::<Polled>(sink);
    out.begin().await;
    out.page(vec![]).await;
    out.remove(vec![]).await;
    assert_eq!(out.or_fault(Ok(1)).await, Some(1));
    assert!(!out.is_broken());
    let branch = out.clone();
    assert_eq!(branch.or_fault::<u8>(Err(Fault::new(FaultKind::Denied, "no"))).await, None);
    assert!(out.is_broken(), "whichever clone it was told to");
    out.page(vec![1, 2]).await;
    out.begin().await;
    assert!(!out.is_broken());
    drop((out, branch));
    let mut words = Vec::new();
    while let Some(reply) = said.recv().await {
        words.push(match reply {
            Reply::Rows(Delta::Upsert(rows)) => rows.len().to_string(),
            Reply::Rows(delta) => format!("{delta:?}"),
            Reply::Fault(fault) => fault.to_string(),
            Reply::Text(_) | Reply::Lines(_) | Reply::Tree(_) | Reply::End => "?".to_owned(),
        });
    }
    assert_eq!(words, ["Begin", "no", "2", "Begin"], "what is empty is not said");
}
