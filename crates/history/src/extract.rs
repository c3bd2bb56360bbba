//! Rows of events to what a sweep needs: condition bits, orders, joinings and leavings.

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int32Type, Int64Type, TimestampMicrosecondType};
use databank_lake::tracks::{FLAG_BOT, Tracks, Visitor, key_of_text};
use databank_model::rules::StatusKind;
use rustc_hash::FxHashMap;

use crate::chunk::{Chunk, ChunkWriter, Meaning, StatusEvent, StretchWriter, turning};
use crate::history::Entity;
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

    /// Reduces the tracks of the wanted consumers; `names` are those of their codes from 1 on.
    pub(crate) fn of_tracks(
        &self,
        tracks: &Tracks,
        names: &[String],
        wanted: &dyn Fn(u32) -> bool,
        side: Side<'_>,
        chunk: &mut Chunk,
    ) -> Result<(), HistoryError> {
        let names: Vec<&str> = std::iter::once("").chain(names.iter().map(String::as_str)).collect();
        let meanings = self.meanings(&names);
        let mut writer = ChunkWriter::over(chunk, self.program, self.cancelled);
        for stretch in tracks.stretches() {
            let stretch = stretch?;
            if !wanted(stretch.consumer) {
                continue;
            }
            if stretch.is_anonymous {
                writer.pass(stretch.rows);
                continue;
            }
            let into = writer.begin(stretch.consumer, stretch.row, stretch.rows);
            let mut unpacking = Unpacking { meanings: &meanings, into };
            stretch.unpack(&mut unpacking)?;
            unpacking.into.end();
        }
        self.add_more(&mut writer, &names, side)
    }

    /// Reduces a batch of columns.
    pub(crate) fn of_batch(&self, batch: &RecordBatch, side: Side<'_>, chunk: &mut Chunk) -> Result<(), HistoryError> {
        let column = |name: &str| {
            batch.column_by_name(name).ok_or_else(|| HistoryError::BadRules {
                name: self.program.name.clone(),
                reason: format!("events lack the column {name}"),
            })
        };
        let consumers = column("consumer")?.as_primitive::<Int64Type>();
        let days = column("day")?.as_primitive::<Date32Type>().values();
        let behaviors = dictionary(column("behavior")?)?;
        let flags = column("flags")?.as_primitive::<Int64Type>();
        let in_entity = match self.entity.column() {
            None => None,
            Some(name) => {
                let entities = dictionary(column(name)?)?;
                let is_it = entities.values().as_string::<i32>().iter().map(|text| text == self.entity.id());
                let is_it: Vec<bool> = is_it.collect();
                Some((entities, is_it))
            }
        };
        let is_inside = |row: usize| {
            in_entity.as_ref().is_none_or(|(entities, is_it)| entities.key(row).is_some_and(|key| is_it[key]))
        };
        // Code 0 is a row that never counts, as in tracks.
        let code = |row: usize| {
            let is_bot = flags.is_valid(row) && flags.value(row) & FLAG_BOT != 0;
            let counts = !is_bot && consumers.is_valid(row) && is_inside(row);
            behaviors.key(row).filter(|_| counts).map_or(0, |key| key as i32 + 1)
        };
        let names = behaviors.values().as_string::<i32>().iter().map(Option::unwrap_or_default);
        let names: Vec<&str> = std::iter::once("").chain(names).collect();
        let meanings = self.meanings(&names);
        let orders = dictionary(column("order_id")?)?;
        // Hashed once for each distinct id; many rows have no order and need none.
        let keys = orders.values().as_string::<i32>().iter().map(|text| text.map_or(0, key_of_text));
        let keys: Vec<u64> = if orders.keys().null_count() == orders.len() { Vec::new() } else { keys.collect() };
        let mut writer = ChunkWriter::over(chunk, self.program, self.cancelled);
        let consumer = |row: usize| consumers.is_valid(row).then(|| consumers.value(row));
        let mut start = 0;
        while start < batch.num_rows() {
            let whose = consumer(start);
            let end = (start + 1..batch.num_rows()).find(|row| consumer(*row) != whose).unwrap_or(batch.num_rows());
            let rows = end - start;
            match whose {
                None => writer.pass(rows),
                Some(whose) => {
                    let mut into = writer.begin(whose as u32, start, rows);
                    for row in start..end {
                        let code = code(row);
                        into.row(row - start, days[row], code, meanings.of(code));
                        if let Some(key) = orders.key(row).and_then(|order| keys.get(order)) {
                            into.order(row - start, *key);
                        }
                    }
                    into.end();
                }
            }
            start = end;
        }
        self.add_more(&mut writer, &names, side)
    }

    fn meanings(&self, names: &[&str]) -> Table<Meaning> {
        Table::new(names, |name| Meaning::of(name, self.program, !self.cancelled.is_empty()))
    }

    /// Finds out what has to be known of rows beside their behaviours.
    fn add_more(&self, writer: &mut ChunkWriter<'_>, names: &[&str], side: Side<'_>) -> Result<(), HistoryError> {
        let asked = writer.asked().to_vec();
        if asked.is_empty() {
            return Ok(());
        }
        let rows: Vec<usize> = asked.iter().map(|asked| asked.row).collect();
        let side = side(&rows)?;
        for (bit, behaviors, filter) in &self.program.filtered {
            let applies = Table::new(names, |name| behaviors.iter().any(|behavior| behavior == name));
            if !applies.any(|applies| *applies) {
                continue;
            }
            let matches = filter.matches(&side)?;
            for (place, asked) in asked.iter().enumerate() {
                if *applies.of(asked.code) && matches.value(place) {
                    writer.add_bits(place, *bit);
                }
            }
        }
        let turns = Table::new(names, |name| turning(name, self.program));
        if !turns.any(Option::is_some) {
            return Ok(());
        }
        let instants =
            side.column_by_name("ts").and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>());
        for (place, asked) in asked.iter().enumerate() {
            let Some((kind, joins)) = *turns.of(asked.code) else { continue };
            let ts_us = instants.map_or(0, |instants| instants.value(place));
            let programme = programme_of(&side, place);
            writer.add_status(place, StatusEvent { kind, programme, ts_us, joins, day: asked.day });
        }
        Ok(())
    }
}

/// Writes a stretch of tracks to a chunk.
struct Unpacking<'w, 'a> {
    meanings: &'w Table<Meaning>,
    into: StretchWriter<'w, 'a>,
}

impl Visitor for Unpacking<'_, '_> {
    #[inline]
    fn row(&mut self, place: usize, day: i32, code: i32) {
        self.into.row(place, day, code, self.meanings.of(code));
    }

    fn order(&mut self, place: usize, order: u64) {
        self.into.order(place, order);
    }
}

/// Something of each behaviour, by its code. An unknown code has the default.
struct Table<T> {
    /// Of codes of one byte: found without a look at how many there are.
    near: Box<[T; 256]>,
    far: Vec<T>,
    unknown: T,
}

impl<T: Copy + Default> Table<T> {
    fn new(names: &[&str], of: impl Fn(&str) -> T) -> Self {
        let mut near = Box::new([T::default(); 256]);
        near.iter_mut().zip(names).for_each(|(place, name)| *place = of(name));
        Self { near, far: names.iter().skip(256).map(|name| of(name)).collect(), unknown: T::default() }
    }

    #[inline]
    fn of(&self, code: i32) -> &T {
        match u8::try_from(code) {
            Ok(code) => &self.near[usize::from(code)],
            Err(_) => self.far.get((code as usize).wrapping_sub(256)).unwrap_or(&self.unknown),
        }
    }

    fn any(&self, holds: impl Fn(&T) -> bool) -> bool {
        self.near.iter().chain(&self.far).any(holds)
    }
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
