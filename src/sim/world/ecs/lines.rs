//! What the tasks log.

use super::service::Service;
use super::tasks::{End, Task};
use crate::sim::rng::Seed;

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

/// What a service writes like.
#[derive(Clone, Copy)]
enum Style {
    /// An object a line.
    Json,
    /// Level, part and words.
    Plain,
    /// The same with colours, as for a terminal.
    Coloured,
}

fn style(service: &Service) -> Style {
    match service.seed.word("style").between(0, 9) {
        0..=4 => Style::Json,
        5..=7 => Style::Plain,
        _ => Style::Coloured,
    }
}

/// One line in so many is a dump that is far too long.
const DUMP: i64 = 997;

fn usual(service: &Service, task: &Task, number: i64) -> String {
    let draw = service.seed.word("line").word(&task.id).num(number);
    if number % DUMP == 500 {
        return dump(service, draw);
    }
    let method = *draw.word("method").pick(METHODS).unwrap_or(&"GET");
    let path = *draw.word("path").pick(PATHS).unwrap_or(&"/");
    let took = draw.word("took").between(1, 240);
    let trace = draw.word("trace").hex(16);
    let (level, code) = match draw.word("code").between(0, 99) {
        0 => ("ERROR", 503),
        1..=3 => ("WARN", 404),
        4..=9 => ("DEBUG", 304),
        _ => ("INFO", 200),
    };
    let fails = level == "ERROR";
    match style(service) {
        Style::Json => {
            let level = level.to_lowercase();
            let stack = if fails {
                format!(r#","stack":"{}""#, STACK.replace('\n', "\\n").replace('\t', "\\t"))
            } else {
                String::new()
            };
            format!(
                r#"{{"level":"{level}","msg":"{method} {path}","http":{{"status":{code},"ms":{took}}},"trace":"{trace}"{stack}}}"#
            )
        }
        Style::Plain => {
            let stack = if fails { format!("\n{STACK}") } else { String::new() };
            format!("{level:<5} http: {method} {path} {code} in {took} ms trace={trace}{stack}")
        }
        Style::Coloured => {
            let colour = match level {
                "ERROR" => 31,
                "WARN" => 33,
                "DEBUG" => 90,
                _ => 32,
            };
            format!(
                "\u{1b}[{colour}m{level:<5}\u{1b}[0m \u{1b}[1mhttp\u{1b}[0m {method} {path} {code} in \u{1b}[36m{took} ms\u{1b}[0m"
            )
        }
    }
}

/// What a failed request leaves: an event of several lines.
const STACK: &str = "java.io.IOException: upstream closed the connection\n\tat app.http.Client.read(Client.java:118)\n\tat \
                     app.http.Client.call(Client.java:64)\n\tat app.Quotes.list(Quotes.java:31)\nCaused by: \
                     java.net.SocketTimeoutException: 5000 ms\n\t... 12 more";

/// A body that somebody logs whole: some 48 KB on one line.
fn dump(service: &Service, draw: Seed) -> String {
    let items =
        (0..600).map(|n| format!(r#"{{"id":"{}","price":{}}}"#, draw.num(n).hex(32), draw.num(n).between(1, 9_999)));
    format!("DEBUG {} body=[{}]", service.name, items.collect::<Vec<_>>().join(","))
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
