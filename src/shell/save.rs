//! Files that a person asked for: for their eyes alone, and over another only where they said so.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use crate::{
    app::save::{Content, Saving},
    base::Base,
    model::{Fault, FaultKind},
};

/// Names of files that are tried beside the one that is written over.
const TRIES: u32 = 100;

/// Writes a file off the loop, and tells where it is, or why it is not.
pub fn later(base: &Base, saving: Saving, tell: impl FnOnce(Result<String, Fault>) + Send + 'static) {
    let home = base.env.get("HOME").map(PathBuf::from);
    tokio::task::spawn_blocking(move || tell(save(&saving, home.as_deref())));
}

/// Writes a file, and gives what is said of it.
///
/// # Errors
/// A sentence with the path and the reason. That there is a file already, and nobody said that it is written over, is
/// [`FaultKind::Prompt`].
fn save(saving: &Saving, home: Option<&Path>) -> Result<String, Fault> {
    let path = match (saving.path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(&saving.path),
    };
    check_folder(&path)?;
    let written = match create(&path) {
        Ok(file) => fill(file, &path, &saving.content).map(|()| path),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => over(&path, saving),
        Err(e) => Err(failed(&path, &e)),
    }?;
    let shown = fs::canonicalize(&written).unwrap_or(written);
    Ok(format!("saved {} in {}", saving.content.size(), shown.display()))
}

/// Tells a folder that is missing from a file that cannot be written.
fn check_folder(path: &Path) -> Result<(), Fault> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(wrong(format!("{} is no folder", folder.display()), "")),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            Err(wrong(format!("there is no folder {}", folder.display()), "make it first, or choose another"))
        }
        Err(e) => Err(failed(folder, &e)),
    }
}

/// Writes over a file that is there: beside it first, so that at every moment there is a whole one.
fn over(path: &Path, saving: &Saving) -> Result<PathBuf, Fault> {
    // Where the name is a link, what it leads to is meant.
    let path = fs::canonicalize(path).map_err(|e| failed(path, &e))?;
    let found = fs::metadata(&path).map_err(|e| failed(&path, &e))?;
    if found.is_dir() {
        return Err(wrong(format!("{} is a folder", path.display()), "add a name"));
    }
    if !found.is_file() {
        return Err(wrong(format!("{} is no file", path.display()), "choose another name"));
    }
    if !saving.over {
        return Err(Fault::new(FaultKind::Prompt, format!("{} is there already", path.display())));
    }
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    for number in 1..=TRIES {
        let beside = path.with_file_name(format!(".{name}.{number}.part"));
        match create(&beside) {
            Ok(file) => {
                fill(file, &beside, &saving.content)?;
                return match fs::rename(&beside, &path) {
                    Ok(()) => Ok(path),
                    Err(e) => {
                        let _left = fs::remove_file(&beside);
                        Err(failed(&path, &e))
                    }
                };
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(failed(&path, &e)),
        }
    }
    Err(wrong(format!("{}: its folder is full of unfinished files", path.display()), "look for .part"))
}

/// Fills a new file; half a one would look like a whole one, and is taken away.
fn fill(file: File, path: &Path, content: &Content) -> Result<(), Fault> {
    let mut out = BufWriter::new(file);
    let written = content.write(&mut out);
    written.and_then(|()| out.flush()).map_err(|e| {
        let _left = fs::remove_file(path);
        failed(path, &e)
    })
}

fn wrong(message: String, hint: &str) -> Fault {
    Fault::new(FaultKind::Invalid, message).hint(hint)
}

fn failed(path: &Path, e: &io::Error) -> Fault {
    wrong(format!("{} was not written: {e}", path.display()), "")
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

    /// An empty folder of one test.
    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("qd-save-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::canonicalize(folder).unwrap()
    }

    fn text(path: &Path, words: &str, over: bool) -> Saving {
        let content = Content::Lines(words.lines().count(), words.to_owned());
        Saving { path: path.to_string_lossy().into_owned(), content, over }
    }

    #[test]
    fn a_file_is_for_its_owner_and_over_another_only_with_a_yes() {
        let folder = folder("over");
        let path = folder.join("tasks.log");
        assert_eq!(save(&text(&path, "one\n", false), None).unwrap(), format!("saved 1 line in {}", path.display()));
        let there = save(&text(&path, "two\n", false), None).unwrap_err();
        assert_eq!(there.kind, FaultKind::Prompt);
        assert!(there.message.contains("is there already"), "{there}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
        save(&text(&path, "two\nthree\n", true), None).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two\nthree\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            let link = folder.join("link");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            save(&text(&link, "four\n", true), None).unwrap();
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "a link stays one");
            assert_eq!(fs::read_to_string(&path).unwrap(), "four\n");
        }
        let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().contains("part")), "{left:?}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_stands_in_the_way_is_said() {
        let folder = folder("wrong");
        let words = |path: PathBuf| save(&text(&path, "x", true), None).unwrap_err().to_string();
        let missing = words(folder.join("none").join("x.log"));
        assert!(missing.contains("there is no folder") && missing.contains("none"), "{missing}");
        assert!(words(folder.clone()).contains("is a folder"));
        fs::write(folder.join("file"), "").unwrap();
        assert!(words(folder.join("file").join("x.log")).contains("is no folder"));
        assert!(words(PathBuf::from("/dev/null")).contains("is no file"));
        let home = save(&text(Path::new("~/at-home.log"), "x", false), Some(&folder)).unwrap();
        assert!(home.ends_with("at-home.log") && folder.join("at-home.log").exists(), "{home}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
