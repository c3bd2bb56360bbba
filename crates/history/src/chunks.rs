//! The rows of one file of events, chunk after chunk.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch};
use databank_lake::tracks::Tracks;
use databank_lake::{DataFile, FileReader, LakeError, RowChoice, read_chosen, read_file};
use rustc_hash::FxHashMap;

use crate::HistoryError;
use crate::chunk::Chunk;
use crate::extract::Extractor;
use crate::meaning::Meanings;
use crate::track_file::{TrackFile, picked};

/// Columns that come as dictionaries, which costs less: their values repeat, and are asked of every row of an entity's history.
const ENTITIES: &[&str] = &["category", "item_id"];

/// Reads a file: all of it or only chosen rows. Its tracks serve when they tell all that is asked of every row; those of
/// files from before there were tracks, of a category or an item, and the rows of a deposit are packed from columns.
#[derive(Debug)]
pub(crate) struct Chunks<'a> {
    file: &'a DataFile,
    extractor: Extractor<'a>,
    choice: Option<RowChoice>,
    rows: Rows,
    meanings: Meanings,
}

#[derive(Debug)]
enum Rows {
    Tracks(Box<TrackFile>),
    Columns(Box<FileReader>),
}

impl<'a> Chunks<'a> {
    pub(crate) fn open(
        file: &'a DataFile,
        extractor: Extractor<'a>,
        choice: Option<&RowChoice>,
    ) -> Result<Self, HistoryError> {
        let tracks_serve = extractor.entity.is_brand() && choice.is_none_or(|choice| choice.column() == "consumer");
        let tracks = if tracks_serve { TrackFile::open(file)? } else { None };
        let names = tracks.as_ref().map_or(&[][..], TrackFile::names);
        let meanings = Meanings::new(names, extractor.program);
        let rows = match tracks {
            Some(tracks) => Rows::Tracks(Box::new(tracks)),
            None => {
                let mut columns = extractor.columns();
                columns.extend(extractor.side_columns());
                columns.sort_unstable();
                columns.dedup();
                Rows::Columns(Box::new(match choice {
                    None => read_file(file, &columns, ENTITIES)?,
                    Some(choice) => read_chosen(file, &columns, ENTITIES, choice)?,
                }))
            }
        };
        Ok(Self { file, extractor, choice: choice.cloned(), rows, meanings })
    }

    /// The next rows; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>, HistoryError> {
        match &mut self.rows {
            Rows::Columns(reader) => {
                let Some(batch) = reader.next().transpose()? else { return Ok(None) };
                let (tracks, names) = self.extractor.pack(&batch, &self.file.path)?;
                self.meanings = Meanings::new(&names, self.extractor.program);
                let mut side = |_: &Tracks, rows: &[usize]| picked(&batch, rows);
                self.extractor.chunk(tracks, &names, &self.meanings, &|_| true, &mut side).map(Some)
            }
            Rows::Tracks(file) => {
                let Some(tracks) = file.next()? else { return Ok(None) };
                let choice = self.choice.as_ref();
                let wanted = |consumer: u32| choice.is_none_or(|choice| choice.contains(i64::from(consumer)));
                let columns = self.extractor.side_columns();
                let mut side = |tracks: &Tracks, places: &[usize]| match columns.as_slice() {
                    ["rating"] => ratings_of(tracks, places),
                    columns => file.columns_of(columns, places),
                };
                self.extractor.chunk(tracks, file.names(), &self.meanings, &wanted, &mut side).map(Some)
            }
        }
    }

    /// What the behaviours of the last chunk mean.
    pub(crate) fn meanings(&self) -> &Meanings {
        &self.meanings
    }

    /// From which day on an order's purchases no longer count.
    pub(crate) fn cancelled(&self) -> &'a FxHashMap<u64, i32> {
        self.extractor.cancelled
    }

    /// An error about the file.
    pub(crate) fn out_of_order(&self) -> HistoryError {
        let reason = "its rows are not in the order of consumers".to_owned();
        LakeError::Damaged { path: self.file.path.clone(), reason }.into()
    }
}

/// The ratings of chosen rows, by their places, ascending: what conditions ask most, so tracks tell it.
fn ratings_of(tracks: &Tracks, places: &[usize]) -> Result<RecordBatch, HistoryError> {
    let mut rated = tracks.ratings().iter().peekable();
    let rating = |place: &usize| {
        while rated.next_if(|(row, _)| row < place).is_some() {}
        rated.next_if(|(row, _)| row == place).map(|(_, rating)| *rating)
    };
    let ratings: Float64Array = places.iter().map(rating).collect();
    Ok(RecordBatch::try_from_iter_with_nullable([("rating", Arc::new(ratings) as ArrayRef, true)])?)
}

/// The error of a file that lacks what a sweep asks.
pub(crate) fn no_events(path: &Path) -> HistoryError {
    LakeError::Damaged { path: path.to_owned(), reason: "its columns are not those of events".to_owned() }.into()
}
