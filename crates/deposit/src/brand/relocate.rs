//! Moving stored rows: to the consumer that their profile now belongs to, or out, when a higher revision replaces them.
//!
//! Only files that hold such rows are written again. Small files of a partition are merged on the way.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use databank_identity::{Assignment, diff};
use databank_lake::runs::Key;
use databank_lake::{Change, DataFile, Table, read_file};
use databank_model::{ConsumerId, ProfileId};
use rustc_hash::FxHashSet;

use super::BrandDeposit;
use super::write::{Place, write_sorted};
use crate::DepositError;
use crate::events::dedupe::NO_REVISION;

/// Files of a partition beyond which they are merged.
const MAX_FILES: usize = 8;
/// Rows that are merged in memory at a time.
const MERGE_ROWS: i64 = 1 << 20;

impl BrandDeposit {
    /// The deposit's change of `events`: its own files, with every row under the consumer that `assignment` gives.
    pub(super) fn place_events(&mut self, assignment: &Assignment) -> Result<Change, DepositError> {
        let moved: FxHashSet<u32> = diff(&self.assignment, assignment).into_iter().map(|p| p.0).collect();
        let superseded: FxHashSet<(Key, i64)> = self.superseded.iter().copied().collect();
        let mut change = Change { added: std::mem::take(&mut self.added_events), removed: Vec::new() };
        let stored = self.stored_events.files.clone();
        let mut rewritten = Vec::new();
        if !moved.is_empty() || !superseded.is_empty() {
            for file in stored.iter().chain(&change.added) {
                if Self::is_stale(file, &moved, &superseded, assignment)? {
                    rewritten.push(file.clone());
                }
            }
        }
        let stays = |file: &DataFile| !rewritten.iter().any(|r: &DataFile| r.relative == file.relative);
        let crowded = Self::crowded(stored.iter().chain(&change.added).filter(|file| stays(file)));
        rewritten.extend(crowded);
        if rewritten.is_empty() {
            return Ok(change);
        }
        let mut written = Vec::new();
        let mut batch: Vec<DataFile> = Vec::new();
        // Files of one partition together, so that they come out merged.
        rewritten.sort_by_key(|file| file.partition_value("slots").map(str::to_owned));
        for file in &rewritten {
            let rows: i64 = batch.iter().map(|f| f.rows).sum();
            let other = batch.first().is_some_and(|f| f.partition_value("slots") != file.partition_value("slots"));
            if !batch.is_empty() && (rows + file.rows > MERGE_ROWS || other) {
                written.extend(self.rewrite(&std::mem::take(&mut batch), &superseded, assignment)?);
            }
            batch.push(file.clone());
        }
        written.extend(self.rewrite(&batch, &superseded, assignment)?);
        let is_rewritten = |file: &DataFile| rewritten.iter().any(|r| r.relative == file.relative);
        change.removed = stored.into_iter().filter(|file| is_rewritten(file)).collect();
        let (dropped, kept): (Vec<_>, Vec<_>) = change.added.into_iter().partition(|file| is_rewritten(file));
        // These were written by this deposit and never committed: nobody can be reading them.
        for file in dropped {
            std::fs::remove_file(&file.path).map_err(|source| databank_lake::LakeError::Io {
                action: "delete",
                path: file.path.clone(),
                source,
            })?;
        }
        change.added = kept;
        change.added.extend(written);
        Ok(change)
    }

    fn is_stale(
        file: &DataFile,
        moved: &FxHashSet<u32>,
        superseded: &FxHashSet<(Key, i64)>,
        assignment: &Assignment,
    ) -> Result<bool, DepositError> {
        let mut columns = vec!["ts", "profile", "consumer"];
        if !superseded.is_empty() {
            columns.extend(["event_key", "revision"]);
        }
        for batch in read_file(&file.path, &columns, &[])? {
            let batch = batch?;
            let column = |name: &str| batch.column_by_name(name);
            let (Some(instants), Some(profiles), Some(consumers)) =
                (column("ts"), column("profile"), column("consumer"))
            else {
                continue;
            };
            let instants = instants.as_primitive::<TimestampMicrosecondType>();
            let (profiles, consumers) = (profiles.as_primitive::<Int64Type>(), consumers.as_primitive::<Int64Type>());
            let versions = column("event_key").zip(column("revision"));
            for row in 0..batch.num_rows() {
                if profiles.is_valid(row) {
                    let profile = profiles.value(row) as u32;
                    let stale = moved.contains(&profile)
                        && i64::from(assignment.consumer_of(ProfileId(profile), instants.value(row)).0)
                            != consumers.value(row);
                    if stale {
                        return Ok(true);
                    }
                }
                if versions.is_some_and(|(keys, revisions)| superseded.contains(&version_of(keys, revisions, row))) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Small files of partitions that have too many.
    fn crowded<'a>(files: impl Iterator<Item = &'a DataFile>) -> Vec<DataFile> {
        let mut by_partition: BTreeMap<Option<&str>, Vec<&DataFile>> = BTreeMap::new();
        for file in files {
            by_partition.entry(file.partition_value("slots")).or_default().push(file);
        }
        by_partition
            .into_values()
            .filter(|files| files.len() > MAX_FILES)
            .flat_map(|mut files| {
                // The largest stay: merging them again with every few small ones would write most rows many times.
                files.sort_by_key(|file| file.rows);
                let small = files.len().saturating_sub(2);
                files.into_iter().take(small).filter(|f| f.rows < MERGE_ROWS / 2).cloned().collect::<Vec<_>>()
            })
            .collect()
    }

    fn rewrite(
        &self,
        files: &[DataFile],
        superseded: &FxHashSet<(Key, i64)>,
        assignment: &Assignment,
    ) -> Result<Vec<DataFile>, DepositError> {
        let schema = Table::Events.schema();
        let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        let mut batches = Vec::new();
        for file in files {
            for batch in read_file(&file.path, &names, &[])? {
                batches.push(batch?);
            }
        }
        if batches.is_empty() {
            return Ok(Vec::new());
        }
        let whole = concat_batches(&batches[0].schema(), &batches)?;
        drop(batches);
        let keep: UInt32Array = {
            let (keys, revisions) = (whole.column(0), whole.column_by_name("revision").unwrap_or(whole.column(0)));
            let kept = |row: &u32| !superseded.contains(&version_of(keys, revisions, *row as usize));
            (0..whole.num_rows() as u32).filter(kept).collect::<Vec<_>>().into()
        };
        let whole = if keep.len() == whole.num_rows() { whole } else { take_record_batch(&whole, &keep)? };
        let instants = whole.column(3).as_primitive::<TimestampMicrosecondType>().clone();
        let profiles = whole.column(5).as_primitive::<Int64Type>().clone();
        let keys = whole.column(0).as_binary::<i32>().clone();
        let consumers: Vec<Option<ConsumerId>> = (0..whole.num_rows())
            .map(|row| {
                let profile = profiles.is_valid(row).then(|| ProfileId(profiles.value(row) as u32))?;
                Some(assignment.consumer_of(profile, instants.value(row)))
            })
            .collect();
        let mut columns = whole.columns().to_vec();
        columns[6] = std::sync::Arc::new(
            consumers.iter().map(|consumer| consumer.map(|c| i64::from(c.0))).collect::<Int64Array>(),
        );
        let events = RecordBatch::try_new(schema, columns)?;
        let places = (0..events.num_rows())
            .map(|row| {
                let key = key_of(keys.value(row)).unwrap_or_default();
                Place::of(&self.partitions, consumers[row], instants.value(row), key, row as u32)
            })
            .collect();
        write_sorted(&self.reader.vault, &self.partitions, &events, places)
    }
}

/// Which version of which event a stored row is.
fn version_of(keys: &ArrayRef, revisions: &ArrayRef, row: usize) -> (Key, i64) {
    let revisions = revisions.as_primitive::<Int64Type>();
    let revision = if revisions.is_valid(row) { revisions.value(row) } else { NO_REVISION };
    (key_of(keys.as_binary::<i32>().value(row)).unwrap_or_default(), revision)
}

fn key_of(bytes: &[u8]) -> Option<Key> {
    bytes.try_into().ok()
}
