//! Logs that this process has read: replaying one costs milliseconds, and every deposit and question begins with several.
//!
//! What a version of a log says never changes. A version that was read (or committed) is kept as long as its entry is the same file: a
//! table that was deleted and begun anew, or a data directory that was restored in its place, is read again. What changes
//! on the disk without anybody's writing is found by `databank doctor`, as for data files ([`crate::checked`]).

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use deltalake_core::DeltaTable;

use crate::TableSnapshot;

/// A table at one version, and its files.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) table: DeltaTable,
    pub(crate) files: TableSnapshot,
}

/// Which log entry it was.
#[derive(Debug, PartialEq, Eq)]
struct Look {
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
}

/// Tables that are remembered at a time; beyond, all are forgotten. A few kilobytes each, more with many files.
const REMEMBERED: usize = 4096;

type Known = HashMap<(PathBuf, i64), (Look, Arc<Opened>)>;

static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// What is remembered of a version of the table with this log.
pub(crate) fn recall(log: &Path, version: i64) -> Option<Arc<Opened>> {
    let look = look_at(log, version)?;
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(&(log.to_owned(), version)).filter(|(before, _)| *before == look).map(|(_, opened)| Arc::clone(opened))
}

/// Remembers a version and forgets the table's others but the last: readers of both are about.
pub(crate) fn remember(log: &Path, opened: Opened) -> Arc<Opened> {
    let version = opened.files.version;
    let opened = Arc::new(opened);
    if let Some(look) = look_at(log, version) {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.remove(&(log.to_owned(), version - 2));
        known.insert((log.to_owned(), version), (look, Arc::clone(&opened)));
    }
    opened
}

fn look_at(log: &Path, version: i64) -> Option<Look> {
    let entry = std::fs::metadata(log.join(format!("{version:020}.json"))).ok()?;
    let modified = (entry.mtime(), entry.mtime_nsec());
    Some(Look { device: entry.dev(), inode: entry.ino(), length: entry.len(), modified })
}
