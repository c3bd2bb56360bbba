//! The rows of one file of events, chunk after chunk.

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use databank_lake::tracks::TrackRows;
use databank_lake::{DataFile, FileReader, LakeError, OpenFile, Part, RowChoice, read_chosen, read_file};

use crate::HistoryError;
use crate::extract::{Chunk, Extractor, REPEATING};

/// Reads a file: all of it, row group by row group, or only chosen rows. Its tracks serve when they tell all that is asked
/// of every row; those of files from before there were tracks, of a category or an item, and rows of a deposit come from columns.
#[derive(Debug)]
pub(crate) struct Chunks<'a> {
    file: &'a DataFile,
    extractor: Extractor<'a>,
    rows: Rows,
}

#[derive(Debug)]
enum Rows {
    /// Row group by row group.
    Groups(Box<Groups>),
    /// Few rows, with all columns.
    Chosen(Box<FileReader>),
}

/// Columns that few rows are asked for are read of those rows only: they can be many times as large as the rest.
#[derive(Debug)]
struct Groups {
    open: OpenFile,
    /// The names of codes, when tracks are read in place of columns, and whose tracks.
    tracks: Option<(Vec<String>, Option<RowChoice>)>,
    /// Where each row group ends in the file.
    ends: Vec<usize>,
    next: usize,
    /// Up to which row of the file tracks have been read.
    row: usize,
}

/// Side columns of row groups that are smaller are read whole: to decode them costs less than to skip through them.
const READ_WHOLE_BYTES: usize = 4 << 20;
/// Of one row in so many, side columns are picked out; of more, whole row groups' are read, which costs less.
const PICKED_ONE_IN: usize = 32;

impl<'a> Chunks<'a> {
    pub(crate) fn open(
        file: &'a DataFile,
        extractor: Extractor<'a>,
        choice: Option<&RowChoice>,
    ) -> Result<Self, HistoryError> {
        let is_brand = extractor.entity.is_brand();
        let tracks_serve = is_brand && choice.is_none_or(|choice| choice.column() == "consumer");
        if !tracks_serve && choice.is_some() {
            return Self::chosen(file, extractor, choice);
        }
        let open = OpenFile::open_repeating(file, REPEATING)?;
        let names = if tracks_serve { open.track_names() } else { None };
        if names.is_none() && choice.is_some() {
            return Self::chosen(file, extractor, choice);
        }
        let ends = open.row_groups("consumer").into_iter().scan(0, |end, group| {
            *end += group.rows;
            Some(*end)
        });
        let ends = ends.collect();
        let tracks = names.map(|names| (names, choice.cloned()));
        Ok(Self { file, extractor, rows: Rows::Groups(Box::new(Groups { open, tracks, ends, next: 0, row: 0 })) })
    }

    fn chosen(file: &'a DataFile, extractor: Extractor<'a>, choice: Option<&RowChoice>) -> Result<Self, HistoryError> {
        let mut columns = extractor.columns();
        columns.extend(extractor.side_columns());
        columns.sort_unstable();
        columns.dedup();
        let reader = match choice {
            None => read_file(file, &columns, REPEATING)?,
            Some(choice) => read_chosen(file, &columns, REPEATING, choice)?,
        };
        Ok(Self { file, extractor, rows: Rows::Chosen(Box::new(reader)) })
    }

    /// The next rows; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>, HistoryError> {
        match &mut self.rows {
            Rows::Chosen(reader) => {
                let Some(batch) = reader.next().transpose()? else { return Ok(None) };
                let mut side = |rows: &[usize]| picked(&batch, rows);
                Ok(Some(self.extractor.of_batch(&batch, &mut side)?))
            }
            Rows::Groups(groups) => groups.next(&self.extractor),
        }
    }

    /// The file, for an error about it.
    pub(crate) fn out_of_order(&self) -> HistoryError {
        let reason = "its rows are not in the order of consumers".to_owned();
        LakeError::Damaged { path: self.file.path.clone(), reason }.into()
    }
}

impl Groups {
    fn next(&mut self, extractor: &Extractor<'_>) -> Result<Option<Chunk>, HistoryError> {
        let group = self.next;
        let Some(end) = self.ends.get(group).copied() else { return Ok(None) };
        self.next += 1;
        let columns = extractor.side_columns();
        if let Some((names, choice)) = &self.tracks {
            let mut rows = TrackRows::default();
            let is_wanted = |consumer: u32| choice.as_ref().is_none_or(|choice| choice.contains(i64::from(consumer)));
            self.row = self.open.read_tracks(group, self.row, &is_wanted, &mut rows)?;
            let mut side = |rows: &[usize]| self.side(&columns, rows);
            return Ok(Some(extractor.of_tracks(rows, names, &mut side)?));
        }
        let start = self.start_of(group);
        let part = Part { row_groups: vec![group], rows: None, batch_rows: (end - start).max(1) };
        let batch = whole(self.open.read(&extractor.columns(), part)?)?;
        let mut side = |rows: &[usize]| {
            let in_file: Vec<usize> = rows.iter().map(|row| start + row).collect();
            self.side(&columns, &in_file)
        };
        Ok(Some(extractor.of_batch(&batch, &mut side)?))
    }

    fn start_of(&self, group: usize) -> usize {
        group.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// Some columns of chosen rows, by their places in the file, ascending. They lie in one row group, or a few beside
    /// each other.
    fn side(&self, columns: &[&str], rows: &[usize]) -> Result<RecordBatch, HistoryError> {
        let group_of = |row: usize| self.ends.partition_point(|end| *end <= row);
        let (first, last) = (rows.first().copied().map_or(0, group_of), rows.last().copied().map_or(0, group_of));
        let start = self.start_of(first);
        let n = self.ends.get(last).copied().unwrap_or(start) - start;
        let row_groups: Vec<usize> = (first..=last).collect();
        let bytes: usize = row_groups.iter().map(|group| self.open.column_bytes(*group, columns)).sum();
        let part = Part { row_groups, rows: None, batch_rows: n.max(1) };
        if bytes < READ_WHOLE_BYTES || rows.len() > n / PICKED_ONE_IN {
            let places: Vec<usize> = rows.iter().map(|row| row - start).collect();
            return picked(&whole(self.open.read(columns, part)?)?, &places);
        }
        let ranges = rows.chunk_by(|row, next| row + 1 == *next);
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

fn picked(batch: &RecordBatch, rows: &[usize]) -> Result<RecordBatch, HistoryError> {
    let rows = UInt32Array::from_iter_values(rows.iter().map(|row| *row as u32));
    Ok(take_record_batch(batch, &rows)?)
}
