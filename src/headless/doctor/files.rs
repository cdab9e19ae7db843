//! Files: the configuration, the store and the audit log; where they are, and whether others can read them.

use std::path::Path;

use super::Check;
use crate::base::Base;

/// The area of files.
pub const FILES: &str = "files";

/// Looks at them.
pub fn look(base: &Base) -> Vec<Check> {
    let paths = &base.loaded.paths;
    let config = paths.config.display();
    let mut out = vec![if paths.config.is_file() {
        Check::ok(FILES, "configuration", format!("{config}: no faults"))
    } else {
        Check::ok(FILES, "configuration", format!("{config} is not there: the defaults hold"))
    }];
    for warning in &base.loaded.warnings {
        let said = format!("{}: {}", warning.spot.origin, warning.message);
        out.push(Check::ok(FILES, "configuration", said).doubtful(warning.help.clone()));
    }
    let store = paths.store();
    out.push(if base.store.is_persistent() {
        private("store", &store)
    } else {
        let check = Check::ok(FILES, "store", format!("{} cannot be used: nothing outlives a run", store.display()));
        check.doubtful("see the rights of the folder")
    });
    let check = match base.audit.probe() {
        Ok(()) => private("audit log", &paths.audit()),
        Err(fault) => Check::ok(FILES, "audit log", fault.message).wrong(fault.hint),
    };
    out.push(check);
    let themes = if paths.themes.is_dir() { "" } else { " (not there: only the themes that come with the program)" };
    out.push(Check::ok(FILES, "themes", format!("{}{themes}", paths.themes.display())));
    out
}

/// A file that is nobody else's business.
fn private(name: &str, path: &Path) -> Check {
    let check = Check::ok(FILES, name, format!("{} can be written", path.display()));
    match open_to_others(path) {
        Some(mode) => {
            let check = Check { said: format!("{} can be read by others (mode {mode:03o})", path.display()), ..check };
            check.doubtful(format!("chmod 600 {}", path.display()))
        }
        None => check,
    }
}

/// The rights of a file that others than its owner can read.
#[cfg(unix)]
fn open_to_others(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o044 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> Option<u32> {
    None
}
