//! The reading itself: finds the streams, reads what is asked for, and goes on with what comes.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_cloudwatchlogs::Client;
use jiff::Timestamp;
use tokio::time::sleep;

use super::{
    FEW,
    all::{All, NAMES},
    each::One,
    find::{Finder, Found, Stream, Target},
};
use crate::{
    cx::Cx,
    model::{Fault, FaultKind},
    remote::Session,
    view::{At, Lines, LogAsk, Since},
};

/// The pause between two looks while lines come, and the longest while none come.
const PAUSE: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(5)];

/// The longest pause after something failed that passes by itself.
const LONGEST: Duration = Duration::from_secs(30);

/// Looks between two looks at which tasks there are.
const LOOKS: u32 = 8;

/// Looks without a line after which a log that nobody writes any more is over: the driver's last batch has come by then.
const QUIET: u32 = 4;

/// What one look brought.
#[derive(Clone, Copy, Debug, Default)]
pub struct Step {
    /// There is more to be read at once.
    pub more: bool,
    /// Lines came.
    pub came: bool,
}

/// Streams that are read in one way.
enum Reader {
    Each(Vec<One>),
    All(All),
}

/// A group of streams, with what reads it.
struct Source {
    group: String,
    client: Client,
    reader: Reader,
    /// Whether it was given up.
    over: bool,
}

/// A reading under way.
struct Reading {
    cx: Cx,
    ask: LogAsk,
    lines: Lines,
    finder: Finder,
    sources: Vec<Source>,
    said: Vec<String>,
    live: bool,
    /// Whether the last look brought lines.
    came: bool,
}

/// Reads the lines of a target.
///
/// # Errors
/// No access; no such group, or no right to it, where nothing else is left to be read.
pub async fn read(cx: Cx, at: At, target: Target, ask: LogAsk, lines: Lines) -> Result<(), Fault> {
    let session = at.session(&cx).await?;
    let finder = Finder::new(cx.remote.ecs(&session), target);
    let mut reading =
        Reading { cx, ask, lines, finder, sources: Vec::new(), said: Vec::new(), live: false, came: false };
    reading.find(&session).await?;
    reading.go(session).await
}

impl Reading {
    /// Finds the streams, once: a failure that passes is tried again.
    async fn find(&mut self, session: &Session) -> Result<(), Fault> {
        let mut pause = PAUSE[0];
        loop {
            match self.finder.find().await {
                Ok(found) => {
                    self.tell_about(&found).await;
                    self.begin(&found, session);
                    return Ok(());
                }
                Err(fault) if is_passing(&fault) => self.wait(fault, &mut pause).await,
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Says what was found, and what cannot be read.
    async fn tell_about(&mut self, found: &Found) {
        self.live = found.streams.iter().any(|s| s.live) || self.finder.grows();
        let mut facts = vec![self.finder.about()];
        let mut groups: Vec<&str> = found.streams.iter().map(|s| s.group.as_str()).collect();
        groups.dedup();
        facts.extend(groups.into_iter().take(3).map(|group| format!("group {group}")));
        self.lines.about(facts).await;
        for words in &found.words {
            if !self.said.contains(words) {
                self.lines.note(words).await;
                self.said.push(words.clone());
            }
        }
    }

    /// Parts the streams by region and group.
    fn begin(&mut self, found: &Found, session: &Session) {
        let now = self.cx.now();
        let mut groups: BTreeMap<(Option<String>, String), Vec<Stream>> = BTreeMap::new();
        for stream in &found.streams {
            groups.entry((stream.region.clone(), stream.group.clone())).or_default().push(stream.clone());
        }
        for ((region, group), streams) in groups {
            if self.sources.iter().any(|s| s.group == group) {
                continue;
            }
            let region = region.map_or_else(|| session.region.clone(), |r| r.as_str().into());
            let client = self.cx.remote.logs(&Session::new(session.credentials.clone(), region));
            let of = streams.len();
            let reader = if of <= FEW {
                Reader::Each(streams.into_iter().map(|s| One::new(s, self.ask, now, of)).collect())
            } else {
                Reader::All(All::new(group.clone(), streams.into_iter().take(NAMES).collect(), self.ask, now))
            };
            self.sources.push(Source { group, client, reader, over: false });
        }
    }

    async fn go(&mut self, session: Session) -> Result<(), Fault> {
        let (mut caught, mut failed, mut quiet, mut looks) = (false, false, 0, 0);
        let mut pause = PAUSE[0];
        loop {
            if self.sources.iter().all(|s| s.over) && !self.finder.grows() {
                return Ok(());
            }
            match self.look().await {
                Ok(true) => {
                    quiet = 0;
                    pause = PAUSE[0];
                    continue;
                }
                Ok(false) => {}
                Err(fault) if is_passing(&fault) => {
                    self.wait(fault, &mut pause).await;
                    failed = true;
                    continue;
                }
                Err(fault) => return Err(fault),
            }
            if !caught {
                self.tell_missing().await;
            }
            // Said again after a failure: it is over, even where no line came.
            if !caught || failed {
                self.lines.caught_up().await;
            }
            (caught, failed) = (true, false);
            quiet = if self.came { 0 } else { quiet + 1 };
            if !self.ask.follow || self.lines.is_closed() {
                return Ok(());
            }
            if !self.live && quiet >= QUIET {
                self.lines.note("its task has stopped: no more lines come").await;
                return Ok(());
            }
            sleep(if quiet > 5 { PAUSE[1] } else { PAUSE[0] }).await;
            looks += 1;
            if looks % LOOKS == 0 {
                self.look_for_tasks(&session).await;
            }
        }
    }

    /// One look at every group. Gives whether there is more at once.
    async fn look(&mut self) -> Result<bool, Fault> {
        let mut more = false;
        let mut failed = None;
        self.came = false;
        for source in self.sources.iter_mut().filter(|s| !s.over) {
            match source.step(&self.lines).await {
                Ok(step) => {
                    more |= step.more;
                    self.came |= step.came;
                }
                Err(fault) if is_passing(&fault) => return Err(fault),
                Err(fault) => {
                    source.over = true;
                    failed = Some(named(fault, &source.group));
                }
            }
        }
        match failed {
            Some(fault) if self.sources.iter().all(|s| s.over) => Err(fault),
            Some(fault) => {
                // Others are read on: it is said where it stays on the screen.
                self.lines.note(&format!("{fault}; {}", fault.hint)).await;
                Ok(more)
            }
            None => Ok(more),
        }
    }

    /// Which tasks there are may have changed. What fails here is tried again with the next look.
    async fn look_for_tasks(&mut self, session: &Session) {
        if let Ok(found) = self.finder.find().await {
            self.tell_about(&found).await;
            for source in &mut self.sources {
                source.know(&found.streams, self.cx.now());
            }
            self.ask.since = Since::Head;
            self.begin(&found, session);
        }
    }

    /// Streams that do not exist, once.
    async fn tell_missing(&mut self) {
        let mut names = Vec::new();
        let mut count = 0;
        for source in &self.sources {
            match &source.reader {
                Reader::Each(ones) => names.extend(ones.iter().filter(|o| o.is_missing()).map(|o| o.name().to_owned())),
                Reader::All(all) => count += all.missing(),
            }
        }
        for name in names {
            let words =
                format!("stream {name} does not exist: its container has not written a line, or it was deleted");
            self.lines.note(&words).await;
        }
        if count > 0 {
            self.lines.note(&format!("{count} streams do not exist: their containers have not written a line")).await;
        }
    }

    /// Tells a fault that passes, and waits: longer each time.
    async fn wait(&self, fault: Fault, pause: &mut Duration) {
        self.lines.fault(fault).await;
        sleep(*pause).await;
        *pause = (*pause * 2).min(LONGEST);
    }
}

impl Source {
    async fn step(&mut self, lines: &Lines) -> Result<Step, Fault> {
        match &mut self.reader {
            Reader::Each(ones) => {
                let mut all = Step::default();
                for one in ones {
                    let step = one.step(&self.client, lines).await?;
                    (all.more, all.came) = (all.more || step.more, all.came || step.came);
                }
                Ok(all)
            }
            Reader::All(all) => all.step(&self.client, lines).await,
        }
    }

    /// Takes in the streams of the group as they are now; new ones are read from their beginning on.
    fn know(&mut self, streams: &[Stream], now: Timestamp) {
        match &mut self.reader {
            Reader::All(all) => all.know(streams),
            Reader::Each(ones) => {
                let ask = LogAsk { since: Since::Head, follow: true };
                for stream in streams.iter().filter(|s| s.group == self.group) {
                    if !ones.iter().any(|one| one.name() == stream.name) {
                        ones.push(One::new(stream.clone(), ask, now, 1));
                    }
                }
                // What nobody writes any more has been read by now; too many would cost a call each for nothing.
                let live = |one: &One| streams.iter().any(|s| s.live && s.name == one.name());
                if ones.len() > 2 * FEW {
                    ones.retain(live);
                }
            }
        }
    }
}

/// Whether waiting can help. Credentials that have ended are fetched anew meanwhile.
fn is_passing(fault: &Fault) -> bool {
    fault.kind.passes() || fault.kind == FaultKind::Expired
}

/// The same fault with the group that it is about, and what to do about it.
fn named(fault: Fault, group: &str) -> Fault {
    let hint = match fault.kind {
        FaultKind::Missing => format!(
            "the task definition names {group}: was it deleted, or is it made with the first line (awslogs-create-group)?"
        ),
        FaultKind::Denied => {
            "the role needs logs:GetLogEvents and logs:FilterLogEvents on it (`qd iam-policy`)".to_owned()
        }
        _ => fault.hint.clone(),
    };
    let message = format!("log group {group}: {}", fault.message);
    Fault { message, hint, ..fault }
}
