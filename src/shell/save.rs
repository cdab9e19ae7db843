//! Files that a person asked for: for their eyes alone, and never over another.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::base::Base;

/// Files of one name that are tried before it is given up.
const TRIES: u32 = 1_000;

/// Writes text into a new file off the loop, and says where it is, or why it is not.
pub fn later(base: &Base, name: String, text: String, say: impl FnOnce(String) + Send + 'static) {
    // The demo has no home of its own.
    let own = base.store.is_persistent();
    let folder = if own { base.loaded.paths.data.join("saved") } else { std::env::temp_dir() };
    tokio::task::spawn_blocking(move || {
        let lines = text.lines().count();
        say(match save(&folder, &name, &text) {
            Ok(path) => format!("saved {lines} lines in {}", path.display()),
            Err(why) => why,
        });
    });
}

/// Writes text into a new file of a folder, which is made where it is missing. Where the name is taken, a number goes
/// before its ending. Gives the path.
///
/// # Errors
/// A sentence with the path and the system's reason.
fn save(folder: &Path, name: &str, text: &str) -> Result<PathBuf, String> {
    let failed = |path: &Path, e: &io::Error| format!("{} was not written: {e}", path.display());
    make(folder).map_err(|e| failed(folder, &e))?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "txt"));
    for number in 1..=TRIES {
        let name = if number == 1 { format!("{stem}.{ending}") } else { format!("{stem}-{number}.{ending}") };
        let path = folder.join(name);
        match create(&path) {
            Ok(mut file) => {
                return match file.write_all(text.as_bytes()) {
                    Ok(()) => Ok(path),
                    Err(e) => {
                        // Half a file would look like a whole one.
                        let _left = fs::remove_file(&path);
                        Err(failed(&path, &e))
                    }
                };
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(failed(&path, &e)),
        }
    }
    Err(format!("{} holds {TRIES} files of the name {name} already", folder.display()))
}

#[cfg(unix)]
fn make(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_for_its_owner_and_never_over_another() {
        let folder = std::env::temp_dir().join(format!("qd-save-{}", std::process::id()));
        let first = save(&folder, "tasks-a.log", "one").unwrap();
        let second = save(&folder, "tasks-a.log", "two").unwrap();
        assert_eq!(
            (first.file_name().unwrap(), second.file_name().unwrap()),
            ("tasks-a.log".as_ref(), "tasks-a-2.log".as_ref())
        );
        assert_eq!(
            (fs::read_to_string(&first).unwrap(), fs::read_to_string(&second).unwrap()),
            ("one".into(), "two".into())
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&first).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let wrong = save(&first, "x.log", "").unwrap_err();
        assert!(wrong.contains("tasks-a.log") && wrong.contains("was not written"), "{wrong}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
