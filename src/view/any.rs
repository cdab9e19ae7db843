//! The erased twin of a view: the same definition behind one uniform face, for everything that is written once.

use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    At, Deed, Doing, Lines, LogAsk, Need, Out, Picture, Plan, Reply, Sink, Source, Span, Target, Text, VerbHead, View,
    deed, log,
    typed::{item, wrap},
    verb::Asked,
};
use crate::{
    cx::Cx,
    model::{Fault, Page, ViewId},
    rows::{Delta, Row, Snapshot},
};

/// How many rows a derivation hands over at a time.
const PAGE: usize = 1_000;

/// A column's heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The word in headings, filters and JSON.
    pub id: &'static str,
    /// Cells on the screen; 0 takes what is left over.
    pub width: u16,
    /// Shown on wide screens only.
    pub wide: bool,
}

/// What kind of source a view has, without its types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// Asked again after this long.
    Poll(Duration),
    /// Watches.
    Live,
    /// Joins what others read.
    Derived(Need),
}

/// A view whose item type is forgotten. Implemented for every [`View`], by nobody else.
pub trait AnyView: Sync {
    /// Its word.
    fn id(&self) -> ViewId;
    /// Other words for it.
    fn aliases(&self) -> &'static [&'static str];
    /// What it shows.
    fn about(&self) -> &'static str;
    /// What it means that it has no rows.
    fn empty(&self) -> &'static str;
    /// Which scopes it is read for.
    fn span(&self) -> Span;
    /// Whether the watch board reads it.
    fn patrol(&self) -> bool;
    /// IAM actions that its reading calls.
    fn actions(&self) -> &'static [&'static str];
    /// IAM actions that its reading calls as the caller.
    fn caller_actions(&self) -> &'static [&'static str];
    /// Its columns.
    fn heads(&self) -> Vec<Head>;
    /// The column that its rows are ordered by at first, as in [`View::ORDER`].
    fn order(&self) -> &'static str;
    /// How its rows are drawn.
    fn picture(&self) -> Picture;
    /// Its kind of source.
    fn run(&self) -> Run;
    /// Where a row leads, and by which key; Enter goes to the first.
    fn links(&self) -> Vec<(ViewId, &'static str)>;
    /// The filter line of a link, for a row.
    fn link_filter(&self, link: usize, row: &Row) -> String;
    /// What can be done to its rows.
    fn verbs(&self) -> Vec<VerbHead>;
    /// Whether a verb can be done to a row now, with what was typed for it; else why not.
    ///
    /// # Errors
    /// Why not, as a sentence without a full stop.
    fn verb_fits(&self, verb: &str, row: &Row, typed: Option<&str>) -> Result<(), String>;
    /// What stands in the line of a verb's question at first.
    fn verb_initial(&self, verb: &str, row: &Row) -> String;
    /// What exactly a verb will do to a row.
    fn plan(&self, verb: &str, row: &Row, typed: &str) -> Option<Plan>;
    /// Does it, through the guard.
    fn act(&self, cx: Cx, deed: Deed) -> Doing<String>;
    /// The row of another view that a row speaks of.
    fn target(&self, row: &Row) -> Option<Target>;
    /// The page of a row in AWS's own console.
    fn page(&self, row: &Row) -> Page;
    /// The sections of the detail pane: title, and the text where it is known already.
    fn sections(&self, row: &Row, now: Timestamp) -> Vec<(&'static str, Option<String>)>;
    /// Whether the text of a section is a difference.
    fn is_difference(&self, section: usize) -> bool;
    /// What asking for a section costs, where it is asked for on request only.
    fn cost(&self, row: &Row, section: usize) -> Option<String>;
    /// Asks for the text of a section.
    fn section(&self, cx: Cx, at: At, row: &Row, section: usize) -> Option<Doing<String>>;
    /// IAM actions that the reading of its logs calls.
    fn log_actions(&self) -> &'static [&'static str];
    /// Whether its rows have logs.
    fn has_logs(&self) -> bool;
    /// Reads the log of a row, telling the sink, up to its end. `None` where its rows have none.
    fn read_log(&self, cx: Cx, at: At, row: &Row, ask: LogAsk, sink: Sink) -> Option<BoxFuture<'static, ()>>;
    /// Reads or watches one scope, telling the sink, up to its end. Not for derived views.
    fn fetch(&self, cx: Cx, at: At, sink: Sink) -> BoxFuture<'static, ()>;
    /// The columns that show what is filled in, see [`super::Fill`].
    fn filled(&self) -> &'static [&'static str];
    /// How long what is filled into a row on the screen stays good; `None` where nothing is, see [`super::Fill`].
    fn fills(&self, row: &Row) -> Option<Duration>;
    /// Fills in rows of one scope, telling the sink, up to its end. `None` where there is nothing to fill in.
    fn fill(&self, cx: Cx, at: At, rows: &[Row], sink: Sink) -> Option<BoxFuture<'static, ()>>;
    /// Joins. Empty for views that are not derived.
    fn derive(&self, snapshot: &Snapshot, now: Timestamp) -> Vec<Delta>;
    /// Makes a row again out of what `AnyRow::json` gave.
    ///
    /// # Errors
    /// Where the JSON does not hold such an item (a cache of another version).
    fn revive(&self, json: Value) -> Result<Row, serde_json::Error>;
    /// Rows of this view as text, to be kept between runs.
    fn keep(&self, rows: &[Row]) -> String;
    /// Makes the rows again that [`AnyView::keep`] wrote.
    ///
    /// # Errors
    /// Where the text is not of that form: one item of another version is enough.
    fn kept(&self, text: &str) -> Result<Vec<Row>, serde_json::Error>;
}

async fn poll<V: View>(cx: Cx, at: At, sink: Sink, fetch: fn(Cx, At, Out<V::Item>) -> Doing) {
    let out = Out::new::<V>(sink);
    out.begin().await;
    match fetch(cx, at, out.clone()).await {
        Ok(()) if !out.is_broken() => out.synced().await,
        Ok(()) => {}
        Err(fault) => out.fault(fault).await,
    }
    out.send(Reply::End).await;
}

/// Reads what tells of its passes by itself, or makes none.
async fn tell<V: View>(sink: Sink, read: impl FnOnce(Out<V::Item>) -> Doing + Send) {
    let out = Out::new::<V>(sink);
    if let Err(fault) = read(out.clone()).await {
        out.fault(fault).await;
    }
    out.send(Reply::End).await;
}

impl<V: View> AnyView for V {
    fn id(&self) -> ViewId {
        V::ID
    }

    fn aliases(&self) -> &'static [&'static str] {
        V::ALIASES
    }

    fn about(&self) -> &'static str {
        V::ABOUT
    }

    fn empty(&self) -> &'static str {
        V::EMPTY
    }

    fn span(&self) -> Span {
        V::SPAN
    }

    fn patrol(&self) -> bool {
        V::PATROL
    }

    fn actions(&self) -> &'static [&'static str] {
        V::ACTIONS
    }

    fn caller_actions(&self) -> &'static [&'static str] {
        V::CALLER_ACTIONS
    }

    fn picture(&self) -> Picture {
        V::PICTURE
    }

    fn heads(&self) -> Vec<Head> {
        V::COLUMNS.iter().map(|c| Head { id: c.id, width: c.width, wide: c.wide }).collect()
    }

    fn order(&self) -> &'static str {
        V::ORDER
    }

    fn run(&self) -> Run {
        match V::SOURCE {
            Source::Poll { every, .. } => Run::Poll(every),
            Source::Live { .. } => Run::Live,
            Source::Derived { need, .. } => Run::Derived(need),
        }
    }

    fn links(&self) -> Vec<(ViewId, &'static str)> {
        V::LINKS.iter().map(|l| (l.to, l.key)).collect()
    }

    fn link_filter(&self, link: usize, row: &Row) -> String {
        V::LINKS.get(link).zip(item::<V>(row)).map(|(l, i)| (l.filter)(i)).unwrap_or_default()
    }

    fn verbs(&self) -> Vec<VerbHead> {
        V::VERBS.iter().map(super::Verb::head).collect()
    }

    fn verb_fits(&self, verb: &str, row: &Row, typed: Option<&str>) -> Result<(), String> {
        Asked::<V>::new(verb, row)
            .map_or_else(|| Err(format!("there is no verb {verb} here")), |asked| asked.fits(typed))
    }

    fn verb_initial(&self, verb: &str, row: &Row) -> String {
        Asked::<V>::new(verb, row).map(|asked| asked.initial()).unwrap_or_default()
    }

    fn plan(&self, verb: &str, row: &Row, typed: &str) -> Option<Plan> {
        Asked::<V>::new(verb, row).map(|asked| asked.plan(typed))
    }

    fn act(&self, cx: Cx, deed: Deed) -> Doing<String> {
        deed::act::<V>(cx, deed)
    }

    fn target(&self, row: &Row) -> Option<Target> {
        item::<V>(row).and_then(V::target)
    }

    fn page(&self, row: &Row) -> Page {
        item::<V>(row).map(V::page).unwrap_or_default()
    }

    fn sections(&self, row: &Row, now: Timestamp) -> Vec<(&'static str, Option<String>)> {
        let Some(item) = item::<V>(row) else { return Vec::new() };
        let text = |s: &super::Section<V::Item>| match s.text {
            Text::Now(text) => Some(text(item, now)),
            Text::Later(_) | Text::Changes(_) | Text::OnRequest { .. } => None,
        };
        V::SECTIONS.iter().map(|s| (s.title, text(s))).collect()
    }

    fn is_difference(&self, section: usize) -> bool {
        matches!(V::SECTIONS.get(section).map(|s| &s.text), Some(Text::Changes(_)))
    }

    fn cost(&self, row: &Row, section: usize) -> Option<String> {
        match V::SECTIONS.get(section)?.text {
            Text::OnRequest { cost, .. } => item::<V>(row).map(cost),
            Text::Now(_) | Text::Later(_) | Text::Changes(_) => None,
        }
    }

    fn section(&self, cx: Cx, at: At, row: &Row, section: usize) -> Option<Doing<String>> {
        match V::SECTIONS.get(section)?.text {
            Text::Later(ask) | Text::Changes(ask) | Text::OnRequest { ask, .. } => {
                Some(ask(cx, at, item::<V>(row)?.clone()))
            }
            Text::Now(_) => None,
        }
    }

    fn log_actions(&self) -> &'static [&'static str] {
        V::LOGS.map_or(&[], |logs| logs.actions)
    }

    fn has_logs(&self) -> bool {
        V::LOGS.is_some()
    }

    fn read_log(&self, cx: Cx, at: At, row: &Row, ask: LogAsk, sink: Sink) -> Option<BoxFuture<'static, ()>> {
        let item = item::<V>(row)?.clone();
        let reading = (V::LOGS?.read)(cx, at, item, ask, Lines::new(sink.clone()));
        Some(Box::pin(log::tell(reading, sink)))
    }

    fn fetch(&self, cx: Cx, at: At, sink: Sink) -> BoxFuture<'static, ()> {
        match V::SOURCE {
            Source::Poll { fetch, .. } => Box::pin(poll::<V>(cx, at, sink, fetch)),
            Source::Live { watch } => Box::pin(tell::<V>(sink, move |out| watch(cx, at, out))),
            Source::Derived { .. } => {
                let fault = Fault::new(crate::model::FaultKind::Invalid, "a derived view is not fetched");
                Box::pin(async move { Out::new::<V>(sink).fault(fault).await })
            }
        }
    }

    fn filled(&self) -> &'static [&'static str] {
        V::FILL.map_or(&[], |fill| fill.columns)
    }

    fn fills(&self, row: &Row) -> Option<Duration> {
        let fill = V::FILL?;
        item::<V>(row).is_some_and(fill.fits).then_some(fill.every)
    }

    fn fill(&self, cx: Cx, at: At, rows: &[Row], sink: Sink) -> Option<BoxFuture<'static, ()>> {
        let fill = V::FILL?;
        let items = rows.iter().filter_map(item::<V>).filter(|item| (fill.fits)(item)).cloned().collect();
        Some(Box::pin(tell::<V>(sink, move |out| (fill.read)(cx, at, items, out))))
    }

    fn derive(&self, snapshot: &Snapshot, now: Timestamp) -> Vec<Delta> {
        let Source::Derived { derive, .. } = V::SOURCE else { return Vec::new() };
        let mut rows = derive(snapshot, now).into_iter().map(wrap::<V>).peekable();
        let mut steps = vec![Delta::Begin];
        while rows.peek().is_some() {
            steps.push(Delta::Upsert(rows.by_ref().take(PAGE).collect()));
        }
        steps.push(Delta::Complete);
        steps
    }

    fn revive(&self, json: Value) -> Result<Row, serde_json::Error> {
        serde_json::from_value::<V::Item>(json).map(wrap::<V>)
    }

    fn keep(&self, rows: &[Row]) -> String {
        V::keep(&rows.iter().filter_map(item::<V>).collect::<Vec<_>>())
    }

    fn kept(&self, text: &str) -> Result<Vec<Row>, serde_json::Error> {
        let items = V::kept(text)?;
        let mut rows = Vec::with_capacity(items.len());
        rows.extend(items.into_iter().map(wrap::<V>));
        Ok(rows)
    }
}
