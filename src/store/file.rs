//! Opening the file: rights, journal mode, and what is done with one that is damaged or too new.

#![allow(clippy::disallowed_methods, reason = "the one place that touches the store's own files")]

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode};

use super::{schema, trouble};
use crate::model::{Fault, FaultKind};

/// How long a writer waits for another console's write.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many damaged files are kept aside before the oldest name is used again.
const ASIDE: u32 = 9;

/// Why a file could not be used.
enum Refusal {
    /// It is not a database, or a damaged one.
    Damaged(rusqlite::Error),
    /// Another console is just making it, or closing it.
    Busy(Fault),
    /// Anything else, as a fault to show.
    Other(Fault),
}

/// Opens or makes the file. The second part tells of a damaged file that was moved aside.
pub(super) fn open(path: &Path) -> Result<(Connection, Option<Fault>), Fault> {
    prepare(path).map_err(|e| unusable(path, &e.to_string()))?;
    match patiently(path) {
        Ok(connection) => Ok((connection, None)),
        Err(Refusal::Busy(fault) | Refusal::Other(fault)) => Err(fault),
        Err(Refusal::Damaged(_)) => replace(path),
    }
}

/// Puts a new file in the place of a damaged one, unless another console was quicker.
fn replace(path: &Path) -> Result<(Connection, Option<Fault>), Fault> {
    let refuse = |e: io::Error| unusable(path, &format!("it is damaged, and {e}"));
    let turn = fs::File::create(beside(path, ".lock")).map_err(refuse)?;
    turn.lock().map_err(refuse)?;
    let damage = match patiently(path) {
        Ok(connection) => return Ok((connection, None)),
        Err(Refusal::Busy(fault) | Refusal::Other(fault)) => return Err(fault),
        Err(Refusal::Damaged(damage)) => damage,
    };
    let aside = move_aside(path).map_err(refuse)?;
    prepare(path).map_err(refuse)?;
    match patiently(path) {
        Ok(connection) => {
            let said = format!("the store was damaged ({damage}): a new one was begun");
            Ok((connection, Some(Fault::new(FaultKind::Unavailable, said).hint(kept(&aside)))))
        }
        Err(Refusal::Busy(fault) | Refusal::Other(fault)) => Err(fault),
        Err(Refusal::Damaged(error)) => Err(unusable(path, &error.to_string())),
    }
}

fn kept(aside: &Path) -> String {
    format!("the old one is kept at {}", aside.display())
}

fn unusable(path: &Path, cause: &str) -> Fault {
    Fault::new(FaultKind::Unavailable, format!("the store at {} cannot be used: {cause}", path.display()))
        .hint("nothing is remembered after this run; check the folder's rights and the free space")
}

/// Makes the folder (0700) and the file (0600) where they are missing, and closes a file that others may read.
fn prepare(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty() && !f.exists()) {
        private_folder(folder)?;
    }
    private_file(path)
}

#[cfg(unix)]
fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let file = fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    let rights = file.metadata()?.permissions();
    // SQLite gives its -wal and -shm files the rights of the file itself.
    if rights.mode() & 0o077 != 0 { file.set_permissions(fs::Permissions::from_mode(0o600)) } else { Ok(()) }
}

#[cfg(not(unix))]
fn private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new().create(true).append(true).open(path).map(drop)
}

/// The change to WAL mode does not wait for a lock by itself, so two consoles that make the file at once need this.
fn patiently(path: &Path) -> Result<Connection, Refusal> {
    let pause = Duration::from_millis(10);
    for _ in 0..PATIENCE.as_millis() / pause.as_millis() {
        match connect(path) {
            Err(Refusal::Busy(_)) => std::thread::sleep(pause),
            other => return other,
        }
    }
    connect(path)
}

fn connect(path: &Path) -> Result<Connection, Refusal> {
    let ask = || -> rusqlite::Result<(Connection, i64)> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        let version = schema::version(&connection)?;
        Ok((connection, version))
    };
    let (mut connection, version) = ask().map_err(|e| judge(path, e))?;
    if version > schema::VERSION {
        return Err(Refusal::Other(newer(path, version)));
    }
    settle(&mut connection).map_err(|e| judge(path, e))?;
    Ok(connection)
}

/// WAL, so that a console that reads never waits for one that writes; a power cut may lose the last notes of a WAL
/// with `synchronous=NORMAL`, never the file (its documentation of that pragma).
fn settle(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA mmap_size = 67108864;")?;
    schema::migrate(connection)?;
    connection.query_row("SELECT count(*) FROM (SELECT 1 FROM memo LIMIT 1)", [], |row| row.get(0)).map(|_: i64| ())
}

fn newer(path: &Path, version: i64) -> Fault {
    let said = format!("the store at {} was written by a newer version ({version})", path.display());
    Fault::new(FaultKind::Invalid, said).hint("update qd, or move the file away; nothing is remembered after this run")
}

fn judge(path: &Path, error: rusqlite::Error) -> Refusal {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Refusal::Damaged(error),
        // A file whose tables are not ours, under our name.
        _ if error.to_string().contains("no such table") || error.to_string().contains("already exists") => {
            Refusal::Damaged(error)
        }
        _ => {
            let busy = matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
            let fault = trouble(&format!("the store at {} cannot be opened", path.display()), &error)
                .hint("nothing is remembered after this run");
            if busy { Refusal::Busy(fault) } else { Refusal::Other(fault) }
        }
    }
}

/// Moves the file and what `SQLite` keeps beside it to the first free name, `….damaged-1` and so on.
fn move_aside(path: &Path) -> io::Result<PathBuf> {
    let free = (1..ASIDE).map(|n| beside(path, &format!(".damaged-{n}"))).find(|p| !p.exists());
    let aside = free.unwrap_or_else(|| beside(path, &format!(".damaged-{ASIDE}")));
    fs::rename(path, &aside)?;
    for tail in ["-wal", "-shm"] {
        let companion = beside(path, tail);
        if companion.exists() {
            fs::rename(&companion, beside(&aside, tail))?;
        }
    }
    Ok(aside)
}

fn beside(path: &Path, tail: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(tail);
    PathBuf::from(name)
}
