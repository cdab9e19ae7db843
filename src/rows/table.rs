//! All rows of one view, over every scope that was asked for.

mod fill;

use std::{borrow::Cow, collections::HashMap, sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{
    Delta, Row, ScopeId,
    scopes::{Scopes, is_fresh},
};
use crate::model::{Fault, Health, Key, Level, Place, Progress, Scope};

/// Slots in one copy-on-write chunk. With 512, a snapshot of 100,000 rows costs microseconds, and a change after it
/// copies one chunk.
const CHUNK: usize = 512;

/// A row's number within its table. Numbers are used again after a row is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotId(pub u32);

/// A row with what the table knows of it.
#[derive(Clone)]
pub struct Slot {
    /// The row.
    pub row: Row,
    /// Which scope it came from.
    pub scope: ScopeId,
    /// Where it lies.
    pub place: Place,
    /// The verdict as of the last judging; [`Level::Unknown`] where the reading is out of date.
    pub level: Level,
    /// Since when the verdict holds: by the thing's own account, or since the console first saw it.
    pub since: Timestamp,
    /// When it was last read.
    pub read_at: Timestamp,
    pass: u32,
    /// Whether waiting alone may turn its verdict.
    turns: bool,
    /// The verdict before the reading went out of date, and since when it held.
    before: Option<(Level, Timestamp)>,
}

impl Slot {
    /// The account that it lies in, or that it is itself.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        let own = || self.row.node().filter(|node| node.account.is_some()).map(|node| node.id.as_str());
        self.place.account.as_ref().map(crate::model::AccountId::as_str).or_else(own)
    }

    /// Whether the reading is out of date, and the verdict with it.
    #[must_use]
    pub fn is_old(&self) -> bool {
        self.before.is_some()
    }

    /// The verdict with its evidence, judged anew.
    #[must_use]
    pub fn health(&self, now: Timestamp) -> Health {
        let mut health = self.row.judge(now);
        if self.before.is_some() {
            let age = crate::model::time::age(now, self.read_at);
            health = Health::new(Level::Unknown, Cow::Owned(format!("last read {age} ago")));
        }
        health.since = health.since.or(Some(self.since));
        health
    }
}

/// A change of verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// Whose: the scope's number.
    pub scope: ScopeId,
    /// Whose: the row's key.
    pub key: Key,
    /// From what; `None` for a new row.
    pub from: Option<Level>,
    /// To what; `None` for a row that is gone.
    pub to: Option<Level>,
    /// Since when the new verdict holds.
    pub since: Timestamp,
}

/// What a change touched: slots whose row is new, other or gone, and verdicts that turned.
#[derive(Debug, Default)]
pub struct Touched {
    /// Slots to be sorted and filtered again.
    pub slots: Vec<SlotId>,
    /// Verdicts that turned.
    pub turns: Vec<Turn>,
}

type Chunk = Arc<Vec<Option<Slot>>>;

/// The rows of one view.
#[derive(Clone, Default)]
pub struct Table {
    chunks: Vec<Chunk>,
    free: Vec<SlotId>,
    /// Of each scope by its number, so that completing a pass costs what the scope holds and no more.
    index: Vec<Arc<HashMap<Key, SlotId>>>,
    len: usize,
    /// The scopes and how their reading stands.
    pub scopes: Scopes,
    every: Option<Duration>,
    revision: u64,
}

impl Table {
    /// An empty table whose readings go out of date after three times `every`; never, without one.
    #[must_use]
    pub fn new(every: Option<Duration>) -> Self {
        Self { every, ..Self::default() }
    }

    /// The interval of reading.
    #[must_use]
    pub fn every(&self) -> Option<Duration> {
        self.every
    }

    /// Counts up with each change of any row or of the reading of any scope.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// A row by its number.
    #[must_use]
    pub fn get(&self, id: SlotId) -> Option<&Slot> {
        let at = id.0 as usize;
        self.chunks.get(at / CHUNK)?.get(at % CHUNK)?.as_ref()
    }

    /// A row by its identity.
    #[must_use]
    pub fn find(&self, scope: ScopeId, key: &Key) -> Option<SlotId> {
        self.index.get(scope.0 as usize)?.get(key).copied()
    }

    /// Every row with its number.
    pub fn iter(&self) -> impl Iterator<Item = (SlotId, &Slot)> {
        self.chunks.iter().enumerate().flat_map(|(c, chunk)| {
            let base = c * CHUNK;
            chunk.iter().enumerate().filter_map(move |(i, slot)| {
                slot.as_ref().map(|s| (SlotId(u32::try_from(base + i).unwrap_or(u32::MAX)), s))
            })
        })
    }

    /// Notes that a scope is being read.
    pub fn reading(&mut self, scope: &Scope) -> ScopeId {
        let id = self.scopes.id(scope);
        if let Some(state) = self.scopes.get_mut(id) {
            state.wanted = true;
            if state.progress == Progress::Waiting {
                state.progress = Progress::Reading;
                self.revision += 1;
            }
        }
        id
    }

    /// Notes that a scope is wanted, though it may not be read yet.
    pub fn want(&mut self, scope: &Scope) {
        let id = self.scopes.id(scope);
        if self.scopes.get(id).is_some_and(|state| !state.wanted)
            && let Some(state) = self.scopes.get_mut(id)
        {
            state.wanted = true;
            self.revision += 1;
        }
    }

    /// Notes that the reading of a scope was stopped before its end. A watch that does not watch knows nothing.
    pub fn stopped(&mut self, scope: &Scope) {
        let live = self.every.is_none();
        let Some(id) = self.scopes.find(scope) else { return };
        let over = |p: &Progress| *p == Progress::Reading || live && *p == Progress::Read;
        if self.scopes.get(id).is_some_and(|state| over(&state.progress))
            && let Some(state) = self.scopes.get_mut(id)
        {
            state.progress = Progress::Waiting;
            self.revision += 1;
        }
    }

    /// Applies one step of a pass. `earlier` tells since when a problem has been known, from an earlier run.
    pub fn apply(
        &mut self,
        scope: ScopeId,
        delta: Delta,
        now: Timestamp,
        earlier: &dyn Fn(&Scope, &Key, Level) -> Option<Timestamp>,
        touched: &mut Touched,
    ) {
        self.revision += 1;
        match delta {
            Delta::Begin => {
                if let Some(state) = self.scopes.get_mut(scope) {
                    state.pass = state.pass.wrapping_add(1);
                }
            }
            Delta::Upsert(rows) => {
                for row in rows {
                    self.upsert(scope, row, now, earlier, touched);
                }
            }
            Delta::Remove(keys) => {
                for key in keys {
                    self.remove(scope, &key, now, touched);
                }
            }
            Delta::Complete => self.complete(scope, now, touched),
        }
    }

    fn upsert(
        &mut self,
        scope: ScopeId,
        row: Row,
        now: Timestamp,
        earlier: &dyn Fn(&Scope, &Key, Level) -> Option<Timestamp>,
        touched: &mut Touched,
    ) {
        let Some(state) = self.scopes.get(scope) else { return };
        let pass = state.pass;
        let key = row.key().clone();
        let found = self.find(scope, &key);
        let kept = found.and_then(|id| self.get(id)).and_then(|slot| row.absorb(&*slot.row));
        let row = kept.unwrap_or(row);
        if let Some(id) = found
            && let Some(slot) = self.slot_mut(id)
        {
            slot.read_at = now;
            slot.pass = pass;
            if slot.row.same(&*row) && slot.before.is_none() {
                return;
            }
        }
        let state = &self.scopes.get(scope).map(|s| s.scope.clone()).unwrap_or_default();
        let health = row.judge(now);
        let old = found.and_then(|id| self.get(id)).map(|s| (s.level, s.before.unwrap_or((s.level, s.since))));
        let since = match old {
            Some((_, (level, since))) if level == health.level => health.since.unwrap_or(since),
            _ => health.since.or_else(|| earlier(state, &key, health.level)).unwrap_or(now),
        };
        if old.map(|o| o.0) != Some(health.level) {
            let from = old.map(|o| o.0);
            touched.turns.push(Turn { scope, key: key.clone(), from, to: Some(health.level), since });
        }
        let place = row.place(state);
        let turns = row.turns();
        let slot = Slot { row, scope, place, level: health.level, since, read_at: now, pass, turns, before: None };
        let id = self.put(found, slot);
        if found.is_none() {
            self.enter(scope, key, id);
        }
        touched.slots.push(id);
    }

    fn enter(&mut self, scope: ScopeId, key: Key, id: SlotId) {
        let at = scope.0 as usize;
        if self.index.len() <= at {
            self.index.resize_with(at + 1, Arc::default);
        }
        Arc::make_mut(&mut self.index[at]).insert(key, id);
        self.len += 1;
    }

    /// The keys of a scope whose rows `keep` names, in order: no order of a hash map may reach the effects.
    fn keys(&self, scope: ScopeId, keep: impl Fn(&Slot) -> bool) -> Vec<Key> {
        let Some(keys) = self.index.get(scope.0 as usize) else { return Vec::new() };
        let kept = keys.iter().filter(|&(_, &id)| self.get(id).is_some_and(&keep));
        let mut out: Vec<Key> = kept.map(|(key, _)| key.clone()).collect();
        out.sort_unstable();
        out
    }

    fn put(&mut self, at: Option<SlotId>, slot: Slot) -> SlotId {
        let id = at.or_else(|| self.free.pop()).unwrap_or_else(|| {
            if self.chunks.last().is_none_or(|c| c.len() == CHUNK) {
                self.chunks.push(Arc::new(Vec::with_capacity(CHUNK)));
            }
            let c = self.chunks.len() - 1;
            let chunk = Arc::make_mut(&mut self.chunks[c]);
            chunk.push(None);
            SlotId(u32::try_from(c * CHUNK + chunk.len() - 1).unwrap_or(u32::MAX))
        });
        let at = id.0 as usize;
        Arc::make_mut(&mut self.chunks[at / CHUNK])[at % CHUNK] = Some(slot);
        id
    }

    fn slot_mut(&mut self, id: SlotId) -> Option<&mut Slot> {
        let at = id.0 as usize;
        Arc::make_mut(self.chunks.get_mut(at / CHUNK)?).get_mut(at % CHUNK)?.as_mut()
    }

    fn remove(&mut self, scope: ScopeId, key: &Key, now: Timestamp, touched: &mut Touched) {
        let Some(id) = self.find(scope, key) else { return };
        Arc::make_mut(&mut self.index[scope.0 as usize]).remove(key);
        self.len -= 1;
        let at = id.0 as usize;
        let gone = Arc::make_mut(&mut self.chunks[at / CHUNK])[at % CHUNK].take();
        self.free.push(id);
        touched.slots.push(id);
        let from = gone.map(|s| s.level);
        touched.turns.push(Turn { scope, key: key.clone(), from, to: None, since: now });
    }

    fn complete(&mut self, scope: ScopeId, now: Timestamp, touched: &mut Touched) {
        let Some(state) = self.scopes.get_mut(scope) else { return };
        state.progress = Progress::Read;
        state.read_at = Some(now);
        let pass = state.pass;
        for key in self.keys(scope, |slot| slot.pass != pass) {
            self.remove(scope, &key, now, touched);
        }
    }

    /// Notes that a pass over a scope broke. Its rows stay, and age.
    pub fn fault(&mut self, scope: ScopeId, fault: Fault) {
        if let Some(state) = self.scopes.get_mut(scope) {
            state.progress = Progress::Broken(fault);
            self.revision += 1;
        }
    }

    /// Takes a scope out: its account left, or its parent vanished. Its rows go with it.
    pub fn drop_scope(&mut self, scope: ScopeId, now: Timestamp, touched: &mut Touched) {
        let Some(state) = self.scopes.get_mut(scope) else { return };
        state.wanted = false;
        state.progress = Progress::Waiting;
        state.read_at = None;
        for key in self.keys(scope, |_| true) {
            self.remove(scope, &key, now, touched);
        }
        self.revision += 1;
    }

    /// Judges every row again, since verdicts depend on the time: some turn by waiting alone, and what was read
    /// too long ago turns to unknown.
    pub fn judge(&mut self, now: Timestamp, touched: &mut Touched) {
        let mut turned = Vec::new();
        for (id, slot) in self.iter() {
            let fresh = is_fresh(Some(slot.read_at), now, self.every);
            if fresh && !slot.turns && slot.before.is_none() {
                continue;
            }
            let health = slot.row.judge(now);
            // What has no verdict cannot lose it by growing old.
            let old = !fresh && health.level != Level::None;
            let level = if old { Level::Unknown } else { health.level };
            if level != slot.level || old != slot.before.is_some() {
                turned.push((id, level, health.since.filter(|_| fresh), old));
            }
        }
        if !turned.is_empty() {
            self.revision += 1;
        }
        for (id, level, since, old) in turned {
            let Some(slot) = self.slot_mut(id) else { continue };
            let before = (slot.level, slot.since);
            slot.before = old.then(|| slot.before.unwrap_or(before));
            let from = Some(std::mem::replace(&mut slot.level, level));
            touched.slots.push(id);
            if from == Some(level) {
                continue;
            }
            slot.since = since.unwrap_or(now);
            let turn =
                Turn { scope: slot.scope, key: slot.row.key().clone(), from, to: Some(level), since: slot.since };
            touched.turns.push(turn);
        }
    }
}
