//! What the benchmarks share: the embedded fleet, read in process.

use std::sync::Arc;

use jiff::Timestamp;
use quarterdeck::{
    config::{Config, Env, Flags, Paths},
    cx::Cx,
    rows::{Delta, Row},
    shell::Base,
    sim,
    store::{Audit, Store},
    view::{AnyView, At, Reply},
    views::VIEWS,
};
use tokio::sync::mpsc;

/// A view of the catalogue.
pub fn view(id: &str) -> &'static dyn AnyView {
    VIEWS.iter().copied().find(|v| v.id().0 == id).unwrap()
}

/// The hands of a source, pointed at an embedded fleet.
pub fn cx(sim: &sim::Sim) -> Cx {
    let env: Env = sim.environment().into_iter().collect();
    let loaded = Config::assemble(&env, &Flags::default(), Paths::new(&Env::empty(), None), None).unwrap();
    let base = Base {
        env,
        loaded,
        store: Store::memory(),
        audit: Audit::memory(),
        badge: None,
        themes: Vec::new(),
        clock: Arc::new(Timestamp::now),
    };
    base.connect(mpsc::unbounded_channel().0, false).unwrap()
}

/// Reads the fleet as a whole with one view, telling each step to `see`.
pub async fn read(cx: &Cx, view: &'static dyn AnyView, mut see: impl FnMut(&Reply)) {
    let (sink, mut steps) = mpsc::channel(64);
    let work = tokio::spawn(view.fetch(cx.clone(), At::fleet(), sink));
    while let Some(step) = steps.recv().await {
        see(&step);
    }
    work.await.unwrap();
}

/// The rows of `accounts` of a fleet of so many accounts, as JSON.
#[allow(dead_code, reason = "not every benchmark needs them")]
pub async fn rows(accounts: usize) -> Vec<serde_json::Value> {
    let options = sim::Options { accounts, latency: sim::Latency::Off, limits: false, ..sim::Options::default() };
    let sim = sim::start(options).await.unwrap();
    let cx = cx(&sim);
    let mut rows: std::collections::BTreeMap<String, Row> = std::collections::BTreeMap::new();
    read(&cx, view("accounts"), |step| {
        if let Reply::Rows(Delta::Upsert(page)) = step {
            rows.extend(page.iter().map(|row| (row.key().to_string(), row.clone())));
        }
    })
    .await;
    rows.values().map(|row| row.json()).collect()
}

/// The rows of `accounts` as the store keeps them.
#[allow(dead_code, reason = "not every benchmark begins with them")]
pub fn kept(rows: Vec<serde_json::Value>) -> String {
    let view = view("accounts");
    view.keep(&rows.into_iter().map(|row| view.revive(row).unwrap()).collect::<Vec<_>>())
}
