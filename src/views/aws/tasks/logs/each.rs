//! Streams that are read one by one with `GetLogEvents`: exact, without a line twice, a call for each and each time.

use aws_sdk_cloudwatchlogs::{Client, operation::get_log_events::GetLogEventsOutput, types::OutputLogEvent};
use jiff::Timestamp;

use super::{find::Stream, is_stream_missing, read::Step};
use crate::{
    model::Fault,
    remote,
    view::{Line, Lines, LogAsk, Since, log::TAIL},
};

/// Empty pages that are passed on the way back to the last lines (they may come before the end of a stream).
const EMPTY: usize = 20;

/// A stream with how far it has been read.
pub struct One {
    stream: Stream,
    /// The token for what comes next; `None` before the first call.
    forward: Option<String>,
    since: Since,
    /// The first moment that is asked for, in milliseconds.
    from: Option<i64>,
    /// How many lines the end of a log is.
    tail: usize,
    /// Whether it does not exist (yet).
    missing: bool,
}

impl One {
    /// A stream of so many that are read side by side.
    pub fn new(stream: Stream, ask: LogAsk, now: Timestamp, of: usize) -> Self {
        let from = match ask.since {
            Since::Seconds(seconds) => Some(now.as_millisecond() - seconds * 1_000),
            Since::Tail | Since::Head => None,
        };
        let tail = (TAIL / of.max(1)).max(50);
        Self { stream, forward: None, since: ask.since, from, tail, missing: false }
    }

    /// The name of the stream.
    pub fn name(&self) -> &str {
        &self.stream.name
    }

    /// Whether it does not exist (yet).
    pub fn is_missing(&self) -> bool {
        self.missing
    }

    /// Reads a page.
    ///
    /// # Errors
    /// What `CloudWatch` refuses; a stream that does not exist yet is no fault.
    pub async fn step(&mut self, client: &Client, lines: &Lines) -> Result<Step, Fault> {
        let back = self.forward.is_none() && self.since == Since::Tail;
        let page = match self.page(client, self.forward.clone(), back).await {
            Ok(page) => page,
            Err(fault) if is_stream_missing(&fault) => {
                self.missing = true;
                return Ok(Step::default());
            }
            Err(fault) => return Err(fault),
        };
        self.missing = false;
        let next = page.next_forward_token().map(ToOwned::to_owned);
        let more = next.is_some() && next != self.forward;
        self.tell(page.events(), lines).await;
        if back && page.events().is_empty() {
            self.look_back(client, &page, lines).await?;
        }
        self.forward = next.or(self.forward.take());
        Ok(Step { more, came: !page.events().is_empty() })
    }

    /// The last page may be empty although lines lie before it.
    async fn look_back(&self, client: &Client, last: &GetLogEventsOutput, lines: &Lines) -> Result<(), Fault> {
        let mut token = last.next_backward_token().map(ToOwned::to_owned);
        for _ in 0..EMPTY {
            let Some(asked) = token else { return Ok(()) };
            let page = self.page(client, Some(asked.clone()), true).await?;
            if !page.events().is_empty() {
                self.tell(page.events(), lines).await;
                return Ok(());
            }
            token = page.next_backward_token().filter(|t| *t != asked).map(ToOwned::to_owned);
        }
        Ok(())
    }

    async fn page(&self, client: &Client, token: Option<String>, back: bool) -> Result<GetLogEventsOutput, Fault> {
        let ask = client.get_log_events().log_group_name(&self.stream.group).log_stream_name(&self.stream.name);
        let limit = back.then(|| i32::try_from(self.tail).unwrap_or(i32::MAX));
        let ask = ask.set_start_time(self.from).set_limit(limit).set_next_token(token).start_from_head(!back);
        ask.send().await.map_err(|e| remote::fault("logs", "GetLogEvents", &e))
    }

    async fn tell(&self, events: &[OutputLogEvent], lines: &Lines) {
        for event in events.chunks(512) {
            let read = event.iter().flat_map(|e| {
                let at = e.timestamp().and_then(|ms| Timestamp::from_millisecond(ms).ok());
                Line::read(at, &self.stream.label, e.message().unwrap_or_default().as_bytes())
            });
            lines.push(read.collect()).await;
        }
    }
}
