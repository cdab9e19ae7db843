//! What callers changed: the only state of the fleet that does not follow from seed and clock.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A deployment that a caller asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// When.
    pub at: i64,
    /// The revision of the task definition, where one was named.
    pub revision: Option<i64>,
}

/// What was changed about a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Another desired count, and since when.
    pub desired: Option<(i64, i64)>,
    /// Deployments, oldest first.
    pub ordered: Vec<Ordered>,
}

/// A task that was stopped: when, and the reason given.
pub type Stop = (i64, String);

/// All changes.
#[derive(Debug, Default)]
pub struct Changes {
    services: Mutex<HashMap<String, Change>>,
    stopped: Mutex<HashMap<String, Stop>>,
}

impl Changes {
    /// What was changed about the service with this ARN.
    pub fn of(&self, arn: &str) -> Change {
        let services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        services.get(arn).cloned().unwrap_or_default()
    }

    /// Changes a service.
    pub fn change(&self, arn: &str, act: impl FnOnce(&mut Change)) {
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        act(services.entry(arn.to_owned()).or_default());
    }

    /// Stops a task.
    pub fn stop(&self, task: &str, at: i64, reason: &str) {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        stopped.entry(task.to_owned()).or_insert_with(|| (at, reason.to_owned()));
    }

    /// When and why a task was stopped by a caller.
    pub fn stopped(&self, task: &str) -> Option<Stop> {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        stopped.get(task).cloned()
    }
}
