//! The permission to do one thing, once.

use std::{
    ffi::OsString,
    sync::{Arc, Mutex, PoisonError},
};

use aws_smithy_types::retry::RetryConfig;

use super::Guard;
use crate::{
    access::{program::Program, secret::Current, stage::Stage},
    model::{
        Fault, Region,
        audit::{Entry, Outcome},
    },
    remote::{Remote, Session},
};

/// What is about to be done, as the audit log says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// The view of the target.
    pub view: String,
    /// The word of the verb.
    pub verb: String,
    /// The operation, such as `ecs:UpdateService`.
    pub api: String,
    /// The target: its ARN, or its name where it has none.
    pub target: String,
    /// The region; empty where it is none's.
    pub region: String,
    /// The parameters of the call, each as `name=value`. No secrets.
    pub parameters: Vec<String>,
}

impl Order {
    pub(super) fn write(self, entry: &mut Entry) {
        (entry.view, entry.verb, entry.api) = (self.view, self.verb, self.api);
        (entry.target, entry.region, entry.parameters) = (self.target, self.region, self.parameters);
    }
}

/// The permission to do one thing. Only [`Guard::permit`] makes one; who drops it without [`Permit::settle`] leaves
/// a line that says that the end is not known.
#[derive(Clone)]
pub struct Permit(Arc<Held>);

struct Held {
    guard: Guard,
    entry: Mutex<Option<Entry>>,
    current: Current,
}

impl Permit {
    pub(super) fn new(guard: Guard, entry: Entry, current: Current) -> Self {
        Self(Arc::new(Held { guard, entry: Mutex::new(Some(entry)), current }))
    }

    /// A session that may write, in a region of the elevated account.
    #[must_use]
    pub fn session(&self, region: &Region) -> Session {
        Session::new(self.0.current.shared(), region.clone())
    }

    fn remote(&self) -> &Remote {
        self.0.guard.remote()
    }

    /// The way to the person's terminal, for what runs there.
    #[must_use]
    pub fn stage(&self) -> &Stage {
        self.0.guard.stage()
    }

    /// AWS's Session Manager plugin with these arguments.
    #[must_use]
    pub fn plugin(&self, arguments: Vec<OsString>) -> Program {
        self.0.guard.plugin(arguments)
    }

    /// An ECS client that may write, and that makes each call once: whether one that got no answer was done is not
    /// known, and doing it again is for a person to decide.
    #[must_use]
    pub fn ecs(&self, region: &Region) -> aws_sdk_ecs::Client {
        let client = self.remote().ecs(&self.session(region));
        let once = client.config().to_builder().retry_config(RetryConfig::disabled());
        aws_sdk_ecs::Client::from_conf(once.build())
    }

    /// Writes the line after, with the answer.
    ///
    /// # Errors
    /// A fault where the log cannot be written: what was done is done, and that has to be said.
    pub fn settle(&self, result: &Result<String, Fault>) -> Result<(), Fault> {
        let Some(entry) = self.0.take() else { return Ok(()) };
        let ended = match result {
            Ok(answer) => (Outcome::Done, answer.clone()),
            Err(fault) => {
                let id = fault.request_id.as_deref().map(|id| format!(" (request {id})")).unwrap_or_default();
                (Outcome::of(fault), format!("{fault}{id}"))
            }
        };
        self.0.guard.close(entry, ended)
    }
}

impl Held {
    fn take(&self) -> Option<Entry> {
        self.entry.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(entry) = self.take() {
            // There is nobody left to tell; the line before stands in the log without an end.
            let _unwritten = self.guard.close(entry, (Outcome::Unknown, "no answer was waited for".to_owned()));
        }
    }
}
