//! The tables, and how an older file becomes a current one.

use rusqlite::{Connection, TransactionBehavior};

/// The newest version that this program writes and understands (`PRAGMA user_version`).
pub(super) const VERSION: i64 = 1;

/// One step a version: the step at index 0 makes version 1. Steps that were released are never changed.
const MIGRATIONS: [&str; 1] = ["
    CREATE TABLE memo (
        fleet TEXT NOT NULL,
        book  TEXT NOT NULL,
        key   TEXT NOT NULL,
        value TEXT NOT NULL,
        at    INTEGER NOT NULL, -- milliseconds since 1970
        PRIMARY KEY (fleet, book, key)
    ) STRICT;
    CREATE TABLE caller (
        hint  TEXT PRIMARY KEY, -- a fingerprint, see fingerprint()
        fleet TEXT NOT NULL,
        at    INTEGER NOT NULL
    ) STRICT;
"];

/// The version of the file at hand; 0 for an empty one.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Brings the tables up to [`VERSION`], in one transaction that two processes cannot be in at once.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    if version(connection)? == VERSION {
        return Ok(());
    }
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it while this one waited for the lock.
    let from = usize::try_from(version(&change)?).unwrap_or(0);
    for step in MIGRATIONS.iter().skip(from) {
        change.execute_batch(step)?;
    }
    change.pragma_update(None, "user_version", VERSION)?;
    change.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_becomes_a_current_one_step_by_step() {
        assert_eq!(usize::try_from(VERSION), Ok(MIGRATIONS.len()));
        let mut connection = Connection::open_in_memory().expect("memory");
        migrate(&mut connection).expect("from nothing");
        assert_eq!(version(&connection), Ok(VERSION));
        migrate(&mut connection).expect("again, without doing anything");
    }
}
