//! What the versions of a table's log list, without a replay of the log: that costs milliseconds, and every deposit and question begins
//! with several.
//!
//! What a version of a log says never changes. So a list is remembered in the process, as long as the version's entry is the same file (a
//! table that was deleted and begun anew, or a data directory that was restored in its place, is read again); and the list of the newest version stands
//! in the log, for the next process. That one is a copy and nobody's truth: it bears a hash of itself and one of the log files that
//! say the same, which are read and compared, so that a log that was damaged or changed is replayed, and found out. Whoever has no
//! list, or a wrong one, replays the log.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::tidy::entries;
use crate::{DataFile, LakeError, TableSnapshot};

/// Which log entry it was.
#[derive(Debug, PartialEq, Eq)]
struct Look {
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
}

/// Lists that are remembered at a time; beyond, all are forgotten. A few kilobytes each, more with many files.
const REMEMBERED: usize = 4096;

type Known = HashMap<(PathBuf, i64), (Look, Arc<TableSnapshot>)>;

static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// What is remembered of a version of the table with this log.
pub(crate) fn recall(log: &Path, version: i64) -> Option<Arc<TableSnapshot>> {
    let look = look_at(log, version)?;
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(&(log.to_owned(), version)).filter(|(before, _)| *before == look).map(|(_, files)| Arc::clone(files))
}

/// Remembers a version and forgets the table's others but the last: readers of both are about.
pub(crate) fn remember(log: &Path, files: TableSnapshot) -> Arc<TableSnapshot> {
    let version = files.version;
    let files = Arc::new(files);
    if let Some(look) = look_at(log, version) {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.remove(&(log.to_owned(), version - 2));
        known.insert((log.to_owned(), version), (look, Arc::clone(&files)));
    }
    files
}

fn look_at(log: &Path, version: i64) -> Option<Look> {
    let entry = std::fs::metadata(log.join(format!("{version:020}.json"))).ok()?;
    let modified = (entry.mtime(), entry.mtime_nsec());
    Some(Look { device: entry.dev(), inode: entry.ino(), length: entry.len(), modified })
}

/// The list's name, in the log: Delta passes over what is no version.
const LIST: &str = "_files";

#[derive(Debug, Serialize, Deserialize)]
struct List {
    version: i64,
    /// Of the log files that say the same.
    log: String,
    files: Vec<DataFile>,
}

/// The list in the log of the table in `directory`, if it is of this version and the log says what it said then.
pub(crate) fn listed(directory: &Path, log: &Path, version: i64, table: crate::Table) -> Option<TableSnapshot> {
    let text = std::fs::read_to_string(log.join(LIST)).ok()?;
    let (hash, list) = text.split_once('\n')?;
    if blake3::hash(list.as_bytes()).to_hex().as_str() != hash {
        return None;
    }
    let List { version: of, log: said, mut files } = serde_json::from_str(list).ok()?;
    if of != version || said != hash_of_log(log, version).ok()? {
        return None;
    }
    for file in &mut files {
        // The vault may have been moved since.
        file.path = directory.join(&file.relative);
    }
    Some(TableSnapshot { table, version, files })
}

/// Puts the list of the newest version into the log. It is not synced: what a power cut leaves of it is recognised. A failure is nobody's
/// loss.
pub(crate) fn list(log: &Path, snapshot: &TableSnapshot) {
    let written = || -> Option<()> {
        let list = List {
            version: snapshot.version,
            log: hash_of_log(log, snapshot.version).ok()?,
            files: snapshot.files.clone(),
        };
        let list = serde_json::to_string(&list).ok()?;
        let aside = log.join(format!("{LIST}.tmp"));
        std::fs::write(&aside, format!("{}\n{list}", blake3::hash(list.as_bytes()).to_hex())).ok()?;
        std::fs::rename(&aside, log.join(LIST)).ok()
    };
    if written().is_none() {
        tracing::debug!(log = %log.display(), "the list of a table's files was not written");
    }
}

/// What the log up to a version says: the last checkpoint's and the later entries' bytes, in one hash.
fn hash_of_log(log: &Path, version: i64) -> Result<String, LakeError> {
    let mut names: Vec<(i64, bool, PathBuf)> = Vec::new();
    for path in entries(log)? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some((number, ending)) = name.split_once('.') else { continue };
        let Ok(number) = number.parse::<i64>() else { continue };
        let is_checkpoint = ending.starts_with("checkpoint") && ending.ends_with("parquet");
        if number <= version && (is_checkpoint || ending == "json") {
            names.push((number, is_checkpoint, path));
        }
    }
    let base = names.iter().filter(|(_, is_checkpoint, _)| *is_checkpoint).map(|(number, ..)| *number).max();
    // A checkpoint says what its entry says.
    names.retain(|(number, is_checkpoint, _)| match base {
        Some(base) => *number > base || (*number == base && *is_checkpoint),
        None => true,
    });
    names.sort();
    let mut hasher = blake3::Hasher::new();
    for (number, _, path) in names {
        let bytes = std::fs::read(&path).map_err(LakeError::io("read", &path))?;
        hasher.update(&number.to_le_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};

    use super::*;
    use crate::{Change, Table, Vault};

    const TABLE: Table = Table::StageDays;

    fn file(vault: &Vault) -> DataFile {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from(vec![None::<&str>])),
            Arc::new(StringArray::from(vec!["A"])),
            Arc::new(Date32Array::from(vec![1])),
            Arc::new(Int64Array::from(vec![1])),
            Arc::new(Int64Array::from(vec![0])),
        ];
        let mut writer = vault.create_file(TABLE, &["aipl@1", "brand", "000-255"]).unwrap();
        writer.write(&RecordBatch::try_new(TABLE.schema(), columns).unwrap()).unwrap();
        writer.finish().unwrap()
    }

    #[tokio::test]
    async fn a_list_says_what_the_log_says_or_nothing() {
        let place = tempfile::tempdir().unwrap();
        let vault = Vault::at(place.path().join("vault"));
        let (directory, log) = (vault.table_directory(TABLE), vault.log_directory(TABLE));
        let listed = |version: i64| listed(&directory, &log, version, TABLE);
        let mut held = Vec::new();
        for version in 1..=25 {
            let added = vec![file(&vault)];
            let change = Change { removed: std::mem::replace(&mut held, added.clone()), added };
            let committed = vault.commit(TABLE, &change, None, None).await.unwrap();
            let replayed = vault.files_of(TABLE, &vault.replay(TABLE, version).await.unwrap()).unwrap();
            let found = listed(version).unwrap();
            assert_eq!((found.version, found.content_name()), (version, committed.content.clone()));
            assert_eq!(replayed.content_name(), committed.content);
            assert!(listed(version - 1).is_none(), "it is of the newest version alone");
        }
        vault.checkpoint(TABLE, 25).await.unwrap();
        assert!(listed(25).is_some(), "a checkpoint says the same in other bytes");
        let moved = place.path().join("moved");
        std::fs::rename(vault.directory(), &moved).unwrap();
        let table = moved.join(TABLE.name());
        let log = table.join("_delta_log");
        let found = super::listed(&table, &log, 25, TABLE).unwrap();
        assert!(found.files.iter().all(|file| file.path.is_file()), "{found:?}");
        // Whatever is changed in a file that takes part: the list is not believed.
        for (name, at) in [("_files", 3), ("_files", 300), ("00000000000000000025.checkpoint.parquet", 1000)] {
            let whole = std::fs::read(log.join(name)).unwrap();
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            for bytes in [damaged, whole[..at].to_vec(), Vec::new()] {
                std::fs::write(log.join(name), bytes).unwrap();
                assert!(super::listed(&table, &log, 25, TABLE).is_none(), "{name}");
            }
            std::fs::write(log.join(name), whole).unwrap();
        }
        assert!(super::listed(&table, &log, 25, TABLE).is_some());
    }
}
