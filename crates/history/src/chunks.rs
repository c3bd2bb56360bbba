//! The rows of one file of events, chunk after chunk.

use std::path::Path;

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
    /// Chunks of the row group that was read last, the next of them last.
    read: Vec<Chunk>,
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
        Ok(Self { file, extractor, choice: choice.cloned(), rows, meanings, read: Vec::new() })
    }

    /// The next rows; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>, HistoryError> {
        while self.read.is_empty() {
            match self.next_group()? {
                Some(chunks) => self.read = chunks,
                None => return Ok(None),
            }
            self.read.reverse();
        }
        Ok(self.read.pop())
    }

    /// The next rows that are read together: what is asked beside their tracks is asked of all of them at once.
    fn next_group(&mut self) -> Result<Option<Vec<Chunk>>, HistoryError> {
        match &mut self.rows {
            Rows::Columns(reader) => {
                let Some(batch) = reader.next().transpose()? else { return Ok(None) };
                let (tracks, names) = self.extractor.pack(&batch, &self.file.path)?;
                self.meanings = Meanings::new(&names, self.extractor.program);
                let mut side = |rows: &[usize]| picked(&batch, rows);
                self.extractor.chunks(vec![tracks], &names, &self.meanings, None, &mut side).map(Some)
            }
            Rows::Tracks(file) => {
                let Some(tracks) = file.next()? else { return Ok(None) };
                let columns = self.extractor.side_columns();
                let mut side = |places: &[usize]| file.columns_of(&columns, places);
                let choice = self.choice.as_ref();
                self.extractor.chunks(tracks, file.names(), &self.meanings, choice, &mut side).map(Some)
            }
        }
    }

    /// What there is before the first.
    pub(crate) fn none(&self) -> Chunk {
        let tracks = Tracks::none(&self.file.path);
        Chunk { tracks, rows: 0, asked: Vec::new(), otherwise: 0, statuses: Vec::new() }
    }

    /// Whether a consumer's rows are among those that are read.
    #[inline]
    pub(crate) fn wants(&self, consumer: u32) -> bool {
        match (&self.choice, &self.rows) {
            (Some(choice), Rows::Tracks(_)) => choice.contains(i64::from(consumer)),
            // What is not wanted was not read.
            _ => true,
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

/// The error of a file that lacks what a sweep asks.
pub(crate) fn no_events(path: &Path) -> HistoryError {
    LakeError::Damaged { path: path.to_owned(), reason: "its columns are not those of events".to_owned() }.into()
}
