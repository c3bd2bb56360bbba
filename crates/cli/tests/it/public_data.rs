//! Where public data sets and the independent engines are; tests without them are skipped loudly.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[expect(clippy::print_stderr, reason = "a skipped test says so loudly")]
/// A public data set, by its path in the test data folder.
pub(crate) fn data(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("DATABANK_TEST_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let found = folder.join(path);
    if found.try_exists().unwrap_or(false) {
        return Some(found);
    }
    eprintln!("SKIPPED: no {}; set DATABANK_TEST_DATA to the folder of public data sets", found.display());
    None
}

#[expect(clippy::print_stderr, reason = "a skipped test says so loudly")]
/// Runs a script of `tests/oracle` and reads its JSON.
pub(crate) fn oracle(args: &[&str]) -> Option<Value> {
    let Some(python) = std::env::var_os("DATABANK_ORACLE_PYTHON") else {
        eprintln!("SKIPPED: DATABANK_ORACLE_PYTHON names no Python with duckdb and deltalake; `make test` makes one");
        return None;
    };
    let output = Command::new(python).current_dir(root().join("tests/oracle")).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}
