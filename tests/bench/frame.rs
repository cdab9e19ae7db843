//! A frame over 100,000 services at 200×60, one of the map of their accounts, and what pages of changed rows cost the
//! state.
//!
//! `cargo bench --bench frame`

#![allow(clippy::disallowed_methods, reason = "it measures")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to measure")]

use std::time::Instant;

use quarterdeck::{
    app::{App, Chord, Effect, Effects, Event, Job, Keymap, Memory, Setup, Ticket, chord::Code},
    config::Config,
    model::{AccountId, Caller, News, Region},
    rows::{Delta, Row},
    ui::{self, theme::Theme},
    view::Reply,
    views::VIEWS,
};
use ratatui::{buffer::Buffer, layout::Rect};

#[path = "fleet.rs"]
mod fleet;

/// Services of each account.
const EACH: usize = 100;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (nodes, sample) = runtime.block_on(async { (fleet::rows(1_000).await, sample().await) });
    let now = jiff::Timestamp::now();
    let mut config = Config::default();
    config.view = "ecs".into();
    let setup = Setup {
        views: VIEWS,
        config: std::sync::Arc::new(config),
        badge: None,
        themes: vec!["dark".into()],
        theme: "dark".into(),
        zone: jiff::tz::TimeZone::UTC,
        keymap: Keymap::default(),
    };
    let memory = Memory { tree: Some((fleet::kept(nodes), now)), swept: true, ..Memory::default() };
    let begun = Instant::now();
    let mut app = App::new(setup, memory, now, (200, 60));
    println!("the state with the cached tree of 1,000 accounts: {:.1} ms", ms(begun));
    let caller = Caller {
        arn: "arn:aws:iam::000000000000:user/bench".into(),
        account: AccountId::from("000000000000"),
        partition: "aws".into(),
        region: Region::from("eu-central-1"),
        region_guessed: false,
        source: "bench".into(),
        until: None,
        renews: true,
        role_session: false,
        portals: std::collections::BTreeMap::new(),
    };
    let mut open = started(app.apply(Event::Access(News::Caller(caller))));
    let begun = Instant::now();
    let mut pages = 0;
    while let Some((ticket, account)) = open.pop() {
        let rows = (0..EACH).map(|n| service(&sample, &account, n)).collect();
        for step in [Delta::Begin, Delta::Upsert(rows), Delta::Complete] {
            drop_all(app.apply(Event::Reply(ticket, Reply::Rows(step))));
        }
        open.extend(started(app.apply(Event::Reply(ticket, Reply::End))));
        pages += 1;
    }
    let rows = app.table(app.screen.view.id()).len();
    println!("{rows} rows in {pages} pages: {:.1} ms a page of {EACH}", ms(begun) / f64::from(pages));
    drop_all(app.apply(Event::Tick(now.into())));
    frames(&app, &["c"]);
    map(&mut app, now);
    frames(&app, &["○", "◔", "◑", "◕", "●"]);
}

/// Draws what is on the screen again and again; one of `shown` must be among it.
fn frames(app: &App, shown: &[&str]) {
    let theme = Theme::shipped("dark").unwrap();
    let area = Rect::new(0, 0, 200, 60);
    let mut buffer = Buffer::empty(area);
    let mut times: Vec<f64> = (0..400)
        .map(|_| {
            let begun = Instant::now();
            buffer.reset();
            ui::draw(app, &theme, &mut buffer);
            ms(begun)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let view = app.screen.view.id();
    println!("a frame of {view} at 200×60: median {:.2} ms, p99 {:.2} ms (figure to hold: 1)", times[200], times[395]);
    assert!(buffer.content.iter().any(|cell| shown.contains(&cell.symbol())), "the frame shows nothing");
}

/// Goes to the map of the fleet, and derives it.
fn map(app: &mut App, now: jiff::Timestamp) {
    let mut effects = Vec::new();
    for chord in ":fleet".chars().map(Chord::char).chain([Chord::plain(Code::Enter)]) {
        effects.extend(app.apply(Event::Key(chord)));
    }
    let later = now + jiff::SignedDuration::from_secs(1);
    effects.extend(app.apply(Event::Tick(later.into())));
    for effect in effects {
        let Effect::Start(ticket, Job::Derive { view, snapshot }) = effect else { continue };
        let begun = Instant::now();
        let deltas = view.derive(&snapshot, later);
        println!("{} derived: {:.1} ms", view.id(), ms(begun));
        for delta in deltas {
            drop_all(app.apply(Event::Reply(ticket, Reply::Rows(delta))));
        }
        drop_all(app.apply(Event::Reply(ticket, Reply::End)));
    }
    assert!(app.map.spots.len() >= 1_000, "{} cells", app.map.spots.len());
}

fn ms(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1_000.0
}

fn drop_all(effects: Effects) {
    effects.into_iter().for_each(drop);
}

fn started(effects: Effects) -> Vec<(Ticket, String)> {
    let rows = |effect| match effect {
        Effect::Start(ticket, Job::Rows { view, at, .. }) if view.id().0 == "ecs" => {
            Some((ticket, at.scope.account.map(|a| a.to_string()).unwrap_or_default()))
        }
        _ => None,
    };
    effects.into_iter().filter_map(rows).collect()
}

/// A service of the embedded fleet, as JSON.
async fn sample() -> serde_json::Value {
    use quarterdeck::{sim, view::At};
    let sim = sim::start(sim::Options { latency: sim::Latency::Off, ..sim::Options::default() }).await.unwrap();
    let cx = fleet::cx(&sim);
    let caller = cx.vault.caller().await.unwrap();
    let world = sim.world();
    let prod = world.named("prod").unwrap();
    let account = quarterdeck::model::Account {
        id: AccountId::from(prod.id.as_str()),
        name: "prod".into(),
        path: std::sync::Arc::default(),
        above: std::sync::Arc::default(),
        details: std::sync::Arc::default(),
        management: false,
        origin: quarterdeck::model::org::Origin::Organizations,
    };
    let scope = quarterdeck::model::Scope::region(account.id.clone(), caller.region.clone());
    let at = At { scope, account: Some(std::sync::Arc::new(account)), parent: None, role: None };
    let (sink, mut steps) = tokio::sync::mpsc::channel(64);
    let work = tokio::spawn(fleet::view("ecs").fetch(cx, at, sink));
    let mut first = None;
    while let Some(step) = steps.recv().await {
        if let Reply::Rows(Delta::Upsert(rows)) = step {
            first = first.or_else(|| rows.first().map(|row| row.json()));
        }
    }
    work.await.unwrap();
    first.expect("the embedded fleet has services")
}

fn service(sample: &serde_json::Value, account: &str, n: usize) -> Row {
    let mut json = sample.clone();
    json["name"] = format!("checkout-{account}-{n}").into();
    json["arn"] = format!("arn:aws:ecs:eu-central-1:{account}:service/main/checkout-{n}").into();
    fleet::view("ecs").revive(json).unwrap()
}
