//! One file of events by its tracks, row group by row group, and columns of the few rows of which more is asked.

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use databank_lake::tracks::Tracks;
use databank_lake::{DataFile, FileReader, OpenFile, Part};

use crate::HistoryError;
use crate::extract::REPEATING;

/// How far a file has been read.
#[derive(Debug)]
pub(crate) struct TrackFile {
    open: OpenFile,
    names: Vec<String>,
    /// Where each row group ends in the file.
    ends: Vec<usize>,
    next: usize,
}

/// Columns of row groups that are smaller are read whole: to decode them costs less than to skip through them.
const READ_WHOLE_BYTES: usize = 4 << 20;
/// Of one row in so many, columns are picked out, which can be many times as large as tracks; of more, whole row groups'
/// are read, which costs less.
const PICKED_ONE_IN: usize = 32;

impl TrackFile {
    /// Opens a file; `None` when it is from before there were tracks.
    pub(crate) fn open(file: &DataFile) -> Result<Option<Self>, HistoryError> {
        let open = OpenFile::open_repeating(file, REPEATING)?;
        let Some(names) = open.track_names() else { return Ok(None) };
        let ends = open.row_groups("consumer").into_iter().scan(0, |end, group| {
            *end += group.rows;
            Some(*end)
        });
        let ends = ends.collect();
        Ok(Some(Self { open, names, ends, next: 0 }))
    }

    /// The names of codes from 1 on.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The tracks of the next row group, some consecutive rows each; none at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<Tracks>>, HistoryError> {
        if self.next >= self.ends.len() {
            return Ok(None);
        }
        let tracks = self.open.read_tracks(self.next)?;
        self.next += 1;
        Ok(Some(tracks))
    }

    /// Some columns of chosen rows, by their places in the file, ascending.
    pub(crate) fn columns_of(&self, columns: &[&str], places: &[usize]) -> Result<RecordBatch, HistoryError> {
        let group_of = |row: usize| self.ends.partition_point(|end| *end <= row);
        // They lie in one row group, or the last of them in the next.
        let (first, last) = (places.first().copied().map_or(0, group_of), places.last().copied().map_or(0, group_of));
        let start = first.checked_sub(1).map_or(0, |before| self.ends[before]);
        let n = self.ends.get(last).copied().unwrap_or(start) - start;
        let row_groups: Vec<usize> = (first..=last).collect();
        let bytes: usize = row_groups.iter().map(|group| self.open.column_bytes(*group, columns)).sum();
        let part = Part { row_groups, rows: None, batch_rows: n.max(1) };
        if bytes < READ_WHOLE_BYTES || places.len() > n / PICKED_ONE_IN {
            let places: Vec<usize> = places.iter().map(|row| row - start).collect();
            return picked(&whole(self.open.read(columns, part)?)?, &places);
        }
        let ranges = places.chunk_by(|row, next| row + 1 == *next);
        let ranges = ranges.filter_map(|run| Some(run.first()? - start..run.last()? + 1 - start)).collect();
        whole(self.open.read(columns, Part { rows: Some(ranges), ..part })?)
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

/// Rows of a batch, by their places.
pub(crate) fn picked(batch: &RecordBatch, rows: &[usize]) -> Result<RecordBatch, HistoryError> {
    let rows = UInt32Array::from_iter_values(rows.iter().map(|row| *row as u32));
    Ok(take_record_batch(batch, &rows)?)
}
