//! `FilterLogEvents`: all streams of a group, merged by time.

use serde_json::{Value, json};

use super::get::span;
use super::pattern::Pattern;
use super::{group, invalid, limit, stream_name, streams};
use crate::sim::rng::Seed;
use crate::sim::wire::{Answer, Ask, Refusal};
use crate::sim::world::ecs::{HOUR, Line, Service, Task, line};

/// One call looks through so many hours; a page may then be empty and carry a token, as with AWS.
const HOURS: usize = 6;

/// `FilterLogEvents`. A token holds the start of an hour and how many of its events were given out.
pub fn events(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let service = group(ask)?;
    let pattern = Pattern::parse(ask.text("filterPattern").unwrap_or_default());
    let pattern = pattern.ok_or_else(|| invalid("Only patterns of words are known to this fleet."))?;
    let (names, prefix) = (ask.texts("logStreamNames"), ask.text("logStreamNamePrefix").unwrap_or_default());
    let tasks: Vec<(String, Task)> = streams(ask, &service)
        .into_iter()
        .map(|task| (stream_name(&service, &task), task))
        .filter(|(name, _)| names.is_empty() || names.contains(&name.as_str()))
        .filter(|(name, _)| name.starts_with(prefix))
        .collect();
    // As with AWS, one stream that does not exist is enough.
    if names.iter().any(|name| !tasks.iter().any(|(known, _)| known == name)) {
        return Err(Refusal::new("ResourceNotFoundException", "The specified log stream does not exist."));
    }
    let size = limit(ask, 10_000, 10_000)?;
    let oldest = tasks.iter().map(|(_, task)| task.started).min().unwrap_or(ask.now);
    let from = ask.number("startTime").unwrap_or(0).max(oldest);
    let to = ask.number("endTime").map_or(ask.now, |end| end.saturating_add(1)).min(ask.now + 1);
    let bad = || invalid("The specified nextToken is invalid.");
    let (mut at, mut given) = match ask.text("nextToken") {
        None => (from, 0),
        Some(token) => {
            let (at, given) = token.split_once('.').ok_or_else(bad)?;
            (at.parse().map_err(|_| bad())?, given.parse().map_err(|_| bad())?)
        }
    };
    let mut found: Vec<Value> = Vec::new();
    for _ in 0..HOURS {
        if at >= to || found.len() >= size {
            break;
        }
        let end = to.min(at + HOUR);
        let hour = merged(&service, &tasks, &pattern, (at, end), ask.now);
        let room = size - found.len();
        let page: Vec<Value> = hour.iter().skip(given).take(room).map(|(name, line)| json(name, line)).collect();
        given += page.len();
        found.extend(page);
        if given >= hour.len() {
            (at, given) = (end, 0);
        }
    }
    let mut answer = json!({ "events": found, "searchedLogStreams": [] });
    if at < to {
        answer["nextToken"] = json!(format!("{at}.{given}"));
    }
    Ok(Answer::json(&answer))
}

fn merged<'a>(
    service: &Service,
    tasks: &'a [(String, Task)],
    pattern: &Pattern,
    (from, to): (i64, i64),
    now: i64,
) -> Vec<(&'a str, Line)> {
    let mut lines: Vec<(&str, Line)> = Vec::new();
    for (name, task) in tasks {
        let (low, high) = span(service, task, now, from, to);
        let written = (low..high).map(|number| line(service, task, number));
        lines.extend(written.filter(|line| pattern.covers(&line.text)).map(|line| (name.as_str(), line)));
    }
    lines.sort_by_key(|(_, line)| line.at);
    lines
}

fn json(name: &str, line: &Line) -> Value {
    json!({
        "logStreamName": name,
        "timestamp": line.at,
        "message": line.text,
        "ingestionTime": line.at + 900,
        "eventId": format!("{:032}{}", line.at, Seed::new(0).word(name).digits(24)),
    })
}
