//! The program that tests and benchmarks run.

use std::path::PathBuf;

/// `QD=/path/to/qd` names another than the one that was built beside this, such as a release.
pub fn program() -> PathBuf {
    std::env::var_os("QD").map_or_else(|| env!("CARGO_BIN_EXE_qd").into(), Into::into)
}
