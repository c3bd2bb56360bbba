//! The rows of one file of events, reduced to what a sweep asks, chunk after chunk.

use databank_lake::{DataFile, FileReader, LakeError, RowChoice, read_chosen, read_file};

use crate::HistoryError;
use crate::chunk::Chunk;
use crate::extract::{Extractor, REPEATING};
use crate::track_file::{TrackFile, picked};

/// Reads a file: all of it or only chosen rows. Its tracks serve when they tell all that is asked of every row; those of
/// files from before there were tracks, of a category or an item, and the rows of a deposit come from columns.
#[derive(Debug)]
pub(crate) struct Chunks<'a> {
    file: &'a DataFile,
    extractor: Extractor<'a>,
    choice: Option<RowChoice>,
    rows: Rows,
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
        let rows = match tracks {
            Some(tracks) => Rows::Tracks(Box::new(tracks)),
            None => {
                let mut columns = extractor.columns();
                columns.extend(extractor.side_columns());
                columns.sort_unstable();
                columns.dedup();
                Rows::Columns(Box::new(match choice {
                    None => read_file(file, &columns, REPEATING)?,
                    Some(choice) => read_chosen(file, &columns, REPEATING, choice)?,
                }))
            }
        };
        Ok(Self { file, extractor, choice: choice.cloned(), rows })
    }

    /// Writes the next rows over a chunk; false at the end.
    pub(crate) fn next(&mut self, chunk: &mut Chunk) -> Result<bool, HistoryError> {
        match &mut self.rows {
            Rows::Columns(reader) => {
                let Some(batch) = reader.next().transpose()? else { return Ok(false) };
                self.extractor.of_batch(&batch, &mut |rows| picked(&batch, rows), chunk)?;
            }
            Rows::Tracks(file) => {
                let Some(tracks) = file.next()? else { return Ok(false) };
                let choice = self.choice.as_ref();
                let wanted = |consumer: u32| choice.is_none_or(|choice| choice.contains(i64::from(consumer)));
                let columns = self.extractor.side_columns();
                let mut side = |places: &[usize]| file.columns_of(&columns, places);
                self.extractor.of_tracks(&tracks, file.names(), &wanted, &mut side, chunk)?;
            }
        }
        Ok(true)
    }

    /// An error about the file.
    pub(crate) fn out_of_order(&self) -> HistoryError {
        let reason = "its rows are not in the order of consumers".to_owned();
        LakeError::Damaged { path: self.file.path.clone(), reason }.into()
    }
}
