//! The scopes of one table: interned, with the state of their reading.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::Timestamp;

use crate::model::{Coverage, Progress, Scope};

/// A scope's number within one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(pub u32);

/// How the reading of one scope stands.
#[derive(Clone, Debug)]
pub struct ScopeState {
    /// Which.
    pub scope: Scope,
    /// How far its reading has come.
    pub progress: Progress,
    /// When it was last read in full.
    pub read_at: Option<Timestamp>,
    /// Counts the passes; rows carry the number of the pass that last confirmed them.
    pub pass: u32,
    /// Whether it is still wanted: a scope whose account left is not part of any coverage.
    pub wanted: bool,
}

/// The scopes of a table. Cheap to clone: a snapshot is taken four times a second, of tens of thousands of scopes.
#[derive(Clone, Debug, Default)]
pub struct Scopes {
    states: Vec<Arc<ScopeState>>,
    ids: Arc<HashMap<Scope, ScopeId>>,
}

impl Scopes {
    /// The number of a scope, given on first sight.
    pub fn id(&mut self, scope: &Scope) -> ScopeId {
        if let Some(&id) = self.ids.get(scope) {
            return id;
        }
        let id = ScopeId(u32::try_from(self.states.len()).unwrap_or(u32::MAX));
        Arc::make_mut(&mut self.ids).insert(scope.clone(), id);
        let scope = scope.clone();
        let state = ScopeState { scope, progress: Progress::Waiting, read_at: None, pass: 0, wanted: true };
        self.states.push(Arc::new(state));
        id
    }

    /// The number of a scope that was seen before.
    #[must_use]
    pub fn find(&self, scope: &Scope) -> Option<ScopeId> {
        self.ids.get(scope).copied()
    }

    /// The state of a scope.
    #[must_use]
    pub fn get(&self, id: ScopeId) -> Option<&ScopeState> {
        self.states.get(id.0 as usize).map(|state| &**state)
    }

    /// The state of a scope, to be changed.
    pub fn get_mut(&mut self, id: ScopeId) -> Option<&mut ScopeState> {
        self.states.get_mut(id.0 as usize).map(Arc::make_mut)
    }

    /// All of them, in the order of first sight.
    pub fn iter(&self) -> impl Iterator<Item = &ScopeState> {
        self.states.iter().map(|state| &**state)
    }

    /// The coverage of those scopes that `keep` names and that are wanted. `every` is the interval of reading: a
    /// complete reading older than three of them counts as out of date. Without one, readings never age.
    pub fn coverage(&self, now: Timestamp, every: Option<Duration>, keep: impl Fn(&Scope) -> bool) -> Coverage {
        let mut sum = Coverage::default();
        for state in self.iter().filter(|s| s.wanted && keep(&s.scope)) {
            sum.count(&state.scope, &state.progress, state.read_at, is_fresh(state.read_at, now, every));
        }
        sum.gaps.sort_by(|a, b| a.scope.cmp(&b.scope));
        sum
    }
}

/// Whether a reading is at most three intervals old.
#[must_use]
pub fn is_fresh(read_at: Option<Timestamp>, now: Timestamp, every: Option<Duration>) -> bool {
    let Some(every) = every else { return true };
    let limit = i64::try_from(every.as_secs().saturating_mul(3)).unwrap_or(i64::MAX);
    read_at.is_some_and(|at| now.as_second() - at.as_second() <= limit)
}
