//! CPU and memory of a service in the last hours, by one question to `CloudWatch`: only when somebody asks for it.

use aws_sdk_cloudwatch::{
    primitives::DateTime,
    types::{Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, ScanBy, StatusCode},
};
use jiff::Timestamp;

use super::Service;
use crate::{cx::Cx, model::Fault, remote, view::At};

/// Seconds that are looked back.
const SPAN: i64 = 3 * 3_600;

/// Seconds to a point: ECS tells once a minute, and 36 points fit into a detail pane.
const PERIOD: i64 = 300;

/// Seconds until what was measured can be read, about: a period that began later would stand empty.
const LAG: i64 = 120;

/// Names in ECS's namespace, and the words for them.
const METRICS: [(&str, &str); 2] = [("CPUUtilization", "cpu"), ("MemoryUtilization", "memory")];

/// The statistics of each, in the order in which they are asked for.
const STATISTICS: [&str; 3] = ["Average", "Minimum", "Maximum"];

/// What asking costs. All points come with the first page: it takes 100,800 (API reference, `MaxDatapoints`).
pub(super) fn cost(_: &Service) -> String {
    let metrics = METRICS.len() * STATISTICS.len();
    format!("CPU and memory of the last 3 hours\nasks CloudWatch: 1 call (GetMetricData, billed as {metrics} metrics)")
}

/// Asks.
///
/// # Errors
/// No access, or a question that was refused.
pub(super) async fn read(cx: Cx, at: At, service: Service) -> Result<String, Fault> {
    let client = cx.remote.cloudwatch(&at.session(&cx).await?);
    let end = ((cx.now().as_second() - LAG) / PERIOD + 1) * PERIOD;
    let ask = client.get_metric_data().set_metric_data_queries(Some(queries(&service)));
    let ask = ask.start_time(DateTime::from_secs(end - SPAN)).end_time(DateTime::from_secs(end));
    let answer = ask.scan_by(ScanBy::TimestampAscending).send().await;
    let answer = answer.map_err(|e| remote::fault("cloudwatch", "GetMetricData", &e))?;
    Ok(text(answer.metric_data_results(), end))
}

/// The id of a question, as `CloudWatch` wants it: a small letter, then letters, digits and `_`.
fn id(word: &str, statistic: &str) -> String {
    format!("{word}_{}", statistic.to_lowercase())
}

fn queries(service: &Service) -> Vec<MetricDataQuery> {
    let dimension = |name: &str, value: &str| Dimension::builder().name(name).value(value).build();
    let dimensions = vec![dimension("ClusterName", &service.cluster), dimension("ServiceName", &service.name)];
    let query = |(name, word): (&str, &str), statistic: &str| {
        let metric = Metric::builder().namespace("AWS/ECS").metric_name(name).set_dimensions(Some(dimensions.clone()));
        let period = i32::try_from(PERIOD).unwrap_or(300);
        let stat = MetricStat::builder().metric(metric.build()).period(period).stat(statistic).build();
        MetricDataQuery::builder().id(id(word, statistic)).metric_stat(stat).build()
    };
    METRICS.iter().flat_map(|metric| STATISTICS.map(|statistic| query(*metric, statistic))).collect()
}

/// The points of a question, one for each period up to `end`; `None` where `CloudWatch` holds none.
fn series(results: &[MetricDataResult], id: &str, end: i64) -> Vec<Option<f64>> {
    let mut points = vec![None; usize::try_from(SPAN / PERIOD).unwrap_or(0)];
    for result in results.iter().filter(|r| r.id() == Some(id)) {
        for (at, value) in result.timestamps().iter().zip(result.values()) {
            let slot = usize::try_from((at.secs() - (end - SPAN)).div_euclid(PERIOD)).ok();
            if let Some(point) = slot.and_then(|slot| points.get_mut(slot)) {
                *point = Some(*value);
            }
        }
    }
    points
}

/// A sparkline for each metric over its least, mean and greatest value; what is incomplete is said.
fn text(results: &[MetricDataResult], end: i64) -> String {
    let mut lines = Vec::new();
    for (_, word) in METRICS {
        let of = |statistic: &str| series(results, &id(word, statistic), end);
        let [average, least, most] = STATISTICS.map(of);
        let known: Vec<f64> = average.iter().copied().flatten().collect();
        let Some(last) = known.last() else {
            lines.push(format!("{word}: CloudWatch holds no point of the last 3 hours"));
            continue;
        };
        let min = least.iter().copied().flatten().fold(f64::INFINITY, f64::min);
        let max = most.iter().copied().flatten().fold(f64::NEG_INFINITY, f64::max);
        let count = known.iter().fold(0.0, |count, _| count + 1.0);
        let mean = known.iter().sum::<f64>() / count;
        lines.push(format!("{word:<6} {}", spark(&average)));
        lines.push(format!("       now {last:.0} %  min {min:.0}  avg {mean:.0}  max {max:.0}"));
    }
    let until = Timestamp::from_second(end).map(|at| at.strftime("%H:%M UTC").to_string()).unwrap_or_default();
    lines.push(format!("3 hours to {until}, 5 minutes a point, in percent of what its tasks reserve"));
    if results.iter().any(|r| r.status_code() != Some(&StatusCode::Complete)) {
        lines.push("CloudWatch did not answer in full".to_owned());
    }
    lines.join("\n")
}

/// A cell for each value, a full one being 100 percent (or the greatest value above it); a point where there is none.
fn spark(values: &[Option<f64>]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let top = values.iter().copied().flatten().fold(100.0, f64::max);
    let bar =
        |value: f64| BARS.iter().zip(1_u8..).find(|(_, n)| value <= top * f64::from(*n) / 8.0).map(|(bar, _)| *bar);
    values.iter().map(|value| value.map_or('·', |value| bar(value).unwrap_or('█'))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: i64 = 1_800_000_000;

    fn result(id: &str, points: &[(i64, f64)]) -> MetricDataResult {
        let mut result = MetricDataResult::builder().id(id).status_code(StatusCode::Complete);
        for (ago, value) in points {
            result = result.timestamps(DateTime::from_secs(END - ago)).values(*value);
        }
        result.build()
    }

    #[test]
    fn points_stand_at_their_time_and_gaps_are_seen() {
        let results = [
            result("cpu_average", &[(900, 12.5), (300, 100.0)]),
            result("cpu_minimum", &[(900, 2.0), (300, 50.0)]),
            result("cpu_maximum", &[(900, 30.0), (300, 130.4)]),
        ];
        let said = text(&results, END);
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[0], format!("cpu    {}▁·█", "·".repeat(33)));
        assert_eq!(lines[1].trim(), "now 100 %  min 2  avg 56  max 130");
        assert_eq!(lines[2], "memory: CloudWatch holds no point of the last 3 hours");
        assert_eq!(lines.len(), 4, "{said}");
    }

    #[test]
    fn an_answer_that_is_not_whole_says_so() {
        let part = MetricDataResult::builder().id("cpu_average").status_code(StatusCode::PartialData).build();
        assert!(text(&[part], END).contains("did not answer in full"));
    }

    #[test]
    fn heights_are_absolute() {
        assert_eq!(spark(&[Some(0.0), Some(12.5), Some(50.0), Some(100.0), None]), "▁▁▄█·");
        assert_eq!(spark(&[Some(100.0), Some(200.0)]), "▄█", "above what is reserved the scale grows");
    }

    #[test]
    fn one_question_holds_all_that_is_told_before() {
        let service = Service { name: "web".into(), cluster: "main".into(), ..Service::default() };
        let queries = queries(&service);
        assert!(cost(&service).contains(&format!("1 call (GetMetricData, billed as {} metrics)", queries.len())));
        let dimensions = queries[0].metric_stat().and_then(|s| s.metric()).map(Metric::dimensions).unwrap_or_default();
        assert_eq!(dimensions.iter().filter_map(Dimension::value).collect::<Vec<_>>(), ["main", "web"]);
    }
}
