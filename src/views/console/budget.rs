//! What the console asks of each API, against the limits, and who waits.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    cx::Cx,
    model::{AccountId, Cell, Facts, FaultKind, Health, Key, Level, Place, Region, Scope, ViewId, call, time},
    view::{At, Column, Doing, Out, Section, Source, Span, Text, View},
};

/// The view `budget`.
pub struct Budget;
/// For the catalogue.
pub static VIEW: Budget = Budget;

/// How long throttling counts as present, in seconds.
const RECENT: i64 = 60;

/// A wait above this is worth a look: views are read again every 20 s and more.
const LONG_WAIT_MS: u64 = 5_000;

/// One bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its counts and rates.
    pub budget: call::Budget,
    /// When its provider last throttled, as far as the failures that are kept tell.
    pub throttled_at: Option<Timestamp>,
}

impl View for Budget {
    type Item = Item;
    const ID: ViewId = ViewId("budget");
    const ALIASES: &'static [&'static str] = &["limits", "calls"];
    const ABOUT: &'static str = "Calls per API, account and region against the limits, and who is waiting";
    const SPAN: Span = Span::Fleet;
    const EMPTY: &'static str = "this run of qd has called nothing yet: the budget is of this run alone";
    const COLUMNS: &'static [Column<Item>] = &[
        Column::new("service", 14, |i| Cell::text(&i.budget.service)),
        Column::new("operation", 0, |i| Cell::text(&i.budget.operation)),
        Column::new("account", 12, |i| Cell::maybe(i.budget.account.as_ref().map(AccountId::as_str))),
        Column::new("region", 14, |i| Cell::maybe(i.budget.region.as_ref().map(Region::as_str))),
        Column::new("calls", 7, |i| number(i.budget.calls)),
        Column::new("minute", 6, |i| Cell::Number(i.budget.last_minute.into())),
        Column::new("rate", 12, |i| Cell::owned(rate(&i.budget))),
        Column::new("throttled", 9, |i| number(i.budget.throttled)),
        Column::new("waiting", 7, |i| Cell::Number(i.budget.waiting.into())),
        Column::new("wait", 8, |i| if i.budget.waiting > 0 { Cell::owned(wait(&i.budget)) } else { Cell::Missing }),
        Column::wide("last", 6, |i| Cell::at(i.budget.last)),
    ];
    const SECTIONS: &'static [Section<Item>] = &[Section { title: "limit", text: Text::Now(limit) }];
    const SOURCE: Source<Item> = Source::Poll { every: Duration::from_secs(1), fetch };

    fn key(item: &Item) -> Key {
        let b = &item.budget;
        let account = b.account.as_ref().map_or("", AccountId::as_str);
        let region = b.region.as_ref().map_or("", Region::as_str);
        Key::from(format!("{} {} {account} {region}", b.service, b.operation))
    }

    fn judge(item: &Item, now: Timestamp) -> Health {
        if let Some(at) = item.throttled_at.filter(|at| time::since(now, *at) <= RECENT) {
            let age = time::age(now, at);
            return Health::new(
                Level::Attention,
                format!("throttled {age} ago, slowed to {}/s", rounded(item.budget.rate)),
            );
        }
        if item.budget.waiting > 0 && item.budget.longest_wait_ms >= LONG_WAIT_MS {
            let b = &item.budget;
            return Health::new(Level::Attention, format!("{} waiting, the longest for {}", b.waiting, wait(b)));
        }
        Health::ok()
    }

    fn facts(item: &Item) -> Facts<'_> {
        Facts { name: &item.budget.operation, ..Facts::default() }
    }

    fn place(item: &Item, _: &Scope) -> Place {
        Place { account: item.budget.account.clone(), region: item.budget.region.clone() }
    }
}

fn number(n: u64) -> Cell<'static> {
    Cell::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Requests per second that are allowed now, of those that the provider documents.
fn rate(budget: &call::Budget) -> String {
    match budget.documented {
        Some(documented) => format!("{}/{}", rounded(budget.rate), rounded(documented)),
        None => format!("{}/?", rounded(budget.rate)),
    }
}

fn rounded(rate: f64) -> String {
    let text = format!("{rate:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

fn wait(budget: &call::Budget) -> String {
    format!("{}.{}s", budget.longest_wait_ms / 1_000, budget.longest_wait_ms % 1_000 / 100)
}

fn limit(item: &Item, now: Timestamp) -> String {
    let b = &item.budget;
    let documented = b.documented.map_or_else(
        || "AWS documents no limit for it; the rate is a guess on the careful side.".to_owned(),
        |rate| format!("AWS documents {} requests per second.", rounded(rate)),
    );
    let mut lines = vec![
        documented,
        format!("Allowed just now: {} per second. The rest is left to whoever else uses the account.", rounded(b.rate)),
        format!("Calls: {} since the start, {} in the last minute.", b.calls, b.last_minute),
        format!("Throttled: {} of them.", b.throttled),
    ];
    if let Some(at) = item.throttled_at {
        lines.push(format!("Last throttled {} ago; the rate was halved, and grows back slowly.", time::age(now, at)));
    }
    if b.waiting > 0 {
        lines.push(format!("Waiting: {}, the longest for {}.", b.waiting, wait(b)));
    }
    lines.push("The share of the documented rates is limits.share in the configuration.".to_owned());
    lines.join("\n")
}

fn fetch(cx: Cx, _: At, out: Out<Item>) -> Doing {
    Box::pin(async move {
        let failures = cx.remote.failures();
        let items = cx.remote.budget().into_iter().map(|budget| {
            let throttled_at = throttled_at(&budget, &failures);
            Item { budget, throttled_at }
        });
        out.page(items.collect()).await;
        Ok(())
    })
}

/// When a bucket was last throttled. Failures name the operation, and some buckets a group of them: of a group, every
/// throttled call of the service counts that its place allows.
fn throttled_at(budget: &call::Budget, failures: &[call::Failure]) -> Option<Timestamp> {
    if budget.throttled == 0 {
        return None;
    }
    let own = format!("{}:{}", budget.service, budget.operation);
    let group = format!("{}:", budget.service);
    // The API's words hold no blank; the names of groups do, or are in small letters.
    let is_group = budget.operation.contains(' ') || budget.operation.chars().all(|c| !c.is_uppercase());
    let fits = |f: &&call::Failure| {
        f.fault.kind == FaultKind::Throttled
            && (f.fault.call == own || is_group && f.fault.call.starts_with(&group))
            && f.account == budget.account
            && (budget.region.is_none() || f.region == budget.region)
    };
    failures.iter().filter(fits).map(|f| f.at).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Fault;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn budget(operation: &str) -> call::Budget {
        call::Budget {
            service: "ecs".to_owned(),
            operation: operation.to_owned(),
            account: Some(AccountId::from("111111111111")),
            region: Some(Region::from("eu-central-1")),
            calls: 10,
            last_minute: 3,
            throttled: 1,
            rate: 2.5,
            documented: Some(20.0),
            waiting: 0,
            longest_wait_ms: 0,
            last: None,
        }
    }

    fn failure(call: &str, region: &str, second: i64) -> call::Failure {
        call::Failure {
            number: 1,
            at: at(second),
            account: Some(AccountId::from("111111111111")),
            region: Some(Region::from(region)),
            fault: Fault::new(FaultKind::Throttled, "slow down").call(call),
            status: Some(400),
            attempt: 1,
        }
    }

    #[test]
    fn throttling_is_news_for_a_minute() {
        let failures =
            [failure("ecs:ListServices", "eu-central-1", 100), failure("ecs:ListServices", "eu-west-1", 300)];
        let item =
            Item { throttled_at: throttled_at(&budget("service reads"), &failures), budget: budget("service reads") };
        assert_eq!(item.throttled_at, Some(at(100)));
        assert_eq!(Budget::judge(&item, at(160)).level, Level::Attention);
        assert_eq!(Budget::judge(&item, at(161)).level, Level::Ok);
        assert_eq!(throttled_at(&budget("DescribeTasks"), &failures), None);
        assert_eq!(throttled_at(&budget("ListServices"), &failures), Some(at(100)));
    }

    #[test]
    fn a_long_wait_is_trouble_and_a_short_one_is_not() {
        let waiting = |ms| Item {
            budget: call::Budget { waiting: 2, longest_wait_ms: ms, throttled: 0, ..budget("ListServices") },
            throttled_at: None,
        };
        assert_eq!(Budget::judge(&waiting(4_999), at(0)).level, Level::Ok);
        let long = Budget::judge(&waiting(6_250), at(0));
        assert_eq!((long.level, long.why.as_ref()), (Level::Attention, "2 waiting, the longest for 6.2s"));
    }

    #[test]
    fn rates_read_shortly() {
        assert_eq!(rate(&budget("x")), "2.5/20");
        assert_eq!(rate(&call::Budget { documented: None, rate: 10.0, ..budget("x") }), "10/?");
    }
}
