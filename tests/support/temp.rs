//! Folders that vanish with the test that made them.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

/// An empty folder below `target/tmp`. Removed when it is dropped, also by a test that fails.
#[derive(Debug)]
pub struct Temp(PathBuf);

impl Temp {
    /// Makes one.
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("it-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).expect("a folder below target/tmp");
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file in it, with the folders above it, and gives its path.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder below target/tmp");
        fs::write(&path, text).expect("a file below target/tmp");
        path
    }

    /// Every file in it, at any depth.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found.sort();
        found
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        // What stays is below target/, where nobody misses the room.
        let _kept = fs::remove_dir_all(&self.0);
    }
}
