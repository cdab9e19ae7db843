//! What is used often and lately: frecency of the nodes, favourites, and since when problems are known.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::model::{AccountId, Key, Level, Memo, Region, Scope, ViewId};

/// Days after which a use counts half.
const HALF_LIFE_DAYS: f64 = 7.0;

/// How often nodes are used, and which are favourites. Kept in the store, in the books `uses` and `favourites`.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    scores: HashMap<String, (f64, Timestamp)>,
    favourites: Vec<Option<String>>,
}

impl Uses {
    /// Reads what the store kept: `uses` as `score seconds`, `favourites` as the node's id under its digit.
    #[must_use]
    pub fn new(uses: &[(String, String)], favourites: &[(String, String)]) -> Self {
        let mut all = Self { scores: HashMap::new(), favourites: vec![None; 9] };
        for (node, value) in uses {
            let mut parts = value.split(' ');
            let score = parts.next().and_then(|s| s.parse().ok());
            let last = parts.next().and_then(|s| s.parse().ok()).and_then(|s| Timestamp::from_second(s).ok());
            if let (Some(score), Some(last)) = (score, last) {
                all.scores.insert(node.clone(), (score, last));
            }
        }
        for (digit, node) in favourites {
            if let Some(place) = digit.parse::<usize>().ok().and_then(|d| all.favourites.get_mut(d.wrapping_sub(1))) {
                *place = Some(node.clone());
            }
        }
        all
    }

    /// Counts a use.
    pub fn count(&mut self, node: &str, now: Timestamp) -> Memo {
        let (score, last) = self.scores.get(node).copied().unwrap_or((0.0, now));
        let score = faded(score, last, now) + 1.0;
        self.scores.insert(node.to_owned(), (score, now));
        Memo::keep("uses", node, format!("{score:.3} {}", now.as_second()))
    }

    /// How much a node is used as of now, to order equals.
    #[must_use]
    pub fn weight(&self, node: &str, now: Timestamp) -> u32 {
        self.scores.get(node).map_or(0, |&(score, last)| (faded(score, last, now) * 100.0) as u32)
    }

    /// The node under a digit from 1 to 9.
    #[must_use]
    pub fn favourite(&self, digit: u8) -> Option<&str> {
        self.favourites.get(usize::from(digit).checked_sub(1)?)?.as_deref()
    }

    /// The digit of a node, if it is a favourite.
    #[must_use]
    pub fn digit(&self, node: &str) -> Option<usize> {
        self.favourites.iter().position(|f| f.as_deref() == Some(node)).map(|at| at + 1)
    }

    /// Makes a node a favourite under the first free digit, or takes it out. `None` where all nine are taken.
    pub fn star(&mut self, node: &str) -> Option<Memo> {
        if let Some(digit) = self.digit(node) {
            self.favourites[digit - 1] = None;
            return Some(Memo::forget("favourites", digit.to_string()));
        }
        let free = self.favourites.iter().position(Option::is_none)?;
        self.favourites[free] = Some(node.to_owned());
        Some(Memo::keep("favourites", (free + 1).to_string(), node))
    }
}

/// What is left of a score that was counted last at `last`.
fn faded(score: f64, last: Timestamp, now: Timestamp) -> f64 {
    let days = crate::model::time::since(now, last) as f64 / 86_400.0;
    score * 0.5_f64.powf(days / HALF_LIFE_DAYS)
}

/// Since when problems are known, over restarts. Kept in the book `problems`, as `level seconds`.
#[derive(Clone, Debug, Default)]
pub struct Starts {
    known: HashMap<String, (Level, Timestamp)>,
}

/// How a row is called in the book of problems.
fn name(view: ViewId, scope: &Scope, key: &Key) -> String {
    let word = |t: Option<&str>| t.unwrap_or("-").to_owned();
    let account = word(scope.account.as_ref().map(AccountId::as_str));
    let region = word(scope.region.as_ref().map(Region::as_str));
    match &scope.parent {
        Some(parent) => format!("{view} {account} {region} {parent} {key}"),
        None => format!("{view} {account} {region} {key}"),
    }
}

impl Starts {
    /// Reads what the store kept.
    #[must_use]
    pub fn new(book: &[(String, String)]) -> Self {
        let read = |(name, value): &(String, String)| {
            let (level, second) = value.split_once(' ')?;
            let level = Level::ALL.into_iter().find(|l| l.word() == level)?;
            Some((name.clone(), (level, Timestamp::from_second(second.parse().ok()?).ok()?)))
        };
        Self { known: book.iter().filter_map(read).collect() }
    }

    /// Since when a row has been this bad, if that is known from before.
    #[must_use]
    pub fn since(&self, view: ViewId, scope: &Scope, key: &Key, level: Level) -> Option<Timestamp> {
        self.known.get(&name(view, scope, key)).filter(|(l, _)| *l == level).map(|(_, since)| *since)
    }

    /// Notes that a row's verdict turned. Unknown is no verdict: what was known before it stays.
    pub fn turn(
        &mut self,
        view: ViewId,
        scope: &Scope,
        key: &Key,
        to: Option<Level>,
        since: Timestamp,
    ) -> Option<Memo> {
        let name = name(view, scope, key);
        match to {
            Some(Level::Unknown) => None,
            Some(level) if level.is_problem() => {
                let known = self.known.insert(name.clone(), (level, since));
                (known != Some((level, since)))
                    .then(|| Memo::keep("problems", name, format!("{} {}", level.word(), since.as_second())))
            }
            _ => self.known.remove(&name).map(|_| Memo::forget("problems", name)),
        }
    }
}
