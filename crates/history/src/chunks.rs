//! The rows of one file of events, chunk after chunk.

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use databank_lake::{DataFile, FileReader, LakeError, OpenFile, Part, RowChoice, read_chosen};

use crate::HistoryError;
use crate::extract::{Chunk, Extractor, REPEATING};

/// Reads a file: all of it, row group by row group, or only chosen rows.
#[derive(Debug)]
pub(crate) struct Chunks<'a> {
    file: &'a DataFile,
    extractor: Extractor<'a>,
    rows: Rows,
}

#[derive(Debug)]
enum Rows {
    /// Columns that few rows are asked for are read of those rows only: they can be many times as large as the rest.
    All { open: Box<OpenFile>, next_group: usize, rows_of_groups: Vec<usize> },
    /// Few rows, with all columns.
    Chosen(Box<FileReader>),
}

/// Side columns of a row group that are smaller are read whole: to decode them costs less than to skip through them.
const READ_WHOLE_BYTES: usize = 4 << 20;
/// Of one row in so many, side columns are picked out; of more, the whole row group's are read, which costs less.
const PICKED_ONE_IN: usize = 32;

impl<'a> Chunks<'a> {
    pub(crate) fn open(
        file: &'a DataFile,
        extractor: Extractor<'a>,
        choice: Option<&RowChoice>,
    ) -> Result<Self, HistoryError> {
        let rows = match choice {
            None => {
                let open = OpenFile::open_repeating(file, REPEATING)?;
                let rows_of_groups = open.row_groups("consumer").into_iter().map(|group| group.rows).collect();
                Rows::All { open: Box::new(open), next_group: 0, rows_of_groups }
            }
            Some(choice) => {
                let mut columns = extractor.columns();
                columns.extend(extractor.side_columns());
                columns.sort_unstable();
                columns.dedup();
                Rows::Chosen(Box::new(read_chosen(file, &columns, REPEATING, choice)?))
            }
        };
        Ok(Self { file, extractor, rows })
    }

    /// The next rows; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>, HistoryError> {
        let extractor = self.extractor;
        match &mut self.rows {
            Rows::Chosen(reader) => {
                let Some(batch) = reader.next().transpose()? else { return Ok(None) };
                let mut side = |rows: &[usize]| picked(&batch, rows);
                Ok(Some(extractor.chunk(&batch, &mut side)?))
            }
            Rows::All { open, next_group, rows_of_groups } => {
                let Some(rows) = rows_of_groups.get(*next_group).copied() else { return Ok(None) };
                let group = *next_group;
                *next_group += 1;
                let part = || Part { row_groups: vec![group], rows: None, batch_rows: rows.max(1) };
                let batch = whole(open.read(&extractor.columns(), part())?)?;
                let mut side = |chosen: &[usize]| {
                    let columns = extractor.side_columns();
                    let is_small = open.column_bytes(group, &columns) < READ_WHOLE_BYTES;
                    if is_small || chosen.len() > rows / PICKED_ONE_IN {
                        return picked(&whole(open.read(&columns, part())?)?, chosen);
                    }
                    let ranges = chosen.chunk_by(|row, next| row + 1 == *next);
                    let ranges = ranges.filter_map(|run| Some(*run.first()?..*run.last()? + 1)).collect();
                    whole(open.read(&columns, Part { rows: Some(ranges), ..part() })?)
                };
                Ok(Some(extractor.chunk(&batch, &mut side)?))
            }
        }
    }

    /// The file, for an error about it.
    pub(crate) fn out_of_order(&self) -> HistoryError {
        let reason = "its rows are not in the order of consumers".to_owned();
        LakeError::Damaged { path: self.file.path.clone(), reason }.into()
    }
}

/// All rows of a reader in one batch: it usually gives no more than one.
fn whole(reader: FileReader) -> Result<RecordBatch, HistoryError> {
    let mut batches = reader.collect::<Result<Vec<_>, _>>()?;
    match batches.len() {
        1 => Ok(batches.swap_remove(0)),
        _ => {
            let schema = batches.first().map_or_else(|| arrow::datatypes::Schema::empty().into(), RecordBatch::schema);
            Ok(concat_batches(&schema, &batches)?)
        }
    }
}

fn picked(batch: &RecordBatch, rows: &[usize]) -> Result<RecordBatch, HistoryError> {
    let rows = UInt32Array::from_iter_values(rows.iter().map(|row| *row as u32));
    Ok(take_record_batch(batch, &rows)?)
}
