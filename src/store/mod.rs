//! What the console remembers between runs, in one `SQLite` file under the XDG state folder.
//!
//! State never goes into the user's own files, and no secret ever goes in here. Everything is kept by fleet (the
//! organisation and the caller who looks at it) in books of key and value, so that a new thing to remember needs
//! neither a table nor a migration. Several consoles may run at once: the file is in WAL mode, where readers never
//! wait and writers take turns. A store that cannot be used is never a reason not to start: see [`Opened`].

#![allow(clippy::disallowed_methods, reason = "the file of the store, and its rights")]

mod audit;
mod file;
mod notebook;
mod past;
mod schema;
#[cfg(test)]
mod tests;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

pub use audit::Audit;
pub use notebook::Notebook;
pub use past::{BOOK as PAST_BOOK, KeptPast, Past};

use crate::model::{Fault, FaultKind};

/// Of how many callers the last fleet is kept. More than a person has profiles; those that come no more go.
const CALLERS: u32 = 50;

/// The store: one connection, shared by all its clones. Its questions block for as long as the disk does (a write at
/// most five seconds, while another console writes), so they are asked off the loop.
#[derive(Clone, Debug)]
pub struct Store {
    /// `None` only where not even memory could be had: every question is then answered with a fault.
    connection: Arc<Mutex<Option<Connection>>>,
    persistent: bool,
}

/// A store that works, and what had to be done to get one.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The store: the file's, or one in memory that ends with the run.
    pub store: Store,
    /// Why the file could not be used as it was, and what became of it; `None` where all is well.
    pub trouble: Option<Fault>,
}

impl Store {
    /// Opens the file at `path`, making it (0600) and its folder (0700) where they are missing.
    ///
    /// A damaged file is moved aside and a new one begun. A file of a newer version, or one that cannot be opened at
    /// all, is left alone, and the store is in memory. Either way [`Opened::trouble`] says so.
    #[must_use]
    pub fn open(path: &Path) -> Opened {
        match file::open(path) {
            Ok((connection, trouble)) => Opened { store: Self::over(Some(connection), true), trouble },
            Err(fault) => Opened { store: Self::memory(), trouble: Some(fault) },
        }
    }

    /// A store that ends with the run.
    #[must_use]
    pub fn memory() -> Self {
        let made = Connection::open_in_memory().and_then(|mut c| schema::migrate(&mut c).map(|()| c));
        Self::over(made.ok(), false)
    }

    fn over(connection: Option<Connection>, persistent: bool) -> Self {
        Self { connection: Arc::new(Mutex::new(connection)), persistent }
    }

    /// Whether what is written outlives the run.
    #[must_use]
    pub fn is_persistent(&self) -> bool {
        self.persistent
    }

    /// The books of one fleet. `fleet` is the organisation's id and the caller's ARN, as one text.
    #[must_use]
    pub fn fleet(&self, fleet: &str) -> Notebook {
        Notebook::new(self.clone(), fleet)
    }

    /// The fleet that the caller behind `hint` (the profile's name, or the access key id) looked at last, so that its
    /// cached tree can be drawn before STS has answered.
    ///
    /// # Errors
    /// A fault where the file cannot be read.
    pub fn last_fleet(&self, hint: &str) -> Result<Option<String>, Fault> {
        self.with("cannot read the last fleet from the store", |c| {
            c.prepare_cached("SELECT fleet FROM caller WHERE hint = ?1")?
                .query_row([fingerprint(hint)], |row| row.get(0))
                .optional()
        })
    }

    /// Remembers the fleet of the caller behind `hint`. Of the hint only a fingerprint is kept, and of all hints the
    /// newest fifty.
    ///
    /// # Errors
    /// A fault where the file cannot be written.
    pub fn set_last_fleet(&self, hint: &str, fleet: &str, now: Timestamp) -> Result<(), Fault> {
        self.with("cannot note the last fleet in the store", |c| {
            c.execute(
                "INSERT INTO caller (hint, fleet, at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (hint) DO UPDATE SET fleet = excluded.fleet, at = excluded.at",
                (fingerprint(hint), fleet, now.as_millisecond()),
            )?;
            c.execute(
                "DELETE FROM caller WHERE hint NOT IN (SELECT hint FROM caller ORDER BY at DESC, rowid DESC LIMIT ?1)",
                [CALLERS],
            )
            .map(drop)
        })
    }

    /// Asks the connection. A thread that panicked while it held the lock leaves a whole connection behind: an open
    /// transaction is rolled back when it is dropped.
    fn with<T>(&self, what: &str, ask: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, Fault> {
        match self.connection.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(connection) => ask(connection).map_err(|error| trouble(what, &error)),
            None => Err(Fault::new(FaultKind::Unavailable, format!("{what}: there is no memory for it"))),
        }
    }
}

/// FNV-1a of 64 bits, as hexadecimal digits: the same in every version of the program, unlike the standard hasher's.
fn fingerprint(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

/// A failure of the store as people read it. The store holds conveniences only, so the console always goes on.
fn trouble(what: &str, error: &rusqlite::Error) -> Fault {
    let kind = match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => FaultKind::Throttled,
        Some(rusqlite::ErrorCode::PermissionDenied | rusqlite::ErrorCode::ReadOnly) => FaultKind::Denied,
        _ => FaultKind::Unavailable,
    };
    Fault::new(kind, format!("{what}: {error}"))
}
