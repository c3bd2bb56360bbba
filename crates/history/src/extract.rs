//! What has to be known of rows of events beside their behaviours: conditions with a `where`, joinings and leavings.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Float64Array, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type, TimestampMicrosecondType};
use databank_lake::RowChoice;
use databank_lake::tracks::{Stretch, Tracks, key_of_text, pack};
use databank_model::rules::StatusKind;
use rustc_hash::FxHashMap;

use crate::chunk::{Asked, Chunk, StatusEvent};
use crate::chunks::no_events;
use crate::history::Entity;
use crate::meaning::{ByCode, Meanings, turning};
use crate::{HistoryError, RuleProgram};

pub(crate) fn dictionary(column: &ArrayRef) -> Result<DictionaryArray<Int32Type>, HistoryError> {
    let data_type = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    Ok(cast(column, &data_type)?.as_dictionary::<Int32Type>().clone())
}

/// Columns that come as dictionaries, which costs less: their values repeat.
pub(crate) const REPEATING: &[&str] = &["behavior", "order_id", "category", "item_id"];

/// Gives the side columns of chosen rows, by their places, ascending.
pub(crate) type Side<'a> = &'a mut dyn FnMut(&[usize]) -> Result<RecordBatch, HistoryError>;

/// Reduces rows for one rule set and entity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extractor<'a> {
    pub(crate) program: &'a RuleProgram,
    pub(crate) entity: &'a Entity,
    /// From which day on an order's purchases no longer count.
    pub(crate) cancelled: &'a FxHashMap<u64, i32>,
}

impl Extractor<'_> {
    /// The columns that every row is asked for.
    pub(crate) fn columns(&self) -> Vec<&str> {
        let mut columns = vec!["consumer", "day", "behavior", "order_id", "flags"];
        columns.extend(self.entity.column());
        columns
    }

    /// The columns that only some rows are asked for: those that a filter looks at, joinings and leavings.
    pub(crate) fn side_columns(&self) -> Vec<&str> {
        let asks_for_statuses = StatusKind::ALL.into_iter().any(|kind| self.program.program.asks_for(kind));
        let mut columns = if asks_for_statuses { vec!["ts", "store_id", "properties"] } else { Vec::new() };
        columns.extend(self.program.filter_columns());
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Packs a batch of columns as a file's tracks are: with the names of its codes from 1 on. Rows that are not the
    /// entity's count for nothing.
    pub(crate) fn pack(&self, batch: &RecordBatch, path: &Path) -> Result<(Tracks, Vec<String>), HistoryError> {
        let entities = match self.entity.column() {
            None => None,
            Some(name) => Some(dictionary(batch.column_by_name(name).ok_or_else(|| no_events(path))?)?),
        };
        let is_it = entities.as_ref().map(|entities| {
            entities.values().as_string::<i32>().iter().map(|text| text == self.entity.id()).collect::<Vec<bool>>()
        });
        let is_inside = |row: usize| match (&entities, &is_it) {
            (Some(entities), Some(is_it)) => entities.key(row).is_some_and(|key| is_it[key]),
            _ => true,
        };
        pack(batch, &is_inside, path).ok_or_else(|| no_events(path))
    }

    /// Makes chunks of tracks that were read together: with what has to be known of the rows of those who are wanted, all when none are
    /// named, beside their behaviours.
    pub(crate) fn chunks(
        &self,
        tracks: Vec<Tracks>,
        names: &[String],
        meanings: &Meanings,
        choice: Option<&RowChoice>,
        side: Side<'_>,
    ) -> Result<Vec<Chunk>, HistoryError> {
        let is_wanted =
            |stretch: &Stretch<'_>| choice.is_none_or(|choice| choice.contains(i64::from(stretch.consumer)));
        let chunk_of = |tracks: Tracks| {
            let rows = match choice {
                None => tracks.rows(),
                Some(_) => tracks.stretches().filter(is_wanted).map(|stretch| stretch.rows).sum(),
            };
            Chunk { rows, asked: Vec::new(), otherwise: 0, statuses: Vec::new(), tracks }
        };
        let mut chunks: Vec<Chunk> = tracks.into_iter().map(chunk_of).collect();
        if !meanings.asks_more {
            return Ok(chunks);
        }
        if self.side_columns() == ["rating"] {
            chunks.iter_mut().try_for_each(|chunk| self.ask_ratings(chunk))?;
            return Ok(chunks);
        }
        let mut asking = Vec::new();
        for stretch in chunks.iter().flat_map(|chunk| chunk.tracks.stretches()).filter(is_wanted) {
            if !stretch.is_anonymous && stretch.has_one_of(meanings.asking) {
                stretch.for_each_row(|place, day, code, _| {
                    if meanings.of(code).asks_more {
                        asking.push(AskingRow { row: stretch.row + place, day, code });
                    }
                })?;
            }
        }
        if !asking.is_empty() {
            self.ask(&asking, names, side, &mut chunks)?;
        }
        Ok(chunks)
    }

    /// Where filters ask for ratings alone, which conditions do most: tracks tell those of all rows, so that nothing need be known
    /// of which rows ask.
    fn ask_ratings(&self, chunk: &mut Chunk) -> Result<(), HistoryError> {
        let rated = chunk.tracks.ratings();
        // Behind all ratings, none: what holds of the other rows.
        let ratings: Float64Array = rated.iter().map(|(_, rating)| Some(*rating)).chain([None]).collect();
        let ratings = RecordBatch::try_from_iter_with_nullable([("rating", Arc::new(ratings) as ArrayRef, true)])?;
        let mut bits = vec![0_u64; ratings.num_rows()];
        for (bit, _, filter) in &self.program.filtered {
            let matches = filter.matches(&ratings)?;
            bits.iter_mut().enumerate().for_each(|(place, bits)| *bits |= if matches.value(place) { *bit } else { 0 });
        }
        chunk.otherwise = bits.pop().unwrap_or_default();
        let asked = rated.iter().zip(bits).map(|((row, _), bits)| Asked { row: *row, bits });
        chunk.asked = asked.filter(|asked| asked.bits != chunk.otherwise).collect();
        Ok(())
    }

    /// Finds out what has to be known of rows beside their behaviours.
    fn ask(
        &self,
        asking: &[AskingRow],
        names: &[String],
        side: Side<'_>,
        chunks: &mut [Chunk],
    ) -> Result<(), HistoryError> {
        let rows: Vec<usize> = asking.iter().map(|asking| asking.row).collect();
        let side = side(&rows)?;
        let mut asked: Vec<Asked> = rows.into_iter().map(|row| Asked { row, bits: 0 }).collect();
        for (bit, behaviors, filter) in &self.program.filtered {
            let applies = ByCode::new(names, |name| behaviors.iter().any(|behavior| behavior == name));
            if !applies.any(|applies| *applies) {
                continue;
            }
            let matches = filter.matches(&side)?;
            for (place, (asking, asked)) in asking.iter().zip(&mut asked).enumerate() {
                if *applies.of(asking.code) && matches.value(place) {
                    asked.bits |= bit;
                }
            }
        }
        let turns = ByCode::new(names, |name| turning(name, self.program));
        let mut statuses = Vec::new();
        if turns.any(Option::is_some) {
            let instants =
                side.column_by_name("ts").and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>());
            for (place, asking) in asking.iter().enumerate() {
                let Some((kind, joins)) = *turns.of(asking.code) else { continue };
                let ts_us = instants.map_or(0, |instants| instants.value(place));
                let programme = programme_of(&side, place);
                statuses.push((asking.row, StatusEvent { kind, programme, ts_us, joins, day: asking.day }));
            }
        }
        // Each chunk has those of its rows.
        let (mut asked, mut statuses) = (asked.as_slice(), statuses.as_slice());
        for chunk in chunks {
            let end = chunk.tracks.row(0) + chunk.tracks.rows();
            let own = asked.partition_point(|asked| asked.row < end);
            let turns = statuses.partition_point(|(row, _)| *row < end);
            chunk.asked.extend_from_slice(&asked[..own]);
            chunk.statuses.extend_from_slice(&statuses[..turns]);
            (asked, statuses) = (&asked[own..], &statuses[turns..]);
        }
        Ok(())
    }
}

/// A row of which more has to be known than its behaviour.
#[derive(Debug, Clone, Copy)]
struct AskingRow {
    /// Its place in the file or batch.
    row: usize,
    day: i32,
    /// Its behaviour's code.
    code: i32,
}

/// The programme that a joining or leaving is about: the property `programme`, else the store, else the brand's own.
fn programme_of(batch: &RecordBatch, row: usize) -> u64 {
    let text = |name: &str| {
        let column = batch.column_by_name(name)?.as_string_opt::<i32>()?;
        column.is_valid(row).then(|| column.value(row))
    };
    let named = text("properties")
        .filter(|object| object.contains("\"programme\""))
        .and_then(|object| serde_json::from_str::<serde_json::Value>(object).ok())
        .and_then(|object| Some(object.get("programme")?.as_str()?.to_owned()));
    match (named, text("store_id")) {
        (Some(name), _) => key_of_text(&name),
        (None, Some(store)) => key_of_text(store),
        (None, None) => key_of_text(""),
    }
}
