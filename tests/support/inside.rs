//! The library inside the test's own process, on an embedded fleet that the test can stop, break and count.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use quarterdeck::{
    access,
    app::plan,
    config::{Config, Env, Flags, Paths},
    cx::Cx,
    model::{Account, Fault, Org, Region},
    rows::{Delta, Row},
    shell::Base,
    sim::{self, Latency, Sim},
    store::{Audit, Store},
    view::{AnyView, At, Reply},
    views::VIEWS,
};
use tokio::sync::mpsc;

/// What the two companies of the default world would have configured.
pub const DEMO: &str = include_str!("../../src/sim/demo.toml");

/// The fleet, and the console's hands on it.
pub struct Inside {
    /// The fleet.
    pub sim: Sim,
    /// The ground that was stood on.
    pub base: Base,
    /// The hands.
    pub cx: Cx,
    /// What access tells.
    pub news: mpsc::UnboundedReceiver<access::News>,
}

/// What one reading brought.
#[derive(Default)]
pub struct Pass {
    /// The rows by their keys, as they were at the end.
    pub rows: BTreeMap<String, Row>,
    /// What failed.
    pub faults: Vec<Fault>,
    /// Whether it reached everything.
    pub complete: bool,
}

/// The default world, at once and without limits.
pub fn quick() -> sim::Options {
    sim::Options { latency: Latency::Off, limits: false, ..sim::Options::default() }
}

/// The view with this word.
pub fn view(word: &str) -> &'static dyn AnyView {
    VIEWS.iter().copied().find(|v| v.id().0 == word).unwrap_or_else(|| panic!("no view {word}"))
}

impl Inside {
    /// A fleet with the configuration of the default world.
    pub async fn new(options: sim::Options) -> Self {
        Self::with(options, DEMO).await
    }

    /// A fleet with this configuration. AWS's documented rates are used whole:
    /// nobody else calls this fleet.
    pub async fn with(options: sim::Options, toml: &str) -> Self {
        let sim = sim::start(options).await.expect("a port on loopback");
        let env: Env = sim.environment().into_iter().collect();
        Self::on(sim, env, toml)
    }

    /// The same in another environment than the administrator's.
    pub fn on(sim: Sim, env: Env, toml: &str) -> Self {
        let paths = Paths::new(&Env::empty(), None);
        let mut loaded = Config::assemble(&env, &Flags::default(), paths, Some(toml)).expect("a configuration");
        loaded.config.limits.share = 1.0;
        let sim_clock = sim.clock();
        let clock: quarterdeck::remote::Clock = Arc::new(move || sim_clock.now());
        let base = Base {
            env,
            loaded,
            store: Store::memory(),
            audit: Audit::memory(),
            badge: None,
            themes: Vec::new(),
            clock,
        };
        let (tell, news) = mpsc::unbounded_channel();
        let cx = base.connect(tell, false).expect("a connection");
        Self { sim, base, cx, news }
    }

    /// What the fleet's clock shows.
    pub fn now(&self) -> Timestamp {
        self.cx.now()
    }

    /// Reads one scope of a view. Each reply is also shown to `look`.
    pub async fn read_with(&self, word: &str, at: At, mut look: impl FnMut(&Reply)) -> Pass {
        let (sink, mut replies) = mpsc::channel(4);
        let reading = tokio::spawn(view(word).fetch(self.cx.clone(), at, sink));
        let mut pass = Pass::default();
        while let Some(reply) = replies.recv().await {
            look(&reply);
            match reply {
                Reply::Rows(Delta::Begin) => pass.complete = false,
                Reply::Rows(Delta::Upsert(rows)) => {
                    pass.rows.extend(rows.into_iter().map(|row| (row.key().to_string(), row)));
                }
                Reply::Rows(Delta::Remove(keys)) => {
                    for key in keys {
                        pass.rows.remove(key.as_str());
                    }
                }
                Reply::Rows(Delta::Complete) => pass.complete = true,
                Reply::Fault(fault) => pass.faults.push(fault),
                Reply::Text(_) | Reply::Lines(_) | Reply::Tree(_) | Reply::End => {}
            }
        }
        reading.await.expect("a reading that does not panic");
        pass
    }

    /// Reads one scope of a view.
    pub async fn read(&self, word: &str, at: At) -> Pass {
        self.read_with(word, at, |_| {}).await
    }

    /// Reads the organisation.
    pub async fn org(&self) -> Org {
        Self::org_of(&self.read("accounts", At::fleet()).await)
    }

    /// The organisation that a pass over `accounts` told of.
    pub fn org_of(pass: &Pass) -> Org {
        Org::new(pass.rows.values().filter_map(|row| row.node().cloned()))
    }

    /// Every place where a view is read.
    pub async fn places(&self, word: &str, accounts: &[Arc<Account>]) -> Vec<At> {
        let region = self.cx.vault.caller().await.map_or(Region::from("eu-central-1"), |caller| caller.region);
        plan::scopes(view(word), accounts, &self.cx.config, Some(&region))
    }
}

/// An account by its name.
pub fn named(org: &Org, name: &str) -> Arc<Account> {
    let found = org.accounts().iter().find(|a| a.name == name);
    Arc::clone(found.unwrap_or_else(|| panic!("no account {name}")))
}
