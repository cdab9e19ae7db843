//! The Python that moto, botocore and the AWS CLI run on: an environment of its own, made once below `target/`.

use std::{
    collections::hash_map::DefaultHasher,
    fs::{self, File},
    hash::{Hash as _, Hasher as _},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

/// What is installed, with exact versions.
const REQUIREMENTS: &str = include_str!("../requirements.txt");

/// The folder of the environment. The first call makes it, and fails with a sentence on what is missing: a test that
/// skipped itself would look like one that passed.
pub fn environment() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| made().unwrap_or_else(|why| panic!("the Python environment of the tests is missing: {why}")))
}

/// A program of the environment, such as `python` or `aws`.
pub fn program(name: &str) -> PathBuf {
    environment().join(if cfg!(windows) { "Scripts" } else { "bin" }).join(name)
}

/// A script of the folder `tests`, ready to run without anything of the caller's environment.
pub fn script(name: &str) -> Command {
    let mut command = Command::new(program("python"));
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)).env_clear();
    command
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("PYTHONUNBUFFERED", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

fn made() -> Result<PathBuf, String> {
    let mut hasher = DefaultHasher::new();
    REQUIREMENTS.hash(&mut hasher);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("no target folder")?;
    let folder = target.join(format!("python-{:016x}", hasher.finish()));
    let ready = folder.join("ready");
    let lock = target.join("python.lock");
    let lock = File::create(&lock).map_err(|e| format!("{} cannot be written: {e}", lock.display()))?;
    // Another test program may be making it just now. The lock ends with the file's handle.
    lock.lock().map_err(|e| format!("no file lock: {e}"))?;
    if !ready.exists() {
        make(&folder)?;
        fs::write(&ready, "").map_err(|e| format!("{} cannot be written: {e}", ready.display()))?;
    }
    Ok(folder)
}

fn make(folder: &Path) -> Result<(), String> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let check =
        "import sys; sys.exit('it is Python %d.%d' % sys.version_info[:2] if sys.version_info < (3, 10) else 0)";
    run(&python, &["-c", check]).map_err(|why| {
        format!("{python} (or what $PYTHON names) must be Python 3.10 or newer, with its venv module: {why}")
    })?;
    let path = folder.to_str().ok_or("the target folder's path is not UTF-8")?;
    run(&python, &["-m", "venv", "--clear", path]).map_err(|why| {
        format!("`{python} -m venv` failed; on Debian and Ubuntu it is the package python3-venv: {why}")
    })?;
    let pip = folder.join(if cfg!(windows) { "Scripts" } else { "bin" }).join("python");
    let pip = pip.to_str().ok_or("the target folder's path is not UTF-8")?;
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/requirements.txt");
    let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r", list];
    run(pip, &quiet).map_err(|why| format!("pip cannot install {list}; PyPI must be in reach once: {why}"))
}

fn run(program: &str, words: &[&str]) -> Result<(), String> {
    let Output { status, stdout, stderr } =
        Command::new(program).args(words).output().map_err(|e| format!("{program} cannot be run: {e}"))?;
    let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    let last: Vec<&str> = said.lines().rev().take(6).collect();
    if status.success() { Ok(()) } else { Err(last.into_iter().rev().collect::<Vec<_>>().join("\n")) }
}
