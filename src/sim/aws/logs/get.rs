//! `GetLogEvents`: one stream, forwards and backwards.

use serde_json::{Value, json};

use super::{group, invalid, limit, stream_name, streams};
use crate::sim::wire::{Answer, Ask, Refusal};
use crate::sim::world::ecs::{Service, Task, interval, line, lines};

/// The numbers of the lines of a task written in `from..to` (milliseconds).
pub fn span(service: &Service, task: &Task, now: i64, from: i64, to: i64) -> (i64, i64) {
    let (every, count) = (interval(service, task), lines(service, task, now));
    // The first line at or after a moment.
    let number = |at: i64| (at.saturating_sub(task.started)).saturating_add(every - 1).div_euclid(every);
    let low = number(from).clamp(0, count);
    (low, number(to).clamp(low, count))
}

/// `GetLogEvents`. A token holds the number of a line and the direction; at the end the same token comes back.
pub fn events(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let service = group(ask)?;
    let name = ask.text("logStreamName").unwrap_or_default();
    let task = streams(ask, &service).into_iter().find(|task| stream_name(&service, task) == name);
    let lost = || Refusal::new("ResourceNotFoundException", "The specified log stream does not exist.");
    let task = task.ok_or_else(lost)?;
    let size = i64::try_from(limit(ask, 10_000, 10_000)?).unwrap_or(10_000);
    let (from, to) = (ask.number("startTime").unwrap_or(0), ask.number("endTime").unwrap_or(i64::MAX));
    let (low, high) = span(&service, &task, ask.now, from, to);
    let head = ask.input.get("startFromHead").and_then(Value::as_bool).unwrap_or(false);
    let token = ask.text("nextToken").map(|token| {
        let (way, number) = token.split_once('/')?;
        let number: i64 = number.parse().ok()?;
        ["f", "b"].contains(&way).then_some((way == "f", number))
    });
    let (forward, at) = match token {
        None if head => (true, low),
        None => (false, high),
        Some(token) => token.ok_or_else(|| invalid("The specified nextToken is invalid."))?,
    };
    let (begin, end) = if forward {
        let begin = at.clamp(low, high);
        (begin, high.min(begin + size))
    } else {
        let end = at.clamp(low, high);
        (low.max(end - size), end)
    };
    let events: Vec<Value> = (begin..end)
        .map(|number| line(&service, &task, number))
        .map(|line| json!({ "timestamp": line.at, "message": line.text, "ingestionTime": line.at + 900 }))
        .collect();
    Ok(Answer::json(&json!({
        "events": events,
        "nextForwardToken": format!("f/{end:056}"),
        "nextBackwardToken": format!("b/{begin:056}"),
    })))
}
