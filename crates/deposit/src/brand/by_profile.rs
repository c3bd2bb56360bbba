//! Rows of a table in the order of profiles, so that one consumer's are found in a page or two of a file of millions.
//!
//! Profiles are numbered by slot, and a token's slot is a matter of chance: rows of every batch lie in all slots. What
//! does not fit into memory is therefore spilled as it is cut by slots, each cut sorted when its turn comes.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::Int64Type;
use arrow::ipc::reader::FileReader;
use arrow::ipc::writer::FileWriter as SpillWriter;
use databank_lake::{DataFile, LakeError, Table, Vault};

use crate::DepositError;

/// Bytes of rows that are held before they are spilled.
const HELD_BYTES: usize = 24 << 20;
/// Cuts of a spill: each is sorted in memory, so there are enough for a hundred million rows.
const CUTS: usize = 64;
/// The cut of rows that have no profile; the last.
const NO_PROFILE: usize = CUTS;
/// Rows handed on at a time.
const WRITE_ROWS: usize = 16 * 1024;

/// Gathers rows of a table with a column `profile`, in any order, and writes them as one file: by profile, rows of one
/// profile as they came, rows without one last.
#[derive(Debug)]
pub(super) struct ByProfile {
    table: Table,
    held_bytes: usize,
    batches: Vec<RecordBatch>,
    bytes: usize,
    spill: Option<Spill>,
}

impl ByProfile {
    pub(super) fn new(table: Table) -> Self {
        Self { table, held_bytes: HELD_BYTES, batches: Vec::new(), bytes: 0, spill: None }
    }

    /// Takes rows. `scratch` is a directory that its owner removes.
    pub(super) fn push(&mut self, batch: RecordBatch, scratch: &Path) -> Result<(), DepositError> {
        self.bytes += batch.get_array_memory_size();
        self.batches.push(batch);
        if self.bytes < self.held_bytes {
            return Ok(());
        }
        let spill = match &mut self.spill {
            Some(spill) => spill,
            None => self.spill.insert(Spill::create(scratch.join(format!("{}.arrow", self.table.name())), self.table)?),
        };
        self.bytes = 0;
        spill.add(&std::mem::take(&mut self.batches))
    }

    /// Writes all rows; `None` when there are none.
    pub(super) fn finish(&mut self, vault: &Vault) -> Result<Option<DataFile>, DepositError> {
        let batches = std::mem::take(&mut self.batches);
        self.bytes = 0;
        if batches.is_empty() && self.spill.is_none() {
            return Ok(None);
        }
        let mut writer = vault.create_file(self.table, &[])?;
        let mut write = |batch: &RecordBatch| Ok(writer.write(batch)?);
        match self.spill.take() {
            None => for_each_sorted(&batches, &order_of(&batches)?, &mut write)?,
            Some(mut spill) => {
                spill.add(&batches)?;
                spill.read(&mut write)?;
            }
        }
        Ok(Some(writer.finish()?))
    }
}

/// A row: its cut and profile, then where it stands.
type Row = (u8, u32, u32, u32);

fn order_of(batches: &[RecordBatch]) -> Result<Vec<Row>, DepositError> {
    let mut order = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for (number, batch) in batches.iter().enumerate() {
        let profiles = batch.column(batch.schema_ref().index_of("profile")?).as_primitive::<Int64Type>();
        order.extend((0..batch.num_rows()).map(|row| {
            let place = (number as u32, row as u32);
            if profiles.is_valid(row) {
                let profile = profiles.value(row) as u32;
                ((profile >> 26) as u8, profile, place.0, place.1)
            } else {
                (NO_PROFILE as u8, 0, place.0, place.1)
            }
        }));
    }
    order.sort_unstable();
    Ok(order)
}

type Emit<'e> = dyn FnMut(&RecordBatch) -> Result<(), DepositError> + 'e;

fn for_each_sorted(batches: &[RecordBatch], order: &[Row], emit: &mut Emit<'_>) -> Result<(), DepositError> {
    let batches: Vec<&RecordBatch> = batches.iter().collect();
    for rows in order.chunks(WRITE_ROWS) {
        let picks: Vec<(usize, usize)> = rows.iter().map(|row| (row.2 as usize, row.3 as usize)).collect();
        emit(&interleave_record_batch(&batches, &picks)?)?;
    }
    Ok(())
}

/// Rows on disk, cut by slots.
struct Spill {
    path: PathBuf,
    writer: SpillWriter<BufWriter<File>>,
    /// Batches written.
    written: usize,
    /// Batches of each cut.
    cuts: Vec<Vec<usize>>,
}

impl std::fmt::Debug for Spill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spill").field("path", &self.path).field("written", &self.written).finish_non_exhaustive()
    }
}

impl Spill {
    fn create(path: PathBuf, table: Table) -> Result<Self, DepositError> {
        let file = File::create(&path).map_err(LakeError::io("create", &path))?;
        let writer = SpillWriter::try_new(BufWriter::with_capacity(1 << 20, file), &table.schema())?;
        Ok(Self { path, writer, written: 0, cuts: vec![Vec::new(); CUTS + 1] })
    }

    fn add(&mut self, batches: &[RecordBatch]) -> Result<(), DepositError> {
        let order = order_of(batches)?;
        for rows in order.chunk_by(|a, b| a.0 == b.0) {
            let cut = rows.first().map_or(NO_PROFILE, |row| usize::from(row.0));
            for_each_sorted(batches, rows, &mut |batch| {
                if let Some(places) = self.cuts.get_mut(cut) {
                    places.push(self.written);
                }
                self.written += 1;
                Ok(self.writer.write(batch)?)
            })?;
        }
        Ok(())
    }

    /// Hands over all rows in their order, and deletes the file.
    fn read(mut self, emit: &mut Emit<'_>) -> Result<(), DepositError> {
        self.writer.finish()?;
        let file = File::open(&self.path).map_err(LakeError::io("open", &self.path))?;
        let mut reader = FileReader::try_new(BufReader::with_capacity(1 << 16, file), None)?;
        for (cut, places) in self.cuts.iter().enumerate() {
            let mut batches = Vec::new();
            for place in places {
                reader.set_index(*place)?;
                let Some(batch) = reader.next().transpose()? else { continue };
                if cut == NO_PROFILE {
                    // In the order in which they came.
                    emit(&batch)?;
                } else {
                    batches.push(batch);
                }
            }
            for_each_sorted(&batches, &order_of(&batches)?, emit)?;
        }
        drop(reader);
        Ok(std::fs::remove_file(&self.path).map_err(LakeError::io("delete", &self.path))?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray, new_null_array};
    use databank_lake::read_file;

    use super::*;

    /// Rows of masters with these profiles; `value` tells where a row came.
    fn batch(first: usize, profiles: &[Option<u32>]) -> RecordBatch {
        let schema = Table::Masters.schema();
        let columns = schema.fields().iter().map(|field| -> ArrayRef {
            match field.name().as_str() {
                "profile" => Arc::new(profiles.iter().map(|p| p.map(i64::from)).collect::<Int64Array>()),
                "value" => {
                    Arc::new(StringArray::from_iter_values((first..first + profiles.len()).map(|row| row.to_string())))
                }
                _ => new_null_array(field.data_type(), profiles.len()),
            }
        });
        let columns = columns.collect();
        RecordBatch::try_new(schema, columns).unwrap()
    }

    fn written(held_bytes: usize, profiles: &[Option<u32>]) -> Vec<(Option<u32>, usize)> {
        let directory = tempfile::tempdir().unwrap();
        let scratch = tempfile::tempdir().unwrap();
        let mut sorted = ByProfile { held_bytes, ..ByProfile::new(Table::Masters) };
        for (place, slice) in profiles.chunks(700).enumerate() {
            sorted.push(batch(place * 700, slice), scratch.path()).unwrap();
        }
        assert_eq!(sorted.spill.is_some(), held_bytes < 1 << 20);
        let vault = Vault::at(directory.path().join("vault"));
        let file = sorted.finish(&vault).unwrap().unwrap();
        assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0, "nothing is left behind");
        let mut rows = Vec::new();
        for batch in read_file(&file, &["profile", "value"], &[]).unwrap() {
            let batch = batch.unwrap();
            let (numbers, places) = (batch.column(0).as_primitive::<Int64Type>(), batch.column(1).as_string::<i32>());
            rows.extend((0..batch.num_rows()).map(|row| {
                let profile = numbers.is_valid(row).then(|| numbers.value(row) as u32);
                (profile, places.value(row).parse().unwrap())
            }));
        }
        rows
    }

    #[test]
    fn rows_lie_by_profile_and_otherwise_as_they_came_spilled_or_not() {
        let of = |n: u32| (!n.is_multiple_of(11)).then(|| n.wrapping_mul(2_654_435_761) >> 8 << (n % 9));
        let profiles: Vec<Option<u32>> = (0..20_000).map(|n| of(n % 7_000)).collect();
        let mut expected: Vec<(Option<u32>, usize)> = profiles.iter().copied().zip(0..).collect();
        expected.sort_by_key(|(profile, _)| (profile.is_none(), *profile));
        for held_bytes in [1 << 30, 100_000, 1] {
            assert!(written(held_bytes, &profiles) == expected, "with {held_bytes} bytes held");
        }
    }

    #[test]
    fn no_rows_are_no_file() {
        let directory = tempfile::tempdir().unwrap();
        let vault = Vault::at(directory.path().join("vault"));
        assert!(ByProfile::new(Table::Profiles).finish(&vault).unwrap().is_none());
    }
}
