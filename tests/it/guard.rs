//! The gate: nothing is changed without an elevation, a line before and a line after; and what has changed meanwhile is
//! left alone.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use quarterdeck::{
    access::{Order, Raise},
    model::{Account, Danger, Fault, FaultKind, Health, Key, Mode, ViewId, audit::Outcome},
    rows::Row,
    view::{AnyView, At, Column, Deed, Dry, Plan, Source, Span, Verb, View},
};

use crate::support::{
    Inside, Pty, Qd,
    bench::Bench as Console,
    inside::{named, quick, view},
};

const READ_ONLY: &str = "[[where]]\nou = \"workload\"\nread_only = true\n";

struct Bench {
    inside: Inside,
    account: Arc<Account>,
    at: At,
    row: Row,
}

impl Bench {
    async fn new(account: &str) -> Self {
        let inside = Inside::new(quick()).await;
        let org = inside.org().await;
        let account = named(&org, account);
        let at = inside.places("ecs", &[Arc::clone(&account)]).await.remove(0);
        let services = inside.read("ecs", at.clone()).await;
        let row = services.rows.values().next().expect("a service").clone();
        Self { inside, account, at, row }
    }

    async fn elevate(&self) -> quarterdeck::model::Lease {
        let raise = Raise {
            account: Arc::clone(&self.account),
            reason: "to try the gate".to_owned(),
            span: Duration::from_mins(15),
        };
        self.inside.cx.guard.elevate(raise).await.expect("an elevation")
    }

    fn deed(&self, verb: &'static str, typed: &str) -> Deed {
        Deed { verb, at: self.at.clone(), row: self.row.clone(), typed: typed.to_owned() }
    }

    async fn act(&self, deed: Deed) -> Result<String, quarterdeck::model::Fault> {
        view("ecs").act(self.inside.cx.clone(), deed).await
    }

    fn mutations(&self) -> usize {
        self.inside.sim.mutations().len()
    }

    fn outcomes(&self) -> Vec<(String, Outcome)> {
        let (lines, damaged) = self.inside.cx.guard.audit().read().expect("a log");
        assert_eq!(damaged, 0);
        lines
            .into_iter()
            .map(|line| (format!("{} {}", line.deed.word(), line.verb).trim().to_owned(), line.outcome))
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_changed_without_an_elevation() {
    let bench = Bench::new("prod").await;
    let fault = bench.act(bench.deed("redeploy", "")).await.expect_err("nobody was elevated");
    assert_eq!(fault.kind, FaultKind::Denied, "{fault}");
    assert_eq!(bench.mutations(), 0);
    assert!(bench.outcomes().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deed_has_a_line_before_and_a_line_after() {
    let bench = Bench::new("prod").await;
    let lease = bench.elevate().await;
    assert_eq!(lease.mode, Mode::Elevated);
    let answer = bench.act(bench.deed("redeploy", "")).await.expect("it is done");
    assert!(answer.contains("ECS took it"), "{answer}");
    assert_eq!(bench.mutations(), 1);
    let wanted = [
        ("elevate", Outcome::Begun),
        ("elevate", Outcome::Done),
        ("verb redeploy", Outcome::Begun),
        ("verb redeploy", Outcome::Done),
    ];
    let wanted: Vec<(String, Outcome)> = wanted.iter().map(|(what, o)| ((*what).to_owned(), *o)).collect();
    assert_eq!(bench.outcomes(), wanted);
    bench.inside.cx.guard.give_back("the test is over");
    bench.act(bench.deed("redeploy", "")).await.expect_err("the rights are gone");
    assert_eq!(bench.mutations(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_changed_is_left_alone() {
    let bench = Bench::new("prod").await;
    bench.elevate().await;
    bench.act(bench.deed("scale", "7")).await.expect("it is scaled");
    let fault = bench.act(bench.deed("redeploy", "")).await.expect_err("the row is from before");
    assert!(fault.message.contains("changed"), "{fault}");
    assert_eq!(bench.mutations(), 1);
    assert_eq!(bench.outcomes().last().map(|(_, o)| *o), Some(Outcome::Refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_elevation_is_of_one_account_and_ends() {
    let bench = Bench::new("prod").await;
    let org = bench.inside.org().await;
    let raise = |name: &str, reason: &str| Raise {
        account: named(&org, name),
        reason: reason.to_owned(),
        span: Duration::from_mins(1),
    };
    bench.inside.cx.guard.elevate(raise("dev", " ")).await.expect_err("without a reason");
    bench.inside.cx.guard.elevate(raise("dev", "elsewhere")).await.expect("an elevation");
    let fault = bench.act(bench.deed("redeploy", "")).await.expect_err("another account is elevated");
    assert!(fault.message.contains("not elevated"), "{fault}");
    bench.elevate().await;
    bench.inside.sim.clock().advance(Duration::from_mins(16));
    bench.act(bench.deed("redeploy", "")).await.expect_err("its time is over");
    assert_eq!(bench.outcomes().last(), Some(&("verb redeploy".to_owned(), Outcome::Refused)));
    bench.inside.cx.guard.give_back("its time is over");
    bench.act(bench.deed("scale", "7")).await.expect_err("it was given back");
    assert_eq!(bench.outcomes().last(), Some(&("verb scale".to_owned(), Outcome::Refused)));
    assert_eq!(bench.mutations(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_limited_to_reading_is_not_raised_and_the_form_says_so_before() {
    let toml = "roles = [\"read\"]\nregions = [\"eu-central-1\"]\n[role.read]\narn = \"role/cicd/delegated-role\"\n\
                policy = \"ReadOnlyAccess\"\n";
    let inside = Inside::with(quick(), toml).await;
    let account = named(&inside.org().await, "dev");
    let raise = Raise { account, reason: "to write".to_owned(), span: Duration::from_mins(15) };
    let before = inside.sim.count("sts", "AssumeRole");
    let fault = inside.cx.guard.elevate(raise).await.expect_err("its session could not write");
    assert!(fault.message.starts_with("role read is limited to reading by policy = \"ReadOnlyAccess\""), "{fault}");
    assert!(fault.hint.contains("`elevated`"), "{}", fault.hint);
    assert!(inside.cx.guard.raised_lease().is_none() && inside.sim.count("sts", "AssumeRole") == before);
    let mut bench = Console::on(inside, 7);
    bench.open().await;
    named(&bench.app.org, "dev").id.as_str().clone_into(&mut bench.app.screen.select);
    bench.keys("E");
    assert!(bench.app.layers.is_empty(), "{:?}", bench.app.layers);
    let said = bench.app.notice().unwrap_or_default();
    assert!(said.contains("could change nothing") && said.contains("`elevated`"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_end_when_the_process_ends_is_unknown_and_is_written_once() {
    let bench = Bench::new("prod").await;
    bench.elevate().await;
    let guard = &bench.inside.cx.guard;
    let order = Order { verb: "redeploy".to_owned(), ..Order::default() };
    let permit = guard.permit(&bench.account, order).expect("a permit");
    guard.abandon("the console was ended by a signal");
    permit.settle(&Ok("done".to_owned())).expect("a log");
    drop(permit);
    let ends: Vec<_> = bench.outcomes().into_iter().filter(|(what, _)| what == "verb redeploy").collect();
    let end = |outcome| ("verb redeploy".to_owned(), outcome);
    assert_eq!(ends, [end(Outcome::Begun), end(Outcome::Unknown)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_that_fails_leaves_everything_as_it_is() {
    let bench = Bench::new("prod").await;
    bench.elevate().await;
    for (word, done) in [("tried", true), ("refused", false)] {
        let row = Tried.revive(word.into()).expect("a row");
        let deed = Deed { verb: "try", at: bench.at.clone(), row, typed: String::new() };
        let result = AnyView::act(&Tried, bench.inside.cx.clone(), deed).await;
        assert_eq!(result.is_ok(), done, "{result:?}");
        let (lines, _) = bench.inside.cx.guard.audit().read().expect("a log");
        let last = lines.last().expect("a line");
        if let Err(fault) = result {
            assert!(fault.message.contains("dry run failed") && last.answer.contains("dry run failed"), "{fault}");
        }
        // A trial that got no answer has done nothing either.
        assert_eq!(last.outcome, if done { Outcome::Done } else { Outcome::Failed });
    }
    assert_eq!(Tried.verbs()[0].dry, "a dry run comes first: where it fails, nothing is done");
}

/// A view whose one verb can be tried.
struct Tried;

impl View for Tried {
    type Item = String;

    const ID: ViewId = ViewId("tried");
    const ABOUT: &'static str = "a double whose verb can be tried";
    const SPAN: Span = Span::AccountRegion;
    const COLUMNS: &'static [Column<String>] = &[];
    const VERBS: &'static [Verb<String>] = &[Verb {
        id: "try",
        key: "T",
        about: "try it",
        actions: &[],
        input: None,
        fits: |_| Ok(()),
        plan: |item, _| Plan {
            api: "test:Try",
            parameters: Vec::new(),
            outcome: String::new(),
            danger: Danger::Mild,
            name: item.clone(),
        },
        dry: Dry::Run(|_, _, item, _| {
            let no = || Fault::new(FaultKind::Network, "no answer");
            Box::pin(async move { if item == "refused" { Err(no()) } else { Ok(()) } })
        }),
        read: |_, _, item| Box::pin(async { Ok(Some(item)) }),
        same: |shown, fresh| shown == fresh,
        act: |_, _, item, _| {
            Box::pin(async move {
                assert_ne!(item, "refused", "it was done though its trial failed");
                Ok("done".to_owned())
            })
        },
    }];
    const SOURCE: Source<String> =
        Source::Poll { every: Duration::from_mins(1), fetch: |_, _, _| Box::pin(async { Ok(()) }) };

    fn key(item: &String) -> Key {
        Key::from(item.as_str())
    }

    fn judge(_: &String, _: Timestamp) -> Health {
        Health::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_configuration_keeps_read_only_stays_so() {
    let toml = format!("{}\n{READ_ONLY}", crate::support::inside::DEMO);
    let inside = Inside::with(quick(), &toml).await;
    let org = inside.org().await;
    let account = named(&org, "prod");
    let raise = Raise { account, reason: "to try".to_owned(), span: Duration::from_mins(15) };
    let fault = inside.cx.guard.elevate(raise).await.expect_err("read-only");
    assert!(fault.message.contains("read-only by the configuration"), "{fault}");
    assert_eq!(inside.cx.guard.audit().read().expect("a log").0, Vec::new());
}

/// Opens the demo on the one service that is in trouble.
fn on_checkout() -> Pty {
    let mut pty = Qd::new().open(&["demo"], (140, 40));
    pty.wait("the fleet", |s| s.contains("checkout") && s.contains("READ-ONLY"));
    pty.keys(":");
    pty.keys("ecs checkout\r");
    pty.wait("checkout", |s| s.contains("2/6"));
    pty
}

#[test]
fn a_verb_is_bound_while_its_account_is_elevated_and_enter_is_no() {
    let mut pty = on_checkout();
    pty.keys("R");
    pty.wait_for("read-only: E elevates prod");
    pty.keys("E");
    pty.wait_for("elevate prod");
    pty.keys("rollout hangs\r\r");
    pty.slowly("prodd\r");
    pty.wait_for("type the account's name");
    pty.slowly("\x7f\r");
    pty.wait_for("ELEVATED prod");
    pty.slowly("R");
    pty.wait_for("type checkout to do it");
    pty.keys("\r");
    pty.wait_for("not the same");
    pty.keys("\x1b");
    pty.wait_gone("ecs:UpdateService");
    pty.slowly("R");
    pty.wait_for("type checkout to do it");
    pty.slowly("checkout\r");
    pty.wait_for("ECS took it");
    pty.keys("E");
    pty.wait_for("is read-only again");
}

#[test]
fn pasted_text_confirms_nothing() {
    let mut pty = on_checkout();
    pty.keys("E");
    pty.wait_for("elevate prod");
    pty.keys("why\r\r");
    pty.keys("\x1b[200~prod\x1b[201~");
    pty.wait_for("type it by hand");
    pty.keys("\r");
    pty.wait_for("type the account's name");
    let calls = pty.screen();
    assert!(!calls.contains("ELEVATED"), "{calls}");
    // The same without brackets.
    pty.slowly("");
    pty.keys("prod\r");
    pty.wait_for("pasted text confirms nothing");
    pty.slowly("\r");
    pty.wait_for("type the account's name");
    pty.slowly("prod\r");
    pty.wait_for("ELEVATED prod");
    // A terminal that puts no brackets around it: the first letter asks, and none of the others answers.
    pty.slowly("");
    pty.keys("Rcheckout\ryan\r");
    pty.wait_for("pasted text confirms nothing");
    pty.slowly("\x1b");
    pty.wait_gone("ecs:UpdateService");
    // The mark of its end within the text.
    pty.keys("\x1b[200~x\x1b[201~R");
    pty.wait_for("by itself");
    pty.slowly("R");
    pty.wait_for("type checkout to do it");
    pty.keys("\x1b[200~checkout\x1b[201~\r");
    pty.wait_for("not the same");
    pty.slowly("");
    pty.keys("checkout");
    pty.wait_for("pasted text confirms nothing");
    // The Enter of a hand, later.
    pty.slowly("\r");
    pty.wait_for("not the same");
    pty.slowly("\x1b");
    pty.wait_gone("ecs:UpdateService");
    assert!(!pty.screen().contains("ECS took it"), "{}", pty.screen());
}
