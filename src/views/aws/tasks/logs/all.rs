//! Many streams of one group, read together with `FilterLogEvents`: one call each time, whatever their number.
//!
//! Lines arrive late: the driver sends in batches, and each stream at its own pace. So each look begins a little before
//! the newest line that is known, and what was told already is known by its `eventId`.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher as _, RandomState},
    sync::Arc,
};

use aws_sdk_cloudwatchlogs::{Client, operation::filter_log_events::FilterLogEventsOutput, types::FilteredLogEvent};
use jiff::Timestamp;

use super::{find::Stream, is_stream_missing, read::Step};
use crate::{
    model::Fault,
    remote,
    view::{Line, Lines, LogAsk, Since, log::TAIL},
};

/// How far before the newest line a look begins, in milliseconds: how late a line may come.
const LATE: i64 = 20_000;

/// How far back the end of a log is looked for, in seconds, in these steps.
const BACK: [i64; 7] = [60, 180, 600, 1_800, 3_600, 6 * 3_600, 24 * 3_600];

/// Streams that one call takes (API reference, `logStreamNames`).
pub const NAMES: usize = 100;

/// A stretch of time in milliseconds: from, and up to but without.
type Stretch = (i64, i64);

/// Streams of one group with how far they have been read.
pub struct All {
    group: String,
    streams: Vec<Stream>,
    /// Streams that do not exist (yet).
    missing: Vec<Stream>,
    /// What is still to be read of the past, the newest first.
    past: VecDeque<Stretch>,
    /// The token of a stretch that has more pages.
    token: Option<String>,
    /// The newest moment that is known, in milliseconds.
    newest: i64,
    /// What was told of the last moments: the hash of the id, and the moment.
    told: HashMap<u64, i64>,
    hasher: RandomState,
    /// How many lines the end of the log still lacks.
    lacks: usize,
}

impl All {
    /// Streams of a group.
    pub fn new(group: String, streams: Vec<Stream>, ask: LogAsk, now: Timestamp) -> Self {
        let now = now.as_millisecond();
        let first = streams.iter().filter_map(|s| s.created).min().map_or(0, |at| at.as_millisecond() - 60_000);
        let past = match ask.since {
            Since::Head => vec![(first, now)],
            Since::Seconds(seconds) => vec![(now - seconds * 1_000, now)],
            Since::Tail => back(first, now),
        };
        let lacks = if ask.since == Since::Tail { TAIL } else { usize::MAX };
        Self {
            group,
            streams,
            missing: Vec::new(),
            past: past.into(),
            token: None,
            newest: now,
            told: HashMap::new(),
            hasher: RandomState::new(),
            lacks,
        }
    }

    /// Takes in the streams as they are now. Those that are new are read from their beginning on, which lies within
    /// the last looks.
    pub fn know(&mut self, streams: &[Stream]) {
        for stream in streams.iter().filter(|s| s.group == self.group) {
            let all = || self.streams.iter().chain(&self.missing);
            if !all().any(|s| s.name == stream.name) && self.streams.len() < NAMES {
                let made = stream.created.map_or(self.newest, Timestamp::as_millisecond);
                self.newest = self.newest.min(made + LATE);
                self.streams.push(stream.clone());
            }
        }
        let was_missing = std::mem::take(&mut self.missing);
        self.streams.extend(was_missing);
    }

    /// How many of the streams do not exist (yet).
    pub fn missing(&self) -> usize {
        self.missing.len()
    }

    /// Reads a page.
    ///
    /// # Errors
    /// What `CloudWatch` refuses; streams that do not exist yet are no fault.
    pub async fn step(&mut self, client: &Client, lines: &Lines) -> Result<Step, Fault> {
        if self.streams.is_empty() {
            return Ok(Step::default());
        }
        let stretch = self.past.front().copied();
        let (from, to) = stretch.unwrap_or((self.newest - LATE, i64::MAX));
        let page = match self.page(client, from, to).await {
            Ok(page) => page,
            Err(fault) if is_stream_missing(&fault) => {
                self.sift(client).await?;
                return Ok(Step { more: !self.streams.is_empty(), came: false });
            }
            Err(fault) => return Err(fault),
        };
        let count = self.tell(page.events(), lines).await;
        self.lacks = self.lacks.saturating_sub(count);
        self.token = page.next_token().filter(|t| !t.is_empty()).map(ToOwned::to_owned);
        let came = count > 0;
        if self.token.is_some() {
            return Ok(Step { more: true, came });
        }
        if stretch.is_some() {
            self.past.pop_front();
            if self.lacks == 0 {
                self.past.clear();
            }
        }
        let oldest = self.newest - LATE;
        self.told.retain(|_, at| *at >= oldest);
        // A look at what is new follows the last stretch of the past: it may have grown meanwhile.
        Ok(Step { more: stretch.is_some(), came })
    }

    async fn page(&self, client: &Client, from: i64, to: i64) -> Result<FilterLogEventsOutput, Fault> {
        let names = self.streams.iter().map(|s| s.name.clone()).collect();
        let ask = client.filter_log_events().log_group_name(&self.group).set_log_stream_names(Some(names));
        let end = (to != i64::MAX).then_some(to - 1);
        let ask = ask.start_time(from.max(0)).set_end_time(end).set_next_token(self.token.clone());
        ask.send().await.map_err(|e| remote::fault("logs", "FilterLogEvents", &e))
    }

    /// Finds out which of the streams exist: one that does not makes the whole call fail.
    async fn sift(&mut self, client: &Client) -> Result<(), Fault> {
        self.token = None;
        for stream in std::mem::take(&mut self.streams) {
            let ask = client.get_log_events().log_group_name(&self.group).log_stream_name(&stream.name).limit(1);
            match ask.send().await.map_err(|e| remote::fault("logs", "GetLogEvents", &e)) {
                Ok(_) => self.streams.push(stream),
                Err(fault) if is_stream_missing(&fault) => self.missing.push(stream),
                Err(fault) => {
                    // It is tried again as a whole.
                    self.streams.push(stream);
                    return Err(fault);
                }
            }
        }
        Ok(())
    }

    /// Tells what was not told before; gives how many lines that were.
    async fn tell(&mut self, events: &[FilteredLogEvent], lines: &Lines) -> usize {
        let mut count = 0;
        for page in events.chunks(512) {
            let mut read = Vec::with_capacity(page.len());
            for event in page {
                let at = event.timestamp().unwrap_or_default();
                let id = self.hasher.hash_one(event.event_id().unwrap_or_default());
                let known = event.event_id().is_some() && self.told.insert(id, at).is_some();
                if known {
                    continue;
                }
                self.newest = self.newest.max(at);
                let label = self.label(event.log_stream_name().unwrap_or_default());
                let moment = Timestamp::from_millisecond(at).ok();
                read.extend(Line::read(moment, &label, event.message().unwrap_or_default().as_bytes()));
                count += 1;
            }
            lines.push(read).await;
        }
        count
    }

    fn label(&self, stream: &str) -> Arc<str> {
        let known = self.streams.iter().find(|s| s.name == stream);
        known.map_or_else(|| Arc::from(stream), |s| Arc::clone(&s.label))
    }
}

/// The stretches in which the end of a log is looked for, the newest first.
fn back(first: i64, now: i64) -> Vec<Stretch> {
    let mut to = now;
    let mut out = Vec::new();
    for seconds in BACK {
        let from = (now - seconds * 1_000).max(first);
        if from < to {
            out.push((from, to));
        }
        to = from;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_looked_for_in_growing_steps_down_to_its_beginning() {
        let now = 100_000_000;
        assert_eq!(back(0, now).len(), 7);
        assert_eq!(back(now - 90_000, now), [(now - 60_000, now), (now - 90_000, now - 60_000)]);
        assert_eq!(back(now + 1, now), []);
        let all = back(0, now);
        assert!(all.windows(2).all(|two| two[0].0 == two[1].1), "no gap and no overlap: {all:?}");
    }
}
