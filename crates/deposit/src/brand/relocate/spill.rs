//! Sorted rows in temporary files: chunks of a deposit that is not at its end, rows on their way from one partition to
//! another, and what a pass of a merge leaves.
//!
//! They are Arrow IPC files, because they are written and read once, by this process: a batch is read where it lies, and
//! a reader holds nothing but its batch. Columns that have one value throughout are left out (`crate::uniform`), and so are
//! touchpoints of chunks, which follow from other columns; LZ4 makes what is left a few times smaller.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::datatypes::SchemaRef;
use arrow::ipc::CompressionType;
use arrow::ipc::reader::FileReader;
use arrow::ipc::writer::{FileWriter, IpcWriteOptions};
use databank_lake::{LakeError, Table};
use databank_model::SlotRange;

use super::merge::Order;
use super::stale::Places;
use crate::DepositError;
use crate::brand::write::{Place, with_touchpoints};
use crate::rows::{interleave_rows, size_bytes, take_rows};
use crate::uniform::{Repeated, Uniform};

/// Bytes of a batch, about.
pub(super) const BATCH_BYTES: usize = 512 << 10;

/// Rows of a batch of about [`BATCH_BYTES`].
pub(super) fn batch_rows(row_bytes: usize) -> usize {
    (BATCH_BYTES / row_bytes.max(1)).clamp(16, 8 * 1024)
}

/// Gives names to temporary files.
#[derive(Debug)]
pub(super) struct Scratch {
    directory: PathBuf,
    made: usize,
}

impl Scratch {
    /// In a directory that its owner removes in the end.
    pub(super) fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), made: 0 }
    }

    /// A directory of its own within, for work beside others'.
    pub(super) fn apart(&self, number: usize) -> Result<Self, DepositError> {
        let directory = self.directory.join(number.to_string());
        std::fs::create_dir(&directory).map_err(LakeError::io("create", &directory))?;
        Ok(Self::new(&directory))
    }

    /// A file for rows of events that have these values in common.
    pub(super) fn create(&mut self, uniform: Uniform) -> Result<RunWriter, DepositError> {
        let path = self.directory.join(format!("rows-{}.arrow", self.made));
        self.made += 1;
        let file = File::create_new(&path).map_err(LakeError::io("create", &path))?;
        let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME))?;
        let file = BufWriter::with_capacity(1 << 18, file);
        let columns = uniform.varying();
        let schema = Table::Events.schema().project(&columns)?;
        let writer = FileWriter::try_new_with_options(file, &schema, options)?;
        Ok(RunWriter { path, columns: columns.into(), uniform, writer, batches: 0, rows: 0, bytes: 0 })
    }
}

/// Writes one temporary file, batch by batch.
pub(super) struct RunWriter {
    path: PathBuf,
    /// Columns that are written; the others are `uniform`.
    columns: Arc<[usize]>,
    uniform: Uniform,
    writer: FileWriter<BufWriter<File>>,
    batches: usize,
    rows: usize,
    bytes: usize,
}

impl RunWriter {
    /// Adds rows with all columns of events.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), DepositError> {
        self.write_varying(&batch.project(&self.columns)?)
    }

    /// Adds rows with the columns that are written.
    fn write_varying(&mut self, batch: &RecordBatch) -> Result<(), DepositError> {
        self.batches += 1;
        self.rows += batch.num_rows();
        self.bytes += size_bytes(batch);
        Ok(self.writer.write(batch)?)
    }

    /// What was written since `first` batches were.
    fn since(&self, first: usize, rows: usize) -> Run {
        let row_bytes = self.bytes / self.rows.max(1);
        Run {
            path: self.path.clone(),
            columns: Arc::clone(&self.columns),
            uniform: self.uniform.clone(),
            lacks_touchpoints: false,
            first,
            batches: self.batches - first,
            rows: self.rows - rows,
            row_bytes,
        }
    }

    /// Closes the file, all of which is one sorted run.
    pub(super) fn finish(mut self) -> Result<Run, DepositError> {
        self.writer.finish()?;
        Ok(self.since(0, 0))
    }
}

/// A stretch of a temporary file whose rows are in order.
#[derive(Debug, Clone)]
pub(super) struct Run {
    path: PathBuf,
    /// Columns that are in the file; the others are `uniform`.
    columns: Arc<[usize]>,
    uniform: Uniform,
    /// Whether rows have only such touchpoints as their source gave.
    lacks_touchpoints: bool,
    first: usize,
    batches: usize,
    pub(super) rows: usize,
    /// Bytes of a row in the file, before they are compressed.
    pub(super) row_bytes: usize,
}

impl Run {
    /// Reads all of it.
    pub(super) fn open(&self) -> Result<RunReader, DepositError> {
        self.open_columns((0..Table::Events.schema().fields().len()).collect())
    }

    /// Reads these columns of events alone, in their order.
    pub(super) fn open_columns(&self, wanted: Vec<usize>) -> Result<RunReader, DepositError> {
        let file = File::open(&self.path).map_err(LakeError::io("open", &self.path))?;
        let places = (0..self.columns.len()).filter(|place| wanted.contains(&self.columns[*place])).collect();
        let mut reader = FileReader::try_new(BufReader::with_capacity(1 << 16, file), Some(places))?;
        if self.batches > 0 {
            reader.set_index(self.first)?;
        }
        let schema = Arc::new(Table::Events.schema().project(&wanted)?);
        let lacks_touchpoints = self.lacks_touchpoints && schema.index_of("touchpoint").is_ok();
        let repeated = self.uniform.repeated(0)?;
        let uniform = self.uniform.clone();
        Ok(RunReader { reader, left: self.batches, schema, wanted, uniform, lacks_touchpoints, repeated })
    }

    /// Reads one of its batches.
    pub(super) fn batch(&self, number: usize) -> Result<Option<RecordBatch>, DepositError> {
        let one = Self { first: self.first + number, batches: 1, ..self.clone() };
        one.open()?.next().transpose()
    }

    /// What its rows have in common, as a reader gives them.
    pub(super) fn uniform(&self) -> Uniform {
        match Table::Events.schema().index_of("touchpoint") {
            Ok(touchpoint) if self.lacks_touchpoints => self.uniform.without(touchpoint),
            _ => self.uniform.clone(),
        }
    }

    /// What its rows take in a data file, about: Parquet needs a third of what they need in memory.
    pub(super) fn file_bytes(&self) -> f64 {
        self.rows as f64 * self.row_bytes as f64 / 3.0
    }

    /// Deletes the file.
    pub(super) fn delete(&self) -> Result<(), DepositError> {
        Ok(std::fs::remove_file(&self.path).map_err(LakeError::io("delete", &self.path))?)
    }
}

/// Reads a run.
#[derive(Debug)]
pub(super) struct RunReader {
    reader: FileReader<BufReader<File>>,
    left: usize,
    schema: SchemaRef,
    /// Columns of events that it gives, ascending.
    wanted: Vec<usize>,
    uniform: Uniform,
    /// Whether touchpoints must be added.
    lacks_touchpoints: bool,
    /// What rows have in common, for the longest batch so far.
    repeated: Repeated,
}

impl RunReader {
    /// All wanted columns of a batch that lacks those which rows have in common.
    fn widen(&mut self, batch: &RecordBatch) -> Result<RecordBatch, DepositError> {
        let rows = batch.num_rows();
        if self.repeated.rows() < rows {
            self.repeated = self.uniform.repeated(rows)?;
        }
        let mut columns = batch.columns().iter();
        let column = |index: &usize| self.repeated.column(*index, rows).or_else(|| columns.next().cloned());
        let columns: Vec<ArrayRef> = self.wanted.iter().filter_map(column).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        if self.lacks_touchpoints { with_touchpoints(&batch) } else { Ok(batch) }
    }
}

impl Iterator for RunReader {
    type Item = Result<RecordBatch, DepositError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let batch = self.reader.next()?;
        Some(batch.map_err(DepositError::from).and_then(|batch| self.widen(&batch)))
    }
}

/// Chunks of a deposit, each sorted by partition and written aside until all rows have come.
#[derive(Debug)]
pub(in crate::brand) struct Chunks {
    scratch: Scratch,
    runs: Vec<(SlotRange, Run)>,
    rows: u64,
}

impl Chunks {
    /// In a directory that its owner removes in the end.
    pub(in crate::brand) fn new(directory: &Path) -> Self {
        Self { scratch: Scratch::new(directory), runs: Vec::new(), rows: 0 }
    }

    /// Rows so far.
    pub(in crate::brand) fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes a chunk, whose rows go to these places among these partitions. They get their touchpoints when they are read.
    pub(in crate::brand) fn push(
        &mut self,
        partitions: &[SlotRange],
        events: &RecordBatch,
        mut places: Vec<Place>,
    ) -> Result<(), DepositError> {
        places.sort_unstable();
        let mut writer = self.scratch.create(Uniform::of(&events.schema(), &[events])?)?;
        let varying = events.project(&writer.columns)?;
        let batch_rows = batch_rows(size_bytes(&varying) / varying.num_rows().max(1));
        for group in places.chunk_by(Place::is_beside) {
            let Some(range) = group.first().and_then(|place| partitions.get(place.partition)) else { continue };
            let (first, rows) = (writer.batches, writer.rows);
            for slice in group.chunks(batch_rows) {
                let rows: UInt32Array = slice.iter().map(|place| place.row).collect::<Vec<_>>().into();
                writer.write_varying(&take_rows(&varying, &rows)?)?;
            }
            self.runs.push((*range, Run { lacks_touchpoints: true, ..writer.since(first, rows) }));
        }
        self.rows += writer.rows as u64;
        writer.finish()?;
        Ok(())
    }

    /// What each partition got. The files go with the directory.
    pub(super) fn runs(&self) -> &[(SlotRange, Run)] {
        &self.runs
    }
}

/// Gathers rows in no order and leaves them as sorted runs by partition.
#[derive(Debug)]
pub(super) struct Spill {
    /// Slot to partition.
    partition_of: Vec<usize>,
    limit_bytes: usize,
    batches: Vec<RecordBatch>,
    bytes: usize,
    runs: Vec<Vec<Run>>,
}

impl Spill {
    /// For rows of the given partitions, of which about `limit_bytes` are held in memory.
    pub(super) fn new(partitions: &[SlotRange], limit_bytes: usize) -> Self {
        let of = |slot: u8| partitions.iter().position(|range| range.contains(slot)).unwrap_or(0);
        Self {
            partition_of: (0..=u8::MAX).map(of).collect(),
            limit_bytes,
            batches: Vec::new(),
            bytes: 0,
            runs: vec![Vec::new(); partitions.len()],
        }
    }

    pub(super) fn push(&mut self, batch: RecordBatch, scratch: &mut Scratch) -> Result<(), DepositError> {
        self.bytes += size_bytes(&batch);
        self.batches.push(batch);
        if self.bytes >= self.limit_bytes { self.write(scratch) } else { Ok(()) }
    }

    fn write(&mut self, scratch: &mut Scratch) -> Result<(), DepositError> {
        let batches = std::mem::take(&mut self.batches);
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        if rows == 0 {
            return Ok(());
        }
        let row_bytes = std::mem::take(&mut self.bytes) / rows;
        let mut order: Vec<(usize, Order, u32, u32)> = Vec::with_capacity(rows);
        for (number, batch) in batches.iter().enumerate() {
            let places = Places::of(batch)?;
            order.extend((0..batch.num_rows()).map(|row| {
                let partition = self.partition_of.get(usize::from(places.slot(row))).copied().unwrap_or(0);
                (partition, places.order(row), number as u32, row as u32)
            }));
        }
        order.sort_unstable();
        let batches: Vec<&RecordBatch> = batches.iter().collect();
        let uniform = Uniform::of(&Table::Events.schema(), &batches)?;
        let known = uniform.repeated(batch_rows(row_bytes))?;
        let mut writer = scratch.create(uniform)?;
        let mut written = Vec::new();
        for group in order.chunk_by(|a, b| a.0 == b.0) {
            let (first, rows) = (writer.batches, writer.rows);
            for slice in group.chunks(batch_rows(row_bytes)) {
                let picks: Vec<(usize, usize)> =
                    slice.iter().map(|(.., batch, row)| (*batch as usize, *row as usize)).collect();
                writer.write(&interleave_rows(&batches, &picks, &known)?)?;
            }
            if let Some((partition, ..)) = group.first() {
                written.push((*partition, writer.since(first, rows)));
            }
        }
        writer.finish()?;
        for (partition, run) in written {
            if let Some(runs) = self.runs.get_mut(partition) {
                runs.push(run);
            }
        }
        Ok(())
    }

    /// The runs of each partition.
    pub(super) fn finish(mut self, scratch: &mut Scratch) -> Result<Vec<Vec<Run>>, DepositError> {
        self.write(scratch)?;
        Ok(self.runs)
    }
}
