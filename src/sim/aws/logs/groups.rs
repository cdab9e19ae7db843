//! `DescribeLogGroups` and `DescribeLogStreams`.

use std::cmp::Reverse;

use serde_json::{Map, Value, json};

use super::{group, invalid, limit, services, stream_name};
use crate::sim::wire::{Answer, Ask, Refusal};
use crate::sim::world::ecs::{Service, Task, interval, lines};

fn page(ask: &Ask<'_>, name: &str, about: &str, all: &[Value]) -> Result<Answer, Refusal> {
    let page = ask.page(about, all, ask.text("nextToken"), limit(ask, 50, 50)?);
    let page = page.map_err(|_| invalid("The specified nextToken is invalid."))?;
    let mut object = Map::new();
    object.insert(name.to_owned(), Value::Array(page.items));
    if let Some(next) = page.next {
        object.insert("nextToken".to_owned(), Value::String(next));
    }
    Ok(Answer::json(&Value::Object(object)))
}

/// `DescribeLogGroups`.
pub fn groups(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let prefix = ask.text("logGroupNamePrefix").unwrap_or_default();
    let part = ask.text("logGroupNamePattern").unwrap_or_default().to_lowercase();
    let wanted = |service: &&Service| {
        let name = service.log_group();
        name.starts_with(prefix) && name.to_lowercase().contains(&part)
    };
    let (region, account) = (ask.region, &ask.caller.account);
    let rows: Vec<Value> = services(ask)
        .iter()
        .filter(wanted)
        .map(|service| {
            let arn = format!("arn:aws:logs:{region}:{account}:log-group:{}", service.log_group());
            json!({
                "logGroupName": service.log_group(),
                "creationTime": service.created(),
                "retentionInDays": 30,
                "metricFilterCount": 0,
                "arn": format!("{arn}:*"),
                "storedBytes": service.seed.word("stored").between(1 << 20, 1 << 36),
                "logGroupClass": "STANDARD",
                "logGroupArn": arn,
            })
        })
        .collect();
    page(ask, "logGroups", &format!("{prefix}|{part}"), &rows)
}

/// The streams whose names have the prefix of the request.
fn prefixed(ask: &Ask<'_>, service: &Service) -> Vec<(String, Task)> {
    let prefix = ask.text("logStreamNamePrefix").unwrap_or_default();
    let named = super::streams(ask, service).into_iter().map(|task| (stream_name(service, &task), task));
    named.filter(|(name, _)| name.starts_with(prefix)).collect()
}

/// `DescribeLogStreams`.
pub fn streams(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let service = group(ask)?;
    let mut rows: Vec<(i64, String, Task)> = prefixed(ask, &service)
        .into_iter()
        .map(|(name, task)| (latest(&service, &task, ask.now), name, task))
        .collect();
    let by_time = ask.text("orderBy") == Some("LastEventTime");
    if by_time && ask.text("logStreamNamePrefix").is_some() {
        return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    let descending = ask.input.get("descending").and_then(Value::as_bool).unwrap_or(false);
    match (by_time, descending) {
        (true, false) => rows.sort_by_key(|row| row.0),
        (true, true) => rows.sort_by_key(|row| Reverse(row.0)),
        (false, false) => rows.sort_by(|a, b| a.1.cmp(&b.1)),
        (false, true) => rows.sort_by(|a, b| b.1.cmp(&a.1)),
    }
    let (region, account, group) = (ask.region, &ask.caller.account, service.log_group());
    let rows: Vec<Value> = rows
        .iter()
        .map(|(latest, name, task)| {
            json!({
                "logStreamName": name,
                "creationTime": task.started - 400,
                "firstEventTimestamp": task.started,
                "lastEventTimestamp": latest,
                "lastIngestionTime": latest + 900,
                "uploadSequenceToken": "49668",
                "arn": format!("arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{name}"),
                "storedBytes": 0,
            })
        })
        .collect();
    page(ask, "logStreams", &format!("{group}|{by_time}|{descending}"), &rows)
}

/// When the last line was written.
fn latest(service: &Service, task: &Task, now: i64) -> i64 {
    task.started + (lines(service, task, now) - 1).max(0) * interval(service, task)
}
