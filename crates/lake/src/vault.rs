//! One brand's directory of Delta tables.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use databank_model::{Day, DepositId};
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake_core::kernel::transaction::CommitData;
use deltalake_core::kernel::{Action, Add, Remove, StructField, Transaction};
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::{DeltaTable, DeltaTableBuilder};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::durable::{create_directory, make_directory, sync_directory, touch, write_new};
use crate::ledger::Ledger;
use crate::opened;
use crate::synced_store::SyncedStore;
use crate::tidy::versions;
use crate::write::NewFile;
use crate::{FileWriter, LakeError, Table};

/// A future of known size and type. Delta's own are so large and deep that every caller's build would pay for them.
pub(crate) type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The application transaction's lane: one for all deposits, its version the deposit's number.
const LANE: &str = "databank-deposit";

/// A data file: written, or named by a table version.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DataFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its name within the table.
    pub relative: String,
    /// Partition column to value.
    pub partition: BTreeMap<String, String>,
    /// Bytes on disk.
    pub size_bytes: i64,
    /// Rows.
    pub rows: i64,
    /// Statistics, as the Delta log spells them.
    pub statistics: Option<String>,
    /// Sums of its blocks, as [`BlockSums`](crate::sums::BlockSums) spells them; none in deposits from before there were sums.
    #[serde(default)]
    pub sums: Option<String>,
}

/// The tag of a log entry under which the sums of a file stand.
const SUMS_TAG: &str = "databank.sums";

impl DataFile {
    /// The value of a partition column.
    pub fn partition_value(&self, column: &str) -> Option<&str> {
        self.partition.get(column).map(String::as_str)
    }

    /// The least and greatest whole number of a column with statistics; `None` when unknown or all null.
    pub fn long_bounds(&self, column: &str) -> Option<(i64, i64)> {
        let statistics: Value = serde_json::from_str(self.statistics.as_deref()?).ok()?;
        let bound = |side: &str| statistics.get(side)?.get(column)?.as_i64();
        Some((bound("minValues")?, bound("maxValues")?))
    }

    /// The first and last day of a column with statistics; `None` when unknown or all null.
    pub fn day_bounds(&self, column: &str) -> Option<(Day, Day)> {
        let statistics: Value = serde_json::from_str(self.statistics.as_deref()?).ok()?;
        let bound = |side: &str| statistics.get(side)?.get(column)?.as_str()?.parse().ok();
        Some((bound("minValues")?, bound("maxValues")?))
    }

    fn add(&self) -> Add {
        let values = self.partition.iter().map(|(k, v)| (k.clone(), Some(v.clone()))).collect();
        Add {
            path: self.relative.clone(),
            partition_values: values,
            size: self.size_bytes,
            modification_time: modification_time_ms(&self.path),
            data_change: true,
            stats: self.statistics.clone(),
            tags: self.sums.as_ref().map(|sums| HashMap::from([(SUMS_TAG.to_owned(), Some(sums.clone()))])),
            ..Default::default()
        }
    }

    fn remove(&self, deleted_at_ms: i64) -> Remove {
        let values = self.partition.iter().map(|(k, v)| (k.clone(), Some(v.clone()))).collect();
        Remove {
            path: self.relative.clone(),
            data_change: true,
            deletion_timestamp: Some(deleted_at_ms),
            extended_file_metadata: Some(true),
            partition_values: Some(values),
            size: Some(self.size_bytes),
            ..Default::default()
        }
    }
}

fn modification_time_ms(path: &Path) -> i64 {
    let modified = std::fs::metadata(path).and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    modified.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64)
}

/// The files of a table at one version.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TableSnapshot {
    /// Which table.
    pub table: Table,
    /// Which version.
    pub version: i64,
    /// Its files, in the order of their names.
    pub files: Vec<DataFile>,
}

impl TableSnapshot {
    /// Rows over all files.
    pub fn rows(&self) -> i64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// What names this list of files, whichever version has it: it covers all that the log says of each.
    pub fn content_name(&self) -> String {
        let mut files: Vec<&DataFile> = self.files.iter().collect();
        files.sort_by(|a, b| a.relative.cmp(&b.relative));
        let mut hasher = blake3::Hasher::new();
        for file in files {
            let DataFile { path: _, relative, partition, size_bytes, rows, statistics, sums } = file;
            let said = json!([relative, partition, size_bytes, rows, statistics, sums]).to_string();
            hasher.update(&(said.len() as u64).to_le_bytes());
            hasher.update(said.as_bytes());
        }
        crate::sums::name_of(&hasher.finalize())
    }
}

/// Files that come into a table and files that leave it, in one commit.
#[derive(Debug, Default)]
pub struct Change {
    /// Files written for this commit.
    pub added: Vec<DataFile>,
    /// Files of the present version that it replaces.
    pub removed: Vec<DataFile>,
}

impl Change {
    /// Whether there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// What a commit made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The table's new version.
    pub version: i64,
    /// What names its list of files ([`TableSnapshot::content_name`]).
    pub content: String,
}

/// A brand's directory. Data files that were written through it and never committed are deleted with its last clone.
#[derive(Debug, Clone)]
pub struct Vault {
    directory: PathBuf,
    ledger: Arc<Ledger>,
    lasts: bool,
}

impl Vault {
    /// The vault in this directory, which is made when first written to.
    pub fn at(directory: PathBuf) -> Self {
        Self { directory, ledger: Arc::default(), lasts: true }
    }

    /// A vault for this process alone, in a directory that is gone when the process is: nothing of it is synced, and nothing
    /// committed.
    pub fn passing(directory: PathBuf) -> Self {
        Self { lasts: false, ..Self::at(directory) }
    }

    /// Whether what is written must survive a power cut.
    pub fn lasts(&self) -> bool {
        self.lasts
    }

    fn make_directory(&self, table: Table) -> Result<PathBuf, LakeError> {
        let directory = self.table_directory(table);
        make_directory(&directory, self.lasts)?;
        Ok(directory)
    }

    /// Where the vault is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where its look-up indexes are ([`crate::runs`]).
    pub fn index_directory(&self) -> PathBuf {
        self.directory.join("index")
    }

    /// Where a table is.
    pub fn table_directory(&self, table: Table) -> PathBuf {
        self.directory.join(table.name())
    }

    /// Where a table's log is.
    pub fn log_directory(&self, table: Table) -> PathBuf {
        self.table_directory(table).join("_delta_log")
    }

    fn url(&self, table: Table) -> Result<Url, LakeError> {
        let directory = self.table_directory(table);
        let absolute = std::path::absolute(&directory).map_err(LakeError::io("resolve", &directory))?;
        Url::from_directory_path(&absolute)
            .map_err(|()| LakeError::Damaged { path: absolute, reason: "not a path that a URL can name".into() })
    }

    fn builder(&self, table: Table) -> Result<DeltaTableBuilder, LakeError> {
        let url = self.url(table)?;
        let builder = DeltaTableBuilder::from_url(url.clone()).map_err(LakeError::delta("open", table.name()))?;
        Ok(builder.with_storage_backend(Arc::new(SyncedStore::new()), url))
    }

    /// Replays the log of a table.
    pub(crate) fn replay<'a>(&'a self, table: Table, version: i64) -> BoxFuture<'a, Result<DeltaTable, LakeError>> {
        Box::pin(async move {
            let loaded = self.builder(table)?.with_version(version as u64).load().await;
            loaded.map_err(|source| LakeError::Log {
                path: self.log_directory(table),
                version,
                source: Box::new(source),
            })
        })
    }

    fn open<'a>(&'a self, table: Table, version: i64) -> BoxFuture<'a, Result<Arc<TableSnapshot>, LakeError>> {
        Box::pin(async move {
            let log = self.log_directory(table);
            if let Some(files) = opened::recall(&log, version) {
                return Ok(files);
            }
            let files = match opened::listed(&self.table_directory(table), &log, version, table) {
                Some(files) => files,
                None => self.files_of(table, &self.replay(table, version).await?)?,
            };
            Ok(opened::remember(&log, files))
        })
    }

    /// The newest version that has a log entry; `None` of a table that was never written, or not to the end of its first
    /// entry.
    fn newest_entry(&self, table: Table) -> Result<Option<i64>, LakeError> {
        let log = self.log_directory(table);
        if !log.is_dir() {
            return Ok(None);
        }
        Ok(versions(&log, ".json")?.into_iter().max())
    }

    /// The files of a table at a version that the catalog names.
    pub fn snapshot<'a>(&'a self, table: Table, version: i64) -> BoxFuture<'a, Result<TableSnapshot, LakeError>> {
        Box::pin(async move { Ok(self.open(table, version).await?.as_ref().clone()) })
    }

    pub(crate) fn files_of(&self, table: Table, opened: &DeltaTable) -> Result<TableSnapshot, LakeError> {
        let state = opened.snapshot().map_err(LakeError::delta("read", table.name()))?;
        let directory = self.table_directory(table);
        let mut files: Vec<DataFile> = state
            .log_data()
            .into_iter()
            .map(|file| {
                let relative = file.object_store_path().to_string();
                let partition = file.partition_values_map().into_iter().filter_map(|(k, v)| Some((k, v?))).collect();
                #[expect(deprecated, reason = "nothing else gives the tags of a log entry")]
                let tags = file.add_action().tags;
                DataFile {
                    path: directory.join(&relative),
                    relative,
                    partition,
                    size_bytes: file.size(),
                    rows: file.num_records().unwrap_or(0) as i64,
                    statistics: file.stats(),
                    sums: tags.and_then(|mut tags| tags.remove(SUMS_TAG)).flatten(),
                }
            })
            .collect();
        files.sort_by(|a, b| a.relative.cmp(&b.relative));
        Ok(TableSnapshot { table, version: state.version() as i64, files })
    }

    /// Starts a data file of a table, with its partition values in the table's order.
    pub fn create_file(&self, table: Table, partition: &[&str]) -> Result<FileWriter, LakeError> {
        let directory = self.make_directory(table)?;
        FileWriter::create(table, &directory, partition, (&self.ledger, self.lasts))
    }

    /// Starts a data file whose bytes are the caller's to write.
    pub(crate) fn create_new(&self, table: Table, partition: &[&str]) -> Result<(NewFile, File), LakeError> {
        let directory = self.make_directory(table)?;
        NewFile::create(table, &directory, partition, (&self.ledger, self.lasts))
    }

    /// Commits a change, after log entry and directories are synced. `built_on` is what names the list of files that the
    /// change was made for, when that is known: on another list nothing is built.
    ///
    /// The deposit's number goes along as an application transaction: other readers see which deposit a version holds. That none
    /// is committed twice is the catalog's to say.
    pub fn commit<'a>(
        &'a self,
        table: Table,
        change: &'a Change,
        deposit: Option<DepositId>,
        built_on: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Committed, LakeError>> {
        Box::pin(async move {
            // Also of a table that is there: whoever made it may have been killed before these names lasted.
            create_directory(&self.log_directory(table))?;
            let present = match self.newest_entry(table)? {
                Some(newest) => self.open(table, newest).await?,
                None => Arc::new(self.files_of(table, &self.create(table).await?)?),
            };
            self.require(&present, built_on)?;
            change.added.iter().for_each(|file| self.ledger.take(&file.path));
            let now_ms = modification_clock_ms();
            let mut actions: Vec<Action> = change.removed.iter().map(|f| Action::Remove(f.remove(now_ms))).collect();
            actions.extend(change.added.iter().map(|f| Action::Add(f.add())));
            let gone: HashSet<&str> = change.removed.iter().map(|file| file.relative.as_str()).collect();
            let mut files = present.files.clone();
            files.retain(|file| !gone.contains(file.relative.as_str()));
            files.extend(change.added.iter().cloned());
            let committed = self.write_entry(table, present.version + 1, actions, files, deposit)?;
            for file in &change.removed {
                // From now on its age is the time since it left: readers of the last version have a day to finish.
                match touch(&file.path) {
                    // It leaves because it is lost, and its rows were made again.
                    Err(LakeError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {}
                    touched => touched?,
                }
            }
            Ok(Committed { version: committed.version, content: committed.content_name() })
        })
    }

    /// Refuses a list of files that is not the one that was published: somebody changed the table's log, or it is damaged.
    pub fn require(&self, snapshot: &TableSnapshot, content: Option<&str>) -> Result<(), LakeError> {
        match content {
            Some(content) if content != snapshot.content_name() => Err(LakeError::Damaged {
                path: self.log_directory(snapshot.table),
                reason: format!("version {} does not list the files that were published", snapshot.version),
            }),
            _ => Ok(()),
        }
    }

    /// Deletes a table that is made again from others.
    pub fn delete_table(&self, table: Table) -> Result<(), LakeError> {
        self.delete_named(table.name())
    }

    /// Deletes the tables that nothing reads any more, but those that `is_named` says some version still names.
    pub fn delete_retired(&self, is_named: impl Fn(&str) -> bool) -> Result<(), LakeError> {
        let left = |name: &&str| !is_named(name) && self.directory.join(name).is_dir();
        Table::RETIRED.into_iter().filter(left).try_for_each(|name| self.delete_named(name))
    }

    fn delete_named(&self, table: &str) -> Result<(), LakeError> {
        let directory = self.directory.join(table);
        match std::fs::remove_dir_all(&directory) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(LakeError::io("delete", &directory)(error))
            }
            _ => sync_directory(&self.directory),
        }
    }

    /// Writes the entry of a table's next version, which comes to have these files. Its text is Delta's own. Delta's loop of
    /// attempts is left out: one writer writes a table, and a version that is there already is an error.
    fn write_entry(
        &self,
        table: Table,
        version: i64,
        actions: Vec<Action>,
        mut files: Vec<DataFile>,
        deposit: Option<DepositId>,
    ) -> Result<Arc<TableSnapshot>, LakeError> {
        let overwrites = actions.iter().any(|action| matches!(action, Action::Remove(_)));
        let mode = if overwrites { SaveMode::Overwrite } else { SaveMode::Append };
        let operation = DeltaOperation::Write { mode, partition_by: None, predicate: None };
        let deposit = deposit.map(|deposit| Transaction::new(LANE, deposit.0));
        let entry = CommitData::new(actions, operation, HashMap::new(), deposit.into_iter().collect());
        let entry = entry.get_bytes().map_err(|error| LakeError::delta("commit to", table.name())(error.into()))?;
        let log = self.log_directory(table);
        write_new(&log.join(format!("{version:020}.json")), &entry)?;
        files.sort_by(|a, b| a.relative.cmp(&b.relative));
        let snapshot = TableSnapshot { table, version, files };
        opened::list(&log, &snapshot);
        Ok(opened::remember(&log, snapshot))
    }

    fn create<'a>(&'a self, table: Table) -> BoxFuture<'a, Result<DeltaTable, LakeError>> {
        Box::pin(async move {
            let failed = |e| LakeError::delta("create", table.name())(e);
            let directory = self.table_directory(table);
            let mut columns = Vec::new();
            for field in table.schema().fields() {
                let column: StructField = field.as_ref().try_into_kernel().map_err(LakeError::arrow(&directory))?;
                columns.push(column);
            }
            for name in table.partition_columns() {
                columns.push(StructField::nullable(*name, deltalake_core::kernel::DataType::STRING));
            }
            let statistics = table.statistics_columns().join(",");
            let mut configuration = HashMap::from([
                ("delta.logRetentionDuration", "interval 1 days".to_owned()),
                ("delta.deletedFileRetentionDuration", "interval 1 days".to_owned()),
            ]);
            if !statistics.is_empty() {
                configuration.insert("delta.dataSkippingStatsColumns", statistics);
            }
            CreateBuilder::new()
                .with_log_store(self.builder(table)?.build_storage().map_err(failed)?)
                .with_table_name(table.name())
                .with_columns(columns)
                .with_partition_columns(table.partition_columns().iter().copied())
                .with_configuration(configuration.into_iter().map(|(k, v)| (k, Some(v))))
                .with_raise_if_key_not_exists(false)
                .await
                .map_err(failed)
        })
    }

    /// Takes back commits that no vault version names: what a crash left between a table's commit and the catalog's row.
    /// `named` is the catalog's version, `None` when the catalog names none. Returns the version now to be named.
    pub fn take_back<'a>(&'a self, table: Table, named: Option<i64>) -> BoxFuture<'a, Result<Option<i64>, LakeError>> {
        Box::pin(async move {
            let newest = self.newest_entry(table)?;
            let Some(newest) = newest.filter(|_| newest != named) else { return Ok(named) };
            // Whoever wrote them may have been killed before their names lasted, and others are to stand on them.
            sync_directory(&self.log_directory(table))?;
            let present = self.open(table, newest).await?;
            let wanted = match named {
                Some(version) => self.snapshot(table, version).await?.files,
                None => Vec::new(),
            };
            let names = |files: &[DataFile]| files.iter().map(|f| f.relative.clone()).collect::<HashSet<_>>();
            let (wanted_names, present_names) = (names(&wanted), names(&present.files));
            let now_ms = modification_clock_ms();
            let leaving = present.files.iter().filter(|f| !wanted_names.contains(&f.relative));
            let mut actions: Vec<Action> = leaving.map(|f| Action::Remove(f.remove(now_ms))).collect();
            let returning = wanted.iter().filter(|f| !present_names.contains(&f.relative));
            actions.extend(returning.map(|f| Action::Add(f.add())));
            if actions.is_empty() {
                // The same files under a later version: naming the old version stays right.
                return Ok(named);
            }
            tracing::warn!(table = table.name(), from = present.version, to = ?named, "took back an unfinished commit");
            Ok(Some(self.write_entry(table, newest + 1, actions, wanted, None)?.version))
        })
    }
}

/// Now, for Delta's own bookkeeping (tombstones and file ages), which no answer of ours depends on.
#[expect(clippy::disallowed_methods, reason = "Delta's tombstone times are compared with file times, not with ours")]
fn modification_clock_ms() -> i64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64)
}
