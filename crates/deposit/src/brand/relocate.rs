//! Moving stored rows: to the consumer that their profile now belongs to, or out, when a higher revision replaces them.
//!
//! Files that hold such rows are written again, as are files of partitions that are no more and the many small files of a
//! partition. The deposit's own rows come from the side, where their chunks were put. All of it is streams: rows that
//! change their consumer are taken out and sorted (`spill`), and what a partition keeps and gains is merged (`merge`),
//! several partitions at a time, into files that are closed only when they are full. So a
//! partition comes to have a few large files that do not overlap, beside some small ones of the latest deposits.
//!
//! Which files are merged, and when a partition is split, is said here alone (`crowded`, `outgrown`): an import and a
//! compaction (`super::compact`) go by the same rule, an import later.

mod merge;
pub(super) mod spill;
mod stale;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use databank_identity::Assignment;
use databank_lake::cores::map_on_all_cores;
use databank_lake::{Change, DataFile, FileWriter, LakeError, OpenFile, Part, RowGroup, Table, Vault};
use databank_model::SlotRange;
use rustc_hash::FxHashSet;

use self::merge::{Budget, Input, merge};
use self::spill::{Run, Scratch, Spill, batch_rows};
use self::stale::{NARROW_ROWS, Owners, Sieve, Stale, Versions};
use super::BrandDeposit;
use crate::DepositError;

/// Hot files of a partition that a merge leaves, and beyond which a compaction merges.
pub(super) const HOT_FILES: usize = 8;
/// Hot files of a partition beyond which an import merges at its end: that is mostly left to compactions, but files must not
/// pile up where none ever runs.
const HOT_FILES_UNTENDED: usize = 32;
/// The tier of what deposits write.
pub(super) const HOT: &str = "hot";
/// The tier of files that are to be about full. Once they are, only rows that move, replaced rows and splits have them written again.
pub(super) const RUN: &str = "run";
/// Bytes of moved rows that are held before they are sorted and written aside.
const MOVED_BYTES: usize = 48 << 20;

impl BrandDeposit {
    /// The deposit's change of `events`: its own files, with every row under the consumer that `assignment` gives.
    pub(super) fn place_events(&mut self, assignment: &Assignment) -> Result<Change, DepositError> {
        let mut change = Change { added: std::mem::take(&mut self.added_events), removed: Vec::new() };
        let stored = self.stored_events.files.clone();
        let files: Vec<&DataFile> = stored.iter().chain(&change.added).collect();
        let parent = self.scratch.path();
        let scratch = tempfile::tempdir_in(parent).map_err(LakeError::io("create", parent))?;
        let relocation = Relocation {
            vault: &self.reader.vault,
            partitions: &self.partitions,
            stale: Stale::new(&self.assignment, assignment, std::mem::take(&mut self.superseded)),
            hot_files: HOT_FILES_UNTENDED,
            file_bytes: self.facts.sizes.file_bytes,
            moved_bytes: MOVED_BYTES,
            budget: Budget::default(),
            scratch: scratch.path(),
            stops: &|| false,
        };
        let Relocated { rewritten, written, replaced } = relocation.run(&files, self.chunks.runs())?;
        self.replaced = replaced;
        let is_rewritten = |file: &DataFile| rewritten.contains(&file.relative);
        change.removed = stored.into_iter().filter(is_rewritten).collect();
        let (dropped, kept): (Vec<_>, Vec<_>) = change.added.into_iter().partition(is_rewritten);
        // These were written by this deposit and never committed: nobody can be reading them.
        for file in dropped {
            std::fs::remove_file(&file.path).map_err(LakeError::io("delete", &file.path))?;
        }
        change.added = kept;
        change.added.extend(written);
        Ok(change)
    }
}

/// What a relocation did.
#[derive(Debug, Default)]
pub(super) struct Relocated {
    /// Names of files whose rows are elsewhere now.
    pub(super) rewritten: BTreeSet<String>,
    /// Where they are.
    pub(super) written: Vec<DataFile>,
    /// Consumers of rows that higher revisions replaced.
    replaced: FxHashSet<u32>,
}

/// Brings rows of files to their places.
pub(super) struct Relocation<'a> {
    vault: &'a Vault,
    partitions: &'a [SlotRange],
    stale: Stale<'a>,
    /// Hot files of a partition beyond which they are merged.
    hot_files: usize,
    /// Bytes of a full file.
    file_bytes: u64,
    moved_bytes: usize,
    budget: Budget,
    scratch: &'a Path,
    /// Asked between batches; once it says so, the work ends in [`DepositError::GaveWay`].
    stops: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> Relocation<'a> {
    /// In which no row changes its consumer: files come together or apart.
    pub(super) fn of_files(
        vault: &'a Vault,
        partitions: &'a [SlotRange],
        assignment: &'a Assignment,
        file_bytes: u64,
        scratch: &'a Path,
        stops: &'a (dyn Fn() -> bool + Sync),
    ) -> Self {
        let stale = Stale::new(assignment, assignment, Vec::new());
        let (hot_files, moved_bytes, budget) = (HOT_FILES, MOVED_BYTES, Budget::default());
        Self { vault, partitions, stale, hot_files, file_bytes, moved_bytes, budget, scratch, stops }
    }

    /// Brings all rows of partitions that are no more into the new ones: whole, or not at all.
    pub(super) fn split(&self, files: &[&DataFile]) -> Result<Relocated, DepositError> {
        self.run(files, &[])
    }

    /// Merges the crowded files of partitions that stay as they are, each partition for itself: what is done when the work has
    /// to stop is done.
    pub(super) fn merge_crowded(&self, files: &[&DataFile]) -> Result<Relocated, DepositError> {
        let names: BTreeSet<String> = crowded(files, self.file_bytes, self.hot_files).into_iter().collect();
        let of = |range: SlotRange| -> Vec<&DataFile> {
            let leaves = |file: &&&DataFile| names.contains(&file.relative) && range_of(file) == Some(range);
            files.iter().filter(leaves).copied().collect()
        };
        let work: Vec<(usize, SlotRange, Vec<&DataFile>)> =
            self.partitions.iter().enumerate().map(|(number, range)| (number, *range, of(*range))).collect();
        let scratch = Scratch::new(self.scratch);
        let done = map_on_all_cores(&work, &|(number, range, leaving)| -> Result<_, DepositError> {
            if leaving.is_empty() {
                return Ok(None);
            }
            match self.fill(*range, leaving, &[], &[], &mut scratch.apart(*number)?) {
                Err(DepositError::GaveWay) => Ok(None),
                written => written.map(Some),
            }
        })?;
        let mut relocated = Relocated::default();
        for ((_, _, leaving), written) in work.iter().zip(done) {
            let Some(written) = written else { continue };
            relocated.rewritten.extend(leaving.iter().map(|file| file.relative.clone()));
            relocated.written.extend(written);
        }
        Ok(relocated)
    }

    /// Places what files hold that must be written again, and what chunks brought.
    fn run(&self, files: &[&DataFile], chunks: &[(SlotRange, Run)]) -> Result<Relocated, DepositError> {
        let mut scratch = Scratch::new(self.scratch);
        let mut moved = Spill::new(self.partitions, self.moved_bytes);
        let (homed, homeless): (Vec<&DataFile>, Vec<&DataFile>) =
            files.iter().partition(|file| range_of(file).is_some_and(|range| self.partitions.contains(&range)));
        let mut rewritten: BTreeSet<String> = homeless.iter().map(|file| file.relative.clone()).collect();
        rewritten.extend(crowded(&homed, self.file_bytes, self.hot_files));
        let mut replaced = FxHashSet::default();
        if !self.stale.is_empty() {
            for file in files {
                // Without bounds in the log a file may hold anybody's rows.
                let may_move = file.long_bounds("consumer").is_none_or(|bounds| self.stale.may_move(Some(bounds)));
                if !may_move && !self.stale.replaces_any() {
                    continue;
                }
                let opened = OpenFile::open(file)?;
                let moves = self.take_moved(&opened, &mut moved, &mut scratch)?;
                if self.stale.add_replaced(&opened, &mut replaced)? || moves {
                    rewritten.insert(file.relative.clone());
                }
            }
        }
        if self.stale.moves_any() {
            for (_, run) in chunks {
                self.take_moved_aside(run, &mut moved, &mut scratch)?;
            }
        }
        let moved = moved.finish(&mut scratch)?;
        let leaving: Vec<&DataFile> = files.iter().copied().filter(|f| rewritten.contains(&f.relative)).collect();
        let partitions: Vec<(usize, SlotRange, Vec<Run>)> =
            self.partitions.iter().zip(moved).enumerate().map(|(n, (range, moved))| (n, *range, moved)).collect();
        let written = map_on_all_cores(&partitions, &|(number, partition, moved)| {
            let mut scratch = scratch.apart(*number)?;
            self.fill(*partition, &leaving, chunks, moved, &mut scratch)
        })?;
        Ok(Relocated { rewritten, written: written.into_iter().flatten().collect(), replaced })
    }

    /// Copies rows of a chunk that change their consumer, under the new one.
    fn take_moved_aside(&self, run: &Run, moved: &mut Spill, scratch: &mut Scratch) -> Result<(), DepositError> {
        // Most batches have no such rows: who owns them is read first, and the rest only where it is needed.
        let schema = Table::Events.schema();
        let columns = Owners::COLUMNS.iter().map(|name| schema.index_of(name)).collect::<Result<_, _>>()?;
        for (number, owners) in run.open_columns(columns)?.enumerate() {
            let (mut rows, mut consumers) = (Vec::new(), Vec::new());
            self.stale.for_each_moved(&Owners::of(&owners?)?, &mut |row, consumer| {
                rows.push(row as u32);
                consumers.push(i64::from(consumer.0));
            });
            if !rows.is_empty()
                && let Some(batch) = run.batch(number)?
            {
                let batch = take_record_batch(&batch, &UInt32Array::from(rows))?;
                moved.push(self.under(&batch, &consumers)?, scratch)?;
            }
        }
        Ok(())
    }

    /// Copies a file's rows that change their consumer, under the new one. Returns whether there are any.
    fn take_moved(&self, file: &OpenFile, moved: &mut Spill, scratch: &mut Scratch) -> Result<bool, DepositError> {
        let schema = Table::Events.schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let mut any = false;
        for group in file.row_groups("consumer").iter().filter(|group| self.stale.may_move(group.bounds)) {
            let part = Part { row_groups: vec![group.place], rows: None, batch_rows: NARROW_ROWS };
            let (mut rows, mut consumers, mut before) = (Vec::new(), Vec::new(), 0);
            for batch in file.read(&Owners::COLUMNS, part)? {
                let batch = batch?;
                self.stale.for_each_moved(&Owners::of(&batch)?, &mut |row, consumer| {
                    let row = before + row;
                    rows.push(row..row + 1);
                    consumers.push(i64::from(consumer.0));
                });
                before += batch.num_rows();
            }
            if rows.is_empty() {
                continue;
            }
            any = true;
            let batch_rows = batch_rows(file.row_bytes());
            let part = Part { row_groups: vec![group.place], rows: Some(rows), batch_rows };
            let mut consumers = consumers.as_slice();
            for batch in file.read(&names, part)? {
                let batch = batch?;
                let (present, later) = consumers.split_at(batch.num_rows().min(consumers.len()));
                consumers = later;
                moved.push(self.under(&batch, present)?, scratch)?;
            }
        }
        Ok(any)
    }

    /// What keeps rows out of a partition's new files, if any can be there.
    fn sieve(&self, within: bool, partition: SlotRange) -> Option<Sieve<'_>> {
        let partition = (!within).then_some(partition);
        (!within || !self.stale.is_empty()).then_some(Sieve { stale: &self.stale, partition })
    }

    /// Rows under other consumers, without those that are replaced.
    fn under(&self, batch: &RecordBatch, consumers: &[i64]) -> Result<RecordBatch, DepositError> {
        let schema = Table::Events.schema();
        let mut columns = batch.columns().to_vec();
        if let Some(column) = columns.get_mut(schema.index_of("consumer")?) {
            *column = Arc::new(Int64Array::from(consumers.to_vec())) as ArrayRef;
        }
        let moved = RecordBatch::try_new(schema, columns)?;
        if !self.stale.replaces_any() {
            return Ok(moved);
        }
        let versions = Versions::of(&moved)?;
        let stays = |row: &u32| !self.stale.is_superseded(&versions, *row as usize);
        let kept: UInt32Array = (0..moved.num_rows() as u32).filter(stays).collect::<Vec<_>>().into();
        Ok(take_record_batch(&moved, &kept)?)
    }

    /// Merges what leaving files and chunks hold of a partition, and the rows that moved into it, into new files of it.
    fn fill(
        &self,
        partition: SlotRange,
        leaving: &[&DataFile],
        chunks: &[(SlotRange, Run)],
        moved: &[Run],
        scratch: &mut Scratch,
    ) -> Result<Vec<DataFile>, DepositError> {
        let mut inputs = Vec::new();
        let mut bytes = 0.0;
        for file in leaving {
            let range = range_of(file).unwrap_or(SlotRange::ALL);
            let Some(within) = overlap(range, partition) else { continue };
            let opened = OpenFile::open(file)?;
            let groups: Vec<RowGroup> = opened.row_groups("consumer");
            let groups = groups.iter().filter(|group| within || may_hold(group, partition));
            let (row_groups, rows): (Vec<usize>, Vec<usize>) = groups.map(|group| (group.place, group.rows)).unzip();
            let rows = rows.iter().sum();
            bytes += file.size_bytes as f64 * share(range, partition);
            inputs.push(Input::File { file: opened, row_groups, rows, sieve: self.sieve(within, partition) });
        }
        for (range, run) in chunks {
            let Some(within) = overlap(*range, partition) else { continue };
            bytes += run.file_bytes() * share(*range, partition);
            inputs.push(Input::Run { run: run.clone(), sieve: self.sieve(within, partition) });
        }
        bytes += moved.iter().map(Run::file_bytes).sum::<f64>();
        inputs.extend(moved.iter().map(|run| Input::Run { run: run.clone(), sieve: None }));
        if inputs.is_empty() {
            return Ok(Vec::new());
        }
        let slots = partition.to_string();
        let mut files = FullFiles::new(self.vault, &slots, self.file_bytes, bytes);
        merge(inputs, self.budget, scratch, &mut |batch| {
            if (self.stops)() { Err(DepositError::GaveWay) } else { files.write(batch) }
        })?;
        files.finish()
    }
}

/// Whether rows of the first range all belong to the second; `None` when none do.
fn overlap(range: SlotRange, partition: SlotRange) -> Option<bool> {
    let apart = range.first > partition.last || range.last < partition.first;
    (!apart).then_some(range.first >= partition.first && range.last <= partition.last)
}

/// How much of a range lies in a partition that overlaps it.
fn share(range: SlotRange, partition: SlotRange) -> f64 {
    let width = |first: u8, last: u8| f64::from(last) - f64::from(first) + 1.0;
    width(range.first.max(partition.first), range.last.min(partition.last)) / width(range.first, range.last)
}

fn range_of(file: &DataFile) -> Option<SlotRange> {
    file.partition_value("slots")?.parse().ok()
}

/// Whether a row group may hold rows of a partition: anonymous ones may be anybody's.
fn may_hold(group: &RowGroup, partition: SlotRange) -> bool {
    let (least, greatest) = partition.number_bounds();
    let of_people = group.bounds.is_some_and(|(first, last)| first <= i64::from(greatest) && last >= i64::from(least));
    of_people || group.has_nulls
}

/// The partitions of a brand that has outgrown those that it has: with more than twice `partition_rows` for each of them, slots
/// are split anew.
pub(super) fn outgrown(partitions: &[SlotRange], rows: u64, partition_rows: u64) -> Option<Vec<SlotRange>> {
    let most = partition_rows.saturating_mul(2 * partitions.len() as u64);
    let split = || partitions_for(rows, partition_rows);
    (rows > most).then(split).filter(|split| split.len() > partitions.len())
}

/// The partitions in which `rows` rows begin.
pub(super) fn partitions_for(rows: u64, partition_rows: u64) -> Vec<SlotRange> {
    SlotRange::split(rows.div_ceil(partition_rows.max(1)) as usize)
}

/// Whether a file is still to be merged: its size says so. Its tier was named before it was written, by an estimate.
fn is_hot(file: &DataFile, file_bytes: u64) -> bool {
    file.size_bytes.cast_unsigned() < file_bytes / 2
}

/// Names of hot files in partitions that have more than `most` of them; of a table without partitions, of all of it.
///
/// Files are taken from the smallest on, up to the last that is not much larger than those before it together. So a row
/// is rewritten when what it lies in has grown by a factor, not with every deposit, and one in a full file not at all.
pub(super) fn crowded(files: &[&DataFile], file_bytes: u64, most: usize) -> Vec<String> {
    let mut by_partition: BTreeMap<Option<&str>, Vec<&DataFile>> = BTreeMap::new();
    for file in files.iter().filter(|file| is_hot(file, file_bytes)) {
        by_partition.entry(file.partition_value("slots")).or_default().push(file);
    }
    by_partition.retain(|_, files| files.len() > most.max(HOT_FILES));
    let mut names = Vec::new();
    for mut files in by_partition.into_values() {
        files.sort_by_key(|file| file.size_bytes);
        let least = files.len() - HOT_FILES + 1;
        let (mut taken, mut bytes) = (least, 0);
        for (place, file) in files.iter().enumerate() {
            if place > 0 && file.size_bytes <= 2 * bytes {
                taken = taken.max(place + 1);
            }
            bytes += file.size_bytes;
        }
        names.extend(files.iter().take(taken).map(|file| file.relative.clone()));
    }
    names
}

/// Writes sorted rows of a partition to one file after the other.
struct FullFiles<'a> {
    vault: &'a Vault,
    slots: &'a str,
    tier: &'static str,
    /// Bytes of each file.
    full_bytes: f64,
    /// Files that are expected.
    files: usize,
    writer: Option<FileWriter>,
    done: Vec<DataFile>,
}

impl<'a> FullFiles<'a> {
    /// Of about `bytes` in all, as equal files of about `file_bytes` each.
    fn new(vault: &'a Vault, slots: &'a str, file_bytes: u64, bytes: f64) -> Self {
        let files = (bytes / file_bytes as f64).round().max(1.0);
        let full_bytes = bytes / files;
        let tier = if full_bytes * 2.0 >= file_bytes as f64 { RUN } else { HOT };
        Self { vault, slots, tier, full_bytes, files: files as usize, writer: None, done: Vec::new() }
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), DepositError> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => self.writer.insert(self.vault.create_file(Table::Events, &[self.slots, self.tier])?),
        };
        writer.write(batch)?;
        // The last takes what the estimate missed: no crumb is left at the end.
        let most = if self.done.len() + 1 < self.files { self.full_bytes } else { 2.0 * self.full_bytes };
        if writer.size_bytes() as f64 >= most {
            self.close()?;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), DepositError> {
        if let Some(writer) = self.writer.take() {
            self.done.push(writer.finish()?);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<DataFile>, DepositError> {
        self.close()?;
        Ok(self.done)
    }
}
