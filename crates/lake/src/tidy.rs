//! Housekeeping of a vault: data files that nothing names any more, checkpoints, and log entries behind them.
//!
//! Delta's own would go by the newest version alone. Here the catalog says which versions may still be opened, and nothing
//! that they need is touched.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use deltalake_core::checkpoints::create_checkpoint;

use crate::opened;
use crate::vault::BoxFuture;
use crate::{LakeError, Table, TableSnapshot, Vault};

/// How long files that no version names are kept: readers of the last versions finish, and erased bytes leave in a day.
const KEPT: Duration = Duration::from_hours(24);
/// Log entries after which a checkpoint spares their replay.
const CHECKPOINT_VERSIONS: i64 = 20;

impl Vault {
    /// Deletes data files of a table that the given snapshots do not name, a day after they left it (or were written, when
    /// they never came in). Returns how many.
    pub fn delete_unnamed_files(&self, snapshots: &[TableSnapshot]) -> Result<usize, LakeError> {
        let mut deleted = 0;
        for snapshot in snapshots {
            let named: HashSet<&Path> = snapshot.files.iter().map(|f| f.path.as_path()).collect();
            let mut directories = vec![self.table_directory(snapshot.table)];
            while let Some(directory) = directories.pop() {
                for path in entries(&directory)? {
                    if path.is_dir() {
                        if !path.ends_with("_delta_log") {
                            directories.push(path);
                        }
                        continue;
                    }
                    let is_data = path.extension().is_some_and(|e| e == "parquet");
                    if is_data && !named.contains(path.as_path()) && is_old(&path) {
                        std::fs::remove_file(&path).map_err(LakeError::io("delete", &path))?;
                        deleted += 1;
                    }
                }
            }
        }
        Ok(deleted)
    }

    /// Writes and syncs a checkpoint of a version that the catalog names, when enough log entries have come since the last.
    pub fn checkpoint<'a>(&'a self, table: Table, version: i64) -> BoxFuture<'a, Result<(), LakeError>> {
        Box::pin(async move {
            let log = self.table_directory(table).join("_delta_log");
            let last = versions(&log, ".checkpoint.parquet")?.into_iter().max().unwrap_or(0);
            if version - last < CHECKPOINT_VERSIONS {
                return Ok(());
            }
            let opened = self.replay(table, version).await?;
            create_checkpoint(&opened, None).await.map_err(LakeError::delta("checkpoint", table.name()))?;
            // The log says the same in other bytes now.
            opened::list(&log, &self.files_of(table, &opened)?);
            Ok(())
        })
    }

    /// Deletes log entries older than a day that no version from `oldest` on needs: those before the last checkpoint that is
    /// not after it.
    pub fn shorten_log(&self, table: Table, oldest: i64) -> Result<(), LakeError> {
        let log = self.table_directory(table).join("_delta_log");
        let checkpoints = versions(&log, ".checkpoint.parquet")?;
        let Some(base) = checkpoints.iter().filter(|version| **version <= oldest).max().copied() else { return Ok(()) };
        for ending in [".json", ".checkpoint.parquet"] {
            for version in versions(&log, ending)?.into_iter().filter(|version| *version < base) {
                let path = log.join(format!("{version:020}{ending}"));
                if is_old(&path) {
                    std::fs::remove_file(&path).map_err(LakeError::io("delete", &path))?;
                }
            }
        }
        Ok(())
    }

    /// Deletes identity maps older than a day that are not among the named ones (relative to the vault).
    pub fn delete_unnamed_maps(&self, named: &HashSet<String>) -> Result<(), LakeError> {
        let directory = self.directory().join("identity");
        if !directory.is_dir() {
            return Ok(());
        }
        for path in entries(&directory)? {
            let name = path.file_name().map(|name| format!("identity/{}", name.to_string_lossy())).unwrap_or_default();
            if !named.contains(&name) && is_old(&path) {
                std::fs::remove_file(&path).map_err(LakeError::io("delete", &path))?;
            }
        }
        Ok(())
    }
}

pub(crate) fn entries(directory: &Path) -> Result<Vec<PathBuf>, LakeError> {
    let entries = std::fs::read_dir(directory).map_err(LakeError::io("list", directory))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

/// The versions of log files with an ending.
pub(crate) fn versions(log: &Path, ending: &str) -> Result<Vec<i64>, LakeError> {
    let names = entries(log)?.into_iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
    Ok(names.filter_map(|name| name.strip_suffix(ending)?.parse().ok()).collect())
}

fn is_old(path: &Path) -> bool {
    let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified());
    modified.ok().and_then(|modified| modified.elapsed().ok()).is_some_and(|age| age > KEPT)
}
