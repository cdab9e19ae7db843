//! The audit log: a file of JSON lines under the XDG state folder, only ever added to.
//!
//! It is apart from the store, which holds conveniences and may be thrown away: this one is what proves what was done.
//! A line is on the disk before its deed begins.

#![allow(clippy::disallowed_methods, reason = "the one place that touches the audit log's file")]

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::model::{Fault, FaultKind, audit::Entry};

/// The audit log. Cheap to clone; all clones write to the same file.
#[derive(Clone, Debug)]
pub struct Audit(Arc<Place>);

#[derive(Debug)]
enum Place {
    File(PathBuf),
    Memory(Mutex<Vec<Entry>>),
}

impl Audit {
    /// The log in this file, which is made with the first line. Its rights are 0600, and are set so where they
    /// are wider.
    #[must_use]
    pub fn file(path: &Path) -> Self {
        Self(Arc::new(Place::File(path.to_owned())))
    }

    /// A log that ends with the run: the demo's.
    #[must_use]
    pub fn memory() -> Self {
        Self(Arc::new(Place::Memory(Mutex::default())))
    }

    /// Where it lies; `None` in memory.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &*self.0 {
            Place::File(path) => Some(path),
            Place::Memory(_) => None,
        }
    }

    /// Whether a line could be added. An empty log is made where there is none.
    ///
    /// # Errors
    /// A fault where none could.
    pub fn probe(&self) -> Result<(), Fault> {
        match &*self.0 {
            Place::Memory(_) => Ok(()),
            Place::File(path) => opened(path).map(drop).map_err(|e| unwritable(path, &e)),
        }
    }

    /// Adds a line, and waits until the disk has it.
    ///
    /// # Errors
    /// A fault where it cannot be written: then nothing may be done.
    pub fn add(&self, entry: &Entry) -> Result<(), Fault> {
        match &*self.0 {
            Place::Memory(lines) => lines.lock().unwrap_or_else(PoisonError::into_inner).push(entry.clone()),
            Place::File(path) => append(path, entry).map_err(|e| unwritable(path, &e))?,
        }
        Ok(())
    }

    /// The lines, the oldest first, and how many could not be read.
    ///
    /// # Errors
    /// A fault where there is a file that cannot be read. No file is an empty log.
    pub fn read(&self) -> Result<(Vec<Entry>, usize), Fault> {
        let path = match &*self.0 {
            Place::Memory(lines) => return Ok((lines.lock().unwrap_or_else(PoisonError::into_inner).clone(), 0)),
            Place::File(path) => path,
        };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
            Err(e) => return Err(unreadable(path, &e)),
        };
        let (mut entries, mut damaged) = (Vec::new(), 0);
        for line in BufReader::new(file).split(b'\n') {
            let line = line.map_err(|e| unreadable(path, &e))?;
            match serde_json::from_slice(&line) {
                Ok(entry) => entries.push(entry),
                // Half a line is what a power cut leaves.
                Err(_) => damaged += usize::from(!line.is_empty()),
            }
        }
        Ok((entries, damaged))
    }
}

impl Audit {
    /// The same as [`Audit::read`], on a thread that may block.
    ///
    /// # Errors
    /// As [`Audit::read`].
    pub async fn read_aside(&self) -> Result<(Vec<Entry>, usize), Fault> {
        let log = self.clone();
        let read = tokio::task::spawn_blocking(move || log.read()).await;
        read.map_err(|_| Fault::new(FaultKind::Invalid, "reading the audit log panicked: a fault of the console"))?
    }
}

/// One write for one line, so that two consoles never mix theirs (POSIX: `O_APPEND` writes do not interleave).
fn append(path: &Path, entry: &Entry) -> io::Result<()> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    let mut file = opened(path)?;
    if ends_torn(&mut file)? {
        line.insert(0, b'\n');
    }
    file.write_all(&line)?;
    file.sync_data()
}

/// Whether the last line is half a line, as a full disk or a power cut leaves it: the next must not be glued to it.
fn ends_torn(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != [b'\n'])
}

/// The file, made with its folder where it is not there.
fn opened(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty() && !f.exists()) {
        fs::create_dir_all(folder)?;
    }
    private(path)
}

#[cfg(unix)]
fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
    // One that was restored or copied by hand may have other rights.
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

#[cfg(not(unix))]
fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).read(true).append(true).open(path)
}

fn unwritable(path: &Path, error: &io::Error) -> Fault {
    Fault::new(FaultKind::Unavailable, format!("the audit log {} cannot be written: {error}", path.display()))
        .hint("nothing is changed without a line in it: mend the folder's rights, or make room")
}

fn unreadable(path: &Path, error: &io::Error) -> Fault {
    Fault::new(FaultKind::Unavailable, format!("the audit log {} cannot be read: {error}", path.display()))
        .hint("see who owns the file and what its rights are")
}
