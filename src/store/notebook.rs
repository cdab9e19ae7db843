//! The books of one fleet.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, TransactionBehavior};

use super::Store;
use crate::model::{Fault, memo::Memo};

/// The books of one fleet: what is written here is never seen by another organisation or caller.
#[derive(Clone, Debug)]
pub struct Notebook {
    store: Store,
    fleet: Arc<str>,
}

impl Notebook {
    pub(super) fn new(store: Store, fleet: &str) -> Self {
        Self { store, fleet: Arc::from(fleet) }
    }

    /// The fleet whose books these are.
    #[must_use]
    pub fn fleet(&self) -> &str {
        &self.fleet
    }

    /// What is kept under `key`.
    ///
    /// # Errors
    /// A fault where the file cannot be read.
    pub fn get(&self, book: &str, key: &str) -> Result<Option<String>, Fault> {
        Ok(self.dated(book, key)?.map(|(value, _)| value))
    }

    /// What is kept under `key`, and since when.
    ///
    /// # Errors
    /// A fault where the file cannot be read.
    pub fn dated(&self, book: &str, key: &str) -> Result<Option<(String, Timestamp)>, Fault> {
        self.store.with(&format!("cannot read {book} from the store"), |c| {
            c.prepare_cached("SELECT value, at FROM memo WHERE fleet = ?1 AND book = ?2 AND key = ?3")?
                .query_row((&*self.fleet, book, key), |row| Ok((row.get(0)?, moment(row, 1)?)))
                .optional()
        })
    }

    /// All of a book as (key, value, when it was written), by key.
    ///
    /// # Errors
    /// A fault where the file cannot be read.
    pub fn all(&self, book: &str) -> Result<Vec<(String, String, Timestamp)>, Fault> {
        self.store.with(&format!("cannot read {book} from the store"), |c| {
            c.prepare_cached("SELECT key, value, at FROM memo WHERE fleet = ?1 AND book = ?2 ORDER BY key")?
                .query_map((&*self.fleet, book), |row| Ok((row.get(0)?, row.get(1)?, moment(row, 2)?)))?
                .collect()
        })
    }

    /// Writes all of it, or nothing. What tells no moment of its own is of `now`.
    ///
    /// # Errors
    /// A fault where the file cannot be written; nothing of `memos` is kept then.
    pub fn write(&self, memos: Vec<Memo>, now: Timestamp) -> Result<(), Fault> {
        if memos.is_empty() {
            return Ok(());
        }
        self.store.with("cannot write to the store", |c| {
            let change = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let mut keep = change.prepare_cached(
                    "INSERT INTO memo (fleet, book, key, value, at) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (fleet, book, key) DO UPDATE SET value = excluded.value, at = excluded.at",
                )?;
                let mut forget =
                    change.prepare_cached("DELETE FROM memo WHERE fleet = ?1 AND book = ?2 AND key = ?3")?;
                for memo in memos {
                    match &memo.value {
                        Some(value) => {
                            let at = memo.at.unwrap_or(now).as_millisecond();
                            keep.execute((&*self.fleet, &memo.book, &memo.key, value, at))?
                        }
                        None => forget.execute((&*self.fleet, &memo.book, &memo.key))?,
                    };
                }
            }
            change.commit()
        })
    }
}

/// A moment out of a column of milliseconds. One that no calendar has (a damaged row) counts as 1970.
fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Ok(Timestamp::from_millisecond(row.get(column)?).unwrap_or(Timestamp::UNIX_EPOCH))
}
