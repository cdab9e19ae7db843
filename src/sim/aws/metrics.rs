//! `CloudWatch` metrics (Smithy RPC v2, CBOR; `metrics_json` has the other protocol): CPU and memory of the services of ECS.

use serde_json::{Value, json};

use super::{Dialect, anything, signed};
use crate::sim::cbor;
use crate::sim::wire::{Answer, Ask, Incoming, Protocol, Refusal};
use crate::sim::world::ecs::{Service, Usage, clusters, usage};

/// The service.
pub const DIALECT: Dialect = Dialect {
    service: "cloudwatch",
    protocol: Protocol::Cbor,
    operations: &["GetMetricData"],
    claims,
    who: signed::caller,
    resource: anything,
    answer,
};

/// The most points that one answer holds (API reference, `MaxDatapoints`).
const POINTS: i64 = 100_800;

fn claims(incoming: &Incoming) -> Option<String> {
    incoming.path.strip_prefix("/service/GraniteServiceVersion20100801/operation/").map(str::to_owned)
}

fn invalid(message: &str) -> Refusal {
    Refusal::new("ValidationError", message)
}

fn answer(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::cbor(&results(ask, cbor::at)?))
}

/// The answer; `at` writes a moment in milliseconds as the protocol has it.
pub fn results(ask: &Ask<'_>, at: fn(i64) -> Value) -> Result<Value, Refusal> {
    let moment = |name: &str| {
        let given = ask.input.get(name).and_then(|at| at.as_i64().or_else(|| at.as_f64().and_then(whole)));
        given.ok_or_else(|| invalid(&format!("The parameter {name} is required.")))
    };
    let (start, end) = (moment("StartTime")?, moment("EndTime")?);
    if start >= end {
        return Err(invalid("The parameter StartTime must be less than the parameter EndTime."));
    }
    let queries = ask.input.get("MetricDataQueries").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if queries.is_empty() || queries.len() > 500 {
        return Err(invalid("The collection MetricDataQueries must have 1 to 500 members."));
    }
    let newest_first = ask.text("ScanBy") != Some("TimestampAscending");
    let results = queries.iter().map(|query| result(ask, query, (start, end), newest_first, at));
    let results: Vec<Value> = results.collect::<Result<_, _>>()?;
    Ok(json!({ "MetricDataResults": results, "Messages": [] }))
}

/// Seconds with a fraction, without it.
fn whole(seconds: f64) -> Option<i64> {
    format!("{:.0}", seconds.trunc()).parse().ok()
}

fn result(
    ask: &Ask<'_>,
    query: &Value,
    span: (i64, i64),
    newest_first: bool,
    at: fn(i64) -> Value,
) -> Result<Value, Refusal> {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let id = text(query, "Id");
    if !id.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(invalid("The value for parameter Id must begin with a lower case letter."));
    }
    let stat = query.get("MetricStat").ok_or_else(|| invalid("This fleet answers MetricStat and no expressions."))?;
    let (metric, statistic) = (stat.get("Metric").cloned().unwrap_or_default(), text(stat, "Stat"));
    let period = stat.get("Period").and_then(Value::as_i64).filter(|period| *period > 0 && period % 60 == 0);
    let period = period.ok_or_else(|| invalid("The parameter Period must be a multiple of 60."))?;
    if (span.1 - span.0) / period > POINTS {
        return Err(invalid("The request would return more data points than are allowed."));
    }
    let name = text(&metric, "MetricName");
    let label = text(query, "Label");
    let which = ["Average", "Minimum", "Maximum"].iter().position(|word| *word == statistic);
    let which = which.ok_or_else(|| invalid("This fleet knows Average, Minimum and Maximum."))?;
    let mut points = match service(ask, &metric) {
        Some(service) => points(ask, &service, span, period, |usage| match name.as_str() {
            "CPUUtilization" => usage.cpu.get(which).copied(),
            "MemoryUtilization" => usage.memory.get(which).copied(),
            _ => None,
        }),
        None => Vec::new(),
    };
    if newest_first {
        points.reverse();
    }
    Ok(json!({
        "Id": id,
        "Label": if label.is_empty() { name } else { label },
        "StatusCode": "Complete",
        "Timestamps": points.iter().map(|(moment, _)| at(*moment)).collect::<Vec<_>>(),
        "Values": points.iter().map(|(_, value)| *value).collect::<Vec<_>>(),
    }))
}

/// The service that the dimensions of a metric name.
fn service(ask: &Ask<'_>, metric: &Value) -> Option<Service> {
    let dimensions = metric.get("Dimensions")?.as_array()?;
    let value = |name: &str| dimensions.iter().find(|it| it["Name"] == name).and_then(|it| it["Value"].as_str());
    if metric.get("Namespace")?.as_str()? != "AWS/ECS" || dimensions.len() != 2 {
        return None;
    }
    let (cluster, service) = (value("ClusterName")?, value("ServiceName")?);
    let account = ask.fleet.world.account(&ask.caller.account)?;
    let found = clusters(&ask.fleet.world, account, ask.region).into_iter().find(|it| it.name == cluster)?;
    found.services.into_iter().find(|it| it.name == service)
}

/// A point for each period that has begun, with its beginning in milliseconds.
fn points(
    ask: &Ask<'_>,
    service: &Service,
    (start, end): (i64, i64),
    period: i64,
    value: impl Fn(&Usage) -> Option<f64>,
) -> Vec<(i64, f64)> {
    let first = start.div_euclid(period) * period;
    let moments = (0..).map(|number| (first + number * period) * 1000);
    let begun = moments.take_while(|at| *at < end * 1000 && *at < ask.now);
    let point = |at: i64| {
        let middle = (at + period * 500).min(ask.now);
        let usage = usage(service, &ask.fleet.changes, ask.fleet.world.epoch, middle)?;
        Some((at, value(&usage)?))
    };
    begun.filter_map(point).collect()
}
