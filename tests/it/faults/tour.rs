//! One console, one fault, every view: whole, under the fault, and whole again.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use quarterdeck::{
    model::{Coverage, FaultKind},
    rows::Slot,
    sim::{Fault, Kind},
    view::{AnyView, Run, Span},
    views::VIEWS,
};
use tokio::sync::Mutex;

use super::expected::{Expected, expected, struck};
use crate::support::{
    bench::Bench,
    inside::{DEMO, Inside, named, quick, view},
};

/// How long a key and its frame may take.
const KEY: Duration = Duration::from_millis(100);

/// How long what a fault does may take to be told, or to be made good, all the attempts at a call and the pauses between
/// them among it.
const TOLD: Duration = Duration::from_secs(60);

/// How long the view of errors may take to show the first failed attempt.
const AT_ONCE: Duration = Duration::from_secs(15);

/// The account whose views are looked at: with it every view is read, and the sweep over all others goes on beside it.
const ACCOUNT: &str = "prod";

/// It is listed in the configuration as well, so that there is something to look at where there is no organisation.
const LISTED: &str = "\n[[account]]\nid = \"446297880118\"\nname = \"prod\"\nou = \"workload\"\n";

/// What is pressed in each view: movement, detail, help, problems alone, a filter, wide columns, and each of them back.
const KEYS: [&str; 17] =
    ["j", "k", "G", "g", "d", "d", "?", "?", "ctrl-z", "ctrl-z", "/", "a", "backspace", "esc", "x", "x", "x"];

/// Accounts of the world without its organisation, at most.
const FEW: usize = 5;

/// Held while a console reads the fleet for the first time: side by side all of them would be late.
static OPENING: Mutex<()> = Mutex::const_new(());

/// A pair that does not hold.
#[derive(Debug)]
#[expect(dead_code, reason = "written by Debug, for whoever reads the failed test")]
pub struct Failure {
    fault: &'static str,
    view: &'static str,
    what: String,
}

/// Goes through every view; which pairs do not hold.
pub async fn goes_through(word: &'static str, kind: Kind) -> Vec<Failure> {
    let inside = Inside::with(quick(), &format!("{DEMO}{LISTED}")).await;
    let mut tour = Tour {
        bench: Bench::on(inside, 3),
        word,
        kind,
        rows: BTreeMap::new(),
        farewell: String::new(),
        failures: Vec::new(),
    };
    let opening = OPENING.lock().await;
    tour.bench.open().await;
    drop(opening);
    for view in VIEWS {
        let whole = tour.is_whole(*view, "before").await;
        tour.note(*view, whole);
        tour.rows.insert(view.id().0, tour.rows(*view));
    }
    let faults = struck(kind).into_iter().map(|service| Fault { service: Some(service), ..Fault::new(kind) });
    tour.bench.inside.sim.set_faults(faults.collect());
    if kind == Kind::Inactive {
        // Sessions that are there go on; new ones are refused.
        tour.bench.pause(70 * 60 * 1_000);
    }
    for view in VIEWS {
        tour.under(*view).await;
    }
    tour.bench.inside.sim.set_faults(Vec::new());
    for view in VIEWS {
        let whole = tour.is_whole(*view, "after").await;
        tour.note(*view, whole);
    }
    tour.returns().await;
    tour.sweeps().await;
    tour.failures
}

/// A console on its way through the views.
struct Tour {
    bench: Bench,
    /// The word of the fault.
    word: &'static str,
    kind: Kind,
    /// How many rows each view had.
    rows: BTreeMap<&'static str, usize>,
    /// What was last said of accounts that left.
    farewell: String,
    failures: Vec<Failure>,
}

impl Tour {
    fn note(&mut self, view: &dyn AnyView, held: Result<(), String>) {
        let (fault, view) = (self.word, view.id().0);
        self.failures.extend(held.err().map(|what| Failure { fault, view, what }));
    }

    /// Goes to a view: by its word, or by the key that leads there from a row of the view that it hangs on.
    async fn enter(&mut self, view: &dyn AnyView) -> Result<(), String> {
        self.bench.app.layers.clear();
        let account = named(&self.bench.app.org, ACCOUNT).id.clone();
        self.bench.line(":ecs");
        self.bench.line(&format!(":{account}"));
        assert_eq!(self.bench.app.screen.select, account.as_str(), "{:?}", self.bench.app.notice());
        if let Span::One(of) = view.span() {
            self.choose_a_row().await;
            let of = VIEWS.iter().find(|v| v.id() == of).expect("a view of the catalogue");
            let links = of.links();
            let (_, key) = links.iter().find(|(to, _)| *to == view.id()).expect("a link to it");
            self.bench.keys(if key.is_empty() { "enter" } else { key });
        } else {
            self.bench.line(&format!(":{}", view.id()));
        }
        self.settle().await;
        self.is_at(view)
    }

    /// Lets some time pass. Words about accounts that left are kept: the next key takes them away.
    async fn settle(&mut self) {
        self.bench.settle().await;
        let said = self.bench.app.notice().filter(|said| said.contains("left the organisation"));
        self.farewell = said.map_or_else(|| std::mem::take(&mut self.farewell), str::to_owned);
    }

    fn is_at(&self, view: &dyn AnyView) -> Result<(), String> {
        let (here, notice) = (self.bench.app.screen.view.id(), self.bench.app.notice());
        if here == view.id() { Ok(()) } else { Err(format!("in {here} instead: {notice:?}")) }
    }

    /// Goes down to the first service with a load balancer: of it there is something to be read in every view.
    async fn choose_a_row(&mut self) {
        self.settle().await;
        self.bench.keys("g");
        for _ in 0..self.bench.app.table(self.bench.app.screen.view.id()).len() {
            let row = self.bench.app.current().map(|slot| slot.row.json());
            if row.is_some_and(|row| row["target_groups"].as_array().is_some_and(|groups| !groups.is_empty())) {
                return;
            }
            self.bench.keys("j");
        }
        panic!("no service with a load balancer");
    }

    /// Waits until what is on the screen is as wished; reads it again from time to time where it is not.
    async fn wait(&mut self, what: &str, again: Duration, wished: impl Fn(&Coverage) -> bool) -> Result<(), String> {
        let (begun, mut asked) = (Instant::now(), Instant::now());
        loop {
            self.settle().await;
            let seen = self.bench.app.coverage();
            if wished(&seen) {
                return Ok(());
            }
            if begun.elapsed() > TOLD {
                return Err(format!("never {what}: {}, {:?}", seen.words(), seen.gaps));
            }
            if asked.elapsed() > again {
                asked = Instant::now();
                self.bench.keys("ctrl-r");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Reads a view anew, and waits until nothing of it is missing.
    async fn is_whole(&mut self, view: &dyn AnyView, when: &str) -> Result<(), String> {
        self.enter(view).await?;
        self.bench.keys("ctrl-r");
        let whole = read_since(self.bench.app.now);
        self.wait(&format!("whole {when} the fault"), Duration::from_secs(3), whole).await
    }

    /// Reads a view anew while the fault is on, and presses keys; when that was.
    async fn answers(&mut self, view: &dyn AnyView) -> Result<Timestamp, String> {
        self.enter(view).await?;
        self.bench.keys("ctrl-r");
        let anew = self.bench.app.now;
        for keys in KEYS {
            let took = quickest(&mut self.bench, keys);
            if took >= KEY {
                return Err(format!("{keys} took {took:?}"));
            }
        }
        self.is_at(view).map(|()| anew)
    }

    /// Looks at what is told since then.
    async fn tells(&mut self, view: &'static dyn AnyView, anew: Timestamp) -> Result<(), String> {
        let never = Duration::MAX;
        match expected(self.kind, view) {
            Expected::Late => Ok(()),
            Expected::Whole => self.wait("whole under the fault", never, read_since(anew)).await,
            Expected::Gap(kinds) => {
                // While credentials are renewed, who waits for them may be told to try again: that passes by itself.
                let right = |seen: &Coverage| seen.gaps.iter().all(|gap| kinds.contains(&gap.fault.kind));
                self.wait("told", never, |seen| !seen.gaps.is_empty() && right(seen)).await
            }
            Expected::Errors(kinds) => self.has_errors(anew, kinds).await,
            Expected::Old => {
                let every = if let Run::Poll(every) = view.run() { every } else { Duration::from_mins(1) };
                self.bench.pause(u64::try_from(every.as_millis()).expect("a pause") * 3 + 2_000);
                let told = |seen: &Coverage| seen.stale + seen.waiting > 0 && !seen.is_complete();
                self.wait("told to be old", never, told).await
            }
            Expected::Alone => self.is_alone().await,
        }
    }

    /// What was read stays: that it cannot be read again is no reason to show nothing.
    fn keeps(&self, view: &'static dyn AnyView) -> Result<(), String> {
        let (had, has) = (self.rows[view.id().0], self.rows(view));
        let kept = had == 0 || has > 0 || expected(self.kind, view) == Expected::Alone;
        if kept { Ok(()) } else { Err(format!("{had} rows before, {has} now")) }
    }

    /// Waits for a failed attempt of the walk over the organisation in the view of errors.
    async fn has_errors(&mut self, since: Timestamp, kinds: &[FaultKind]) -> Result<(), String> {
        self.bench.line(":errors");
        let begun = Instant::now();
        while begun.elapsed() < AT_ONCE {
            self.bench.keys("ctrl-r");
            self.settle().await;
            let rows = self.bench.app.table(view("errors").id());
            let told = rows.iter().any(|(_, slot)| {
                let (row, facts) = (slot.row.json(), slot.row.facts());
                facts.name.starts_with("organizations:")
                    && facts.created.is_some_and(|at| at >= since)
                    && kinds.iter().any(|k| serde_json::to_value(k).is_ok_and(|k| k == row["fault"]["kind"]))
            });
            if told {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let calls = self.bench.app.table(view("errors").id()).iter();
        let calls: BTreeSet<String> = calls.map(|(_, slot)| slot.row.facts().name.to_owned()).collect();
        Err(format!("nothing of it in errors, but {calls:?}"))
    }

    /// The accounts have left, which was said, with the reason; the view of accounts goes on saying it.
    async fn is_alone(&mut self) -> Result<(), String> {
        let begun = Instant::now();
        while self.bench.app.org.accounts().len() > FEW || self.farewell.is_empty() {
            if begun.elapsed() > TOLD {
                return Err(format!("{} accounts, {:?}", self.bench.app.org.accounts().len(), self.farewell));
            }
            self.settle().await;
        }
        let (said, picture) = (&self.farewell, self.bench.text().replace('│', " "));
        let picture = picture.split_whitespace().collect::<Vec<_>>().join(" ");
        let why = "belongs to no organisation";
        if said.contains(why) && picture.contains(why) { Ok(()) } else { Err(format!("{said}\n{picture}")) }
    }

    /// Goes through one view while the fault is on.
    async fn under(&mut self, view: &'static dyn AnyView) {
        match self.answers(view).await {
            Ok(anew) => {
                let told = self.tells(view, anew).await;
                self.note(view, told);
                let kept = self.keeps(view);
                self.note(view, kept);
            }
            Err(what) => self.note(view, Err(what)),
        }
    }

    /// Waits until the organisation is there again.
    async fn returns(&mut self) {
        let begun = Instant::now();
        while self.bench.app.org.accounts().len() <= FEW {
            if begun.elapsed() > TOLD {
                return self.note(view("accounts"), Err("the organisation never returned".to_owned()));
            }
            self.settle().await;
        }
    }

    /// How many rows a view has, of the account that is looked at or of none.
    fn rows(&self, view: &dyn AnyView) -> usize {
        let account = |slot: &Slot| slot.place.account.as_ref().is_none_or(|id| LISTED.contains(id.as_str()));
        self.bench.app.table(view.id()).iter().filter(|(_, slot)| account(slot)).count()
    }

    /// The sweep over the fleet is as whole as it was before any fault: four places of the world are always closed.
    async fn sweeps(&mut self) {
        self.bench.app.layers.clear();
        self.bench.line(":ecs");
        self.bench.keys("0 ctrl-r");
        let whole = |seen: &Coverage| seen.wanted > 40 && seen.gaps.len() <= 4 && seen.read + 4 >= seen.wanted;
        let swept = self.wait("swept", Duration::from_secs(5), whole).await;
        self.note(view("ecs"), swept);
    }
}

/// Whether all is read, and nothing of it before this moment.
fn read_since(moment: Timestamp) -> impl Fn(&Coverage) -> bool {
    move |seen| seen.wanted > 0 && seen.is_complete() && seen.oldest.is_some_and(|at| at >= moment)
}

/// The quickest of some tries where the first was slow: what a loaded machine adds is not the console's. Before another
/// try the last is taken back, so that all keys are pressed in the state that they are meant for.
fn quickest(bench: &mut Bench, keys: &str) -> Duration {
    let back = match keys {
        "esc" => "/",
        "/" => "esc",
        "backspace" => "a",
        "a" => "backspace",
        toggle => toggle,
    };
    let mut took = Duration::MAX;
    for _ in 0..5 {
        let begun = Instant::now();
        bench.keys(keys);
        took = took.min(begun.elapsed());
        if took < KEY {
            break;
        }
        bench.keys(back);
    }
    took
}
