//! Files that were written and are not part of a table yet.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Remembers the data files that were begun through a [`crate::Vault`] and its clones. Those that no commit has taken when
/// the last of them is dropped are deleted: a deposit that failed gives its room back, one that is done that of the files
/// that it merged into others. What a killed process leaves goes with housekeeping, a day later.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<BTreeSet<PathBuf>>);

impl Ledger {
    fn files(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file is begun.
    pub(crate) fn begin(&self, path: &Path) {
        self.files().insert(path.to_owned());
    }

    /// A commit takes a file. Told before it is tried: of one that failed nobody knows how far it got.
    pub(crate) fn take(&self, path: &Path) {
        self.files().remove(path);
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        for path in self.files().iter() {
            if let Err(error) = std::fs::remove_file(path)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(path = %path.display(), %error, "failed to delete a data file that no commit has taken");
            }
        }
    }
}
