//! What the tasks log.

use super::service::Service;
use super::tasks::{End, Task};

/// A log line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it was written.
    pub at: i64,
    /// The text.
    pub text: String,
}

/// The last words of a task that dies: so many lines.
const LAST_WORDS: i64 = 4;

/// The time between two lines of a task.
pub fn interval(service: &Service, task: &Task) -> i64 {
    service.seed.word("log").word(&task.id).between(700, 4000)
}

/// How many lines a task has written by `now`.
pub fn lines(service: &Service, task: &Task, now: i64) -> i64 {
    let until = task.ended(now).map_or(now, |(at, _)| at);
    if until < task.started {
        return 0;
    }
    (until - task.started).div_euclid(interval(service, task)) + 1
}

/// Line `number` of a task, from 0. It never changes: how a task will die is settled when it starts.
pub fn line(service: &Service, task: &Task, number: i64) -> Line {
    let at = task.started + number * interval(service, task);
    let end = task.stopped.as_ref().filter(|(_, end)| end.failed());
    let end = end.map(|(at, end)| (lines(service, task, *at) - LAST_WORDS, end));
    let text = match end {
        Some((from, end)) if number >= from => last(service, end, number - from),
        _ => match number {
            0 => format!("starting {} revision {}", service.name, task.rollout.revision),
            1 => format!("listening on 0.0.0.0:{}", service.port()),
            _ => usual(service, task, number),
        },
    };
    Line { at, text }
}

const PATHS: &[&str] = &["/healthz", "/v1/items", "/v1/items/42", "/v1/search?q=boots", "/v1/baskets/7", "/v2/quotes"];
const METHODS: &[&str] = &["GET", "GET", "GET", "POST", "PUT"];

fn usual(service: &Service, task: &Task, number: i64) -> String {
    let draw = service.seed.word("line").word(&task.id).num(number);
    let method = draw.word("method").pick(METHODS).unwrap_or(&"GET");
    let path = draw.word("path").pick(PATHS).unwrap_or(&"/");
    let took = draw.word("took").between(1, 240);
    let trace = draw.word("trace").hex(16);
    let (level, code) = match draw.word("code").between(0, 99) {
        0 => ("ERROR", 503),
        1..=3 => ("WARN", 404),
        _ => ("INFO", 200),
    };
    if service.seed.word("style").chance(50) {
        let level = level.to_lowercase();
        format!(r#"{{"level":"{level}","msg":"{method} {path}","status":{code},"ms":{took},"trace":"{trace}"}}"#)
    } else {
        format!("{level:<5} http: {method} {path} {code} in {took} ms trace={trace}")
    }
}

/// The lines before the end, so that the log tells why the task died.
fn last(service: &Service, end: &End, number: i64) -> String {
    let name = &service.name;
    let lines: [String; 4] = match end {
        End::OutOfMemory => [
            "WARN  cache: 1,204,223 entries, eviction is switched off in this revision".to_owned(),
            "WARN  runtime: heap 97 % after full collection, 4 collections in 1 s".to_owned(),
            "ERROR http: POST /v1/quotes 500 in 9112 ms java.lang.OutOfMemoryError: Java heap space".to_owned(),
            format!("ERROR {name}: worker 3 does not answer"),
        ],
        End::Exit(_) => [
            format!("ERROR db: connect {name}-db.internal:5432: password authentication failed for user \"{name}\""),
            "WARN  db: retry 5 of 5".to_owned(),
            "ERROR main: no database, giving up".to_owned(),
            "exit status 1".to_owned(),
        ],
        _ => [
            "WARN  health: upstream did not answer within 5 s".to_owned(),
            "ERROR http: GET /healthz 502 in 5003 ms".to_owned(),
            "ERROR http: GET /healthz 502 in 5001 ms".to_owned(),
            "INFO  main: SIGTERM, draining".to_owned(),
        ],
    };
    let place = usize::try_from(number).unwrap_or(0);
    lines.get(place).cloned().unwrap_or_default()
}
